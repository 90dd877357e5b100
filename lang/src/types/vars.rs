//! Type variables in the signatures of the library: a call fills them with what its arguments are.
//!
//! Values are held against the signature first, then functions are looked into with what those gave:
//! in `std.list.map(hosts, fn(h) => h.nmae)` the list says what `h` is. A variable that is handed on
//! from call to call, as the sum of a fold is, is known by its kind alone.

use super::arguments::Given;
use super::checker::Checker;
use super::demand::{Presence, Wanted};
use super::ty::{Items, Member, Param, Row, Signature, Ty};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::symbol::Symbol;
use crate::syntax::ast::ExprId;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// What the variables of one call are known to be.
#[derive(Default)]
struct Filled(FxHashMap<Symbol, Ty>);

impl Checker<'_> {
    /// The result of a call of a function of the library.
    pub(super) fn filled_result(&mut self, id: ExprId, signature: &Signature, given: &[Given]) -> Ty {
        let mut filled = Filled::default();
        let slots = signature.slots(given);
        for (param, (_, ty, _)) in &slots {
            if !matches!(param.ty, Ty::Function(_)) {
                filled.gather(&param.ty, ty);
            }
        }
        for (param, (_, ty, value)) in &slots {
            match (&param.ty, ty) {
                (Ty::Function(wanted), Ty::Function(function)) => {
                    self.callback(id, wanted, function, *value, &mut filled);
                }
                (Ty::Function(wanted), _) => filled.forget(&wanted.result),
                _ => {}
            }
        }
        filled.fill(&signature.result)
    }

    /// Looks into a function that the library calls.
    fn callback(&mut self, id: ExprId, wanted: &Signature, function: &Signature, value: ExprId, filled: &mut Filled) {
        filled.widen(wanted);
        if !self.takes(wanted, function, value) {
            return filled.forget(&wanted.result);
        }
        let mut types = Vec::new();
        for (wanted, own) in wanted.params.iter().zip(&function.params) {
            let ty = filled.fill(&wanted.ty);
            let what = own.name.map_or("the argument".to_owned(), |name| format!("the argument `{name}`"));
            let at = self.loc(value);
            self.demand(&ty, Wanted { set: &own.ty, at: own.at, what: &what, by: None, presence: Presence::Open }, at);
            types.push(super::exprs::narrowed(&ty, &own.ty));
        }
        let result = erased(&self.look_into(id, function, types));
        self.demand(
            &result,
            Wanted { set: &wanted.result, at: None, what: "the function's result", by: None, presence: Presence::Open },
            self.loc(value),
        );
        filled.gather(&wanted.result, &result);
        filled.settle(wanted, &result);
    }

    /// Whether a function can be called with as many arguments as the library gives it.
    fn takes(&mut self, wanted: &Signature, function: &Signature, value: ExprId) -> bool {
        let count = wanted.params.len();
        let needed = function.params.iter().filter(|param| !param.optional).count();
        if needed <= count && count <= function.params.len() {
            return true;
        }
        let takes = if needed > count { needed } else { function.params.len() };
        let plural = |count: usize| if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") };
        let title = format!("the function takes {}, it is called with {}", plural(takes), count);
        let diag = Diag::error(Code::Arguments, title).at(self.loc(value), format!("called as {wanted}"));
        self.report(diag);
        false
    }
}

impl Signature {
    /// Whether a call has variables to fill.
    pub(super) fn is_generic(&self) -> bool {
        self.body.is_none() && (mentions(&self.result) || self.params.iter().any(|param| mentions(&param.ty)))
    }

    /// The parameters that get an argument, each with it.
    fn slots<'a>(&'a self, given: &'a [Given]) -> Vec<(&'a Param, &'a Given)> {
        let mut next = 0..;
        let slot = |argument: &'a Given| {
            let at = match argument.0 {
                Some(name) => self.params.iter().position(|param| param.name == Some(name.symbol)),
                None => next.next(),
            };
            Some((self.params.get(at?)?, argument))
        };
        given.iter().filter_map(slot).collect()
    }
}

impl Filled {
    fn join(&mut self, name: Symbol, ty: &Ty) {
        let slot = self.0.entry(name).or_insert(Ty::Never);
        *slot = slot.join(ty);
    }

    /// Nothing is known of the variables in a type.
    fn forget(&mut self, wanted: &Ty) {
        self.gather(wanted, &Ty::Any);
    }

    /// What the variables must be for `given` to be in `wanted`.
    fn gather(&mut self, wanted: &Ty, given: &Ty) {
        match (wanted, given) {
            (Ty::Var(name), _) => self.join(*name, given),
            (Ty::List(wanted), Ty::List(given)) => self.gather(&wanted.element, &given.element),
            (Ty::Record(wanted), Ty::Record(given)) => self.gather_row(wanted, given),
            (Ty::List(wanted), _) => self.forget(&wanted.element),
            (Ty::Record(wanted), _) => {
                let fields = wanted.fields.values().map(|member| &member.declared);
                fields.chain(&wanted.rest).for_each(|ty| self.forget(ty));
            }
            (Ty::Union(members), _) => members.iter().for_each(|member| self.gather(member, given)),
            (Ty::Function(wanted), _) => {
                wanted.params.iter().map(|param| &param.ty).chain([&wanted.result]).for_each(|ty| self.forget(ty));
            }
            _ => {}
        }
    }

    fn gather_row(&mut self, wanted: &Row, given: &Row) {
        for (name, member) in &wanted.fields {
            match given.fields.get(name) {
                Some(own) => self.gather(&member.declared, &own.read()),
                None => self.forget(&member.declared),
            }
        }
        let Some(rest) = &wanted.rest else { return };
        for (_, own) in given.fields.iter().filter(|(name, _)| !wanted.fields.contains_key(*name)) {
            self.gather(rest, &own.read());
        }
        match &given.rest {
            Some(ty) => self.gather(rest, &ty.passed()),
            None if given.open => self.forget(rest),
            None => {}
        }
    }

    /// What a function takes and gives back is known by its kind before the first call.
    fn widen(&mut self, wanted: &Signature) {
        for name in handed_on(wanted) {
            if let Some(ty) = self.0.get_mut(&name) {
                *ty = ty.widest();
            }
        }
    }

    /// What came back must be of the kind that went in, or nothing is known.
    fn settle(&mut self, wanted: &Signature, result: &Ty) {
        for name in handed_on(wanted) {
            if let Some(ty) = self.0.get_mut(&name) {
                let kind = ty.widest();
                let same = matches!(wanted.result, Ty::Var(_)) && result.widest() == kind;
                *ty = if same { kind } else { Ty::Any };
            }
        }
    }

    fn fill(&self, ty: &Ty) -> Ty {
        map_vars(ty, &|name| match self.0.get(&name) {
            None | Some(Ty::Never) => Ty::Any,
            Some(known) => known.clone(),
        })
    }
}

/// A type whose variables may be anything.
fn erased(ty: &Ty) -> Ty {
    if mentions(ty) { map_vars(ty, &|_| Ty::Any) } else { ty.clone() }
}

/// The variables that a function both takes and gives.
fn handed_on(wanted: &Signature) -> Vec<Symbol> {
    let taken = wanted.params.iter().filter_map(|param| match param.ty {
        Ty::Var(name) => Some(name),
        _ => None,
    });
    taken.filter(|name| mentions_name(&wanted.result, Some(*name))).collect()
}

fn mentions(ty: &Ty) -> bool {
    mentions_name(ty, None)
}

/// Whether a type has the variable in it, or any.
fn mentions_name(ty: &Ty, name: Option<Symbol>) -> bool {
    let inner = |ty: &Ty| mentions_name(ty, name);
    match ty {
        Ty::Var(own) => name.is_none_or(|name| name == *own),
        Ty::List(items) => inner(&items.element),
        Ty::Record(row) => row.fields.values().any(|member| inner(&member.declared)) || row.rest.iter().any(inner),
        Ty::Function(signature) => signature.params.iter().any(|param| inner(&param.ty)) || inner(&signature.result),
        Ty::Type(set) => inner(set),
        Ty::Union(members) => members.iter().any(inner),
        _ => false,
    }
}

fn map_vars(ty: &Ty, with: &impl Fn(Symbol) -> Ty) -> Ty {
    let inner = |ty: &Ty| map_vars(ty, with);
    match ty {
        Ty::Var(name) => with(*name),
        Ty::List(items) => Ty::List(Rc::new(Items { element: inner(&items.element), each: items.each.clone() })),
        Ty::Record(row) => {
            let member =
                |member: &Member| Member { declared: inner(&member.declared), ..member.holding(inner(&member.value)) };
            let fields = row.fields.iter().map(|(name, own)| (*name, member(own))).collect();
            Ty::Record(Rc::new(Row { fields, rest: row.rest.as_ref().map(inner), ..(**row).clone() }))
        }
        Ty::Function(signature) => {
            let params = signature.params.iter().map(|param| Param { ty: inner(&param.ty), ..param.clone() }).collect();
            let result = inner(&signature.result);
            Ty::Function(Rc::new(Signature { params, result, ..(**signature).clone() }))
        }
        Ty::Type(set) => Ty::is_of(inner(set)),
        Ty::Union(members) => Ty::join_all(members.iter().map(inner)),
        other => other.clone(),
    }
}
