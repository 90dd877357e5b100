//! Lists the pages of the error codes, so that the command carries them, and has it linked so that it starts at once.

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
    link_in_place();
}

/// With glibc the executable gets an address of its own, so that the loader has none of its 17,000 pointers to set right
/// before the first line runs: that was a sixth of the time of a small program. Stack, heap and libraries still lie where
/// nobody can tell.
fn link_in_place() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}

/// The code that a page is of, e.g. `E0401` of `E0401.md`; those of lints begin with W.
fn page(entry: fs::DirEntry) -> Option<String> {
    let name = entry.file_name().into_string().ok()?;
    name.strip_suffix(".md").filter(|name| name.starts_with(['E', 'W'])).map(str::to_owned)
}
