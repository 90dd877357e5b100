//! Where a place is after an edit: what stands behind it moves along, so that what was found before can be shown
//! until it has been looked for again.

use super::position::Lines;
use gen_lsp_types::{Position, Range};
use rzp_lang::base::span::Span;

/// The difference between two texts: one stretch that became another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Edit {
    old: Range,
    /// Where the new stretch ends.
    end: Position,
}

impl Edit {
    /// What changed between two texts, as narrow as it can be; `None` if nothing did.
    pub fn between(old: &str, new: &str) -> Option<Edit> {
        if old == new {
            return None;
        }
        let same = |(a, b): &(char, char)| a == b;
        let head: usize = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
        let (old_rest, new_rest) = (old.get(head..)?, new.get(head..)?);
        let backwards = old_rest.chars().rev().zip(new_rest.chars().rev());
        let tail: usize = backwards.take_while(same).map(|(c, _)| c.len_utf8()).sum();
        let range = Lines::new(old).range(Span::new(head, old.len() - tail));
        Some(Edit { old: range, end: Lines::new(new).position((new.len() - tail) as u32) })
    }

    /// The place of a range in the new text. One that the edit cuts into is gone; one that lies around it grows.
    pub fn moved(&self, range: Range) -> Option<Range> {
        let before = |a: Position, b: Position| (a.line, a.character) <= (b.line, b.character);
        if before(range.end, self.old.start) {
            return Some(range);
        }
        let start = if before(self.old.end, range.start) {
            self.behind(range.start)
        } else if before(range.start, self.old.start) {
            range.start
        } else {
            return None;
        };
        before(self.old.end, range.end).then(|| Range { start, end: self.behind(range.end) })
    }

    /// The place of what stands behind the edit.
    fn behind(&self, at: Position) -> Position {
        if at.line == self.old.end.line {
            return Position {
                line: self.end.line,
                character: self.end.character + (at.character - self.old.end.character),
            };
        }
        Position { line: at.line - self.old.end.line + self.end.line, ..at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the second of three parts of a text is after an edit of it all.
    fn moved(before: [&str; 3], after: &str) -> Option<String> {
        let old = before.concat();
        let span = Span::new(before[0].len(), before[0].len() + before[1].len());
        let edit = Edit::between(&old, after).expect("they differ");
        let range = edit.moved(Lines::new(&old).range(span))?;
        Some(after[Lines::new(after).span(range).range()].to_owned())
    }

    #[test]
    fn places_move_with_their_text() {
        assert_eq!(moved(["a = 1\nb = ", "x", "\n"], "a = 1\n\n😀\nb = x\n").as_deref(), Some("x"));
        assert_eq!(moved(["é = 1, b = ", "x", "\n"], "é😀 = 1, b = x\n").as_deref(), Some("x"));
        assert_eq!(moved(["a = ", "x", "\nb = 1\n"], "a = x\nb = 12\n").as_deref(), Some("x"));
        assert_eq!(moved(["a\nb\nc = ", "x", ""], "ac = x").as_deref(), Some("x"));
        assert_eq!(moved(["a = ", "wrng", ""], "a = wrong").as_deref(), Some("wrong"), "it is being mended");
        assert_eq!(moved(["a = ", "x\ny", "\nb"], "a = x\nb"), None, "a part of it is gone");
        assert_eq!(Edit::between("a", "a"), None);
    }
}
