//! Text to tokens and trivia.
//!
//! Logos cuts the text; what it cannot count is done here: strings are read to their end or to the
//! next interpolation, and a stack remembers which string goes on at which `)`. A mistake in a token
//! is reported where it stands and the token is made all the same, so the grammar can go on. Line
//! breaks only set a mark on the token that follows: what they mean is `newline.rs`'s matter.

use super::characters::{self, BackslashFunction};
use super::merging::drop_marks;
use super::token::{Quoting, Spanned, Token};
use super::trivia::{Comment, Trivia};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};
use logos::Logos;
use std::ops::Range;

/// What lexing gives.
pub struct Lexed {
    pub tokens: Vec<Spanned>,
    pub trivia: Trivia,
    pub diags: Vec<Diag>,
}

/// Reads a whole text.
pub fn lex(file: FileId, text: &str) -> Lexed {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut logos = Token::lexer(text);
    logos.bump(start);
    let lexed = Lexed { tokens: Vec::with_capacity(text.len() / 4), trivia: Trivia::default(), diags: Vec::new() };
    let mut lexer = Lexer { file, text, logos, lexed, open: Vec::new(), first: true, documented: false };
    lexer.run();
    let mut lexed = lexer.lexed;
    drop_marks(file, text, &mut lexed.tokens, &mut lexed.diags);
    lexed
}

/// A string that waits for the `)` of its interpolation.
struct Open {
    quoting: Quoting,
    start: u32,
    /// Where the interpolation that is being read began.
    hole: Span,
    /// The `(` inside of the interpolation that are still open.
    parens: u32,
}

struct Lexer<'a> {
    file: FileId,
    text: &'a str,
    logos: logos::Lexer<'a, Token>,
    lexed: Lexed,
    open: Vec<Open>,
    /// Whether a line break came since the last token.
    first: bool,
    /// Whether a `##` comment came since the last token.
    documented: bool,
}

/// Where reading a string's text came to its end.
enum Stop {
    Closer,
    Hole,
    /// The line's end, or the text's for a block.
    Nothing,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(token) = self.logos.next() {
            let start = self.logos.span().start;
            match token.unwrap_or(Token::Bad) {
                Token::Break => self.line_break(start),
                Token::Comment => self.comment(start),
                Token::ForeignComment => self.foreign_comment(start),
                Token::Quote | Token::RawQuote => self.quote(start),
                Token::OpenParen => {
                    if let Some(open) = self.open.last_mut() {
                        open.parens += 1;
                    }
                    self.push(Token::OpenParen, start);
                }
                Token::CloseParen => self.close_paren(start),
                Token::TypeVar => self.type_var(start),
                Token::Bad => self.bad(start),
                token => self.push(token, start),
            }
        }
        let end = self.text.len();
        self.end_docs(end as u32);
        while let Some(open) = self.open.pop() {
            self.unclosed_hole(&open);
            self.push(Token::StrTail, end);
        }
    }

    /// Adds the token from `start` to where logos stands.
    #[inline]
    fn push(&mut self, token: Token, start: usize) {
        let start = start as u32;
        if self.documented {
            self.end_docs(start);
        }
        if self.lexed.tokens.is_empty() {
            self.lexed.trivia.opening = start;
        }
        let end = self.logos.span().end as u32;
        self.lexed.tokens.push(Spanned { token, first: self.first, start, end });
        self.first = false;
    }

    fn end_docs(&mut self, owner: u32) {
        if std::mem::take(&mut self.documented) {
            self.lexed.trivia.document(self.text, owner);
        }
    }

    fn line_break(&mut self, start: usize) {
        self.first = true;
        let breaks = self.logos.slice().bytes().filter(|b| *b == b'\n').take(2).count();
        if breaks > 1 {
            self.lexed.trivia.blank_lines.push(start as u32);
        }
    }

    fn comment(&mut self, start: usize) {
        let text = self.logos.slice().trim_end();
        self.documented |= self.first && text.starts_with("##");
        let span = Span::new(start, start + text.len());
        self.lexed.trivia.comments.push(Comment { span, own_line: self.first });
    }

    fn foreign_comment(&mut self, start: usize) {
        let rest = self.logos.remainder();
        self.logos.bump(rest.find("*/").map_or(rest.len(), |at| at + 2));
        let diag = Diag::error(Code::BadToken, "`/* */` is no comment here")
            .at(self.here(start).at(self.file), "")
            .help("put `#` before each line of the comment");
        self.lexed.diags.push(diag);
    }

    /// The span from `start` to where logos stands.
    fn here(&self, start: usize) -> Span {
        Span::new(start, self.logos.span().end)
    }

    fn type_var(&mut self, start: usize) {
        if single_quoted_len(&self.text[start..]).is_some() {
            self.bad(start);
        } else {
            self.push(Token::TypeVar, start);
        }
    }

    /// Something that is no token: said once for a run of it, and kept in the place of a value, or
    /// read as what was meant.
    fn bad(&mut self, start: usize) {
        let text = self.text.get(start..).unwrap_or("");
        let c = text.chars().next().unwrap_or(' ');
        let after = text.get(c.len_utf8()..).unwrap_or("");
        if let Some(name) = characters::invisible(c) {
            let title = format!("{name} ({}) cannot stand here", c.escape_unicode());
            return self.mended(start, Diag::error(Code::BadToken, title), "delete it", "");
        }
        if let Some((sign, token)) = characters::sign(c) {
            self.push(token, start);
            let diag = Diag::error(Code::BadToken, format!("`{c}` is not the sign `{sign}`"));
            return self.mended(start, diag, &format!("write `{sign}`"), sign);
        }
        if matches!(c, '$' | '@') && after.starts_with(['"', '\'']) {
            let diag = Diag::error(Code::BadToken, format!("a string takes no `{c}`"));
            let (help, raw) = if c == '@' {
                ("a raw string starts with `r`", "r")
            } else {
                ("delete it: every string takes `\\(x)`", "")
            };
            return self.mended(start, diag, help, raw);
        }
        if let Some(head) = characters::backslash_function(text).filter(|_| c == '\\') {
            return self.backslash_function(start, head);
        }
        let diag = match characters::quoted(text) {
            _ if c == '\'' => self.single_quoted(start),
            Some(inner) => self.foreign_quotes(start, inner),
            None => characters::stray(c, after),
        };
        let adjacent = self.lexed.tokens.last().is_some_and(|t| t.token == Token::Bad && t.end as usize == start);
        if adjacent {
            self.extend_bad();
            return;
        }
        let span = self.here(start);
        self.push(Token::Bad, start);
        self.lexed.diags.push(diag.at(span.at(self.file), ""));
    }

    /// Reports what stands from `start` on, with what it is to be replaced by.
    fn mended(&mut self, start: usize, diag: Diag, help: &str, replacement: &str) {
        let place = self.here(start).at(self.file);
        self.lexed.diags.push(diag.at(place, "").fix(help, place, replacement));
    }

    /// `\x y -> …` is read as `fn(x, y) => …`.
    fn backslash_function(&mut self, start: usize, BackslashFunction { names, arrow }: BackslashFunction) {
        self.push(Token::Fn, start);
        let mut add = |token, at: Range<usize>| {
            self.lexed.tokens.push(Spanned {
                token,
                first: false,
                start: (start + at.start) as u32,
                end: (start + at.end) as u32,
            });
        };
        add(Token::OpenParen, 1..1);
        for name in &names {
            add(Token::Ident, name.clone());
            add(Token::Comma, name.end..name.end);
        }
        add(Token::CloseParen, arrow.start..arrow.start);
        add(Token::FatArrow, arrow.clone());
        self.logos.bump((start + arrow.end).saturating_sub(self.logos.span().end));
        let names: Vec<_> = names.iter().filter_map(|at| self.text.get(start + at.start..start + at.end)).collect();
        let head = format!("fn({}) =>", names.join(", "));
        let diag = Diag::error(Code::BadToken, "a function is written `fn(x) => …`");
        self.mended(start, diag, &format!("write `{head}`"), &head);
    }

    fn extend_bad(&mut self) {
        let end = self.logos.span().end as u32;
        if let Some(last) = self.lexed.tokens.last_mut() {
            last.end = end;
        }
    }

    /// A string between quotes of another kind, `inner` without them.
    fn foreign_quotes(&mut self, start: usize, inner: &str) -> Diag {
        let opener = self.logos.span().end;
        let closer =
            self.text.get(opener + inner.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.logos.bump(inner.len() + closer);
        let place = self.here(start).at(self.file);
        Diag::error(Code::BadToken, "a string between quotes of another kind").fix(
            "write it with plain double quotes",
            place,
            characters::requoted(inner),
        )
    }

    /// `'text'`: read to the closing quote on the line, if there is one.
    fn single_quoted(&mut self, start: usize) -> Diag {
        let diag = Diag::error(Code::BadToken, "a string in single quotes");
        if let Some(block) = self.text.get(start..).and_then(|text| text.strip_prefix("'''")) {
            let len = block.find("'''").map_or(block.len(), |at| at + 3);
            self.logos.bump((start + 3 + len).saturating_sub(self.logos.span().end));
            return diag.help("text of several lines stands in `\"\"\"`");
        }
        let Some(len) = single_quoted_len(&self.text[start..]) else {
            return diag.help("strings are written with double quotes: `\"text\"`");
        };
        let end = start + len;
        let inner = &self.text[start + 1..end - 1];
        self.logos.bump(end.saturating_sub(self.logos.span().end));
        diag.fix("write it with double quotes", Span::new(start, end).at(self.file), characters::requoted(inner))
    }

    fn quote(&mut self, start: usize) {
        let quoting = Quoting::of(&self.text[start..]);
        let opened = start + quoting.opener_len();
        match self.read_text(opened, quoting) {
            Stop::Closer => self.push(Token::Str, start),
            Stop::Hole => {
                self.push(Token::StrHead, start);
                let hole = self.hole();
                self.open.push(Open { quoting, start: start as u32, hole, parens: 0 });
            }
            Stop::Nothing if self.closes_outer(quoting) => self.forgotten_paren(start),
            Stop::Nothing => {
                self.push(Token::Str, start);
                self.unclosed(start, quoting);
            }
        }
    }

    /// Whether a `"` that opens nothing is the end of the string whose interpolation is open.
    fn closes_outer(&self, quoting: Quoting) -> bool {
        self.open.last().is_some_and(|open| open.quoting == quoting && !quoting.block)
    }

    /// `"a \(b"`: the quote ends the outer string, and the `)` is what is missing.
    fn forgotten_paren(&mut self, start: usize) {
        if let Some(open) = self.open.pop() {
            self.unclosed_hole(&open);
        }
        self.restart(start + 1);
        self.push(Token::StrTail, start);
    }

    /// Sets logos back, so that the last token ends at `offset`.
    fn restart(&mut self, offset: usize) {
        let mut logos = Token::lexer(self.text);
        logos.bump(offset);
        self.logos = logos;
    }

    fn hole(&self) -> Span {
        let end = self.logos.span().end;
        Span::new(end.saturating_sub(2), end)
    }

    fn close_paren(&mut self, start: usize) {
        let Some(open) = self.open.last_mut() else {
            return self.push(Token::CloseParen, start);
        };
        if open.parens > 0 {
            open.parens -= 1;
            return self.push(Token::CloseParen, start);
        }
        let (quoting, string_start) = (open.quoting, open.start);
        match self.read_text(start + 1, quoting) {
            Stop::Hole => {
                self.push(Token::StrMid, start);
                let hole = self.hole();
                if let Some(open) = self.open.last_mut() {
                    open.hole = hole;
                }
            }
            Stop::Closer => {
                self.push(Token::StrTail, start);
                self.open.pop();
            }
            Stop::Nothing => {
                self.push(Token::StrTail, start);
                self.open.pop();
                self.unclosed(string_start as usize, quoting);
            }
        }
    }

    /// Reads a string's text from `from` on and leaves logos behind it.
    fn read_text(&mut self, from: usize, quoting: Quoting) -> Stop {
        let (end, stop) = scan(self.text.as_bytes(), from, quoting);
        self.logos.bump(end.saturating_sub(self.logos.span().end));
        stop
    }

    fn unclosed(&mut self, start: usize, quoting: Quoting) {
        let opener = self.text.get(start..start + quoting.opener_len()).unwrap_or("\"");
        let closer = format!("{}{}", if quoting.block { "\"\"\"" } else { "\"" }, "#".repeat(quoting.hashes as usize));
        let end = self.logos.span().end;
        let place = if quoting.block { Span::new(start, start + quoting.opener_len()) } else { Span::new(start, end) };
        let diag = Diag::error(Code::Unclosed, "a string without its end")
            .at(place.at(self.file), format!("opened by `{opener}`"));
        self.lexed.diags.push(if quoting.block {
            diag.help(format!("end it with `{closer}`"))
        } else {
            let written = self.text.get(start..end).unwrap_or("").trim_end_matches([' ', ',', ']', '}', ')']);
            let gap = Span::new(start + written.len(), start + written.len()).at(self.file);
            let help = format!("end it with `{closer}` on the same line; text of several lines is written in `\"\"\"`");
            diag.guess(help, gap, closer)
        });
    }

    fn unclosed_hole(&mut self, open: &Open) {
        let diag = Diag::error(Code::Unclosed, "an interpolation without its `)`")
            .at(open.hole.at(self.file), "opened here")
            .help("close it with `)` before the string goes on");
        self.lexed.diags.push(diag);
    }
}

/// The length of `'text'` at the start of `text`, if that is what it is: a closing quote on the line
/// has text before it and no name after it, which tells it from a type variable's.
fn single_quoted_len(text: &str) -> Option<usize> {
    let line = text.split('\n').next().unwrap_or("");
    let end = 1 + line.get(1..)?.find('\'')?;
    let before = line[1..end].chars().next_back();
    let after = line[end + 1..].chars().next();
    let closes = before.is_none_or(|c| !c.is_whitespace() && !"([{,<&|:=".contains(c));
    let opens_name = after.is_some_and(|c| c.is_alphanumeric() || c == '_');
    (closes && !opens_name).then_some(end + 1)
}

/// The end of a string's text, its closer or the opener of an interpolation included.
fn scan(bytes: &[u8], from: usize, quoting: Quoting) -> (usize, Stop) {
    let hashes = quoting.hashes as usize;
    let hashes_at = |at: usize| bytes[at..].iter().take(hashes).filter(|b| **b == b'#').count() == hashes;
    let mut at = from.min(bytes.len());
    while at < bytes.len() {
        match bytes[at] {
            b'"' if !quoting.block && hashes_at(at + 1) => return (at + 1 + hashes, Stop::Closer),
            b'"' if quoting.block && bytes[at..].starts_with(b"\"\"\"") && hashes_at(at + 3) => {
                return (at + 3 + hashes, Stop::Closer);
            }
            // `r"…"` has no interpolation: its backslashes are always text.
            b'\\' if quoting.raw && hashes == 0 => {}
            b'\\' if hashes_at(at + 1) && bytes.get(at + 1 + hashes) == Some(&b'(') => {
                return (at + 2 + hashes, Stop::Hole);
            }
            b'\\' if !quoting.raw && bytes.get(at + 1).is_some_and(|b| *b != b'\n') => at += 1,
            b'\n' if !quoting.block => return (trim_return(bytes, at), Stop::Nothing),
            _ => {}
        }
        at += 1;
    }
    (bytes.len(), Stop::Nothing)
}

/// A line's end without the carriage return before it.
fn trim_return(bytes: &[u8], at: usize) -> usize {
    if at > 0 && bytes[at - 1] == b'\r' { at - 1 } else { at }
}
