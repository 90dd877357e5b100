//! One container: its image, what it runs, and all that traits know of it.

use super::security::Users;
use super::storage::{self, Shelf};
use super::{amounts, ports, probes, security, variables};
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::{Fields, Leaf};
use crate::lift::names;
use crate::lift::plan::{Plan, Topic};
use crate::lift::pods::Role;

/// The fields of a container, and what its entry should be.
pub fn container(
    plan: &mut Plan,
    users: &Users,
    shelf: &Shelf,
    (spec, given): (&Data, &Data),
    role: Role,
) -> (Fields, Data) {
    let mut fields = Fields::default();
    let mut wanted = given.clone();
    image(plan, given, &mut fields, &mut wanted);
    for part in ["command", "args"] {
        let texts = data::texts(given, part);
        if !texts.is_empty() {
            fields.set(&[part], data::words(&texts));
            data::put(&mut wanted, part, data::words(&texts));
        }
    }
    let (own, env, sources) = variables::variables(plan, given);
    fields.graft(&["variables"], own);
    data::put_list(&mut wanted, "env", env);
    data::put_list(&mut wanted, "envFrom", sources);
    let (own, resources) = amounts::amounts(plan, given, role);
    own.all.into_iter().for_each(|(name, node)| fields.put(&[&name], node));
    data::put(&mut wanted, "resources", resources);
    let (own, context) = security::container(plan, users, spec, given);
    if matches!(role, Role::Main | Role::Beside) {
        own.all.into_iter().for_each(|(name, node)| fields.put(&[&name], node));
    }
    data::put(&mut wanted, "securityContext", context);
    listening(plan, given, role, &mut fields, &mut wanted);
    let mounts = storage::mounts(plan, shelf, given, role);
    data::put_list(&mut wanted, "volumeMounts", mounts);
    if role == Role::Beside {
        let shares = storage::shares(shelf, given);
        if !shares.is_empty() {
            fields.set(&["shares"], data::words(&shares));
        }
    }
    defaults(&mut wanted);
    (fields, wanted)
}

fn listening(plan: &mut Plan, given: &Data, role: Role, fields: &mut Fields, wanted: &mut Data) {
    if matches!(role, Role::Before | Role::Job) {
        return;
    }
    let entries = ports::entries(plan, given);
    if role == Role::Beside {
        for entry in &entries {
            fields.set(
                &["ports", data::text(entry, "name").unwrap_or_default()],
                data::int(entry, "containerPort").unwrap_or(0),
            );
        }
    }
    data::put_list(wanted, "ports", entries);
    if plan.main().kind == "CronJob" {
        return fields.set(&["health", "none"], "it ends by itself");
    }
    let (health, probes) = probes::probes(plan, given);
    fields.graft(&["health"], health);
    probes.into_iter().for_each(|(probe, data)| data::put(wanted, probe, data));
}

/// An image that is not pinned cannot be the field's: what it is called stays as an override, until somebody names the
/// version that runs.
fn image(plan: &mut Plan, given: &Data, fields: &mut Fields, wanted: &mut Data) {
    let text = names::digested(&names::image(data::text(given, "image").unwrap_or_default().trim()));
    let name = data::text(given, "name").unwrap_or_default();
    data::put(wanted, "image", data::word(&text));
    match names::unpinned(&text) {
        Some(why) => {
            let stand_in = format!("{}:unpinned", names::repository(&text));
            let note = format!(
                "its manifest's image {why}: name the version that runs here, and take the override of it away"
            );
            fields.set(&["image"], Leaf::from(&*stand_in).noted(note));
            if data::text(given, "imagePullPolicy").is_none() {
                data::put(wanted, "imagePullPolicy", data::word("Always"));
            }
        }
        None => {
            fields.set(&["image"], &*text);
            let policy = data::text(given, "imagePullPolicy");
            if policy.is_some_and(|policy| policy != "IfNotPresent") {
                plan.note(
                    Topic::Otherwise,
                    format!("the image of `{name}` is fetched where a node does not have it: it is pinned"),
                );
            }
            data::take(wanted, "imagePullPolicy");
        }
    }
}

/// Takes away what the server would have put there.
fn defaults(container: &mut Data) {
    let plain = [("terminationMessagePath", "/dev/termination-log"), ("terminationMessagePolicy", "File")];
    for (name, value) in plain {
        if data::text(container, name) == Some(value) {
            data::take(container, name);
        }
    }
    for empty in ["command", "args", "env", "envFrom", "ports", "volumeMounts", "resources"] {
        if at(container, empty).is_some_and(data::is_empty) {
            data::take(container, empty);
        }
    }
}
