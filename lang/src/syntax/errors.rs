//! What the grammar refuses, in plain words.

use super::mistakes;
use super::newline::{MAX_NESTING, TooDeep};
use super::token::Token;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};

/// Where the grammar could not go on.
#[derive(Clone, Debug)]
pub enum Stuck {
    /// A token that does not fit.
    At {
        token: Token,
        span: Span,
        expected: Vec<String>,
    },
    /// The text ended too early.
    AtEnd {
        offset: u32,
        expected: Vec<String>,
    },
    Deep(TooDeep),
}

/// Says what the grammar could not read.
pub fn explain(file: FileId, text: &str, stuck: &Stuck) -> Diag {
    match stuck {
        Stuck::At { token, span, expected } => {
            let found = text
                .get(span.range())
                .filter(|t| !t.is_empty())
                .map_or(token.spelling().to_owned(), |t| format!("`{t}`"));
            Diag::error(Code::Syntax, format!("unexpected {found}")).at(span.at(file), "").note(expected.join(" "))
        }
        Stuck::AtEnd { offset, expected } => Diag::error(Code::Syntax, "the text ends too early")
            .at(mistakes::gap(*offset).at(file), "")
            .note(expected.join(" ")),
        Stuck::Deep(TooDeep(offset)) => mistakes::too_deep(mistakes::gap(*offset).at(file), MAX_NESTING),
    }
}
