//! The walk over a record's items: which of them read `self`, and which name a path twice.

use super::binding::{Braces, MarkPlace, Reads, VarKind};
use super::resolver::Resolver;
use super::scope::Scope;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::syntax::ast::{Bind, Expr, ExprId, Field, Item, Key, PathPart, Pattern};
use rustc_hash::{FxHashMap, FxHashSet};

impl Resolver<'_> {
    pub(super) fn record(&mut self, id: ExprId, items: &[Item]) {
        let span = self.ast.span(id);
        let this = self.var(Symbol::new("self"), span, VarKind::This);
        let below = self.var(Symbol::new("super"), span, VarKind::Super { this });
        let braces = Braces { this, below };
        self.out.braces.insert(id, braces);
        let mut fields = FxHashSet::default();
        self.field_names(items, &mut fields);
        let depth = self.scopes.depth();
        self.scopes.push(Scope::Braces { braces, fields });
        self.scopes.push(Scope::Names(Vec::new()));
        self.duplicates(items);
        self.items(items, braces);
        self.scopes.truncate(depth);
    }

    /// The first names of all paths, for the message on a bare field.
    fn field_names(&self, items: &[Item], out: &mut FxHashSet<Symbol>) {
        for item in items {
            match item {
                Item::Field(field) => out.extend(field.path.first().and_then(static_key)),
                Item::Block { record, .. } => self.block_items(*record, |items| self.field_names(items, out)),
                Item::If { then, otherwise, .. } => {
                    self.field_names(then, out);
                    self.field_names(otherwise, out);
                }
                Item::For { body, .. } => self.field_names(body, out),
                Item::Error | Item::Let(_) | Item::Assert { .. } | Item::Rest { .. } => {}
                Item::Open(_) | Item::Spread(_) => {}
            }
        }
    }

    fn block_items(&self, record: ExprId, with: impl FnOnce(&[Item])) {
        if let Expr::Record(items) = self.ast.expr(record) {
            with(items);
        }
    }

    fn items(&mut self, items: &[Item], braces: Braces) {
        for item in items {
            match item {
                Item::Error | Item::Open(_) => {}
                Item::Field(field) => self.field(field, braces),
                Item::Block { record, .. } => {
                    if let Expr::Record(items) = self.ast.expr(*record) {
                        self.inner(items, braces);
                    }
                }
                Item::Let(bind) => self.record_let(bind, braces),
                Item::Assert { cond, message } => {
                    self.reading(*cond, braces);
                    self.reading(*message, braces);
                }
                Item::If { cond, then, otherwise } => {
                    self.reading(*cond, braces);
                    self.inner(then, braces);
                    self.inner(otherwise, braces);
                }
                Item::For { names, source, body } => {
                    self.reading(*source, braces);
                    self.scoped(|this| {
                        this.loop_names(names);
                        this.duplicates(body);
                        this.items(body, braces);
                    });
                }
                Item::Rest { key, ty, value } => {
                    self.reading(*key, braces);
                    self.reading(*ty, braces);
                    value.iter().for_each(|value| self.reading(*value, braces));
                }
                Item::Spread(expr) => self.reading(*expr, braces),
            }
        }
    }

    fn inner(&mut self, items: &[Item], braces: Braces) {
        self.scoped(|this| {
            this.duplicates(items);
            this.items(items, braces);
        });
    }

    fn field(&mut self, field: &Field, braces: Braces) {
        for part in &field.path {
            self.part(part, braces);
        }
        if self.bare_text(field) {
            return;
        }
        if let Some(value) = field.value {
            let marks = self.marks.len();
            self.mark_place(value, MarkPlace::Field);
            if self.marks.len() > marks {
                self.out.marked.insert(value);
            }
        }
        for expr in field.ty.iter().chain(&field.value) {
            self.reading(*expr, braces);
        }
    }

    /// `name: web`: a word as YAML has it, in the place of a type.
    fn bare_text(&mut self, field: &Field) -> bool {
        let (Some(ty), None, Some(last)) = (field.ty, field.value, field.path.last()) else { return false };
        let Expr::Name(word) = self.ast.expr(ty) else { return false };
        if field.optional
            || !self.means_nothing(*word, self.ast.span(ty))
            || word.text().starts_with(char::is_uppercase)
        {
            return false;
        }
        let span = self.ast.span(ty);
        let place = Span { start: last.span.end, end: span.end }.at(self.file);
        let diag = Diag::error(Code::UnknownName, format!("unknown name `{word}`"))
            .at(span.at(self.file), "`:` says which type a field has, `=` gives it a value")
            .fix("text stands in quotes, behind `=`", place, format!(" = \"{word}\""));
        self.report(diag);
        true
    }

    fn part(&mut self, part: &PathPart, braces: Braces) {
        if let Key::Computed(expr) = part.key {
            self.reading(expr, braces);
        }
    }

    /// A name after a dot.
    pub(super) fn key(&mut self, part: &PathPart) {
        if let Key::Computed(expr) = part.key {
            self.expr(expr);
        }
    }

    /// Walks an expression among the items and notes whether it reads their record.
    fn reading(&mut self, expr: ExprId, braces: Braces) {
        let reads = self.watch(braces, |this| this.expr(expr));
        self.note(expr, reads);
    }

    fn note(&mut self, expr: ExprId, reads: Reads) {
        if reads != Reads::default() {
            self.out.reads.insert(expr, reads);
        }
    }

    fn watch(&mut self, braces: Braces, walk: impl FnOnce(&mut Self)) -> Reads {
        self.reading.push((braces.this, Reads::default()));
        walk(self);
        self.reading.pop().map(|(_, reads)| reads).unwrap_or_default()
    }

    /// `let s = self` is a second name of `self`; any other let is a private value of the record.
    fn record_let(&mut self, bind: &Bind, braces: Braces) {
        if let (Pattern::Bind(name), Expr::SelfRef, None) = (&bind.pattern, self.ast.expr(bind.value), bind.ty) {
            self.expr(bind.value);
            self.hides(*name);
            self.scopes.declare(name.symbol, braces.this);
            return;
        }
        let reads = self.watch(braces, |this| this.bound_value(bind));
        self.note(bind.value, reads);
        self.pattern(&bind.pattern, VarKind::RecordLet { this: braces.this, reads });
    }

    /// Two values for one path in the same braces.
    fn duplicates(&mut self, items: &[Item]) {
        let mut seen: FxHashMap<Vec<Symbol>, Span> = FxHashMap::default();
        for item in items {
            let Item::Field(field) = item else { continue };
            let Some(path) = field.path.iter().map(static_key).collect::<Option<Vec<_>>>() else { continue };
            if field.value.is_none() {
                continue;
            }
            let span = field.path.first().map_or(field.span, |part| part.span);
            if let Some(first) = seen.get(&path) {
                let shown = path.iter().map(|name| name.text().to_string()).collect::<Vec<_>>().join(".");
                let diag = Diag::error(Code::DuplicateField, format!("`{shown}` has two values in the same braces"))
                    .at(span.at(self.file), "a second value here")
                    .also(first.at(self.file), "the first is here")
                    .help("remove one of them; a later one does not win, as it would in YAML");
                self.report(diag);
                continue;
            }
            seen.insert(path, span);
        }
    }
}

fn static_key(part: &PathPart) -> Option<Symbol> {
    match part.key {
        Key::Static(name) => Some(name),
        Key::Computed(_) => None,
    }
}
