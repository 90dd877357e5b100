//! The type of each kind of expression.

use super::checker::Checker;
use super::demand::Wanted;
use super::ty::{Has, Items, Text, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::symbol::Symbol;
use crate::resolve::binding::{Binding, Prelude};
use crate::syntax::ast::{BinaryOp, Clause, Elem, Expr, ExprId, StrPart, UnaryOp};
use std::rc::Rc;

impl Checker<'_> {
    /// What an expression can come out as. Reports what cannot succeed in it.
    pub(super) fn infer(&mut self, id: ExprId) -> Ty {
        if !self.calls.is_empty() && !self.burn() {
            return Ty::Any;
        }
        let ty = self.infer_now(id);
        self.note(id, &ty);
        ty
    }

    fn infer_now(&mut self, id: ExprId) -> Ty {
        let ast = self.ast;
        match ast.expr(id) {
            Expr::Error => Ty::Any,
            Expr::TypeVar(name) if self.generic => Ty::Var(*name),
            Expr::TypeVar(_) => Ty::Any,
            Expr::Null => Ty::Null,
            Expr::Bool(value) => Ty::Bool(Some(*value)),
            Expr::Int(value) => {
                self.literals.insert(self.loc(id));
                Ty::Int(Some(*value), Some(*value))
            }
            Expr::BigInt(_) => Ty::INT,
            Expr::Float(_) => Ty::Float,
            Expr::Str(parts) => {
                self.literals.insert(self.loc(id));
                self.string(parts)
            }
            Expr::Name(_) | Expr::SelfRef | Expr::SuperRef => self.name(id),
            Expr::Group(inner) => self.infer(*inner),
            Expr::Annotated { expr, ty } => self.annotated(*expr, *ty),
            Expr::List(elems) => self.list(elems),
            Expr::Record(items) | Expr::Schema(items) => self.record(id, items),
            Expr::Import(path) => self.host.import(path),
            Expr::Match(arms) => self.match_function(id, arms, Ty::Any),
            Expr::Let { .. } => {
                let body = self.lets(id);
                self.infer(body)
            }
            Expr::If { cond, then, otherwise } => {
                self.condition(*cond);
                let then = self.maybe(|this| this.infer(*then));
                let otherwise = self.maybe(|this| this.infer(*otherwise));
                then.join(&otherwise)
            }
            Expr::Fn(function) => self.function(id, function, None),
            Expr::FnType { params, result } => self.function_type(params, *result),
            Expr::Call { callee, args } => self.call(id, *callee, args),
            Expr::Field { base, name, optional } => self.field(id, *base, name, *optional),
            Expr::Index { base, index } => self.index(*base, *index),
            Expr::Nullable(inner) => Ty::is_of(self.infer(*inner).as_set().join(&Ty::Null)),
            Expr::Unary { op: UnaryOp::Negate, expr } => self.negate(*expr),
            Expr::Unary { op: UnaryOp::Not, expr } => {
                self.operand(*expr, &Ty::BOOL, mend::CONDITION);
                Ty::BOOL
            }
            Expr::Constraint { op, expr } => self.constraint(*op, *expr),
            Expr::Binary { op, lhs, rhs } => self.binary(id, *op, *lhs, *rhs),
        }
    }

    /// A row of lets, which may be longer than the stack is deep; gives what stands behind it.
    pub(super) fn lets(&mut self, id: ExprId) -> ExprId {
        let ast = self.ast;
        let mut next = id;
        while let Expr::Let { bind, body } = ast.expr(next) {
            self.bind(bind);
            next = *body;
        }
        next
    }

    /// The set of an annotation.
    pub(super) fn annotation(&mut self, id: ExprId) -> Ty {
        self.infer(id).as_set()
    }

    pub(super) fn condition(&mut self, id: ExprId) {
        self.operand(id, &Ty::BOOL, mend::CONDITION);
    }

    fn string(&mut self, parts: &[StrPart]) -> Ty {
        let can = Ty::Union([Ty::TEXT, Ty::INT, Ty::Float, Ty::BOOL].into());
        let mut fixed = String::new();
        let mut known = true;
        for part in parts {
            match part {
                StrPart::Text(text) => fixed.push_str(text),
                StrPart::Expr { expr, .. } => {
                    known = false;
                    self.operand(*expr, &can, mend::IN_STRING);
                }
            }
        }
        if known { Ty::one(&fixed) } else { Ty::TEXT }
    }

    fn name(&mut self, id: ExprId) -> Ty {
        match self.names.names.get(&id) {
            Some(Binding::Var(var)) => self.var(*var),
            Some(Binding::Prelude(prelude)) => match prelude {
                Prelude::Std | Prelude::Absent | Prelude::Secret => Ty::Any,
                Prelude::Any => Ty::is_of(Ty::Any),
                Prelude::Int => Ty::is_of(Ty::INT),
                Prelude::Float => Ty::is_of(Ty::Float),
                Prelude::Number => Ty::is_of(Ty::numbers()),
                Prelude::String => Ty::is_of(Ty::TEXT),
                Prelude::Bool => Ty::is_of(Ty::BOOL),
                Prelude::Null => Ty::Null,
            },
            None => Ty::Any,
        }
    }

    fn annotated(&mut self, expr: ExprId, annotation: ExprId) -> Ty {
        let set = self.annotation(annotation);
        let wanted = Wanted { set: &set, at: Some(self.loc(annotation)), what: "the value", by: None };
        let ty = self.expect(expr, wanted);
        self.prove(annotation, expr, &ty);
        narrowed(&ty, &set)
    }

    fn list(&mut self, elems: &[Elem]) -> Ty {
        let mut all = Ty::Never;
        let mut each = Some(Vec::new());
        for elem in elems {
            let ty = self.element(elem);
            if elem.spread || !elem.clauses.is_empty() {
                each = None;
            } else if let Some(each) = &mut each {
                each.push((ty.clone(), self.loc(elem.value)));
            }
            all = all.join(&ty);
        }
        Ty::List(Rc::new(Items { element: all, each }))
    }

    fn element(&mut self, elem: &Elem) -> Ty {
        for clause in &elem.clauses {
            match clause {
                Clause::If(cond) => self.condition(*cond),
                Clause::For { names, source } => self.for_names(names, *source),
            }
        }
        if !elem.spread {
            return self.maybe(|this| this.infer(elem.value));
        }
        match self.operand(elem.value, &Ty::any_list(), "expected a list to spread") {
            Ty::List(items) => items.element.clone(),
            _ => Ty::Any,
        }
    }

    /// `for x in xs`, `for (k, v) in r`
    pub(super) fn for_names(&mut self, names: &[crate::syntax::ast::Name], source: ExprId) {
        let can = Ty::Union([Ty::any_list(), Ty::any_record()].into());
        let ty = self.operand(source, &can, "expected a list or a record to go through");
        let element = match (&ty, names) {
            (Ty::List(items), _) if items.element != Ty::Never => items.element.clone(),
            _ => Ty::Any,
        };
        let key = match &ty {
            Ty::Record(_) => Ty::TEXT,
            Ty::List(_) => Ty::INT,
            _ => Ty::Any,
        };
        match names {
            [one] => self.bind_name(one.span, element),
            [first, second] => {
                self.bind_name(first.span, key);
                self.bind_name(second.span, element);
            }
            _ => {}
        }
    }

    fn index(&mut self, base: ExprId, index: ExprId) -> Ty {
        let ty = self.infer(base);
        match &ty {
            Ty::List(items) => {
                self.operand(index, &Ty::INT, "expected an integer as a list's index");
                if items.element == Ty::Never { Ty::Any } else { items.element.clone() }
            }
            Ty::Record(row) if matches!(self.infer(index), Ty::Int(..)) => {
                let diag = Diag::error(Code::WrongKind, format!("{}, found an integer", mend::FIELD_NAME));
                let diag = diag.at(self.loc(index), format!("this is {}", self.infer(index)));
                let first = row.fields.keys().next().map(|name| name.text());
                self.report(mend::by_name(diag, first.as_deref()));
                Ty::Any
            }
            Ty::Record(row) => match self.operand(index, &Ty::TEXT, mend::FIELD_NAME) {
                Ty::Text(Text::One(name)) => match row.fields.get(&Symbol::new(&name)) {
                    Some(member) if member.has == Has::Yes => member.read(),
                    _ => Ty::Any,
                },
                _ => Ty::Any,
            },
            other => {
                self.infer(index);
                let can = Ty::Union([Ty::any_list(), Ty::any_record()].into());
                self.is_operand(base, other, &can, "expected a list or a record");
                Ty::Any
            }
        }
    }

    fn negate(&mut self, expr: ExprId) -> Ty {
        match self.operand(expr, &Ty::numbers(), "expected a number to negate") {
            Ty::Int(Some(low), Some(high)) => match (high.checked_neg(), low.checked_neg()) {
                (Some(low), Some(high)) => Ty::Int(Some(low), Some(high)),
                _ => Ty::INT,
            },
            Ty::Int(..) => Ty::INT,
            Ty::Float => Ty::Float,
            _ => Ty::numbers(),
        }
    }

    fn constraint(&mut self, op: BinaryOp, expr: ExprId) -> Ty {
        let ty = self.infer(expr);
        let above = |low: Option<i64>| Ty::Union([Ty::Int(low, None), Ty::Float].into());
        let below = |high: Option<i64>| Ty::Union([Ty::Int(None, high), Ty::Float].into());
        Ty::is_of(match (op, &ty) {
            (BinaryOp::GreaterEqual, Ty::Int(Some(low), _)) => above(Some(*low)),
            (BinaryOp::Greater, Ty::Int(Some(low), _)) => above(low.checked_add(1)),
            (BinaryOp::LessEqual, Ty::Int(_, Some(high))) => below(Some(*high)),
            (BinaryOp::Less, Ty::Int(_, Some(high))) => below(high.checked_sub(1)),
            (BinaryOp::Matches, Ty::Text(Text::One(pattern))) => Ty::Text(Text::Like(pattern.clone())),
            (BinaryOp::Matches | BinaryOp::NotMatches, _) => Ty::TEXT,
            _ => Ty::Any,
        })
    }
}

/// A value behind its annotation.
pub(super) fn narrowed(ty: &Ty, set: &Ty) -> Ty {
    match ty {
        Ty::Any => set.passed(),
        _ => match ty.meet(set) {
            Ty::Never => Ty::Any,
            // A record keeps what is known of its values.
            _ if matches!(ty, Ty::Record(_) | Ty::List(_) | Ty::Function(_)) => ty.clone(),
            both => both,
        },
    }
}

/// Names in a row, not too many of them.
pub(super) fn listed(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(12);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}
