//! Data files as programs: the same value, written as a person would write it here.
mod comments;
mod kinds;
pub mod literal;
mod write;
pub mod convert;
