//! Every claim is copied away at least every four hours, and takes part in the snapshots of its class.

use super::fleet::{self, Env, Made};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Someone's claim: in which namespace, and with which labels.
struct Claim<'a> {
    service: &'a str,
    name: String,
    namespace: &'a str,
    labels: &'a Map<String, Value>,
}

fn claims(env: &Env) -> Vec<Claim<'_>> {
    let all = env.objects().flat_map(|made| claims_of(&made));
    // What the file server has is copied there.
    all.filter(|claim| !claim.labels.contains_key("velero.io/exclude-from-backup")).collect()
}

fn claims_of<'a>(made: &Made<'a>) -> Vec<Claim<'a>> {
    let object = made.object;
    let templates = object["spec"]["volumeClaimTemplates"].as_array().map_or(&[][..], Vec::as_slice);
    let own = std::slice::from_ref(object);
    let all = if object["kind"] == "PersistentVolumeClaim" { own } else { templates };
    let claim = |claim: &'a Value| Claim {
        service: made.service,
        name: claim["metadata"]["name"].as_str().unwrap_or_default().to_owned(),
        namespace: object["metadata"]["namespace"].as_str().unwrap_or_default(),
        labels: claim["metadata"]["labels"].as_object().expect("claims have labels"),
    };
    all.iter().map(claim).collect()
}

fn covers(schedule: &Value, claim: &Claim) -> bool {
    let template = &schedule["spec"]["template"];
    let here =
        template["includedNamespaces"].as_array().is_some_and(|all| all.iter().any(|one| one == claim.namespace));
    let wanted = template["labelSelector"]["matchLabels"].as_object();
    here && wanted.is_none_or(|wanted| wanted.iter().all(|(name, value)| claim.labels.get(name) == Some(value)))
}

/// The longest time between two runs, in hours, and the minute that they begin at.
fn rhythm(cron: &str) -> (u32, u32) {
    let fields: Vec<&str> = cron.split(' ').collect();
    let [minute, hours, "*", "*", "*"] = fields[..] else { panic!("{cron}: not every day") };
    let hours: Vec<u32> = hours.split(',').map(|hour| hour.parse().expect("hours are listed")).collect();
    let next = |at: usize| hours.get(at + 1).copied().unwrap_or(hours[0] + 24);
    let longest = (0..hours.len()).map(|at| next(at) - hours[at]).max();
    (longest.unwrap_or(24), minute.parse().expect("a minute"))
}

/// Services that say why nothing of theirs is copied.
fn excused(env: &Env, service: &str) -> bool {
    env.value["services"][service]["backup"]["none"].is_string()
}

#[test]
fn every_claim_is_copied_every_four_hours() {
    for env in fleet::all() {
        let schedules: Vec<Made> = env.of_kind("Schedule").collect();
        let claims = claims(&env);
        assert!(claims.len() > 8, "{}: only {} claims", env.name, claims.len());
        for claim in claims.iter().filter(|claim| !excused(&env, claim.service)) {
            let by: Vec<&Made> = schedules.iter().filter(|made| covers(made.object, claim)).collect();
            assert!(!by.is_empty(), "{}: nothing copies {} of {}", env.name, claim.name, claim.service);
        }
        for made in &schedules {
            let (hours, _) = rhythm(made.object["spec"]["schedule"].as_str().expect("a schedule"));
            assert!(hours <= 4, "{}: {} waits {hours} hours", env.name, made.service);
            assert!(made.object["spec"]["template"]["ttl"].as_str().is_some_and(|ttl| ttl.ends_with("h0m0s")));
        }
    }
}

#[test]
fn every_claim_takes_part_in_snapshots() {
    for env in fleet::all() {
        for claim in claims(&env) {
            let joined = claim.labels.get("recurring-job-group.longhorn.io/snapshots");
            assert_eq!(joined, Some(&Value::from("enabled")), "{}: {} of {}", env.name, claim.name, claim.service);
        }
        let groups = env.of_kind("RecurringJob").flat_map(|made| made.object["spec"]["groups"].as_array().cloned());
        assert!(groups.flatten().any(|group| group == "snapshots"), "{}: nothing takes snapshots", env.name);
    }
}

#[test]
fn copies_are_spread_over_the_minutes() {
    for env in fleet::all() {
        let mut begins: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for made in env.of_kind("Schedule") {
            let (_, minute) = rhythm(made.object["spec"]["schedule"].as_str().expect("a schedule"));
            begins.entry(minute).or_default().push(made.service);
        }
        let crowded = begins.values().find(|services| services.len() > 3);
        assert_eq!(crowded, None, "{}", env.name);
    }
}

#[test]
fn a_claim_without_a_schedule_is_seen() {
    let labels = serde_json::json!({ "app": "web" });
    let labels = labels.as_object().expect("an object");
    let claim = Claim { service: "web", name: "data".to_owned(), namespace: "lab", labels };
    let schedule = |namespace: &str, app: &str| {
        serde_json::json!({ "spec": { "template": {
            "includedNamespaces": [namespace], "labelSelector": { "matchLabels": { "app": app } }
        } } })
    };
    assert!(covers(&schedule("lab", "web"), &claim));
    assert!(!covers(&schedule("lab", "db"), &claim));
    assert!(!covers(&schedule("home", "web"), &claim));
    assert_eq!(rhythm("17 1,5,9,13,17,21 * * *"), (4, 17));
    assert_eq!(rhythm("0 0,12 * * *"), (12, 0));
}
