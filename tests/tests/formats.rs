//! What is written reads back as the same data: by the readers here, and by others.
//!
//! The texts are made of what formats stumble over: words that some reader takes for booleans or
//! numbers, indicators, blanks at the edges, line breaks of all kinds.

use num_bigint::BigInt;
use proptest::collection::vec;
use proptest::prelude::*;
use rzp_lang::base::span::FileId;
use rzp_lang::base::symbol::Symbol;
use rzp_lang::data::csv::read_csv;
use rzp_lang::data::json::read_json;
use rzp_lang::data::toml::read_toml;
use rzp_lang::data::tree::Data;
use rzp_lang::data::yaml::read_yaml;
use rzp_lang::output::json::JsonSink;
use rzp_lang::output::sink::{Refused, Sink};
use rzp_lang::output::toml::TomlSink;
use rzp_lang::output::yaml::YamlSink;
use std::collections::BTreeMap;

const FILE: FileId = FileId(0);

/// Pieces that texts are put together from.
const PIECES: &[&str] = &[
    "a",
    "b",
    "0",
    "1",
    "7",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "\r",
    "\r\n",
    ":",
    ": ",
    " #",
    "#",
    "-",
    "- ",
    "---",
    "...",
    "?",
    "? ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "{}",
    "&",
    "*",
    "!",
    "!!str",
    "|",
    ">",
    "'",
    "\"",
    "\\",
    "%",
    "@",
    "`",
    "~",
    "=",
    "<<",
    ".",
    "_",
    "+",
    "e",
    "e3",
    "x",
    "o",
    "0x",
    "0o",
    ".inf",
    ".nan",
    "null",
    "true",
    "no",
    "on",
    "y",
    "N",
    "é",
    "日本",
    "😀",
    "\u{0}",
    "\u{7}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffd}",
    "\u{ffff}",
    "2001-01-01",
    "12:30:45",
    "=",
    "1_000",
    "017",
    "\"\"\"",
    "'''",
    "key",
    "T",
    "Z",
];

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => vec(prop::sample::select(PIECES), 0..6).prop_map(|pieces| pieces.concat()),
        1 => vec(prop::sample::select(PIECES), 30..60).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
        1 => "[ \t]{0,2}[a-c:#]{0,3}(\n[ \t]{0,2}[a-c:#-]{0,3}){0,5}",
        1 => "[-+]?[0-9._:]{1,6}(e[-+]?[0-9]{1,2})?",
    ]
}

fn big() -> impl Strategy<Value = Data> {
    (any::<i128>(), any::<u64>())
        .prop_map(|(a, b)| Data::BigInt(Box::new((BigInt::from(a) << 64) + b)))
        .prop_filter("64 bits are not big", |data| matches!(data, Data::BigInt(value) if value.bits() > 64))
}

fn floats() -> impl Strategy<Value = Data> {
    let finite = any::<f64>().prop_filter("floats are finite", |value| value.is_finite());
    prop_oneof![finite, (-1e4..1e4f64).prop_map(f64::round), Just(-0.0), Just(5e-324), Just(1e20), Just(1e16)]
        .prop_map(Data::Float)
}

/// Data that every format holds.
fn scalars() -> BoxedStrategy<Data> {
    prop_oneof![
        4 => texts().prop_map(|text| Data::Str(text.into())),
        1 => any::<bool>().prop_map(Data::Bool),
        2 => prop_oneof![any::<i64>(), -10..10i64].prop_map(Data::Int),
        1 => floats(),
    ]
    .boxed()
}

fn record(fields: Vec<(String, Data)>) -> Data {
    let mut seen = BTreeMap::new();
    let fields = fields.into_iter().filter(|(name, _)| seen.insert(name.clone(), ()).is_none());
    Data::Record(fields.map(|(name, value)| (Symbol::new(&name), value)).collect())
}

fn trees(leaves: BoxedStrategy<Data>) -> BoxedStrategy<Data> {
    let tree = leaves.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![vec(inner.clone(), 0..5).prop_map(Data::List), vec((texts(), inner), 0..5).prop_map(record),]
    });
    tree.boxed()
}

fn data() -> BoxedStrategy<Data> {
    trees(prop_oneof![8 => scalars(), 1 => Just(Data::Null), 1 => big()].boxed())
}

fn write<S: Sink>(data: &Data, mut sink: S) -> S {
    data.write(&mut sink).expect("the format holds it");
    sink
}

fn yaml(data: &Data) -> String {
    write(data, YamlSink::new()).finish()
}

/// What another reader makes of YAML, as data.
fn from_serde(value: serde_yaml::Value) -> Data {
    match value {
        serde_yaml::Value::Null => Data::Null,
        serde_yaml::Value::Bool(value) => Data::Bool(value),
        serde_yaml::Value::Number(number) => match number.as_i64() {
            Some(value) => Data::Int(value),
            None => Data::Float(number.as_f64().unwrap_or_default()),
        },
        serde_yaml::Value::String(text) => Data::Str(text.into()),
        serde_yaml::Value::Sequence(items) => Data::List(items.into_iter().map(from_serde).collect()),
        serde_yaml::Value::Mapping(fields) => {
            let name = |key| match from_serde(key) {
                Data::Str(name) => Symbol::new(&name),
                other => panic!("the key {other:?} was a string"),
            };
            Data::Record(fields.into_iter().map(|(key, value)| (name(key), from_serde(value))).collect())
        }
        serde_yaml::Value::Tagged(tagged) => panic!("nothing was tagged {}", tagged.tag),
    }
}

/// What another reader makes of JSON; its records are sorted.
fn from_json(value: serde_json::Value) -> Data {
    match value {
        serde_json::Value::Null => Data::Null,
        serde_json::Value::Bool(value) => Data::Bool(value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(value) => Data::Int(value),
            None => Data::Float(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Data::Str(text.into()),
        serde_json::Value::Array(items) => Data::List(items.into_iter().map(from_json).collect()),
        serde_json::Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (Symbol::new(&name), from_json(value)));
            sorted(Data::Record(fields.collect()))
        }
    }
}

/// What another reader makes of TOML; its tables are sorted.
fn from_toml(value: toml::Value) -> Data {
    match value {
        toml::Value::String(text) => Data::Str(text.into()),
        toml::Value::Integer(value) => Data::Int(value),
        toml::Value::Float(value) => Data::Float(value),
        toml::Value::Boolean(value) => Data::Bool(value),
        toml::Value::Datetime(value) => panic!("{value} was no date"),
        toml::Value::Array(items) => Data::List(items.into_iter().map(from_toml).collect()),
        toml::Value::Table(fields) => sorted(Data::Record(
            fields.into_iter().map(|(name, value)| (Symbol::new(&name), from_toml(value))).collect(),
        )),
    }
}

fn sorted(data: Data) -> Data {
    match data {
        Data::List(items) => Data::List(items.into_iter().map(sorted).collect()),
        Data::Record(fields) => {
            let mut fields: Vec<(Symbol, Data)> =
                fields.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            fields.sort_by_key(|(name, _)| name.text());
            Data::Record(fields)
        }
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_reads_back(data in data()) {
        for text in [write(&data, JsonSink::compact()).finish(), write(&data, JsonSink::pretty()).finish()] {
            prop_assert_eq!(read_json(FILE, &text), Ok(data.clone()), "{}", text);
        }
    }

    #[test]
    fn json_is_what_others_read(data in trees(prop_oneof![8 => scalars(), 1 => Just(Data::Null)].boxed())) {
        for text in [write(&data, JsonSink::compact()).finish(), write(&data, JsonSink::pretty()).finish()] {
            let value = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{why}:\n{text}"));
            prop_assert_eq!(from_json(value), sorted(data.clone()), "{}", text);
        }
    }

    #[test]
    fn yaml_reads_back(data in data()) {
        let text = yaml(&data);
        prop_assert_eq!(read_yaml(FILE, &text).map(|yaml| yaml.documents), Ok(vec![data]), "{}", text);
    }

    #[test]
    fn yaml_is_what_others_read(data in trees(prop_oneof![8 => scalars(), 1 => Just(Data::Null)].boxed())) {
        let text = yaml(&data);
        let value = serde_yaml::from_str(&text).unwrap_or_else(|why| panic!("{why}:\n{text}"));
        prop_assert_eq!(from_serde(value), data, "{}", text);
    }

    #[test]
    fn yaml_documents_stay_apart(documents in vec(data(), 1..4)) {
        let mut sink = YamlSink::new();
        for data in &documents {
            sink.begin_document();
            data.write(&mut sink).expect("YAML holds it");
        }
        let text = sink.finish();
        prop_assert_eq!(read_yaml(FILE, &text).map(|yaml| yaml.documents), Ok(documents), "{}", text);
    }

    #[test]
    fn toml_reads_back(fields in vec((texts(), trees(scalars())), 0..6)) {
        let data = record(fields);
        let text = write(&data, TomlSink::new()).finish().expect("TOML holds it");
        let read = read_toml(FILE, &text).unwrap_or_else(|why| panic!("{why:?}\n{text}"));
        prop_assert_eq!(sorted(read), sorted(data.clone()), "{}", text);
        let other: toml::Table = text.parse().expect("good TOML");
        prop_assert_eq!(from_toml(toml::Value::Table(other)), sorted(data), "{}", text);
    }

    #[test]
    fn csv_reads_back(rows in vec((texts(), texts()), 0..5)) {
        let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let lines = rows.iter().map(|(a, b)| format!("{},{}\n", cell(a), cell(b)));
        let text = format!("first,second\n{}", lines.collect::<String>());
        let rows = rows.into_iter().map(|(a, b)| record(vec![
            ("first".to_owned(), Data::Str(a.into())),
            ("second".to_owned(), Data::Str(b.into())),
        ]));
        prop_assert_eq!(read_csv(FILE, &text), Ok(Data::List(rows.collect())));
    }

    #[test]
    fn no_text_panics_a_reader(text in texts(), more in any::<String>()) {
        for text in [text, more] {
            let places = [
                read_json(FILE, &text).err(),
                read_yaml(FILE, &text).err(),
                read_toml(FILE, &text).err(),
                read_csv(FILE, &text).err(),
            ];
            for diag in places.into_iter().flatten() {
                prop_assert!(!diag.title.is_empty() && !diag.helps.is_empty() | diag.fix.is_some(), "{:?}", diag);
                for label in diag.labels {
                    prop_assert!(text.get(label.loc.span.range()).is_some(), "{:?} in {:?}", label, text);
                }
            }
        }
    }
}

/// The readers' own limit is the only one: what is as deep as they take it comes back from YAML.
#[test]
fn the_deepest_yaml_reads_back() {
    for (open, close) in [("[", "]"), ("{\"\":", "}"), ("[{\"a\":", "}]")] {
        let levels = 1_000 / open.matches(['[', '{']).count();
        let json = format!("{}1{}", open.repeat(levels), close.repeat(levels));
        let data = read_json(FILE, &json).expect("as deep as is allowed");
        let again = read_yaml(FILE, &yaml(&data)).map(|yaml| yaml.documents);
        assert!(again == Ok(vec![data]), "{open}: {:?}", again.err());
    }
}

/// Nesting costs no stack, and output that grows with its square is avoided.
#[test]
fn sinks_go_deep() {
    let depth = 100_000;
    for mut sink in
        [Box::new(JsonSink::pretty()) as Box<dyn Sink>, Box::new(JsonSink::compact()), Box::new(YamlSink::new())]
    {
        for _ in 0..depth {
            sink.begin_list(1).expect("lists nest");
        }
        for _ in 0..depth {
            sink.end_list().expect("lists nest");
        }
    }
    let mut sink = TomlSink::new();
    for _ in 0..depth {
        sink.begin_record(1).and_then(|()| sink.key("a")).expect("the depth shows at the end");
    }
    sink.int(1).expect("the depth shows at the end");
    for _ in 0..depth {
        sink.end_record().expect("the depth shows at the end");
    }
    assert_eq!(sink.finish(), Err(Refused::TomlDepth));
}
