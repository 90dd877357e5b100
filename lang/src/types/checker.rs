//! The walk over one file: each expression gets a type, and what cannot succeed is reported.
//!
//! This is success typing (Lindahl and Sagonas, "Practical type inference based on success typings",
//! 2006): a type is a superset of what can come out, so two types without a value in common are a
//! mistake for certain. Functions are looked into again at each call, with the arguments' types; there
//! only what surely runs may be reported, since a condition may keep the rest from running.

use super::held::{Hangs, Held};
use super::proved::Proofs;
use super::ty::Ty;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Loc};
use crate::base::symbol::Symbol;
use crate::resolve::binding::{Resolved, VarId};
use crate::syntax::ast::{Ast, ExprId};
use rustc_hash::{FxHashMap, FxHashSet};

/// So many expressions are looked at again inside of calls, in one file.
const FUEL: u32 = 200_000;

/// What a checker asks of the world around a file.
pub trait Host {
    /// The type of what a file imports.
    fn import(&mut self, path: &str) -> Ty;
    /// The signature of a function of the library, by its path below `std`.
    fn signature(&mut self, path: &str) -> Option<Ty>;
    /// What a module of the library has, by its path below `std`; nothing for what is no module.
    fn names(&mut self, path: &str) -> Vec<&'static str>;
}

/// A variable, or a field of one by its path.
pub(super) type Place = (VarId, Vec<Symbol>);

/// What a check found out.
pub struct Found {
    pub root: Ty,
    pub diags: Vec<Diag>,
    /// What is wrong as far as this file shows.
    pub held: Vec<Held>,
    /// What this file does to those that it imports: mistakes there hang on it no more.
    pub excused: Vec<Hangs>,
}

impl Found {
    /// What the file's type is and all that is wrong with it, for those who know no other file.
    pub fn alone(self) -> (Ty, Vec<Diag>) {
        let mut diags = self.diags;
        diags.extend(self.held.into_iter().map(|held| held.diag));
        sort(&mut diags);
        (self.root, diags)
    }
}

/// What is known of each place, for those who ask about places: an editor.
#[derive(Debug, Default)]
pub struct Notes {
    pub types: FxHashMap<ExprId, Ty>,
    /// The sets of the annotations that expressions stand under.
    pub wanted: FxHashMap<ExprId, Ty>,
    pub vars: FxHashMap<VarId, Ty>,
}

pub struct Checker<'a> {
    pub(super) file: FileId,
    pub(super) ast: &'a Ast,
    pub(super) names: &'a Resolved,
    pub(super) host: &'a mut dyn Host,
    /// Whether type variables are kept.
    pub(super) generic: bool,
    vars: FxHashMap<VarId, Ty>,
    diags: Vec<Diag>,
    pub(super) told: FxHashSet<(Loc, String)>,
    /// What is wrong unless another definition takes part.
    pub(super) held: Vec<Held>,
    pub(super) excused: FxHashSet<Hangs>,
    pub(super) holding: Option<Loc>,
    /// The expression whose value is held against an annotation.
    pub(super) asked: Option<ExprId>,
    /// The outermost of the records that are held against an annotation.
    pub(super) whole: Option<Loc>,
    /// The calls that are looked into, outermost first, and the reads that are.
    pub(super) calls: Vec<(Loc, &'static str)>,
    /// Whether what is looked at surely runs when the innermost of those calls does.
    pub(super) sure: bool,
    /// The fields under way in records that calls make, each with what is wrong with it.
    pub(super) gathered: Vec<Vec<Diag>>,
    /// How many annotations the records being joined are held against: their types may say how lists merge.
    pub(super) beneath: u32,
    /// How many functions are around what is looked at.
    pub(super) functions: u32,
    /// The places that a condition around says are not null.
    pub(super) not_null: Vec<Place>,
    /// What variables were before the innermost call was looked into.
    undo: Vec<(VarId, Option<Ty>)>,
    fuel: u32,
    notes: Option<Notes>,
    /// What is proved on the way, if that is what the walk is for.
    pub(super) proofs: Option<Proofs>,
    /// The exact sets of annotations that have been asked for.
    pub(super) exact_sets: FxHashMap<ExprId, Option<Ty>>,
    /// What `let` defines without an annotation, and the annotations of the variables that have one.
    pub(super) defined: FxHashMap<VarId, ExprId>,
    pub(super) promised: FxHashMap<VarId, ExprId>,
}

/// Checks one file, whose names are bound.
pub fn check(file: FileId, ast: &Ast, names: &Resolved, host: &mut dyn Host) -> Found {
    run(Checker::new(file, ast, names, host)).0
}

/// Checks one file and keeps what is known of its places.
pub fn check_noting(file: FileId, ast: &Ast, names: &Resolved, host: &mut dyn Host) -> (Found, Notes) {
    let mut checker = Checker::new(file, ast, names, host);
    checker.notes = Some(Notes::default());
    run(checker)
}

fn run(mut checker: Checker) -> (Found, Notes) {
    let ast = checker.ast;
    let root = checker.infer(ast.root);
    checker.tell_wrong(&root);
    let mut diags = checker.diags;
    sort(&mut diags);
    let mut notes = checker.notes.unwrap_or_default();
    notes.vars = checker.vars;
    (Found { root, diags, held: checker.held, excused: checker.excused.into_iter().collect() }, notes)
}

fn sort(diags: &mut [Diag]) {
    diags.sort_by_key(|diag| diag.place().map(|place| place.span.start));
}

/// The type that the text of a signature of the library stands for, with its variables.
pub fn signature(file: FileId, ast: &Ast, names: &Resolved, host: &mut dyn Host) -> Ty {
    let mut checker = Checker::new(file, ast, names, host);
    checker.generic = true;
    checker.annotation(ast.root)
}

impl<'a> Checker<'a> {
    pub(super) fn new(file: FileId, ast: &'a Ast, names: &'a Resolved, host: &'a mut dyn Host) -> Self {
        Checker {
            file,
            ast,
            names,
            host,
            generic: false,
            vars: FxHashMap::default(),
            diags: Vec::new(),
            told: FxHashSet::default(),
            held: Vec::new(),
            excused: FxHashSet::default(),
            holding: None,
            asked: None,
            whole: None,
            calls: Vec::new(),
            sure: true,
            gathered: Vec::new(),
            beneath: 0,
            functions: 0,
            not_null: Vec::new(),
            undo: Vec::new(),
            fuel: FUEL,
            notes: None,
            proofs: None,
            exact_sets: FxHashMap::default(),
            defined: FxHashMap::default(),
            promised: FxHashMap::default(),
        }
    }
}

impl Checker<'_> {
    pub(super) fn loc(&self, id: ExprId) -> Loc {
        self.ast.span(id).at(self.file)
    }

    /// What an expression is, but for what it is within one call.
    pub(super) fn note(&mut self, id: ExprId, ty: &Ty) {
        if let (Some(notes), true) = (&mut self.notes, self.calls.is_empty()) {
            notes.types.insert(id, ty.clone());
        }
    }

    /// What the annotation around an expression lets through.
    pub(super) fn note_wanted(&mut self, id: ExprId, set: &Ty) {
        if let (Some(notes), true) = (&mut self.notes, self.calls.is_empty()) {
            notes.wanted.insert(id, set.clone());
        }
    }

    /// Tells a mistake, once.
    pub(super) fn report(&mut self, mut diag: Diag) {
        if self.proofs.is_some() || (!self.calls.is_empty() && !self.sure) {
            return;
        }
        let place = diag.place().unwrap_or_default();
        // What is gathered is told later, if at all.
        if self.gathered.is_empty() && !self.told.insert((place, diag.title.clone())) {
            return;
        }
        for (at, what) in self.calls.iter().rev() {
            diag = diag.also(*at, *what);
        }
        match (self.gathered.last_mut(), self.holding) {
            (Some(gathered), _) => gathered.push(diag),
            (None, Some(place)) => self.held.push(Held { on: vec![Hangs::Definition(place)], diag }),
            (None, None) => self.diags.push(diag),
        }
    }

    /// Tells what was gathered before, now that it is read.
    pub(super) fn tell(&mut self, diag: &Diag) {
        if self.proofs.is_some() || (!self.calls.is_empty() && !self.sure) {
            return;
        }
        match self.gathered.last_mut() {
            Some(gathered) => gathered.push(diag.clone()),
            None if self.told.insert((diag.place().unwrap_or_default(), diag.title.clone())) => {
                self.diags.push(diag.clone());
            }
            None => {}
        }
    }

    /// Looks at what may not run, or not now.
    pub(super) fn maybe<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.sure, false);
        let result = look(self);
        self.sure = before;
        result
    }

    pub(super) fn var(&self, var: VarId) -> Ty {
        self.vars.get(&var).cloned().unwrap_or(Ty::Any)
    }

    pub(super) fn set(&mut self, var: VarId, ty: Ty) {
        let before = self.vars.insert(var, ty);
        if !self.calls.is_empty() {
            self.undo.push((var, before));
        }
    }

    /// The variable that a name's place binds.
    pub(super) fn bind_name(&mut self, span: crate::base::span::Span, ty: Ty) {
        if let Some(var) = self.names.binders.get(&span) {
            self.set(*var, ty);
        }
    }

    /// Looks into a call, or a read, with its own variables, and forgets them.
    pub(super) fn probe(&mut self, call: (Loc, &'static str), look: impl FnOnce(&mut Self) -> Ty) -> Ty {
        // Only the outermost call knows that it runs if its expression does.
        let before = self.sure;
        self.sure |= self.calls.is_empty();
        let start = self.undo.len();
        self.calls.push(call);
        let result = look(self);
        self.calls.pop();
        for (var, old) in self.undo.drain(start..).rev() {
            match old {
                Some(old) => drop(self.vars.insert(var, old)),
                None => drop(self.vars.remove(&var)),
            }
        }
        self.sure = before;
        result
    }

    /// Whether calls are looked into: a walk for proofs takes functions as their text has them.
    pub(super) fn looks_into_calls(&self) -> bool {
        self.proofs.is_none()
    }

    /// Whether there is fuel for another look into calls.
    pub(super) fn burn(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0
    }

    /// `std.list.map`: the path below `std`, if that is what an expression reads.
    pub(super) fn library_path(&self, id: ExprId) -> Option<String> {
        use crate::resolve::binding::{Binding, Prelude};
        use crate::syntax::ast::{Expr, Key};
        match self.ast.expr(id) {
            Expr::Name(_) => match self.names.names.get(&id)? {
                Binding::Prelude(Prelude::Std) => Some(String::new()),
                _ => None,
            },
            Expr::Field { base, name, optional: false } => {
                let Key::Static(name) = name.key else { return None };
                let mut path = self.library_path(*base)?;
                if !path.is_empty() {
                    path.push('.');
                }
                name.with_text(|name| path.push_str(name));
                Some(path)
            }
            _ => None,
        }
    }

    pub(super) fn names_of(&self, names: impl Iterator<Item = Symbol>) -> Vec<String> {
        names.map(|name| name.text().to_string()).collect()
    }
}
