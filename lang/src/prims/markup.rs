//! CSV, INI and XML, written from values that have been computed for it.

use super::call::{Call, Stop};
use crate::calc::text::escape_xml;
use crate::eval::ops::write_scalar;
use crate::value::record::Record;
use crate::value::value::Value;
use std::rc::Rc;

/// A scalar as plain text; null is empty.
fn scalar(c: &mut Call, value: &Value, place: &str) -> Result<String, Stop> {
    let (value, mut text) = (c.force(value)?, String::new());
    if !matches!(value, Value::Null) && write_scalar(&value, &mut text).is_none() {
        let message = format!("{place} must be a string, number, boolean or null, found {}", value.kind());
        return Err(c.fail(message));
    }
    Ok(text)
}

/// Rows of lists as they are, rows of records under a line of the first one's names.
pub fn csv(c: &mut Call) -> Result<String, Stop> {
    let (rows, mut out, mut header) = (c.items(0)?, String::new(), None);
    for row in rows.iter() {
        match c.force(row)? {
            Value::Record(record) => {
                let fields = c.pairs(&record)?;
                let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
                match &header {
                    None => csv_line(&mut out, names.iter().map(|name| name.text().to_string())),
                    Some(header) if *header != names => {
                        return Err(c.fail("all rows must have the same names in the same order"));
                    }
                    Some(_) => {}
                }
                header = Some(names);
                let cells: Result<Vec<String>, Stop> =
                    fields.iter().map(|(name, value)| scalar(c, value, &format!("`{name}`"))).collect();
                csv_line(&mut out, cells?);
            }
            list @ Value::List(_) => {
                let cells = c.items_of(&list, "a row")?;
                let cells: Result<Vec<String>, Stop> = cells.iter().map(|cell| scalar(c, cell, "a cell")).collect();
                csv_line(&mut out, cells?);
            }
            found => return Err(c.fail(format!("each row must be a record or a list, found {}", found.kind()))),
        }
    }
    Ok(out)
}

fn csv_line(out: &mut String, cells: impl IntoIterator<Item = String>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push('\n');
}

/// Scalars of the record first, then its records as sections.
pub fn ini(c: &mut Call) -> Result<String, Stop> {
    let record = c.record(0)?;
    let (mut out, mut sections) = (String::new(), Vec::new());
    for (name, value) in c.pairs(&record)? {
        match c.force(&value)? {
            Value::Record(section) => sections.push((name, section)),
            value => ini_line(c, &mut out, &name.text(), &value)?,
        }
    }
    for (name, section) in sections {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("[{name}]\n"));
        for (name, value) in c.pairs(&section)? {
            ini_line(c, &mut out, &name.text(), &value)?;
        }
    }
    Ok(out)
}

fn ini_line(c: &mut Call, out: &mut String, name: &str, value: &Value) -> Result<(), Stop> {
    let value = c.force(value)?;
    let values = match &value {
        Value::List(_) => c.items_of(&value, "a list")?.to_vec(),
        _ => vec![value],
    };
    for value in values {
        let text = scalar(c, &value, &format!("`{name}`"))?;
        if text.contains(['\n', '\r']) {
            return Err(c.fail(format!("`{name}` has a line break, which INI cannot hold")));
        }
        out.push_str(&format!("{name} = {text}\n"));
    }
    Ok(())
}

/// An element from its list: the name, the attributes if any, the contents.
pub fn xml(c: &mut Call) -> Result<String, Stop> {
    let (mut out, value) = (String::new(), c.arg(0));
    element(c, &mut out, &value)?;
    Ok(out)
}

fn element(c: &mut Call, out: &mut String, value: &Value) -> Result<(), Stop> {
    let parts = c.items_of(value, "an element")?;
    let Some((name, mut rest)) = parts.split_first() else {
        return Err(c.fail("an element is a list that starts with its name, found an empty list"));
    };
    let name = c.text_of(name, "the name of an element")?;
    let name = name.as_str();
    if !is_xml_name(name) {
        return Err(c.fail(format!("\"{name}\" cannot be the name of an element")));
    }
    out.push_str(&format!("<{name}"));
    if let Some((first, contents)) = rest.split_first()
        && let Value::Record(attributes) = c.force(first)?
    {
        attributes_of(c, out, &attributes)?;
        rest = contents;
    }
    if rest.is_empty() {
        out.push_str("/>");
        return Ok(());
    }
    out.push('>');
    for part in rest {
        match c.force(part)? {
            inner @ Value::List(_) => c.nested(|c| element(c, out, &inner))?,
            text => out.push_str(&escape_xml(&scalar(c, &text, "what is inside of an element")?)),
        }
    }
    out.push_str(&format!("</{name}>"));
    Ok(())
}

fn attributes_of(c: &mut Call, out: &mut String, attributes: &Rc<Record>) -> Result<(), Stop> {
    for (name, value) in c.pairs(attributes)? {
        if !is_xml_name(&name.text()) {
            return Err(c.fail(format!("\"{name}\" cannot be the name of an attribute")));
        }
        let text = scalar(c, &value, &format!("`{name}`"))?;
        out.push_str(&format!(" {name}=\"{}\"", escape_xml(&text)));
    }
    Ok(())
}

fn is_xml_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || "_-.:".contains(c))
}
