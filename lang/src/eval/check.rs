//! What can be said of files without running them: the mistakes in them and in all that they import,
//! each file once, many mistakes in one go. A file without mistakes is looked over by the lints.
//!
//! Data files are read with their places, and the library as a run would read it; no value is computed.

use super::fault::Run;
use super::modules::{is_read, kind_of};
use super::typing::{Typing, Unproved};
use super::vm::Vm;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::types::held::{Hangs, Held};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// What a check found.
#[derive(Debug, Default)]
pub struct Checked {
    pub diags: Vec<Diag>,
    /// How many files of the project were read: those asked for and those they import.
    pub files: usize,
    /// The annotations of these files: how many are proved, and which are left to the run.
    pub proved: usize,
    pub unproved: Vec<Unproved>,
}

/// A check under way.
#[derive(Default)]
struct Check {
    done: Checked,
    /// Each with the number of the file that told it.
    held: Vec<(usize, Held)>,
    /// What files change of those that they import, and which do.
    excused: FxHashMap<Hangs, Vec<usize>>,
    seen: FxHashSet<String>,
    /// The files to come, the next one last, and where each is imported.
    todo: Vec<(String, Loc)>,
    typing: Typing,
}

impl Check {
    /// Mistakes that are certain.
    fn tell(&mut self, diags: impl IntoIterator<Item = Diag>) {
        let file = self.seen.len();
        self.held.extend(diags.into_iter().map(|diag| (file, Held { on: Vec::new(), diag })));
    }

    /// What a file leaves open, and what it changes of others.
    fn take(&mut self, held: Vec<Held>, excused: Vec<Hangs>) {
        let file = self.seen.len();
        self.held.extend(held.into_iter().map(|held| (file, held)));
        for on in excused {
            self.excused.entry(on).or_default().push(file);
        }
    }

    /// What is still wrong now that all files have been looked at. What a file itself changes it knew when it told.
    fn finish(mut self) -> Checked {
        let excused = &self.excused;
        let changed = |file: usize, on: &Hangs| excused.get(on).is_some_and(|by| by.iter().any(|other| *other != file));
        let stays = |(file, held): &(usize, Held)| !held.on.iter().any(|on| changed(*file, on));
        self.done.diags = self.held.into_iter().filter(stays).map(|(_, held)| held.diag).collect();
        self.done
    }
}

impl Vm {
    /// Checks files of the world and what they import.
    pub fn check_files(&mut self, paths: &[String]) -> Checked {
        let mut check = Check::default();
        check.todo.extend(paths.iter().rev().map(|path| (path.clone(), Loc::default())));
        while let Some((path, loc)) = check.todo.pop() {
            if check.seen.insert(path.clone()) {
                self.check_file(&path, loc, &mut check);
            }
        }
        check.finish()
    }

    fn check_file(&mut self, path: &str, loc: Loc, check: &mut Check) {
        let library = path.starts_with("std/");
        check.done.files += usize::from(!library);
        if library || !is_read(kind_of(path)) {
            check.tell(self.load(path, loc).err().into_iter().flat_map(|fault| fault.diags));
            return;
        }
        let text = match self.world.read(path) {
            Ok(text) => text,
            Err(error) => {
                let fault = self.unreadable::<()>(path, &error, loc).err();
                check.tell(fault.into_iter().flat_map(|fault| fault.diags));
                return;
            }
        };
        let told = self.look_at(path, &text, &mut check.typing);
        check.take(told.held, told.excused);
        check.done.proved += told.proved;
        check.done.unproved.extend(told.unproved);
        self.check_imports_of(path, &told.imports, check);
    }

    /// Notes the imports that cannot succeed, and puts the files of the others in line.
    fn check_imports_of(&mut self, from: &str, imports: &[(Rc<str>, Loc)], check: &mut Check) {
        let mut found = Vec::new();
        for (path, loc) in imports {
            let loc = self.path_loc(*loc);
            match self.imported_files(from, path, loc) {
                Ok(files) => found.extend(files.into_iter().map(|file| (file, loc))),
                Err(fault) => check.tell(fault.diags),
            }
        }
        check.todo.extend(found.into_iter().rev());
    }

    fn imported_files(&self, from: &str, path: &str, loc: Loc) -> Run<Vec<String>> {
        self.check_import(from, path, loc)?;
        let target = self.resolve_path(from, path, loc)?;
        if target.contains('*') {
            return Ok(self.glob_files(from, &target, loc)?.into_values().collect());
        }
        Ok(vec![target])
    }
}
