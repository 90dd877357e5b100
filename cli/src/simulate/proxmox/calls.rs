//! Which calls there are and what their parameters may be, read from `calls.txt`; and parameters held to that.

use super::errors::{Refusal, UNKNOWN};
use super::formats::fault;
use super::model::Options;
use crate::simulate::http::Pairs;
use rzp_lang::calc::regex::is_match;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("calls.txt");

const MISSING: &str = "property is missing and it is not optional";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Bool,
    Int,
    Num,
    Text,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// `scsi` of `scsi[0-30]`.
    pub name: String,
    pub span: Option<(u32, u32)>,
    pub required: bool,
    pub kind: Type,
    pub least: Option<f64>,
    pub most: Option<f64>,
    pub shortest: Option<usize>,
    pub longest: Option<usize>,
    pub among: Vec<String>,
    pub pattern: Option<String>,
    pub format: Option<String>,
    /// The keys of a property string.
    pub keys: Option<Vec<String>>,
    pub needs: Option<String>,
}

/// One call: its method, its path with `{names}`, and its parameters.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub params: Vec<Param>,
}

/// All of them.
pub fn all() -> &'static [Call] {
    static CALLS: OnceLock<Vec<Call>> = OnceLock::new();
    CALLS.get_or_init(|| read(TABLE))
}

/// The call that a path means, with what stands in the place of its names.
pub fn find(method: &str, segments: &[String]) -> Option<(&'static Call, Options)> {
    all().iter().filter(|call| call.method == method).find_map(|call| Some((call, fit(&call.path, segments)?)))
}

fn fit(path: &str, segments: &[String]) -> Option<Options> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    if parts.len() != segments.len() {
        return None;
    }
    let mut names = Options::new();
    for (part, segment) in parts.iter().zip(segments) {
        match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => drop(names.insert(name.to_owned(), segment.clone())),
            None if part == segment => {}
            None => return None,
        }
    }
    Some(names)
}

fn read(text: &str) -> Vec<Call> {
    let mut keys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut options: BTreeMap<&str, Vec<Param>> = BTreeMap::new();
    let mut calls: Vec<Call> = Vec::new();
    let mut heading = "";
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ") && *line != "#") {
        if let Some(title) = line.strip_prefix("## ") {
            heading = title;
            if let Some((method, path)) = title.split_once(' ').filter(|(_, path)| path.starts_with('/')) {
                let (path, group) = path.split_once(" + ").unwrap_or((path, ""));
                let params = options.get(group).cloned().unwrap_or_default();
                calls.push(Call { method: method.to_owned(), path: path.to_owned(), params });
            }
        } else if heading.starts_with("keys") {
            let (name, list) = line.split_once(' ').unwrap_or((line, ""));
            keys.insert(name, list.split(',').map(str::to_owned).collect());
        } else if let Some(group) = heading.strip_prefix("options ") {
            options.entry(group).or_default().push(param(line, &keys));
        } else if let Some(call) = calls.last_mut() {
            call.params.push(param(line, &keys));
        }
    }
    calls
}

fn param(line: &str, keys: &BTreeMap<&str, Vec<String>>) -> Param {
    // A pattern comes last, and alone has blanks.
    let (line, pattern) = match line.split_once(" /") {
        Some((line, pattern)) => (line, pattern.strip_suffix('/').map(plain_pattern)),
        None => (line, None),
    };
    let mut words = line.split(' ');
    let (name, span) = spanned(words.next().unwrap_or_default());
    let word = words.next().unwrap_or_default();
    let kind = match word.trim_start_matches('!') {
        "bool" => Type::Bool,
        "int" => Type::Int,
        "num" => Type::Num,
        _ => Type::Text,
    };
    let mut param = Param {
        name,
        span,
        required: word.starts_with('!'),
        kind,
        least: None,
        most: None,
        shortest: None,
        longest: None,
        among: Vec::new(),
        pattern,
        format: None,
        keys: None,
        needs: None,
    };
    words.for_each(|word| param.more(word, keys));
    param
}

/// A pattern of Perl as one that is understood here.
pub fn plain_pattern(text: &str) -> String {
    text.replace("(?^", "(?").replace(r"\0", r"\x00")
}

/// `scsi[0-30]` is `scsi` with the numbers from 0 to 30.
fn spanned(text: &str) -> (String, Option<(u32, u32)>) {
    let spanned = || {
        let (name, rest) = text.split_once('[')?;
        let (first, last) = rest.strip_suffix(']')?.split_once('-')?;
        Some((name.to_owned(), Some((first.parse().ok()?, last.parse().ok()?))))
    };
    spanned().unwrap_or_else(|| (text.to_owned(), None))
}

impl Param {
    fn more(&mut self, word: &str, keys: &BTreeMap<&str, Vec<String>>) {
        if let Some(length) = word.strip_prefix(">=") {
            self.shortest = length.parse().ok();
        } else if let Some(length) = word.strip_prefix("<=") {
            self.longest = length.parse().ok();
        } else if let Some(list) = word.strip_prefix('=') {
            self.among = list.split('|').flat_map(run).collect();
        } else if let Some(format) = word.strip_prefix('@') {
            self.format = Some(format.to_owned());
        } else if let Some(other) = word.strip_prefix("needs:") {
            self.needs = Some(other.to_owned());
        } else if let Some(name) = word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            self.keys = keys.get(name).cloned();
        } else if let Some((least, most)) = word.split_once("..") {
            (self.least, self.most) = (least.parse().ok(), most.parse().ok());
        }
    }

    pub fn covers(&self, name: &str) -> bool {
        let Some((first, last)) = self.span else { return self.name == name };
        let number = name.strip_prefix(&self.name).filter(|digits| *digits == "0" || !digits.starts_with(['0', '+']));
        number.and_then(|digits| digits.parse().ok()).is_some_and(|number: u32| (first..=last).contains(&number))
    }

    /// The value as it is kept, or why it does not do.
    fn judge(&self, value: &str) -> Result<String, String> {
        let wrong = |kind: &str| format!("type check ('{kind}') failed - got '{value}'");
        let kept = match self.kind {
            Type::Bool => match value.to_lowercase().as_str() {
                "1" | "on" | "yes" | "true" => "1".to_owned(),
                "0" | "off" | "no" | "false" => "0".to_owned(),
                _ => return Err(wrong("boolean")),
            },
            Type::Int => value.trim().parse::<i64>().map_err(|_| wrong("integer"))?.to_string(),
            Type::Num => value.parse::<f64>().map(|_| value.to_owned()).map_err(|_| wrong("number"))?,
            Type::Text => value.to_owned(),
        };
        self.bounds(&kept).map_or(Ok(kept), Err)
    }

    fn bounds(&self, value: &str) -> Option<String> {
        let length = value.chars().count();
        let number = if self.kind == Type::Text { None } else { value.parse::<f64>().ok() };
        if let Some(least) = self.least.filter(|least| number.is_some_and(|number| number < *least)) {
            return Some(format!("value must have a minimum value of {least}"));
        }
        if let Some(most) = self.most.filter(|most| number.is_some_and(|number| number > *most)) {
            return Some(format!("value must have a maximum value of {most}"));
        }
        if let Some(shortest) = self.shortest.filter(|shortest| length < *shortest) {
            return Some(format!("value must be at least {shortest} characters long"));
        }
        if let Some(longest) = self.longest.filter(|longest| length > *longest) {
            return Some(format!("value may only be {longest} characters long"));
        }
        if !self.among.is_empty() && !self.among.iter().any(|one| one == value) {
            return Some(format!(
                "value '{value}' does not have a value in the enumeration '{}'",
                self.among.join(", ")
            ));
        }
        if let Some(pattern) = &self.pattern
            && !is_match(&format!("^(?:{pattern})$"), value).unwrap_or(true)
        {
            return Some("value does not match the regex pattern".to_owned());
        }
        let strange = self.keys.as_ref().and_then(|keys| strange_key(keys, value));
        if let Some(key) = strange {
            return Some(format!("invalid format - format error\n{}.{key}: {UNKNOWN}\n", self.name));
        }
        self.format.as_ref().and_then(|format| fault(format, value)).map(|why| format!("invalid format - {why}\n"))
    }
}

fn strange_key<'a>(keys: &[String], value: &'a str) -> Option<&'a str> {
    let named = value.split(',').filter_map(|part| part.split_once('='));
    named.map(|(key, _)| key).find(|key| !keys.iter().any(|known| known == key))
}

/// `scsi0..30` is thirty-one names.
fn run(word: &str) -> Vec<String> {
    let spanned = || {
        let (first, last) = word.split_once("..")?;
        let at = first.find(|c: char| c.is_ascii_digit())?;
        let (name, first) = first.split_at(at);
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        Some((first..=last).map(|number| format!("{name}{number}")).collect())
    };
    spanned().unwrap_or_else(|| vec![word.to_owned()])
}

impl Call {
    /// The parameters as they are kept, or all that is wrong with them.
    pub fn check(&self, given: &Pairs) -> Result<Options, Refusal> {
        let mut kept = Options::new();
        let mut errors = Map::new();
        for (name, value) in given {
            match self.params.iter().find(|param| param.covers(name)).map(|param| param.judge(value)) {
                Some(Ok(value)) => drop(kept.insert(name.clone(), value)),
                Some(Err(why)) => drop(errors.insert(name.clone(), Value::String(why))),
                None => drop(errors.insert(name.clone(), Value::String(UNKNOWN.to_owned()))),
            }
        }
        for param in &self.params {
            let is_there = given.iter().any(|(name, _)| param.covers(name));
            if param.required && !is_there {
                errors.insert(param.name.clone(), Value::String(MISSING.to_owned()));
            }
            if let Some(other) = param.needs.as_ref().filter(|_| is_there)
                && !given.iter().any(|(name, _)| name == other)
            {
                let why = format!("missing property - '{}' requires this property", param.name);
                errors.insert(other.clone(), Value::String(why));
            }
        }
        if errors.is_empty() { Ok(kept) } else { Err(Refusal::parameters(errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(call: &str, given: &[(&str, &str)]) -> Result<Options, Map<String, Value>> {
        let (method, path) = call.split_once(' ').unwrap();
        let segments: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        find(method, &segments).unwrap().0.check(&given).map_err(|refusal| refusal.errors)
    }

    #[track_caller]
    fn wrong(call: &str, given: &[(&str, &str)], name: &str, why: &str) {
        let errors = check(call, given).unwrap_err();
        let said = errors.get(name).and_then(Value::as_str).unwrap_or_default();
        assert!(said.starts_with(why), "{name}: {errors:?}");
    }

    #[test]
    fn parameters_are_held_to_the_table() {
        let create = "POST /nodes/pve1/qemu";
        let kept = check(create, &[("vmid", "101"), ("onboot", "yes"), ("scsi30", "local-lvm:8,discard=on")]).unwrap();
        assert_eq!(kept["onboot"], "1");
        wrong(create, &[], "vmid", MISSING);
        wrong(create, &[("vmid", "99")], "vmid", "value must have a minimum value of 100");
        wrong(create, &[("vmid", "abc")], "vmid", "type check ('integer') failed - got 'abc'");
        wrong(create, &[("vmid", "101"), ("scsi31", "x:1")], "scsi31", UNKNOWN);
        wrong(create, &[("vmid", "101"), ("scsi01", "x:1")], "scsi01", UNKNOWN);
        wrong(create, &[("vmid", "101"), ("scsi1", "x:1,foo=1")], "scsi1", "invalid format - format error\nscsi.foo: ");
        wrong(
            create,
            &[("vmid", "101"), ("scsihw", "nope")],
            "scsihw",
            "value 'nope' does not have a value in the enum",
        );
        wrong(create, &[("vmid", "101"), ("name", "a_b")], "name", "invalid format - value does not look like");
        wrong(create, &[("vmid", "101"), ("force", "1")], "archive", "missing property - 'force' requires");
    }

    #[test]
    fn a_pattern_holds_for_the_whole_and_runs_of_names_count() {
        let resize = "PUT /nodes/pve1/qemu/101/resize";
        assert!(check(resize, &[("disk", "scsi30"), ("size", "+1.5G")]).is_ok());
        wrong(resize, &[("disk", "scsi0"), ("size", "10GB")], "size", "value does not match the regex pattern");
        wrong(resize, &[("disk", "scsi31"), ("size", "1G")], "disk", "value 'scsi31' does not have");
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = TABLE.lines().filter(|line| line.starts_with("## ") && line.contains(" /")).count();
        assert_eq!(all().len(), lines);
        let params = all().iter().flat_map(|call| &call.params);
        for param in params {
            if let Some(pattern) = &param.pattern {
                assert!(is_match(pattern, "").is_ok(), "{pattern}");
            }
        }
    }
}
