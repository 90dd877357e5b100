//! Braces: their items, field by field.

use super::checker::Checker;
use super::demand::{Presence, Wanted};
use super::ty::{Has, Late, Member, Row, Ty};
use crate::base::span::Loc;
use crate::syntax::ast::{Class, Expr, ExprId, Field, Item, Key, PathPart};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// The sets of the annotations of one pair of braces, and the record as it grows.
struct Braces {
    id: ExprId,
    sets: FxHashMap<ExprId, Ty>,
    row: Row,
    /// Under a condition: what is defined may not be there.
    perhaps: bool,
    /// That of the block around the items.
    class: Option<Class>,
    /// There are definitions whose names nobody knows here: they may be of any of the known fields.
    loose: bool,
}

impl Checker<'_> {
    pub(super) fn record(&mut self, id: ExprId, items: &[Item]) -> Ty {
        let schema = matches!(self.ast.expr(id), Expr::Schema(_));
        let row = Row { schema, at: self.loc(id), ..Row::default() };
        let sets = FxHashMap::default();
        let mut braces = Braces { id, sets, row, perhaps: false, class: None, loose: false };
        self.maybe(|this| {
            let mut known = Row { open: true, ..Row::default() };
            this.annotations(items, &mut braces, &mut known);
            if let Some(own) = this.names.braces.get(&id) {
                this.set(own.this, Ty::Record(Rc::new(known)));
                this.set(own.below, Ty::Any);
            }
            this.items(items, &mut braces);
        });
        if braces.loose {
            braces.row.fields.values_mut().for_each(|member| member.value = Ty::Any);
        }
        Ty::Record(Rc::new(braces.row))
    }

    /// First the annotations: what `self` is known to be.
    fn annotations(&mut self, items: &[Item], braces: &mut Braces, known: &mut Row) {
        for item in items {
            match item {
                Item::Let(bind) if !self.names.reads(bind.value).this => self.bind(bind),
                Item::Field(field) => {
                    let Some(annotation) = field.ty else { continue };
                    let set = self.annotation(annotation);
                    if let [PathPart { key: Key::Static(name), .. }] = &*field.path {
                        let mut member = Member::new(set.passed(), self.loc(annotation));
                        member.has = if field.optional { Has::Perhaps } else { Has::Yes };
                        known.fields.insert(*name, member);
                    }
                    braces.sets.insert(annotation, set);
                }
                Item::Block { record, .. } => {
                    if let Expr::Record(items) = self.ast.expr(*record) {
                        self.annotations(items, braces, known);
                    }
                }
                _ => {}
            }
        }
    }

    fn items(&mut self, items: &[Item], braces: &mut Braces) {
        for item in items {
            match item {
                Item::Error => braces.row.open = true,
                Item::Open(_) => braces.row.open = true,
                Item::Field(field) => self.one_field(field, braces),
                Item::Block { class, record } => {
                    if let Expr::Record(items) = self.ast.expr(*record) {
                        let before = braces.class.replace(*class);
                        self.items(items, braces);
                        braces.class = before;
                    }
                }
                // The others have been looked at with the annotations.
                Item::Let(bind) if self.names.reads(bind.value).this => self.bind(bind),
                Item::Let(_) => {}
                Item::Assert { cond, message } => {
                    self.condition(*cond);
                    self.operand(*message, &Ty::TEXT, "the message of an assert is a string");
                }
                Item::If { cond, then, otherwise } => {
                    self.condition(*cond);
                    let before = std::mem::replace(&mut braces.perhaps, true);
                    self.where_it_is(*cond, true, |this| this.items(then, braces));
                    self.where_it_is(*cond, false, |this| this.items(otherwise, braces));
                    braces.perhaps = before;
                }
                Item::For { names, source, body } => {
                    self.for_names(names, *source);
                    let before = std::mem::replace(&mut braces.perhaps, true);
                    self.items(body, braces);
                    braces.perhaps = before;
                }
                Item::Rest { key, ty, value } => {
                    let names = self.annotation(*key);
                    let set = self.annotation(*ty);
                    if let Some(value) = value {
                        self.infer(*value);
                        // What it starts a field from joins the records that are defined there.
                        braces.loose = true;
                    }
                    // With names of a pattern, or with two such items, nobody knows which is whose.
                    let known = names == Ty::TEXT && braces.row.rest.is_none();
                    braces.row.rest = Some(if known { set } else { Ty::Any });
                    braces.row.open = true;
                }
                Item::Spread(expr) => self.spread(*expr, braces),
            }
        }
    }

    fn spread(&mut self, expr: ExprId, braces: &mut Braces) {
        let ty = self.operand(expr, &Ty::any_record(), "expected a record to spread");
        self.complete(&ty);
        match ty {
            Ty::Record(spread) => {
                let own = std::mem::take(&mut braces.row);
                let schema = own.schema || spread.schema;
                // What stands beside a spread is told when it is read: `&` may know better.
                let mut base = Row { schema: false, ..Rc::unwrap_or_clone(spread) };
                if braces.perhaps {
                    base.doubt();
                }
                braces.row = self.join_rows(base, own, false, "");
                braces.row.schema = schema;
            }
            _ => {
                braces.row.open = true;
                braces.row.loose = true;
                braces.loose = true;
            }
        }
    }

    fn one_field(&mut self, field: &Field, braces: &mut Braces) {
        let set = field.ty.map(|annotation| {
            let set = braces.sets.get(&annotation).cloned();
            (set.unwrap_or_else(|| self.annotation(annotation)), self.loc(annotation))
        });
        let mut computed = false;
        for part in &field.path {
            if let Key::Computed(expr) = part.key {
                computed = true;
                self.infer(expr);
            }
        }
        let way: Vec<String> = field
            .path
            .iter()
            .map(|part| match part.key {
                Key::Static(name) => name.to_string(),
                Key::Computed(_) => "…".to_owned(),
            })
            .collect();
        let class = field.class.or(braces.class).unwrap_or(Class::Plain);
        // A template is there to be completed.
        let template = braces.row.schema || class == Class::Default || field.hidden;
        let presence = if template { Presence::Open } else { Presence::Asked };
        let (value, wrong) = self.gather(|this| {
            field.value.map(|value| match &set {
                Some((set, at)) => {
                    let what = format!("`{}`", way.join("."));
                    let by = Some(this.loc(value));
                    let ty = this.expect(value, Wanted { set, at: Some(*at), what: &what, by, presence });
                    field.ty.into_iter().for_each(|annotation| this.prove(annotation, value, &ty));
                    (ty, this.loc(value))
                }
                None => (this.content(value), this.loc(value)),
            })
        });
        if computed {
            braces.row.open = true;
            braces.row.loose = true;
            braces.loose = true;
            return;
        }
        let mut member = self.member(field, set, value, braces.perhaps);
        member.class = class;
        member.wrong = wrong;
        member.late = self.late(field, braces.id);
        self.put(&mut braces.row, &field.path, member);
    }

    /// What a field is. A table of the library's files is long, and few of them are asked for.
    fn content(&mut self, value: ExprId) -> Ty {
        match self.ast.expr(value) {
            Expr::Import(path) if path.starts_with("std/") => Ty::File(path.clone()),
            _ => self.infer(value),
        }
    }

    /// The text of a value that is to be looked at again when it is read: where nothing around it may have
    /// changed until then.
    fn late(&self, field: &Field, braces: ExprId) -> Option<Late> {
        let value = field.value.filter(|_| field.path.len() == 1 && !field.optional)?;
        let fixed = self.functions == 0 && self.calls.is_empty();
        (fixed && self.names.reads(value).this).then_some(Late { file: self.file, braces, value })
    }

    /// What a field adds to its record.
    fn member(&self, field: &Field, set: Option<(Ty, Loc)>, value: Option<(Ty, Loc)>, perhaps: bool) -> Member {
        let has = match &value {
            _ if perhaps || field.value.is_some_and(|value| self.names.marked.contains(&value)) => Has::Perhaps,
            // `x? : T = v` starts from `v` once something else defines it.
            _ if field.optional => Has::Perhaps,
            Some(_) => Has::Yes,
            None => Has::No,
        };
        let (value, at) = value.unwrap_or((Ty::Any, field.span.at(self.file)));
        let (declared, declared_at) = set.map_or((Ty::Any, None), |(set, at)| (set, Some(at)));
        let name_at = field.path.last().map_or(field.span, |part| part.span).at(self.file);
        Member { declared, declared_at, has, name_at, ..Member::new(value, at) }
    }

    /// Puts a field at its path, together with what stands there already.
    fn put(&mut self, row: &mut Row, path: &[PathPart], member: Member) {
        let Some((first, rest)) = path.split_first() else { return };
        let Key::Static(name) = first.key else { return };
        let member = if rest.is_empty() {
            member
        } else {
            let mut inner = Row::default();
            let (has, at) = (member.has, member.at);
            self.put(&mut inner, rest, member);
            Member {
                has: if has == Has::Perhaps { Has::Perhaps } else { Has::Yes },
                name_at: first.span.at(self.file),
                ..Member::new(Ty::Record(Rc::new(inner)), at)
            }
        };
        match row.fields.get_mut(&name) {
            Some(slot) => {
                let before = std::mem::replace(slot, Member::new(Ty::Any, member.at));
                *slot = self.join_members(before, member, false, &name.text());
            }
            None => drop(row.fields.insert(name, member)),
        }
    }
}
