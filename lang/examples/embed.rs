//! The language inside of another program: files in memory, an override, the value as JSON.
#![allow(clippy::disallowed_macros, reason = "an example shows what it made")]

use rzp_lang::base::world::MemWorld;
use rzp_lang::report::terminal;
use rzp_lang::{EvalOptions, Session};
use std::rc::Rc;

fn main() {
    let app = r#"{ name = "sonarr", port = 8989, url = "http://\(self.name):\(self.port)" }"#;
    let world = MemWorld::new().with("app.rzp", app).with("main.rzp", r#"(import "./app.rzp") with { name = "tv" }"#);
    let mut session = Session::new(Rc::new(world));
    let options = EvalOptions { sets: vec![("port".into(), "80".into())], ..EvalOptions::default() };
    match session.eval_file("main.rzp", &options) {
        Ok(json) => println!("{json}"),
        Err(diags) => eprint!("{}", terminal::render(&diags, session.sources(), true)),
    }
}
