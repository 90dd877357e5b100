//! The reference of what the library has in files of the language: read from their texts, written as Markdown.
pub mod gather;
pub mod pages;
