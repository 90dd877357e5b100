//! How fast an editor is answered: `cargo run --release -p rzp-lang --example editor_speed`.
//!
//! Makes a project of a hundred services in memory, opens all of them, edits, and prints the 95th
//! percentile of each kind of answer, and the memory in use at the end.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "it measures, and prints what it measured")]

use rzp_lang::base::world::MemWorld;
use rzp_lang::eval::vm::deep;
use rzp_lang::ide::Project;
use std::rc::Rc;
use std::time::{Duration, Instant};

const SERVICES: usize = 100;
const ROUNDS: usize = 200;

const SCHEMA: &str = r#"{
  ## A service: what every one of them has.
  Service = schema {
    let s = self
    name : String & =~"^[a-z][a-z0-9-]*$"
    ## What the service is for.
    area : "media" | "data" | "home"
    image : String
    default kind : "Deployment" | "StatefulSet" = "Deployment"
    default replicas : Int & >=0 = 1
    default args : [String] = []
    ## By name; the first is the main one.
    ports : { [String] : Int & >=1 & <=65535 }
    variables : { [String] : String | Int } = {}
    volumes : { [String] : { path : String, size : Int, mode? : "ro" | "rw" } } = {}
    probe = { default path : String = "/", default after : Int & >=0 = 5 }
    host = "\(s.name).\(s.area).svc"
    deployment = {
      apiVersion = "apps/v1"
      kind = s.kind
      metadata = { name = s.name, labels = { "app.kubernetes.io/name" = s.name, area = s.area } }
      spec = {
        replicas = s.replicas
        template.spec.containers = [{
          name = s.name
          image = s.image
          args = s.args
          ports = [{ name = name, containerPort = port } for (name, port) in s.ports]
          env = [{ name = name, value = "\(value)" } for (name, value) in s.variables]
          volumeMounts = [{ name = name, mountPath = v.path } for (name, v) in s.volumes]
        }]
      }
    }
    service = {
      apiVersion = "v1"
      kind = "Service"
      metadata.name = s.name
      spec.ports = [{ name = name, port = port } for (name, port) in s.ports]
    }
    assert s.replicas < 2 || s.kind == "StatefulSet" else "\(s.name) has \(s.replicas) pods"
  }
}
"#;

fn service(number: usize) -> String {
    let area = ["media", "data", "home"][number % 3];
    format!(
        r#"# Service number {number}.
let {{ Service }} = import "../schema.rzp"

let domain = "example.org"
let tags = {{ blue = "4.0.{number}", green = "4.1.{number}" }}

Service with {{
  name = "service-{number}"
  area = "{area}"
  image = "ghcr.io/example/service:\(tags.blue)"
  replicas = 1
  args = ["--verbose", "--port=\(self.ports.http)", "--host=service-{number}.\(domain)"]
  ports.http = {port}
  ports.metrics = {metrics}
  variables = {{
    TZ = "Europe/Berlin"
    SERVER__PORT = {port}
    SERVER__HOST = "service-{number}.\(domain)"
    DATABASE__HOST = "postgres.data.svc"
    DATABASE__PORT = 5432
  }}
  volumes.config = {{ path = "/config", size = 5Gi }}
  volumes.media = {{ path = "/media", size = 500Gi, mode = "ro" }}
  probe.path = "/ping"
  probe.after = 10
}}
"#,
        port = 8000 + number,
        metrics = 9000 + number,
    )
}

fn path(number: usize) -> String {
    format!("services/service-{number}.rzp")
}

/// The time of each round, and what 95 of 100 rounds stay below.
struct Times(Vec<Duration>);

impl Times {
    fn of(mut round: impl FnMut(usize) -> Duration, rounds: usize) -> Times {
        Times((0..rounds).map(&mut round).collect())
    }

    fn print(mut self, what: &str) {
        self.0.sort();
        let at = |percent: usize| self.0[(self.0.len() * percent / 100).min(self.0.len() - 1)].as_secs_f64() * 1000.0;
        println!("{what:<44} {:>9.3} ms   (median {:.3} ms)", at(95), at(50));
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    std::hint::black_box(work());
    begun.elapsed()
}

/// The offset right behind a text.
fn behind(text: &str, mark: &str) -> u32 {
    (text.find(mark).expect("the text is there") + mark.len()) as u32
}

fn main() {
    deep(measure);
}

fn measure() {
    let world =
        (0..SERVICES).fold(MemWorld::new().with("schema.rzp", SCHEMA), |world, n| world.with(&path(n), &service(n)));
    let mut project = Project::new(Rc::new(world));
    for number in 0..SERVICES {
        project.open(&path(number), &service(number));
    }
    let mut wrong = 0;
    for number in 0..SERVICES {
        wrong += project.problems(&path(number)).len() + project.run_problems(&path(number)).len();
    }
    assert_eq!(wrong, 0, "the project is in order");
    println!("{SERVICES} services, all open; 95 of 100 answers come within:\n");
    edits(&mut project);
    questions(&mut project);
    schema(&mut project);
    if let Some(bytes) = resident() {
        println!("\n{:<44} {:>9.1} MB", "memory", bytes as f64 / 1e6);
    }
}

fn edits(project: &mut Project) {
    let typed = |round: usize| service(round % SERVICES).replace("replicas = 1", &format!("replicas = {round}"));
    let quick = |round: usize| {
        timed(|| {
            project.open(&path(round % SERVICES), &typed(round));
            project.problems(&path(round % SERVICES))
        })
    };
    Times::of(quick, ROUNDS).print("a key: text, names and types");
    let slow = |round: usize| {
        timed(|| {
            project.open(&path(round % SERVICES), &typed(round + 1));
            (project.problems(&path(round % SERVICES)), project.run_problems(&path(round % SERVICES)))
        })
    };
    Times::of(slow, ROUNDS).print("a key: the same, and a run");
}

fn questions(project: &mut Project) {
    let broken = |round: usize| service(round % SERVICES).replace("  replicas = 1\n", "  re\n  kind = tags.\n");
    let mut complete = |mark: &'static str| {
        let round = |round: usize| {
            let text = broken(round);
            project.open(&path(round % SERVICES), &text);
            let mut found =
                || project.complete(&path(round % SERVICES), behind(&text, mark)).expect("an answer").candidates;
            timed(|| assert!(found().len() > 1, "there are candidates"))
        };
        Times::of(round, ROUNDS)
    };
    complete("  re").print("completion of a field");
    complete("tags.").print("completion after a dot");
    for number in 0..SERVICES {
        project.open(&path(number), &service(number));
        project.problems(&path(number));
    }
    let text = |round: usize| service(round % SERVICES);
    let hover = |round: usize| {
        timed(|| project.hover(&path(round % SERVICES), behind(&text(round), "  repl")).expect("an answer"))
    };
    Times::of(hover, ROUNDS).print("hover");
    let definition = |round: usize| {
        let mut places = || project.definition(&path(round % SERVICES), behind(&text(round), "  repl"));
        timed(|| assert_eq!(places()[0].path, "schema.rzp"))
    };
    Times::of(definition, ROUNDS).print("definition");
}

/// A key in the schema: all that is open is looked at and run again.
fn schema(project: &mut Project) {
    let round = |round: usize| {
        let text = SCHEMA
            .replace("default replicas", if round.is_multiple_of(2) { "default copies" } else { "default replicas" });
        timed(|| {
            project.open("schema.rzp", &text);
            let mut found = project.problems("schema.rzp").len() + project.run_problems("schema.rzp").len();
            for path in (0..SERVICES).map(path) {
                found += project.problems(&path).len() + project.run_problems(&path).len();
            }
            assert_eq!(found > 0, round.is_multiple_of(2), "the services are wrong when their key is gone");
        })
    };
    Times::of(round, 20).print("a key in the schema of all services");
}

/// Bytes in memory, where the system tells.
fn resident() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = text.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}
