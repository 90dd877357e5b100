//! The folder of generated files: what must change in it, what is there, and the change.
pub mod plan;
pub mod scan;
pub mod write;
