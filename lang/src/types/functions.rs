//! Functions and their calls.

use super::arguments::Given;
use super::checker::Checker;
use super::demand::{Presence, Wanted};
use super::exprs::narrowed;
use super::show::kind;
use super::ty::{Param, Signature, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::resolve::binding::{Binding, Prelude};
use crate::syntax::ast::{Arg, Expr, ExprId, Function, Pattern, TypeParam};
use std::rc::Rc;

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
        self.functions += 1;
        let result = self.maybe(|this| {
            let ty = this.body(function, types, true);
            if let (Some(wanted), None) = (wanted, function.result) {
                let set = &wanted.result;
                this.demand(
                    &ty,
                    Wanted { set, at: None, what: "the function's result", by: None, presence: Presence::Open },
                    this.loc(function.body),
                );
            }
            ty
        });
        self.functions -= 1;
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
                let what = "the function's result";
                let wanted = Wanted { set: &set, at, what, by: None, presence: Presence::Asked };
                let ty = self.expect(function.body, wanted);
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
            Ty::Any | Ty::Never | Ty::Union(_) => {
                given.iter().for_each(|(_, ty, _)| self.release(ty, 2));
                return Ty::Any;
            }
            other => {
                let diag = Diag::error(Code::WrongKind, format!("{} cannot be called", kind(other)));
                let diag = diag.help("it is a value already: remove the parentheses behind it");
                self.report(diag.at(self.loc(callee), format!("this is {other}")));
                return Ty::Any;
            }
        };
        let Some(types) = self.arguments((id, callee), &signature, &given) else { return Ty::Any };
        if signature.is_generic() {
            return self.filled_result(id, &signature, &given);
        }
        self.look_into(id, &signature, types)
    }

    /// The result of one call, found out by looking at the function's text again.
    pub(super) fn look_into(&mut self, id: ExprId, signature: &Signature, types: Vec<Ty>) -> Ty {
        let Some((file, body)) = signature.body else { return signature.result.clone() };
        if file != self.file || !self.looks_deeper() {
            return signature.result.clone();
        }
        let ast = self.ast;
        let call = (self.loc(id), "in this call");
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
