//! Whether all that an expression can be lies inside of an annotation: the question that a proof answers.
//!
//! The left side is a type as the checker infers it, which is never too small. The right side must be
//! a set that is *exact* (`types/exact.rs`), never too large. So a yes is certain, and a no says nothing.
//!
//! What a check at run time would compute on the way counts as well: a list that is only known by its
//! clauses, or a record whose names are not all known, is not proved, since the check would run those
//! clauses and blocks before anybody asks for them.

use super::ty::{Has, Items, Member, Row, Text, Ty};
use crate::calc::regex;

impl Ty {
    /// Whether each value of this type passes a check by the exact set, and the check would compute nothing.
    pub fn within(&self, set: &Ty) -> bool {
        match (self, set) {
            (_, Ty::Any) | (Ty::Never, _) | (Ty::Null, Ty::Null) => true,
            (Ty::Union(members), _) => members.iter().all(|member| member.within(set)),
            (Ty::Bool(None), Ty::Union(_)) => [true, false].into_iter().all(|truth| Ty::Bool(Some(truth)).within(set)),
            (_, Ty::Union(members)) => members.iter().any(|member| self.within(member)),
            (Ty::Bool(value), Ty::Bool(wanted)) => wanted.is_none() || value == wanted,
            (Ty::Int(low, high), Ty::Int(least, most)) => {
                least.is_none_or(|least| low.is_some_and(|low| least <= low))
                    && most.is_none_or(|most| high.is_some_and(|high| high <= most))
            }
            (Ty::Float(low, high), Ty::Float(least, most)) => {
                least.is_none_or(|least| low.is_some_and(|low| least <= low))
                    && most.is_none_or(|most| high.is_some_and(|high| high <= most))
            }
            (Ty::Text(text), Ty::Text(wanted)) => text_within(text, wanted),
            (Ty::List(items), Ty::List(wanted)) => items_within(items, &wanted.element),
            (Ty::Record(row), Ty::Record(wanted)) => row_within(row, wanted),
            _ => false,
        }
    }
}

fn text_within(text: &Text, wanted: &Text) -> bool {
    match (text, wanted) {
        (_, Text::All) => true,
        (Text::One(text), Text::One(wanted)) => text == wanted,
        (Text::One(text), Text::Like(pattern)) => regex::is_match(pattern, text) == Ok(true),
        (Text::Like(pattern), Text::Like(wanted)) => pattern == wanted,
        _ => false,
    }
}

/// Only the elements that stand one by one in brackets are there without running anything.
fn items_within(items: &Items, wanted: &Ty) -> bool {
    items.each.as_ref().is_some_and(|each| each.iter().all(|(element, _)| element.within(wanted)))
}

fn row_within(row: &Row, wanted: &Row) -> bool {
    let all_known = !row.open && row.rest.is_none() && row.fields.values().all(|member| member.has == Has::Yes);
    let there = |(name, of): (&_, &Member)| of.has == Has::Perhaps || row.fields.contains_key(name);
    all_known
        && wanted.fields.iter().all(there)
        && row.fields.iter().all(|(name, member)| match (wanted.fields.get(name), &wanted.rest) {
            (Some(of), _) => member.read().within(&of.declared),
            (None, Some(rest)) => member.read().within(rest),
            (None, None) => wanted.open,
        })
}
