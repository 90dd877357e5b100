//! What a section cannot show: texts too deep to read, limits set low, files that are no text.

use rzp_lang::base::world::{MemWorld, ReadError, World};
use rzp_lang::eval::vm::Limits;
use rzp_lang::{EvalOptions, Session};
use std::rc::Rc;

/// The codes of the errors that a program ends in under these limits.
fn codes(program: &str, limits: Limits) -> Vec<String> {
    let mut session = Session::new(Rc::new(MemWorld::new().with("main.rzp", program)));
    session.set_limits(limits);
    let result = session.eval_file("main.rzp", &EvalOptions::default());
    result.err().into_iter().flatten().map(|diag| diag.code.to_string()).collect()
}

/// A number deep inside of many openings.
fn nested(open: &str, close: &str) -> String {
    format!("let f(x) = x\n{}1{}", open.repeat(100_000), close.repeat(100_000))
}

#[test]
fn text_nested_too_deep_is_refused() {
    for (open, close) in [("[", "]"), ("(", ")"), ("{ a = ", " }"), ("f(", ")")] {
        assert_eq!(codes(&nested(open, close), Limits::default()), ["E0008"], "{open}");
    }
}

#[test]
fn text_with_many_operators_is_no_crash() {
    for (open, close) in [("-", ""), ("1 + ", ""), ("if true then ", " else 0"), ("fn(x) => ", ""), ("{} & ", "")] {
        let found = codes(&nested(open, close), Limits::default());
        assert!(found.len() < 2, "{open}: {} errors", found.len());
    }
}

#[test]
fn depth_beyond_the_limit_is_an_error() {
    let program = "let count(n) = if n == 0 then 0 else 1 + count(n - 1)\ncount(200)";
    assert_eq!(codes(program, Limits { depth: 100, ..Limits::default() }), ["E0413"]);
    assert_eq!(codes(program, Limits::default()), [""; 0]);
}

/// A million in functions of the library, a hundred thousand in those of a program: results, under the usual limits.
#[test]
fn what_is_long_is_not_deep() {
    let million = "let xs = std.list.range(0, 1000000)\n";
    for (program, result) in [
        ("std.list.fold(xs, 0, fn(sum, n) => sum + n)", "499999500000"),
        ("std.list.fold_right(xs, 0, fn(n, sum) => sum + n)", "499999500000"),
        ("std.list.sum(std.list.map(xs, fn(n) => n * 2))", "999999000000"),
        ("std.list.length(std.list.filter(xs, fn(n) => n % 2 == 0))", "500000"),
        ("std.list.length(std.list.flat_map(xs, fn(n) => [n, n]))", "2000000"),
        ("std.list.sort_by(xs, fn(n) => -n)[0]", "999999"),
        ("std.list.length([n for n in xs if n > 9])", "999990"),
        // What each step leaves behind for the next one is a million deep when it is asked for.
        ("std.list.fold(xs, { n = 0 }, fn(last, _) => { n = last.n + 1 }).n", "1000000"),
        ("let f = std.list.fold(xs, fn(x) => x, fn(f, _) => fn(x) => f(x + 1))\nf(0)", "1000000"),
        ("let count(n, sum) = if n == 0 then sum else count(n - 1, sum + n)\ncount(1000000, 0)", "500000500000"),
        ("let count(n) = if n == 0 then 0 else 1 + count(n - 1)\ncount(100000)", "100000"),
    ] {
        let mut session = Session::new(Rc::new(MemWorld::new().with("main.rzp", &format!("{million}{program}"))));
        let found = session.eval_file("main.rzp", &EvalOptions::default());
        let found = found.unwrap_or_else(|diags| diags.iter().map(|diag| diag.title.clone()).collect());
        assert_eq!(found.trim(), result, "{program}");
    }
}

#[test]
fn brackets_are_read_ten_thousand_deep() {
    for (open, close) in [("[", "]"), ("(", ")"), ("{ a = ", " }"), ("f(", ")")] {
        let program = format!("let f(x) = x\n{}1{}", open.repeat(9_999), close.repeat(9_999));
        assert_eq!(codes(&program, Limits::default()), [""; 0], "{open}");
    }
}

/// A limit that is set higher than the stack goes ends in the same message.
#[test]
fn no_depth_is_a_crash() {
    let limits = Limits { depth: usize::MAX, steps: u64::MAX, ..Limits::default() };
    assert_eq!(codes("let f(n) = 1 + f(n + 1)\nf(0)", limits), ["E0413"]);
    assert_eq!(codes("let f(x) = [f(x)]\nf(0)", limits), ["E0413"]);
}

#[test]
fn steps_beyond_the_limit_are_an_error() {
    let program = "std.list.fold(std.list.range(0, 100000), 0, fn(sum, n) => sum + n)";
    assert_eq!(codes(program, Limits { steps: 1000, ..Limits::default() }), ["E0414"]);
    assert_eq!(codes(program, Limits::default()), [""; 0]);
}

#[test]
fn memory_beyond_the_limit_is_an_error() {
    let program = "std.list.fold(std.list.range(0, 100000), \"\", fn(text, n) => text ++ \"0123456789\")";
    let limits = Limits { memory: 10_000_000, memory_used: Some(|| 20_000_000), ..Limits::default() };
    assert_eq!(codes(program, limits), ["E0415"]);
}

#[test]
fn a_loop_of_tail_calls_ends_too() {
    let limits = Limits { steps: 100_000, ..Limits::default() };
    assert_eq!(codes("let f(n) = f(n + 1)\nf(0)", limits), ["E0414"]);
}

#[test]
fn what_doubles_ends_at_the_memory_limit() {
    let limits = Limits { memory: 1 << 26, ..Limits::default() };
    for step in ["s ++ s", "\"\\(s)\\(s)\"", "\"x\\(s)\\(s)\""] {
        let program = format!("std.list.fold(std.list.range(0, 60), \"a\", fn(s, i) => {step})");
        assert_eq!(codes(&program, limits), ["E0415"], "{step}");
    }
    assert_eq!(codes("let f(n, s) = if n == 0 then s else f(n - 1, s ++ s)\nf(60, [1])", limits), ["E0415"]);
    assert_eq!(codes("let f(n, s) = if n == 0 then s else f(n - 1, [...s, ...s])\nf(60, [1])", limits), ["E0415"]);
}

/// A world with one file that is no text.
struct Bytes;

impl World for Bytes {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        match path {
            "main.rzp" => Ok("import \"./latin.txt\"".to_owned()),
            "latin.txt" => Err(ReadError::NotUtf8),
            _ => Err(ReadError::Missing),
        }
    }

    fn list(&self, _folder: &str) -> Vec<String> {
        vec!["latin.txt".to_owned(), "main.rzp".to_owned()]
    }
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let mut session = Session::new(Rc::new(Bytes));
    let errors = session.eval_file("main.rzp", &EvalOptions::default()).unwrap_err();
    assert_eq!(errors.iter().map(|diag| diag.code.to_string()).collect::<Vec<_>>(), ["E0615"]);
}
