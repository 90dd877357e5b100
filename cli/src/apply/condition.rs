//! Conditions on answers: whether one holds, and in words why it does not.

use super::contract::{Condition, Path};
use serde_json::{Map, Value as Json};

/// What stands at a path; null and nothing are the same.
pub fn at<'a>(value: &'a Json, path: &[Json]) -> Option<&'a Json> {
    let mut value = value;
    for step in path {
        value = match (step, value) {
            (Json::String(name), Json::Object(fields)) => fields.get(name)?,
            (Json::Number(index), Json::Array(items)) => items.get(usize::try_from(index.as_u64()?).ok()?)?,
            (Json::Object(wanted), Json::Array(items)) => items.iter().find(|item| has_fields(item, wanted))?,
            _ => return None,
        };
    }
    (!value.is_null()).then_some(value)
}

/// Records in records fit what has at least their fields too.
fn has_fields(item: &Json, wanted: &Map<String, Json>) -> bool {
    wanted.iter().all(|(name, value)| match (item.get(name), value) {
        (Some(found), Json::Object(wanted)) => has_fields(found, wanted),
        (Some(found), value) => same(found, value),
        (None, value) => value.is_null(),
    })
}

/// Whether two values mean the same: servers write numbers as texts at times.
fn same(left: &Json, right: &Json) -> bool {
    left == right || matches!((scalar(left), scalar(right)), (Some(left), Some(right)) if left == right)
}

fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a condition holds for an answer.
pub fn holds(condition: &Condition, answer: &Json) -> bool {
    unmet(condition, answer).is_none()
}

/// Why a condition does not hold, in words; `None` if it does.
pub fn unmet(condition: &Condition, answer: &Json) -> Option<String> {
    match condition {
        Condition::All { all } => all.iter().find_map(|condition| unmet(condition, answer)),
        Condition::Any { any } => {
            let mut whys = Vec::new();
            for condition in any {
                whys.push(unmet(condition, answer)?);
            }
            Some(if whys.is_empty() { "nothing can be right".to_owned() } else { whys.join(", and ") })
        }
        Condition::No { no } => match unmet(no, answer) {
            Some(_) => None,
            None => Some(contrary(no)),
        },
        Condition::Is { at: path, is } => {
            let found = at(answer, path);
            let met = found.map_or(is.is_null(), |found| same(found, is));
            (!met).then(|| format!("{} is {}, and was {}", named(path), shown(found), shown(Some(is))))
        }
        Condition::Exists { at: path, exists } => match at(answer, path) {
            Some(_) if !exists => Some(format!("there is {} now", named(path))),
            None if *exists => Some(format!("there is no {}", named(path))),
            _ => None,
        },
        Condition::Has { at: path, has } => {
            let met = match at(answer, path) {
                Some(Json::String(text)) => text.contains(has.as_str()),
                Some(Json::Array(items)) => items.iter().any(|item| item.as_str() == Some(has)),
                _ => false,
            };
            (!met).then(|| format!("{} has no `{has}`", named(path)))
        }
        Condition::OneOf { at: path, one_of } => {
            let found = at(answer, path);
            let met = found.is_some_and(|found| one_of.iter().any(|one| same(found, one)));
            (!met).then(|| format!("{} is {}", named(path), shown(found)))
        }
    }
}

/// A condition that holds and should not.
fn contrary(condition: &Condition) -> String {
    match condition {
        Condition::Is { at, is } => format!("{} is {}", named(at), shown(Some(is))),
        Condition::Exists { at, .. } => format!("there is {}", named(at)),
        Condition::Has { at, has } => format!("{} has `{has}`", named(at)),
        Condition::OneOf { at, .. } => format!("{} is one of what it must not be", named(at)),
        Condition::No { .. } | Condition::All { .. } | Condition::Any { .. } => "it is as it must not be".to_owned(),
    }
}

/// A path as people read it, without the parts that every answer has.
fn named(path: &Path) -> String {
    let step = |step: &Json| match step {
        Json::String(name) => name.clone(),
        Json::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect();
            format!("({})", fields.join(", "))
        }
        other => other.to_string(),
    };
    let wrapping = |name: &&Json| matches!(name.as_str(), Some("body" | "data" | "result"));
    let steps: Vec<String> = path.iter().skip_while(wrapping).map(step).collect();
    if steps.is_empty() { "an answer".to_owned() } else { format!("`{}`", steps.join(".")) }
}

fn shown(value: Option<&Json>) -> String {
    value.map_or_else(|| "not there".to_owned(), |value| format!("`{}`", cut(&plain(value))))
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Long values are told by their beginning.
fn cut(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn why(condition: Json, answer: Json) -> Option<String> {
        unmet(&serde_json::from_value(condition).expect("a condition"), &answer)
    }

    #[test]
    fn elements_are_picked_by_their_fields() {
        let answer = json!({ "body": { "data": [{ "vmid": 7, "node": "a" }, { "vmid": "8", "node": "b" }] } });
        assert_eq!(
            at(&answer, &[json!("body"), json!("data"), json!({ "vmid": 8 }), json!("node")]),
            Some(&json!("b"))
        );
        assert_eq!(at(&answer, &[json!("body"), json!("data"), json!({ "vmid": 9 })]), None);
        let nested = json!([{ "id": 1, "data": { "port": 1, "target": "a" } }, { "id": 2, "data": { "port": 2, "target": "a" } }]);
        assert_eq!(at(&nested, &[json!({ "data": { "port": 2 } }), json!("id")]), Some(&json!(2)));
        assert_eq!(at(&answer, &[json!("body"), json!("data"), json!(0), json!("node")]), Some(&json!("a")));
    }

    #[test]
    fn what_is_not_as_it_was_is_said() {
        let answer = json!({ "status": 200, "body": { "data": { "digest": "b", "cores": 2, "lock": null } } });
        let digest = json!({ "at": ["body", "data", "digest"], "is": "a" });
        assert_eq!(why(digest.clone(), answer.clone()).as_deref(), Some("`digest` is `b`, and was `a`"));
        assert_eq!(why(json!({ "at": ["body", "data", "cores"], "is": "2" }), answer.clone()), None);
        assert_eq!(why(json!({ "at": ["body", "data", "lock"], "exists": false }), answer.clone()), None);
        assert_eq!(why(json!({ "no": digest.clone() }), answer.clone()), None);
        assert_eq!(why(json!({ "any": [digest, { "at": ["status"], "is": 200 }] }), answer.clone()), None);
        assert_eq!(why(json!({ "any": [] }), answer.clone()).as_deref(), Some("nothing can be right"));
        assert_eq!(why(json!({ "all": [] }), answer), None);
    }
}
