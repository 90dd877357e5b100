//! Interned names: a field name is compared as one number.
//!
//! The interner is per thread, so that a name read in one file equals the same name in another
//! without passing a table through every function. Symbols never leave their thread: whatever
//! crosses one (a diagnostic, an output) carries text.

use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// An interned name, e.g. `Symbol(17)` for `replicas`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub u32);

#[derive(Default)]
struct Interner {
    names: Vec<Rc<str>>,
    ids: FxHashMap<Rc<str>, Symbol>,
}

thread_local! {
    static INTERNER: RefCell<Interner> = RefCell::default();
}

impl Symbol {
    pub fn new(name: &str) -> Symbol {
        INTERNER.with_borrow_mut(|interner| {
            if let Some(&symbol) = interner.ids.get(name) {
                return symbol;
            }
            let symbol = Symbol(interner.names.len() as u32);
            let name: Rc<str> = name.into();
            interner.names.push(name.clone());
            interner.ids.insert(name, symbol);
            symbol
        })
    }

    pub fn text(self) -> Rc<str> {
        INTERNER.with_borrow(|interner| interner.names[self.0 as usize].clone())
    }

    /// Lends the text, for writers that name many fields. `with` must not make symbols.
    #[inline]
    pub fn with_text<T>(self, with: impl FnOnce(&str) -> T) -> T {
        INTERNER.with_borrow(|interner| with(&interner.names[self.0 as usize]))
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.with_text(|text| f.write_str(text))
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.with_text(|text| write!(f, "`{text}`"))
    }
}
