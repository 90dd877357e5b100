//! The parts of `rzp repl`: what was said so far, the commands, the reading of lines.
pub mod commands;
pub mod input;
pub mod session;
