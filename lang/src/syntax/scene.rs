//! The tokens around the place where the grammar got stuck, and what can be asked of them.

use super::balance::{is_closer, is_opener};
use super::errors::Expected;
use super::recover::{Edit, segment};
use super::token::{Spanned, Token};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Loc, Span};
use std::ops::Range;

/// A message, and the edit that goes with it; without one the part is given up.
pub type Mended = (Diag, Option<Edit>);

/// The place where the grammar got stuck.
pub struct Scene<'a> {
    pub file: FileId,
    pub text: &'a str,
    pub tokens: &'a [Spanned],
    /// The token that does not fit; the number of tokens at the text's end.
    pub at: usize,
    pub expected: &'a Expected,
}

impl Scene<'_> {
    pub fn token(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).map(|t| t.token)
    }

    pub fn here(&self) -> Option<Token> {
        self.token(self.at)
    }

    pub fn before(&self, steps: usize) -> Option<Token> {
        self.token(self.at.checked_sub(steps)?)
    }

    pub fn span(&self, at: usize) -> Span {
        let end = Span::new(self.text.len(), self.text.len());
        self.tokens.get(at).map_or(end, |t| Span { start: t.start, end: t.end })
    }

    pub fn loc(&self, at: usize) -> Loc {
        self.span(at).at(self.file)
    }

    pub fn text(&self, at: usize) -> &str {
        self.text.get(self.span(at).range()).unwrap_or("")
    }

    /// Whether nothing but blanks stands before a token on its line.
    pub fn first_on_line(&self, at: usize) -> bool {
        let before = self.text.get(..self.span(at).start as usize).unwrap_or("");
        before.rsplit('\n').next().is_none_or(|line| line.trim().is_empty())
    }

    /// Whether two tokens stand side by side without a blank.
    pub fn touch(&self, at: usize) -> bool {
        self.span(at).end == self.span(at + 1).start
    }

    /// Puts `kinds` in the place of `count` tokens from `at` on.
    pub fn replace(&self, at: usize, count: usize, kinds: &[Token]) -> Option<Edit> {
        let first = self.span(at);
        let span = (1..count).map(|step| self.span(at + step)).fold(first, Span::to);
        let span = if count == 0 { Span { start: first.start, end: first.start } } else { span };
        let with = kinds.iter().map(|&token| Spanned { token, first: false, start: span.start, end: span.end });
        Some(Edit { range: at..(at + count).min(self.tokens.len()), with: with.collect() })
    }

    pub fn syntax(&self, at: usize, title: impl Into<String>) -> Diag {
        Diag::error(Code::Syntax, title).at(self.loc(at), "")
    }

    /// Whether the token starts a value.
    pub fn starts_value(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| {
            use Token::*;
            matches!(token, Ident | TypeVar | Number | Str | StrHead | True | False | Null | SelfRef | SuperRef)
                || matches!(token, OpenBrace | OpenBracket | OpenParen | Fn | Match | Import | Schema | Bang | Bad)
        })
    }

    /// Whether the token starts an item: `name =`, `name :`, `name.`.
    pub fn starts_item(&self, at: usize) -> bool {
        matches!(self.token(at), Some(Token::Ident | Token::Str))
            && matches!(self.token(at + 1), Some(Token::Assign | Token::Colon | Token::Dot))
    }

    /// The innermost bracket that is open at the mistake.
    pub fn bracket(&self) -> Option<Token> {
        let start = self.outer_start(self.at);
        self.token(start.checked_sub(1)?)
    }

    /// Where the innermost bracket's content starts.
    pub fn outer_start(&self, at: usize) -> usize {
        let mut start = segment(self.tokens, at).start;
        while let Some(before) = start.checked_sub(1) {
            if !matches!(self.token(before), Some(Token::Comma | Token::Newline | Token::Semicolon)) {
                break;
            }
            start = segment(self.tokens, before).start;
        }
        start
    }

    /// The place of a bracket's partner.
    pub fn partner(&self, at: usize) -> Option<usize> {
        let mut depth = 0usize;
        let mut partner = |place: usize, from: fn(Token) -> bool, to: fn(Token) -> bool| {
            let token = self.token(place)?;
            depth += usize::from(from(token));
            if !to(token) {
                return None;
            }
            depth = depth.checked_sub(1)?;
            (depth == 0).then_some(place)
        };
        if is_opener(self.token(at)?) {
            return (at..self.tokens.len()).find_map(|place| partner(place, is_opener, is_closer));
        }
        (0..=at).rev().find_map(|place| partner(place, is_closer, is_opener))
    }

    /// The places in `range` that stand in no bracket that opens there.
    fn level(&self, range: Range<usize>) -> impl Iterator<Item = (usize, Token)> + '_ {
        let mut depth = 0i32;
        let start = range.start;
        self.tokens.get(range).unwrap_or(&[]).iter().enumerate().filter_map(move |(step, t)| {
            depth -= i32::from(is_closer(t.token));
            let level = depth == 0;
            depth += i32::from(is_opener(t.token));
            level.then_some((start + step, t.token))
        })
    }

    /// The first such token in `range`, brackets left out.
    pub fn find(&self, range: Range<usize>, wanted: Token) -> Option<usize> {
        self.level(range).find(|(_, token)| *token == wanted).map(|(at, _)| at)
    }

    /// The last such token in `range`, brackets left out.
    pub fn find_last(&self, range: Range<usize>, wanted: Token) -> Option<usize> {
        self.level(range).filter(|(_, token)| *token == wanted).last().map(|(at, _)| at)
    }

    /// Where the value that is being read starts: behind the last `=`, `=>`, `then` or `else`.
    pub fn value_start(&self) -> usize {
        use Token::{Assign, Else, FatArrow, Then};
        let start = segment(self.tokens, self.at).start;
        let marks = self.level(start..self.at).filter(|(_, t)| matches!(t, Assign | FatArrow | Then | Else));
        marks.last().map_or(start, |(at, _)| at + 1)
    }

    /// The place from the token `first` to the token `last`.
    pub fn across(&self, first: usize, last: usize) -> Loc {
        self.span(first).to(self.span(last)).at(self.file)
    }

    /// The text of a range of tokens.
    pub fn slice(&self, range: Range<usize>) -> &str {
        let Some(last) = range.end.checked_sub(1).filter(|last| *last >= range.start) else { return "" };
        self.text.get(self.across(range.start, last).span.range()).unwrap_or("")
    }

    /// The place right after a token.
    pub fn gap(&self, after: usize) -> Loc {
        let end = self.span(after).end;
        Span { start: end, end }.at(self.file)
    }

    /// A word in the place of the token here, with a blank before it where there is none.
    pub fn spaced(&self, word: &str) -> String {
        let blank = if self.at.checked_sub(1).is_some_and(|before| self.touch(before)) { " " } else { "" };
        format!("{blank}{word}")
    }

    /// A token of no width in front of the token at `at`.
    pub fn inserted(&self, at: usize, token: Token) -> Spanned {
        let start = self.span(at).start;
        Spanned { token, first: false, start, end: start }
    }
}
