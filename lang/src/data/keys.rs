//! A key given twice in one record: which, and where both times.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};
use crate::base::symbol::Symbol;

/// A key and where it stands.
pub type Key = (Symbol, Span);

/// Comparing all pairs is quickest up to here; beyond, sorting keeps the time near linear.
const FEW: usize = 12;

/// The first key that repeats an earlier one, with both places.
pub fn duplicate(keys: &[Key]) -> Option<(Symbol, Span, Span)> {
    if keys.len() <= FEW {
        return keys.iter().enumerate().find_map(|(at, (name, second))| {
            let first = keys[..at].iter().find(|(other, _)| other == name)?;
            Some((*name, first.1, *second))
        });
    }
    let mut sorted: Vec<Key> = keys.to_vec();
    sorted.sort_unstable_by_key(|(name, span)| (*name, span.start));
    let repeated = sorted.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let pair = repeated.min_by_key(|pair| pair[1].1.start)?;
    Some((pair[0].0, pair[0].1, pair[1].1))
}

/// The message for a key that is given twice.
pub fn duplicate_key(code: Code, file: FileId, text: &str, (name, first, second): (Symbol, Span, Span)) -> Diag {
    let line = |span: Span| text.bytes().take(span.start as usize).filter(|byte| *byte == b'\n').count() + 1;
    Diag::error(code, format!("the key `{name}` is given twice in one record"))
        .at(second.at(file), format!("the second time, on line {}", line(second)))
        .also(first.at(file), format!("the first time, on line {}", line(first)))
        .help("remove or rename one of the two")
}
