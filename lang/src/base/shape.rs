//! Interned lists of field names: records made by the same braces share one, and a name is found
//! in it by a short scan or one hash.

use super::symbol::Symbol;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// From here on a scan costs more than a hash.
const SCAN: usize = 8;

/// The names of a record's fields in declared order; a field's slot is its place in the list.
#[derive(Debug, Default)]
pub struct Shape {
    names: Vec<Symbol>,
    index: FxHashMap<Symbol, u32>,
}

impl Shape {
    /// Later occurrences of a name are dropped.
    pub fn new(names: impl IntoIterator<Item = Symbol>) -> Rc<Shape> {
        let mut shape = Shape::default();
        for name in names {
            shape.add(name);
        }
        Rc::new(shape)
    }

    /// The slot of a name, which is added at the end if it is new.
    pub fn add(&mut self, name: Symbol) -> usize {
        if let Some(slot) = self.slot(name) {
            return slot;
        }
        let slot = self.names.len();
        self.names.push(name);
        if self.names.len() > SCAN {
            if self.index.is_empty() {
                self.index = self.names.iter().enumerate().map(|(i, name)| (*name, i as u32)).collect();
            } else {
                self.index.insert(name, slot as u32);
            }
        }
        slot
    }

    pub fn extend(&mut self, names: &[Symbol]) {
        for name in names {
            self.add(*name);
        }
    }

    #[inline]
    pub fn slot(&self, name: Symbol) -> Option<usize> {
        if self.names.len() <= SCAN {
            return self.names.iter().position(|other| *other == name);
        }
        self.index.get(&name).map(|slot| *slot as usize)
    }

    pub fn names(&self) -> &[Symbol] {
        &self.names
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
