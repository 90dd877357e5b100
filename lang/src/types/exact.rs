//! The sets of annotations that are known exactly: a value is in one of these if and only if it passes
//! the check at run time, and computing the annotation itself can neither fail nor read anything.
//!
//! These are the types of the prelude, literals, bounds for numbers, patterns, lists and records of such, what is
//! made of them by `|`, `&` and `?`, and names that a `let` of the file gives to them. A predicate, a
//! function type, an import or a parameter has no exact set: what it lets through shows when it runs.

use super::checker::Checker;
use super::numbers::exactly_bounded_by;
use super::ty::{Has, Member, Row, Text, Ty};
use crate::calc::regex;
use crate::resolve::binding::{Binding, Prelude};
use crate::syntax::ast::{BinaryOp, Elem, Expr, ExprId, Field, Item, Key, PathPart, StrPart, UnaryOp};
use std::rc::Rc;

impl Checker<'_> {
    /// The set of an annotation, if it is known exactly.
    pub(super) fn exact_of(&mut self, id: ExprId) -> Option<Ty> {
        if let Some(known) = self.exact_sets.get(&id) {
            return known.clone();
        }
        // A type that contains itself meets this entry on the way round: it has no exact set.
        self.exact_sets.insert(id, None);
        let set = self.exact_set(id);
        self.exact_sets.insert(id, set.clone());
        set
    }

    fn exact_set(&mut self, id: ExprId) -> Option<Ty> {
        let ast = self.ast;
        match ast.expr(id) {
            Expr::Group(inner) => self.exact_of(*inner),
            Expr::Null => Some(Ty::Null),
            Expr::Bool(truth) => Some(Ty::Bool(Some(*truth))),
            Expr::Int(_) | Expr::Float(_) | Expr::Unary { op: UnaryOp::Negate, .. } => self.number(id),
            Expr::Str(_) => self.text(id).map(|text| Ty::one(&text)),
            Expr::Name(_) => match self.names.names.get(&id)? {
                Binding::Prelude(prelude) => of_prelude(*prelude),
                Binding::Var(var) => self.exact_of(*self.defined.get(var)?),
            },
            Expr::Nullable(inner) => apart(self.exact_of(*inner)?, Ty::Null),
            Expr::Constraint { op, expr } => self.bounded(*op, *expr),
            Expr::Binary { op: BinaryOp::Union, lhs, rhs } => apart(self.exact_of(*lhs)?, self.exact_of(*rhs)?),
            Expr::Binary { op: BinaryOp::Merge, lhs, rhs } => in_both(&self.exact_of(*lhs)?, &self.exact_of(*rhs)?),
            Expr::List(elems) => match &**elems {
                [Elem { spread: false, value, clauses }] if clauses.is_empty() => {
                    Some(Ty::list(self.exact_of(*value)?))
                }
                _ => None,
            },
            Expr::Record(items) | Expr::Schema(items) => self.exact_row(items).map(|row| Ty::Record(Rc::new(row))),
            _ => None,
        }
    }

    /// A number as it is written, with its sign.
    fn number(&self, id: ExprId) -> Option<Ty> {
        match self.ast.expr(id) {
            Expr::Int(int) => Some(Ty::Int(Some(*int), Some(*int))),
            Expr::Float(float) => Some(Ty::float(*float)),
            Expr::Group(inner) => self.number(*inner),
            Expr::Unary { op: UnaryOp::Negate, expr } => match self.number(*expr)? {
                Ty::Int(Some(int), _) => int.checked_neg().map(|int| Ty::Int(Some(int), Some(int))),
                Ty::Float(Some(float), _) => Some(Ty::float(-float)),
                _ => None,
            },
            _ => None,
        }
    }

    /// A string without interpolation.
    fn text(&self, id: ExprId) -> Option<String> {
        match self.ast.expr(id) {
            Expr::Group(inner) => self.text(*inner),
            Expr::Str(parts) => match &**parts {
                [] => Some(String::new()),
                [StrPart::Text(text)] => Some(text.to_string()),
                _ => None,
            },
            _ => None,
        }
    }

    /// `>=1`, `=~"^a"`
    fn bounded(&self, op: BinaryOp, bound: ExprId) -> Option<Ty> {
        if op == BinaryOp::Matches {
            let pattern = self.text(bound)?;
            return regex::compile(&pattern).ok().map(|_| Ty::Text(Text::Like(pattern.as_str().into())));
        }
        exactly_bounded_by(op, &self.number(bound)?)
    }

    /// A record type of annotated fields, `?`, `...` and `[String] : T`; anything else has to run.
    fn exact_row(&mut self, items: &[Item]) -> Option<Row> {
        let mut row = Row::default();
        for item in items {
            match item {
                Item::Open(_) => row.open = true,
                Item::Field(field) => self.exact_field(field, &mut row)?,
                Item::Rest { key, ty, value: None } if row.rest.is_none() => {
                    if self.exact_of(*key)? != Ty::TEXT {
                        return None;
                    }
                    row.rest = Some(self.exact_of(*ty)?);
                }
                _ => return None,
            }
        }
        Some(row)
    }

    fn exact_field(&mut self, field: &Field, row: &mut Row) -> Option<()> {
        let ([PathPart { key: Key::Static(name), .. }], Some(ty)) = (&*field.path, field.ty) else { return None };
        let mut member = Member::new(Ty::Any, self.loc(ty));
        member.declared = self.exact_of(ty)?;
        // An annotation adds nothing: what has a default in it must be there all the same.
        member.has = if field.optional { Has::Perhaps } else { Has::No };
        let twice = field.hidden || row.fields.insert(*name, member).is_some();
        (!twice).then_some(())
    }

    /// Whether two annotations are surely the same set: the same name, or the same exact set.
    pub(super) fn same_annotation(&mut self, one: ExprId, other: ExprId) -> bool {
        match (self.ast.expr(one), self.ast.expr(other)) {
            (Expr::Group(inner), _) => self.same_annotation(*inner, other),
            (_, Expr::Group(inner)) => self.same_annotation(one, *inner),
            (Expr::Name(_), Expr::Name(_)) => {
                let known = self.names.names.get(&one);
                known.is_some() && known == self.names.names.get(&other)
            }
            _ => false,
        }
    }
}

fn of_prelude(prelude: Prelude) -> Option<Ty> {
    Some(match prelude {
        Prelude::Std | Prelude::Absent | Prelude::Secret => return None,
        Prelude::Any => Ty::Any,
        Prelude::Int => Ty::INT,
        Prelude::Float => Ty::FLOAT,
        Prelude::Number => Ty::numbers(),
        Prelude::String => Ty::TEXT,
        Prelude::Bool => Ty::BOOL,
        Prelude::Null => Ty::Null,
    })
}

/// `A | B`, if a value cannot be in doubt between them: at most one member is of records, one of lists.
fn apart(one: Ty, other: Ty) -> Option<Ty> {
    let count = |kind: fn(&Ty) -> bool| one.members().iter().chain(other.members()).filter(|ty| kind(ty)).count();
    let clear = count(|ty| matches!(ty, Ty::Record(_))) <= 1 && count(|ty| matches!(ty, Ty::List(_))) <= 1;
    // A union that is too long to keep is no exact set any more.
    let wide = matches!(one, Ty::Any) || matches!(other, Ty::Any);
    let both = one.join(&other);
    (clear && !wide && both != Ty::Any).then_some(both)
}

/// `A & B`, for scalars; literals alone would merge as values do, so one side must be a type.
fn in_both(one: &Ty, other: &Ty) -> Option<Ty> {
    if is_value(one) && is_value(other) {
        return None;
    }
    let mut all = Vec::new();
    for a in one.members() {
        for b in other.members() {
            match (a, b) {
                (Ty::List(_) | Ty::Record(_), _) | (_, Ty::List(_) | Ty::Record(_)) => return None,
                (Ty::Text(Text::Like(a)), Ty::Text(Text::Like(b))) if a != b => {}
                (Ty::Text(Text::One(text)), Ty::Text(Text::Like(pattern)))
                | (Ty::Text(Text::Like(pattern)), Ty::Text(Text::One(text)))
                    if regex::is_match(pattern, text) != Ok(true) => {}
                _ => all.push(a.meet(b)),
            }
        }
    }
    let both = Ty::join_all(all);
    (both != Ty::Any && both != Ty::Never).then_some(both)
}

/// Whether a set is that of one literal.
fn is_value(set: &Ty) -> bool {
    match set {
        Ty::Null | Ty::Bool(Some(_)) | Ty::Text(Text::One(_)) => true,
        Ty::Int(Some(low), Some(high)) => low == high,
        Ty::Float(Some(low), Some(high)) => low == high,
        _ => false,
    }
}
