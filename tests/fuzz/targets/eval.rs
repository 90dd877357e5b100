//! Any text, evaluated within small limits beside a few files that it may import: it ends in JSON that
//! reads back, or in errors that can be shown; and so does its check.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rzp_lang::base::span::FileId;
use rzp_lang::base::world::MemWorld;
use rzp_lang::data::json::read_json;
use rzp_lang::eval::vm::Limits;
use rzp_lang::report::{machine, terminal};
use rzp_lang::{EvalOptions, Session};
use std::rc::Rc;

const LIMITS: Limits = Limits { depth: 1_000, steps: 100_000, memory: 16 << 20, memory_used: None };

fn world(text: &str) -> MemWorld {
    MemWorld::new()
        .with("main.rzp", text)
        .with("a.rzp", "{ default port = 80, name = \"a\", url = \"http://\\(self.name):\\(self.port)\" }")
        .with("b.rzp", "let { name } = import \"./main.rzp\"\nfn(x : Int, y = name) => { x, y }")
        .with("x.yaml", "a: [1, 2.5, ~]\n---\nb: &b { c: d }\ne: *b\n")
        .with("x.json", "{ \"a\": [1, 2.5, null, \"text\"] }")
        .with("x.csv", "name,port\na,80\nb,\n")
        .with("x.txt", "two\nlines\n")
}

fuzz_target!(|text: &str| {
    let mut session = Session::new(Rc::new(world(text)));
    let checked = session.check(&["main.rzp".to_owned()]);
    terminal::render(&checked.diags, session.sources(), true);
    session.set_limits(LIMITS);
    match session.eval_file("main.rzp", &EvalOptions::default()) {
        Ok(json) => assert!(read_json(FileId(0), &json).is_ok(), "no JSON: {json}"),
        Err(diags) => {
            assert!(diags.iter().any(|diag| diag.is_error()), "it failed without an error: {diags:?}");
            terminal::render(&diags, session.sources(), true);
            machine::json_lines(&diags, session.sources());
        }
    }
});
