//! Where values were written: for every value of every section that runs there is an answer, and a literal that is
//! said to be the value is the value.

use rzp_lang::base::span::Loc;
use rzp_lang::base::world::MemWorld;
use rzp_lang::eval::whence::Whence;
use rzp_lang::session::Session;
use rzp_lang::testing::cases::{self, Case};
use rzp_tests::house;
use serde_json::Value;
use std::rc::Rc;

/// A session that remembers over the files of a section.
fn session(case: &Case, remembers: bool) -> Session {
    let world = case.files().into_iter().fold(MemWorld::new(), |world, (path, text)| world.with(&path, &text));
    let mut session = Session::new(Rc::new(world));
    session.vm().remembers = remembers;
    session
}

fn inputs(case: &Case) -> Vec<(String, String)> {
    let split = |text: &str| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    case.option("input").filter_map(split).collect()
}

/// All parts of a value with the steps that lead to them.
fn parts(value: &Value, steps: &[String], found: &mut Vec<(Vec<String>, Value)>) {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (step, value) in inside {
        let steps: Vec<String> = steps.iter().cloned().chain([step]).collect();
        found.push((steps.clone(), value.clone()));
        parts(value, &steps, found);
    }
}

/// A part of a value, where it was written, and the text there.
struct Answer {
    steps: Vec<String>,
    value: Value,
    whence: Option<Whence>,
    text: String,
}

/// Where each part of a section's value was written.
fn answers(case: &Case, remembers: bool) -> Vec<Answer> {
    let options = rzp_lang::EvalOptions { inputs: inputs(case), ..Default::default() };
    let Ok(json) = session(case, false).eval_file("main.rzp", &options) else { return Vec::new() };
    let mut all = Vec::new();
    parts(&serde_json::from_str(&json).expect("JSON"), &[], &mut all);
    let mut session = session(case, remembers);
    let told = session.with_file("main.rzp", &options.inputs, |vm, value| {
        let asked = all.iter().map(|(steps, part)| {
            let names: Vec<&str> = steps.iter().map(String::as_str).collect();
            let whence = vm.whence(&value, &names);
            let text = whence.as_ref().map(|whence| text_at(vm.sources.get(whence.loc.file), whence.loc));
            Answer { steps: steps.clone(), value: part.clone(), whence, text: text.unwrap_or_default() }
        });
        Ok(asked.collect())
    });
    told.expect("it ran before")
}

fn text_at(source: &rzp_lang::base::source::Source, loc: Loc) -> String {
    source.text.get(loc.span.range()).unwrap_or_default().to_owned()
}

/// The value of a text that is a literal as JSON has them.
fn literal(text: &str) -> Option<Value> {
    let plain = !text.contains("\\(") && !text.contains('\\') && !text.starts_with(['[', '{']);
    serde_json::from_str(text).ok().filter(|_| plain)
}

/// What came of asking for every value of every section.
#[derive(Debug, Default)]
struct Tally {
    values: usize,
    literals: usize,
    nowhere: usize,
    wrong: Vec<String>,
}

fn ask_all(remembers: bool) -> Tally {
    let mut tally = Tally::default();
    for file in house::files("tests/spec").iter().filter(|file| file.has_extension("rzp")) {
        for case in cases::parse(&file.text).expect("sections").cases {
            if ["path", "format", "run", "set"].iter().any(|option| case.option(option).next().is_some()) {
                continue;
            }
            for answer in answers(&case, remembers) {
                tally.count(&format!("{} {}", file.path, case.name), &answer);
            }
        }
    }
    tally
}

impl Tally {
    fn count(&mut self, section: &str, answer: &Answer) {
        self.values += 1;
        let Some(whence) = &answer.whence else {
            self.nowhere += 1;
            return;
        };
        let path = answer.steps.join(".");
        if whence.steps != answer.steps.len() {
            self.wrong.push(format!("{section}: of {path} there are {} steps", whence.steps));
        }
        let Some(said) = literal(&answer.text).filter(|_| whence.exact) else { return };
        self.literals += 1;
        if said != answer.value {
            self.wrong.push(format!("{section}: {path} is {}, and {} is said", answer.value, answer.text));
        }
    }
}

#[test]
fn what_is_said_to_be_written_is_written_there() {
    let told = ask_all(true);
    assert!(told.wrong.is_empty(), "{}", told.wrong.join("\n"));
    assert!(told.values > 1_000 && told.literals * 2 > told.values && told.nowhere * 50 < told.values, "{told:?}");
}

#[test]
fn a_run_without_memory_says_less_and_nothing_wrong() {
    let told = ask_all(false);
    assert!(told.wrong.is_empty(), "{}", told.wrong.join("\n"));
    assert!(told.literals * 3 > told.values, "{told:?}");
}
