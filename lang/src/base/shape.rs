//! Lists of field names: records made by the same braces share one, and a name is found in it by a
//! short scan or one hash.
//!
//! Records made of others have the names of those, and mostly there are many alike: a thousand services
//! laid over one template. So short lists are shared, and what two of them make together is remembered.

use super::symbol::Symbol;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// From here on a scan costs more than a hash.
const SCAN: usize = 8;
/// Longer lists are not shared: those grow, and each of them is there once.
const SHARED: usize = 64;
/// So many lists are shared, and as many pairs remembered, at most.
const KEPT: usize = 1 << 14;

/// The names of a record's fields in declared order; a field's slot is its place in the list.
#[derive(Debug, Default, Clone)]
pub struct Shape {
    names: Vec<Symbol>,
    index: FxHashMap<Symbol, u32>,
    /// It stays as long as the run: it stands in the text, or all share it.
    lasting: bool,
}

/// The lists that are shared, and what pairs of them made; of one thread, as symbols are.
#[derive(Default)]
struct Shared {
    by_names: FxHashMap<Box<[Symbol]>, Rc<Shape>>,
    /// By the addresses of both, which the entry keeps taken.
    joined: FxHashMap<(*const Shape, *const Shape), [Rc<Shape>; 3]>,
}

thread_local! {
    static SHARED_SHAPES: RefCell<Shared> = RefCell::default();
}

impl Shape {
    /// The one of these names that all share, if they are few.
    pub fn shared(self) -> Rc<Shape> {
        if self.names.len() > SHARED {
            return Rc::new(self);
        }
        SHARED_SHAPES.with_borrow_mut(|shared| match shared.by_names.get(&*self.names) {
            Some(shape) => shape.clone(),
            None if shared.by_names.len() < KEPT => {
                let names = self.names.clone().into_boxed_slice();
                let shape = Rc::new(Shape { lasting: true, ..self });
                shared.by_names.insert(names, shape.clone());
                shape
            }
            None => Rc::new(self),
        })
    }

    /// Names that stand in the text.
    pub fn written(names: impl IntoIterator<Item = Symbol>) -> Rc<Shape> {
        let mut shape = Shape { lasting: true, ..Shape::default() };
        for name in names {
            shape.add(name);
        }
        Rc::new(shape)
    }

    /// A list of one's own that begins with these names.
    pub fn grown(&self) -> Shape {
        Shape { lasting: false, ..self.clone() }
    }

    /// Whether it pays to remember what it makes together with others.
    pub fn is_lasting(&self) -> bool {
        self.lasting
    }

    /// The names of one, then those of another that are new; both lasting.
    pub fn join(one: &Rc<Shape>, other: &Rc<Shape>) -> Rc<Shape> {
        if one.is_empty() || Rc::ptr_eq(one, other) {
            return other.clone();
        }
        if other.is_empty() {
            return one.clone();
        }
        let key = (Rc::as_ptr(one), Rc::as_ptr(other));
        if let Some(shape) =
            SHARED_SHAPES.with_borrow(|shared| shared.joined.get(&key).map(|[_, _, both]| both.clone()))
        {
            return shape;
        }
        let mut both = one.grown();
        both.extend(&other.names);
        if both.names.len() > SHARED {
            return Rc::new(both);
        }
        let both = both.shared();
        SHARED_SHAPES.with_borrow_mut(|shared| {
            if shared.joined.len() < KEPT {
                shared.joined.insert(key, [one.clone(), other.clone(), both.clone()]);
            }
        });
        both
    }

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

#[cfg(test)]
mod tests {
    use super::{SHARED, Shape};
    use crate::base::symbol::Symbol;
    use std::rc::Rc;

    fn shape(names: &[&str]) -> Rc<Shape> {
        Shape::written(names.iter().map(|name| Symbol::new(name)))
    }

    fn names(shape: &Shape) -> Vec<String> {
        shape.names().iter().map(Symbol::to_string).collect()
    }

    #[test]
    fn a_join_has_the_names_of_both_once_and_in_order() {
        let (one, other) = (shape(&["a", "b"]), shape(&["c", "a"]));
        assert!(one.is_lasting() && !Shape::new([Symbol::new("a")]).is_lasting());
        let both = Shape::join(&one, &other);
        assert_eq!(names(&both), ["a", "b", "c"]);
        assert_eq!(both.slot(Symbol::new("c")), Some(2));
        assert!(Rc::ptr_eq(&both, &Shape::join(&one, &other)), "the pair is remembered");
        assert!(Rc::ptr_eq(&both, &Shape::join(&shape(&["a"]), &shape(&["b", "c"]))), "and the names are shared");
        assert!(Rc::ptr_eq(&one, &Shape::join(&Rc::default(), &one)));
        assert!(Rc::ptr_eq(&one, &Shape::join(&one, &Rc::default())));
    }

    #[test]
    fn long_lists_are_joined_too() {
        let many: Vec<String> = (0..SHARED + 10).map(|i| format!("n{i}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let both = Shape::join(&shape(&many[..SHARED - 1]), &shape(&many[SHARED - 3..]));
        assert_eq!(names(&both), many);
        assert_eq!(both.slot(Symbol::new("n70")), Some(70));
    }
}
