//! Writing, straight from events, into one buffer. It knows no value and no tree.
pub mod sink;
pub mod number;
pub mod json;
pub mod scalar;
pub mod yaml;
pub mod tape;
pub mod toml;
pub mod text;
pub mod manifests;
