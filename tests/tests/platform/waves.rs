//! Services start in waves: each after all it cannot start without, and a new one that nobody needs moves no other.

use super::fleet::{self, Env};
use serde_json::Value;
use std::collections::BTreeMap;

fn waves(env: &Env) -> BTreeMap<String, i64> {
    let nodes = env.value["graph"]["nodes"].as_array().into_iter().flatten();
    nodes
        .map(|node| (node["name"].as_str().unwrap_or_default().to_owned(), node["wave"].as_i64().unwrap_or(-1)))
        .collect()
}

fn edges(env: &Env) -> impl Iterator<Item = &Value> {
    env.value["graph"]["edges"].as_array().into_iter().flatten()
}

#[test]
fn what_is_needed_starts_earlier() {
    for env in fleet::all() {
        let waves = waves(&env);
        let hard: Vec<&Value> = edges(&env).filter(|edge| edge["hard"] == true).collect();
        assert!(hard.len() > 10, "{}: only {} needs", env.name, hard.len());
        for edge in hard {
            let at = |end: &str| waves[edge[end].as_str().unwrap_or_default()];
            assert!(at("to") < at("from"), "{}: {edge}", env.name);
        }
    }
}

#[test]
fn what_is_only_wanted_may_start_later() {
    let production = fleet::all().into_iter().find(|env| env.name == "production").expect("production");
    let waves = waves(&production);
    let later = edges(&production).filter(|edge| edge["hard"] == false).filter(|edge| {
        let at = |end: &str| waves[edge[end].as_str().unwrap_or_default()];
        at("to") > at("from")
    });
    assert!(later.count() > 3, "soft edges are there to be turned round");
}

#[test]
fn a_leaf_moves_no_other() {
    let leaf = r#"
        let { WebApp } = import "std/template/web"
        WebApp with {
          name = "leaf", area = "tools", image = "ghcr.io/o/leaf:1.0.0", ports.http = 8080
          needs = ["postgres", "home-assistant"], secrets = ["key"], metrics.none = "it has none"
          volumes.data = { path = "/data", size = 1Gi }
        }"#;
    let before = fleet::all();
    let after = fleet::with(&[("services/tools/leaf.rzp", leaf)]);
    for (before, after) in before.iter().zip(&after) {
        let mut moved = waves(after);
        assert_eq!(moved.remove("leaf"), Some(waves(before)["home-assistant"] + 1), "{}", before.name);
        assert_eq!(moved, waves(before), "{}", before.name);
    }
}

#[test]
fn applications_wait_for_each_other() {
    for env in fleet::all() {
        let waves = waves(&env);
        let mut seen = 0;
        for made in env.of_kind("Application") {
            let name = made.object["metadata"]["name"].as_str().unwrap_or_default();
            let Some(wave) = waves.get(name) else { continue };
            let told = &made.object["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"];
            assert_eq!(*told, wave.to_string(), "{}: {name}", env.name);
            seen += 1;
        }
        assert_eq!(seen, waves.len(), "{}: a service without an application", env.name);
        // Waves between applications only wait if Argo CD knows when one is healthy.
        let argocd = env.of_kind("Application").find(|made| made.object["metadata"]["name"] == "argocd");
        let argocd = argocd.expect("Argo CD looks after itself").object;
        let cm = &argocd["spec"]["sources"][0]["helm"]["valuesObject"]["configs"]["cm"];
        let health = cm["resource.customizations.health.argoproj.io_Application"].as_str();
        assert!(health.is_some_and(|lua| lua.contains("obj.status.health.status")), "{}", env.name);
    }
}
