//! What a line's end means, and when a keyword is a name.
//!
//! An iterator between lexer and grammar. It knows which bracket it is in and hands on the tokens,
//! with [`Token::Newline`] put where a line's end separates two items, and with keywords that stand
//! in a field's or parameter's place turned into names. Keywords come first, so that a line that
//! starts with `with = 3` starts a field.

use super::token::{Spanned, Token};

/// Deeper nesting of brackets than this is refused.
pub const MAX_NESTING: usize = 10_000;

/// The text is nested deeper than [`MAX_NESTING`]; where it went too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep(pub u32);

/// What the innermost open bracket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    /// None is open: the file itself.
    File,
    /// `{` of a record or block.
    Record,
    /// `{` of a `match`.
    Match,
    /// `[`, and whether a `for` was seen in the element.
    List { repeated: bool },
    /// `(` of a call or of parameters.
    Call { lets: u32 },
    /// `(` around an expression, and `\(`.
    Group { lets: u32 },
}

/// The tokens as the grammar reads them.
pub struct Newlines<'a> {
    tokens: &'a [Spanned],
    at: usize,
    outer: Vec<Bracket>,
    inner: Bracket,
    last: Token,
    last_end: u32,
}

impl<'a> Newlines<'a> {
    pub fn new(tokens: &'a [Spanned]) -> Newlines<'a> {
        // A comma stands for "nothing before": it ends no item.
        Newlines { tokens, at: 0, outer: Vec::new(), inner: Bracket::File, last: Token::Comma, last_end: 0 }
    }

    /// The token as what it is here: a keyword may be a name.
    #[inline]
    fn named(&self, spanned: Spanned) -> Token {
        let token = spanned.token;
        if !token.is_keyword() {
            return token;
        }
        let name = match self.last {
            Token::Dot | Token::QuestionDot => true,
            Token::OpenBrace | Token::OpenParen | Token::Comma | Token::Newline => self.names_something(token),
            Token::Default | Token::Force | Token::Hidden => self.names_something(token),
            last => spanned.first && last.ends_item() && self.inner == Bracket::Record && self.names_something(token),
        };
        if name { Token::Ident } else { token }
    }

    /// Whether what follows makes a keyword that starts an item or argument its name.
    fn names_something(&self, token: Token) -> bool {
        let next = self.tokens.get(self.at + 1).map(|next| next.token);
        match (self.inner, next) {
            (Bracket::Record, Some(Token::Dot)) => !matches!(token, Token::SelfRef | Token::SuperRef),
            (Bracket::Record, Some(Token::Assign | Token::Colon | Token::Question)) => true,
            (Bracket::Call { .. }, Some(Token::Assign | Token::Colon)) => true,
            _ => false,
        }
    }

    /// Whether the line's end before `token` separates.
    #[inline]
    fn separates(&self, token: Token) -> bool {
        if !self.last.ends_item() || token.continues_line() {
            return false;
        }
        match self.inner {
            Bracket::File | Bracket::Record | Bracket::Match => true,
            Bracket::List { repeated } => token != Token::For && !(repeated && token == Token::If),
            Bracket::Call { lets } | Bracket::Group { lets } => lets > 0,
        }
    }

    /// Follows the brackets; false if they nest too deep.
    #[inline]
    fn follow(&mut self, token: Token) -> bool {
        match token {
            Token::OpenBrace if self.last == Token::Match => self.open(Bracket::Match),
            Token::OpenBrace => self.open(Bracket::Record),
            Token::OpenBracket => self.open(Bracket::List { repeated: false }),
            Token::OpenParen if self.last.ends_item() || self.last == Token::Fn => self.open(Bracket::Call { lets: 0 }),
            Token::OpenParen | Token::StrHead => self.open(Bracket::Group { lets: 0 }),
            Token::CloseBrace | Token::CloseBracket | Token::CloseParen | Token::StrTail => {
                self.inner = self.outer.pop().unwrap_or(Bracket::File);
            }
            Token::Let => self.count_let(),
            Token::For => self.note_for(true),
            Token::Comma => self.note_for(false),
            Token::Newline => {
                self.note_for(false);
                self.end_let();
            }
            Token::Semicolon => self.end_let(),
            _ => {}
        }
        self.outer.len() <= MAX_NESTING
    }

    fn open(&mut self, bracket: Bracket) {
        self.outer.push(self.inner);
        self.inner = bracket;
    }

    fn note_for(&mut self, seen: bool) {
        if let Bracket::List { repeated } = &mut self.inner {
            *repeated = seen;
        }
    }

    fn count_let(&mut self) {
        if let Bracket::Call { lets } | Bracket::Group { lets } = &mut self.inner {
            *lets += 1;
        }
    }

    fn end_let(&mut self) {
        if let Bracket::Call { lets } | Bracket::Group { lets } = &mut self.inner {
            *lets = lets.saturating_sub(1);
        }
    }
}

impl Iterator for Newlines<'_> {
    type Item = Result<(u32, Token, u32), TooDeep>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let spanned = *self.tokens.get(self.at)?;
        let token = self.named(spanned);
        if spanned.first && self.separates(token) {
            self.follow(Token::Newline);
            self.last = Token::Newline;
            return Some(Ok((self.last_end, Token::Newline, self.last_end)));
        }
        let fits = self.follow(token);
        self.at += 1;
        self.last = token;
        self.last_end = spanned.end;
        Some(if fits { Ok((spanned.start, token, spanned.end)) } else { Err(TooDeep(spanned.start)) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::lex;
    use super::*;
    use crate::base::span::FileId;

    /// The tokens after the pass, line ends as `;`, names as `x`.
    fn shown(text: &str) -> String {
        let lexed = lex(FileId(0), text);
        let spelled = |(_, token, _): (u32, Token, u32)| match token {
            Token::Newline => ";",
            Token::Ident => "x",
            token => token.spelling().trim_matches('`'),
        };
        Newlines::new(&lexed.tokens).filter_map(|t| t.ok().map(spelled)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_line_end_separates_in_braces_and_not_in_parens() {
        assert_eq!(shown("{ a = 1\nb }"), "{ x = a number ; x }");
        assert_eq!(shown("f(a\nb)"), "x ( x x )");
        assert_eq!(shown("(let a = 1\na\nb)"), "( let x = a number ; x x )");
    }

    #[test]
    fn operators_go_on_with_the_line_above() {
        assert_eq!(shown("{ a = b\n|> c\n.d\n-1 }"), "{ x = x |> x . x ; - a number }");
    }

    #[test]
    fn keywords_are_names_where_a_field_starts() {
        assert_eq!(shown("{ if = 1\nwith = 2, else.then? : in }"), "{ x = a number ; x = a number , x . x ? : in }");
        assert_eq!(shown("{ self.a = 1, self = 2 }"), "{ self . x = a number , x = a number }");
        assert_eq!(shown("{ hidden default = 1, default if : x }"), "{ hidden x = a number , default x : x }");
        assert_eq!(shown("f(in = 1)"), "x ( x = a number )");
        assert_eq!(shown("(self : x)"), "( self : x )");
        assert_eq!(shown("{ a = if b then\nself.c else\nself.d }"), "{ x = if x then self . x else self . x }");
    }

    #[test]
    fn clauses_of_an_element_go_on_after_for() {
        assert_eq!(shown("[a\nfor b in c\nif d\nif e]"), "[ x for x in x if x if x ]");
        assert_eq!(shown("[a\nif b then c else d]"), "[ x ; if x then x else x ]");
    }
}
