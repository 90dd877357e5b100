//! Services: the ports by which others reach the pods, inside of the cluster and by an address of the house.
//!
//! The library's Service has each port under its own number. Where the manifests had another number in front of a port, or
//! another name for the Service, both stay: whoever calls them is not seen from here.

use super::rest;
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::kept;
use crate::lift::object::Object;
use crate::lift::plan::{Plan, Port, Topic};

/// An address of the lab's pool, for who asks for any.
pub const ADDRESS: &str = "10.0.0.205";

/// A Service's port, and the port of the pods that it leads to.
pub struct Way {
    pub name: Option<String>,
    pub number: i64,
    pub to: Port,
}

/// Where the ports of a Service lead.
pub fn ways(plan: &Plan, service: &Object) -> Vec<Way> {
    let each = |port: &Data| {
        let number = data::int(port, "port")?;
        let to = plan.target_port(at(port, "targetPort").or_else(|| at(port, "port"))?)?.clone();
        let protocol = data::text(port, "protocol").unwrap_or("TCP");
        let to =
            plan.ports.iter().find(|one| one.number == to.number && one.protocol == protocol).cloned().unwrap_or(to);
        Some(Way { name: data::text(port, "name").map(str::to_owned), number, to })
    };
    data::list(&service.data, "spec.ports").iter().filter_map(each).collect()
}

fn is_headless(service: &Object) -> bool {
    data::text(&service.data, "spec.clusterIP") == Some("None")
}

pub fn services(plan: &mut Plan) {
    let all = plan.others("Service");
    protocols(plan, &all);
    for (index, service) in all {
        let kind = data::text(&service.data, "spec.type").unwrap_or("ClusterIP");
        match kind {
            "LoadBalancer" | "NodePort" => direct(plan, index, service, kind),
            _ if is_headless(service) => headless(plan, index, service),
            "ClusterIP" if service.name == plan.name => client(plan, index, service),
            _ => alias(plan, index, service),
        }
    }
}

/// The library's ports are of TCP; where they are not, each object that has them says so.
fn protocols(plan: &mut Plan, services: &[(usize, &Object)]) {
    let other = |port: &&Port| port.protocol != "TCP";
    let entry =
        |port: &Port| data::record([("name", data::word(&port.name)), ("protocol", data::word(&port.protocol))]);
    let ports: Vec<Data> = plan.ports.iter().filter(other).map(entry).collect();
    if ports.is_empty() {
        return;
    }
    let own: Vec<usize> =
        services.iter().filter(|(_, service)| service.name == plan.name).map(|(index, _)| *index).collect();
    let wanted = data::record([("spec", data::record([("ports", Data::List(ports.clone()))]))]);
    plan.expect(&own, format!("Service/{}", plan.name), wanted.clone());
    if plan.main().kind == "StatefulSet" {
        plan.expect(&[], format!("Service/{}-headless", plan.name), wanted);
    }
}

/// What a Service has beyond ports.
fn settings(service: &Object) -> Data {
    let mut wanted = kept::with_kept_metadata(service.data.clone());
    for part in [
        "selector",
        "ports",
        "type",
        "clusterIP",
        "clusterIPs",
        "externalTrafficPolicy",
        "loadBalancerIP",
        "ipFamilies",
        "ipFamilyPolicy",
        "healthCheckNodePort",
        "allocateLoadBalancerNodePorts",
    ] {
        data::take(&mut wanted, &format!("spec.{part}"));
    }
    for (part, plain) in [("sessionAffinity", "None"), ("internalTrafficPolicy", "Cluster")] {
        if data::text(&wanted, &format!("spec.{part}")) == Some(plain) {
            data::take(&mut wanted, &format!("spec.{part}"));
        }
    }
    wanted
}

fn client(plan: &mut Plan, index: usize, service: &Object) {
    let mut wanted = settings(service);
    let more: Vec<Data> =
        ways(plan, service).iter().filter(|way| way.number != way.to.number).map(|way| front(plan, way)).collect();
    if !more.is_empty() {
        data::put(&mut wanted, "spec.ports", Data::List(more));
    }
    plan.expect(&[index], format!("Service/{}", plan.name), wanted);
}

/// A port in front of one of another number.
fn front(plan: &Plan, way: &Way) -> Data {
    let taken = |name: &str| plan.ports.iter().any(|port| port.name == name);
    let own = way.name.clone().filter(|name| !taken(name));
    let name = own.unwrap_or_else(|| {
        format!("{}-{}", way.to.name.chars().take(9).collect::<String>().trim_end_matches('-'), way.number)
    });
    data::record([
        ("name", data::word(name)),
        ("port", Data::Int(way.number)),
        ("targetPort", data::word(&way.to.name)),
        ("protocol", data::word(&way.to.protocol)),
    ])
}

/// The same pods under another name.
pub fn alias(plan: &mut Plan, index: usize, service: &Object) {
    let ways = ways(plan, service);
    let mut object = service.data.clone();
    if at(&object, "spec.selector").is_some() {
        data::put(&mut object, "spec.selector", rest::selector(plan));
    }
    let mut ports = data::list(&object, "spec.ports").to_vec();
    for (port, way) in ports.iter_mut().zip(&ways) {
        data::put(port, "targetPort", data::word(&way.to.name));
        data::take(port, "nodePort");
    }
    data::put_list(&mut object, "spec.ports", ports);
    let kept = kept::metadata(&object);
    data::take(&mut object, "metadata.labels");
    data::take(&mut object, "metadata.annotations");
    if let Some(annotations) = kept.as_ref().and_then(|kept| at(kept, "annotations")) {
        data::put(&mut object, "metadata.annotations", annotations.clone());
    }
    data::take(&mut object, "status");
    plan.carry(index, object);
}

fn headless(plan: &mut Plan, index: usize, service: &Object) {
    let governs = data::text(&plan.main().data, "spec.serviceName") == Some(&service.name);
    let made = format!("{}-headless", plan.name);
    if service.name == made {
        return plan.expect(&[index], format!("Service/{made}"), settings(service));
    }
    let several = data::int(&plan.main().data, "spec.replicas").unwrap_or(1) > 1;
    let matters = governs && (several || names_pods(plan, &service.name));
    if service.name == plan.name && !matters && plan.main().kind == "StatefulSet" {
        plan.note(
            Topic::Otherwise,
            format!("the Service `{}` has an address, and pods have names of their own below `{made}`", service.name),
        );
        return client(plan, index, service);
    }
    if matters {
        data::put(&mut plan.workload, "spec.serviceName", data::word(&service.name));
    }
    if service.name == plan.name {
        let mut wanted = settings(service);
        data::put(&mut wanted, "spec.clusterIP", data::word("None"));
        return plan.expect(&[index], format!("Service/{}", plan.name), wanted);
    }
    alias(plan, index, service);
}

/// Whether anything names a single pod of the set: `web-0.web`.
fn names_pods(plan: &Plan, service: &str) -> bool {
    fn holds(data: &Data, text: &str) -> bool {
        match data {
            Data::Str(found) => found.contains(text),
            Data::List(items) => items.iter().any(|item| holds(item, text)),
            Data::Record(pairs) => pairs.iter().any(|(_, value)| holds(value, text)),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::BigInt(_) | Data::Float(_) => false,
        }
    }
    let pod = format!("{}-0.{service}", plan.main().name);
    plan.run.objects.iter().any(|object| holds(&object.data, &pod))
}

const ADDRESSES: [&str; 5] = [
    "metallb.io/loadBalancerIPs",
    "metallb.universe.tf/loadBalancerIPs",
    "lbipam.cilium.io/ips",
    "io.cilium/lb-ipam-ips",
    "kube-vip.io/loadbalancerIPs",
];

/// The address that a Service of a load balancer asks for.
fn address(service: &Object) -> Option<String> {
    let noted = ADDRESSES.iter().find_map(|name| service.annotation(name));
    let text = data::text(&service.data, "spec.loadBalancerIP").or(noted)?;
    let first = text.split(',').next()?.trim();
    crate::calc::net::parse_ip(first).ok().filter(|ip| !ip.is_v6()).map(|_| first.to_owned())
}

/// An address of the house's network, or ports of all nodes, which become one.
fn direct(plan: &mut Plan, index: usize, service: &Object, kind: &str) {
    let ways = ways(plan, service);
    let address = address(service);
    let is_page = ways.iter().any(|way| plan.fields.has(&["expose", &way.to.name]) && !is_tcp(plan, &way.to.name));
    let other = plan.declared.address.is_some() && address.is_some() && plan.declared.address != address;
    if is_page || other || ways.is_empty() {
        plan.ways_in.push(opened(&ways));
        return alias(plan, index, service);
    }
    let mut lan = settings(service);
    let mut ports = Vec::new();
    for way in &ways {
        let is_new = !plan.fields.has(&["expose", &way.to.name]);
        plan.fields.set(&["expose", &way.to.name, "via"], "tcp");
        let mut port = data::record([("name", data::word(&way.to.name)), ("protocol", data::word(&way.to.protocol))]);
        if way.number != way.to.number {
            data::put(&mut port, "port", Data::Int(way.number));
        }
        ports.push(if is_new { port } else { front(plan, way) });
        if kind == "NodePort" {
            let on_nodes = data::list(&service.data, "spec.ports")
                .iter()
                .filter_map(|port| data::int(port, "nodePort"))
                .map(|port| port.to_string());
            let on_nodes: Vec<String> = on_nodes.collect();
            let shown = if on_nodes.is_empty() {
                "ports of all nodes".to_owned()
            } else {
                format!("the ports {} of all nodes", on_nodes.join(", "))
            };
            plan.note(Topic::Otherwise, format!("it answers at an address of its own instead of {shown}"));
        }
    }
    data::put(&mut lan, "spec.ports", Data::List(ports));
    plan.declared.address = address.or_else(|| plan.declared.address.take()).or_else(|| Some(ADDRESS.to_owned()));
    if service.name == plan.name {
        client(plan, index, &without_settings(service));
    } else {
        let inside = format!(
            "`{}` is the address of the house alone; inside of the cluster it is called `{}`",
            service.name, plan.name
        );
        plan.note(Topic::Otherwise, inside);
    }
    plan.expect(&[index], format!("Service/{}-lan", plan.name), lan);
}

/// Settings of a load balancer are those of the address, and not of the Service inside.
fn without_settings(service: &Object) -> Object {
    let mut bare = service.clone();
    bare.data = data::record([(
        "spec",
        data::record([("ports", Data::List(data::list(&service.data, "spec.ports").to_vec()))]),
    )]);
    bare
}

fn is_tcp(plan: &Plan, port: &str) -> bool {
    match plan.fields.get(&["expose", port, "via"]) {
        Some(crate::lift::fields::Node::Leaf(leaf)) => leaf.data == data::word("tcp"),
        Some(crate::lift::fields::Node::Tree(_)) | None => false,
    }
}

/// A rule of a policy that lets the house's network come to some ports.
fn opened(ways: &[Way]) -> String {
    let port = |way: &Way| format!("{{ protocol = \"{}\", port = {} }}", way.to.protocol, way.to.number);
    let ports: Vec<String> = ways.iter().map(port).collect();
    format!("{{ from = [{{ ipBlock.cidr = s.env.cluster.lan }}], ports = [{}] }}", ports.join(", "))
}
