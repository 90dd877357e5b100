//! The types of files: each is looked at once, after those that it imports.

use super::modules::{Front, imports_of_kind};
use super::vm::Vm;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::types::checker::{Host, check};
use crate::types::ty::Ty;
use rustc_hash::FxHashMap;

/// What is known of the files that have been looked at.
#[derive(Default)]
pub struct Typing {
    files: FxHashMap<String, Ty>,
    signatures: FxHashMap<String, Option<Ty>>,
}

/// What one file may ask for.
struct Around<'a> {
    vm: &'a mut Vm,
    typing: &'a mut Typing,
    file: String,
}

impl Vm {
    /// The mistakes of types in one file whose text has none of its own.
    pub(super) fn type_errors(&mut self, path: &str, front: &Front, typing: &mut Typing) -> Vec<Diag> {
        // While a file is looked at, those that import it back know nothing of it.
        typing.files.insert(path.to_owned(), Ty::Any);
        let mut around = Around { vm: self, typing, file: path.to_owned() };
        let found = check(front.file, &front.parsed.ast, &front.names, &mut around);
        typing.files.insert(path.to_owned(), found.root);
        found.diags
    }

    fn type_of_file(&mut self, path: &str, typing: &mut Typing) -> Ty {
        if let Some(known) = typing.files.get(path) {
            return known.clone();
        }
        typing.files.insert(path.to_owned(), Ty::Any);
        let Some(text) = self.text_of(path) else { return Ty::Any };
        let file = self.sources.add(path, &text);
        let front = self.front(file, &[]);
        if !front.has_errors() {
            self.type_errors(path, &front, typing);
        }
        typing.files.get(path).cloned().unwrap_or(Ty::Any)
    }

    /// The text of a file of the project or of the library.
    fn text_of(&self, path: &str) -> Option<String> {
        match path.strip_prefix("std/") {
            Some(below) => {
                let is = |name: &str| name == below || name.strip_suffix(".rzp") == Some(below);
                self.library.files.iter().find(|(name, _)| is(name)).map(|(_, text)| (*text).to_owned())
            }
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
        Some(check(file, &front.parsed.ast, &front.names, &mut around).root.as_set())
    }
}

impl Host for Around<'_> {
    fn import(&mut self, path: &str) -> Ty {
        match self.vm.resolve_path(&self.file, path, Loc::default()) {
            Ok(target) if !target.contains('*') && imports_of_kind(&target) => {
                self.vm.type_of_file(&target, self.typing)
            }
            _ => Ty::Any,
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
}
