//! What the tree leaves out: comments and blank lines, by position.
//!
//! The formatter pops comments as it walks the tree; documentation tools ask for the `##` lines
//! above a place. Whether a bracket was broken over lines is not kept here: the text tells.

use crate::base::span::Span;
use std::rc::Rc;

/// One `#` comment, to the end of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the last character that is not blank.
    pub span: Span,
    /// Nothing but blanks stands before it on its line.
    pub own_line: bool,
}

/// A run of `##` lines, and the place it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Doc {
    /// Where the next token starts; the text's end if there is none.
    owner: u32,
    end: u32,
    text: Rc<str>,
}

/// All trivia of one file, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trivia {
    pub comments: Vec<Comment>,
    /// Where each run of blank lines starts.
    pub blank_lines: Vec<u32>,
    /// Where the first token starts.
    pub opening: u32,
    docs: Vec<Doc>,
}

impl Trivia {
    /// Keeps the last `##` comments as the docs of the token that starts at `owner`.
    pub fn document(&mut self, text: &str, owner: u32) {
        // What documents an earlier token stands before that.
        let taken = self.docs.last().map_or(0, |doc| doc.end);
        let is_doc = |c: &&Comment| c.own_line && c.span.start >= taken && text[c.span.range()].starts_with("##");
        let count = self.comments.iter().rev().take_while(is_doc).count();
        let first = self.comments.len() - count;
        let mut lines: Vec<&str> = Vec::new();
        for at in first..self.comments.len() {
            let span = self.comments[at].span;
            let line = text[span.range()].trim_start_matches('#');
            lines.push(line.strip_prefix(' ').unwrap_or(line));
            let next = self.comments.get(at + 1).map(|c| c.span.start);
            if next.is_none_or(|next| self.blank_within(span.end, next)) {
                self.docs.push(Doc { owner, end: span.end, text: lines.join("\n").into() });
                lines.clear();
            }
        }
    }

    /// The text of the `##` lines directly above the token that starts at `offset`.
    pub fn doc_before(&self, offset: u32) -> Option<Rc<str>> {
        if self.docs.is_empty() {
            return None;
        }
        let at = self.docs.partition_point(|doc| doc.owner <= offset);
        let doc = self.docs.get(at.checked_sub(1)?)?;
        let mine = doc.owner == offset && !self.blank_within(doc.end, offset);
        mine.then(|| doc.text.clone())
    }

    /// The text of the `##` lines that open the file.
    pub fn file_doc(&self) -> Option<Rc<str>> {
        let doc = self.docs.first().filter(|doc| doc.owner == self.opening)?;
        Some(doc.text.clone())
    }

    /// Whether a blank line stands between two offsets.
    pub fn blank_within(&self, start: u32, end: u32) -> bool {
        let at = self.blank_lines.partition_point(|blank| *blank < start);
        self.blank_lines.get(at).is_some_and(|blank| *blank < end)
    }

    /// The comments that start between two offsets.
    pub fn comments_within(&self, start: u32, end: u32) -> &[Comment] {
        let from = self.comments.partition_point(|c| c.span.start < start);
        let to = self.comments.partition_point(|c| c.span.start < end);
        self.comments.get(from..to).unwrap_or_default()
    }
}
