//! Which file needs which: what a change can reach.

use super::project::Project;
use crate::base::span::Loc;
use rustc_hash::FxHashSet;

impl Project {
    /// The open files that import another one, directly or through others, sorted.
    pub fn dependents(&mut self, path: &str) -> Vec<String> {
        let open = self.open_paths();
        open.into_iter().filter(|other| other != path && self.reaches(other, path)).collect()
    }

    fn reaches(&mut self, from: &str, to: &str) -> bool {
        let mut seen = FxHashSet::default();
        let mut todo = vec![from.to_owned()];
        while let Some(path) = todo.pop() {
            for next in self.imports_of(&path) {
                if next == to {
                    return true;
                }
                if next.ends_with(".rzp") && !next.starts_with("std/") && seen.insert(next.clone()) {
                    todo.push(next);
                }
            }
        }
        false
    }

    /// The files that one imports, those of its globs among them; imports that lead nowhere are left out.
    pub(super) fn imports_of(&mut self, path: &str) -> Vec<String> {
        let Some(facts) = self.facts(path) else { return Vec::new() };
        facts.imports.iter().flat_map(|(written, _)| self.targets(path, written)).collect()
    }

    /// The files that an import leads to.
    pub(super) fn targets(&mut self, from: &str, written: &str) -> Vec<String> {
        let target = self.session.vm().resolve_path(from, written, Loc::default());
        let Ok(target) = target else { return Vec::new() };
        if target.contains('*') { self.globbed(from, &target) } else { vec![target] }
    }
}
