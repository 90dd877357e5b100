//! What the front end promises of every text, for random tests and for fuzzing.
//!
//! Each function returns what is broken, or nothing. Trees are compared as their debugging text with
//! the places taken out; the same text gives every place that the tree holds.

use rzp_lang::base::diag::Diag;
use rzp_lang::base::span::FileId;
use rzp_lang::fmt;
use rzp_lang::syntax::ast::ExprId;
use rzp_lang::syntax::lexer::lex;
use rzp_lang::syntax::parse::{Parsed, parse};
use std::ops::Range;

/// How the debugging text of a place begins.
const PLACE: &str = "Span { start: ";

/// Every place lies in the text, at the edges of characters, and each mistake has one.
pub fn misplaced(text: &str) -> Option<String> {
    let parsed = parse(FileId(0), text);
    let outside = |range: &Range<usize>| text.get(range.clone()).is_none();
    let nodes = (0..parsed.ast.len()).map(|at| parsed.ast.span(ExprId(at as u32)).range());
    let comments = parsed.trivia.comments.iter().map(|comment| comment.span.range());
    if let Some(range) = nodes.chain(comments).chain(shape(&parsed).1).find(outside) {
        return Some(format!("{range:?} is no place in the text"));
    }
    parsed.diags.iter().find_map(|diag| adrift(diag, text))
}

/// A message about this text alone points into it.
pub fn adrift(diag: &Diag, text: &str) -> Option<String> {
    let places = diag.labels.iter().map(|label| label.loc).chain(diag.fix.iter().map(|fix| fix.loc));
    let outside = places.map(|loc| loc.span.range()).find(|range| text.get(range.clone()).is_none());
    match outside {
        Some(range) => Some(format!("{range:?} is no place in the text: {diag:?}")),
        None => diag.place().is_none().then(|| format!("no place is given: {diag:?}")),
    }
}

/// A text without mistakes is laid out as the same tree with the same comments, and its layout as
/// itself; one with mistakes is refused, with the mistakes.
pub fn mislaid(text: &str) -> Option<String> {
    let before = parse(FileId(0), text);
    let wrong = before.diags.iter().any(Diag::is_error);
    let once = match fmt::format(text) {
        Err(diags) if wrong => return (diags != before.diags).then(|| format!("other mistakes: {diags:?}")),
        Err(diags) => return Some(format!("not formatted: {diags:?}")),
        Ok(once) if wrong => return Some(format!("formatted in spite of {:?}\n{once}", before.diags)),
        Ok(once) => once,
    };
    let after = parse(FileId(0), &once);
    if after.diags.iter().any(Diag::is_error) {
        return Some(format!("{once}\nis not valid: {:?}", after.diags));
    }
    if shape(&before).0 != shape(&after).0 {
        return Some(format!("{once}\nis another tree"));
    }
    if comments(text) != comments(&once) {
        return Some(format!("{once}\nhas other comments"));
    }
    let twice = fmt::format(&once).unwrap_or_default();
    (twice != once).then(|| format!("{once}\nis formatted again as\n{twice}"))
}

/// The tree as text without its places, and the places.
fn shape(parsed: &Parsed) -> (String, Vec<Range<usize>>) {
    let nodes = (0..parsed.ast.len()).map(|at| format!("{:?}\n", parsed.ast.expr(ExprId(at as u32))));
    let all: String = nodes.collect();
    let (mut out, mut places) = (String::with_capacity(all.len()), Vec::new());
    let mut rest = all.as_str();
    while let Some((before, after)) = rest.split_once(PLACE) {
        let (place, after) = after.split_once(" }").unwrap_or((after, ""));
        let ends = place.split_once(", end: ").and_then(|(start, end)| Some(start.parse().ok()?..end.parse().ok()?));
        places.extend(ends);
        out.push_str(before);
        rest = after;
    }
    (out + rest, places)
}

fn comments(text: &str) -> Vec<String> {
    let lexed = lex(FileId(0), text);
    let mut found: Vec<_> = lexed.trivia.comments.iter().map(|c| text[c.span.range()].to_owned()).collect();
    found.sort();
    found
}
