//! TOML 1.1, by the parser of the toml crate.
//!
//! Integers are exact whatever their size. Dates and times become strings, as do `inf` and `nan`,
//! which are no numbers here. Tables keep the order in which the file first names them.

use super::number;
use super::placed::{Named, Node, Tree};
use super::toml_errors::explain;
use super::tree::{Data, MAX_DEPTH};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Loc, Span};
use crate::base::symbol::Symbol;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads one TOML file, which is always a record.
pub fn read_toml(file: FileId, text: &str) -> Result<Data, Diag> {
    read(file, text)
}

/// The same, with or without places.
pub fn read<T: Tree>(file: FileId, text: &str) -> Result<T, Diag> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let reader = Reader { file, text };
    match errors.first() {
        Some(error) => Err(reader.error(error, table.get_ref())),
        None => Ok(T::make(reader.table(table.into_inner(), 0)?, Span::new(0, text.len()))),
    }
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
}

impl Reader<'_> {
    fn table<T: Tree>(&self, table: DeTable, depth: usize) -> Result<Node<T>, Diag> {
        let field = |(name, value): (Spanned<_>, Spanned<DeValue>)| {
            let at = place(name.span());
            let name: std::borrow::Cow<str> = name.into_inner();
            Ok((T::Name::of((Symbol::new(&name), at)), self.value(value, depth + 1)?))
        };
        table.into_iter().map(field).collect::<Result<_, Diag>>().map(Node::Record)
    }

    fn value<T: Tree>(&self, value: Spanned<DeValue>, depth: usize) -> Result<T, Diag> {
        let loc = place(value.span()).at(self.file);
        if depth > MAX_DEPTH {
            return Err(nested(loc));
        }
        let data = match value.into_inner() {
            DeValue::String(text) => Data::Str(text.into()),
            DeValue::Boolean(value) => Data::Bool(value),
            DeValue::Integer(value) => {
                let digits = value.as_str();
                let (negative, digits) = match digits.strip_prefix('-') {
                    Some(digits) => (true, digits),
                    None => (false, digits.strip_prefix('+').unwrap_or(digits)),
                };
                number::integer(digits, value.radix(), negative).ok_or_else(|| too_large(loc))?
            }
            DeValue::Float(value) => match value.as_str() {
                text if text.ends_with("nan") => Data::Str("nan".into()),
                text if text.ends_with("inf") => Data::Str(text.trim_start_matches('+').into()),
                text => number::float(text).ok_or_else(|| too_large(loc))?,
            },
            DeValue::Datetime(mut value) => {
                if let Some(time) = &mut value.time {
                    time.second.get_or_insert(0);
                }
                Data::Str(value.to_string().into())
            }
            DeValue::Array(items) => {
                let items = items.into_iter().map(|item| self.value(item, depth + 1));
                return Ok(T::make(Node::List(items.collect::<Result<_, Diag>>()?), loc.span));
            }
            DeValue::Table(table) => return Ok(T::make(self.table(table, depth)?, loc.span)),
        };
        Ok(T::make(Node::Scalar(data), loc.span))
    }

    fn error(&self, error: &toml::de::Error, table: &DeTable) -> Diag {
        let span = error.span().map(place).unwrap_or_default();
        if error.message().starts_with("duplicate key") {
            return self.duplicate(span, table);
        }
        let (title, help) = explain(error.message());
        Diag::error(Code::BadToml, title).at(span.at(self.file), "").help(help)
    }

    fn found(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The parser says where the second one is; the first is shown where it is beyond doubt.
    fn duplicate(&self, second: Span, table: &DeTable) -> Diag {
        let written = self.found(second);
        let name = written.trim_matches(['"', '\'']);
        let line = |span: Span| self.text.bytes().take(span.start as usize).filter(|byte| *byte == b'\n').count() + 1;
        let diag = Diag::error(Code::BadToml, format!("the key `{name}` is given twice in one table"))
            .at(second.at(self.file), format!("the second time, on line {}", line(second)))
            .help("remove or rename one of the two");
        let mut places = Vec::new();
        find_keys(table, name, second, 0, &mut places);
        match places[..] {
            [first] => diag.also(first.at(self.file), format!("the first time, on line {}", line(first))),
            _ => diag,
        }
    }
}

/// Where a name is a key before the given place.
fn find_keys(table: &DeTable, name: &str, before: Span, depth: usize, places: &mut Vec<Span>) {
    for (key, value) in table {
        let span = place(key.span());
        if key.get_ref() == name && span.end <= before.start && !places.contains(&span) {
            places.push(span);
        }
        find_in(value.get_ref(), name, before, depth, places);
    }
}

fn find_in(value: &DeValue, name: &str, before: Span, depth: usize, places: &mut Vec<Span>) {
    match value {
        DeValue::Table(inner) if depth < MAX_DEPTH => find_keys(inner, name, before, depth + 1, places),
        DeValue::Array(items) if depth < MAX_DEPTH => {
            items.iter().for_each(|item| find_in(item.get_ref(), name, before, depth + 1, places));
        }
        _ => {}
    }
}

fn place(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

fn nested(loc: Loc) -> Diag {
    Diag::error(Code::BadToml, "TOML nested too deep")
        .at(loc, "one level too many")
        .note(format!("tables nest up to {MAX_DEPTH} levels deep"))
        .help("flatten the data, or split the file")
}

fn too_large(loc: Loc) -> Diag {
    Diag::error(Code::BadToml, "a number that is too large")
        .at(loc, "")
        .note("floats end near 1.8e308, integers at 100,000 digits")
        .help("put it in quotes to keep it as a string")
}

#[cfg(test)]
mod tests {
    use super::read_toml;
    use crate::base::span::FileId;
    use crate::output::json::JsonSink;

    fn title(text: &str) -> String {
        read_toml(FileId(0), text).expect_err("bad TOML").title
    }

    #[test]
    fn values_are_exact_and_in_order() {
        let text = "z = 0xffff_ffff_ffff_ffff_ff\ny = [-1, 2.0, inf]\nx.a = 2026-01-31 12:30:00z\n[w]\nb = 'q'\n[[v]]\n[[v]]\nc = {}\n";
        let mut sink = JsonSink::compact();
        read_toml(FileId(0), text).expect("good TOML").write(&mut sink).expect("JSON holds it");
        let json = r#"{"z":4722366482869645213695,"y":[-1,2.0,"inf"],"x":{"a":"2026-01-31T12:30:00Z"},"w":{"b":"q"},"v":[{},{"c":{}}]}"#;
        assert_eq!(sink.finish(), json);
    }

    #[test]
    fn mistakes_say_what_is_wrong() {
        assert_eq!(title("a: 1"), "a key without its value");
        assert_eq!(title("a = foo"), "text that is no TOML value");
        assert_eq!(title("a = 'x"), "a string without its end");
        assert_eq!(title("a = 01"), "a number with a leading zero");
        assert_eq!(title("a = 1 b = 2"), "more text behind a value");
        assert_eq!(title(&format!("a = {}", "[".repeat(100_000))), "TOML nested too deep");
        assert_eq!(title(&format!("{}a = 1", "a.".repeat(100_000))), "TOML nested too deep");
    }

    #[test]
    fn a_key_given_twice_shows_both() {
        let diag = read_toml(FileId(0), "a = 1\nb = 2\na = 3\n").expect_err("a duplicate");
        let places: Vec<&str> = diag.labels.iter().map(|label| label.text.as_str()).collect();
        assert_eq!(places, ["the second time, on line 3", "the first time, on line 1"]);
    }
}
