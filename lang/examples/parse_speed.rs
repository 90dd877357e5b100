//! How fast text becomes a tree: `cargo run --release -p rzp-lang --example parse_speed`.
//!
//! Reads a made-up service file of several megabytes, lexer alone and whole front end, and prints
//! the best of five runs of each.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "it measures, and prints what it measured")]

use rzp_lang::base::span::FileId;
use rzp_lang::syntax::{lexer, parse};
use std::time::{Duration, Instant};

const SERVICE: &str = r#"
  ## Keeps the films.
  service_NN = MediaApp with {
    name   = "radarr-\(self.env.name)"
    image  = "ghcr.io/home-operations/radarr:5.2.1" # pinned
    port   = 7878
    expose.host = "radarr.\(self.env.domain)"
    needs  = ["prowlarr", "qbittorrent", "postgres" if self.database.enabled]
    volumes.config = { size = 5Gi, class : String = "fast" }
    env : { [String] : String } = { TZ = "Europe/Berlin", LOG_LEVEL = if self.debug then "debug" else "info" }
    ports = [{ name = p.name, containerPort = p.port ?? 80 } for p in self.exposed if p.public && p.port != 22]
    memory(factor : Int, base = 2) -> Int = base * factor + 1 |> max(512)
    phase = match { "staging" => 1, { kind = "vm", id, ... } => id, _ => 0 }
  }
"#;

fn best(run: impl Fn()) -> Duration {
    let timed = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..5).map(timed).min().unwrap_or_default()
}

fn main() {
    let mut text = String::from("{\n");
    for number in 0..8000 {
        text.push_str(&SERVICE.replace("NN", &number.to_string()));
    }
    text.push('}');
    let megabytes = text.len() as f64 / 1e6;
    let said = parse::parse(FileId(0), &text).diags;
    println!("{megabytes:.1} MB, {} diagnostics", said.len());
    let lexing = best(|| drop(lexer::lex(FileId(0), &text)));
    let parsing = best(|| drop(parse::parse(FileId(0), &text)));
    for (name, time) in [("lexer", lexing), ("front end", parsing)] {
        println!("{name}: {time:.2?}, {:.1} MB/s", megabytes / time.as_secs_f64());
    }
}
