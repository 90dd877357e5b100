//! The fields of braces: values, annotations, and the braces that paths stand for.

use super::braces::{Entry, Mode, Part, add_part};
use super::code::{Code, CodeId, FieldCode, FieldValue, TypeCode};
use super::lower::Lower;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::resolve::binding::Reads;
use crate::syntax::ast::{Expr, ExprId, Field, Key, Sugar};

impl<'t> Lower<'t> {
    pub(super) fn fields(&mut self, entries: Vec<Entry<'t>>, mode: Mode) -> Vec<FieldCode> {
        entries.into_iter().map(|entry| self.field(entry, mode)).collect()
    }

    fn field(&mut self, entry: Entry<'t>, mode: Mode) -> FieldCode {
        let name = entry.name.unwrap_or_else(|| Symbol::new(""));
        let types: Box<[TypeCode]> =
            entry.own.iter().filter_map(|part| part.field.ty).map(|ty| self.type_code(ty, mode)).collect();
        let own: Vec<Part> = entry.own.iter().copied().filter(|part| part.field.value.is_some()).collect();
        let first = own.first().or(entry.own.first()).or(entry.inner.first()).copied();
        let span = first.map_or(Span::default(), |part| part.path.first().map_or(part.field.span, |path| path.span));
        let whole = first.map_or(span, |part| part.field.span);
        // Braces behind an annotation are closed by it, not by the schema they stand in.
        let schema = mode.schema && types.is_empty();
        let inner = self.in_schema && types.is_empty();
        let outer = std::mem::replace(&mut self.in_schema, inner);
        let value = self.value(&own, &entry.inner, Mode { schema, ..mode }, whole);
        self.in_schema = outer;
        let value_span = own.first().and_then(|part| part.field.value).map_or(whole, |value| self.ast.span(value));
        let proved = match (&entry.own[..], &own[..]) {
            ([only], [_]) if entry.inner.is_empty() => only.field.ty.is_some_and(|ty| self.proofs.holds(ty)),
            _ => false,
        };
        FieldCode {
            name,
            proved,
            class: own.first().or(entry.own.first()).and_then(|part| part.class),
            hidden: entry.own.iter().any(|part| part.field.hidden),
            optional: !entry.own.is_empty() && entry.own.iter().any(|part| part.field.optional),
            value,
            types,
            raw: None,
            loc: self.loc(span),
            value_loc: self.loc(value_span),
            doc: entry.own.iter().find_map(|part| part.field.doc.clone()),
        }
    }

    fn value(&mut self, own: &[Part<'t>], inner: &[Part<'t>], mode: Mode, span: Span) -> FieldValue {
        match (own, inner) {
            ([], []) => FieldValue::None,
            ([part], []) => match part.field.value {
                Some(value) => self.named_code(value, part.field, mode),
                None => FieldValue::None,
            },
            _ => {
                let reads = self.part_reads(own, inner);
                if mode.direct && !reads.this && own.is_empty() {
                    return FieldValue::Direct(self.outside(|this| this.gathered(own, inner, mode, span)));
                }
                let proto = self.in_field(mode.braces, span, |this| this.gathered(own, inner, mode, span));
                FieldValue::Code { proto, reads_self: reads.this, reads_super: reads.below, eager: None }
            }
        }
    }

    fn part_reads(&self, own: &[Part], inner: &[Part]) -> Reads {
        let mut all = Reads::default();
        for part in own.iter().chain(inner) {
            let keys = part.path.iter().filter_map(|path| match path.key {
                Key::Computed(key) => Some(key),
                Key::Static(_) => None,
            });
            for expr in part.field.value.into_iter().chain(part.field.ty).chain(keys) {
                let reads = self.names.reads(expr);
                all.this |= reads.this;
                all.below |= reads.below;
            }
        }
        all
    }

    /// All values that the braces give for one field, joined.
    fn gathered(&mut self, own: &[Part<'t>], inner: &[Part<'t>], mode: Mode, span: Span) -> CodeId {
        let mut codes: Vec<CodeId> =
            own.iter().filter_map(|part| part.field.value).map(|value| self.expr(value)).collect();
        if let Some(first) = inner.first() {
            let path = self.path_record(inner, mode, span);
            let before = own.iter().take_while(|part| part.field.span.start < first.field.span.start).count();
            codes.insert(before.min(codes.len()), path);
        }
        let mut codes = codes.into_iter();
        let Some(first) = codes.next() else { return self.emit(Code::Error, span) };
        codes.fold(first, |left, right| self.emit(Code::Merge(left, right), span))
    }

    /// The record that the rests of paths stand for.
    fn path_record(&mut self, parts: &[Part<'t>], mode: Mode, span: Span) -> CodeId {
        self.push_layer();
        let mut entries = Vec::new();
        let mut computed = Vec::new();
        for part in parts {
            match part.path.first().map(|path| path.key) {
                Some(Key::Static(name)) => add_part(&mut entries, name, *part),
                _ => computed.push(*part),
            }
        }
        // Inside a path, `self` is that of the braces around it: an outer variable here.
        let mode = Mode { braces: None, path: true, direct: true, ..mode };
        let fields = self.fields(entries, mode);
        let template = self.path_template(fields, computed, mode, span);
        self.finish(template, span)
    }

    /// A field's value from an expression; a function keeps the field's name for messages.
    fn named_code(&mut self, value: ExprId, field: &'t Field, mode: Mode) -> FieldValue {
        if let (Sugar::Function, Expr::Fn(function)) = (field.sugar, self.ast.expr(value)) {
            let reads = self.names.reads(value);
            let name = field.path.last().and_then(|part| self.symbol_key(part));
            let span = self.ast.span(value);
            let make = |this: &mut Self| {
                let proto = this.function(function, None, name, span);
                this.emit(Code::MakeFn(proto), span)
            };
            if mode.direct && !reads.this {
                return FieldValue::Direct(self.outside(make));
            }
            let proto = self.in_field(mode.braces, span, make);
            return FieldValue::Code { proto, reads_self: reads.this, reads_super: reads.below, eager: None };
        }
        self.field_code(value, mode)
    }

    pub(super) fn field_code(&mut self, value: ExprId, mode: Mode) -> FieldValue {
        let reads = self.names.reads(value);
        let own = mode.direct && !reads.this;
        if own && self.is_direct(value) {
            return FieldValue::Direct(self.outside(|this| this.expr(value)));
        }
        let eager = (own && self.is_cheap(value)).then(|| self.outside(|this| this.expr(value)));
        let span = self.ast.span(value);
        let proto = self.in_field(mode.braces, span, |this| this.expr(value));
        FieldValue::Code { proto, reads_self: reads.this, reads_super: reads.below, eager }
    }
}
