//! What the grammar refuses, in plain words.
//!
//! The parser names every token that could have come next; a person wants the two or three that
//! matter. Tokens are grouped ("a value", "an operator"), and those that could stand almost anywhere
//! are left out when something better is left.

use super::mistakes;
use super::newline::{MAX_NESTING, TooDeep};
use super::token::Token;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};

/// What could have come where the grammar could not go on, by the grammar's own names.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    names: Vec<String>,
}

impl Expected {
    pub fn new(names: Vec<String>) -> Expected {
        Expected { names }
    }

    /// Whether a token could have come, e.g. `has("then")` or `has("IDENT")`.
    pub fn has(&self, token: &str) -> bool {
        self.names.iter().any(|name| name.trim_matches('"') == token)
    }

    pub fn value(&self) -> bool {
        self.has("NUMBER") && self.has("match")
    }

    pub fn item(&self) -> bool {
        self.has("hidden") && self.has("assert")
    }

    /// Whether something that is complete could go on.
    pub fn operator(&self) -> bool {
        self.has("+") && self.has("*")
    }

    /// The groups in words, the most telling first.
    fn words(&self) -> Vec<&'static str> {
        let mut words = Vec::new();
        if self.item() {
            words.push("a field");
        } else if self.has("=>") && self.value() && !self.operator() {
            words.push("a pattern");
        } else if self.value() {
            words.push("a value");
        } else if self.has("IDENT") {
            words.push("a name");
        } else if self.has("STR") {
            words.push("a string");
        }
        let marks = [
            ("then", "`then`"),
            ("else", "`else`"),
            ("in", "`in`"),
            ("=>", "`=>`"),
            ("->", "`->`"),
            (":", "`:`"),
            ("=", "`=`"),
            (";", "`;`"),
            (",", "`,`"),
            ("<NL>", "the end of the line"),
            (")", "`)`"),
            ("]", "`]`"),
            ("}", "`}`"),
            ("(", "`(`"),
            ("{", "`{`"),
            ("MID", "`)`"),
        ];
        let stands_for_more = |mark: &str| matches!(mark, "(" | "{") && (self.value() || self.operator());
        let branch = self.has("then") || self.has("else") && !self.item();
        for (mark, word) in marks {
            let useful = !branch || matches!(mark, "then" | "else");
            let stray = mark == ":" && !self.has("=") || mark == "->" && (self.has("=") || self.has("=>"));
            if self.has(mark) && useful && !stray && !stands_for_more(mark) && !words.contains(&word) {
                words.push(word);
            }
        }
        if words.is_empty() && self.operator() {
            words.push("an operator");
        }
        words.truncate(4);
        words
    }

    /// `a value, `,` or `]``
    pub fn shown(&self) -> Option<String> {
        let words = self.words();
        let (last, others) = words.split_last()?;
        Some(if others.is_empty() { (*last).to_owned() } else { format!("{} or {last}", others.join(", ")) })
    }
}

/// The error for a token that does not fit; `found` is its text.
pub fn unexpected(file: FileId, span: Span, found: &str, expected: &Expected) -> Diag {
    let title = match expected.shown() {
        Some(words) => format!("expected {words}, found {found}"),
        None => format!("unexpected {found}"),
    };
    Diag::error(Code::Syntax, title).at(span.at(file), "")
}

/// How a message calls a token that was found.
pub fn called(token: Token, text: &str) -> String {
    match token {
        Token::Newline | Token::Break => "the end of the line".to_owned(),
        Token::Ident | Token::Number | Token::TypeVar => format!("`{text}`"),
        token if token.is_keyword() => format!("the keyword `{text}`"),
        token => token.spelling().to_owned(),
    }
}

pub fn too_deep(file: FileId, deep: TooDeep) -> Diag {
    mistakes::too_deep(mistakes::gap(deep.0).at(file), MAX_NESTING)
}
