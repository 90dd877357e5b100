//! Lists of YAML and braces of template languages, as they are pasted into a file.

use super::recover::{Edit, bad, segment};
use super::scene::{Mended, Scene};
use super::token::Token;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use std::ops::Range;

/// The rule that knows the mistake, if one does.
pub fn recognise(s: &Scene) -> Option<Mended> {
    let rules: [fn(&Scene) -> Option<Mended>; 2] = [yaml_list, template_braces];
    rules.iter().find_map(|rule| rule(s))
}

/// Gives up `range` with one blank value in its place.
fn give_up(s: &Scene, range: Range<usize>) -> Option<Edit> {
    Some(Edit { with: vec![bad(s.tokens, &range)], range })
}

/// `{{ name }}`
fn template_braces(s: &Scene) -> Option<Mended> {
    let outer = s.at.checked_sub(1)?;
    if s.here()? != Token::OpenBrace || s.token(outer)? != Token::OpenBrace || !s.touch(outer) {
        return None;
    }
    let close = s.partner(s.at)?;
    if s.token(close + 1)? != Token::CloseBrace || !s.touch(close) {
        return None;
    }
    let whole = outer..close + 2;
    let inner = s.slice(s.at + 1..close);
    let place = s.across(outer, close + 1);
    let diag = Diag::error(Code::Syntax, "`{{ … }}` fills templates of other languages").at(place, "");
    if !s.starts_value(s.at + 1) || inner.contains('|') {
        return Some((
            diag.help("a value is named as it is, `name`; inside of a string it is `\\(name)`"),
            give_up(s, whole),
        ));
    }
    let diag = diag.fix("a value is named as it is; inside of a string it is `\\(name)`", place, inner);
    let with = s.tokens.get(s.at + 1..close)?.to_vec();
    let with = with.into_iter().filter(|token| token.token != Token::Newline).collect();
    Some((diag, Some(Edit { range: whole, with })))
}

/// `- item` on lines of their own
fn yaml_list(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::Minus || !s.first_on_line(s.at) || s.expected.value() {
        return None;
    }
    let help = "put the elements in brackets: `ports = [80, 443]`";
    let diag = |at: usize| s.syntax(at, "a list is not written with dashes");
    if s.bracket().is_none() {
        return Some((diag(s.at).help(help), give_up(s, 0..s.tokens.len())));
    }
    // The first element was read as a negated value.
    let before = segment(s.tokens, s.at.checked_sub(2)?).start..s.at;
    let marks = [Token::Colon, Token::Assign];
    let Some(mark) = marks.into_iter().find_map(|mark| s.find(before.clone(), mark)) else {
        return Some((diag(s.at).help(help), None));
    };
    let mut end = segment(s.tokens, s.at).end;
    let mut starts = vec![mark + 1, s.at];
    while s.token(end) == Some(Token::Newline) && s.token(end + 1) == Some(Token::Minus) {
        starts.push(end + 1);
        end = segment(s.tokens, end + 1).end;
    }
    let first = if s.token(mark + 1) == Some(Token::Minus) { mark + 1 } else { s.at };
    let elements: Option<Vec<&str>> = starts
        .iter()
        .map(|&at| {
            let one = s.token(at) == Some(Token::Minus);
            let text = s.slice(at + 1..segment(s.tokens, at + 1).end).split('\n').next()?.trim_end_matches([' ', ',']);
            (one && !text.is_empty() && !text.contains([':', '='])).then_some(text)
        })
        .collect();
    let diag = match elements {
        Some(elements) if s.token(mark) == Some(Token::Assign) => {
            let place = Span { start: s.span(mark).end, end: s.span(end - 1).end }.at(s.file);
            diag(first).fix("put the elements in brackets", place, format!(" [{}]", elements.join(", ")))
        }
        Some(elements) => {
            // Behind YAML's colon a bare word is text.
            let word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
            let quoted = elements.iter().map(|text| match text {
                text if word(text) && text.starts_with(char::is_alphabetic) => format!("\"{text}\""),
                text => (*text).to_owned(),
            });
            let elements: Vec<String> = quoted.collect();
            let place = Span { start: s.span(mark).start, end: s.span(end - 1).end }.at(s.file);
            diag(first).fix("put the elements in brackets, after `=`", place, format!(" = [{}]", elements.join(", ")))
        }
        None => diag(first).help(help),
    };
    Some((diag, give_up(s, mark + 1..end)))
}
