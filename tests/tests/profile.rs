//! What a profile holds: which frames, below which, and that their times add up. The clock counts how often it is asked.

use rzp_lang::base::world::MemWorld;
use rzp_lang::eval::counts::Counts;
use rzp_lang::eval::profile::Profile;
use rzp_lang::profile::folded::folded;
use rzp_lang::profile::svg::{spoken, svg};
use rzp_lang::profile::tree::{Entry, Flame, Kind};
use rzp_lang::{EvalOptions, Format, Session};
use std::cell::Cell;
use std::rc::Rc;

thread_local! {
    static NOW: Cell<u64> = const { Cell::new(0) };
}

/// A clock that goes on by one whenever it is looked at.
fn tick() -> u64 {
    NOW.set(NOW.get() + 1);
    NOW.get()
}

fn options() -> EvalOptions {
    EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() }
}

/// The value of `main.rzp`, or nothing if it has errors, and the profile of the run.
fn profiled(files: &[(&str, &str)]) -> (Option<String>, Flame) {
    let world = files.iter().fold(MemWorld::new(), |world, (path, text)| world.with(path, text));
    let mut session = Session::new(Rc::new(world));
    session.vm().profile = Some(Box::new(Profile::new(tick)));
    let value = session.eval_file("main.rzp", &options());
    let flame = Flame::of(&mut session).expect("a profile");
    assert!(Flame::of(&mut session).is_none(), "a profile ends once");
    adds_up(&flame.all);
    (value.ok(), flame)
}

/// What a program of one file does.
fn counted(program: &str) -> Counts {
    let mut session = Session::new(Rc::new(MemWorld::new()));
    session.eval_text("main.rzp", program, &options()).unwrap_or_else(|diags| panic!("{program}\n{diags:?}"));
    session.vm().counts
}

fn adds_up(entry: &Entry) {
    let below: u64 = entry.below.iter().map(|inner| inner.total).sum();
    assert_eq!(entry.own + below, entry.total, "{entry:?}");
    assert!(entry.below.is_sorted_by(|a, b| a.total >= b.total));
    entry.below.iter().for_each(adds_up);
}

/// The frame at the end of a way down.
#[track_caller]
fn at<'a>(flame: &'a Flame, way: &[&str]) -> &'a Entry {
    way.iter().fold(&flame.all, |entry, name| {
        let inner = entry.below.iter().find(|inner| inner.label.text() == *name);
        inner.unwrap_or_else(|| panic!("no `{name}` on the way {way:?}:\n{}", folded(flame)))
    })
}

fn depth(entry: &Entry) -> usize {
    1 + entry.below.iter().map(depth).max().unwrap_or(0)
}

const MAIN: &str = r#"let twice = (import "./twice.rzp").twice
let Even = fn(n) => n % 2 == 0
{
  total : Even = twice(std.list.length(self.names))
  names = std.list.map(["a", "b"], fn(s) => s ++ "!")
  assert self.total > 1 else "it is small"
}
"#;

#[test]
fn frames_stand_below_what_entered_them() {
    let (value, flame) = profiled(&[("main.rzp", MAIN), ("twice.rzp", "{ twice(n) = n + n }")]);
    assert_eq!(value.as_deref(), Some(r#"{"total":4,"names":["a!","b!"]}"#));
    let assert = "assert (main.rzp:6)";
    let total = [assert, "total (main.rzp:4)"];
    assert_eq!(at(&flame, &total).label.kind, Kind::Field);
    assert_eq!(at(&flame, &total).count, 1);
    let native = [assert, "total (main.rzp:4)", "twice (twice.rzp:1)", "std.list.length"];
    assert_eq!(at(&flame, &native[..3]).label.kind, Kind::Function);
    assert_eq!(at(&flame, &native).label.kind, Kind::Native);
    // What a function computes first in any case is computed in front of it.
    at(&flame, &[&native[..3], &["names (main.rzp:5)", "std.list.map"]].concat());
    let check = [assert, "total (main.rzp:4)", "check Even (main.rzp:4)", "Even (main.rzp:2)"];
    assert_eq!(at(&flame, &check[..3]).label.kind, Kind::Contract);
    at(&flame, &check);
    let import = [assert, "total (main.rzp:4)", "import twice.rzp"];
    assert_eq!(at(&flame, &import).label.kind, Kind::File);
    for step in ["read", "parse", "lower"] {
        at(&flame, &[&import[..], &[step]].concat());
        at(&flame, &["import main.rzp", step]);
    }
    assert_eq!(at(&flame, &["names (main.rzp:5)", "write"]).label.kind, Kind::Output);
    assert!(!flame.cut);
}

#[test]
fn a_field_that_was_known_is_not_entered_again() {
    let (_, flame) = profiled(&[("main.rzp", "{ a = std.list.length([1]), b = 1 }")]);
    assert_eq!(at(&flame, &["a (main.rzp:1)"]).count, 1);
    assert_eq!(at(&flame, &["b (main.rzp:1)"]).count, 0);
}

#[test]
fn a_tail_call_takes_the_place_of_its_caller() {
    let program = "let second(n) = n * 2\nlet first(n) = second(n + 1)\n{ a = 1 + first(3) }";
    let (_, flame) = profiled(&[("main.rzp", program)]);
    at(&flame, &["a (main.rzp:3)", "first (main.rzp:2)"]);
    let second = at(&flame, &["a (main.rzp:3)", "second (main.rzp:1)"]);
    assert_eq!(second.count, 1);
}

#[test]
fn a_recursion_makes_no_tower() {
    let program = "let down(n) = if n == 0 then 0 else 1 + down(n - 1)\n{ a = down(20000) }";
    let (value, flame) = profiled(&[("main.rzp", program)]);
    assert_eq!(value.as_deref(), Some(r#"{"a":20000}"#));
    let down = at(&flame, &["a (main.rzp:2)", "down (main.rzp:1)"]);
    assert_eq!(down.count, 20001);
    assert!(down.below.is_empty());
    // The same through a function of the library, whose frame stands between.
    let program =
        "let tree(n) = if n == 0 then 1 else 1 + std.list.sum(std.list.map([n - 1], tree))\n{ a = tree(2000) }";
    let (value, flame) = profiled(&[("main.rzp", program)]);
    assert_eq!(value.as_deref(), Some(r#"{"a":2001}"#));
    assert!(depth(&flame.all) < 16, "{}", folded(&flame));
    assert!(folded(&flame).len() < 4000 && svg(&flame, "deep").len() < 20_000);
    assert!(!flame.cut);
}

#[test]
fn what_lies_too_deep_belongs_to_what_is_above_it() {
    let mut program = "let f0(n) = n + 1\n".to_owned();
    (1..300).for_each(|at| program += &format!("let f{at}(n) = 1 + f{}(n)\n", at - 1));
    program += "{ a = f299(1) }";
    let (value, flame) = profiled(&[("main.rzp", &program)]);
    assert_eq!(value.as_deref(), Some(r#"{"a":301}"#));
    assert!(flame.cut);
    assert_eq!(depth(&flame.all), 201);
    assert!(svg(&flame, "deep").contains("too deep"));
}

#[test]
fn a_failure_leaves_its_frames() {
    let program = "let inner(n) = 1 // n\n{\n  a = 1 + inner(0)\n  b = 1 + inner(1)\n}";
    let (value, flame) = profiled(&[("main.rzp", program)]);
    assert_eq!(value, None);
    at(&flame, &["a (main.rzp:3)", "inner (main.rzp:1)"]);
    at(&flame, &["b (main.rzp:4)", "inner (main.rzp:1)"]);
    let (_, flame) = profiled(&[("main.rzp", "import \"./none.rzp\"")]);
    at(&flame, &["import main.rzp", "parse"]);
}

#[test]
fn a_profile_changes_no_value() {
    let mut session =
        Session::new(Rc::new(MemWorld::new().with("main.rzp", MAIN).with("twice.rzp", "{ twice(n) = n }")));
    let plain = session.eval_file("main.rzp", &options());
    let (value, _) = profiled(&[("main.rzp", MAIN), ("twice.rzp", "{ twice(n) = n }")]);
    assert_eq!(plain.ok(), value);
}

#[test]
fn names_are_text_wherever_they_stand() {
    let program = "{ \"a;b <&> \\n\" = std.list.length([1]) }";
    let (_, flame) = profiled(&[("main.rzp", program)]);
    let stacks = folded(&flame);
    assert!(stacks.lines().any(|line| line.starts_with("all;a,b <&>   (main.rzp:1);std.list.length ")), "{stacks}");
    for line in stacks.lines() {
        let (_, time) = line.rsplit_once(' ').expect("a time");
        assert!(time.parse::<u64>().is_ok_and(|time| time > 0), "{line}");
    }
    let picture = svg(&flame, "a < b");
    let parsed = roxmltree::Document::parse(&picture).expect("well-formed");
    let titles: Vec<&str> =
        parsed.descendants().filter(|node| node.has_tag_name("title")).filter_map(|node| node.text()).collect();
    assert!(titles[0].starts_with("a < b: "), "{titles:?}");
    let told = titles.iter().find(|title| title.starts_with("a;b <&>")).expect("the field");
    assert!(told.contains("% of all") && told.contains("; once"), "{told}");
}

/// Boxes lie within the one above them, and their texts within their boxes.
#[test]
fn boxes_lie_within_each_other() {
    let (_, flame) = profiled(&[("main.rzp", MAIN), ("twice.rzp", "{ twice(n) = n + n }")]);
    let picture = svg(&flame, "boxes");
    let parsed = roxmltree::Document::parse(&picture).expect("well-formed");
    let number = |node: roxmltree::Node, name: &str| -> f64 {
        node.attribute(name).and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{name} of {node:?}"))
    };
    let mut around: Vec<(f64, f64)> = Vec::new();
    let frames = parsed.descendants().filter(|node| node.attribute("data-row").is_some());
    let mut count = 0;
    for frame in frames {
        let row = number(frame, "data-row") as usize;
        let rect = frame.children().find(|node| node.has_tag_name("rect")).expect("a box");
        let (from, width) = (number(rect, "x"), number(rect, "width"));
        around.truncate(row);
        if let Some((outer, wide)) = around.last() {
            assert!(from >= outer - 0.02 && from + width <= outer + wide + 0.02, "{frame:?}");
        }
        assert_eq!(around.len(), row);
        around.push((from, width));
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn times_are_spoken() {
    assert_eq!(spoken(0), "0 ns");
    assert_eq!(spoken(999), "999 ns");
    assert_eq!(spoken(1_234), "1.23 µs");
    assert_eq!(spoken(45_600_000), "45.6 ms");
    assert_eq!(spoken(456_000_000), "456 ms");
    assert_eq!(spoken(12_300_000_000), "12.3 s");
}

#[test]
fn thunks_and_calls_are_counted() {
    // The file itself is one thunk.
    assert_eq!(counted("1").thunks, 1);
    let counts = counted("let f(x) = 1; f(std.list.length([]))");
    assert_eq!((counts.thunks, counts.calls), (2, 1));
    let counts = counted("let f(x) = x; f(std.list.length([]))");
    assert_eq!((counts.thunks, counts.calls), (2, 2));
    // A sum of known numbers needs no thunk.
    let counts = counted("let f(x) = x; f(1 + 2)");
    assert_eq!((counts.thunks, counts.thunks_avoided, counts.calls), (1, 1, 1));
    // Each round of a loop is a call.
    assert_eq!(counted("let f(n) = if n == 0 then 0 else f(n - 1); f(9)").calls, 10);
}

#[test]
fn fields_and_merges_are_counted() {
    let counts = counted("{ a = std.list.length([1]), hidden b = std.list.length([2]), c = 1 }");
    assert_eq!(counts.fields, 1);
    let counts = counted("{ a = 1 } & { b = 2 }");
    assert_eq!((counts.merges, counts.merged_fields), (1, 2));
    // The inner records are merged too.
    let counts = counted("{ a.b = 1 } with { a.c = 2 }");
    assert_eq!((counts.merges, counts.merged_fields), (2, 3));
    // What nobody reads is planned and not computed.
    let counts = counted("let r = { a = 1 } & { b = 2 }; r.a");
    assert_eq!((counts.merges, counts.merged_fields), (1, 1));
}

#[test]
fn contracts_are_counted() {
    let counts = counted("{ port : Int = 80 }");
    assert_eq!((counts.contracts_proved, counts.contracts_skipped), (1, 0));
    let counts =
        counted("let T = { a : Int }; let f(x : T) = x.a; let r : T = { a = std.list.length([1]) }; f(r) + f(r)");
    assert_eq!((counts.contracts_proved, counts.contracts_skipped), (0, 2));
}

#[test]
fn each_run_counts_anew() {
    let mut session = Session::new(Rc::new(MemWorld::new()));
    let run = |session: &mut Session| {
        session.eval_text("main.rzp", "std.list.length([1])", &options()).expect("a value");
        session.vm().counts
    };
    let first = run(&mut session);
    assert_eq!(first, run(&mut session));
    session.vm().clock = Some(tick);
    let timed = run(&mut session);
    assert!(timed.compiling > 0 && timed.writing > 0 && timed.reading == 0);
}
