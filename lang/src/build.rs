//! A build: the value of `services/main.rzp` to files of Kubernetes objects.
//!
//! The value is a record environment → tier → service; a service is an object, or a list or record
//! of objects, which may nest. Environments and services that are not asked for are not computed.
//! One object that fails does not hide the others: all mistakes are told, and then no file is made.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::eval::fault::{Fault, Run};
use crate::eval::vm::{Vm, record_loc};
use crate::output::manifests::{BuiltFile, Manifests, Origin, bad, folder_fault};
use crate::output::yaml::YamlSink;
use crate::session::Session;
use crate::value::record::Record;
use crate::value::value::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The file that a build starts from.
pub const MAIN: &str = "services/main.rzp";

/// So many mistakes are told at once.
const MOST: usize = 20;
/// Lists and records of objects inside one another, within one service.
const DEEPEST: usize = 16;

/// What is to be built; empty lists mean everything.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    pub envs: Vec<String>,
    /// Services as `service` or `tier/service`.
    pub only: Vec<String>,
}

/// An object that the services make.
pub struct Made<'a> {
    pub env: &'a str,
    pub tier: &'a str,
    pub service: &'a str,
    pub kind: &'a str,
    pub name: &'a str,
    /// The path in the value, e.g. `production.media.sonarr[0]`.
    pub path: &'a str,
    pub object: &'a Rc<Record>,
}

impl Made<'_> {
    pub fn origin(&self) -> Origin<'_> {
        Origin { env: self.env, tier: self.tier, service: self.service, shown: self.path }
    }
}

/// Which services a session builds, where several sessions build the services of one project between them.
pub trait Share {
    /// The next of these environments to look into, by its place, or none: then this session is done.
    fn environment(&self, names: &[Rc<str>]) -> Option<usize>;

    /// Told once the services of the environment are known: how many are to be built.
    fn found(&self, services: usize);

    /// Whether this session builds one more service of the environment. Each must be taken by one session.
    fn takes(&self, env: &str, tier: &str, service: &str) -> bool;
}

/// What one of these sessions built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shared {
    pub files: Vec<BuiltFile>,
    /// The words of `only` that mean some service here.
    pub meant: BTreeSet<String>,
    /// The files that were read.
    pub read: BTreeSet<String>,
    pub steps: u64,
}

/// What is done with each object.
type Take<'a> = &'a mut dyn FnMut(&mut Vm, &Made) -> Run<()>;

/// Evaluates the services and makes their files, sorted by path.
pub fn build(session: &mut Session, options: &BuildOptions) -> Result<Vec<BuiltFile>, Vec<Diag>> {
    session.with_file(MAIN, &[], |vm, value| {
        let mut files = Manifests::new(MAIN);
        each_object(vm, &value, options, &mut |vm, made| add(vm, made, &mut files))?;
        Ok(files.into_files())
    })
}

/// Builds what `share` hands to this session. Nothing comes of it as soon as there is a mistake or a warning: what is told
/// of them depends on all that was evaluated before, so it is told by [`build`] alone.
pub fn build_share(session: &mut Session, options: &BuildOptions, share: &dyn Share) -> Option<Shared> {
    let built = session.run_once(&[], |vm| {
        let value = vm.load(MAIN, Loc::default())?;
        let value = vm.force(&value)?;
        let mut files = Manifests::new(MAIN);
        let take: Take = &mut |vm, made| add(vm, made, &mut files);
        let mut walk = Walk { options, share: Some(share), take, diags: Vec::new(), services: Vec::new() };
        walk.environments(vm, &value)?;
        let Walk { diags, services, .. } = walk;
        let means = |only: &String| services.iter().any(|(tier, name)| is_meant(only, tier, name));
        let meant = options.only.iter().filter(|only| means(only)).cloned().collect();
        let read = vm.sources.files().map(|(_, file)| file.name.to_string()).collect();
        let well = diags.is_empty() && vm.warnings.is_empty();
        Ok(well.then(|| Shared { files: files.into_files(), meant, read, steps: vm.steps }))
    });
    built.ok().flatten()
}

fn add(vm: &mut Vm, made: &Made, files: &mut Manifests) -> Run<()> {
    let mut sink = YamlSink::new();
    vm.export(&Value::Record(made.object.clone()), &mut sink)?;
    let added = files.add(made.origin(), made.kind, made.name, &sink.finish());
    added.map_err(|diag| Fault::new(at_record(diag, made.object)))
}

/// Hands over each object of the services' value. All mistakes are told together, after the last one.
pub fn each_object(vm: &mut Vm, value: &Value, options: &BuildOptions, take: Take) -> Run<()> {
    let mut walk = Walk { options, share: None, take, diags: Vec::new(), services: Vec::new() };
    let walked = walk.environments(vm, value);
    walk.note(walked, None);
    walk.unknown_services();
    if walk.diags.is_empty() { Ok(()) } else { Err(Fault::many(walk.diags)) }
}

struct Walk<'a> {
    options: &'a BuildOptions,
    /// What of it is walked; everything if there is none. A walk of a share ends at its first mistake.
    share: Option<&'a dyn Share>,
    take: Take<'a>,
    diags: Vec<Diag>,
    /// All services of the environments that were looked at, as `(tier, service)`.
    services: Vec<(Rc<str>, Rc<str>)>,
}

/// The service that is walked.
struct Service<'a> {
    env: &'a str,
    tier: &'a str,
    name: &'a str,
}

impl Walk<'_> {
    fn environments(&mut self, vm: &mut Vm, value: &Value) -> Run<()> {
        let Value::Record(all) = value else { return Err(shape("", value, "a record of environments")) };
        let names = vm.names(all)?;
        self.unknown_environments(&names);
        let meant = |env: &str| self.options.envs.is_empty() || self.options.envs.iter().any(|only| only == env);
        let names: Vec<Symbol> = names.into_iter().filter(|name| meant(&name.text())).collect();
        let Some(share) = self.share else {
            return names.into_iter().try_for_each(|name| self.environment(vm, all, name));
        };
        let texts: Vec<Rc<str>> = names.iter().map(|name| name.text()).collect();
        while let Some(at) = share.environment(&texts) {
            self.environment(vm, all, names[at])?;
        }
        Ok(())
    }

    fn environment(&mut self, vm: &mut Vm, all: &Rc<Record>, name: Symbol) -> Run<()> {
        let env = name.text();
        if self.is_folder(&env, &env, all) {
            let walked = vm.within_field(all, name, |vm| self.tiers(vm, all, name));
            self.keep(walked, &env)?;
        }
        Ok(())
    }

    fn tiers(&mut self, vm: &mut Vm, all: &Rc<Record>, name: Symbol) -> Run<()> {
        let env = name.text();
        let tiers = inner(vm, all, name, &env, "a record of tiers")?;
        let names = vm.names(&tiers)?;
        if let Some(share) = self.share {
            share.found(self.count(vm, &tiers, &names, &env)?);
        }
        for name in names {
            let (tier, path) = (name.text(), format!("{env}.{name}"));
            if self.is_folder(&tier, &path, &tiers) {
                let walked = vm.within_field(&tiers, name, |vm| self.services(vm, &tiers, name, &env));
                self.keep(walked, &path)?;
            }
        }
        Ok(())
    }

    /// How many services are to be built in an environment.
    fn count(&self, vm: &mut Vm, tiers: &Rc<Record>, names: &[Symbol], env: &str) -> Run<usize> {
        let mut count = 0;
        for name in names {
            let services = inner(vm, tiers, *name, &format!("{env}.{name}"), "a record of services")?;
            let tier = name.text();
            count += vm.names(&services)?.iter().filter(|service| self.is_wanted(&tier, &service.text())).count();
        }
        Ok(count)
    }

    fn is_wanted(&self, tier: &str, service: &str) -> bool {
        self.options.only.is_empty() || self.options.only.iter().any(|only| is_meant(only, tier, service))
    }

    fn services(&mut self, vm: &mut Vm, tiers: &Rc<Record>, name: Symbol, env: &str) -> Run<()> {
        let (tier, path) = (name.text(), format!("{env}.{name}"));
        let services = inner(vm, tiers, name, &path, "a record of services")?;
        for name in vm.names(&services)? {
            let (service, path) = (name.text(), format!("{path}.{name}"));
            let wanted =
                self.is_wanted(&tier, &service) && self.share.is_none_or(|share| share.takes(env, &tier, &service));
            self.services.push((tier.clone(), service.clone()));
            if wanted && self.is_folder(&service, &path, &services) {
                let at = Service { env, tier: &tier, name: &service };
                let walked = vm.within_field(&services, name, |vm| match vm.field(&services, name) {
                    Ok(Some(value)) => self.objects(vm, &value, &at, &path, 0),
                    Ok(None) => Ok(()),
                    Err(fault) => Err(fault),
                });
                self.keep(walked, &path)?;
            }
        }
        Ok(())
    }

    /// One object, or all in a list or record.
    fn objects(&mut self, vm: &mut Vm, value: &Value, at: &Service, path: &str, depth: usize) -> Run<()> {
        let value = &vm.force(value)?;
        match value {
            _ if depth > DEEPEST => {
                return Err(Fault::new(at_path(path, "lists of objects nest too deep".to_owned())));
            }
            Value::List(list) => {
                for (index, item) in vm.items(list)?.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    let walked = self.objects(vm, item, at, &path, depth + 1);
                    self.keep(walked, &path)?;
                }
            }
            Value::Record(record) => {
                let names = vm.names(record)?;
                if ["kind", "apiVersion", "metadata"].iter().any(|part| names.contains(&Symbol::new(part))) {
                    return self.object(vm, record, at, path);
                }
                for name in names {
                    let path = format!("{path}.{name}");
                    let walked = match vm.field(record, name) {
                        Ok(Some(value)) => self.objects(vm, &value, at, &path, depth + 1),
                        Ok(None) => Ok(()),
                        Err(fault) => Err(fault),
                    };
                    self.keep(walked, &path)?;
                }
            }
            other => return Err(shape(path, other, "a Kubernetes object, or a list or record of them")),
        }
        Ok(())
    }

    fn object(&mut self, vm: &mut Vm, record: &Rc<Record>, at: &Service, path: &str) -> Run<()> {
        let kind = text(vm, record, "kind", path)?;
        let metadata = match vm.field(record, Symbol::new("metadata"))? {
            Some(Value::Record(metadata)) => metadata,
            Some(other) => return Err(shape(&format!("{path}.metadata"), &other, "a record")),
            None => return Err(lacks(record, "metadata", path)),
        };
        let name = text(vm, &metadata, "name", &format!("{path}.metadata"))?;
        let Service { env, tier, name: service } = *at;
        (self.take)(vm, &Made { env, tier, service, kind: &kind, name: &name, path, object: record })
    }

    /// Whether a name can be a folder; if not, that is a mistake of its own.
    fn is_folder(&mut self, name: &str, path: &str, record: &Rc<Record>) -> bool {
        let Some(fault) = folder_fault(name) else { return true };
        self.diags.push(at_record(at_path(path, fault), record));
        false
    }

    /// Notes a mistake and goes on, unless there are too many or the run is at its limits.
    fn keep(&mut self, walked: Run<()>, path: &str) -> Run<()> {
        if self.share.is_some() {
            return walked;
        }
        let limit = |code: Code| matches!(code, Code::DepthLimit | Code::StepLimit | Code::MemoryLimit);
        match walked {
            Err(fault) if self.diags.len() >= MOST || fault.code().is_some_and(limit) => Err(fault),
            walked => {
                self.note(walked, Some(path));
                Ok(())
            }
        }
    }

    fn note(&mut self, walked: Run<()>, path: Option<&str>) {
        let Err(fault) = walked else { return };
        for diag in fault.into_diags() {
            let diag = match path {
                Some(path) if diag.code != Code::BadBuild => diag.note(format!("while building `{path}`")),
                _ => diag,
            };
            let same = |old: &Diag| old.code == diag.code && old.title == diag.title && old.place() == diag.place();
            if diag.place().is_none() || !self.diags.iter().any(same) {
                self.diags.push(diag);
            }
        }
    }

    fn unknown_environments(&mut self, names: &[Symbol]) {
        let names: Vec<Rc<str>> = names.iter().map(|name| name.text()).collect();
        for only in self.options.envs.iter().filter(|only| !names.iter().any(|name| **name == ***only)) {
            self.diags.push(unknown("environment", only, &names));
        }
    }

    /// Only once nothing else is wrong: a service that failed above was not seen.
    fn unknown_services(&mut self) {
        if !self.diags.is_empty() {
            return;
        }
        let mut names: Vec<Rc<str>> = self.services.iter().map(|(_, name)| name.clone()).collect();
        names.sort();
        names.dedup();
        let mut long: Vec<Rc<str>> = self.services.iter().map(|(tier, name)| format!("{tier}/{name}").into()).collect();
        long.sort();
        long.dedup();
        for only in &self.options.only {
            if !self.services.iter().any(|(tier, name)| is_meant(only, tier, name)) {
                self.diags.push(unknown("service", only, if only.contains('/') { &long } else { &names }));
            }
        }
    }
}

/// Whether `--only` with this word means a service.
fn is_meant(only: &str, tier: &str, service: &str) -> bool {
    match only.split_once('/') {
        Some((in_tier, name)) => in_tier == tier && name == service,
        None => only == service,
    }
}

/// A record inside of a record, with what it should be in words.
fn inner(vm: &mut Vm, record: &Rc<Record>, name: Symbol, path: &str, wanted: &str) -> Run<Rc<Record>> {
    match vm.field(record, name)? {
        Some(Value::Record(inner)) => Ok(inner),
        Some(other) => Err(shape(path, &other, wanted)),
        None => Err(shape(path, &Value::Absent, wanted)),
    }
}

fn text(vm: &mut Vm, record: &Rc<Record>, name: &str, path: &str) -> Run<Rc<str>> {
    match vm.field(record, Symbol::new(name))? {
        Some(Value::Text(text)) => Ok(text.as_str().into()),
        Some(other) => Err(shape(&format!("{path}.{name}"), &other, "a string")),
        None => Err(lacks(record, name, path)),
    }
}

fn lacks(record: &Rc<Record>, name: &str, path: &str) -> Box<Fault> {
    let diag = at_path(path, format!("an object has no `{name}`"));
    Fault::new(at_record(diag, record).help("every Kubernetes object has `apiVersion`, `kind` and `metadata.name`"))
}

fn shape(path: &str, found: &Value, wanted: &str) -> Box<Fault> {
    let title = format!("expected {wanted}, found {}", found.kind());
    let diag = if path.is_empty() { Diag::error(Code::BadBuild, title) } else { at_path(path, title) };
    let diag = match found {
        Value::Record(record) => at_record(diag, record),
        _ => diag,
    };
    Fault::new(diag.help(format!("`{MAIN}` makes `{{ environment.tier.service = [object, …] }}`")))
}

fn at_path(path: &str, title: String) -> Diag {
    bad(Origin { env: "", tier: "", service: "", shown: path }, title)
}

/// Points at the braces that made a record, where it was made by some.
fn at_record(diag: Diag, record: &Rc<Record>) -> Diag {
    let loc = record_loc(record);
    if loc == Loc::default() { diag } else { diag.at(loc, "") }
}

fn unknown(what: &str, name: &str, names: &[Rc<str>]) -> Diag {
    let near = suggest::nearest(name, names.iter().map(|name| &**name));
    let shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let diag = Diag::error(Code::BadBuild, format!("no {what} `{name}`")).suggest(near);
    if near.is_some() || names.is_empty() {
        diag
    } else {
        diag.note(format!("there {} {}{more}", if names.len() == 1 { "is" } else { "are" }, shown.join(", ")))
    }
}
