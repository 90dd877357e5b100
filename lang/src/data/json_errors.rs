//! What is said of JSON with a mistake, with an eye on what people write instead: comments, single
//! quotes, bare keys, the numbers and words of other languages.

use super::json::Reader;
use super::number::MAX_DIGITS;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Span;

impl<T> Reader<'_, T> {
    pub(super) fn error(&self, title: impl Into<String>, span: Span, label: impl Into<String>) -> Diag {
        Diag::error(Code::BadJson, title).at(span.at(self.file), label)
    }

    /// The word, character or end that stands here, as messages show it, and how long it is.
    fn found(&self) -> (String, Span) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let wordlike = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '+' | '.');
        let length: usize = rest.chars().take_while(|c| wordlike(*c)).take(30).map(char::len_utf8).sum();
        let Some(first) = rest.chars().next() else {
            return ("the end of the file".to_owned(), Span::new(self.at, self.at));
        };
        let length = length.max(first.len_utf8());
        let shown = match first {
            '"' => "a string".to_owned(),
            c if c.is_control() || c == '\u{feff}' => format!("the character U+{:04X}", u32::from(c)),
            _ => format!("`{}`", &rest[..length]),
        };
        (shown, Span::new(self.at, self.at + length))
    }

    pub(super) fn unexpected(&self, expected: &str, help: &str) -> Diag {
        let (found, span) = self.found();
        let diag = self.error(format!("expected {expected}, found {found}"), span, "");
        match self.text.as_bytes().get(self.at) {
            Some(b'/' | b'#') => diag.help("JSON has no comments: remove it, or keep the file as YAML"),
            Some(b'\'') => diag.help("JSON strings stand in double quotes"),
            _ => diag.help(help),
        }
    }

    pub(super) fn no_value(&self) -> Diag {
        let (found, span) = self.found();
        if self.at >= self.text.len() {
            return if self.open.is_empty() { self.empty() } else { self.unclosed() };
        }
        let word = self.text.get(span.range()).unwrap_or_default();
        let known = ["true", "false", "null"].into_iter().find(|known| known.eq_ignore_ascii_case(word));
        let diag = self.unexpected(
            "a value",
            "a value is a string in double quotes, a number, a list, a record, `true`, `false` or `null`",
        );
        let say = |help: &str| self.error(format!("expected a value, found {found}"), span, "").help(help);
        match (known, word.to_ascii_lowercase().as_str()) {
            (Some(known), _) => diag.suggest(Some(known)),
            (None, "none" | "nil" | "undefined") => diag.suggest(Some("null")),
            (None, "nan" | "infinity" | "-infinity" | "inf" | "+inf" | "-inf") => {
                say("JSON has no such number: use `null` or a string")
            }
            (None, _) if word.starts_with('+') => say("JSON numbers have no `+` sign"),
            (None, _) if word.starts_with('.') => say("JSON numbers start with a digit: `0.5`"),
            (None, ",") => say("remove the comma, or put a value before it"),
            (None, _) => diag,
        }
    }

    fn empty(&self) -> Diag {
        let end = Span::new(self.at, self.at);
        self.error("a JSON file without a value", end, "nothing stands here")
            .help("write `null`, `{}` or `[]` for nothing")
    }

    /// The file ends inside of a bracket.
    pub(super) fn unclosed(&self) -> Diag {
        let (at, bracket, close) = match self.open.last() {
            Some(open) => (open.at, open.bracket(), open.closer()),
            None => (self.at, "bracket", ""),
        };
        self.error(format!("this `{bracket}` is never closed"), Span::new(at, at + 1), "opened here")
            .also(Span::new(self.at, self.at).at(self.file), "the file ends here")
            .help(format!("add `{close}`"))
    }

    pub(super) fn endless(&self, quote: usize) -> Diag {
        self.error("a string without its end", Span::new(quote, quote + 1), "it starts here")
            .help("add `\"` where it ends")
    }

    /// A control character inside of a string.
    pub(super) fn control(&self, byte: u8) -> Diag {
        let (name, escape) = match byte {
            b'\n' => ("a line break", "\\n".to_owned()),
            b'\r' => ("a carriage return", "\\r".to_owned()),
            b'\t' => ("a tab", "\\t".to_owned()),
            other => ("a control character", format!("\\u{other:04x}")),
        };
        let span = Span::new(self.at, self.at + 1);
        self.error(format!("{name} inside of a string"), span, "").fix(
            format!("write `{escape}`"),
            span.at(self.file),
            escape,
        )
    }

    pub(super) fn bad_escape(&self, start: usize) -> Diag {
        let rest = self.text.get(start..).unwrap_or_default();
        let shown: String = rest.chars().take(if rest.starts_with("\\u") { 6 } else { 2 }).collect();
        let span = Span::new(start, start + shown.len());
        let diag = self.error(
            format!("JSON has no escape `{}`", shown.escape_debug().to_string().replace("\\\\", "\\")),
            span,
            "",
        );
        match rest.as_bytes().get(1) {
            Some(b'u') => diag.help("`\\u` takes four hexadecimal digits: `\\u00e9`"),
            Some(b'\'') => diag.help("a single quote needs no escape"),
            Some(b'x') => diag.help("write `\\u00` and two hexadecimal digits"),
            _ => diag.help("the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits; a backslash itself is `\\\\`"),
        }
    }

    pub(super) fn bad_number(&self, start: usize) -> Diag {
        let bytes = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(byte)).count();
        let span = Span::new(start, start + length.max(1));
        let shown = self.text.get(span.range()).unwrap_or_default();
        let diag = self.error(format!("`{shown}` is not written like a JSON number"), span, "");
        let digits = shown.trim_start_matches('-');
        match digits.as_bytes() {
            [b'0', b'0'..=b'9', ..] => diag.help("leave the leading zeros away, or write a string"),
            [b'.', ..] => diag.help("a number starts with a digit: `0.5`"),
            [b'I' | b'N', ..] => diag.help("JSON has no such number: use `null` or a string"),
            _ => diag.help("a digit is missing: `-1`, `1.5`, `1e9`"),
        }
    }

    pub(super) fn too_large(&self, start: usize) -> Diag {
        let span = Span::new(start, self.at);
        if span.range().len() > MAX_DIGITS {
            return self
                .error("a number with too many digits", span, format!("more than {MAX_DIGITS}"))
                .help("write it as a string");
        }
        self.error("a number beyond the largest float", span, "floats end near 1.8e308")
            .help("write it without exponent, or as a string")
    }
}
