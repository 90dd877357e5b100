//! Diagnostics as SARIF 2.1.0, the format in which code hosts and editors take in the results of analysers.
//!
//! One document tells one run, so messages are gathered first. Of the format's fifty kinds of objects
//! eight are written; paths are relative to the project's root, columns count characters.

use crate::base::codes::Code;
use crate::base::diag::{Diag, Fix, Label, Severity};
use crate::base::source::Sources;
use crate::base::span::Loc;
use serde_json::{Value, json};
use std::fmt::Write;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The messages of a run, which may be of several projects with sources of their own.
#[derive(Debug, Default)]
pub struct Log {
    /// Each code met, with the severity that it was met with first.
    rules: Vec<(Code, Severity)>,
    results: Vec<Value>,
}

impl Log {
    /// Takes in messages whose places lie in these sources.
    pub fn add(&mut self, diags: &[Diag], sources: &Sources) {
        for diag in diags {
            let rule = self.rule(diag);
            self.results.push(result(diag, rule, sources));
        }
    }

    /// The document, with a line's end. `version` is that of the program that ran.
    pub fn finish(&self, version: &str) -> String {
        let driver = json!({
            "name": "rzp",
            "semanticVersion": version,
            "rules": self.rules.iter().map(|(code, severity)| rule(*code, *severity)).collect::<Vec<_>>(),
        });
        let run = json!({
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "results": self.results,
        });
        format!("{:#}\n", json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))
    }

    /// Where the code of a message stands among the rules.
    fn rule(&mut self, diag: &Diag) -> usize {
        self.rules.iter().position(|(code, _)| *code == diag.code).unwrap_or_else(|| {
            self.rules.push((diag.code, diag.severity));
            self.rules.len() - 1
        })
    }
}

fn rule(code: Code, severity: Severity) -> Value {
    json!({
        "id": code.to_string(),
        "name": format!("{code:?}"),
        "shortDescription": { "text": code.about() },
        "help": { "text": format!("`rzp doc {code}` explains it") },
        "defaultConfiguration": { "level": level(severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(diag: &Diag, rule: usize, sources: &Sources) -> Value {
    let mut result = json!({
        "ruleId": diag.code.to_string(),
        "ruleIndex": rule,
        "level": level(diag.severity),
        "message": { "text": message(diag) },
    });
    let place = |label: &Label| {
        let mut place = json!({ "physicalLocation": physical(label.loc, sources) });
        if !label.text.is_empty() {
            place["message"] = json!({ "text": label.text });
        }
        place
    };
    let places = |primary| diag.labels.iter().filter(move |label| label.primary == primary).map(place);
    result["locations"] = places(true).take(1).collect();
    let related: Vec<Value> = places(true).skip(1).chain(places(false)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(fix) = &diag.fix {
        result["fixes"] = json!([change(fix, sources)]);
    }
    result
}

/// The title, then what was found and what to do, a line each.
fn message(diag: &Diag) -> String {
    let fix = diag.fix.iter().map(|fix| &fix.title);
    let lines: Vec<&str> =
        [&diag.title].into_iter().chain(&diag.notes).chain(&diag.helps).chain(fix).map(String::as_str).collect();
    lines.join("\n")
}

fn change(fix: &Fix, sources: &Sources) -> Value {
    let replacement = json!({
        "deletedRegion": region(fix.loc, sources),
        "insertedContent": { "text": fix.replacement },
    });
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{ "artifactLocation": artifact(fix.loc, sources), "replacements": [replacement] }],
    })
}

fn physical(loc: Loc, sources: &Sources) -> Value {
    json!({ "artifactLocation": artifact(loc, sources), "region": region(loc, sources) })
}

fn artifact(loc: Loc, sources: &Sources) -> Value {
    json!({ "uri": uri(&sources.get(loc.file).name), "uriBaseId": "%SRCROOT%" })
}

/// Lines and columns from one on; the end is behind the last character.
fn region(loc: Loc, sources: &Sources) -> Value {
    let source = sources.get(loc.file);
    let ((line, column), (end_line, end_column)) = (source.position(loc.span.start), source.position(loc.span.end));
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// A path as a relative reference: what has a meaning in an address is written as its bytes.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte as char),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
