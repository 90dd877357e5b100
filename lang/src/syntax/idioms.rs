//! Values and types as other languages write them: ranges, cases, types with arguments, paths without quotes.

use super::recover::{Edit, bad, segment};
use super::scene::{Mended, Scene};
use super::token::Token;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use std::ops::Range;

/// The rule that knows the mistake, if one does.
pub fn recognise(s: &Scene) -> Option<Mended> {
    let rules: [fn(&Scene) -> Option<Mended>; 5] = [range, case, list_type, record_type, bare_path];
    rules.iter().find_map(|rule| rule(s))
}

/// One blank value in the place of tokens.
fn blank(s: &Scene, range: Range<usize>) -> Option<Edit> {
    Some(Edit { with: vec![bad(s.tokens, &range)], range })
}

/// `0..3`, `a..b`
fn range(s: &Scene) -> Option<Mended> {
    let first = s.at.checked_sub(1)?;
    let from = first.checked_sub(1)?;
    let dots = s.token(first)? == Token::Dot && s.here()? == Token::Dot && s.touch(first);
    let plain = |at: usize| matches!(s.token(at), Some(Token::Number | Token::Ident));
    if !dots || !plain(from) || !plain(s.at + 1) {
        return None;
    }
    let shown = format!("std.list.range({}, {})", s.text(from), s.text(s.at + 1));
    let diag = Diag::error(Code::Syntax, "`..` makes no list").at(s.across(first, s.at), "");
    let diag = diag.guess("numbers in a row, without the last one", s.across(from, s.at + 1), shown);
    Some((diag, blank(s, from..s.at + 2)))
}

/// `case x of …`, `switch x { … }`
fn case(s: &Scene) -> Option<Mended> {
    let word = s.at.checked_sub(1)?;
    if !matches!(s.text(word), "case" | "switch" | "when") || s.token(word)? != Token::Ident || !s.starts_value(s.at) {
        return None;
    }
    let diag = s.syntax(word, format!("`{}` is no keyword", s.text(word)));
    let diag = diag.help(format!("cases are told apart by `{} |> match {{ … => …, _ => … }}`", s.text(s.at)));
    Some((diag, blank(s, word..segment(s.tokens, s.at).end)))
}

/// `Array Int`, `List String`
fn list_type(s: &Scene) -> Option<Mended> {
    let word = s.at.checked_sub(1)?;
    if !is_list(s.text(word)) || s.token(word)? != Token::Ident || s.here()? != Token::Ident {
        return None;
    }
    let place = s.across(word, s.at);
    let shown = format!("[{}]", s.text(s.at));
    let diag = Diag::error(Code::Syntax, "a type takes no arguments").at(place, "");
    let diag = diag.guess("a list's type is that of its elements, in brackets", place, shown);
    Some((diag, blank(s, word..s.at + 1)))
}

pub fn is_list(word: &str) -> bool {
    matches!(word, "List" | "list" | "Array" | "array" | "Seq" | "Vec" | "Sequence" | "Listing")
}

/// `Map[String, Int]`, `Dict[str, int]`
fn record_type(s: &Scene) -> Option<Mended> {
    let open = s.outer_start(s.at).checked_sub(1)?;
    let word = open.checked_sub(1)?;
    let named = matches!(s.text(word), "Map" | "map" | "Dict" | "dict" | "Record" | "Object" | "Mapping" | "HashMap");
    if s.here()? != Token::Comma || s.token(open)? != Token::OpenBracket || !named || !s.touch(word) {
        return None;
    }
    let close = s.partner(open)?;
    let place = s.across(word, close);
    let shown = format!("{{ [String] : {} }}", s.slice(s.at + 1..close));
    let diag = Diag::error(Code::Syntax, "a type takes no arguments").at(place, "");
    let diag = diag.guess("the type of a record with any names is that of its values", place, shown);
    Some((diag, blank(s, word..close + 1)))
}

/// `import ./env.rzp`
fn bare_path(s: &Scene) -> Option<Mended> {
    if s.before(1)? != Token::Import || s.here()? == Token::Str {
        return None;
    }
    let start = s.span(s.at).start as usize;
    let rest = s.text.get(start..)?;
    let length = rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | ']' | '}' | ',' | ';'))?;
    let path = rest.get(..length).filter(|path| path.contains(['/', '.']) && !path.contains('"'))?;
    let place = Span::new(start, start + length).at(s.file);
    let diag = Diag::error(Code::Syntax, "a path without quotes").at(place, "");
    let diag = diag.guess("a path stands in quotes", place, format!("\"{path}\""));
    let last = (s.at..s.tokens.len()).take_while(|at| (s.span(*at).start as usize) < start + length).last()?;
    // The import and its path are one value.
    Some((diag, blank(s, s.at - 1..last + 1)))
}
