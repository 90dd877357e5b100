//! YAML in block style, as Kubernetes people write it: two spaces, declared order, lists not
//! further indented under their key.
//!
//! A bracket of the value is only opened once its first entry comes, so that empty ones can be
//! written `[]` and `{}`. Far down the sink changes to flow style: block indentation would make the
//! output quadratic in the depth.

use super::json::{write_escape, write_unicode};
use super::number::{write_big_int, write_float, write_indent, write_int};
use super::scalar::{Style, special, style};
use super::sink::{Sink, Written};
use num_bigint::BigInt;

/// Readers take flow style to 255 levels (a byte counts them), and data to 1,000 in all: block style
/// goes as deep as makes what was read readable again.
const DEEPEST_BLOCK: usize = 1_000 - 255;
/// YAML wants keys that end within 1,024 characters, or the long form `? key`.
const LONGEST_KEY: usize = 1_000;

/// What the next value follows on its line.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Dash,
    Key,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    List,
    Record,
}

/// A list or record that is being written in block style.
struct Frame {
    kind: Kind,
    /// Where it began.
    place: Place,
    /// The column of its entries.
    column: usize,
    opened: bool,
}

#[derive(Default)]
struct Flow {
    depth: usize,
    /// A comma is due before the next entry.
    comma: bool,
}

pub struct YamlSink {
    out: String,
    frames: Vec<Frame>,
    place: Place,
    flow: Flow,
}

impl Default for YamlSink {
    fn default() -> YamlSink {
        YamlSink { out: String::new(), frames: Vec::new(), place: Place::Root, flow: Flow::default() }
    }
}

impl YamlSink {
    pub fn new() -> YamlSink {
        YamlSink::default()
    }

    /// Separates documents: to be called before each one, and silent before the first.
    pub fn begin_document(&mut self) {
        if !self.out.is_empty() {
            self.out.push_str("---\n");
        }
        self.place = Place::Root;
    }

    /// A comment line before a document, e.g. the source of a generated file.
    pub fn comment(&mut self, text: &str) {
        for line in text.lines() {
            self.out.push_str(if line.is_empty() { "#" } else { "# " });
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    /// The text, with a line break at its end.
    pub fn finish(self) -> String {
        self.out
    }

    /// Starts a line for an entry of the innermost bracket, or continues the line of its dash.
    #[inline]
    fn entry(&mut self) {
        let Some(top) = self.frames.last_mut() else { return };
        match (top.opened, top.place) {
            (true, _) => write_indent(&mut self.out, top.column),
            (false, Place::Root) => {}
            (false, Place::Dash) => self.out.push(' '),
            (false, Place::Key) => {
                self.out.push('\n');
                write_indent(&mut self.out, top.column);
            }
        }
        top.opened = true;
    }

    /// Brings a value to its place: after a new dash in a list.
    #[inline]
    fn before(&mut self) {
        if self.flow.depth > 0 {
            return self.separate();
        }
        if self.frames.last().is_some_and(|top| top.kind == Kind::List) {
            self.entry();
            self.out.push('-');
            self.place = Place::Dash;
        }
    }

    fn separate(&mut self) {
        if self.flow.comma {
            self.out.push_str(", ");
        }
        self.flow.comma = true;
    }

    #[inline]
    fn before_scalar(&mut self) {
        self.before();
        if self.flow.depth == 0 && self.place != Place::Root {
            self.out.push(' ');
        }
    }

    #[inline]
    fn after(&mut self) -> Written {
        if self.flow.depth == 0 {
            self.out.push('\n');
        }
        Ok(())
    }

    fn begin(&mut self, kind: Kind) -> Written {
        self.before();
        if self.flow.depth > 0 || self.frames.len() >= DEEPEST_BLOCK {
            return self.begin_flow(kind);
        }
        let inner = match (self.frames.last(), self.place) {
            (None, _) => 0,
            (Some(top), Place::Key) if kind == Kind::List => top.column,
            (Some(top), _) => top.column + 2,
        };
        self.frames.push(Frame { kind, place: self.place, column: inner, opened: false });
        Ok(())
    }

    fn begin_flow(&mut self, kind: Kind) -> Written {
        if self.flow.depth == 0 {
            self.out.push(' ');
        }
        self.out.push(if kind == Kind::List { '[' } else { '{' });
        self.flow = Flow { depth: self.flow.depth + 1, comma: false };
        Ok(())
    }

    fn end(&mut self, kind: Kind) -> Written {
        if self.flow.depth > 0 {
            self.out.push(if kind == Kind::List { ']' } else { '}' });
            self.flow = Flow { depth: self.flow.depth - 1, comma: true };
            return self.after();
        }
        let Some(done) = self.frames.pop() else { return Ok(()) };
        if !done.opened {
            if done.place != Place::Root {
                self.out.push(' ');
            }
            self.out.push_str(if kind == Kind::List { "[]\n" } else { "{}\n" });
        }
        Ok(())
    }

    fn flow_key(&mut self, name: &str) -> Written {
        self.separate();
        write_quoted(&mut self.out, name);
        self.out.push_str(": ");
        self.flow.comma = false;
        Ok(())
    }

    /// `? key` and, on its own line, `:`.
    fn lengthen_key(&mut self, start: usize) {
        self.out.insert_str(start, "? ");
        self.out.push('\n');
        write_indent(&mut self.out, self.frames.last().map_or(0, |top| top.column));
    }

    /// The block of a text with lines. At the root its indentation cannot be told to all readers
    /// alike, so a text that starts with a blank is quoted there.
    fn block(&mut self, text: &str) {
        let lead = text.trim_start_matches('\n').starts_with([' ', '\t']);
        if lead && self.frames.is_empty() {
            return write_quoted(&mut self.out, text);
        }
        self.out.push('|');
        if lead {
            self.out.push('2');
        }
        let body = text.strip_suffix('\n').unwrap_or(text);
        if body.len() == text.len() {
            self.out.push('-');
        } else if body.ends_with('\n') {
            self.out.push('+');
        }
        let column = self.frames.last().map_or(2, |top| top.column + 2);
        for line in body.split('\n') {
            self.out.push('\n');
            if !line.is_empty() {
                write_indent(&mut self.out, column);
                self.out.push_str(line);
            }
        }
    }
}

impl Sink for YamlSink {
    fn null(&mut self) -> Written {
        self.before_scalar();
        self.out.push_str("null");
        self.after()
    }

    fn bool(&mut self, value: bool) -> Written {
        self.before_scalar();
        self.out.push_str(if value { "true" } else { "false" });
        self.after()
    }

    fn int(&mut self, value: i64) -> Written {
        self.before_scalar();
        write_int(&mut self.out, value);
        self.after()
    }

    fn big_int(&mut self, value: &BigInt) -> Written {
        self.before_scalar();
        write_big_int(&mut self.out, value);
        self.after()
    }

    fn float(&mut self, value: f64) -> Written {
        self.before_scalar();
        write_float(&mut self.out, value)?;
        self.after()
    }

    fn text(&mut self, value: &str) -> Written {
        self.before_scalar();
        match style(value) {
            _ if self.flow.depth > 0 => write_quoted(&mut self.out, value),
            Style::Plain => self.out.push_str(value),
            Style::Block => self.block(value),
            Style::Quoted => write_quoted(&mut self.out, value),
        }
        self.after()
    }

    fn begin_list(&mut self, _len: usize) -> Written {
        self.begin(Kind::List)
    }

    fn end_list(&mut self) -> Written {
        self.end(Kind::List)
    }

    fn begin_record(&mut self, _len: usize) -> Written {
        self.begin(Kind::Record)
    }

    fn key(&mut self, name: &str) -> Written {
        if self.flow.depth > 0 {
            return self.flow_key(name);
        }
        self.entry();
        let start = self.out.len();
        match style(name) {
            Style::Plain => self.out.push_str(name),
            Style::Block | Style::Quoted => write_quoted(&mut self.out, name),
        }
        if self.out.len() - start > LONGEST_KEY {
            self.lengthen_key(start);
        }
        self.out.push(':');
        self.place = Place::Key;
        Ok(())
    }

    fn end_record(&mut self) -> Written {
        self.end(Kind::Record)
    }
}

/// A string in double quotes, on one line, with escapes that JSON knows too.
pub fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut done = 0;
    for (at, c) in text.char_indices() {
        let ascii = c < '\u{80}';
        if ascii && !(c < ' ' || matches!(c, '"' | '\\' | '\u{7f}')) || !ascii && !special(&text.as_bytes()[at..]) {
            continue;
        }
        out.push_str(&text[done..at]);
        match u8::try_from(c) {
            Ok(byte) if ascii => write_escape(out, byte),
            _ => write_unicode(out, u32::from(c)),
        }
        done = at + c.len_utf8();
    }
    out.push_str(&text[done..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::YamlSink;
    use crate::base::span::FileId;
    use crate::data::json::read_json;

    fn yaml(json: &str) -> String {
        let mut sink = YamlSink::new();
        sink.begin_document();
        read_json(FileId(0), json).expect("good JSON").write(&mut sink).expect("YAML holds it");
        sink.finish()
    }

    #[test]
    fn manifests_look_like_manifests() {
        let json = r#"{"kind":"Pod","metadata":{"labels":{},"name":"no"},"spec":{"args":["--a",[1,[]],"x: y"],"containers":
            [{"name":"a","ports":[{"port":80.0}]},{"script":"set -e\n\necho \"hi\"\n"}],"tail":"a\nb","lead":"\n  a\n\n"}}"#;
        let expected = "\
kind: Pod
metadata:
  labels: {}
  name: \"no\"
spec:
  args:
  - --a
  - - 1
    - []
  - \"x: y\"
  containers:
  - name: a
    ports:
    - port: 80.0
  - script: |
      set -e

      echo \"hi\"
  tail: |-
    a
    b
  lead: |2+

      a

";
        assert_eq!(yaml(json), expected);
    }

    #[test]
    fn roots_keys_and_depth() {
        assert_eq!(yaml("[]"), "[]\n");
        assert_eq!(yaml("\"a\\nb\""), "|-\n  a\n  b\n");
        assert_eq!(yaml("\" a\\nb\""), "\" a\\nb\"\n");
        assert_eq!(yaml(r#"{"a\nb":1,"":{"1":[]}}"#), "\"a\\nb\": 1\n\"\":\n  \"1\": []\n");
        let long = "k".repeat(1_001);
        assert_eq!(yaml(&format!("{{\"{long}\":[1],\"b\":2}}")), format!("? {long}\n:\n- 1\nb: 2\n"));
        let deep = format!("{}{}", "[".repeat(747), "]".repeat(747));
        assert_eq!(yaml(&deep), format!("{}- [[]]\n", "- ".repeat(744)));
    }
}
