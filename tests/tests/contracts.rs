//! What a contract costs, by count: one that is proved costs nothing, any other is asked once per value.
//!
//! [`Vm::contracts`](rzp_lang::eval::vm::Vm) counts each time that a value, or an element of a list, is
//! held against an annotation. The sections of `tests/spec/` then hold the proofs to their promise:
//! leaving contracts out changes no value and no message.

use rzp_lang::base::world::MemWorld;
use rzp_lang::testing::cases::{self, Case};
use rzp_lang::testing::run::{self, How};
use rzp_lang::{EvalOptions, Format, Session};
use rzp_tests::house::{self, HouseFile};
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A program's value, and how often a value was held against an annotation on the way to it.
fn counted(program: &str, elides: bool) -> (String, u64) {
    let mut session = Session::new(Rc::new(MemWorld::new()));
    session.vm().elides = elides;
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let value = session.eval_text("main.rzp", program, &options);
    let value = value.unwrap_or_else(|diags| panic!("{program}\n{:?}", diags[0].title));
    (value, session.vm().contracts)
}

/// Programs whose annotations are all proved, and how many checks they would cost otherwise.
const PROVED: &[(&str, u64)] = &[
    ("(1 : Int)", 1),
    ("(\"a\" : String | Int)", 1),
    ("(-3 : Int & >=-5)", 1),
    ("(\"web-1\" : String & =~\"^[a-z]+-[0-9]$\")", 1),
    ("(null : Int?)", 1),
    ("let port : Int = 80; port + port", 1),
    ("let name : String = \"a\\(1)\"; name", 1),
    ("let Port = Int & >=1 & <=65535; let port : Port = 80; port", 1),
    ("let ports : [Int] = [1, 2]; ports", 3),
    ("let point : { x : Int, y : Int } = { x = 1, y = 2 }; point", 3),
    ("let labels : { [String] : String } = { a = \"b\" }; labels", 2),
    ("let f() -> Int = 1 + 2; f()", 1),
    ("{ port : Int = 80 }", 1),
    ("{ port : Int = 80, next : Int = self.port + 1 }", 2),
    ("{ port : Int = 80 } & { name = \"a\" }", 1),
    ("{ default port : Int = 80 } with { name = \"a\" }", 1),
    ("{ image.tag : String = \"1\" }", 1),
    ("let f(x : Any) = (x : Any); f(1)", 2),
];

#[test]
fn what_is_proved_costs_nothing() {
    for (program, cost) in PROVED {
        let (value, contracts) = counted(program, true);
        let params = if program.contains("f(x :") { 1 } else { 0 };
        assert_eq!(contracts, params, "{program}");
        assert_eq!(counted(program, false), (value, *cost), "{program}");
    }
}

/// Programs whose annotations are left to the run, and how often a value is held against them.
const ASKED: &[(&str, u64)] = &[
    // Once, however often it is read.
    ("let f(x : Int) = x + x + x; f(1)", 1),
    ("let f(x : Int) = let y : Int = x; y + y; f(1)", 1),
    ("let Even = fn(x) => x % 2 == 0; let n : Even = 4; n + n + n", 1),
    ("let Even = fn(x) => x % 2 == 0; { n : Even = 4, m = self.n + self.n }", 1),
    // What passed before passes without a look.
    ("let Even = fn(x) => x % 2 == 0; ((4 : Even) : Even)", 1),
    ("let Even = fn(x) => x % 2 == 0; let n : Even = 4; let m : Even = n; m", 1),
    ("let T = { x : Int }; let f(p : T) = p; let g(p : T) = f(p); g({ x = 1 }).x", 2),
    ("let Even = fn(x) => x % 2 == 0; let f(p : [Even]) = p; let g(p : [Even]) = f(p); g([2, 4])", 3),
    ("let f(g : fn(Int) -> Int) = g(1); let h(g : fn(Int) -> Int) = f(g); h(fn(x) => x)", 3),
    // Equal annotations of one field are one.
    ("let Even = fn(x) => x % 2 == 0; ({ n : Even } & { n : Even = 4 }).n", 1),
    ("({ n : Int | String } & { n : Int | String } & { n = 4 }).n", 1),
    ("({ n : { x : Int } } & { n : { x : Int } } & { n = { x = 4 } }).n.x", 4),
    // Nobody reads it.
    ("let f(x : Int) = 1; f(1 + std.list.length([]))", 0),
    ("let n : (fn(x) => false) = 4; 1", 0),
    ("({ n : (fn(x) => false) = 4, m = 1 }).m", 0),
    ("let f(r : { a : Int, b : Int }) = r.a; f({ a = 1, b = \"wrong\" })", 2),
    ("let f(xs : [(fn(x) => false)]) = std.list.length(xs); f([1, 2])", 1),
    // Another value is another look.
    ("let f(x : Int) = x; f(1) + f(2) + f(3)", 3),
    ("{ port : Int = 80 } with { port = 81 }", 1),
];

#[test]
fn what_is_not_proved_is_asked_once() {
    for (program, cost) in ASKED {
        let (value, contracts) = counted(program, true);
        assert_eq!(contracts, *cost, "{program}");
        assert_eq!(counted(program, false).0, value, "{program}");
    }
}

#[test]
fn a_type_is_computed_once() {
    // Each new record type would have its own fields to learn: one that is kept is the same each time.
    let (_, once) = counted("let f(p : { x : Int }) = p; f(f(f({ x = 1 }))).x", true);
    assert_eq!(once, 2);
}

#[test]
fn neither_proofs_nor_memory_change_a_section() {
    let files = house::files("tests/spec");
    // What runs into its limits takes seconds, and has no annotations.
    let other = |file: &&HouseFile| file.has_extension("rzp") && !file.path.ends_with("eval/limits.rzp");
    let read = files.iter().filter(other).flat_map(|file| {
        let cases = cases::parse(&file.text).unwrap_or_else(|why| panic!("{}: {why}", file.path)).cases;
        cases.into_iter().map(|case| (file.path.as_str(), case))
    });
    let all: Vec<(&str, Case)> = read.collect();
    assert!(all.len() > 1000, "only {} sections were found", all.len());
    let (next, differ) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((path, case)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let usual = run::run(case);
            for how in [How::CheckingAll, How::Remembering, How::Watching] {
                let other = run::run_as(case, how);
                if usual != other {
                    let told = format!("{path} {} {how:?}\n  {usual:?}\n  {other:?}", case.name);
                    differ.lock().unwrap_or_else(|held| held.into_inner()).push(told);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let differ = differ.into_inner().expect("no thread failed");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
