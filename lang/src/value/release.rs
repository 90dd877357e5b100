//! Releasing values that hold one another a million times over.
//!
//! Rust frees what a value holds by recursion, and a chain of thunks or records may be longer than any
//! stack is deep. So whatever can be a link of such a chain looks at the stack as it goes: where little
//! is left of it, it hands over its content, and the lowest one frees all that was handed over, one
//! after the other.

use super::value::{Below, Body, Closure, Guard, List, Record, Secret, Source, State, Thunk, Type, Value};
use std::any::Any;
use std::cell::{Cell, RefCell};

/// Less stack than this, in bytes, and content is handed over: enough for one link and what it calls.
const MARGIN: usize = 1 << 17;

thread_local! {
    /// The address on this thread's stack below which little is left; the highest if that is not known.
    static LOW: Cell<usize> = const { Cell::new(usize::MAX) };
    /// What was handed over, while somebody is freeing it.
    static HANDED: RefCell<Option<Vec<Box<dyn Any>>>> = const { RefCell::new(None) };
}

/// To be called where a thread goes over to another stack, and back.
pub fn stack_changed() {
    LOW.set(usize::MAX);
}

/// Whether little of the stack is left.
#[inline]
fn is_deep() -> bool {
    let here = 0u8;
    let address = std::ptr::from_ref(&here).addr();
    address < LOW.get() && find_low(address)
}

#[cold]
fn find_low(address: usize) -> bool {
    match stacker::remaining_stack() {
        Some(left) if left > MARGIN => {
            LOW.set(address - left + MARGIN);
            false
        }
        Some(_) => true,
        // Nobody knows where this stack ends: most have a megabyte.
        None => {
            LOW.set(address.saturating_sub(MARGIN));
            false
        }
    }
}

/// Frees `content`, or leaves it to the one who is freeing already.
#[cold]
fn hand_over(content: Box<dyn Any>) {
    let first = HANDED.with_borrow_mut(|handed| match handed {
        Some(others) => {
            others.push(content);
            None
        }
        None => {
            *handed = Some(Vec::new());
            Some(content)
        }
    });
    let mut next = first;
    while let Some(content) = next {
        drop(content);
        next = HANDED.with_borrow_mut(|handed| {
            let found = handed.as_mut().and_then(Vec::pop);
            if found.is_none() {
                *handed = None;
            }
            found
        });
    }
}

impl Drop for Record {
    #[inline]
    fn drop(&mut self) {
        if is_deep() {
            let body = std::mem::replace(&mut self.body, Body::Data(None));
            hand_over(Box::new((body, self.fields.take(), self.extra.take())));
        }
    }
}

impl Drop for Thunk {
    #[inline]
    fn drop(&mut self) {
        if is_deep() {
            hand_over(Box::new(self.state.replace(State::Busy)));
        }
    }
}

impl Drop for List {
    #[inline]
    fn drop(&mut self) {
        if is_deep() {
            hand_over(Box::new((self.items.take(), std::mem::replace(&mut self.source, Source::Ready))));
        }
    }
}

impl Drop for Closure {
    #[inline]
    fn drop(&mut self) {
        if is_deep() {
            hand_over(Box::new((std::mem::take(&mut self.env), self.guard.take())));
        }
    }
}

impl Drop for Type {
    fn drop(&mut self) {
        if !is_deep() {
            return;
        }
        let take = |value: &mut Value| std::mem::replace(value, Value::Null);
        match self {
            Type::Base(_) | Type::Var(_) | Type::List | Type::Record | Type::Function => {}
            Type::Union(members) | Type::Meet(members) => hand_over(Box::new(std::mem::take(members))),
            Type::Constraint(_, value) => hand_over(Box::new(take(value))),
            Type::Fn { params, result } => hand_over(Box::new((std::mem::take(params), take(result)))),
            Type::Secret(inner) => hand_over(Box::new(take(inner))),
            Type::Strategy { element, .. } => hand_over(Box::new(take(element))),
            Type::Named { test, .. } => hand_over(Box::new(take(test))),
        }
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        if is_deep() {
            let value = std::mem::replace(&mut self.value, Value::Null);
            hand_over(Box::new((value, self.reference.take())));
        }
    }
}

impl Drop for Below {
    fn drop(&mut self) {
        if is_deep() {
            hand_over(Box::new(self.next.take()));
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if is_deep() {
            hand_over(Box::new(self.inner.take()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::Todo;
    use super::{Closure, Guard, Record, Secret, Thunk, Type, Value};
    use crate::base::span::Loc;
    use crate::base::symbol::Symbol;
    use crate::code::code::ProtoId;
    use crate::value::value::{Label, Role};
    use std::rc::Rc;

    /// Drops a chain that is far longer than a small stack is deep.
    fn drop_chain(link: impl Fn(Value) -> Value + Send + 'static) {
        let work = move || {
            let chain = (0..300_000).fold(Value::Null, |chain, _| link(chain));
            drop(chain);
        };
        let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(work).expect("a thread");
        thread.join().expect("the chain is dropped");
    }

    #[test]
    fn long_chains_are_released() {
        drop_chain(|value| Value::list(vec![value]));
        drop_chain(|value| Value::Record(Record::from_pairs([(Symbol::new("a"), value)])));
        drop_chain(|value| Thunk::suspend(Todo::Apply { f: Value::Null, arg: value }));
        drop_chain(|value| {
            let closure = Closure { proto: ProtoId(0), env: Rc::from([value]), guard: None };
            Value::Closure(Rc::new(closure))
        });
        drop_chain(|value| Value::Type(Rc::new(Type::Union(Box::new([value])))));
        drop_chain(|value| Value::Secret(Rc::new(Secret { value: Value::Null, reference: Some(value) })));
        drop_chain(|value| {
            let label = Label { ty: Loc::default(), value: None, role: Role::Value, path: "".into(), way: 0 };
            let guard = Guard { ty: value, label: Rc::new(label), inner: None };
            let closure = Closure { proto: ProtoId(0), env: Rc::from([]), guard: Some(Rc::new(guard)) };
            Value::Closure(Rc::new(closure))
        });
    }
}
