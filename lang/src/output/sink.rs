//! What a writer offers to whoever walks a value: one call per event.
//!
//! The walker calls `key` before each value of a record, and ends what it begins. A sink keeps its
//! own place in the output and never recurses, so a value may nest as deep as its walker goes.
//! What a format cannot hold is said by [`Refused`]: one byte, without a place, because only the
//! walker knows the path to the value.

use num_bigint::BigInt;
use std::fmt;

/// Why a format cannot hold a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    NotFinite,
    TomlNull,
    TomlBigInt,
    TomlRoot,
    TomlDepth,
    TextNull,
    TextRecord,
    TextNested,
}

impl Refused {
    /// What is wrong, as the title of a message: lower case, no full stop.
    pub fn title(self) -> &'static str {
        match self {
            Refused::NotFinite => "a number that is infinite or undefined cannot be written",
            Refused::TomlNull => "TOML has no null",
            Refused::TomlBigInt => "TOML holds integers of 64 bits only",
            Refused::TomlRoot => "a TOML file is a record, and this value is none",
            Refused::TomlDepth => "TOML tables are written up to 500 levels deep",
            Refused::TextNull => "null has no plain text",
            Refused::TextRecord => "a record has no plain text",
            Refused::TextNested => "a list within a list has no plain text",
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Refused::NotFinite => "compute a finite number, or leave the field away",
            Refused::TomlNull => "leave the field away with `absent`, or write JSON or YAML",
            Refused::TomlBigInt => "write the number as a string, or write JSON or YAML",
            Refused::TomlRoot => "put the value into a field: `{ value = … }`",
            Refused::TomlDepth => "flatten the value, or write JSON",
            Refused::TextNull | Refused::TextRecord | Refused::TextNested => {
                "make it a string first, or write JSON or YAML"
            }
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.title())
    }
}

pub type Written = Result<(), Refused>;

/// Takes a value apart into events. The lengths given to `begin_*` are hints, 0 where unknown.
pub trait Sink {
    fn null(&mut self) -> Written;
    fn bool(&mut self, value: bool) -> Written;
    fn int(&mut self, value: i64) -> Written;
    fn big_int(&mut self, value: &BigInt) -> Written;
    fn float(&mut self, value: f64) -> Written;
    fn text(&mut self, value: &str) -> Written;
    fn begin_list(&mut self, len: usize) -> Written;
    fn end_list(&mut self) -> Written;
    fn begin_record(&mut self, len: usize) -> Written;
    /// The name of the field whose value comes next.
    fn key(&mut self, name: &str) -> Written;
    fn end_record(&mut self) -> Written;
}
