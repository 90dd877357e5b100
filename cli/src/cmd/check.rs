//! `rzp check`: what is wrong in files, without evaluating them.

use crate::args::{Check, Global};
use crate::call::{self, Wrong};
use crate::disk::Project;
use crate::term::{Status, Term, spoken};
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

pub fn run(args: &Check, global: &Global, term: Term) -> Status {
    let begun = Instant::now();
    let checked = call::files(&args.files).and_then(|paths| check(&paths, global, &term));
    match checked {
        Err(wrong) => wrong.tell(&term),
        Ok((count, status)) => {
            let files = if count == 1 { "file" } else { "files" };
            let found = if status == Status::Done { ", no errors" } else { "" };
            term.say(&format!("checked {count} {files}{found} ({})", spoken(begun.elapsed())));
            status
        }
    }
}

/// Checks files that may lie in several projects, each project with a session of its own.
fn check(paths: &[PathBuf], global: &Global, term: &Term) -> Result<(usize, Status), Wrong> {
    let mut groups: Vec<(Project, Vec<String>)> = Vec::new();
    for path in paths {
        let target = call::file(&path.display().to_string())?;
        match groups.iter_mut().find(|(project, _)| project.root == target.project.root) {
            Some((_, files)) => files.push(target.path),
            None => groups.push((target.project, vec![target.path])),
        }
    }
    let mut status = Status::Done;
    for (project, files) in &groups {
        let mut session = call::session(project, global);
        let progress = term.progress("checking");
        let diags: Vec<Diag> = files.iter().flat_map(|file| session.check_file(file)).collect();
        drop(progress);
        if term.report(&once(diags, session.sources()), session.sources()) == Status::Errors {
            status = Status::Errors;
        }
    }
    Ok((paths.len(), status))
}

/// Each message once: a file that is imported is read with every file that imports it.
fn once(mut diags: Vec<Diag>, sources: &Sources) -> Vec<Diag> {
    let mut seen = BTreeSet::new();
    let place = |diag: &Diag| diag.place().map(|loc| sources.show(loc)).unwrap_or_default();
    diags.retain(|diag| seen.insert((place(diag), diag.code, diag.title.clone())));
    diags
}
