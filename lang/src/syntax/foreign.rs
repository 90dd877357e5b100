//! Bindings, loops, choices and fields as other languages write them.
//!
//! YAML and JSON, Jsonnet, Nickel, CUE, HCL and Python: who comes from there writes what they write
//! until a message says how it is written here. One mistake is answered once: what depends on it is
//! put right or given up together with it.

use super::balance::is_closer;
use super::recover::{Edit, bad, segment};
use super::scene::{Mended, Scene};
use super::token::{Spanned, Token};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use std::ops::Range;

/// The rule that knows the mistake, if one does.
pub fn recognise(s: &Scene) -> Option<Mended> {
    let rules: [fn(&Scene) -> Option<Mended>; 24] = [
        let_in,
        let_list,
        missing_let,
        spare_word,
        default_mark,
        sign_assign,
        hidden_colons,
        assert_colon,
        block_mark,
        ternary,
        if_behind,
        loop_first,
        loop_value,
        loop_behind,
        loop_names,
        match_subject,
        string_prefix,
        longer_sign,
        import_form,
        text_mark,
        computed_path,
        block_labels,
        yaml_file,
        annotated_value,
    ];
    rules.iter().find_map(|rule| rule(s))
}

/// Gives up `range` with one blank value in its place.
fn give_up(s: &Scene, range: Range<usize>) -> Option<Edit> {
    Some(Edit { with: vec![bad(s.tokens, &range)], range })
}

/// Takes tokens away.
fn remove(range: Range<usize>) -> Option<Edit> {
    Some(Edit { range, with: Vec::new() })
}

/// `let x = 1 in x`
fn let_in(s: &Scene) -> Option<Mended> {
    let before = s.at.checked_sub(1)?;
    let closed = s.token(before)? == Token::Semicolon;
    if s.here()? != Token::In || !closed && !s.expected.has(";") {
        return None;
    }
    let start = if closed { s.span(s.at).start } else { s.span(before).end };
    let place = Span { start, end: s.span(s.at).end }.at(s.file);
    let line_ends = s.first_on_line(s.at + 1);
    let diag = s.syntax(s.at, "a `let` has no `in`").fix(
        "a `let` ends with its line, or with `;`",
        place,
        if line_ends || closed { "" } else { ";" },
    );
    Some((diag, s.replace(s.at, 1, if closed { &[] } else { &[Token::Semicolon] })))
}

/// `let x = 1, y = 2`
fn let_list(s: &Scene) -> Option<Mended> {
    let start = segment(s.tokens, s.at).start;
    let binds = matches!(s.token(s.at + 2)?, Token::Assign | Token::Colon | Token::OpenParen);
    if s.here()? != Token::Comma || s.token(start)? != Token::Let || !s.expected.has(";") || !binds {
        return None;
    }
    let diag = s.syntax(s.at, "two bindings behind one `let`").fix("each has a `let` of its own", s.loc(s.at), "; let");
    Some((diag, s.replace(s.at, 1, &[Token::Semicolon, Token::Let])))
}

/// `let x = 1; y = 2; in …`, and `x = 1` in front of a file's value.
fn missing_let(s: &Scene) -> Option<Mended> {
    let range = segment(s.tokens, s.at);
    if s.here()? != Token::Assign || s.token(range.start)? != Token::Ident || s.bracket().is_some() {
        return None;
    }
    let end = s.tokens.len();
    let last = segment(s.tokens, end.checked_sub(1)?);
    let defines = |token| s.find(last.clone(), token).is_some();
    let value = last.start > range.start && !last.is_empty() && !defines(Token::Assign) && !defines(Token::Colon);
    let nix = s.find(s.at..end, Token::In).is_some() && s.find(s.at..end, Token::For).is_none();
    if !value && !nix {
        return None;
    }
    let diag = s.syntax(range.start, "a binding without its `let`");
    let place = s.gap(range.start).span;
    let place = Span { start: s.span(range.start).start, end: s.span(range.start).start.min(place.end) }.at(s.file);
    Some((diag.fix("write `let` before it", place, "let "), s.replace(range.start, 0, &[Token::Let])))
}

/// `return x`, `if a then b else c end`
fn spare_word(s: &Scene) -> Option<Mended> {
    let (at, help) = match (s.text(s.at), s.before(1), s.at.checked_sub(1)) {
        ("end" | "endif" | "fi" | "done", Some(token), _) if token.ends_item() && s.expected.operator() => {
            (s.at, "delete it: nothing ends an `if` or a `for`")
        }
        (_, Some(Token::Ident), Some(before)) if s.text(before) == "return" && s.starts_value(s.at) => {
            (before, "delete it: a function gives its body's value")
        }
        _ => return None,
    };
    let diag = s.syntax(at, format!("`{}` is no keyword", s.text(at))).fix(help, s.loc(at), "");
    Some((diag, remove(at..at + 1)))
}

/// `x : T | default = 1`, `x | T = 1`, `x = *1 | T`
fn default_mark(s: &Scene) -> Option<Mended> {
    let help = "a default is marked before its name: `default x : T = value`";
    match s.here()? {
        Token::Default | Token::Force if s.before(1)? == Token::Bar => {
            let diag = s.syntax(s.at, format!("`{}` stands behind the name", s.text(s.at))).help(help);
            Some((diag, remove(s.at - 1..s.at + 1)))
        }
        Token::Bar if s.expected.has(":") && s.bracket()? == Token::OpenBrace => {
            if matches!(s.token(s.at + 1)?, Token::Default | Token::Force) {
                let diag = s.syntax(s.at + 1, format!("`{}` stands behind the name", s.text(s.at + 1))).help(help);
                return Some((diag, remove(s.at..s.at + 2)));
            }
            let diag = s.syntax(s.at, "a field's type stands behind `:`").fix("write `:`", s.loc(s.at), ":");
            Some((diag, s.replace(s.at, 1, &[Token::Colon])))
        }
        Token::Star if s.expected.value() && matches!(s.before(1)?, Token::Assign | Token::Colon | Token::Bar) => {
            Some((s.syntax(s.at, "`*` marks no default").help(help), remove(s.at..s.at + 1)))
        }
        _ => None,
    }
}

/// `a += 1`, `a+: { … }`
fn sign_assign(s: &Scene) -> Option<Mended> {
    let sign = s.here()?;
    let mark = s.token(s.at + 1)?;
    let joins =
        matches!(sign, Token::Plus | Token::PlusPlus | Token::Minus | Token::Star | Token::Bar | Token::Ampersand);
    if !joins || !matches!(mark, Token::Assign | Token::Colon) || !s.touch(s.at) || s.expected.value() {
        return None;
    }
    let place = s.across(s.at, s.at + 1);
    let text = s.slice(s.at..s.at + 2);
    let name = s.text(s.at.checked_sub(1)?);
    let diag = Diag::error(Code::Syntax, format!("`{text}` is not used here")).at(place, "");
    let diag = if mark == Token::Colon {
        diag.fix("records join by themselves: write `=`, and `with` between the records", place, " =")
    } else {
        diag.help(format!("write `{name} = super.{name} {} …` in the record behind `with`", s.text(s.at)))
    };
    Some((diag, s.replace(s.at, 2, &[Token::Assign])))
}

/// `a:: 1`
fn hidden_colons(s: &Scene) -> Option<Mended> {
    let first = s.at.checked_sub(1)?;
    if s.here()? != Token::Colon || s.token(first)? != Token::Colon || !s.touch(first) {
        return None;
    }
    let mut end = s.at + 1;
    while s.token(end) == Some(Token::Colon) {
        end += 1;
    }
    let name = s.text(first.checked_sub(1)?);
    let place = s.across(first, end - 1);
    let diag = Diag::error(Code::Syntax, format!("`{}` is not used here", s.slice(first..end))).at(place, "");
    let diag = diag.help(format!("write `{name} = …`, or `hidden {name} = …` for what is not exported"));
    Some((diag, s.replace(first, end - first, &[Token::Assign])))
}

/// `assert c : "message"`
fn assert_colon(s: &Scene) -> Option<Mended> {
    let start = segment(s.tokens, s.at).start;
    let assert = s.token(start)? == Token::Assert && s.expected.has("else");
    let comma = s.here()? == Token::Comma && matches!(s.token(s.at + 1)?, Token::Str | Token::StrHead);
    if !assert || s.here()? != Token::Colon && !comma {
        return None;
    }
    let diag = s.syntax(s.at, "the message of an `assert` stands behind `else`").fix(
        "write `else`",
        s.loc(s.at),
        s.spaced("else"),
    );
    Some((diag, s.replace(s.at, 1, &[Token::Else])))
}

/// `if c: { … }`, `if c then { … }`, `for x in xs: { … }` among fields
fn block_mark(s: &Scene) -> Option<Mended> {
    let range = segment(s.tokens, s.at);
    let word = s.token(range.start)?;
    let mark = matches!(s.here()?, Token::Colon | Token::Then | Token::FatArrow);
    if !mark || !s.expected.has("{") || !matches!(word, Token::If | Token::For) {
        return None;
    }
    let text = s.text(s.at);
    if s.token(s.at + 1) == Some(Token::OpenBrace) {
        let (start, end) = (s.span(s.at).start, s.span(s.at + 1).start);
        let end = if s.spaced("").is_empty() { end } else { s.span(s.at).end };
        let diag = s.syntax(s.at, format!("no `{text}` before the braces of a block"));
        let diag = diag.fix("delete it", Span { start, end }.at(s.file), "");
        return Some((diag, remove(s.at..s.at + 1)));
    }
    let head = s.slice(range.start..s.at);
    let diag = s.syntax(s.at, "fields of a block stand in braces").help(format!("write `{head} {{ name = value }}`"));
    Some((diag, give_up(s, range)))
}

/// `a ? b : c`
fn ternary(s: &Scene) -> Option<Mended> {
    let mark = s.at.checked_sub(1)?;
    if s.token(mark)? != Token::Question || !s.starts_value(s.at) || !(s.expected.operator() || s.expected.has("then"))
    {
        return None;
    }
    let diag = s.syntax(mark, "`?` makes no choice");
    let mut start = s.value_start();
    start += usize::from(s.token(start)? == Token::If);
    let end = segment(s.tokens, s.at).end;
    let Some(colon) = s.find(s.at..end, Token::Colon).filter(|colon| colon + 1 < end) else {
        return Some((diag.help("write `if c then a else b`; `T?` is the type of what may be null"), None));
    };
    let parts = [start..mark, s.at..colon, colon + 1..end];
    let [cond, then, otherwise] = parts.clone().map(|part| s.slice(part).to_owned());
    let first = if start > 0 && s.token(start - 1) == Some(Token::If) { start - 1 } else { start };
    let shown = format!("if {cond} then {then} else {otherwise}");
    let mut with = Vec::new();
    for (word, part) in [Token::If, Token::Then, Token::Else].into_iter().zip(parts) {
        with.push(s.inserted(part.start, word));
        with.extend_from_slice(s.tokens.get(part)?);
    }
    let diag = if shown.contains('\n') {
        diag.help("write `if c then a else b`")
    } else {
        diag.fix(format!("write `{shown}`"), s.across(first, end - 1), shown)
    };
    Some((diag, Some(Edit { range: first..end, with })))
}

/// `1 if c else 2`
fn if_behind(s: &Scene) -> Option<Mended> {
    let range = segment(s.tokens, s.at);
    let word = match s.here()? {
        Token::If if s.before(1)?.ends_item() && s.bracket() != Some(Token::OpenBracket) => s.at,
        Token::Else if s.bracket()? == Token::OpenBracket => s.find_last(range.start..s.at, Token::If)?,
        _ => return None,
    };
    let start = s.value_start().min(word);
    let diag = s.syntax(word, "an `if` behind its value");
    let Some(other) = s.find(word..range.end, Token::Else) else {
        let diag = diag.help(
            "write `if c then a else b`; a field that is only sometimes there is written `if c { name = value }`",
        );
        return Some((diag, remove(word..range.end)));
    };
    let parts = [word + 1..other, start..word, other + 1..range.end];
    let [cond, then, otherwise] = parts.map(|part| s.slice(part).to_owned());
    let shown = format!("if {cond} then {then} else {otherwise}");
    let place = s.across(start, range.end.checked_sub(1)?);
    Some((diag.fix(format!("write `{shown}`"), place, shown), give_up(s, start..range.end)))
}

/// `[for x in xs: x + 1]`
fn loop_first(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::For || !s.expected.value() || s.bracket()? != Token::OpenBracket {
        return None;
    }
    let close = s.partner(s.outer_start(s.at).checked_sub(1)?)?;
    let whole = s.at..close;
    let marks = [Token::Colon, Token::FatArrow, Token::Arrow];
    let mark = marks.into_iter().find_map(|mark| s.find(whole.clone(), mark)).filter(|mark| mark + 1 < close);
    let diag = s.syntax(s.at, "a loop in front of its element");
    let Some(mark) = mark else {
        return Some((diag.help("write the element first: `[x + 1 for x in xs]`"), give_up(s, whole)));
    };
    let shown = format!("{} {}", s.slice(mark + 1..close), s.slice(s.at..mark));
    let mut with = s.tokens.get(mark + 1..close)?.to_vec();
    with.extend_from_slice(s.tokens.get(s.at..mark)?);
    let place = s.across(s.at, close - 1);
    Some((diag.fix(format!("write the element first: `[{shown}]`"), place, shown), Some(Edit { range: whole, with })))
}

/// `a = for x in xs …`
fn loop_value(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::For || !s.expected.value() {
        return None;
    }
    let mut end = segment(s.tokens, s.at).end;
    // What belongs to a loop over several names or lines goes with it.
    while s.bracket().is_none() && s.token(end).is_some_and(|t| !is_closer(t)) {
        end = segment(s.tokens, end + 1).end.max(end + 1);
    }
    let diag = s
        .syntax(s.at, "a `for` where a value is expected")
        .help("a list is made by `[x + 1 for x in xs]`, a record by `{ for (k, v) in xs { \"\\(k)\" = v } }`");
    Some((diag, give_up(s, s.at..end.min(s.tokens.len()))))
}

/// `{ [k]: v for k in xs }`
fn loop_behind(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::For || s.bracket()? != Token::OpenBrace || s.expected.item() {
        return None;
    }
    let diag = s
        .syntax(s.at, "a loop behind its field")
        .help("a loop stands around its fields: `for (k, v) in xs { \"\\(k)\" = v }`");
    Some((diag, give_up(s, segment(s.tokens, s.at))))
}

/// `for k, v in xs`
fn loop_names(s: &Scene) -> Option<Mended> {
    let first = s.at.checked_sub(1)?;
    let names = s.here()? == Token::Comma && s.expected.has("in") && s.token(s.at + 1)? == Token::Ident;
    if !names || s.token(first)? != Token::Ident || s.token(s.at + 2)? != Token::In {
        return None;
    }
    let shown = format!("({}, {})", s.text(first), s.text(s.at + 1));
    let diag = s.syntax(s.at, "two names of a loop stand in parentheses").fix(
        format!("write `{shown}`"),
        s.across(first, s.at + 1),
        shown,
    );
    let mut with = vec![s.inserted(first, Token::OpenParen)];
    with.extend_from_slice(s.tokens.get(first..s.at + 2)?);
    with.push(s.inserted(s.at + 2, Token::CloseParen));
    Some((diag, Some(Edit { range: first..s.at + 2, with })))
}

/// `match x { … }`
fn match_subject(s: &Scene) -> Option<Mended> {
    let word = s.at.checked_sub(1)?;
    if s.token(word)? != Token::Match || !s.starts_value(s.at) {
        return None;
    }
    let brace = s.find(s.at..segment(s.tokens, s.at).end, Token::OpenBrace).filter(|brace| *brace > s.at)?;
    let shown = format!("{} |> match", s.slice(s.at..brace));
    let diag = s.syntax(s.at, "`match` is a function, the value goes into it").fix(
        format!("write `{shown} {{ … }}`"),
        s.across(word, brace - 1),
        shown,
    );
    let mut with = s.tokens.get(s.at..brace)?.to_vec();
    with.extend([s.inserted(brace, Token::Pipe), s.inserted(brace, Token::Match)]);
    Some((diag, Some(Edit { range: word..brace, with })))
}

/// `f"text {x}"`, whose braces become interpolations where the prefix asked for that.
fn string_prefix(s: &Scene) -> Option<Mended> {
    let prefix = s.at.checked_sub(1)?;
    let known = matches!(s.text(prefix), "f" | "b" | "u" | "s" | "fr" | "rf" | "F" | "R" | "m");
    if !matches!(s.here()?, Token::Str | Token::StrHead) || !known || !s.touch(prefix) {
        return None;
    }
    let diag = s.syntax(prefix, format!("a string takes no `{}`", s.text(prefix)));
    let text = s.text(s.at);
    let braces = matches!(s.text(prefix), "f" | "fr" | "rf" | "F") && text.contains('{') && !text.contains("{{");
    let (place, new) = match braces && s.here()? == Token::Str {
        true => (s.across(prefix, s.at), text.replace('{', "\\(").replace('}', ")")),
        false => (s.loc(prefix), String::new()),
    };
    Some((diag.fix("every string takes `\\(x)`, without a prefix", place, new), remove(prefix..s.at)))
}

/// `a === b`, `a ** b`
fn longer_sign(s: &Scene) -> Option<Mended> {
    let first = s.at.checked_sub(1)?;
    let place = s.across(first, s.at);
    if !s.touch(first) {
        return None;
    }
    let sign = match (s.token(first)?, s.here()?) {
        (Token::Equal, Token::Assign) => "==",
        (Token::NotEqual, Token::Assign) => "!=",
        (Token::Star, Token::Star) => {
            let diag = Diag::error(Code::Syntax, "`**` is no operator").at(place, "");
            return Some((diag.help("a power is `std.number.pow(x, n)`"), remove(s.at..s.at + 1)));
        }
        _ => return None,
    };
    let diag = Diag::error(Code::Syntax, format!("`{sign}=` is no operator")).at(place, "");
    Some((diag.fix(format!("write `{sign}`"), place, sign), remove(s.at..s.at + 1)))
}

/// `importstr "x"`, `import x from "y"`
fn import_form(s: &Scene) -> Option<Mended> {
    let word = s.at.checked_sub(1)?;
    if matches!(s.here()?, Token::Str) && matches!(s.text(word), "importstr" | "include" | "require" | "use" | "source")
    {
        let diag = s.syntax(word, format!("`{}` is no keyword", s.text(word)));
        let help = "a file is read by `import`, text from a `.txt`";
        return Some((diag.fix(help, s.loc(word), "import"), s.replace(word, 1, &[Token::Import])));
    }
    if s.token(word)? != Token::Import || !matches!(s.here()?, Token::Ident | Token::OpenBrace | Token::Star) {
        return None;
    }
    let end = segment(s.tokens, s.at).end;
    let name = s.slice(s.at..s.find(s.at..end, Token::Str)?.checked_sub(1)?);
    let path = s.text(s.find(s.at..end, Token::Str)?);
    let diag = s.syntax(s.at, "an `import` gives a value, which is named by `let`");
    let shown = format!("let {name} = import {path}");
    let mut with = vec![s.inserted(word, Token::Let)];
    with.extend_from_slice(s.tokens.get(s.at..s.find(s.at..end, Token::Str)?.checked_sub(1)?)?);
    with.extend([s.inserted(end, Token::Assign), s.inserted(end, Token::Bad)]);
    Some((diag.fix(format!("write `{shown}`"), s.across(word, end - 1), shown), Some(Edit { range: word..end, with })))
}

/// `a = |`, `a = |||`, and the text below it
fn text_mark(s: &Scene) -> Option<Mended> {
    let signs = matches!(s.here()?, Token::Bar | Token::Or);
    let rest = s.text.get(s.span(s.at).end as usize..)?;
    let (line, below) = rest.split_once('\n')?;
    let marks = line.trim().chars().all(|c| matches!(c, '|' | '-' | '+'));
    if !signs || !s.expected.value() || !marks {
        return None;
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let before = s.text.get(..s.span(s.at).start as usize)?.rsplit('\n').next()?;
    let deeper = below.split_inclusive('\n').take_while(|line| line.trim().is_empty() || indent(line) > indent(before));
    let mut end = s.span(s.at).end as usize + line.len() + 1 + deeper.map(str::len).sum::<usize>();
    if s.here()? == Token::Or {
        end += s.text.get(end..)?.find("|||").map_or(0, |at| at + 3);
    }
    let count = s.tokens.iter().skip(s.at).take_while(|t| (t.start as usize) < end && !is_closer(t.token)).count();
    let diag = s.syntax(s.at, "text of several lines is not marked by `|`");
    let diag = diag.help("write `\"\"\"`, the lines of the text, and `\"\"\"` on a line of its own");
    let separate = s.token(s.at + count).is_some_and(|t| !is_closer(t));
    let mut edit = give_up(s, s.at..s.at + count)?;
    edit.with.extend(separate.then(|| s.inserted(s.at + count, Token::Newline)));
    Some((diag, Some(edit)))
}

/// `{ [name] = 1 }`: a computed name is a string.
fn computed_path(s: &Scene) -> Option<Mended> {
    if s.here()? != Token::Assign || s.before(1)? != Token::CloseBracket || !s.expected.has(":") {
        return None;
    }
    let diag = s
        .syntax(s.at, "a field's computed name is not written in brackets")
        .help("write `\"\\(name)\" = value`; `[String] : T` is the type of all other fields");
    Some((diag, None))
}

/// `service "web" {`
fn block_labels(s: &Scene) -> Option<Mended> {
    let start = segment(s.tokens, s.at).start;
    let mut end = start;
    while matches!(s.token(end)?, Token::Ident | Token::Str) {
        end += 1;
    }
    if s.token(end)? != Token::OpenBrace || end < start + 2 || !(start..=end).contains(&s.at) {
        return None;
    }
    let names: Vec<_> = (start..end).map(|at| s.text(at)).collect();
    let shown = format!("{} =", names.join("."));
    let mut with: Vec<Spanned> = Vec::new();
    for at in start..end {
        with.extend([*s.tokens.get(at)?, s.inserted(at + 1, if at + 1 == end { Token::Assign } else { Token::Dot })]);
    }
    let diag = s.syntax(start, "a block with labels is not written here").fix(
        format!("it is a field: `{shown} {{ … }}`"),
        s.across(start, end - 1),
        shown,
    );
    if s.bracket().is_none() {
        return Some((
            diag.note("a file is one expression: its fields stand in braces"),
            give_up(s, start..s.tokens.len()),
        ));
    }
    Some((diag, Some(Edit { range: start..end, with })))
}

/// A whole file of `name: value`.
fn yaml_file(s: &Scene) -> Option<Mended> {
    let range = segment(s.tokens, s.at);
    let path = range.start..s.at;
    let walrus = s.token(s.at + 1) == Some(Token::Assign) && s.touch(s.at);
    let word = matches!(s.token(path.start)?, Token::Let | Token::If | Token::For);
    if s.here()? != Token::Colon || s.bracket().is_some() || !is_path(s, &path) || word {
        return None;
    }
    if walrus || s.find(s.at..range.end, Token::Assign).is_some() || names_bound(s, &path, &range) {
        return None;
    }
    let dashes = (path.start..s.at).take_while(|at| s.token(*at) == Some(Token::Minus)).count();
    let key = s.slice(path.start + dashes..s.at);
    let key = if key.contains(['-', '/']) && !key.starts_with('"') { format!("\"{key}\"") } else { key.to_owned() };
    let line = s.text.get(s.span(s.at).end as usize..)?.split(['\n', '#']).next()?.trim();
    let value = match line {
        "" => "{ … }".to_owned(),
        word if word.starts_with(|c: char| c.is_ascii_digit() || "\"[{".contains(c)) => word.to_owned(),
        word @ ("true" | "false" | "null") => word.to_owned(),
        word => format!("\"{}\"", word.trim_matches('\'')),
    };
    let diag = s
        .syntax(path.start, "fields as YAML has them, without braces and `=`")
        .help(format!("write `{{ {key} = {value} }}`, or keep the file as `.yaml` and read it by `import`"));
    Some((diag, give_up(s, 0..s.tokens.len())))
}

/// Whether tokens could be a field's name, perhaps one that wants quotes.
fn is_path(s: &Scene, range: &Range<usize>) -> bool {
    use Token::{Dot, Ident, Minus, Number, Question, Slash, Str};
    let part = |t: Token| t.is_keyword() || matches!(t, Ident | Str | Dot | Minus | Slash | Number | Question);
    !range.is_empty() && range.clone().all(|at| s.token(at).is_some_and(part))
}

/// Whether the only thing left of a file's last line is a name bound by a `let` above.
fn names_bound(s: &Scene, path: &Range<usize>, line: &Range<usize>) -> bool {
    let bound = |at: usize| s.token(at) == Some(Token::Let) && s.text(at + 1) == s.slice(path.clone());
    line.end == s.tokens.len() && path.len() == 1 && (0..path.start).any(bound)
}

/// `value : T` without parentheses
fn annotated_value(s: &Scene) -> Option<Mended> {
    let before = s.at.checked_sub(1)?;
    let range = segment(s.tokens, s.at);
    let elsewhere = s.expected.has(":") || s.expected.has("then") || s.expected.has("else") && !s.expected.item();
    if s.here()? != Token::Colon || elsewhere || !s.token(before)?.ends_item() || s.at + 1 >= range.end {
        return None;
    }
    let outermost = s.bracket().is_none() && s.token(range.start)? != Token::Let;
    if outermost && is_path(s, &(range.start..s.at)) && !names_bound(s, &(range.start..s.at), &range) {
        return None;
    }
    let diag = s.syntax(s.at, "an annotation behind a value, without parentheses");
    let ty = s.slice(s.at + 1..range.end);
    let ty = if ty.contains('\n') { "T" } else { ty };
    let named = matches!(s.token(s.find(range.start..s.at, Token::Assign).unwrap_or(s.at))?, Token::Assign);
    if named {
        let mut name = range.start;
        while matches!(s.token(name)?, Token::Let | Token::Default | Token::Force | Token::Hidden) {
            name += 1;
        }
        let name = s.slice(name..s.find(range.start..s.at, Token::Assign)?);
        let diag = diag.help(format!("write `{name} : {ty} = …`, or put value and type in parentheses: `(… : {ty})`"));
        return Some((diag, remove(s.at..range.end)));
    }
    let whole = s.slice(range.clone());
    let place = s.across(range.start, range.end - 1);
    let diag = if whole.contains('\n') {
        let open = s.text(range.start);
        let shown = if s.token(range.start)? == Token::OpenBrace { "{ … }" } else { open };
        diag.help(format!("put value and type in parentheses: `({shown} : {ty})`"))
    } else {
        diag.fix("put value and type in parentheses", place, format!("({whole})"))
    };
    let mut with = vec![s.inserted(range.start, Token::OpenParen)];
    with.extend_from_slice(s.tokens.get(range.clone())?);
    with.push(s.inserted(range.end, Token::CloseParen));
    Some((diag, Some(Edit { range, with })))
}
