//! All lints over one file.
//!
//! A lint doubts a program that runs: each message is true of every run, and says what is without use
//! or follows otherwise than it looks. What a lint cannot see for certain it passes over.

use super::facts::Facts;
use super::{allow, defaults, frozen, loops, names, strings};
use crate::base::diag::Diag;
use crate::base::span::FileId;
use crate::resolve::binding::Resolved;
use crate::resolve::resolver::doubtful;
use crate::syntax::parse::Parsed;

/// The warnings of a file without mistakes, in the order of their places, with `typed`, what its types
/// warn of.
pub fn lint(file: FileId, text: &str, parsed: &Parsed, resolved: &Resolved, typed: Vec<Diag>) -> Vec<Diag> {
    let facts = Facts::new(file, text, parsed, resolved);
    let mut found = Vec::new();
    let doubts = doubtful(file, &parsed.ast);
    names::find(&facts, &doubts.hiding, &mut found);
    loops::find(&facts, &mut found);
    strings::find(&facts, &doubts.lures, &mut found);
    defaults::find(&facts, &mut found);
    frozen::find(&facts, &mut found);
    found.extend(typed);
    let mut kept = allow::judge(&facts, found);
    kept.sort_by_key(|diag| diag.place().map(|place| (place.span.start, place.span.end, diag.code)));
    kept
}
