//! From the objects of one workload to the plan of its service.

use super::{jobs, monitor, paths, policy, ports, reference, rest, rights, scale, services, workload};
use crate::lift::data::{self, at};
use crate::lift::plan::{Hints, Plan, Run, Topic};
use crate::lift::pods;
use crate::lift::secrets::Backend;

/// Reads all that belongs to a workload.
pub fn gather<'a>(run: &'a Run<'a>, index: usize, hints: &'a Hints) -> Plan<'a> {
    let mut plan = Plan::new(run, index, hints);
    workload::frame(&mut plan);
    workload::own_annotations(&mut plan);
    ports::ports(&mut plan);
    reference::own_secrets(&mut plan);
    workload::containers(&mut plan);
    jobs::jobs(&mut plan);
    paths::routes(&mut plan);
    services::services(&mut plan);
    monitor::metrics(&mut plan);
    scale::scale(&mut plan);
    rights::rights(&mut plan);
    policy::policies(&mut plan);
    workload::rest(&mut plan);
    rest::secrets(&mut plan);
    known_maps(&mut plan);
    rest::others(&mut plan);
    for (rule, reason) in &hints.waivers {
        plan.waive(rule, reason);
    }
    if let Some(level) = &hints.level {
        plan.fields.set(&["level"], &**level);
    }
    for (path, why) in &hints.refused {
        let names: Vec<&str> = path.iter().map(|name| &**name).collect();
        plan.fields.remove(&names);
        plan.note(Topic::Left, format!("`{}`: {why}", path.join(".")));
    }
    news(&mut plan);
    declare(&mut plan);
    plan
}

/// ConfigMaps that variables came of are there no more.
fn known_maps(plan: &mut Plan) {
    let members: Vec<usize> = std::iter::once(plan.app.main).chain(plan.app.parts.iter().copied()).collect();
    let specs: Vec<_> =
        members.iter().filter_map(|index| plan.object(*index).template()).filter_map(|pod| at(pod, "spec")).collect();
    for (index, map) in plan.others("ConfigMap") {
        let of = |data: Option<&str>| data == Some(&map.name);
        let is_read = specs.iter().flat_map(|spec| pods::containers(spec)).any(|container| {
            data::list(container, "env").iter().any(|one| of(data::text(one, "valueFrom.configMapKeyRef.name")))
                || data::list(container, "envFrom").iter().any(|one| of(data::text(one, "configMapRef.name")))
        });
        if is_read {
            plan.same(index);
        }
    }
}

/// What the library adds, whatever the manifests say.
fn news(plan: &mut Plan) {
    plan.note(Topic::New, "alerts: it is down, starts again and again, is not ready");
    let keeps = plan
        .fields
        .names(&["volumes"])
        .iter()
        .any(|name| plan.fields.has(&["volumes", name, "size"]) && !plan.fields.has(&["volumes", name, "scratch"]));
    if keeps && !plan.fields.has(&["backup", "none"]) {
        plan.note(Topic::New, "a copy of its claims every four hours");
    }
}

/// What has to be declared around the service.
fn declare(plan: &mut Plan) {
    let name = plan.name.clone();
    let mut notes = Vec::new();
    if let Some(domain) = plan.declared.domain.as_ref().filter(|_| plan.fields.has(&["expose"])) {
        notes.push(format!("environment: `domain = \"{domain}\"`"));
    }
    if let Some(address) = &plan.declared.address {
        notes.push(if address == services::ADDRESS {
            format!("environment: `addresses.{name}`, one of the pool")
        } else {
            format!("environment: `addresses.{} = \"{address}\"`", crate::convert::literal::name(&name))
        });
    }
    for share in &plan.declared.shares {
        let key = crate::convert::literal::name(&share.name);
        notes.push(format!("cluster: `shares.{key} = {{ server = \"{}\", path = \"{}\" }}`", share.server, share.path));
    }
    for (role, class) in &plan.declared.classes {
        let key = crate::convert::literal::name(role);
        notes.push(format!("cluster: `provides.classes.{key}.name = \"{class}\"`"));
    }
    if plan.declared.backend != Backend::default() {
        notes.push(format!("cluster: `provides.secrets.backend = \"{}\"`", plan.declared.backend.word()));
    }
    if !plan.declared.groups.is_empty() {
        let groups: Vec<String> = plan.declared.groups.iter().map(|group| format!("\"{group}\"")).collect();
        notes.push(format!("cluster: `provides.groups`: {}", groups.join(", ")));
    }
    notes.into_iter().for_each(|note| plan.note(Topic::Declare, note));
}
