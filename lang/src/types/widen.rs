//! Types made smaller or wider: members left out of a union, and too many of them told in fewer words.

use super::ty::{Fields, Has, Items, Member, Row, Text, Ty};
use crate::base::span::Loc;
use rustc_hash::FxBuildHasher;
use std::rc::Rc;

impl Ty {
    /// The members that are not left out.
    pub fn without(&self, out: impl Fn(&Ty) -> bool) -> Ty {
        Ty::of_members(self.members().iter().filter(|member| !out(member)).cloned().collect())
    }

    /// All values of the same kind.
    pub fn widest(&self) -> Ty {
        match self {
            Ty::Bool(_) => Ty::BOOL,
            Ty::Int(..) => Ty::INT,
            Ty::Text(_) => Ty::TEXT,
            Ty::List(_) => Ty::any_list(),
            Ty::Record(_) => Ty::any_record(),
            Ty::Float(..) => Ty::FLOAT,
            Ty::Null | Ty::Never | Ty::Sealed => self.clone(),
            Ty::Union(members) => Ty::join_all(members.iter().map(Ty::widest)),
            Ty::Any | Ty::File(_) | Ty::Function(_) | Ty::Type(_) | Ty::Var(_) => Ty::Any,
        }
    }
}

/// The members of a union, one for each kind of value.
pub(super) fn widened(members: Vec<Ty>) -> Vec<Ty> {
    let mut kinds: Vec<Ty> = Vec::new();
    for member in members {
        let same = kinds.iter_mut().find(|kind| std::mem::discriminant(*kind) == std::mem::discriminant(&member));
        match same {
            Some(kind) => *kind = both(kind, &member),
            None => kinds.push(member),
        }
    }
    kinds
}

/// What holds two types of one kind.
fn both(one: &Ty, other: &Ty) -> Ty {
    match (one, other) {
        (Ty::Int(low, high), Ty::Int(other_low, other_high)) => Ty::Int(
            low.zip(*other_low).map(|(one, other)| one.min(other)),
            high.zip(*other_high).map(|(one, other)| one.max(other)),
        ),
        (Ty::Float(low, high), Ty::Float(other_low, other_high)) => Ty::Float(
            low.zip(*other_low).map(|(one, other)| one.min(other)),
            high.zip(*other_high).map(|(one, other)| one.max(other)),
        ),
        (Ty::Text(one), Ty::Text(other)) => Ty::Text(if one == other { one.clone() } else { Text::All }),
        (Ty::List(one), Ty::List(other)) => {
            Ty::List(Rc::new(Items { element: one.element.join(&other.element), each: None }))
        }
        (Ty::Record(one), Ty::Record(other)) => Ty::Record(Rc::new(both_rows(one, other))),
        _ if one == other => one.clone(),
        _ => one.widest().join(&other.widest()),
    }
}

/// A record that is either: a name that one of them lacks may be there or not.
fn both_rows(one: &Row, other: &Row) -> Row {
    let mut fields = Fields::with_capacity_and_hasher(one.fields.len(), FxBuildHasher);
    for (name, member) in one.fields.iter().chain(&other.fields) {
        if fields.contains_key(name) {
            continue;
        }
        let (first, second) = (one.fields.get(name), other.fields.get(name));
        let read = |member: Option<&Member>| member.map_or(Ty::Never, Member::read);
        let sure = |member: Option<&Member>| member.is_some_and(|member| member.has == Has::Yes);
        let has = if sure(first) && sure(second) { Has::Yes } else { Has::Perhaps };
        let value = read(first).join(&read(second));
        fields.insert(*name, Member { declared: Ty::Any, declared_at: None, has, ..member.holding(value) });
    }
    let rest = match (&one.rest, &other.rest) {
        (None, None) => None,
        (Some(one), Some(other)) => Some(one.join(other)),
        _ => Some(Ty::Any),
    };
    Row {
        fields,
        open: one.open || other.open,
        loose: one.loose || other.loose,
        rest,
        schema: one.schema && other.schema,
        at: Loc::default(),
    }
}
