//! What the template of a pod speaks of: its containers, and the objects that it names.

use super::data::{self, at};
use crate::data::tree::Data;

/// Which of a pod's containers one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Main,
    Beside,
    Before,
    /// The one of a job.
    Job,
}

/// The objects that a pod names, each by kind.
#[derive(Debug, Default)]
pub struct Names {
    pub config_maps: Vec<String>,
    pub secrets: Vec<String>,
    pub claims: Vec<String>,
}

pub fn containers(spec: &Data) -> impl Iterator<Item = &Data> {
    data::list(spec, "initContainers").iter().chain(data::list(spec, "containers"))
}

/// The objects that the spec of a pod names.
pub fn names(spec: &Data) -> Names {
    let mut names = Names::default();
    for container in containers(spec) {
        for variable in data::list(container, "env") {
            note(&mut names.config_maps, data::text(variable, "valueFrom.configMapKeyRef.name"));
            note(&mut names.secrets, data::text(variable, "valueFrom.secretKeyRef.name"));
        }
        for source in data::list(container, "envFrom") {
            note(&mut names.config_maps, data::text(source, "configMapRef.name"));
            note(&mut names.secrets, data::text(source, "secretRef.name"));
        }
    }
    for volume in data::list(spec, "volumes") {
        note(&mut names.claims, data::text(volume, "persistentVolumeClaim.claimName"));
        note(&mut names.config_maps, data::text(volume, "configMap.name"));
        note(&mut names.secrets, data::text(volume, "secret.secretName"));
        for source in data::list(volume, "projected.sources") {
            note(&mut names.config_maps, data::text(source, "configMap.name"));
            note(&mut names.secrets, data::text(source, "secret.name"));
        }
    }
    for pull in data::list(spec, "imagePullSecrets") {
        note(&mut names.secrets, data::text(pull, "name"));
    }
    names
}

fn note(list: &mut Vec<String>, name: Option<&str>) {
    if let Some(name) = name
        && !list.iter().any(|known| known == name)
    {
        list.push(name.to_owned());
    }
}

pub fn account(spec: &Data) -> Option<String> {
    let named = data::text(spec, "serviceAccountName").or_else(|| data::text(spec, "serviceAccount"));
    named.filter(|name| *name != "default").map(str::to_owned)
}

/// The main container: the one called as the workload is, else one that listens, else the first.
pub fn main(spec: &Data, workload: &str) -> usize {
    let all = data::list(spec, "containers");
    let named = |wanted: &dyn Fn(&str) -> bool| {
        all.iter().position(|container| data::text(container, "name").is_some_and(wanted))
    };
    named(&|name| name == workload)
        .or_else(|| named(&|name| matches!(name, "app" | "main")))
        .or_else(|| named(&|name| workload.contains(name) || name.contains(workload)))
        .or_else(|| all.iter().position(|container| !data::list(container, "ports").is_empty()))
        .unwrap_or(0)
}

/// A port of a container as a probe or a Service names it: by name or number.
pub fn port<'d>(container: &'d Data, wanted: &Data) -> Option<&'d Data> {
    data::list(container, "ports")
        .iter()
        .find(|port| at(port, "name") == Some(wanted) || at(port, "containerPort") == Some(wanted))
}
