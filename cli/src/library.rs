//! The library from a folder: for those who work on it, and want to see a change without building the command anew.

use crate::call::{self, Wrong};
use crate::disk::read_text;
use crate::walk;
use rzp_lang::base::shelf::Shelf;
use rzp_lang::prims::table;
use std::path::Path;

/// Puts the programs below a folder in the place of the built-in library.
pub fn read_from(folder: &str) -> Result<(), Wrong> {
    let root = Path::new(folder);
    if !root.is_dir() {
        return Err(call::missing(root));
    }
    let paths = walk::programs_below(root).map_err(|why| Wrong::new(why.diag().title))?;
    let mut files = Vec::new();
    for path in paths {
        let text = read_text(&path, &path.display().to_string()).map_err(|diag| Wrong::new(diag.title))?;
        files.extend(name(root, &path).map(|name| (name, text)));
    }
    if files.is_empty() {
        return Err(Wrong::new(format!("`{folder}` holds no library: there is no `.rzp` file below it")));
    }
    table::read_from(Shelf::of(files));
    Ok(())
}

/// How a file of the library in a folder is named below `std/`, without its ending.
pub fn name(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/").strip_suffix(".rzp")?.to_owned())
}
