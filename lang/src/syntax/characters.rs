//! Characters that no token starts with: what they were most likely meant as.
//!
//! Text that went through a word processor, a chat or a web page brings quotes, dashes and blanks of
//! its own. Here is what each of them stands for; `lexer.rs` reads on as if that stood there.

use super::token::Token;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use std::ops::Range;

/// The sign that looks like `c`, as text and as a token.
pub fn sign(c: char) -> Option<(&'static str, Token)> {
    Some(match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' => ("-", Token::Minus),
        '×' | '∗' | '\u{ff0a}' => ("*", Token::Star),
        '÷' | '\u{2215}' => ("/", Token::Slash),
        '≤' => ("<=", Token::LessEqual),
        '≥' => (">=", Token::GreaterEqual),
        '≠' => ("!=", Token::NotEqual),
        '→' => ("->", Token::Arrow),
        '⇒' => ("=>", Token::FatArrow),
        '…' => ("...", Token::Dots),
        '∧' => ("&&", Token::And),
        '∨' => ("||", Token::Or),
        '¬' | '\u{ff01}' => ("!", Token::Bang),
        '\u{ff08}' => ("(", Token::OpenParen),
        '\u{ff09}' => (")", Token::CloseParen),
        '\u{ff0c}' | '\u{3001}' => (",", Token::Comma),
        '\u{ff1a}' => (":", Token::Colon),
        '\u{ff1b}' => (";", Token::Semicolon),
        '\u{ff1d}' => ("=", Token::Assign),
        '\u{ff0b}' => ("+", Token::Plus),
        '\u{ff1f}' => ("?", Token::Question),
        '\u{ff3b}' => ("[", Token::OpenBracket),
        '\u{ff3d}' => ("]", Token::CloseBracket),
        '\u{ff5b}' => ("{", Token::OpenBrace),
        '\u{ff5d}' => ("}", Token::CloseBrace),
        _ => return None,
    })
}

/// What a character is called that shows as nothing, or as a blank.
pub fn invisible(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{feff}' => "a byte order mark",
        '\u{200b}' => "a zero-width space",
        '\u{200c}' | '\u{200d}' | '\u{2060}' => "a zero-width joiner",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a mark of text direction",
        '\u{ad}' => "a soft hyphen",
        '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' => "a line separator",
        '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => "a special blank",
        _ => return None,
    })
}

/// The text between two quotes of another kind at the start of `text`, on one line.
pub fn quoted(text: &str) -> Option<&str> {
    let open = text.chars().next()?;
    let closers: &[char] = match open {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' => &['\u{201c}', '\u{201d}', '\u{201f}', '"'],
        '\u{2018}' | '\u{201a}' | '\u{201b}' | '\u{2019}' => &['\u{2018}', '\u{2019}', '\u{201b}', '\''],
        '«' => &['»'],
        '»' => &['«'],
        '`' | '´' => &['`', '´', '\''],
        _ => return None,
    };
    let inner = text.get(open.len_utf8()..)?;
    let line = inner.split('\n').next()?;
    line.find(closers).and_then(|end| line.get(..end))
}

/// A text as a string literal; `inner` is what stood between other quotes.
pub fn requoted(inner: &str) -> String {
    if inner.contains(['"', '\\']) { format!("r#\"{inner}\"#") } else { format!("\"{inner}\"") }
}

/// The head `\x y ->` of a function of another language, by places in its text.
pub struct BackslashFunction {
    pub names: Vec<Range<usize>>,
    pub arrow: Range<usize>,
}

/// The head of a function `\x y -> …` that `text` starts with.
pub fn backslash_function(text: &str) -> Option<BackslashFunction> {
    let mut names = Vec::new();
    let mut at = 1;
    loop {
        let rest = text.get(at..)?;
        let blanks = rest.len() - rest.trim_start_matches([' ', ',']).len();
        at += blanks;
        let rest = text.get(at..)?;
        if rest.starts_with("->") || rest.starts_with("=>") {
            return (!names.is_empty()).then_some(BackslashFunction { names, arrow: at..at + 2 });
        }
        let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if len == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        names.push(at..at + len);
        at += len;
    }
}

/// What is said of a character that has no meaning here; `after` is the text behind it.
pub fn stray(c: char, after: &str) -> Diag {
    let meaningless = || Diag::error(Code::BadToken, format!("`{c}` has no meaning here"));
    match c {
        '$' if after.starts_with('.') => meaningless()
            .help("the record around is `self`; one further out is bound first: `let root = self`, then `root.name`"),
        '$' => meaningless().help("names stand bare: write `x`, and `\"\\(x)\"` within a string"),
        '@' => meaningless().help("put text in quotes: `\"user@host\"`"),
        '`' => meaningless().help("strings are written with double quotes: `\"text\"`"),
        '\\' => Diag::error(Code::BadToken, "`\\` has no meaning outside of strings")
            .help("a line needs no mark to go on: end it with an operator, or start the next with one"),
        '\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' | '«' | '»' => {
            Diag::error(Code::BadToken, format!("`{c}` is a typographic quote"))
                .help("strings are written with plain double quotes: `\"text\"`")
        }
        '^' => Diag::error(Code::BadToken, "`^` has no meaning on its own")
            .help("a power is `std.number.pow(x, n)`; text is matched by `=~ \"^…$\"`"),
        '~' => Diag::error(Code::BadToken, "`~` has no meaning on its own")
            .help("`=~` and `!~` match a string with a regular expression; YAML's `~` is `null`"),
        c if c.is_alphanumeric() => Diag::error(Code::BadToken, format!("`{c}` cannot stand in a name"))
            .help("names are made of a-z, A-Z, 0-9 and `_`; put any other field name in quotes"),
        c if c.is_control() => {
            Diag::error(Code::BadToken, format!("the control character {} cannot stand here", c.escape_unicode()))
                .help("delete it")
        }
        _ => meaningless().help("put text in quotes"),
    }
}
