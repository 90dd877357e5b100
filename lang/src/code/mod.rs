//! Floor 3: tree to compact code for the evaluator.
pub mod code;
pub mod context;
pub mod lower;
pub mod watch;
pub mod constant;
pub mod exprs;
pub mod functions;
pub mod braces;
pub mod fields;
