//! Turns the grammar into the parser's tables, and lists the library's files for embedding.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a build script reads the source tree, and talks to cargo by printing"
)]

use std::io;
use std::path::Path;

fn main() {
    let grammar = "src/syntax/grammar.lalrpop";
    println!("cargo::rerun-if-changed={grammar}");
    if let Err(error) = lalrpop::Configuration::new().use_cargo_dir_conventions().process() {
        fail(grammar, &error);
    }
    if let Err(error) = embed() {
        fail("../stdlib", &error);
    }
}

fn fail(what: &str, error: &dyn std::fmt::Display) -> ! {
    eprintln!("{what}: {error}");
    std::process::exit(1);
}

/// Writes `stdlib.rs`: a slice of `(path below std/ without ending, text)`, sorted by path.
fn embed() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib").canonicalize()?;
    let mut names = Vec::new();
    collect(&root, "", &mut names)?;
    names.sort();
    let rows: String = names
        .iter()
        .map(|name| format!("    ({name:?}, include_str!({:?})),\n", root.join(format!("{name}.rzp"))))
        .collect();
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo set no OUT_DIR"))?;
    std::fs::write(Path::new(&out).join("stdlib.rs"), format!("&[\n{rows}]\n"))
}

/// A folder is watched as well as its files, so that a new file is seen.
fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), names)?;
        } else if let Some(stem) = name.strip_suffix(".rzp").filter(|stem| !stem.ends_with(".test")) {
            names.push(format!("{prefix}{stem}"));
        }
    }
    Ok(())
}
