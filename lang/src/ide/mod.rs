//! What an editor asks of the language: plain data in, plain data out, by paths and byte offsets.
pub mod plain;
pub mod facts;
pub mod project;
pub mod problems;
mod links;
pub mod evaluate;
pub mod whole;
mod view;
mod meaning;
mod describe;
mod hover;
mod cursor;
mod complete;
mod call;
mod symbols;
mod uses;
pub mod colours;

pub use project::Project;
