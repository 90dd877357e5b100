//! Merge keys: `<<: *base`, or `<<: [*first, *second]`, in the place of the fields they bring.
//!
//! A field that the record gives itself wins wherever it stands, and an earlier base wins over a
//! later one, as YAML 1.1 says it.

use super::keys::Key;
use super::placed::{Named, Node, Tree};
use crate::base::symbol::Symbol;
use rustc_hash::FxHashSet;

/// The fields of a record of which the entries at `merges` are merge keys. The error is the index
/// of an entry whose value cannot be merged.
pub fn merge<T: Tree>(keys: &[Key], values: Vec<T>, merges: &[usize]) -> Result<Vec<(T::Name, T)>, usize> {
    let own = |at: &usize| !merges.contains(at);
    let mut seen: FxHashSet<Symbol> = (0..keys.len()).filter(own).map(|at| keys[at].0).collect();
    let mut fields = Vec::with_capacity(values.len());
    for (at, (key, value)) in keys.iter().zip(values).enumerate() {
        if own(&at) {
            fields.push((T::Name::of(*key), value));
            continue;
        }
        for base in bases(value).ok_or(at)? {
            fields.extend(base.into_iter().filter(|(name, _)| seen.insert(name.symbol())));
        }
    }
    Ok(fields)
}

/// The fields of a record.
type Fields<T> = Vec<(<T as Tree>::Name, T)>;

/// The records that a merge key names.
fn bases<T: Tree>(value: T) -> Option<Vec<Fields<T>>> {
    let record = |value: T| match value.open() {
        Node::Record(fields) => Some(fields),
        _ => None,
    };
    match value.open() {
        Node::List(items) => items.into_iter().map(record).collect(),
        Node::Record(fields) => Some(vec![fields]),
        Node::Scalar(_) => None,
    }
}
