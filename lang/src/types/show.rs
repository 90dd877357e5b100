//! Types as messages write them.

use super::numbers;
use super::ty::{Has, Items, Row, Signature, Text, Ty};
use crate::base::symbol::Symbol;
use std::fmt;

/// So many fields or members are shown before the rest is left out.
const MOST: usize = 5;

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Ty::Any | Ty::File(_) => f.write_str("Any"),
            Ty::Never => f.write_str("no value"),
            Ty::Null => f.write_str("null"),
            Ty::Var(name) => write!(f, "'{name}"),
            Ty::Bool(None) => f.write_str("Bool"),
            Ty::Bool(Some(value)) => write!(f, "{value}"),
            Ty::Int(low, high) => f.write_str(&numbers::ints(*low, *high)),
            Ty::Float(low, high) => f.write_str(&numbers::floats(*low, *high)),
            Ty::Sealed => f.write_str("a secret"),
            Ty::Text(Text::All) => f.write_str("String"),
            Ty::Text(Text::One(text)) => write!(f, "{text:?}"),
            Ty::Text(Text::Like(pattern)) => write!(f, "String & =~{pattern:?}"),
            Ty::List(items) => list(items, f),
            Ty::Record(row) => record(row, f),
            Ty::Function(signature) => write!(f, "{signature}"),
            Ty::Type(set) => write!(f, "the type {set}"),
            Ty::Union(members) => {
                if let Some(text) = numbers::both(members) {
                    return f.write_str(&text);
                }
                for (index, member) in members.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" | ")?;
                    }
                    if index == 2 * MOST {
                        return f.write_str("…");
                    }
                    write!(f, "{member}")?;
                }
                Ok(())
            }
        }
    }
}

/// The elements where the brackets tell them, or what each one is.
/// So much of a type is read in a message.
const WIDE: usize = 100;

/// A type in a message: of a large one its outside.
pub fn in_short(ty: &Ty) -> String {
    let whole = ty.to_string();
    if whole.chars().count() <= WIDE {
        return whole;
    }
    match ty {
        Ty::Record(row) => {
            let names: Vec<String> = row.fields.keys().take(MOST).map(Symbol::to_string).collect();
            let more = if row.fields.len() > MOST { ", …" } else { "" };
            format!("{{ {}{more} }}", names.join(", "))
        }
        Ty::List(items) => match in_short(&items.element) {
            element if items.each.is_none() && element.chars().count() <= WIDE => format!("[{element}]"),
            _ => "a list".to_owned(),
        },
        _ => whole,
    }
}

fn list(items: &Items, f: &mut fmt::Formatter) -> fmt::Result {
    let Some(each) = items.each.as_ref().filter(|each| !each.is_empty()) else {
        return write!(f, "[{}]", items.element);
    };
    let shown: Vec<String> = each.iter().take(MOST).map(|(element, _)| element.to_string()).collect();
    let more = if each.len() > MOST { ", …" } else { "" };
    write!(f, "[{}{more}]", shown.join(", "))
}

fn record(row: &Row, f: &mut fmt::Formatter) -> fmt::Result {
    let mut parts = Vec::new();
    for (name, member) in row.fields.iter().take(MOST) {
        let mark = if member.has == Has::Perhaps { "?" } else { "" };
        parts.push(format!("{name}{mark} : {}", member.read()));
    }
    match &row.rest {
        _ if row.fields.len() > MOST => parts.push("…".to_owned()),
        Some(rest) => parts.push(format!("[String] : {rest}")),
        None if row.open && parts.is_empty() => parts.push("...".to_owned()),
        None => {}
    }
    if parts.is_empty() { f.write_str("{}") } else { write!(f, "{{ {} }}", parts.join(", ")) }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("fn(")?;
        for (index, param) in self.params.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let default = if param.optional { " = …" } else { "" };
            match param.name {
                Some(name) => write!(f, "{comma}{name} : {}{default}", param.ty)?,
                None => write!(f, "{comma}{}{default}", param.ty)?,
            }
        }
        write!(f, ") -> {}", self.result)
    }
}

/// What kind of value a type has, with its article.
pub fn kind(ty: &Ty) -> &'static str {
    match ty {
        Ty::Union(_) => match ty.widest() {
            all if all == Ty::numbers() => "a number",
            Ty::Union(_) => "a value",
            one => kind(&one),
        },
        Ty::Any | Ty::File(_) | Ty::Never | Ty::Var(_) => "a value",
        Ty::Null => "null",
        Ty::Bool(_) => "a boolean",
        Ty::Int(..) => "an integer",
        Ty::Float(..) => "a float",
        Ty::Sealed => "a secret",
        Ty::Text(_) => "a string",
        Ty::List(_) => "a list",
        Ty::Record(_) => "a record",
        Ty::Function(_) => "a function",
        Ty::Type(_) => "a type",
    }
}
