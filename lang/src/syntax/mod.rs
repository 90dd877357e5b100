//! Floor 1: text to tree, which never fails.
pub mod ast;
