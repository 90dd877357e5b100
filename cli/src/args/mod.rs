//! The command line, as clap reads it.
mod args;
mod planning;

pub use args::*;
pub use planning::*;
