//! Reading JSON, YAML, TOML and CSV into one neutral tree. It knows no evaluator.
pub mod tree;
pub mod number;
pub mod keys;
pub mod placed;
pub mod json;
pub mod json_errors;
pub mod yaml_scalar;
pub mod yaml_anchors;
pub mod yaml_merge;
pub mod yaml_errors;
mod yaml_indent;
pub mod yaml_tags;
pub mod yaml;
pub mod toml_errors;
pub mod toml;
pub mod csv;
pub mod file;
pub mod part;
