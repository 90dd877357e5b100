//! What stands directly below `std`: inputs, marks and joins of many records; and the ways lists
//! merge, beside `std.contract.check`.

use super::call::{Call, Out, Stop};
use super::row::row;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{Loc, Span};
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::data::json::read_json;
use crate::eval::fault::Fault;
use crate::eval::native::Native;
use crate::value::read::data_value;
use crate::value::record::Record;
use crate::value::types::{Label, Role, Strategy, Type};
use crate::value::value::Value;
use crate::value::ways::Joint;
use std::rc::Rc;

pub const ROWS: &[Native] = &[
    row!(
        "input",
        "(name : String, type : Any, default? : Any) -> Any",
        "An input of the run, given by `--input name=value`, checked against its type. Text that is not in the type is read as JSON: `--input replicas=3`.",
        r#"std.input("replicas", Int, default = 2)"#,
        "2",
        input
    ),
    row!(
        "replace",
        "(value : 'a) -> 'a",
        "A mark for a field under `with`: the value stands in the place of what was there, instead of joining it.",
        "{ a.b = 1 } with { a = std.replace({ c = 2 }) }",
        r#"{"a":{"c":2}}"#,
        replace
    ),
    row!(
        "merge_all",
        "(records : [{ [String] : Any }]) -> { [String] : Any }",
        "All records joined by `&`.",
        "std.merge_all([{ a = 1 }, { b = 2 }])",
        r#"{"a":1,"b":2}"#,
        merge_all
    ),
    row!(
        "override_all",
        "(records : [{ [String] : Any }]) -> { [String] : Any }",
        "All records joined by `with`: later ones win.",
        "std.override_all([{ a = 1, b = 1 }, { b = 2 }])",
        r#"{"a":1,"b":2}"#,
        override_all
    ),
    row!(
        "list.keyed_by",
        "(type : 'a, name : String | [String]) -> ['a]",
        "A type of lists of records that merge by a field, or by several together: elements with the same values there become one.",
        r#"({ xs : std.list.keyed_by(Any, "name") } & { xs = [{ name = "a", x = 1 }] } & { xs = [{ name = "a", y = 2 }] }).xs"#,
        r#"[{"name":"a","x":1,"y":2}]"#,
        keyed_by
    ),
    row!(
        "list.set",
        "(type : 'a) -> ['a]",
        "A type of lists that merge to the elements of both, each value once.",
        "({ xs : std.list.set(Int) } & { xs = [1, 2] } & { xs = [2, 3] }).xs",
        "[1,2,3]",
        |c| strategy(c, Strategy::Set)
    ),
    row!(
        "list.append",
        "(type : 'a) -> ['a]",
        "A type of lists that under `with` follow what lies below.",
        "({ xs : std.list.append(Int) = [1] } with { xs = [2] }).xs",
        "[1,2]",
        |c| strategy(c, Strategy::Append)
    ),
    row!(
        "contract.check",
        "(value : Any, type : Any) -> Bool",
        "Whether a value is in a type, with everything inside of it.",
        "std.contract.check({ port = 80 }, { port : Int })",
        "true",
        check
    ),
];

fn input(c: &mut Call) -> Out {
    let (name, ty) = (c.text(0)?, c.arg(1));
    c.vm.asked.insert(name.as_str().into());
    let Some(text) = c.vm.inputs.get(name.as_str()).cloned() else {
        if c.given(2) {
            let default = c.arg(2);
            return checked(c, (name.as_str(), None), &default, &ty);
        }
        return Err(missing(c, name.as_str()));
    };
    let given = Value::text(text.as_str());
    let file = c.vm.sources.add(&format!("--input {}", name.as_str()), &text);
    let place = Span::new(0, text.len()).at(file);
    let read = match c.vm.is_in(&given, &ty)? {
        true => given,
        false => read_json(file, &text).map_or(given, data_value),
    };
    checked(c, (name.as_str(), Some(place)), &read, &ty).map_err(|fault| refused(fault, name.as_str()))
}

fn checked(c: &mut Call, (name, place): (&str, Option<Loc>), value: &Value, ty: &Value) -> Out {
    let label = Label { ty: c.vm.site, value: place, role: Role::Value, path: name.into(), way: 0 };
    let value = c.vm.check(value, ty, &Rc::new(label))?;
    c.force(&value)
}

/// What was given on the command line is not in the input's type: says so there.
#[cold]
fn refused(mut fault: Stop, name: &str) -> Stop {
    if let Some(first) = fault.diags.first_mut().filter(|diag| diag.code == Code::Contract) {
        if first.title.starts_with('`') {
            first.title.insert_str(0, "the input ");
        }
        first.helps.push(format!("give it another value: `--input {name}=…`"));
    }
    fault
}

#[cold]
fn missing(c: &Call, name: &str) -> Stop {
    let known = c.vm.inputs.keys().map(String::as_str);
    let near = suggest::nearest(name, known).map(|near| format!("`{near}` is given; is that the one?"));
    let diag = Diag::error(Code::MissingInput, format!("the input `{name}` is not given"))
        .at(c.vm.site, "declared here")
        .help(near.unwrap_or_else(|| format!("give it with `--input {name}=…`")));
    Fault::new(diag)
}

fn replace(c: &mut Call) -> Out {
    Ok(Value::Replace(Rc::new(c.arg(0))))
}

/// The records of a list, joined in one way.
fn joined(c: &mut Call, joint: Joint) -> Out {
    let mut records = Vec::new();
    for item in c.items(0)?.iter() {
        records.push(c.record_of_value(item, "each element")?);
    }
    Ok(Value::Record(match records.len() {
        0 => Record::from_pairs([]),
        1 => records.remove(0),
        _ => c.vm.composed(joint, records, c.vm.site),
    }))
}

fn merge_all(c: &mut Call) -> Out {
    joined(c, Joint::And)
}

fn override_all(c: &mut Call) -> Out {
    joined(c, Joint::With)
}

fn strategy(c: &mut Call, kind: Strategy) -> Out {
    let element = c.forced(0)?;
    Ok(Value::Type(Rc::new(Type::Strategy { kind, element })))
}

fn keyed_by(c: &mut Call) -> Out {
    let names = match c.forced(1)? {
        Value::List(_) => c.texts(1)?,
        _ => vec![c.text(1)?],
    };
    let names = names.iter().map(|name| Symbol::new(name.as_str())).collect();
    strategy(c, Strategy::KeyedBy(names))
}

fn check(c: &mut Call) -> Out {
    let (value, ty) = (c.arg(0), c.forced(1)?);
    Ok(Value::Bool(c.vm.is_in(&value, &ty)?))
}
