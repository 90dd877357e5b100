//! Which annotations of a file are proved, so that a run need not hold values against them.
//!
//! The walk is the checker's own, over one file at a time and without looking into calls, so that it
//! costs little each time a file is compiled. It reports nothing. An annotation counts as proved if
//! the type of what stands under it lies inside of its exact set (`types/within.rs`), or if the value
//! is a name that passed the same annotation before.

use super::checker::{Checker, Host};
use super::proved::{Proofs, Why};
use super::ty::Ty;
use crate::base::span::FileId;
use crate::resolve::binding::{Binding, Resolved, VarId};
use crate::syntax::ast::{Ast, Bind, Expr, ExprId, Item, Pattern};

/// Nothing is known of other files: they are not read for this.
struct Alone;

impl Host for Alone {
    fn import(&mut self, _: &str) -> Ty {
        Ty::Any
    }

    fn signature(&mut self, _: &str) -> Option<Ty> {
        None
    }

    fn names(&mut self, _: &str) -> Vec<&'static str> {
        Vec::new()
    }
}

/// The annotations of one file that are proved. The file's names are bound, and its text has no errors.
pub fn prove(file: FileId, ast: &Ast, names: &Resolved) -> Proofs {
    if !asks(ast) {
        return Proofs::default();
    }
    let mut alone = Alone;
    let mut checker = Checker::new(file, ast, names, &mut alone);
    checker.proofs = Some(Proofs::default());
    checker.infer(ast.root);
    checker.proofs.unwrap_or_default()
}

/// Whether a file has annotations with their values in sight: most have none, and need no walk.
fn asks(ast: &Ast) -> bool {
    (0..ast.len() as u32).any(|id| match ast.expr(ExprId(id)) {
        Expr::Annotated { .. } => true,
        Expr::Let { bind, .. } => bind.ty.is_some(),
        Expr::Fn(function) => function.result.is_some(),
        Expr::Record(items) | Expr::Schema(items) => items.iter().any(item_asks),
        _ => false,
    })
}

fn item_asks(item: &Item) -> bool {
    match item {
        Item::Field(field) => field.ty.is_some() && field.value.is_some(),
        Item::Let(bind) => bind.ty.is_some(),
        Item::If { then, otherwise, .. } => then.iter().chain(otherwise).any(item_asks),
        Item::For { body, .. } => body.iter().any(item_asks),
        _ => false,
    }
}

impl Checker<'_> {
    /// Notes whether `value`, whose type is `ty`, needs no look at its annotation.
    pub(super) fn prove(&mut self, annotation: ExprId, value: ExprId, ty: &Ty) {
        if self.proofs.is_none() {
            return;
        }
        let why = match self.exact_of(annotation) {
            _ if self.passed_before(annotation, value) => None,
            None => Some(Why::Type),
            // What surely fails is left to fail where it always did.
            Some(set) if *ty != Ty::Never && ty.within(&set) => None,
            Some(_) if ty.is_unknown() => Some(Why::Unknown),
            Some(_) => Some(Why::Known(ty.clone())),
        };
        let Some(proofs) = &mut self.proofs else { return };
        match why {
            None if !proofs.left.contains_key(&annotation) => drop(proofs.proved.insert(annotation)),
            None => {}
            Some(why) => {
                proofs.proved.remove(&annotation);
                proofs.left.insert(annotation, why);
            }
        }
    }

    /// Whether the value is a name, or an expression, that has passed the same annotation.
    fn passed_before(&mut self, annotation: ExprId, value: ExprId) -> bool {
        match self.ast.expr(value) {
            Expr::Group(inner) => self.passed_before(annotation, *inner),
            Expr::Annotated { ty, .. } => self.same_annotation(*ty, annotation),
            Expr::Name(_) => match self.names.names.get(&value) {
                Some(Binding::Var(var)) => {
                    self.promised.get(var).copied().is_some_and(|before| self.same_annotation(before, annotation))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Remembers what a `let` defines, and what its annotation promises.
    pub(super) fn remember(&mut self, bind: &Bind) {
        let Some(var) = self.bound_by(&bind.pattern).filter(|_| self.proofs.is_some()) else { return };
        match bind.ty {
            Some(annotation) => drop(self.promised.insert(var, annotation)),
            None => drop(self.defined.insert(var, bind.value)),
        }
    }

    /// Remembers what the annotation of a parameter promises.
    pub(super) fn remember_param(&mut self, pattern: &Pattern, annotation: Option<ExprId>) {
        let var = self.bound_by(pattern).filter(|_| self.proofs.is_some());
        if let (Some(var), Some(annotation)) = (var, annotation) {
            self.promised.insert(var, annotation);
        }
    }

    fn bound_by(&self, pattern: &Pattern) -> Option<VarId> {
        match pattern {
            Pattern::Bind(name) => self.names.binders.get(&name.span).copied(),
            _ => None,
        }
    }
}
