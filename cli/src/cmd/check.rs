//! `rzp check`: what is wrong in files and in all that they import, without evaluating them.
//!
//! With `--fix` the certain fixes are applied to the files that the call means, and to no other: what an
//! imported file has to say is told, and left to those who ask for it. Nothing is written before all
//! is known, and with `--diff` nothing at all.

use crate::args::{Check, Global};
use crate::call::{self, Wrong};
use crate::cmd::rules;
use crate::disk::{Project, Refused, write_whole};
use crate::term::{Status, Term, spoken};
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::base::world::World;
use rzp_lang::eval::check::Checked;
use rzp_lang::eval::typing::Unproved;
use rzp_lang::mend::{Mended, mend};
use rzp_lang::session::Session;
use similar::TextDiff;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

/// Of an annotation in a list, no more characters are shown than this.
const WIDEST: usize = 40;

/// What was found in all projects together.
#[derive(Default)]
struct Found {
    files: usize,
    errors: usize,
    warnings: usize,
    /// Fixes that were applied, or would be.
    fixes: usize,
    /// What was to be written and could not be.
    refused: Vec<Diag>,
    proved: usize,
    unproved: usize,
}

pub fn run(args: &Check, global: &Global, term: Term) -> Status {
    if args.rules {
        return rules::run(global, term);
    }
    let begun = Instant::now();
    let term = if args.diff { term.with_output_taken() } else { term };
    let found = match call::files(&args.files).and_then(|paths| check(args, &paths, global, &term)) {
        Err(wrong) => return wrong.tell(&term),
        Ok(found) => found,
    };
    for diag in &found.refused {
        term.fail(diag.clone());
    }
    let verb = if args.diff { "to apply" } else { "applied" };
    if found.fixes > 0 {
        term.say(&format!("{} {verb}", counted(found.fixes, "fix", "es")));
    }
    let errors = if found.errors == 0 { "no errors".to_owned() } else { counted(found.errors, "error", "s") };
    let warnings =
        if found.warnings == 0 { String::new() } else { format!(", {}", counted(found.warnings, "warning", "s")) };
    term.say(&match found.files {
        0 => "no .rzp files there to check".to_owned(),
        files => format!("checked {}, {errors}{warnings} ({})", counted(files, "file", "s"), spoken(begun.elapsed())),
    });
    if args.unproved {
        let all = found.proved + found.unproved;
        term.say(&format!("{} of {} left to the run", found.unproved, counted(all, "annotation", "s")));
    }
    let denied = args.deny_warnings && found.warnings > 0 || args.diff && found.fixes > 0;
    if found.errors > 0 || denied || !found.refused.is_empty() { Status::Errors } else { Status::Done }
}

/// Checks files that may lie in several projects, each project with a session of its own.
fn check(args: &Check, paths: &[PathBuf], global: &Global, term: &Term) -> Result<Found, Wrong> {
    let mut groups: Vec<(Project, Vec<String>)> = Vec::new();
    for path in paths {
        let target = call::program(&path.display().to_string())?;
        match groups.iter_mut().find(|(project, _)| project.root == target.project.root) {
            Some((_, files)) => files.push(target.path),
            None => groups.push((target.project, vec![target.path])),
        }
    }
    let mut found = Found::default();
    for (project, files) in &groups {
        let progress = term.progress("checking");
        let (mut session, checked) = if args.fix {
            mended(args, project, files, global, &mut found, term)
        } else {
            let mut session = call::session(project, global);
            let checked = session.check(files);
            (session, checked)
        };
        drop(progress);
        let mut diags = session.warnings();
        diags.extend(checked.diags);
        term.report(&diags, session.sources());
        if args.unproved {
            let listed: String = checked.unproved.iter().map(|left| line(left, session.sources())).collect();
            term.list(&listed);
        }
        found.proved += checked.proved;
        found.unproved += checked.unproved.len();
        found.files += checked.files;
        found.errors += diags.iter().filter(|diag| diag.is_error()).count();
        found.warnings += diags.iter().filter(|diag| !diag.is_error()).count();
    }
    Ok(found)
}

/// `main.rzp:3:9  Int  the caller gives the value`
fn line(left: &Unproved, sources: &Sources) -> String {
    let cut: String = left.ty.chars().take(WIDEST).collect();
    let dots = if cut.len() < left.ty.len() { "…" } else { "" };
    format!("{}  {cut}{dots}  {}\n", sources.show(left.at), left.why)
}

/// Applies the certain fixes to files of one project, or shows what they come to.
fn mended(
    args: &Check,
    project: &Project,
    files: &[String],
    global: &Global,
    found: &mut Found,
    term: &Term,
) -> (Session, Checked) {
    let world = Rc::new(project.world());
    let Mended { session, checked, texts, applied } =
        mend(world.clone(), &|world| call::session_over(world, global), files);
    found.fixes += applied;
    for (path, text) in &texts {
        if args.diff {
            let old = world.read(path).unwrap_or_default();
            let diff = TextDiff::from_lines(&old, text);
            term.print(&diff.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string());
        } else if let Err(refused) = write_whole(&project.root.join(path), text) {
            found.refused.push(Refused::diag(&refused));
        }
    }
    (session, checked)
}

fn counted(count: usize, what: &str, plural: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { plural })
}
