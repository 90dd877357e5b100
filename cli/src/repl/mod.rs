//! The parts of `rzp repl`: what was said so far, the commands, and the reading of lines.
pub mod commands;
pub mod talk;
pub mod colour;
pub mod complete;
pub mod input;
