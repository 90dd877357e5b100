//! Quotes inside of a string: `"say "hello" to them"` ends at the second one.

use super::recover::Edit;
use super::scene::{Mended, Scene};
use super::token::Token;
use crate::base::span::Span;

/// A word right behind the end of a string, where the string goes on after another quote of the same line.
pub fn recognise(s: &Scene) -> Option<Mended> {
    let string = s.at.checked_sub(1)?;
    let glued = s.token(string)? == Token::Str && s.touch(string) && s.text(string).starts_with('"');
    let start = s.span(string).start as usize;
    let end = whole(s.text.get(start..)?, s.text(string).len())?;
    let body = s.text.get(start + 1..start + end - 1)?;
    if !glued || !word_follows(s.text, start + s.text(string).len()) || body.contains('\\') {
        return None;
    }
    let place = Span::new(start, start + end).at(s.file);
    let written = format!("\"{}\"", body.replace('"', "\\\""));
    let diag = s.syntax(s.at, format!("the string ends before `{}`", s.text(s.at)));
    let diag = diag.guess("a quote inside of a string is written `\\\"`", place, written);
    let last = (s.at..s.tokens.len()).take_while(|at| (s.span(*at).start as usize) < start + end).last()?;
    let edit: Option<Edit> = s.replace(string, last + 1 - string, &[Token::Bad]);
    Some((diag, edit))
}

/// The length of the string that was meant, if the quotes behind its first part come in pairs around words.
fn whole(text: &str, first: usize) -> Option<usize> {
    let line = text.split('\n').next()?;
    let mut open = first;
    loop {
        let close = open + line.get(open..)?.find('"')? + 1;
        let end = close + line.get(close..)?.find('"')? + 1;
        if !word_follows(line, end) {
            return Some(end);
        }
        open = end;
    }
}

fn word_follows(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}
