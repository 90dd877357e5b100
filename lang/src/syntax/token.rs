//! The kinds of token, and how messages call them.
//!
//! A token is a kind and two offsets: its text is sliced from the source when an action needs it,
//! so lexing allocates nothing per token. Logos finds where a token ends; strings are only opened
//! here ([`Token::Quote`] and its kin), `lexer.rs` reads them to their end. Those openers, comments
//! and line breaks never reach the grammar.

use logos::Logos;

#[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
#[logos(skip r"[ \t\r\f\u{a0}]+")]
pub enum Token {
    #[token("let")]
    Let,
    #[token("fn")]
    Fn,
    #[token("if")]
    If,
    #[token("then")]
    Then,
    #[token("else")]
    Else,
    #[token("match")]
    Match,
    #[token("import")]
    Import,
    #[token("assert")]
    Assert,
    #[token("default")]
    Default,
    #[token("force")]
    Force,
    #[token("hidden")]
    Hidden,
    #[token("schema")]
    Schema,
    #[token("self")]
    SelfRef,
    #[token("super")]
    SuperRef,
    #[token("for")]
    For,
    #[token("in")]
    In,
    #[token("with")]
    With,
    #[token("true")]
    True,
    #[token("false")]
    False,
    #[token("null")]
    Null,
    #[regex("[A-Za-z_][A-Za-z0-9_]*")]
    Ident,
    #[regex("'[A-Za-z_][A-Za-z0-9_]*")]
    TypeVar,
    #[regex(r"[0-9][0-9A-Za-z_]*(\.[0-9][0-9A-Za-z_]*)?")]
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?[eE][+-][0-9][0-9A-Za-z_]*")]
    Number,

    #[token("{")]
    OpenBrace,
    #[token("}")]
    CloseBrace,
    #[token("[")]
    OpenBracket,
    #[token("]")]
    CloseBracket,
    #[token("(")]
    OpenParen,
    #[token(")")]
    CloseParen,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token("=")]
    Assign,
    #[token(":")]
    Colon,
    #[token("?")]
    Question,
    #[token("??")]
    Coalesce,
    #[token("?.")]
    QuestionDot,
    #[token(".")]
    Dot,
    #[token("...")]
    Dots,
    #[token("=>")]
    FatArrow,
    #[token("->")]
    Arrow,
    #[token("|>")]
    Pipe,
    #[token("|")]
    Bar,
    #[token("&")]
    Ampersand,
    #[token("||")]
    Or,
    #[token("&&")]
    And,
    #[token("==")]
    Equal,
    #[token("!=")]
    NotEqual,
    #[token("<")]
    Less,
    #[token(">")]
    Greater,
    #[token("<=")]
    LessEqual,
    #[token(">=")]
    GreaterEqual,
    #[token("=~")]
    Matches,
    #[token("!~")]
    NotMatches,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("//")]
    SlashSlash,
    #[token("%")]
    Percent,
    #[token("++")]
    PlusPlus,
    #[token("!")]
    Bang,

    /// A whole string without interpolation, quotes included.
    Str,
    /// `"text\(`, the first piece of a string with interpolation.
    StrHead,
    /// `)text\(`
    StrMid,
    /// `)text"`
    StrTail,
    /// The separator that the newline pass puts at the end of a line.
    Newline,

    /// One or more line breaks with the blanks around them.
    #[regex(r"\n[ \t\r\n]*")]
    Break,
    #[regex("#[^\n]*", allow_greedy = true)]
    Comment,
    #[token("/*")]
    ForeignComment,
    #[token("\"")]
    #[token("\"\"\"")]
    Quote,
    #[regex("r#*\"")]
    RawQuote,
    /// What is no token at all.
    Bad,
}

impl Token {
    /// How a message calls the token.
    pub fn spelling(self) -> &'static str {
        match self {
            Token::Let => "`let`",
            Token::Fn => "`fn`",
            Token::If => "`if`",
            Token::Then => "`then`",
            Token::Else => "`else`",
            Token::Match => "`match`",
            Token::Import => "`import`",
            Token::Assert => "`assert`",
            Token::Default => "`default`",
            Token::Force => "`force`",
            Token::Hidden => "`hidden`",
            Token::Schema => "`schema`",
            Token::SelfRef => "`self`",
            Token::SuperRef => "`super`",
            Token::For => "`for`",
            Token::In => "`in`",
            Token::With => "`with`",
            Token::True => "`true`",
            Token::False => "`false`",
            Token::Null => "`null`",
            Token::Ident => "a name",
            Token::TypeVar => "a type variable",
            Token::Number => "a number",
            Token::OpenBrace => "`{`",
            Token::CloseBrace => "`}`",
            Token::OpenBracket => "`[`",
            Token::CloseBracket => "`]`",
            Token::OpenParen => "`(`",
            Token::CloseParen => "`)`",
            Token::Comma => "`,`",
            Token::Semicolon => "`;`",
            Token::Assign => "`=`",
            Token::Colon => "`:`",
            Token::Question => "`?`",
            Token::Coalesce => "`??`",
            Token::QuestionDot => "`?.`",
            Token::Dot => "`.`",
            Token::Dots => "`...`",
            Token::FatArrow => "`=>`",
            Token::Arrow => "`->`",
            Token::Pipe => "`|>`",
            Token::Bar => "`|`",
            Token::Ampersand => "`&`",
            Token::Or => "`||`",
            Token::And => "`&&`",
            Token::Equal => "`==`",
            Token::NotEqual => "`!=`",
            Token::Less => "`<`",
            Token::Greater => "`>`",
            Token::LessEqual => "`<=`",
            Token::GreaterEqual => "`>=`",
            Token::Matches => "`=~`",
            Token::NotMatches => "`!~`",
            Token::Plus => "`+`",
            Token::Minus => "`-`",
            Token::Star => "`*`",
            Token::Slash => "`/`",
            Token::SlashSlash => "`//`",
            Token::Percent => "`%`",
            Token::PlusPlus => "`++`",
            Token::Bang => "`!`",
            Token::Str | Token::StrHead | Token::Quote | Token::RawQuote => "a string",
            Token::StrMid | Token::StrTail => "the end of the interpolation",
            Token::Newline | Token::Break => "the end of the line",
            Token::Comment | Token::ForeignComment => "a comment",
            Token::Bad => "an unknown character",
        }
    }

    /// A word that is a name where a field or parameter stands.
    pub fn is_keyword(self) -> bool {
        (self as u8) < (Token::Ident as u8)
    }

    /// Whether an item can end with this token, so that a line's end after it separates.
    pub fn ends_item(self) -> bool {
        matches!(
            self,
            Token::Ident
                | Token::TypeVar
                | Token::Number
                | Token::Str
                | Token::StrTail
                | Token::True
                | Token::False
                | Token::Null
                | Token::SelfRef
                | Token::SuperRef
                | Token::CloseParen
                | Token::CloseBracket
                | Token::CloseBrace
                | Token::Dots
                | Token::Question
                | Token::Bad
        )
    }

    /// Whether this token, first on its line, goes on with the line above.
    pub fn continues_line(self) -> bool {
        matches!(
            self,
            Token::Comma
                | Token::Semicolon
                | Token::CloseParen
                | Token::CloseBracket
                | Token::CloseBrace
                | Token::StrMid
                | Token::StrTail
                | Token::Dot
                | Token::QuestionDot
                | Token::Pipe
                | Token::Ampersand
                | Token::Bar
                | Token::With
                | Token::PlusPlus
                | Token::Plus
                | Token::Star
                | Token::Slash
                | Token::SlashSlash
                | Token::Percent
                | Token::Equal
                | Token::And
                | Token::Or
                | Token::Coalesce
                | Token::Then
                | Token::Else
                | Token::FatArrow
                | Token::Arrow
                | Token::Assign
                | Token::Colon
                | Token::In
        )
    }
}

/// A token where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spanned {
    pub token: Token,
    /// Whether it is the first on its line.
    pub first: bool,
    pub start: u32,
    pub end: u32,
}

/// How a string is written: which quotes end it, and whether escapes are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quoting {
    /// Written with `r`: a backslash is text.
    pub raw: bool,
    /// The `#` of a raw string: `2` for `r##"…"##`, whose interpolation is `\##(…)`.
    pub hashes: u32,
    /// Written with three quotes over several lines.
    pub block: bool,
}

impl Quoting {
    /// How the string that starts `text` is written.
    pub fn of(text: &str) -> Quoting {
        let bytes = text.as_bytes();
        let raw = bytes.first() == Some(&b'r');
        let hashes = bytes.iter().skip(usize::from(raw)).take_while(|b| **b == b'#').count();
        let quotes = &text[usize::from(raw) + hashes..];
        let after = quotes.strip_prefix("\"\"\"");
        let breaks = |rest: &str| rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
        let block = after.is_some_and(|rest| hashes == 0 || breaks(rest));
        Quoting { raw, hashes: hashes as u32, block }
    }

    /// The length of what opens the string.
    pub fn opener_len(self) -> usize {
        usize::from(self.raw) + self.closer_len()
    }

    /// The length of what closes the string.
    pub fn closer_len(self) -> usize {
        self.hashes as usize + if self.block { 3 } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_how_a_string_is_written() {
        let of = |text| {
            let q = Quoting::of(text);
            (q.raw, q.hashes, q.block)
        };
        assert_eq!(of("\"a\""), (false, 0, false));
        assert_eq!(of("\"\"\"\na\"\"\""), (false, 0, true));
        assert_eq!(of("r##\"a\"##"), (true, 2, false));
        assert_eq!(of("r#\"\"\"\n\"\"\"#"), (true, 1, true));
        assert_eq!(of("r#\"\"\"a\"\"\"#"), (true, 1, false));
    }
}
