//! What is not computed yet, and what can be called.
//!
//! A thunk goes `todo → busy → done`; a failure puts it back to `todo`, so that a later look meets
//! the same error instead of a cycle that is none.

use super::record::Record;
use super::types::Label;
use super::value::Value;
use crate::base::symbol::Symbol;
use crate::code::code::ProtoId;
use std::cell::RefCell;
use std::rc::Rc;

/// The values that code closed over, in the order its proto lists them.
pub type Env = Rc<[Value]>;

#[derive(Debug)]
pub struct Closure {
    pub proto: ProtoId,
    pub env: Env,
    /// What the function promised when it passed an annotation `fn(A) -> B`: checked at each call.
    pub guard: Option<Rc<Guard>>,
}

/// A function type that a closure passed, and where.
#[derive(Debug)]
pub struct Guard {
    pub ty: Value,
    pub label: Rc<Label>,
    pub inner: Option<Rc<Guard>>,
}

#[derive(Debug)]
pub struct Thunk {
    state: RefCell<State>,
}

#[derive(Debug)]
pub enum State {
    Todo(Todo),
    Busy,
    Done(Value),
}

/// What there is to do.
#[derive(Debug, Clone)]
pub enum Todo {
    Code {
        proto: ProtoId,
        env: Env,
    },
    /// `f(x)`
    Apply {
        f: Value,
        arg: Value,
    },
    /// `f(x, y)`
    Apply2 {
        f: Value,
        args: Rc<(Value, Value)>,
    },
    /// A field of the final record.
    Field {
        record: Rc<Record>,
        name: Symbol,
    },
    /// A `let` among a record's items that reads `self`.
    RecordLet {
        cell: Rc<LetCell>,
    },
    /// A value on its way through an annotation.
    Check {
        value: Value,
        ty: Value,
        label: Rc<Label>,
    },
}

/// A record's private `let`: its code, the braces it stands in, and the final record.
#[derive(Debug)]
pub struct LetCell {
    pub proto: ProtoId,
    pub leaf: Rc<Record>,
    pub this: Rc<Record>,
    pub below: Option<Rc<super::record::Below>>,
}

impl Thunk {
    pub fn new(todo: Todo) -> Value {
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
