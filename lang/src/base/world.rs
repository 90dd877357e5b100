//! The only way to the outside: files by path, below one root.

use std::collections::BTreeMap;

/// What a [`World`] answers when it has no such file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    Missing,
    NotUtf8,
    /// Any other reason, in the words of the system.
    Other(String),
}

/// Files by path. Paths are relative to the project's root, with `/` between parts and without
/// `.` or `..`; a leading `std/` never reaches the world, the standard library is embedded.
pub trait World {
    fn read(&self, path: &str) -> Result<String, ReadError>;

    /// The names of the files (not folders) directly in a folder, sorted. Empty if there is none.
    fn list(&self, folder: &str) -> Vec<String>;
}

/// A world in memory, for tests, documentation and embedding.
#[derive(Debug, Clone, Default)]
pub struct MemWorld {
    files: BTreeMap<String, String>,
}

impl MemWorld {
    pub fn new() -> MemWorld {
        MemWorld::default()
    }

    pub fn with(mut self, path: &str, text: &str) -> MemWorld {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }
}

impl World for MemWorld {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::Missing)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let inside = |path: &String| {
            let rest =
                if folder.is_empty() { Some(path.as_str()) } else { path.strip_prefix(folder)?.strip_prefix('/') };
            rest.filter(|name| !name.contains('/')).map(str::to_owned)
        };
        self.files.keys().filter_map(inside).collect()
    }
}
