//! Quoted text whose further lines are indented no deeper than their key.
//!
//! YAML forbids it; libyaml and go-yaml, and with them kubectl, read it, and old generators of manifests write it. Since
//! white space at the start of such lines means nothing, they are moved to the right and read again, with a warning.

use super::yaml_errors::UNINDENTED;
use saphyr_parser::{Marker, ScanError, Span as Place};

/// More strings of one file than this are no habit of a generator.
const MOST: usize = 100;

/// A text in which some lines were moved to the right.
#[derive(Debug, Default)]
pub struct Indented {
    /// The text, once a line of it was moved.
    pub text: Option<String>,
    /// Where white space was put in, in characters of the text as it was then, in their order; and how much.
    moved: Vec<(usize, usize)>,
    /// Where the strings begin, in characters of the file.
    pub strings: Vec<usize>,
}

impl Indented {
    /// Moves the lines of the string that an error speaks of; false if it is about something else.
    pub fn mend(&mut self, file: &str, error: &ScanError) -> bool {
        let start = error.marker().index();
        if !error.info().contains(UNINDENTED) || self.strings.len() == MOST {
            return false;
        }
        let text = self.text.as_deref().unwrap_or(file);
        let Some((mended, moved)) = mended(text, start, error.marker().col()) else { return false };
        self.strings.push(self.original(start));
        self.text = Some(mended);
        self.moved.extend(moved);
        true
    }

    /// The place in the file of a place in the text.
    pub fn place(&self, place: Place) -> Place {
        if self.moved.is_empty() {
            return place;
        }
        let mark = |mark: Marker| Marker::new(self.original(mark.index()), mark.line(), mark.col());
        Place::new(mark(place.start), mark(place.end))
    }

    /// Strings are mended in their order, so what was put in later lies behind what was put in before.
    pub fn original(&self, at: usize) -> usize {
        let before = self.moved.iter().take_while(|(start, _)| *start < at);
        at - before.map(|(_, count)| count).sum::<usize>().min(at)
    }
}

/// The text with the further lines of a string moved behind its quote, and where.
fn mended(text: &str, start: usize, column: usize) -> Option<(String, Vec<(usize, usize)>)> {
    let begin = text.char_indices().nth(start)?.0;
    let length = string_length(&text[begin..])?;
    let (string, rest) = text[begin..].split_at(length);
    let mut out = text[..begin].to_owned();
    let mut at = start;
    let mut moved = Vec::new();
    for (index, line) in string.split_inclusive('\n').enumerate() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if index > 0 && indent <= column && !line.trim().is_empty() {
            let more = column + 1 - indent;
            out.push_str(&" ".repeat(more));
            moved.push((at, more));
            at += more;
        }
        out.push_str(line);
        at += line.chars().count();
    }
    out.push_str(rest);
    (!moved.is_empty()).then_some((out, moved))
}

/// How long a quoted string is that a text begins with, in bytes.
fn string_length(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
                continue;
            }
            return Some(at + 1);
        }
    }
    None
}
