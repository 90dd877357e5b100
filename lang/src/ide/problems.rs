//! The mistakes of a file as an editor shows them: each at its place, in the file that it belongs to.

use super::plain::{Mend, Place, Problem};
use super::project::Project;
use crate::base::diag::{Diag, Label};
use crate::base::source::Sources;
use crate::base::span::{Loc, Span};
use crate::mend::mend;
use crate::report::redact::redacted;
use crate::session::Session;

/// So many lines of notes and helps follow a title.
const MOST: usize = 12;

impl Project {
    /// What is wrong with a file without running it: its text, names, imports and types.
    pub fn problems(&mut self, path: &str) -> Vec<Problem> {
        let Some(facts) = self.facts(path) else { return Vec::new() };
        let mut diags: Vec<Diag> = facts.diags().cloned().collect();
        for (written, loc) in &facts.imports {
            let fault = self.session.vm().check_import(path, written, *loc).err();
            diags.extend(fault.into_iter().flat_map(|fault| fault.diags));
        }
        let settled = diags.into_iter().map(|diag| diag.settled(&self.sources));
        settled.map(|diag| problem(&diag, &self.sources, path)).collect()
    }

    /// The mends of mistakes that touch a range of a file.
    pub fn mends(&mut self, path: &str, span: Span) -> Vec<(Problem, Mend)> {
        let mut found = self.problems(path);
        found.extend(self.run_problems(path));
        let touched = |problem: &Problem| {
            let at = problem.place.span;
            problem.place.path == path && at.start <= span.end && span.start <= at.end
        };
        let touching = found.into_iter().filter(touched);
        touching.filter_map(|problem| problem.mend.clone().map(|mend| (problem, mend))).collect()
    }

    /// A file's text with all certain mends applied, if there are any.
    pub fn mended(&self, path: &str) -> Option<String> {
        let session = |world| Session::new(world);
        mend(self.world.clone(), &session, &[path.to_owned()]).texts.remove(path)
    }
}

/// A diagnostic with its places by path. One that lies in the library is shown where the project meets
/// it; one without any place, at the beginning of `path`. What is secret by now is not told.
pub(super) fn problem(diag: &Diag, sources: &Sources, path: &str) -> Problem {
    let (told, _) = redacted(std::slice::from_ref(diag), sources);
    let diag = told.first().unwrap_or(diag);
    let place = |loc: Loc| Place { path: sources.get(loc.file).name.to_string(), span: loc.span };
    let own = |label: &&Label| !is_library(&sources.get(label.loc.file).name);
    let shown = |primary| diag.labels.iter().filter(own).find(move |label| label.primary == primary);
    let main = shown(true).or_else(|| shown(false));
    let at = main.map_or_else(|| Place { path: path.to_owned(), span: Span::default() }, |label| place(label.loc));
    let other = |label: &&Label| main.is_none_or(|main| main.loc != label.loc) && !label.text.is_empty();
    Problem {
        place: at,
        severity: diag.severity,
        code: diag.code.to_string(),
        message: message(diag, main),
        related: diag.labels.iter().filter(other).map(|label| (place(label.loc), label.text.clone())).collect(),
        mend: diag.fix.as_ref().filter(|fix| !is_library(&sources.get(fix.loc.file).name)).map(|fix| Mend {
            title: fix.title.clone(),
            place: place(fix.loc),
            text: fix.replacement.clone(),
            certain: fix.certain,
        }),
    }
}

/// Whether a diagnostic has a place outside of the library.
pub(super) fn is_placed(diag: &Diag, sources: &Sources) -> bool {
    diag.labels.iter().any(|label| !is_library(&sources.get(label.loc.file).name))
}

pub(super) fn is_library(name: &str) -> bool {
    name == "std" || name.starts_with("std/")
}

fn message(diag: &Diag, main: Option<&Label>) -> String {
    let mut lines = vec![diag.title.clone()];
    let label = main.filter(|label| !label.text.is_empty() && label.text != diag.title);
    lines.extend(label.map(|label| label.text.clone()));
    lines.extend(diag.notes.iter().flat_map(|note| note.lines()).map(str::to_owned));
    lines.extend(diag.helps.iter().map(|help| format!("help: {help}")));
    lines.extend(diag.fix.iter().map(|fix| format!("help: {}", fix.title)));
    lines.truncate(MOST);
    lines.join("\n")
}
