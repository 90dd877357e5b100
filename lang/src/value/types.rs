//! Types as values: what an annotation evaluates to, beside plain values that serve as types
//! (literals, `[T]`, records of annotations, predicates).

use super::value::Value;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::code::code::{BaseType, Compare};
use std::rc::Rc;

#[derive(Debug)]
pub enum Type {
    Base(BaseType),
    /// A variable `'a`: nothing is known, nothing is checked.
    Var(Symbol),
    /// Any list, record or function, whatever is inside.
    List,
    Record,
    Function,
    /// `A | B | C`, flat
    Union(Box<[Value]>),
    /// `A & B & C`, flat: the value is in each
    Meet(Box<[Value]>),
    /// `>=1`
    Constraint(Compare, Value),
    /// `fn(A, B) -> C`
    Fn {
        params: Box<[FnParam]>,
        result: Value,
    },
    /// A list with a way to merge: `std.list.keyed_by(T, "name")` and its like.
    Strategy {
        kind: Strategy,
        element: Value,
    },
    /// A predicate with the name that messages give it.
    Named {
        name: Rc<str>,
        test: Value,
    },
}

#[derive(Debug)]
pub struct FnParam {
    pub name: Option<Symbol>,
    pub ty: Value,
    pub optional: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Strategy {
    KeyedBy(Symbol),
    Set,
    Append,
}

/// Who promised what, where: carried by a contract until it holds or is broken.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// The annotation.
    pub ty: Loc,
    /// Where the value was written, if that is known.
    pub value: Option<Loc>,
    pub role: Role,
    /// The way from the annotated value to the part that is checked: `.spec.ports[]`.
    pub path: Rc<str>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// A value or field with an annotation.
    Value,
    /// An argument: the caller is to blame.
    Argument,
    /// What a function returned: the function is to blame.
    Result,
}

impl Label {
    /// The label of a part of the value.
    pub fn inside(&self, step: &str) -> Rc<Label> {
        let path = format!("{}{step}", self.path).into();
        Rc::new(Label { ty: self.ty, value: self.value, role: self.role, path })
    }
}
