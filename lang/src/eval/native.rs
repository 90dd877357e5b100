//! Functions of the core library: rows of data to the evaluator, which knows none by name.
//!
//! The rows name the machine and the machine holds the rows, so both are defined beside it.

pub use super::vm::{Library, Native, NativeFn};
