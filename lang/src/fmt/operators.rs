//! Operators: a chain of one precedence breaks as a whole.
//!
//! A line may start with most operators; the others (`-`, `<`, `!=` …) would start an item of their
//! own there and are put at the line's end.

use super::doc::DocId;
use super::printer::Printer;
use crate::syntax::ast::{BinaryOp, Expr, ExprId, UnaryOp};

/// The operator's text.
fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Pipe => "|>",
        BinaryOp::Coalesce => "??",
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::Greater => ">",
        BinaryOp::LessEqual => "<=",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::Matches => "=~",
        BinaryOp::NotMatches => "!~",
        BinaryOp::Union => "|",
        BinaryOp::Merge => "&",
        BinaryOp::With => "with",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Concat => "++",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::FloorDivide => "//",
        BinaryOp::Modulo => "%",
    }
}

/// Operators of one level stand in one chain.
fn level(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Pipe => 0,
        BinaryOp::Coalesce => 1,
        BinaryOp::Or => 2,
        BinaryOp::And => 3,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::Greater
        | BinaryOp::LessEqual
        | BinaryOp::GreaterEqual
        | BinaryOp::Matches
        | BinaryOp::NotMatches => 4,
        BinaryOp::Union => 5,
        BinaryOp::Merge => 6,
        BinaryOp::With => 7,
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Concat => 8,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::FloorDivide | BinaryOp::Modulo => 9,
    }
}

/// Whether a line that starts with the operator goes on with the line above.
fn starts_line(op: BinaryOp) -> bool {
    match op {
        BinaryOp::Subtract
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::Greater
        | BinaryOp::LessEqual
        | BinaryOp::GreaterEqual
        | BinaryOp::Matches
        | BinaryOp::NotMatches => false,
        BinaryOp::Pipe
        | BinaryOp::Coalesce
        | BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::Equal
        | BinaryOp::Union
        | BinaryOp::Merge
        | BinaryOp::With
        | BinaryOp::Add
        | BinaryOp::Concat
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::FloorDivide
        | BinaryOp::Modulo => true,
    }
}

impl Printer<'_> {
    /// An expression with an operator.
    pub fn operation(&mut self, id: ExprId) -> DocId {
        match self.expr_at(id) {
            Expr::Unary { op, expr } => {
                let sign = match op {
                    UnaryOp::Negate => "-",
                    UnaryOp::Not => "!",
                };
                self.prefixed(sign, *expr)
            }
            Expr::Constraint { op, expr } => self.prefixed(sign(*op), *expr),
            Expr::Binary { op, .. } => self.chain(id, *op),
            _ => self.slice(self.span(id)),
        }
    }

    fn prefixed(&mut self, sign: &'static str, inner: ExprId) -> DocId {
        // Side by side, two signs could be one.
        let blank = if matches!(self.expr_at(inner), Expr::Constraint { .. }) { " " } else { "" };
        let parts = [self.text(sign), self.text(blank), self.expr(inner)];
        self.docs.concat(parts)
    }

    /// The operands of a chain with the operators before them, in the order of the text.
    fn operands(&self, id: ExprId, op: BinaryOp) -> (ExprId, Vec<(BinaryOp, ExprId)>) {
        let mut id = id;
        if op == BinaryOp::Coalesce {
            // The only operator that groups to the right.
            let mut operands = Vec::new();
            while let Expr::Binary { op: BinaryOp::Coalesce, lhs, rhs } = self.expr_at(id) {
                operands.push(*lhs);
                id = *rhs;
            }
            operands.push(id);
            return (operands[0], operands[1..].iter().map(|operand| (op, *operand)).collect());
        }
        let mut rest = Vec::new();
        while let Expr::Binary { op: inner, lhs, rhs } = self.expr_at(id) {
            if level(*inner) != level(op) {
                break;
            }
            rest.push((*inner, *rhs));
            id = *lhs;
        }
        rest.reverse();
        (id, rest)
    }

    fn chain(&mut self, id: ExprId, op: BinaryOp) -> DocId {
        let (first, rest) = self.operands(id, op);
        let first_doc = self.expr(first);
        let mut force = false;
        let mut end = self.span(first).end;
        let mut lines = Vec::with_capacity(rest.len() * 4);
        let count = rest.len();
        for (at, (op, operand)) in rest.into_iter().enumerate() {
            let span = self.span(operand);
            force |= self.source.breaks(end, span.start);
            if starts_line(op) {
                force |= self.chain_comments(end, span.start, &mut lines);
                lines.extend([self.docs.line(), self.text(sign(op)), self.text(" ")]);
            } else {
                lines.extend([self.text(" "), self.text(sign(op)), self.docs.line()]);
            }
            lines.push(if at + 1 == count { self.tail(operand) } else { self.expr(operand) });
            end = span.end;
        }
        let lines = self.docs.concat(lines);
        let lines = self.docs.nest(lines);
        let all = self.docs.concat([first_doc, lines]);
        if force { self.docs.broken_group(all) } else { self.docs.group(all) }
    }

    /// The comments between two operands: after the first on its line, the others on their own.
    fn chain_comments(&mut self, end: u32, next: u32, lines: &mut Vec<DocId>) -> bool {
        if !self.comments.any_before(next) {
            return false;
        }
        if let Some(comment) = self.comments.trailing(end) {
            lines.extend([self.text(" "), self.slice(comment.span)]);
        }
        for comment in self.comments.before(next) {
            lines.extend([self.docs.hard(), self.slice(comment.span)]);
        }
        true
    }
}
