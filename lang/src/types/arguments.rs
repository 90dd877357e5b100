//! The arguments of a call, each to its parameter.

use super::checker::Checker;
use super::demand::{Presence, Wanted};
use super::exprs::narrowed;
use super::show::kind;
use super::ty::{Param, Signature, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::rewrite::Rewrite;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::syntax::ast::{ExprId, Name};

/// Calls are looked into so deep.
const DEPTH: usize = 4;

/// An argument: its type and place, and whether it is named.
pub(super) type Given = (Option<Name>, Ty, ExprId);

impl Checker<'_> {
    /// Whether a call of this function is looked into.
    pub(super) fn enters(&self, signature: &Signature) -> bool {
        let here = signature.body.is_some_and(|(file, _)| file == self.file);
        here && self.looks_deeper()
    }

    /// Whether another call, or read, may be looked into.
    pub(super) fn looks_deeper(&self) -> bool {
        self.calls.len() < DEPTH && self.looks_into_calls()
    }

    /// Each parameter's type in a call; `None` after a mistake in the arguments.
    pub(super) fn arguments(
        &mut self,
        (id, callee): (ExprId, ExprId),
        signature: &Signature,
        given: &[Given],
    ) -> Option<Vec<Ty>> {
        if self.swapped(signature, given) {
            return None;
        }
        let mut types: Vec<Option<Ty>> = vec![None; signature.params.len()];
        let mut next = 0;
        let wrong = self.wrong_so_far();
        for (name, ty, value) in given {
            let slot = match name {
                None => {
                    next += 1;
                    next - 1
                }
                Some(name) => match signature.params.iter().position(|param| param.name == Some(name.symbol)) {
                    Some(slot) => slot,
                    None => {
                        self.no_parameter(callee, *name, signature);
                        return None;
                    }
                },
            };
            let Some(param) = signature.params.get(slot) else {
                self.too_many(*value, signature, given.len());
                return None;
            };
            if types[slot].is_some() {
                self.given_twice(*value, param);
                return None;
            }
            let what = match param.name {
                Some(name) => format!("the argument `{name}`"),
                None => "the argument".to_owned(),
            };
            let presence = if self.enters(signature) { Presence::Asked } else { Presence::Open };
            self.demand_of(*value, ty, Wanted { set: &param.ty, at: param.at, what: &what, by: None, presence });
            if !self.enters(signature) {
                self.release(ty, 2);
            }
            types[slot] = Some(narrowed(ty, &param.ty));
        }
        for (param, ty) in signature.params.iter().zip(&types) {
            if ty.is_none() && !param.optional {
                self.missing(id, signature, param);
                return None;
            }
        }
        // With an argument that is wrong the body would be wrong as well: one mistake, told twice.
        let right = self.wrong_so_far() == wrong;
        right.then(|| types.into_iter().map(|ty| ty.unwrap_or(Ty::Any)).collect())
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

    /// The names of a function's own parameters are certain, those in a function's type are not.
    fn no_parameter(&mut self, callee: ExprId, name: Name, signature: &Signature) {
        let known = self.names_of(signature.params.iter().filter_map(|param| param.name));
        if signature.body.is_none() && self.library_path(callee).is_none() {
            return;
        }
        let word = name.symbol.text();
        let near = suggest::nearest(&word, known.iter().map(String::as_str));
        let diag = Diag::error(Code::NamedArgument, format!("the function has no parameter `{word}`"));
        let diag = diag.at(name.span.at(self.file), "this argument").note(match known.is_empty() {
            true => "it takes no arguments by name".to_owned(),
            false => format!("it takes {}", suggest::listed(&known, &word)),
        });
        self.report(diag.meant(near, name.span.at(self.file), &word));
    }

    fn given_twice(&mut self, value: ExprId, param: &Param) {
        let name = param.name.map_or("this parameter".to_owned(), |name| format!("`{name}`"));
        let diag = Diag::error(Code::Arguments, format!("{name} is given twice"));
        self.report(diag.at(self.loc(value), "again here"));
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
}
