//! What patterns bind.

use super::checker::Checker;
use super::demand::{Presence, Wanted};
use super::exprs::narrowed;
use super::ty::{Has, Ty};
use crate::syntax::ast::{Bind, FieldPattern, Pattern};

impl Checker<'_> {
    /// `let pattern : T = value`
    pub(super) fn bind(&mut self, bind: &Bind) {
        self.remember(bind);
        let set = bind.ty.map(|ty| (self.annotation(ty), self.loc(ty)));
        let ty = self.maybe(|this| match &set {
            Some((set, at)) => {
                let what = match &bind.pattern {
                    Pattern::Bind(name) => format!("`{}`", name.symbol),
                    _ => "the value".to_owned(),
                };
                let ty = this.expect(
                    bind.value,
                    Wanted { set, at: Some(*at), what: &what, by: None, presence: Presence::Asked },
                );
                bind.ty.into_iter().for_each(|annotation| this.prove(annotation, bind.value, &ty));
                narrowed(&ty, set)
            }
            None => this.infer(bind.value),
        });
        self.taken_out(&bind.pattern, &ty);
        self.pattern(&bind.pattern, ty);
    }

    /// `let { a, b } = r`: what a record surely lacks cannot be taken out of it.
    fn taken_out(&mut self, pattern: &Pattern, ty: &Ty) {
        let (Pattern::Record { fields, .. }, Ty::Record(row)) = (pattern, ty) else { return };
        if !self.calls.is_empty() {
            return;
        }
        for field in fields.iter().filter(|field| field.default.is_none()) {
            let name = field.name.symbol;
            if !row.open && !row.fields.contains_key(&name) {
                self.no_such_field(&[&**row], name, field.name.span.at(self.file));
            }
        }
    }

    /// Gives the names of a pattern their types.
    pub(super) fn pattern(&mut self, pattern: &Pattern, ty: Ty) {
        match pattern {
            Pattern::Error | Pattern::Any(_) => {}
            Pattern::Bind(name) => self.bind_name(name.span, ty),
            Pattern::Test(expr) => drop(self.infer(*expr)),
            Pattern::Record { fields, .. } => {
                for field in fields {
                    self.field_pattern(field, &ty);
                }
            }
            Pattern::List { items, rest, .. } => {
                let element = match &ty {
                    Ty::List(list) if list.element != Ty::Never => list.element.clone(),
                    _ => Ty::Any,
                };
                for item in items {
                    self.pattern(item, element.clone());
                }
                if let Some(Some(name)) = rest {
                    self.bind_name(name.span, Ty::list(element));
                }
            }
        }
    }

    fn field_pattern(&mut self, field: &FieldPattern, ty: &Ty) {
        let mut found = match ty {
            Ty::Record(row) => match row.fields.get(&field.name.symbol) {
                Some(member) if member.has == Has::Yes => self.looked_at(member.read()),
                _ => Ty::Any,
            },
            _ => Ty::Any,
        };
        if let Some(default) = field.default {
            found = found.join(&self.maybe(|this| this.infer(default)));
        }
        if let Some(annotation) = field.ty {
            found = narrowed(&found, &self.annotation(annotation));
        }
        self.pattern(&field.pattern, found);
    }
}
