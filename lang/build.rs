//! Turns the grammar into the parser's tables.

fn main() {
    let grammar = "src/syntax/grammar.lalrpop";
    println!("cargo::rerun-if-changed={grammar}");
    if let Err(error) = lalrpop::Configuration::new().use_cargo_dir_conventions().process() {
        eprintln!("{grammar}: {error}");
        std::process::exit(1);
    }
}
