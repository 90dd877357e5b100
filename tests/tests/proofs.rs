//! The checker's word against the run's, on random types and values: what is proved passes, what is
//! refuted fails, and a contract never makes another value of a value.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rzp_lang::base::span::Loc;
use rzp_lang::base::symbol::Symbol;
use rzp_lang::base::world::MemWorld;
use rzp_lang::eval::fault::{Fault, Run};
use rzp_lang::eval::vm::Vm;
use rzp_lang::session::write;
use rzp_lang::value::value::Value;
use rzp_lang::{Format, Session};
use rzp_tests::pairs::Pair;
use std::cell::RefCell;
use std::rc::Rc;

/// So many cases are written into one program.
const BATCH: usize = 500;
const BATCHES: u32 = 200;

/// What the checker says of an annotation.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Verdict {
    Proved,
    Refuted,
    Unknown,
}

/// What became of a field: its value as JSON, or the code and the title of the error.
type Outcome = Result<String, String>;

/// How the cases fell: so that the test cannot become one of nothing.
#[derive(Debug, Default)]
struct Tally {
    cases: usize,
    proved: usize,
    refuted: usize,
    passed_unknown: usize,
    failed_unknown: usize,
}

/// A program with a field for each expression, and where each begins in it.
fn program<'a>(exprs: impl Iterator<Item = &'a str>) -> (String, Vec<usize>) {
    let mut text = String::from("{\n");
    let mut starts = Vec::new();
    for (index, expr) in exprs.enumerate() {
        text += &format!("f{index} = ");
        starts.push(text.len());
        text += expr;
        text.push('\n');
    }
    (text + "}\n", starts)
}

fn session(text: &str) -> Session {
    Session::new(Rc::new(MemWorld::new().with("main.rzp", text)))
}

/// The fields of a program, each computed to its end.
fn outcomes(text: &str, count: usize, elides: bool) -> Vec<Outcome> {
    let mut session = session(text);
    let vm = session.vm();
    vm.elides = elides;
    vm.deep(|vm| {
        let loaded = vm.load("main.rzp", Loc::default()).and_then(|value| vm.force(&value));
        let Ok(Value::Record(record)) = loaded else { panic!("{}", unreadable(vm, loaded.err())) };
        (0..count)
            .map(|index| {
                vm.reset();
                let field = vm.field(&record, Symbol::new(&format!("f{index}")));
                field.and_then(|value| export(vm, value)).map_err(|fault| {
                    let diags = fault.into_diags();
                    format!("{:?}: {} {:?}", diags[0].code, diags[0].title, diags[0].helps)
                })
            })
            .collect()
    })
}

/// The line that a program of cases could not be read for.
fn unreadable(vm: &Vm, fault: Option<Box<Fault>>) -> String {
    let Some(diag) = fault.and_then(|fault| fault.diags.into_iter().next()) else { return "no record".to_owned() };
    let place = diag.place().unwrap_or_default();
    let before = &vm.sources.get(place.file).text[..place.span.start as usize];
    let line = vm.sources.get(place.file).text.lines().nth(before.matches('\n').count());
    format!("{}: {}", diag.title, line.unwrap_or_default())
}

fn export(vm: &mut Vm, value: Option<Value>) -> Run<String> {
    write(vm, &value.unwrap_or(Value::Null), Format::JsonCompact)
}

/// What the checker says of each of the annotations.
fn verdicts(text: &str, starts: &[usize], pairs: &[Pair]) -> Vec<Verdict> {
    let checked = session(text).check(&["main.rzp".to_owned()]);
    let line_of = |at: u32| starts.partition_point(|start| *start <= at as usize).checked_sub(1);
    let mut verdicts = vec![Verdict::Proved; pairs.len()];
    for left in &checked.unproved {
        let Some(index) = line_of(left.at.span.start) else { continue };
        if left.at.span.start as usize == starts[index] + pairs[index].annotation.0 {
            verdicts[index] = Verdict::Unknown;
        }
    }
    for diag in checked.diags.iter().filter(|diag| diag.is_error()) {
        let index = diag.place().and_then(|place| line_of(place.span.start));
        verdicts[index.unwrap_or_else(|| panic!("{}", diag.title))] = Verdict::Refuted;
    }
    verdicts
}

fn judge(pairs: &[Pair], tally: &mut Tally) -> Result<(), TestCaseError> {
    let (text, starts) = program(pairs.iter().map(|pair| pair.text.as_str()));
    let said = verdicts(&text, &starts, pairs);
    let checked = outcomes(&text, pairs.len(), false);
    let elided = outcomes(&text, pairs.len(), true);
    let plain = outcomes(&program(pairs.iter().map(|pair| pair.plain.as_str())).0, pairs.len(), true);
    let twice = outcomes(&program(pairs.iter().map(|pair| pair.twice.as_str())).0, pairs.len(), true);
    for (index, pair) in pairs.iter().enumerate() {
        let (said, checked, plain) = (said[index], &checked[index], &plain[index]);
        let case = &pair.text;
        tally.cases += 1;
        // A value in no member of a union may be blamed on either, whichever is asked first.
        let same = elided[index] == *checked || (elided[index].is_err() && checked.is_err());
        prop_assert!(same, "left out, the contract made a difference: {:?}, {checked:?}: {case}", elided[index]);
        match (checked, plain) {
            (Ok(value), plain) => {
                prop_assert_eq!(Ok(value), plain.as_ref(), "the contract made another value: {}", case);
                let again = twice[index].as_ref();
                prop_assert!(pair.functions || Ok(value) == again, "{again:?} at the second look: {}", pair.twice);
            }
            (Err(_), Err(_)) => {}
            (Err(why), Ok(_)) => {
                prop_assert!(said != Verdict::Proved || pair.replaced, "proved, and yet: {why}\n{case}")
            }
        }
        match said {
            Verdict::Proved => tally.proved += 1,
            Verdict::Refuted if pair.straight && !pair.functions => {
                tally.refuted += 1;
                prop_assert!(checked.is_err(), "refuted, and yet it is {checked:?}: {case}");
            }
            Verdict::Refuted => {}
            Verdict::Unknown if checked.is_ok() => tally.passed_unknown += 1,
            Verdict::Unknown => tally.failed_unknown += 1,
        }
    }
    Ok(())
}

#[test]
fn what_is_proved_passes_and_what_is_refuted_fails() {
    let tally = RefCell::new(Tally::default());
    let config = Config { cases: BATCHES, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    let result = TestRunner::new(config).run(&any::<u32>(), |seed| {
        let from = u64::from(seed) * BATCH as u64;
        let pairs: Vec<Pair> = (from..from + BATCH as u64).map(Pair::random).collect();
        judge(&pairs, &mut tally.borrow_mut())
    });
    let tally = tally.into_inner();
    result.unwrap_or_else(|why| panic!("{why}\n{tally:?}"));
    let share = |count: usize| count * 100 / tally.cases.max(1);
    assert!(tally.cases >= 100_000, "{tally:?}");
    assert!(share(tally.proved) >= 15, "{tally:?}");
    assert!(share(tally.refuted) >= 5, "{tally:?}");
    assert!(share(tally.passed_unknown) >= 5, "{tally:?}");
    assert!(share(tally.failed_unknown) >= 5, "{tally:?}");
}
