//! The workload itself: what it is called, what runs it, and its containers.

use super::container::container;
use super::security;
use super::storage::{Member, Owner, shelf};
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::Leaf;
use crate::lift::kept;
use crate::lift::names;
use crate::lift::plan::{Plan, Topic};
use crate::lift::pods::{self, Role};

/// Fields of a pod that say what the server would do anyway.
const PLAIN: &[(&str, &str)] =
    &[("restartPolicy", "Always"), ("dnsPolicy", "ClusterFirst"), ("schedulerName", "default-scheduler")];

/// The service's name and place, and how it runs.
pub fn frame(plan: &mut Plan) {
    let main = plan.main();
    let name = plan.name.clone();
    plan.fields.set(&["name"], &*name);
    plan.fields.set(&["tier"], "apps");
    area(plan);
    plan.fields.set(&["kind"], &*main.kind);
    if name != main.name {
        plan.note(Topic::Otherwise, format!("the {} `{}` is called `{name}`", main.kind, main.name));
    }
    match &*main.kind {
        "CronJob" => schedule(plan),
        "DaemonSet" => updates(plan, "spec.updateStrategy"),
        "StatefulSet" => {
            replicas(plan);
            updates(plan, "spec.updateStrategy");
            if data::text(&main.data, "spec.podManagementPolicy") == Some("OrderedReady") {
                data::take(&mut plan.workload, "spec.podManagementPolicy");
            }
        }
        _ => {
            replicas(plan);
            strategy(plan);
        }
    }
    if let Some(seconds) = data::int(plan.given(), "terminationGracePeriodSeconds").filter(|seconds| *seconds >= 1) {
        plan.fields.set(&["grace_seconds"], seconds);
    }
    if at(&main.data, "spec.revisionHistoryLimit").is_some() {
        data::take(&mut plan.workload, "spec.revisionHistoryLimit");
        plan.note(Topic::Otherwise, "three old versions of it are kept");
    }
}

/// The namespace is the service's area. One that is not named, or `default`, is the service's own.
fn area(plan: &mut Plan) {
    let own = plan.name.clone();
    let (area, why) = match &*plan.namespace {
        "" => (own, Some("its manifests name no namespace, so it gets one of its own".to_owned())),
        "default" => (own, Some("it leaves the namespace `default` for one of its own".to_owned())),
        namespace => (names::label(namespace, "apps"), None),
    };
    plan.fields.set(&["area"], &*area);
    why.into_iter().for_each(|why| plan.note(Topic::Otherwise, why));
}

fn replicas(plan: &mut Plan) {
    let given = data::int(&plan.main().data, "spec.replicas").unwrap_or(1);
    plan.fields.set(&["replicas"], given);
    if plan.others("HorizontalPodAutoscaler").is_empty() {
        data::put(&mut plan.workload, "spec.replicas", Data::Int(given));
    } else {
        data::take(&mut plan.workload, "spec.replicas");
    }
}

fn strategy(plan: &mut Plan) {
    let kind = data::text(&plan.main().data, "spec.strategy.type").unwrap_or("RollingUpdate");
    if kind == "RollingUpdate" {
        let plain = |name: &str| at(&plan.main().data, &format!("spec.strategy.rollingUpdate.{name}")).map(data::shown);
        let is_plain = ["maxSurge", "maxUnavailable"].iter().all(|name| plain(name).is_none_or(|value| value == "25%"));
        if is_plain {
            data::take(&mut plan.workload, "spec.strategy");
        }
    }
}

fn updates(plan: &mut Plan, path: &str) {
    let kind = data::text(&plan.workload, &format!("{path}.type"));
    if kind.is_none_or(|kind| kind == "RollingUpdate") && at(&plan.workload, &format!("{path}.rollingUpdate")).is_none()
    {
        data::take(&mut plan.workload, path);
    }
}

fn schedule(plan: &mut Plan) {
    let given = plan.main();
    let schedule = data::text(&given.data, "spec.schedule").unwrap_or("0 0 * * *");
    plan.fields.set(&["schedule"], schedule);
    let rest = timed(plan, &given.data);
    plan.workload = rest;
}

/// A CronJob with what of its times must stay.
pub fn timed(plan: &mut Plan, given: &Data) -> Data {
    let mut wanted = given.clone();
    if data::text(given, "spec.timeZone").is_some_and(|zone| plan.run.house.timezone.as_deref() == Some(zone)) {
        plan.declared.timezone = plan.run.house.timezone.clone();
    }
    match data::text(given, "spec.concurrencyPolicy") {
        None | Some("Allow" | "Forbid") => {
            data::take(&mut wanted, "spec.concurrencyPolicy");
            plan.note(Topic::Stricter, "runs do not overlap, and one that missed its time by ten minutes is left out");
        }
        Some(_) => {}
    }
    for (path, plain) in [
        ("spec.suspend", Data::Bool(false)),
        ("spec.jobTemplate.spec.completions", Data::Int(1)),
        ("spec.jobTemplate.spec.parallelism", Data::Int(1)),
    ] {
        if at(&wanted, path) == Some(&plain) {
            data::take(&mut wanted, path);
        }
    }
    for path in ["spec.successfulJobsHistoryLimit", "spec.failedJobsHistoryLimit"] {
        data::take(&mut wanted, path);
    }
    if at(&wanted, "spec.jobTemplate.spec.activeDeadlineSeconds").is_none() {
        plan.note(Topic::Stricter, "a run ends after an hour at the latest");
    }
    data::take(&mut wanted, "spec.jobTemplate.metadata");
    let policy = "spec.jobTemplate.spec.template.spec.restartPolicy";
    if data::text(&wanted, policy) == Some("OnFailure") {
        plan.note(Topic::Otherwise, "a run that fails is tried again in a new pod, not in the same one");
    }
    data::take(&mut wanted, policy);
    wanted
}

/// The containers of the service, their volumes, and the rest of the pod.
pub fn containers(plan: &mut Plan) {
    let given = plan.given();
    let main = pods::main(given, &plan.main().name);
    let all = data::list(given, "containers");
    let mut members: Vec<Member> = all.get(main).map(|container| (Role::Main, container)).into_iter().collect();
    members.extend(
        all.iter().enumerate().filter(|(index, _)| *index != main).map(|(_, container)| (Role::Beside, container)),
    );
    members.extend(data::list(given, "initContainers").iter().map(|container| (Role::Before, container)));
    let users = security::pod(plan);
    let shelf = shelf(plan, given, &members, Owner::Service);
    let (mut beside, mut before) = (Vec::new(), Vec::new());
    for (role, one) in &members {
        let (fields, mut wanted) = container(plan, &users, &shelf, (given, one), *role);
        let name = data::text(one, "name").unwrap_or_default();
        match role {
            Role::Main => {
                fields.all.into_iter().for_each(|(field, node)| plan.fields.put(&[&field], node));
                data::put(&mut wanted, "name", data::word(&plan.name));
                beside.insert(0, wanted);
            }
            Role::Beside => {
                plan.fields.graft(&["sidecars", name], fields);
                beside.push(wanted);
            }
            Role::Before | Role::Job => {
                plan.fields.graft(&["before", name], fields);
                before.push(wanted);
            }
        }
    }
    plan.fields.graft(&["volumes"], shelf.volumes.clone());
    files(plan, &shelf);
    data::put_list(plan.spec(), "containers", beside);
    data::put_list(plan.spec(), "initContainers", before);
    data::put_list(plan.spec(), "volumes", shelf.wanted);
}

fn files(plan: &mut Plan, shelf: &super::storage::Shelf) {
    plan.fields.graft(&["files"], shelf.files.clone());
    plan.fields.graft(&["secret_files"], shelf.secret_files.clone());
    if shelf.files.is_empty() {
        return;
    }
    let mut texts = data::record([]);
    for (path, node) in &shelf.files.all {
        if let crate::lift::fields::Node::Leaf(leaf) = node {
            *data::field_mut(&mut texts, super::files::base(path)) = leaf.data.clone();
        }
    }
    plan.expect(&[], format!("ConfigMap/{}", names::part(&plan.name, "files")), data::record([("data", texts)]));
}

/// What of the workload and its pods must stay as it was.
pub fn rest(plan: &mut Plan) {
    let main = plan.main();
    let path = plan.template_path();
    for (name, value) in PLAIN {
        if data::text(plan.spec(), name) == Some(value) {
            data::take(plan.spec(), name);
        }
    }
    for name in ["hostNetwork", "hostPID", "hostIPC"] {
        if data::truth(plan.spec(), name) == Some(false) {
            data::take(plan.spec(), name);
        }
    }
    for name in
        ["serviceAccountName", "serviceAccount", "automountServiceAccountToken", "terminationGracePeriodSeconds"]
    {
        data::take(plan.spec(), name);
    }
    if data::truth(plan.spec(), "enableServiceLinks") == Some(false) {
        data::take(plan.spec(), "enableServiceLinks");
    } else if data::truth(plan.spec(), "enableServiceLinks").is_none() {
        plan.note(Topic::Stricter, "no addresses of other services come as variables (`enableServiceLinks`)");
    }
    data::take(&mut plan.workload, "spec.selector");
    let mut metadata = at(&plan.workload, path).and_then(kept::metadata);
    if let Some(metadata) = &mut metadata {
        data::take(metadata, "creationTimestamp");
    }
    data::take(&mut plan.workload, &format!("{path}.metadata"));
    if let Some(metadata) = metadata {
        data::put(&mut plan.workload, &format!("{path}.metadata"), metadata);
    }
    let mut wanted = kept::with_kept_metadata(std::mem::replace(&mut plan.workload, Data::Null));
    reload(plan, &mut wanted);
    let wanted = super::rest::selecting(plan, wanted);
    plan.expect(&[plan.app.main], format!("{}/{}", main.kind, plan.name), wanted);
}

/// Pods start anew when what they read changes. The library sees to that for what is the service's own; for Secrets and
/// ConfigMaps of others the annotations of the manifests stay.
fn reload(plan: &Plan, wanted: &mut Data) {
    let read = pods::names(plan.given());
    let stays = |map: &String| match plan.find("ConfigMap", map) {
        Some((index, _)) => plan.whole.iter().any(|whole| whole.origin == Some(index)),
        None => true,
    };
    if read.secrets.iter().all(|name| plan.owned.contains(name)) && !read.config_maps.iter().any(stays) {
        return;
    }
    for (name, value) in data::pairs(&plan.main().data, "metadata.annotations") {
        let name = name.text();
        if name.contains("reloader.stakater.com/") || &*name == "secrets.infisical.com/auto-reload" {
            let annotations = data::field_mut(data::field_mut(wanted, "metadata"), "annotations");
            *data::field_mut(annotations, &name) = data::word(data::shown(value));
        }
    }
}

/// What the library's annotations on a workload that it made itself say: they are read back as they were written.
pub fn own_annotations(plan: &mut Plan) {
    let annotations = data::pairs(&plan.main().data, "metadata.annotations").to_vec();
    for (name, value) in annotations {
        let (name, reason) = (name.text(), data::shown(&value));
        if let Some(rule) = name.strip_prefix("rzp/waive.") {
            plan.fields.set(&["waive", rule], &*reason);
        }
        match &*name {
            "rzp/no-metrics" => plan.fields.set(&["metrics", "none"], &*reason),
            "rzp/no-probes" => plan.fields.set(&["health", "none"], &*reason),
            "rzp/no-backup" => plan.fields.set(&["backup", "none"], &*reason),
            _ => {}
        }
    }
}

/// A host name as a program writes it: below the environment's domain where it is.
pub fn host(plan: &Plan, host: &str) -> Leaf {
    let domain = plan.run.house.domain.as_deref();
    match domain.and_then(|domain| host.strip_suffix(domain)).filter(|rest| rest.ends_with('.')) {
        Some(rest) => Leaf::written(format!("\"{rest}\\(s.env.domain)\""), data::word(host)),
        None => Leaf::from(host),
    }
}
