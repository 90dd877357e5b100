//! What a data file holds: a tree without places, in the order of the file.
//!
//! Every reader here makes it, and every [`Sink`] can be handed it. Readers stop at [`MAX_DEPTH`],
//! so whoever walks a tree, or drops it, may recurse.

use crate::base::symbol::Symbol;
use crate::output::sink::{Sink, Written};
use num_bigint::BigInt;

/// How deep lists and records may nest in a data file.
pub const MAX_DEPTH: usize = 1_000;

#[derive(Clone, PartialEq, Debug)]
pub enum Data {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits.
    BigInt(Box<BigInt>),
    Float(f64),
    Str(Box<str>),
    List(Vec<Data>),
    /// Each name once, in the order of the file.
    Record(Vec<(Symbol, Data)>),
}

const _: () = assert!(size_of::<Data>() == 32);

/// What is left to write of a list or record that has begun.
enum Rest<'a> {
    List(std::slice::Iter<'a, Data>),
    Record(std::slice::Iter<'a, (Symbol, Data)>),
}

impl Data {
    /// What kind of value this is, as messages name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Data::Null => "null",
            Data::Bool(_) => "a boolean",
            Data::Int(_) | Data::BigInt(_) => "an integer",
            Data::Float(_) => "a float",
            Data::Str(_) => "a string",
            Data::List(_) => "a list",
            Data::Record(_) => "a record",
        }
    }

    /// The value of a field of a record.
    pub fn get(&self, name: &str) -> Option<&Data> {
        let Data::Record(fields) = self else { return None };
        let name = Symbol::new(name);
        fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// Writes the tree, without recursion.
    pub fn write(&self, sink: &mut (impl Sink + ?Sized)) -> Written {
        let mut stack = Vec::new();
        self.start(sink, &mut stack)?;
        while let Some(top) = stack.last_mut() {
            let next = match top {
                Rest::List(items) => items.next(),
                Rest::Record(fields) => match fields.next() {
                    Some((name, value)) => {
                        sink.key(&name.text())?;
                        Some(value)
                    }
                    None => None,
                },
            };
            match (next, &top) {
                (Some(value), _) => value.start(sink, &mut stack)?,
                (None, Rest::List(_)) => {
                    sink.end_list()?;
                    stack.pop();
                }
                (None, Rest::Record(_)) => {
                    sink.end_record()?;
                    stack.pop();
                }
            }
        }
        Ok(())
    }

    /// Writes a scalar, or begins a list or record and leaves the rest on the stack.
    fn start<'a>(&'a self, sink: &mut (impl Sink + ?Sized), stack: &mut Vec<Rest<'a>>) -> Written {
        match self {
            Data::Null => sink.null(),
            Data::Bool(value) => sink.bool(*value),
            Data::Int(value) => sink.int(*value),
            Data::BigInt(value) => sink.big_int(value),
            Data::Float(value) => sink.float(*value),
            Data::Str(value) => sink.text(value),
            Data::List(items) => {
                stack.push(Rest::List(items.iter()));
                sink.begin_list(items.len())
            }
            Data::Record(fields) => {
                stack.push(Rest::Record(fields.iter()));
                sink.begin_record(fields.len())
            }
        }
    }
}
