//! One file for each command: from its arguments to how the run ends.
pub mod build;
pub mod rules;
pub mod check;
pub mod convert;
pub mod lift;
pub mod import;
pub mod diff;
pub mod doc;
pub mod eval;
pub mod explain;
pub mod fmt;
pub mod graph;
pub mod init;
pub mod lsp;
pub mod repl;
pub mod used;
pub mod test;
