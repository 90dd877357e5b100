//! Which file needs which: what a change can reach.

use super::project::Project;
use crate::base::span::Loc;
use std::collections::BTreeMap;
use std::rc::Rc;

impl Project {
    /// The texts that the value of a file is made of: its own, and those of all that it imports, directly or
    /// through others. The library is left out, and so is what cannot be read.
    pub(super) fn texts_behind(&mut self, path: &str) -> Vec<(String, Rc<str>)> {
        let mut seen = BTreeMap::new();
        let mut todo = vec![path.to_owned()];
        while let Some(path) = todo.pop() {
            if path.starts_with("std/") || seen.contains_key(&path) {
                continue;
            }
            if let Some(text) = self.text(&path) {
                todo.extend(self.imports_of(&path));
                seen.insert(path, text);
            }
        }
        seen.into_iter().collect()
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
