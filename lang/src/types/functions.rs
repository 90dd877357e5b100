//! Functions and their calls.

use super::checker::Checker;
use super::demand::Wanted;
use super::exprs::narrowed;
use super::show::kind;
use super::ty::{Param, Signature, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::rewrite::Rewrite;
use crate::base::span::Loc;
use crate::resolve::binding::{Binding, Prelude};
use crate::syntax::ast::{Arg, Expr, ExprId, Function, Pattern, TypeParam};
use std::rc::Rc;

/// Calls are looked into so deep.
const DEPTH: usize = 4;

/// An argument: its type and place, and whether it is named.
pub(super) type Given = (Option<crate::syntax::ast::Name>, Ty, ExprId);

impl Checker<'_> {
    /// A function's type. `wanted` is what an annotation around it lets pass.
    pub(super) fn function(&mut self, id: ExprId, function: &Function, wanted: Option<&Signature>) -> Ty {
        let wanted = wanted.filter(|wanted| wanted.params.len() == function.params.len());
        let params: Vec<Param> = function
            .params
            .iter()
            .enumerate()
            .map(|(index, param)| {
                let around = wanted.and_then(|wanted| wanted.params.get(index)).map(|param| param.ty.clone());
                let ty = match param.ty {
                    Some(ty) => self.annotation(ty),
                    None => around.unwrap_or(Ty::Any),
                };
                let at = param.ty.map(|ty| self.loc(ty));
                let name = match &param.pattern {
                    Pattern::Bind(name) => Some(name.symbol),
                    _ => None,
                };
                Param { name, ty, optional: param.default.is_some(), at }
            })
            .collect();
        if let Some(callee) = self.names.callees.get(&id) {
            let own = Signature { params: params.clone(), result: Ty::Any, body: None, at: self.loc(id) };
            self.set(*callee, Ty::Function(Rc::new(own)));
        }
        let types: Vec<Ty> = params.iter().map(|param| param.ty.passed()).collect();
        let result = self.maybe(|this| {
            let ty = this.body(function, types, true);
            if let (Some(wanted), None) = (wanted, function.result) {
                let set = &wanted.result;
                this.demand(
                    &ty,
                    Wanted { set, at: None, what: "the function's result", by: None },
                    this.loc(function.body),
                );
            }
            ty
        });
        let body = self.calls.is_empty().then_some((self.file, id));
        Ty::Function(Rc::new(Signature { params, result, body, at: self.loc(id) }))
    }

    /// The result of a function whose parameters have these types.
    fn body(&mut self, function: &Function, types: Vec<Ty>, defaults: bool) -> Ty {
        for (param, mut ty) in function.params.iter().zip(types) {
            if let Some(default) = param.default.filter(|_| defaults) {
                let value = self.maybe(|this| this.infer(default));
                ty = if ty == Ty::Any { Ty::Any } else { ty.join(&value) };
            }
            self.remember_param(&param.pattern, param.ty);
            self.pattern(&param.pattern, ty);
        }
        match function.result {
            Some(annotation) => {
                let set = self.annotation(annotation);
                let at = Some(self.loc(annotation));
                let ty = self.expect(function.body, Wanted { set: &set, at, what: "the function's result", by: None });
                self.prove(annotation, function.body, &ty);
                narrowed(&ty, &set)
            }
            None => self.infer(function.body),
        }
    }

    pub(super) fn function_type(&mut self, params: &[TypeParam], result: ExprId) -> Ty {
        let params = params
            .iter()
            .map(|param| Param {
                name: param.name.map(|name| name.symbol),
                ty: self.annotation(param.ty),
                optional: param.optional,
                at: None,
            })
            .collect();
        let result = self.annotation(result).passed();
        Ty::is_of(Ty::Function(Rc::new(Signature { params, result, body: None, at: Loc::default() })))
    }

    pub(super) fn call(&mut self, id: ExprId, callee: ExprId, args: &[Arg]) -> Ty {
        if self.makes_secrets(callee) {
            args.iter().for_each(|arg| drop(self.infer(arg.value)));
            return Ty::is_of(Ty::Sealed);
        }
        let function = self.infer(callee);
        let given: Vec<Given> =
            args.iter().map(|arg| (arg.name, self.maybe(|this| this.infer(arg.value)), arg.value)).collect();
        let result = self.apply(id, callee, &function, given);
        match (args, self.library_path(callee).as_deref()) {
            // An input is in the type that it is declared with, its default too.
            ([_, declared, ..], Some("input")) if declared.name.is_none() => self.annotation(declared.value).passed(),
            _ => result,
        }
    }

    /// `Secret`, by either of its names.
    fn makes_secrets(&self, callee: ExprId) -> bool {
        let named = self.names.names.get(&callee) == Some(&Binding::Prelude(Prelude::Secret));
        named || self.library_path(callee).as_deref() == Some("secret.of")
    }

    /// `x |> f`, `x |> f(y)`
    pub(super) fn pipe(&mut self, id: ExprId, lhs: ExprId, rhs: ExprId) -> Ty {
        let value = self.maybe(|this| this.infer(lhs));
        let ast = self.ast;
        if let Expr::Match(arms) = ast.expr(rhs) {
            return self.arms(rhs, arms, &value);
        }
        let mut given: Vec<Given> = vec![(None, value, lhs)];
        match ast.expr(rhs) {
            Expr::Call { callee, args } => {
                let function = self.infer(*callee);
                given.extend(args.iter().map(|arg| (arg.name, self.maybe(|this| this.infer(arg.value)), arg.value)));
                self.apply(id, *callee, &function, given)
            }
            _ => {
                let function = self.infer(rhs);
                self.apply(id, rhs, &function, given)
            }
        }
    }

    fn apply(&mut self, id: ExprId, callee: ExprId, function: &Ty, given: Vec<Given>) -> Ty {
        let signature = match function {
            Ty::Function(signature) => signature.clone(),
            Ty::Any | Ty::Never | Ty::Union(_) => return Ty::Any,
            other => {
                let diag = Diag::error(Code::WrongKind, format!("{} cannot be called", kind(other)));
                let diag = diag.help("it is a value already: remove the parentheses behind it");
                self.report(diag.at(self.loc(callee), format!("this is {other}")));
                return Ty::Any;
            }
        };
        let Some(types) = self.arguments(id, &signature, &given) else { return Ty::Any };
        if signature.is_generic() {
            return self.filled_result(id, &signature, &given);
        }
        self.look_into(id, &signature, types)
    }

    /// Each parameter's type in a call; `None` after a mistake in the arguments.
    fn arguments(&mut self, id: ExprId, signature: &Signature, given: &[Given]) -> Option<Vec<Ty>> {
        if self.swapped(signature, given) {
            return None;
        }
        let mut types: Vec<Option<Ty>> = vec![None; signature.params.len()];
        let mut next = 0;
        for (name, ty, value) in given {
            let slot = match name {
                None => {
                    next += 1;
                    next - 1
                }
                Some(name) => signature.params.iter().position(|param| param.name == Some(name.symbol))?,
            };
            let Some(param) = signature.params.get(slot) else {
                self.too_many(*value, signature, given.len());
                return None;
            };
            let what = match param.name {
                Some(name) => format!("the argument `{name}`"),
                None => "the argument".to_owned(),
            };
            self.demand_of(*value, ty, Wanted { set: &param.ty, at: param.at, what: &what, by: None });
            types[slot] = Some(narrowed(ty, &param.ty));
        }
        for (param, ty) in signature.params.iter().zip(&types) {
            if ty.is_none() && !param.optional {
                self.missing(id, signature, param);
                return None;
            }
        }
        Some(types.into_iter().map(|ty| ty.unwrap_or(Ty::Any)).collect())
    }

    /// Two arguments in each other's place are one mistake.
    fn swapped(&mut self, signature: &Signature, given: &[Given]) -> bool {
        let ([(None, a, first), (None, b, second), ..], [p, q, ..]) = (given, &signature.params[..]) else {
            return false;
        };
        let never = |ty: &Ty, param: &Param| ty.meet(&param.ty) == Ty::Never;
        if a.is_unknown() || b.is_unknown() || !never(a, p) || !never(b, q) || never(a, q) || never(b, p) {
            return false;
        }
        let (first, second) = (self.loc(*first), self.loc(*second));
        let what = p.name.map_or(String::new(), |name| format!(" `{name}`"));
        let diag = Diag::error(Code::Refuted, format!("the argument{what} must be {}, found {}", p.ty, kind(a)));
        let diag = diag.at(first, format!("this is {}", kind(a)));
        self.report(diag.rewrite("the two arguments stand in each other's place", Rewrite::Exchange { first, second }));
        true
    }

    fn too_many(&mut self, surplus: ExprId, signature: &Signature, count: usize) {
        let takes = signature.params.len();
        let plural = if takes == 1 { "" } else { "s" };
        let are = if count == 1 { "is" } else { "are" };
        let title = format!("the function takes {takes} argument{plural}, {count} {are} given");
        let diag = Diag::error(Code::Arguments, title).at(self.loc(surplus), "this is one too many");
        let diag = if signature.at == Loc::default() { diag } else { diag.also(signature.at, "the function") };
        self.report(diag.help("remove it, or give the function another parameter"));
    }

    fn missing(&mut self, id: ExprId, signature: &Signature, param: &Param) {
        let title = match param.name {
            Some(name) => format!("no value is given for the parameter `{name}`"),
            None => "too few arguments are given".to_owned(),
        };
        let diag = Diag::error(Code::Arguments, title).at(self.loc(id), "this call");
        let diag = if signature.at == Loc::default() { diag } else { diag.also(signature.at, "the function") };
        self.report(match param.name {
            Some(name) => diag.help(format!("give it in the call: `{name} = …`")),
            None => diag,
        });
    }

    /// The result of one call, found out by looking at the function's text again.
    pub(super) fn look_into(&mut self, id: ExprId, signature: &Signature, types: Vec<Ty>) -> Ty {
        let Some((file, body)) = signature.body else { return signature.result.clone() };
        if file != self.file || self.calls.len() >= DEPTH || !self.looks_into_calls() {
            return signature.result.clone();
        }
        let ast = self.ast;
        let call = self.loc(id);
        match ast.expr(body) {
            Expr::Fn(function) => self.probe(call, |this| this.body(function, types, false)),
            Expr::Match(arms) => {
                let value = types.into_iter().next().unwrap_or(Ty::Any);
                self.probe(call, |this| this.arms(body, arms, &value))
            }
            _ => signature.result.clone(),
        }
    }
}
