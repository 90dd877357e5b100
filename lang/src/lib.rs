//! RZP: a small, typed, lazily evaluated configuration language.
//!
//! The pipeline: `syntax` turns text into a tree, `resolve` binds its names, `code` lowers it to
//! compact code, `eval` runs that code lazily, `output` writes the value. Nothing here does IO:
//! files are reached through [`base::world::World`] alone.
#![forbid(unsafe_code)]

pub mod base;
pub mod calc;
pub mod report;
pub mod output;
pub mod data;
pub mod syntax;
pub mod fmt;
pub mod resolve;
mod trail;
pub mod types;
pub mod lint;
pub mod code;
pub mod value;
pub mod eval;
pub mod prims;
pub mod lookup;
mod overrides;
mod outline;
mod origin;
pub mod session;
pub mod mend;
pub mod talk;
pub mod explain;
mod embed;
pub mod build;
pub mod graph;
pub mod profile;
pub mod diff;
pub mod stack;
pub mod ide;
pub mod testing;
pub mod manual;
pub mod convert;
pub mod lift;
pub mod schema;

pub use session::{EvalOptions, Format, Session};
