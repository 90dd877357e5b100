//! Where `absent` may stand: as the value of a field, also through `if`, `match`, `let` and `??`.
//!
//! The names of a record are known without computing its values, and that holds only if a mark shows
//! where its field is written. So one that would come out of a variable or a call is refused before
//! anything runs.

use super::binding::MarkPlace;
use super::resolver::Resolver;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::syntax::ast::{BinaryOp, Expr, ExprId};

impl Resolver<'_> {
    /// Notes for each `absent` that may be the result of an expression what the result is for.
    pub(super) fn mark_place(&mut self, id: ExprId, place: MarkPlace) {
        let ast = self.ast;
        match ast.expr(id) {
            Expr::Name(name) if name.with_text(|name| name == "absent") => drop(self.marks.insert(id, place)),
            Expr::Group(inner) => self.mark_place(*inner, place),
            Expr::If { then, otherwise, .. } => {
                self.mark_place(*then, place);
                self.mark_place(*otherwise, place);
            }
            Expr::Let { .. } => {
                let mut next = id;
                while let Expr::Let { body, .. } = ast.expr(next) {
                    next = *body;
                }
                self.mark_place(next, place);
            }
            Expr::Binary { op: BinaryOp::Coalesce, lhs, rhs } => {
                self.mark_place(*lhs, place);
                self.mark_place(*rhs, place);
            }
            Expr::Binary { op: BinaryOp::Pipe, rhs, .. } => self.marks_of_arms(*rhs, place),
            Expr::Call { callee, .. } => self.marks_of_arms(*callee, place),
            _ => {}
        }
    }

    /// The arms of a `match` that is called where it stands.
    fn marks_of_arms(&mut self, callee: ExprId, place: MarkPlace) {
        let ast = self.ast;
        match ast.expr(callee) {
            Expr::Group(inner) => self.marks_of_arms(*inner, place),
            Expr::Match(arms) => arms.iter().for_each(|arm| self.mark_place(arm.body, place)),
            _ => {}
        }
    }

    /// Whether `absent` may stand here; reports it if not.
    pub(super) fn may_stand(&mut self, absent: ExprId) -> bool {
        let place = self.marks.get(&absent).copied();
        let help = match place {
            Some(MarkPlace::Field) => return true,
            Some(MarkPlace::Element) => {
                "leave it out; an element that is only sometimes there is written `[x if condition]`"
            }
            Some(MarkPlace::Operand) => {
                "whether a field is there is asked by `std.record.has(r, \"a\")`; `r.a ?? 1` is 1 if it is not"
            }
            None => "write it where the field stands: `a = absent`, or `a = if condition then 1 else absent`",
        };
        let diag = Diag::error(Code::MarkElsewhere, "`absent` is a mark that only a field can hold")
            .at(self.ast.span(absent).at(self.file), "this is not the value of a field")
            .help(help);
        self.report(diag);
        false
    }
}
