//! What a condition says about null: in `if x != null then x.port`, `x` has a port.

use super::checker::{Checker, Place};
use super::ty::Ty;
use crate::resolve::binding::Binding;
use crate::syntax::ast::{BinaryOp, Expr, ExprId, Key, UnaryOp};

impl Checker<'_> {
    /// Looks at what runs only if the condition comes out as `truth`.
    pub(super) fn where_it_is<T>(&mut self, cond: ExprId, truth: bool, look: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.not_null.len();
        self.assume(cond, truth);
        let result = look(self);
        self.not_null.truncate(before);
        result
    }

    /// Notes what cannot be null if the condition comes out as `truth`.
    pub(super) fn assume(&mut self, cond: ExprId, truth: bool) {
        let ast = self.ast;
        match ast.expr(cond) {
            Expr::Group(inner) => self.assume(*inner, truth),
            Expr::Unary { op: UnaryOp::Not, expr } => self.assume(*expr, !truth),
            Expr::Binary { op: BinaryOp::And, lhs, rhs } if truth => {
                self.assume(*lhs, true);
                self.assume(*rhs, true);
            }
            Expr::Binary { op: BinaryOp::Or, lhs, rhs } if !truth => {
                self.assume(*lhs, false);
                self.assume(*rhs, false);
            }
            Expr::Binary { op, lhs, rhs } if *op == if truth { BinaryOp::NotEqual } else { BinaryOp::Equal } => {
                let other = match (ast.expr(*lhs), ast.expr(*rhs)) {
                    (Expr::Null, _) => *rhs,
                    (_, Expr::Null) => *lhs,
                    _ => return,
                };
                self.not_null.extend(self.place(other));
            }
            _ => {}
        }
    }

    /// A type without null, if a condition around says so of the expression.
    pub(super) fn assumed(&self, id: ExprId, ty: Ty) -> Ty {
        if self.not_null.is_empty() || !ty.members().contains(&Ty::Null) {
            return ty;
        }
        match self.place(id) {
            Some(place) if self.not_null.contains(&place) => ty.without(|member| *member == Ty::Null),
            _ => ty,
        }
    }

    fn place(&self, id: ExprId) -> Option<Place> {
        match self.ast.expr(id) {
            Expr::Group(inner) => self.place(*inner),
            Expr::Name(_) | Expr::SelfRef => match self.names.names.get(&id)? {
                Binding::Var(var) => Some((*var, Vec::new())),
                Binding::Prelude(_) => None,
            },
            Expr::Field { base, name, .. } => {
                let Key::Static(name) = name.key else { return None };
                let (var, mut path) = self.place(*base)?;
                path.push(name);
                Some((var, path))
            }
            _ => None,
        }
    }
}
