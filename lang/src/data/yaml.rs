//! YAML 1.2: events of the parser to trees, one for each document.
//!
//! The parser (saphyr-parser, see `docs/decisions/0003-yaml.md`) knows the grammar; here is what
//! the events mean: the core schema, anchors within a budget, merge keys, tags, and each key once.
//! Keys are strings, as in JSON: a plain `8080:` is the key `"8080"`, and a key that is itself a
//! list or record becomes its JSON text. Tags of applications (`!Ref x`) carry no meaning here: the
//! value is kept, and a warning says that its tag is not.

use super::keys::{Key, duplicate, duplicate_key};
use super::placed::{Named, Node, Tree, bare};
use super::tree::{Data, MAX_DEPTH};
use super::yaml_anchors::{Anchors, MOST_COPIES, NoCopy};
use super::yaml_errors::explain;
use super::yaml_indent::Indented;
use super::yaml_merge::merge;
use super::yaml_scalar::{looks_endless, looks_octal, plain};
use super::yaml_tags::{Meaning, convert, meaning};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Loc, Span};
use crate::base::symbol::Symbol;
use crate::output::json::JsonSink;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span as Place, Tag};
use std::borrow::Cow;

/// As much text as a key that is a list or a record may have. Its quotes are escaped anew in each
/// key around it, so that without a limit a line of `? ? ? …` would double its text at each mark.
const LONGEST_KEY: usize = 10_000;

/// After as many warnings nobody reads on.
const MOST_WARNINGS: usize = 20;

/// What a YAML file holds.
#[derive(Debug)]
pub struct Yaml<T = Data> {
    pub documents: Vec<T>,
    /// What is read, but maybe not as the writer meant it.
    pub warnings: Vec<Diag>,
}

/// Reads all documents of a text.
pub fn read_yaml(file: FileId, text: &str) -> Result<Yaml, Diag> {
    read(file, text)
}

/// The same, with or without places.
pub fn read<T: Tree>(file: FileId, text: &str) -> Result<Yaml<T>, Diag> {
    let mut indented = Indented::default();
    loop {
        match read_once(file, text, &indented) {
            Err(Failed::Scan(error)) if indented.mend(text, &error) => {}
            Err(Failed::Scan(error)) => return Err(scan_error(file, text, &indented, &error)),
            Err(Failed::Told(diag)) => return Err(*diag),
            Ok(yaml) => return Ok(yaml),
        }
    }
}

enum Failed {
    Scan(ScanError),
    Told(Box<Diag>),
}

fn read_once<T: Tree>(file: FileId, text: &str, indented: &Indented) -> Result<Yaml<T>, Failed> {
    let mut reader = Reader::new(file, text);
    for at in &indented.strings {
        reader.warn_unindented(*at);
    }
    for event in Parser::new_from_str(indented.text.as_deref().unwrap_or(text)) {
        let (event, place) = event.map_err(Failed::Scan)?;
        reader.event(event, indented.place(place)).map_err(|diag| Failed::Told(Box::new(diag)))?;
    }
    Ok(reader.yaml)
}

/// Where an open list or record is.
enum Kind {
    List,
    /// `value` is true between a key and its value.
    Record {
        value: bool,
    },
}

/// A list or record that has begun.
struct Open {
    kind: Kind,
    /// Where its values and keys start in the rows of the reader.
    values: usize,
    keys: usize,
    anchor: usize,
    place: Place,
    /// Which of its entries are merge keys.
    merges: Vec<usize>,
}

struct Reader<'a, T> {
    file: FileId,
    text: &'a str,
    ascii: bool,
    /// Where each character starts, if places are kept and that is not plain.
    starts: Vec<usize>,
    values: Vec<T>,
    /// The parser counts characters, and so do these spans.
    keys: Vec<Key>,
    open: Vec<Open>,
    anchors: Anchors<T>,
    yaml: Yaml<T>,
}

/// What the parser could not read.
fn scan_error(file: FileId, text: &str, indented: &Indented, error: &ScanError) -> Diag {
    let at = indented.original(error.marker().index());
    let at = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    let (title, help) = explain(error.info(), next);
    let length = next.filter(|c| *c != '\n').map_or(0, char::len_utf8);
    Diag::error(Code::BadYaml, title).at(Span::new(at, at + length).at(file), "").help(help)
}

type Read<R> = Result<R, Diag>;
type TagOf<'a> = Option<Cow<'a, Tag>>;

impl<T: Tree> Reader<'_, T> {
    fn new(file: FileId, text: &str) -> Reader<'_, T> {
        let ascii = text.is_ascii();
        Reader {
            file,
            text,
            ascii,
            starts: if T::PLACED && !ascii { text.char_indices().map(|(at, _)| at).collect() } else { Vec::new() },
            values: Vec::new(),
            keys: Vec::new(),
            open: Vec::new(),
            anchors: Anchors::default(),
            yaml: Yaml { documents: Vec::new(), warnings: Vec::new() },
        }
    }

    fn event(&mut self, event: Event, place: Place) -> Read<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag, place),
            Event::SequenceStart(anchor, tag) => self.begin(Kind::List, anchor, tag, place),
            Event::MappingStart(anchor, tag) => self.begin(Kind::Record { value: false }, anchor, tag, place),
            Event::SequenceEnd | Event::MappingEnd => self.end(place),
            Event::Alias(id) => self.alias(id, place),
            Event::DocumentEnd => {
                let empty = || T::make(Node::Scalar(Data::Null), Span::default());
                self.yaml.documents.push(self.values.pop().unwrap_or_else(empty));
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => Ok(()),
        }
    }

    fn scalar(&mut self, text: Cow<str>, style: ScalarStyle, anchor: usize, tag: TagOf, place: Place) -> Read<()> {
        let tag = self.tag(tag.as_deref(), place);
        let untagged = matches!(tag, Meaning::Untagged);
        if let Some(Open { kind: Kind::Record { value: value @ false }, merges, keys, .. }) = self.open.last_mut() {
            *value = true;
            if style == ScalarStyle::Plain && untagged && text == "<<" {
                merges.push(self.keys.len() - *keys);
            }
            self.keys.push((Symbol::new(&text), chars(place)));
            return if anchor > 0 {
                self.define(anchor, &self.scalar_at(Data::Str(text.into()), place), place)
            } else {
                Ok(())
            };
        }
        let data = if untagged && style == ScalarStyle::Plain {
            let known = plain(&text).map_err(|_| self.too_large(place))?;
            if matches!(known, Some(Data::Int(_))) && looks_octal(&text) {
                self.warn_octal(&text, place);
            }
            if known.is_none() && looks_endless(&text) {
                self.warn_endless(&text, place);
            }
            known.unwrap_or_else(|| Data::Str(text.into()))
        } else {
            self.tagged(tag, text, style, place)?
        };
        self.put(self.scalar_at(data, place), anchor, place)
    }

    fn scalar_at(&self, data: Data, place: Place) -> T {
        T::make(Node::Scalar(data), self.kept(chars(place)))
    }

    /// A span to be kept, in bytes.
    fn kept(&self, span: Span) -> Span {
        if T::PLACED { self.bytes(span) } else { span }
    }

    fn tagged(&self, tag: Meaning, text: Cow<str>, style: ScalarStyle, place: Place) -> Read<Data> {
        match convert(tag, &text, style == ScalarStyle::Plain) {
            Ok(Some(data)) => Ok(data),
            Ok(None) => Ok(Data::Str(text.into())),
            Err(Some(_)) => Err(self.too_large(place)),
            Err(None) => Err(self
                .error(format!("a value that is not what its tag `{}` says", tag.shown()), place, "")
                .help("remove the tag, or write such a value")),
        }
    }

    /// Puts a value where it belongs: a document, an element, a key, the value of a key.
    fn put(&mut self, data: T, anchor: usize, place: Place) -> Read<()> {
        if anchor > 0 {
            self.define(anchor, &data, place)?;
        }
        if let Some(Open { kind: Kind::Record { value }, .. }) = self.open.last_mut() {
            *value = !*value;
            if *value {
                return self.odd_key(bare(data), place);
            }
        }
        self.values.push(data);
        Ok(())
    }

    /// A key that is no scalar in the text: an alias, a list or a record.
    fn odd_key(&mut self, data: Data, place: Place) -> Read<()> {
        let name = match &data {
            Data::Str(text) => Symbol::new(text),
            Data::Record(_) if self.doubled_brace(place) => return Err(self.template(place)),
            other => {
                let mut sink = JsonSink::compact();
                other.write(&mut sink).map_err(|why| self.error(why.title(), place, "").help(why.help()))?;
                let text = sink.finish();
                if text.len() > LONGEST_KEY {
                    return Err(self.long_key(place));
                }
                Symbol::new(&text)
            }
        };
        self.keys.push((name, chars(place)));
        Ok(())
    }

    fn begin(&mut self, kind: Kind, anchor: usize, tag: TagOf, place: Place) -> Read<()> {
        let tag = self.tag(tag.as_deref(), place);
        if !tag.holds(matches!(kind, Kind::List)) {
            let title = format!("a value that is not what its tag `{}` says", tag.shown());
            return Err(self.error(title, place, "").help("remove the tag, or write such a value"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self.too_deep(place));
        }
        let (values, keys) = (self.values.len(), self.keys.len());
        self.open.push(Open { kind, values, keys, anchor, place, merges: Vec::new() });
        Ok(())
    }

    fn end(&mut self, place: Place) -> Read<()> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let items = self.values.split_off(open.values);
        let data = match open.kind {
            Kind::List => Node::List(items),
            Kind::Record { .. } => Node::Record(self.record(&open, items)?),
        };
        let place = Place::new(open.place.start, place.end);
        self.put(T::make(data, self.kept(chars(place))), open.anchor, place)
    }

    fn record(&mut self, open: &Open, items: Vec<T>) -> Read<Vec<(T::Name, T)>> {
        let keys = &self.keys[open.keys..];
        if let Some((name, first, second)) = duplicate(keys) {
            let twice = (name, self.bytes(first), self.bytes(second));
            return Err(duplicate_key(Code::BadYaml, self.file, self.text, twice));
        }
        let fields = if open.merges.is_empty() {
            keys.iter().map(|(name, span)| T::Name::of((*name, self.kept(*span)))).zip(items).collect()
        } else {
            let kept: Vec<Key> = keys.iter().map(|(name, span)| (*name, self.kept(*span))).collect();
            merge(&kept, items, &open.merges).map_err(|at| self.no_merge(keys[at].1))?
        };
        self.keys.truncate(open.keys);
        Ok(fields)
    }

    fn define(&mut self, anchor: usize, data: &T, place: Place) -> Read<()> {
        self.anchors.define(anchor, data).map_err(|why| self.no_copy(why, place))
    }

    fn alias(&mut self, id: usize, place: Place) -> Read<()> {
        let room = MAX_DEPTH - self.open.len().min(MAX_DEPTH);
        let data = self.anchors.copy(id, room).map_err(|why| self.no_copy(why, place))?;
        self.put(data, 0, place)
    }

    /// What a tag means; one that means nothing here is warned of, the first time.
    fn tag<'t>(&mut self, tag: Option<&'t Tag>, place: Place) -> Meaning<'t> {
        let Some(tag) = tag else { return Meaning::Untagged };
        let meaning = meaning(&tag.handle, &tag.suffix);
        if let Meaning::Unknown(..) = meaning {
            let title = format!("the tag `{}` has no meaning here and is dropped", meaning.shown());
            let help = "remove the tag, or read the file with the tool that knows it".to_owned();
            self.warn(title, place, "the value itself is kept", help);
        }
        meaning
    }
}

// What is said of mistakes.
impl<T: Tree> Reader<'_, T> {
    /// The byte that a count of characters leads to.
    fn byte(&self, chars: usize) -> usize {
        if self.ascii {
            return chars.min(self.text.len());
        }
        if let Some(start) = self.starts.get(chars) {
            return *start;
        }
        self.text.char_indices().nth(chars).map_or(self.text.len(), |(at, _)| at)
    }

    fn bytes(&self, chars: Span) -> Span {
        Span::new(self.byte(chars.start as usize), self.byte(chars.end as usize))
    }

    fn loc(&self, place: Place) -> Loc {
        self.bytes(chars(place)).at(self.file)
    }

    /// Whether the record that starts here is the first key of the record that starts right before.
    fn doubled_brace(&self, place: Place) -> bool {
        self.open.last().is_some_and(|outer| outer.place.start.index() + 1 == place.start.index())
    }

    fn warn(&mut self, title: String, place: Place, label: &str, help: String) {
        let warnings = &self.yaml.warnings;
        if warnings.len() < MOST_WARNINGS && !warnings.iter().any(|old| old.title == title) {
            let warning = Diag::warning(Code::BadYaml, title).at(self.loc(place), label).help(help);
            self.yaml.warnings.push(warning);
        }
    }

    fn error(&self, title: impl Into<String>, place: Place, label: impl Into<String>) -> Diag {
        Diag::error(Code::BadYaml, title).at(self.loc(place), label)
    }

    fn too_deep(&self, place: Place) -> Diag {
        self.error("YAML nested too deep", place, "one level too many")
            .note(format!("lists and records nest up to {MAX_DEPTH} levels deep"))
            .help("flatten the data, or split the file")
    }

    fn long_key(&self, place: Place) -> Diag {
        self.error("a list or record as a key that is too long", place, "")
            .note(format!("such a key becomes its JSON text, which may have {LONGEST_KEY} bytes"))
            .help("put the data into the value, and give it a short name")
    }

    fn template(&self, place: Place) -> Diag {
        self.error("a record whose key is a record", place, "")
            .note("`{{ … }}` is a template in other tools; in YAML it is a record within a record")
            .help("put the text in quotes: \"{{ … }}\"")
    }

    fn too_large(&self, place: Place) -> Diag {
        self.error("a number that is too large", place, "")
            .note("floats end near 1.8e308, integers at 100,000 digits")
            .help("put it in quotes to keep it as a string")
    }

    fn warn_endless(&mut self, text: &str, place: Place) {
        let title = format!("`{text}` is read as a string: infinite and undefined numbers do not exist here");
        self.warn(title, place, "", "put it in quotes if that is meant".to_owned());
    }

    fn warn_octal(&mut self, text: &str, place: Place) {
        let value = text.trim_start_matches(['+', '-', '0']);
        let value = if value.is_empty() { "0" } else { value };
        if value.len() < 2 {
            return;
        }
        let title = format!("`{text}` is {value} in YAML 1.2, but an octal number in YAML 1.1");
        self.warn(title, place, "", format!("write `0o{value}` for octal, or `{value}`"));
    }

    /// `at` is where the string begins, in characters.
    fn warn_unindented(&mut self, at: usize) {
        let mark = Marker::new(at, 0, 0);
        let title = "a line of a quoted string that is indented no deeper than its key".to_owned();
        let help = "YAML 1.2 forbids it, though many readers let it pass: indent it deeper than its key".to_owned();
        self.warn(title, Place::new(mark, Marker::new(at + 1, 0, 0)), "", help);
    }

    fn no_copy(&self, why: NoCopy, place: Place) -> Diag {
        match why {
            NoCopy::Inside => self
                .error("an alias inside of the value that it names", place, "")
                .help("a value cannot contain itself: name another anchor"),
            NoCopy::TooDeep => self.too_deep(place),
            NoCopy::TooMuch => self
                .error("aliases that copy too much", place, "the limit is reached here")
                .note(format!("the copies of one file may hold {MOST_COPIES} values together"))
                .help("repeat the data where it is used, with a function instead of aliases"),
        }
    }

    fn no_merge(&self, chars: Span) -> Diag {
        Diag::error(Code::BadYaml, "`<<` merges records only")
            .at(self.bytes(chars).at(self.file), "its value is something else")
            .help("write `<<: *anchor` or `<<: [*first, *second]`, or put `\"<<\"` in quotes for a key of that name")
    }
}

fn chars(place: Place) -> Span {
    Span::new(place.start.index(), place.end.index())
}

#[cfg(test)]
mod tests {
    use super::{Yaml, read_yaml};
    use crate::base::span::FileId;
    use crate::output::json::JsonSink;

    fn read(text: &str) -> Yaml {
        read_yaml(FileId(0), text).expect("good YAML")
    }

    fn json(text: &str) -> String {
        let mut sink = JsonSink::compact();
        for document in read(text).documents {
            document.write(&mut sink).expect("JSON holds it");
        }
        sink.finish()
    }

    fn title(text: &str) -> String {
        read_yaml(FileId(0), text).expect_err("bad YAML").title
    }

    #[test]
    fn values_keep_order_and_digits() {
        let text = "b: [1, 0x10, 18446744073709551616, 1.0, no, ~, '1', !!str 2]\na:\n- x: |\n    l\n- {}\n8080: y\n";
        let values = r#"{"b":[1,16,18446744073709551616,1.0,"no",null,"1","2"],"a":[{"x":"l\n"},{}],"8080":"y"}"#;
        assert_eq!(json(text), values);
        assert_eq!(read("a\n---\nb\n---\n").documents.len(), 3);
        assert_eq!(read("# nothing\n").documents.len(), 0);
    }

    #[test]
    fn anchors_and_merge_keys() {
        assert_eq!(json("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n"), r#"{"a":{"x":1,"y":2},"b":{"x":1,"y":3}}"#);
        assert_eq!(json("c: {y: 3, <<: [{x: 1}, {x: 2, z: 4}]}"), r#"{"c":{"y":3,"x":1,"z":4}}"#);
        assert_eq!(json("c: {\"<<\": 1, &k k: *k}"), r#"{"c":{"<<":1,"k":"k"}}"#);
        assert_eq!(title("a: &a [*a]"), "an alias inside of the value that it names");
        assert_eq!(title("<<: 1"), "`<<` merges records only");
    }

    #[test]
    fn a_few_aliases_do_not_fill_the_memory() {
        let levels = (1..20).map(|n| format!("a{n}: &a{n} [{}]\n", format!("*a{},", n - 1).repeat(9)));
        assert_eq!(title(&format!("a0: &a0 x\n{}", levels.collect::<String>())), "aliases that copy too much");
        let nested = format!("{}x{}", "&a [".repeat(2_000), "]".repeat(2_000));
        assert_eq!(title(&nested), "YAML nested too deep");
        assert_eq!(title(&"? ".repeat(900)), "a list or record as a key that is too long");
        let chain = (1..2_000).map(|n| format!("- &a{n} [*a{}]\n", n - 1));
        assert_eq!(title(&format!("- &a0 x\n{}", chain.collect::<String>())), "YAML nested too deep");
    }

    #[test]
    fn mistakes_say_what_is_wrong() {
        assert_eq!(title("a: b: c"), "a `:` where no record can start");
        assert_eq!(title("a:\n\tb: 1"), "a tab where YAML wants spaces");
        assert_eq!(title("x: {{ name }}"), "a record whose key is a record");
        assert_eq!(title("x: !!int no"), "a value that is not what its tag `!!int` says");
        assert_eq!(title("x: 1e999"), "a number that is too large");
        let diag = read_yaml(FileId(0), "é: 1\nb: 2\né: 3\n").expect_err("a duplicate");
        let places: Vec<_> = diag.labels.iter().map(|label| (label.loc.span.start, label.text.as_str())).collect();
        assert_eq!(places, [(11, "the second time, on line 3"), (0, "the first time, on line 1")]);
    }

    #[test]
    fn what_other_tools_read_otherwise_is_warned_of() {
        let titles = |text: &str| read(text).warnings.into_iter().map(|diag| diag.title).collect::<Vec<_>>();
        assert_eq!(titles("[!Ref a, !Ref b]"), ["the tag `!Ref` has no meaning here and is dropped"]);
        assert_eq!(titles("0644"), ["`0644` is 644 in YAML 1.2, but an octal number in YAML 1.1"]);
        assert_eq!(
            titles("[07, -.inf]"),
            ["`-.inf` is read as a string: infinite and undefined numbers do not exist here"]
        );
    }
}
