//! The files of a project as an editor sees them: looked at when asked for, and again only when their
//! text, or the type of a file that they import, has become another.

use super::facts::{Facts, Looked, Need};
use super::plain::Problem;
use crate::base::diag::Diag;
use crate::base::overlay::Overlay;
use crate::base::source::Sources;
use crate::base::span::{FileId, Loc};
use crate::base::symbol::Symbol;
use crate::base::world::World;
use crate::data::file::{KINDS, read_file};
use crate::eval::vm::deep;
use crate::lint::lints::lint;
use crate::prims::{library, reference};
use crate::resolve::resolver::{resolve, resolve_asking};
use crate::session::Session;
use crate::syntax::parse::parse;
use crate::types::checker::{Host, check_noting, signature};
use crate::types::data::{of_data, of_files};
use crate::types::ty::Ty;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::rc::Rc;

/// The name of the text that a completion looks at.
const SCRATCH: &str = "";

pub struct Project {
    pub(super) world: Rc<Overlay>,
    pub(super) session: Session,
    /// The project's texts; each path keeps its number.
    pub(super) sources: Sources,
    ids: FxHashMap<Rc<str>, FileId>,
    facts: FxHashMap<Rc<str>, Rc<Facts>>,
    data: FxHashMap<Rc<str>, Datum>,
    signatures: FxHashMap<String, Option<Ty>>,
    /// What the runs of files told.
    pub(super) ran: FxHashMap<String, Ran>,
    /// The files of the whole that are to be loaded before it is run, the next one last.
    pub(super) loading: Option<Vec<String>>,
    /// The files that are being looked at: those that import them back know nothing of them.
    busy: FxHashSet<Rc<str>>,
    /// The files that are known to be as they were, since the last change.
    sure: FxHashSet<Rc<str>>,
    looks: u64,
}

/// What one file asks of those around it.
struct Around<'a> {
    project: &'a mut Project,
    from: Rc<str>,
    needs: Vec<Need>,
}

/// A data file that has been read.
struct Datum {
    text: Rc<str>,
    ty: Ty,
    stamp: u64,
}

/// What a run told, and the texts that it was made of: it tells the same again as long as they are the same.
pub(super) struct Ran {
    pub texts: Vec<(String, Rc<str>)>,
    pub problems: Vec<Problem>,
}

impl Project {
    /// A project over the files of a world.
    pub fn new(below: Rc<dyn World>) -> Project {
        let world = Rc::new(Overlay::new(below));
        Project {
            session: Session::new(world.clone()),
            world,
            sources: Sources::default(),
            ids: FxHashMap::default(),
            facts: FxHashMap::default(),
            data: FxHashMap::default(),
            signatures: FxHashMap::default(),
            ran: FxHashMap::default(),
            loading: None,
            busy: FxHashSet::default(),
            sure: FxHashSet::default(),
            looks: 0,
        }
    }

    /// Takes an editor's text for a file, until it is closed.
    pub fn open(&mut self, path: &str, text: &str) {
        let before = self.world.text(path);
        self.world.open(path, text);
        if before.is_err() || before.is_ok_and(|before| *before != *text) {
            self.changed();
        }
    }

    pub fn close(&mut self, path: &str) {
        let before = self.world.text(path);
        self.world.close(path);
        if self.world.text(path) != before {
            self.changed();
        }
    }

    /// Files below may have changed, come or gone.
    pub fn refresh(&mut self) {
        self.world.refresh();
        self.changed();
    }

    fn changed(&mut self) {
        self.sure.clear();
        self.busy.clear();
        self.loading = None;
        self.forget_values();
    }

    /// The paths that are open, sorted.
    pub fn open_paths(&self) -> Vec<String> {
        self.world.all_open()
    }

    /// The text of a file of the project, or of what the language brings along.
    pub fn text(&self, path: &str) -> Option<Rc<str>> {
        match path.strip_prefix("std/") {
            Some(below) => match below.strip_prefix("reference/") {
                Some(page) => page_text(page).map(Rc::from),
                None => library_text(below).map(Rc::from),
            },
            None => self.world.text(path).ok(),
        }
    }

    /// What is known of a file, looked at anew if need be.
    pub fn facts(&mut self, path: &str) -> Option<Rc<Facts>> {
        deep(|| self.facts_here(path))
    }

    fn facts_here(&mut self, path: &str) -> Option<Rc<Facts>> {
        // The library's files have one name each, with which they are imported.
        let path = if path.starts_with("std/") { path.strip_suffix(".rzp").unwrap_or(path) } else { path };
        if data_kind(path).is_some() || path.starts_with("std/reference/") {
            return None;
        }
        if let Some(known) = self.facts.get(path).cloned()
            && self.is_current(&known)
        {
            return Some(known);
        }
        let text = self.text(path)?;
        let path: Rc<str> = path.into();
        let file = self.file(&path, &text);
        self.busy.insert(path.clone());
        let looked = self.look(&path, file, &text, None);
        self.busy.remove(&path);
        self.looks += 1;
        let facts = Rc::new(Facts::new(path.clone(), file, text, looked, self.looks));
        self.facts.insert(path.clone(), facts.clone());
        self.sure.insert(path);
        Some(facts)
    }

    /// What would be known of a file if it had this text. An unknown name `asked` is told what is in sight.
    pub(super) fn suppose(&mut self, path: &str, text: &str, asked: Symbol) -> Facts {
        let file = self.file(&SCRATCH.into(), text);
        let path: Rc<str> = path.into();
        let busy = self.busy.insert(path.clone());
        let looked = deep(|| self.look(&path, file, text, Some(asked)));
        if busy {
            self.busy.remove(&path);
        }
        Facts::new(path, file, text.into(), looked, 0)
    }

    /// Whether a text and the types that it needed are as they were.
    fn is_current(&mut self, known: &Rc<Facts>) -> bool {
        if self.sure.contains(&known.path) || self.busy.contains(&known.path) {
            return true;
        }
        if self.text(&known.path).is_none_or(|text| text != known.text) {
            return false;
        }
        self.busy.insert(known.path.clone());
        let same = |project: &mut Project| {
            known.needs.iter().all(|need| match need {
                Need::File(path, stamp) => project.type_of(path).1 == *stamp,
                Need::Glob(target, files) => project.globbed(&known.path, target) == *files,
            })
        };
        let current = same(self);
        self.busy.remove(&known.path);
        if current {
            self.sure.insert(known.path.clone());
        }
        current
    }

    /// The number of a path, which now has this text.
    fn file(&mut self, path: &Rc<str>, text: &str) -> FileId {
        match self.ids.get(path) {
            Some(file) => {
                self.sources.replace(*file, text);
                *file
            }
            None => {
                let file = self.sources.add(path, text);
                self.ids.insert(path.clone(), file);
                file
            }
        }
    }

    /// All phases that run nothing. Where the text or a name is wrong, the types are still looked for:
    /// what cannot be read is unknown to them.
    fn look(&mut self, path: &Rc<str>, file: FileId, text: &str, asked: Option<Symbol>) -> Looked {
        let parsed = parse(file, text);
        let names = match asked {
            Some(asked) => resolve_asking(file, &parsed.ast, asked),
            None => resolve(file, &parsed.ast, &[]),
        };
        let mut around = Around { project: self, from: path.clone(), needs: Vec::new() };
        let (found, notes) = check_noting(file, &parsed.ast, &names, &mut around);
        let (root, diags) = found.alone();
        let needs = around.needs;
        let broken = parsed.diags.iter().chain(&names.diags).any(Diag::is_error);
        let refused = match broken {
            true => Vec::new(),
            false if asked.is_some() || diags.iter().any(Diag::is_error) => diags,
            false => lint(file, text, &parsed, &names, diags),
        };
        Looked { parsed, names, notes, root, refused, needs }
    }

    /// The type of what a file gives, and the number of the look that told it. A file that is being looked at,
    /// or cannot be run, says nothing for certain.
    fn type_of(&mut self, path: &str) -> (Ty, u64) {
        if self.busy.contains(path) {
            return (Ty::Any, 0);
        }
        if let Some(kind) = data_kind(path) {
            return self.type_of_data(path, kind).unwrap_or((Ty::Any, 0));
        }
        match self.facts(path) {
            Some(facts) => (if facts.can_run() { facts.root.clone() } else { Ty::Any }, facts.stamp),
            None => (Ty::Any, 0),
        }
    }

    fn type_of_data(&mut self, path: &str, kind: &str) -> Option<(Ty, u64)> {
        let text = self.text(path)?;
        if let Some(known) = self.data.get(path).filter(|known| known.text == text) {
            return Some((known.ty.clone(), known.stamp));
        }
        let path: Rc<str> = path.into();
        let file = self.file(&path, &text);
        let ty = read_file(kind, file, &text).map_or(Ty::Any, |(data, _)| of_data(data, file));
        self.looks += 1;
        let stamp = self.looks;
        self.data.insert(path, Datum { text, ty: ty.clone(), stamp });
        Some((ty, stamp))
    }

    /// The files that a glob stands for, by their stems' order.
    pub(super) fn globbed(&mut self, from: &str, target: &str) -> Vec<String> {
        let files = self.session.vm().glob_files(from, target, Loc::default());
        files.map(|files| files.into_values().collect()).unwrap_or_default()
    }

    fn read_signature(&mut self, path: &str) -> Option<Ty> {
        let native = library().natives.iter().find(|native| native.name == path && native.is_function())?;
        let text = format!("fn{}", native.signature);
        let file = self.sources.add("std", &text);
        let parsed = parse(file, &text);
        let names = resolve(file, &parsed.ast, &[]);
        // Some rows are written for people alone.
        if parsed.diags.iter().chain(&names.diags).any(Diag::is_error) {
            return None;
        }
        let mut around = Around { project: self, from: "std".into(), needs: Vec::new() };
        Some(signature(file, &parsed.ast, &names, &mut around))
    }
}

impl Around<'_> {
    fn file(&mut self, path: String) -> Ty {
        if self.project.busy.contains(path.as_str()) {
            return Ty::Any;
        }
        let (ty, stamp) = self.project.type_of(&path);
        self.needs.push(Need::File(path, stamp));
        ty
    }
}

impl Host for Around<'_> {
    fn import(&mut self, path: &str) -> Ty {
        let from = self.from.clone();
        let target = self.project.session.vm().resolve_path(&from, path, Loc::default());
        let Ok(target) = target else { return Ty::Any };
        if !target.contains('*') {
            return self.file(target);
        }
        let Ok(files) = self.project.session.vm().glob_files(&from, &target, Loc::default()) else { return Ty::Any };
        self.needs.push(Need::Glob(target, files.values().cloned().collect()));
        of_files(files.into_iter().map(|(stem, path)| (Symbol::new(&stem), self.file(path))))
    }

    fn signature(&mut self, path: &str) -> Option<Ty> {
        if let Some(known) = self.project.signatures.get(path) {
            return known.clone();
        }
        let found = self.project.read_signature(path);
        self.project.signatures.insert(path.to_owned(), found.clone());
        found
    }

    fn names(&mut self, path: &str) -> Vec<&'static str> {
        library().below(path)
    }
}

/// The ending of a data file's name.
fn data_kind(path: &str) -> Option<&str> {
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    KINDS.contains(&ending).then_some(ending)
}

/// The text of a page of the reference, by its path below `std/reference/`.
fn page_text(file: &str) -> Option<String> {
    reference::pages().into_iter().find(|page| page.file == file).map(|page| page.text)
}

/// A file of the library that is written in the language, by its path below `std/`.
fn library_text(below: &str) -> Option<Cow<'static, str>> {
    library().files.text(below)
}
