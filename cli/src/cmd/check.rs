//! `rzp check`: what is wrong in files and in all that they import, without evaluating them.

use crate::args::{Check, Global};
use crate::call::{self, Wrong};
use crate::disk::Project;
use crate::term::{Status, Term, spoken};
use rzp_lang::base::diag::Diag;
use std::path::PathBuf;
use std::time::Instant;

/// What was found in all projects together.
#[derive(Default)]
struct Found {
    files: usize,
    errors: usize,
}

pub fn run(args: &Check, global: &Global, term: Term) -> Status {
    let begun = Instant::now();
    match call::files(&args.files).and_then(|paths| check(&paths, global, &term)) {
        Err(wrong) => wrong.tell(&term),
        Ok(found) => {
            let errors = if found.errors == 0 { "no errors".to_owned() } else { counted(found.errors, "error") };
            term.say(&match found.files {
                0 => "no .rzp files there to check".to_owned(),
                files => format!("checked {}, {errors} ({})", counted(files, "file"), spoken(begun.elapsed())),
            });
            if found.errors == 0 { Status::Done } else { Status::Errors }
        }
    }
}

/// Checks files that may lie in several projects, each project with a session of its own.
fn check(paths: &[PathBuf], global: &Global, term: &Term) -> Result<Found, Wrong> {
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
        found.files += checked.files;
        found.errors += diags.iter().filter(|diag| Diag::is_error(diag)).count();
    }
    Ok(found)
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
