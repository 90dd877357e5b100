//! TOML: the values of a table first, then its sub-tables, each under its header.
//!
//! Records become tables, lists of nothing but records become arrays of tables, and whatever stands
//! inside another list is written inline. A header is left away where the headers below it say the
//! same. TOML has neither null nor integers beyond 64 bits; both are refused, never bent.

use super::json::{write_escape, write_text as write_json_text};
use super::number::{write_float, write_int};
use super::sink::{Refused, Sink, Written};
use super::tape::{Event, Tape, TextAt};
use num_bigint::BigInt;

/// Each level repeats the path of the levels above it.
const DEEPEST: usize = 500;

#[derive(Default)]
pub struct TomlSink {
    tape: Tape,
}

impl TomlSink {
    pub fn new() -> TomlSink {
        TomlSink::default()
    }

    /// The text, with a line break at its end unless it is empty.
    pub fn finish(self) -> Result<String, Refused> {
        let mut writer = Writer { tape: &self.tape, out: String::new(), path: String::new(), work: Vec::new() };
        writer.document()?;
        Ok(writer.out)
    }
}

/// A table, or an array of tables, whose members are being written.
struct Work {
    /// The event to look at next.
    next: usize,
    /// How long the path is outside of it.
    outside: usize,
}

struct Writer<'a> {
    tape: &'a Tape,
    out: String,
    /// The dotted path of the current table.
    path: String,
    work: Vec<Work>,
}

impl Writer<'_> {
    fn document(&mut self) -> Written {
        let Some(Event::Record { .. }) = self.tape.get(0) else { return Err(Refused::TomlRoot) };
        self.open_table(0, 0)?;
        while let Some(top) = self.work.last_mut() {
            let at = top.next;
            match self.tape.get(at) {
                Some(Event::Key(name)) => {
                    top.next = self.tape.after(at + 1);
                    self.member(name, at + 1)?;
                }
                Some(Event::Record { .. }) => {
                    top.next = self.tape.after(at);
                    self.header("[[", "]]");
                    let outside = self.path.len();
                    self.open_table(at, outside)?;
                }
                _ => {
                    let outside = top.outside;
                    self.path.truncate(outside);
                    self.work.pop();
                }
            }
        }
        Ok(())
    }

    /// A sub-table, or an array of them; plain values have been written before.
    fn member(&mut self, name: TextAt, value: usize) -> Written {
        if !self.is_table(value) {
            return Ok(());
        }
        let outside = self.path.len();
        if outside > 0 {
            self.path.push('.');
        }
        write_key(&mut self.path, self.tape.text_at(name));
        if let Some(Event::List { .. }) = self.tape.get(value) {
            return self.push(value + 1, outside);
        }
        if self.needs_header(value) {
            self.header("[", "]");
        }
        self.open_table(value, outside)
    }

    /// Writes the plain values of a record, and leaves its tables for later.
    fn open_table(&mut self, record: usize, outside: usize) -> Written {
        let mut at = record + 1;
        while let Some(Event::Key(name)) = self.tape.get(at) {
            if !self.is_table(at + 1) {
                write_key(&mut self.out, self.tape.text_at(name));
                self.out.push_str(" = ");
                self.value(at + 1)?;
                self.out.push('\n');
            }
            at = self.tape.after(at + 1);
        }
        self.push(record + 1, outside)
    }

    fn push(&mut self, next: usize, outside: usize) -> Written {
        if self.work.len() >= DEEPEST {
            return Err(Refused::TomlDepth);
        }
        self.work.push(Work { next, outside });
        Ok(())
    }

    fn header(&mut self, open: &str, close: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        for part in [open, &self.path, close, "\n"] {
            self.out.push_str(part);
        }
    }

    fn is_table(&self, value: usize) -> bool {
        match self.tape.get(value) {
            Some(Event::Record { .. }) => true,
            Some(Event::List { end, tables }) => tables && end > value + 1,
            _ => false,
        }
    }

    fn needs_header(&self, record: usize) -> bool {
        let mut at = record + 1;
        while let Some(Event::Key(_)) = self.tape.get(at) {
            if !self.is_table(at + 1) {
                return true;
            }
            at = self.tape.after(at + 1);
        }
        at == record + 1
    }

    /// A value behind its key: strings with lines keep them.
    fn value(&mut self, at: usize) -> Written {
        match self.tape.get(at) {
            Some(Event::Text(text)) if self.tape.text_at(text).contains('\n') => {
                write_lines(&mut self.out, self.tape.text_at(text));
                Ok(())
            }
            _ => self.inline(at),
        }
    }

    /// A value on one line, without recursion: the brackets still to close wait in a list.
    fn inline(&mut self, start: usize) -> Written {
        let mut closers = Vec::new();
        let mut comma = false;
        for at in start..self.tape.after(start) {
            let Some(event) = self.tape.get(at) else { break };
            if comma && !matches!(event, Event::End) {
                self.out.push_str(", ");
            }
            comma = !matches!(event, Event::Key(_) | Event::List { .. } | Event::Record { .. });
            match event {
                Event::Bool(value) => self.out.push_str(if value { "true" } else { "false" }),
                Event::Int(value) => write_int(&mut self.out, value),
                Event::Float(value) => write_float(&mut self.out, value)?,
                Event::Text(text) => write_text(&mut self.out, self.tape.text_at(text)),
                Event::Key(name) => {
                    write_key(&mut self.out, self.tape.text_at(name));
                    self.out.push_str(" = ");
                }
                Event::List { .. } => {
                    self.out.push('[');
                    closers.push("]");
                }
                Event::Record { end } => {
                    let empty = end == at + 1;
                    self.out.push_str(if empty { "{" } else { "{ " });
                    closers.push(if empty { "}" } else { " }" });
                }
                Event::End => self.out.push_str(closers.pop().unwrap_or_default()),
            }
        }
        Ok(())
    }
}

impl Sink for TomlSink {
    fn null(&mut self) -> Written {
        self.tape.null()
    }

    fn bool(&mut self, value: bool) -> Written {
        self.tape.bool(value)
    }

    fn int(&mut self, value: i64) -> Written {
        self.tape.int(value)
    }

    fn big_int(&mut self, value: &BigInt) -> Written {
        self.tape.big_int(value)
    }

    fn float(&mut self, value: f64) -> Written {
        self.tape.float(value)
    }

    fn text(&mut self, value: &str) -> Written {
        self.tape.text(value)
    }

    fn begin_list(&mut self, len: usize) -> Written {
        self.tape.begin_list(len)
    }

    fn end_list(&mut self) -> Written {
        self.tape.end_list()
    }

    fn begin_record(&mut self, len: usize) -> Written {
        self.tape.begin_record(len)
    }

    fn key(&mut self, name: &str) -> Written {
        self.tape.key(name)
    }

    fn end_record(&mut self) -> Written {
        self.tape.end_record()
    }
}

fn write_key(out: &mut String, name: &str) {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.bytes().all(bare) {
        out.push_str(name);
    } else {
        write_text(out, name);
    }
}

/// A basic string: JSON's, with DEL escaped too.
fn write_text(out: &mut String, text: &str) {
    if !text.contains('\u{7f}') {
        return write_json_text(out, text);
    }
    out.push('"');
    for c in text.chars() {
        write_char(out, c);
    }
    out.push('"');
}

fn write_char(out: &mut String, c: char) {
    match u8::try_from(c) {
        Ok(byte) if byte < 0x20 || matches!(byte, b'"' | b'\\' | 0x7f) => write_escape(out, byte),
        _ => out.push(c),
    }
}

/// A string over several lines. A quote beside another one is escaped, so that no three meet.
fn write_lines(out: &mut String, text: &str) {
    out.push_str("\"\"\"\n");
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' | '\t' => out.push(c),
            '"' if before != '"' && rest.peek().is_some() => out.push(c),
            _ => write_char(out, c),
        }
        before = c;
    }
    out.push_str("\"\"\"");
}

#[cfg(test)]
mod tests {
    use super::TomlSink;
    use crate::output::sink::{Refused, Sink, Written};

    fn sample(sink: &mut TomlSink) -> Written {
        sink.begin_record(3)?;
        sink.key("site")?;
        sink.begin_record(1)?;
        sink.key("a.b")?;
        sink.begin_list(1)?;
        sink.begin_record(1)?;
        sink.key("x")?;
        sink.int(1)?;
        sink.end_record()?;
        sink.end_list()?;
        sink.end_record()?;
        sink.key("mixed")?;
        sink.begin_list(2)?;
        sink.begin_record(1)?;
        sink.key("y")?;
        sink.float(2.0)?;
        sink.end_record()?;
        sink.text("é\u{7f}")?;
        sink.end_list()?;
        sink.key("lines")?;
        sink.text("a\n\"\"\"\n")?;
        sink.end_record()
    }

    #[test]
    fn values_come_before_tables() {
        let mut sink = TomlSink::new();
        sample(&mut sink).expect("TOML holds it");
        let text =
            "mixed = [{ y = 2.0 }, \"é\\u007f\"]\nlines = \"\"\"\na\n\"\\\"\\\"\n\"\"\"\n\n[[site.\"a.b\"]]\nx = 1\n";
        assert_eq!(sink.finish().as_deref(), Ok(text));
    }

    #[test]
    fn what_toml_has_not_is_refused() {
        assert_eq!(TomlSink::new().null(), Err(Refused::TomlNull));
        let mut sink = TomlSink::new();
        sink.int(1).expect("only the root refuses it");
        assert_eq!(sink.finish(), Err(Refused::TomlRoot));
    }
}
