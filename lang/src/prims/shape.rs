//! `std.string`, where the text changes its looks: cases, trimming, padding, quoting, formats.

use super::call::{Call, Out, Stop};
use super::row::row;
use crate::base::symbol::Symbol;
use crate::calc::format::{self, Argument, Piece};
use crate::calc::text;
use crate::eval::native::Native;
use crate::eval::ops::{big, to_float, write_scalar};
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "string.upper",
        "(s : String) -> String",
        "The string in upper case.",
        r#"std.string.upper("tz")"#,
        r#""TZ""#,
        |c| change(c, |s| s.to_uppercase())
    ),
    row!(
        "string.lower",
        "(s : String) -> String",
        "The string in lower case.",
        r#"std.string.lower("TZ")"#,
        r#""tz""#,
        |c| change(c, |s| s.to_lowercase())
    ),
    row!(
        "string.capitalize",
        "(s : String) -> String",
        "The string with its first character in upper case.",
        r#"std.string.capitalize("sonarr")"#,
        r#""Sonarr""#,
        |c| change(c, text::capitalize)
    ),
    row!(
        "string.title_case",
        "(s : String) -> String",
        "Each word with its first character in upper case.",
        r#"std.string.title_case("home assistant")"#,
        r#""Home Assistant""#,
        |c| change(c, text::title_case)
    ),
    row!(
        "string.kebab_case",
        "(s : String) -> String",
        "The words of a name in lower case, joined by `-`.",
        r#"std.string.kebab_case("livenessProbe")"#,
        r#""liveness-probe""#,
        |c| change(c, text::kebab_case)
    ),
    row!(
        "string.snake_case",
        "(s : String) -> String",
        "The words of a name in lower case, joined by `_`.",
        r#"std.string.snake_case("livenessProbe")"#,
        r#""liveness_probe""#,
        |c| change(c, text::snake_case)
    ),
    row!(
        "string.camel_case",
        "(s : String) -> String",
        "The words of a name joined, each but the first with a capital.",
        r#"std.string.camel_case("liveness-probe")"#,
        r#""livenessProbe""#,
        |c| change(c, text::camel_case)
    ),
    row!(
        "string.pascal_case",
        "(s : String) -> String",
        "The words of a name joined, each with a capital.",
        r#"std.string.pascal_case("config-map")"#,
        r#""ConfigMap""#,
        |c| change(c, text::pascal_case)
    ),
    row!(
        "string.trim",
        "(s : String) -> String",
        "The string without white space at both ends.",
        r#"std.string.trim(" a ")"#,
        r#""a""#,
        |c| cut(c, |s| s.trim())
    ),
    row!(
        "string.trim_start",
        "(s : String) -> String",
        "The string without white space at its start.",
        r#"std.string.trim_start(" a ")"#,
        r#""a ""#,
        |c| cut(c, |s| s.trim_start())
    ),
    row!(
        "string.trim_end",
        "(s : String) -> String",
        "The string without white space at its end.",
        r#"std.string.trim_end(" a ")"#,
        r#"" a""#,
        |c| cut(c, |s| s.trim_end())
    ),
    row!(
        "string.trim_characters",
        "(s : String, set : String) -> String",
        "The string without those characters at both ends that stand in `set`.",
        r#"std.string.trim_characters("/a/b/", "/")"#,
        r#""a/b""#,
        trim_characters
    ),
    row!(
        "string.strip_prefix",
        "(s : String, prefix : String) -> String",
        "The string without `prefix` at its start, if it is there.",
        r#"std.string.strip_prefix("v1.2.3", "v")"#,
        r#""1.2.3""#,
        strip_prefix
    ),
    row!(
        "string.strip_suffix",
        "(s : String, suffix : String) -> String",
        "The string without `suffix` at its end, if it is there.",
        r#"std.string.strip_suffix("a.yaml", ".yaml")"#,
        r#""a""#,
        strip_suffix
    ),
    row!(
        "string.pad_start",
        "(s : String, width : Int, fill : String = \" \") -> String",
        "The string with `fill` before it until it is `width` characters long.",
        r#"std.string.pad_start("7", 3, fill = "0")"#,
        r#""007""#,
        pad_start
    ),
    row!(
        "string.pad_end",
        "(s : String, width : Int, fill : String = \" \") -> String",
        "The string with `fill` after it until it is `width` characters long.",
        r#"std.string.pad_end("ab", 4, fill = ".")"#,
        r#""ab..""#,
        pad_end
    ),
    row!(
        "string.indent",
        "(s : String, prefix : String) -> String",
        "Each line that is not empty with `prefix` before it.",
        r#"std.string.indent("a\nb", "  ")"#,
        r#""  a\n  b""#,
        indent
    ),
    row!(
        "string.dedent",
        "(s : String) -> String",
        "The lines without the spaces and tabs that all of them start with.",
        r#"std.string.dedent("  a\n    b")"#,
        r#""a\n  b""#,
        |c| change(c, text::dedent)
    ),
    row!(
        "string.wrap",
        "(s : String, width : Int) -> String",
        "The string with its lines broken at spaces, so that they have at most `width` characters.",
        r#"std.string.wrap("the quick fox", 9)"#,
        r#""the quick\nfox""#,
        wrap
    ),
    row!(
        "string.shorten",
        "(s : String, limit : Int) -> String",
        "The string, or its start and a hash of the whole if it is longer than `limit` bytes.",
        r#"std.string.length(std.string.shorten("a-rather-long-name-of-a-service", 20))"#,
        "20",
        shorten
    ),
    row!(
        "string.dns_label",
        "(s : String, limit : Int = 63) -> String",
        "A name that Kubernetes and DNS take: lower case, other characters as `-`, cut to `limit` with a hash of the whole.",
        r#"std.string.dns_label("Home Assistant (v2)")"#,
        r#""home-assistant-v2""#,
        dns_label
    ),
    row!(
        "string.quote_shell",
        "(s : String) -> String",
        "The string as one word of a POSIX shell.",
        r#"std.string.quote_shell("it's")"#,
        r#""'it'\\''s'""#,
        |c| change(c, text::quote_shell)
    ),
    row!(
        "string.escape_xml",
        "(s : String) -> String",
        "The string as text of XML or HTML.",
        r#"std.string.escape_xml("a < b")"#,
        r#""a &lt; b""#,
        |c| change(c, text::escape_xml)
    ),
    row!(
        "string.format",
        "(template : String, values : [Any] | { [String] : Any }) -> String",
        "The template with each `%d`, `%s`, `%05.2f`, `%x` … filled from the list, or each `%(name)s` from the record.",
        r#"std.string.format("%s-%02d", ["web", 3])"#,
        r#""web-03""#,
        format
    ),
];

fn change(c: &mut Call, change: fn(&str) -> String) -> Out {
    Ok(Value::text(change(c.text(0)?.as_str())))
}

/// A part of the string; the string itself if that is all of it.
fn cut(c: &mut Call, part: for<'s> fn(&'s str) -> &'s str) -> Out {
    let s = c.text(0)?;
    let part = part(s.as_str());
    Ok(if part.len() == s.len() { Value::Text(s.clone()) } else { Value::text(part) })
}

fn trim_characters(c: &mut Call) -> Out {
    let (s, set) = (c.text(0)?, c.text(1)?);
    Ok(Value::text(s.as_str().trim_matches(|c| set.as_str().contains(c))))
}

fn strip_prefix(c: &mut Call) -> Out {
    let (s, prefix) = (c.text(0)?, c.text(1)?);
    let rest = s.as_str().strip_prefix(prefix.as_str()).map(Value::text);
    Ok(rest.unwrap_or(Value::Text(s)))
}

fn strip_suffix(c: &mut Call) -> Out {
    let (s, suffix) = (c.text(0)?, c.text(1)?);
    let rest = s.as_str().strip_suffix(suffix.as_str()).map(Value::text);
    Ok(rest.unwrap_or(Value::Text(s)))
}

/// The string and what is missing to its width.
fn padding(c: &mut Call) -> Result<(String, String), Stop> {
    let (s, width) = (c.text(0)?, c.size(1)?);
    c.vm.reserve(width.saturating_mul(4))?;
    let fill = if c.given(2) { c.text(2)?.as_str().to_owned() } else { " ".to_owned() };
    if fill.is_empty() {
        return Err(c.fail("`fill` is empty; expected at least one character"));
    }
    Ok((s.as_str().to_owned(), text::padding(s.as_str(), width, &fill)))
}

fn pad_start(c: &mut Call) -> Out {
    let (s, padding) = padding(c)?;
    Ok(Value::text(padding + &s))
}

fn pad_end(c: &mut Call) -> Out {
    let (s, padding) = padding(c)?;
    Ok(Value::text(s + &padding))
}

fn indent(c: &mut Call) -> Out {
    let (s, prefix) = (c.text(0)?, c.text(1)?);
    Ok(Value::text(text::indent(s.as_str(), prefix.as_str())))
}

fn wrap(c: &mut Call) -> Out {
    let (s, width) = (c.text(0)?, c.positive(1)?);
    Ok(Value::text(text::wrap(s.as_str(), width)))
}

fn shorten(c: &mut Call) -> Out {
    let (s, limit) = (c.text(0)?, c.positive(1)?);
    Ok(Value::text(text::shorten(s.as_str(), limit)))
}

fn dns_label(c: &mut Call) -> Out {
    let s = c.text(0)?;
    let limit = if c.given(1) { c.positive(1)? } else { 63 };
    let label = text::dns_label(s.as_str(), limit);
    if label.is_empty() {
        return Err(c.fail(format!("\"{}\" has no letter or digit to make a name of", s.as_str())));
    }
    Ok(Value::text(label))
}

fn format(c: &mut Call) -> Out {
    let template = c.text(0)?;
    let pieces = c.ok(format::parse(template.as_str()))?;
    let values = c.forced(1)?;
    let (mut filled, mut next) = (String::new(), 0);
    for piece in &pieces {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Hole(hole) => {
                let value = match hole.name {
                    Some(name) => named(c, &values, name)?,
                    None => positional(c, &values, &mut next)?,
                };
                let argument = argument(c, &value, hole.letter)?;
                filled.push_str(&c.ok(hole.fill(&argument))?);
            }
        }
    }
    match &values {
        Value::List(_) if c.items(1)?.len() > next => {
            let given = c.items(1)?.len();
            Err(c.fail(format!("the template takes {next} values, {given} are given")))
        }
        _ => Ok(Value::text(filled)),
    }
}

fn named(c: &mut Call, values: &Value, name: &str) -> Out {
    let record = c.record_of_value(values, &format!("the values for `%({name})`"))?;
    let symbol = Symbol::new(name);
    if !c.names_of(&record)?.contains(&symbol) {
        return Err(c.fail(format!("the template names `{name}`, which the record does not have")));
    }
    let field = c.field(&record, symbol)?;
    c.force(&field)
}

fn positional(c: &mut Call, values: &Value, next: &mut usize) -> Out {
    let items = c.items_of(values, "`values`")?;
    let Some(item) = items.get(*next) else {
        return Err(c.fail(format!("the template takes more than the {} values given", items.len())));
    };
    *next += 1;
    c.force(item)
}

fn argument(c: &Call, value: &Value, letter: char) -> Result<Argument, Stop> {
    match value {
        Value::Text(text) => Ok(Argument::Text(text.as_str().to_owned())),
        Value::Bool(_) if letter == 's' => {
            let mut text = String::new();
            write_scalar(value, &mut text);
            Ok(Argument::Text(text))
        }
        Value::Float(float) if letter == 's' => {
            let mut text = String::new();
            write_scalar(&Value::Float(*float), &mut text);
            Ok(Argument::Text(text))
        }
        _ => match (big(value), to_float(value)) {
            (Some(int), _) => Ok(Argument::Int(int)),
            (None, Some(float)) => Ok(Argument::Float(float)),
            (None, None) => Err(c.fail(format!("`%{letter}` takes a string or a number, found {}", value.kind()))),
        },
    }
}
