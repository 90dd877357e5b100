//! Turns the grammar into the parser's tables, and lists the library's files for embedding.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a build script reads the source tree, and talks to cargo by printing"
)]

use miniz_oxide::deflate::compress_to_vec;
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

/// Writes all texts one behind the other into `stdlib.bin`, and into `stdlib.rs` the shelf with a row for each, sorted by
/// path.
fn embed() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib").canonicalize()?;
    let mut names = Vec::new();
    collect(&root, "", &mut names)?;
    names.sort();
    let (mut rows, mut bytes, mut paths) = (String::new(), Vec::new(), String::new());
    for name in &names {
        let text = std::fs::read(root.join(format!("{name}.rzp")))?;
        let generated = is_generated(name);
        let kept = if generated { compress_to_vec(&text, 9) } else { text.clone() };
        paths += name;
        let (path, start) = (paths.len(), bytes.len());
        let (packed, length) = (kept.len(), text.len());
        rows += &format!(
            "Volume {{ path: {path}, start: {start}, packed: {packed}, length: {length}, generated: {generated} }},\n"
        );
        bytes.extend(kept);
    }
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo set no OUT_DIR"))?;
    std::fs::write(Path::new(&out).join("stdlib.bin"), bytes)?;
    let shelf = format!("Shelf {{ volumes: &[\n{rows}], paths: {paths:?}, bytes: include_bytes!(\"stdlib.bin\") }}\n");
    std::fs::write(Path::new(&out).join("stdlib.rs"), shelf)
}

/// The schemas of Kubernetes' kinds lie in folders below `k8s/`.
fn is_generated(name: &str) -> bool {
    name.strip_prefix("k8s/").is_some_and(|rest| rest.contains('/'))
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
