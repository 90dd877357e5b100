//! The Secrets of a workload: which become the service's own, and how a field names a key of one.
//!
//! A Secret is the service's own if its keys are known, or each is named where it is read. One that nothing here brings is,
//! if it is called after the service; any other one stays the Secret of somebody else, and is named as it was.

use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::Leaf;
use crate::lift::names;
use crate::lift::object::{Object, is_our_own};
use crate::lift::plan::Plan;
use crate::lift::pods;
use crate::lift::secrets::{self, brought};

/// Decides which Secrets become the service's own, and notes their keys.
pub fn own_secrets(plan: &mut Plan) {
    let members: Vec<&Object> =
        std::iter::once(&plan.app.main).chain(&plan.app.parts).map(|index| plan.object(*index)).collect();
    let specs: Vec<&Data> =
        members.iter().filter_map(|object| object.template()).filter_map(|pod| at(pod, "spec")).collect();
    let mut named: Vec<String> = Vec::new();
    for spec in &specs {
        named.extend(pods::names(spec).secrets);
    }
    named.sort();
    named.dedup();
    for name in named {
        let sources = plan.run.objects.iter().filter(|object| secrets::is_source(&object.kind));
        // What the library fetches of another service stays that service's.
        let is_granted = |object: &&Object| is_our_own(&object.data) && object.name != plan.name;
        let is_of_another = sources.clone().filter(is_granted).flat_map(brought).any(|secret| secret.name == name);
        let found = sources.flat_map(brought);
        let found = found.into_iter().find(|secret| secret.name == name);
        let by_key = specs.iter().all(|spec| is_named_by_key(spec, &name));
        let read = specs.iter().any(|spec| is_read(spec, &name));
        let is_called_after = name == plan.name || name.starts_with(&format!("{}-", plan.name));
        let known = found.as_ref().and_then(|secret| secret.keys.clone());
        let keys_fit = known.iter().flatten().all(|key| names::is_key(key));
        let own = match &found {
            Some(_) => (known.is_some() || by_key) && keys_fit,
            None => by_key && is_called_after,
        };
        if own && read && !is_of_another {
            plan.owned.push(name.clone());
            for key in known.unwrap_or_default() {
                plan.own_key(&name, &key);
            }
        }
    }
}

/// Whether containers of a pod read a Secret, beyond fetching images with it.
fn is_read(spec: &Data, name: &str) -> bool {
    let mut spec = spec.clone();
    data::take(&mut spec, "imagePullSecrets");
    pods::names(&spec).secrets.iter().any(|known| known == name)
}

/// Whether each use of a Secret in a pod says which key it means.
fn is_named_by_key(spec: &Data, name: &str) -> bool {
    let whole = pods::containers(spec).flat_map(|container| data::list(container, "envFrom"));
    let by_variables = whole.into_iter().any(|source| data::text(source, "secretRef.name") == Some(name));
    let volumes =
        data::list(spec, "volumes").iter().filter(|volume| data::text(volume, "secret.secretName") == Some(name));
    let by_mounts = volumes.into_iter().any(|volume| {
        let volume_name = data::text(volume, "name");
        let mounts = pods::containers(spec).flat_map(|container| data::list(container, "volumeMounts"));
        let mut own = mounts.filter(|mount| data::text(mount, "name") == volume_name);
        at(volume, "secret.items").is_none() && own.any(|mount| data::text(mount, "subPath").is_none())
    });
    !by_variables && !by_mounts
}

/// `s.secret.password`, and what it is.
pub fn secret(plan: &Plan, key: &str) -> Leaf {
    let text = if names::is_variable(key) { format!("s.secret.{key}") } else { format!("s.secret[\"{key}\"]") };
    Leaf::written(text, value(&plan.name, key))
}

/// What a variable takes from a Secret.
pub fn value(secret: &str, key: &str) -> Data {
    data::record([("secretKeyRef", data::record([("name", data::word(secret)), ("key", data::word(key))]))])
}
