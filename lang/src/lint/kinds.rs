//! Which values a pattern can take and which it takes for certain, in kinds and single values.
//!
//! `reach` errs to the side of more, `cover` to the side of fewer: so an arm whose reach is covered
//! is never reached.

use super::facts::Facts;
use crate::resolve::binding::{Binding, Prelude};
use crate::syntax::ast::{BinaryOp, Expr, ExprId, Pattern, StrPart};

const NULL: u8 = 1;
const BOOL: u8 = 2;
const INT: u8 = 4;
const FLOAT: u8 = 8;
const STRING: u8 = 16;
const LIST: u8 = 32;
const RECORD: u8 = 64;
/// Functions and types.
const OTHER: u8 = 128;
const ALL: u8 = 255;

#[derive(Debug, Clone, PartialEq)]
enum Literal {
    Bool(bool),
    Int(i64),
    Text(String),
}

impl Literal {
    fn kinds(&self) -> u8 {
        match self {
            Literal::Bool(_) => BOOL,
            Literal::Int(_) => INT,
            Literal::Text(_) => STRING,
        }
    }
}

/// A set of values: whole kinds, and single values of others.
#[derive(Debug, Clone, Default)]
pub struct Set {
    kinds: u8,
    literals: Vec<Literal>,
}

impl Set {
    fn of(kinds: u8) -> Set {
        Set { kinds, literals: Vec::new() }
    }

    fn one(literal: Literal) -> Set {
        Set { kinds: 0, literals: vec![literal] }
    }

    /// What is in one of both.
    pub fn join(mut self, other: Set) -> Set {
        self.kinds |= other.kinds;
        self.literals.extend(other.literals);
        let has = |wanted| self.literals.contains(&Literal::Bool(wanted));
        if has(true) && has(false) {
            self.kinds |= BOOL;
        }
        self
    }

    /// Whether all that is in this one is in the other.
    pub fn within(&self, other: &Set) -> bool {
        let known = |literal: &Literal| literal.kinds() & !other.kinds == 0 || other.literals.contains(literal);
        self.kinds & !other.kinds == 0 && self.literals.iter().all(known)
    }
}

/// All values that a pattern may take.
pub fn reach(facts: &Facts, pattern: &Pattern) -> Set {
    match pattern {
        Pattern::Error | Pattern::Any(_) | Pattern::Bind(_) => Set::of(ALL),
        Pattern::Record { .. } => Set::of(RECORD),
        Pattern::List { .. } => Set::of(LIST),
        Pattern::Test(id) => test_reach(facts, *id),
    }
}

/// Values that a pattern takes for certain.
pub fn cover(facts: &Facts, pattern: &Pattern) -> Set {
    match pattern {
        Pattern::Error => Set::default(),
        Pattern::Any(_) | Pattern::Bind(_) => Set::of(ALL),
        Pattern::Record { fields, open, .. } if fields.is_empty() && *open => Set::of(RECORD),
        Pattern::List { items, rest: Some(_), .. } if items.is_empty() => Set::of(LIST),
        Pattern::Record { .. } | Pattern::List { .. } => Set::default(),
        Pattern::Test(id) => exact(facts, *id).unwrap_or_default(),
    }
}

/// The values of a type that is written out: literals, types of the prelude, unions of them.
fn exact(facts: &Facts, id: ExprId) -> Option<Set> {
    let set = match facts.ast.expr(id) {
        Expr::Group(inner) => exact(facts, *inner)?,
        Expr::Null => Set::of(NULL),
        Expr::Bool(value) => Set::one(Literal::Bool(*value)),
        Expr::Int(value) => Set::one(Literal::Int(*value)),
        Expr::Str(parts) => match &parts[..] {
            [] => Set::one(Literal::Text(String::new())),
            [StrPart::Text(text)] => Set::one(Literal::Text(text.to_string())),
            _ => return None,
        },
        Expr::Name(_) => prelude(facts.names.names.get(&id)?)?,
        Expr::Nullable(inner) => exact(facts, *inner)?.join(Set::of(NULL)),
        Expr::Binary { op: BinaryOp::Union, lhs, rhs } => exact(facts, *lhs)?.join(exact(facts, *rhs)?),
        _ => return None,
    };
    Some(set)
}

fn prelude(binding: &Binding) -> Option<Set> {
    let Binding::Prelude(prelude) = binding else { return None };
    Some(Set::of(match prelude {
        Prelude::Std | Prelude::Absent | Prelude::Secret => return None,
        Prelude::Any => ALL,
        Prelude::Int => INT,
        Prelude::Float => FLOAT,
        Prelude::Number => INT | FLOAT,
        Prelude::String => STRING,
        Prelude::Bool => BOOL,
        Prelude::Null => NULL,
    }))
}

fn test_reach(facts: &Facts, id: ExprId) -> Set {
    let any = NULL | BOOL | INT | FLOAT | STRING | LIST | RECORD | OTHER;
    match facts.ast.expr(id) {
        Expr::Group(inner) => test_reach(facts, *inner),
        Expr::Float(_) | Expr::BigInt(_) => Set::of(INT | FLOAT),
        Expr::Nullable(inner) => test_reach(facts, *inner).join(Set::of(NULL)),
        Expr::Binary { op: BinaryOp::Union, lhs, rhs } => test_reach(facts, *lhs).join(test_reach(facts, *rhs)),
        Expr::Binary { op: BinaryOp::Merge, lhs, .. } => test_reach(facts, *lhs),
        _ => exact(facts, id).unwrap_or_else(|| Set::of(any)),
    }
}
