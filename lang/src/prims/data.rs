//! `std.json`, `std.yaml`, `std.toml`, `std.csv`, `std.ini`, `std.xml`: values as text and back.
//!
//! A mistake in a text that is decoded is shown in that text, with the call beside it.

use super::call::{Call, Out, Stop};
use super::markup;
use super::row::row;
use crate::base::diag::Diag;
use crate::base::span::FileId;
use crate::data::csv::read_csv;
use crate::data::json::read_json;
use crate::data::toml::read_toml;
use crate::data::tree::Data;
use crate::data::yaml::read_yaml;
use crate::eval::fault::Fault;
use crate::eval::native::Native;
use crate::output::json::JsonSink;
use crate::output::toml::TomlSink;
use crate::output::yaml::YamlSink;
use crate::value::read::data_value;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "json.encode",
        "(x : Any) -> String",
        "The value as compact JSON.",
        "std.json.encode({ a = [1, true] })",
        r#""{\"a\":[1,true]}""#,
        json
    ),
    row!(
        "json.encode_pretty",
        "(x : Any) -> String",
        "The value as JSON, indented by two spaces.",
        "std.json.encode_pretty({ a = 1 })",
        r#""{\n  \"a\": 1\n}""#,
        json_pretty
    ),
    row!(
        "json.decode",
        "(s : String) -> Any",
        "The value that JSON text writes.",
        r#"std.json.decode("[1, {\"a\": null}]")"#,
        r#"[1,{"a":null}]"#,
        |c| decoded(c, "JSON", read_json)
    ),
    row!(
        "json.is_valid",
        "(s : String) -> Bool",
        "Whether the string is JSON.",
        r#"std.json.is_valid("[1,]")"#,
        "false",
        is_json
    ),
    row!(
        "yaml.encode",
        "(x : Any) -> String",
        "The value as a YAML document.",
        r#"std.yaml.encode({ a = "no", b = [1] })"#,
        r#""a: \"no\"\nb:\n- 1\n""#,
        yaml
    ),
    row!(
        "yaml.encode_all",
        "(xs : [Any]) -> String",
        "The values as YAML documents, one after the other.",
        "std.yaml.encode_all([{ a = 1 }, { b = 2 }])",
        r#""a: 1\n---\nb: 2\n""#,
        yaml_all
    ),
    row!(
        "toml.encode",
        "(x : { [String] : Any }) -> String",
        "The record as TOML.",
        r#"std.toml.encode({ a = 1, t.b = "x" })"#,
        r#""a = 1\n\n[t]\nb = \"x\"\n""#,
        toml
    ),
    row!(
        "csv.encode",
        "(rows : [{ [String] : Any }] | [[Any]]) -> String",
        "Rows as CSV: records with their names in the first line, or lists as they are.",
        r#"std.csv.encode([{ name = "a", port = 80 }])"#,
        r#""name,port\na,80\n""#,
        |c| markup::csv(c).map(Value::text)
    ),
    row!(
        "yaml.decode",
        "(s : String) -> Any",
        "The value that one YAML document writes.",
        r#"std.yaml.decode("a: [1, two]")"#,
        r#"{"a":[1,"two"]}"#,
        from_yaml
    ),
    row!(
        "yaml.decode_all",
        "(s : String) -> [Any]",
        "The values of all documents in YAML text.",
        r#"std.yaml.decode_all("a: 1\n---\nb: 2\n")"#,
        r#"[{"a":1},{"b":2}]"#,
        |c| documents(c).map(Value::list)
    ),
    row!(
        "toml.decode",
        "(s : String) -> { [String] : Any }",
        "The record that TOML text writes.",
        r#"std.toml.decode("a = 1\n[t]\nb = true\n")"#,
        r#"{"a":1,"t":{"b":true}}"#,
        |c| decoded(c, "TOML", read_toml)
    ),
    row!(
        "csv.decode",
        "(s : String) -> [{ [String] : String }]",
        "The rows of CSV text as records, by the names in its first line.",
        r#"std.csv.decode("name,port\na,80\n")"#,
        r#"[{"name":"a","port":"80"}]"#,
        |c| decoded(c, "CSV", read_csv)
    ),
    row!(
        "ini.encode",
        "(x : { [String] : Any }) -> String",
        "The record as INI: scalars first, then each record as a section. A list repeats its key.",
        r#"std.ini.encode({ a = 1, server = { port = 80, host = ["x", "y"] } })"#,
        r#""a = 1\n\n[server]\nport = 80\nhost = x\nhost = y\n""#,
        |c| markup::ini(c).map(Value::text)
    ),
    row!(
        "xml.encode",
        "(x : Any) -> String",
        "An XML element from a list of its name, its attributes as a record if it has any, and what is inside: texts and lists like itself.",
        r#"std.xml.encode(["a", { href = "/" }, "home ", ["b", "now"]])"#,
        r#""<a href=\"/\">home <b>now</b></a>""#,
        |c| markup::xml(c).map(Value::text)
    ),
];

fn json(c: &mut Call) -> Out {
    let mut sink = JsonSink::compact();
    c.vm.export(&c.arg(0), &mut sink)?;
    Ok(Value::text(sink.finish()))
}

fn json_pretty(c: &mut Call) -> Out {
    let mut sink = JsonSink::pretty();
    c.vm.export(&c.arg(0), &mut sink)?;
    Ok(Value::text(sink.finish()))
}

fn yaml(c: &mut Call) -> Out {
    let mut sink = YamlSink::new();
    c.vm.export(&c.arg(0), &mut sink)?;
    Ok(Value::text(sink.finish()))
}

fn yaml_all(c: &mut Call) -> Out {
    let (documents, mut sink) = (c.items(0)?, YamlSink::new());
    for document in documents.iter() {
        sink.begin_document();
        c.vm.export(document, &mut sink)?;
    }
    Ok(Value::text(sink.finish()))
}

fn toml(c: &mut Call) -> Out {
    let mut sink = TomlSink::new();
    c.vm.export(&c.arg(0), &mut sink)?;
    match sink.finish() {
        Ok(text) => Ok(Value::text(text)),
        Err(refused) => Err(c.fail(format!("{}; {}", refused.title(), refused.help()))),
    }
}

/// The argument as a source of its own, so that messages can show it.
fn source(c: &mut Call, what: &str) -> Result<(FileId, String), Stop> {
    let text = c.text(0)?.as_str().to_owned();
    Ok((c.vm.sources.add(&format!("the {what} text"), &text), text))
}

fn broken(c: &Call, diag: Diag) -> Stop {
    Fault::new(diag.also(c.vm.site, "decoded in this call"))
}

fn decoded(c: &mut Call, what: &str, read: fn(FileId, &str) -> Result<Data, Diag>) -> Out {
    let (file, text) = source(c, what)?;
    read(file, &text).map(data_value).map_err(|diag| broken(c, diag))
}

fn is_json(c: &mut Call) -> Out {
    let text = c.text(0)?;
    Ok(Value::Bool(read_json(FileId::default(), text.as_str()).is_ok()))
}

fn documents(c: &mut Call) -> Result<Vec<Value>, Stop> {
    let (file, text) = source(c, "YAML")?;
    let read = read_yaml(file, &text).map_err(|diag| broken(c, diag))?;
    Ok(read.documents.into_iter().map(data_value).collect())
}

fn from_yaml(c: &mut Call) -> Out {
    let mut documents = documents(c)?;
    match documents.len() {
        0 => Ok(Value::Null),
        1 => Ok(documents.remove(0)),
        many => Err(c.fail(format!("the text has {many} documents; `std.yaml.decode_all` gives a list of them"))),
    }
}
