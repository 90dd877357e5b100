//! The algebra of types: what is in either, what is in both, and the set that a value stands for as a
//! type. Results may be larger than the truth, never smaller.

use super::ty::{Has, Items, Member, Row, Text, Ty};
use super::widen::widened;
use crate::base::span::Loc;
use crate::calc::regex;
use std::rc::Rc;

/// A union of more members than this is widened.
const MOST: usize = 16;

impl Ty {
    pub fn join(&self, other: &Ty) -> Ty {
        if matches!(self, Ty::Any) || matches!(other, Ty::Any) {
            return Ty::Any;
        }
        let mut members: Vec<Ty> = Vec::new();
        for ty in self.members().iter().chain(other.members()) {
            if !members.contains(ty) {
                members.push(ty.clone());
            }
        }
        if members.len() > MOST {
            members = widened(members);
        }
        Ty::of_members(members)
    }

    /// The union of types that are no unions, each another one.
    pub(super) fn of_members(mut members: Vec<Ty>) -> Ty {
        match members.len() {
            0 => Ty::Never,
            1 => members.remove(0),
            len if len > MOST => Ty::Any,
            _ => Ty::Union(members.into()),
        }
    }

    pub fn join_all(types: impl IntoIterator<Item = Ty>) -> Ty {
        types.into_iter().fold(Ty::Never, |all, ty| all.join(&ty))
    }

    /// What is in both; [`Ty::Never`] only if there is no such value.
    pub fn meet(&self, other: &Ty) -> Ty {
        match (self, other) {
            // A file that nobody has looked at stays to be looked at.
            (Ty::File(_), Ty::Any) => self.clone(),
            (Ty::Any, Ty::File(_)) => other.clone(),
            (Ty::Any | Ty::Var(_) | Ty::File(_), ty) | (ty, Ty::Any | Ty::Var(_) | Ty::File(_)) => ty.clone(),
            (Ty::Union(_), _) | (_, Ty::Union(_)) => {
                let pairs = self.members().iter().flat_map(|a| other.members().iter().map(move |b| a.meet(b)));
                Ty::join_all(pairs)
            }
            (Ty::Never, _) | (_, Ty::Never) => Ty::Never,
            // What passes is sealed. That the other side may refuse it is for the run to say.
            (Ty::Sealed, _) | (_, Ty::Sealed) => Ty::Sealed,
            (Ty::Null, Ty::Null) => self.clone(),
            (Ty::Bool(a), Ty::Bool(b)) => match (a, b) {
                (Some(a), Some(b)) if a != b => Ty::Never,
                _ => Ty::Bool(a.or(*b)),
            },
            (Ty::Int(low, high), Ty::Int(other_low, other_high)) => {
                let low = (*low).max(*other_low);
                let high = [*high, *other_high].into_iter().flatten().min();
                match (low, high) {
                    (Some(low), Some(high)) if low > high => Ty::Never,
                    _ => Ty::Int(low, high),
                }
            }
            (Ty::Float(low, high), Ty::Float(other_low, other_high)) => {
                let low = [*low, *other_low].into_iter().flatten().reduce(f64::max);
                let high = [*high, *other_high].into_iter().flatten().reduce(f64::min);
                match (low, high) {
                    (Some(low), Some(high)) if low > high => Ty::Never,
                    _ => Ty::Float(low, high),
                }
            }
            (Ty::Text(a), Ty::Text(b)) => meet_texts(a, b),
            (Ty::List(a), Ty::List(b)) => meet_lists(a, b),
            (Ty::Record(a), Ty::Record(b)) => {
                if Rc::ptr_eq(a, b) {
                    return self.clone();
                }
                if rows_are_apart(a, b) || rows_are_apart(b, a) {
                    return Ty::Never;
                }
                Ty::Record(Rc::new(meet_rows(a, b)))
            }
            (Ty::Function(_), Ty::Function(_)) | (Ty::Type(_), Ty::Type(_)) => self.clone(),
            // Records, lists, literals and functions are types too.
            _ => Ty::Never,
        }
    }

    /// The set that a value stands for where a type is expected.
    pub fn as_set(&self) -> Ty {
        match self {
            Ty::Type(set) => (**set).clone(),
            Ty::Null | Ty::Bool(Some(_)) | Ty::Text(Text::One(_)) => self.clone(),
            Ty::Int(Some(low), Some(high)) if low == high => self.clone(),
            Ty::Float(Some(low), Some(high)) if low == high => self.clone(),
            Ty::List(items) => match items.each.as_deref() {
                Some([(element, _)]) => Ty::list(element.as_set()),
                Some(_) => Ty::Any,
                // Of all lists only those of one element are types.
                None => Ty::list(items.element.as_set()),
            },
            Ty::Record(row) => Ty::Record(Rc::new(set_of_row(row))),
            Ty::Var(_) => self.clone(),
            Ty::Any
            | Ty::File(_)
            | Ty::Never
            | Ty::Sealed
            | Ty::Bool(None)
            | Ty::Int(..)
            | Ty::Float(..)
            | Ty::Text(_)
            | Ty::Function(_)
            | Ty::Union(_) => Ty::Any,
        }
    }

    /// A value that has passed an annotation by this set.
    pub fn passed(&self) -> Ty {
        match self {
            Ty::List(items) => Ty::list(items.element.passed()),
            Ty::Record(row) => {
                let mut row = (**row).clone();
                // What the annotation leaves open may be any field of what it is laid over.
                row.loose = row.open || row.rest.is_some();
                // Its own schema may declare more than the annotation does.
                row.open = true;
                row.schema = false;
                row.at = Loc::default();
                for member in row.fields.values_mut() {
                    *member = member.holding(member.declared.passed());
                    if member.has == Has::No {
                        member.has = Has::Yes;
                    }
                }
                Ty::Record(Rc::new(row))
            }
            Ty::Union(members) => Ty::join_all(members.iter().map(Ty::passed)),
            other => other.clone(),
        }
    }
}

fn meet_texts(a: &Text, b: &Text) -> Ty {
    let matches = |pattern: &str, text: &str| regex::is_match(pattern, text).unwrap_or(true);
    match (a, b) {
        (Text::All, other) | (other, Text::All) => Ty::Text(other.clone()),
        (Text::One(a), Text::One(b)) if a != b => Ty::Never,
        (Text::One(text), Text::Like(pattern)) | (Text::Like(pattern), Text::One(text)) => {
            if matches(pattern, text) {
                Ty::Text(Text::One(text.clone()))
            } else {
                Ty::Never
            }
        }
        (Text::One(_), Text::One(_)) | (Text::Like(_), Text::Like(_)) => Ty::Text(a.clone()),
    }
}

fn meet_lists(a: &Rc<Items>, b: &Rc<Items>) -> Ty {
    let apart = |one: &Items, other: &Items| {
        one.each.iter().flatten().any(|(ty, _)| !matches!(ty, Ty::Never) && ty.meet(&other.element) == Ty::Never)
    };
    if apart(a, b) || apart(b, a) {
        return Ty::Never;
    }
    let each = a.each.clone().or_else(|| b.each.clone());
    Ty::List(Rc::new(Items { element: a.element.meet(&b.element), each }))
}

/// What both ask, name by name.
fn meet_rows(a: &Row, b: &Row) -> Row {
    let mut row = a.clone();
    for (name, member) in &b.fields {
        let joined = match a.fields.get(name) {
            Some(own) => Member {
                value: own.value.meet(&member.value),
                declared: own.declared.meet(&member.declared),
                has: if own.has == Has::Yes { Has::Yes } else { member.has },
                ..own.clone()
            },
            None => member.clone(),
        };
        row.fields.insert(*name, joined);
    }
    row.open |= b.open;
    row.loose |= b.loose;
    row.schema &= b.schema;
    row.rest = match (row.rest, &b.rest) {
        (Some(one), Some(other)) => Some(one.meet(other)),
        (one, other) => one.or_else(|| other.clone()),
    };
    row
}

/// Whether no record is in both, as `set` sees it.
///
/// A name that one of them lacks does not keep them apart: whatever stands above may still bring it.
fn rows_are_apart(row: &Row, set: &Row) -> bool {
    set.fields.iter().any(|(name, wanted)| {
        row.fields.get(name).is_some_and(|member| {
            let both = member.has == Has::Yes && wanted.has != Has::Perhaps;
            both && !matches!(member.value, Ty::Never) && member.value.meet(&wanted.declared) == Ty::Never
        })
    })
}

/// A record as a type looks at annotations and presence, never at values.
fn set_of_row(row: &Row) -> Row {
    let as_wanted = |member: &Member| Member {
        has: if member.has == Has::Perhaps { Has::Perhaps } else { Has::No },
        ..member.holding(member.declared.clone())
    };
    let fields = row.fields.iter().map(|(name, member)| (*name, as_wanted(member))).collect();
    Row { fields, ..row.clone() }
}
