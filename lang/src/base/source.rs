//! The texts that take part in a run, and the way from an offset to a line and column.

use super::arena::{Id, IndexVec};
use super::span::{FileId, Loc};
use std::rc::Rc;

impl Id for FileId {
    fn from_index(index: usize) -> Self {
        FileId(index as u32)
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// One text with its name as messages show it (a path relative to the project's root).
#[derive(Debug, Clone)]
pub struct Source {
    pub name: Rc<str>,
    pub text: Rc<str>,
    line_starts: Vec<u32>,
}

impl Source {
    pub fn new(name: &str, text: &str) -> Source {
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
        Source { name: name.into(), text: text.into(), line_starts: std::iter::once(0).chain(starts).collect() }
    }

    /// The zero-based line that an offset stands on.
    pub fn line(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|start| *start <= offset) - 1
    }

    pub fn line_start(&self, line: usize) -> u32 {
        self.line_starts.get(line).copied().unwrap_or(self.text.len() as u32)
    }

    /// The one-based line and column, the column counted in characters.
    pub fn position(&self, offset: u32) -> (usize, usize) {
        let line = self.line(offset);
        let start = self.line_starts[line] as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(end - start, |text| text.chars().count());
        (line + 1, column + 1)
    }
}

/// All texts of one run, by [`FileId`].
#[derive(Debug, Default, Clone)]
pub struct Sources {
    files: IndexVec<FileId, Source>,
}

impl Sources {
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        self.files.push(Source::new(name, text))
    }

    /// Gives a file another text; places in the old one mean nothing any more.
    pub fn replace(&mut self, file: FileId, text: &str) {
        let name = self.files[file].name.clone();
        self.files[file] = Source::new(&name, text);
    }

    /// How much text there is.
    pub fn bytes(&self) -> usize {
        self.files.iter().map(|(_, source)| source.text.len()).sum()
    }

    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file]
    }

    /// `path:line:column`, as compilers print it.
    pub fn show(&self, loc: Loc) -> String {
        let source = self.get(loc.file);
        let (line, column) = source.position(loc.span.start);
        format!("{}:{line}:{column}", source.name)
    }
}
