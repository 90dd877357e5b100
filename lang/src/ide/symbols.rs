//! The outline of a file: its fields and variables, inside one another as they are written.

use super::describe::one_line;
use super::facts::{Facts, fields_of};
use super::plain::{Kind, Outline};
use super::project::Project;
use super::view::lets_of;
use crate::base::span::Span;
use crate::syntax::ast::{BinaryOp, Bind, Expr, ExprId, Item, Pattern};
use crate::types::ty::Ty;

impl Project {
    /// The fields and variables of a file, in the order of their places.
    pub fn outline(&mut self, path: &str) -> Vec<Outline> {
        let Some(facts) = self.facts(path) else { return Vec::new() };
        let mut found = Vec::new();
        of_expr(&facts, facts.ast().root, &mut found);
        found
    }
}

fn of_expr(facts: &Facts, id: ExprId, found: &mut Vec<Outline>) {
    match facts.ast().expr(id) {
        Expr::Let { bind, body } => {
            of_bind(facts, bind, found);
            of_expr(facts, *body, found);
        }
        Expr::Group(inner) | Expr::Annotated { expr: inner, .. } => of_expr(facts, *inner, found),
        Expr::Binary { op: BinaryOp::With | BinaryOp::Merge, lhs, rhs } => {
            of_expr(facts, *lhs, found);
            of_expr(facts, *rhs, found);
        }
        Expr::Fn(function) => of_expr(facts, function.body, found),
        Expr::Record(items) | Expr::Schema(items) => of_items(facts, items, found),
        _ => {}
    }
}

fn of_items(facts: &Facts, items: &[Item], found: &mut Vec<Outline>) {
    lets_of(items, &mut |bind| of_bind(facts, bind, found));
    fields_of(items, &mut |field| {
        let (Some(first), Some(last)) = (field.path.first(), field.path.last()) else { return };
        let name_span = Span { end: last.span.end, ..first.span };
        let ty = field.value.map_or(Ty::Any, |value| facts.type_of(value));
        let kind = if matches!(ty, Ty::Function(_)) { Kind::Function } else { Kind::Field };
        found.push(one(facts, name_span, field.span, field.value, kind));
    });
    for item in items {
        if let Item::Block { record, .. } = item {
            of_expr(facts, *record, found);
        }
    }
    found.sort_by_key(|one| one.item.start);
}

fn of_bind(facts: &Facts, bind: &Bind, found: &mut Vec<Outline>) {
    let Pattern::Bind(name) = &bind.pattern else { return };
    let kind = match facts.type_of(bind.value) {
        Ty::Function(_) => Kind::Function,
        Ty::Type(_) => Kind::Type,
        _ => Kind::Variable,
    };
    found.push(one(facts, name.span, bind.span, Some(bind.value), kind));
}

fn one(facts: &Facts, name: Span, item: Span, value: Option<ExprId>, kind: Kind) -> Outline {
    let mut inside = Vec::new();
    let ty = value.map_or(Ty::Any, |value| facts.type_of(value));
    value.into_iter().for_each(|value| of_expr(facts, value, &mut inside));
    // What a record is like shows in what lies in it.
    let detail = if ty == Ty::Any || !inside.is_empty() { String::new() } else { one_line(&ty) };
    Outline { label: facts.slice(name).to_owned(), detail, kind, name, item, inside }
}
