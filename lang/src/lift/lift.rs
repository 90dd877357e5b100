//! Manifests to services: `rzp convert --lift`. Texts in, texts of services and what became of each object out.

use super::group::{self, Groups};
use super::house;
use super::lab;
use super::names;
use super::object::{Object, WORKLOADS, is_workload};
use super::plan::{Run, Status};
use super::read::read;
use super::routes;
use super::service::{Made, service};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::source::Sources;
use crate::base::span::{Loc, Span};
use crate::base::suggest;
use crate::data::tree::Data;
use std::collections::BTreeMap;

/// A service that was made of manifests.
#[derive(Debug, Clone)]
pub struct Lifted {
    /// What it is called, and its file: `sonarr`.
    pub name: String,
    pub text: String,
    /// Where its workload stands.
    pub loc: Loc,
    /// The objects that it comes to in the lab, where its environment is called `lab`.
    pub objects: Vec<Data>,
    pub summary: Summary,
}

/// What became of the objects of a service.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// By object, such as `Deployment/web`, in the order of the files.
    pub objects: Vec<(String, Fate)>,
    pub yaml_lines: usize,
    pub rzp_lines: usize,
    /// Objects that the library adds, such as `NetworkPolicy/web`.
    pub added: Vec<String>,
    /// What the service does not come to, although no override says so: nothing, unless there is a fault here.
    pub differs: Vec<String>,
}

/// What became of an object.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// The service makes it, up to labels, names and hardening.
    Reproduced,
    /// The service makes it, with these paths laid over it.
    Overridden(Vec<String>),
    /// It is carried along as it is.
    Carried,
    /// The environment makes it once for all.
    Environment,
    Left(String),
}

impl Summary {
    pub fn count(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.objects.iter().filter(|(_, fate)| is(fate)).count()
    }
}

/// All that came of some files.
#[derive(Debug, Default)]
pub struct Lift {
    pub services: Vec<Lifted>,
    /// Objects that belong to no workload, as `kind/name`, with their files.
    pub loose: Vec<(String, String)>,
    pub told: Vec<Diag>,
}

/// Lifts files, each a name and a text; the sources hold them afterwards, for those who show the messages.
pub fn lift(files: &[(String, String)], sources: &mut Sources) -> Lift {
    let found = read(files, sources);
    let objects = found.objects;
    let mut lift = Lift { told: found.told, ..Lift::default() };
    if !objects.iter().any(is_workload) {
        lift.told.push(nothing(&objects, lift.told.iter().any(Diag::is_error)));
        return lift;
    }
    let groups = group::group(&objects);
    let house = house::house(&objects);
    let names = called(&objects, &groups);
    let profiles = lab::profiles();
    let hosts = hosts(&objects, &groups);
    let base = base(files);
    let run = Run {
        objects: &objects,
        groups: &groups,
        house: &house,
        names: &names,
        profiles: &profiles,
        hosts,
        base: &base,
    };
    for index in 0..groups.apps.len() {
        match service(&run, index) {
            Ok(made) => lift.services.push(lifted(&run, index, made)),
            Err(diags) => lift.told.push(unlifted(&run, index, &diags)),
        }
    }
    let loose = groups.loose.iter().map(|index| &objects[*index]);
    lift.loose = loose.map(|object| (object.handle(), object.file.clone())).collect();
    lift
}

/// The folder that all files are in, or below.
fn base(files: &[(String, String)]) -> String {
    let folder = |name: &str| name.rfind('/').map_or(String::new(), |at| name[..=at].to_owned());
    let mut folders = files.iter().map(|(name, _)| folder(name));
    let mut base = folders.next().unwrap_or_default();
    for folder in folders {
        while !folder.starts_with(&base) {
            base = base.trim_end_matches('/').rfind('/').map_or(String::new(), |at| base[..=at].to_owned());
        }
    }
    base
}

/// Services are called after their workloads; two of one name are told apart by their namespaces.
fn called(objects: &[Object], groups: &Groups) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for app in &groups.apps {
        let object = &objects[app.main];
        let plain = names::service(&object.name);
        let placed = names::service(&format!("{}-{}", object.namespace, object.name));
        let more = (2..).map(|number| format!("{plain}-{number}"));
        let free = [plain.clone(), placed].into_iter().chain(more).find(|name| !names.contains(name));
        names.push(free.unwrap_or(plain));
    }
    names
}

/// Who answers for a host: the app that has its root, else the first that has any of it.
fn hosts(objects: &[Object], groups: &Groups) -> BTreeMap<String, usize> {
    let (mut roots, mut any) = (BTreeMap::new(), BTreeMap::new());
    for (index, app) in groups.apps.iter().enumerate() {
        let others: Vec<&Object> = app.others.iter().map(|index| &objects[*index]).collect();
        let is_own = |name: &str| others.iter().any(|object| object.kind == "Service" && object.name == name);
        for row in others.iter().filter(|object| routes::is_route(object)).flat_map(|object| routes::route(object).rows)
        {
            if !is_own(&row.service) {
                continue;
            }
            if row.path == "/" {
                roots.entry(row.host.clone()).or_insert(index);
            }
            any.entry(row.host).or_insert(index);
        }
    }
    any.extend(roots);
    any
}

/// Why several services are no one program.
pub fn several(services: &[Lifted]) -> Option<Diag> {
    let [first, rest @ ..] = services else { return None };
    let names: Vec<String> = services.iter().map(|service| format!("`{}`", service.name)).collect();
    let title = format!(
        "there are {} workloads here, and each becomes a service of its own: {}",
        names.len(),
        names.join(", ")
    );
    let mut diag = Diag::error(Code::Unlifted, title).at(first.loc, format!("becomes `{}`", first.name));
    for service in rest {
        diag = diag.also(service.loc, format!("becomes `{}`", service.name));
    }
    let help = "`--out services/apps` writes a file for each; or give the files of one workload alone";
    (!rest.is_empty()).then(|| diag.help(help))
}

fn first(object: &Object) -> Loc {
    Span { end: object.loc.span.start + 1, ..object.loc.span }.at(object.loc.file)
}

/// Why there is nothing to make a service of.
fn nothing(objects: &[Object], is_told: bool) -> Diag {
    let diag = |title: &str| Diag::error(Code::Unlifted, title);
    let kinds: Vec<String> = {
        let mut kinds: Vec<String> =
            objects.iter().map(|object| format!("{} of `{}`", object.kind, object.version)).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    };
    let has = |kind: &str| objects.iter().find(|object| object.kind == kind);
    if objects.is_empty() {
        let diag = diag("there is no object of Kubernetes here");
        return if is_told { diag } else { diag.help("an object has `apiVersion`, `kind` and `metadata.name`") };
    }
    let diag = diag("there is no workload here: no Deployment, StatefulSet, DaemonSet or CronJob")
        .note(format!("there is: {}", kinds.join(", ")));
    let chart = ["HelmRelease", "Application", "HelmChart"].into_iter().find_map(has);
    match (chart, has("Job").or_else(|| has("Pod"))) {
        (Some(chart), _) => diag
            .at(first(chart), "")
            .help("a chart is a service of `std/template/operator`; to lift what it makes, render it: `helm template CHART | rzp convert --lift -`"),
        (None, Some(once)) => diag
            .at(first(once), "")
            .help("what runs once is no service: make it a `jobs` entry of the service that it works for, with a `hook`"),
        (None, None) => match objects.iter().find_map(|object| Some((object, meant(object)?))) {
            Some((object, meant)) => diag.at(first(object), "").help(format!("did you mean {meant}?")),
            None => diag.help(
                "give the files of the workload as well; for a chart: `helm template CHART | rzp convert --lift -`",
            ),
        },
    }
}

/// The workload that an object was meant to be, by a slip in its kind or its version.
fn meant(object: &Object) -> Option<String> {
    let near = suggest::nearest(&object.kind, WORKLOADS)
        .or_else(|| WORKLOADS.into_iter().find(|kind| *kind == object.kind))?;
    let version = if near == "CronJob" { "batch/v1" } else { "apps/v1" };
    Some(format!("`kind: {near}` of `apiVersion: {version}`"))
}

/// A workload that no service could be made of.
fn unlifted(run: &Run, index: usize, diags: &[Diag]) -> Diag {
    let object = &run.objects[run.groups.apps[index].main];
    let why = diags.first().map(|diag| diag.title.clone()).unwrap_or_default();
    let mut diag =
        Diag::error(Code::Unlifted, format!("no service can be made of the {} `{}`: {why}", object.kind, object.name))
            .at(first(object), "");
    // Its notes speak of the lab, which nobody has seen.
    for help in diags.iter().take(1).flat_map(|diag| &diag.helps) {
        diag = diag.help(help.clone());
    }
    diag
}

fn lifted(run: &Run, index: usize, made: Made) -> Lifted {
    let app = &run.groups.apps[index];
    let mut all: Vec<usize> =
        std::iter::once(app.main).chain(app.parts.iter().copied()).chain(app.others.iter().copied()).collect();
    all.sort();
    let fate = |index: &usize| match made.status.get(index) {
        Some(Status::Same) => Fate::Reproduced,
        Some(Status::Override(paths)) => Fate::Overridden(paths.clone()),
        Some(Status::Whole) => Fate::Carried,
        Some(Status::Environment) => Fate::Environment,
        Some(Status::Left(why)) => Fate::Left(why.clone()),
        None => Fate::Left("nothing was made of it".to_owned()),
    };
    let counts = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
    let summary = Summary {
        objects: all.iter().map(|index| (run.objects[*index].handle(), fate(index))).collect(),
        yaml_lines: all.iter().map(|index| run.objects[*index].lines).sum(),
        rzp_lines: made.text.lines().filter(counts).count(),
        added: made.added,
        differs: made.differs,
    };
    let loc = first(&run.objects[app.main]);
    Lifted { name: made.name, text: made.text, loc, objects: made.objects, summary }
}
