//! Documents: text with the places where a line may break, laid out to a width.
//!
//! After Wadler's "A prettier printer", with two additions. A group may be *forced*: it is broken
//! whatever its width, and does not break the groups around it, so that a call can hold a record of
//! many lines as its last argument. And [`Doc::Hug`] marks what may break on its own when all before
//! it fits on the line. Layout keeps its own stack; deep documents cost no recursion.

use crate::base::arena::IndexVec;
use crate::new_id;

new_id!(
    /// A document, e.g. `DocId(3)`.
    DocId
);

#[derive(Clone, Debug)]
enum Doc<'a> {
    Text(&'a str),
    /// A blank, or a line's end in a broken group.
    Line,
    /// Nothing, or a line's end in a broken group.
    Soft,
    /// A line's end.
    Hard,
    /// A blank line more at the next line's end, in a broken group.
    Blank,
    /// Text of a broken group alone.
    Broken(&'a str),
    /// Text of a flat group alone.
    Flat(&'a str),
    Concat(Box<[DocId]>),
    /// Indented by one step, in a broken group.
    Nest(DocId),
    Group {
        doc: DocId,
        force: bool,
    },
    Hug(DocId),
    /// One of several: what it hugs does not break before what is around it.
    Rigid(DocId),
}

/// The documents of one file.
#[derive(Default)]
pub struct Docs<'a> {
    docs: IndexVec<DocId, Doc<'a>>,
}

const STEP: usize = 2;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Flat,
    /// Flat, and hugs are not looked at.
    Rigid,
    Broken,
}

impl<'a> Docs<'a> {
    pub fn text(&mut self, text: &'a str) -> DocId {
        self.docs.push(Doc::Text(text))
    }

    pub fn line(&mut self) -> DocId {
        self.docs.push(Doc::Line)
    }

    pub fn soft(&mut self) -> DocId {
        self.docs.push(Doc::Soft)
    }

    pub fn hard(&mut self) -> DocId {
        self.docs.push(Doc::Hard)
    }

    pub fn blank(&mut self) -> DocId {
        self.docs.push(Doc::Blank)
    }

    pub fn if_broken(&mut self, text: &'a str) -> DocId {
        self.docs.push(Doc::Broken(text))
    }

    pub fn if_flat(&mut self, text: &'a str) -> DocId {
        self.docs.push(Doc::Flat(text))
    }

    pub fn concat(&mut self, parts: impl Into<Box<[DocId]>>) -> DocId {
        self.docs.push(Doc::Concat(parts.into()))
    }

    pub fn nest(&mut self, doc: DocId) -> DocId {
        self.docs.push(Doc::Nest(doc))
    }

    pub fn group(&mut self, doc: DocId) -> DocId {
        self.docs.push(Doc::Group { doc, force: false })
    }

    /// A group that is broken whatever its width.
    pub fn broken_group(&mut self, doc: DocId) -> DocId {
        self.docs.push(Doc::Group { doc, force: true })
    }

    pub fn hug(&mut self, doc: DocId) -> DocId {
        self.docs.push(Doc::Hug(doc))
    }

    pub fn rigid(&mut self, doc: DocId) -> DocId {
        self.docs.push(Doc::Rigid(doc))
    }

    /// Lays a document out; the text ends with one line's end.
    pub fn lay_out(&self, root: DocId, width: usize) -> String {
        let mut out = Output { text: String::new(), column: 0, pending: 0, indent: 0 };
        let mut stack = vec![(0, Mode::Broken, root)];
        while let Some((indent, mode, id)) = stack.pop() {
            match &self.docs[id] {
                Doc::Text(text) => out.write(text),
                Doc::Line if mode != Mode::Broken => out.write(" "),
                Doc::Soft if mode != Mode::Broken => {}
                Doc::Line | Doc::Soft | Doc::Hard => out.end_line(indent),
                Doc::Blank if mode != Mode::Broken => {}
                Doc::Blank => out.pending += 1,
                Doc::Broken(text) if mode == Mode::Broken => out.write(text),
                Doc::Flat(text) if mode != Mode::Broken => out.write(text),
                Doc::Broken(_) | Doc::Flat(_) => {}
                Doc::Concat(parts) => stack.extend(parts.iter().rev().map(|part| (indent, mode, *part))),
                Doc::Nest(doc) if mode == Mode::Broken => stack.push((indent + STEP, mode, *doc)),
                Doc::Nest(doc) | Doc::Hug(doc) | Doc::Rigid(doc) => stack.push((indent, mode, *doc)),
                Doc::Group { doc, force } => {
                    let flat = !force && self.fits(*doc, width.saturating_sub(out.at(indent)), &stack);
                    stack.push((indent, if flat { Mode::Flat } else { Mode::Broken }, *doc));
                }
            }
        }
        out.text.push('\n');
        out.text
    }

    /// Whether `doc`, laid out flat, and what follows it up to the next place for a line's end, has room.
    fn fits(&self, doc: DocId, room: usize, rest: &[(usize, Mode, DocId)]) -> bool {
        let mut room = room;
        let mut rest = rest.iter().rev();
        let mut stack = vec![(Mode::Flat, doc)];
        loop {
            let Some((mode, id)) = stack.pop().or_else(|| rest.next().map(|(_, mode, id)| (*mode, *id))) else {
                return true;
            };
            let wide = match &self.docs[id] {
                Doc::Text(text) => text.chars().count(),
                Doc::Broken(text) if mode == Mode::Broken => text.chars().count(),
                Doc::Flat(text) if mode != Mode::Broken => text.chars().count(),
                Doc::Line if mode != Mode::Broken => 1,
                Doc::Hard => return true,
                Doc::Line | Doc::Soft if mode == Mode::Broken => return true,
                Doc::Line | Doc::Soft | Doc::Blank | Doc::Broken(_) | Doc::Flat(_) => 0,
                Doc::Concat(parts) => {
                    stack.extend(parts.iter().rev().map(|part| (mode, *part)));
                    0
                }
                Doc::Nest(doc) => {
                    stack.push((mode, *doc));
                    0
                }
                Doc::Hug(doc) => {
                    stack.push((if mode == Mode::Rigid { mode } else { Mode::Broken }, *doc));
                    0
                }
                Doc::Rigid(doc) => {
                    stack.push((if mode == Mode::Flat { Mode::Rigid } else { mode }, *doc));
                    0
                }
                Doc::Group { doc, force } => {
                    stack.push((if *force { Mode::Broken } else { mode }, *doc));
                    0
                }
            };
            let Some(left) = room.checked_sub(wide) else { return false };
            room = left;
        }
    }
}

/// The text so far. A line's end is written when the next text comes, so that no line ends in blanks.
struct Output {
    text: String,
    column: usize,
    /// The line ends to write before the next text.
    pending: usize,
    indent: usize,
}

impl Output {
    /// The column that the next text will have.
    fn at(&self, indent: usize) -> usize {
        if self.pending > 0 { self.indent.max(indent) } else { self.column }
    }

    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.pending > 0 {
            if self.text.is_empty() {
                self.pending = 0;
            }
            self.text.extend(std::iter::repeat_n('\n', std::mem::take(&mut self.pending)));
            self.text.extend(std::iter::repeat_n(' ', self.indent));
            self.column = self.indent;
        }
        self.text.push_str(text);
        match text.rsplit_once('\n') {
            Some((_, last)) => self.column = last.chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    fn end_line(&mut self, indent: usize) {
        self.pending += 1;
        self.indent = indent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[a, b]`
    fn list<'a>(docs: &mut Docs<'a>, items: &[DocId], force: bool) -> DocId {
        let mut parts = vec![docs.soft()];
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                parts.push(docs.text(","));
                parts.push(docs.line());
            }
            parts.push(*item);
        }
        let body = docs.concat(parts);
        let (open, body, soft, close) = (docs.text("["), docs.nest(body), docs.soft(), docs.text("]"));
        let all = docs.concat([open, body, soft, close]);
        if force { docs.broken_group(all) } else { docs.group(all) }
    }

    #[test]
    fn a_group_breaks_when_it_has_no_room() {
        let mut docs = Docs::default();
        let (a, b) = (docs.text("aaaa"), docs.text("bbbb"));
        let root = list(&mut docs, &[a, b], false);
        assert_eq!(docs.lay_out(root, 12), "[aaaa, bbbb]\n");
        assert_eq!(docs.lay_out(root, 11), "[\n  aaaa,\n  bbbb\n]\n");
    }

    #[test]
    fn a_forced_group_leaves_the_outer_one_flat() {
        let mut docs = Docs::default();
        let (a, b) = (docs.text("a"), docs.text("b"));
        let inner = list(&mut docs, &[b], true);
        let root = list(&mut docs, &[a, inner], false);
        assert_eq!(docs.lay_out(root, 80), "[a, [\n  b\n]]\n");
    }

    #[test]
    fn a_hug_breaks_before_what_is_around_it() {
        let mut docs = Docs::default();
        let (a, b) = (docs.text("a"), docs.text("bbbbbbbb"));
        let inner = list(&mut docs, &[b], false);
        let inner = docs.hug(inner);
        let root = list(&mut docs, &[a, inner], false);
        assert_eq!(docs.lay_out(root, 10), "[a, [\n  bbbbbbbb\n]]\n");
    }
}
