//! Reading JSON, YAML, TOML and CSV into one neutral tree. It knows no evaluator.
pub mod tree;
pub mod number;
pub mod keys;
pub mod json;
pub mod json_errors;
