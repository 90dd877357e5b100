//! Values of a request that are known only when it is sent: what earlier answers gave, secrets, texts put together.

use serde_json::{Map, Value as Json};

const TAKEN: &str = "$taken";
const SECRET: &str = "$secret";
const JOINED: &str = "$joined";

/// Where late values come from.
pub struct Scope<'a> {
    /// What the action's own steps took, and under `address name` what other actions' did.
    pub taken: &'a dyn Fn(&str) -> Option<Json>,
    pub secret: &'a dyn Fn(&str) -> Result<String, String>,
}

/// Why a value cannot be made.
#[derive(Debug, PartialEq, Eq)]
pub enum Missing {
    /// No answer gave it, or one gave null.
    Taken(String),
    Secret(String),
}

/// A value with all late values in it filled in. A field whose late value is null stays null.
pub fn filled(value: &Json, scope: &Scope) -> Result<Json, Missing> {
    match value {
        Json::Object(fields) => match late(fields) {
            Some((TAKEN, Json::String(name))) => {
                (scope.taken)(name).filter(|value| !value.is_null()).ok_or_else(|| Missing::Taken(name.clone()))
            }
            Some((SECRET, Json::String(name))) => (scope.secret)(name).map(Json::String).map_err(Missing::Secret),
            Some((JOINED, Json::Array(parts))) => {
                let parts = parts.iter().map(|part| filled(part, scope).map(|part| text(&part)));
                Ok(Json::String(parts.collect::<Result<String, Missing>>()?))
            }
            _ => Ok(Json::Object(filled_fields(fields, scope)?)),
        },
        Json::Array(items) => Ok(Json::Array(items.iter().map(|item| filled(item, scope)).collect::<Result<_, _>>()?)),
        scalar => Ok(scalar.clone()),
    }
}

pub fn filled_fields(fields: &Map<String, Json>, scope: &Scope) -> Result<Map<String, Json>, Missing> {
    fields.iter().map(|(name, value)| Ok((name.clone(), filled(value, scope)?))).collect()
}

/// The one field of a record that stands for a value made later.
pub fn late(fields: &Map<String, Json>) -> Option<(&str, &Json)> {
    if fields.len() != 1 {
        return None;
    }
    fields.iter().next().map(|(name, value)| (name.as_str(), value))
}

/// A scalar as it is written into a path, a query or a form.
pub fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(truth) => u8::from(*truth).to_string(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filled_with(value: Json) -> Result<Json, Missing> {
        let taken = |name: &str| (name == "id").then(|| json!("7f"));
        let secret = |name: &str| if name == "pin" { Ok("s3cret".to_owned()) } else { Err(name.to_owned()) };
        filled(&value, &Scope { taken: &taken, secret: &secret })
    }

    #[test]
    fn late_values_are_filled_in_at_any_depth() {
        let value = json!({ "a": [{ "$taken": "id" }], "b": { "$joined": [{ "$taken": "id" }, ".x", 3] }, "c": { "$secret": "pin" } });
        assert_eq!(filled_with(value), Ok(json!({ "a": ["7f"], "b": "7f.x3", "c": "s3cret" })));
    }

    #[test]
    fn what_nobody_gave_is_named() {
        assert_eq!(filled_with(json!({ "$taken": "upid" })), Err(Missing::Taken("upid".to_owned())));
        assert_eq!(filled_with(json!({ "$secret": "key" })), Err(Missing::Secret("key".to_owned())));
    }

    #[test]
    fn a_record_with_such_a_name_beside_others_is_only_a_record() {
        let value = json!({ "$taken": "id", "more": 1 });
        assert_eq!(filled_with(value.clone()), Ok(value));
    }
}
