//! Objects that the service carries along as they are, and those that it leaves.

use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::object::Object;
use crate::lift::plan::{Plan, Status, Topic};
use crate::lift::print::Words;
use crate::lift::secrets;

/// The labels by which the library selects the pods of a service, as the lab has them.
pub fn selector(plan: &Plan) -> Data {
    let labels = [
        ("app.kubernetes.io/name", data::word(&plan.name)),
        ("app.kubernetes.io/instance", data::word(format!("lab-{}", plan.name))),
        ("app.kubernetes.io/component", data::word("server")),
    ];
    data::record(labels)
}

/// Selectors of the workload's own pods by the labels that the library gives them.
pub fn selecting(plan: &Plan, value: Data) -> Data {
    let labels = crate::lift::group::pod_labels(plan.main());
    match value {
        Data::Record(pairs) => {
            let own = |name: &str, value: &Data| matches!(value, Data::Record(wanted) if name == "matchLabels" && data::selects(wanted, labels));
            let each = pairs.into_iter().map(|(name, value)| {
                let is_own = own(&name.text(), &value);
                (name, if is_own { selector(plan) } else { selecting(plan, value) })
            });
            Data::Record(each.collect())
        }
        Data::List(items) => Data::List(items.into_iter().map(|item| selecting(plan, item)).collect()),
        scalar => scalar,
    }
}

/// What the lab's names are written as.
pub fn words(plan: &Plan) -> Words {
    Words { selector: selector(plan), namespace: plan.namespace.clone() }
}

/// Data on one line, with what the service knows of itself by name.
pub fn flat(plan: &Plan, data: &Data) -> String {
    words(plan).flat(data)
}

/// An object with the names in it that the library gives: accounts, Secrets, pods.
pub fn translated(plan: &Plan, object: &Data) -> Data {
    let mut object = selecting(plan, object.clone());
    data::take(&mut object, "status");
    references(plan, &mut object);
    object
}

fn references(plan: &Plan, value: &mut Data) {
    let account = crate::lift::pods::account(plan.given());
    match value {
        Data::Record(pairs) => {
            for (name, value) in pairs.iter_mut() {
                match &*name.text() {
                    "serviceAccountName" if data::as_text(value) == account.as_deref() => {
                        *value = data::word(&plan.name)
                    }
                    "secretKeyRef" => own_key(plan, value),
                    _ => references(plan, value),
                }
            }
        }
        Data::List(items) => items.iter_mut().for_each(|item| references(plan, item)),
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::BigInt(_) | Data::Float(_) | Data::Str(_) => {}
    }
}

fn own_key(plan: &Plan, reference: &mut Data) {
    let (Some(name), Some(key)) = (data::text(reference, "name"), data::text(reference, "key")) else { return };
    if let Some(known) = plan.keys.iter().find(|known| known.secret == name && known.key == key) {
        *reference = data::record([("name", data::word(&plan.name)), ("key", data::word(&known.own))]);
    }
}

/// Secrets: those whose keys became the service's own, those that stay, and those that nobody may write down.
pub fn secrets(plan: &mut Plan) {
    let sources: Vec<usize> =
        plan.app.others.iter().copied().filter(|index| secrets::is_source(&plan.object(*index).kind)).collect();
    for index in sources {
        let object = plan.object(index);
        let is_own = secrets::targets(object).iter().any(|name| plan.owned.contains(name));
        if is_own {
            plan.same(index);
            moved(plan, object);
        } else if object.kind == "Secret" {
            let title = format!("the Secret `{}` is read by name, and not written here: bring it by hand", object.name);
            plan.leave(index, "its texts are nobody's to write down");
            plan.note(Topic::Store, title);
        } else {
            let data = translated(plan, &object.data);
            plan.carry(index, data);
        }
    }
    let all: Vec<String> = plan.keys.iter().map(|key| key.own.clone()).collect();
    if all.is_empty() {
        return;
    }
    plan.fields.set(&["secrets"], data::words(&all));
    plan.declared.backend = plan.run.house.backend;
    let quoted: Vec<String> = all.iter().map(|key| format!("`{key}`")).collect();
    plan.note(Topic::Store, format!("its folder `/{}` has to have {}", plan.name, quoted.join(", ")));
}

/// Says where the texts of a Secret came from.
fn moved(plan: &mut Plan, object: &Object) {
    for one in data::list(&object.data, "spec.data") {
        let (Some(key), Some(remote)) = (data::text(one, "secretKey"), data::text(one, "remoteRef.key")) else {
            continue;
        };
        let property = data::text(one, "remoteRef.property").map(|part| format!(", `{part}`")).unwrap_or_default();
        let own = plan.keys.iter().find(|known| known.key == key).map_or(key.to_owned(), |known| known.own.clone());
        plan.note(Topic::Store, format!("`{own}` was at `{remote}`{property}"));
    }
}

/// All objects that nothing has looked at.
pub fn others(plan: &mut Plan) {
    for index in plan.app.others.clone() {
        if plan.status.contains_key(&index) {
            continue;
        }
        let object = plan.object(index);
        match &*object.kind {
            "Namespace" => drop(plan.status.insert(index, Status::Environment)),
            "Certificate" => {
                plan.status.insert(index, Status::Environment);
                plan.note(Topic::Otherwise, format!("the Certificate `{}`: gateways have their own", object.name));
            }
            _ => {
                let mut data = translated(plan, &object.data);
                retarget(plan, &mut data);
                plan.carry(index, data);
            }
        }
    }
    let groups: Vec<String> = plan
        .whole
        .iter()
        .filter_map(|whole| data::text(&whole.data, "apiVersion"))
        .filter_map(|version| version.split_once('/').map(|(group, _)| group.to_owned()))
        .filter(|group| group.contains('.') && !BUILT_IN.contains(&&**group))
        .collect();
    plan.declared.groups.extend(groups);
}

/// Groups that every API server has.
const BUILT_IN: &[&str] = &[
    "networking.k8s.io",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "node.k8s.io",
    "events.k8s.io",
    "certificates.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "resource.k8s.io",
];

/// Autoscalers and the like name the workload.
fn retarget(plan: &Plan, object: &mut Data) {
    for path in ["spec.targetRef", "spec.scaleTargetRef"] {
        if at(object, path).is_some_and(|target| data::text(target, "name") == Some(&plan.main().name)) {
            data::put(object, &format!("{path}.name"), data::word(&plan.name));
        }
    }
}
