//! A difference for programs: one object.
//!
//! A cause has its values as they are shown, each of its parts has them as they are. A side that has no value has no
//! key. Lines and columns count from one.

use super::causes::Cause;
use super::compare::{Part, shown_path};
use super::difference::Difference;
use super::objects::Object;
use super::places::Spot;
use super::shown::json_text;
use crate::base::symbol::Symbol;
use crate::data::tree::Data;
use crate::report::machine::string;
use std::fmt::Write;

pub fn json(difference: &Difference) -> String {
    let [from, to] = &difference.names;
    let mut out = String::from("{\"from\":");
    string(&mut out, from);
    out.push_str(",\"to\":");
    string(&mut out, to);
    let changed = difference.changed();
    let _ = write!(out, ",\"changed\":{changed},\"unchanged\":{}", difference.pairs.both.len() - changed);
    let pairs = &difference.pairs;
    list(&mut out, "added", pairs.added.iter(), |out, at| object(out, &difference.new[*at]));
    list(&mut out, "removed", pairs.removed.iter(), |out, at| object(out, &difference.old[*at]));
    list(&mut out, "causes", difference.causes.iter(), |out, cause| one_cause(out, difference, cause));
    out.push_str("}\n");
    out
}

fn list<T>(out: &mut String, name: &str, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut String, T)) {
    let _ = write!(out, ",\"{name}\":[");
    for (at, item) in items.enumerate() {
        out.push_str(if at > 0 { ",{" } else { "{" });
        write(out, item);
        out.push('}');
    }
    out.push(']');
}

fn field(out: &mut String, name: &str, text: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    let _ = write!(out, "\"{name}\":");
    string(out, text);
}

fn object(out: &mut String, of: &Object) {
    let names =
        [("env", &of.env), ("tier", &of.tier), ("service", &of.service), ("kind", &of.kind), ("name", &of.name)];
    names.into_iter().for_each(|(name, text)| field(out, name, text));
}

fn one_cause(out: &mut String, difference: &Difference, cause: &Cause) {
    field(out, "field", &difference.clean(&cause.field));
    let values = difference.title_values(cause);
    [("old", values.old), ("new", values.new)].into_iter().for_each(|(name, value)| {
        if let Some(text) = value {
            field(out, name, &text);
        }
    });
    place(out, "before", cause.before.as_ref());
    place(out, "after", cause.after.as_ref());
    list(out, "parts", cause.parts.iter(), |out, part| {
        object(out, difference.object(part.pair));
        field(out, "path", &difference.clean(&shown_path(&part.change.path)));
        side(out, difference, "old", part.change.old.as_ref());
        side(out, difference, "new", part.change.new.as_ref());
    });
}

fn place(out: &mut String, name: &str, spot: Option<&Spot>) {
    let Some(Spot { file, line, column, library, .. }) = spot else { return };
    let _ = write!(out, ",\"{name}\":{{");
    field(out, "file", file);
    let _ = write!(out, ",\"line\":{line},\"column\":{column},\"library\":{library}}}");
}

fn side(out: &mut String, difference: &Difference, name: &str, part: Option<&Part>) {
    if let Some(part) = part {
        let _ = write!(out, ",\"{name}\":{}", json_text(&cleaned(difference, &part.data)));
    }
}

/// The value without what must not be shown.
fn cleaned(difference: &Difference, data: &Data) -> Data {
    match data {
        Data::Str(text) => Data::Str(difference.clean(text).into()),
        Data::List(items) => Data::List(items.iter().map(|item| cleaned(difference, item)).collect()),
        Data::Record(fields) => {
            let clean = |(name, value): &(Symbol, Data)| {
                (Symbol::new(&difference.clean(&name.text())), cleaned(difference, value))
            };
            Data::Record(fields.iter().map(clean).collect())
        }
        scalar => scalar.clone(),
    }
}
