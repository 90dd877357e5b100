//! Which files are to be looked at again, and what editors have been told of them.
//!
//! A change asks for two looks: a quick one at text, names and types, and a slower one that runs the
//! file. Both wait until no message is left to be read, one file at a time, so that whoever types is
//! not kept waiting.

use super::convert;
use super::files::{At, Files};
use gen_lsp_types::{Diagnostic, PublishDiagnosticsParams, Uri};
use rzp_lang::ide::plain::Problem;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Default)]
pub struct Desk {
    /// To be looked at without running, and to be run, the next one first.
    quick: VecDeque<At>,
    slow: VecDeque<At>,
    found: BTreeMap<At, Found>,
    /// The files whose mistakes may have become others since editors were told.
    touched: BTreeSet<Uri>,
    /// What editors were told last, by file.
    told: BTreeMap<Uri, Vec<Diagnostic>>,
}

/// The mistakes that came up with one file, each in the file that it belongs to.
#[derive(Default)]
struct Found {
    quick: Vec<(Uri, Diagnostic)>,
    slow: Vec<(Uri, Diagnostic)>,
}

impl Found {
    fn all(&self) -> impl Iterator<Item = &(Uri, Diagnostic)> {
        self.quick.iter().chain(&self.slow)
    }
}

/// What is to be done next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    Nothing,
    Quick,
    Slow,
}

impl Desk {
    /// A file has changed: it comes first, those that depend on it after it.
    pub fn put(&mut self, file: At, others: Vec<At>) {
        for line in [&mut self.quick, &mut self.slow] {
            line.retain(|at| *at != file && !others.contains(at));
            for at in others.iter().rev() {
                line.push_front(at.clone());
            }
            line.push_front(file.clone());
        }
    }

    /// An editor has closed a file: what came up with it is of no interest.
    pub fn remove(&mut self, file: &At) {
        self.quick.retain(|at| at != file);
        self.slow.retain(|at| at != file);
        let gone = self.found.remove(file);
        self.touched.extend(gone.iter().flat_map(Found::all).map(|(uri, _)| uri.clone()));
    }

    pub fn next(&self) -> Next {
        match (self.quick.is_empty() && self.touched.is_empty(), self.slow.is_empty()) {
            (false, _) => Next::Quick,
            (true, false) => Next::Slow,
            (true, true) => Next::Nothing,
        }
    }

    /// Looks at one file; the quick looks come first.
    pub fn work(&mut self, files: &mut Files) {
        if let Some(at) = self.quick.pop_front() {
            let problems = files.workspaces[at.workspace].ide.problems(&at.path);
            let new = placed(files, &at, &problems);
            let found = self.found.entry(at).or_default();
            let old = std::mem::replace(&mut found.quick, new.clone());
            self.touched.extend(old.into_iter().chain(new).map(|(uri, _)| uri));
        } else if let Some(at) = self.slow.pop_front() {
            let problems = files.workspaces[at.workspace].ide.run_problems(&at.path);
            let new = placed(files, &at, &problems);
            let found = self.found.entry(at).or_default();
            let old = std::mem::replace(&mut found.slow, new.clone());
            self.touched.extend(old.into_iter().chain(new).map(|(uri, _)| uri));
        }
    }

    /// What is to be told: the files whose mistakes are not those that were told last.
    pub fn news(&mut self, files: &mut Files) -> Vec<PublishDiagnosticsParams> {
        let mut news = Vec::new();
        for uri in std::mem::take(&mut self.touched) {
            let mut diagnostics: Vec<Diagnostic> = Vec::new();
            let quick = self.found.values().flat_map(|found| &found.quick);
            let all = quick.chain(self.found.values().flat_map(|found| &found.slow));
            for (_, diagnostic) in all.filter(|(other, _)| *other == uri) {
                // A file that cannot be read is met by all that import it.
                let same = |other: &Diagnostic| {
                    other.range == diagnostic.range
                        && other.code == diagnostic.code
                        && other.message == diagnostic.message
                };
                if !diagnostics.iter().any(same) {
                    diagnostics.push(diagnostic.clone());
                }
            }
            if self.told.get(&uri).map_or(&[][..], Vec::as_slice) == diagnostics {
                continue;
            }
            self.told.insert(uri.clone(), diagnostics.clone());
            let version = files.at(&uri).and_then(|at| files.version(&at));
            news.push(PublishDiagnosticsParams { uri, version, diagnostics });
        }
        self.told.retain(|_, diagnostics| !diagnostics.is_empty());
        news
    }
}

/// Mistakes as the protocol has them, with the addresses of their files.
fn placed(files: &mut Files, at: &At, problems: &[Problem]) -> Vec<(Uri, Diagnostic)> {
    let place = |problem: &Problem| {
        let uri = files.uri(at.workspace, &problem.place.path)?;
        let text = files.workspaces[at.workspace].ide.text(&problem.place.path)?;
        Some((uri, convert::diagnostic(files, at.workspace, problem, &text)))
    };
    problems.iter().filter_map(place).collect()
}
