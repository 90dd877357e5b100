//! Who may talk to whom. Policies of the manifests are read rule by rule: what the library has a word for becomes that
//! word, the rest is added to the library's own policy.
//!
//! Where the manifests have no policy, all was open, and the library closes it: the ways that texts of the manifests show
//! (`https://…`, `redis://other-service:6379`) are declared, and it is said that others are closed.

use super::rest;
use super::services;
use crate::calc::net::{parse_cidr, parse_ip};
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::object::{Object, is_our_own};
use crate::lift::plan::{Plan, Topic, Written};
use std::collections::{BTreeMap, BTreeSet};

/// Ways out of the pods, in the library's words.
#[derive(Default)]
struct Ways {
    internet: BTreeSet<i64>,
    networks: BTreeMap<String, BTreeSet<i64>>,
    wants: BTreeSet<String>,
}

pub fn policies(plan: &mut Plan) {
    let mut ways = Ways::default();
    let all = plan.others("NetworkPolicy");
    let speaks_of_egress = |policy: &Object| {
        data::texts(&policy.data, "spec.policyTypes").iter().any(|kind| kind == "Egress")
            || at(&policy.data, "spec.egress").is_some()
    };
    let limited = all.iter().any(|(_, policy)| speaks_of_egress(policy));
    for (index, policy) in &all {
        let before = (plan.ways_in.len(), plan.ways_out.len());
        for rule in data::list(&policy.data, "spec.egress") {
            egress(plan, rule, &mut ways);
        }
        for rule in data::list(&policy.data, "spec.ingress") {
            ingress(plan, rule);
        }
        plan.same(*index);
        if before != (plan.ways_in.len(), plan.ways_out.len()) {
            plan.written.push(Written {
                handle: String::new(),
                path: String::new(),
                text: String::new(),
                origins: vec![*index],
            });
        }
    }
    for (index, policy) in plan.others("CiliumNetworkPolicy") {
        let mut object = rest::translated(plan, &policy.data);
        data::put(&mut object, "spec.endpointSelector.matchLabels", rest::selector(plan));
        plan.carry(index, object);
    }
    wanted_by_texts(plan, &mut ways, limited);
    if !limited {
        plan.note(Topic::New, "a network policy: it calls nobody but whom `wants`, `internet` and `networks` name");
        let hosts: Vec<String> = unanswered(plan).into_iter().map(|host| format!("`{host}`")).collect();
        if !hosts.is_empty() {
            let hosts = hosts.join(", ");
            plan.note(
                Topic::New,
                format!("no way to {hosts}, which nothing here answers for: add their services to `wants`"),
            );
        }
    }
    set(plan, ways);
    write(plan);
}

fn set(plan: &mut Plan, ways: Ways) {
    let numbers = |ports: &BTreeSet<i64>| Data::List(ports.iter().map(|port| Data::Int(*port)).collect());
    if !ways.wants.is_empty() {
        plan.fields.set(&["wants"], data::words(&ways.wants));
    }
    if !ways.internet.is_empty() {
        plan.fields.set(&["internet"], numbers(&ways.internet));
    }
    for (network, ports) in &ways.networks {
        plan.fields.set(&["networks", network], numbers(ports));
    }
}

/// The ports of a rule by TCP; `None` if it has others, or none.
fn tcp(rule: &Data) -> Option<Vec<i64>> {
    let ports = data::list(rule, "ports");
    let number = |port: &Data| match (data::text(port, "protocol").unwrap_or("TCP"), at(port, "port")) {
        ("TCP", Some(Data::Int(number))) if at(port, "endPort").is_none() => Some(*number),
        _ => None,
    };
    (!ports.is_empty()).then(|| ports.iter().map(number).collect())?
}

fn is_dns(rule: &Data) -> bool {
    let ports = data::list(rule, "ports");
    !ports.is_empty() && ports.iter().all(|port| data::int(port, "port") == Some(53))
}

fn egress(plan: &mut Plan, rule: &Data, ways: &mut Ways) {
    if is_dns(rule) {
        return;
    }
    let peers = data::list(rule, "to");
    let mut strange = Vec::new();
    for peer in peers {
        let known = tcp(rule).is_some_and(|ports| one_way(plan, peer, &ports, ways));
        if !known {
            strange.push(peer.clone());
        }
    }
    if peers.is_empty() || !strange.is_empty() {
        let mut rule = rule.clone();
        data::put_list(&mut rule, "to", strange);
        let text = rest::flat(plan, &rest::translated(plan, &rule));
        plan.ways_out.push(text);
    }
}

/// Whether a peer is one that the library has a word for.
fn one_way(plan: &mut Plan, peer: &Data, ports: &[i64], ways: &mut Ways) -> bool {
    if let Some(block) = data::text(peer, "ipBlock.cidr") {
        if block.ends_with("/0") {
            ways.internet.extend(ports);
            return true;
        }
        let cidr = parse_cidr(block).ok().filter(|cidr| cidr.is_canonical() && at(peer, "ipBlock.except").is_none());
        if cidr.is_some() {
            ways.networks.entry(block.to_owned()).or_default().extend(ports);
        }
        return cidr.is_some();
    }
    let labels = data::pairs(peer, "podSelector.matchLabels");
    match selected(plan, labels) {
        Some(other) => want(plan, other, ports, ways),
        None => of_the_library(plan, peer, ports, ways),
    }
}

/// The service of the library whose pods a peer is, by the labels that all of them have.
fn service_of(peer: &Data) -> Option<String> {
    let labels = at(peer, "podSelector.matchLabels")?;
    let name = labels.get("app.kubernetes.io/name").and_then(data::as_text)?;
    let instance = labels.get("app.kubernetes.io/instance").and_then(data::as_text)?;
    instance.ends_with(&format!("-{name}")).then(|| name.to_owned())
}

/// A way of a policy that the library made itself leads to a service that is wanted.
fn of_the_library(plan: &mut Plan, peer: &Data, ports: &[i64], ways: &mut Ways) -> bool {
    let Some(name) = service_of(peer).filter(|_| is_our_own(&plan.main().data)) else { return false };
    ways.wants.insert(name.clone());
    plan.declared.others.insert(name, ports.iter().map(|port| (format!("port-{port}"), *port)).collect());
    true
}

/// The app of the run whose pods some labels select.
fn selected(plan: &Plan, labels: &[data::Pair]) -> Option<usize> {
    let apps = plan.run.groups.apps.iter().enumerate();
    apps.filter(|(index, _)| *index != plan.index)
        .find(|(_, app)| data::selects(labels, crate::lift::group::pod_labels(&plan.run.objects[app.main])))
        .map(|(index, _)| index)
}

/// The ports of another app, by the names that its own plan gives them.
fn ports_of(plan: &Plan, other: usize) -> Vec<(String, i64)> {
    let mut sketch = Plan::new(plan.run, other, plan.hints);
    super::ports::ports(&mut sketch);
    sketch.ports.iter().map(|port| (port.name.clone(), port.number)).collect()
}

fn want(plan: &mut Plan, other: usize, ports: &[i64], ways: &mut Ways) -> bool {
    let known = ports_of(plan, other);
    let name = plan.run.names[other].clone();
    let mut meant = Vec::new();
    for port in ports {
        match known.iter().position(|(_, number)| number == port) {
            Some(0) => meant.push(name.clone()),
            Some(at) => meant.push(format!("{name}.{}", known[at].0)),
            None => return false,
        }
    }
    ways.wants.extend(meant);
    plan.declared.others.insert(name, known);
    true
}

/// Namespaces and pods of whoever brings callers in, and of whoever reads metrics.
const GATEWAYS: [&str; 8] = ["traefik", "ingress", "nginx", "gateway", "istio", "cilium", "envoy", "haproxy"];
const SCRAPERS: [&str; 3] = ["monitoring", "prometheus", "observability"];

fn ingress(plan: &mut Plan, rule: &Data) {
    let mut strange = Vec::new();
    for peer in data::list(rule, "from") {
        let text = rest::flat(plan, peer).to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let by_route = has(&GATEWAYS) && plan.fields.has(&["expose"]);
        let by_metrics = has(&SCRAPERS) && plan.fields.has(&["metrics", "path"]);
        let inside = selected(plan, data::pairs(peer, "podSelector.matchLabels")).is_some()
            || is_our_own(&plan.main().data) && service_of(peer).is_some();
        let by_address =
            at(peer, "ipBlock").is_some() && data::list(rule, "ports").iter().all(|port| is_direct(plan, port));
        if !by_route && !by_metrics && !inside && !by_address {
            strange.push(peer.clone());
        }
    }
    if !strange.is_empty() || data::list(rule, "from").is_empty() {
        let mut rule = rule.clone();
        data::put_list(&mut rule, "from", strange);
        named_ports(plan, &mut rule);
        let text = rest::flat(plan, &rest::translated(plan, &rule));
        plan.ways_in.push(text);
    }
}

/// Whether a port of a rule answers at an address of the house.
fn is_direct(plan: &Plan, port: &Data) -> bool {
    let found = at(port, "port").and_then(|wanted| plan.target_port(wanted));
    found.is_some_and(|port| plan.fields.has(&["expose", &port.name, "via"]))
}

/// Policies name ports of pods by number.
fn named_ports(plan: &Plan, rule: &mut Data) {
    let mut ports = data::list(rule, "ports").to_vec();
    for port in &mut ports {
        if let Some(found) = at(port, "port").and_then(|wanted| plan.target_port(wanted)) {
            data::put(port, "port", Data::Int(found.number));
        }
    }
    data::put_list(rule, "ports", ports);
}

/// Ports by the schemes of addresses.
const SCHEMES: &[(&str, i64)] = &[
    ("http", 80),
    ("https", 443),
    ("ws", 80),
    ("wss", 443),
    ("mqtt", 1883),
    ("mqtts", 8883),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("mysql", 3306),
    ("redis", 6379),
    ("mongodb", 27017),
    ("amqp", 5672),
    ("rtsp", 554),
    ("ldap", 389),
    ("ldaps", 636),
    ("nats", 4222),
    ("tcp", 0),
];

/// What the texts of a service say of whom it calls.
fn wanted_by_texts(plan: &mut Plan, ways: &mut Ways, limited: bool) {
    let texts = texts(plan);
    for text in &texts {
        for (host, port) in addresses(text) {
            if let Some(other) = named(plan, &host) {
                let ports: Vec<i64> =
                    port.into_iter().filter_map(|port| inner_port(plan, other, &host, port)).collect();
                let known = !ports.is_empty() && want(plan, other, &ports, ways);
                if !known {
                    ways.wants.insert(plan.run.names[other].clone());
                    let ports = ports_of(plan, other);
                    plan.declared.others.insert(plan.run.names[other].clone(), ports);
                }
                continue;
            }
            let Some(port) = port.filter(|port| *port > 0 && !limited) else { continue };
            match parse_ip(&host) {
                Ok(ip) if !ip.is_v6() && !host.starts_with("127.") && host != "0.0.0.0" => {
                    ways.networks.entry(format!("{host}/32")).or_default().insert(port);
                }
                Ok(_) => {}
                Err(_) if is_outside(plan, &host) => drop(ways.internet.insert(port)),
                Err(_) => {}
            }
        }
    }
    for other in (0..plan.run.groups.apps.len()).filter(|other| *other != plan.index) {
        let bare = services_of(plan, other);
        if texts.iter().any(|text| bare.iter().any(|name| is_host(plan, other, name, text)))
            && !has_want(ways, &plan.run.names[other])
        {
            ways.wants.insert(plan.run.names[other].clone());
            let ports = ports_of(plan, other);
            plan.declared.others.insert(plan.run.names[other].clone(), ports);
        }
    }
}

fn has_want(ways: &Ways, name: &str) -> bool {
    ways.wants.iter().any(|want| want.split('.').next() == Some(name))
}

/// Whether a text is the name of a Service alone, with or without its namespace.
fn is_host(plan: &Plan, other: usize, service: &str, text: &str) -> bool {
    let namespace = &plan.run.objects[plan.run.groups.apps[other].main].namespace;
    let text = text.split(':').next().unwrap_or(text);
    let long = [
        format!("{service}.{namespace}"),
        format!("{service}.{namespace}.svc"),
        format!("{service}.{namespace}.svc.cluster.local"),
    ];
    let is_near = *namespace == plan.namespace;
    long.iter().any(|long| text == long) || is_near && text == service && service.len() > 3
}

/// The port behind the one that a Service shows.
fn inner_port(plan: &Plan, other: usize, host: &str, port: i64) -> Option<i64> {
    let sketch = {
        let mut sketch = Plan::new(plan.run, other, plan.hints);
        super::ports::ports(&mut sketch);
        sketch
    };
    let name = host.split('.').next().unwrap_or(host);
    let services = sketch.others("Service");
    let (_, service) = services.iter().find(|(_, service)| service.name == name)?;
    services::ways(&sketch, service).iter().find(|way| way.number == port).map(|way| way.to.number)
}

/// All texts of a service: variables, arguments, files.
fn texts(plan: &Plan) -> Vec<String> {
    fn walk(data: &Data, out: &mut Vec<String>) {
        match data {
            Data::Str(text) => out.push(text.to_string()),
            Data::List(items) => items.iter().for_each(|item| walk(item, out)),
            Data::Record(pairs) => pairs.iter().for_each(|(_, value)| walk(value, out)),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::BigInt(_) | Data::Float(_) => {}
        }
    }
    let mut out = Vec::new();
    for part in ["variables", "files", "command", "args", "sidecars", "before"] {
        if let Some(data) = at(&plan.fields.data(), part) {
            walk(data, &mut out);
        }
    }
    out
}

/// Hosts and ports of the addresses in a text.
fn addresses(text: &str) -> Vec<(String, Option<i64>)> {
    let mut found = Vec::new();
    for (mark, _) in text.match_indices("://") {
        let scheme: String = text[..mark].chars().rev().take_while(|c| c.is_ascii_alphanumeric()).collect();
        let scheme: String = scheme.chars().rev().collect();
        let rest = &text[mark + 3..];
        let whole = rest
            .split(|c: char| {
                c.is_whitespace()
                    || matches!(c, '/' | '"' | '\'' | ',' | '`' | ')' | '?' | '}' | '<' | '>' | '|' | '\\' | '#' | ';')
            })
            .next()
            .unwrap_or_default();
        let place = whole.rsplit('@').next().unwrap_or(whole);
        let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, port.parse().ok()));
        let usual = SCHEMES.iter().find(|(known, _)| *known == scheme).map(|(_, port)| *port);
        let plain = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        if plain && usual.is_some() {
            found.push((host.to_ascii_lowercase(), port.or(usual)));
        }
    }
    found
}

/// Hosts of the cluster that the texts of a service name, and that are of none of the manifests.
fn unanswered(plan: &Plan) -> Vec<String> {
    let own = services_of(plan, plan.index);
    let mut found: Vec<String> = Vec::new();
    for text in texts(plan) {
        let words =
            text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-').map(str::to_ascii_lowercase);
        let long = words.filter(|word| word.ends_with(".svc") || word.contains(".svc."));
        for host in addresses(&text).into_iter().map(|(host, _)| host).chain(long) {
            let first = host.split('.').next().unwrap_or_default();
            let is_inner = !host.contains('.') || host.contains(".svc");
            let is_known = ["", "localhost", "kubernetes", &*plan.name].contains(&first)
                || own.iter().any(|service| service == first)
                || named(plan, &host).is_some();
            if is_inner && !is_known && !found.contains(&host) {
                found.push(host);
            }
        }
    }
    found
}

/// The names of the Services of an app.
fn services_of(plan: &Plan, other: usize) -> Vec<String> {
    let all = plan.run.groups.apps[other].others.iter().map(|index| &plan.run.objects[*index]);
    all.filter(|object| object.kind == "Service").map(|service| service.name.clone()).collect()
}

/// The app whose Service a host of the cluster is.
fn named(plan: &Plan, host: &str) -> Option<usize> {
    let mut parts = host.split('.');
    let (name, namespace) = (parts.next()?, parts.next());
    let inside = matches!(parts.next(), None | Some("svc"));
    let place = namespace.unwrap_or(&plan.namespace);
    (0..plan.run.groups.apps.len()).filter(|other| *other != plan.index && inside).find(|other| {
        let own = &plan.run.objects[plan.run.groups.apps[*other].main].namespace;
        (own == place || own.is_empty()) && services_of(plan, *other).iter().any(|service| service == name)
    })
}

fn is_outside(plan: &Plan, host: &str) -> bool {
    let own = plan.run.house.domain.as_ref().is_some_and(|domain| host.ends_with(&**domain));
    let top = host.rsplit('.').next().unwrap_or_default();
    let inner = ["svc", "local", "cluster", "lan", "home", "internal", "localhost", "arpa"].contains(&top)
        || host.contains(".svc");
    let is_top = top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic());
    let example = host.starts_with("example.") || host.contains(".example.");
    let is_namespace = plan.run.objects.iter().any(|object| object.namespace == top);
    host.contains('.') && is_top && !own && !inner && !example && !is_namespace
}

/// The changes of the library's policy: ways that it has no words for, and ports that are not of TCP.
fn write(plan: &mut Plan) {
    let name = plan.name.clone();
    let origins: Vec<usize> = plan
        .written
        .iter()
        .filter(|written| written.handle.is_empty())
        .flat_map(|written| written.origins.clone())
        .collect();
    plan.written.retain(|written| !written.handle.is_empty());
    let tcp: Vec<i64> = plan.ports.iter().filter(|port| port.protocol == "TCP").map(|port| port.number).collect();
    let udp: Vec<i64> = plan.ports.iter().filter(|port| port.protocol == "UDP").map(|port| port.number).collect();
    let (both, only): (Vec<i64>, Vec<i64>) = udp.iter().partition(|port| tcp.contains(port));
    let mut into = "(super.spec.ingress ?? [])".to_owned();
    if !udp.is_empty() {
        into = format!("[rule with {{ ports = {} }} for rule in {into}]", by_protocol(&both, &only));
    }
    for (path, base, more) in [
        ("spec.ingress", into, plan.ways_in.clone()),
        ("spec.egress", "super.spec.egress".to_owned(), plan.ways_out.clone()),
    ] {
        let mut ways = more;
        ways.dedup();
        let is_changed = base.starts_with('[');
        let text = match (is_changed, ways.is_empty()) {
            (false, true) => continue,
            (true, true) => base,
            (_, false) => format!("{base} ++ [{}]", ways.join(", ")),
        };
        plan.written.push(Written {
            handle: format!("NetworkPolicy/{name}"),
            path: path.to_owned(),
            text,
            origins: origins.clone(),
        });
    }
}

/// The ports of a rule by the protocols that the pods speak.
fn by_protocol(both: &[i64], only: &[i64]) -> String {
    let listed = |ports: &[i64]| format!("[{}]", ports.iter().map(i64::to_string).collect::<Vec<_>>().join(", "));
    let means = |ports: &[i64]| match ports {
        [port] => format!("p.port == {port}"),
        ports => format!("std.list.contains({}, p.port)", listed(ports)),
    };
    let changed = if only.is_empty() {
        "super.ports".to_owned()
    } else {
        format!("[if {} then p with {{ protocol = \"UDP\" }} else p for p in super.ports]", means(only))
    };
    if both.is_empty() {
        return changed;
    }
    format!("{changed} ++ [p with {{ protocol = \"UDP\" }} for p in super.ports if {}]", means(both))
}
