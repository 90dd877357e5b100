//! Turns the grammar into the parser's tables.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "a build script talks to cargo by printing")]

fn main() {
    let grammar = "src/syntax/grammar.lalrpop";
    println!("cargo::rerun-if-changed={grammar}");
    if let Err(error) = lalrpop::Configuration::new().use_cargo_dir_conventions().process() {
        eprintln!("{grammar}: {error}");
        std::process::exit(1);
    }
}
