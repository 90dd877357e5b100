//! What a walk over a file found out about its annotations.

use super::ty::Ty;
use crate::syntax::ast::ExprId;
use rustc_hash::{FxHashMap, FxHashSet};

/// Why a run has to look at a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// The annotation is no exact set.
    Type,
    /// Nothing is known of the value.
    Unknown,
    /// The value is known no better than this.
    Known(Ty),
}

/// What is known of the annotations of one file.
#[derive(Debug, Default)]
pub struct Proofs {
    pub proved: FxHashSet<ExprId>,
    /// Those with a value in sight that were not proved.
    pub left: FxHashMap<ExprId, Why>,
}

impl Proofs {
    pub fn holds(&self, annotation: ExprId) -> bool {
        self.proved.contains(&annotation)
    }
}
