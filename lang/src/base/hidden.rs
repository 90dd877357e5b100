//! Texts that must not be shown: what a program calls a secret, in every form it may come to light in.
//!
//! Whoever learns that a text is secret adds it here; whatever shows a text asks here first. A text
//! of a few characters is looked for between other words only: else every letter of it would be
//! taken out of every message.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// What stands in the place of a hidden text.
pub const IN_PLACE: &str = "‹secret›";
/// From so many characters on a text is looked for inside of words too.
const LONG: usize = 4;

#[derive(Clone, Default)]
pub struct Hidden {
    texts: BTreeSet<Box<str>>,
}

/// A list of secrets is the last thing to print: only their number is shown.
impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Hidden({})", self.texts.len())
    }
}

impl Hidden {
    /// Notes a text. The empty one hides nothing.
    pub fn add(&mut self, text: &str) {
        if !text.is_empty() && !self.texts.contains(text) {
            self.texts.insert(text.into());
        }
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Where hidden texts stand in `text`, in bytes: in order, none touching another.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for hidden in &self.texts {
            let long = hidden.chars().nth(LONG - 1).is_some();
            let mut from = 0;
            while let Some(at) = text.get(from..).and_then(|rest| rest.find(&**hidden)) {
                let range = from + at..from + at + hidden.len();
                // The next may begin inside of this one: `aaa` holds `aa` twice.
                from = range.start + hidden.chars().next().map_or(1, char::len_utf8);
                if long || stands_alone(text, &range) {
                    found.push(range);
                }
            }
        }
        joined(found)
    }

    /// The text with [`IN_PLACE`] where a hidden one stood.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let ranges = self.ranges(text);
        if ranges.is_empty() {
            return Cow::Borrowed(text);
        }
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for range in ranges {
            out.push_str(text.get(from..range.start).unwrap_or_default());
            out.push_str(IN_PLACE);
            from = range.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        Cow::Owned(out)
    }
}

/// Whether no letter or digit stands directly before or behind.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|head| head.chars().next_back());
    let behind = text.get(range.end..).and_then(|tail| tail.chars().next());
    [before, behind].into_iter().flatten().all(|c| !c.is_alphanumeric() && c != '_')
}

/// Ranges in order, those that overlap or touch made one.
pub fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(texts: &[&str]) -> Hidden {
        let mut hidden = Hidden::default();
        texts.iter().for_each(|text| hidden.add(text));
        hidden
    }

    #[test]
    fn every_occurrence_goes() {
        let hidden = hidden(&["hunter2", "ter2!", ""]);
        assert_eq!(hidden.redact("a hunter2 and hunter2!"), "a ‹secret› and ‹secret›");
        assert_eq!(hidden.redact("hunter"), "hunter");
        assert!(matches!(hidden.redact("nothing"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_short_text_is_no_part_of_a_word() {
        let hidden = hidden(&["42", "a"]);
        assert_eq!(hidden.redact("pin = 42, 4242, a cat"), "pin = ‹secret›, 4242, ‹secret› cat");
    }

    #[test]
    fn occurrences_that_overlap_are_one() {
        assert_eq!(hidden(&["äbäb"]).redact("xäbäbäby"), "x‹secret›y");
        assert_eq!(format!("{:?}", hidden(&["hunter2"])), "Hidden(1)");
    }
}
