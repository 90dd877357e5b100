//! The names in sight at one place, innermost last.

use super::binding::{Braces, VarId};
use crate::base::symbol::Symbol;
use rustc_hash::FxHashSet;

#[derive(Debug)]
pub enum Scope {
    Names(Vec<(Symbol, VarId)>),
    /// A pair of braces: nothing in sight by itself, but `self`, `super` and a better message.
    Braces {
        braces: Braces,
        fields: FxHashSet<Symbol>,
    },
}

#[derive(Debug, Default)]
pub struct Scopes {
    stack: Vec<Scope>,
}

impl Scopes {
    pub fn push(&mut self, scope: Scope) {
        self.stack.push(scope);
    }

    pub fn pop(&mut self) {
        self.stack.pop();
    }

    /// Adds a name to the innermost scope of names, which is opened if need be.
    pub fn declare(&mut self, name: Symbol, var: VarId) {
        match self.stack.last_mut() {
            Some(Scope::Names(names)) => names.push((name, var)),
            Some(Scope::Braces { .. }) | None => self.stack.push(Scope::Names(vec![(name, var)])),
        }
    }

    pub fn depth(&self) -> usize {
        self.stack.len()
    }

    pub fn truncate(&mut self, depth: usize) {
        self.stack.truncate(depth);
    }

    pub fn lookup(&self, name: Symbol) -> Option<VarId> {
        self.stack.iter().rev().find_map(|scope| match scope {
            Scope::Names(names) => names.iter().rev().find(|(other, _)| *other == name).map(|(_, var)| *var),
            Scope::Braces { .. } => None,
        })
    }

    /// The nearest braces.
    pub fn braces(&self) -> Option<Braces> {
        self.all_braces().next().map(|(braces, _)| braces)
    }

    /// How many braces out a field of this name stands, 0 for the nearest.
    pub fn field_level(&self, name: Symbol) -> Option<usize> {
        self.all_braces().position(|(_, fields)| fields.contains(&name))
    }

    fn all_braces(&self) -> impl Iterator<Item = (Braces, &FxHashSet<Symbol>)> {
        self.stack.iter().rev().filter_map(|scope| match scope {
            Scope::Braces { braces, fields } => Some((*braces, fields)),
            Scope::Names(_) => None,
        })
    }

    /// The names in sight with what they mean, outermost first; one that is bound again comes again.
    pub fn in_sight(&self) -> Vec<(Symbol, VarId)> {
        let of = |scope: &Scope| match scope {
            Scope::Names(names) => names.clone(),
            Scope::Braces { .. } => Vec::new(),
        };
        self.stack.iter().flat_map(of).collect()
    }

    pub fn names(&self) -> Vec<Symbol> {
        self.in_sight().into_iter().map(|(name, _)| name).collect()
    }
}
