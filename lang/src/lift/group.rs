//! Which objects belong together: a workload, what it names, what selects or names it, and its jobs.
//!
//! References decide, as the cluster sees them: a Service selects pods, a route names a Service, a claim is mounted. Only
//! where an object is of a kind that refers to nothing that is known, labels and names do. What belongs to no workload
//! is loose.

use super::data::{self, at, selects};
use super::object::{Object, is_workload};
use super::pods;
use crate::data::tree::Data;

/// One service to be: places in the list of objects.
#[derive(Debug, Default)]
pub struct App {
    pub main: usize,
    /// Jobs and CronJobs that work for it.
    pub parts: Vec<usize>,
    pub others: Vec<usize>,
}

#[derive(Debug, Default)]
pub struct Groups {
    pub apps: Vec<App>,
    pub loose: Vec<usize>,
}

pub fn group(objects: &[Object]) -> Groups {
    let mut apps = apps(objects);
    let taken = |apps: &[App], index: usize| apps.iter().any(|app| app.main == index || app.parts.contains(&index));
    // Kinds that lead to others come after those they lead to; a second look finds what the first has brought.
    for _ in 0..3 {
        for (index, object) in objects.iter().enumerate() {
            if taken(&apps, index) {
                continue;
            }
            let owners: Vec<usize> = (0..apps.len()).filter(|app| belongs(object, &apps[*app], objects)).collect();
            for owner in owners {
                if !apps[owner].others.contains(&index) {
                    apps[owner].others.push(index);
                }
            }
        }
    }
    let mut loose: Vec<usize> = (0..objects.len())
        .filter(|index| !taken(&apps, *index) && !apps.iter().any(|app| app.others.contains(index)))
        .collect();
    loose.retain(|index| match by_words(&objects[*index], &apps, objects) {
        Some(owner) => {
            apps[owner].others.push(*index);
            false
        }
        None => true,
    });
    apps.iter_mut().for_each(|app| app.others.sort());
    Groups { apps, loose }
}

/// The workloads that become services, with the jobs that work for them.
fn apps(objects: &[Object]) -> Vec<App> {
    let servers = |object: &Object| is_workload(object) && object.kind != "CronJob";
    let new = |(main, _)| App { main, ..App::default() };
    let mut apps: Vec<App> = objects.iter().enumerate().filter(|(_, object)| servers(object)).map(new).collect();
    for (index, object) in objects.iter().enumerate() {
        if object.kind != "CronJob" && object.kind != "Job" {
            continue;
        }
        let near = apps.iter().position(|app| works_for(object, &objects[app.main]));
        match near {
            Some(app) => apps[app].parts.push(index),
            None if object.kind == "CronJob" => apps.push(App { main: index, ..App::default() }),
            None => {}
        }
    }
    apps
}

/// Whether a job belongs to a server: they share a claim, or an application's labels, or the beginning of a name.
fn works_for(job: &Object, server: &Object) -> bool {
    if !near(job, server) || server.kind == "CronJob" {
        return false;
    }
    let (Some(own), Some(theirs)) = (job.template(), server.template()) else { return false };
    let claims = |template: &Data| at(template, "spec").map(|spec| pods::names(spec).claims).unwrap_or_default();
    let shared = claims(own).iter().any(|claim| claims(theirs).contains(claim));
    let named = job.name.strip_prefix(&*server.name).is_some_and(|rest| rest.starts_with('-'));
    shared || named || same_application(job, server)
}

/// The labels that say which application something is part of.
fn application(object: &Object) -> Option<&Data> {
    let label = |name: &str| at(&object.data, "metadata.labels").and_then(|labels| labels.get(name));
    label("app.kubernetes.io/instance").or_else(|| label("app.kubernetes.io/name")).or_else(|| label("app"))
}

fn same_application(one: &Object, other: &Object) -> bool {
    application(one).is_some_and(|app| application(other) == Some(app))
}

fn near(one: &Object, other: &Object) -> bool {
    one.namespace == other.namespace || one.namespace.is_empty() || other.namespace.is_empty()
}

/// The labels of the pods of a workload.
pub fn pod_labels(object: &Object) -> &[data::Pair] {
    object.template().map_or(&[], |template| data::pairs(template, "metadata.labels"))
}

fn belongs(object: &Object, app: &App, objects: &[Object]) -> bool {
    let main = &objects[app.main];
    let members = || std::iter::once(&app.main).chain(&app.parts).map(|index| &objects[*index]);
    let held = || app.others.iter().map(|index| &objects[*index]);
    let holds = |kind: &str, name: &str| held().any(|other| other.kind == kind && other.name == name);
    let is_there = |path: &str, kind: &str| data::text(&object.data, path).is_some_and(|name| holds(kind, name));
    let account = |name: &str, namespace: Option<&str>| {
        members().any(|member| {
            let named = member.template().and_then(|pod| at(pod, "spec")).and_then(pods::account);
            named.as_deref() == Some(name)
                && namespace.is_none_or(|at| at == member.namespace || member.namespace.is_empty())
        })
    };
    // Roles, volumes and namespaces stand in none.
    if !near(object, main) && !object.namespace.is_empty() {
        return leads_here(object, &|name| holds("Service", name));
    }
    let names = |pick: &dyn Fn(pods::Names) -> Vec<String>| {
        members().any(|member| {
            let spec = member.template().and_then(|pod| at(pod, "spec"));
            spec.is_some_and(|spec| pick(pods::names(spec)).contains(&object.name))
        })
    };
    match &*object.kind {
        "Namespace" => object.name == main.namespace,
        "Service" => selects(data::pairs(&object.data, "spec.selector"), pod_labels(main)),
        "PersistentVolumeClaim" => names(&|names| names.claims),
        "ConfigMap" => names(&|names| names.config_maps),
        "ServiceAccount" => account(&object.name, None),
        "RoleBinding" | "ClusterRoleBinding" => data::list(&object.data, "subjects").iter().any(|subject| {
            data::text(subject, "name").is_some_and(|name| account(name, data::text(subject, "namespace")))
        }),
        "Role" | "ClusterRole" => held().any(|binding| {
            binding.kind.ends_with("Binding") && data::text(&binding.data, "roleRef.name") == Some(&object.name)
        }),
        "PersistentVolume" => {
            is_there("spec.claimRef.name", "PersistentVolumeClaim")
                || held().any(|claim| data::text(&claim.data, "spec.volumeName") == Some(&object.name))
        }
        "PodDisruptionBudget" | "PodMonitor" => {
            selects(data::pairs(&object.data, "spec.selector.matchLabels"), pod_labels(main))
        }
        "NetworkPolicy" => selects(data::pairs(&object.data, "spec.podSelector.matchLabels"), pod_labels(main)),
        "CiliumNetworkPolicy" => {
            selects(data::pairs(&object.data, "spec.endpointSelector.matchLabels"), pod_labels(main))
        }
        "ServiceMonitor" => held().any(|service| {
            service.kind == "Service"
                && selects(data::pairs(&object.data, "spec.selector.matchLabels"), service.labels())
        }),
        "HorizontalPodAutoscaler" | "ScaledObject" => {
            data::text(&object.data, "spec.scaleTargetRef.name") == Some(&main.name)
        }
        "VerticalPodAutoscaler" => data::text(&object.data, "spec.targetRef.name") == Some(&main.name),
        "Middleware" => {
            held().any(|route| route.kind.starts_with("IngressRoute") && mentions(&route.data, &object.name))
        }
        "Certificate" => held().any(|ingress| {
            ingress.kind == "Ingress"
                && data::text(&object.data, "spec.secretName").is_some_and(|name| mentions(&ingress.data, name))
        }),
        kind if crate::lift::secrets::is_source(kind) => {
            let targets = crate::lift::secrets::targets(object);
            members().any(|member| {
                let spec = member.template().and_then(|pod| at(pod, "spec"));
                spec.is_some_and(|spec| pods::names(spec).secrets.iter().any(|name| targets.contains(name)))
            })
        }
        _ => leads_here(object, &|name| holds("Service", name)),
    }
}

/// Whether a route leads to one of the Services.
fn leads_here(route: &Object, is_ours: &dyn Fn(&str) -> bool) -> bool {
    match &*route.kind {
        "Ingress" => {
            let paths = data::list(&route.data, "spec.rules").iter().flat_map(|rule| data::list(rule, "http.paths"));
            let named = paths.filter_map(|path| data::text(path, "backend.service.name"));
            named.chain(data::text(&route.data, "spec.defaultBackend.service.name")).any(is_ours)
        }
        "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "TLSRoute" | "UDPRoute" => {
            let rules = data::list(&route.data, "spec.rules").iter();
            rules.flat_map(|rule| data::list(rule, "backendRefs")).filter_map(|to| data::text(to, "name")).any(is_ours)
        }
        "IngressRoute" | "IngressRouteTCP" | "IngressRouteUDP" => {
            let routes = data::list(&route.data, "spec.routes").iter();
            routes.flat_map(|route| data::list(route, "services")).filter_map(|to| data::text(to, "name")).any(is_ours)
        }
        _ => false,
    }
}

/// Whether a text stands anywhere in some data as a value.
fn mentions(data: &Data, text: &str) -> bool {
    match data {
        Data::Str(found) => &**found == text,
        Data::List(items) => items.iter().any(|item| mentions(item, text)),
        Data::Record(pairs) => pairs.iter().any(|(_, value)| mentions(value, text)),
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::BigInt(_) | Data::Float(_) => false,
    }
}

/// The owner of an object that refers to nothing that is known: by the application it says it is of, by the beginning of
/// its name, or because there is but one workload.
fn by_words(object: &Object, apps: &[App], objects: &[Object]) -> Option<usize> {
    if matches!(&*object.kind, "Namespace" | "CustomResourceDefinition") || is_delivery(object) {
        return None;
    }
    let close: Vec<usize> = (0..apps.len()).filter(|app| near(object, &objects[apps[*app].main])).collect();
    let main = |app: &usize| &objects[apps[*app].main];
    let begins =
        |app: &&usize| object.name == main(app).name || object.name.starts_with(&format!("{}-", main(app).name));
    let labelled = close.iter().find(|app| same_application(object, main(app)));
    let named = || close.iter().filter(begins).max_by_key(|app| main(app).name.len());
    let alone = || (close.len() == 1 && !object.namespace.is_empty()).then(|| &close[0]);
    let only = || (apps.len() == 1 && objects.iter().filter(|other| is_workload(other)).count() == 1).then_some(&0);
    labelled.or_else(named).or_else(alone).or_else(only).copied()
}

/// Objects that say how others are deployed, and are of no service themselves.
pub fn is_delivery(object: &Object) -> bool {
    let (kind, group) = (&*object.kind, object.group());
    matches!(kind, "Application" | "ApplicationSet" | "AppProject" | "HelmRelease" | "HelmRepository" | "OCIRepository")
        || group.ends_with("toolkit.fluxcd.io")
}
