//! The place of what a data file holds, before anybody has looked it up.
//!
//! A run reads data files without places, as that is faster. What it keeps instead is the number of
//! each list and record, in the order in which they begin in the file. So a part of a file is named by
//! numbers, in the form of a [`Loc`] that goes wherever other places go; where a message is made of it,
//! the file is read once more, with its places.

use super::file::{is_data, read_file};
use super::placed::{Node, Placed};
use crate::base::diag::Diag;
use crate::base::source::Sources;
use crate::base::span::{FileId, Loc, Span};
use rustc_hash::FxHashMap;

/// What is meant of a list or record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    /// The name of a field, by the field's number.
    Name(u32),
    /// The value of a field or element, by its number.
    Value(u32),
    /// A field from its name to the end of its value, by its number.
    Field(u32),
}

/// No text is so long: a span that ends behind this is a part's.
const PARTS: u32 = 1 << 31;

/// A part of the list or record with a number, to be [found](Finder::find) later.
pub fn part(file: FileId, number: u32, part: Part) -> Loc {
    let end = match part {
        Part::Whole => 0,
        Part::Name(at) => at.saturating_mul(3).saturating_add(1),
        Part::Value(at) => at.saturating_mul(3).saturating_add(2),
        Part::Field(at) => at.saturating_mul(3).saturating_add(3),
    };
    Span { start: number, end: PARTS.saturating_add(end) }.at(file)
}

/// Which part of which number a place names, if it is not one in bytes.
fn named(span: Span) -> Option<(u32, Part)> {
    let at = span.end.checked_sub(PARTS)?;
    let part = match (at % 3, at / 3) {
        (0, 0) => Part::Whole,
        (1, at) => Part::Name(at),
        (2, at) => Part::Value(at),
        (_, at) => Part::Field(at - 1),
    };
    Some((span.start, part))
}

/// Whether a place is a part of a data file that has not been looked up.
pub fn is_part(loc: Loc) -> bool {
    loc.span.end >= PARTS
}

/// Looks parts up, and reads each file once for all of them.
pub struct Finder<'a> {
    sources: &'a Sources,
    read: FxHashMap<FileId, Option<Placed>>,
}

impl<'a> Finder<'a> {
    pub fn new(sources: &'a Sources) -> Finder<'a> {
        Finder { sources, read: FxHashMap::default() }
    }

    /// What a data file holds, with its places.
    pub fn tree(&mut self, file: FileId) -> Option<&Placed> {
        let source = self.sources.get(file);
        let kind = source.name.rsplit('.').next().unwrap_or_default();
        let read = || is_data(&source.name).then(|| read_file::<Placed>(kind, file, &source.text).ok())?;
        self.read.entry(file).or_insert_with(|| read().map(|(tree, _)| tree)).as_ref()
    }

    /// The place in bytes.
    pub fn find(&mut self, loc: Loc) -> Loc {
        let Some((number, part)) = named(loc.span) else { return loc };
        let span = self.tree(loc.file).and_then(|tree| place(numbered(tree, &mut { number })?, part));
        span.unwrap_or_default().at(loc.file)
    }

    /// The message with all its places in bytes.
    pub fn in_bytes(&mut self, mut diag: Diag) -> Diag {
        diag.each_loc(|loc| *loc = self.find(*loc));
        diag
    }
}

/// The list or record that has `left` others before it. Readers limit the depth, so it may recurse.
fn numbered<'t>(tree: &'t Placed, left: &mut u32) -> Option<&'t Placed> {
    if matches!(tree.node, Node::Scalar(_)) {
        return None;
    }
    if *left == 0 {
        return Some(tree);
    }
    *left -= 1;
    match &tree.node {
        Node::Scalar(_) => None,
        Node::List(items) => items.iter().find_map(|item| numbered(item, left)),
        Node::Record(fields) => fields.iter().find_map(|(_, value)| numbered(value, left)),
    }
}

fn place(tree: &Placed, part: Part) -> Option<Span> {
    match (&tree.node, part) {
        (_, Part::Whole) => Some(tree.at),
        (Node::List(items), Part::Value(at)) => items.get(at as usize).map(|item| item.at),
        (Node::Record(fields), Part::Value(at)) => fields.get(at as usize).map(|(_, value)| value.at),
        (Node::Record(fields), Part::Name(at)) => fields.get(at as usize).map(|((_, name), _)| *name),
        (Node::Record(fields), Part::Field(at)) => fields.get(at as usize).map(|((_, name), value)| name.to(value.at)),
        (Node::List(_) | Node::Scalar(_), _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text at a part of a file.
    fn text(name: &str, text: &str, number: u32, of: Part) -> Option<String> {
        let mut sources = Sources::default();
        let file = sources.add(name, text);
        let found = Finder::new(&sources).find(part(file, number, of));
        text.get(found.span.range()).map(str::to_owned)
    }

    #[test]
    fn a_part_is_found_by_its_numbers() {
        let json = r#"{"a": [1, {"b": 2}], "c": {"d": 3}}"#;
        assert_eq!(text("x.json", json, 1, Part::Value(0)).as_deref(), Some("1"));
        assert_eq!(text("x.json", json, 2, Part::Value(0)).as_deref(), Some("2"));
        assert_eq!(text("x.json", json, 3, Part::Name(0)).as_deref(), Some("\"d\""));
        assert_eq!(text("x.json", json, 3, Part::Field(0)).as_deref(), Some("\"d\": 3"));
        assert_eq!(text("x.json", json, 3, Part::Whole).as_deref(), Some(r#"{"d": 3}"#));
        assert_eq!(text("x.toml", "a = 1\n[b]\nc = \"x\"\n", 1, Part::Value(0)).as_deref(), Some("\"x\""));
        assert_eq!(text("x.yaml", "a: 1\n---\n- b: x\n", 3, Part::Value(0)).as_deref(), Some("x"));
        assert_eq!(text("x.csv", "a,b\n1,2\n", 1, Part::Value(1)).as_deref(), Some("2"));
    }

    #[test]
    fn what_is_not_there_has_no_text() {
        assert_eq!(text("x.json", "[1]", 7, Part::Whole).as_deref(), Some(""));
        assert_eq!(text("x.rzp", "[1]", 0, Part::Whole).as_deref(), Some(""));
        assert!(is_part(part(FileId(0), 0, Part::Whole)) && !is_part(Span::new(1, 2).at(FileId(0))));
    }
}
