//! The repository's services, evaluated: all objects of each environment, and what is hidden beside them.

use rzp_lang::base::world::MemWorld;
use rzp_lang::{EvalOptions, Format, Session};
use rzp_tests::house;
use serde_json::Value;
use std::rc::Rc;

/// What is asked of `services/main.rzp`.
const PROBE: &str = r#"
let all = import "./services/main.rzp"
{
  for (env, tiers) in all {
    "\(env)" = {
      objects = [
        { service = name, object = object }
        for (_, services) in tiers for (name, objects) in services for object in objects
      ]
      graph = all.graph[env]
      ways = all.ways[env]
      records = all.records[env]
      waived = all.waived[env]
      services = std.record.map_values(all.services[env], fn(s) => {
        kind = s.kind_of
        namespace = s.namespace
        members = s.members
        keeps = s.keeps
        backup = std.record.omit(s.backup, [])
      })
    }
  }
}
"#;

/// One environment's part of the answer.
pub struct Env {
    pub name: String,
    pub value: Value,
}

/// Something that a service makes.
pub struct Made<'a> {
    pub service: &'a str,
    pub object: &'a Value,
}

impl Env {
    pub fn objects(&self) -> impl Iterator<Item = Made<'_>> {
        self.value["objects"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|entry| Made { service: entry["service"].as_str().unwrap_or_default(), object: &entry["object"] })
    }

    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = Made<'a>> {
        self.objects().filter(move |made| made.object["kind"] == kind)
    }

    pub fn list(&self, what: &str) -> &[Value] {
        self.value[what].as_array().map_or(&[], Vec::as_slice)
    }
}

/// The services as they stand on disk, with `more` files beside or in the place of them.
pub fn with(more: &[(&str, &str)]) -> Vec<Env> {
    let files = house::files("services").into_iter().filter(|file| !more.iter().any(|(path, _)| *path == file.path));
    let world = files.fold(MemWorld::new(), |world, file| world.with(&file.path, &file.text));
    let world = more.iter().fold(world, |world, (path, text)| world.with(path, text));
    let all = eval(world, PROBE);
    let envs = all.as_object().into_iter().flatten();
    envs.map(|(name, value)| Env { name: name.clone(), value: value.clone() }).collect()
}

pub fn all() -> Vec<Env> {
    with(&[])
}

/// A program's value.
pub fn eval(world: MemWorld, program: &str) -> Value {
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let made = Session::new(Rc::new(world)).eval_text("probe.rzp", program, &options);
    let text = made.unwrap_or_else(|diags| panic!("{:?}", diags.iter().map(|diag| &diag.title).collect::<Vec<_>>()));
    serde_json::from_str(&text).expect("the language writes JSON")
}

/// The pods' template of a workload, wherever its kind has it.
pub fn template(object: &Value) -> Option<&Value> {
    let spec = &object["spec"];
    [&spec["template"], &spec["jobTemplate"]["spec"]["template"]].into_iter().find(|at| at.is_object())
}
