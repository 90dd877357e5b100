//! Braces to templates.
//!
//! Items are sorted into entries: one per field name, in declared order, with every annotation and
//! value that the braces give for it, paths (`a.b = 1`) gathered into braces of their own. What has
//! to be run to know its names becomes a block.

use super::code::{AssertCode, Block, BlockKind, Code, CodeId, FieldValue, ProtoId, RestCode, Template, TypeCode};
use super::code::{ElemCode, Element, FieldCode, Row, Source};
use super::lower::Lower;
use crate::base::shape::Shape;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::resolve::binding::{Braces, Reads};
use crate::syntax::ast::{Bind, Class, Expr, ExprId, Field, Item, Key, Name, PathPart, Pattern};
use std::rc::Rc;

/// How the items of one pair of braces are to be read.
#[derive(Clone, Copy)]
pub(super) struct Mode {
    pub braces: Option<Braces>,
    pub schema: bool,
    /// Made of paths, not of braces.
    pub path: bool,
    /// The class that a block around the items gives them.
    pub class: Option<Class>,
    /// The values may be made in the frame around the braces.
    pub direct: bool,
}

/// One field as its path's rest: what `a.b.c = 1` is once `a` is taken off.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub path: &'a [PathPart],
    pub field: &'a Field,
    pub class: Option<Class>,
}

#[derive(Default)]
pub(super) struct Entry<'a> {
    pub name: Option<Symbol>,
    pub own: Vec<Part<'a>>,
    pub inner: Vec<Part<'a>>,
}

/// The items of one pair of braces, sorted.
#[derive(Default)]
struct Sorted<'a> {
    entries: Vec<Entry<'a>>,
    /// Each with the number of entries in front of it.
    blocks: Vec<(u32, BlockItem<'a>)>,
    asserts: Vec<(ExprId, ExprId)>,
    lets: Vec<&'a Bind>,
    rest: Option<(ExprId, ExprId, Option<ExprId>)>,
    open: bool,
}

enum BlockItem<'a> {
    If { cond: ExprId, then: &'a [Item], otherwise: &'a [Item], class: Option<Class> },
    For { names: &'a [Name], source: ExprId, body: &'a [Item], class: Option<Class> },
    Spread(ExprId),
    Computed(Part<'a>),
}

impl<'t> Lower<'t> {
    pub(super) fn braces(&mut self, id: ExprId, items: &'t [Item], schema: bool) -> CodeId {
        let braces = self.names.braces.get(&id).copied();
        let schema = schema || self.in_schema;
        let outer = std::mem::replace(&mut self.in_schema, schema);
        let mode = Mode { braces, schema, path: false, class: None, direct: self.watched != Some(id) };
        let code = self.record(items, mode, self.ast.span(id));
        self.in_schema = outer;
        code
    }

    /// A record of these items, with the lets that do not read it in front.
    fn record(&mut self, items: &'t [Item], mode: Mode, span: Span) -> CodeId {
        let mark = self.contexts.mark();
        let sorted = self.sort(items, mode.class);
        let mut steps = Vec::new();
        self.hoist(items, &mut steps);
        self.push_layer();
        let template = self.template(sorted, mode, span);
        let code = self.finish(template, span);
        self.contexts.release(mark);
        self.lets(steps, code)
    }

    /// Ends the layer: its captures go into the template.
    pub(super) fn finish(&mut self, mut template: Template, span: Span) -> CodeId {
        let (_, captures) = self.contexts.pop();
        template.captures = captures;
        let template = self.program.templates.push(Rc::new(template));
        self.emit(Code::MakeRecord(template), span)
    }

    /// The lets that do not read `self` are made once, in the frame around the braces. Those in a
    /// `for` belong to its body.
    fn hoist(&mut self, items: &'t [Item], steps: &mut Vec<(u32, CodeId, Span)>) {
        for item in items {
            match item {
                Item::Let(bind) if !self.names.reads(bind.value).this && !self.is_alias(bind) => {
                    steps.extend(self.bind(bind));
                }
                Item::If { then, otherwise, .. } => {
                    self.hoist(then, steps);
                    self.hoist(otherwise, steps);
                }
                Item::Block { record, .. } => self.hoist(self.block_items(*record), steps),
                _ => {}
            }
        }
    }

    fn is_alias(&self, bind: &Bind) -> bool {
        let plain = bind.ty.is_none() && matches!(bind.pattern, Pattern::Bind(_));
        plain && matches!(self.ast.expr(bind.value), Expr::SelfRef)
    }

    fn block_items(&self, record: ExprId) -> &'t [Item] {
        match self.ast.expr(record) {
            Expr::Record(items) => items,
            _ => &[],
        }
    }

    fn sort(&self, items: &'t [Item], class: Option<Class>) -> Sorted<'t> {
        let mut sorted = Sorted::default();
        self.sort_into(items, class, &mut sorted);
        sorted
    }

    fn sort_into(&self, items: &'t [Item], class: Option<Class>, sorted: &mut Sorted<'t>) {
        for item in items {
            let at = sorted.entries.len() as u32;
            match item {
                Item::Error => {}
                Item::Field(field) => {
                    let part = Part { path: &field.path, field, class: field.class.or(class) };
                    match field.path.first().map(|part| part.key) {
                        Some(Key::Static(name)) => add_part(&mut sorted.entries, name, part),
                        Some(Key::Computed(_)) => sorted.blocks.push((at, BlockItem::Computed(part))),
                        None => {}
                    }
                }
                Item::Block { class, record } => self.sort_into(self.block_items(*record), Some(*class), sorted),
                Item::Let(bind) => sorted.lets.push(bind),
                Item::Assert { cond, message } => sorted.asserts.push((*cond, *message)),
                Item::If { cond, then, otherwise } => {
                    sorted.blocks.push((at, BlockItem::If { cond: *cond, then, otherwise, class }));
                }
                Item::For { names, source, body } => {
                    sorted.blocks.push((at, BlockItem::For { names, source: *source, body, class }));
                }
                Item::Rest { key, ty, value } => sorted.rest = Some((*key, *ty, *value)),
                Item::Open(_) => sorted.open = true,
                Item::Spread(expr) => sorted.blocks.push((at, BlockItem::Spread(*expr))),
            }
        }
    }

    fn template(&mut self, sorted: Sorted<'t>, mode: Mode, span: Span) -> Template {
        let mut lets = Vec::new();
        for bind in &sorted.lets {
            self.self_let(bind, mode, &mut lets);
        }
        let fields = self.fields(sorted.entries, mode);
        let blocks: Vec<Block> = self.blocks(sorted.blocks, mode, &mut lets);
        let asserts = sorted.asserts.iter().map(|(cond, message)| self.assert(*cond, *message, mode)).collect();
        let rest = sorted.rest.map(|(key, ty, value)| self.rest(key, ty, value, mode));
        self.assemble(fields, blocks, Parts { lets, asserts, rest, open: sorted.open }, mode, span)
    }

    fn assemble(
        &mut self,
        mut fields: Vec<FieldCode>,
        blocks: Vec<Block>,
        parts: Parts,
        mode: Mode,
        span: Span,
    ) -> Template {
        let mut raws = 0;
        let first = fields.len() as u32;
        for field in &mut fields {
            let own = matches!(field.value, FieldValue::Direct(_) | FieldValue::Code { reads_self: false, .. });
            let others = !blocks.is_empty() || parts.rest.is_some();
            if own && (others || field.optional || !field.types.is_empty()) {
                field.raw = Some(first + raws);
                raws += 1;
            }
        }
        let closed = mode.schema && !parts.open;
        let simple = fields
            .iter()
            .all(|field| field.types.is_empty() && !field.optional && !matches!(field.value, FieldValue::None));
        let plain = !mode.schema && parts.asserts.is_empty() && blocks.is_empty();
        let no_self = |field: &FieldCode| {
            matches!(field.value, FieldValue::Direct(_) | FieldValue::Code { reads_self: false, .. })
        };
        let hides = fields.iter().any(|field| field.hidden) || blocks.iter().any(Block::hides);
        let alone = !mode.schema
            && !parts.open
            && parts.asserts.is_empty()
            && parts.lets.is_empty()
            && parts.rest.is_none()
            && fields.iter().all(|field| self.program.is_alone(field))
            && blocks.iter().all(|block| block.alone);
        Template {
            shape: Shape::written(fields.iter().map(|field| field.name)),
            direct: plain && simple && !parts.open && parts.rest.is_none() && fields.iter().all(no_self),
            fields: fields.into(),
            blocks: blocks.into(),
            lets: parts.lets.into(),
            asserts: parts.asserts,
            captures: Box::default(),
            rest: parts.rest,
            schema: mode.schema,
            closed,
            open: parts.open,
            path: mode.path,
            renamed: false,
            hides,
            plain,
            alone,
            raws,
            loc: self.loc(span),
        }
    }

    /// A `let` that reads `self`: private to each final record. A pattern's parts are lets of their own.
    fn self_let(&mut self, bind: &'t Bind, mode: Mode, lets: &mut Vec<ProtoId>) {
        if !self.names.reads(bind.value).this || self.is_alias(bind) {
            return;
        }
        let whole = lets.len() as u32;
        let proto = self.in_field(mode.braces, bind.span, |this| {
            let value = this.bound(bind);
            let slot = this.contexts.slot();
            let body = this.emit(Code::Local(slot), bind.span);
            this.emit(Code::Let { slot, value, body }, bind.span)
        });
        lets.push(proto);
        if let Pattern::Bind(name) = &bind.pattern {
            return self.bind_record_let(*name, whole);
        }
        let mut names = Vec::new();
        collect_names(&bind.pattern, &mut names);
        for name in names {
            let proto = self.in_field(mode.braces, bind.span, |this| {
                let value = this.emit(Code::RecordLet(whole), bind.span);
                let steps = this.destructure(&bind.pattern, value, bind.span);
                let var = this.names.binders.get(&name.span).copied();
                let place = var.and_then(|var| this.contexts.find(var)).map_or(Code::Error, super::exprs::place_code);
                let body = this.emit(place, name.span);
                this.lets(steps, body)
            });
            lets.push(proto);
            self.bind_record_let(name, lets.len() as u32 - 1);
        }
    }

    fn bind_record_let(&mut self, name: Name, index: u32) {
        if let Some(var) = self.names.binders.get(&name.span) {
            self.contexts.bind(*var, Source::RecordLet(index));
        }
    }

    fn assert(&mut self, cond: ExprId, message: ExprId, mode: Mode) -> AssertCode {
        let code = |this: &mut Self, expr: ExprId| {
            let span = this.ast.span(expr);
            this.in_field(mode.braces, span, |this| this.expr(expr))
        };
        AssertCode { cond: code(self, cond), message: code(self, message), loc: self.expr_loc(cond) }
    }

    fn rest(&mut self, key: ExprId, ty: ExprId, value: Option<ExprId>, mode: Mode) -> RestCode {
        let span = self.ast.span(key);
        let key_code = self.in_field(mode.braces, span, |this| this.expr(key));
        let ty = self.type_code(ty, mode);
        let outer = std::mem::replace(&mut self.in_schema, false);
        let value = value.map(|value| FieldCode {
            name: Symbol::new("[String]"),
            class: None,
            hidden: false,
            optional: true,
            value: self.field_code(value, Mode { direct: false, ..mode }),
            types: Box::default(),
            proved: false,
            raw: None,
            loc: self.loc(span),
            value_loc: self.expr_loc(value),
            doc: None,
        });
        self.in_schema = outer;
        RestCode { key: key_code, ty, value }
    }

    pub(super) fn type_code(&mut self, ty: ExprId, mode: Mode) -> TypeCode {
        let span = self.ast.span(ty);
        let proto = self.in_field(mode.braces, span, |this| this.annotation(ty));
        TypeCode { proto, loc: self.loc(span) }
    }

    fn blocks(&mut self, blocks: Vec<(u32, BlockItem<'t>)>, mode: Mode, lets: &mut Vec<ProtoId>) -> Vec<Block> {
        blocks.into_iter().map(|(at, block)| Block { at, ..self.block(block, mode, lets) }).collect()
    }

    fn block(&mut self, block: BlockItem<'t>, mode: Mode, lets: &mut Vec<ProtoId>) -> Block {
        match block {
            BlockItem::If { cond, then, otherwise, class } => {
                let mode = Mode { class, direct: false, ..mode };
                self.if_block(cond, then, otherwise, mode, lets)
            }
            BlockItem::For { names, source, body, class } => {
                self.for_block(names, source, body, Mode { class, direct: true, ..mode })
            }
            BlockItem::Spread(expr) => self.spread(expr, mode),
            BlockItem::Computed(part) => self.computed(part, mode),
        }
    }

    fn if_block(
        &mut self,
        cond: ExprId,
        then: &'t [Item],
        otherwise: &'t [Item],
        mode: Mode,
        lets: &mut Vec<ProtoId>,
    ) -> Block {
        let (span, reads) = (self.ast.span(cond), self.names.reads(cond));
        let mut names = Vec::new();
        let computed = self.static_names(then, &mut names) | self.static_names(otherwise, &mut names);
        let cond = self.in_field(mode.braces, span, |this| this.expr(cond));
        let then = Rc::new(self.part_template(then, mode, span, lets));
        let otherwise = (!otherwise.is_empty()).then(|| Rc::new(self.part_template(otherwise, mode, span, lets)));
        let kind = BlockKind::If { cond, then, otherwise };
        // Its names stand in the text, but may not be there.
        Block { names: names.into(), computed, alone: false, watched: true, ..self.made(kind, reads, span) }
    }

    /// The template of an `if`'s braces: it lives in the layer around it, lets included.
    fn part_template(&mut self, items: &'t [Item], mode: Mode, span: Span, lets: &mut Vec<ProtoId>) -> Template {
        let mut sorted = self.sort(items, mode.class);
        for bind in std::mem::take(&mut sorted.lets) {
            self.self_let(bind, mode, lets);
        }
        let fields = self.fields(sorted.entries, mode);
        let blocks: Vec<Block> = self.blocks(sorted.blocks, mode, lets);
        let asserts = sorted.asserts.iter().map(|(cond, message)| self.assert(*cond, *message, mode)).collect();
        let rest = sorted.rest.map(|(key, ty, value)| self.rest(key, ty, value, mode));
        self.assemble(fields, blocks, Parts { lets: Vec::new(), asserts, rest, open: sorted.open }, mode, span)
    }

    /// Whether the items may also make names that do not stand in the text.
    fn static_names(&self, items: &[Item], out: &mut Vec<Symbol>) -> bool {
        let mut computed = false;
        for item in items {
            match item {
                Item::Field(field) => match field.path.first().and_then(|part| self.symbol_key(part)) {
                    Some(name) => out.push(name),
                    None => computed = true,
                },
                Item::Block { record, .. } => computed |= self.static_names(self.block_items(*record), out),
                Item::If { then, otherwise, .. } => {
                    computed |= self.static_names(then, out);
                    computed |= self.static_names(otherwise, out);
                }
                Item::For { body, .. } => computed |= self.static_names(body, out),
                Item::Spread(_) => computed = true,
                Item::Error | Item::Let(_) | Item::Assert { .. } | Item::Rest { .. } | Item::Open(_) => {}
            }
        }
        computed
    }

    fn for_block(&mut self, names: &'t [Name], source: ExprId, body: &'t [Item], mode: Mode) -> Block {
        let (span, reads) = (self.ast.span(source), self.names.reads(source));
        let mut found = Vec::new();
        let computed = self.static_names(body, &mut found);
        let keys = self.key_reads(body);
        let mut alone = is_alone(reads) && !keys;
        let proto = self.in_field(mode.braces, span, |this| {
            let clause = this.for_clause(names, source);
            let value = match only_computed(body) {
                Some(field) => {
                    let part = Part { path: &field.path, field, class: field.class.or(mode.class) };
                    this.named(part, mode)
                }
                None => this.record(body, mode, span),
            };
            alone = alone && this.makes_alone(value);
            let elem = ElemCode { kind: Element::Now, value, clauses: Box::new([clause]) };
            let row = this.row(Row::Elems(Rc::new([elem])));
            this.emit(Code::Collect(row), span)
        });
        let made = self.made(BlockKind::Expand(proto), reads, span);
        let reads_self = reads.this || keys;
        Block { names: found.into(), computed, reads_self, alone, watched: watches(body), ..made }
    }

    /// A block whose names do not stand in the text, and which nothing more is known of.
    fn made(&self, kind: BlockKind, reads: Reads, span: Span) -> Block {
        Block {
            kind,
            names: Box::default(),
            spread: false,
            computed: true,
            reads_self: reads.this,
            reads_super: reads.below,
            alone: false,
            watched: false,
            at: 0,
            loc: self.loc(span),
        }
    }

    /// Whether a computed name among the items reads their record.
    fn key_reads(&self, items: &[Item]) -> bool {
        items.iter().any(|item| match item {
            Item::Field(field) => match field.path.first().map(|part| part.key) {
                Some(Key::Computed(key)) => self.names.reads(key).this,
                _ => false,
            },
            _ => false,
        })
    }

    fn spread(&mut self, expr: ExprId, mode: Mode) -> Block {
        let (span, reads) = (self.ast.span(expr), self.names.reads(expr));
        let proto = self.in_field(mode.braces, span, |this| {
            let value = this.expr(expr);
            let elem = ElemCode { kind: Element::Now, value, clauses: Box::default() };
            let row = this.row(Row::Elems(Rc::new([elem])));
            this.emit(Code::Collect(row), span)
        });
        Block { spread: true, watched: !reads.this, ..self.made(BlockKind::Expand(proto), reads, span) }
    }

    fn computed(&mut self, part: Part<'t>, mode: Mode) -> Block {
        let span = part.field.span;
        let reads = match part.path.first().map(|part| part.key) {
            Some(Key::Computed(key)) => self.names.reads(key),
            _ => Reads::default(),
        };
        let mut alone = is_alone(reads);
        let proto = self.in_field(mode.braces, span, |this| {
            let value = this.named(part, Mode { direct: true, ..mode });
            alone = alone && this.makes_alone(value);
            let elem = ElemCode { kind: Element::Now, value, clauses: Box::default() };
            let row = this.row(Row::Elems(Rc::new([elem])));
            this.emit(Code::Collect(row), span)
        });
        Block { alone, ..self.made(BlockKind::Expand(proto), reads, span) }
    }

    /// Whether code makes records that are the same whatever they are merged with.
    fn makes_alone(&self, code: CodeId) -> bool {
        match self.program.codes[code] {
            Code::MakeRecord(template) | Code::MakeNamed { template, .. } => self.program.templates[template].alone,
            Code::Let { body, .. } => self.makes_alone(body),
            _ => false,
        }
    }

    /// The template of a path's rest: its fields, and a block for each computed name.
    pub(super) fn path_template(
        &mut self,
        fields: Vec<FieldCode>,
        computed: Vec<Part<'t>>,
        mode: Mode,
        span: Span,
    ) -> Template {
        let at = fields.len() as u32;
        let blocks = computed.into_iter().map(|part| Block { at, ..self.computed(part, mode) }).collect();
        let parts = Parts { lets: Vec::new(), asserts: Box::default(), rest: None, open: false };
        self.assemble(fields, blocks, parts, mode, span)
    }

    /// A record of one field whose name is computed.
    fn named(&mut self, part: Part<'t>, mode: Mode) -> CodeId {
        let span = part.field.span;
        let key = match part.path.first().map(|part| part.key) {
            Some(Key::Computed(key)) => self.expr(key),
            _ => self.emit(Code::Error, span),
        };
        self.push_layer();
        let mut entry = Entry { name: Some(Symbol::new("")), ..Entry::default() };
        let rest = &part.path[1..];
        if rest.is_empty() {
            entry.own.push(part)
        } else {
            entry.inner.push(Part { path: rest, ..part })
        }
        let mode = Mode { schema: false, ..mode };
        let fields = self.fields(vec![entry], mode);
        let parts = Parts { lets: Vec::new(), asserts: Box::default(), rest: None, open: false };
        let mut template = self.assemble(fields, Vec::new(), parts, mode, span);
        let (_, captures) = self.contexts.pop();
        template.captures = captures;
        template.renamed = true;
        let template = self.program.templates.push(Rc::new(template));
        self.emit(Code::MakeNamed { template, key }, span)
    }
}

fn is_alone(reads: Reads) -> bool {
    !reads.this && !reads.below
}

struct Parts {
    lets: Vec<ProtoId>,
    asserts: Box<[AssertCode]>,
    rest: Option<RestCode>,
    open: bool,
}

pub(super) fn add_part<'a>(entries: &mut Vec<Entry<'a>>, name: Symbol, part: Part<'a>) {
    let index = entries.iter().position(|entry| entry.name == Some(name)).unwrap_or_else(|| {
        entries.push(Entry { name: Some(name), ..Entry::default() });
        entries.len() - 1
    });
    match part.path {
        [_] | [] => entries[index].own.push(part),
        [_, rest @ ..] => entries[index].inner.push(Part { path: rest, ..part }),
    }
}

/// The one field of a `for` that has nothing else in its braces.
fn only_computed(items: &[Item]) -> Option<&Field> {
    match items {
        [Item::Field(field)] if matches!(field.path.first()?.key, Key::Computed(_)) => Some(field),
        _ => None,
    }
}

fn collect_names(pattern: &Pattern, out: &mut Vec<Name>) {
    match pattern {
        Pattern::Bind(name) => out.push(*name),
        Pattern::Record { fields, .. } => fields.iter().for_each(|field| collect_names(&field.pattern, out)),
        Pattern::List { items, rest, .. } => {
            items.iter().for_each(|item| collect_names(item, out));
            out.extend(rest.iter().flatten());
        }
        Pattern::Error | Pattern::Any(_) | Pattern::Test(_) => {}
    }
}

/// Whether the items of a loop may hold asserts or schemas.
fn watches(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Assert { .. } | Item::Spread(_) => true,
        Item::If { then, otherwise, .. } => watches(then) || watches(otherwise),
        Item::For { body, .. } => watches(body),
        _ => false,
    })
}
