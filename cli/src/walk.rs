//! Which files a call means: single ones, all of a folder, or the whole project.
//!
//! Hidden folders, build folders and links to folders are left out, and so are files of test
//! sections (below their comment they open with `--- name ---`): they hold broken programs on purpose.

use crate::disk::Refused;
use rzp_lang::base::suggest;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Folders that hold what tools made.
const MADE: [&str; 2] = ["target", "node_modules"];

/// How much of a file is looked at to see what it is.
const START: u64 = 4096;

/// What lies directly in a folder, as far as a call can mean it.
#[derive(Default)]
pub struct Inside {
    pub folders: Vec<PathBuf>,
    /// The `.rzp` files, those of test sections among them.
    pub files: Vec<PathBuf>,
    /// All other files.
    pub others: Vec<PathBuf>,
    /// How much lies in it altogether.
    pub entries: usize,
}

pub fn inside(folder: &Path) -> Result<Inside, Refused> {
    let mut found = Inside::default();
    let entries = fs::read_dir(folder).map_err(|why| Refused::new("open", folder, why))?;
    for entry in entries.flatten() {
        found.entries += 1;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let kind = entry.file_type().map_err(|why| Refused::new("open", &path, why))?;
        if kind.is_dir() && !name.starts_with('.') && !MADE.contains(&&*name) {
            found.folders.push(path);
        } else if !kind.is_dir() && name.ends_with(".rzp") && path.is_file() {
            found.files.push(path);
        } else if path.is_file() {
            found.others.push(path);
        }
    }
    Ok(found)
}

/// How files of tests end.
pub const TESTS: &str = ".test.rzp";

/// All files below a folder that are none of tests, whatever is in them.
pub fn programs_below(folder: &Path) -> Result<Vec<PathBuf>, Refused> {
    found_below(folder, |path| !path.to_string_lossy().ends_with(TESTS))
}

/// All programs below a folder, sorted.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>, Refused> {
    found_below(folder, |path| !is_sections(path))
}

/// All files below a folder that may hold tests, sorted: those of tests, and programs for their examples.
pub fn tests_below(folder: &Path) -> Result<Vec<PathBuf>, Refused> {
    found_below(folder, |path| path.to_string_lossy().ends_with(TESTS) || !is_sections(path))
}

fn found_below(folder: &Path, keeps: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Refused> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let inside = inside(&folder)?;
        open.extend(inside.folders);
        found.extend(inside.files.into_iter().filter(|path| keeps(path)));
    }
    found.sort();
    Ok(found)
}

/// Whether a file holds test sections. One of which this cannot be seen is taken for a program, whose errors
/// are told.
pub fn is_sections(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(START).read_to_end(&mut start));
    read.is_ok() && opens_section(&String::from_utf8_lossy(&start))
}

/// Whether the first line of a text that is no comment opens a section.
pub fn opens_section(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with("--- "))
}

/// A path that is there and whose spelling is nearest to one that is not: what differs is the first
/// name on the way that leads nowhere.
pub fn similar(path: &Path) -> Option<String> {
    let wrong = path.ancestors().take_while(|at| !at.as_os_str().is_empty() && !at.exists()).last()?;
    let name = wrong.file_name()?.to_string_lossy().into_owned();
    let folder = wrong.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let near = wrong.with_file_name(suggest::nearest(&name, names.iter().map(String::as_str))?);
    // The rest of the way counts only if it leads somewhere from there.
    let rest = path.strip_prefix(wrong).ok().filter(|rest| !rest.as_os_str().is_empty());
    let whole = rest.map(|rest| near.join(rest)).filter(|whole| whole.exists());
    Some(whole.unwrap_or(near).display().to_string())
}
