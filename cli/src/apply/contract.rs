//! What providers hand over, as data: the Rust side of `stdlib/provider/provider.rzp`.
//!
//! The contract there has checked the shape already, and says in words what each field means. Here it is read from a
//! provider's outcome, kept in plan files, and read from these again; so a field that is not known is refused.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Where something stands in an answer: names, indices, or a record that picks an element of a list by its fields.
pub type Path = Vec<Json>;

/// Where values stand, by the names that they are taken under.
pub type Takes = BTreeMap<String, Path>;

/// A condition on an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    All { all: Vec<Condition> },
    Any { any: Vec<Condition> },
    No { no: Box<Condition> },
    Is { at: Path, is: Json },
    Exists { at: Path, exists: bool },
    Has { at: Path, has: String },
    OneOf { at: Path, one_of: Vec<Json> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    pub path: Vec<Json>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub query: Map<String, Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Condition>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    pub read: Read,
    #[serde(default, skip_serializing_if = "Takes::is_empty")]
    pub take: Takes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy: Option<Condition>,
    /// Seconds.
    #[serde(default = "ten_minutes")]
    pub patience: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stuck: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Condition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready: Option<Condition>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stale: String,
    #[serde(default = "yes")]
    pub always: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Send {
    pub method: Method,
    pub path: Vec<Json>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub query: Map<String, Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Map<String, Json>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Json>,
}

/// Where the last lines of a log are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub read: Read,
    pub lines: Path,
    pub text: Path,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Await {
    pub read: Read,
    pub until: Condition,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good: Option<Condition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warns: Option<Condition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Path>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<Log>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Condition>,
    /// Seconds.
    #[serde(default = "ten_minutes")]
    pub timeout: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub says: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Guard>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<Send>,
    #[serde(default, skip_serializing_if = "Takes::is_empty")]
    pub take: Takes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub already: Option<Condition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Condition>,
    #[serde(default, rename = "await", skip_serializing_if = "Option::is_none")]
    pub awaits: Option<Await>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Create,
    Update,
    Replace,
    Delete,
    Adopt,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    pub address: String,
    pub class: Class,
    pub subject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Map<String, Json>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Map<String, Json>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restarts: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loses: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, Vec<Json>>,
}

/// What several actions are carried out by at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    pub name: String,
    pub says: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<String>,
    /// Steps in which the parts of the actions are still to be put.
    pub steps: Json,
}

/// An object that others made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foreign {
    pub address: String,
    pub subject: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// What must not be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub address: String,
    pub why: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    #[serde(default)]
    pub actions: Vec<Action>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<Batch>,
    #[serde(default)]
    pub foreign: Vec<Foreign>,
    #[serde(default)]
    pub refused: Vec<Refused>,
    #[serde(default)]
    pub notes: Vec<String>,
    #[serde(default)]
    pub owned: usize,
    #[serde(default)]
    pub first: Vec<Step>,
}

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SecretSource {
    Env { env: String },
    File { file: String },
    Command { command: Vec<String> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub header: String,
    pub value: String,
    pub token: SecretSource,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub calls: u32,
    pub seconds: u32,
}

/// What is looked at where a token is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doubt {
    pub read: Read,
    pub text: Path,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorities: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good: Option<Condition>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Path>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Condition>,
    #[serde(default = "unsure")]
    pub unsure: Vec<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Doubt>,
    #[serde(default = "four")]
    pub parallel: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// Seconds.
    #[serde(default = "half_a_minute")]
    pub timeout: u64,
}

/// The fields of a stack beside its providers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    pub name: String,
    #[serde(default)]
    pub protect: Vec<String>,
    #[serde(default)]
    pub deletes: Deletes,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deletes {
    pub most: usize,
    pub share: f64,
}

impl Default for Deletes {
    fn default() -> Deletes {
        Deletes { most: 10, share: 0.3 }
    }
}

fn yes() -> bool {
    true
}

fn four() -> usize {
    4
}

fn half_a_minute() -> u64 {
    30
}

fn ten_minutes() -> u64 {
    600
}

fn unsure() -> Vec<u16> {
    vec![500, 502, 503, 504, 520, 521, 522, 523, 524]
}
