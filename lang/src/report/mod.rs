//! Diagnostics for eyes and for machines.
pub mod excerpt;
pub mod redact;
pub mod machine;
pub mod sarif;
pub mod terminal;
