//! `"${name}"`: what puts a value into a string in other languages, and is text in this one.
//!
//! Shell scripts and files for other programs are full of it, so that only a name counts that means something
//! where the string stands: a variable, or a field beside it.

use super::facts::Facts;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use crate::resolve::resolver::Lure;

pub fn find(facts: &Facts, lures: &[Lure], out: &mut Vec<Diag>) {
    // What was meant to stand in a string is not without use.
    let lured = |diag: &Diag| {
        let word = diag.place().and_then(|place| facts.text.get(place.span.range()));
        diag.code == Code::UnusedLet && lures.iter().any(|lure| word == Some(&*lure.name.text()))
    };
    out.retain(|diag| !lured(diag));
    for (at, lure) in lures.iter().enumerate() {
        let before = lures[..at].iter().filter(|other| other.string == lure.string && other.text == lure.text).count();
        out.extend(warning(facts, lure, before));
    }
}

/// The warning of a lure, `before` which the same one stands so often in its string.
fn warning(facts: &Facts, lure: &Lure, before: usize) -> Option<Diag> {
    let string = facts.ast.span(lure.string);
    let (at, _) = facts.text.get(string.range())?.match_indices(&lure.text).nth(before)?;
    let start = string.start as usize + at;
    let at = facts.loc(Span::new(start, start + lure.text.len()));
    let new = match lure.field {
        true => format!("\\(self.{})", lure.name),
        false => format!("\\({})", lure.name),
    };
    let diag = Diag::warning(Code::ForeignInterpolation, format!("`{}` stays as it is written", lure.text))
        .at(at, "this is text");
    Some(diag.guess(format!("a value is put into a string by `{new}`"), at, new))
}
