//! `std.secret`: the type of what is not shown, and what stands for it in the output.

use super::call::{Call, Out};
use super::row::row;
use crate::eval::native::Native;
use crate::value::types::{Secret, Type};
use crate::value::value::Value;
use std::rc::Rc;

pub const ROWS: &[Native] = &[
    row!(
        "secret.of",
        "(type : Any) -> Any",
        "The type of secrets whose text is in a type; `Secret` is short for it. A value that passes it is sealed: it can be handed on and merged, but not shown, joined, compared or written out.",
        r#"std.type.of(("hunter2" : Secret(String)))"#,
        r#""secret""#,
        |c| Ok(Value::Type(Rc::new(Type::Secret(c.forced(0)?))))
    ),
    row!(
        "secret.refer",
        "(value : Any, reference : Any) -> Any",
        "A secret with its reference: what the output has in its place, such as the name and key under which a cluster knows it. A value that is no secret yet becomes one.",
        r#"std.secret.refer("hunter2", { secretKeyRef = { name = "db", key = "password" } })"#,
        r#"{"secretKeyRef":{"name":"db","key":"password"}}"#,
        refer
    ),
    row!(
        "secret.reference",
        "(secret : Any) -> Any",
        "The reference of a secret, to be written into something else; null if it has none.",
        r#"let token = std.secret.refer("hunter2", "vault:web#token")
"--token=\(std.secret.reference(token))""#,
        r#""--token=vault:web#token""#,
        reference
    ),
];

fn refer(c: &mut Call) -> Out {
    let (value, reference) = (c.arg(0), c.arg(1));
    let value = c.vm.sealed(&value)?;
    Ok(Value::Secret(Rc::new(Secret { value, reference: Some(reference) })))
}

fn reference(c: &mut Call) -> Out {
    match c.forced(0)? {
        Value::Secret(secret) => match &secret.reference {
            Some(reference) => c.force(reference),
            None => Ok(Value::Null),
        },
        found => Err(c.wrong(0, "a secret", &found)),
    }
}
