//! Which files are to be looked at again, and what editors have been told of them.
//!
//! A change asks for two looks: a quick one at text, names and types, and a slower one that runs the
//! file. Both wait until no message is left to be read, one file at a time, so that whoever types is
//! not kept waiting.

use super::convert;
use super::files::{At, Files};
use gen_lsp_types::{Diagnostic, PublishDiagnosticsParams, Uri};
use rzp_lang::ide::plain::Problem;
use std::collections::{BTreeMap, VecDeque};

#[derive(Default)]
pub struct Desk {
    /// To be looked at without running, and to be run, the next one first.
    quick: VecDeque<At>,
    slow: VecDeque<At>,
    found: BTreeMap<At, Found>,
    /// What editors were told last, by file.
    told: BTreeMap<Uri, Vec<Diagnostic>>,
}

/// The mistakes that came up with one file, in it or in others.
#[derive(Default)]
struct Found {
    quick: Vec<Problem>,
    slow: Vec<Problem>,
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
        self.found.remove(file);
    }

    pub fn is_idle(&self) -> bool {
        self.quick.is_empty() && self.slow.is_empty()
    }

    /// Looks at one file; the quick looks come first.
    pub fn work(&mut self, files: &mut Files) {
        if let Some(at) = self.quick.pop_front() {
            let problems = files.workspaces[at.workspace].ide.problems(&at.path);
            self.found.entry(at).or_default().quick = problems;
        } else if let Some(at) = self.slow.pop_front() {
            let problems = files.workspaces[at.workspace].ide.run_problems(&at.path);
            self.found.entry(at).or_default().slow = problems;
        }
    }

    /// What is to be told: the files whose mistakes are not those that were told last.
    pub fn news(&mut self, files: &mut Files) -> Vec<PublishDiagnosticsParams> {
        let mut now: BTreeMap<Uri, (Option<i32>, Vec<Diagnostic>)> = BTreeMap::new();
        for (at, found) in &self.found {
            for problem in found.quick.iter().chain(&found.slow) {
                let Some(uri) = files.uri(at.workspace, &problem.place.path) else { continue };
                let workspace = &files.workspaces[at.workspace];
                let version = workspace.open.get(&problem.place.path).map(|(_, version)| *version);
                let Some(text) = workspace.ide.text(&problem.place.path) else { continue };
                let diagnostic = convert::diagnostic(files, at.workspace, problem, &text);
                let (_, list) = now.entry(uri).or_insert_with(|| (version, Vec::new()));
                if !list.contains(&diagnostic) {
                    list.push(diagnostic);
                }
            }
        }
        let mut news = Vec::new();
        for uri in self.told.keys().filter(|uri| !now.contains_key(uri)) {
            news.push(PublishDiagnosticsParams { uri: uri.clone(), version: None, diagnostics: Vec::new() });
        }
        for (uri, (version, diagnostics)) in &now {
            if self.told.get(uri) != Some(diagnostics) {
                let diagnostics = diagnostics.clone();
                news.push(PublishDiagnosticsParams { uri: uri.clone(), version: *version, diagnostics });
            }
        }
        self.told = now.into_iter().map(|(uri, (_, diagnostics))| (uri, diagnostics)).collect();
        news
    }
}
