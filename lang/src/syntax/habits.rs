//! Habits from other languages, recognised where the grammar got stuck.
//!
//! Each rule looks at the tokens around the mistake and answers with a message that says how it is
//! written here and, where that is certain, with the tokens that were meant, so that reading goes on
//! as if they stood there. A rule that is not sure says nothing: then the general message is used.

use super::foreign;
use super::functions;
use super::idioms;
use super::quotes;
use super::recover::{Edit, segment};
use super::scene::{Mended, Scene};
use super::spacing::{dashed_name, glued_word, greedy_operand};
use super::templates;
use super::token::{Spanned, Token};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;

/// The habit behind a mistake, if it is known.
pub fn recognise(scene: &Scene) -> Option<Mended> {
    let rules: [fn(&Scene) -> Option<Mended>; 32] = [
        empty_file,
        quotes::recognise,
        foreign_comment,
        colon_assign,
        word_operator,
        word_not,
        word_elif,
        self_field,
        idioms::recognise,
        functions::recognise,
        templates::recognise,
        foreign::recognise,
        dashed_name,
        branch_colon,
        quoted_field,
        no_value,
        no_operand,
        greedy_operand,
        glued_word,
        no_then,
        no_else,
        wrong_sign,
        bare_fields,
        only_lets,
        semicolon,
        no_assign,
        no_comma,
        juxtaposed,
        version,
        mixed_merge,
        chained,
        second_value,
    ];
    rules.iter().find_map(|rule| rule(scene))
}

/// `// text`: a comment is written with `#`.
fn foreign_comment(s: &Scene) -> Option<Mended> {
    let line_start = s.text.get(..s.span(s.at).start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let mut from = s.at;
    while from > 0 && s.span(from - 1).start as usize >= line_start {
        from -= 1;
    }
    let slashes = (from..=s.at).find(|at| s.token(*at) == Some(Token::SlashSlash))?;
    let start = s.span(slashes).start as usize;
    let line_end = s.text.get(start..)?.find('\n').map_or(s.text.len(), |len| start + len);
    let mut end = slashes;
    while end < s.tokens.len() && (s.span(end).start as usize) < line_end && s.token(end) != Some(Token::Newline) {
        end += 1;
    }
    let opens = |at: Option<Token>| {
        at.is_none_or(|t| matches!(t, Token::OpenBrace | Token::OpenBracket | Token::Newline | Token::Comma))
    };
    let before = slashes.checked_sub(1).and_then(|at| s.token(at));
    if opens(before) && s.token(end) == Some(Token::Newline) {
        end += 1;
    }
    let diag = s.syntax(slashes, "`//` divides and rounds down, it starts no comment").fix(
        "a comment starts with `#`",
        s.loc(slashes),
        "#",
    );
    Some((diag, Some(Edit { range: slashes..end, with: Vec::new() })))
}

/// `x := 1`
fn colon_assign(s: &Scene) -> Option<Mended> {
    let colon = s.at.checked_sub(1)?;
    if s.here() != Some(Token::Assign) || s.token(colon) != Some(Token::Colon) || !s.touch(colon) {
        return None;
    }
    let place = s.span(colon).to(s.span(s.at)).at(s.file);
    let diag = Diag::error(Code::Syntax, "`:=` is not used here").at(place, "").fix("write `=`", place, "=");
    Some((diag, s.replace(colon, 1, &[])))
}

/// `a and b`, `a or b`
fn word_operator(s: &Scene) -> Option<Mended> {
    if s.here() != Some(Token::Ident) || !s.expected.operator() {
        return None;
    }
    let (sign, token) = match s.text(s.at) {
        "and" | "AND" => ("&&", Token::And),
        "or" | "OR" => ("||", Token::Or),
        "mod" => ("%", Token::Percent),
        "div" => ("//", Token::SlashSlash),
        "is" => ("==", Token::Equal),
        _ => return None,
    };
    let diag = s.syntax(s.at, format!("`{}` is no operator", s.text(s.at)));
    Some((diag.fix(format!("write `{sign}`"), s.loc(s.at), sign), s.replace(s.at, 1, &[token])))
}

/// `not a`
fn word_not(s: &Scene) -> Option<Mended> {
    let not = s.at.checked_sub(1)?;
    if s.text(not) != "not" || !s.starts_value(s.at) || !s.expected.operator() {
        return None;
    }
    let diag = s.syntax(not, "`not` is no operator").fix("write `!`", s.loc(not), "!");
    Some((diag, s.replace(not, 1, &[Token::Bang])))
}

/// `elif`, `elsif`, `elseif`
fn word_elif(s: &Scene) -> Option<Mended> {
    // `if a { } elif b { }`: the word was read as the next item's name, or did not fit itself.
    let at = [s.at, s.at.wrapping_sub(1)].into_iter().find(|at| matches!(s.text(*at), "elif" | "elsif" | "elseif"))?;
    let diag = s.syntax(at, format!("`{}` is no keyword", s.text(at)));
    let mut edit = s.replace(at, 1, &[Token::Else, Token::If])?;
    if at > 0 && s.token(at - 1) == Some(Token::Newline) {
        edit.range.start -= 1;
    }
    Some((diag.fix("write `else if`", s.loc(at), "else if"), Some(edit)))
}

/// `self.x = 1`
fn self_field(s: &Scene) -> Option<Mended> {
    let word = s.here()?;
    if !matches!(word, Token::SelfRef | Token::SuperRef) || s.token(s.at + 1) != Some(Token::Dot) {
        return None;
    }
    let name = s.text(s.at);
    let place = s.span(s.at).to(s.span(s.at + 1)).at(s.file);
    let diag = Diag::error(Code::Syntax, format!("a field is defined by its bare name, without `{name}`"))
        .at(place, "")
        .fix(format!("delete `{name}.`"), place, "");
    Some((diag, s.replace(s.at, 2, &[])))
}

/// `hidden default = 1`: the second modifier was meant as the name.
fn modifier_name(s: &Scene) -> Option<Mended> {
    let name = s.at.checked_sub(1)?;
    if !matches!(s.here()?, Token::Assign | Token::Colon)
        || !matches!(s.token(name)?, Token::Default | Token::Force | Token::Hidden)
    {
        return None;
    }
    let diag = s.syntax(name, format!("`{}` is a keyword", s.text(name)));
    let diag = diag.fix("put the name in quotes", s.loc(name), format!("\"{}\"", s.text(name)));
    Some((diag, s.replace(name, 1, &[Token::Ident])))
}

/// `{ 8080 = "x" }`, `let if = 1`, `hidden default = 1`
fn quoted_field(s: &Scene) -> Option<Mended> {
    if let Some(mended) = modifier_name(s) {
        return Some(mended);
    }
    let next = s.token(s.at + 1);
    if !matches!(next, Some(Token::Assign | Token::Colon)) || s.expected.operator() {
        return None;
    }
    let token = s.here()?;
    let is_let = s.before(1) == Some(Token::Let);
    let in_braces = s.bracket() == Some(Token::OpenBrace);
    if token.is_keyword() && (is_let || s.expected.has("IDENT")) {
        let diag = s.syntax(s.at, format!("`{}` is a keyword", s.text(s.at)));
        let diag = if in_braces && !is_let {
            diag.fix("put the name in quotes", s.loc(s.at), format!("\"{}\"", s.text(s.at)))
        } else {
            diag.help("choose another name")
        };
        return Some((diag, s.replace(s.at, 1, &[Token::Ident])));
    }
    if token == Token::Number && in_braces && s.expected.has("IDENT") {
        let diag = s.syntax(s.at, "a field's name is no number");
        let quoted = format!("\"{}\"", s.text(s.at));
        return Some((diag.fix("put it in quotes", s.loc(s.at), quoted), s.replace(s.at, 1, &[Token::Ident])));
    }
    None
}

/// `a =` and `x.` at a line's end: the next line's name was taken for what is missing.
fn no_value(s: &Scene) -> Option<Mended> {
    let name = s.at.checked_sub(1)?;
    let mark = name.checked_sub(1)?;
    if !matches!(s.here()?, Token::Assign | Token::Colon | Token::Dot)
        || !matches!(s.token(name)?, Token::Ident | Token::Str)
        || !s.first_on_line(name)
        || s.bracket()? != Token::OpenBrace
    {
        return None;
    }
    let mark_token = s.token(mark)?;
    let missing = match mark_token {
        Token::Dot | Token::QuestionDot => "a name",
        Token::Colon => "a type",
        _ if !mark_token.ends_item() && mark_token != Token::Newline => "a value",
        _ => return None,
    };
    let diag = s
        .syntax(mark, format!("expected {missing} after `{}`, found the end of the line", s.text(mark)))
        .help(format!("`{}` starts the next field", s.text(name)));
    let dot = missing == "a name";
    let with: &[Token] = if dot { &[Token::Newline] } else { &[Token::Bad, Token::Newline] };
    let gap = s.span(mark).end;
    let with = with.iter().map(|&token| Spanned { token, first: false, start: gap, end: gap }).collect();
    Some((diag, Some(Edit { range: if dot { mark..name } else { name..name }, with })))
}

/// A text without a token.
fn empty_file(s: &Scene) -> Option<Mended> {
    if !s.tokens.is_empty() {
        return None;
    }
    let diag = s.syntax(0, "nothing to evaluate").help("a file is one expression, such as `{ name = \"value\" }`");
    Some((diag, None))
}

/// `if a { 1 } else { 2 }` and `if a: b` where a value is needed.
fn no_then(s: &Scene) -> Option<Mended> {
    let here = s.here();
    let block = s.expected.has("{") && s.token(segment(s.tokens, s.at).start) == Some(Token::If);
    if here == Some(Token::Assign) && (s.expected.has("then") || block) {
        let diag = s.syntax(s.at, "`=` in a condition").fix("to compare write `==`", s.loc(s.at), "==");
        return Some((diag, s.replace(s.at, 1, &[Token::Equal])));
    }
    if !s.expected.has("then") {
        return None;
    }
    let colon = here == Some(Token::Colon);
    if !colon && !s.starts_value(s.at) {
        return late_condition(s);
    }
    let diag = s.syntax(s.at, "an `if` without `then`");
    let help = "a value is chosen by `if c then a else b`; only fields are chosen by `if c { … } else { … }`";
    let diag = if colon { diag.fix(help, s.loc(s.at), s.spaced("then")) } else { diag.help(help) };
    Some((diag, s.replace(s.at, usize::from(colon), &[Token::Then])))
}

/// The condition of an element on a line of its own, where it begins another one.
fn late_condition(s: &Scene) -> Option<Mended> {
    let (start, opener) = (segment(s.tokens, s.at).start, s.outer_start(s.at).checked_sub(1)?);
    let line_end = start.checked_sub(1)?;
    let in_list = s.token(opener) == Some(Token::OpenBracket) && line_end > opener;
    if !in_list || s.token(start) != Some(Token::If) || s.token(line_end) != Some(Token::Newline) {
        return None;
    }
    let diag = s.syntax(start, "an `if` that begins an element");
    let help = "the condition of an element stands on its line, `x if c`; a value is chosen by `if c then a else b`";
    Some((diag.help(help), s.replace(line_end, 1, &[])))
}

/// `x +` at a line's end, with a `let` on the next line.
fn no_operand(s: &Scene) -> Option<Mended> {
    let mark = s.at.checked_sub(1)?;
    let token = s.token(mark)?;
    let opens = matches!(token, Token::OpenBrace | Token::OpenBracket | Token::OpenParen | Token::Newline);
    if s.here()? != Token::Let || !s.first_on_line(s.at) || opens || token.ends_item() || !s.expected.value() {
        return None;
    }
    let diag = s.syntax(mark, format!("expected a value after `{}`, found the end of the line", s.text(mark)));
    Some((diag, s.replace(s.at, 0, &[Token::Bad, Token::Newline])))
}

/// `if a then b` without `else`
fn no_else(s: &Scene) -> Option<Mended> {
    let ends = s.here().is_none_or(|t| {
        matches!(t, Token::Comma | Token::Newline | Token::CloseBrace | Token::CloseBracket | Token::CloseParen)
    });
    if !ends || !s.expected.has("else") || s.expected.has("hidden") {
        return None;
    }
    let range = segment(s.tokens, s.at);
    if s.token(range.start) == Some(Token::Assert) {
        let diag =
            s.syntax(range.start, "an `assert` without its message").help("write `assert condition else \"message\"`");
        return Some((diag, s.replace(s.at, 0, &[Token::Else, Token::Bad])));
    }
    let start = range.rev().find(|at| s.token(*at) == Some(Token::If)).unwrap_or(s.at);
    let diag = s.syntax(start, "an `if` without `else`");
    let help = match s.bracket() {
        Some(Token::OpenBracket) => "add `else`; an element that is only sometimes there is written `[x if c]`",
        Some(Token::OpenBrace) => "add `else`; a field that is only sometimes there is written `if c { name = value }`",
        _ => "a value is needed either way: `if c then a else b`",
    };
    let diag = diag.guess(help, s.gap(s.at.saturating_sub(1)), " else null");
    Some((diag, s.replace(s.at, 0, &[Token::Else, Token::Bad])))
}

/// `==`, `=>`, `=`, `->` and `:` in each other's place.
fn wrong_sign(s: &Scene) -> Option<Mended> {
    let arrow = s.expected.has("=>");
    let (token, sign, why) = match s.here()? {
        Token::Equal if s.expected.has("=") => (Token::Assign, "=", "`==` compares, a field is defined by `=`"),
        Token::FatArrow if s.expected.has("=") && !arrow && s.bracket()? == Token::OpenBrace => {
            (Token::Assign, "=", "`=>` belongs to functions and `match`, a field is defined by `=`")
        }
        Token::Assign if arrow => (Token::FatArrow, "=>", "what a function or an arm gives stands after `=>`"),
        Token::Arrow | Token::Colon if arrow && !s.expected.has("->") => {
            (Token::FatArrow, "=>", "what an arm gives stands after `=>`")
        }
        Token::Assign if s.expected.has("else") || s.expected.has("==") && s.expected.operator() => {
            (Token::Equal, "==", "`=` defines, it compares nothing")
        }
        _ => return None,
    };
    let diag = s.syntax(s.at, why).fix(format!("write `{sign}`"), s.loc(s.at), sign);
    Some((diag, s.replace(s.at, 1, &[token])))
}

/// A file of fields without braces around them.
fn bare_fields(s: &Scene) -> Option<Mended> {
    if !matches!(s.here()?, Token::Assign | Token::Colon) || s.bracket().is_some() {
        return None;
    }
    let start = segment(s.tokens, s.at).start;
    if s.token(start)? == Token::Let {
        return None;
    }
    let walrus = s.here() == Some(Token::Colon) && s.token(s.at + 1) == Some(Token::Assign) && s.touch(s.at);
    let diag = s.syntax(start, "a field outside of braces").help(if walrus {
        "write `{ x = … }` with `=` and in braces; `let x = …` names a part of what follows it"
    } else {
        "a file is one expression: put `{` before the first field and `}` after the last"
    });
    let spanned = |token, at: u32| Spanned { token, first: false, start: at, end: at };
    let mut with = vec![spanned(Token::OpenBrace, s.span(start).start)];
    with.extend(
        s.tokens[start..].iter().enumerate().filter(|(step, _)| !walrus || start + step != s.at).map(|(_, t)| *t),
    );
    with.push(spanned(Token::CloseBrace, s.text.len() as u32));
    Some((diag, Some(Edit { range: start..s.tokens.len(), with })))
}

/// A file that ends after its `let`s.
fn only_lets(s: &Scene) -> Option<Mended> {
    let ends = s.here().is_none_or(|t| matches!(t, Token::CloseParen | Token::CloseBrace | Token::CloseBracket));
    let start = segment(s.tokens, s.at).start;
    if !ends || s.token(start) != Some(Token::Let) || !s.expected.has(";") || s.bracket() == Some(Token::OpenBrace) {
        return None;
    }
    let diag = s
        .syntax(start, "a `let` with nothing after it")
        .help("a `let` is followed by the expression that it is for, on the next line or after `;`");
    Some((diag, s.replace(s.at, 0, &[Token::Newline, Token::Bad])))
}

/// `a = 1;`: all of them in the same brackets are one mistake.
fn semicolon(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::Semicolon {
        return None;
    }
    let rest = s.text.get(s.span(s.at).end as usize..).unwrap_or("");
    let line_ends = rest.split(['\n', '#']).next().is_none_or(|line| line.trim().is_empty())
        || matches!(s.token(s.at + 1), Some(Token::CloseBrace | Token::CloseBracket));
    if s.bracket().is_none() {
        // A file's last `;`.
        let diag = s.syntax(s.at, "`;` separates only a `let` from what follows it").fix("delete it", s.loc(s.at), "");
        return (s.at + 1 == s.tokens.len()).then(|| (diag, s.replace(s.at, 1, &[])));
    }
    if !s.expected.has(",") {
        return None;
    }
    let with = commas(s);
    let more =
        with.iter().filter(|t| t.token == Token::Comma && s.text.get(t.start as usize..=t.start as usize) == Some(";"));
    let places: Vec<Span> = more.map(|t| Span { start: t.start, end: t.end }).collect();
    let others = match places.len() {
        0 | 1 => String::new(),
        count => format!(" (the same for {} more)", count - 1),
    };
    let diag = s.syntax(s.at, "`;` separates only a `let` from what follows it");
    let diag = if line_ends {
        let place = places.iter().fold(s.span(s.at), |whole, place| whole.to(*place));
        let mut without = String::new();
        let mut from = place.start;
        for semicolon in &places {
            without.push_str(s.text.get(from as usize..semicolon.start as usize).unwrap_or(""));
            from = semicolon.end;
        }
        diag.fix(format!("delete it: the line's end separates{others}"), place.at(s.file), without)
    } else {
        diag.fix(format!("write `,`{others}"), s.loc(s.at), ",")
    };
    Some((diag, Some(Edit { range: s.at..s.at + with.len(), with })))
}

/// The tokens from here to the bracket's end, with commas for semicolons, but for those of a `let`.
fn commas(s: &Scene) -> Vec<Spanned> {
    let end = s.outer_start(s.at).checked_sub(1).and_then(|opener| s.partner(opener)).unwrap_or(s.tokens.len());
    let mut with = s.tokens.get(s.at..end).unwrap_or(&[]).to_vec();
    let mut from = s.at;
    while let Some(at) = s.find(from..end, Token::Semicolon) {
        let in_let = s.find(segment(s.tokens, at).start..at, Token::Let).is_some();
        if let Some(token) = with.get_mut(at - s.at).filter(|_| !in_let || at == s.at) {
            token.token = Token::Comma;
        }
        from = at + 1;
    }
    with
}

/// `spec { … }`, `let x 1`
fn no_assign(s: &Scene) -> Option<Mended> {
    let name = s.at.checked_sub(1)?;
    if s.token(segment(s.tokens, s.at).start)? == Token::Let && s.expected.has("=") && s.starts_value(s.at) {
        let diag = s.syntax(s.at, format!("expected `=` before `{}`", first_line(s.text(s.at))));
        let gap = Span { start: s.span(name).end, end: s.span(name).end }.at(s.file);
        return Some((diag.fix("add `=`", gap, " ="), s.replace(s.at, 0, &[Token::Assign])));
    }
    let named = matches!(s.token(name)?, Token::Ident | Token::Str);
    if s.here()? != Token::OpenBrace || !named || !s.expected.has("=") || s.bracket()? != Token::OpenBrace {
        return None;
    }
    let gap = Span { start: s.span(name).end, end: s.span(name).end }.at(s.file);
    let diag = s.syntax(s.at, format!("expected `=` between `{}` and its braces", s.text(name)));
    Some((diag.fix("add `=`", gap, " ="), s.replace(s.at, 0, &[Token::Assign])))
}

/// Two items, elements or arguments with nothing between them.
fn no_comma(s: &Scene) -> Option<Mended> {
    let before = s.at.checked_sub(1)?;
    if !s.expected.has(",") || !s.token(before)?.ends_item() {
        return None;
    }
    let bracket = s.bracket()?;
    let item = matches!(bracket, Token::OpenBrace | Token::OpenParen) && s.starts_item(s.at);
    let element = bracket == Token::OpenBracket && s.starts_value(s.at);
    let argument = bracket == Token::OpenParen && s.starts_value(s.at) && s.token(before)? != Token::Ident;
    if !item && !element && !argument {
        return None;
    }
    let gap = Span { start: s.span(before).end, end: s.span(before).end }.at(s.file);
    let diag = s.syntax(s.at, format!("expected `,` before `{}`", first_line(s.text(s.at))));
    Some((diag.fix("add `,`", gap, ","), s.replace(s.at, 0, &[Token::Comma])))
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or("")
}

/// `f x`
fn juxtaposed(s: &Scene) -> Option<Mended> {
    let before = s.at.checked_sub(1)?;
    let called = s.token(before)? == Token::Ident && !s.text(s.at).starts_with('{');
    if !s.expected.operator() || !s.starts_value(s.at) || !called {
        return None;
    }
    let word = s.text(before);
    let value = first_line(s.text(s.at));
    let diag = s
        .syntax(s.at, format!("expected an operator, `,` or the end of the line, found `{value}`"))
        .help(format!("a function is called with parentheses: `{word}({value})`"));
    Some((diag, None))
}

/// `1.2.3`
fn version(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::Number || s.before(1)? != Token::Dot || s.before(2)? != Token::Number {
        return None;
    }
    let span = s.span(s.at - 2).to(s.span(s.at));
    let text = s.text.get(span.range())?;
    let diag = Diag::error(Code::Syntax, format!("`{text}` is no number")).at(span.at(s.file), "").fix(
        "put it in quotes",
        span.at(s.file),
        format!("\"{text}\""),
    );
    Some((diag, s.replace(s.at - 2, 3, &[Token::Bad])))
}

/// `then:`, `else:`, `for x in xs:`
fn branch_colon(s: &Scene) -> Option<Mended> {
    let word = s.at.checked_sub(1)?;
    if s.here()? != Token::Colon || !matches!(s.token(word)?, Token::Then | Token::Else) {
        return None;
    }
    let diag = s.syntax(s.at, format!("`{}` takes no `:`", s.text(word)));
    Some((diag.fix("delete it", s.loc(s.at), ""), s.replace(s.at, 1, &[])))
}

/// `a & b with c`
fn mixed_merge(s: &Scene) -> Option<Mended> {
    let other = match s.here()? {
        Token::Ampersand => Token::With,
        Token::With => Token::Ampersand,
        _ => return None,
    };
    let range = segment(s.tokens, s.at);
    (range.start..s.at).rev().find(|at| s.token(*at) == Some(other))?;
    let diag = s
        .syntax(s.at, "`&` and `with` side by side")
        .help("put one of them in parentheses: `(a & b) with c` or `a & (b with c)`");
    Some((diag, None))
}

/// `a < b < c`
fn chained(s: &Scene) -> Option<Mended> {
    use Token::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    let compares = |t: Token| matches!(t, Equal | Greater | GreaterEqual | Less | LessEqual | NotEqual);
    let range = segment(s.tokens, s.at);
    if !compares(s.here()?) || !(range.start..s.at).any(|at| s.token(at).is_some_and(compares)) {
        return None;
    }
    let diag = s.syntax(s.at, "a comparison of a comparison").help("write `a < b && b < c`");
    Some((diag, None))
}

/// A second expression in a file.
fn second_value(s: &Scene) -> Option<Mended> {
    let starts = s.starts_value(s.at) && s.first_on_line(s.at);
    if s.bracket().is_some() || !starts || s.expected.value() || s.expected.has("=") {
        return None;
    }
    let start = if s.before(1)? == Token::Newline { s.at - 1 } else { s.at };
    let diag = s
        .syntax(s.at, "a second expression in one file")
        .help("a file is one expression: join two by `&` or `with`, or name the first by `let`");
    Some((diag, Some(Edit { range: start..s.tokens.len(), with: Vec::new() })))
}
