//! Lists the pages of the error codes, so that the command carries them.

use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let pages = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../docs/errors");
    println!("cargo:rerun-if-changed={}", pages.display());
    let mut names: Vec<String> = fs::read_dir(&pages).into_iter().flatten().flatten().filter_map(page).collect();
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        let path = pages.join(format!("{name}.md"));
        writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string()).expect("text grows");
    }
    list.push(']');
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("pages.rs");
    fs::write(out, list).expect("the build folder takes files");
}

/// The code that a page is of, e.g. `E0401` of `E0401.md`; those of lints begin with W.
fn page(entry: fs::DirEntry) -> Option<String> {
    let name = entry.file_name().into_string().ok()?;
    name.strip_suffix(".md").filter(|name| name.starts_with(['E', 'W'])).map(str::to_owned)
}
