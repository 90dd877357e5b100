//! Types and declarations as an editor shows them: with room to breathe, and an end.

use super::facts::{Declared, Facts};
use crate::base::span::Span;
use crate::types::ty::{Has, Member, Ty};

/// Records inside one another, and fields of each, that are shown.
const DEEPEST: usize = 2;
const FIELDS: usize = 24;
/// A record that is longer than this on one line gets a line for each field.
const WIDTH: usize = 80;
/// Lines of a declaration that are shown.
const LINES: usize = 8;

/// A type over as many lines as it needs.
pub fn describe(ty: &Ty) -> String {
    at_depth(ty, 0)
}

fn at_depth(ty: &Ty, depth: usize) -> String {
    match ty {
        Ty::Record(row) if row.fields.is_empty() => match &row.rest {
            Some(rest) => format!("{{ [String] : {} }}", at_depth(rest, depth + 1)),
            None if row.open => "{ ... }".to_owned(),
            None => "{}".to_owned(),
        },
        Ty::Record(_) if depth == DEEPEST => "{ … }".to_owned(),
        Ty::Record(row) => {
            let mut parts: Vec<String> = row
                .fields
                .iter()
                .take(FIELDS)
                .map(|(name, member)| {
                    let mark = if member.has == Has::Perhaps { "?" } else { "" };
                    format!("{name}{mark} : {}", at_depth(&shown(member), depth + 1))
                })
                .collect();
            if row.fields.len() > FIELDS {
                parts.push(format!("… {} more", row.fields.len() - FIELDS));
            }
            parts.extend(row.rest.as_ref().map(|rest| format!("[String] : {}", at_depth(rest, depth + 1))));
            braces(&parts)
        }
        Ty::List(items) if items.element == Ty::Never => "[]".to_owned(),
        Ty::List(items) => format!("[{}]", at_depth(&items.element, depth)),
        Ty::Function(signature) => {
            let param = |(index, param): (usize, &crate::types::ty::Param)| {
                let name = param.name.map_or_else(|| format!("_{}", index + 1), |name| name.to_string());
                let ty = if param.ty == Ty::Any { String::new() } else { format!(" : {}", one_line(&param.ty)) };
                format!("{name}{ty}{}", if param.optional { " = …" } else { "" })
            };
            let params: Vec<String> = signature.params.iter().enumerate().map(param).collect();
            let result = if signature.result == Ty::Any {
                String::new()
            } else {
                format!(" -> {}", one_line(&signature.result))
            };
            format!("fn({}){result}", params.join(", "))
        }
        Ty::Type(set) => at_depth(set, depth),
        other => other.to_string(),
    }
}

fn braces(parts: &[String]) -> String {
    let line = format!("{{ {} }}", parts.join(", "));
    if line.chars().count() <= WIDTH && !line.contains('\n') {
        return line;
    }
    let lines: String = parts.iter().map(|part| format!("  {}\n", part.replace('\n', "\n  "))).collect();
    format!("{{\n{lines}}}")
}

/// What a field is, by its annotation where that says more.
pub fn shown(member: &Member) -> Ty {
    match (&member.declared, &member.value) {
        (Ty::Any, value) => value.clone(),
        (declared, _) => declared.clone(),
    }
}

/// A type on one line, cut where it gets long.
pub fn one_line(ty: &Ty) -> String {
    let text = match ty {
        Ty::Function(_) => describe(ty),
        Ty::Type(set) => set.to_string(),
        other => other.to_string(),
    };
    if text.chars().count() <= WIDTH && !text.contains('\n') {
        return text;
    }
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(WIDTH - 2).collect();
    format!("{cut} …")
}

/// A field as it is declared: whole if it is short, else up to the first line of its value.
pub fn declaration(facts: &Facts, declared: &Declared) -> String {
    let whole = facts.slice(declared.item);
    let Some(value) = declared.value.filter(|_| whole.lines().count() > LINES) else { return dedent(whole) };
    let head = Span { end: value.start.max(declared.item.start), ..declared.item };
    let first = facts.slice(value).lines().next().unwrap_or_default().trim_end();
    let close = match first.chars().next_back() {
        Some('{') => " … }",
        Some('[') => " … ]",
        Some('(') => " … )",
        _ => " …",
    };
    dedent(&format!("{}{first}{close}", facts.slice(head)))
}

/// The later lines of a text without the indentation that they share.
fn dedent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let cut = |(at, line): (usize, &str)| if at == 0 { line.to_owned() } else { line.chars().skip(common).collect() };
    text.lines().enumerate().map(cut).collect::<Vec<_>>().join("\n")
}
