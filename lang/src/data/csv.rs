//! CSV as RFC 4180 has it: the first row names the columns, each other row is a record of strings.
//!
//! Nothing is guessed: `007` and `true` stay strings, and a row with a field too many or too few is
//! an error, as is a quote that is never closed. Empty lines are skipped.

use super::placed::{Named, Node, Tree};
use super::tree::Data;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};
use crate::base::symbol::Symbol;
use std::borrow::Cow;

/// Reads the rows of a text as a list of records.
pub fn read_csv(file: FileId, text: &str) -> Result<Data, Diag> {
    read(file, text)
}

/// The same, with or without places.
pub fn read<T: Tree>(file: FileId, text: &str) -> Result<T, Diag> {
    let whole = Span::new(0, text.len());
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { file, text, at: start, row: Vec::new() };
    if !reader.next_row()? {
        return Ok(T::make(Node::List(Vec::new()), whole));
    }
    let header = reader.header()?;
    let mut records = Vec::new();
    while reader.next_row()? {
        records.push(reader.record(&header)?);
    }
    Ok(T::make(Node::List(records), whole))
}

/// A column's name and where it stands.
type Column = (Symbol, Span);

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    /// The fields of the current row.
    row: Vec<(Cow<'a, str>, Span)>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over a line's end, if one is here.
    fn line_end(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = match rest.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'\n' | b'\r', ..] => 1,
            _ => 0,
        };
        self.at += length;
        length > 0
    }

    /// Reads the next row that is not empty; false at the end.
    fn next_row(&mut self) -> Result<bool, Diag> {
        self.row.clear();
        while self.line_end() {}
        if self.peek().is_none() {
            return Ok(false);
        }
        loop {
            let field = self.field()?;
            self.row.push(field);
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => break,
            }
        }
        self.line_end();
        Ok(true)
    }

    fn field(&mut self) -> Result<(Cow<'a, str>, Span), Diag> {
        let start = self.at;
        let text = match self.peek() {
            Some(b'"') => self.quoted()?,
            _ => {
                let rest = self.text.get(start..).unwrap_or_default();
                let length = rest.find([',', '\n', '\r']).unwrap_or(rest.len());
                self.at += length;
                Cow::Borrowed(&rest[..length])
            }
        };
        Ok((text, Span::new(start, self.at)))
    }

    fn quoted(&mut self) -> Result<Cow<'a, str>, Diag> {
        let quote = self.at;
        let rest = self.text.get(quote + 1..).unwrap_or_default();
        let mut end = 0;
        let mut doubled = false;
        loop {
            let Some(found) = rest.get(end..).and_then(|rest| rest.find('"')) else {
                return Err(self.unclosed(quote));
            };
            end += found;
            if rest.as_bytes().get(end + 1) != Some(&b'"') {
                break;
            }
            doubled = true;
            end += 2;
        }
        self.at = quote + end + 2;
        if !matches!(self.peek(), None | Some(b',' | b'\n' | b'\r')) {
            return Err(self.behind_quote());
        }
        let inside = &rest[..end];
        Ok(if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) })
    }

    fn header(&self) -> Result<Vec<Column>, Diag> {
        let mut columns: Vec<Column> = Vec::with_capacity(self.row.len());
        for (name, span) in &self.row {
            if name.is_empty() {
                return Err(self
                    .error("a column without a name", *span, "")
                    .help("the first row of a CSV file names its columns: give this one a name, or remove the comma"));
            }
            columns.push((Symbol::new(name), *span));
        }
        match super::keys::duplicate(&columns) {
            Some((name, first, second)) => Err(self
                .error(format!("two columns are called `{name}`"), second, "the second one")
                .also(first.at(self.file), "the first one")
                .help("rename one of them in the first row")),
            None => Ok(columns),
        }
    }

    fn record<T: Tree>(&mut self, header: &[Column]) -> Result<T, Diag> {
        if self.row.len() != header.len() {
            return Err(self.unequal(header));
        }
        let ends = self.row.first().zip(self.row.last());
        let whole = ends.map_or(Span::default(), |(first, last)| first.1.to(last.1));
        let fields = self
            .row
            .drain(..)
            .zip(header)
            .map(|((text, at), column)| (T::Name::of(*column), T::make(Node::Scalar(Data::Str(text.into())), at)));
        Ok(T::make(Node::Record(fields.collect()), whole))
    }

    fn error(&self, title: impl Into<String>, span: Span, label: &str) -> Diag {
        Diag::error(Code::BadCsv, title).at(span.at(self.file), label)
    }

    fn unclosed(&self, quote: usize) -> Diag {
        self.error("a quote that is never closed", Span::new(quote, quote + 1), "it opens here")
            .help("add `\"` where the field ends, and write `\"\"` for a quote inside of it")
    }

    fn behind_quote(&self) -> Diag {
        let length = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.error("text behind the closing quote of a field", Span::new(self.at, self.at + length), "")
            .help("end the field with a comma, or write `\"\"` for a quote inside of it")
    }

    fn unequal(&self, header: &[Column]) -> Diag {
        let count = |fields: usize| if fields == 1 { "1 field".to_owned() } else { format!("{fields} fields") };
        let (found, expected) = (self.row.len(), header.len());
        let places = |from: Option<Span>, to: Option<Span>| from.unwrap_or_default().to(to.unwrap_or_default());
        let row = places(self.row.first().map(|field| field.1), self.row.last().map(|field| field.1));
        let names = places(header.first().map(|column| column.1), header.last().map(|column| column.1));
        let diag = self
            .error(format!("a row of {}, where the header names {expected}", count(found)), row, "")
            .also(names.at(self.file), "the header");
        if expected == 1 && self.text.get(names.range()).is_some_and(|names| names.contains([';', '\t'])) {
            return diag.help("separate the fields with commas");
        }
        diag.help("quote a field that contains a comma: \"a, b\"")
    }
}

#[cfg(test)]
mod tests {
    use super::read_csv;
    use crate::base::span::FileId;
    use crate::output::json::JsonSink;

    fn json(text: &str) -> String {
        let mut sink = JsonSink::compact();
        read_csv(FileId(0), text).expect("good CSV").write(&mut sink).expect("JSON holds it");
        sink.finish()
    }

    fn title(text: &str) -> String {
        read_csv(FileId(0), text).expect_err("bad CSV").title
    }

    #[test]
    fn rows_become_records_of_strings() {
        assert_eq!(
            json("\u{feff}a,b c\r\n007,\r\n\r\n\"x, \"\"y\"\"\n\",5\" é"),
            r#"[{"a":"007","b c":""},{"a":"x, \"y\"\n","b c":"5\" é"}]"#
        );
        assert_eq!([json(""), json("a\n"), json("a")], ["[]", "[]", "[]"]);
    }

    #[test]
    fn rows_that_do_not_fit_are_errors() {
        assert_eq!(title("a,b\n1\n"), "a row of 1 field, where the header names 2");
        assert_eq!(title("a,a\n"), "two columns are called `a`");
        assert_eq!(title("a,\n"), "a column without a name");
        assert_eq!(title("a\n\"x"), "a quote that is never closed");
        assert_eq!(title("a\n\"x\"é"), "text behind the closing quote of a field");
    }
}
