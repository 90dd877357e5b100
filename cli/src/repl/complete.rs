//! What can stand where the cursor is: found by the language's own lexer, so that strings, comments
//! and half-written code are taken for what they are. Nothing here evaluates.

use super::commands;
use rzp_lang::base::codes::Code;
use rzp_lang::base::span::FileId;
use rzp_lang::resolve::binding::Prelude;
use rzp_lang::syntax::lexer::{Lexed, lex};
use rzp_lang::syntax::token::{Spanned, Token};

/// The words of the language that an expression can hold.
const KEYWORDS: [&str; 21] = [
    "let", "fn", "if", "then", "else", "match", "import", "assert", "default", "force", "hidden", "schema", "self",
    "super", "for", "in", "with", "true", "false", "null", "absent",
];

/// What is to be completed.
#[derive(PartialEq, Eq, Debug)]
pub enum Wanted {
    Nothing,
    /// The name of a command, behind its colon.
    Command,
    /// The path of a file.
    File,
    /// A field of the value that a path such as `sonarr.spec` leads to.
    Field(String),
    /// A name in sight; also those that the line itself binds.
    Name(Vec<String>),
}

/// What the text before the cursor wants, and where the word begins that it would replace.
pub fn wanted(before: &str) -> (usize, Wanted) {
    let trimmed = before.trim_start();
    let indent = before.len() - trimmed.len();
    let Some(command) = trimmed.strip_prefix(':') else { return in_code(before) };
    match command.split_once(char::is_whitespace) {
        None => (indent + 1, Wanted::Command),
        Some((name, rest)) if "load".starts_with(name) => (before.len() - rest.trim_start().len(), Wanted::File),
        Some((_, rest)) => {
            let start = before.len() - rest.len();
            let (at, wanted) = in_code(rest);
            (start + at, wanted)
        }
    }
}

fn in_code(text: &str) -> (usize, Wanted) {
    let lexed = lex(FileId::default(), text);
    let end = text.len();
    if lexed.trivia.comments.last().is_some_and(|comment| comment.span.end as usize == end) {
        return (end, Wanted::Nothing);
    }
    // An open interpolation is closed by tokens without text.
    let written = lexed.tokens.iter().rposition(|token| token.end > token.start).map_or(0, |at| at + 1);
    let split = lexed.tokens.get(..written).and_then(<[Spanned]>::split_last);
    let Some((last, earlier)) = split.filter(|(last, _)| last.end as usize == end) else {
        return (end, Wanted::Name(bound(text, &lexed)));
    };
    match last.token {
        Token::Dot | Token::QuestionDot => (end, field(text, earlier, last.start)),
        Token::Str | Token::StrTail if is_open(&lexed) => {
            let import = last.token == Token::Str && earlier.last().is_some_and(|token| token.token == Token::Import);
            (last.start as usize + 1, if import { Wanted::File } else { Wanted::Nothing })
        }
        Token::Str | Token::StrTail | Token::Number | Token::TypeVar | Token::Bad => (end, Wanted::Nothing),
        token if token == Token::Ident || token.is_keyword() => {
            let start = last.start as usize;
            match earlier.split_last() {
                Some((dot, before)) if matches!(dot.token, Token::Dot | Token::QuestionDot) => {
                    (start, field(text, before, dot.start))
                }
                _ => (start, Wanted::Name(bound(text, &lexed))),
            }
        }
        _ => (end, Wanted::Name(bound(text, &lexed))),
    }
}

/// Whether the text ends within a string.
fn is_open(lexed: &Lexed) -> bool {
    lexed.diags.iter().any(|diag| diag.code == Code::Unclosed)
}

/// The path that ends at a dot: names with dots between them, and indices. A call is none, since a look
/// must not run what it was not asked to.
fn field(text: &str, before: &[Spanned], dot: u32) -> Wanted {
    let mut start = dot;
    let mut name_due = true;
    let mut depth = 0;
    for token in before.iter().rev() {
        match token.token {
            _ if depth == 0 && token.end != start => break,
            Token::CloseParen => return Wanted::Nothing,
            Token::CloseBracket => depth += 1,
            Token::OpenBracket if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            Token::Dot | Token::QuestionDot if !name_due => name_due = true,
            token if name_due && (token == Token::Ident || token.is_keyword()) => name_due = false,
            _ => break,
        }
        start = token.start;
    }
    let path = text.get(start as usize..dot as usize).unwrap_or_default();
    if name_due || depth != 0 { Wanted::Nothing } else { Wanted::Field(path.to_owned()) }
}

/// The names behind each `let` of the text.
fn bound(text: &str, lexed: &Lexed) -> Vec<String> {
    let pairs = lexed.tokens.iter().zip(lexed.tokens.iter().skip(1));
    let named = pairs.filter(|(first, second)| first.token == Token::Let && second.token == Token::Ident);
    named.filter_map(|(_, name)| text.get(name.start as usize..name.end as usize)).map(str::to_owned).collect()
}

/// Those of the candidates that go on from a beginning, sorted, each once.
pub fn matching(part: &str, candidates: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = candidates.into_iter().filter(|name| name.starts_with(part)).collect();
    found.sort();
    found.dedup();
    found
}

/// The names that are in sight everywhere.
pub fn everywhere() -> impl Iterator<Item = String> {
    Prelude::NAMES.iter().map(|(name, _)| *name).chain(KEYWORDS).map(str::to_owned)
}

pub fn commands() -> impl Iterator<Item = String> {
    commands::names().map(str::to_owned)
}

/// Whether a field can be written behind a dot as it is.
pub fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let (at, wanted) = wanted(text);
        let part = text.get(at..).expect("a place in the text");
        match wanted {
            Wanted::Nothing => "nothing".to_owned(),
            Wanted::Command => format!("command {part}"),
            Wanted::File => format!("file {part}"),
            Wanted::Field(path) => format!("{path} . {part}"),
            Wanted::Name(bound) => format!("name {part}{}", bound.concat()),
        }
    }

    #[test]
    fn names_and_fields() {
        assert_eq!(shown("so"), "name so");
        assert_eq!(shown("1 + "), "name ");
        assert_eq!(shown("let abc = 1\nab"), "name ababc");
        assert_eq!(shown("std.li"), "std . li");
        assert_eq!(shown("f(std.list."), "std.list . ");
        assert_eq!(shown("a.b[0].if?.c"), "a.b[0].if . c");
        assert_eq!(shown("[sonarr.sp"), "sonarr . sp");
        assert_eq!(shown("\"x \\(sonarr.sp"), "sonarr . sp");
    }

    #[test]
    fn where_nothing_can_be_told() {
        for text in ["f(x).a", "xs[f(1)].a", ".a", "1.5", "\"abc", "# so", "\"a\".b", "{}.a"] {
            assert_eq!(shown(text), "nothing", "{text}");
        }
    }

    #[test]
    fn commands_and_files() {
        assert_eq!(shown(":lo"), "command lo");
        assert_eq!(shown(":load serv"), "file serv");
        assert_eq!(shown(":type so"), "name so");
        assert_eq!(shown(":doc std.li"), "std . li");
        assert_eq!(shown("import \"./se"), "file ./se");
    }

    #[test]
    fn keywords_are_those_of_the_lexer() {
        for word in KEYWORDS.iter().filter(|word| **word != "absent") {
            assert!(lex(FileId::default(), word).tokens.iter().all(|token| token.token.is_keyword()), "{word}");
        }
    }
}
