//! The account of the pods and what it may do. Rights in the whole cluster are the service's own; those in one namespace
//! stay objects, as the library has none.

use super::rest;
use crate::data::tree::Data;
use crate::lift::data;
use crate::lift::fields::Leaf;
use crate::lift::kept;
use crate::lift::object::Object;
use crate::lift::plan::{Plan, Topic};
use crate::lift::pods;

pub fn rights(plan: &mut Plan) {
    let account = pods::account(plan.given());
    for (index, object) in plan.others("ServiceAccount") {
        let mut wanted = kept::with_kept_metadata(object.data.clone());
        for part in ["automountServiceAccountToken", "secrets"] {
            data::take(&mut wanted, part);
        }
        if object.name != plan.name {
            plan.note(Topic::Otherwise, format!("the account `{}` is called `{}`", object.name, plan.name));
        }
        plan.expect(&[index], format!("ServiceAccount/{}", plan.name), wanted);
    }
    let mut given: Vec<Data> = Vec::new();
    let mut origins = Vec::new();
    for (index, binding) in plan.others("ClusterRoleBinding") {
        match whole(plan, binding) {
            Some((role, rules)) => {
                origins.extend([index, role]);
                given.extend(rules);
            }
            None => bound(plan, index, binding, account.as_deref()),
        }
    }
    for (index, binding) in plan.others("RoleBinding") {
        bound(plan, index, binding, account.as_deref());
    }
    if !given.is_empty() {
        set(plan, &origins, given);
    }
    token(plan);
}

/// The rules of a role that the service's `rights` can say.
fn whole(plan: &Plan, binding: &Object) -> Option<(usize, Vec<Data>)> {
    let name = data::text(&binding.data, "roleRef.name")?;
    let (index, role) = plan.others("ClusterRole").into_iter().find(|(_, role)| role.name == name)?;
    let rules = data::list(&role.data, "rules");
    let known = ["apiGroups", "resources", "verbs"];
    let is_plain = |rule: &Data| {
        let Data::Record(pairs) = rule else { return false };
        pairs.len() == 3 && pairs.iter().all(|(name, _)| known.contains(&&*name.text()))
    };
    let alone = data::list(&binding.data, "subjects").len() == 1;
    (alone && !rules.is_empty() && rules.iter().all(is_plain)).then(|| (index, rules.to_vec()))
}

fn set(plan: &mut Plan, origins: &[usize], rules: Vec<Data>) {
    let right = |rule: &Data| {
        let part = |name: &str| data::words(data::texts(rule, name));
        data::record([("groups", part("apiGroups")), ("resources", part("resources")), ("verbs", part("verbs"))])
    };
    plan.fields.set(&["rights"], Leaf::plain(Data::List(rules.iter().map(right).collect())));
    let handle = format!("ClusterRole/{}.{}", area(plan), plan.name);
    plan.expect(origins, handle, data::record([("rules", Data::List(rules))]));
}

fn area(plan: &Plan) -> String {
    match plan.fields.get(&["area"]) {
        Some(crate::lift::fields::Node::Leaf(leaf)) => data::shown(&leaf.data),
        Some(crate::lift::fields::Node::Tree(_)) | None => plan.name.clone(),
    }
}

/// A binding that stays, of the service's own account.
fn bound(plan: &mut Plan, index: usize, binding: &Object, account: Option<&str>) {
    let mut object = rest::translated(plan, &binding.data);
    let mut subjects = data::list(&object, "subjects").to_vec();
    for subject in &mut subjects {
        if data::text(subject, "kind") == Some("ServiceAccount") && data::text(subject, "name") == account {
            data::put(subject, "name", data::word(&plan.name));
        }
    }
    data::put(&mut object, "subjects", Data::List(subjects));
    plan.carry(index, object);
    plan.fields.set(&["kube_api"], true);
}

/// The token of the account is there for those who speak to the API server alone.
fn token(plan: &mut Plan) {
    let account = plan
        .others("ServiceAccount")
        .first()
        .and_then(|(_, account)| data::truth(&account.data, "automountServiceAccountToken"));
    let said = data::truth(plan.given(), "automountServiceAccountToken").or(account);
    if plan.fields.has(&["rights"]) || plan.fields.has(&["kube_api"]) {
        return;
    }
    match said {
        Some(true) => plan.fields.set(&["kube_api"], true),
        Some(false) => {}
        None => plan.note(Topic::Stricter, "the token of its account is not mounted"),
    }
}
