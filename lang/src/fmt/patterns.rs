//! Patterns and parameters.

use super::doc::DocId;
use super::enclosed::{Entry, Style};
use super::printer::Printer;
use super::source::Pair;
use crate::base::span::Span;
use crate::syntax::ast::{FieldPattern, Name, Param, Pattern};
use crate::syntax::token::Token;

/// An entry of a pattern's brackets.
enum Part<'t> {
    Field(&'t FieldPattern),
    Pattern(&'t Pattern),
    /// `...rest`
    Rest(Option<Name>),
}

impl Printer<'_> {
    pub fn params(&mut self, pair: Pair, params: &[Param]) -> DocId {
        let entries: Vec<_> = params.iter().map(|item| Entry::new(item.span, item)).collect();
        self.enclosed(pair, Style::ARGS, &entries, |p, param| {
            let mut parts = vec![p.pattern(&param.pattern)];
            if let Some(ty) = param.ty {
                parts.extend([p.text(" : "), p.expr(ty)]);
            }
            if let Some(default) = param.default {
                parts.extend([p.text(" = "), p.tail(default)]);
            }
            p.docs.concat(parts)
        })
    }

    pub fn pattern(&mut self, pattern: &Pattern) -> DocId {
        match pattern {
            Pattern::Error => self.text("_"),
            Pattern::Any(span) => self.slice(*span),
            Pattern::Bind(name) => self.slice(name.span),
            Pattern::Test(expr) => self.expr(*expr),
            Pattern::Record { fields, span, .. } => self.record_pattern(fields, *span),
            Pattern::List { items, rest, span } => self.list_pattern(items, *rest, *span),
        }
    }

    fn record_pattern(&mut self, fields: &[FieldPattern], span: Span) -> DocId {
        let pair = Pair { open: span.start, close: span.end - 1 };
        let parts: Vec<Part> = fields.iter().map(Part::Field).collect();
        let mut entries: Vec<_> =
            parts.iter().zip(fields).map(|(item, f)| Entry::new(self.field_span(f), item)).collect();
        let dots = Part::Rest(None);
        // Where patterns are open anyway, `...` is kept if it was written.
        let written = self.dots(pair, fields);
        entries.extend(written.map(|span| Entry::new(span, &dots)));
        entries.sort_by_key(|entry| entry.span.start);
        self.enclosed(pair, Style::Braces, &entries, |p, part| p.pattern_part(part))
    }

    /// Where `...` stands among the fields of a pattern.
    fn dots(&self, pair: Pair, fields: &[FieldPattern]) -> Option<Span> {
        let mut offset = pair.open + 1;
        let mut fields = fields.iter();
        loop {
            let token = self.source.next_token(offset).filter(|token| token.start < pair.close)?;
            match token.token {
                Token::Dots => return Some(Span { start: token.start, end: token.end }),
                Token::Comma => offset = token.end,
                _ => offset = self.field_span(fields.next()?).end,
            }
        }
    }

    fn list_pattern(&mut self, items: &[Pattern], rest: Option<Option<Name>>, span: Span) -> DocId {
        let pair = Pair { open: span.start, close: span.end - 1 };
        let mut parts: Vec<(Span, Part)> = items.iter().map(|p| (self.pattern_span(p), Part::Pattern(p))).collect();
        if let Some(name) = rest {
            let end = Span { start: pair.close, end: pair.close };
            parts.push((name.map_or(end, |name| name.span), Part::Rest(name)));
        }
        let entries: Vec<_> = parts.iter().map(|(span, item)| Entry::new(*span, item)).collect();
        self.enclosed(pair, Style::LIST, &entries, |p, part| p.pattern_part(part))
    }

    fn pattern_part(&mut self, part: &Part) -> DocId {
        match part {
            Part::Pattern(pattern) => self.pattern(pattern),
            Part::Rest(name) => {
                let dots = self.text("...");
                match name {
                    Some(name) => {
                        let name = self.slice(name.span);
                        self.docs.concat([dots, name])
                    }
                    None => dots,
                }
            }
            Part::Field(field) => self.field_pattern(field),
        }
    }

    fn field_pattern(&mut self, field: &FieldPattern) -> DocId {
        let mut parts = vec![self.slice(field.name.span)];
        if let Some(ty) = field.ty {
            parts.extend([self.text(" : "), self.expr(ty)]);
        }
        if field.pattern != Pattern::Bind(field.name) {
            parts.extend([self.text(" = "), self.pattern(&field.pattern)]);
        } else if let Some(default) = field.default {
            parts.extend([self.text(" = "), self.tail(default)]);
        }
        self.docs.concat(parts)
    }

    fn field_span(&self, field: &FieldPattern) -> Span {
        let span = field.name.span.to(self.pattern_span(&field.pattern));
        let ids = field.ty.into_iter().chain(field.default);
        ids.fold(span, |span, id| span.to(self.span(id)))
    }

    /// Where a pattern stands.
    pub fn pattern_span(&self, pattern: &Pattern) -> Span {
        match pattern {
            Pattern::Error => Span::default(),
            Pattern::Any(span) | Pattern::Record { span, .. } | Pattern::List { span, .. } => *span,
            Pattern::Bind(name) => name.span,
            Pattern::Test(expr) => self.span(*expr),
        }
    }
}
