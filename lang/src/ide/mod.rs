//! What an editor asks of the language: plain data in, plain data out, by paths and byte offsets.
pub mod plain;
pub mod overlay;
pub mod facts;
pub mod project;
pub mod problems;
pub mod evaluate;
mod links;
mod view;
mod meaning;
mod describe;
mod hover;
mod cursor;
mod complete;

pub use project::Project;
