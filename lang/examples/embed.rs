//! The language inside a program: `cargo run -p rzp-lang --example embed`.
#![allow(clippy::disallowed_macros)] // an example prints

use rzp_lang::base::world::MemWorld;
use rzp_lang::{EvalOptions, Session, report::terminal};
use std::rc::Rc;

#[derive(serde::Deserialize)]
struct Service {
    url: String,
    ports: Vec<u16>,
}

const WEB: &str = r#"{ name : String, default ports = [8080], url = "http://\(self.name):\(self.ports[0])" }"#;
const BLOG: &str = r#"import "./web.rzp" with { name = "blog", ports = [80, 443] }"#;

fn main() {
    let world = MemWorld::new().with("web.rzp", WEB).with("blog.rzp", BLOG);
    let (mut session, options) = (Session::new(Rc::new(world)), EvalOptions::default());
    let (json, typed) = (session.eval_file("blog.rzp", &options), session.get::<Service>("blog.rzp", &options));
    match (json, typed) {
        (Ok(json), Ok(service)) => println!("{json}\n{} ports, the first at {}", service.ports.len(), service.url),
        (Err(diags), _) | (_, Err(diags)) => eprintln!("{}", terminal::render(&diags, session.sources(), false)),
    }
}
