//! The comments of a data file, by their places.

use crate::base::span::Span;
use crate::data::placed::{Node, Placed};

/// A comment.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Where it begins, in bytes.
    pub at: usize,
    /// Without its mark.
    pub text: String,
    /// It has its line for itself.
    pub alone: bool,
}

/// The comments of a text in their order. A mark inside of a value or a name is none.
pub fn find(kind: &str, text: &str, tree: &Placed) -> Vec<Note> {
    if !matches!(kind, "yaml" | "yml" | "toml") {
        return Vec::new();
    }
    let mut taken = Vec::new();
    places(tree, &mut taken);
    taken.sort_by_key(|span| span.start);
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(mark) = mark(line, at, &taken) {
            let text = line[mark + 1..].trim().to_owned();
            found.push(Note { at: at + mark, text, alone: line[..mark].trim().is_empty() });
        }
        at += line.len();
    }
    found
}

/// The first `#` of a line that follows white space and stands in nothing else.
fn mark(line: &str, start: usize, taken: &[Span]) -> Option<usize> {
    line.match_indices('#').map(|(at, _)| at).find(|at| {
        let loose = line[..*at].chars().next_back().is_none_or(char::is_whitespace);
        let place = (start + at) as u32;
        let next = taken.partition_point(|span| span.start <= place);
        // Places do not overlap but for copies of the same text.
        let inside = taken[..next].iter().rev().take(2).any(|span| place < span.end);
        loose && !inside
    })
}

fn places(tree: &Placed, out: &mut Vec<Span>) {
    match &tree.node {
        Node::Scalar(_) => out.push(tree.at),
        Node::List(items) => items.iter().for_each(|item| places(item, out)),
        Node::Record(fields) => {
            for (key, value) in fields {
                out.push(key.1);
                places(value, out);
            }
        }
    }
}
