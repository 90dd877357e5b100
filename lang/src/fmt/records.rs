//! Braces: records, blocks, arms, and the items in them.

use super::doc::DocId;
use super::enclosed::{Entry, Style};
use super::printer::Printer;
use super::source::Pair;
use crate::base::span::Span;
use crate::syntax::ast::{Arm, Bind, Class, Expr, ExprId, Field, Function, Item, PathPart, Sugar};
use crate::syntax::token::Token;

impl<'a> Printer<'a> {
    pub fn braces(&mut self, pair: Pair, items: &[Item]) -> DocId {
        let entries: Vec<_> = items.iter().map(|item| Entry::new(self.item_span(item), item)).collect();
        self.enclosed(pair, Style::Braces, &entries, |p, item| p.item(item))
    }

    pub fn match_arms(&mut self, span: Span, arms: &[Arm]) -> DocId {
        let pair = self.source.pair(Token::OpenBrace, span.start);
        let entries: Vec<_> = arms.iter().map(|item| Entry::new(item.span, item)).collect();
        let word = self.text("match ");
        let braces = self.enclosed(pair, Style::Braces, &entries, |p, arm| p.arm(arm));
        self.docs.concat([word, braces])
    }

    fn arm(&mut self, arm: &Arm) -> DocId {
        let mut parts = vec![self.pattern(&arm.pattern)];
        if let Some(guard) = arm.guard {
            parts.extend([self.text(" if "), self.expr(guard)]);
        }
        parts.extend([self.text(" =>"), self.after_mark(arm.body)]);
        self.docs.concat(parts)
    }

    /// Where an item stands. What stands before an item's first expression (`if`, `default`) holds no
    /// comment of its own, so it need not be counted.
    fn item_span(&self, item: &Item) -> Span {
        match item {
            Item::Error => Span::default(),
            Item::Field(field) => field.span,
            Item::Block { record, .. } => self.span(*record),
            Item::Let(bind) => bind.span,
            Item::Assert { cond, message } => self.span(*cond).to(self.span(*message)),
            Item::If { cond, otherwise, .. } => {
                let start = self.span(*cond);
                Span { start: start.start, end: self.if_end(start.end, otherwise) }
            }
            Item::For { source, .. } => {
                let span = self.span(*source);
                Span { start: span.start, end: self.source.pair(Token::OpenBrace, span.end).close + 1 }
            }
            Item::Rest { key, ty, value } => self.span(*key).to(self.span(value.unwrap_or(*ty))),
            Item::Open(span) => *span,
            Item::Spread(expr) => self.span(*expr),
        }
    }

    /// Where an `if` ends whose condition ends at `cond_end`.
    fn if_end(&self, cond_end: u32, otherwise: &[Item]) -> u32 {
        let mut close = self.source.pair(Token::OpenBrace, cond_end).close;
        let mut otherwise = otherwise;
        while let Some(word_end) = self.source.else_after(close) {
            match self.else_if(word_end, otherwise) {
                Some((cond, deeper)) => {
                    close = self.source.pair(Token::OpenBrace, self.span(cond).end).close;
                    otherwise = deeper;
                }
                None => return self.source.pair(Token::OpenBrace, close + 1).close + 1,
            }
        }
        close + 1
    }

    /// The condition and the `else` of an `else if` whose `else` ends at `word_end`.
    fn else_if<'t>(&self, word_end: u32, otherwise: &'t [Item]) -> Option<(ExprId, &'t [Item])> {
        let next = self.source.next_token(word_end)?;
        match otherwise {
            [Item::If { cond, otherwise, .. }] if next.token == Token::If => Some((*cond, otherwise)),
            _ => None,
        }
    }

    pub fn item(&mut self, item: &Item) -> DocId {
        match item {
            Item::Error => self.text(""),
            Item::Field(field) => self.field(field),
            Item::Block { class, record } => {
                let parts = [self.text(class_word(*class)), self.expr(*record)];
                self.docs.concat(parts)
            }
            Item::Let(bind) => self.bind(bind),
            Item::Assert { cond, message } => self.assert(*cond, *message),
            Item::If { cond, then, otherwise } => self.if_item(*cond, then, otherwise),
            Item::For { names, source, body } => {
                let mut parts = vec![self.text("for "), self.loop_names(names), self.text(" in ")];
                parts.extend([self.expr(*source), self.text(" ")]);
                let pair = self.source.pair(Token::OpenBrace, self.span(*source).end);
                parts.push(self.braces(pair, body));
                self.docs.concat(parts)
            }
            Item::Rest { key, ty, value } => {
                let mut parts = vec![self.text("["), self.expr(*key), self.text("] : "), self.tail(*ty)];
                parts.extend(self.equals(*value));
                self.docs.concat(parts)
            }
            Item::Open(_) => self.text("..."),
            Item::Spread(expr) => {
                let parts = [self.text("..."), self.tail(*expr)];
                self.docs.concat(parts)
            }
        }
    }

    fn equals(&mut self, value: Option<ExprId>) -> Vec<DocId> {
        match value {
            Some(value) => vec![self.text(" ="), self.after_mark(value)],
            None => Vec::new(),
        }
    }

    fn assert(&mut self, cond: ExprId, message: ExprId) -> DocId {
        let parts = [self.docs.line(), self.text("else "), self.expr(message)];
        let otherwise = self.docs.concat(parts);
        // The message goes to a line of its own before the condition is broken.
        let asked = self.expr(cond);
        let parts = [self.text("assert "), self.docs.rigid(asked), self.docs.nest(otherwise)];
        let all = self.docs.concat(parts);
        let broken = self.source.breaks(self.span(cond).end, self.span(message).start);
        if broken { self.docs.broken_group(all) } else { self.docs.group(all) }
    }

    fn if_item(&mut self, cond: ExprId, then: &[Item], otherwise: &[Item]) -> DocId {
        let pair = self.source.pair(Token::OpenBrace, self.span(cond).end);
        let mut parts = vec![self.text("if "), self.expr(cond), self.text(" "), self.braces(pair, then)];
        let mut close = pair.close;
        let mut otherwise = otherwise;
        while let Some(word_end) = self.source.else_after(close) {
            parts.push(self.text(" else "));
            let Some((_, deeper)) = self.else_if(word_end, otherwise) else {
                let pair = self.source.pair(Token::OpenBrace, close + 1);
                parts.push(self.braces(pair, otherwise));
                break;
            };
            if let [Item::If { cond, then, .. }] = otherwise {
                let pair = self.source.pair(Token::OpenBrace, self.span(*cond).end);
                parts.extend([self.text("if "), self.expr(*cond), self.text(" "), self.braces(pair, then)]);
                close = pair.close;
            }
            otherwise = deeper;
        }
        self.docs.concat(parts)
    }

    fn field(&mut self, field: &Field) -> DocId {
        let mut parts = Vec::new();
        if field.hidden {
            parts.push(self.text("hidden "));
        }
        if let Some(class) = field.class {
            parts.push(self.text(class_word(class)));
        }
        parts.extend(self.path(&field.path));
        if let (Sugar::Function, Some(value)) = (field.sugar, field.value) {
            let from = field.path.last().map_or(field.span.start, |part| part.span.end);
            parts.push(self.sugared(from, value));
            return self.docs.concat(parts);
        }
        if field.optional {
            parts.push(self.text("?"));
        }
        if let Some(ty) = field.ty {
            parts.extend([self.text(" : "), self.tail(ty)]);
        }
        if field.sugar != Sugar::Shorthand {
            parts.extend(self.equals(field.value));
        }
        self.docs.concat(parts)
    }

    fn path(&mut self, path: &[PathPart]) -> Vec<DocId> {
        let mut parts = Vec::with_capacity(2 * path.len());
        for (at, part) in path.iter().enumerate() {
            if at > 0 {
                parts.push(self.text("."));
            }
            parts.push(self.part(part));
        }
        parts
    }

    /// `(x) -> T = body` after the name that ends at `from`.
    fn sugared(&mut self, from: u32, value: ExprId) -> DocId {
        let Expr::Fn(function) = self.expr_at(value) else { return self.expr(value) };
        let function: &Function = function;
        let pair = self.source.pair(Token::OpenParen, from);
        let mut parts = vec![self.params(pair, &function.params)];
        if let Some(result) = function.result {
            parts.extend([self.text(" -> "), self.expr(result)]);
        }
        parts.extend([self.text(" ="), self.after_mark(function.body)]);
        self.docs.concat(parts)
    }

    /// `let pattern : T = value`
    pub fn bind(&mut self, bind: &Bind) -> DocId {
        let mut parts = vec![self.text("let "), self.pattern(&bind.pattern)];
        if bind.function {
            let from = self.pattern_span(&bind.pattern).end;
            parts.push(self.sugared(from, bind.value));
            return self.docs.concat(parts);
        }
        if let Some(ty) = bind.ty {
            parts.extend([self.text(" : "), self.tail(ty)]);
        }
        parts.extend(self.equals(Some(bind.value)));
        self.docs.concat(parts)
    }
}

fn class_word(class: Class) -> &'static str {
    match class {
        Class::Default => "default ",
        Class::Plain => "",
        Class::Force => "force ",
    }
}
