//! Which elements are the first of their value: what `unique`, sets and duplicates stand on.
//!
//! Values are told apart by a hash of their contents first, so that a million elements cost a
//! million steps; only those whose hashes meet are compared as `==` does.

use super::call::{Call, Stop};
use crate::base::symbol::Symbol;
use crate::value::value::Value;
use num_traits::ToPrimitive;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// Values that have been met, by hash.
#[derive(Default)]
pub struct Places {
    by_hash: FxHashMap<u64, Vec<usize>>,
    met: Vec<Value>,
}

impl Places {
    /// The place of an equal value that was met before, or `None` after remembering this one.
    pub fn meet(&mut self, c: &mut Call, value: &Value) -> Result<Option<usize>, Stop> {
        let value = c.force(value)?;
        let hash = hash(c, &value)?;
        if let Some(found) = self.find(c, hash, &value)? {
            return Ok(Some(found));
        }
        self.by_hash.entry(hash).or_default().push(self.met.len());
        self.met.push(value);
        Ok(None)
    }

    pub fn contains(&self, c: &mut Call, value: &Value) -> Result<bool, Stop> {
        let value = c.force(value)?;
        let hash = hash(c, &value)?;
        Ok(self.find(c, hash, &value)?.is_some())
    }

    fn find(&self, c: &mut Call, hash: u64, value: &Value) -> Result<Option<usize>, Stop> {
        for at in self.by_hash.get(&hash).into_iter().flatten() {
            if c.equal(&self.met[*at], value)? {
                return Ok(Some(*at));
            }
        }
        Ok(None)
    }
}

/// The positions of the values that no earlier one equals.
pub fn first_places(c: &mut Call, values: &[Value]) -> Result<Vec<usize>, Stop> {
    let (mut places, mut first) = (Places::default(), Vec::new());
    for (at, value) in values.iter().enumerate() {
        if places.meet(c, value)?.is_none() {
            first.push(at);
        }
    }
    Ok(first)
}

/// Equal values have equal hashes: numbers by their value as a float, records without regard to
/// the order of their fields.
fn hash(c: &mut Call, value: &Value) -> Result<u64, Stop> {
    let mut hasher = FxHasher::default();
    match value {
        Value::Null => 0_u8.hash(&mut hasher),
        Value::Bool(truth) => truth.hash(&mut hasher),
        Value::Int(int) => hash_number(*int as f64, &mut hasher),
        Value::Float(float) => hash_number(*float, &mut hasher),
        Value::BigInt(int) => hash_number(int.to_f64().unwrap_or(f64::MAX), &mut hasher),
        Value::Text(text) => text.as_str().hash(&mut hasher),
        Value::List(_) => {
            for item in c.items_of(value, "a list")?.iter() {
                let item = c.force(item)?;
                hash(c, &item)?.hash(&mut hasher);
            }
        }
        Value::Record(record) => {
            let mut sum = 0_u64;
            for (name, field) in c.pairs(record)? {
                let field = c.force(&field)?;
                sum = sum.wrapping_add(hash_field(name, hash(c, &field)?));
            }
            sum.hash(&mut hasher);
        }
        // Functions and types fall together: comparing them is for `==` to judge.
        Value::Closure(_)
        | Value::Native(_)
        | Value::Type(_)
        | Value::Secret(_)
        | Value::Replace(_)
        | Value::Absent
        | Value::Pending
        | Value::Busy
        | Value::Thunk(_) => 1_u8.hash(&mut hasher),
    }
    Ok(hasher.finish())
}

fn hash_number(float: f64, hasher: &mut FxHasher) {
    // 0.0 and -0.0 are equal.
    (float + 0.0).to_bits().hash(hasher);
}

fn hash_field(name: Symbol, value: u64) -> u64 {
    let mut hasher = FxHasher::default();
    (name, value).hash(&mut hasher);
    hasher.finish()
}
