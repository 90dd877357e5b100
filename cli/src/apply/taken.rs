//! What answers gave, by the action that took it and a name.

use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
pub struct Taken(Mutex<BTreeMap<String, Json>>);

impl Taken {
    /// What a run that was cut off has left.
    pub fn with(left: Map<String, Json>) -> Taken {
        Taken(Mutex::new(left.into_iter().collect()))
    }

    pub fn put(&self, address: &str, name: &str, value: Json) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(format!("{address} {name}"), value);
    }

    /// A name of the action's own, or another one's as `address name`.
    pub fn get(&self, address: &str, name: &str) -> Option<Json> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if name.contains(' ') { all.get(name).cloned() } else { all.get(&format!("{address} {name}")).cloned() }
    }
}
