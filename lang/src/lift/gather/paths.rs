//! Routes: the host names by which people reach a service, whichever kind of object says them.
//!
//! A port that a host's root leads to is exposed under that host. What a route says beyond that (other hosts and paths,
//! headers, middlewares) becomes an override of the library's route, written in the dialect of the manifests. A route that
//! leads to a host of another service stays an object of its own.

use super::rest;
use super::services::{self, Way};
use super::workload::host;
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::{Leaf, Node};
use crate::lift::kept;
use crate::lift::names;
use crate::lift::object::Object;
use crate::lift::plan::{Dialect, Plan, Port, Topic, Written};
use crate::lift::routes::{self, Route, Row};

/// A row that leads to one of the service's own ports.
#[derive(Debug, Clone)]
struct Own {
    row: Row,
    to: Port,
}

pub fn routes(plan: &mut Plan) {
    let all: Vec<usize> =
        plan.app.others.iter().copied().filter(|index| routes::is_route(plan.object(*index))).collect();
    if all.iter().any(|index| plan.object(*index).kind == "Ingress") {
        plan.declared.dialect = Dialect::Ingress;
    }
    for index in all {
        let object = plan.object(index);
        let route = routes::route(object);
        one(plan, index, object, &route);
    }
}

/// The port that a row leads to, if its Service is the workload's.
fn own(plan: &Plan, row: &Row) -> Option<Own> {
    let is_meant = |service: &Object| {
        let is_near = row.namespace.is_empty() || service.namespace.is_empty() || service.namespace == row.namespace;
        service.name == row.service && is_near
    };
    let (_, service) = plan.others("Service").into_iter().find(|(_, service)| is_meant(service))?;
    let ports = data::list(&service.data, "spec.ports");
    let meant = |port: &&Data| at(port, "port") == Some(&row.port) || at(port, "name") == Some(&row.port);
    let port =
        ports.iter().find(meant).or_else(|| ports.first().filter(|_| row.port == Data::Null && ports.len() == 1))?;
    let ways: Vec<Way> = services::ways(plan, service);
    let number = data::int(port, "port")?;
    let to = ways.into_iter().find(|way| way.number == number)?.to;
    Some(Own { row: row.clone(), to })
}

fn one(plan: &mut Plan, index: usize, object: &Object, route: &Route) {
    let rows: Vec<Own> = route.rows.iter().filter_map(|row| own(plan, row)).collect();
    if rows.is_empty() {
        return odd(plan, index, object, "leads to no port that is known");
    }
    let is_ours = |own: &&Own| plan.run.hosts.get(&own.row.host) == Some(&plan.index);
    let plain = |host: &str| !host.is_empty() && !host.starts_with('*') && crate::calc::net::name_fault(host).is_none();
    let main =
        rows.iter().filter(is_ours).filter(|own| plain(&own.row.host)).min_by_key(|own| own.row.path.len()).cloned();
    let Some(main) = main else {
        plan.ways_in.push(from_gateway(&rows, "lan"));
        return apart(plan, index, object, &rows);
    };
    let only_its_own = object.kind != "HTTPRoute" && route.odd.is_some();
    if only_its_own || plan.fields.has(&["expose", &main.to.name]) {
        plan.ways_in.push(from_gateway(&rows, if route.is_public { "public" } else { "lan" }));
        return apart(plan, index, object, &rows);
    }
    expose(plan, &main, route, object);
    let others: Vec<Own> = rows.iter().filter(|own| own.to != main.to).cloned().collect();
    if !others.is_empty() {
        plan.ways_in.push(from_gateway(&others, if route.is_public { "public" } else { "lan" }));
    }
    let handle = handle(plan, &main.to.name);
    match plan.declared.dialect {
        Dialect::Ingress => ingress(plan, index, object, &handle, &rows),
        Dialect::Gateway => gateway(plan, index, object, &handle, (&rows, &main), route),
    }
}

fn expose(plan: &mut Plan, main: &Own, route: &Route, object: &Object) {
    let port = main.to.name.clone();
    plan.fields.put(&["expose", &port], Node::Leaf(Leaf::plain(data::record([]))));
    let usual = plan.run.house.domain.as_ref().map(|domain| format!("{}.{domain}", plan.name));
    if usual.as_deref() != Some(&main.row.host) {
        let leaf = host(plan, &main.row.host);
        plan.fields.set(&["expose", &port, "host"], leaf);
    }
    if route.is_public {
        plan.fields.set(&["expose", &port, "reach"], "public");
    }
    if !route.signs_in {
        plan.fields.set(&["expose", &port, "auth"], "own");
    }
    for (annotation, field) in [("gethomepage.dev/name", "title"), ("gethomepage.dev/group", "group")] {
        if let Some(text) = object.annotation(annotation).filter(|text| !text.is_empty()) {
            plan.fields.set(&[field], text);
        }
    }
    if object.kind == "Ingress" && at(&object.data, "spec.tls").is_none() {
        plan.note(Topic::Stricter, format!("`{}` is answered with a certificate", main.row.host));
    }
}

/// What the library calls the route of a port.
fn handle(plan: &Plan, port: &str) -> String {
    let kind = if plan.declared.dialect == Dialect::Ingress { "Ingress" } else { "HTTPRoute" };
    let first = plan.fields.names(&["expose"]).first().is_some_and(|first| *first == port);
    let name = if first { plan.name.clone() } else { names::part(&plan.name, port) };
    format!("{kind}/{name}")
}

fn settings(object: &Object) -> Data {
    let mut kept = kept::metadata(&object.data).unwrap_or_else(|| data::record([]));
    data::take(&mut kept, "labels");
    if let Some(annotations) = data::at_mut(&mut kept, "annotations") {
        data::take_named(annotations, "traefik.ingress.kubernetes.io/router.middlewares");
    }
    if at(&kept, "annotations").is_none_or(data::is_empty) {
        return data::record([]);
    }
    data::record([("metadata", kept)])
}

fn ingress(plan: &mut Plan, index: usize, object: &Object, handle: &str, rows: &[Own]) {
    let mut wanted = settings(object);
    let named =
        object.annotation("traefik.ingress.kubernetes.io/router.middlewares").filter(|_| object.kind == "Ingress");
    let route = routes::route(object);
    if let Some(named) = named {
        if !route.signs_in {
            let annotations = data::field_mut(data::field_mut(&mut wanted, "metadata"), "annotations");
            *data::field_mut(annotations, "traefik.ingress.kubernetes.io/router.middlewares") = data::word(named);
        } else if !route.middlewares.is_empty() {
            plan.note(Topic::Left, format!("of the middlewares `{named}` the sign-in alone stays: the house's own"));
        }
    }
    let mut hosts: Vec<&str> = Vec::new();
    for own in rows {
        if !hosts.contains(&&*own.row.host) {
            hosts.push(&own.row.host);
        }
    }
    let rules = hosts.iter().map(|host| {
        let paths = rows.iter().filter(|own| own.row.host == *host).map(|own| path(plan, own)).collect();
        data::record([("host", data::word(host)), ("http", data::record([("paths", Data::List(paths))]))])
    });
    data::put(&mut wanted, "spec.rules", Data::List(rules.collect()));
    if hosts.len() > 1 {
        let name = handle.strip_prefix("Ingress/").unwrap_or(handle);
        let tls = data::record([("hosts", data::words(&hosts)), ("secretName", data::word(format!("{name}-tls")))]);
        data::put(&mut wanted, "spec.tls", Data::List(vec![tls]));
    }
    plan.expect(&[index], handle, wanted);
}

fn path(plan: &Plan, own: &Own) -> Data {
    let backend = data::record([
        ("name", data::word(&plan.name)),
        ("port", data::record([("number", Data::Int(own.to.number))])),
    ]);
    data::record([
        ("path", data::word(&own.row.path)),
        ("pathType", data::word(if own.row.exact { "Exact" } else { "Prefix" })),
        ("backend", data::record([("service", backend)])),
    ])
}

fn gateway(plan: &mut Plan, index: usize, object: &Object, handle: &str, (rows, main): (&[Own], &Own), route: &Route) {
    let mut wanted = settings(object);
    let mut hosts: Vec<&str> = Vec::new();
    for own in rows {
        if !hosts.contains(&&*own.row.host) {
            hosts.push(&own.row.host);
        }
    }
    data::put(&mut wanted, "spec.hostnames", data::words(&hosts));
    if route.odd.is_some() && object.kind == "HTTPRoute" {
        let rules = data::list(&object.data, "spec.rules").iter().map(|rule| ruled(plan, rule)).collect();
        data::put(&mut wanted, "spec.rules", Data::List(rules));
        return plan.expect(&[index], handle, wanted);
    }
    plan.expect(&[index], handle, wanted);
    let text = rules(plan, rows, main, route, object);
    if let Some(text) = text {
        plan.written.push(Written {
            handle: handle.to_owned(),
            path: "spec.rules".to_owned(),
            text,
            origins: vec![index],
        });
    }
}

/// The rules of an HTTPRoute with the names of the service.
fn ruled(plan: &Plan, rule: &Data) -> Data {
    let mut rule = rule.clone();
    let mut backends = data::list(&rule, "backendRefs").to_vec();
    for backend in &mut backends {
        let row = Row {
            host: String::new(),
            path: "/".to_owned(),
            exact: false,
            service: data::text(backend, "name").unwrap_or_default().to_owned(),
            namespace: String::new(),
            port: at(backend, "port").cloned().unwrap_or(Data::Null),
        };
        if let Some(own) = own(plan, &row) {
            data::put(backend, "name", data::word(&plan.name));
            data::put(backend, "port", Data::Int(own.to.number));
        }
    }
    data::put_list(&mut rule, "backendRefs", backends);
    rule
}

/// The rules of the library's route with what is more in the manifests: paths, other ports, middlewares.
fn rules(plan: &mut Plan, rows: &[Own], main: &Own, route: &Route, object: &Object) -> Option<String> {
    let matches = |own: &Own| {
        let kind = if own.row.exact { "Exact" } else { "PathPrefix" };
        format!("{{ path = {{ type = \"{kind}\", value = {} }} }}", quoted(&own.row.path))
    };
    let mut first: Vec<String> = Vec::new();
    for own in rows.iter().filter(|own| own.to == main.to) {
        let text = matches(own);
        if !first.contains(&text) {
            first.push(text);
        }
    }
    let mut changed = Vec::new();
    if first.len() > 1 || main.row.path != "/" || main.row.exact {
        changed.push(format!("matches = [{}]", first.join(", ")));
    }
    let filters = filters(plan, route, object);
    if !filters.is_empty() {
        changed.push(format!("filters = (super.filters ?? []) ++ [{}]", filters.join(", ")));
    }
    let others: Vec<String> = rows
        .iter()
        .filter(|own| own.to != main.to)
        .map(|own| {
            let to = format!("[{{ name = s.name, port = {} }}]", own.to.number);
            format!("{{ matches = [{}], backendRefs = {to} }}", matches(own))
        })
        .collect();
    let same = if changed.is_empty() {
        "super.spec.rules".to_owned()
    } else {
        format!("[rule with {{ {} }} for rule in super.spec.rules]", changed.join(", "))
    };
    match (changed.is_empty(), others.is_empty()) {
        (true, true) => None,
        (_, true) => Some(same),
        (_, false) => Some(format!("{same} ++ [{}]", others.join(", "))),
    }
}

fn quoted(text: &str) -> String {
    crate::convert::literal::scalar(&data::word(text))
}

/// The middlewares that the library's route has to name, beyond the sign-in.
fn filters(plan: &mut Plan, route: &Route, object: &Object) -> Vec<String> {
    let mut found = Vec::new();
    for middleware in &route.middlewares {
        let known = plan.find("Middleware", &middleware.name).map(|(_, known)| known);
        if known.is_some_and(|known| at(&known.data, "spec.redirectScheme").is_some()) {
            continue;
        }
        let is_near = middleware.namespace == object.namespace;
        if !is_near || route.signs_in || object.kind == "HTTPRoute" {
            plan.note(Topic::Left, format!("the middleware `{}` of the route `{}`", middleware.name, object.name));
            continue;
        }
        let reference = format!("group = \"traefik.io\", kind = \"Middleware\", name = {}", quoted(&middleware.name));
        found.push(format!("{{ type = \"ExtensionRef\", extensionRef = {{ {reference} }} }}"));
    }
    found
}

/// A route that stays an object of its own, with the service's names.
fn apart(plan: &mut Plan, index: usize, object: &Object, rows: &[Own]) {
    let mut data = rest::translated(plan, &object.data);
    let number = |service: &str, port: &Data| {
        let fits = |own: &&Own| own.row.service == service && (own.row.port == *port || *port == Data::Null);
        rows.iter().find(fits).map(|own| own.to.number)
    };
    match &*object.kind {
        "Ingress" => {
            let mut rules = data::list(&data, "spec.rules").to_vec();
            for rule in &mut rules {
                let mut paths = data::list(rule, "http.paths").to_vec();
                paths.retain_mut(|path| {
                    let service = data::text(path, "backend.service.name").unwrap_or_default().to_owned();
                    let port =
                        at(path, "backend.service.port.number").or_else(|| at(path, "backend.service.port.name"));
                    let found = number(&service, &port.cloned().unwrap_or(Data::Null));
                    if let Some(number) = found {
                        data::put(
                            path,
                            "backend.service",
                            data::record([
                                ("name", data::word(&plan.name)),
                                ("port", data::record([("number", Data::Int(number))])),
                            ]),
                        );
                    }
                    found.is_some()
                });
                data::put(rule, "http.paths", Data::List(paths));
            }
            rules.retain(|rule| !data::list(rule, "http.paths").is_empty());
            data::put(&mut data, "spec.rules", Data::List(rules));
        }
        "HTTPRoute" => {
            let rules = data::list(&data, "spec.rules").iter().filter(|rule| {
                let mut to = data::list(rule, "backendRefs").iter();
                to.any(|to| rows.iter().any(|own| data::text(to, "name") == Some(&own.row.service)))
            });
            let rules = rules.map(|rule| ruled(plan, rule)).collect();
            data::put(&mut data, "spec.rules", Data::List(rules));
        }
        _ => {
            let mut all = data::list(&data, "spec.routes").to_vec();
            for route in &mut all {
                let mut services = data::list(route, "services").to_vec();
                for to in &mut services {
                    let service = data::text(to, "name").unwrap_or_default().to_owned();
                    if let Some(number) = number(&service, at(to, "port").unwrap_or(&Data::Null)) {
                        data::put(to, "name", data::word(&plan.name));
                        data::put(to, "port", Data::Int(number));
                    }
                }
                data::put(route, "services", Data::List(services));
            }
            data::put(&mut data, "spec.routes", Data::List(all));
        }
    }
    plan.carry(index, data);
}

fn odd(plan: &mut Plan, index: usize, object: &Object, why: &str) {
    plan.note(Topic::Left, format!("{} `{}` {why}", object.kind, object.name));
    plan.leave(index, why);
}

/// A rule of a policy that lets the gateway come to some ports.
fn from_gateway(rows: &[Own], reach: &str) -> String {
    let mut numbers: Vec<i64> = rows.iter().map(|own| own.to.number).collect();
    numbers.dedup();
    let ports: Vec<String> = numbers.iter().map(|port| format!("{{ protocol = \"TCP\", port = {port} }}")).collect();
    let way = format!("s.platform.gateways.{reach}");
    let peer = format!(
        "namespaceSelector.matchLabels.\"kubernetes.io/metadata.name\" = {way}.namespace, podSelector.matchLabels = {way}.facts.pods"
    );
    format!("{{ from = [{{ {peer} }}], ports = [{}] }}", ports.join(", "))
}
