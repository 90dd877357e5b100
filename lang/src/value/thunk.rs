//! What is not computed yet, and what can be called.
//!
//! A thunk goes `todo → busy → done`; a failure puts it back to `todo`, so that a later look meets
//! the same error instead of a cycle that is none. In a run that remembers where values come from
//! (`eval/follow.rs`) it ends as `kept`, with the value and what there was to do for it.

use super::value::Value;
pub use super::value::{Closure, Env, Guard, LetCell, State, Thunk, Todo};
use std::cell::RefCell;
use std::rc::Rc;

impl Thunk {
    pub fn suspend(todo: Todo) -> Value {
        Value::Thunk(Rc::new(Thunk { state: RefCell::new(State::Todo(todo)) }))
    }

    /// What is known already, with how it could be computed.
    pub fn kept(value: Value, todo: Todo) -> Value {
        Value::Thunk(Rc::new(Thunk { state: RefCell::new(State::Kept(Box::new((value, todo)))) }))
    }

    /// The value, if it is known.
    #[inline]
    pub fn done(&self) -> Option<Value> {
        match &*self.state.borrow() {
            State::Done(value) => Some(value.clone()),
            State::Kept(kept) => Some(kept.0.clone()),
            State::Todo(_) | State::Busy => None,
        }
    }

    /// The value, if it may stand in the thunk's place: not where the thunk also tells what it was made of.
    #[inline]
    pub fn instead(&self) -> Option<Value> {
        match &*self.state.borrow() {
            State::Done(value) => Some(value.clone()),
            State::Kept(_) | State::Todo(_) | State::Busy => None,
        }
    }

    /// Whether nobody has begun with it.
    #[inline]
    pub fn is_todo(&self) -> bool {
        matches!(*self.state.borrow(), State::Todo(_))
    }

    /// What the value is, or was, to be computed by.
    pub fn made_by(&self) -> Option<Todo> {
        match &*self.state.borrow() {
            State::Todo(todo) => Some(todo.clone()),
            State::Kept(kept) => Some(kept.1.clone()),
            State::Busy | State::Done(_) => None,
        }
    }

    /// Begins the work: leaves `busy` behind. `Err` holds the value if it is done, `None` if the
    /// thunk is busy already.
    #[inline]
    pub fn start(&self) -> Result<Todo, Option<Value>> {
        let mut state = self.state.borrow_mut();
        match &*state {
            State::Done(value) => Err(Some(value.clone())),
            State::Kept(kept) => Err(Some(kept.0.clone())),
            State::Busy => Err(None),
            State::Todo(_) => match std::mem::replace(&mut *state, State::Busy) {
                State::Todo(todo) => Ok(todo),
                State::Busy | State::Done(_) | State::Kept(_) => Err(None),
            },
        }
    }

    #[inline]
    pub fn finish(&self, value: Value) {
        *self.state.borrow_mut() = State::Done(value);
    }

    /// The same, with what there was to do.
    pub fn finish_kept(&self, value: Value, todo: Todo) {
        *self.state.borrow_mut() = State::Kept(Box::new((value, todo)));
    }

    /// Puts the work back after a failure.
    pub fn retry(&self, todo: Todo) {
        *self.state.borrow_mut() = State::Todo(todo);
    }
}
