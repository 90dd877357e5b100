//! The types of files: each is read and looked at once, after those that it imports.

use super::modules::{Front, imports_of_kind, kind_of};
use super::vm::Vm;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Loc};
use crate::base::symbol::Symbol;
use crate::data::file::{KINDS, read_file};
use crate::lint::lints::lint;
use crate::types::checker::{Found, Host, check, signature};
use crate::types::data::{of_data, of_files};
use crate::types::held::{Hangs, Held};
use crate::types::proof::prove;
use crate::types::sites::sites;
use crate::types::ty::Ty;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::rc::Rc;

/// What is known of the files that have been looked at.
#[derive(Default)]
pub struct Typing {
    files: FxHashMap<String, Looked>,
    signatures: FxHashMap<String, Option<Ty>>,
}

/// What a look at one file brought.
struct Looked {
    ty: Ty,
    /// What else there is to tell of it, until somebody asks.
    told: Told,
}

impl Looked {
    fn of(ty: Ty) -> Looked {
        Looked { ty, told: Told::default() }
    }
}

/// The mistakes in a file, the paths that it imports, and what is known of its annotations.
#[derive(Default)]
pub(super) struct Told {
    /// Each with what it hangs on: another file may change that.
    pub held: Vec<Held>,
    pub excused: Vec<Hangs>,
    pub imports: Vec<(Rc<str>, Loc)>,
    pub proved: usize,
    pub unproved: Vec<Unproved>,
}

/// An annotation that a run holds values against.
#[derive(Debug, Clone, PartialEq)]
pub struct Unproved {
    pub at: Loc,
    /// The annotation as it is written, on one line.
    pub ty: String,
    /// Why it is not proved, in a phrase.
    pub why: String,
}

/// What one file may ask for.
struct Around<'a> {
    vm: &'a mut Vm,
    typing: &'a mut Typing,
    file: String,
}

impl Vm {
    /// The mistakes of one file with this text, and what it imports.
    pub(super) fn look_at(&mut self, path: &str, text: &str, typing: &mut Typing) -> Told {
        if !typing.files.contains_key(path) {
            self.look(path, text, typing);
        }
        typing.files.get_mut(path).map(|looked| std::mem::take(&mut looked.told)).unwrap_or_default()
    }

    fn look(&mut self, path: &str, text: &str, typing: &mut Typing) {
        // While a file is looked at, those that import it back know nothing of it.
        typing.files.insert(path.to_owned(), Looked::of(Ty::Any));
        let file = self.sources.add(path, text);
        let looked = match imports_of_kind(path) {
            true => self.look_at_source(path, file, typing),
            false => self.look_at_data(path, file, text),
        };
        typing.files.insert(path.to_owned(), looked);
    }

    fn look_at_source(&mut self, path: &str, file: FileId, typing: &mut Typing) -> Looked {
        let front = self.front(file, &[]);
        let imports = front.imports();
        if front.has_errors() {
            let held = certain(self.with_imports(file, front.into_diags()));
            let told = Told { held, imports, ..Told::default() };
            return Looked { ty: Ty::Any, told };
        }
        let Found { root, mut diags, mut held, excused } = self.types_of(path, &front, typing);
        let library = path.starts_with("std/");
        if !library && held.is_empty() && !diags.iter().any(Diag::is_error) {
            let text = self.sources.get(file).text.clone();
            diags = lint(file, &text, &front.parsed, &front.names, diags);
        }
        held.extend(certain(diags));
        held.sort_by_key(|held| held.diag.place().map(|place| place.span.start));
        let mut told = Told { held, excused, imports, ..Told::default() };
        if !library {
            self.note_proofs(&front, &mut told);
        }
        told.held.extend(certain(front.into_diags()));
        Looked { ty: root, told }
    }

    /// Notes which annotations of a file are left to its run.
    fn note_proofs(&self, front: &Front, told: &mut Told) {
        let ast = &front.parsed.ast;
        let text = &self.sources.get(front.file).text;
        for site in sites(ast, &prove(front.file, ast, &front.names)) {
            let span = ast.span(site.annotation);
            match site.why {
                None => told.proved += 1,
                Some(why) => {
                    let words: Vec<&str> = text.get(span.range()).unwrap_or_default().split_whitespace().collect();
                    told.unproved.push(Unproved { at: span.at(front.file), ty: words.join(" "), why });
                }
            }
        }
    }

    fn types_of(&mut self, path: &str, front: &Front, typing: &mut Typing) -> Found {
        let mut around = Around { vm: self, typing, file: path.to_owned() };
        check(front.file, &front.parsed.ast, &front.names, &mut around)
    }

    fn look_at_data(&mut self, path: &str, file: FileId, text: &str) -> Looked {
        let kind = kind_of(path);
        if !KINDS.contains(&kind) {
            return Looked::of(Ty::Any);
        }
        match read_file(kind, file, text) {
            Ok((data, warnings)) => {
                self.warnings.extend(warnings);
                Looked::of(of_data(data, file))
            }
            Err(diag) => Looked { ty: Ty::Any, told: Told { held: certain(vec![diag]), ..Told::default() } },
        }
    }

    fn type_of_file(&mut self, path: &str, typing: &mut Typing) -> Ty {
        if !typing.files.contains_key(path) {
            let Some(text) = self.text_of(path) else { return Ty::Any };
            self.look(path, &text, typing);
        }
        typing.files.get(path).map_or(Ty::Any, |looked| looked.ty.clone())
    }

    /// What a glob shows, file by file.
    fn type_of_glob(&mut self, from: &str, target: &str, typing: &mut Typing) -> Ty {
        let Ok(files) = self.glob_files(from, target, Loc::default()) else { return Ty::Any };
        of_files(files.into_iter().map(|(stem, path)| (Symbol::new(&stem), self.type_of_file(&path, typing))))
    }

    /// The text of a file of the project or of the library.
    fn text_of(&self, path: &str) -> Option<String> {
        match path.strip_prefix("std/") {
            Some(below) => self.library.files.text(below).map(Cow::into_owned),
            None => self.world.read(path).ok(),
        }
    }

    /// The type of a function of the library, read from its signature.
    fn type_of_native(&mut self, path: &str, typing: &mut Typing) -> Option<Ty> {
        let id = *self.native_ids.get(path)?;
        let native = &self.library.natives[id.0 as usize];
        if !native.is_function() {
            return None;
        }
        let text = format!("fn{}", native.signature);
        let file = self.sources.add("std", &text);
        let front = self.front(file, &[]);
        if front.has_errors() {
            return None;
        }
        let mut around = Around { vm: self, typing, file: "std".to_owned() };
        Some(signature(file, &front.parsed.ast, &front.names, &mut around))
    }
}

/// Mistakes that hang on nothing.
fn certain(diags: Vec<Diag>) -> Vec<Held> {
    diags.into_iter().map(|diag| Held { on: Vec::new(), diag }).collect()
}

impl Host for Around<'_> {
    fn import(&mut self, path: &str) -> Ty {
        match self.vm.resolve_path(&self.file, path, Loc::default()) {
            Ok(target) if target.contains('*') => self.vm.type_of_glob(&self.file, &target, self.typing),
            Ok(target) => self.vm.type_of_file(&target, self.typing),
            Err(_) => Ty::Any,
        }
    }

    fn signature(&mut self, path: &str) -> Option<Ty> {
        if let Some(known) = self.typing.signatures.get(path) {
            return known.clone();
        }
        let found = self.vm.type_of_native(path, self.typing);
        self.typing.signatures.insert(path.to_owned(), found.clone());
        found
    }

    fn names(&mut self, path: &str) -> Vec<&'static str> {
        self.vm.library.below(path)
    }
}
