//! `rzp check`: what is wrong in files and in all that they import, without evaluating them.

use crate::args::{Check, Global};
use crate::call::{self, Wrong};
use crate::disk::Project;
use crate::term::{Status, Term, spoken};
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::eval::typing::Unproved;
use std::path::PathBuf;
use std::time::Instant;

/// Of an annotation in a list, no more characters are shown than this.
const WIDEST: usize = 40;

/// What was found in all projects together.
#[derive(Default)]
struct Found {
    files: usize,
    errors: usize,
    proved: usize,
    unproved: usize,
}

pub fn run(args: &Check, global: &Global, term: Term) -> Status {
    let begun = Instant::now();
    match call::files(&args.files).and_then(|paths| check(&paths, args.unproved, global, &term)) {
        Err(wrong) => wrong.tell(&term),
        Ok(found) => {
            let errors = if found.errors == 0 { "no errors".to_owned() } else { counted(found.errors, "error") };
            term.say(&match found.files {
                0 => "no .rzp files there to check".to_owned(),
                files => format!("checked {}, {errors} ({})", counted(files, "file"), spoken(begun.elapsed())),
            });
            if args.unproved {
                let all = found.proved + found.unproved;
                term.say(&format!("{} of {} left to the run", found.unproved, counted(all, "annotation")));
            }
            if found.errors == 0 { Status::Done } else { Status::Errors }
        }
    }
}

/// Checks files that may lie in several projects, each project with a session of its own.
fn check(paths: &[PathBuf], unproved: bool, global: &Global, term: &Term) -> Result<Found, Wrong> {
    let mut groups: Vec<(Project, Vec<String>)> = Vec::new();
    for path in paths {
        let target = call::file(&path.display().to_string())?;
        match groups.iter_mut().find(|(project, _)| project.root == target.project.root) {
            Some((_, files)) => files.push(target.path),
            None => groups.push((target.project, vec![target.path])),
        }
    }
    let mut found = Found::default();
    for (project, files) in &groups {
        let mut session = call::session(project, global);
        let progress = term.progress("checking");
        let checked = session.check(files);
        drop(progress);
        let mut diags = session.warnings();
        diags.extend(checked.diags);
        term.report(&diags, session.sources());
        if unproved {
            let listed: String = checked.unproved.iter().map(|left| line(left, session.sources())).collect();
            term.list(&listed);
        }
        found.proved += checked.proved;
        found.unproved += checked.unproved.len();
        found.files += checked.files;
        found.errors += diags.iter().filter(|diag| Diag::is_error(diag)).count();
    }
    Ok(found)
}

/// `main.rzp:3:9  Int  the caller gives the value`
fn line(left: &Unproved, sources: &Sources) -> String {
    let cut: String = left.ty.chars().take(WIDEST).collect();
    let dots = if cut.len() < left.ty.len() { "…" } else { "" };
    format!("{}  {cut}{dots}  {}\n", sources.show(left.at), left.why)
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
