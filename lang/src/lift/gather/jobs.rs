//! Jobs of a service: CronJobs that work for it, and Jobs that Argo CD runs at each deployment.

use super::container::container;
use super::security;
use super::storage::{Member, Owner, shelf};
use super::{rest, workload};
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::{Fields, Node};
use crate::lift::kept;
use crate::lift::names;
use crate::lift::object::Object;
use crate::lift::plan::{Plan, Topic};
use crate::lift::pods::Role;

pub fn jobs(plan: &mut Plan) {
    for index in plan.app.parts.clone() {
        let object = plan.object(index);
        let hook = object.annotation("argocd.argoproj.io/hook").map(str::to_owned);
        let hook = hook.and_then(|hook| {
            ["PreSync", "Sync", "PostSync"].into_iter().find(|known| hook.split(',').any(|one| one.trim() == *known))
        });
        let spec = object.template().and_then(|template| at(template, "spec"));
        match (spec, &*object.kind, hook) {
            (Some(spec), "CronJob", _) => job(plan, index, object, spec, None),
            (Some(spec), _, Some(hook)) => job(plan, index, object, spec, Some(hook)),
            _ => {
                let data = rest::translated(plan, &object.data);
                plan.carry(index, data);
            }
        }
    }
}

fn name(plan: &Plan, object: &Object) -> String {
    let rest = object.name.strip_prefix(&format!("{}-", plan.name)).unwrap_or(&object.name);
    names::label(rest, "job")
}

fn job(plan: &mut Plan, index: usize, object: &Object, spec: &Data, hook: Option<&str>) {
    let name = name(plan, object);
    let made = names::part(&plan.name, &name);
    let Some(main) = data::list(spec, "containers").first() else { return };
    let members: Vec<Member> = vec![(Role::Job, main)];
    let (users, context) = security::job(spec);
    let shelf = shelf(plan, spec, &members, Owner::Job(&name));
    let (mut fields, mut wanted) = container(plan, &users, &shelf, (spec, main), Role::Job);
    same_image(plan, &mut fields);
    data::put(&mut wanted, "name", data::word(&name));
    let timing = if hook.is_some() { "hook" } else { "schedule" };
    let value = hook.or_else(|| data::text(&object.data, "spec.schedule")).unwrap_or("0 0 * * *");
    plan.fields.set(&["jobs", &name, timing], value);
    for (field, node) in fields.all {
        plan.fields.put(&["jobs", &name, &field], node);
    }
    plan.fields.graft(&["jobs", &name, "volumes"], shelf.volumes.clone());
    plan.fields.graft(&["jobs", &name, "files"], shelf.files.clone());
    if made != object.name {
        plan.note(Topic::Otherwise, format!("the {} `{}` is called `{made}`", object.kind, object.name));
    }
    let mut containers = vec![wanted];
    containers.extend(data::list(spec, "containers").iter().skip(1).cloned());
    let mut target = if hook.is_some() { object.data.clone() } else { workload::timed(plan, &object.data) };
    let path = object.template_path().unwrap_or("spec.template");
    data::take(&mut target, &format!("{path}.metadata"));
    let pod = format!("{path}.spec");
    for part in ["serviceAccountName", "serviceAccount", "restartPolicy", "automountServiceAccountToken"] {
        data::take(&mut target, &format!("{pod}.{part}"));
    }
    data::put(&mut target, &format!("{pod}.securityContext"), context);
    data::put_list(&mut target, &format!("{pod}.containers"), containers);
    data::put_list(&mut target, &format!("{pod}.volumes"), shelf.wanted);
    let target = kept::with_kept_metadata(rest::translated(plan, &target));
    let kind = if hook.is_some() { "Job" } else { "CronJob" };
    plan.expect(&[index], format!("{kind}/{made}"), target);
}

/// A job runs the service's own image unless it says another.
fn same_image(plan: &Plan, fields: &mut Fields) {
    let own = match (plan.fields.get(&["image"]), fields.get(&["image"])) {
        (Some(Node::Leaf(own)), Some(Node::Leaf(job))) => own.data == job.data,
        _ => false,
    };
    if own {
        fields.remove(&["image"]);
    }
}
