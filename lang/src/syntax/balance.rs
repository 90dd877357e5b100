//! Brackets made to match, for a text that the grammar could not read.
//!
//! A closer that closes nothing is dropped; a bracket without its end is closed before the closer of
//! an outer bracket, at the text's end, or where the indentation says that the writer meant it to
//! end: before a line that starts a field at or left of the line that opened the bracket, and before
//! the expression behind a `let` whose bracket nothing closes. Text whose brackets match is left
//! alone, however it is indented.

use super::token::{Spanned, Token};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};

/// An open bracket.
#[derive(Clone, Copy)]
struct Opener {
    token: Spanned,
    /// The indentation of the line that it stands on.
    indent: u32,
    /// Whether that line starts with `let`.
    in_let: bool,
}

struct Balance<'a> {
    file: FileId,
    text: &'a str,
    tokens: &'a [Spanned],
    /// The openers that no closer of their kind follows, by their places.
    lost: Vec<u32>,
    open: Vec<Opener>,
    out: Vec<Spanned>,
    diags: Vec<Diag>,
}

/// The tokens with brackets that match, and what was wrong with them.
pub fn repair(file: FileId, text: &str, tokens: &[Spanned]) -> (Vec<Spanned>, Vec<Diag>) {
    if is_balanced(tokens) {
        return (tokens.to_vec(), Vec::new());
    }
    let out = Vec::with_capacity(tokens.len() + 8);
    let mut balance = Balance { file, text, tokens, lost: lost(tokens), open: Vec::new(), out, diags: Vec::new() };
    balance.run();
    (balance.out, balance.diags)
}

/// What closes an opener.
fn closer_of(token: Token) -> Option<Token> {
    match token {
        Token::OpenBrace => Some(Token::CloseBrace),
        Token::OpenBracket => Some(Token::CloseBracket),
        Token::OpenParen => Some(Token::CloseParen),
        Token::StrHead => Some(Token::StrTail),
        _ => None,
    }
}

pub fn is_opener(token: Token) -> bool {
    closer_of(token).is_some()
}

pub fn is_closer(token: Token) -> bool {
    matches!(token, Token::CloseBrace | Token::CloseBracket | Token::CloseParen | Token::StrTail)
}

fn is_balanced(tokens: &[Spanned]) -> bool {
    let mut open = Vec::new();
    for token in tokens {
        if let Some(closer) = closer_of(token.token) {
            open.push(closer);
        } else if is_closer(token.token) && open.pop() != Some(token.token) {
            return false;
        }
    }
    open.is_empty()
}

/// The openers that stay open where each closer takes the last one of its kind.
fn lost(tokens: &[Spanned]) -> Vec<u32> {
    let mut open: Vec<&Spanned> = Vec::new();
    let mut lost = Vec::new();
    for token in tokens {
        if is_opener(token.token) {
            open.push(token);
        } else if is_closer(token.token)
            && let Some(depth) = open.iter().rposition(|o| closer_of(o.token) == Some(token.token))
        {
            lost.extend(open.drain(depth..).skip(1).map(|o| o.start));
        }
    }
    lost.extend(open.iter().map(|o| o.start));
    lost
}

impl Balance<'_> {
    fn run(&mut self) {
        let mut indent = 0;
        let mut in_let = false;
        for at in 0..self.tokens.len() {
            let token = self.tokens[at];
            if token.first || at == 0 {
                indent = self.column(token.start);
                in_let = token.token == Token::Let;
                self.close_by_indent(at, indent);
            }
            if closer_of(token.token).is_some() {
                self.open.push(Opener { token, indent, in_let });
            } else if (is_closer(token.token) || token.token == Token::StrMid) && !self.close(token) {
                continue;
            }
            self.out.push(token);
        }
        while let Some(opener) = self.open.pop() {
            self.unclosed(opener, None);
        }
    }

    /// How many characters stand before an offset on its line.
    fn column(&self, offset: u32) -> u32 {
        let before = self.text.get(..offset as usize).unwrap_or("");
        before.rsplit('\n').next().map_or(0, |line| line.chars().count() as u32)
    }

    /// Whether a line's first tokens start a field: `name =`, `name.`, `name :`, `"name" =`.
    fn starts_field(&self, at: usize) -> bool {
        let names = self.tokens.get(at).is_some_and(|t| matches!(t.token, Token::Ident | Token::Str));
        let next = self.tokens.get(at + 1).map(|t| t.token);
        let bare = matches!(next, Some(Token::Assign | Token::Colon));
        let dotted = next == Some(Token::Dot) && {
            let rest = self.tokens.iter().skip(at + 2).take_while(|t| !t.first);
            rest.clone().any(|t| t.token == Token::Assign)
        };
        names && (bare || dotted)
    }

    /// Whether a line goes on behind a `let` on whose first line `opener` was left open.
    fn follows_let(&self, at: usize, opener: &Opener) -> bool {
        let starts = self.tokens.get(at).is_some_and(|t| !t.token.continues_line());
        let ended = self.out.last().is_some_and(|t| t.token.ends_item());
        opener.in_let && starts && ended && self.lost.contains(&opener.token.start)
    }

    fn close_by_indent(&mut self, at: usize, column: u32) {
        let token = self.tokens[at];
        while let Some(&opener) = self.open.last() {
            let field = self.starts_field(at) && column <= opener.indent && self.open.len() > 1;
            let outer = is_closer(token.token)
                && column < opener.indent
                && self.open.iter().rev().skip(1).any(|o| closer_of(o.token.token) == Some(token.token));
            let behind = column <= opener.indent && self.follows_let(at, &opener);
            if !field && !outer && !behind || opener.token.token == Token::StrHead {
                return;
            }
            self.open.pop();
            self.unclosed(opener, Some(token));
        }
    }

    /// Closes what `closer` closes, and what was left open inside of it. False if it closes nothing.
    fn close(&mut self, closer: Spanned) -> bool {
        let kind = if closer.token == Token::StrMid { Token::StrTail } else { closer.token };
        let Some(depth) = self.open.iter().rposition(|o| closer_of(o.token.token) == Some(kind)) else {
            let text = closer.token.spelling();
            let diag = Diag::error(Code::Unclosed, format!("{text} closes nothing"))
                .at(Span { start: closer.start, end: closer.end }.at(self.file), "no bracket is open for it")
                .help("delete it, or open the bracket before");
            self.diags.push(diag);
            return false;
        };
        while self.open.len() > depth + 1 {
            if let Some(opener) = self.open.pop() {
                self.unclosed(opener, Some(closer));
            }
        }
        if closer.token != Token::StrMid {
            self.open.pop();
        }
        true
    }

    /// Closes `opener` before `next`, and says so.
    fn unclosed(&mut self, opener: Opener, next: Option<Spanned>) {
        let Some(closer) = closer_of(opener.token.token) else { return };
        let end = self.out.last().map_or(0, |t| t.end);
        self.out.push(Spanned { token: closer, first: false, start: end, end });
        if opener.token.token == Token::StrHead {
            // The lexer has said it.
            return;
        }
        let span = |t: Spanned| Span { start: t.start, end: t.end }.at(self.file);
        let (open, close) = (opener.token.token.spelling(), closer.spelling());
        let diag = Diag::error(Code::Unclosed, format!("{open} is never closed")).at(span(opener.token), "opened here");
        let diag = match next {
            Some(next) => diag.also(span(next), format!("expected {close} before this")),
            None => diag,
        };
        let mark = close.trim_matches('`');
        let place = Span { start: end, end }.at(self.file);
        self.diags.push(diag.guess(format!("add {close} here"), place, self.closing(opener, mark)));
    }

    /// A closer as it is laid out: on a line of its own if the opener ends its line.
    fn closing(&self, opener: Opener, mark: &str) -> String {
        let behind = self.text.get(opener.token.end as usize..).unwrap_or("");
        let ends_line = behind.split('\n').next().is_some_and(|rest| rest.trim().is_empty()) && behind.contains('\n');
        if ends_line { format!("\n{}{mark}", " ".repeat(opener.indent as usize)) } else { mark.to_owned() }
    }
}
