//! How a call fails: the status, what is said, and which parameters were wrong.

use serde_json::{Map, Value, json};

/// What is said of a parameter that there is not.
pub const UNKNOWN: &str = "property is not defined in schema and the schema does not allow additional properties";

/// A refusal. Nearly everything that is no wrong parameter is a 500 there, also what is not found.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub message: String,
    pub errors: Map<String, Value>,
}

/// What a call gives: its data.
pub type Given = Result<Value, Refusal>;

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Refusal {
        Refusal { status, message: message.into(), errors: Map::new() }
    }

    /// The usual one.
    pub fn fail(message: impl Into<String>) -> Refusal {
        Refusal::new(500, message)
    }

    /// Parameters that are wrong, each with its reason.
    pub fn parameters(errors: Map<String, Value>) -> Refusal {
        Refusal { status: 400, message: "Parameter verification failed.".to_owned(), errors }
    }

    pub fn parameter(name: &str, why: impl Into<String>) -> Refusal {
        Refusal::parameters(Map::from_iter([(name.to_owned(), Value::String(why.into()))]))
    }

    pub fn body(&self) -> Value {
        let mut body = json!({ "data": null, "message": format!("{}\n", self.message) });
        if !self.errors.is_empty() {
            body["errors"] = Value::Object(self.errors.clone());
        }
        body
    }
}
