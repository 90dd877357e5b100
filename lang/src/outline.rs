//! A value in outline: the type that fits it, as one would write it down.
//!
//! Made for a look at something large: nesting ends in `…`, lists are judged by their first elements,
//! and a field that fails is a `?` instead of an end to everything.

use crate::code::code::Default;
use crate::eval::fault::Run;
use crate::eval::vm::Vm;
use crate::value::record::Record;
use crate::value::value::Value;
use std::rc::Rc;

/// Records and lists inside one another.
const DEEPEST: usize = 3;
/// Elements of a list that are looked at.
const ELEMENTS: usize = 20;
/// Fields of a record that are named.
const FIELDS: usize = 40;
/// What is longer than this is broken over lines.
const WIDTH: usize = 80;

/// The outline of a value, which is computed as far as it shows.
pub fn outline(vm: &mut Vm, value: &Value) -> Run<String> {
    let value = vm.force(value)?;
    at_depth(vm, &value, 0)
}

fn at_depth(vm: &mut Vm, value: &Value, depth: usize) -> Run<String> {
    Ok(match value {
        Value::Null => "Null".to_owned(),
        Value::Bool(_) => "Bool".to_owned(),
        Value::Int(_) | Value::BigInt(_) => "Int".to_owned(),
        Value::Float(_) => "Float".to_owned(),
        Value::Text(_) => "String".to_owned(),
        Value::List(list) => {
            let items = vm.items(list)?.to_vec();
            elements(vm, &items, depth)
        }
        Value::Record(record) => fields(vm, record, depth)?,
        Value::Closure(closure) => {
            let params = &vm.program.protos[closure.proto].params;
            let name = |param: Option<String>| param.unwrap_or_else(|| "{ … }".to_owned());
            let params: Vec<String> = params
                .iter()
                .map(|param| {
                    let name = name(param.name.map(|name| name.to_string()));
                    if matches!(param.default, Default::Needed) { name } else { format!("{name} = …") }
                })
                .collect();
            format!("fn({})", params.join(", "))
        }
        Value::Native(id) => {
            let row = vm.library.natives.get(id.0 as usize);
            row.map_or_else(|| "a function".to_owned(), |row| format!("fn{}", row.signature))
        }
        Value::Type(_) => format!("the type {}", vm.show_type(value)),
        other => other.kind().to_owned(),
    })
}

/// A part, of which a fault is not worth the whole.
fn part(vm: &mut Vm, value: &Value, depth: usize) -> String {
    let shown = vm.force(value).and_then(|value| at_depth(vm, &value, depth));
    shown.unwrap_or_else(|_| "?".to_owned())
}

fn elements(vm: &mut Vm, items: &[Value], depth: usize) -> String {
    if items.is_empty() || depth == DEEPEST {
        return if items.is_empty() { "[]" } else { "[…]" }.to_owned();
    }
    let mut kinds: Vec<String> = Vec::new();
    for item in items.iter().take(ELEMENTS) {
        let kind = part(vm, item, depth + 1);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    format!("[{}]", kinds.join(" | "))
}

fn fields(vm: &mut Vm, record: &Rc<Record>, depth: usize) -> Run<String> {
    let names = vm.names(record)?;
    if names.is_empty() || depth == DEEPEST {
        return Ok(if names.is_empty() { "{}" } else { "{ … }" }.to_owned());
    }
    let mut parts = Vec::new();
    for name in names.iter().take(FIELDS) {
        let shown = match vm.field(record, *name) {
            Ok(Some(value)) => part(vm, &value, depth + 1),
            Ok(None) => continue,
            Err(_) => "?".to_owned(),
        };
        parts.push(format!("{name} : {shown}"));
    }
    if names.len() > FIELDS {
        parts.push("…".to_owned());
    }
    let line = format!("{{ {} }}", parts.join(", "));
    if line.chars().count() <= WIDTH && !line.contains('\n') {
        return Ok(line);
    }
    let lines: String = parts.iter().map(|part| format!("  {}\n", part.replace('\n', "\n  "))).collect();
    Ok(format!("{{\n{lines}}}"))
}
