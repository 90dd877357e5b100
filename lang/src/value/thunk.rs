//! What is not computed yet, and what can be called.
//!
//! A thunk goes `todo → busy → done`; a failure puts it back to `todo`, so that a later look meets
//! the same error instead of a cycle that is none.

use super::value::Value;
pub use super::value::{Closure, Env, Guard, LetCell, State, Thunk, Todo};
use std::cell::RefCell;
use std::rc::Rc;

impl Thunk {
    pub fn suspend(todo: Todo) -> Value {
        Value::Thunk(Rc::new(Thunk { state: RefCell::new(State::Todo(todo)) }))
    }

    /// The value, if it is known.
    #[inline]
    pub fn done(&self) -> Option<Value> {
        match &*self.state.borrow() {
            State::Done(value) => Some(value.clone()),
            State::Todo(_) | State::Busy => None,
        }
    }

    /// Begins the work: leaves `busy` behind. `Err` holds the value if it is done, `None` if the
    /// thunk is busy already.
    #[inline]
    pub fn start(&self) -> Result<Todo, Option<Value>> {
        let mut state = self.state.borrow_mut();
        match &*state {
            State::Done(value) => Err(Some(value.clone())),
            State::Busy => Err(None),
            State::Todo(_) => match std::mem::replace(&mut *state, State::Busy) {
                State::Todo(todo) => Ok(todo),
                State::Busy | State::Done(_) => Err(None),
            },
        }
    }

    #[inline]
    pub fn finish(&self, value: Value) {
        *self.state.borrow_mut() = State::Done(value);
    }

    /// Puts the work back after a failure.
    pub fn retry(&self, todo: Todo) {
        *self.state.borrow_mut() = State::Todo(todo);
    }
}
