//! Tests written in the language: sections that say what they give, and the examples of documentation.
pub mod cases;
pub mod judge;
pub mod run;
pub mod examples;
pub mod used;
