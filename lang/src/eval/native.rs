//! Functions of the core library: rows of data to the evaluator, which knows none by name.

use super::fault::Run;
use super::vm::Vm;
use crate::value::value::Value;

/// What a library function is to the evaluator. `args` has one value for each parameter; one that
/// was not given is `Absent`. The values may be thunks.
pub type NativeFn = fn(&mut Vm, &[Value]) -> Run;

/// A row: everything there is to know of one library function.
#[derive(Debug, Clone, Copy)]
pub struct Native {
    /// The path after `std.`, e.g. `list.map`.
    pub name: &'static str,
    /// As in RZP, e.g. `(xs : ['a], f : fn('a) -> 'b) -> ['b]`; for a plain value its type, e.g. `fn(Any) -> Any`.
    pub signature: &'static str,
    /// The parameters' names, in order; those from `required` on may be left out.
    pub params: &'static [&'static str],
    pub required: usize,
    pub doc: &'static str,
    /// An expression and the value it has, as compact JSON: `("std.list.length([1, 2])", "2")`.
    pub example: (&'static str, &'static str),
    pub run: NativeFn,
}

impl Native {
    /// Whether the row is called; the others stand for a value, which `run` gives without arguments.
    pub fn is_function(&self) -> bool {
        self.signature.starts_with('(')
    }
}

/// The rows that a run is handed, and the files of the library that are written in RZP.
#[derive(Debug, Clone, Copy)]
pub struct Library {
    pub natives: &'static [Native],
    /// Path below `std/` without ending, and text: `("core/list", "…")`.
    pub files: &'static [(&'static str, &'static str)],
}
