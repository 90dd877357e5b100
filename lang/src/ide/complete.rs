//! What could be written at a place: what stands where the cursor's name stands (`cursor.rs`) tells
//! which kind of word is due.

use super::cursor::{Asked, HERE, Within, asked};
use super::describe::{one_line, shown};
use super::facts::{Facts, fields_of};
use super::hover::comment_above;
use super::plain::{Candidate, Completion, Kind};
use super::project::Project;
use super::view::{Trail, members_of};
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::base::world::World;
use crate::prims::table::{MODULES, NATIVES};
use crate::resolve::binding::Prelude;
use crate::syntax::ast::{Expr, ExprId, Field, Key, Pattern, Sugar};
use crate::types::ty::{Member, Text, Ty};

/// The words that an expression can begin with.
const WORDS: &[&str] = &["if", "let", "fn", "match", "schema", "import", "self", "super", "true", "false", "null"];
/// Those that an item of braces can begin with.
const ITEM_WORDS: &[&str] = &["let", "if", "for", "assert", "default", "force", "hidden"];

impl Project {
    /// What could be written at an offset; `None` in a comment, and in text that is nobody's business.
    pub fn complete(&mut self, path: &str, offset: u32) -> Option<Completion> {
        let text = self.text(path)?;
        let asked = asked(&text, offset)?;
        if let Within::Import(begun) = &asked.within {
            return Some(Completion { span: asked.span, candidates: self.files_to_import(path, begun) });
        }
        let after = text.get(asked.span.end as usize..).unwrap_or_default();
        let mut candidates = self.candidates(path, &asked, after);
        if candidates.is_empty() && asked.within == Within::Code {
            // A path of several names is a field only with a value.
            let end = asked.here as usize + HERE.len();
            let (before, rest) = asked.text.split_at(end);
            let asked = Asked { text: format!("{before} = null{rest}"), ..asked };
            candidates = self.candidates(path, &asked, after);
            return Some(Completion { span: asked.span, candidates });
        }
        Some(Completion { span: asked.span, candidates })
    }

    fn candidates(&mut self, path: &str, asked: &Asked, after: &str) -> Vec<Candidate> {
        let facts = self.suppose(path, &asked.text, Symbol::new(HERE));
        let trail = facts.trail(asked.here);
        let mut found = Found { project: self, facts: &facts, list: Vec::new() };
        match asked.within {
            Within::String => found.literals(&trail, trail.len() - 1),
            _ => found.code(&trail, asked.here, after),
        }
        found.list
    }

    /// The files beside and below, and the library's.
    fn files_to_import(&mut self, path: &str, begun: &str) -> Vec<Candidate> {
        let file = |label: String| Candidate {
            kind: Kind::File,
            insert: label.clone(),
            label,
            detail: String::new(),
            doc: None,
        };
        if !begun.starts_with('.') {
            let library = crate::prims::library().files.paths().map(|path| format!("std/{path}"));
            return library.chain(["./".to_owned(), "../".to_owned()]).map(file).collect();
        }
        let folder = begun.rsplit_once('/').map_or(".", |(folder, _)| folder);
        let Ok(target) = self.session.vm().resolve_path(path, folder, Loc::default()) else {
            return Vec::new();
        };
        let names = self.world.list(&target);
        let own = path.rsplit('/').next().unwrap_or(path);
        let other = |name: &String| !(target == path.rsplit_once('/').map_or("", |(folder, _)| folder) && name == own);
        names.into_iter().filter(other).map(|name| file(format!("{folder}/{name}"))).collect()
    }
}

/// The candidates as they come together, the likeliest first.
struct Found<'a> {
    project: &'a mut Project,
    facts: &'a Facts,
    list: Vec<Candidate>,
}

impl Found<'_> {
    fn push(&mut self, kind: Kind, label: String, insert: String, detail: String, doc: Option<String>) {
        if !self.list.iter().any(|other| other.label == label) {
            self.list.push(Candidate { kind, label, insert, detail, doc });
        }
    }

    fn code(&mut self, trail: &Trail, here: u32, after: &str) {
        let facts = self.facts;
        let is_here = |name: Symbol| &*name.text() == HERE;
        let at = trail.len() - 1;
        match facts.ast().expr(trail[at]) {
            Expr::Field { base, name, .. } if name.span.start == here => self.members_of(*base),
            Expr::Record(items) | Expr::Schema(items) => {
                let mut due = None;
                fields_of(items, &mut |field| due = due.or(field_at(field, here).map(|part| (field, part))));
                match due {
                    Some((field, part)) => self.fields(trail, at, field, part, after),
                    None => self.taken(trail, here),
                }
            }
            Expr::Name(name) if is_here(*name) => match shorthand(facts, trail) {
                Some(field) => {
                    self.fields(trail, at - 1, field, 0, after);
                    self.words(ITEM_WORDS);
                    self.in_sight();
                }
                None => {
                    self.literals(trail, at);
                    self.parameters(trail, at, after);
                    self.in_sight();
                    self.prelude();
                    self.words(WORDS);
                }
            },
            _ => self.taken(trail, here),
        }
    }

    /// After a dot.
    fn members_of(&mut self, base: ExprId) {
        let facts = self.facts;
        if let Some(path) = facts.library_path(base) {
            return self.library(&path);
        }
        for (name, member) in facts.members(base) {
            self.member(name, &member, "");
        }
    }

    fn member(&mut self, name: Symbol, member: &Member, follows: &str) {
        if &*name.text() == HERE {
            return;
        }
        let ty = shown(member);
        let kind = if matches!(ty, Ty::Function(_)) { Kind::Function } else { Kind::Field };
        let doc = self.doc(member);
        let detail = if ty == Ty::Any { String::new() } else { one_line(&ty) };
        let label = name.to_string();
        self.push(kind, label.clone(), format!("{label}{follows}"), detail, doc);
    }

    /// The documentation of a field, where it is declared.
    fn doc(&mut self, member: &Member) -> Option<String> {
        let places = [member.declared_at, Some(member.name_at)];
        places.into_iter().flatten().filter(|loc| *loc != Loc::default()).find_map(|loc| {
            let path = self.project.sources.get(loc.file).name.clone();
            let facts = self.project.facts(&path)?;
            facts.declared_at(loc.span.start)?.doc.as_ref().map(|doc| doc.to_string())
        })
    }

    /// The functions and modules below a path of the library.
    fn library(&mut self, path: &str) {
        let below = |name: &'static str| match path {
            "" => Some(name),
            path => name.strip_prefix(path)?.strip_prefix('.'),
        };
        for row in NATIVES {
            let Some(rest) = below(row.name) else { continue };
            match rest.split_once('.') {
                None => {
                    let kind = if row.is_function() { Kind::Function } else { Kind::Variable };
                    self.push(
                        kind,
                        rest.to_owned(),
                        rest.to_owned(),
                        row.signature.to_owned(),
                        Some(row.doc.to_owned()),
                    );
                }
                Some((module, _)) => {
                    let about = MODULES.iter().find(|(name, _)| *name == module).map(|(_, about)| (*about).to_owned());
                    self.push(Kind::Module, module.to_owned(), module.to_owned(), String::new(), about);
                }
            }
        }
    }

    /// A field's name: those that what stands around asks for and that are not written yet.
    fn fields(&mut self, trail: &Trail, at: usize, field: &Field, part: usize, after: &str) {
        let facts = self.facts;
        let mut members = Vec::new();
        for set in facts.below(facts.wanted_at(trail, at), field, part) {
            members_of(&set, &mut members);
        }
        let (Expr::Record(items) | Expr::Schema(items)) = facts.ast().expr(trail[at]) else { return };
        let mut written = Vec::new();
        fields_of(items, &mut |other| {
            let same_way = other.path.iter().zip(&field.path).take(part).all(|(a, b)| a.key == b.key);
            if let (true, [last]) = (same_way, other.path.get(part..).unwrap_or_default())
                && let (Key::Static(name), Some(_)) = (last.key, other.value)
            {
                written.push(name);
            }
        });
        let goes_on = after.trim_start_matches([' ', '\t']).starts_with(['=', ':', '.', '?', '(']);
        for (name, member) in members {
            if !written.contains(&name) {
                self.member(name, &member, if goes_on { "" } else { " = " });
            }
        }
    }

    /// The values that a place asks for by name.
    fn literals(&mut self, trail: &Trail, at: usize) {
        for set in self.facts.wanted_at(trail, at) {
            for part in set.members() {
                let literal = match part {
                    Ty::Text(Text::One(text)) => format!("{text:?}"),
                    Ty::Int(Some(low), Some(high)) if low == high => low.to_string(),
                    Ty::Bool(Some(truth)) => truth.to_string(),
                    Ty::Bool(None) => {
                        for truth in ["true", "false"] {
                            self.push(Kind::Literal, truth.to_owned(), truth.to_owned(), String::new(), None);
                        }
                        continue;
                    }
                    Ty::Null => "null".to_owned(),
                    _ => continue,
                };
                if !literal.contains(HERE) {
                    self.push(Kind::Literal, literal.clone(), literal, String::new(), None);
                }
            }
        }
    }

    /// The names of the parameters that a call can give.
    fn parameters(&mut self, trail: &Trail, at: usize, after: &str) {
        let facts = self.facts;
        let Some(above) = at.checked_sub(1) else { return };
        let Expr::Call { callee, args } = facts.ast().expr(trail[above]) else { return };
        let Ty::Function(signature) = facts.type_of(*callee) else { return };
        if after.trim_start().starts_with('=') || *callee == trail[at] {
            return;
        }
        let given: Vec<Symbol> = args.iter().filter_map(|arg| arg.name).map(|name| name.symbol).collect();
        let places = args.iter().take_while(|arg| arg.value != trail[at]).filter(|arg| arg.name.is_none()).count();
        for param in signature.params.iter().skip(places) {
            if let Some(name) = param.name.filter(|name| !given.contains(name)) {
                let detail = if param.ty == Ty::Any { String::new() } else { one_line(&param.ty) };
                self.push(Kind::Parameter, format!("{name} = "), format!("{name} = "), detail, None);
            }
        }
    }

    /// The variables in sight, the nearest first.
    fn in_sight(&mut self) {
        let facts = self.facts;
        for (name, var) in facts.names.sight.iter().rev() {
            let ty = facts.notes.vars.get(var).cloned().unwrap_or(Ty::Any);
            let kind = match ty {
                Ty::Function(_) => Kind::Function,
                Ty::Type(_) => Kind::Type,
                _ => Kind::Variable,
            };
            let doc = facts.source_of(*var).and_then(|source| comment_above(&facts.text, source.bind.span.start));
            let detail = if ty == Ty::Any { String::new() } else { one_line(&ty) };
            self.push(kind, name.to_string(), name.to_string(), detail, doc);
        }
    }

    fn prelude(&mut self) {
        for (name, word) in Prelude::NAMES {
            let kind = match word {
                Prelude::Std => Kind::Module,
                Prelude::Absent => Kind::Keyword,
                _ => Kind::Type,
            };
            self.push(kind, (*name).to_owned(), (*name).to_owned(), String::new(), None);
        }
    }

    fn words(&mut self, words: &[&str]) {
        for word in words {
            self.push(Kind::Keyword, (*word).to_owned(), (*word).to_owned(), String::new(), None);
        }
    }

    /// A name in a pattern that takes a record apart: the fields that the record has.
    fn taken(&mut self, trail: &Trail, here: u32) {
        let facts = self.facts;
        let Some((_, var)) = facts.binder_at(here) else { return };
        let Some(source) = facts.source_of(var) else { return };
        if trail.is_empty() || source.path.is_empty() {
            return;
        }
        if let Some(path) = facts.library_path(source.bind.value) {
            return self.library(&path);
        }
        let Pattern::Record { fields, .. } = &source.bind.pattern else { return };
        let written: Vec<Symbol> = fields.iter().map(|field| field.name.symbol).collect();
        let mut members = Vec::new();
        members_of(&facts.type_of(source.bind.value), &mut members);
        for (name, member) in members {
            if !written.contains(&name) {
                self.member(name, &member, "");
            }
        }
    }
}

/// The part of a field's path that stands at an offset.
fn field_at(field: &Field, here: u32) -> Option<usize> {
    field.path.iter().position(|part| part.span.start == here)
}

/// The field that is nothing but the name at the end of a trail: `{ a }`.
fn shorthand<'a>(facts: &'a Facts, trail: &Trail) -> Option<&'a Field> {
    let [.., braces, name] = &trail[..] else { return None };
    let (Expr::Record(items) | Expr::Schema(items)) = facts.ast().expr(*braces) else { return None };
    let mut found = None;
    fields_of(items, &mut |field| {
        let it = field.sugar == Sugar::Shorthand && field.value == Some(*name);
        found = found.or(it.then_some(field));
    });
    found
}
