//! `# allow: unused-let, shadowing (the reason)`: lints that are switched off where they stand.
//!
//! Behind code the comment speaks of its own line; on a line of its own, of the next line that holds
//! code. A name that is no lint, and one that has nothing to silence, are reported in turn: a
//! program keeps no comments that have lost their cause.

use super::facts::Facts;
use super::rules::{RULES, name_of, named};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use crate::base::suggest;

/// One name in such a comment.
struct Allow<'a> {
    name: &'a str,
    span: Span,
    /// The offsets of the line that it speaks of.
    line: Span,
    used: bool,
}

/// Takes away what comments allow, and adds what is wrong with these comments.
pub fn judge(facts: &Facts, found: Vec<Diag>) -> Vec<Diag> {
    let mut allows = allows(facts);
    let mut kept: Vec<Diag> = found.into_iter().filter(|diag| !silenced(diag, &mut allows)).collect();
    kept.extend(allows.iter().filter_map(|allow| complaint(facts, allow)));
    kept
}

fn silenced(diag: &Diag, allows: &mut [Allow]) -> bool {
    let (Some(name), Some(place)) = (name_of(diag.code), diag.place()) else { return false };
    let start = place.span.start;
    let mut silenced = false;
    for allow in allows.iter_mut().filter(|allow| allow.name == name) {
        if allow.line.start <= start && start <= allow.line.end {
            allow.used = true;
            silenced = true;
        }
    }
    silenced
}

fn complaint(facts: &Facts, allow: &Allow) -> Option<Diag> {
    let (name, at) = (allow.name, facts.loc(allow.span));
    if named(name).is_none() {
        let diag = Diag::warning(Code::UnknownLint, format!("no lint is named `{name}`")).at(at, "");
        let names = RULES.iter().map(|(name, _)| *name);
        return Some(match suggest::nearest(name, names.clone()) {
            Some(near) => diag.guess(format!("did you mean `{near}`?"), at, near),
            None => diag.note(format!("the lints are {}", names.collect::<Vec<_>>().join(", "))),
        });
    }
    (!allow.used).then(|| {
        Diag::warning(Code::UselessAllow, format!("there is no `{name}` here to allow"))
            .at(at, "nothing is silenced by this")
            .help("delete it; it speaks of its own line, or alone on a line of the next one with code")
    })
}

fn allows<'a>(facts: &Facts<'a>) -> Vec<Allow<'a>> {
    let mut found = Vec::new();
    for comment in &facts.trivia.comments {
        let Some(text) = facts.text.get(comment.span.range()) else { continue };
        let Some(list) = text.strip_prefix('#').and_then(|text| text.trim_start().strip_prefix("allow:")) else {
            continue;
        };
        let names = list.split('(').next().unwrap_or_default();
        let mut at = comment.span.end as usize - list.len();
        let line =
            if comment.own_line { next_code(facts.text, comment.span) } else { line_of(facts.text, comment.span) };
        for part in names.split(',') {
            let start = at + part.len() - part.trim_start().len();
            let name = part.trim();
            if !name.is_empty() {
                found.push(Allow { name, span: Span::new(start, start + name.len()), line, used: false });
            }
            at += part.len() + 1;
        }
    }
    found
}

fn line_of(text: &str, span: Span) -> Span {
    let start = text.get(..span.start as usize).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
    Span::new(start, span.end as usize)
}

/// The first line below a comment that holds more than blanks and comments; empty at the text's end if
/// there is none.
fn next_code(text: &str, comment: Span) -> Span {
    let mut start = comment.end as usize;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let code = line.trim();
        if start > comment.end as usize && !code.is_empty() && !code.starts_with('#') {
            return Span::new(start, start + line.trim_end().len());
        }
        start += line.len();
    }
    Span::new(text.len(), text.len())
}
