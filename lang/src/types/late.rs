//! Values that are known better once they are read.
//!
//! A field that reads `self` depends on what its braces become part of. Where a field of a record is read,
//! that record is whole: the field's text is looked at again, with `self` as the record. And what a call
//! makes of its arguments in the fields of a record is wrong only for those who read these fields.

use super::checker::Checker;
use super::exprs::narrowed;
use super::ty::{Has, Member, Row, Ty};
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::syntax::ast::{Expr, Item};
use std::rc::Rc;

/// So many parts of what a file gives are looked through for what is wrong in them.
const MOST: usize = 100_000;

impl Checker<'_> {
    /// What a field of a whole record is, read at `at`.
    pub(super) fn read_member(&mut self, row: &Rc<Row>, name: Symbol, member: &Member, at: Loc) -> Ty {
        match member.has {
            Has::Yes => {}
            Has::Perhaps => return Ty::Any,
            Has::No if row.loose => return Ty::Any,
            Has::No => {
                self.no_value(row, name, member, at);
                return Ty::Any;
            }
        }
        for diag in member.wrong.iter().flat_map(|wrong| wrong.iter()) {
            self.tell(diag);
        }
        match self.look_at_late(row, member, at) {
            Some(ty) => narrowed(&ty, &member.declared),
            None => member.read(),
        }
    }

    fn look_at_late(&mut self, row: &Rc<Row>, member: &Member, at: Loc) -> Option<Ty> {
        let late = member.late.filter(|late| late.file == self.file && !row.loose)?;
        if !self.looks_deeper() || !self.burn() {
            return None;
        }
        let ast = self.ast;
        let (Expr::Record(items) | Expr::Schema(items)) = ast.expr(late.braces) else { return None };
        let own = *self.names.braces.get(&late.braces)?;
        Some(self.probe((at, "read here"), |this| {
            this.set(own.this, Ty::Record(row.clone()));
            for item in items {
                if let Item::Let(bind) = item
                    && this.names.reads(bind.value).this
                {
                    this.bind(bind);
                }
            }
            this.infer(late.value)
        }))
    }

    /// Looks at a field of a record that a call makes, and gathers what is wrong with it.
    pub(super) fn gather<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> (T, Option<Rc<[Diag]>>) {
        if self.calls.is_empty() {
            return (look(self), None);
        }
        let (sure, holding) = (std::mem::replace(&mut self.sure, true), self.holding.take());
        self.gathered.push(Vec::new());
        let result = look(self);
        let gathered = self.gathered.pop().filter(|gathered| !gathered.is_empty());
        (self.sure, self.holding) = (sure, holding);
        (result, gathered.map(Rc::from))
    }

    /// What is wrong in the records that calls made, as far as the file gives them away.
    pub(super) fn tell_wrong(&mut self, root: &Ty) {
        let mut todo = vec![root.clone()];
        let mut seen = 0;
        while let Some(ty) = todo.pop().filter(|_| seen < MOST) {
            seen += 1;
            match &ty {
                Ty::Record(row) => {
                    for member in row.fields.values().filter(|member| member.has == Has::Yes) {
                        for diag in member.wrong.iter().flat_map(|wrong| wrong.iter()) {
                            self.hold(member.at, |this| this.tell(diag));
                        }
                        todo.push(member.value.clone());
                    }
                }
                Ty::List(items) => todo.extend(items.each.iter().flatten().map(|(element, _)| element.clone())),
                _ => {}
            }
        }
    }
}
