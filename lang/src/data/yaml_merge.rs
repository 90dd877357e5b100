//! Merge keys: `<<: *base`, or `<<: [*first, *second]`, in the place of the fields they bring.
//!
//! A field that the record gives itself wins wherever it stands, and an earlier base wins over a
//! later one, as YAML 1.1 says it.

use super::keys::Key;
use super::tree::Data;
use crate::base::symbol::Symbol;
use rustc_hash::FxHashSet;

/// The fields of a record of which the entries at `merges` are merge keys. The error is the index
/// of an entry whose value cannot be merged.
pub fn merge(keys: &[Key], values: Vec<Data>, merges: &[usize]) -> Result<Vec<(Symbol, Data)>, usize> {
    let own = |at: &usize| !merges.contains(at);
    let mut seen: FxHashSet<Symbol> = (0..keys.len()).filter(own).map(|at| keys[at].0).collect();
    let mut fields = Vec::with_capacity(values.len());
    for (at, ((name, _), value)) in keys.iter().zip(values).enumerate() {
        if own(&at) {
            fields.push((*name, value));
            continue;
        }
        for base in bases(value).ok_or(at)? {
            fields.extend(base.into_iter().filter(|(name, _)| seen.insert(*name)));
        }
    }
    Ok(fields)
}

/// The records that a merge key names.
fn bases(value: Data) -> Option<Vec<Vec<(Symbol, Data)>>> {
    let record = |value| match value {
        Data::Record(fields) => Some(fields),
        _ => None,
    };
    match value {
        Data::List(items) => items.into_iter().map(record).collect(),
        value => record(value).map(|fields| vec![fields]),
    }
}
