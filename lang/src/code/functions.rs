//! Functions, calls, `let` and patterns.

use super::code::{
    ArmCode, CallId, CallSite, Code, CodeId, Const, Default, FieldTest, ParamCode, PatternCode, ProtoId, Row, Source,
};
use super::context::Kind;
use super::lower::Lower;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::resolve::binding::VarId;
use crate::syntax::ast::{Arg, Arm, Bind, Expr, ExprId, FieldPattern, Function, Name, Param, Pattern};
use std::rc::Rc;

/// A slot and the delayed code of what goes into it.
type Step = (u32, CodeId, Span);

/// What a function does with its arguments before its body, in the order of its parameters.
enum Entry {
    Default(Step),
    Check(Step),
    Part(Step),
}

impl Lower<'_> {
    /// The slot of a name that is bound here.
    pub(super) fn declare(&mut self, name: Name) -> u32 {
        let slot = self.contexts.slot();
        if let Some(var) = self.names.binders.get(&name.span) {
            self.contexts.bind(*var, Source::Local(slot));
        }
        slot
    }

    pub(super) fn let_in(&mut self, bind: &Bind, body: ExprId, tail: bool) -> CodeId {
        let mark = self.contexts.mark();
        let mut steps = self.bind(bind);
        let mut next = body;
        while let Expr::Let { bind, body } = self.ast.expr(next) {
            steps.extend(self.bind(bind));
            next = *body;
        }
        let body = self.lower(next, tail);
        self.contexts.release(mark);
        self.lets(steps, body)
    }

    /// The steps in front of the body, in one chain of nodes.
    pub(super) fn lets(&mut self, steps: Vec<Step>, body: CodeId) -> CodeId {
        steps.into_iter().rev().fold(body, |body, (slot, value, span)| self.emit(Code::Let { slot, value, body }, span))
    }

    pub(super) fn bind(&mut self, bind: &Bind) -> Vec<Step> {
        let value = self.bound(bind);
        self.destructure(&bind.pattern, value, bind.span)
    }

    /// A `let`'s value, delayed, with its annotation.
    pub(super) fn bound(&mut self, bind: &Bind) -> CodeId {
        if let Some(ty) = bind.ty.filter(|ty| !self.proofs.holds(*ty)) {
            let proto = self.suspended(bind.span, |this| {
                let (value, ty) = (this.expr(bind.value), this.annotation(ty));
                let name = match &bind.pattern {
                    Pattern::Bind(name) => name.symbol,
                    _ => Symbol::new(""),
                };
                this.emit(Code::Check { value, ty, name }, bind.span)
            });
            return self.emit(Code::Delay { proto, eager: None }, bind.span);
        }
        match (self.ast.expr(bind.value), &bind.pattern) {
            (Expr::Fn(function), Pattern::Bind(name)) => {
                let callee = self.names.callees.get(&bind.value).copied();
                let proto = self.function(function, callee, Some(name.symbol), self.ast.span(bind.value));
                self.emit(Code::MakeFn(proto), bind.span)
            }
            _ => self.delay(bind.value),
        }
    }

    /// Steps that put the parts of a value into the slots of a pattern.
    pub(super) fn destructure(&mut self, pattern: &Pattern, value: CodeId, span: Span) -> Vec<Step> {
        match pattern {
            Pattern::Bind(name) => vec![(self.declare(*name), value, span)],
            Pattern::Error | Pattern::Any(_) | Pattern::Test(_) => Vec::new(),
            Pattern::Record { .. } | Pattern::List { .. } => {
                let slot = self.contexts.slot();
                let mut steps = vec![(slot, value, span)];
                self.parts(pattern, slot, &mut steps);
                steps
            }
        }
    }

    fn parts(&mut self, pattern: &Pattern, slot: u32, steps: &mut Vec<Step>) {
        match pattern {
            Pattern::Record { fields, .. } => {
                for field in fields {
                    let value = self.part(slot, field);
                    steps.extend(self.destructure(&field.pattern, value, field.name.span));
                }
            }
            Pattern::List { items, rest, span } => {
                for (index, item) in items.iter().enumerate() {
                    let value = self.of_slot(slot, *span, |this, base| {
                        let index = this.emit(Code::Int(index as i64), *span);
                        Code::Index { base, index }
                    });
                    steps.extend(self.destructure(item, value, *span));
                }
                if let Some(Some(name)) = rest {
                    let from = items.len() as u32;
                    let value = self.of_slot(slot, *span, |_, base| Code::Rest { base, from });
                    steps.push((self.declare(*name), value, name.span));
                }
            }
            Pattern::Error | Pattern::Any(_) | Pattern::Bind(_) | Pattern::Test(_) => {}
        }
    }

    /// A field of the value in a slot, delayed, with its default and annotation.
    fn part(&mut self, slot: u32, field: &FieldPattern) -> CodeId {
        let span = field.name.span;
        self.of_slot(slot, span, |this, base| {
            let code = match field.default {
                Some(default) => Code::FieldOr { base, name: field.name.symbol, default: this.expr(default) },
                None => Code::Field { base, name: field.name.symbol },
            };
            match field.ty {
                Some(ty) => {
                    let (value, ty) = (this.emit(code, span), this.annotation(ty));
                    Code::Check { value, ty, name: field.name.symbol }
                }
                None => code,
            }
        })
    }

    fn of_slot(&mut self, slot: u32, span: Span, make: impl FnOnce(&mut Self, CodeId) -> Code) -> CodeId {
        let var: VarId = self.fresh_var();
        self.contexts.bind(var, Source::Local(slot));
        let proto = self.suspended(span, |this| {
            let place = this.contexts.find(var).map_or(Code::Error, super::exprs::place_code);
            let base = this.emit(place, span);
            let code = make(this, base);
            this.emit(code, span)
        });
        let eager = match self.program.codes[self.program.protos[proto].code] {
            Code::Field { name, .. } => {
                let base = self.emit(Code::Local(slot), span);
                Some(self.emit(Code::Field { base, name }, span))
            }
            _ => None,
        };
        self.emit(Code::Delay { proto, eager }, span)
    }

    pub(super) fn function(
        &mut self,
        function: &Function,
        callee: Option<VarId>,
        name: Option<Symbol>,
        span: Span,
    ) -> ProtoId {
        self.contexts.push(Kind::Frame);
        if let Some(callee) = callee {
            self.contexts.bind(callee, Source::Callee);
        }
        let slots: Vec<u32> = function.params.iter().map(|_| self.contexts.slot()).collect();
        let mut params = Vec::new();
        let mut entry = Vec::new();
        for (param, slot) in function.params.iter().zip(slots) {
            params.push(self.param(param, slot, &mut entry));
        }
        let body = self.body(function);
        let body = entry.into_iter().rev().fold(body, |body, step| self.enter_by(step, body));
        self.close(body, params, name, span)
    }

    /// What stands for a parameter in the list of parameters; what is left to do for it once the
    /// function runs is added to its entry.
    fn param(&mut self, param: &Param, slot: u32, entry: &mut Vec<Entry>) -> ParamCode {
        let ty = param.ty.map(|ty| self.annotation(ty));
        let parts_above = entry.iter().any(|step| matches!(step, Entry::Part(_)));
        let default = match param.default.map(|default| self.delay(default)) {
            None => Default::Needed,
            // It may name parts of parameters above, which are taken out when the function runs.
            Some(code) if parts_above => {
                entry.push(Entry::Default((slot, code, param.span)));
                Default::InBody(code)
            }
            Some(code) => Default::Given(code),
        };
        entry.extend(ty.map(|ty| Entry::Check((slot, ty, param.span))));
        let Pattern::Bind(name) = &param.pattern else {
            let mut parts = Vec::new();
            self.parts(&param.pattern, slot, &mut parts);
            entry.extend(parts.into_iter().map(Entry::Part));
            return ParamCode { name: None, default };
        };
        if let Some(var) = self.names.binders.get(&name.span) {
            self.contexts.bind(*var, Source::Local(slot));
        }
        ParamCode { name: Some(name.symbol), default }
    }

    fn enter_by(&mut self, step: Entry, body: CodeId) -> CodeId {
        match step {
            Entry::Default((slot, value, span)) => self.emit(Code::LetDefault { slot, value, body }, span),
            Entry::Check((slot, ty, span)) => self.emit(Code::CheckParam { slot, ty, body }, span),
            Entry::Part((slot, value, span)) => self.emit(Code::Let { slot, value, body }, span),
        }
    }

    fn body(&mut self, function: &Function) -> CodeId {
        let Some(result) = function.result else { return self.lower(function.body, true) };
        if self.proofs.holds(result) {
            return self.expr(function.body);
        }
        let (value, ty) = (self.expr(function.body), self.annotation(result));
        self.emit(Code::CheckResult { value, ty }, self.ast.span(function.body))
    }

    /// The arguments of a call; `first` is what a pipe puts in front of them.
    pub(super) fn args(&mut self, callee: CodeId, first: Option<ExprId>, args: &[Arg]) -> CallId {
        let positional: Vec<ExprId> =
            first.into_iter().chain(args.iter().filter(|arg| arg.name.is_none()).map(|arg| arg.value)).collect();
        let named: Vec<(Name, ExprId)> = args.iter().filter_map(|arg| arg.name.map(|name| (name, arg.value))).collect();
        let exprs = positional.iter().copied().chain(named.iter().map(|(_, expr)| *expr));
        let now = self.is_strict(callee).then(|| positional.first().copied()).flatten();
        let codes: Vec<CodeId> =
            exprs.map(|expr| if now == Some(expr) { self.now(expr) } else { self.delay(expr) }).collect();
        let site = CallSite {
            start: self.program.args.len() as u32,
            len: codes.len() as u16,
            positional: positional.len() as u16,
            names: self.program.names.len() as u32,
        };
        self.program.args.extend(codes);
        let names: Vec<_> = named.iter().map(|(name, _)| (name.symbol, self.loc(name.span))).collect();
        self.program.names.extend(names);
        self.program.calls.push(site)
    }

    /// Whether what is called computes its first argument in any case.
    fn is_strict(&self, callee: CodeId) -> bool {
        let Code::Const(id) = self.program.codes[callee] else { return false };
        let Const::Native(native) = self.program.consts[id] else { return false };
        // A run that remembers asks what arguments were made of.
        !self.remembers && (self.natives.is_strict)(native)
    }

    fn now(&mut self, id: ExprId) -> CodeId {
        if self.is_direct(id) {
            return self.delay(id);
        }
        let code = self.expr(id);
        self.emit(Code::Now(code), self.ast.span(id))
    }

    /// `match { … }`: a function of one argument.
    pub(super) fn match_fn(&mut self, arms: &[Arm], span: Span) -> ProtoId {
        self.contexts.push(Kind::Frame);
        let slot = self.contexts.slot();
        let arms: Rc<[ArmCode]> = arms.iter().map(|arm| self.arm(arm)).collect();
        let arms = self.row(Row::Arms(arms));
        let code = self.emit(Code::Match { slot, arms }, span);
        self.close(code, vec![ParamCode { name: None, default: Default::Needed }], None, span)
    }

    fn arm(&mut self, arm: &Arm) -> ArmCode {
        let mark = self.contexts.mark();
        let pattern = self.pattern(&arm.pattern);
        let guard = arm.guard.map(|guard| self.expr(guard));
        let body = self.lower(arm.body, true);
        self.contexts.release(mark);
        ArmCode { pattern, guard, body }
    }

    fn pattern(&mut self, pattern: &Pattern) -> PatternCode {
        match pattern {
            Pattern::Error | Pattern::Any(_) => PatternCode::Any,
            Pattern::Bind(name) => PatternCode::Bind(self.declare(*name)),
            Pattern::Test(expr) => PatternCode::Test(self.expr(*expr)),
            Pattern::Record { fields, open, .. } => {
                let fields = fields.iter().map(|field| self.field_test(field)).collect();
                PatternCode::Record { fields, open: *open }
            }
            Pattern::List { items, rest, .. } => {
                let items = items.iter().map(|item| self.pattern(item)).collect();
                let rest = rest.map(|name| name.map(|name| self.declare(name)));
                PatternCode::List { items, rest }
            }
        }
    }

    fn field_test(&mut self, field: &FieldPattern) -> FieldTest {
        let ty = field.ty.map(|ty| self.annotation(ty));
        FieldTest { name: field.name.symbol, pattern: self.pattern(&field.pattern), ty }
    }
}
