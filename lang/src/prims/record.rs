//! `std.record`: names, values, maps over fields. Fields keep their order everywhere.
//!
//! Fields stay lazy: a function that needs only names computes no value.

use super::call::{Call, Out, Stop, record_from, record_of};
use super::row::row;
use crate::base::symbol::Symbol;
use crate::eval::native::Native;
use crate::value::value::Value;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashSet};

pub const ROWS: &[Native] = &[
    row!(
        "record.length",
        "(r : { [String] : Any }) -> Int",
        "The number of fields.",
        "std.record.length({ a = 1, b = 2 })",
        "2",
        length
    ),
    row!(
        "record.names",
        "(r : { [String] : Any }) -> [String]",
        "The names of the fields, in their order.",
        "std.record.names({ b = 1, a = 2 })",
        r#"["b","a"]"#,
        names
    ),
    row!(
        "record.values",
        "(r : { [String] : 'a }) -> ['a]",
        "The values of the fields, in their order.",
        "std.record.values({ b = 1, a = 2 })",
        "[1,2]",
        values
    ),
    row!(
        "record.entries",
        "(r : { [String] : 'a }) -> [{ name : String, value : 'a }]",
        "The fields as records of `name` and `value`.",
        "std.record.entries({ a = 1 })",
        r#"[{"name":"a","value":1}]"#,
        entries
    ),
    row!(
        "record.from_entries",
        "(entries : [{ name : String, value : 'a, ... }]) -> { [String] : 'a }",
        "A record from `name`s and `value`s. A name that comes twice is an error.",
        r#"std.record.from_entries([{ name = "a", value = 1 }])"#,
        r#"{"a":1}"#,
        from_entries
    ),
    row!(
        "record.from_names",
        "(names : [String], f : fn(String) -> 'a) -> { [String] : 'a }",
        "A record with these names, the values made of them by `f`.",
        r#"std.record.from_names(["a", "bb"], std.string.length)"#,
        r#"{"a":1,"bb":2}"#,
        from_names
    ),
    row!(
        "record.has",
        "(r : { [String] : Any }, name : String) -> Bool",
        "Whether the record has a field of this name.",
        r#"std.record.has({ a = 1 }, "a")"#,
        "true",
        has
    ),
    row!(
        "record.map",
        "(r : { [String] : 'a }, f : fn(String, 'a) -> 'b) -> { [String] : 'b }",
        "Each field's value through `f`, which is given its name first.",
        r#"std.record.map({ a = 1 }, fn(name, value) => "\(name)\(value)")"#,
        r#"{"a":"a1"}"#,
        map
    ),
    row!(
        "record.map_values",
        "(r : { [String] : 'a }, f : fn('a) -> 'b) -> { [String] : 'b }",
        "Each field's value through `f`.",
        "std.record.map_values({ a = 1 }, fn(x) => x + 1)",
        r#"{"a":2}"#,
        map_values
    ),
    row!(
        "record.map_names",
        "(r : { [String] : 'a }, f : fn(String) -> String) -> { [String] : 'a }",
        "Each field's name through `f`. Two that become one are an error.",
        "std.record.map_names({ a = 1 }, std.string.upper)",
        r#"{"A":1}"#,
        map_names
    ),
    row!(
        "record.to_list",
        "(r : { [String] : 'a }, f : fn(String, 'a) -> 'b) -> ['b]",
        "What `f` makes of each field's name and value.",
        r#"std.record.to_list({ a = 1 }, fn(name, value) => "\(name)=\(value)")"#,
        r#"["a=1"]"#,
        to_list
    ),
    row!(
        "record.filter",
        "(r : { [String] : 'a }, keep : fn(String, 'a) -> Bool) -> { [String] : 'a }",
        "The fields for which `keep` holds.",
        "std.record.filter({ a = 1, b = 2 }, fn(_, value) => value > 1)",
        r#"{"b":2}"#,
        filter
    ),
    row!(
        "record.fold",
        "(r : { [String] : 'a }, init : 'b, step : fn('b, String, 'a) -> 'b) -> 'b",
        "Joins the fields to one value, beginning with `init`.",
        "std.record.fold({ a = 1, b = 2 }, 0, fn(sum, _, value) => sum + value)",
        "3",
        fold
    ),
    row!(
        "record.all",
        "(r : { [String] : 'a }, test : fn(String, 'a) -> Bool) -> Bool",
        "Whether `test` holds for each field.",
        "std.record.all({ a = 1 }, fn(_, value) => value > 0)",
        "true",
        all
    ),
    row!(
        "record.any",
        "(r : { [String] : 'a }, test : fn(String, 'a) -> Bool) -> Bool",
        "Whether `test` holds for some field.",
        r#"std.record.any({ a = 1 }, fn(name, _) => name == "b")"#,
        "false",
        any
    ),
    row!(
        "record.pick",
        "(r : { [String] : 'a }, names : [String]) -> { [String] : 'a }",
        "The fields of these names, where they are there.",
        r#"std.record.pick({ a = 1, b = 2 }, ["b", "c"])"#,
        r#"{"b":2}"#,
        pick
    ),
    row!(
        "record.omit",
        "(r : { [String] : 'a }, names : [String]) -> { [String] : 'a }",
        "The fields but those of these names.",
        r#"std.record.omit({ a = 1, b = 2 }, ["b"])"#,
        r#"{"a":1}"#,
        omit
    ),
    row!(
        "record.rename",
        "(r : { [String] : 'a }, names : { [String] : String }) -> { [String] : 'a }",
        "The fields, those that `names` has under the name it gives.",
        r#"std.record.rename({ a = 1, b = 2 }, { a = "x" })"#,
        r#"{"x":1,"b":2}"#,
        rename
    ),
    row!(
        "record.sort",
        "(r : { [String] : 'a }) -> { [String] : 'a }",
        "The fields in the order of their names.",
        "std.record.names(std.record.sort({ b = 1, a = 2 }))",
        r#"["a","b"]"#,
        sort
    ),
    row!(
        "record.invert",
        "(r : { [String] : String }) -> { [String] : String }",
        "Values as names, names as values. A value that comes twice is an error.",
        r#"std.record.invert({ a = "x" })"#,
        r#"{"x":"a"}"#,
        invert
    ),
    row!(
        "record.get_path",
        "(r : { [String] : Any }, path : [String]) -> Any",
        "What stands at the end of a path of names, or null if a step is not there.",
        r#"std.record.get_path({ a.b = 1 }, ["a", "b"])"#,
        "1",
        get_path
    ),
    row!(
        "record.flatten",
        "(r : { [String] : Any }, separator : String = \".\") -> { [String] : Any }",
        "One record of all leaves, each under its path. Lists and empty records are leaves.",
        "std.record.flatten({ a.b = 1, c = 2 })",
        r#"{"a.b":1,"c":2}"#,
        flatten
    ),
    row!(
        "record.prune",
        "(x : Any) -> Any",
        "The value without nulls, empty lists and empty records, at any depth.",
        "std.record.prune({ a = null, b = [], c = { d = {} }, e = 1 })",
        r#"{"e":1}"#,
        prune
    ),
    row!(
        "record.merge_patch",
        "(target : Any, patch : Any) -> Any",
        "A JSON merge patch (RFC 7396): records join, null takes away, anything else replaces.",
        "std.record.merge_patch({ a = 1, b = 2 }, { b = null, c = 3 })",
        r#"{"a":1,"c":3}"#,
        merge_patch
    ),
];

type Fields = IndexMap<Symbol, Value, FxBuildHasher>;

fn name_value(name: Symbol) -> Value {
    Value::text(&*name.text())
}

fn length(c: &mut Call) -> Out {
    let r = c.record(0)?;
    Ok(Value::Int(c.names_of(&r)?.len() as i64))
}

fn names(c: &mut Call) -> Out {
    let r = c.record(0)?;
    Ok(Value::list(c.names_of(&r)?.into_iter().map(name_value).collect()))
}

fn fields(c: &mut Call) -> Result<Vec<(Symbol, Value)>, Stop> {
    let r = c.record(0)?;
    c.pairs(&r)
}

fn values(c: &mut Call) -> Out {
    Ok(Value::list(fields(c)?.into_iter().map(|(_, value)| value).collect()))
}

fn entries(c: &mut Call) -> Out {
    let entry = |(name, value)| record_of([("name", name_value(name)), ("value", value)]);
    Ok(Value::list(fields(c)?.into_iter().map(entry).collect()))
}

/// Adds a field, or fails for a name that is there.
fn add(c: &Call, fields: &mut Fields, name: Symbol, value: Value) -> Result<(), Stop> {
    match fields.insert(name, value) {
        None => Ok(()),
        Some(_) => Err(c.fail(format!("two fields would have the name `{name}`"))),
    }
}

fn from_entries(c: &mut Call) -> Out {
    let (entries, mut made) = (c.items(0)?, Fields::default());
    let (name, value) = (Symbol::new("name"), Symbol::new("value"));
    for entry in entries.iter() {
        let entry = c.record_of_value(entry, "each element")?;
        let names = c.names_of(&entry)?;
        if !names.contains(&name) || !names.contains(&value) {
            return Err(c.fail("each element must have the fields `name` and `value`"));
        }
        let (key, field) = (c.field(&entry, name)?, c.field(&entry, value)?);
        let key = Symbol::new(c.text_of(&key, "the name of an entry")?.as_str());
        add(c, &mut made, key, field)?;
    }
    Ok(record_from(made))
}

fn from_names(c: &mut Call) -> Out {
    let (names, f, mut made) = (c.texts(0)?, c.function(1)?, Fields::default());
    for name in names {
        let value = c.delay(&f, &Value::Text(name.clone()));
        add(c, &mut made, Symbol::new(name.as_str()), value)?;
    }
    Ok(record_from(made))
}

fn has(c: &mut Call) -> Out {
    let (r, name) = (c.record(0)?, c.text(1)?);
    let name = Symbol::new(name.as_str());
    Ok(Value::Bool(c.has(&r, name)?))
}

fn map(c: &mut Call) -> Out {
    let (fields, f) = (fields(c)?, c.function(1)?);
    Ok(record_from(fields.into_iter().map(|(name, value)| (name, c.delay2(&f, name_value(name), value)))))
}

fn map_values(c: &mut Call) -> Out {
    let (fields, f) = (fields(c)?, c.function(1)?);
    Ok(record_from(fields.into_iter().map(|(name, value)| (name, c.delay(&f, &value)))))
}

fn map_names(c: &mut Call) -> Out {
    let (fields, f, mut made) = (fields(c)?, c.function(1)?, Fields::default());
    for (name, value) in fields {
        let new = c.apply(&f, name_value(name))?;
        let new = Symbol::new(c.text_of(&new, "what the function gives")?.as_str());
        add(c, &mut made, new, value)?;
    }
    Ok(record_from(made))
}

fn to_list(c: &mut Call) -> Out {
    let (fields, f) = (fields(c)?, c.function(1)?);
    Ok(Value::list(fields.into_iter().map(|(name, value)| c.delay2(&f, name_value(name), value)).collect()))
}

fn filter(c: &mut Call) -> Out {
    let (fields, keep, mut kept) = (fields(c)?, c.function(1)?, Vec::new());
    for (name, value) in fields {
        if c.test2(&keep, &name_value(name), &value)? {
            kept.push((name, value));
        }
    }
    Ok(record_from(kept))
}

fn fold(c: &mut Call) -> Out {
    let (fields, mut state, step) = (fields(c)?, c.arg(1), c.function(2)?);
    for (name, value) in fields {
        state = c.vm.call(&step, &[state, name_value(name), value])?;
    }
    c.force(&state)
}

/// Whether the test gives `wanted` for some field.
fn some(c: &mut Call, wanted: bool) -> Result<bool, Stop> {
    let (fields, test) = (fields(c)?, c.function(1)?);
    for (name, value) in fields {
        if c.test2(&test, &name_value(name), &value)? == wanted {
            return Ok(true);
        }
    }
    Ok(false)
}

fn all(c: &mut Call) -> Out {
    Ok(Value::Bool(!some(c, false)?))
}

fn any(c: &mut Call) -> Out {
    Ok(Value::Bool(some(c, true)?))
}

fn name_set(c: &mut Call) -> Result<FxHashSet<Symbol>, Stop> {
    Ok(c.texts(1)?.iter().map(|name| Symbol::new(name.as_str())).collect())
}

fn pick(c: &mut Call) -> Out {
    let (fields, names) = (fields(c)?, name_set(c)?);
    Ok(record_from(fields.into_iter().filter(|(name, _)| names.contains(name))))
}

fn omit(c: &mut Call) -> Out {
    let (fields, names) = (fields(c)?, name_set(c)?);
    Ok(record_from(fields.into_iter().filter(|(name, _)| !names.contains(name))))
}

fn rename(c: &mut Call) -> Out {
    let (fields, names, mut made) = (fields(c)?, c.record(1)?, Fields::default());
    for (name, value) in fields {
        let new = match c.has(&names, name)? {
            true => {
                let new = c.field(&names, name)?;
                Symbol::new(c.text_of(&new, &format!("the new name of `{name}`"))?.as_str())
            }
            false => name,
        };
        add(c, &mut made, new, value)?;
    }
    Ok(record_from(made))
}

fn sort(c: &mut Call) -> Out {
    let mut fields: Vec<_> = fields(c)?.into_iter().map(|field| (field.0.text(), field)).collect();
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(record_from(fields.into_iter().map(|(_, field)| field)))
}

fn invert(c: &mut Call) -> Out {
    let (fields, mut made) = (fields(c)?, Fields::default());
    for (name, value) in fields {
        let value = c.text_of(&value, &format!("the field `{name}`"))?;
        add(c, &mut made, Symbol::new(value.as_str()), name_value(name))?;
    }
    Ok(record_from(made))
}

fn get_path(c: &mut Call) -> Out {
    let mut at = Value::Record(c.record(0)?);
    for step in c.texts(1)? {
        let name = Symbol::new(step.as_str());
        at = match &at {
            Value::Record(record) => match c.vm.field(record, name)? {
                Some(value) => value,
                None => return Ok(Value::Null),
            },
            _ => return Ok(Value::Null),
        };
    }
    Ok(at)
}

fn flatten(c: &mut Call) -> Out {
    let fields = fields(c)?;
    let separator = if c.given(1) { c.text(1)?.as_str().to_owned() } else { ".".to_owned() };
    let mut todo: Vec<(String, Value)> =
        fields.into_iter().rev().map(|(name, value)| (name.text().to_string(), value)).collect();
    let mut made = Fields::default();
    while let Some((path, value)) = todo.pop() {
        let value = c.force(&value)?;
        let inner = match &value {
            Value::Record(record) => c.pairs(record)?,
            _ => Vec::new(),
        };
        if inner.is_empty() {
            add(c, &mut made, Symbol::new(&path), value)?;
        }
        todo.extend(inner.into_iter().rev().map(|(name, value)| (format!("{path}{separator}{name}"), value)));
    }
    Ok(record_from(made))
}

fn prune(c: &mut Call) -> Out {
    let value = c.arg(0);
    pruned(c, &value).map(|left| left.unwrap_or(Value::Null))
}

/// What is left of a value, if anything.
fn pruned(c: &mut Call, value: &Value) -> Result<Option<Value>, Stop> {
    let value = c.force(value)?;
    match &value {
        Value::Null => Ok(None),
        Value::List(_) => c.nested(|c| pruned_list(c, &value)),
        Value::Record(record) => {
            let fields = c.pairs(record)?;
            c.nested(|c| pruned_fields(c, fields))
        }
        _ => Ok(Some(value)),
    }
}

fn pruned_list(c: &mut Call, list: &Value) -> Result<Option<Value>, Stop> {
    let mut kept = Vec::new();
    for item in c.items_of(list, "a list")?.iter() {
        kept.extend(pruned(c, item)?);
    }
    Ok((!kept.is_empty()).then(|| Value::list(kept)))
}

fn pruned_fields(c: &mut Call, fields: Vec<(Symbol, Value)>) -> Result<Option<Value>, Stop> {
    let mut kept = Vec::new();
    for (name, value) in fields {
        kept.extend(pruned(c, &value)?.map(|value| (name, value)));
    }
    Ok((!kept.is_empty()).then(|| record_from(kept)))
}

fn merge_patch(c: &mut Call) -> Out {
    let (target, patch) = (c.arg(0), c.arg(1));
    patched(c, &target, &patch)
}

fn patched(c: &mut Call, target: &Value, patch: &Value) -> Out {
    let Value::Record(patch) = c.force(patch)? else { return c.force(patch) };
    let mut fields: Fields = match c.force(target)? {
        Value::Record(target) => c.pairs(&target)?.into_iter().collect(),
        _ => Fields::default(),
    };
    for (name, change) in c.pairs(&patch)? {
        let change = c.force(&change)?;
        match change {
            Value::Null => drop(fields.shift_remove(&name)),
            _ => {
                let old = fields.get(&name).cloned().unwrap_or(Value::Null);
                let new = c.nested(|c| patched(c, &old, &change))?;
                fields.insert(name, new);
            }
        }
    }
    Ok(record_from(fields))
}
