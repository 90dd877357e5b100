//! The environment in which a lifted service is tried: that of `std/testing/lab`, with the classes, shares and addresses that
//! the service speaks of.

use super::data;
use super::plan::{Declared, Dialect, Profile};
use crate::base::diag::Diag;
use crate::base::span::FileId;
use crate::base::world::MemWorld;
use crate::convert::literal::{name, scalar};
use crate::data::json;
use crate::data::tree::Data;
use crate::session::{EvalOptions, Format, Session};
use std::rc::Rc;

/// What the lab sees of a service.
#[derive(Debug)]
pub struct Look {
    /// Its objects, with all that is laid over them.
    pub done: Vec<Data>,
    pub broken: Vec<Broken>,
}

/// A rule that an object breaks, and that nothing waives.
#[derive(Debug)]
pub struct Broken {
    pub rule: String,
    /// The object's place in `done`.
    pub index: usize,
    pub path: String,
    pub problem: String,
}

const NAMES: &str = r#"let { place } = import "std/component/fleet"
let { Service } = import "std/component/service"
let { findings } = import "std/rules/rules"
let { held } = import "std/k8s/schema"
let { share } = import "std/k8s/storage"
let resource = import "std/trait/resource"
let fleet = import "std/platform/fleet"
let lab = import "std/testing/lab"
"#;

const LOOK: &str = r#"
let placed = place(env, services)
let s = placed[service]
let handle(object) = "\(object.kind)/\(object.metadata.name)"
let made = s.objects
let done = [
  held(object with (s.patch[handle(object)] ?? {}), env.cluster.kubernetes) for object in made
]
let namespace = {
  apiVersion = "v1"
  kind = "Namespace"
  metadata = {
    name = s.namespace
    labels = {
      for mode in ["enforce", "warn", "audit"] { "pod-security.kubernetes.io/\(mode)" = s.level }
    }
  }
}
let others = [...other.objects for (name, other) in placed if name != service]
let shares = [
  object for name in s.shares for object in share(s.namespace, name, env.cluster.shares[name])
]
"#;

fn text(text: &str) -> String {
    scalar(&data::word(text))
}

/// The environment that a service is placed in.
fn environment(declared: &Declared) -> String {
    let field = |key: &str, value: &str| format!("{} = {value}", name(key));
    let domain = declared.domain.as_deref().unwrap_or("example.com");
    let zone = declared.timezone.as_deref().unwrap_or("Etc/UTC");
    let address: Vec<String> =
        declared.address.iter().map(|address| format!("\"\\(service)\" = {}", text(address))).collect();
    let shares = declared.shares.iter().map(|share| {
        field(&share.name, &format!("{{ server = {}, path = {} }}", text(&share.server), text(&share.path)))
    });
    let classes = declared.classes.iter().map(|(role, class)| format!("{}.name = {}", name(role), text(class)));
    let groups: Vec<String> = declared.groups.iter().map(|group| text(group)).collect();
    let dialect = if declared.dialect == Dialect::Ingress { "ingress" } else { "gateway" };
    format!(
        "let env = lab.env with {{\n  domain = {}\n  timezone = {}\n  addresses = {{ {} }}\n  cluster = {{\n    \
         pool = {{ first = \"0.0.0.1\", last = \"255.255.255.254\" }}\n    shares = {{ {} }}\n    provides = {{\n      \
         groups = lab.env.cluster.provides.groups ++ [{}]\n      classes = {{ {} }}\n      \
         gateways = {{ lan.dialect = \"{dialect}\", public.dialect = \"{dialect}\" }}\n      \
         secrets.backend = \"{}\"\n    }}\n  }}\n}}\n",
        text(domain),
        text(zone),
        address.join(", "),
        shares.collect::<Vec<_>>().join(", "),
        groups.join(", "),
        classes.collect::<Vec<_>>().join(", "),
        declared.backend.word(),
    )
}

/// Services of the same run that a service calls, as far as it must know them.
fn others(declared: &Declared) -> String {
    let each = declared.others.iter().map(|(other, ports)| {
        let ports: Vec<String> = ports.iter().map(|(port, number)| format!("{} = {number}", name(port))).collect();
        format!(
            "  {} = Service with {{ name = {}, tier = \"apps\", area = \"others\", image = \"example.com/o/stub:1.0\", \
             ports = {{ {} }}, metrics.none = \"a stand-in\" }}\n",
            name(other),
            text(other),
            ports.join(", ")
        )
    });
    each.collect()
}

/// The start of a program that knows `env` and `services`, of which `service` is looked at.
fn program(service: &str, declared: &Declared) -> String {
    let own = format!("  {} = import \"./service.rzp\"\n", name(service));
    format!(
        "{NAMES}let service = {}\n{}let services = {{\n{own}{}}}\n",
        text(service),
        environment(declared),
        others(declared)
    )
}

fn run(service: &str, program: &str) -> Result<Data, Vec<Diag>> {
    let world = MemWorld::new().with("service.rzp", service);
    let mut session = Session::new(Rc::new(world));
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let written = session.eval_text("lab.rzp", program, &options)?;
    json::read(FileId(0), &written).map_err(|diag| vec![diag])
}

/// Evaluates a service: its objects, and the rules that they break.
pub fn look(name: &str, service: &str, declared: &Declared) -> Result<Look, Vec<Diag>> {
    let what = "let broken = findings([...done, ...others, ...shares, namespace])\n{\n  done = done\n  \
                broken = [\n    { rule = one.rule, index = one.index, path = one.path, problem = one.problem }\n    \
                for one in broken\n    if one.index < std.list.length(done) && !std.record.has(s.waive, one.rule)\n  ]\n}\n";
    let found = run(service, &format!("{}{LOOK}{what}", program(name, declared)))?;
    let one = |one: &Data| {
        let text = |field: &str| data::text(one, field).unwrap_or_default().to_owned();
        let index = data::int(one, "index").and_then(|index| usize::try_from(index).ok()).unwrap_or(0);
        Broken { rule: text("rule"), index, path: text("path"), problem: text("problem") }
    };
    Ok(Look {
        done: data::list(&found, "done").to_vec(),
        broken: data::list(&found, "broken").iter().map(one).collect(),
    })
}

/// The objects of a service before anything is laid over them.
pub fn made(name: &str, service: &str, declared: &Declared) -> Result<Vec<Data>, Vec<Diag>> {
    let found = run(service, &format!("{}{LOOK}{{ made = made }}\n", program(name, declared)))?;
    Ok(data::list(&found, "made").to_vec())
}

/// Whether what is laid over one object is taken by its schema.
pub fn holds(name: &str, service: &str, declared: &Declared) -> Result<(), Vec<Diag>> {
    run(service, &format!("{}{LOOK}{{ done = done }}\n", program(name, declared))).map(drop)
}

/// Builds a service as `rzp build` would, with all rules; its objects by owner and place.
pub fn build(name: &str, service: &str, declared: &Declared) -> Result<(), Vec<Diag>> {
    run(service, &format!("{}fleet.objects({{ lab = env }}, services)\n", program(name, declared))).map(drop)
}

/// The fields of services that say nothing themselves, by the names of expressions.
pub fn fields(name: &str, shapes: &[(String, String)], declared: &Declared) -> Result<Data, Vec<Diag>> {
    let each = shapes.iter().map(|(key, text)| {
        format!("  {} = place(env, {{ {} = {text} }})[service]\n", self::name(key), self::name(name))
    });
    let program = program(name, declared);
    run("{}", &format!("{program}{{\n{}}}\n", each.collect::<String>()))
}

/// The profiles of the library.
pub fn profiles() -> Vec<Profile> {
    let names = "[\"nano\", \"small\", \"medium\", \"large\", \"xlarge\"]";
    let text = format!(
        "{NAMES}[\n  {{\n    let asked = resource.asked({{ profile = name }})\n    name = name\n    \
         cpu = std.quantity.millis(\"\\(asked.cpu)\")\n    memory = std.quantity.bytes(\"\\(asked.memory)\")\n    \
         most = std.quantity.bytes(\"\\(asked.most)\")\n  }} for name in {names}\n]\n"
    );
    let found = run("{}", &text).unwrap_or(Data::Null);
    let number = |one: &Data, field: &str| data::int(one, field).unwrap_or(1);
    let profile = |one: &Data| Profile {
        name: data::text(one, "name").unwrap_or_default().to_owned(),
        cpu: number(one, "cpu"),
        memory: number(one, "memory"),
        most: number(one, "most"),
    };
    data::list(&data::record([("all", found)]), "all").iter().map(profile).collect()
}
