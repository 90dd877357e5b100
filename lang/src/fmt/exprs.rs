//! Expressions other than operators and braces.

use super::doc::DocId;
use super::enclosed::{Entry, Style};
use super::printer::Printer;
use super::source::Pair;
use crate::base::span::Span;
use crate::syntax::ast::{Clause, Elem, Expr, ExprId, Function, Name, PathPart, StrPart, TypeParam};
use crate::syntax::token::{Quoting, Token};

impl<'a> Printer<'a> {
    /// Any expression. Deep trees are walked on a stack that grows.
    pub fn expr(&mut self, id: ExprId) -> DocId {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.expr_here(id))
    }

    fn expr_here(&mut self, id: ExprId) -> DocId {
        let span = self.span(id);
        match self.expr_at(id) {
            Expr::Error
            | Expr::Null
            | Expr::Bool(_)
            | Expr::Int(_)
            | Expr::BigInt(_)
            | Expr::Float(_)
            | Expr::Name(_)
            | Expr::TypeVar(_)
            | Expr::SelfRef
            | Expr::SuperRef => self.slice(span),
            Expr::Str(parts) => self.string(span, parts),
            Expr::Group(inner) => self.parens(span, *inner),
            Expr::Annotated { expr, ty } => self.annotated(*expr, *ty),
            Expr::List(elems) => self.list(span, elems),
            Expr::Record(items) => self.braces(Pair { open: span.start, close: span.end - 1 }, items),
            Expr::Schema(items) => {
                let pair = self.source.pair(Token::OpenBrace, span.start);
                let (word, braces) = (self.text("schema "), self.braces(pair, items));
                self.docs.concat([word, braces])
            }
            Expr::Import(_) => self.import(span),
            Expr::Match(arms) => self.match_arms(span, arms),
            Expr::Let { .. } => self.let_in(id),
            Expr::If { .. } => self.choice(id),
            Expr::Fn(function) => self.function(span, function),
            Expr::FnType { params, result } => self.fn_type(span, params, *result),
            Expr::Call { .. } | Expr::Field { .. } | Expr::Index { .. } | Expr::Nullable(_) => self.postfix(id),
            Expr::Unary { .. } | Expr::Constraint { .. } | Expr::Binary { .. } => self.operation(id),
        }
    }

    /// An expression at the end of what surrounds it, so that its brackets may break first.
    pub fn tail(&mut self, id: ExprId) -> DocId {
        let doc = self.expr(id);
        match self.expr_at(id) {
            Expr::Record(_) | Expr::List(_) | Expr::Schema(_) | Expr::Match(_) => self.docs.hug(doc),
            _ => doc,
        }
    }

    /// What follows `=` or `=>`: on the same line, or below it where it has lines of its own.
    pub fn after_mark(&mut self, id: ExprId) -> DocId {
        let below = match self.expr_at(id) {
            Expr::Let { .. } => self.is_broken_let(self.span(id)),
            Expr::If { .. } => {
                let (doc, force) = self.branches(id);
                let line = self.docs.line();
                let all = self.docs.concat([line, doc]);
                let nested = self.docs.nest(all);
                return if force { self.docs.broken_group(nested) } else { self.docs.group(nested) };
            }
            _ => false,
        };
        let doc = self.tail(id);
        if !below {
            let blank = self.text(" ");
            return self.docs.concat([blank, doc]);
        }
        let hard = self.docs.hard();
        let lines = self.docs.concat([hard, doc]);
        let nested = self.docs.nest(lines);
        self.docs.broken_group(nested)
    }

    /// A string as it was written; a block moves with what stands around it. Comments inside of
    /// interpolations are part of that text.
    fn string(&mut self, span: Span, parts: &[StrPart]) -> DocId {
        self.hoist(span.start);
        self.comments.before(span.end);
        let text = self.source.slice(span);
        let one_line_holes = parts.iter().all(|part| match part {
            StrPart::Text(_) => true,
            StrPart::Expr { expr, .. } => !self.source.slice(self.span(*expr)).contains('\n'),
        });
        if !Quoting::of(text).block || !one_line_holes {
            return self.text(text);
        }
        let mut lines = text.lines();
        let opener = lines.next().unwrap_or("").trim_end();
        let lines: Vec<&str> = lines.collect();
        let indent = shared_indent(&lines);
        let mut parts = vec![self.text(opener)];
        let mut body = Vec::new();
        for line in lines {
            body.push(self.docs.hard());
            body.push(self.text(line.get(indent..).unwrap_or("").trim_end_matches(['\r'])));
        }
        let body = self.docs.concat(body);
        parts.push(self.docs.nest(body));
        let all = self.docs.concat(parts);
        self.docs.broken_group(all)
    }

    fn parens(&mut self, span: Span, inner: ExprId) -> DocId {
        let pair = Pair { open: span.start, close: span.end - 1 };
        let entry = self.expr_entry(self.span(inner), inner, &inner);
        self.enclosed(pair, Style::Parens, &[entry], |p, id| p.expr(*id))
    }

    fn annotated(&mut self, expr: ExprId, ty: ExprId) -> DocId {
        let parts = [self.text("("), self.expr(expr), self.text(" : "), self.expr(ty), self.text(")")];
        self.docs.concat(parts)
    }

    fn import(&mut self, span: Span) -> DocId {
        let path = self.source.last_token(span.end).map_or(span, |t| Span { start: t.start, end: t.end });
        let parts = [self.text("import "), self.slice(path)];
        self.docs.concat(parts)
    }

    fn list(&mut self, span: Span, elems: &[Elem]) -> DocId {
        let pair = Pair { open: span.start, close: span.end - 1 };
        let entry = |item| {
            let mut entry = self.expr_entry(self.elem_span(item), item.value, item);
            // Among others, an element's clauses are its own matter.
            entry.broken |= elems.len() == 1 && self.has_broken_clauses(item);
            entry
        };
        let entries: Vec<_> = elems.iter().map(entry).collect();
        let style = match elems {
            [only] if !only.clauses.is_empty() => Style::Loop,
            _ => Style::LIST,
        };
        self.enclosed(pair, style, &entries, |p, elem| p.elem(elem))
    }

    /// An entry that is an expression, or ends with one.
    pub fn expr_entry<'t, T>(&self, span: Span, expr: ExprId, item: &'t T) -> Entry<'t, T> {
        let bulky = matches!(self.expr_at(expr), Expr::Record(_) | Expr::List(_) | Expr::Fn(_) | Expr::Match(_));
        Entry { span, item, broken: self.is_broken_let(self.span(expr)), bulky }
    }

    /// Whether a line ends between an element's value and the end of its clauses' heads.
    fn has_broken_clauses(&self, elem: &Elem) -> bool {
        let mut last = self.span(elem.value).end;
        elem.clauses.iter().any(|clause| {
            let word = self.source.next_token(last).map_or(last, |token| token.start);
            let broken = self.source.breaks(last, word);
            last = match clause {
                Clause::For { source, .. } => self.span(*source).end,
                Clause::If(cond) => self.span(*cond).end,
            };
            broken
        })
    }

    fn elem_span(&self, elem: &Elem) -> Span {
        let value = self.span(elem.value);
        elem.clauses.last().map_or(value, |clause| match clause {
            Clause::For { source, .. } => value.to(self.span(*source)),
            Clause::If(cond) => value.to(self.span(*cond)),
        })
    }

    fn elem(&mut self, elem: &Elem) -> DocId {
        let spread = self.text(if elem.spread { "..." } else { "" });
        if elem.clauses.is_empty() {
            let value = self.tail(elem.value);
            return self.docs.concat([spread, value]);
        }
        let value = self.expr(elem.value);
        let mut parts = vec![spread, value];
        let mut repeated = false;
        for clause in &elem.clauses {
            repeated |= matches!(clause, Clause::For { .. });
            // A line can start with `for`, and after one with `if`.
            parts.push(if repeated { self.docs.line() } else { self.text(" ") });
            match clause {
                Clause::For { names, source } => {
                    parts.extend([self.text("for "), self.loop_names(names), self.text(" in "), self.expr(*source)]);
                }
                Clause::If(cond) => parts.extend([self.text("if "), self.expr(*cond)]),
            }
        }
        let force = repeated && self.has_broken_clauses(elem);
        let all = self.docs.concat(parts);
        if force { self.docs.broken_group(all) } else { self.docs.group(all) }
    }

    pub fn loop_names(&mut self, names: &[Name]) -> DocId {
        if let [only] = names {
            return self.slice(only.span);
        }
        let mut parts = vec![self.text("(")];
        for (at, name) in names.iter().enumerate() {
            parts.extend([self.text(if at > 0 { ", " } else { "" }), self.slice(name.span)]);
        }
        parts.push(self.text(")"));
        self.docs.concat(parts)
    }

    /// Whether the expression at `span` starts with `let`s on lines of their own.
    pub fn is_broken_let(&self, span: Span) -> bool {
        self.source.starts_let(span.start) && self.source.breaks(span.start, span.end)
    }

    fn let_in(&mut self, id: ExprId) -> DocId {
        if self.is_broken_let(self.span(id)) {
            let lines = self.statements(id);
            let all = self.docs.concat(lines);
            return self.docs.broken_group(all);
        }
        let Expr::Let { bind, body } = self.expr_at(id) else { return self.slice(self.span(id)) };
        let parts = [self.bind(bind), self.text("; "), self.expr(*body)];
        self.docs.concat(parts)
    }

    /// `if a then b else c` where it stands alone.
    fn choice(&mut self, id: ExprId) -> DocId {
        let (doc, force) = self.branches(id);
        if force { self.docs.broken_group(doc) } else { self.docs.group(doc) }
    }

    /// The branches of an `if`, and whether the writer gave them lines of their own.
    fn branches(&mut self, id: ExprId) -> (DocId, bool) {
        let mut parts = Vec::new();
        let mut force = false;
        let mut id = id;
        while let Expr::If { cond, then, otherwise } = self.expr_at(id) {
            parts.extend([self.text("if "), self.expr(*cond), self.text(" then"), self.branch(*then)]);
            let end = self.span(*then).end;
            let word = self.source.next_token(end).map_or(end, |token| token.start);
            force |= self.source.breaks(end, word);
            let chained = matches!(self.expr_at(*otherwise), Expr::If { .. });
            parts.extend([self.docs.line(), self.text(if chained { "else " } else { "else" })]);
            id = *otherwise;
        }
        parts.push(self.branch(id));
        (self.docs.concat(parts), force)
    }

    /// What follows `then` or `else`: on a line of its own where it has no place to break itself.
    fn branch(&mut self, id: ExprId) -> DocId {
        let doc = self.tail(id);
        if !self.is_plain(id) {
            let blank = self.text(" ");
            return self.docs.concat([blank, doc]);
        }
        let line = self.docs.line();
        let lines = self.docs.concat([line, doc]);
        let nested = self.docs.nest(lines);
        if self.is_below(id) { self.docs.broken_group(nested) } else { self.docs.group(nested) }
    }

    /// Whether an expression has no place where it could break.
    fn is_plain(&self, id: ExprId) -> bool {
        matches!(
            self.expr_at(id),
            Expr::Str(_) | Expr::Name(_) | Expr::Field { .. } | Expr::Int(_) | Expr::Null | Expr::Bool(_)
        )
    }

    /// Whether the writer put a plain branch on the line below its `then` or `else`.
    fn is_below(&self, id: ExprId) -> bool {
        let start = self.span(id).start;
        let word = self.source.last_token(start).map_or(start, |token| token.end);
        self.is_plain(id) && self.source.breaks(word, start)
    }

    fn function(&mut self, span: Span, function: &Function) -> DocId {
        let pair = self.source.pair(Token::OpenParen, span.start);
        let mut parts = vec![self.text("fn"), self.params(pair, &function.params)];
        if let Some(result) = function.result {
            parts.extend([self.text(" -> "), self.expr(result)]);
        }
        parts.extend([self.text(" =>"), self.after_mark(function.body)]);
        self.docs.concat(parts)
    }

    fn fn_type(&mut self, span: Span, params: &[TypeParam], result: ExprId) -> DocId {
        let pair = self.source.pair(Token::OpenParen, span.start);
        let entries: Vec<_> = params
            .iter()
            .map(|item| {
                let ty = self.span(item.ty);
                let span = item.name.map_or(ty, |name| name.span.to(ty));
                Entry::new(span, item)
            })
            .collect();
        let parts = [
            self.text("fn"),
            self.enclosed(pair, Style::ARGS, &entries, |p, param| p.type_param(param)),
            self.text(" -> "),
            self.expr(result),
        ];
        self.docs.concat(parts)
    }

    fn type_param(&mut self, param: &TypeParam) -> DocId {
        let mut parts = Vec::new();
        if let Some(name) = param.name {
            parts.extend([self.slice(name.span), self.text(" : ")]);
        }
        parts.push(self.expr(param.ty));
        if param.optional {
            parts.push(self.text(" = ..."));
        }
        self.docs.concat(parts)
    }

    /// A part of a path, as it was written.
    pub fn part(&mut self, part: &PathPart) -> DocId {
        self.hoist(part.span.start);
        self.comments.before(part.span.end);
        self.slice(part.span)
    }
}

/// The indentation that the lines of a block share; the last one is the closer's.
fn shared_indent(lines: &[&str]) -> usize {
    let last = lines.len().saturating_sub(1);
    let counted = lines.iter().enumerate().filter(|(at, line)| *at == last || !line.trim().is_empty());
    counted.map(|(_, line)| line.len() - line.trim_start_matches([' ', '\t']).len()).min().unwrap_or(0)
}
