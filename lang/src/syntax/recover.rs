//! Going on after a mistake: what cannot be read is blanked, and the rest is read again.
//!
//! The grammar stops at the first token that does not fit. Here the smallest part around it that can
//! be given up (a field's value, else the item, element, arm or argument) becomes one `Bad` token, or,
//! where `habits.rs` knows what the writer meant, that is put in its place. Then the parser starts
//! again. So each round finds the next mistake, every other item keeps its tree, and the number of
//! rounds is bounded.

use super::balance::{is_closer, is_opener};
use super::token::{Spanned, Token};
use std::ops::Range;

/// Tokens in the place of others.
#[derive(Clone, Debug)]
pub struct Edit {
    pub range: Range<usize>,
    pub with: Vec<Spanned>,
}

impl Edit {
    /// Whether it can be applied: a rule that misjudged what stands where is passed over.
    pub fn fits(&self, tokens: &[Spanned]) -> bool {
        tokens.get(self.range.clone()).is_some()
    }

    pub fn apply(self, tokens: &mut Vec<Spanned>) {
        tokens.splice(self.range, self.with);
    }
}

fn separates(token: Token) -> bool {
    matches!(token, Token::Comma | Token::Newline | Token::Semicolon)
}

/// The item, element, arm or argument around `at`, without its separators.
pub fn segment(tokens: &[Spanned], at: usize) -> Range<usize> {
    let at = at.min(tokens.len());
    start_of(tokens, at)..end_of(tokens, at)
}

fn start_of(tokens: &[Spanned], at: usize) -> usize {
    let mut depth = 0;
    for (place, token) in tokens[..at].iter().enumerate().rev() {
        match token.token {
            t if is_closer(t) => depth += 1,
            t if is_opener(t) && depth == 0 => return place + 1,
            t if is_opener(t) => depth -= 1,
            Token::StrMid if depth == 0 => return place + 1,
            t if separates(t) && depth == 0 => return place + 1,
            _ => {}
        }
    }
    0
}

fn end_of(tokens: &[Spanned], at: usize) -> usize {
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(at) {
        match token.token {
            t if is_opener(t) => depth += 1,
            t if is_closer(t) && depth == 0 => return place,
            t if is_closer(t) => depth -= 1,
            Token::StrMid if depth == 0 => return place,
            t if separates(t) && depth == 0 => return place,
            _ => {}
        }
    }
    tokens.len()
}

/// The part of the segment that can be given up alone: what follows the last `=`, `:` or `=>` before
/// `at`, up to the next `=` if that was a `:`.
fn part(tokens: &[Spanned], whole: &Range<usize>, at: usize) -> Range<usize> {
    let mut depth = 0;
    let mut mark = None;
    for (place, token) in tokens.iter().enumerate().take(at.min(whole.end)).skip(whole.start) {
        match token.token {
            t if is_opener(t) => depth += 1,
            t if is_closer(t) => depth -= 1,
            Token::Assign | Token::Colon | Token::FatArrow if depth == 0 => mark = Some(place),
            _ => {}
        }
    }
    let Some(mark) = mark else { return whole.clone() };
    let mut end = whole.end;
    if tokens[mark].token == Token::Colon {
        let assigns = |place: &usize| tokens[*place].token == Token::Assign;
        end = (at..whole.end).find(assigns).unwrap_or(end);
    }
    mark + 1..end.max(mark + 1)
}

/// Gives up the smallest part around `at` that was not given up before.
pub fn blank(tokens: &[Spanned], at: usize) -> Edit {
    let is_blank = |range: &Range<usize>| matches!(&tokens[range.clone()], [only] if only.token == Token::Bad);
    let mut whole = segment(tokens, at);
    let narrow = part(tokens, &whole, at);
    if narrow != whole && !is_blank(&narrow) {
        return Edit { with: vec![bad(tokens, &narrow)], range: narrow };
    }
    if whole.is_empty() && at < tokens.len() && separates(tokens[at].token) {
        // A separator with nothing before it.
        return Edit { range: at..at + 1, with: Vec::new() };
    }
    if is_blank(&whole) || whole.is_empty() {
        if let Some(before) = whole.start.checked_sub(1).filter(|before| separates(tokens[*before].token)) {
            return Edit { range: before..whole.end, with: Vec::new() };
        }
        // Not even a blank fits here: the whole bracket goes.
        let Some(opener) = whole.start.checked_sub(1) else {
            return Edit { range: 0..tokens.len(), with: vec![bad(tokens, &(0..tokens.len()))] };
        };
        let close = end_of(tokens, whole.end).saturating_add(1).min(tokens.len());
        whole = opener..close;
    }
    Edit { with: vec![bad(tokens, &whole)], range: whole }
}

/// One `Bad` token in the place of `range`.
pub fn bad(tokens: &[Spanned], range: &Range<usize>) -> Spanned {
    let before = range.start.checked_sub(1).and_then(|at| tokens.get(at)).map_or(0, |t| t.end);
    let inside = tokens.get(range.clone()).unwrap_or_default();
    let start = inside.first().map_or(before, |t| t.start);
    let end = inside.last().map_or(before, |t| t.end);
    Spanned { token: Token::Bad, first: false, start, end: end.max(start) }
}
