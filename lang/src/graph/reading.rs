//! The graph of an environment, out of the value of `services/main.rzp`.
//!
//! The library's `fleet` leaves it in a hidden field: `graph = { production = { nodes = […], edges = […] } }`. A node
//! has `name`, `tier` and `wave`, an edge `from`, `to` and `hard`; the rest may be missing, and more may be there.

use super::choosing::listed;
use super::model::{Graph, Need, Node};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::build::MAIN;
use crate::eval::fault::{Fault, Run};
use crate::eval::vm::{Vm, record_loc};
use crate::session::Session;
use crate::value::record::Record;
use crate::value::value::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Reads the graph of an environment, or of the only one that there is.
pub fn read(session: &mut Session, env: Option<&str>) -> Result<Graph, Vec<Diag>> {
    session.with_file(MAIN, &[], |vm, value| {
        let graphs = match &value {
            Value::Record(main) => vm.field(main, Symbol::new("graph"))?,
            _ => None,
        };
        let Some(Value::Record(graphs)) = graphs else { return Err(Fault::new(missing(graphs.as_ref()))) };
        let env = environment(vm, &graphs, env)?;
        let path = format!("graph.{env}");
        let graph = Part::new(vm, &graphs, "graph".to_owned()).inner(&env)?;
        let graph = Part { path: path.clone(), ..Part::new(vm, &graph, path) };
        graph.read(&env)
    })
}

/// The environment that is meant.
fn environment(vm: &mut Vm, graphs: &Rc<Record>, wanted: Option<&str>) -> Run<String> {
    // `hidden graph.home = …` hides the environment as well.
    let names: Vec<Rc<str>> = vm.names_where(graphs, true)?.into_iter().map(|name| name.text()).collect();
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    match (wanted, names.as_slice()) {
        (Some(wanted), names) if names.contains(&wanted) => Ok(wanted.to_owned()),
        (Some(wanted), names) => {
            let near = suggest::nearest(wanted, names.iter().copied());
            let diag = Diag::error(Code::NoGraph, format!("no environment `{wanted}`")).suggest(near);
            let told = near.is_some() || names.is_empty();
            Err(Fault::new(if told { diag } else { diag.note(format!("there {}", listed(names))) }))
        }
        (None, [only]) => Ok((*only).to_owned()),
        (None, []) => Err(Fault::new(Diag::error(Code::NoGraph, "there is no environment"))),
        (None, names @ [first, ..]) => {
            let diag = Diag::error(Code::NoGraph, "a graph shows one environment, and there is more than one");
            let diag = diag.note(format!("there {}", listed(names)));
            Err(Fault::new(diag.help(format!("say which: `rzp graph --env {first}`"))))
        }
    }
}

fn missing(found: Option<&Value>) -> Diag {
    let title = match found {
        Some(found) => format!("`graph` of `{MAIN}` should be a record of environments, and is {}", found.kind()),
        None => format!("`{MAIN}` has no field `graph`, which says who needs whom"),
    };
    Diag::error(Code::NoGraph, title)
        .help("let the library make it: `fleet.objects(import \"./env/*.rzp\", services)`, with `std/platform/fleet`")
        .help(
            "or write it yourself: `hidden graph = { production = { nodes = […], edges = […] } }`; see `rzp doc E0709`",
        )
}

/// A record of the graph, with its path for messages.
struct Part<'a> {
    vm: &'a mut Vm,
    record: Rc<Record>,
    path: String,
}

impl<'a> Part<'a> {
    fn new(vm: &'a mut Vm, record: &Rc<Record>, path: String) -> Part<'a> {
        Part { vm, record: record.clone(), path }
    }

    fn read(mut self, env: &str) -> Run<Graph> {
        let nodes = self.each("nodes", |part| part.node())?;
        let names: BTreeSet<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
        if let Some(twice) =
            nodes.iter().enumerate().find(|(at, node)| nodes[..*at].iter().any(|n| n.name == node.name))
        {
            return Err(self.wrong(format!("two nodes of `{}` are called `{}`", self.path, twice.1.name)));
        }
        let needs = self.each("edges", |part| part.need(&names))?;
        Ok(Graph::new(env, nodes, needs))
    }

    fn node(&mut self) -> Run<Node> {
        let hosts = self.list("hosts", "a string", |value| match value {
            Value::Text(text) => Some(text.as_str().to_owned()),
            _ => None,
        })?;
        Ok(Node {
            name: self.text("name")?.map_or_else(|| Err(self.lacks("name")), Ok)?,
            tier: self.text("tier")?.map_or_else(|| Err(self.lacks("tier")), Ok)?,
            wave: self.int("wave")?.map_or_else(|| Err(self.lacks("wave")), Ok)?,
            area: self.text("area")?.unwrap_or_default(),
            kind: self.text("kind")?.unwrap_or_default(),
            title: self.text("title")?.unwrap_or_default(),
            hosts,
            objects: self.int("objects")?,
        })
    }

    fn need(&mut self, names: &BTreeSet<&str>) -> Run<Need> {
        let ports = self.list("ports", "an integer", |value| match value {
            Value::Int(port) => Some(*port),
            _ => None,
        })?;
        let (from, to) = (self.end("from", names)?, self.end("to", names)?);
        let hard = match self.field("hard")? {
            Some(Value::Bool(hard)) => hard,
            Some(other) => return Err(self.kind("hard", "a boolean", &other)),
            None => return Err(self.lacks("hard")),
        };
        Ok(Need { from, to, hard, ports, why: self.text("why")?.unwrap_or_default() })
    }

    /// The name of a node at one end of an edge.
    fn end(&mut self, name: &str, names: &BTreeSet<&str>) -> Run<String> {
        let end = self.text(name)?.map_or_else(|| Err(self.lacks(name)), Ok)?;
        if names.contains(end.as_str()) {
            return Ok(end);
        }
        let near = suggest::nearest(&end, names.iter().copied());
        let title = format!("`{}.{name}` is `{end}`, and no node is called so", self.path);
        Err(Fault::new(self.placed(Diag::error(Code::NoGraph, title)).suggest(near)))
    }

    fn field(&mut self, name: &str) -> Run<Option<Value>> {
        Ok(self.vm.field(&self.record, Symbol::new(name))?.filter(|value| !matches!(value, Value::Null)))
    }

    fn text(&mut self, name: &str) -> Run<Option<String>> {
        match self.field(name)? {
            Some(Value::Text(text)) => Ok(Some(text.as_str().to_owned())),
            Some(other) => Err(self.kind(name, "a string", &other)),
            None => Ok(None),
        }
    }

    fn int(&mut self, name: &str) -> Run<Option<i64>> {
        match self.field(name)? {
            Some(Value::Int(number)) => Ok(Some(number)),
            Some(other) => Err(self.kind(name, "an integer", &other)),
            None => Ok(None),
        }
    }

    fn inner(&mut self, name: &str) -> Run<Rc<Record>> {
        match self.field(name)? {
            Some(Value::Record(record)) => Ok(record),
            Some(other) => Err(self.kind(name, "a record with `nodes` and `edges`", &other)),
            None => Err(self.lacks(name)),
        }
    }

    /// The elements of a list that may be missing.
    fn list<T>(&mut self, name: &str, wanted: &str, read: impl Fn(&Value) -> Option<T>) -> Run<Vec<T>> {
        let mut made = Vec::new();
        for (at, value) in self.items(name)?.unwrap_or_default().iter().enumerate() {
            let value = self.vm.force(value)?;
            made.push(read(&value).ok_or_else(|| self.kind(&format!("{name}[{at}]"), wanted, &value))?);
        }
        Ok(made)
    }

    /// The records of a list that has to be there.
    fn each<T>(&mut self, name: &str, mut read: impl FnMut(&mut Part) -> Run<T>) -> Run<Vec<T>> {
        let Some(items) = self.items(name)? else { return Err(self.lacks(name)) };
        let mut made = Vec::new();
        for (at, value) in items.iter().enumerate() {
            let place = format!("{name}[{at}]");
            match self.vm.force(value)? {
                Value::Record(record) => {
                    made.push(read(&mut Part::new(self.vm, &record, format!("{}.{place}", self.path)))?);
                }
                other => return Err(self.kind(&place, "a record", &other)),
            }
        }
        Ok(made)
    }

    fn items(&mut self, name: &str) -> Run<Option<Vec<Value>>> {
        match self.field(name)? {
            Some(Value::List(list)) => Ok(Some(self.vm.items(&list)?.to_vec())),
            Some(other) => Err(self.kind(name, "a list", &other)),
            None => Ok(None),
        }
    }

    fn lacks(&self, name: &str) -> Box<Fault> {
        self.wrong(format!("`{}` has no `{name}`", self.path))
    }

    fn kind(&self, name: &str, wanted: &str, found: &Value) -> Box<Fault> {
        self.wrong(format!("`{}.{name}` should be {wanted}, and is {}", self.path, found.kind()))
    }

    fn wrong(&self, title: String) -> Box<Fault> {
        let diag = self.placed(Diag::error(Code::NoGraph, title));
        Fault::new(diag.help("what nodes and edges have is told by `rzp doc E0709`"))
    }

    /// Points at the braces of the record, where it was made by some.
    fn placed(&self, diag: Diag) -> Diag {
        let loc = record_loc(&self.record);
        if loc == Loc::default() { diag } else { diag.at(loc, "") }
    }
}
