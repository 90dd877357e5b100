//! Operators of two sides.

use super::checker::Checker;
use super::show::kind;
use super::ty::Ty;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::syntax::ast::{BinaryOp, Expr, ExprId};

impl Checker<'_> {
    pub(super) fn binary(&mut self, id: ExprId, op: BinaryOp, lhs: ExprId, rhs: ExprId) -> Ty {
        match op {
            BinaryOp::Pipe => self.pipe(id, lhs, rhs),
            BinaryOp::Coalesce => {
                let left = self.maybe(|this| this.soft(lhs));
                let right = self.maybe(|this| this.infer(rhs));
                left.without(|member| *member == Ty::Null).join(&right)
            }
            BinaryOp::Or | BinaryOp::And => {
                self.operand(lhs, &Ty::BOOL, mend::CONDITION);
                self.where_it_is(lhs, op == BinaryOp::And, |this| {
                    this.maybe(|this| this.operand(rhs, &Ty::BOOL, mend::CONDITION));
                });
                Ty::BOOL
            }
            BinaryOp::Equal | BinaryOp::NotEqual => {
                self.infer(lhs);
                self.infer(rhs);
                Ty::BOOL
            }
            BinaryOp::Less | BinaryOp::Greater | BinaryOp::LessEqual | BinaryOp::GreaterEqual => {
                self.order(id, lhs, rhs);
                Ty::BOOL
            }
            BinaryOp::Matches | BinaryOp::NotMatches => {
                self.operand(lhs, &Ty::TEXT, "expected a string to match");
                self.operand(rhs, &Ty::TEXT, "expected a pattern as a string");
                Ty::BOOL
            }
            BinaryOp::Union => {
                let left = self.infer(lhs).as_set();
                Ty::is_of(left.join(&self.infer(rhs).as_set()))
            }
            BinaryOp::Merge | BinaryOp::With => self.merged(op, lhs, rhs),
            BinaryOp::Concat => self.concat(lhs, rhs),
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply => self.arithmetic(op, lhs, rhs),
            BinaryOp::Divide => {
                self.arithmetic(op, lhs, rhs);
                self.divisor(rhs);
                Ty::FLOAT
            }
            BinaryOp::FloorDivide | BinaryOp::Modulo => {
                let title = if op == BinaryOp::Modulo { "`%` takes integers" } else { "`//` takes integers" };
                let left = self.infer(lhs);
                if self.is_operand(lhs, &left, &Ty::INT, title) {
                    self.operand(rhs, &Ty::INT, title);
                    self.divisor(rhs);
                }
                Ty::INT
            }
        }
    }

    /// A zero that is written where a divisor stands. One behind a name may be kept out by a condition.
    fn divisor(&mut self, rhs: ExprId) {
        let zero = match self.ast.expr(rhs) {
            Expr::Int(value) => *value == 0,
            Expr::Float(value) => *value == 0.0,
            _ => false,
        };
        if zero {
            let diag = Diag::error(Code::Arithmetic, "division by zero");
            self.report(diag.at(self.loc(rhs), "this is 0"));
        }
    }

    fn arithmetic(&mut self, op: BinaryOp, lhs: ExprId, rhs: ExprId) -> Ty {
        let title = match op {
            BinaryOp::Add => "`+` takes numbers",
            BinaryOp::Subtract => "`-` takes numbers",
            BinaryOp::Multiply => "`*` takes numbers",
            _ => "`/` takes numbers",
        };
        let left = self.infer(lhs);
        if op == BinaryOp::Add && matches!(left, Ty::Text(_) | Ty::List(_)) {
            let diag = Diag::error(Code::WrongKind, format!("{title}, found {}", kind(&left)));
            let diag = self.defined(diag.at(self.loc(lhs), format!("this is {left}")), lhs);
            self.infer(rhs);
            self.report(mend::joined(diag, self.loc(lhs), self.loc(rhs)));
            return Ty::Any;
        }
        if !self.is_operand(lhs, &left, &Ty::numbers(), title) {
            self.infer(rhs);
            return Ty::Any;
        }
        let right = self.infer(rhs);
        if !self.is_operand(rhs, &right, &Ty::numbers(), title) {
            return Ty::Any;
        }
        match (left.widest(), right.widest()) {
            (Ty::Int(..), Ty::Int(..)) => Ty::INT,
            (Ty::Float(..), Ty::Float(..) | Ty::Int(..)) | (Ty::Int(..), Ty::Float(..)) => Ty::FLOAT,
            _ => Ty::numbers(),
        }
    }

    fn order(&mut self, id: ExprId, lhs: ExprId, rhs: ExprId) {
        let can = Ty::Union([Ty::INT, Ty::FLOAT, Ty::TEXT, Ty::any_list()].into());
        let title = "numbers, strings and lists of them have an order";
        let left = self.infer(lhs);
        let right = self.infer(rhs);
        if self.is_operand(lhs, &left, &can, title)
            && self.is_operand(rhs, &right, &can, title)
            && !have_an_order(&left, &right)
        {
            let title = format!("{} and {} have no order", kind(&left), kind(&right));
            let diag = Diag::error(Code::WrongKind, title).at(self.loc(id), "compared here");
            let diag = diag.note("numbers, strings and lists of them have one");
            let (left, right) = ((lhs, &left), (rhs, &right));
            let diag = match [left, right].iter().find(|(_, ty)| matches!(ty, Ty::Text(_))) {
                Some((text, _)) if kind(left.1) != "a list" && kind(right.1) != "a list" => {
                    let diag = self.defined(diag, *text);
                    diag.around("a number is read out of a string", self.loc(*text), "std.number.parse(", ")")
                }
                _ => diag,
            };
            self.report(diag);
        }
    }

    fn concat(&mut self, lhs: ExprId, rhs: ExprId) -> Ty {
        let both = Ty::Union([Ty::TEXT, Ty::any_list()].into());
        let left = self.infer(lhs);
        if !self.is_operand(lhs, &left, &both, "`++` joins strings or lists") {
            self.infer(rhs);
            return Ty::Any;
        }
        match &left {
            Ty::Text(_) => {
                self.operand(rhs, &Ty::TEXT, mend::JOIN_STRING);
                Ty::TEXT
            }
            Ty::List(items) => match self.operand(rhs, &Ty::any_list(), mend::JOIN_LIST) {
                Ty::List(other) => Ty::list(items.element.join(&other.element)),
                _ => Ty::any_list(),
            },
            _ => match self.operand(rhs, &both, "`++` joins strings or lists") {
                Ty::Text(_) => Ty::TEXT,
                Ty::List(_) => Ty::any_list(),
                _ => both,
            },
        }
    }
}

/// Whether a value of one type may be before or behind one of the other.
fn have_an_order(one: &Ty, other: &Ty) -> bool {
    if one.is_unknown() || other.is_unknown() {
        return true;
    }
    one.members().iter().any(|a| {
        other.members().iter().any(|b| match (a, b) {
            (Ty::Int(..) | Ty::Float(..), Ty::Int(..) | Ty::Float(..)) => true,
            (Ty::Text(_), Ty::Text(_)) | (Ty::List(_), Ty::List(_)) => true,
            _ => a.is_unknown() || b.is_unknown(),
        })
    })
}
