//! Floor 10: text in the project's one layout. Needs base and syntax only.
pub mod doc;
pub mod comments;
pub mod source;
mod printer;
mod enclosed;
mod exprs;
mod postfix;
mod operators;
mod records;
mod patterns;

pub use printer::format;
