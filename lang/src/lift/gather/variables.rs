//! Variables of a container: plain values, keys of Secrets, facts of the pod. Those that come of a ConfigMap that is there
//! are written as the values that they are.

use super::reference;
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::{Fields, Leaf};
use crate::lift::names;
use crate::lift::object::Object;
use crate::lift::plan::{Plan, Topic};

/// What a variable comes to.
struct Variable {
    name: String,
    /// The field, if the library's variables can say it.
    leaf: Option<Leaf>,
    /// The entry of the container.
    entry: Data,
}

/// The fields of a container's variables, and what its `env` and `envFrom` should be.
pub fn variables(plan: &mut Plan, container: &Data) -> (Fields, Vec<Data>, Vec<Data>) {
    let owner = data::text(container, "name").unwrap_or_default().to_owned();
    let (mut all, mut sources): (Vec<Variable>, Vec<Data>) = (Vec::new(), Vec::new());
    for source in data::list(container, "envFrom") {
        match loaded(plan, source) {
            Some(more) => more.into_iter().for_each(|one| put(&mut all, one)),
            None => sources.push(source.clone()),
        }
    }
    for given in data::list(container, "env") {
        let one = variable(plan, &owner, given);
        put(&mut all, one);
    }
    let mut fields = Fields::default();
    for one in &all {
        if let Some(leaf) = &one.leaf {
            fields.set(&[&one.name], leaf.clone());
        }
    }
    (fields, all.into_iter().map(|one| one.entry).collect(), sources)
}

/// The last value of a name counts, at its own place: others may read it below.
fn put(all: &mut Vec<Variable>, one: Variable) {
    all.retain(|known| known.name != one.name);
    all.push(one);
}

fn plain(name: &str, value: &str) -> Variable {
    let leaf = names::is_variable(name).then(|| Leaf::plain(scalar(value)));
    let entry = data::record([("name", data::word(name)), ("value", data::word(value))]);
    Variable { name: name.to_owned(), leaf, entry }
}

/// A text as the number or the truth that it is written like.
fn scalar(text: &str) -> Data {
    match (text, text.parse::<i64>()) {
        ("true", _) => Data::Bool(true),
        ("false", _) => Data::Bool(false),
        (text, Ok(number)) if number.to_string() == text && text.len() < 16 => Data::Int(number),
        _ => data::word(text),
    }
}

fn from(name: &str, value: Data, leaf: Option<Leaf>) -> Variable {
    let leaf = leaf.filter(|_| names::is_variable(name));
    let entry = data::record([("name", data::word(name)), ("valueFrom", value)]);
    Variable { name: name.to_owned(), leaf, entry }
}

fn variable(plan: &mut Plan, owner: &str, given: &Data) -> Variable {
    let name = data::text(given, "name").unwrap_or_default();
    let Some(source) = at(given, "valueFrom") else {
        let text = at(given, "value").map(data::shown).unwrap_or_default();
        return if plan.hints.secret_variables.contains(&(owner.to_owned(), name.to_owned())) {
            sealed(plan, name)
        } else {
            plain(name, &text)
        };
    };
    let text = |path: &str| data::text(source, path);
    if let (Some(secret), Some(key)) = (text("secretKeyRef.name"), text("secretKeyRef.key")) {
        return of_secret(plan, name, (secret, key), data::truth(source, "secretKeyRef.optional"));
    }
    if let (Some(map), Some(key)) = (text("configMapKeyRef.name"), text("configMapKeyRef.key"))
        && let Some(value) =
            plan.find("ConfigMap", map).and_then(|(_, map)| config(map).into_iter().find(|(name, _)| name == key))
    {
        return plain(name, &literal(plan, name, &value.1));
    }
    if let Some(path) = text("fieldRef.fieldPath") {
        let value = data::record([("fieldRef", data::record([("fieldPath", data::word(path))]))]);
        return from(name, value.clone(), Some(Leaf::plain(value)));
    }
    from(name, source.clone(), None)
}

fn of_secret(plan: &mut Plan, name: &str, (secret, key): (&str, &str), optional: Option<bool>) -> Variable {
    let own = plan.own_key(secret, key);
    let (leaf, mut value) = match &own {
        Some(own) => (reference::secret(plan, own), reference::value(&plan.name, own)),
        None => (Leaf::plain(reference::value(secret, key)), reference::value(secret, key)),
    };
    if optional == Some(true) {
        data::put(&mut value, "secretKeyRef.optional", Data::Bool(true));
    }
    from(name, value, Some(leaf))
}

/// A variable that held a secret in plain text: its text goes into the store.
fn sealed(plan: &mut Plan, name: &str) -> Variable {
    const PLAIN: &str = "variables";
    if !plan.owned.iter().any(|owned| owned == PLAIN) {
        plan.owned.push(PLAIN.to_owned());
    }
    let own = plan.own_key(PLAIN, name).unwrap_or_else(|| name.to_owned());
    plan.note(Topic::Store, format!("`{own}` stood in plain text in the manifests: make a new one"));
    from(name, reference::value(&plan.name, &own), Some(reference::secret(plan, &own)))
}

/// The texts of a ConfigMap.
pub fn config(map: &Object) -> Vec<(String, String)> {
    let each = |(name, value): &data::Pair| (name.text().to_string(), data::shown(value));
    data::pairs(&map.data, "data").iter().map(each).collect()
}

/// All variables that come of one source, if its keys are known.
fn loaded(plan: &mut Plan, source: &Data) -> Option<Vec<Variable>> {
    let prefix = data::text(source, "prefix").unwrap_or_default();
    if let Some(name) = data::text(source, "configMapRef.name") {
        let all = config(plan.find("ConfigMap", name)?.1);
        let fit = all.into_iter().map(|(name, value)| (format!("{prefix}{name}"), value));
        return Some(fit.map(|(name, value)| plain(&name, &literal(plan, &name, &value))).collect());
    }
    let name = data::text(source, "secretRef.name")?;
    if !plan.owned.iter().any(|owned| owned == name) {
        return None;
    }
    let keys: Vec<String> = plan.keys.iter().filter(|key| key.secret == name).map(|key| key.key.clone()).collect();
    Some(keys.iter().map(|key| of_secret(plan, &format!("{prefix}{key}"), (name, key), None)).collect())
}

/// `$(NAME)` means a variable where a value stands, and nothing where it comes of a ConfigMap: there it stays as it is.
fn literal(plan: &mut Plan, name: &str, value: &str) -> String {
    if value.contains("$(") {
        plan.note(
            Topic::Otherwise,
            format!("`{name}` came of a ConfigMap, where `$(…)` is not filled in; it is written `$$(…)`, which says the same"),
        );
    }
    value.replace("$(", "$$(")
}
