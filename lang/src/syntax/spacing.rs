//! Habits about what stands side by side: names with dashes, words glued to numbers, and operands
//! that reach too far to stand without parentheses.

use super::recover::{Edit, segment};
use super::scene::{Mended, Scene};
use super::token::{Spanned, Token};
use crate::base::codes::Code;
use crate::base::diag::Diag;

/// `my-key = 1`, `pods.my-app = 1`, `app.kubernetes.io/name = "x"`
pub fn dashed_name(s: &Scene) -> Option<Mended> {
    if !matches!(s.here()?, Token::Minus | Token::Slash) || !matches!(s.bracket()?, Token::OpenBrace) {
        return None;
    }
    let mut start = segment(s.tokens, s.at).start;
    while matches!(s.token(start), Some(Token::Hidden | Token::Default | Token::Force)) && !s.touch(start) {
        start += 1;
    }
    let mut end = start;
    let belongs = |at: usize| {
        let token = s.token(at);
        token.is_some_and(Token::is_keyword)
            || matches!(token, Some(Token::Ident | Token::Number | Token::Minus | Token::Slash | Token::Dot))
    };
    while belongs(end) && (end == start || s.touch(end - 1)) {
        end += 1;
    }
    if end <= s.at || !matches!(s.token(end), Some(Token::Assign | Token::Colon | Token::Dot)) {
        return None;
    }
    // A name with `/` is one with its dots; one with `-` is a step of a path.
    if !(start..end).any(|at| s.token(at) == Some(Token::Slash)) {
        let is_dot = |at: &usize| s.token(*at) == Some(Token::Dot);
        (start, end) =
            ((start..s.at).rev().find(is_dot).map_or(start, |dot| dot + 1), (s.at..end).find(is_dot).unwrap_or(end));
    }
    let span = s.span(start).to(s.span(end - 1));
    let name = s.text.get(span.range())?;
    let sign = s.text(s.at);
    let diag = Diag::error(Code::Syntax, format!("a bare name has no `{sign}`")).at(span.at(s.file), "").fix(
        "put the name in quotes",
        span.at(s.file),
        format!("\"{name}\""),
    );
    Some((diag, s.replace(start, end - start, &[Token::Ident])))
}

/// `0else`: a number, and the word behind it without a space.
pub fn glued_word(s: &Scene) -> Option<Mended> {
    let number = s.at.checked_sub(1).filter(|at| s.token(*at) == Some(Token::Number))?;
    let (text, span) = (s.text(number), s.span(number));
    let (digits, word) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic())?);
    let token = match word {
        "else" => Token::Else,
        "then" => Token::Then,
        "if" => Token::If,
        "for" => Token::For,
        _ => return None,
    };
    if !s.expected.has(word) {
        return None;
    }
    let diag = s.syntax(number, format!("no space between `{digits}` and `{word}`"));
    let cut = span.start + digits.len() as u32;
    let with = vec![
        Spanned { token: Token::Number, first: false, start: span.start, end: cut },
        Spanned { token, first: false, start: cut, end: span.end },
    ];
    let diag = diag.fix("put one there", s.loc(number), format!("{digits} {word}"));
    Some((diag, Some(Edit { range: number..s.at, with })))
}

/// `x |> fn(y) => y`, `1 + if a then b else c`: what reaches as far as it can stands in parentheses.
pub fn greedy_operand(s: &Scene) -> Option<Mended> {
    let sign = s.at.checked_sub(1)?;
    let shape = match s.here()? {
        Token::Fn => "fn(x) => …",
        Token::If => "if … then … else …",
        _ => return None,
    };
    use Token::{Ampersand, And, Bar, Coalesce, Or, Pipe, Plus, PlusPlus, With};
    let operator = matches!(s.token(sign)?, Ampersand | And | Bar | Coalesce | Or | Pipe | Plus | PlusPlus | With);
    if !operator || !s.expected.value() || s.first_on_line(s.at) {
        return None;
    }
    let (word, sign) = (s.text(s.at), s.text(sign));
    let diag = s.syntax(s.at, format!("`{word}` stands in parentheses behind `{sign}`"));
    Some((diag.help(format!("write `{sign} ({shape})`")), None))
}
