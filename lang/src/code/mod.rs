//! Floor 3: tree to compact code for the evaluator.
pub mod code;
