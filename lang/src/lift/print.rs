//! Data as a program writes it, with what a service knows of itself by its name: `s.selected`, `s.namespace`.

use crate::convert::literal::{block, name, scalar};
use crate::data::tree::Data;
use crate::lift::data::Pair;

/// A value that is no longer than this may stand on one line.
const SHORT: usize = 70;

/// Stands for the service's own namespace.
pub const HERE: &str = "$here";

/// What data is written as a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    pub selector: Data,
    /// The namespace that is the service's own; empty if the manifests name none.
    pub namespace: String,
}

impl Words {
    /// Data without names of its own.
    pub fn none() -> Words {
        Words { selector: Data::Null, namespace: String::new() }
    }

    fn word(&self, key: &str, data: &Data) -> Option<&'static str> {
        let is_place = matches!(key, "namespace" | "kubernetes.io/metadata.name");
        match data {
            Data::Null => Some("absent"),
            Data::Record(_) if *data == self.selector => Some("s.selected"),
            Data::Str(text) if &**text == HERE => Some("s.namespace"),
            Data::Str(text) if is_place && !self.namespace.is_empty() && **text == *self.namespace => {
                Some("s.namespace")
            }
            _ => None,
        }
    }

    /// A value on one line.
    pub fn flat(&self, data: &Data) -> String {
        self.flat_at("", data)
    }

    fn flat_at(&self, key: &str, data: &Data) -> String {
        if let Some(word) = self.word(key, data) {
            return word.to_owned();
        }
        match data {
            Data::Record(pairs) if pairs.is_empty() => "{}".to_owned(),
            Data::Record(pairs) => {
                let each: Vec<String> = pairs.iter().map(|pair| self.flat_pair(pair)).collect();
                format!("{{ {} }}", each.join(", "))
            }
            Data::List(items) => {
                let each: Vec<String> = items.iter().map(|item| self.flat_at("", item)).collect();
                format!("[{}]", each.join(", "))
            }
            scalar_data => scalar(scalar_data),
        }
    }

    fn flat_pair(&self, pair: &Pair) -> String {
        let (path, key, value) = self.path(pair);
        format!("{path} = {}", self.flat_at(&key, value))
    }

    /// The path of records of one field, its last name, and what stands at its end.
    fn path<'d>(&self, (key, value): &'d Pair) -> (String, String, &'d Data) {
        let mut last = key.text().to_string();
        let mut path = name(&last);
        let mut at = value;
        while let Data::Record(pairs) = at
            && let [(inner, below)] = &pairs[..]
            && self.word(&last, at).is_none()
        {
            last = inner.text().to_string();
            path.push('.');
            path.push_str(&name(&last));
            at = below;
        }
        (path, last, at)
    }

    /// A value on as many lines as it needs, of which the first is not indented.
    pub fn pretty(&self, data: &Data, indent: usize) -> String {
        self.pretty_at("", data, indent)
    }

    fn pretty_at(&self, key: &str, data: &Data, indent: usize) -> String {
        if let Data::Str(text) = data
            && let Some((open, lines)) = block(text)
        {
            return blocked(open, &lines, indent);
        }
        let flat = self.flat_at(key, data);
        let is_plain = !holds_block(data) && flat.chars().count() <= SHORT;
        let space = "  ".repeat(indent + 1);
        match data {
            Data::Record(pairs)
                if !pairs.is_empty() && self.word(key, data).is_none() && !(is_plain && pairs.len() <= 3) =>
            {
                let mut out = "{\n".to_owned();
                for pair in pairs {
                    let (path, last, value) = self.path(pair);
                    out += &format!("{space}{path} = {}\n", self.pretty_at(&last, value, indent + 1));
                }
                out + &format!("{}}}", "  ".repeat(indent))
            }
            Data::List(items) if !items.is_empty() && !is_plain => {
                let mut out = "[\n".to_owned();
                for item in items {
                    out += &format!("{space}{},\n", self.pretty_at("", item, indent + 1));
                }
                out + &format!("{}]", "  ".repeat(indent))
            }
            _ => flat,
        }
    }
}

fn blocked(open: &str, lines: &[String], indent: usize) -> String {
    let space = "  ".repeat(indent + 1);
    let mut out = format!("{open}\n");
    for line in lines {
        if !line.is_empty() {
            out += &space;
        }
        out += line;
        out.push('\n');
    }
    out + &format!("{space}\"\"\"")
}

/// Whether some text in it is better written on lines of its own.
fn holds_block(data: &Data) -> bool {
    match data {
        Data::Str(text) => block(text).is_some(),
        Data::List(items) => items.iter().any(holds_block),
        Data::Record(pairs) => pairs.iter().any(|(_, value)| holds_block(value)),
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::BigInt(_) | Data::Float(_) => false,
    }
}
