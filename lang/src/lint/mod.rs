//! Floor 3: what a program says without need, or says otherwise than it was meant.
pub mod rules;
pub mod facts;
mod allow;
mod removal;
mod names;
mod braces;
mod defaults;
mod frozen;
mod loops;
mod strings;
pub mod lints;
