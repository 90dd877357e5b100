//! `std.string`: parts, tests and search. Positions and lengths count characters.

use super::call::{Call, Out, text_list};
use super::row::row;
use crate::calc::text;
use crate::eval::native::Native;
use crate::value::text::Text;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "string.length",
        "(s : String) -> Int",
        "The number of characters.",
        r#"std.string.length("héllo")"#,
        "5",
        length
    ),
    row!(
        "string.characters",
        "(s : String) -> [String]",
        "The characters, each as a string.",
        r#"std.string.characters("abc")"#,
        r#"["a","b","c"]"#,
        characters
    ),
    row!(
        "string.lines",
        "(s : String) -> [String]",
        "The lines, without their ends.",
        r#"std.string.lines("a\nb\n")"#,
        r#"["a","b"]"#,
        lines
    ),
    row!(
        "string.words",
        "(s : String) -> [String]",
        "What stands between white space.",
        r#"std.string.words(" a  b ")"#,
        r#"["a","b"]"#,
        words
    ),
    row!(
        "string.split",
        "(s : String, separator : String) -> [String]",
        "The parts between the separators. `std.regex.split` takes a pattern.",
        r#"std.string.split("a,b", ",")"#,
        r#"["a","b"]"#,
        split
    ),
    row!(
        "string.split_first",
        "(s : String, separator : String) -> [String]",
        "What stands before and after the first separator; the whole string alone if there is none.",
        r#"std.string.split_first("a=b=c", "=")"#,
        r#"["a","b=c"]"#,
        split_first
    ),
    row!(
        "string.split_last",
        "(s : String, separator : String) -> [String]",
        "What stands before and after the last separator; the whole string alone if there is none.",
        r#"std.string.split_last("a/b/c", "/")"#,
        r#"["a/b","c"]"#,
        split_last
    ),
    row!(
        "string.join",
        "(parts : [String], separator : String) -> String",
        "The strings, with the separator between two of them.",
        r#"std.string.join(["a", "b"], ", ")"#,
        r#""a, b""#,
        join
    ),
    row!(
        "string.contains",
        "(s : String, part : String) -> Bool",
        "Whether `part` stands somewhere in the string.",
        r#"std.string.contains("prowlarr", "owl")"#,
        "true",
        contains
    ),
    row!(
        "string.starts_with",
        "(s : String, start : String) -> Bool",
        "Whether the string begins with `start`.",
        r#"std.string.starts_with("sonarr", "son")"#,
        "true",
        starts_with
    ),
    row!(
        "string.ends_with",
        "(s : String, end : String) -> Bool",
        "Whether the string stops with `end`.",
        r#"std.string.ends_with("a.yaml", ".yaml")"#,
        "true",
        ends_with
    ),
    row!(
        "string.index_of",
        "(s : String, part : String) -> Int?",
        "The position where `part` first stands, or null.",
        r#"std.string.index_of("hello", "l")"#,
        "2",
        index_of
    ),
    row!(
        "string.indexes_of",
        "(s : String, part : String) -> [Int]",
        "All positions where `part` stands; they may overlap.",
        r#"std.string.indexes_of("banana", "ana")"#,
        "[1,3]",
        indexes_of
    ),
    row!(
        "string.replace",
        "(s : String, from : String, to : String) -> String",
        "The string with each `from` replaced by `to`. `std.regex.replace` takes a pattern.",
        r#"std.string.replace("a-b-c", "-", "_")"#,
        r#""a_b_c""#,
        replace
    ),
    row!(
        "string.replace_each",
        "(s : String, pairs : { [String] : String }) -> String",
        "The string with each field's name replaced by its value, all at once: what was put in is not looked at again.",
        r#"std.string.replace_each("@HOST:@PORT", { "@HOST" = "db", "@PORT" = "5432" })"#,
        r#""db:5432""#,
        replace_each
    ),
    row!(
        "string.slice",
        "(s : String, from : Int, to? : Int) -> String",
        "The characters from `from` up to, but not including, `to`, or to the end. Negative positions count from the end.",
        r#"std.string.slice("homelab", 0, 4)"#,
        r#""home""#,
        slice
    ),
    row!(
        "string.repeat",
        "(s : String, n : Int) -> String",
        "The string `n` times.",
        r#"std.string.repeat("ab", 3)"#,
        r#""ababab""#,
        repeat
    ),
    row!(
        "string.reverse",
        "(s : String) -> String",
        "The characters from the last to the first.",
        r#"std.string.reverse("abc")"#,
        r#""cba""#,
        reverse
    ),
    row!(
        "string.code_points",
        "(s : String) -> [Int]",
        "The numbers of the characters in Unicode.",
        r#"std.string.code_points("Aé")"#,
        "[65,233]",
        code_points
    ),
    row!(
        "string.from_code_points",
        "(numbers : [Int]) -> String",
        "The string of the characters with these numbers in Unicode.",
        r#"std.string.from_code_points([65, 233])"#,
        r#""Aé""#,
        from_code_points
    ),
    row!(
        "string.bytes",
        "(s : String) -> [Int]",
        "The bytes of the string in UTF-8.",
        r#"std.string.bytes("é")"#,
        "[195,169]",
        bytes
    ),
    row!(
        "string.from_bytes",
        "(bytes : [Int]) -> String",
        "The string whose bytes in UTF-8 these are.",
        r#"std.string.from_bytes([195, 169])"#,
        r#""é""#,
        from_bytes
    ),
];

fn length(c: &mut Call) -> Out {
    let s = c.text(0)?;
    let count = if s.as_str().is_ascii() { s.len() } else { s.as_str().chars().count() };
    Ok(Value::Int(count as i64))
}

fn characters(c: &mut Call) -> Out {
    let s = c.text(0)?;
    let mut buffer = [0; 4];
    Ok(Value::list(s.as_str().chars().map(|c| Value::text(&*c.encode_utf8(&mut buffer))).collect()))
}

fn lines(c: &mut Call) -> Out {
    Ok(text_list(c.text(0)?.as_str().lines()))
}

fn words(c: &mut Call) -> Out {
    Ok(text_list(c.text(0)?.as_str().split_whitespace()))
}

fn split(c: &mut Call) -> Out {
    let (s, separator) = (c.text(0)?, c.text(1)?);
    if separator.is_empty() {
        return Err(c.fail("the separator is empty; `std.string.characters` gives the characters"));
    }
    Ok(text_list(s.as_str().split(separator.as_str())))
}

fn in_two(s: &str, parts: Option<(&str, &str)>) -> Value {
    match parts {
        Some((before, after)) => text_list([before, after]),
        None => text_list([s]),
    }
}

fn split_first(c: &mut Call) -> Out {
    let (s, separator) = (c.text(0)?, c.text(1)?);
    Ok(in_two(s.as_str(), s.as_str().split_once(separator.as_str())))
}

fn split_last(c: &mut Call) -> Out {
    let (s, separator) = (c.text(0)?, c.text(1)?);
    Ok(in_two(s.as_str(), s.as_str().rsplit_once(separator.as_str())))
}

fn join(c: &mut Call) -> Out {
    let (parts, separator) = (c.texts(0)?, c.text(1)?);
    let between = separator.as_str();
    let size = parts.iter().map(Text::len).sum::<usize>() + between.len() * parts.len().saturating_sub(1);
    c.vm.reserve(size)?;
    let mut joined = String::with_capacity(size);
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            joined.push_str(between);
        }
        joined.push_str(part.as_str());
    }
    Ok(Value::text(joined))
}

fn contains(c: &mut Call) -> Out {
    let (s, part) = (c.text(0)?, c.text(1)?);
    Ok(Value::Bool(s.as_str().contains(part.as_str())))
}

fn starts_with(c: &mut Call) -> Out {
    let (s, start) = (c.text(0)?, c.text(1)?);
    Ok(Value::Bool(s.as_str().starts_with(start.as_str())))
}

fn ends_with(c: &mut Call) -> Out {
    let (s, end) = (c.text(0)?, c.text(1)?);
    Ok(Value::Bool(s.as_str().ends_with(end.as_str())))
}

fn index_of(c: &mut Call) -> Out {
    let (s, part) = (c.text(0)?, c.text(1)?);
    let found = s.as_str().find(part.as_str());
    Ok(found.map_or(Value::Null, |at| Value::Int(s.as_str()[..at].chars().count() as i64)))
}

fn indexes_of(c: &mut Call) -> Out {
    let (s, part) = (c.text(0)?, c.text(1)?);
    let (mut rest, mut passed, mut places) = (s.as_str(), 0, Vec::new());
    while let Some(at) = rest.find(part.as_str()) {
        passed += rest[..at].chars().count() as i64;
        places.push(Value::Int(passed));
        let Some(first) = rest[at..].chars().next() else { break };
        rest = &rest[at + first.len_utf8()..];
        passed += 1;
    }
    Ok(Value::list(places))
}

fn replace(c: &mut Call) -> Out {
    let (s, from, to) = (c.text(0)?, c.text(1)?, c.text(2)?);
    if from.is_empty() {
        return Err(c.fail("`from` is empty; there is nothing to look for"));
    }
    let places = s.as_str().matches(from.as_str()).count();
    c.vm.reserve(s.len().saturating_add(places.saturating_mul(to.len())))?;
    Ok(if places == 0 { Value::Text(s) } else { Value::text(s.as_str().replace(from.as_str(), to.as_str())) })
}

fn replace_each(c: &mut Call) -> Out {
    let (s, pairs) = (c.text(0)?, c.record(1)?);
    let mut texts = Vec::new();
    for (name, value) in c.pairs(&pairs)? {
        texts.push((name.text(), c.text_of(&value, &format!("the field `{name}`"))?));
    }
    let pairs: Vec<(&str, &str)> = texts.iter().map(|(from, to)| (&**from, to.as_str())).collect();
    Ok(Value::text(text::replace_each(s.as_str(), &pairs)))
}

fn slice(c: &mut Call) -> Out {
    let s = c.text(0)?;
    let len = if s.as_str().is_ascii() { s.len() } else { s.as_str().chars().count() };
    let from = c.position(1, len)?;
    let to = if c.given(2) { c.position(2, len)? } else { len };
    Ok(Value::text(text::slice(s.as_str(), from, to)))
}

fn repeat(c: &mut Call) -> Out {
    let (s, n) = (c.text(0)?, c.size(1)?);
    c.vm.reserve(s.len().saturating_mul(n))?;
    Ok(Value::text(s.as_str().repeat(n)))
}

fn reverse(c: &mut Call) -> Out {
    Ok(Value::text(c.text(0)?.as_str().chars().rev().collect::<String>()))
}

fn code_points(c: &mut Call) -> Out {
    Ok(Value::list(c.text(0)?.as_str().chars().map(|c| Value::Int(i64::from(u32::from(c)))).collect()))
}

fn from_code_points(c: &mut Call) -> Out {
    let mut text = String::new();
    for item in c.items(0)?.iter() {
        let code = c.force(item)?;
        let found = match code {
            Value::Int(int) => u32::try_from(int).ok().and_then(char::from_u32),
            _ => None,
        };
        match found {
            Some(character) => text.push(character),
            None => return Err(c.fail("an element is not the number of a character")),
        }
    }
    Ok(Value::text(text))
}

fn bytes(c: &mut Call) -> Out {
    Ok(Value::list(c.text(0)?.as_str().bytes().map(|byte| Value::Int(i64::from(byte))).collect()))
}

fn from_bytes(c: &mut Call) -> Out {
    let bytes = c.bytes(0)?;
    let text = String::from_utf8(bytes).map_err(|_| c.fail("the bytes are not a text in UTF-8"))?;
    Ok(Value::text(text))
}
