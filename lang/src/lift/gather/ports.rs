//! The ports that pods listen on, each with a name: those that containers declare, and those that only Services and probes
//! speak of.

use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::names;
use crate::lift::plan::{Plan, Port};
use crate::lift::pods;
use crate::lift::routes;

/// Fills the plan's table of ports.
pub fn ports(plan: &mut Plan) {
    let given = plan.given();
    let containers = data::list(given, "containers");
    let main = pods::main(given, &plan.main().name);
    let mut order: Vec<&Data> = containers.get(main).into_iter().collect();
    order.extend(containers.iter().enumerate().filter(|(index, _)| *index != main).map(|(_, container)| container));
    let pages = pages(plan);
    for container in order {
        let owner = data::text(container, "name").unwrap_or_default();
        for port in data::list(container, "ports") {
            let Some(number) = data::int(port, "containerPort") else { continue };
            add(plan, owner, number, data::text(port, "protocol"), data::text(port, "name"), &pages);
        }
    }
    undeclared(plan, main, &pages);
    let mut fields = Vec::new();
    let owner = containers.get(main).and_then(|container| data::text(container, "name")).unwrap_or_default();
    for port in plan.ports.iter().filter(|port| port.container == owner) {
        fields.push((port.name.clone(), port.number));
    }
    fields.iter().for_each(|(name, number)| plan.fields.set(&["ports", name], *number));
}

fn add(plan: &mut Plan, owner: &str, number: i64, protocol: Option<&str>, name: Option<&str>, pages: &[i64]) {
    let protocol = protocol.unwrap_or("TCP");
    let same = |port: &Port| port.container == owner && port.number == number && port.protocol == protocol;
    if plan.ports.iter().any(same) {
        return;
    }
    let taken: Vec<&str> = plan.ports.iter().map(|port| &*port.name).collect();
    let served = served_as(plan, number, name);
    let wanted = name.map(str::to_owned).or(served).filter(|name| names::is_port(name) && !taken.contains(&&**name));
    let mut made = wanted.unwrap_or_else(|| names::port(number, pages.contains(&number), &taken));
    if taken.contains(&&*made) {
        made = format!("{}-{number}", protocol.to_ascii_lowercase());
    }
    plan.ports.push(Port { container: owner.to_owned(), name: made, number, protocol: protocol.to_owned() });
}

/// What a Service calls the port that it leads to.
fn served_as(plan: &Plan, number: i64, name: Option<&str>) -> Option<String> {
    let services = plan.others("Service");
    let ports = services.iter().flat_map(|(_, service)| data::list(&service.data, "spec.ports"));
    let leads = |port: &&Data| match at(port, "targetPort").or_else(|| at(port, "port")) {
        Some(Data::Int(target)) => *target == number,
        Some(target) => data::as_text(target) == name && name.is_some(),
        None => false,
    };
    ports.filter(leads).find_map(|port| data::text(port, "name")).map(str::to_owned)
}

/// The numbers of ports that pages for people come from.
fn pages(plan: &Plan) -> Vec<i64> {
    let services = plan.others("Service");
    let routes = plan.app.others.iter().map(|index| plan.object(*index)).filter(|object| routes::is_route(object));
    let mut found = Vec::new();
    for row in routes.flat_map(|object| routes::route(object).rows) {
        for (_, service) in services.iter().filter(|(_, service)| service.name == row.service) {
            let ports = data::list(&service.data, "spec.ports").iter();
            let meant = |port: &&Data| at(port, "port") == Some(&row.port) || at(port, "name") == Some(&row.port);
            found.extend(ports.filter(meant).filter_map(
                |port| match at(port, "targetPort").or_else(|| at(port, "port")) {
                    Some(Data::Int(number)) => Some(*number),
                    _ => None,
                },
            ));
        }
    }
    found
}

/// Ports that no container declares: numbers that Services lead to and probes ask. They are the main container's.
fn undeclared(plan: &mut Plan, main: usize, pages: &[i64]) {
    let Some(container) = data::list(plan.given(), "containers").get(main) else { return };
    let owner = data::text(container, "name").unwrap_or_default();
    let mut numbers = Vec::new();
    for (_, service) in plan.others("Service") {
        for port in data::list(&service.data, "spec.ports") {
            if let Some(Data::Int(number)) = at(port, "targetPort").or_else(|| at(port, "port")) {
                numbers.push((*number, data::text(port, "protocol").unwrap_or("TCP").to_owned()));
            }
        }
    }
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        for path in ["httpGet.port", "tcpSocket.port", "grpc.port"] {
            numbers.extend(
                at(container, probe).and_then(|probe| data::int(probe, path)).map(|port| (port, "TCP".to_owned())),
            );
        }
    }
    for (number, protocol) in numbers {
        let is_known = plan.ports.iter().any(|port| port.number == number && port.protocol == protocol);
        if !is_known {
            add(plan, owner, number, Some(&protocol), None, pages);
        }
    }
}

/// The ports of a container as its entry has them.
pub fn entries(plan: &Plan, container: &Data) -> Vec<Data> {
    let owner = data::text(container, "name").unwrap_or_default();
    let shares_host = data::truth(plan.given(), "hostNetwork") == Some(true);
    let entry = |port: &Port| {
        let given = data::list(container, "ports").iter().find(|given| {
            data::int(given, "containerPort") == Some(port.number)
                && data::text(given, "protocol").unwrap_or("TCP") == port.protocol
        });
        let mut entry = data::record([
            ("name", data::word(&port.name)),
            ("containerPort", Data::Int(port.number)),
            ("protocol", data::word(&port.protocol)),
        ]);
        for part in ["hostPort", "hostIP"] {
            let value = given.and_then(|given| at(given, part));
            if let Some(value) = value.filter(|value| !(shares_host && **value == Data::Int(port.number))) {
                data::put(&mut entry, part, value.clone());
            }
        }
        entry
    };
    plan.ports.iter().filter(|port| port.container == owner).map(entry).collect()
}
