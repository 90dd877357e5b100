//! The lines of a source that a message shows, made fit for a terminal.
//!
//! A source may hold lines of a megabyte, control characters that would steer the terminal, or
//! marks that turn the reading direction. An excerpt holds only the lines that labels touch and
//! their neighbours, cut to a window around the label, with such characters made visible, and
//! knows where each offset of the source went. It draws nothing itself.

use crate::base::source::Source;
use std::collections::BTreeMap;
use std::ops::Range;

/// The bytes of one line that are shown at most; longer lines are cut on both sides.
const WINDOW: usize = 96;
/// How much of a cut line stands before the label, so that one sees what it belongs to.
const LEAD: usize = 32;

/// A range of the source that the excerpt must show.
#[derive(Clone, Debug)]
pub struct Spot {
    pub range: Range<usize>,
    pub primary: bool,
}

/// The shown lines of one source, as one text.
#[derive(Debug)]
pub struct Excerpt<'a> {
    pub source: &'a Source,
    pub text: String,
    lines: BTreeMap<usize, Line>,
}

/// One shown line: where it stands in the excerpt's text, and how offsets move.
#[derive(Debug)]
struct Line {
    range: Range<usize>,
    /// The part that stems from the source, without the dots of a cut.
    body: Range<usize>,
    /// Pairs of an offset in the source and one in the excerpt, from which on both run alike.
    steps: Vec<(usize, usize)>,
}

impl<'a> Excerpt<'a> {
    pub fn new(source: &'a Source, spots: &[Spot]) -> Excerpt<'a> {
        let mut excerpt = Excerpt { source, text: String::new(), lines: BTreeMap::new() };
        for (index, focus) in wanted_lines(source, spots) {
            excerpt.add_line(index, focus);
        }
        excerpt
    }

    /// Where an offset of the source stands in the excerpt.
    pub fn shown(&self, offset: usize) -> usize {
        let Some(line) = self.lines.get(&self.source.line(offset as u32)) else { return 0 };
        let step = line.steps.partition_point(|(from, _)| *from <= offset);
        let Some((from, to)) = step.checked_sub(1).and_then(|at| line.steps.get(at)) else { return line.body.start };
        (to + (offset - from)).min(line.body.end)
    }

    /// The line of the source that an offset of the excerpt belongs to.
    pub fn line_of(&self, shown: usize) -> usize {
        let mut found = 0;
        for (index, line) in &self.lines {
            if line.range.start <= shown {
                found = *index;
            }
        }
        found
    }

    /// The place of a line of the source in the excerpt; empty for lines that are not shown.
    pub fn line_range(&self, index: usize) -> Range<usize> {
        self.lines.get(&index).map_or(0..0, |line| line.range.clone())
    }

    fn add_line(&mut self, index: usize, focus: usize) {
        let start = self.source.line_start(index) as usize;
        let end = self.source.line_start(index + 1) as usize;
        let whole = self.source.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let part = window(whole, focus.saturating_sub(start));
        let line_start = self.text.len();
        if part.start > 0 {
            self.text.push('…');
        }
        let (body_start, from) = (self.text.len(), start + part.start);
        let steps = push_visible(&mut self.text, whole.get(part.clone()).unwrap_or_default(), from);
        let body = body_start..self.text.len();
        if part.end < whole.len() {
            self.text.push('…');
        }
        self.text.push('\n');
        self.lines.insert(index, Line { range: line_start..self.text.len(), body, steps });
    }
}

/// The lines to show, each with the offset that must stay in sight.
fn wanted_lines(source: &Source, spots: &[Spot]) -> BTreeMap<usize, usize> {
    let mut wanted = BTreeMap::new();
    let mut focus = BTreeMap::new();
    for spot in spots {
        let (first, last) = (source.line(spot.range.start as u32), source.line(spot.range.end as u32));
        for index in first.saturating_sub(1)..=(first + 2).min(last + 1) {
            wanted.entry(index).or_insert(0);
        }
        for index in last.saturating_sub(2).max(first)..=last + 1 {
            wanted.entry(index).or_insert(0);
        }
        for (line, offset) in [(first, spot.range.start), (last, spot.range.end)] {
            let new = focus.get(&line).is_none_or(|(primary, _)| spot.primary && !primary);
            if new {
                focus.insert(line, (spot.primary, offset));
            }
        }
    }
    wanted.extend(focus.into_iter().map(|(line, (_, offset))| (line, offset)));
    wanted
}

/// The part of a line to show, such that the focus is in it.
fn window(line: &str, focus: usize) -> Range<usize> {
    if line.len() <= WINDOW {
        return 0..line.len();
    }
    let latest = line.len() - WINDOW;
    let start = boundary(line, focus.saturating_sub(LEAD).min(latest));
    start..boundary(line, start + WINDOW)
}

/// The nearest start of a character at or before an offset.
pub fn boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Appends a text with its unprintable characters made visible, and tells how offsets move.
fn push_visible(out: &mut String, text: &str, from: usize) -> Vec<(usize, usize)> {
    let mut steps = vec![(from, out.len())];
    for (at, c) in text.char_indices() {
        let shown = visible(c);
        out.push(shown);
        if shown != c {
            steps.push((from + at + c.len_utf8(), out.len()));
        }
    }
    steps
}

/// A character as a terminal may print it: no control codes, no turn of the reading direction.
fn visible(c: char) -> char {
    match c {
        '\t' => c,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => c,
    }
}

/// A text of a message on one line, printable.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { ' ' } else { visible(c) }).collect()
}

/// A text of a message that may have several lines, printable.
pub fn many_lines(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { visible(c) }).collect()
}

/// A long line cut around an offset, for places outside of an excerpt.
pub fn cut(line: &str, focus: usize) -> String {
    let part = window(line, focus);
    let (before, after) = (part.start > 0, part.end < line.len());
    let dots = |cut: bool| if cut { "…" } else { "" };
    format!("{}{}{}", dots(before), one_line(line.get(part).unwrap_or_default()), dots(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_the_label() {
        let text = format!("{}needle{}\n", "a".repeat(5000), "b".repeat(5000));
        let source = Source::new("long.rzp", &text);
        let excerpt = Excerpt::new(&source, &[Spot { range: 5000..5006, primary: true }]);
        let at = excerpt.shown(5000);
        assert_eq!(&excerpt.text[at..at + 6], "needle");
        assert!(excerpt.text.len() < 200);
        let line = excerpt.text.lines().next().unwrap_or_default();
        assert!(line.starts_with('…') && line.ends_with('…'));
    }

    #[test]
    fn control_characters_are_shown_and_offsets_follow() {
        let source = Source::new("x.rzp", "a\u{1b}[31mb = c\n");
        let excerpt = Excerpt::new(&source, &[Spot { range: 10..11, primary: true }]);
        assert_eq!(excerpt.text.lines().next(), Some("a␛[31mb = c"));
        assert!(excerpt.text[excerpt.shown(10)..].starts_with('c'));
    }
}
