//! A value: sixteen bytes, cheap to copy, lazy inside.

use super::list::List;
use super::record::Record;
use super::text::Text;
use super::thunk::{Closure, Thunk};
use super::types::Type;
use crate::code::code::NativeId;
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::rc::Rc;

/// The first three never reach a program: they are the states of a slot that has no value. The
/// rest is a value in weak head normal form, but for `Thunk`, which becomes one when forced.
#[derive(Clone, Debug)]
pub enum Value {
    /// A slot whose code has not run.
    Pending,
    /// A slot whose code is running: who reads it now has met a cycle.
    Busy,
    /// No value: the mark `absent`, a field that is not there, an argument not given.
    Absent,
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Text),
    /// An integer beyond 64 bits; one that fits is always `Int`.
    BigInt(Rc<BigInt>),
    List(Rc<List>),
    Record(Rc<Record>),
    Closure(Rc<Closure>),
    Native(NativeId),
    Type(Rc<Type>),
    /// `std.replace(v)`, a mark that only a field can hold.
    Replace(Rc<Value>),
    Thunk(Rc<Thunk>),
}

const _: () = assert!(size_of::<Value>() == 16);

impl Value {
    pub fn text(text: impl Into<Box<str>>) -> Value {
        Value::Text(Text::new(text))
    }

    /// The integer in its one form: inline if it fits.
    pub fn big(int: BigInt) -> Value {
        match int.to_i64() {
            Some(small) => Value::Int(small),
            None => Value::BigInt(Rc::new(int)),
        }
    }

    pub fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(items))
    }

    /// Whether this is a value already, and not something still to be run.
    #[inline]
    pub fn is_done(&self) -> bool {
        !matches!(self, Value::Thunk(_) | Value::Pending | Value::Busy)
    }

    pub fn is_function(&self) -> bool {
        matches!(self, Value::Closure(_) | Value::Native(_))
    }

    /// What kind of value this is, as messages say it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::BigInt(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Text(_) => "a string",
            Value::List(_) => "a list",
            Value::Record(_) => "a record",
            Value::Closure(_) | Value::Native(_) => "a function",
            Value::Type(_) => "a type",
            Value::Absent => "`absent`",
            Value::Replace(_) => "`std.replace`",
            Value::Thunk(_) | Value::Pending | Value::Busy => "a value not yet computed",
        }
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Value {
        Value::Text(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Value {
        Value::Int(int)
    }
}
