//! Expressions to code, and the choice of what is delayed.
//!
//! An argument, element or field is delayed only if running it now could cost or fail: literals,
//! variables, functions, braces and brackets are made at once. What is cheap (a sum, a comparison,
//! a text of known parts) is compiled twice: as code to be tried on the values at hand, and as a
//! suspension for when one of them is not computed yet.

use super::code::{Arith, BaseType, Code, CodeId, Compare, Const, FnParamCode, FnTypeCode, Row, Source, TextPart};
use super::code::{ClauseCode, ElemCode, Element};
use super::context::Kind;
use super::lower::Lower;
use crate::base::symbol::Symbol;
use crate::resolve::binding::{Binding, Prelude};
use crate::syntax::ast::{Arg, BinaryOp, Clause, Elem, Expr, ExprId, Key, PathPart, StrPart, TypeParam, UnaryOp};
use std::rc::Rc;

/// How many nodes a cheap expression may have.
const CHEAP: u32 = 16;

impl Lower<'_> {
    pub(super) fn expr(&mut self, id: ExprId) -> CodeId {
        self.lower(id, false)
    }

    /// `tail`: the value is that of the function around it.
    pub(super) fn lower(&mut self, id: ExprId, tail: bool) -> CodeId {
        let (ast, span) = (self.ast, self.ast.span(id));
        let code = match ast.expr(id) {
            Expr::Group(inner) => return self.lower(*inner, tail),
            Expr::Error => Code::Error,
            Expr::Null => Code::Null,
            Expr::Bool(truth) => Code::Bool(*truth),
            Expr::Int(int) => Code::Int(*int),
            Expr::BigInt(int) => Code::Const(self.constant(Const::Big(Rc::new((**int).clone())))),
            Expr::Float(float) => Code::Const(self.constant(Const::Float(*float))),
            Expr::Str(parts) => self.text(parts),
            Expr::Name(_) | Expr::SelfRef | Expr::SuperRef => self.name(id),
            Expr::TypeVar(name) => Code::TypeVar(*name),
            Expr::Annotated { expr, ty } if self.proofs.holds(*ty) => return self.expr(*expr),
            Expr::Annotated { expr, ty } => {
                let (value, ty) = (self.expr(*expr), self.annotation(*ty));
                Code::Check { value, ty, name: Symbol::new("") }
            }
            Expr::List(elems) => self.list(elems, id),
            Expr::Record(items) => return self.braces(id, items, false),
            Expr::Schema(items) => return self.braces(id, items, true),
            Expr::Import(path) => Code::Import(self.row(Row::Import { file: self.file, path: path.clone() })),
            Expr::Match(arms) => Code::MakeFn(self.match_fn(arms, span)),
            Expr::Let { bind, body } => return self.let_in(bind, *body, tail),
            Expr::If { cond, then, otherwise } => {
                let cond = self.expr(*cond);
                Code::If { cond, then: self.lower(*then, tail), otherwise: self.lower(*otherwise, tail) }
            }
            Expr::Fn(function) => Code::MakeFn(self.function(function, None, None, span)),
            Expr::FnType { params, result } => self.fn_type(params, *result),
            Expr::Call { callee, args } => {
                let callee = self.expr(*callee);
                let args = self.args(callee, None, args);
                if tail { Code::TailCall { callee, args } } else { Code::Call { callee, args } }
            }
            Expr::Field { base, name, optional } => match self.library(id) {
                Some(code) => code,
                // A message about a field points at its name, not at all that stands in front of it.
                None => {
                    let code = self.field_of(*base, name, *optional);
                    return self.emit(code, name.span);
                }
            },
            Expr::Index { base, index } => Code::Index { base: self.expr(*base), index: self.expr(*index) },
            Expr::Nullable(inner) => Code::Nullable(self.expr(*inner)),
            Expr::Unary { op: UnaryOp::Not, expr } => Code::Not(self.expr(*expr)),
            Expr::Unary { op: UnaryOp::Negate, expr } => self.negate(*expr),
            Expr::Constraint { op, expr } => match comparison(*op) {
                Some(compare) => Code::Constraint(compare, self.expr(*expr)),
                None => Code::Error,
            },
            Expr::Binary { op: BinaryOp::Pipe, lhs, rhs } => self.pipe(*lhs, *rhs, tail),
            Expr::Binary { op, lhs, rhs } => {
                let (lhs, rhs) = (self.expr(*lhs), self.expr(*rhs));
                binary(*op, lhs, rhs)
            }
        };
        self.emit(code, span)
    }

    fn negate(&mut self, expr: ExprId) -> Code {
        match self.ast.expr(expr) {
            Expr::Int(int) if *int != i64::MIN => Code::Int(-int),
            Expr::Float(float) => Code::Const(self.constant(Const::Float(-float))),
            _ => Code::Negate(self.expr(expr)),
        }
    }

    fn name(&mut self, id: ExprId) -> Code {
        let names = self.names;
        match names.names.get(&id) {
            Some(Binding::Var(var)) => self.contexts.find(*var).map_or(Code::Error, place_code),
            Some(Binding::Prelude(prelude)) => self.prelude(*prelude),
            None => Code::Error,
        }
    }

    fn prelude(&mut self, prelude: Prelude) -> Code {
        let base = match prelude {
            Prelude::Std => return Code::Const(self.constant(Const::Library)),
            Prelude::Absent => return Code::Absent,
            Prelude::Null => return Code::Null,
            Prelude::Secret => {
                let native = (self.natives.find)("secret.of");
                return native.map_or(Code::Error, |native| Code::Const(self.constant(Const::Native(native))));
            }
            Prelude::Any => BaseType::Any,
            Prelude::Int => BaseType::Int,
            Prelude::Float => BaseType::Float,
            Prelude::Number => BaseType::Number,
            Prelude::String => BaseType::String,
            Prelude::Bool => BaseType::Bool,
        };
        Code::Const(self.constant(Const::Type(base)))
    }

    /// `std.list.map`, known before the run.
    fn library(&mut self, id: ExprId) -> Option<Code> {
        let path = self.library_path(id)?;
        let native = (self.natives.find)(&path)?;
        Some(Code::Const(self.constant(Const::Native(native))))
    }

    fn library_path(&self, id: ExprId) -> Option<String> {
        match self.ast.expr(id) {
            Expr::Name(_) => {
                let std = self.names.names.get(&id) == Some(&Binding::Prelude(Prelude::Std));
                std.then(String::new)
            }
            Expr::Field { base, name: PathPart { key: Key::Static(name), .. }, optional: false } => {
                let mut path = self.library_path(*base)?;
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&name.text());
                Some(path)
            }
            _ => None,
        }
    }

    fn field_of(&mut self, base: ExprId, name: &PathPart, optional: bool) -> Code {
        let base = self.expr(base);
        match (name.key, optional) {
            (Key::Static(name), false) => Code::Field { base, name },
            (Key::Static(name), true) => Code::OptField { base, name },
            (Key::Computed(expr), _) => Code::Index { base, index: self.expr(expr) },
        }
    }

    fn text(&mut self, parts: &[StrPart]) -> Code {
        match parts {
            [] => Code::Const(self.constant(Const::Text("".into()))),
            [StrPart::Text(text)] => Code::Const(self.constant(Const::Text(text.clone()))),
            _ => {
                let part = |part: &StrPart| match part {
                    StrPart::Text(text) => TextPart::Text(text.clone()),
                    StrPart::Expr { expr, indent } => {
                        TextPart::Code { code: self.expr(*expr), indent: indent.unwrap_or(0) }
                    }
                };
                let parts: Rc<[TextPart]> = parts.iter().map(part).collect();
                Code::Join(self.row(Row::Text(parts)))
            }
        }
    }

    /// What code that is a scalar, and nothing else, stands for.
    fn scalar(&self, code: CodeId) -> Option<Const> {
        match self.program.codes[code] {
            Code::Null => Some(Const::Null),
            Code::Bool(truth) => Some(Const::Bool(truth)),
            Code::Int(int) => Some(Const::Int(int)),
            Code::Const(id) => match &self.program.consts[id] {
                Const::Native(_) | Const::Library | Const::Type(_) | Const::List(..) => None,
                scalar => Some(scalar.clone()),
            },
            _ => None,
        }
    }

    fn list(&mut self, elems: &[Elem], id: ExprId) -> Code {
        if elems.iter().all(|elem| !elem.spread && elem.clauses.is_empty()) {
            let codes: Rc<[CodeId]> = elems.iter().map(|elem| self.delay(elem.value)).collect();
            let scalars: Option<Rc<[Const]>> = codes.iter().map(|code| self.scalar(*code)).collect();
            let row = self.row(Row::Codes(codes));
            return match scalars {
                Some(scalars) => Code::Const(self.constant(Const::List(scalars, row))),
                None => Code::MakeList(row),
            };
        }
        let span = self.ast.span(id);
        let proto = self.suspended(span, |this| {
            let elems: Rc<[ElemCode]> = elems.iter().map(|elem| this.elem(elem)).collect();
            let row = this.row(Row::Elems(elems));
            this.emit(Code::Collect(row), span)
        });
        Code::LazyList(proto)
    }

    fn elem(&mut self, elem: &Elem) -> ElemCode {
        let mark = self.contexts.mark();
        let clauses = elem.clauses.iter().map(|clause| self.clause(clause)).collect();
        let value = if elem.spread { self.expr(elem.value) } else { self.delay(elem.value) };
        self.contexts.release(mark);
        let kind = if elem.spread { Element::Spread } else { Element::Lazy };
        ElemCode { kind, value, clauses }
    }

    fn clause(&mut self, clause: &Clause) -> ClauseCode {
        match clause {
            Clause::If(cond) => ClauseCode::If(self.expr(*cond)),
            Clause::For { names, source } => self.for_clause(names, *source),
        }
    }

    pub(super) fn for_clause(&mut self, names: &[crate::syntax::ast::Name], source: ExprId) -> ClauseCode {
        let source = self.expr(source);
        let slots: Vec<u32> = names.iter().map(|name| self.declare(*name)).collect();
        match slots[..] {
            [key, value, ..] => ClauseCode::For { source, key: Some(key), value },
            [value] => ClauseCode::For { source, key: None, value },
            [] => ClauseCode::For { source, key: None, value: self.contexts.slot() },
        }
    }

    fn pipe(&mut self, lhs: ExprId, rhs: ExprId, tail: bool) -> Code {
        let mut inner = rhs;
        while let Expr::Group(next) = self.ast.expr(inner) {
            inner = *next;
        }
        let (callee, args): (ExprId, &[Arg]) = match self.ast.expr(rhs) {
            Expr::Call { callee, args } => (*callee, args),
            _ => (inner, &[]),
        };
        let callee = self.expr(callee);
        let args = self.args(callee, Some(lhs), args);
        if tail { Code::TailCall { callee, args } } else { Code::Call { callee, args } }
    }

    fn fn_type(&mut self, params: &[TypeParam], result: ExprId) -> Code {
        let param = |param: &TypeParam| FnParamCode {
            name: param.name.map(|name| name.symbol),
            ty: self.expr(param.ty),
            optional: param.optional,
        };
        let params = params.iter().map(param).collect();
        let result = self.expr(result);
        Code::FnType(self.row(Row::FnType(Rc::new(FnTypeCode { params, result }))))
    }

    /// Code that makes the value without running it, or suspends it.
    pub(super) fn delay(&mut self, id: ExprId) -> CodeId {
        if self.is_direct(id) {
            return self.expr(id);
        }
        let span = self.ast.span(id);
        let proto = self.suspended(span, |this| this.expr(id));
        let eager = self.is_cheap(id).then(|| self.expr(id));
        self.emit(Code::Delay { proto, eager }, span)
    }

    /// Whether the expression's value is made without running anything.
    pub(super) fn is_direct(&self, id: ExprId) -> bool {
        match self.ast.expr(id) {
            Expr::Group(inner) => self.is_direct(*inner),
            // A scalar that is to tell where it was written is one that knows its code.
            Expr::Str(_) | Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::BigInt(_) | Expr::Float(_)
                if self.remembers =>
            {
                false
            }
            Expr::Str(parts) => !parts.iter().any(|part| matches!(part, StrPart::Expr { .. })),
            Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::BigInt(_) | Expr::Float(_) => true,
            Expr::Name(_) | Expr::SelfRef | Expr::SuperRef | Expr::TypeVar(_) => true,
            Expr::List(_) | Expr::Record(_) | Expr::Schema(_) | Expr::Fn(_) | Expr::Match(_) => true,
            Expr::Field { .. } => self.library_path(id).is_some_and(|path| (self.natives.find)(&path).is_some()),
            Expr::Unary { op: UnaryOp::Negate, expr } => {
                !self.remembers && matches!(self.ast.expr(*expr), Expr::Int(int) if *int != i64::MIN)
            }
            _ => false,
        }
    }

    pub(super) fn is_cheap(&self, id: ExprId) -> bool {
        let mut left = CHEAP;
        self.cheap(id, &mut left)
    }

    fn cheap(&self, id: ExprId, left: &mut u32) -> bool {
        let Some(less) = left.checked_sub(1) else { return false };
        *left = less;
        match self.ast.expr(id) {
            Expr::Group(inner) => self.cheap(*inner, left),
            Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::Float(_) | Expr::Name(_) | Expr::SelfRef => true,
            Expr::Str(parts) => parts.iter().all(|part| match part {
                StrPart::Text(_) => true,
                StrPart::Expr { expr, indent } => indent.is_none() && self.cheap(*expr, left),
            }),
            Expr::Field { base, name: PathPart { key: Key::Static(_), .. }, optional: false } => {
                self.cheap(*base, left)
            }
            Expr::Binary { op, lhs, rhs } => {
                let total = arithmetic(*op).is_some() || comparison(*op).is_some() || *op == BinaryOp::Concat;
                total && self.cheap(*lhs, left) && self.cheap(*rhs, left)
            }
            _ => false,
        }
    }

    /// Runs `make` for the frame around the layer that is being made.
    pub(super) fn outside<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let layer = self.contexts.lift();
        let made = make(self);
        self.contexts.put_back(layer);
        made
    }

    /// Code of a field: `self` in its first slot, the environment of the layer around it.
    pub(super) fn in_field(
        &mut self,
        braces: Option<crate::resolve::binding::Braces>,
        span: crate::base::span::Span,
        body: impl FnOnce(&mut Self) -> CodeId,
    ) -> super::code::ProtoId {
        self.contexts.push_field(braces);
        let code = body(self);
        self.close(code, Vec::new(), None, span)
    }

    pub(super) fn push_layer(&mut self) {
        self.contexts.push(Kind::Layer);
    }

    pub(super) fn symbol_key(&self, part: &PathPart) -> Option<Symbol> {
        match part.key {
            Key::Static(name) => Some(name),
            Key::Computed(_) => None,
        }
    }
}

pub(super) fn place_code(place: Source) -> Code {
    match place {
        Source::Local(slot) => Code::Local(slot),
        Source::Capture(index) => Code::Capture(index),
        Source::This => Code::This,
        Source::RecordLet(index) => Code::RecordLet(index),
        Source::Super => Code::Super,
        Source::Callee => Code::Callee,
    }
}

fn comparison(op: BinaryOp) -> Option<Compare> {
    Some(match op {
        BinaryOp::Equal => Compare::Equal,
        BinaryOp::NotEqual => Compare::NotEqual,
        BinaryOp::Less => Compare::Less,
        BinaryOp::Greater => Compare::Greater,
        BinaryOp::LessEqual => Compare::LessEqual,
        BinaryOp::GreaterEqual => Compare::GreaterEqual,
        BinaryOp::Matches => Compare::Matches,
        BinaryOp::NotMatches => Compare::NotMatches,
        _ => return None,
    })
}

fn arithmetic(op: BinaryOp) -> Option<Arith> {
    Some(match op {
        BinaryOp::Add => Arith::Add,
        BinaryOp::Subtract => Arith::Subtract,
        BinaryOp::Multiply => Arith::Multiply,
        BinaryOp::Divide => Arith::Divide,
        BinaryOp::FloorDivide => Arith::FloorDivide,
        BinaryOp::Modulo => Arith::Modulo,
        _ => return None,
    })
}

fn binary(op: BinaryOp, lhs: CodeId, rhs: CodeId) -> Code {
    if let Some(arith) = arithmetic(op) {
        return Code::Arith(arith, lhs, rhs);
    }
    if let Some(compare) = comparison(op) {
        return Code::Compare(compare, lhs, rhs);
    }
    match op {
        BinaryOp::Coalesce => Code::Coalesce(lhs, rhs),
        BinaryOp::Or => Code::Or(lhs, rhs),
        BinaryOp::And => Code::And(lhs, rhs),
        BinaryOp::Union => Code::Union(lhs, rhs),
        BinaryOp::Merge => Code::Merge(lhs, rhs),
        BinaryOp::With => Code::With(lhs, rhs),
        _ => Code::Concat(lhs, rhs),
    }
}
