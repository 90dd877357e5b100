//! Policies leave open what services declare, and nothing else.

use super::fleet::{self, Env, template};
use super::reach::{End, Policies, within};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

fn labels(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn pod(namespace: &Value, all: &Value) -> End {
    End::Pod { namespace: namespace.as_str().unwrap_or_default().to_owned(), labels: labels(all) }
}

/// The pods of an environment: those of its workloads, those that ways lead to and charts make, and a stranger in each
/// namespace.
fn pods(env: &Env) -> Vec<End> {
    let mut all: Vec<End> = Vec::new();
    let own = env.objects().filter_map(|made| Some((&made.object["metadata"]["namespace"], template(made.object)?)));
    all.extend(own.map(|(namespace, template)| pod(namespace, &template["metadata"]["labels"])));
    let ends = env.list("ways").iter().flat_map(|way| [&way["from"], &way["to"]]);
    for end in ends.filter(|end| end["cidr"].is_null()) {
        let there = all.iter().any(|other| is_end(end, other));
        if !there {
            all.push(pod(&end["namespace"], &end["labels"]));
        }
    }
    let strange = serde_json::json!({ "app": "stranger" });
    all.extend(env.of_kind("Namespace").map(|made| pod(&made.object["metadata"]["name"], &strange)));
    all
}

/// Whether a pod or address is what an end of a way means.
fn is_end(end: &Value, other: &End) -> bool {
    match other {
        End::Address(address) => {
            let out = end["except"].as_array().map_or(&[][..], Vec::as_slice);
            end["cidr"].is_string() && within(*address, &end["cidr"]) && !out.iter().any(|cidr| within(*address, cidr))
        }
        End::Pod { namespace, labels: all } => {
            end["namespace"] == namespace.as_str()
                && labels(&end["labels"]).iter().all(|(name, value)| all.get(name) == Some(value))
        }
    }
}

fn is_declared(ways: &[Value], from: &End, to: &End, port: u64) -> bool {
    ways.iter().any(|way| {
        let open = way["ports"].as_array().is_none_or(|ports| ports.iter().any(|one| *one == port));
        open && is_end(&way["from"], from) && is_end(&way["to"], to)
    })
}

/// All ports that any way names, and one that none does.
fn ports(ways: &[Value]) -> BTreeSet<u64> {
    let named = ways.iter().flat_map(|way| way["ports"].as_array().into_iter().flatten().filter_map(Value::as_u64));
    named.chain([9]).collect()
}

/// The internet, the house, the API server, and what is in neither.
const ADDRESSES: [Ipv4Addr; 5] = [
    Ipv4Addr::new(1, 1, 1, 1),
    Ipv4Addr::new(10, 10, 0, 20),
    Ipv4Addr::new(10, 10, 0, 11),
    Ipv4Addr::new(10, 99, 0, 1),
    Ipv4Addr::new(192, 168, 3, 4),
];

#[test]
fn policies_leave_open_what_is_declared_and_nothing_else() {
    for env in fleet::all() {
        let ways = env.list("ways");
        let policies = Policies {
            policies: env.of_kind("NetworkPolicy").map(|made| made.object).collect(),
            namespaces: env.of_kind("Namespace").map(|made| namespace(made.object)).chain([system()]).collect(),
        };
        let pods = pods(&env);
        let outside = ADDRESSES.map(End::Address);
        let ends: Vec<&End> = pods.iter().chain(&outside).collect();
        let mut open = 0;
        for (from, to) in ends.iter().flat_map(|from| ends.iter().map(move |to| (*from, *to))) {
            if is_outside(&env, from) && is_outside(&env, to) {
                continue;
            }
            for port in ports(ways) {
                let allowed = policies.allow(from, to, port);
                open += usize::from(allowed);
                let declared = is_declared(ways, from, to, port);
                assert_eq!(allowed, declared, "{}: {from:?} to {to:?} on {port}", env.name);
            }
        }
        assert!(open > 100, "{}: only {open} connections are possible", env.name);
    }
}

/// Pods of the cluster itself and addresses have no policies of ours.
fn is_outside(env: &Env, end: &End) -> bool {
    match end {
        End::Address(_) => true,
        End::Pod { namespace, .. } => {
            !env.of_kind("Namespace").any(|made| made.object["metadata"]["name"] == namespace.as_str())
        }
    }
}

/// A namespace's labels, with the one that the API server sets.
fn namespace(object: &Value) -> (&str, Map<String, Value>) {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let mut all = labels(&object["metadata"]["labels"]);
    all.insert("kubernetes.io/metadata.name".to_owned(), name.into());
    (name, all)
}

fn system() -> (&'static str, Map<String, Value>) {
    let mut all = Map::new();
    all.insert("kubernetes.io/metadata.name".to_owned(), "kube-system".into());
    ("kube-system", all)
}

#[test]
fn every_namespace_is_closed() {
    for env in fleet::all() {
        for made in env.of_kind("Namespace") {
            let name = &made.object["metadata"]["name"];
            let closed = env.of_kind("NetworkPolicy").any(|policy| {
                let spec = &policy.object["spec"];
                policy.object["metadata"]["namespace"] == *name
                    && spec["podSelector"] == serde_json::json!({})
                    && spec["policyTypes"] == serde_json::json!(["Ingress", "Egress"])
                    && spec["ingress"].is_null()
                    && spec["egress"].is_null()
            });
            assert!(closed, "{}: {name}", env.name);
        }
    }
}
