//! Where a cursor stands, and the text that is looked at in its place.
//!
//! The word under the cursor is replaced by a name that nothing has: after `x.`, in a field without a
//! value or in a string without its end, it is the one thing that was missing, and the text around it
//! can be read.

use crate::base::codes::Code;
use crate::base::span::{FileId, Span};
use crate::syntax::lexer::{Lexed, lex};
use crate::syntax::token::{Spanned, Token};
use crate::syntax::trivia::Comment;

/// Stands where the word is that is being written. A capital: in a pattern it is read, not bound.
pub(super) const HERE: &str = "Here__";

/// Where the cursor is, and the text that is looked at instead.
pub(super) struct Asked {
    /// What a candidate takes the place of, in the text as it is.
    pub span: Span,
    /// Where the name stands in `text`.
    pub here: u32,
    pub text: String,
    pub within: Within,
}

#[derive(PartialEq)]
pub(super) enum Within {
    Code,
    /// A string, which holds nothing else.
    String,
    /// The path of an import, up to the cursor.
    Import(String),
}

/// What is asked at an offset of a text; `None` in comments, and in text that is nobody's business.
pub(super) fn asked(text: &str, offset: u32) -> Option<Asked> {
    let lexed = lex(FileId::default(), text);
    let in_comment = |comment: &Comment| comment.span.start < offset && offset <= comment.span.end;
    if lexed.trivia.comments.iter().any(in_comment) {
        return None;
    }
    let in_string = |token: &Spanned| {
        let string = matches!(token.token, Token::Str | Token::StrHead | Token::StrMid | Token::StrTail);
        string && token.start < offset && (offset < token.end || offset == token.end && is_open(&lexed, token))
    };
    match lexed.tokens.iter().position(in_string) {
        Some(string) => in_a_string(text, &lexed, string, offset),
        None => Some(in_code(text, offset as usize)),
    }
}

/// Whether a string has no end.
fn is_open(lexed: &Lexed, token: &Spanned) -> bool {
    let around = |place: crate::base::span::Loc| place.span.contains(token.start);
    lexed.diags.iter().any(|diag| diag.code == Code::Unclosed && diag.place().is_some_and(around))
}

/// In a plain string of one line. One without end is taken to end at the cursor.
fn in_a_string(text: &str, lexed: &Lexed, string: usize, offset: u32) -> Option<Asked> {
    let token = lexed.tokens[string];
    let written = text.get(token.start as usize..)?;
    if token.token != Token::Str || !written.starts_with('"') || written.starts_with("\"\"\"") {
        return None;
    }
    let open = is_open(lexed, &token);
    let span = Span { start: token.start, end: if open { offset } else { token.end } };
    let import = string.checked_sub(1).is_some_and(|before| lexed.tokens[before].token == Token::Import);
    if import {
        let span = Span { start: span.start + 1, end: span.end - u32::from(!open) };
        let begun = text.get(span.start as usize..offset as usize)?.to_owned();
        return Some(Asked { span, here: span.start, text: String::new(), within: Within::Import(begun) });
    }
    let (before, after) = (text.get(..span.start as usize)?, text.get(span.end as usize..)?);
    let mended = format!("{before}\"{HERE}\"{after}");
    Some(Asked { span, here: span.start + 1, text: mended, within: Within::String })
}

/// The word around a place in code, replaced.
fn in_code(text: &str, at: usize) -> Asked {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at..).unwrap_or_default();
    let start = before.len() - before.chars().rev().take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>();
    let end = at + after.chars().take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>();
    let text = format!("{}{HERE}{}", text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    Asked { span: Span::new(start, end), here: start as u32, text, within: Within::Code }
}
