//! `std.path` and `std.url`: paths and URLs as text. Nothing is looked up.

use super::call::{Call, Out, record_from, record_of};
use super::row::row;
use crate::base::symbol::Symbol;
use crate::calc::encode::{from_percent, to_percent};
use crate::calc::{path, url};
use crate::eval::native::Native;
use crate::eval::ops::write_scalar;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "path.join",
        "(parts : [String]) -> String",
        "The parts one below the other, cleaned.",
        r#"std.path.join(["a/b", "../c.yaml"])"#,
        r#""a/c.yaml""#,
        join
    ),
    row!(
        "path.clean",
        "(path : String) -> String",
        "The shortest path that means the same.",
        r#"std.path.clean("/a/./b//../c/")"#,
        r#""/a/c""#,
        |c| Ok(Value::text(path::clean(c.text(0)?.as_str())))
    ),
    row!(
        "path.base",
        "(path : String) -> String",
        "The last part.",
        r#"std.path.base("a/b.yaml")"#,
        r#""b.yaml""#,
        |c| Ok(Value::text(path::base(c.text(0)?.as_str())))
    ),
    row!(
        "path.stem",
        "(path : String) -> String",
        "The last part without its ending.",
        r#"std.path.stem("a/b.yaml")"#,
        r#""b""#,
        |c| Ok(Value::text(path::stem(c.text(0)?.as_str())))
    ),
    row!(
        "path.extension",
        "(path : String) -> String",
        "The ending with its point, or an empty string.",
        r#"std.path.extension("a/b.yaml")"#,
        r#"".yaml""#,
        |c| Ok(Value::text(path::extension(c.text(0)?.as_str())))
    ),
    row!(
        "path.directory",
        "(path : String) -> String",
        "All but the last part.",
        r#"std.path.directory("a/b/c.yaml")"#,
        r#""a/b""#,
        |c| Ok(Value::text(path::directory(c.text(0)?.as_str())))
    ),
    row!(
        "path.relative",
        "(from : String, to : String) -> String",
        "The path that leads from the folder `from` to `to`.",
        r#"std.path.relative("a/b", "a/c/d")"#,
        r#""../c/d""#,
        relative
    ),
    row!(
        "path.matches",
        "(path : String, pattern : String) -> Bool",
        "Whether a path fits a pattern: `*` and `?` within a part, `**` for any number of parts.",
        r#"std.path.matches("services/media/sonarr.rzp", "services/**/*.rzp")"#,
        "true",
        matches
    ),
    row!(
        "url.encode",
        "(s : String) -> String",
        "The string as one part of a URL.",
        r#"std.url.encode("a b/ü")"#,
        r#""a%20b%2F%C3%BC""#,
        |c| Ok(Value::text(to_percent(c.text(0)?.as_str())))
    ),
    row!(
        "url.decode",
        "(s : String) -> String",
        "What a part of a URL says.",
        r#"std.url.decode("a%20b")"#,
        r#""a b""#,
        decode
    ),
    row!(
        "url.encode_query",
        "(fields : { [String] : String | Number | Bool }) -> String",
        "A query of names and values.",
        r#"std.url.encode_query({ q = "x y", n = 1 })"#,
        r#""q=x%20y&n=1""#,
        encode_query
    ),
    row!(
        "url.decode_query",
        "(query : String) -> { [String] : String }",
        "The names and values of a query; the last of a name counts.",
        r#"std.url.decode_query("q=x+y&n=1")"#,
        r#"{"q":"x y","n":"1"}"#,
        decode_query
    ),
    row!(
        "url.parse",
        "(url : String) -> { scheme : String, user : String, host : String, port : Int?, path : String, query : { [String] : String }, fragment : String }",
        "The parts of a URL; what is not there is empty, a port null.",
        r#"std.url.parse("https://example.com:8443/a?q=1").port"#,
        "8443",
        parse
    ),
    row!(
        "url.print",
        "(parts : { scheme : String, host : String, ... }) -> String",
        "The URL of parts such as `parse` gives; those that are empty may be left out.",
        r#"std.url.print({ scheme = "https", host = "example.com", path = "/a" })"#,
        r#""https://example.com/a""#,
        print
    ),
];

fn join(c: &mut Call) -> Out {
    let parts = c.texts(0)?;
    Ok(Value::text(path::join(parts.iter().map(|part| part.as_str()))))
}

fn relative(c: &mut Call) -> Out {
    let (from, to) = (c.text(0)?, c.text(1)?);
    c.ok(path::relative(from.as_str(), to.as_str())).map(Value::text)
}

fn matches(c: &mut Call) -> Out {
    let (path, pattern) = (c.text(0)?, c.text(1)?);
    Ok(Value::Bool(path::matches(path.as_str(), pattern.as_str())))
}

fn decode(c: &mut Call) -> Out {
    let s = c.text(0)?;
    c.ok(from_percent(s.as_str()).map_err(|reason| format!("the string is not percent-encoded: {reason}")))
        .map(Value::text)
}

/// The fields of a query, as text.
fn query(c: &mut Call, record: &Value) -> Result<Vec<(String, String)>, super::call::Stop> {
    let record = c.record_of_value(record, "the query")?;
    let mut pairs = Vec::new();
    for (name, value) in c.pairs(&record)? {
        let (value, mut text) = (c.force(&value)?, String::new());
        if write_scalar(&value, &mut text).is_none() {
            return Err(c.fail(format!("`{name}` must be a string, number or boolean, found {}", value.kind())));
        }
        pairs.push((name.text().to_string(), text));
    }
    Ok(pairs)
}

fn encode_query(c: &mut Call) -> Out {
    let fields = c.arg(0);
    let pairs = query(c, &fields)?;
    Ok(Value::text(url::print_query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))))
}

fn query_record(pairs: Vec<(String, String)>) -> Value {
    record_from(pairs.into_iter().map(|(name, value)| (Symbol::new(&name), Value::text(value))))
}

fn decode_query(c: &mut Call) -> Out {
    let text = c.text(0)?;
    c.ok(url::parse_query(text.as_str())).map(query_record)
}

fn parse(c: &mut Call) -> Out {
    let text = c.text(0)?;
    let url = c.ok(url::parse(text.as_str()))?;
    Ok(record_of([
        ("scheme", Value::text(url.scheme)),
        ("user", Value::text(url.user)),
        ("host", Value::text(url.host)),
        ("port", url.port.map_or(Value::Null, |port| Value::Int(i64::from(port)))),
        ("path", Value::text(url.path)),
        ("query", query_record(url.query)),
        ("fragment", Value::text(url.fragment)),
    ]))
}

fn print(c: &mut Call) -> Out {
    let parts = c.record(0)?;
    let mut url = url::Url::default();
    for (name, value) in c.pairs(&parts)? {
        let value = c.force(&value)?;
        let text = |c: &mut Call| c.text_of(&value, &format!("`{name}`")).map(|text| text.as_str().to_owned());
        match (&*name.text(), &value) {
            ("port", Value::Null) => {}
            ("port", Value::Int(port)) => {
                let port = u16::try_from(*port).map_err(|_| c.fail(format!("{port} is no port; it is 0 to 65535")))?;
                url.port = Some(port);
            }
            ("query", _) => url.query = query(c, &value)?,
            ("scheme", _) => url.scheme = text(c)?,
            ("user", _) => url.user = text(c)?,
            ("host", _) => url.host = text(c)?,
            ("path", _) => url.path = text(c)?,
            ("fragment", _) => url.fragment = text(c)?,
            (other, _) => return Err(c.fail(format!("`{other}` is no part of a URL"))),
        }
    }
    match url.scheme.is_empty() || url.host.is_empty() {
        true => Err(c.fail("a URL has at least a `scheme` and a `host`")),
        false => Ok(Value::text(url.to_string())),
    }
}
