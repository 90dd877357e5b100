//! Which files a call means: single ones, all of a folder, or the whole project.
//!
//! Hidden folders, build folders and links to folders are left out, and so are files of test
//! sections (they open with `--- name ---`): they hold broken programs on purpose.

use crate::disk::Refused;
use rzp_lang::base::suggest;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Folders that hold what tools made.
const MADE: [&str; 2] = ["target", "node_modules"];

/// All `.rzp` files below a folder, sorted.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>, Refused> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).map_err(|why| Refused::new("open", &folder, why))?;
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let kind = entry.file_type().map_err(|why| Refused::new("open", &path, why))?;
            if kind.is_dir() && !name.starts_with('.') && !MADE.contains(&&*name) {
                open.push(path);
            } else if !kind.is_dir() && name.ends_with(".rzp") && path.is_file() && !is_sections(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_sections(path: &Path) -> bool {
    let mut start = [0; 4];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == *b"--- "
}

/// The file in the same folder whose name is nearest to one that is not there.
pub fn similar(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let near = suggest::nearest(&name, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}
