//! What the word at a place means, and where that is written.

use super::facts::{Facts, fields_of};
use super::plain::Place;
use super::project::Project;
use super::view::{Trail, named};
use crate::base::span::{Loc, Span};
use crate::base::symbol::Symbol;
use crate::prims::reference;
use crate::resolve::binding::{Binding, Prelude, VarId};
use crate::syntax::ast::{Expr, ExprId, Key};
use crate::types::ty::{Member, Ty};

pub(super) enum Meaning {
    /// A function or module of the library, by its path below `std`.
    Library(String),
    /// The files that an import leads to.
    Files(Vec<String>),
    Variable(VarId),
    /// A field: what is known of it, the most telling first, and its type here.
    Field {
        name: Symbol,
        members: Vec<Member>,
        ty: Ty,
    },
    /// `self`, `super`: the braces.
    Braces(Span),
    /// A word of the prelude.
    Word(Prelude),
}

impl Project {
    /// What stands at an offset, and its extent.
    pub(super) fn meaning(&mut self, facts: &Facts, offset: u32) -> Option<(Span, Meaning)> {
        let trail = facts.trail(offset);
        let id = *trail.last()?;
        let span = facts.ast().span(id);
        match facts.ast().expr(id) {
            Expr::Name(name) => self.named(facts, id, *name, span),
            Expr::SelfRef | Expr::SuperRef => match facts.names.names.get(&id)? {
                Binding::Var(var) => {
                    let braces = facts.braces_of(*var)?;
                    Some((span, Meaning::Braces(facts.ast().span(braces))))
                }
                Binding::Prelude(_) => None,
            },
            Expr::Import(path) => Some((span, Meaning::Files(self.targets(&facts.path, path)))),
            Expr::Field { base, name, .. } if name.span.contains(offset) => {
                if let Some(path) = facts.library_path(id) {
                    return Some((name.span, Meaning::Library(path)));
                }
                let Key::Static(symbol) = name.key else { return None };
                let members = facts.members(*base).into_iter().filter(|(name, _)| *name == symbol);
                let members: Vec<Member> = members.map(|(_, member)| member).collect();
                let ty = facts.type_of(id);
                (!members.is_empty()).then_some((name.span, Meaning::Field { name: symbol, members, ty }))
            }
            Expr::Record(_) | Expr::Schema(_) => defined(facts, &trail, offset).or_else(|| binder(facts, offset)),
            _ => binder(facts, offset),
        }
    }

    fn named(&mut self, facts: &Facts, id: ExprId, name: Symbol, span: Span) -> Option<(Span, Meaning)> {
        if let Some(path) = facts.library_path(id) {
            return Some((span, Meaning::Library(path)));
        }
        match facts.names.names.get(&id)? {
            Binding::Prelude(prelude) => Some((span, Meaning::Word(*prelude))),
            Binding::Var(var) => {
                if let Some(braces) = facts.braces_of(*var) {
                    return Some((span, Meaning::Braces(facts.ast().span(braces))));
                }
                let members = taken(facts, *var);
                if members.is_empty() {
                    return Some((span, Meaning::Variable(*var)));
                }
                Some((span, Meaning::Field { name, members, ty: facts.type_of(id) }))
            }
        }
    }

    /// Where a meaning is written, the declaration before what defines it again.
    pub(super) fn places(&mut self, facts: &Facts, meaning: &Meaning) -> Vec<Place> {
        let here = |span| vec![Place { path: shown_path(&facts.path), span }];
        match meaning {
            Meaning::Library(path) => page(path).into_iter().collect(),
            Meaning::Files(paths) => {
                let place = |path: &String| Place { path: shown_path(path), span: Span::default() };
                paths.iter().map(place).collect()
            }
            Meaning::Variable(var) => here(facts.names.vars[*var].span),
            Meaning::Braces(span) => here(Span { end: span.start + 1, ..*span }),
            Meaning::Word(_) => Vec::new(),
            Meaning::Field { members, .. } => {
                let mut found: Vec<Place> = Vec::new();
                for loc in members.iter().flat_map(|member| [member.declared_at, Some(member.name_at)]).flatten() {
                    if let Some(place) = self.declaration(loc)
                        && !found.contains(&place)
                    {
                        found.push(place);
                    }
                }
                found
            }
        }
    }

    /// The name of the field whose declaration a place lies in.
    fn declaration(&mut self, loc: Loc) -> Option<Place> {
        if loc == Loc::default() {
            return None;
        }
        let path = self.sources.get(loc.file).name.to_string();
        let Some(facts) = self.facts(&path) else { return Some(Place { path, span: loc.span }) };
        let declared = facts.declared_at(loc.span.start)?;
        Some(Place { path: shown_path(&path), span: declared.name })
    }

    /// Where the word at an offset is declared.
    pub fn definition(&mut self, path: &str, offset: u32) -> Vec<Place> {
        let Some(facts) = self.facts(path) else { return Vec::new() };
        let Some((_, meaning)) = self.meaning(&facts, offset) else { return Vec::new() };
        self.places(&facts, &meaning)
    }
}

/// The field whose name stands at an offset among a record's items.
fn defined(facts: &Facts, trail: &Trail, offset: u32) -> Option<(Span, Meaning)> {
    let at = trail.len() - 1;
    let id = trail[at];
    let (Expr::Record(items) | Expr::Schema(items)) = facts.ast().expr(id) else { return None };
    let mut found = None;
    fields_of(items, &mut |field| {
        let part = field.path.iter().position(|part| part.span.contains(offset));
        found = found.or(part.map(|part| (field, part)));
    });
    let (field, part) = found?;
    let Key::Static(name) = field.path[part].key else { return None };
    let mut members = named(&facts.below(facts.wanted_at(trail, at), field, part), name);
    let own = named(&facts.below(vec![facts.type_of(id)], field, part), name);
    let ty = own.first().map_or(Ty::Any, Member::read);
    members.extend(own);
    Some((field.path[part].span, Meaning::Field { name, members, ty }))
}

/// A name where it is bound.
fn binder(facts: &Facts, offset: u32) -> Option<(Span, Meaning)> {
    let (span, var) = facts.binder_at(offset)?;
    let name = facts.names.vars[var].name;
    let members = taken(facts, var);
    let ty = facts.notes.vars.get(&var).cloned().unwrap_or(Ty::Any);
    let meaning = if members.is_empty() { Meaning::Variable(var) } else { Meaning::Field { name, members, ty } };
    Some((span, meaning))
}

/// The field that a variable was taken from: `let { Service } = import "…"`.
fn taken(facts: &Facts, var: VarId) -> Vec<Member> {
    let Some(source) = facts.source_of(var) else { return Vec::new() };
    let Some((last, way)) = source.path.split_last() else { return Vec::new() };
    let mut types = vec![facts.type_of(source.bind.value)];
    for name in way {
        types = named(&types, *name).iter().map(Member::read).collect();
    }
    named(&types, *last)
}

/// The path of a file as it is shown: those of the library with their ending.
pub(super) fn shown_path(path: &str) -> String {
    let bare = path.starts_with("std/") && !path.ends_with(".rzp") && !path.ends_with(".md");
    if bare { format!("{path}.rzp") } else { path.to_owned() }
}

/// The place of a library function, or of a module, in the reference.
fn page(path: &str) -> Option<Place> {
    let module = path.split('.').next().unwrap_or_default();
    let known = |file: &str| reference::pages().into_iter().find(|page| page.file == file);
    let heading = format!("## std.{path}\n");
    let page = known(&format!("{module}.md")).filter(|_| !module.is_empty());
    let page = page.or_else(|| known("std.md").filter(|page| page.text.contains(&heading)));
    let page = page.or_else(|| known("README.md"))?;
    let start = page.text.find(&heading).map_or(0, |at| at + 3);
    let end = page.text[start..].find('\n').map_or(page.text.len(), |at| start + at);
    Some(Place { path: format!("std/reference/{}", page.file), span: Span::new(start, end) })
}
