//! What follows a value: calls, fields and indices, as one chain.
//!
//! A chain of several calls that has no room breaks in front of the `.name` of each call but the
//! first, so that a long row of steps reads from top to bottom, as one of pipes does.

use super::doc::DocId;
use super::enclosed::Style;
use super::printer::Printer;
use super::source::Pair;
use crate::syntax::ast::{Arg, Expr, ExprId};
use crate::syntax::token::Token;

/// Brackets of so many characters are not broken if only names and numbers stand in them.
const SMALL: usize = 40;

impl Printer<'_> {
    /// A value with all that follows it.
    pub fn postfix(&mut self, id: ExprId) -> DocId {
        let (base, links) = self.links(id);
        let mut doc = vec![self.expr(base)];
        let mut steps = Vec::new();
        let mut force = false;
        let mut called = false;
        let mut end = self.span(base).end;
        for (at, link) in links.iter().enumerate() {
            let step = self.is_call(links.get(at + 1)) && called && matches!(self.expr_at(*link), Expr::Field { .. });
            if step {
                force |= self.source.next_token(end).is_some_and(|dot| self.source.breaks(end, dot.start));
                steps.push(self.docs.soft());
            }
            called |= self.is_call(Some(link));
            let link_doc = self.link(*link);
            if steps.is_empty() {
                doc.push(link_doc)
            } else {
                steps.push(link_doc)
            }
            end = self.span(*link).end;
        }
        if steps.is_empty() {
            return self.docs.concat(doc);
        }
        let steps = self.docs.concat(steps);
        doc.push(self.docs.nest(steps));
        let all = self.docs.concat(doc);
        if force { self.docs.broken_group(all) } else { self.docs.group(all) }
    }

    /// What a chain starts with, and what follows it, in the order of the text.
    fn links(&self, id: ExprId) -> (ExprId, Vec<ExprId>) {
        let mut links = Vec::new();
        let mut id = id;
        loop {
            let before = match self.expr_at(id) {
                Expr::Call { callee, .. } => *callee,
                Expr::Field { base, .. } | Expr::Index { base, .. } => *base,
                Expr::Nullable(inner) => *inner,
                _ => break,
            };
            links.push(id);
            id = before;
        }
        links.reverse();
        (id, links)
    }

    fn is_call(&self, link: Option<&ExprId>) -> bool {
        link.is_some_and(|link| matches!(self.expr_at(*link), Expr::Call { .. }))
    }

    /// The last part of a chain, without what stands before it.
    fn link(&mut self, id: ExprId) -> DocId {
        match self.expr_at(id) {
            Expr::Call { callee, args } => self.arguments(*callee, args),
            Expr::Field { base, name, optional } => {
                // `T? .x`: side by side the marks would be `?.`.
                let spaced = matches!(self.expr_at(*base), Expr::Nullable(_)) && !optional;
                let mark = match (*optional, spaced) {
                    (true, _) => "?.",
                    (false, true) => " .",
                    (false, false) => ".",
                };
                let parts = [self.text(mark), self.part(name)];
                self.docs.concat(parts)
            }
            Expr::Index { index, .. } => {
                let parts = [self.text("["), self.expr(*index), self.text("]")];
                self.docs.concat(parts)
            }
            // `T? ?`: two marks side by side would be another operator.
            Expr::Nullable(inner) => {
                self.text(if matches!(self.expr_at(*inner), Expr::Nullable(_)) { " ?" } else { "?" })
            }
            _ => self.slice(self.span(id)),
        }
    }

    fn arguments(&mut self, callee: ExprId, args: &[Arg]) -> DocId {
        let pair = self.source.pair(Token::OpenParen, self.span(callee).end);
        if self.is_small(pair, args) {
            return self.packed(args);
        }
        let entries: Vec<_> = args
            .iter()
            .map(|item| {
                let value = self.span(item.value);
                let span = item.name.map_or(value, |name| name.span.to(value));
                let mut entry = self.expr_entry(span, item.value, item);
                // After a name the value has a place of its own.
                entry.broken &= item.name.is_none();
                entry
            })
            .collect();
        self.enclosed(pair, Style::ARGS, &entries, |p, arg| p.arg(arg))
    }

    /// A few names and numbers: lines of their own would make room for what follows, and be harder to read.
    fn is_small(&self, pair: Pair, args: &[Arg]) -> bool {
        let short = (pair.close - pair.open) as usize <= SMALL;
        let plain = !self.source.breaks(pair.open, pair.close) && !self.comments.any_before(pair.close);
        short && plain && args.iter().all(|arg| arg.name.is_none() && self.is_atom(arg.value))
    }

    fn is_atom(&self, id: ExprId) -> bool {
        match self.expr_at(id) {
            Expr::Name(_) | Expr::SelfRef | Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::Float(_) => true,
            Expr::Field { base, .. } => self.is_atom(*base),
            _ => false,
        }
    }

    fn packed(&mut self, args: &[Arg]) -> DocId {
        let mut parts = vec![self.text("(")];
        for (at, arg) in args.iter().enumerate() {
            if at > 0 {
                parts.push(self.text(", "));
            }
            parts.push(self.expr(arg.value));
        }
        parts.push(self.text(")"));
        self.docs.concat(parts)
    }

    fn arg(&mut self, arg: &Arg) -> DocId {
        match arg.name {
            None => self.tail(arg.value),
            Some(name) => {
                let parts = [self.slice(name.span), self.text(" ="), self.after_mark(arg.value)];
                self.docs.concat(parts)
            }
        }
    }
}
