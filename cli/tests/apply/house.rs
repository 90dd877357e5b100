//! A stack with both providers, and the two servers that `rzp simulate` makes up for it.

use crate::lab::Run;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder with a stack, and a simulator that runs as long as this lives.
pub struct House {
    pub root: PathBuf,
    /// What is said of Cloudflare besides the records.
    pub more: String,
    simulator: Child,
    env: BTreeMap<String, String>,
}

impl House {
    pub fn new(machines: &str, records: &str) -> House {
        House::in_world("{}", machines, records)
    }

    /// The same in a world that is not a fresh one, as `rzp simulate --state` reads it. Its tasks take no time to speak of.
    pub fn in_world(world: &str, machines: &str, records: &str) -> House {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("rzp-house-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("services")).expect("a folder for the test");
        fs::write(root.join("services/main.rzp"), "{}\n").expect("written");
        fs::write(root.join("faults.json"), "[]").expect("written");
        fs::write(root.join("world.json"), quick(world)).expect("written");
        let (simulator, env) = simulate(&root);
        let house = House { root, more: String::new(), simulator, env };
        house.wants(machines, records);
        house
    }

    /// Says what is wanted from now on.
    pub fn wants(&self, machines: &str, records: &str) {
        self.stack("home", "stack.rzp", machines, records);
    }

    pub fn stack(&self, name: &str, file: &str, machines: &str, records: &str) {
        let text = STACK
            .replace("{name}", name)
            .replace("{machines}", machines)
            .replace("{records}", records)
            .replace("{more}", &self.more);
        fs::write(self.root.join("services").join(file), text).expect("written");
    }

    /// What goes wrong from now on, as the simulator reads it.
    pub fn faults(&self, rules: &str) {
        fs::write(self.root.join("faults.json"), rules).expect("written");
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rzp"));
        command
            .args(args)
            .current_dir(&self.root)
            .envs(&self.env)
            .env("XDG_STATE_HOME", self.root.join("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().expect("the command runs"))
    }

    /// What the simulator has, all of it.
    pub fn world(&self) -> Json {
        let text = fs::read_to_string(self.root.join("world.json")).expect("the state");
        serde_json::from_str(&text).expect("JSON")
    }

    /// `METHOD /path` of all requests so far, without queries.
    pub fn asked(&self) -> Vec<String> {
        let text = fs::read_to_string(self.root.join("asked.jsonl")).unwrap_or_default();
        let lines = text.lines().map(|line| serde_json::from_str::<Json>(line).expect("a line of JSON"));
        let came = lines.filter(|line| line["at"] == "in");
        came.map(|line| {
            let path = line["path"].as_str().unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
            format!("{} {path}", line["method"].as_str().unwrap_or_default())
        })
        .collect()
    }

    /// The requests that a run makes.
    pub fn asked_by(&self, args: &[&str], code: i32) -> Vec<String> {
        let before = self.asked().len();
        self.run(args).ends(code);
        self.asked().split_off(before)
    }

    /// The statuses of all answers so far; 0 where a connection was cut.
    pub fn answered(&self) -> Vec<u64> {
        let text = fs::read_to_string(self.root.join("asked.jsonl")).unwrap_or_default();
        let lines = text.lines().map(|line| serde_json::from_str::<Json>(line).expect("a line of JSON"));
        lines.filter(|line| line["at"] == "out").filter_map(|line| line["status"].as_u64()).collect()
    }

    /// Somebody else changes something, before anything else happens: a new value for each place.
    pub fn edit(&self, edits: &str) {
        self.faults(&format!(r#"[{{ "on": "*", "nth": 1, "do": {{ "edit": {edits} }} }}]"#));
    }

    /// Everything that others made, to be the same after each run.
    pub fn others(&self) -> (Json, Vec<Json>) {
        let world = self.world();
        let guests: Json = [100, 9000].iter().map(|id| world["proxmox"]["guests"][id.to_string()].clone()).collect();
        let records = world["cloudflare"]["zones"][0]["records"].as_array().cloned().unwrap_or_default();
        let foreign = |record: &Json| !record["comment"].as_str().unwrap_or_default().starts_with("rzp1:");
        (guests, records.into_iter().filter(foreign).collect())
    }

    /// Runs until nothing is left to do, a few times at most. Others' things are as they were.
    #[track_caller]
    pub fn comes_to_rest(&self, what: &str) {
        let others = self.others();
        let at_rest = (0..4).any(|_| {
            self.run(&["apply", "--yes"]);
            self.run(&["plan"]).code == Some(0)
        });
        assert!(at_rest, "{what}: {:?}", self.run(&["apply", "--yes"]));
        assert_eq!(self.others(), others, "{what}");
    }

    /// The names of records of this stack.
    pub fn own_records(&self) -> Vec<String> {
        let world = self.world();
        let records = world["cloudflare"]["zones"][0]["records"].as_array().cloned().unwrap_or_default();
        let own =
            records.iter().filter(|record| record["comment"].as_str().unwrap_or_default().starts_with("rzp1:home:"));
        let mut names: Vec<String> = own.map(|record| record["name"].as_str().unwrap_or_default().to_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.simulator.kill();
        let _ = self.simulator.wait();
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// A world whose waits are short.
fn quick(world: &str) -> String {
    let mut world: Json = serde_json::from_str(world).expect("JSON");
    for (name, seconds) in [("task_seconds", 0.1), ("refusal_seconds", 0.1)] {
        let settings = &mut world["settings"];
        if settings[name].is_null() {
            settings[name] = seconds.into();
        }
    }
    world.to_string()
}

fn simulate(root: &PathBuf) -> (Child, BTreeMap<String, String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rzp"))
        .args(["simulate", "--state", "world.json", "--log", "asked.jsonl", "--faults", "faults.json"])
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the simulator starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut env = BTreeMap::new();
    while !env.contains_key("CLOUDFLARE_API_TOKEN") {
        let line = lines.next().expect("it says how to reach it").expect("UTF-8");
        let pair = line.strip_prefix("export ").and_then(|pair| pair.split_once('='));
        let (name, value) = pair.expect("a line that a shell takes");
        env.insert(name.to_owned(), value.trim_matches('\'').to_owned());
    }
    (child, env)
}

const STACK: &str = r#"
let { stack } = import "std/provider/provider"
let proxmox = import "std/provider/proxmox"
let cloudflare = import "std/provider/cloudflare"

stack("{name}", {
  pve = proxmox.provider({
    url = "https://pve1.example.com:8006/api2/json"
    token.env = "PROXMOX_TOKEN"
    machines = {
{machines}
    }
  })
  cloudflare = cloudflare.provider({
    token.env = "CLOUDFLARE_API_TOKEN"
    zones."example.com".id = "023e105f4ecef8ad9ca31a8372d0c353"
    records = [
{records}
    ]
    {more}
  })
})
"#;
