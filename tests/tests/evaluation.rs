//! What evaluation promises of every program: a binding runs at most once, whatever kind it is and
//! however often it is read; the order of files changes nothing; nothing that parses panics.

use proptest::prelude::*;
use rzp_lang::base::span::Loc;
use rzp_lang::base::symbol::Symbol;
use rzp_lang::base::world::{MemWorld, ReadError, World};
use rzp_lang::eval::fault::Run;
use rzp_lang::eval::native::Native;
use rzp_lang::eval::vm::{Library, Limits, Vm};
use rzp_lang::prims::table;
use rzp_lang::session::write;
use rzp_lang::testing::cases;
use rzp_lang::value::thunk::{Thunk, Todo};
use rzp_lang::value::value::Value;
use rzp_lang::{EvalOptions, Format, Session};
use rzp_tests::house;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;

thread_local! {
    /// How often each numbered binding has run.
    static RUNS: RefCell<BTreeMap<i64, usize>> = const { RefCell::new(BTreeMap::new()) };
}

/// `std.test.count(n, v)` is `v`, and remembers that the binding numbered `n` has run.
fn count(vm: &mut Vm, args: &[Value]) -> Run {
    if let Value::Int(binding) = vm.force(&args[0])? {
        RUNS.with_borrow_mut(|runs| *runs.entry(binding).or_default() += 1);
    }
    vm.force(&args[1])
}

/// The library and the counter.
static ROWS: LazyLock<Vec<Native>> = LazyLock::new(|| {
    let counter = Native {
        name: "test.count",
        signature: "(binding : Int, value : 'a) -> 'a",
        params: &["binding", "value"],
        required: 2,
        strict: false,
        doc: "Counts.",
        example: ("std.test.count(0, 1)", "1"),
        run: count,
    };
    table::NATIVES.iter().copied().chain([counter]).collect()
});

/// A program's value, and how often each of its bindings ran.
fn counted(program: &str) -> (Result<String, String>, BTreeMap<i64, usize>) {
    RUNS.take();
    let world = Rc::new(MemWorld::new().with("main.rzp", program));
    let mut vm = Vm::new(world, Library { natives: &ROWS, ..table::library() });
    let value = vm.deep(|vm| {
        let loaded = vm.load("main.rzp", Loc::default())?;
        let value = vm.force(&loaded)?;
        write(vm, &value, Format::JsonCompact)
    });
    (value.map_err(|fault| format!("{:?}", fault.diags)), RUNS.take())
}

/// An integer expression made of bindings of every kind, each read several times. `#` stands for
/// the number of a binding, `@` for the expression it is bound to.
const BINDINGS: &[&str] = &[
    "(let x = #(@); x + x)",
    "(let x : Int = #(@); x + x)",
    "(let r = { x = #(@), y = self.x + self.x }; r.x + r.y + r.y)",
    "(let r = { x : Int = #(@), y = self.x }; r.x + r.y + r.y)",
    "(let r = { default x = #(@) }; r.x + (r & { y = 1 }).x + (r with { z = 1 }).x)",
    "(let r = { let x = #(@), a = x, b = x }; r.a + r.b)",
    "(let r = { k = 1, let x = #(self.k + @), a = x, b = x }; r.a + r.b)",
    "(let l = [#(@), 1]; l[0] + l[0])",
    "(let f(x) = x + x; f(#(@)))",
    "(let f(x, y = #(@)) = y + y + x; f(1))",
    "(let l = [x + x for x in [#(@)]]; l[0] + l[0])",
    "(let l = std.list.map([1, 2], fn(i) => if i == 1 then #(@) else 0); l[0] + l[0])",
    "(let b = { x = #(@) }; let c = b & { y = 1 }; let d = b with { z = 1 }; b.x + c.x + d.x)",
    "(let b = { \"\\(\"x\")\" = #(@) }; let c = b & { y = 1 }; b.x + b.x + c.x)",
    "(let b = { if true { x = #(@) } }; let c = b & { y = 1 }; b.x + c.x + c.x)",
    "(let b = { for n in [\"x\"] { \"\\(n)\" = #(@) } }; let c = b & { y = 1 }; b.x + c.x + c.x)",
    "(let b = { ...{ x = #(@) } }; let c = b with { y = 1 }; b.x + c.x + c.x)",
    "(let b = { x.y.z = #(@) }; let c = b & { x.y.w = 1 }; b.x.y.z + c.x.y.z)",
    "(let S = schema { x : Int, y? : Int = 1 }; let b : S = { x = #(@) }; b.x + b.x)",
    "(let { a, b } = { a = #(@), b = 1 }; a + a + b)",
    "(#(@) |> match { 0 => 1, x => x + x })",
    "(let b = { x = { v = #(@) } }; let c = b with { x.w = 1 }; b.x.v + c.x.v + c.x.v)",
    "(let b = std.list.fold([1, 2, 3], { x = #(@) }, fn(acc, i) => acc with { y = i }); b.x + b.x + b.y)",
    "(let b = std.list.fold([1, 2, 3], { x = #(@) }, fn(acc, i) => acc & { \"k\\(i)\" = acc.x }); b.x + b.k1 + b.k3)",
    "(let unread = #(@); 1)",
];

/// A program: forms of bindings within each other.
fn program() -> BoxedStrategy<String> {
    let leaf = (0i64..9).prop_map(|int| int.to_string());
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            5 => (prop::sample::select(BINDINGS), inner.clone()).prop_map(|(form, value)| form.replace('@', &value)),
            1 => (inner.clone(), inner).prop_map(|(a, b)| format!("({a} + {b})")),
        ]
    })
    .boxed()
}

/// Gives each binding its number.
fn numbered(program: &str) -> String {
    let mut parts = program.split("#(");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.enumerate().fold(first, |text, (binding, part)| text + &format!("std.test.count({binding}, ") + part)
}

#[test]
fn each_kind_of_binding_runs_once() {
    for form in BINDINGS {
        let program = numbered(&form.replace('@', "3"));
        let (value, runs) = counted(&program);
        assert!(value.is_ok(), "{program}\n{value:?}");
        let expected = if form.contains("unread") { 0 } else { 1 };
        assert_eq!(runs.values().sum::<usize>(), expected, "{program}");
    }
}

/// A world whose folders list their files in another order than the alphabet's.
struct Shuffled {
    files: MemWorld,
    turn: usize,
}

impl World for Shuffled {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.files.read(path)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let mut names = self.files.list(folder);
        names.reverse();
        let turn = self.turn % names.len().max(1);
        names.rotate_left(turn);
        names
    }
}

fn evaluated(world: Rc<dyn World>, program: &str) -> Result<String, Vec<String>> {
    evaluated_in(Session::new(world), program)
}

/// The same with every contract asked, also those that are proved.
fn checking_all(program: &str) -> Result<String, Vec<String>> {
    let mut session = Session::new(Rc::new(MemWorld::new()));
    session.vm().elides = false;
    evaluated_in(session, program)
}

fn evaluated_in(mut session: Session, program: &str) -> Result<String, Vec<String>> {
    session.set_limits(Limits { depth: 300, steps: 200_000, memory: 1 << 28, ..Limits::default() });
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let said = |diags: Vec<rzp_lang::base::diag::Diag>| diags.into_iter().map(|diag| diag.title).collect();
    session.eval_text("main.rzp", program, &options).map_err(said)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_binding_runs_at_most_once(program in program()) {
        let program = numbered(&program);
        let (value, runs) = counted(&program);
        prop_assert!(value.is_ok(), "{}\n{:?}", program, value);
        prop_assert!(runs.values().all(|count| *count <= 1), "{}\n{:?}", program, runs);
    }

    #[test]
    fn the_order_of_files_changes_nothing(values in prop::collection::vec(program(), 1..6), turn in 0usize..6) {
        let mut files = MemWorld::new();
        for (index, value) in values.iter().enumerate() {
            let text = format!("{{ common.k{index} = {}, own = {index} }}", value.replace("#(", "("));
            files = files.with(&format!("parts/p{index}.rzp"), &text);
        }
        let main = "let parts = import \"./parts/*.rzp\"
            { all = parts, merged = std.merge_all([{ common = p.common } for p in std.record.values(parts)]) }";
        let sorted = evaluated(Rc::new(files.clone()), main);
        prop_assert!(sorted.is_ok(), "{:?}", sorted);
        prop_assert_eq!(evaluated(Rc::new(Shuffled { files, turn }), main), sorted);
    }

    #[test]
    fn no_damaged_program_panics(
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        cut in 0usize..20,
        len in 0usize..40,
    ) {
        let (text, graft) = (one.get(&SECTIONS[..]), other.get(&SECTIONS[..]));
        let (start, source) = (at.index(text.len() + 1), from.index(graft.len() + 1));
        let taken = graft.iter().skip(source).take(len);
        let damaged: String = text[..start].iter().chain(taken).chain(text.iter().skip(start + cut)).collect();
        let again = evaluated(Rc::new(MemWorld::new()), &damaged);
        prop_assert_eq!(&evaluated(Rc::new(MemWorld::new()), &damaged), &again);
        prop_assert_eq!(checking_all(&damaged), again);
        Session::new(Rc::new(MemWorld::new().with("main.rzp", &damaged))).check(&["main.rzp".to_owned()]);
    }
}

/// The programs of the language's own tests, as characters.
static SECTIONS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let files = house::files("tests/spec");
    let read = files.iter().filter(|file| file.has_extension("rzp")).filter_map(|file| cases::parse(&file.text).ok());
    read.flat_map(|file| file.cases).map(|case| case.body.chars().collect()).collect()
});

/// Where a call is compiled, an argument that is computed first in any case is not suspended. Here each function says
/// whether it does so, by what it complains of when all that it is given fails.
#[test]
fn functions_that_compute_their_first_argument_first_do_so() {
    let program = "{ first = std.error(\"the first\"), other = std.error(\"another\") }";
    let world = Rc::new(MemWorld::new().with("main.rzp", program));
    let mut vm = Vm::new(world, table::library());
    let (strict, wrong) = vm.deep(|vm| {
        let loaded = vm.load("main.rzp", Loc::default()).expect("it is a program");
        let Value::Record(record) = vm.force(&loaded).expect("it has a value") else { panic!("a record") };
        let later = |name| Thunk::suspend(Todo::Field { record: record.clone(), name: Symbol::new(name) });
        let strict: Vec<&Native> = table::NATIVES.iter().filter(|row| row.strict).collect();
        let is_wrong = |row: &&Native| {
            let args: Vec<Value> =
                (0..row.params.len()).map(|at| later(if at == 0 { "first" } else { "other" })).collect();
            let fault = (row.run)(vm, &args).err();
            fault.and_then(|fault| fault.diags.into_iter().next()).is_none_or(|diag| diag.title != "the first")
        };
        (strict.len(), strict.into_iter().filter(is_wrong).map(|row| row.name).collect::<Vec<_>>())
    });
    assert_eq!(wrong, [""; 0], "these look at something else first");
    assert!(strict > 200, "{strict} of them");
}

#[test]
fn what_fails_while_it_is_written_runs_once() {
    let (result, runs) = counted("{ b = 1, a = std.test.count(0, std.error(\"no\")) + self.b, c = self.b }");
    assert!(result.is_err(), "{result:?}");
    assert_eq!(runs, BTreeMap::from([(0, 1)]));
}
