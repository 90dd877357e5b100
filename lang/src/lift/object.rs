//! An object of Kubernetes as it was read.

use super::data::{self, at};
use crate::base::span::Loc;
use crate::data::tree::Data;

#[derive(Debug, Clone)]
pub struct Object {
    /// `apps/v1`
    pub version: String,
    pub kind: String,
    pub name: String,
    /// Empty if neither the object nor a kustomization around it names one.
    pub namespace: String,
    pub data: Data,
    /// The file that it stands in, as it was given.
    pub file: String,
    pub loc: Loc,
    /// Its lines in the file, without comments and empty ones.
    pub lines: usize,
}

impl Object {
    /// `Deployment/web`, as patches name it.
    pub fn handle(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }

    pub fn group(&self) -> &str {
        self.version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Where the template of its pods stands; `None` if it runs none.
    pub fn template_path(&self) -> Option<&'static str> {
        match &*self.kind {
            "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => Some("spec.template"),
            "CronJob" => Some("spec.jobTemplate.spec.template"),
            _ => None,
        }
    }

    pub fn template(&self) -> Option<&Data> {
        at(&self.data, self.template_path()?)
    }

    pub fn labels(&self) -> &[data::Pair] {
        data::pairs(&self.data, "metadata.labels")
    }

    pub fn annotation(&self, name: &str) -> Option<&str> {
        at(&self.data, "metadata.annotations")?.get(name).and_then(data::as_text)
    }
}

/// Whether the library made an object itself.
pub fn is_our_own(data: &Data) -> bool {
    let labels = at(data, "metadata.labels");
    labels.and_then(|labels| labels.get("app.kubernetes.io/managed-by")).and_then(data::as_text) == Some("rzp")
}

/// The kinds that a service is made of.
pub const WORKLOADS: [&str; 4] = ["Deployment", "StatefulSet", "DaemonSet", "CronJob"];

/// What a service is made of.
pub fn is_workload(object: &Object) -> bool {
    WORKLOADS.contains(&&*object.kind) && matches!(object.group(), "apps" | "batch" | "extensions")
}
