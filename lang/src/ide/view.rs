//! One text by its offsets: the nodes around a place, what is known of them, what they should be.

use super::facts::{Facts, fields_of};
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::resolve::binding::{Binding, Prelude, VarId, VarKind};
use crate::syntax::ast::{Arg, BinaryOp, Bind, Expr, ExprId, Field, Item, Key, Pattern};
use crate::syntax::visit::children;
use crate::types::ty::{Member, Ty};

/// The nodes around a place, outermost first.
pub(super) type Trail = Vec<ExprId>;

/// Where a variable gets its value: a part of what an expression gives.
pub(super) struct Source<'a> {
    pub bind: &'a Bind,
    /// The fields that its pattern goes through.
    pub path: Vec<Symbol>,
}

impl Facts {
    /// The nodes around an offset. Between two nodes side by side, the one that begins there is meant.
    pub(super) fn trail(&self, offset: u32) -> Trail {
        let ast = self.ast();
        let mut trail = vec![ast.root];
        let mut at = ast.root;
        loop {
            let (mut inside, mut before) = (None, None);
            children(ast.expr(at), &mut |child| {
                let span = ast.span(child);
                if span.start <= offset && offset < span.end {
                    inside = Some(child);
                } else if span.end == offset && span.start < span.end {
                    before = Some(child);
                }
            });
            let Some(next) = inside.or(before) else { return trail };
            trail.push(next);
            at = next;
        }
    }

    pub(super) fn type_of(&self, id: ExprId) -> Ty {
        self.notes.types.get(&id).cloned().unwrap_or(Ty::Any)
    }

    /// `std.list.map`: the path below `std`, if that is what an expression reads.
    pub(super) fn library_path(&self, id: ExprId) -> Option<String> {
        let mut parts = Vec::new();
        let mut at = id;
        loop {
            match self.ast().expr(at) {
                Expr::Name(_) => match self.names.names.get(&at)? {
                    Binding::Prelude(Prelude::Std) => break,
                    Binding::Var(var) => {
                        // `let list = std.list`
                        let source = self.source_of(*var)?;
                        let mut path = self.library_path(source.bind.value)?;
                        let names = source.path.iter().chain(parts.iter().rev());
                        for name in names {
                            let dot = if path.is_empty() { "" } else { "." };
                            path.push_str(&format!("{dot}{name}"));
                        }
                        return Some(path);
                    }
                    Binding::Prelude(_) => return None,
                },
                Expr::Group(inner) => at = *inner,
                Expr::Field { base, name, .. } => {
                    let Key::Static(name) = name.key else { return None };
                    parts.push(name);
                    at = *base;
                }
                _ => return None,
            }
        }
        Some(parts.iter().rev().map(Symbol::to_string).collect::<Vec<_>>().join("."))
    }

    /// The variable whose name stands at an offset where it is bound.
    pub(super) fn binder_at(&self, offset: u32) -> Option<(Span, VarId)> {
        let here = self.names.binders.iter().filter(|(span, _)| span.contains(offset));
        here.min_by_key(|(span, _)| (span.end - span.start, span.start)).map(|(span, var)| (*span, *var))
    }

    /// The `let` that gives a variable its value.
    pub(super) fn source_of(&self, var: VarId) -> Option<Source<'_>> {
        let ast = self.ast();
        let span = self.names.vars[var].span;
        for id in self.trail(span.start).into_iter().rev() {
            let mut found = None;
            let mut look = |bind| found = found.take().or_else(|| source_in(bind, span));
            match ast.expr(id) {
                Expr::Let { bind, .. } => look(bind),
                Expr::Record(items) | Expr::Schema(items) => lets_of(items, &mut look),
                _ => {}
            }
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The fields that reading an expression can find: name by name what is known of each.
    pub(super) fn members(&self, base: ExprId) -> Vec<(Symbol, Member)> {
        let mut found = Vec::new();
        members_of(&self.type_of(base), &mut found);
        if let Some(Binding::Var(var)) = self.names.names.get(&base)
            && let Some(braces) = self.braces_of(*var)
        {
            members_of(&self.type_of(braces), &mut found);
            for set in self.wanted(braces) {
                members_of(&set, &mut found);
            }
        }
        found
    }

    /// The braces whose `self` or `super` a variable is.
    pub(super) fn braces_of(&self, var: VarId) -> Option<ExprId> {
        let this = match self.names.vars[var].kind {
            VarKind::This => var,
            VarKind::Super { this } => this,
            VarKind::Local | VarKind::RecordLet { .. } | VarKind::Callee => return None,
        };
        self.names.braces.iter().find(|(_, braces)| braces.this == this).map(|(id, _)| *id)
    }

    /// What the value of a node should be, as far as what stands around it says.
    pub(super) fn wanted(&self, id: ExprId) -> Vec<Ty> {
        let trail = self.trail(self.ast().span(id).start);
        match trail.iter().position(|other| *other == id) {
            Some(at) => self.wanted_at(&trail, at),
            None => Vec::new(),
        }
    }

    pub(super) fn wanted_at(&self, trail: &Trail, at: usize) -> Vec<Ty> {
        let Some(id) = trail.get(at).copied() else { return Vec::new() };
        let mut found: Vec<Ty> = self.notes.wanted.get(&id).into_iter().cloned().collect();
        let Some(above) = at.checked_sub(1) else { return found };
        let outer = || self.wanted_at(trail, above);
        match self.ast().expr(trail[above]) {
            Expr::Group(_) => found.extend(outer()),
            Expr::If { cond, .. } if *cond != id => found.extend(outer()),
            Expr::Let { body, .. } if *body == id => found.extend(outer()),
            Expr::Binary { op: BinaryOp::With | BinaryOp::Merge, lhs, rhs } => {
                found.push(self.type_of(if *lhs == id { *rhs } else { *lhs }));
                found.extend(outer());
            }
            Expr::Binary { op: BinaryOp::Coalesce, .. } => found.extend(outer()),
            Expr::List(_) => found.extend(outer().iter().filter_map(element)),
            Expr::Call { callee, args } => found.extend(self.parameter(*callee, args, id)),
            Expr::Record(items) | Expr::Schema(items) => {
                if items.iter().any(|item| matches!(item, Item::Block { record, .. } if *record == id)) {
                    found.extend(outer());
                }
                let mut field = None;
                fields_of(items, &mut |one| field = field.or_else(|| (one.value == Some(id)).then_some(one)));
                if let Some(field) = field {
                    found.extend(self.below(outer(), field, field.path.len()));
                }
            }
            _ => {}
        }
        found
    }

    /// What sets say of the place that the first names of a field's path lead to.
    pub(super) fn below(&self, sets: Vec<Ty>, field: &Field, names: usize) -> Vec<Ty> {
        field.path.iter().take(names).fold(sets, |sets, part| match part.key {
            Key::Static(name) => sets.iter().flat_map(|set| step(set, name)).collect(),
            Key::Computed(_) => sets.iter().filter_map(rest).collect(),
        })
    }

    /// What the parameter that takes an argument lets through.
    fn parameter(&self, callee: ExprId, args: &[Arg], id: ExprId) -> Option<Ty> {
        let Ty::Function(signature) = self.type_of(callee) else { return None };
        let at = args.iter().position(|arg| arg.value == id)?;
        let param = match args[at].name {
            Some(name) => signature.params.iter().find(|param| param.name == Some(name.symbol)),
            None => signature.params.get(args[..at].iter().filter(|arg| arg.name.is_none()).count()),
        };
        param.map(|param| param.ty.clone())
    }
}

/// The fields of a type, those of all members of a union together; the first one of a name is kept.
pub(super) fn members_of(ty: &Ty, found: &mut Vec<(Symbol, Member)>) {
    for part in ty.members() {
        if let Ty::Record(row) = part {
            for (name, member) in &row.fields {
                if !found.iter().any(|(other, _)| other == name) {
                    found.push((*name, member.clone()));
                }
            }
        }
    }
}

/// The field of a name, in each of the types that have one.
pub(super) fn named(types: &[Ty], name: Symbol) -> Vec<Member> {
    let rows = types.iter().flat_map(|ty| ty.members()).filter_map(|part| match part {
        Ty::Record(row) => row.fields.get(&name).cloned(),
        _ => None,
    });
    rows.collect()
}

/// What a type says of the field of a name.
fn step(ty: &Ty, name: Symbol) -> Vec<Ty> {
    let mut found = Vec::new();
    for part in ty.members() {
        let Ty::Record(row) = part else { continue };
        match row.fields.get(&name) {
            Some(member) => {
                found.extend((member.declared != Ty::Any).then(|| member.declared.clone()));
                found.extend(matches!(member.value, Ty::Record(_)).then(|| member.value.clone()));
            }
            None => found.extend(row.rest.clone()),
        }
    }
    found
}

/// What a type says of a field whose name nobody knows.
fn rest(ty: &Ty) -> Option<Ty> {
    ty.members().iter().find_map(|part| match part {
        Ty::Record(row) => row.rest.clone(),
        _ => None,
    })
}

fn element(ty: &Ty) -> Option<Ty> {
    ty.members().iter().find_map(|part| match part {
        Ty::List(items) => Some(items.element.clone()),
        _ => None,
    })
}

/// Each `let` among items, also under conditions and in loops.
pub(super) fn lets_of<'a>(items: &'a [Item], visit: &mut impl FnMut(&'a Bind)) {
    for item in items {
        match item {
            Item::Let(bind) => visit(bind),
            Item::If { then, otherwise, .. } => {
                lets_of(then, visit);
                lets_of(otherwise, visit);
            }
            Item::For { body, .. } => lets_of(body, visit),
            _ => {}
        }
    }
}

fn source_in(bind: &Bind, span: Span) -> Option<Source<'_>> {
    let mut path = Vec::new();
    way(&bind.pattern, span, &mut path).then_some(Source { bind, path })
}

/// The way through a pattern to the name that stands at `span`; lists are not gone through.
fn way(pattern: &Pattern, span: Span, path: &mut Vec<Symbol>) -> bool {
    match pattern {
        Pattern::Bind(name) => name.span == span,
        Pattern::Record { fields, .. } => fields.iter().any(|field| {
            path.push(field.name.symbol);
            let found = way(&field.pattern, span, path);
            if !found {
                path.pop();
            }
            found
        }),
        Pattern::Error | Pattern::Any(_) | Pattern::Test(_) | Pattern::List { .. } => false,
    }
}
