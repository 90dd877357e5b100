//! JSON, compact or indented by two spaces.
//!
//! The sink needs no stack: whether a comma is due follows from the event before. Indentation
//! stops growing at 500 levels, where it would make the output quadratic in the depth.

use super::number::{write_big_int, write_float, write_indent, write_int};
use super::sink::{Sink, Written};
use num_bigint::BigInt;

const DEEPEST_INDENT: usize = 500;

/// What stands before the next value.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// The start of the text, or a key: the value follows directly.
    Bare,
    /// An opening bracket.
    First,
    /// A value in the same brackets: a comma is due.
    Later,
}

pub struct JsonSink {
    out: String,
    pretty: bool,
    depth: usize,
    place: Place,
}

impl JsonSink {
    pub fn pretty() -> JsonSink {
        JsonSink { out: String::new(), pretty: true, depth: 0, place: Place::Bare }
    }

    pub fn compact() -> JsonSink {
        JsonSink { pretty: false, ..JsonSink::pretty() }
    }

    /// The text, without a line break at its end.
    pub fn finish(self) -> String {
        self.out
    }

    #[inline]
    fn before(&mut self) {
        if self.place == Place::Bare {
            return;
        }
        if self.place == Place::Later {
            self.out.push(',');
        }
        if self.pretty {
            self.line();
        }
    }

    fn line(&mut self) {
        self.out.push('\n');
        write_indent(&mut self.out, 2 * self.depth.min(DEEPEST_INDENT));
    }

    #[inline]
    fn word(&mut self, word: &str) -> Written {
        self.before();
        self.out.push_str(word);
        self.place = Place::Later;
        Ok(())
    }

    fn open(&mut self, bracket: char) -> Written {
        self.before();
        self.out.push(bracket);
        self.depth += 1;
        self.place = Place::First;
        Ok(())
    }

    fn close(&mut self, bracket: char) -> Written {
        self.depth = self.depth.saturating_sub(1);
        if self.pretty && self.place == Place::Later {
            self.line();
        }
        self.out.push(bracket);
        self.place = Place::Later;
        Ok(())
    }
}

impl Sink for JsonSink {
    fn null(&mut self) -> Written {
        self.word("null")
    }

    fn bool(&mut self, value: bool) -> Written {
        self.word(if value { "true" } else { "false" })
    }

    fn int(&mut self, value: i64) -> Written {
        self.before();
        write_int(&mut self.out, value);
        self.place = Place::Later;
        Ok(())
    }

    fn big_int(&mut self, value: &BigInt) -> Written {
        self.before();
        write_big_int(&mut self.out, value);
        self.place = Place::Later;
        Ok(())
    }

    fn float(&mut self, value: f64) -> Written {
        self.before();
        self.place = Place::Later;
        write_float(&mut self.out, value)
    }

    fn text(&mut self, value: &str) -> Written {
        self.before();
        write_text(&mut self.out, value);
        self.place = Place::Later;
        Ok(())
    }

    fn begin_list(&mut self, _len: usize) -> Written {
        self.open('[')
    }

    fn end_list(&mut self) -> Written {
        self.close(']')
    }

    fn begin_record(&mut self, _len: usize) -> Written {
        self.open('{')
    }

    fn key(&mut self, name: &str) -> Written {
        self.before();
        write_text(&mut self.out, name);
        self.out.push_str(if self.pretty { ": " } else { ":" });
        self.place = Place::Bare;
        Ok(())
    }

    fn end_record(&mut self) -> Written {
        self.close('}')
    }
}

/// A string in its quotes.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        let clean = clean_prefix(rest.as_bytes());
        let (before, after) = rest.split_at(clean);
        out.push_str(before);
        let Some(&byte) = after.as_bytes().first() else { break };
        write_escape(out, byte);
        rest = &after[1..];
    }
    out.push('"');
}

/// Eight times the same byte.
pub(super) const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// How many bytes come before the first that JSON must escape: eight at a time, since most texts
/// have none. The tests are the usual ones for "some byte is zero" and "some byte is below n";
/// they may see a false alarm behind a true one, which the loop by bytes then sorts out.
pub fn clean_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let quote = word ^ each(b'"');
        let slash = word ^ each(b'\\');
        let zero = |word: u64| word.wrapping_sub(each(1)) & !word;
        let control = word.wrapping_sub(each(0x20)) & !word;
        if (zero(quote) | zero(slash) | control) & each(0x80) != 0 {
            break;
        }
        at += 8;
    }
    let tail = bytes.get(at..).unwrap_or_default();
    at + tail.iter().position(|byte| needs_escape(*byte)).unwrap_or(tail.len())
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// The escape of an ASCII byte, also as YAML and TOML understand it.
pub(super) fn write_escape(out: &mut String, byte: u8) {
    let letter = match byte {
        b'"' => '"',
        b'\\' => '\\',
        b'\n' => 'n',
        b'\t' => 't',
        b'\r' => 'r',
        8 => 'b',
        12 => 'f',
        other => return write_unicode(out, u32::from(other)),
    };
    out.push('\\');
    out.push(letter);
}

/// `\u0085`: for characters of the first plane only.
pub(super) fn write_unicode(out: &mut String, code: u32) {
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        out.push(char::from_digit(code >> shift & 15, 16).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonSink, write_text};
    use crate::output::sink::{Sink, Written};

    fn sample(sink: &mut dyn Sink) -> Written {
        sink.begin_record(2)?;
        sink.key("a")?;
        sink.begin_list(3)?;
        sink.int(1)?;
        sink.float(2.0)?;
        sink.null()?;
        sink.end_list()?;
        sink.key("b")?;
        sink.begin_record(0)?;
        sink.end_record()?;
        sink.end_record()
    }

    #[test]
    fn compact_and_pretty() {
        let mut compact = JsonSink::compact();
        sample(&mut compact).expect("JSON holds it");
        assert_eq!(compact.finish(), r#"{"a":[1,2.0,null],"b":{}}"#);
        let mut pretty = JsonSink::pretty();
        sample(&mut pretty).expect("JSON holds it");
        assert_eq!(pretty.finish(), "{\n  \"a\": [\n    1,\n    2.0,\n    null\n  ],\n  \"b\": {}\n}");
    }

    #[test]
    fn escapes_are_found_wherever_they_stand() {
        for at in 0..20 {
            for (byte, escape) in [('"', "\\\""), ('\\', "\\\\"), ('\n', "\\n"), ('\u{1}', "\\u0001")] {
                let text = format!("{}{byte}{}", "é".repeat(at), "x".repeat(at));
                let mut out = String::new();
                write_text(&mut out, &text);
                assert_eq!(out, format!("\"{}{escape}{}\"", "é".repeat(at), "x".repeat(at)));
            }
        }
    }
}
