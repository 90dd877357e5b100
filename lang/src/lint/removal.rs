//! The edits that take something away and leave the rest as it stands.
//!
//! No comment may go with it, and none may come to stand above something else: where one is near,
//! there is no edit, and a person has to say what becomes of it.

use super::facts::Facts;
use crate::base::span::Span;
use crate::syntax::ast::FieldPattern;

/// What is deleted to take a `let` away: whole lines, if nothing else stands on them.
pub fn of_let(facts: &Facts, span: Span) -> Option<Span> {
    let text = facts.text;
    let (start, end) = (span.start as usize, span.end as usize);
    let tail = text.get(end..)?;
    let rest = tail.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix([',', ';']).unwrap_or(rest).trim_start_matches([' ', '\t', '\r']);
    let after = text.len() - rest.len();
    let line = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let line_end = rest.find('\n').map_or(text.len(), |at| after + at);
    let commented = |from: usize, to: usize| !facts.trivia.comments_within(from as u32, to as u32).is_empty();
    if commented(start, line_end) || comment_above(facts, line) {
        return None;
    }
    let alone = text.get(line..start)?.trim().is_empty();
    if alone && after == line_end {
        return Some(whole_lines(text, line, line_end));
    }
    // Behind the last item of braces nothing follows that the comma before it would part it from.
    let head = text.get(..start)?.trim_end_matches([' ', '\t']);
    if rest.starts_with('}') && head.ends_with(',') {
        return Some(Span::new(head.len() - 1, end));
    }
    let from = if after == line_end { head.len() } else { start };
    Some(Span::new(from, after))
}

fn comment_above(facts: &Facts, line: usize) -> bool {
    let Some(above) = facts.text.get(..line.saturating_sub(1)) else { return false };
    let start = above.rfind('\n').map_or(0, |at| at + 1);
    facts.trivia.comments_within(start as u32, line as u32).iter().any(|comment| comment.own_line)
}

/// The lines and, where they stood between blank lines or at the text's start, the blank ones below.
fn whole_lines(text: &str, line: usize, line_end: usize) -> Span {
    let end = (line_end + 1).min(text.len());
    let above = text.get(..line).unwrap_or_default();
    let bare = above.is_empty() || above.lines().next_back().is_some_and(|line| line.trim().is_empty());
    let below = text.get(end..).unwrap_or_default().split_inclusive('\n');
    let blank = below.take_while(|line| bare && line.ends_with('\n') && line.trim().is_empty());
    let end = end + blank.map(str::len).sum::<usize>();
    Span::new(line, end)
}

/// What is deleted to take one of several fields out of a pattern.
pub fn of_field(facts: &Facts, fields: &[FieldPattern], at: usize) -> Option<Span> {
    let start = |field: &FieldPattern| field.name.span.start;
    let span = match (fields.get(at + 1), at.checked_sub(1).and_then(|before| fields.get(before))) {
        (Some(next), _) => Span { start: start(&fields[at]), end: start(next) },
        (None, Some(before)) => Span { start: end(facts, before), end: end(facts, &fields[at]) },
        (None, None) => return None,
    };
    facts.trivia.comments_within(span.start, span.end).is_empty().then_some(span)
}

/// Where a field of a pattern ends.
fn end(facts: &Facts, field: &FieldPattern) -> u32 {
    let parts = field.ty.iter().chain(&field.default).map(|id| facts.ast.span(*id).end);
    let pattern = facts.ast.pattern_span(&field.pattern).end;
    parts.chain([pattern, field.name.span.end]).max().unwrap_or(field.name.span.end)
}
