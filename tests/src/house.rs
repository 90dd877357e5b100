//! The repository as a list of texts: what the guards read.
//!
//! Files are found from the repository's root, sorted by path, so that a report reads the same on
//! every machine. Build output and version control are left out, and so is what is not text.

use std::fs;
use std::path::{Path, PathBuf};

/// Build output, version control, and what fuzzing collects.
const LEFT_OUT: &[&str] = &["target", ".git", "corpus", "artifacts"];

/// A text file of the repository.
pub struct HouseFile {
    /// From the root, with `/` between parts, e.g. `lang/src/base/span.rs`.
    pub path: String,
    pub text: String,
}

impl HouseFile {
    pub fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == extension)
    }
}

/// The repository's root: the folder above this crate.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Every text file below `folder` (a path from the root; empty for all), sorted by path.
pub fn files(folder: &str) -> Vec<HouseFile> {
    let root = root();
    let mut found = Vec::new();
    walk(&root, &root.join(folder), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<HouseFile>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.push(HouseFile { path: relative(root, &path), text });
        }
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
