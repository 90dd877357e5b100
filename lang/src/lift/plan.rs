//! What becomes of one workload: the fields of its service, what each object of the manifests should come to, and what is
//! to be said of it. The files in `gather` fill it.
//!
//! A *target* is an object of the manifests in the library's own terms: its names translated, what the library does another
//! way on purpose taken out. What the service makes is held against it, and where it falls short, an override is written.

use super::data::{self, at_mut};
use super::fields::Fields;
use super::group::{App, Groups};
use super::house::House;
use super::object::Object;
use crate::data::tree::Data;
use std::collections::{BTreeMap, BTreeSet};

/// All that one run reads.
pub struct Run<'a> {
    pub objects: &'a [Object],
    pub groups: &'a Groups,
    pub house: &'a House,
    /// What each app's service is called.
    pub names: &'a [String],
    pub profiles: &'a [Profile],
    /// Which app answers for a host name: the one that has its root.
    pub hosts: BTreeMap<String, usize>,
    /// The folder that all files are below, with a `/` at its end.
    pub base: &'a str,
}

/// An amount of the library's: processors in thousandths, memory in bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub name: String,
    pub cpu: i64,
    pub memory: i64,
    pub most: i64,
}

/// What an earlier look at the service has shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    /// Rules that the service breaks, with the reason.
    pub waivers: BTreeMap<String, String>,
    /// Variables, by container, that hold a secret in plain text.
    pub secret_variables: BTreeSet<(String, String)>,
    /// The Pod Security Standard that the pods satisfy, where the library thinks of a stricter one.
    pub level: Option<String>,
    /// Fields that do not hold, by their paths, with what the library says of them.
    pub refused: BTreeMap<Vec<String>, String>,
    /// Fields of objects that their schemas do not know, by the object.
    pub strange: BTreeSet<(String, String)>,
    /// Overrides and objects that do not hold, with what the library says of them.
    pub dropped: BTreeMap<String, String>,
}

/// How the routes of a cluster are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    #[default]
    Gateway,
    Ingress,
}

/// What an environment has to have for the service.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    pub dialect: Dialect,
    pub domain: Option<String>,
    pub timezone: Option<String>,
    /// Storage classes: what the library calls them, and their names in the cluster.
    pub classes: BTreeMap<String, String>,
    pub shares: Vec<super::house::Share>,
    pub address: Option<String>,
    pub backend: super::secrets::Backend,
    /// API groups of objects that the library does not make.
    pub groups: BTreeSet<String>,
    /// Services of the same run that it calls, with their ports.
    pub others: BTreeMap<String, Vec<(String, i64)>>,
}

/// Something to be said at the head of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Stricter,
    New,
    Otherwise,
    Declare,
    Store,
    Left,
}

/// What became of an object of the manifests.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    Same,
    /// By an override, at these paths.
    Override(Vec<String>),
    /// Carried over as it is.
    Whole,
    /// Made by the environment, once for all services.
    Environment,
    Left(String),
}

/// A port of the pods.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// The container's name in the manifests.
    pub container: String,
    pub name: String,
    pub number: i64,
    pub protocol: String,
}

/// An object of the manifests in the library's terms, and what it is held against: `Deployment/web`.
#[derive(Debug, Clone)]
pub struct Target {
    pub origins: Vec<usize>,
    pub handle: String,
    pub data: Data,
}

/// An object of the manifests that the service carries along.
#[derive(Debug, Clone)]
pub struct Whole {
    pub origin: Option<usize>,
    pub data: Data,
}

/// An override that is written as an expression: a path in an object, and what stands there.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    pub handle: String,
    pub path: String,
    pub text: String,
    pub origins: Vec<usize>,
}

/// A key of the service's own secret, and where the manifests had it.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    pub secret: String,
    pub key: String,
    pub own: String,
}

pub struct Plan<'a> {
    pub run: &'a Run<'a>,
    pub app: &'a App,
    /// Which of the run's apps it is.
    pub index: usize,
    pub hints: &'a Hints,
    pub name: String,
    /// The namespace of the manifests.
    pub namespace: String,
    pub fields: Fields,
    pub ports: Vec<Port>,
    pub keys: Vec<Key>,
    /// Secrets whose keys become the service's own.
    pub owned: Vec<String>,
    /// The workload, as it is being translated.
    pub workload: Data,
    pub targets: Vec<Target>,
    pub whole: Vec<Whole>,
    pub written: Vec<Written>,
    /// Rules of policies beyond those that the library opens, as expressions: into the pods, and out of them.
    pub ways_in: Vec<String>,
    pub ways_out: Vec<String>,
    pub status: BTreeMap<usize, Status>,
    pub declared: Declared,
    pub notes: Vec<(Topic, String)>,
}

impl<'a> Plan<'a> {
    /// A plan that nothing is in yet.
    pub fn new(run: &'a Run<'a>, index: usize, hints: &'a Hints) -> Plan<'a> {
        let app = &run.groups.apps[index];
        let main = &run.objects[app.main];
        Plan {
            run,
            app,
            index,
            hints,
            name: run.names[index].clone(),
            namespace: main.namespace.clone(),
            fields: Default::default(),
            ports: Vec::new(),
            keys: Vec::new(),
            owned: Vec::new(),
            workload: main.data.clone(),
            targets: Vec::new(),
            whole: Vec::new(),
            written: Vec::new(),
            ways_in: Vec::new(),
            ways_out: Vec::new(),
            status: BTreeMap::new(),
            declared: Declared { dialect: Dialect::Gateway, domain: run.house.domain.clone(), ..Declared::default() },
            notes: Vec::new(),
        }
    }

    pub fn main(&self) -> &'a Object {
        &self.run.objects[self.app.main]
    }

    pub fn object(&self, index: usize) -> &'a Object {
        &self.run.objects[index]
    }

    /// The objects of one kind that belong to the workload.
    pub fn others(&self, kind: &str) -> Vec<(usize, &'a Object)> {
        let all = self.app.others.iter().map(|index| (*index, self.object(*index)));
        all.filter(|(_, object)| object.kind == kind).collect()
    }

    /// An object by kind and name, near to the workload.
    pub fn find(&self, kind: &str, name: &str) -> Option<(usize, &'a Object)> {
        let is_near = |object: &Object| object.namespace == self.main().namespace || object.namespace.is_empty();
        let found = self.run.objects.iter().enumerate();
        found.into_iter().find(|(_, object)| object.kind == kind && object.name == name && is_near(object))
    }

    pub fn template_path(&self) -> &'static str {
        self.main().template_path().unwrap_or("spec.template")
    }

    /// The spec of the pods in the manifests.
    pub fn given(&self) -> &'a Data {
        const NONE: &Data = &Data::Null;
        self.main().template().and_then(|template| data::at(template, "spec")).unwrap_or(NONE)
    }

    /// The spec of the pods as it is being translated.
    pub fn spec(&mut self) -> &mut Data {
        let path = format!("{}.spec", self.template_path());
        if at_mut(&mut self.workload, &path).is_none() {
            data::put(&mut self.workload, &path, data::record([]));
        }
        at_mut(&mut self.workload, &path).expect("it was put there")
    }

    pub fn note(&mut self, topic: Topic, text: impl Into<String>) {
        let note = (topic, text.into());
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub fn same(&mut self, index: usize) {
        self.status.entry(index).or_insert(Status::Same);
    }

    /// What the service makes should have the fields of `data` in an object.
    pub fn expect(&mut self, origins: &[usize], handle: impl Into<String>, data: Data) {
        origins.iter().for_each(|origin| self.same(*origin));
        let handle = handle.into();
        match self.targets.iter_mut().find(|target| target.handle == handle) {
            Some(target) => {
                target.origins.extend(origins);
                join(&mut target.data, data);
            }
            None => self.targets.push(Target { origins: origins.to_vec(), handle, data }),
        }
    }

    /// An object goes along as it is.
    pub fn carry(&mut self, index: usize, data: Data) {
        self.status.insert(index, Status::Whole);
        self.whole.push(Whole { origin: Some(index), data });
    }

    pub fn leave(&mut self, index: usize, why: impl Into<String>) {
        self.status.insert(index, Status::Left(why.into()));
    }

    /// Lets a rule be broken, with the reason.
    pub fn waive(&mut self, rule: &str, reason: &str) {
        if !self.fields.has(&["waive", rule]) {
            self.fields.set(&["waive", rule], reason);
        }
    }

    /// The service's own key for a key of a Secret that becomes its own.
    pub fn own_key(&mut self, secret: &str, key: &str) -> Option<String> {
        if !self.owned.iter().any(|owned| owned == secret) {
            return None;
        }
        if let Some(known) = self.keys.iter().find(|known| known.secret == secret && known.key == key) {
            return Some(known.own.clone());
        }
        let is_taken = self.keys.iter().any(|known| known.own == key);
        let own = if is_taken { format!("{}_{key}", secret.replace('.', "_")) } else { key.to_owned() };
        self.keys.push(Key { secret: secret.to_owned(), key: key.to_owned(), own: own.clone() });
        Some(own)
    }

    /// The name that a port of a container has in the service.
    pub fn port(&self, container: &str, wanted: &Data) -> Option<&Port> {
        let given = data::list(self.given(), "containers").iter();
        let own = given.clone().find(|one| data::text(one, "name") == Some(container));
        let number = match wanted {
            Data::Int(number) => *number,
            _ => data::int(super::pods::port(own?, wanted)?, "containerPort")?,
        };
        let named = self.ports.iter().find(|port| port.container == container && port.name == data::shown(wanted));
        let here = || self.ports.iter().find(|port| port.container == container && port.number == number);
        named.or_else(here).or_else(|| self.ports.iter().find(|port| port.number == number))
    }

    /// The port that a Service's `targetPort` means, in whichever container.
    pub fn target_port(&self, wanted: &Data) -> Option<&Port> {
        let names = data::list(self.given(), "containers").iter().filter_map(|one| data::text(one, "name"));
        names.filter_map(|name| self.port(name, wanted)).next()
    }
}

/// Joins what two objects say of one: lists are put one after the other.
fn join(into: &mut Data, from: Data) {
    match (into, from) {
        (Data::Record(pairs), Data::Record(more)) => {
            for (name, value) in more {
                match pairs.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, known)) => join(known, value),
                    None => pairs.push((name, value)),
                }
            }
        }
        (Data::List(items), Data::List(more)) => items.extend(more),
        (into, from) => *into = from,
    }
}
