//! JSON as RFC 8259 has it, strictly: no comments, no trailing commas, each key once.
//!
//! Integers are exact whatever their size; a number with a fraction or an exponent is a float. The
//! reader keeps its own stack: values wait in one row until their bracket closes, so that nesting
//! costs no recursion and each list is allocated once, in its final size.

use super::keys::{Key, duplicate, duplicate_key};
use super::number;
use super::placed::{Named, Node, Tree};
use super::tree::{Data, MAX_DEPTH};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};
use crate::base::symbol::Symbol;

/// Reads one JSON text. A byte order mark at its start is skipped, as the RFC allows.
pub fn read_json(file: FileId, text: &str) -> Result<Data, Diag> {
    read(file, text)
}

/// The same, with or without places.
pub fn read<T: Tree>(file: FileId, text: &str) -> Result<T, Diag> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader {
        file,
        text,
        bytes: text.as_bytes(),
        at: start,
        values: Vec::new(),
        keys: Vec::new(),
        open: Vec::new(),
        scratch: String::new(),
    };
    reader.document()
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    List,
    Record,
}

/// A bracket that is not closed yet.
pub(super) struct Open {
    kind: Kind,
    /// Where it stands.
    pub(super) at: usize,
    /// Where its values and keys start in the rows of the reader.
    values: usize,
    keys: usize,
}

impl Open {
    pub(super) fn bracket(&self) -> &'static str {
        match self.kind {
            Kind::List => "[",
            Kind::Record => "{",
        }
    }

    pub(super) fn closer(&self) -> &'static str {
        match self.kind {
            Kind::List => "]",
            Kind::Record => "}",
        }
    }
}

pub(super) struct Reader<'a, T> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    bytes: &'a [u8],
    pub(super) at: usize,
    values: Vec<T>,
    keys: Vec<Key>,
    pub(super) open: Vec<Open>,
    /// A string with escapes, while it is put together.
    scratch: String,
}

pub(super) type Read<T> = Result<T, Diag>;

impl<'a, T: Tree> Reader<'a, T> {
    /// One value after another: `value` opens brackets, `after_value` closes them.
    fn document(&mut self) -> Read<T> {
        loop {
            if self.value()? && self.after_value()? {
                break;
            }
        }
        self.blanks();
        if self.at < self.bytes.len() {
            return Err(self.unexpected("the end of the file", "a JSON file holds one value"));
        }
        Ok(self.values.pop().unwrap_or_else(|| T::make(Node::Scalar(Data::Null), Span::default())))
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Reads a scalar or an empty bracket (true), or steps into a bracket (false).
    fn value(&mut self) -> Read<bool> {
        self.blanks();
        let start = self.at;
        let value = match self.peek() {
            Some(b'"') => Data::Str(self.string()?.into()),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'{') => return self.step_in(Kind::Record, b'}'),
            Some(b'[') => return self.step_in(Kind::List, b']'),
            Some(b't') => self.word("true", Data::Bool(true))?,
            Some(b'f') => self.word("false", Data::Bool(false))?,
            Some(b'n') => self.word("null", Data::Null)?,
            _ => return Err(self.no_value()),
        };
        self.values.push(T::make(Node::Scalar(value), Span::new(start, self.at)));
        Ok(true)
    }

    fn word(&mut self, word: &str, value: Data) -> Read<Data> {
        let ends = |next: Option<&u8>| !next.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !self.bytes[self.at..].starts_with(word.as_bytes()) || !ends(self.bytes.get(self.at + word.len())) {
            return Err(self.no_value());
        }
        self.at += word.len();
        Ok(value)
    }

    fn step_in(&mut self, kind: Kind, close: u8) -> Read<bool> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self
                .error("JSON nested too deep", Span::new(self.at, self.at + 1), "one level too many")
                .note(format!("lists and records nest up to {MAX_DEPTH} levels deep"))
                .help("flatten the data, or split the file"));
        }
        self.open.push(Open { kind, at: self.at, values: self.values.len(), keys: self.keys.len() });
        self.at += 1;
        self.blanks();
        if self.peek() == Some(close) {
            self.at += 1;
            self.step_out()?;
            return Ok(true);
        }
        if kind == Kind::Record {
            self.key("a key in double quotes or `}`")?;
        }
        Ok(false)
    }

    /// Goes on behind a value, until the next value (false) or the end of the outermost one (true).
    fn after_value(&mut self) -> Read<bool> {
        loop {
            let Some(kind) = self.open.last().map(|open| open.kind) else { return Ok(true) };
            self.blanks();
            match (self.peek(), kind) {
                (Some(b','), _) => {
                    self.at += 1;
                    self.next_entry(kind)?;
                    return Ok(false);
                }
                (Some(b'}'), Kind::Record) | (Some(b']'), Kind::List) => {
                    self.at += 1;
                    self.step_out()?;
                }
                (None, _) => return Err(self.unclosed()),
                (_, Kind::List) => return Err(self.unexpected("`,` or `]`", "separate the elements with commas")),
                (_, Kind::Record) => return Err(self.unexpected("`,` or `}`", "separate the fields with commas")),
            }
        }
    }

    fn next_entry(&mut self, kind: Kind) -> Read<()> {
        let comma = self.at - 1;
        self.blanks();
        match (self.peek(), kind) {
            (Some(b'}'), Kind::Record) | (Some(b']'), Kind::List) => {
                let span = Span::new(comma, comma + 1);
                Err(self.error("a trailing comma", span, "no value comes after it").note("JSON has none").fix(
                    "remove the comma",
                    span.at(self.file),
                    "",
                ))
            }
            (_, Kind::List) => Ok(()),
            (_, Kind::Record) => self.key("a key in double quotes"),
        }
    }

    fn key(&mut self, expected: &str) -> Read<()> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => {}
            None => return Err(self.unclosed()),
            Some(_) => return Err(self.unexpected(expected, "JSON keys are strings: `\"key\": value`")),
        }
        let name = Symbol::new(self.string()?);
        self.keys.push((name, Span::new(start, self.at)));
        self.blanks();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:` after the key", "write `\"key\": value`"));
        }
        self.at += 1;
        Ok(())
    }

    /// Makes one value of what a bracket held.
    fn step_out(&mut self) -> Read<()> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let value = match open.kind {
            Kind::List => Node::List(self.values.split_off(open.values)),
            Kind::Record => {
                let keys = &self.keys[open.keys..];
                if let Some(twice) = duplicate(keys) {
                    return Err(duplicate_key(Code::BadJson, self.file, self.text, twice));
                }
                let names = keys.iter().map(|key| T::Name::of(*key));
                let fields = names.zip(self.values.drain(open.values..)).collect();
                self.keys.truncate(open.keys);
                Node::Record(fields)
            }
        };
        self.values.push(T::make(value, Span::new(open.at, self.at)));
        Ok(())
    }

    /// A string from its first quote on; what it is, until the next string is read.
    fn string(&mut self) -> Read<&str> {
        let quote = self.at;
        self.at += 1;
        let text = self.text;
        let start = self.at;
        self.run();
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(&text[start..self.at - 1]);
        }
        self.scratch.clear();
        self.scratch.push_str(&text[start..self.at]);
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(control) => return Err(self.control(control)),
                None => return Err(self.endless(quote)),
            }
            let start = self.at;
            self.run();
            self.scratch.push_str(&text[start..self.at]);
        }
        self.at += 1;
        Ok(&self.scratch)
    }

    /// Steps over what stands for itself in a string.
    #[inline]
    fn run(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += crate::output::json::clean_prefix(rest);
    }

    fn escape(&mut self) -> Read<()> {
        let start = self.at;
        let letter = self.bytes.get(start + 1).copied();
        self.at += 2;
        let c = match letter {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => self.unicode(start)?,
            _ => return Err(self.bad_escape(start)),
        };
        self.scratch.push(c);
        Ok(())
    }

    /// `\u00e9`, or two of them that make one character beyond the first plane.
    fn unicode(&mut self, start: usize) -> Read<char> {
        let first = self.hex(start)?;
        let mut code = first;
        if (0xd800..0xdc00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let second = self.hex(start)?;
            if (0xdc00..0xe000).contains(&second) {
                code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            }
        }
        char::from_u32(code).ok_or_else(|| {
            let span = Span::new(start, self.at);
            self.error("half of a surrogate pair", span, "this is no character on its own")
                .note("characters beyond U+FFFF are written as two escapes, `\\ud83d\\ude00`, or as they are")
                .help("write the character itself")
        })
    }

    fn hex(&mut self, start: usize) -> Read<u32> {
        let digits = self.bytes.get(self.at..self.at + 4).unwrap_or_default();
        let mut code = 0;
        for byte in digits {
            match char::from(*byte).to_digit(16) {
                Some(digit) => code = code << 4 | digit,
                None => return Err(self.bad_escape(start)),
            }
        }
        if digits.len() < 4 {
            return Err(self.bad_escape(start));
        }
        self.at += 4;
        Ok(code)
    }

    fn number(&mut self) -> Read<Data> {
        let start = self.at;
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let whole = self.digits();
        if whole.is_empty() || whole.len() > 1 && whole.starts_with('0') {
            return Err(self.bad_number(start));
        }
        let mut exact = true;
        if self.peek() == Some(b'.') {
            self.at += 1;
            exact = false;
            if self.digits().is_empty() {
                return Err(self.bad_number(start));
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            exact = false;
            self.at += usize::from(matches!(self.peek(), Some(b'-' | b'+')));
            if self.digits().is_empty() {
                return Err(self.bad_number(start));
            }
        }
        let value =
            if exact { number::integer(whole, 10, negative) } else { number::float(&self.text[start..self.at]) };
        value.ok_or_else(|| self.too_large(start))
    }

    fn digits(&mut self) -> &'a str {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        &self.text[start..self.at]
    }
}

#[cfg(test)]
mod tests {
    use super::read_json;
    use crate::base::span::FileId;
    use crate::data::tree::Data;
    use crate::output::json::JsonSink;

    fn again(text: &str) -> String {
        let mut sink = JsonSink::compact();
        read_json(FileId(0), text).expect("good JSON").write(&mut sink).expect("JSON holds it");
        sink.finish()
    }

    fn title(text: &str) -> String {
        read_json(FileId(0), text).expect_err("bad JSON").title
    }

    #[test]
    fn values_keep_order_and_digits() {
        for text in [
            r#"{"b":[1,2.5,{"x":null}],"a":{},"":[]}"#,
            "[9223372036854775807,9223372036854775808,-9223372036854775808,-9223372036854775809]",
            r#""\u0001\\é😀\n""#,
            "123456789012345678901234567890123456789012345678901234567890",
        ] {
            assert_eq!(again(text), text);
        }
        assert_eq!(again("\u{feff} [ 1e2 , -0.0,-0,\"\\ud83d\\ude00\\/\" ]\n"), "[100.0,-0.0,0,\"😀/\"]");
    }

    #[test]
    fn mistakes_say_what_is_wrong() {
        assert_eq!(title("{\"a\": 1,}"), "a trailing comma");
        assert_eq!(title("[1 2]"), "expected `,` or `]`, found `2`");
        assert_eq!(title("{a: 1}"), "expected a key in double quotes or `}`, found `a`");
        assert_eq!(title("[\"a\nb\"]"), "a line break inside of a string");
        assert_eq!(title(r#""\ud83d""#), "half of a surrogate pair");
        assert_eq!(title("01"), "`01` is not written like a JSON number");
        assert_eq!(title("1e999"), "a number beyond the largest float");
        assert_eq!(title("{\"a\":1,\"b\":2,\"a\":3}"), "the key `a` is given twice in one record");
        assert_eq!(title(&"[".repeat(100_000)), "JSON nested too deep");
        assert_eq!(title("[1, {"), "this `{` is never closed");
        assert_eq!(title(""), "a JSON file without a value");
        assert_eq!(title("True"), "expected a value, found `True`");
    }

    #[test]
    fn large_records_find_their_duplicate() {
        let fields: Vec<String> = (0..1000).map(|n| format!("\"k{}\": {n}", if n == 700 { 3 } else { n })).collect();
        let diag = read_json(FileId(0), &format!("{{{}}}", fields.join(",\n"))).expect_err("a duplicate");
        let places: Vec<&str> = diag.labels.iter().map(|label| label.text.as_str()).collect();
        assert_eq!(places, ["the second time, on line 701", "the first time, on line 4"]);
        let data = read_json(FileId(0), "{\"a\": true}").expect("good JSON");
        assert_eq!(data.get("a"), Some(&Data::Bool(true)));
    }
}
