//! Patterns, parameters and function types, made from the expressions they were read as.
//!
//! The grammar cannot tell `{ a, b = c }` the pattern from the record before it sees `=>` or `=`, so
//! it reads an expression and this file turns it into what it is. In a `match` arm a field's `= p` is
//! a pattern; in bindings and parameters it is a default.

use super::ast::{
    Bind, Elem, Expr, ExprId, FieldPattern, Function, Item, Key, Name, Param, PathPart, Pattern, Sugar, TypeParam,
};
use super::make::{ArgCover, Given, Maker};
use super::mistakes;
use crate::base::span::Span;

/// Patterns nested deeper than this are refused; nobody reads them.
const MAX_DEPTH: u32 = 100;

/// Where a pattern stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Arm,
    Binding,
}

impl Maker<'_> {
    /// `fn(…) -> T => body`
    pub fn function(&mut self, start: u32, args: Vec<ArgCover>, result: Option<ExprId>, body: ExprId) -> ExprId {
        let params = args.into_iter().map(|arg| self.param(arg)).collect();
        self.node_to(start, Expr::Fn(Box::new(Function { params, result, body })), body)
    }

    fn param(&mut self, arg: ArgCover) -> Param {
        let start = self.span(arg.left);
        let mut span = arg.ty.map_or(start, |ty| start.to(self.span(ty)));
        let default = match arg.value {
            Some(Given::Expr(value)) => {
                span = span.to(self.span(value));
                Some(value)
            }
            Some(Given::Dots(dots)) => {
                self.diags.push(mistakes::dots_in_params(self.at(dots)));
                None
            }
            None => None,
        };
        Param { pattern: self.binding_pattern(arg.left), ty: arg.ty, default, span }
    }

    /// `fn(A, b : B) -> C`
    pub fn fn_type(&mut self, start: u32, args: Vec<ArgCover>, result: ExprId) -> ExprId {
        let params = args.into_iter().map(|arg| self.type_param(arg)).collect();
        self.node_to(start, Expr::FnType { params, result }, result)
    }

    fn type_param(&mut self, arg: ArgCover) -> TypeParam {
        if let Some(Given::Expr(value)) = arg.value {
            self.diags.push(mistakes::default_in_type(self.at(self.span(value))));
        }
        let optional = arg.value.is_some();
        let Some(ty) = arg.ty else { return TypeParam { name: None, ty: arg.left, optional } };
        let name = self.as_name(arg.left);
        if name.is_none() {
            self.diags.push(mistakes::type_param_name(self.at(self.span(arg.left))));
        }
        TypeParam { name, ty, optional }
    }

    /// `pattern : T = value`, or `f(x) = body`.
    pub fn bind(&mut self, left: ExprId, ty: Option<ExprId>, value: ExprId) -> Bind {
        let Some((name, args)) = self.function_head(left) else {
            let span = self.span(left).to(self.span(value));
            return Bind { pattern: self.binding_pattern(left), ty, value, function: false, span };
        };
        if let Some(ty) = ty {
            self.diags.push(mistakes::colon_after_params(self.at(self.span(ty))));
        }
        self.function_bind(left, name, args, ty, value)
    }

    /// `f(x) -> T = body`
    pub fn bind_result(&mut self, left: ExprId, result: ExprId, value: ExprId) -> Bind {
        match self.function_head(left) {
            Some((name, args)) => self.function_bind(left, name, args, Some(result), value),
            None => {
                self.diags.push(mistakes::arrow_without_params(self.at(self.span(result))));
                self.bind(left, Some(result), value)
            }
        }
    }

    fn function_bind(
        &mut self,
        left: ExprId,
        name: Name,
        args: Vec<ArgCover>,
        result: Option<ExprId>,
        body: ExprId,
    ) -> Bind {
        let value = self.function(name.span.end, args, result, body);
        let span = self.span(left).to(self.span(body));
        Bind { pattern: Pattern::Bind(name), ty: None, value, function: true, span }
    }

    /// The name and parameters of `f(x, y = 2)`, if that is what was read.
    fn function_head(&mut self, left: ExprId) -> Option<(Name, Vec<ArgCover>)> {
        let Expr::Call { callee, args } = &self.exprs[left] else { return None };
        let (callee, args) = (*callee, args.clone());
        let name = self.as_name(callee)?;
        if let Ok(at) = self.covers.binary_search_by_key(&left, |(call, _)| *call) {
            return Some((name, self.covers.remove(at).1));
        }
        let covers = args.iter().map(|arg| match arg.name {
            None => ArgCover { left: arg.value, ty: None, value: None },
            Some(name) => {
                let left = self.node(name.span.start, Expr::Name(name.symbol), name.span.end);
                ArgCover { left, ty: None, value: Some(Given::Expr(arg.value)) }
            }
        });
        Some((name, covers.collect()))
    }

    /// Calls and lists that kept what only parameters and patterns can have.
    pub(super) fn refuse_covers(&mut self) {
        for rest in std::mem::take(&mut self.rests) {
            self.diags.push(mistakes::bare_rest(self.at(self.span(rest))));
            self.exprs[rest] = Expr::Error;
        }
        for (_, args) in std::mem::take(&mut self.covers) {
            for arg in args {
                let place = self.at(self.span(arg.left));
                let diag = match (arg.ty, arg.value) {
                    (Some(ty), _) => mistakes::annotated_arg(place, self.at(self.span(ty))),
                    (None, Some(Given::Dots(dots))) => mistakes::dots_in_params(self.at(dots)),
                    (None, Some(Given::Expr(_))) if self.as_name(arg.left).is_none() => mistakes::arg_name(place),
                    (None, _) => continue,
                };
                self.diags.push(diag);
            }
        }
    }

    pub(super) fn arm_pattern(&mut self, id: ExprId) -> Pattern {
        self.pattern(id, Place::Arm, 0)
    }

    /// The pattern of a binding or parameter: a name, `_`, or a destructuring.
    fn binding_pattern(&mut self, id: ExprId) -> Pattern {
        match self.pattern(id, Place::Binding, 0) {
            Pattern::Test(_) => {
                if self.exprs[id] != Expr::Error {
                    self.diags.push(mistakes::not_a_binding(self.at(self.span(id))));
                }
                Pattern::Error
            }
            pattern => pattern,
        }
    }

    fn pattern(&mut self, id: ExprId, place: Place, depth: u32) -> Pattern {
        let span = self.span(id);
        if depth > MAX_DEPTH {
            self.diags.push(mistakes::too_nested(self.at(span)));
            return Pattern::Error;
        }
        match &mut self.exprs[id] {
            Expr::Name(symbol) => name_pattern(*symbol, span, id, place),
            Expr::Record(items) => {
                let items = std::mem::take(items);
                self.record_pattern(items, span, place, depth)
            }
            Expr::List(elems) => {
                let elems = std::mem::take(elems);
                self.list_pattern(elems, span, place, depth)
            }
            Expr::Error => Pattern::Error,
            _ => Pattern::Test(id),
        }
    }

    fn record_pattern(&mut self, items: Box<[Item]>, span: Span, place: Place, depth: u32) -> Pattern {
        let mut open = place == Place::Binding;
        let mut fields = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Open(_) => open = true,
                Item::Error => {}
                Item::Field(field) => match &field.path[..] {
                    [PathPart { key: Key::Static(symbol), span }] if field.class.is_none() && !field.hidden => {
                        if field.optional {
                            self.diags.push(mistakes::optional_in_pattern(self.at(field.span)));
                        }
                        let name = Name { symbol: *symbol, span: *span };
                        let value = field.value.filter(|_| field.sugar != Sugar::Shorthand);
                        fields.push(self.field_pattern(name, field.ty, value, place, depth));
                    }
                    _ => self.diags.push(mistakes::field_pattern(self.at(field.span))),
                },
                other => {
                    let place = item_span(&other, |id| self.span(id)).unwrap_or(span);
                    self.diags.push(mistakes::field_pattern(self.at(place)));
                }
            }
        }
        Pattern::Record { fields: fields.into(), open, span }
    }

    fn field_pattern(
        &mut self,
        name: Name,
        ty: Option<ExprId>,
        value: Option<ExprId>,
        place: Place,
        depth: u32,
    ) -> FieldPattern {
        let plain = Pattern::Bind(name);
        match (value, place) {
            (Some(value), Place::Arm) => {
                let pattern = self.pattern(value, place, depth + 1);
                FieldPattern { name, pattern, ty, default: None }
            }
            (default, Place::Binding) => FieldPattern { name, pattern: plain, ty, default },
            (None, Place::Arm) => FieldPattern { name, pattern: plain, ty, default: None },
        }
    }

    fn list_pattern(&mut self, elems: Box<[Elem]>, span: Span, place: Place, depth: u32) -> Pattern {
        let mut items = Vec::with_capacity(elems.len());
        let mut rest = None;
        for elem in elems {
            let at = self.span(elem.value);
            if !elem.clauses.is_empty() || rest.is_some() {
                self.diags.push(mistakes::list_pattern(self.at(at)));
            } else if elem.spread {
                rest = Some(self.rest_name(elem.value));
            } else {
                items.push(self.pattern(elem.value, place, depth + 1));
            }
        }
        Pattern::List { items: items.into(), rest, span }
    }

    /// The name after `...`; `_` takes the rest without a name.
    fn rest_name(&mut self, id: ExprId) -> Option<Name> {
        if let Ok(at) = self.rests.binary_search(&id) {
            self.rests.remove(at);
        }
        match self.pattern(id, Place::Binding, 0) {
            Pattern::Bind(name) => Some(name),
            Pattern::Any(_) | Pattern::Error => None,
            Pattern::Test(_) | Pattern::Record { .. } | Pattern::List { .. } => {
                self.diags.push(mistakes::list_pattern(self.at(self.span(id))));
                None
            }
        }
    }
}

/// In an arm lower-case names bind and capitalised ones are types; elsewhere every name binds.
fn name_pattern(symbol: crate::base::symbol::Symbol, span: Span, id: ExprId, place: Place) -> Pattern {
    let text = symbol.text();
    match text.trim_start_matches('_').chars().next() {
        None if &*text == "_" => Pattern::Any(span),
        Some(c) if c.is_ascii_uppercase() && place == Place::Arm => Pattern::Test(id),
        _ => Pattern::Bind(Name { symbol, span }),
    }
}

/// Where an item stands, as far as the tree knows.
fn item_span(item: &Item, span: impl Fn(ExprId) -> Span) -> Option<Span> {
    match item {
        Item::Error => None,
        Item::Field(field) => Some(field.span),
        Item::Block { record, .. } => Some(span(*record)),
        Item::Let(bind) => Some(bind.span),
        Item::Assert { cond, message } => Some(span(*cond).to(span(*message))),
        Item::If { cond, .. } => Some(span(*cond)),
        Item::For { source, .. } => Some(span(*source)),
        Item::Rest { key, ty, .. } => Some(span(*key).to(span(*ty))),
        Item::Open(span) => Some(*span),
        Item::Spread(id) => Some(span(*id)),
    }
}
