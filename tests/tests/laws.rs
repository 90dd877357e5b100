//! The laws of `&` and `with`, over texts made at random.
//!
//! Records have nested records, lists, scalars, fields read through `self`, classes on fields and on
//! blocks. Two programs agree when each part of their values, read alone, is the same value, missing
//! from both, or an error in both; the order of fields does not count, everything else does.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rzp_lang::base::codes::Code;
use rzp_lang::base::world::MemWorld;
use rzp_lang::eval::vm::Limits;
use rzp_lang::{EvalOptions, Format, Session};
use serde_json::Value;
use std::fmt;
use std::rc::Rc;

/// A record as it is written.
#[derive(Clone)]
struct Record(Vec<(&'static str, &'static str, Term)>);

/// A field's value as it is written.
#[derive(Clone)]
enum Term {
    Text(String),
    Record(Record),
    /// `std.replace({ … })`
    Replace(Record),
    /// `default { name = { … } }`, a block around the field
    Block(Box<Term>),
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("{ ")?;
        for (class, name, term) in &self.0 {
            match term {
                Term::Block(inner) if !class.is_empty() => write!(f, "{class} {{ {name} = {inner} }}, ")?,
                term => write!(f, "{class} {name} = {term}, ")?,
            }
        }
        f.write_str("}")
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Term::Text(text) => f.write_str(text),
            Term::Record(record) => record.fmt(f),
            Term::Replace(record) => write!(f, "std.replace({record})"),
            Term::Block(inner) => inner.fmt(f),
        }
    }
}

// What a failing case is shown as: the text itself.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Record {
    fn reversed(&self) -> Record {
        Record(self.0.iter().rev().cloned().collect())
    }
}

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Few values and few names, so that records meet, agree and conflict often.
fn scalar() -> impl Strategy<Value = Term> {
    let texts = ["1.0", "\"x\"", "null", "[1]", "[1, { a = 2 }]", "[]", "{}"];
    prop_oneof![
        6 => Just(Term::Text("1".to_owned())),
        2 => Just(Term::Text("2".to_owned())),
        3 => prop::sample::select(texts.to_vec()).prop_map(|text| Term::Text(text.to_owned())),
        1 => prop::sample::select(NAMES.to_vec()).prop_map(|name| Term::Text(format!("(self.{name} ?? 0) == 1"))),
    ]
}

fn fields(term: impl Strategy<Value = Term> + Clone + 'static) -> BoxedStrategy<Record> {
    let class = prop::sample::select(vec!["", "", "", "default", "default", "force"]);
    let names = prop::sample::subsequence(NAMES.to_vec(), 0..=3).prop_shuffle();
    (names, prop::collection::vec((class, term), 3))
        .prop_map(|(names, rest)| {
            Record(names.into_iter().zip(rest).map(|(name, (class, term))| (class, name, term)).collect())
        })
        .boxed()
}

/// Records that `&` joins.
fn facts() -> BoxedStrategy<Record> {
    let term = scalar().prop_recursive(3, 24, 3, |inner| {
        prop_oneof![
            4 => fields(inner.clone()).prop_map(Term::Record),
            1 => inner.prop_map(|term| Term::Block(Box::new(term))),
        ]
    });
    fields(term)
}

/// Records for `with`: marks and `super` too.
fn layers() -> BoxedStrategy<Record> {
    let over = prop::sample::select(NAMES.to_vec()).prop_map(|name| Term::Text(format!("[super.{name} ?? 0]")));
    let leaf = prop_oneof![6 => scalar(), 1 => Just(Term::Text("absent".to_owned())), 1 => over];
    let term = leaf.prop_recursive(3, 24, 3, |inner| {
        prop_oneof![
            5 => fields(inner.clone()).prop_map(Term::Record),
            1 => fields(inner).prop_map(Term::Replace),
        ]
    });
    fields(term)
}

/// What reading one part of a program's value gives.
#[derive(Debug, PartialEq)]
enum Read {
    Value(Value),
    Missing,
    Wrong,
}

/// Reads of the whole value, of each field and of each field's fields: a conflict in one part hides
/// no difference in another.
fn reads(program: &str) -> Vec<Read> {
    let mut session = Session::new(Rc::new(MemWorld::new().with("main.rzp", program)));
    session.set_limits(Limits { depth: 300, ..Limits::default() });
    let deeper = NAMES.iter().flat_map(|outer| NAMES.iter().map(move |inner| format!("{outer}.{inner}")));
    let paths = NAMES.iter().map(|name| (*name).to_owned()).chain(deeper).map(Some);
    std::iter::once(None).chain(paths).map(|path| read(&mut session, path)).collect()
}

fn read(session: &mut Session, path: Option<String>) -> Read {
    let options = EvalOptions { path, format: Format::JsonCompact, ..EvalOptions::default() };
    match session.eval_file("main.rzp", &options) {
        Ok(text) => Read::Value(serde_json::from_str(&text).expect("output is JSON")),
        Err(errors) if errors.iter().any(|error| matches!(error.code, Code::UnknownField | Code::BadPath)) => {
            Read::Missing
        }
        Err(_) => Read::Wrong,
    }
}

/// Whether a program has a value as a whole.
fn succeeds(program: &str) -> bool {
    matches!(reads(program).first(), Some(Read::Value(_)))
}

/// Two ends of one program: they must agree in every part.
fn agree(lets: &str, one: &str, other: &str) -> Result<(), TestCaseError> {
    let (first, second) = (reads(&format!("{lets}{one}")), reads(&format!("{lets}{other}")));
    prop_assert_eq!(first, second, "\n{}{}\n{}{}", lets, one, lets, other);
    Ok(())
}

fn lets(records: &[&Record]) -> String {
    let names = ["x", "y", "z"];
    names.iter().zip(records).map(|(name, record)| format!("let {name} = {record}\n")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merge_is_commutative(x in facts(), y in facts()) {
        agree(&lets(&[&x, &y]), "x & y", "y & x")?;
    }

    #[test]
    fn merge_is_associative(x in facts(), y in facts(), z in facts()) {
        agree(&lets(&[&x, &y, &z]), "(x & y) & z", "x & (y & z)")?;
    }

    #[test]
    fn merge_is_idempotent(x in facts()) {
        agree(&lets(&[&x]), "x & x", "x")?;
    }

    #[test]
    fn merge_is_idempotent_over_a_merge(x in facts(), y in facts()) {
        agree(&lets(&[&x, &y]), "(x & y) & x", "x & y")?;
        agree(&lets(&[&x, &y]), "y & (x & y)", "x & y")?;
    }

    #[test]
    fn merge_does_not_see_what_was_forced_before(x in facts(), y in facts()) {
        let lets = lets(&[&x, &y]);
        if succeeds(&format!("{lets}x & y")) {
            agree(&lets, "let p = x & y; if p == p then p & x & y else {}", "x & y")?;
        }
        if succeeds(&format!("{lets}x")) {
            agree(&lets, "if x == x then x & y else {}", "x & y")?;
            agree(&lets, "if x == x then y & x else {}", "x & y")?;
        }
    }

    #[test]
    fn with_is_associative(x in layers(), y in layers(), z in layers()) {
        agree(&lets(&[&x, &y, &z]), "(x with y) with z", "x with (y with z)")?;
    }

    #[test]
    fn with_does_not_see_what_was_forced_before(x in layers(), y in layers()) {
        let lets = lets(&[&x, &y]);
        if succeeds(&format!("{lets}x")) {
            agree(&lets, "if x == x then x with y else {}", "x with y")?;
        }
    }

    #[test]
    fn the_order_of_fields_changes_no_value(x in facts(), y in facts()) {
        let (a, b) = (x.reversed(), y.reversed());
        agree("", &format!("{x} & {y}"), &format!("{a} & {b}"))?;
        agree("", &format!("{x} with {y}"), &format!("{a} with {b}"))?;
    }
}

/// The laws would hold for programs that all fail: enough of them must not.
#[test]
fn many_programs_have_a_value() {
    let mut runner = TestRunner::deterministic();
    let mut count = |operator: &str, records: BoxedStrategy<Record>| {
        let mut draw = || records.new_tree(&mut runner).expect("a record").current();
        let programs: Vec<String> = (0..200).map(|_| format!("{} {operator} {}", draw(), draw())).collect();
        programs.iter().filter(|program| succeeds(program)).count()
    };
    let (merged, overridden) = (count("&", facts()), count("with", layers()));
    assert!(merged > 60 && overridden > 50, "of 200 each, {merged} merges and {overridden} overrides have a value");
}
