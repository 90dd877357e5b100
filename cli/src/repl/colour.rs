//! Colours for a line that is being written, by the language's own lexer.

use rzp_lang::base::span::FileId;
use rzp_lang::syntax::lexer::lex;
use rzp_lang::syntax::token::Token;

const KEYWORD: &str = "\x1b[35m";
const STRING: &str = "\x1b[32m";
const LITERAL: &str = "\x1b[36m";
const TYPE: &str = "\x1b[33m";
const WRONG: &str = "\x1b[31m";
const COMMENT: &str = "\x1b[90m";
const OFF: &str = "\x1b[0m";

/// The same text with colours: without them, not a character differs.
pub fn coloured(text: &str) -> String {
    let start = command_end(text);
    let (command, rest) = text.split_at(start);
    let mut out = String::with_capacity(text.len() * 2);
    paint(&mut out, command, Some(LITERAL));
    let mut at = 0;
    for (start, end, colour) in pieces(rest) {
        out.push_str(rest.get(at..start).unwrap_or_default());
        paint(&mut out, rest.get(start..end).unwrap_or_default(), colour);
        at = end;
    }
    out.push_str(rest.get(at..).unwrap_or_default());
    out
}

/// Where a command's name (`:type`) ends, 0 if the text is none.
fn command_end(text: &str) -> usize {
    let blank = text.len() - text.trim_start().len();
    let named = text.get(blank..).filter(|rest| rest.starts_with(':'));
    named.map_or(0, |rest| blank + rest.find(char::is_whitespace).unwrap_or(rest.len()))
}

/// Tokens and comments in the order of the text, each with its colour.
fn pieces(text: &str) -> Vec<(usize, usize, Option<&'static str>)> {
    let lexed = lex(FileId::default(), text);
    let mut before = Token::Newline;
    let tokens = lexed.tokens.iter().map(|token| {
        let slice = text.get(token.start as usize..token.end as usize).unwrap_or_default();
        let colour = colour(token.token, before, slice);
        before = token.token;
        (token.start as usize, token.end as usize, colour)
    });
    let mut pieces: Vec<_> = tokens.collect();
    let comments = lexed.trivia.comments.iter().map(|comment| comment.span.range());
    pieces.extend(comments.map(|range| (range.start, range.end, Some(COMMENT))));
    pieces.sort_unstable_by_key(|(start, ..)| *start);
    pieces
}

fn colour(token: Token, before: Token, text: &str) -> Option<&'static str> {
    match token {
        Token::Str | Token::StrHead | Token::StrMid | Token::StrTail => Some(STRING),
        Token::Number | Token::True | Token::False | Token::Null => Some(LITERAL),
        Token::Bad => Some(WRONG),
        Token::TypeVar => Some(TYPE),
        // Behind a dot every word is a field's name.
        _ if matches!(before, Token::Dot | Token::QuestionDot) => None,
        Token::Ident => text.starts_with(|c: char| c.is_ascii_uppercase()).then_some(TYPE),
        keyword if keyword.is_keyword() => Some(KEYWORD),
        _ => None,
    }
}

fn paint(out: &mut String, text: &str, colour: Option<&str>) {
    match colour {
        Some(colour) if !text.is_empty() => out.extend([colour, text, OFF]),
        _ => out.push_str(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The colours as letters in brackets, which are easier to read.
    fn shown(text: &str) -> String {
        let letters = [(KEYWORD, "k"), (STRING, "s"), (LITERAL, "l"), (TYPE, "t"), (WRONG, "w"), (COMMENT, "c")];
        let out = letters.iter().fold(coloured(text), |out, (code, letter)| out.replace(code, &format!("<{letter}:")));
        out.replace(OFF, ">")
    }

    #[test]
    fn tokens_have_their_colours() {
        assert_eq!(shown("let x : Int = 1 # one"), "<k:let> x : <t:Int> = <l:1> <c:# one>");
        assert_eq!(shown(r#"f("a \(b.if) c", null)"#), r#"f(<s:"a \(>b.if<s:) c">, <l:null>)"#);
        assert_eq!(shown("a $ b"), "a <w:$> b");
        assert_eq!(shown(" :type fn(x) => 'a'"), "<l: :type> <k:fn>(x) => <w:'a'>");
    }

    #[test]
    fn nothing_but_colours_is_added() {
        for text in ["", ":", "\"open", "\"\"\"\n a", "é = \u{feff} ü", "\"\\(", "/* x", "a\n\n# c\n"] {
            let bare = [KEYWORD, STRING, LITERAL, TYPE, WRONG, COMMENT, OFF];
            let bare = bare.iter().fold(coloured(text), |out, code| out.replace(code, ""));
            assert_eq!(bare, text);
        }
    }
}
