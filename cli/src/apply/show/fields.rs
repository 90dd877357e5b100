//! What an action changes, field by field, in the words of all forms that a plan is shown in.

use crate::apply::contract::{Action, Class};
use serde_json::{Map, Value as Json};

/// A field on both sides; nothing where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The fields that differ, by name; of what is made or deleted, all that there are.
pub fn fields(action: &Action) -> Vec<Field> {
    let none = Map::new();
    let before = action.before.as_ref().unwrap_or(&none);
    let after = action.after.as_ref().unwrap_or(&none);
    let mut names: Vec<&String> = after.keys().chain(before.keys().filter(|name| !after.contains_key(*name))).collect();
    names.dedup();
    let field =
        |name: &String| Field { name: name.clone(), before: shown(before.get(name)), after: shown(after.get(name)) };
    names.into_iter().map(field).filter(|field| field.before != field.after).collect()
}

fn shown(value: Option<&Json>) -> Option<String> {
    match value? {
        Json::Null => None,
        Json::String(text) if text.is_empty() => Some("nothing".to_owned()),
        Json::String(text) => Some(text.clone()),
        Json::Array(items) if items.is_empty() => Some("nothing".to_owned()),
        Json::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let items: Vec<String> = items.iter().filter_map(|item| shown(Some(item))).collect();
            Some(items.join(", "))
        }
        other => Some(other.to_string()),
    }
}

/// A long text by its beginning, in one line.
pub fn short(text: &str, width: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(width) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The sign of a class, and what is done.
pub fn sign(class: Class) -> &'static str {
    match class {
        Class::Create => "+",
        Class::Update => "~",
        Class::Replace => "±",
        Class::Delete => "-",
        Class::Adopt => "=",
    }
}

pub fn verb(class: Class) -> &'static str {
    match class {
        Class::Create => "create",
        Class::Update => "update",
        Class::Replace => "make anew",
        Class::Delete => "delete",
        Class::Adopt => "adopt",
    }
}

pub const CLASSES: [Class; 5] = [Class::Create, Class::Update, Class::Replace, Class::Delete, Class::Adopt];
