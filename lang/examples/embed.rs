//! The language inside a program: `cargo run -p rzp-lang --example embed`.
use rzp_lang::{EvalOptions, Session, base::world::MemWorld, report::terminal};
use std::{io::Write, rc::Rc};

#[derive(serde::Deserialize)]
struct Service {
    url: String,
    ports: Vec<u16>,
}

const WEB: &str = r#"{ name : String, default ports = [8080], url = "http://\(self.name):\(self.ports[0])" }"#;

fn main() -> std::io::Result<()> {
    let world = MemWorld::new().with("web.rzp", WEB).with("blog.rzp", r#"import "./web.rzp" with { name = "blog" }"#);
    let mut session = Session::new(Rc::new(world));
    match session.get::<Service>("blog.rzp", &EvalOptions::default()) {
        Ok(service) => writeln!(std::io::stdout(), "{} of {:?}", service.url, service.ports),
        Err(diags) => write!(std::io::stderr(), "{}", terminal::render(&diags, session.sources(), false)),
    }
}
