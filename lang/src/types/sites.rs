//! The annotations of a file, each with what is known of the value under it.
//!
//! A field that is declared without a value (`name : String`) is part of a type, and so is what stands
//! inside of an annotation: they are judged where the type is used, and are no places of their own.

use super::proved::{Proofs, Why};
use super::show::kind;
use super::ty::Ty;
use crate::syntax::ast::{Ast, Bind, Expr, ExprId, Field, Item, Param, Pattern};
use crate::syntax::visit::children;

/// An annotation that values are held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    pub annotation: ExprId,
    /// Why a run looks at the value; `None` if that is proved to be needless.
    pub why: Option<String>,
}

/// All annotations of a file, in the order of its text.
pub fn sites(ast: &Ast, proofs: &Proofs) -> Vec<Site> {
    let mut found = Sites { proofs, sites: Vec::new() };
    let mut todo = vec![ast.root];
    while let Some(id) = todo.pop() {
        let expr = ast.expr(id);
        found.look(expr);
        children(expr, &mut |child| todo.push(child));
    }
    let mut sites = found.sites;
    sites.sort_by_key(|site| ast.span(site.annotation).start);
    sites
}

struct Sites<'a> {
    proofs: &'a Proofs,
    sites: Vec<Site>,
}

impl Sites<'_> {
    fn look(&mut self, expr: &Expr) {
        match expr {
            Expr::Annotated { ty, .. } => self.valued(*ty),
            Expr::Let { bind, .. } => self.bind(bind),
            Expr::Fn(function) => {
                function.params.iter().for_each(|param| self.param(param));
                function.result.into_iter().for_each(|result| self.valued(result));
            }
            Expr::Record(items) | Expr::Schema(items) => self.items(items),
            _ => {}
        }
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Field(field) => self.field(field),
                Item::Let(bind) => self.bind(bind),
                Item::If { then, otherwise, .. } => {
                    self.items(then);
                    self.items(otherwise);
                }
                Item::For { body, .. } => self.items(body),
                Item::Rest { ty, value: Some(_), .. } => {
                    self.left(*ty, "it speaks of fields whose names are not known before the run");
                }
                _ => {}
            }
        }
    }

    fn field(&mut self, field: &Field) {
        match (field.ty, field.value) {
            (Some(ty), Some(_)) if field.optional => {
                self.left(ty, "its value counts only where something else defines the field");
            }
            (Some(ty), Some(_)) => self.valued(ty),
            _ => {}
        }
    }

    fn bind(&mut self, bind: &Bind) {
        bind.ty.into_iter().for_each(|ty| self.valued(ty));
        self.parts(&bind.pattern);
    }

    fn param(&mut self, param: &Param) {
        param.ty.into_iter().for_each(|ty| self.left(ty, "the caller gives the value"));
        self.parts(&param.pattern);
    }

    fn parts(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Record { fields, .. } => {
                for field in fields {
                    field.ty.into_iter().for_each(|ty| self.left(ty, "the value is taken out of another one"));
                    self.parts(&field.pattern);
                }
            }
            Pattern::List { items, .. } => items.iter().for_each(|item| self.parts(item)),
            Pattern::Error | Pattern::Any(_) | Pattern::Bind(_) | Pattern::Test(_) => {}
        }
    }

    /// An annotation with its value in sight.
    fn valued(&mut self, annotation: ExprId) {
        let why = (!self.proofs.holds(annotation)).then(|| match self.proofs.left.get(&annotation) {
            Some(Why::Type) => "what the type lets through shows only in the run".to_owned(),
            Some(Why::Known(ty @ (Ty::List(_) | Ty::Record(_)))) => {
                format!("not all that is in {} is known before the run", kind(ty))
            }
            Some(Why::Known(ty)) => format!("the value is known only as {ty}"),
            Some(Why::Unknown) | None => "nothing is known of the value before the run".to_owned(),
        });
        self.sites.push(Site { annotation, why });
    }

    fn left(&mut self, annotation: ExprId, why: &str) {
        self.sites.push(Site { annotation, why: Some(why.to_owned()) });
    }
}
