//! Where something stands: byte ranges, files, and the two together.

/// A half-open range of bytes in one file's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// From one offset to another, whichever comes first: tokens that a mended text has in another
    /// order make nodes that begin behind their end.
    #[inline]
    pub fn over(start: u32, end: u32) -> Span {
        Span { start: start.min(end), end: end.max(start) }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn at(self, file: FileId) -> Loc {
        Loc { file, span: self }
    }
}

/// A file known to a [`super::source::Sources`], e.g. `FileId(0)` for the first one loaded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Default)]
pub struct FileId(pub u32);

/// A span in a file: what a label of a diagnostic points at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Loc {
    pub file: FileId,
    pub span: Span,
}
