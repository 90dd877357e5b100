//! The texts that take part in a run, and the way from an offset to a line and column.

use super::arena::{Id, IndexVec};
use super::hidden::{Hidden, joined};
use super::span::{FileId, Loc, Span};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
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
    line_starts: Rc<[u32]>,
}

impl Source {
    pub fn new(name: &str, text: &str) -> Source {
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
        Source { name: name.into(), text: text.into(), line_starts: std::iter::once(0).chain(starts).collect() }
    }

    /// The same with stars for what lies in the ranges, so that every other byte keeps its place.
    fn starred(&self, ranges: &[Range<usize>]) -> Source {
        let mut text = String::with_capacity(self.text.len());
        for (at, c) in self.text.char_indices() {
            let next = ranges.partition_point(|range| range.end <= at);
            let inside = ranges.get(next).is_some_and(|range| range.contains(&at));
            match c {
                '\n' | '\r' => text.push(c),
                _ if inside => text.extend(std::iter::repeat_n('*', c.len_utf8())),
                _ => text.push(c),
            }
        }
        Source { text: text.into(), ..self.clone() }
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
    /// What no message may show, wherever it stands.
    pub hidden: Hidden,
    /// Places whose text no message may show.
    covered: BTreeMap<FileId, Vec<Span>>,
}

impl Sources {
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        self.files.push(Source::new(name, text))
    }

    /// A file of other sources: the one of its name and text that is here, or else added.
    pub fn taken_from(&mut self, other: &Sources, file: FileId) -> FileId {
        let Source { name, text, .. } = other.get(file);
        let same = |(_, source): &(FileId, &Source)| source.name == *name && source.text == *text;
        match self.files().filter(same).last() {
            Some((known, _)) => known,
            None => self.add(name, text),
        }
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

    /// From now on the text at a place is not shown.
    pub fn cover(&mut self, loc: Loc) {
        let spans = self.covered.entry(loc.file).or_default();
        if !spans.contains(&loc.span) {
            spans.push(loc.span);
        }
    }

    /// The texts as messages may show them; files that are not `wanted` stay as they are. Lines and bytes
    /// keep their places.
    pub fn shown(&self, wanted: impl Fn(FileId) -> bool) -> Cow<'_, Sources> {
        if self.hidden.is_empty() && self.covered.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut shown = Sources::default();
        for (file, source) in self.files.iter() {
            let here = self.covered.get(&file).into_iter().flatten().map(|span| span.range());
            let ranges = match wanted(file) {
                true => joined(self.hidden.ranges(&source.text).into_iter().chain(here).collect()),
                false => Vec::new(),
            };
            shown.files.push(if ranges.is_empty() { source.clone() } else { source.starred(&ranges) });
        }
        Cow::Owned(shown)
    }

    /// The files, in the order they came.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter()
    }

    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file]
    }

    /// Whether a file is one of the library: those have no ending.
    pub fn is_library(&self, file: FileId) -> bool {
        let name = &self.get(file).name;
        name.starts_with("std/") && !name.ends_with(".rzp")
    }

    /// `path:line:column`, as compilers print it.
    pub fn show(&self, loc: Loc) -> String {
        let source = self.get(loc.file);
        let (line, column) = source.position(loc.span.start);
        format!("{}:{line}:{column}", source.name)
    }
}
