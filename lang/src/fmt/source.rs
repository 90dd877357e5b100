//! The text as it was written: what the tree does not say about brackets and line ends.

use crate::base::span::{FileId, Span};
use crate::syntax::lexer;
use crate::syntax::token::{Spanned, Token};

/// A pair of brackets: where the opener and the closer start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub open: u32,
    pub close: u32,
}

/// A text and its tokens.
pub struct Source<'a> {
    pub text: &'a str,
    tokens: Vec<Spanned>,
    /// For each opener its closer, by place in `tokens`.
    closers: Vec<usize>,
}

impl<'a> Source<'a> {
    pub fn new(text: &'a str) -> Source<'a> {
        let tokens = lexer::lex(FileId(0), text).tokens;
        let mut closers = vec![0; tokens.len()];
        let mut open = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token.token {
                Token::OpenBrace | Token::OpenBracket | Token::OpenParen => open.push(at),
                Token::CloseBrace | Token::CloseBracket | Token::CloseParen => {
                    if let Some(opener) = open.pop() {
                        closers[opener] = at;
                    }
                }
                _ => {}
            }
        }
        Source { text, tokens, closers }
    }

    pub fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The place of the first token that starts at or after `offset`.
    fn token_at(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.start < offset)
    }

    /// The first token that starts at or after `offset`.
    pub fn next_token(&self, offset: u32) -> Option<Spanned> {
        self.tokens.get(self.token_at(offset)).copied()
    }

    /// The last token that ends at or before `offset`.
    pub fn last_token(&self, offset: u32) -> Option<Spanned> {
        let after = self.tokens.partition_point(|token| token.end <= offset);
        self.tokens.get(after.checked_sub(1)?).copied()
    }

    /// The first pair of brackets of this kind that opens at or after `offset`.
    pub fn pair(&self, opener: Token, offset: u32) -> Pair {
        let from = self.token_at(offset);
        let found = (from..self.tokens.len()).find(|at| self.tokens[*at].token == opener);
        let end = self.text.len() as u32;
        let Some(at) = found else { return Pair { open: end, close: end } };
        Pair { open: self.tokens[at].start, close: self.tokens[self.closers[at]].start }
    }

    /// Where the `else` after a block's `}` at `close` ends, if there is one.
    pub fn else_after(&self, close: u32) -> Option<u32> {
        let at = self.token_at(close + 1);
        let (word, next) = (self.tokens.get(at)?, self.tokens.get(at + 1)?);
        // Before anything else it is a field of that name.
        let opens = matches!(next.token, Token::OpenBrace | Token::If);
        (word.token == Token::Else && opens).then_some(word.end)
    }

    /// Whether a `let` starts at `offset`; before `=` and its like it is a field of that name.
    pub fn starts_let(&self, offset: u32) -> bool {
        let at = self.token_at(offset);
        let named = |next: &Spanned| matches!(next.token, Token::Assign | Token::Colon | Token::Question | Token::Dot);
        self.tokens.get(at).is_some_and(|token| token.start == offset && token.token == Token::Let)
            && !self.tokens.get(at + 1).is_some_and(named)
    }

    /// Whether the line ends between two offsets (comments are looked into as well).
    pub fn breaks(&self, start: u32, end: u32) -> bool {
        self.slice(Span { start, end }).contains('\n')
    }

    /// Whether the line ends right after the opener at `open`, a comment aside.
    pub fn breaks_after(&self, open: u32) -> bool {
        let next = self.next_token(open + 1).map_or(self.text.len() as u32, |token| token.start);
        self.breaks(open + 1, next)
    }
}
