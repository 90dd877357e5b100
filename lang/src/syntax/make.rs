//! Nodes made from what the grammar has read: one call per action.
//!
//! The grammar knows tokens and offsets; here offsets become spans, texts become symbols, numbers
//! and strings. What the grammar lets through and the language does not (an annotation in a call, a
//! modifier said twice) is reported here. Calls whose arguments might still turn out to be
//! parameters wait in `covers` until the binding around them is read, see `patterns.rs`.

use super::ast::{
    Arg, Arm, BinaryOp, Bind, Class, Clause, Elem, Expr, ExprId, Field, Item, Key, Name, PathPart, StrPart, Sugar,
    UnaryOp,
};
use super::mistakes;
use super::text::{self, BadEscape, Laid, Number, Piece};
use super::token::{Quoting, Spanned};
use super::trivia::Trivia;
use crate::base::arena::IndexVec;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Loc, Span};
use crate::base::symbol::Symbol;
use std::rc::Rc;

/// What may stand in the parentheses of a call, of parameters and of a function type, before it is
/// known which of them it is.
#[derive(Clone, Debug)]
pub struct ArgCover {
    pub left: ExprId,
    pub ty: Option<ExprId>,
    pub value: Option<Given>,
}

/// What follows the `=` of a [`ArgCover`].
#[derive(Clone, Copy, Debug)]
pub enum Given {
    Expr(ExprId),
    /// `...`: in a function type, a parameter that has a default.
    Dots(Span),
}

/// A field's modifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    Default,
    Force,
    Hidden,
}

/// What follows the path of a field.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldRest {
    pub optional: bool,
    pub ty: Option<ExprId>,
    pub value: Option<ExprId>,
}

/// A piece of an interpolated string: the text token that leads to an expression.
pub type Part = (u32, u32, ExprId);

/// Collects the nodes of one file.
pub struct Maker<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    trivia: &'a Trivia,
    pub(super) exprs: IndexVec<ExprId, Expr>,
    spans: IndexVec<ExprId, Span>,
    /// Calls with arguments that only parameters can be, in the order of their ids.
    pub(super) covers: Vec<(ExprId, Vec<ArgCover>)>,
    /// `...` alone in a list, which only patterns can have, in the order of their ids.
    pub(super) rests: Vec<ExprId>,
    pub(super) diags: Vec<Diag>,
    bad_escapes: Vec<BadEscape>,
}

impl<'a> Maker<'a> {
    pub fn new(file: FileId, text: &'a str, tokens: &[Spanned], trivia: &'a Trivia) -> Maker<'a> {
        let mut maker = Maker {
            file,
            text,
            trivia,
            exprs: IndexVec::default(),
            spans: IndexVec::default(),
            covers: Vec::new(),
            rests: Vec::new(),
            diags: Vec::new(),
            bad_escapes: Vec::new(),
        };
        maker.exprs.reserve(tokens.len() / 2);
        maker.spans.reserve(tokens.len() / 2);
        maker
    }

    /// The nodes, their spans, and what there was to say.
    pub fn finish(mut self) -> (IndexVec<ExprId, Expr>, IndexVec<ExprId, Span>, Vec<Diag>) {
        self.refuse_covers();
        for span in std::mem::take(&mut self.bad_escapes) {
            let diag = mistakes::bad_escape(self.at(span), self.slice(span));
            self.diags.push(diag);
        }
        (self.exprs, self.spans, self.diags)
    }

    pub(super) fn at(&self, span: Span) -> Loc {
        span.at(self.file)
    }

    pub fn span(&self, id: ExprId) -> Span {
        self.spans[id]
    }

    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }

    #[inline]
    pub fn node(&mut self, start: u32, expr: Expr, end: u32) -> ExprId {
        self.spans.push(Span::over(start, end));
        self.exprs.push(expr)
    }

    /// A node from `start` to the end of `last`.
    #[inline]
    pub fn node_to(&mut self, start: u32, expr: Expr, last: ExprId) -> ExprId {
        let end = self.spans[last].end;
        self.node(start, expr, end)
    }

    /// A node from the start of `first` to `end`.
    #[inline]
    pub fn node_from(&mut self, first: ExprId, expr: Expr, end: u32) -> ExprId {
        let start = self.spans[first].start;
        self.node(start, expr, end)
    }

    #[inline]
    pub fn symbol(&self, start: u32, end: u32) -> Symbol {
        Symbol::new(self.slice(Span { start, end }))
    }

    pub fn name(&mut self, start: u32, end: u32) -> ExprId {
        let symbol = self.symbol(start, end);
        self.node(start, Expr::Name(symbol), end)
    }

    /// `'a`, without its quote.
    pub fn type_var(&mut self, start: u32, end: u32) -> ExprId {
        let symbol = self.symbol(start + 1, end);
        self.node(start, Expr::TypeVar(symbol), end)
    }

    pub fn number(&mut self, start: u32, end: u32) -> ExprId {
        let span = Span { start, end };
        let expr = match text::number(self.slice(span)) {
            Ok(Number::Int(value)) => Expr::Int(value),
            Ok(Number::Big(value)) => Expr::BigInt(Box::new(value)),
            Ok(Number::Float(value)) => Expr::Float(value),
            Err(error) => {
                let diag = mistakes::bad_number(self.at(span), self.slice(span), error);
                self.diags.push(diag);
                Expr::Error
            }
        };
        self.node(start, expr, end)
    }

    pub fn binary(&mut self, lhs: ExprId, op: BinaryOp, rhs: ExprId) -> ExprId {
        let span = self.spans[lhs].to(self.spans[rhs]);
        self.node(span.start, Expr::Binary { op, lhs, rhs }, span.end)
    }

    pub fn unary(&mut self, start: u32, op: UnaryOp, expr: ExprId) -> ExprId {
        self.node_to(start, Expr::Unary { op, expr }, expr)
    }

    pub fn constraint(&mut self, start: u32, op: BinaryOp, expr: ExprId) -> ExprId {
        self.node_to(start, Expr::Constraint { op, expr }, expr)
    }

    pub fn field(&mut self, base: ExprId, optional: bool, name: PathPart) -> ExprId {
        let end = name.span.end;
        self.node_from(base, Expr::Field { base, name, optional }, end)
    }

    pub fn call(&mut self, callee: ExprId, args: Vec<ArgCover>, end: u32) -> ExprId {
        let irregular = args.iter().any(|arg| self.call_arg(arg).is_none());
        let read = args.iter().map(|arg| {
            let value = match arg.value {
                Some(Given::Expr(value)) => value,
                Some(Given::Dots(_)) | None => arg.left,
            };
            self.call_arg(arg).unwrap_or(Arg { name: None, value })
        });
        let read = read.collect();
        let call = self.node_from(callee, Expr::Call { callee, args: read }, end);
        if irregular {
            self.covers.push((call, args));
        }
        call
    }

    /// The argument, if it is one of a call.
    fn call_arg(&self, arg: &ArgCover) -> Option<Arg> {
        match (arg.ty, arg.value) {
            (None, None) => Some(Arg { name: None, value: arg.left }),
            (None, Some(Given::Expr(value))) => Some(Arg { name: Some(self.as_name(arg.left)?), value }),
            _ => None,
        }
    }

    /// The expression as a bare name.
    pub(super) fn as_name(&self, id: ExprId) -> Option<Name> {
        match &self.exprs[id] {
            Expr::Name(symbol) => Some(Name { symbol: *symbol, span: self.spans[id] }),
            _ => None,
        }
    }

    pub fn let_in(&mut self, start: u32, mut bind: Bind, body: ExprId) -> ExprId {
        bind.span.start = start;
        self.node_to(start, Expr::Let { bind: Box::new(bind), body }, body)
    }

    pub fn let_item(&mut self, start: u32, mut bind: Bind) -> Item {
        bind.span.start = start;
        Item::Let(Box::new(bind))
    }

    pub fn import(&mut self, start: u32, path: ExprId) -> ExprId {
        let text: Option<Rc<str>> = match &self.exprs[path] {
            Expr::Str(parts) => match &parts[..] {
                [] => Some("".into()),
                [StrPart::Text(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        let expr = match text {
            Some(text) => Expr::Import(text),
            None => {
                self.diags.push(mistakes::computed_import(self.at(self.spans[path])));
                Expr::Error
            }
        };
        self.node_to(start, expr, path)
    }

    /// A string without interpolation.
    pub fn string(&mut self, start: u32, end: u32) -> ExprId {
        let whole = self.slice(Span { start, end });
        let quoting = Quoting::of(whole);
        let (open, close) = (quoting.opener_len(), quoting.closer_len());
        let inner = whole.get(open..).unwrap_or("");
        let opener = &whole[usize::from(quoting.raw)..];
        let inner = without_closer(inner, close, opener);
        let parts = if quoting.block {
            self.block(&[Piece::Text(inner, start + open as u32)], quoting)
        } else {
            self.line(inner, start + open as u32, quoting).into_iter().collect()
        };
        self.node(start, Expr::Str(parts.into()), end)
    }

    /// A string with interpolations: the parts that lead to one, and where the last text stands.
    pub fn template(&mut self, first: Part, middle: Vec<Part>, tail: Span) -> ExprId {
        let (start, first_end, _) = first;
        let quoting = Quoting::of(self.slice(Span { start, end: first_end }));
        let hole = 2 + quoting.hashes;
        let mut pieces = Vec::with_capacity(2 * middle.len() + 3);
        let mut skip = quoting.opener_len() as u32;
        for (start, end, expr) in std::iter::once(first).chain(middle) {
            let span = Span { start: start + skip, end: end.saturating_sub(hole) };
            pieces.push(Piece::Text(self.slice(span), span.start));
            pieces.push(Piece::Hole(expr));
            skip = 1;
        }
        let close = quoting.closer_len();
        let text = self.slice(Span { start: tail.start + 1, end: tail.end });
        let opener = &self.slice(Span { start, end: first_end })[usize::from(quoting.raw)..];
        let text = without_closer(text, close, opener);
        pieces.push(Piece::Text(text, tail.start + 1));
        let parts = if quoting.block { self.block(&pieces, quoting) } else { self.lines_of(&pieces, quoting) };
        self.node(start, Expr::Str(parts.into()), tail.end)
    }

    fn line(&mut self, text: &str, offset: u32, quoting: Quoting) -> Option<StrPart> {
        if text.is_empty() {
            return None;
        }
        if quoting.raw || !text.contains('\\') {
            return Some(StrPart::Text(text.into()));
        }
        let mut out = String::with_capacity(text.len());
        text::unescape_into(&mut out, text, offset, quoting, &mut self.bad_escapes);
        Some(StrPart::Text(out.into()))
    }

    fn lines_of(&mut self, pieces: &[Piece<ExprId>], quoting: Quoting) -> Vec<StrPart> {
        let read = |piece: &Piece<ExprId>| match piece {
            Piece::Text(text, offset) => self.line(text, *offset, quoting),
            Piece::Hole(expr) => Some(StrPart::Expr { expr: *expr, indent: None }),
        };
        pieces.iter().filter_map(read).collect()
    }

    fn block(&mut self, pieces: &[Piece<ExprId>], quoting: Quoting) -> Vec<StrPart> {
        let (laid, error) = text::lay_out(pieces, quoting, &mut self.bad_escapes);
        if let Some(error) = error {
            let diag = mistakes::bad_block(self.file, error);
            self.diags.push(diag);
        }
        let read = |part| match part {
            Laid::Text(text) => StrPart::Text(text.into()),
            Laid::Hole(expr, indent) => StrPart::Expr { expr, indent: Some(indent) },
        };
        laid.into_iter().map(read).collect()
    }

    /// A part of a path that is a bare name.
    #[inline]
    pub fn part(&mut self, start: u32, end: u32) -> PathPart {
        PathPart { key: Key::Static(self.symbol(start, end)), span: Span::over(start, end) }
    }

    /// A part of a path that is a string.
    pub fn quoted_part(&mut self, id: ExprId) -> PathPart {
        let key = match &self.exprs[id] {
            Expr::Str(parts) => match &parts[..] {
                [] => Key::Static(Symbol::new("")),
                [StrPart::Text(text)] => Key::Static(Symbol::new(text)),
                _ => Key::Computed(id),
            },
            _ => Key::Computed(id),
        };
        PathPart { key, span: self.spans[id] }
    }

    pub fn field_item(
        &mut self,
        start: u32,
        mods: Vec<(Modifier, Span)>,
        path: Vec<PathPart>,
        rest: FieldRest,
    ) -> Item {
        let (class, hidden) = self.modifiers(&mods);
        let FieldRest { optional, ty, mut value } = rest;
        let last = value.or(ty).map(|id| self.spans[id]).or(path.last().map(|part| part.span));
        let end = last.map_or(start, |span| span.end);
        let mut sugar = Sugar::None;
        if ty.is_none() && value.is_none() && !optional {
            sugar = Sugar::Shorthand;
            value = Some(self.shorthand(&path));
        }
        self.finished_field(Field {
            class,
            hidden,
            path: path.into(),
            optional,
            ty,
            value,
            sugar,
            span: Span::over(start, end),
            doc: None,
        })
    }

    fn finished_field(&mut self, mut field: Field) -> Item {
        field.doc = self.trivia.doc_before(field.span.start);
        Item::Field(Box::new(field))
    }

    /// `{ d }`: only a single name that is not quoted can stand for its own value.
    fn shorthand(&mut self, path: &[PathPart]) -> ExprId {
        let span = path.iter().map(|part| part.span).reduce(Span::to).unwrap_or_default();
        let expr = match path {
            [PathPart { key: Key::Static(symbol), span }] if !self.slice(*span).ends_with(['"', '#']) => {
                Expr::Name(*symbol)
            }
            _ => {
                let diag = mistakes::field_without_value(self.at(span), self.slice(span));
                self.diags.push(diag);
                Expr::Error
            }
        };
        self.node(span.start, expr, span.end)
    }

    /// `f(x) -> T = body`
    pub fn function_item(
        &mut self,
        start: u32,
        mods: Vec<(Modifier, Span)>,
        path: Vec<PathPart>,
        args: Vec<ArgCover>,
        result: Option<ExprId>,
        body: ExprId,
    ) -> Item {
        let (class, hidden) = self.modifiers(&mods);
        let from = path.last().map_or(start, |part| part.span.end);
        let value = self.function(from, args, result, body);
        let span = Span::over(start, self.spans[body].end);
        self.finished_field(Field {
            class,
            hidden,
            path: path.into(),
            optional: false,
            ty: None,
            value: Some(value),
            sugar: Sugar::Function,
            span,
            doc: None,
        })
    }

    fn modifiers(&mut self, mods: &[(Modifier, Span)]) -> (Option<Class>, bool) {
        let (mut class, mut hidden) = (None, false);
        for (modifier, span) in mods {
            let taken = match modifier {
                Modifier::Default => class.replace(Class::Default).is_some(),
                Modifier::Force => class.replace(Class::Force).is_some(),
                Modifier::Hidden => std::mem::replace(&mut hidden, true),
            };
            if taken {
                self.diags.push(mistakes::second_modifier(self.at(*span)));
            }
        }
        (class, hidden)
    }

    /// `default { … }`
    pub fn block_item(&mut self, class: Class, record: ExprId) -> Item {
        Item::Block { class, record }
    }

    pub fn elem(&mut self, spread: bool, value: ExprId, clauses: Vec<Clause>) -> Elem {
        Elem { spread, value, clauses: clauses.into() }
    }

    /// `...` alone: in a pattern the rest of the list without a name, which `_` stands for.
    pub fn bare_rest(&mut self, start: u32, end: u32) -> Elem {
        let value = self.node(start, Expr::Name(Symbol::new("_")), end);
        self.rests.push(value);
        self.elem(true, value, Vec::new())
    }

    /// The names of a loop; one or two.
    pub fn loop_names(&mut self, start: u32, names: Vec<Name>, end: u32) -> Box<[Name]> {
        if !matches!(names.len(), 1 | 2) {
            self.diags.push(mistakes::loop_names(self.at(Span::over(start, end))));
        }
        names.into()
    }

    pub fn arm(&mut self, left: ExprId, guard: Option<ExprId>, body: ExprId) -> Arm {
        let span = self.spans[left].to(self.spans[body]);
        Arm { pattern: self.arm_pattern(left), guard, body, span }
    }
}

/// The text without the `len` bytes of quotes and hashes that close what `opener` (without its `r`)
/// begins with. A string without its end was reported by the lexer and keeps its text.
fn without_closer<'a>(text: &'a str, len: usize, opener: &str) -> &'a str {
    let Some((inner, end)) = text.len().checked_sub(len).and_then(|at| text.split_at_checked(at)) else { return text };
    let closes = end.bytes().rev().zip(opener.bytes()).all(|(a, b)| a == b);
    if closes { inner } else { text }
}
