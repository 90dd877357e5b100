//! A plan: the actions of all providers of a stack, with what they saw, as a file that can be kept and carried out later.

use super::contract::{Action, Class, Outcome, SecretSource, Stack, Target};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::calc::encode::to_hex;
use rzp_lang::calc::hash::{Algorithm, digest};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a plan file begins with.
pub const FORMAT: &str = "rzp-plan/1";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub format: String,
    pub stack: Stack,
    /// The files that it was made of, each with its SHA-256.
    pub inputs: BTreeMap<String, String>,
    pub parts: Vec<Part>,
}

/// One provider's part of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub provider: String,
    pub target: Target,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, SecretSource>,
    pub outcome: Outcome,
}

/// An action with the provider that it is of.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    pub part: &'a Part,
    pub action: &'a Action,
}

impl Plan {
    /// A plan whose actions have names and an order.
    pub fn new(stack: Stack, inputs: BTreeMap<String, String>, parts: Vec<Part>) -> Result<Plan, Diag> {
        let plan = Plan { format: FORMAT.to_owned(), stack, inputs, parts };
        plan.checked()
    }

    /// Reads a plan file.
    pub fn read(name: &str, text: &str) -> Result<Plan, Diag> {
        let wrong = |why: String| Diag::error(Code::BadPlan, format!("`{name}` is no plan: {why}"));
        let value: serde_json::Value = serde_json::from_str(text).map_err(|why| wrong(why.to_string()))?;
        match value.get("format").and_then(|format| format.as_str()) {
            Some(FORMAT) => {}
            Some(other) => {
                let diag = wrong(format!("its format is `{other}`, and this is `{FORMAT}`"));
                return Err(diag.help("make it anew with this version: `rzp plan --out plan.json`"));
            }
            None => return Err(wrong("it has no `format`".to_owned()).help("`rzp plan --out plan.json` writes one")),
        }
        let plan: Plan = serde_json::from_value(value).map_err(|why| wrong(why.to_string()))?;
        plan.checked()
    }

    /// The text of a plan file.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.parts.iter().flat_map(|part| part.outcome.actions.iter().map(move |action| Item { part, action }))
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.items().next().is_none()
    }

    pub fn count(&self, class: Class) -> usize {
        self.items().filter(|item| item.action.class == class).count()
    }

    /// The plan with some of its actions alone.
    pub fn keeping(&self, keep: impl Fn(&Action) -> bool) -> Plan {
        let mut plan = self.clone();
        plan.parts.iter_mut().for_each(|part| part.outcome.actions.retain(&keep));
        plan
    }

    fn checked(self) -> Result<Plan, Diag> {
        let mut seen = BTreeSet::new();
        for item in self.items() {
            if !seen.insert(&item.action.address) {
                let title = format!("two actions have the address `{}`", item.action.address);
                return Err(Diag::error(Code::BadPlan, title).note(format!("the provider is `{}`", item.part.provider)));
            }
        }
        Ok(self)
    }
}

/// The digest of a file in `inputs`.
pub fn file_digest(text: &str) -> String {
    to_hex(&digest(Algorithm::Sha256, text.as_bytes()))
}

/// Whether an address is meant by a pattern, in which `*` stands for any text.
pub fn matches(pattern: &str, address: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == address,
        Some((before, after)) => address.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| matches(after, &rest[at..]))
        }),
    }
}
