//! Mistakes that another definition may still mend.
//!
//! A definition need not be the last word: `with` and `&` may put another one in its place, or complete a
//! record, in the same file or in one that imports it. What is wrong with a definition is therefore held
//! until all that was asked for has been looked at.

use crate::base::diag::Diag;
use crate::base::span::Loc;

/// What keeps a mistake from being certain while it may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hangs {
    /// A definition, by the place of its value: another one may replace it.
    Definition(Loc),
    /// A record, by its braces: another one may be merged with it.
    Record(Loc),
}

impl Hangs {
    pub fn at(self) -> Loc {
        match self {
            Hangs::Definition(at) | Hangs::Record(at) => at,
        }
    }
}

/// A mistake, unless one of these changes.
#[derive(Debug, Clone)]
pub struct Held {
    pub on: Vec<Hangs>,
    pub diag: Diag,
}
