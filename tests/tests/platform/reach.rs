//! What NetworkPolicies leave open, after the definition of Kubernetes: whoever a policy selects may do what the
//! policies that select it allow together, and nothing else; whoever none selects may do anything.
//! <https://kubernetes.io/docs/concepts/services-networking/network-policies/>

use serde_json::{Map, Value};
use std::net::Ipv4Addr;

/// One end of a connection.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    Pod { namespace: String, labels: Map<String, Value> },
    Address(Ipv4Addr),
}

/// Which way a rule looks from the pods that its policy selects.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    In,
    Out,
}

pub struct Policies<'a> {
    pub policies: Vec<&'a Value>,
    /// By name: their labels.
    pub namespaces: Vec<(&'a str, Map<String, Value>)>,
}

impl Policies<'_> {
    /// Whether a connection to a port of `to` is let through at both its ends.
    pub fn allow(&self, from: &End, to: &End, port: u64) -> bool {
        self.one_side(from, to, port, Way::Out) && self.one_side(to, from, port, Way::In)
    }

    /// What the policies of `here` say of a connection with `there`; addresses outside have none.
    fn one_side(&self, here: &End, there: &End, port: u64, way: Way) -> bool {
        let End::Pod { namespace, labels } = here else { return true };
        let (kind, rules, peers) = match way {
            Way::In => ("Ingress", "ingress", "from"),
            Way::Out => ("Egress", "egress", "to"),
        };
        let mut selected = self.policies.iter().filter(|policy| {
            let types = policy["spec"]["policyTypes"].as_array();
            policy["metadata"]["namespace"] == namespace.as_str()
                && types.is_some_and(|types| types.iter().any(|one| one == kind))
                && selects(&policy["spec"]["podSelector"], labels)
        });
        let mut any = false;
        selected.any(|policy| {
            any = true;
            let rules = policy["spec"][rules].as_array().map_or(&[][..], Vec::as_slice);
            rules.iter().any(|rule| has_port(rule, port) && self.has_peer(rule, peers, namespace, there))
        }) || !any
    }

    fn has_peer(&self, rule: &Value, peers: &str, namespace: &str, there: &End) -> bool {
        rule[peers].as_array().is_none_or(|peers| peers.iter().any(|peer| self.is_peer(peer, namespace, there)))
    }

    fn is_peer(&self, peer: &Value, home: &str, there: &End) -> bool {
        match (there, &peer["ipBlock"]) {
            (End::Address(address), block) if block.is_object() => {
                let out = block["except"].as_array().map_or(&[][..], Vec::as_slice);
                within(*address, &block["cidr"]) && !out.iter().any(|cidr| within(*address, cidr))
            }
            (End::Pod { namespace, labels }, Value::Null) => {
                let near = match &peer["namespaceSelector"] {
                    Value::Null => namespace == home,
                    selector => self.namespaces.iter().any(|(name, all)| name == namespace && selects(selector, all)),
                };
                near && (peer["podSelector"].is_null() || selects(&peer["podSelector"], labels))
            }
            _ => false,
        }
    }
}

/// A label selector; `matchExpressions` are not written by the library, and not read here.
fn selects(selector: &Value, labels: &Map<String, Value>) -> bool {
    assert!(selector["matchExpressions"].is_null(), "expressions are not read");
    let wanted = selector["matchLabels"].as_object();
    wanted.is_none_or(|wanted| wanted.iter().all(|(name, value)| labels.get(name) == Some(value)))
}

fn has_port(rule: &Value, port: u64) -> bool {
    rule["ports"].as_array().is_none_or(|ports| ports.iter().any(|one| one["port"] == port))
}

pub fn within(address: Ipv4Addr, cidr: &Value) -> bool {
    let (network, length) = cidr.as_str().and_then(|cidr| cidr.split_once('/')).expect("a block of addresses");
    let network: Ipv4Addr = network.parse().expect("an address");
    let length: u32 = length.parse().expect("a length");
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    u32::from(address) & mask == u32::from(network) & mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(namespace: &str, app: &str) -> End {
        let labels = json!({ "app": app }).as_object().cloned().expect("an object");
        End::Pod { namespace: namespace.to_owned(), labels }
    }

    fn policy(namespace: &str, app: &str, spec: &Value) -> Value {
        let mut spec = spec.clone();
        spec["podSelector"] = json!({ "matchLabels": { "app": app } });
        json!({ "metadata": { "namespace": namespace }, "spec": spec })
    }

    fn named(name: &str) -> (&str, Map<String, Value>) {
        (name, json!({ "kubernetes.io/metadata.name": name }).as_object().cloned().expect("an object"))
    }

    #[test]
    fn without_policies_all_is_open() {
        let none = Policies { policies: Vec::new(), namespaces: vec![named("a")] };
        assert!(none.allow(&pod("a", "x"), &pod("a", "y"), 80));
    }

    #[test]
    fn a_peer_that_no_namespace_has_lets_nobody_in() {
        // A policy that names a label which no namespace carries: sign-in was blocked by one.
        let peer = json!({ "namespaceSelector": { "matchLabels": { "name": "traefik" } } });
        let rule = json!({ "policyTypes": ["Ingress"], "ingress": [{ "from": [peer], "ports": [{ "port": 80 }] }] });
        let dead = policy("b", "y", &rule);
        let all = Policies { policies: vec![&dead], namespaces: vec![named("traefik"), named("b")] };
        assert!(!all.allow(&pod("traefik", "x"), &pod("b", "y"), 80));
    }

    #[test]
    fn both_ends_must_let_it_through() {
        let peer =
            |name: &str| json!({ "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": name } } });
        let into = policy("b", "y", &json!({ "policyTypes": ["Ingress"], "ingress": [{ "from": [peer("a")] }] }));
        let out = policy("a", "x", &json!({ "policyTypes": ["Egress"], "egress": [] }));
        let namespaces = || vec![named("a"), named("b")];
        let open = Policies { policies: vec![&into], namespaces: namespaces() };
        let closed = Policies { policies: vec![&into, &out], namespaces: namespaces() };
        assert!(open.allow(&pod("a", "x"), &pod("b", "y"), 80));
        assert!(!closed.allow(&pod("a", "x"), &pod("b", "y"), 80));
    }

    #[test]
    fn a_block_leaves_out_its_exceptions() {
        let peer = json!({ "ipBlock": { "cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"] } });
        let out = policy("a", "x", &json!({ "policyTypes": ["Egress"], "egress": [{ "to": [peer] }] }));
        let all = Policies { policies: vec![&out], namespaces: vec![named("a")] };
        assert!(all.allow(&pod("a", "x"), &End::Address(Ipv4Addr::new(1, 1, 1, 1)), 443));
        assert!(!all.allow(&pod("a", "x"), &End::Address(Ipv4Addr::new(10, 1, 1, 1)), 443));
    }
}
