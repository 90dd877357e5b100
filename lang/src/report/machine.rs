//! Diagnostics for programs: one JSON object a line, and the annotations of a code host.
//!
//! Lines and columns count from one, columns in characters; offsets are bytes from zero. An end
//! is exclusive. Nothing is cut and nothing is coloured: what shows it decides on that.

use super::redact::redacted;
use crate::base::diag::{Diag, Severity};
use crate::base::source::Sources;
use crate::base::span::Loc;
use std::fmt::Write;

/// One object for each message, on a line of its own.
pub fn json_lines(diags: &[Diag], sources: &Sources) -> String {
    let (diags, sources) = redacted(diags, sources);
    let mut out = String::new();
    for diag in diags.iter() {
        object(&mut out, diag, &sources);
        out.push('\n');
    }
    out
}

/// Workflow commands (`::error file=…`) that show each message beside its line in a review.
pub fn annotations(diags: &[Diag], sources: &Sources) -> String {
    let (diags, sources) = redacted(diags, sources);
    diags.iter().map(|diag| annotation(diag, &sources)).collect()
}

fn object(out: &mut String, diag: &Diag, sources: &Sources) {
    let _ = write!(out, "{{\"severity\":\"{}\",\"code\":\"{}\",\"title\":", word(diag), diag.code);
    string(out, &diag.title);
    out.push_str(",\"labels\":");
    list(out, &diag.labels, |out, label| {
        let _ = write!(out, "{{\"primary\":{},\"text\":", label.primary);
        string(out, &label.text);
        out.push(',');
        place(out, label.loc, sources);
        out.push('}');
    });
    out.push_str(",\"notes\":");
    list(out, &diag.notes, |out, text| string(out, text));
    out.push_str(",\"helps\":");
    list(out, &diag.helps, |out, text| string(out, text));
    if let Some(fix) = &diag.fix {
        out.push_str(",\"fix\":{\"title\":");
        string(out, &fix.title);
        out.push_str(",\"replacement\":");
        string(out, &fix.replacement);
        let _ = write!(out, ",\"certain\":{},", fix.certain);
        place(out, fix.loc, sources);
        out.push('}');
    }
    out.push('}');
}

fn word(diag: &Diag) -> &'static str {
    match diag.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The members `file`, `start` and `end` of an object.
fn place(out: &mut String, loc: Loc, sources: &Sources) {
    let source = sources.get(loc.file);
    out.push_str("\"file\":");
    string(out, &source.name);
    for (name, offset) in [("start", loc.span.start), ("end", loc.span.end)] {
        let (line, column) = source.position(offset);
        let _ = write!(out, ",\"{name}\":{{\"line\":{line},\"column\":{column},\"offset\":{offset}}}");
    }
}

fn list<T>(out: &mut String, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

/// A text as a string of JSON.
pub fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\u{0}'..='\u{1f}' | '\u{7f}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

fn annotation(diag: &Diag, sources: &Sources) -> String {
    let mut out = format!("::{} title={}", word(diag), property(&format!("{}: {}", diag.code, diag.title)));
    if let Some(loc) = diag.place() {
        let source = sources.get(loc.file);
        let ((line, column), (end_line, end_column)) = (source.position(loc.span.start), source.position(loc.span.end));
        let _ = write!(out, ",file={},line={line},endLine={end_line}", property(&source.name));
        if line == end_line {
            let _ = write!(out, ",col={column},endColumn={end_column}");
        }
    }
    let labels = diag.labels.iter().filter(|label| label.primary && !label.text.is_empty()).map(|label| &label.text);
    let fix = diag.fix.iter().map(|fix| &fix.title);
    let body: Vec<&str> = labels.chain(&diag.notes).chain(&diag.helps).chain(fix).map(String::as_str).collect();
    let body = if body.is_empty() { diag.title.clone() } else { body.join("\n") };
    let _ = writeln!(out, "::{}", escaped(&body));
    out
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
