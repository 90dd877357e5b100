//! The type of each kind of expression.

use super::checker::Checker;
use super::demand::{Presence, Wanted};
use super::numbers;
use super::ty::{Text, Ty};
use crate::base::mend;
use crate::resolve::binding::{Binding, Prelude};
use crate::syntax::ast::{BinaryOp, Expr, ExprId, StrPart, UnaryOp};

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

    /// A type that is asked for now: what a file of the library holds.
    pub(super) fn looked_at(&mut self, ty: Ty) -> Ty {
        match ty {
            Ty::File(path) => self.host.import(&path),
            other => other,
        }
    }

    fn infer_now(&mut self, id: ExprId) -> Ty {
        let ast = self.ast;
        match ast.expr(id) {
            Expr::Error => Ty::Any,
            Expr::TypeVar(name) if self.generic => Ty::Var(*name),
            Expr::TypeVar(_) => Ty::Any,
            Expr::Null => Ty::Null,
            Expr::Bool(value) => Ty::Bool(Some(*value)),
            Expr::Int(value) => Ty::Int(Some(*value), Some(*value)),
            Expr::BigInt(_) => Ty::INT,
            Expr::Float(value) => Ty::float(*value),
            Expr::Str(parts) => self.string(parts),
            Expr::Name(_) | Expr::SelfRef | Expr::SuperRef => {
                let ty = self.name(id);
                self.assumed(id, ty)
            }
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
                let then = self.where_it_is(*cond, true, |this| this.maybe(|this| this.infer(*then)));
                let otherwise = self.where_it_is(*cond, false, |this| this.maybe(|this| this.infer(*otherwise)));
                then.join(&otherwise)
            }
            Expr::Fn(function) => self.function(id, function, None),
            Expr::FnType { params, result } => self.function_type(params, *result),
            Expr::Call { callee, args } => self.call(id, *callee, args),
            Expr::Field { base, name, optional } => self.field(id, *base, name, *optional),
            Expr::Index { base, index } => self.index(id, *base, *index),
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
        let can = Ty::Union([Ty::TEXT, Ty::INT, Ty::FLOAT, Ty::BOOL].into());
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
                Prelude::Float => Ty::is_of(Ty::FLOAT),
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
        let wanted = Wanted {
            set: &set,
            at: Some(self.loc(annotation)),
            what: "the value",
            by: None,
            presence: Presence::Asked,
        };
        let ty = self.expect(expr, wanted);
        self.prove(annotation, expr, &ty);
        narrowed(&ty, &set)
    }

    fn negate(&mut self, expr: ExprId) -> Ty {
        match self.operand(expr, &Ty::numbers(), "expected a number to negate") {
            Ty::Int(Some(low), Some(high)) => match (high.checked_neg(), low.checked_neg()) {
                (Some(low), Some(high)) => Ty::Int(Some(low), Some(high)),
                _ => Ty::INT,
            },
            Ty::Int(..) => Ty::INT,
            Ty::Float(low, high) => Ty::Float(high.map(|high| -high), low.map(|low| -low)),
            _ => Ty::numbers(),
        }
    }

    fn constraint(&mut self, op: BinaryOp, expr: ExprId) -> Ty {
        let ty = self.infer(expr);
        if let Some(set) = numbers::bounded_by(op, &ty) {
            return Ty::is_of(set);
        }
        Ty::is_of(match (op, &ty) {
            (BinaryOp::Matches, Ty::Text(Text::One(pattern))) => Ty::Text(Text::Like(pattern.clone())),
            (BinaryOp::Matches | BinaryOp::NotMatches, _) => Ty::TEXT,
            (BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual, Ty::Text(_)) => {
                Ty::TEXT
            }
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
