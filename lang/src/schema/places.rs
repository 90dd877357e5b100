//! Where `$ref` leads: pointers into one document, and the names that its parts give themselves (`$id`, `$anchor`).
//!
//! After JSON Schema 2020-12, core, chapter 8, and RFC 6901. Nothing is fetched: what a document does not hold is unknown.

use crate::data::tree::Data;
use rustc_hash::FxHashMap;

/// The schemas of a document by what they can be called.
pub struct Places<'a> {
    root: &'a Data,
    /// The pointers of resources by their address, and of anchors by `address#name`.
    named: FxHashMap<String, String>,
    /// The address of the resource that begins at a pointer.
    bases: Vec<(String, String)>,
}

/// Fields that hold a schema, a list of schemas, or schemas by name.
const ONE: [&str; 13] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "schema",
];
const LISTS: [&str; 5] = ["allOf", "anyOf", "items", "oneOf", "prefixItems"];
const MAPS: [&str; 6] = ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];

impl<'a> Places<'a> {
    pub fn of(root: &'a Data) -> Places<'a> {
        let mut places = Places { root, named: FxHashMap::default(), bases: Vec::new() };
        places.walk(root, String::new(), String::new());
        places
    }

    fn walk(&mut self, schema: &Data, pointer: String, base: String) {
        let Data::Record(fields) = schema else { return };
        let mut base = base;
        if let Some(Data::Str(id)) = schema.get("$id").or_else(|| schema.get("id"))
            && !id.starts_with('#')
        {
            base = joined(&base, id.trim_end_matches('#'));
            self.named.entry(base.clone()).or_insert_with(|| pointer.clone());
            self.bases.push((pointer.clone(), base.clone()));
        }
        for key in ["$anchor", "$dynamicAnchor"] {
            if let Some(Data::Str(name)) = schema.get(key) {
                self.named.entry(format!("{base}#{name}")).or_insert_with(|| pointer.clone());
            }
        }
        for (name, value) in fields {
            let name = name.text();
            let below = format!("{pointer}/{}", escaped(&name));
            if ONE.contains(&&*name) && matches!(value, Data::Record(_)) {
                self.walk(value, below, base.clone());
            } else if let (true, Data::List(items)) = (LISTS.contains(&&*name), value) {
                for (index, item) in items.iter().enumerate() {
                    self.walk(item, format!("{below}/{index}"), base.clone());
                }
            } else if let (true, Data::Record(items)) = (MAPS.contains(&&*name), value) {
                for (key, item) in items {
                    self.walk(item, format!("{below}/{}", escaped(&key.text())), base.clone());
                }
            }
        }
    }

    /// The address of the resource that a pointer lies in, and where that begins.
    fn resource(&self, pointer: &str) -> (&str, &str) {
        let inside = |at: &str| pointer == at || pointer.strip_prefix(at).is_some_and(|rest| rest.starts_with('/'));
        let around = self.bases.iter().filter(|(at, _)| inside(at)).max_by_key(|(at, _)| at.len());
        around.map_or(("", ""), |(at, base)| (at, base))
    }

    /// The pointer that a reference at a pointer leads to, if it stays in the document.
    pub fn target(&self, from: &str, reference: &str) -> Option<String> {
        let (start, base) = self.resource(from);
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = decoded(fragment);
        let whole = if address.is_empty() { base.to_owned() } else { joined(base, address) };
        let start = if address.is_empty() { start } else { self.named.get(&whole)? };
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.named.get(&format!("{whole}#{fragment}")).cloned();
        }
        let pointer = format!("{start}{fragment}");
        self.at(&pointer).is_some().then_some(pointer)
    }

    /// What a pointer leads to.
    pub fn at(&self, pointer: &str) -> Option<&'a Data> {
        pointer.split('/').skip(1).try_fold(self.root, |data, step| {
            let step = step.replace("~1", "/").replace("~0", "~");
            match data {
                Data::List(items) => items.get(step.parse::<usize>().ok()?),
                data => data.get(&step),
            }
        })
    }
}

/// A step of a pointer.
pub fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// The last step of a pointer, as it is spelt.
pub fn last_step(pointer: &str) -> String {
    pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~")
}

/// `%25` and its like; what is no such sign stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An address seen from another one, after RFC 3986 as far as schemas use it: no dots in paths, no queries.
fn joined(base: &str, address: &str) -> String {
    if address.split(['/', '#']).next().is_some_and(|first| first.contains(':')) || base.is_empty() {
        return address.to_owned();
    }
    let path_at = base.find("://").map_or(0, |at| at + 3);
    match address.strip_prefix('/') {
        Some(rest) => {
            let end = base[path_at..].find('/').map_or(base.len(), |at| path_at + at);
            format!("{}/{rest}", &base[..end])
        }
        None => {
            let end = base[path_at..].rfind('/').map_or(base.len(), |at| path_at + at);
            format!("{}/{address}", &base[..end])
        }
    }
}
