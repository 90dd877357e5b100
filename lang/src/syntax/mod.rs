//! Floor 1: text to tree, which never fails.
pub mod token;
pub mod trivia;
mod characters;
mod merging;
pub mod lexer;
pub mod newline;
mod balance;
pub mod ast;
pub mod text;
mod mistakes;
mod make;
mod patterns;
mod errors;
mod recover;
mod scene;
mod functions;
mod foreign;
mod templates;
mod spacing;
mod quotes;
pub mod idioms;
mod habits;
lalrpop_util::lalrpop_mod!(
    #[allow(clippy::all, unused_qualifications, unused_imports)]
    grammar,
    "/syntax/grammar.rs"
);
pub mod parse;
pub mod visit;
pub mod secrets;
