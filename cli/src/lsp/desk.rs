//! Which files are to be looked at, and in which order.
//!
//! A change asks for looks of three kinds. At once: text, names and types of the open files. When nobody has said
//! anything for a moment: the open files are run, and the closed ones looked at. When the fingers rest: all services
//! are built. Each piece of work is short or gives up its turn, so that whoever types is not kept waiting.

use super::convert;
use super::files::{At, Files};
use super::haste;
use super::listing::Listing;
use super::slate::{Finder, Look, Slate};
use crate::walk;
use gen_lsp_types::{Diagnostic, PublishDiagnosticsParams, Uri};
use rzp_lang::build::MAIN;
use rzp_lang::ide::plain::Problem;
use rzp_lang::ide::whole::Whole;
use std::collections::VecDeque;
use std::time::Duration;

/// Nobody has said anything for so long: there is time for more than the open texts.
const MOMENT: Duration = Duration::from_millis(10);
/// So long, and nobody is typing.
const REST: Duration = Duration::from_millis(150);

#[derive(Default)]
pub struct Desk {
    /// Open files to be looked at without running, and to be run, the next one first.
    quick: VecDeque<At>,
    runs: VecDeque<At>,
    /// The walks that tell which files there are.
    listings: Vec<Listing>,
    /// Closed files to be looked at.
    closed: VecDeque<At>,
    /// The projects whose services are to be built.
    wholes: VecDeque<usize>,
    pub slate: Slate,
}

impl Desk {
    /// A file is to be looked at that is the same as before.
    pub fn look_at(&mut self, file: At) {
        for line in [&mut self.quick, &mut self.runs] {
            line.retain(|at| *at != file);
            line.push_front(file.clone());
        }
    }

    /// Something in a project is not what it was: all of it is to be looked at, `first` before the others.
    pub fn look_again(&mut self, files: &Files, workspace: usize, first: Option<&At>) {
        let of_it = |at: &At| at.workspace == workspace;
        let others = files.workspaces[workspace].open_files(workspace).into_iter().filter(|at| Some(at) != first);
        let open: VecDeque<At> = first.cloned().into_iter().chain(others).collect();
        for line in [&mut self.quick, &mut self.runs] {
            line.retain(|at| !of_it(at));
            for at in open.iter().rev() {
                line.push_front(at.clone());
            }
        }
        self.closed.retain(|at| !of_it(at));
        self.closed.extend(files.workspaces[workspace].closed_files(workspace));
        self.wholes.retain(|other| *other != workspace);
        self.wholes.push_back(workspace);
    }

    /// The files of a project are to be found out, again if need be.
    pub fn list(&mut self, files: &mut Files, workspace: usize) {
        self.listings.retain(|listing| listing.workspace() != workspace);
        self.listings.push(Listing::new(workspace, &files.workspaces[workspace].folder));
    }

    /// An editor has closed a file that is the same on the disk.
    pub fn close(&mut self, files: &Files, file: &At) {
        self.quick.retain(|at| at != file);
        self.runs.retain(|at| at != file);
        self.slate.remove(file, &[Look::Run]);
        if files.workspaces[file.workspace].listed.contains(&file.path) {
            self.closed.push_back(file.clone());
        } else {
            self.slate.remove(file, &[Look::Quick]);
        }
    }

    /// How long nobody must have said anything for the next piece of work; `None` if there is nothing to do.
    pub fn pause(&self) -> Option<Duration> {
        if !self.quick.is_empty() || self.slate.has_news() {
            return Some(Duration::ZERO);
        }
        if !self.runs.is_empty() || !self.listings.is_empty() || !self.closed.is_empty() {
            return Some(MOMENT);
        }
        (!self.wholes.is_empty()).then_some(REST)
    }

    /// The next piece of work. Those that are due at once come first.
    pub fn work(&mut self, files: &mut Files) {
        if let Some(at) = self.quick.pop_front() {
            self.look(files, at);
        } else if self.slate.has_news() {
            // To be told.
        } else if let Some(at) = self.runs.pop_front() {
            self.run(files, at);
        } else if let Some(listing) = self.listings.last_mut() {
            let (workspace, found) = (listing.workspace(), listing.step());
            if let Some(found) = found {
                self.listings.pop();
                self.listed(files, workspace, found);
            }
        } else if let Some(at) = self.closed.pop_front() {
            if !files.workspaces[at.workspace].open.contains_key(&at.path) {
                self.look(files, at);
            }
        } else if let Some(workspace) = self.wholes.pop_front() {
            self.build(files, workspace);
        }
    }

    fn look(&mut self, files: &mut Files, at: At) {
        let workspace = &mut files.workspaces[at.workspace];
        let closed = !workspace.open.contains_key(&at.path);
        let sections = closed && workspace.ide.text(&at.path).is_some_and(|text| walk::opens_section(&text));
        let problems = if sections { Vec::new() } else { workspace.ide.problems(&at.path) };
        let found = placed(files, &at, &problems);
        self.slate.set(&Finder { look: Look::Quick, at }, found);
    }

    fn run(&mut self, files: &mut Files, at: At) {
        let ide = &mut files.workspaces[at.workspace].ide;
        match ide.run_problems_unless(&at.path, haste::memory_used) {
            Some(problems) => {
                let found = placed(files, &at, &problems);
                self.slate.set(&Finder { look: Look::Run, at }, found);
            }
            None => self.runs.push_front(at),
        }
    }

    fn listed(&mut self, files: &mut Files, workspace: usize, found: Vec<At>) {
        let now = found.into_iter().map(|at| at.path).collect();
        let before = std::mem::replace(&mut files.workspaces[workspace].listed, now);
        let known = &files.workspaces[workspace];
        for path in before.into_iter().filter(|path| !known.listed.contains(path) && !known.open.contains_key(path)) {
            self.slate.remove(&At { workspace, path }, &[Look::Quick]);
        }
        self.closed.retain(|at| at.workspace != workspace);
        self.closed.extend(known.closed_files(workspace));
        if !self.wholes.contains(&workspace) {
            self.wholes.push_back(workspace);
        }
    }

    fn build(&mut self, files: &mut Files, workspace: usize) {
        let at = At { workspace, path: MAIN.to_owned() };
        let ide = &mut files.workspaces[workspace].ide;
        let told = if ide.has_whole() { ide.whole_problems(haste::memory_used) } else { Whole::Told(Vec::new()) };
        match told {
            Whole::Later => self.wholes.push_front(workspace),
            // What was found before is as true as it was.
            Whole::Unready => {}
            Whole::Told(problems) => {
                let found = placed(files, &at, &problems);
                self.slate.set(&Finder { look: Look::Whole, at }, found);
            }
        }
    }

    /// What is to be told to editors.
    pub fn news(&mut self, files: &mut Files) -> Vec<PublishDiagnosticsParams> {
        let told = |(uri, diagnostics): (Uri, Vec<Diagnostic>)| {
            let version = files.at(&uri).and_then(|at| files.version(&at));
            PublishDiagnosticsParams { uri, version, diagnostics }
        };
        self.slate.news().into_iter().map(told).collect()
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
