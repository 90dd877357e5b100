//! How a container is asked whether it works: one question for the library's three probes, and the time that it may take
//! to start.
//!
//! The library probes in a rhythm of its own. Where that would lose patience before the manifests did, theirs stays.

use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::Fields;
use crate::lift::plan::{Plan, Topic};

const PROBES: [&str; 3] = ["startupProbe", "livenessProbe", "readinessProbe"];

/// How long the library lets a container start, and how long its probes wait for an answer.
const STARTS: i64 = 150;
const WAITS: i64 = 5;
/// After so many seconds without an answer the library starts a container anew.
const GIVES_UP: i64 = 60;

/// The actions of a probe.
const ACTIONS: [&str; 4] = ["httpGet", "exec", "tcpSocket", "grpc"];

fn action(probe: &Data) -> Option<&'static str> {
    ACTIONS.into_iter().find(|action| at(probe, action).is_some())
}

/// The fields of `health`, and what the probes should be.
pub fn probes(plan: &mut Plan, container: &Data) -> (Fields, Vec<(&'static str, Data)>) {
    let name = data::text(container, "name").unwrap_or_default();
    let given: Vec<(&str, Data)> =
        PROBES.iter().filter_map(|probe| Some((*probe, named(plan, name, at(container, probe)?)))).collect();
    let mut fields = Fields::default();
    let Some(question) = question(&given) else {
        unprobed(plan, name, &mut fields);
        return (fields, Vec::new());
    };
    asked(plan, name, &question, &mut fields);
    let seconds = starting(&given);
    if seconds > STARTS {
        fields.set(&["startup_seconds"], seconds);
    }
    let wanted = given.into_iter().map(|(probe, given)| (probe, patient(probe, given))).collect();
    (fields, wanted)
}

/// A probe with its port by the name that the service gives it.
fn named(plan: &Plan, container: &str, probe: &Data) -> Data {
    let mut probe = probe.clone();
    for action in ["httpGet", "tcpSocket"] {
        let path = format!("{action}.port");
        let port = at(&probe, &path).and_then(|port| plan.port(container, port));
        if let Some(port) = port {
            data::put(&mut probe, &path, data::word(&port.name));
        }
    }
    if data::text(&probe, "httpGet.scheme") == Some("HTTP") {
        data::take(&mut probe, "httpGet.scheme");
    }
    if action(&probe) == Some("httpGet") && at(&probe, "httpGet.path").is_none() {
        data::put(&mut probe, "httpGet.path", data::word("/"));
    }
    probe
}

/// What is asked: as the liveness probe does, which may end the container, else as another one.
fn question(given: &[(&str, Data)]) -> Option<Data> {
    let of = |name: &str| given.iter().find(|(probe, _)| *probe == name).map(|(_, probe)| probe);
    let all = [of("livenessProbe"), of("readinessProbe"), of("startupProbe")];
    let plain = all.iter().flatten().find(|probe| matches!(action(probe), Some("httpGet" | "exec")));
    plain.or_else(|| all.iter().flatten().next()).map(|probe| (*probe).clone())
}

fn asked(plan: &Plan, container: &str, question: &Data, fields: &mut Fields) {
    let first = plan.ports.iter().find(|port| port.container == container).map(|port| port.name.clone());
    match action(question) {
        Some("httpGet") => {
            if let Some(path) = data::text(question, "httpGet.path").filter(|path| path.starts_with('/')) {
                fields.set(&["path"], path);
            }
        }
        Some("exec") => fields.set(&["command"], data::words(data::texts(question, "exec.command"))),
        Some(_) | None => {}
    }
    let port = ["httpGet.port", "tcpSocket.port"].iter().find_map(|path| data::text(question, path));
    let is_known = |name: &str| plan.ports.iter().any(|port| port.container == container && port.name == name);
    if let Some(port) = port.filter(|port| first.as_deref() != Some(port) && is_known(port)) {
        fields.set(&["port"], port);
    }
}

/// What is not probed in the manifests is asked whether its first port opens; without one by TCP nothing can be asked.
fn unprobed(plan: &mut Plan, container: &str, fields: &mut Fields) {
    let own: Vec<(String, String)> = plan
        .ports
        .iter()
        .filter(|port| port.container == container)
        .map(|port| (port.name.clone(), port.protocol.clone()))
        .collect();
    match own.iter().position(|(_, protocol)| protocol == "TCP") {
        Some(at) => {
            if at > 0 {
                fields.set(&["port"], &*own[at].0);
            }
            plan.note(Topic::New, format!("`{container}` is probed: its port `{}` has to open", own[at].0));
        }
        None => fields.set(&["none"], "its manifests probe nothing, and it has no port to try"),
    }
}

/// How many seconds the manifests give a container to start.
fn starting(given: &[(&str, Data)]) -> i64 {
    let patience = |probe: &Data| {
        let number = |name: &str, otherwise: i64| data::int(probe, name).unwrap_or(otherwise);
        number("initialDelaySeconds", 0) + number("periodSeconds", 10) * number("failureThreshold", 3)
    };
    let of = |name: &str| given.iter().find(|(probe, _)| *probe == name).map(|(_, probe)| patience(probe));
    of("startupProbe").or_else(|| of("livenessProbe")).unwrap_or(0)
}

/// A probe with what of its times must stay: the library is never less patient.
fn patient(name: &str, mut probe: Data) -> Data {
    let number = |name: &str| data::int(&probe, name);
    let (period, failures) = (number("periodSeconds").unwrap_or(10), number("failureThreshold").unwrap_or(3));
    let waits = number("timeoutSeconds").filter(|seconds| *seconds > WAITS);
    let times = ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold"];
    times.iter().for_each(|time| drop(data::take(&mut probe, time)));
    if name == "livenessProbe" && period * failures > GIVES_UP {
        data::put(&mut probe, "periodSeconds", Data::Int(period));
        data::put(&mut probe, "failureThreshold", Data::Int(failures));
    }
    if let Some(waits) = waits {
        data::put(&mut probe, "timeoutSeconds", Data::Int(waits));
    }
    // Actions that the others have must not be left standing beside this one's.
    let own = action(&probe);
    for other in ACTIONS.into_iter().filter(|other| Some(*other) != own) {
        data::put(&mut probe, other, Data::Null);
    }
    probe
}
