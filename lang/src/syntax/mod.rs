//! Floor 1: text to tree, which never fails.
pub mod ast;
mod errors;
pub mod lexer;
mod make;
mod mistakes;
pub mod newline;
mod patterns;
pub mod text;
pub mod token;
pub mod trivia;
lalrpop_util::lalrpop_mod!(
    #[allow(clippy::all, unused_qualifications, unused_imports)]
    grammar,
    "/syntax/grammar.rs"
);
pub mod parse;
pub mod visit;
