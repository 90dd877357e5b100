//! Names: each object has its own, whatever services are called; and pods start anew when their data changes, and only then.

use super::fleet::{self, eval};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rzp_lang::base::world::MemWorld;
use serde_json::Value;
use std::collections::BTreeSet;

/// Sets of services: names of few letters with dashes, so that `foo` with a volume `bar-baz` meets `foo-bar` with `baz`.
fn sets() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    let word = || "[ab](-[ab]){0,3}";
    btree_map(word(), vec("[ab](-[ab]){0,2}", 0..3), 1..5).prop_map(|set| set.into_iter().collect())
}

fn program(sets: &[Vec<(String, Vec<String>)>]) -> String {
    let mut all = String::new();
    for set in sets {
        let services: Vec<String> = set.iter().map(|(name, volumes)| service(name, volumes)).collect();
        all += &format!("  ids({{ {} }})\n", services.join(", "));
    }
    format!(
        "let lab = import \"std/testing/lab\"
         let ids(services) = [
           [object.apiVersion, object.kind, object.metadata.namespace ?? \"\", object.metadata.name]
           for (_, service) in lab.all(services).services.lab for object in service.objects
         ]
         [\n{all}]"
    )
}

fn service(name: &str, volumes: &[String]) -> String {
    let unique: BTreeSet<&String> = volumes.iter().collect();
    let claims: Vec<String> =
        unique.iter().map(|volume| format!("\"{volume}\" = {{ path = \"/{volume}\", size = 1Gi }}")).collect();
    format!(
        "\"{name}\" = lab.web with {{ name = \"{name}\", secrets = [\"key\"], volumes = {{ {} }} }}",
        claims.join(", ")
    )
}

/// Two services of a set whose names meet are told, so either all names differ or the library refuses the set.
#[test]
fn names_are_unique_over_ten_thousand_sets_of_services() {
    const SETS: usize = 10_000;
    const AT_ONCE: usize = 500;
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    for _ in 0..SETS / AT_ONCE {
        let tree = vec(sets(), AT_ONCE).new_tree(&mut runner).expect("a strategy that gives values");
        let drawn = proptest::strategy::ValueTree::current(&tree);
        let made = eval(MemWorld::new(), &program(&drawn));
        for (set, ids) in drawn.iter().zip(made.as_array().expect("a list")) {
            let ids: Vec<&Value> = ids.as_array().expect("a list").iter().collect();
            let texts: BTreeSet<String> = ids.iter().map(|id| id.to_string()).collect();
            assert_eq!(texts.len(), ids.len(), "{set:?}");
            for id in ids {
                let name = id[3].as_str().unwrap_or_default();
                assert!(is_name(name), "{name} of {set:?}");
            }
        }
    }
}

/// A DNS subdomain whose parts are labels.
fn is_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|part| {
            let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            part.len() <= 63
                && !part.is_empty()
                && part.chars().all(inner)
                && !part.starts_with('-')
                && !part.ends_with('-')
        })
}

#[test]
fn objects_of_all_environments_differ() {
    let mut seen = BTreeSet::new();
    for env in fleet::all() {
        for made in env.objects() {
            let meta = &made.object["metadata"];
            let id =
                format!("{} {} {} {}", made.object["apiVersion"], made.object["kind"], meta["namespace"], meta["name"]);
            assert!(seen.insert(id.clone()), "{}: {id}", env.name);
        }
    }
    assert!(seen.len() > 800);
}

/// The pods' templates of services whose file is each of `texts`.
fn templates(texts: &[String], more: &str) -> Vec<String> {
    let list: Vec<String> =
        texts.iter().map(|text| serde_json::to_string(text).expect("JSON").replace("\\/", "/")).collect();
    let program = format!(
        "let lab = import \"std/testing/lab\"
         let web(text) = lab.of(\"Deployment\", lab.web with {{ files.\"/etc/web.conf\" = text, {more} }})[0].spec.template
         [web(text) for text in std.json.decode({})]",
        serde_json::to_string(&format!("[{}]", list.join(","))).expect("JSON"),
    );
    let made = eval(MemWorld::new(), &program);
    made.as_array().expect("a list").iter().map(Value::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn pods_start_anew_when_data_changes_and_only_then(texts in vec("[a-c \n]{0,3}", 2..8)) {
        let made = templates(&texts, "");
        let again = templates(&texts, "alerts.Mine = { expr = \"up == 0\", summary = \"it is down\" }");
        for (i, one) in texts.iter().enumerate() {
            prop_assert_eq!(&made[i], &again[i], "an alert is no data of the pod");
            for (j, other) in texts.iter().enumerate() {
                prop_assert_eq!(one == other, made[i] == made[j]);
            }
        }
    }
}
