//! Functions as other languages write them, and functions where a type is expected.
//!
//! Each rule turns what stands there into `fn(x) => …`, so that the body keeps its meaning and its
//! own mistakes. A type is told from a function by the `:` in front of it.

use super::recover::{Edit, bad, segment};
use super::scene::{Mended, Scene};
use super::token::{Spanned, Token};
use crate::base::span::Span;
use std::ops::Range;

/// What other languages call a function.
const WORDS: [&str; 7] = ["lambda", "function", "func", "fun", "def", "proc", "fn"];

/// The rule that knows the mistake, if one does.
pub fn recognise(s: &Scene) -> Option<Mended> {
    let rules: [fn(&Scene) -> Option<Mended>; 12] = [
        annotation,
        type_without_result,
        body_without_arrow,
        result_colon,
        bare_params,
        word_params,
        called_word,
        colon_params,
        arrow_type,
        arrow,
        several_params,
        bars,
    ];
    rules.iter().find_map(|rule| rule(s)).or_else(|| binding_word(s))
}

/// The `:` in front of the function that is being read.
fn annotating(s: &Scene) -> Option<usize> {
    let range = segment(s.tokens, s.at);
    let colon = s.find_last(range.start..s.at, Token::Colon)?;
    let defined = s.find(colon..s.at, Token::Assign).is_some();
    (s.token(colon + 1)? == Token::Fn && !defined).then_some(colon)
}

/// `f : fn(x) => …`
fn annotation(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::FatArrow {
        return None;
    }
    let colon = annotating(s)?;
    let diag = s.syntax(s.at, "a function where a type is expected");
    let end = segment(s.tokens, s.at).end;
    if let Some(assign) = s.find(s.at..end, Token::Assign) {
        // `port : fn(x) => x > 1024 = 8080`: a predicate, and the value after it.
        let place = s.across(colon + 1, assign - 1);
        let diag = diag.fix(
            "a predicate stands in parentheses; the type of a function is `fn(A) -> B`",
            place,
            format!("({})", s.slice(colon + 1..assign)),
        );
        let edit = Edit { range: colon + 1..assign, with: vec![bad(s.tokens, &(colon + 1..assign))] };
        return Some((diag, Some(edit)));
    }
    let diag = match s.bracket() {
        Some(Token::OpenParen | Token::OpenBracket) => diag.help("the type of a function is `fn(A) -> B`"),
        _ => {
            let help = "a value stands behind `=`; the type of a function is `fn(A) -> B`";
            diag.fix(help, s.loc(colon), "=")
        }
    };
    Some((diag, s.replace(colon, 1, &[Token::Assign])))
}

/// `f : fn(Int)`, `f : fn(Int) String`, `f : fn(x) = …`
fn type_without_result(s: &Scene) -> Option<Mended> {
    let only = s.expected.has("->") && !s.expected.has("=>") && !s.expected.has("=");
    if s.before(1)? != Token::CloseParen || !only {
        return None;
    }
    if s.here() == Some(Token::Assign) {
        let colon = annotating(s)?;
        let name = s.span(colon.checked_sub(1)?).end;
        let place = Span { start: name, end: s.span(colon + 2).start }.at(s.file);
        let diag =
            s.syntax(s.at, "a function where a type is expected").fix("a function is defined by `f(x) = …`", place, "");
        return Some((diag, s.replace(colon, 2, &[])));
    }
    let diag = s.syntax(s.at - 1, "the type of a function without its result");
    if s.starts_value(s.at) {
        return Some((
            diag.fix("write `->` before the result", s.gap(s.at - 1), " ->"),
            s.replace(s.at, 0, &[Token::Arrow]),
        ));
    }
    let diag = diag.help("say what it gives: `fn(A) -> B`");
    Some((diag, s.replace(s.at, 0, &[Token::Arrow, Token::Bad])))
}

/// `fn(x) x + 1`, `fn(x): x + 1`
fn body_without_arrow(s: &Scene) -> Option<Mended> {
    let close = s.at.checked_sub(1)?;
    if !s.expected.has("=>") || !s.expected.has("->") || s.token(close)? != Token::CloseParen {
        return None;
    }
    if s.here() == Some(Token::Colon) {
        let end = segment(s.tokens, s.at).end;
        let diag =
            s.syntax(s.at, "what a function gives stands after `=>`").fix("write `=>`", s.loc(s.at), s.spaced("=>"));
        let typed = s.find(s.at..end, Token::FatArrow).is_some();
        return (!typed).then(|| (diag, s.replace(s.at, 1, &[Token::FatArrow])));
    }
    let diag =
        s.syntax(s.at, "a function without its `=>`").fix("write `=>` before what it gives", s.gap(close), " =>");
    s.starts_value(s.at).then(|| (diag, s.replace(s.at, 0, &[Token::FatArrow])))
}

/// `f(x) : T = …`, `fn(x) : T => …`
fn result_colon(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::Colon || !s.expected.has("->") || s.before(1)? != Token::CloseParen {
        return None;
    }
    let diag = s.syntax(s.at, "a function's result type stands after `->`");
    Some((diag.fix("write `->`", s.loc(s.at), "->"), s.replace(s.at, 1, &[Token::Arrow])))
}

/// The names from `from` on, up to the mark that ends them.
fn names(s: &Scene, from: usize) -> Option<(Range<usize>, usize)> {
    let mut at = from;
    while matches!(s.token(at)?, Token::Ident | Token::Comma) {
        at += 1;
    }
    let named = at > from && matches!(s.token(at)?, Token::Colon | Token::FatArrow | Token::Arrow);
    named.then_some((from..at, at))
}

/// `x, y` of names with or without commas.
fn listed(s: &Scene, names: Range<usize>) -> String {
    let names: Vec<_> = names.filter(|at| s.token(*at) == Some(Token::Ident)).map(|at| s.text(at)).collect();
    names.join(", ")
}

/// Puts `fn(x, y) =>` in the place of the tokens `whole`, of which `params` are the names.
fn head(s: &Scene, whole: Range<usize>, params: Range<usize>) -> Option<Edit> {
    let mut with = vec![s.inserted(whole.start, Token::Fn), s.inserted(whole.start, Token::OpenParen)];
    for at in params.filter(|at| s.token(*at) == Some(Token::Ident)) {
        with.extend([*s.tokens.get(at)?, s.inserted(at, Token::Comma)]);
    }
    let mark = whole.end.checked_sub(1)?;
    with.extend([s.inserted(mark, Token::CloseParen), s.inserted(mark, Token::FatArrow)]);
    Some(Edit { range: whole, with })
}

fn starts_with_fn(s: &Scene, whole: Range<usize>, params: Range<usize>) -> Option<Mended> {
    let place = s.across(whole.start, whole.end.checked_sub(1)?);
    let shown = format!("fn({}) =>", listed(s, params.clone()));
    let diag =
        s.syntax(whole.start, "a function is written `fn(x) => …`").fix(format!("write `{shown}`"), place, shown);
    Some((diag, Some(head(s, whole, params)?)))
}

/// `fn x => …`
fn bare_params(s: &Scene) -> Option<Mended> {
    if s.before(1)? != Token::Fn || s.here()? != Token::Ident {
        return None;
    }
    let (params, mark) = names(s, s.at)?;
    starts_with_fn(s, s.at - 1..mark + 1, params)
}

/// `lambda x, y: …`, `fun x -> …`
fn word_params(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::Ident || s.before(1)? != Token::Ident || !WORDS.contains(&s.text(s.at - 1)) {
        return None;
    }
    let (params, mark) = names(s, s.at)?;
    starts_with_fn(s, s.at - 1..mark + 1, params)
}

/// `function(x) x + 1`, `func(x) => …`, `function(x) { return x }`
fn called_word(s: &Scene) -> Option<Mended> {
    let close = s.at.checked_sub(1).filter(|close| s.token(*close) == Some(Token::CloseParen))?;
    let open = s.partner(close)?;
    let word = open.checked_sub(1).filter(|word| WORDS.contains(&s.text(*word)))?;
    let marked = matches!(s.here()?, Token::FatArrow | Token::Arrow | Token::Colon);
    if s.token(word)? != Token::Ident || !marked && !s.starts_value(s.at) {
        return None;
    }
    let last = if marked { s.at } else { close };
    let shown = format!("fn{} =>", s.slice(open..close + 1));
    let diag = s.syntax(word, "a function is written `fn(x) => …`").fix(
        format!("write `{shown}`"),
        s.across(word, last),
        shown,
    );
    let mut with = vec![s.inserted(word, Token::Fn)];
    with.extend_from_slice(s.tokens.get(open..close + 1)?);
    with.push(s.inserted(s.at, Token::FatArrow));
    let mut end = last + 1;
    if s.here() == Some(Token::OpenBrace) && s.text(s.at + 1) == "return" {
        end = s.partner(s.at)? + 1;
        with.push(bad(s.tokens, &(s.at..end)));
    }
    Some((diag, Some(Edit { range: word..end, with })))
}

/// `f = x: x + 1`
fn colon_params(s: &Scene) -> Option<Mended> {
    let name = s.at.checked_sub(1)?;
    let opens = matches!(s.before(2)?, Token::Assign | Token::OpenParen | Token::Comma) && s.before(1)? == Token::Ident;
    let typed = s.text(s.at + 1).starts_with(|c: char| c.is_uppercase());
    if s.here()? != Token::Colon || s.expected.has(":") || !opens || !s.touch(name) || typed {
        return None;
    }
    starts_with_fn(s, name..s.at + 1, name..s.at)
}

/// `x : Int -> String`
fn arrow_type(s: &Scene) -> Option<Mended> {
    let start = segment(s.tokens, s.at).start;
    let colon = s.find_last(start..s.at, Token::Colon)?;
    let waits = s.expected.has("=>") || !s.expected.operator();
    if s.here()? != Token::Arrow || waits || s.find(colon..s.at, Token::Assign).is_some() || !s.before(1)?.ends_item() {
        return None;
    }
    let from = s.slice(colon + 1..s.at);
    let bare = from.strip_prefix('(').and_then(|from| from.strip_suffix(')')).unwrap_or(from);
    let shown = format!("fn({bare})");
    let place = s.across(colon + 1, s.at - 1);
    let diag = s.syntax(s.at, "the type of a function starts with `fn`");
    let mut with = vec![s.inserted(colon + 1, Token::Fn), s.inserted(colon + 1, Token::OpenParen)];
    with.extend_from_slice(s.tokens.get(colon + 1..s.at)?);
    with.push(s.inserted(s.at, Token::CloseParen));
    Some((diag.fix(format!("write `{shown} -> …`"), place, shown), Some(Edit { range: colon + 1..s.at, with })))
}

/// `x => x + 1`, `(x) -> x + 1`
fn arrow(s: &Scene) -> Option<Mended> {
    let last = s.at.checked_sub(1)?;
    // In a call a bare name may also be that of an argument.
    let named = s.expected.has("=") && s.bracket() != Some(Token::OpenParen);
    if !matches!(s.here()?, Token::FatArrow | Token::Arrow) || s.expected.has("=>") || named {
        return None;
    }
    let start = match s.token(last)? {
        Token::Ident => last,
        Token::CloseParen => s.partner(last)?,
        _ => return None,
    };
    let before = start.checked_sub(1).and_then(|before| s.token(before));
    if before.is_some_and(|t| t.ends_item() || matches!(t, Token::Dot | Token::QuestionDot | Token::Fn)) {
        return None;
    }
    if s.token(last)? == Token::Ident {
        return starts_with_fn(s, start..s.at + 1, start..s.at);
    }
    with_fn(s, start, last)
}

/// `(x, y) => x + y`, `(1, 2)`
fn several_params(s: &Scene) -> Option<Mended> {
    let open = s.outer_start(s.at).checked_sub(1)?;
    if s.here()? != Token::Comma || s.token(open)? != Token::OpenParen || !s.expected.has(")") || s.expected.has(",") {
        return None;
    }
    let close = s.partner(open)?;
    if matches!(s.token(close + 1), Some(Token::FatArrow | Token::Arrow)) {
        return with_fn(s, open, close);
    }
    let shown = format!("[{}]", s.slice(open + 1..close));
    let diag = s.syntax(s.at, "several values in parentheses");
    let mut with = vec![s.inserted(open, Token::OpenBracket)];
    with.extend_from_slice(s.tokens.get(open + 1..close)?);
    with.push(s.inserted(close, Token::CloseBracket));
    let diag = if shown.contains('\n') {
        diag.help("a list is written in brackets: `[a, b]`")
    } else {
        diag.fix("a list is written in brackets", s.across(open, close), shown)
    };
    Some((diag, Some(Edit { range: open..close + 1, with })))
}

/// Puts `fn` in front of the parameters in `open..=close`, and `=>` behind them.
fn with_fn(s: &Scene, open: usize, close: usize) -> Option<Mended> {
    let shown = format!("fn{} =>", s.slice(open..close + 1));
    let diag = s.syntax(close + 1, "a function starts with `fn`").fix(
        format!("write `{shown}`"),
        s.across(open, close + 1),
        shown,
    );
    let mut with: Vec<Spanned> = vec![s.inserted(open, Token::Fn)];
    with.extend_from_slice(s.tokens.get(open..close + 1)?);
    with.push(s.inserted(close + 1, Token::FatArrow));
    Some((diag, Some(Edit { range: open..close + 2, with })))
}

/// `|x| x + 1`
fn bars(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::Bar || !s.expected.value() {
        return None;
    }
    let mut end = s.at + 1;
    while matches!(s.token(end)?, Token::Ident | Token::Comma) {
        end += 1;
    }
    let closed = s.token(end)? == Token::Bar && end > s.at + 1 && s.starts_value(end + 1);
    if closed { starts_with_fn(s, s.at..end + 1, s.at + 1..end) } else { None }
}

/// `local x = 1`, `const x = 1`, `def f(x): …`
fn binding_word(s: &Scene) -> Option<Mended> {
    let word = s.at.checked_sub(1)?;
    let text = s.text(word);
    let binds = matches!(text, "const" | "var" | "local" | "val" | "def" | "define" | "function" | "func");
    let waits = s.expected.operator() || s.expected.has("=");
    if s.here()? != Token::Ident || s.token(word)? != Token::Ident || !binds || !waits {
        return None;
    }
    let diag = s.syntax(word, format!("`{text}` is no keyword")).fix("a name is bound by `let`", s.loc(word), "let");
    let params = (s.token(s.at + 1)? == Token::OpenParen).then(|| s.partner(s.at + 1)).flatten();
    let mut edit = s.replace(word, 1, &[Token::Let])?;
    // `def f(x): body`, `function f(x) { … }`
    if let Some(close) = params {
        edit.with.extend_from_slice(s.tokens.get(s.at..close + 1)?);
        edit.range.end = close + 1;
        match s.token(close + 1)? {
            Token::Colon => edit.range.end += 1,
            Token::OpenBrace => {}
            _ => return Some((diag, Some(edit))),
        }
        edit.with.push(s.inserted(close + 1, Token::Assign));
    }
    Some((diag, Some(edit)))
}
