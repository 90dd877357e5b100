//! What resolution finds out: a side table from nodes to the variables they mean.

use crate::base::arena::IndexVec;
use crate::base::diag::Diag;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::new_id;
use crate::syntax::ast::ExprId;
use rustc_hash::{FxHashMap, FxHashSet};

new_id!(
    /// A variable of one file, e.g. `VarId(2)`.
    VarId
);

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Var {
    pub name: Symbol,
    pub span: Span,
    pub kind: VarKind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VarKind {
    /// A `let`, parameter, pattern or loop variable.
    Local,
    /// A `let` among a record's items.
    RecordLet { this: VarId, reads: Reads },
    /// The `self` of one pair of braces.
    This,
    /// The `super` of one pair of braces.
    Super { this: VarId },
    /// A function's own name inside of it.
    Callee,
}

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Binding {
    Var(VarId),
    /// A name of the prelude.
    Prelude(Prelude),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prelude {
    Std,
    Absent,
    Any,
    Int,
    Float,
    Number,
    String,
    Bool,
    Null,
    Secret,
}

impl Prelude {
    pub const NAMES: &'static [(&'static str, Prelude)] = &[
        ("std", Prelude::Std),
        ("absent", Prelude::Absent),
        ("Any", Prelude::Any),
        ("Int", Prelude::Int),
        ("Float", Prelude::Float),
        ("Number", Prelude::Number),
        ("String", Prelude::String),
        ("Bool", Prelude::Bool),
        ("Null", Prelude::Null),
        ("Secret", Prelude::Secret),
    ];

    pub fn named(name: &str) -> Option<Prelude> {
        Prelude::NAMES.iter().find(|(other, _)| *other == name).map(|(_, prelude)| *prelude)
    }
}

/// What a value is for, where that decides about a mark in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MarkPlace {
    Field,
    Element,
    Operand,
}

/// What an expression among a record's items reads of the record it stands in.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reads {
    pub this: bool,
    pub below: bool,
}

/// The braces' own variables.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Braces {
    pub this: VarId,
    pub below: VarId,
}

#[derive(Debug, Default)]
pub struct Resolved {
    pub vars: IndexVec<VarId, Var>,
    /// Each `Name`, `SelfRef` and `SuperRef`.
    pub names: FxHashMap<ExprId, Binding>,
    /// Each place that binds a name.
    pub binders: FxHashMap<Span, VarId>,
    /// Each `Record` and `Schema` with braces of its own.
    pub braces: FxHashMap<ExprId, Braces>,
    /// The name that a `let f(x) = …` has inside, by its `Fn`.
    pub callees: FxHashMap<ExprId, VarId>,
    /// The expressions among a record's items that read that record.
    pub reads: FxHashMap<ExprId, Reads>,
    /// The names in sight where the name stands that was asked about, outermost first.
    pub sight: Vec<(Symbol, VarId)>,
    /// The values of fields that may come out as the mark `absent`.
    pub marked: FxHashSet<ExprId>,
    pub diags: Vec<Diag>,
}

impl Resolved {
    pub fn reads(&self, expr: ExprId) -> Reads {
        self.reads.get(&expr).copied().unwrap_or_default()
    }
}
