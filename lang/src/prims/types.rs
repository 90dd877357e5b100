//! `std.type`: what kind of value something is.

use super::call::{Call, Out};
use super::row::row;
use crate::eval::native::Native;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "type.of",
        "(x : Any) -> String",
        "The kind of a value: null, bool, int, float, string, list, record, function, type or secret.",
        "std.type.of([1])",
        r#""list""#,
        |c| Ok(Value::text(kind(&c.forced(0)?)))
    ),
    row!("type.is_null", "(x : Any) -> Bool", "Whether it is null.", "std.type.is_null(null)", "true", |c| {
        is(c, &["null"])
    }),
    row!("type.is_bool", "(x : Any) -> Bool", "Whether it is true or false.", "std.type.is_bool(1)", "false", |c| is(
        c,
        &["bool"]
    )),
    row!("type.is_int", "(x : Any) -> Bool", "Whether it is an integer.", "std.type.is_int(1.0)", "false", |c| is(
        c,
        &["int"]
    )),
    row!("type.is_float", "(x : Any) -> Bool", "Whether it is a float.", "std.type.is_float(1.0)", "true", |c| is(
        c,
        &["float"]
    )),
    row!(
        "type.is_number",
        "(x : Any) -> Bool",
        "Whether it is an integer or a float.",
        "std.type.is_number(1)",
        "true",
        |c| is(c, &["int", "float"])
    ),
    row!("type.is_string", "(x : Any) -> Bool", "Whether it is a string.", r#"std.type.is_string("")"#, "true", |c| {
        is(c, &["string"])
    }),
    row!("type.is_list", "(x : Any) -> Bool", "Whether it is a list.", "std.type.is_list([])", "true", |c| is(
        c,
        &["list"]
    )),
    row!("type.is_record", "(x : Any) -> Bool", "Whether it is a record.", "std.type.is_record({})", "true", |c| is(
        c,
        &["record"]
    )),
    row!(
        "type.is_function",
        "(x : Any) -> Bool",
        "Whether it can be called.",
        "std.type.is_function(fn(x) => x)",
        "true",
        |c| is(c, &["function"])
    ),
];

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::BigInt(_) => "int",
        Value::Float(_) => "float",
        Value::Text(_) => "string",
        Value::List(_) => "list",
        Value::Record(_) => "record",
        Value::Closure(_) | Value::Native(_) => "function",
        Value::Type(_) => "type",
        Value::Secret(_) => "secret",
        // Marks and slots are no values of the language.
        Value::Absent | Value::Replace(_) | Value::Thunk(_) | Value::Pending | Value::Busy => "mark",
    }
}

fn is(c: &mut Call, kinds: &[&str]) -> Out {
    let found = c.forced(0)?;
    Ok(Value::Bool(kinds.contains(&kind(&found))))
}
