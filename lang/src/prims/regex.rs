//! `std.regex`: matches, groups and replacements. A pattern is compiled once in a run.

use super::call::{Call, Out, Stop, record_from, record_of, text_list};
use super::row::row;
use crate::base::symbol::Symbol;
use crate::calc::regex::{self, Found, Regex};
use crate::eval::native::Native;
use crate::value::value::Value;
use std::rc::Rc;

pub const ROWS: &[Native] = &[
    row!(
        "regex.is_match",
        "(s : String, pattern : String) -> Bool",
        "Whether the pattern fits somewhere in the string; `s =~ pattern` is the same.",
        r#"std.regex.is_match("v1.2", r"^v\d")"#,
        "true",
        is_match
    ),
    row!(
        "regex.find",
        "(s : String, pattern : String) -> String?",
        "The first part that the pattern fits, or null.",
        r#"std.regex.find("port 8080", r"\d+")"#,
        r#""8080""#,
        find
    ),
    row!(
        "regex.find_all",
        "(s : String, pattern : String) -> [String]",
        "All parts that the pattern fits; they do not overlap.",
        r#"std.regex.find_all("1.22.3", r"\d+")"#,
        r#"["1","22","3"]"#,
        find_all
    ),
    row!(
        "regex.capture",
        "(s : String, pattern : String) -> { text : String, start : Int, end : Int, groups : [String?], names : { [String] : String? } }?",
        "The first match with its place, its groups and its named groups, or null.",
        r#"std.regex.capture("db:5432", r"(?<host>\w+):(\d+)").groups"#,
        r#"["db","5432"]"#,
        capture
    ),
    row!(
        "regex.capture_all",
        "(s : String, pattern : String) -> [{ text : String, start : Int, end : Int, groups : [String?], names : { [String] : String? } }]",
        "All matches, as `capture` gives the first.",
        r#"[m.names.k for m in std.regex.capture_all("a=1 b=2", r"(?<k>\w)=\d")]"#,
        r#"["a","b"]"#,
        capture_all
    ),
    row!(
        "regex.replace",
        "(s : String, pattern : String, to : String) -> String",
        "The string with each match replaced. In `to`, `$1` and `${name}` are groups, `$$` is a dollar sign.",
        r#"std.regex.replace("a-1 b-2", r"(\w)-(\d)", "$2$1")"#,
        r#""1a 2b""#,
        replace
    ),
    row!(
        "regex.replace_with",
        "(s : String, pattern : String, f : fn({ text : String, ... }) -> String) -> String",
        "The string with each match replaced by what `f` makes of it, as `capture` describes it.",
        r#"std.regex.replace_with("a1", r"\d", fn(m) => "<\(m.text)>")"#,
        r#""a<1>""#,
        replace_with
    ),
    row!(
        "regex.split",
        "(s : String, pattern : String) -> [String]",
        "The parts between the matches.",
        r#"std.regex.split("a, b;c", "[,;] *")"#,
        r#"["a","b","c"]"#,
        split
    ),
    row!(
        "regex.escape",
        "(s : String) -> String",
        "A pattern that fits this string and nothing else.",
        r#"std.regex.escape("1.2")"#,
        r#""1\\.2""#,
        escape
    ),
    row!(
        "regex.is_valid",
        "(pattern : String) -> Bool",
        "Whether the string is a pattern.",
        r#"std.regex.is_valid("a(b")"#,
        "false",
        is_valid
    ),
];

fn compiled(c: &mut Call, at: usize) -> Result<Rc<Regex>, Stop> {
    let pattern = c.text(at)?;
    c.ok(regex::compile(pattern.as_str()))
}

fn is_match(c: &mut Call) -> Out {
    let (s, regex) = (c.text(0)?, compiled(c, 1)?);
    Ok(Value::Bool(regex.is_match(s.as_str())))
}

fn find(c: &mut Call) -> Out {
    let (s, regex) = (c.text(0)?, compiled(c, 1)?);
    Ok(regex.find(s.as_str()).map_or(Value::Null, |found| Value::text(found.as_str())))
}

fn find_all(c: &mut Call) -> Out {
    let (s, regex) = (c.text(0)?, compiled(c, 1)?);
    Ok(text_list(regex.find_iter(s.as_str()).map(|found| found.as_str())))
}

fn described(found: Found) -> Value {
    let text = |text: Option<String>| text.map_or(Value::Null, Value::text);
    record_of([
        ("text", Value::text(found.text)),
        ("start", Value::Int(found.start as i64)),
        ("end", Value::Int(found.end as i64)),
        ("groups", Value::list(found.groups.into_iter().map(text).collect())),
        ("names", record_from(found.names.into_iter().map(|(name, group)| (Symbol::new(&name), text(group))))),
    ])
}

fn capture(c: &mut Call) -> Out {
    let (s, regex) = (c.text(0)?, compiled(c, 1)?);
    Ok(regex::find_all(&regex, s.as_str()).next().map_or(Value::Null, described))
}

fn capture_all(c: &mut Call) -> Out {
    let (s, regex) = (c.text(0)?, compiled(c, 1)?);
    Ok(Value::list(regex::find_all(&regex, s.as_str()).map(described).collect()))
}

fn replace(c: &mut Call) -> Out {
    let (s, regex, to) = (c.text(0)?, compiled(c, 1)?, c.text(2)?);
    Ok(Value::text(regex.replace_all(s.as_str(), to.as_str())))
}

fn replace_with(c: &mut Call) -> Out {
    let (s, regex, f) = (c.text(0)?, compiled(c, 1)?, c.function(2)?);
    let (mut replaced, mut passed) = (String::new(), 0);
    for (place, found) in regex.find_iter(s.as_str()).zip(regex::find_all(&regex, s.as_str())) {
        replaced.push_str(&s.as_str()[passed..place.start()]);
        let made = c.apply(&f, described(found))?;
        replaced.push_str(c.text_of(&made, "what the function gives")?.as_str());
        passed = place.end();
    }
    replaced.push_str(&s.as_str()[passed..]);
    Ok(Value::text(replaced))
}

fn split(c: &mut Call) -> Out {
    let (s, regex) = (c.text(0)?, compiled(c, 1)?);
    Ok(text_list(regex.split(s.as_str())))
}

fn escape(c: &mut Call) -> Out {
    Ok(Value::text(regex::escape(c.text(0)?.as_str())))
}

fn is_valid(c: &mut Call) -> Out {
    let pattern = c.text(0)?;
    Ok(Value::Bool(regex::compile(pattern.as_str()).is_ok()))
}
