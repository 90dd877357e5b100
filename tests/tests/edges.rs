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
