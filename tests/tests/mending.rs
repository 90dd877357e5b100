//! What the lints say is true, and what `rzp check --fix` does changes no value.
//!
//! Programs made of forms that hold something to mend, and the sections of the language's own tests,
//! whole and damaged: mended texts parse if the first one did, give the same value if only lints were
//! mended, keep their comments, and are left alone by a second run.

use proptest::prelude::*;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::span::FileId;
use rzp_lang::base::world::{MemWorld, World};
use rzp_lang::eval::vm::Limits;
use rzp_lang::lint::rules::name_of;
use rzp_lang::mend::{Mended, mend};
use rzp_lang::syntax::parse::parse;
use rzp_lang::testing::cases;
use rzp_lang::{EvalOptions, Format, Session};
use rzp_tests::house;
use std::rc::Rc;
use std::sync::LazyLock;

const MAIN: &str = "main.rzp";

/// Integer expressions that hold something to mend; `@` stands for another one.
const FORMS: &[&str] = &[
    "(let u = @\n  @)",
    "(let u = @; @)",
    "(\n  let u = @\n\n  let v = @\n\n  v + 1)",
    "(let u(x) = x; let v = u(@); @)",
    "(let u : Int = @; let f(n) = if n == 0 then 0 else f(n - 1); @)",
    "(let { a, b, c } = { a = @, b = 1, c = 2 }; b + @)",
    "(let { a, b } = { a = @, b = @ }; a)",
    "(let {\n  a,\n  b,\n  c : Int,\n} = { a = 1, b = @, c = 2 }\n  b)",
    "(let [a, b, ...rest] = [@, 2, 3]; b + @)",
    "({ let u = @, v = @ }).v",
    "({ v = @, let u = @ }).v",
    "({ v = @, let u = @, w = 1 }).v",
    "({\n  let u = @\n  v = @\n\n  let w = @\n\n}).v",
    "({ let s = self, v = @ }).v",
    "({ v = @\n  # A note.\n  let u = @\n}).v",
    "({ v = @\n  let u = @ # A note.\n}).v",
    "({ if true { let u = @, v = @ } else { let w = 1 } }).v",
    "({ for (i, x) in [@] { let u = x, v = x } }).v",
    "[@ for i in [1]][0]",
    "({ for (i, x) in [@] { if x == 0 { a = 1 }, b = @ } }).b",
    "({ default v = @ }).v",
    "({ hidden   default v = 2, w = self.v + @ }).w",
    "(let r = { default v = [@], w = self.v[0] }; r.w)",
    "({ default kind : 3 = 3 } & { a = @ }).a",
    "(let f(x, y) = x; f(@, @))",
    "(let u = import \"./one.rzp\"\n@)",
    "(let { a, b } = import \"./two.rzp\"; a + @)",
    "(let { a, b } = import \"./two.rzp\"\n  @)",
    "(@ |> match { 5 => 1, x => x, 6 => 2 })",
    "(let x = @; let x = x + 1; let f(x) = x; f(x))",
    "(let u = \"\"\"\n    # no comment\n    \"\"\"\n  @)",
    "(\n  # A note.\n  let u = @\n  @)",
];

fn world(main: &str) -> MemWorld {
    MemWorld::new().with(MAIN, main).with("one.rzp", "1").with("two.rzp", "{ a = 1, b = 2 }")
}

fn session(world: Rc<dyn World>) -> Session {
    let mut session = Session::new(world);
    session.set_limits(Limits { depth: 300, steps: 200_000, memory: 1 << 28, ..Limits::default() });
    session
}

fn mended(main: &str) -> Mended {
    mend(Rc::new(world(main)), &session, &[MAIN.to_owned()])
}

fn text_of(mended: &Mended, main: &str) -> String {
    mended.texts.get(MAIN).cloned().unwrap_or_else(|| main.to_owned())
}

fn value(main: &str) -> Result<String, Vec<String>> {
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let said = |diags: Vec<Diag>| diags.into_iter().map(|diag| diag.title).collect();
    session(Rc::new(world(main))).eval_file(MAIN, &options).map_err(said)
}

fn check(main: &str) -> Vec<Diag> {
    session(Rc::new(world(main))).check(&[MAIN.to_owned()]).diags
}

fn comments(text: &str) -> Vec<String> {
    let parsed = parse(FileId(0), text);
    parsed.trivia.comments.iter().map(|comment| text[comment.span.range()].to_owned()).collect()
}

/// How many mistakes the parser finds.
fn unreadable(text: &str) -> usize {
    parse(FileId(0), text).diags.iter().filter(|diag| diag.is_error()).count()
}

/// What mending promises of a text; the first promise that is broken.
fn breach(main: &str) -> Option<String> {
    let before = check(main);
    let mended = mended(main);
    let after = text_of(&mended, main);
    if unreadable(&after) > unreadable(main) {
        return Some(format!("can be read less well:\n{after}"));
    }
    let again = self::mended(&after);
    if again.applied > 0 || !again.texts.is_empty() {
        return Some(format!("changes a second time:\n{after}\ninto\n{}", text_of(&again, &after)));
    }
    if before.iter().any(Diag::is_error) {
        return None;
    }
    if comments(main) != comments(&after) {
        return Some(format!("has other comments:\n{after}"));
    }
    match (value(main), value(&after)) {
        (Ok(old), new) if new.as_ref() != Ok(&old) => Some(format!("gives {new:?} after {old}:\n{after}")),
        _ => None,
    }
}

fn program() -> BoxedStrategy<String> {
    let leaf = (0i64..9).prop_map(|int| int.to_string());
    leaf.prop_recursive(3, 24, 2, |inner| {
        let form = prop::sample::select(FORMS);
        (form, inner.clone(), inner).prop_map(|(form, a, b)| {
            let mut parts = form.split('@');
            let first = parts.next().unwrap_or_default().to_owned();
            parts.enumerate().fold(first, |text, (at, part)| text + if at % 2 == 0 { &a } else { &b } + part)
        })
    })
    .boxed()
}

#[test]
fn each_form_has_something_to_say_and_nothing_certain_left() {
    for form in FORMS {
        let text = form.replace('@', "3");
        let lints = |diags: Vec<Diag>| diags.into_iter().filter(|diag| name_of(diag.code).is_some()).count();
        assert!(lints(check(&text)) > 0, "{text}");
        assert!(value(&text).is_ok(), "{text}\n{:?}", value(&text));
        assert_eq!(breach(&text), None, "{text}");
        let left = mended(&text).checked.diags;
        assert!(left.iter().all(|diag| diag.fix.as_ref().is_none_or(|fix| !fix.certain)), "{text}\n{left:?}");
        let removable = [Code::UnusedLet, Code::UnusedImport, Code::FixedDefault];
        let still = left.iter().any(|diag| removable.contains(&diag.code));
        assert_eq!(still, form.contains("# A note."), "{text}\n{left:?}");
    }
}

#[test]
fn what_is_mended_reads_as_a_person_would_have_written_it() {
    let main =
        "let a = 1\nlet b = a\n\nlet { c, d, e } = { c = 1, d = 2, e = 3 }\n\n{\n  let f = 1\n  g = d, let h = 2\n}\n";
    let mended = mended(main);
    assert_eq!(text_of(&mended, main), "let { d } = { c = 1, d = 2, e = 3 }\n\n{\n  g = d,\n}\n");
    assert_eq!(mended.applied, 6);
}

#[test]
fn guesses_are_left_to_people_and_imported_files_to_those_who_name_them() {
    let main = "let port = 80\nprot";
    assert_eq!(mended(main).applied, 0);
    let world = MemWorld::new().with(MAIN, "import \"./one.rzp\"").with("one.rzp", "let x = 1\n2");
    let both = ["one.rzp".to_owned(), MAIN.to_owned()];
    assert_eq!(mend(Rc::new(world.clone()), &session, &both[1..]).applied, 0);
    assert_eq!(mend(Rc::new(world), &session, &both).applied, 1);
}

#[test]
fn library_and_services_have_nothing_to_mend() {
    let files = house::files("");
    let mine = |path: &str| ["stdlib/", "services/", "tests/bench/"].iter().any(|folder| path.starts_with(folder));
    let world = files.iter().fold(MemWorld::new(), |world, file| world.with(&file.path, &file.text));
    let paths: Vec<String> = files
        .iter()
        .map(|file| file.path.clone())
        .filter(|path| mine(path) && path.ends_with(".rzp") && !path.ends_with(".test.rzp"))
        .collect();
    assert!(paths.len() > 20, "{paths:?}");
    let mut session = Session::new(Rc::new(world));
    let found = session.check(&paths).diags;
    let shown: Vec<String> = found
        .iter()
        .map(|diag| format!("{:?} {}", diag.place().map(|at| session.sources().show(at)), diag.title))
        .collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

/// Patterns of all kinds; some are the same in other words.
const PATTERNS: &[&str] = &[
    "_",
    "x",
    "1",
    "1.0",
    "2",
    "\"a\"",
    "\"a\" | \"b\"",
    "true",
    "false",
    "null",
    "Int",
    "Float",
    "Number",
    "String",
    "Bool",
    "Int?",
    "Int | String",
    "Any",
    ">=1",
    "Int & >=1",
    "[]",
    "[x]",
    "[1]",
    "[x, ...]",
    "[...]",
    "[...r]",
    "[Int, x]",
    "{ ... }",
    "{ a, ... }",
    "{ a }",
    "{ a = 1 }",
    "{ a = 1, ... }",
    "{ a = Int, b }",
    "{ a, b, ... }",
    "{}",
    "x if x == 1",
    "_ if false",
];

/// Values of all kinds.
const VALUES: &[&str] = &[
    "1",
    "1.0",
    "2",
    "2.5",
    "\"a\"",
    "\"b\"",
    "\"c\"",
    "true",
    "false",
    "null",
    "[]",
    "[1]",
    "[1, 2]",
    "[\"a\"]",
    "{}",
    "{ a = 1 }",
    "{ a = 2 }",
    "{ a = 1, b = 2 }",
    "{ b = 1 }",
    "Int",
    "fn(x) => x",
];

/// Values of a record's fields, some of them made of variables or of other fields.
const FIELDS: &[&str] = &[
    "p",
    "q",
    "p + 1",
    "[p, q]",
    "{ x = p }",
    "{ x = q, y = [p] }",
    "c.a",
    "c.b",
    "c.a + q",
    "self.a",
    "self.b ?? 0",
    "7",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mending_keeps_values_and_comments(program in program()) {
        prop_assert!(value(&program).is_ok(), "{}\n{:?}", program, value(&program));
        prop_assert_eq!(breach(&program), None, "{}", program);
    }

    #[test]
    fn mending_damaged_programs_keeps_what_can_be_read(
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        cut in 0usize..12,
        len in 0usize..12,
    ) {
        let (text, graft) = (one.get(&SECTIONS[..]), other.get(&SECTIONS[..]));
        let (start, source) = (at.index(text.len() + 1), from.index(graft.len() + 1));
        let taken = graft.iter().skip(source).take(len);
        let damaged: String = text[..start].iter().chain(taken).chain(text.iter().skip(start + cut)).collect();
        prop_assert_eq!(breach(&damaged), None, "{}", damaged);
    }

    #[test]
    fn a_frozen_override_reaches_nothing_that_is_named(
        values in prop::collection::vec((prop::sample::select(&["", "force "][..]), prop::sample::select(FIELDS)), 3),
        over in prop::collection::vec(prop::sample::select(&["", "a = 40", "b = 50", "force c = 60", "b = p + 70"][..]), 2),
    ) {
        let fields = ["a", "b", "c"].iter().zip(&values).map(|(name, (class, value))| format!("{class}{name} = {value}"));
        let lets = "let p = 1\nlet q = 2\nlet c = { a = 3, b = 4 }\nlet base(p) = {";
        let base = format!("{lets} {} }}\n", fields.collect::<Vec<_>>().join(", "));
        let program = format!("{base}base(5) with {{ {} }}", over.join(", "));
        for diag in check(&program).iter().filter(|diag| diag.code == Code::FrozenOverride) {
            // What stands last in backticks is the field that the override does not reach.
            let name = diag.title.split('`').rev().nth(1).expect("a name");
            let read = |record: &str| value(&format!("{base}({record}).{name}"));
            let (old, new) = (read("base(5)"), read(&format!("base(5) with {{ {} }}", over.join(", "))));
            prop_assert_eq!(old, new, "{}\n{}", program, diag.title);
        }
    }

    #[test]
    fn no_value_reaches_a_dead_arm(patterns in prop::collection::vec(prop::sample::select(PATTERNS), 1..6)) {
        let arm = |(at, pattern): (usize, &&str)| format!("  {pattern} => {at},\n");
        let arms: String = patterns.iter().enumerate().map(arm).collect();
        let dead: Vec<usize> = check(&format!("match {{\n{arms}}}")).iter()
            .filter(|diag| diag.code == Code::DeadArm)
            .filter_map(|diag| diag.place())
            .map(|place| format!("match {{\n{arms}}}")[..place.span.start as usize].matches('\n').count() - 1)
            .collect();
        for given in VALUES {
            if let Ok(arm) = value(&format!("{given} |> match {{\n{arms}  _ => 99 }}")) {
                let arm: usize = arm.trim().parse().expect("an arm's number");
                prop_assert!(!dead.contains(&arm), "{} reaches {} of\n{}", given, arm, arms);
            }
        }
    }
}

#[test]
fn every_section_keeps_its_value() {
    let broken: Vec<String> = SECTIONS
        .iter()
        .filter_map(|section| {
            let text: String = section.iter().collect();
            Some(format!("{text}\n{}", breach(&text)?))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
}

/// The programs of the language's own tests, as characters.
static SECTIONS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let files = house::files("tests/spec");
    let read = files.iter().filter(|file| file.has_extension("rzp")).filter_map(|file| cases::parse(&file.text).ok());
    read.flat_map(|file| file.cases).map(|case| case.body.chars().collect()).collect()
});
