//! Between bytes and the protocol's positions: a line, and a column in UTF-16 units.

use gen_lsp_types::{Position, Range};
use rzp_lang::base::span::Span;

/// A text with the places where its lines begin.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Lines<'a> {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The position of a byte; one inside of a character counts as that character's.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = self.text.get(self.starts[line]..).unwrap_or_default();
        let in_line = offset - self.starts[line];
        let whole = before.char_indices().take_while(|(at, c)| at + c.len_utf8() <= in_line);
        let column: usize = whole.map(|(_, c)| c.len_utf16()).sum();
        Position { line: line as u32, character: column as u32 }
    }

    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The byte of a position. One behind a line's end is that end; one behind the text, the text's end. Editors
    /// for which `\r` is a character of the line may stand right behind it.
    pub fn offset(&self, position: Position) -> u32 {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() as u32 };
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let text = self.text.get(start..end).unwrap_or_default();
        let bare = text.strip_suffix('\r').unwrap_or(text);
        let mut column = 0;
        for (at, c) in bare.char_indices() {
            if column >= position.character {
                return (start + at) as u32;
            }
            column += c.len_utf16() as u32;
        }
        let whole = position.character == column + 1;
        (start + if whole { text.len() } else { bare.len() }) as u32
    }

    pub fn span(&self, range: Range) -> Span {
        Span::over(self.offset(range.start), self.offset(range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_utf16_units() {
        let lines = Lines::new("a = \"é😀x\"\nb");
        // Bytes: é is 5..7, 😀 is 7..11; in UTF-16 é is one unit, 😀 two.
        for (offset, column) in [(0, 0), (5, 5), (7, 6), (11, 8), (12, 9)] {
            assert_eq!(lines.position(offset), at(0, column), "{offset}");
            assert_eq!(lines.offset(at(0, column)), offset, "{offset}");
        }
        assert_eq!(lines.position(9), at(0, 6), "inside of a character");
        assert_eq!(lines.offset(at(0, 7)), 11, "inside of a pair");
        assert_eq!(lines.position(14), at(1, 0));
    }

    #[test]
    fn positions_behind_the_end_are_the_end() {
        let lines = Lines::new("ab\r\ncd");
        assert_eq!(lines.offset(at(0, 99)), 2, "before the line's break");
        assert_eq!(lines.offset(at(0, 3)), 3, "behind its first half");
        assert_eq!(lines.offset(at(1, 99)), 6);
        assert_eq!(lines.offset(at(7, 0)), 6);
        assert_eq!(lines.position(99), at(1, 2));
        assert_eq!(Lines::new("").position(0), at(0, 0));
    }
}
