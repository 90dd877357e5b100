//! The command line, as clap reads it.
mod insight;
mod args;
mod planning;

pub use args::*;
pub use insight::*;
pub use planning::*;
