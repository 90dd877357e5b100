//! Annotations that read nothing around them: compiled to code that is run once, whoever asks.

use super::code::{Code, CodeId};
use super::lower::Lower;
use crate::resolve::binding::{Binding, Prelude};
use crate::syntax::ast::{BinaryOp, Elem, Expr, ExprId, Field, Item, Key, StrPart};

impl Lower<'_> {
    /// The code of an annotation.
    pub(super) fn annotation(&mut self, id: ExprId) -> CodeId {
        if !self.makes_type(id) || !self.is_constant(id) {
            return self.expr(id);
        }
        let span = self.ast.span(id);
        let proto = self.suspended(span, |this| this.expr(id));
        self.emit(Code::Once(proto), span)
    }

    /// Whether computing the annotation makes something new; a name or a literal is there at once.
    fn makes_type(&self, id: ExprId) -> bool {
        match self.ast.expr(id) {
            Expr::Group(inner) => self.makes_type(*inner),
            Expr::Nullable(_) | Expr::List(_) | Expr::Record(_) | Expr::FnType { .. } | Expr::Constraint { .. } => true,
            Expr::Binary { op, .. } => matches!(op, BinaryOp::Union | BinaryOp::Merge),
            _ => false,
        }
    }

    fn is_constant(&self, id: ExprId) -> bool {
        match self.ast.expr(id) {
            Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::BigInt(_) | Expr::Float(_) | Expr::TypeVar(_) => true,
            Expr::Str(parts) => parts.iter().all(|part| matches!(part, StrPart::Text(_))),
            Expr::Name(_) => match self.names.names.get(&id) {
                Some(Binding::Prelude(prelude)) => !matches!(prelude, Prelude::Std | Prelude::Absent),
                _ => false,
            },
            Expr::Group(inner) | Expr::Nullable(inner) => self.is_constant(*inner),
            Expr::Unary { expr, .. } | Expr::Constraint { expr, .. } => self.is_constant(*expr),
            Expr::Binary { op: BinaryOp::Union | BinaryOp::Merge, lhs, rhs } => {
                self.is_constant(*lhs) && self.is_constant(*rhs)
            }
            Expr::List(elems) => elems
                .iter()
                .all(|Elem { spread, value, clauses }| !spread && clauses.is_empty() && self.is_constant(*value)),
            Expr::FnType { params, result } => {
                params.iter().all(|param| self.is_constant(param.ty)) && self.is_constant(*result)
            }
            Expr::Record(items) => items.iter().all(|item| match item {
                Item::Open(_) => true,
                Item::Field(field) => self.is_constant_field(field),
                Item::Rest { key, ty, value: None } => self.is_constant(*key) && self.is_constant(*ty),
                _ => false,
            }),
            _ => false,
        }
    }

    fn is_constant_field(&self, field: &Field) -> bool {
        field.path.iter().all(|part| matches!(part.key, Key::Static(_)))
            && field.ty.into_iter().chain(field.value).all(|part| self.is_constant(part))
    }
}
