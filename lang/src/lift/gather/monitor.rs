//! Metrics: which port Prometheus reads, as monitors or annotations say it.

use super::services;
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::kept;
use crate::lift::object::Object;
use crate::lift::plan::{Plan, Topic};

pub fn metrics(plan: &mut Plan) {
    if plan.fields.has(&["metrics"]) {
        return;
    }
    for kind in ["ServiceMonitor", "PodMonitor"] {
        for (index, monitor) in plan.others(kind) {
            let endpoints = if kind == "ServiceMonitor" { "spec.endpoints" } else { "spec.podMetricsEndpoints" };
            scraped(plan, index, monitor, endpoints);
        }
    }
    if !plan.fields.has(&["metrics"]) {
        annotated(plan);
    }
    if !plan.fields.has(&["metrics"]) {
        let why = if plan.main().kind == "CronJob" {
            "it runs for too short a time to be asked"
        } else {
            "its manifests have none"
        };
        plan.fields.set(&["metrics", "none"], why);
    }
}

/// The service's port for an endpoint of a monitor.
fn port(plan: &Plan, endpoint: &Data) -> Option<String> {
    if let Some(target) = at(endpoint, "targetPort") {
        return plan.target_port(target).map(|port| port.name.clone());
    }
    let wanted = data::text(endpoint, "port")?;
    let services = plan.others("Service");
    let mut ways = services.iter().flat_map(|(_, service)| services::ways(plan, service));
    let served = ways.find(|way| way.name.as_deref() == Some(wanted)).map(|way| way.to.name);
    served.or_else(|| plan.ports.iter().find(|port| port.name == wanted).map(|port| port.name.clone()))
}

fn scraped(plan: &mut Plan, index: usize, monitor: &Object, path: &str) {
    let mut wanted = Vec::new();
    for endpoint in data::list(&monitor.data, path) {
        let Some(port) = port(plan, endpoint) else {
            plan.note(
                Topic::Left,
                format!("an endpoint of the {} `{}` is no port of the service", monitor.kind, monitor.name),
            );
            continue;
        };
        let at_path = data::text(endpoint, "path").unwrap_or("/metrics");
        if !plan.fields.has(&["metrics"]) {
            set(plan, &port, at_path);
        }
        let mut endpoint = endpoint.clone();
        for part in ["port", "targetPort", "path", "interval", "scrapeTimeout"] {
            data::take(&mut endpoint, part);
        }
        if data::text(&endpoint, "scheme") == Some("http") {
            data::take(&mut endpoint, "scheme");
        }
        data::put(&mut endpoint, "port", data::word(&port));
        data::put(&mut endpoint, "path", data::word(at_path));
        wanted.push(endpoint);
    }
    let mut object = kept::with_kept_metadata(monitor.data.clone());
    data::take(&mut object, "metadata.labels");
    for part in ["selector", "namespaceSelector", "endpoints", "podMetricsEndpoints", "jobLabel"] {
        data::take(&mut object, &format!("spec.{part}"));
    }
    data::put(&mut object, "spec.endpoints", Data::List(wanted));
    plan.note(Topic::Otherwise, "its metrics are read every thirty seconds");
    plan.expect(&[index], format!("ServiceMonitor/{}", plan.name), object);
}

fn set(plan: &mut Plan, port: &str, path: &str) {
    if port != "metrics" {
        plan.fields.set(&["metrics", "port"], port);
    }
    plan.fields.set(&["metrics", "path"], path);
}

/// `prometheus.io/port` and its kin, on pods or their Service.
fn annotated(plan: &mut Plan) {
    let template = plan.main().template().and_then(|template| at(template, "metadata.annotations"));
    let services = plan.others("Service");
    let all = template
        .into_iter()
        .chain(services.iter().filter_map(|(_, service)| at(&service.data, "metadata.annotations")));
    for annotations in all {
        let text = |name: &str| annotations.get(&format!("prometheus.io/{name}")).map(data::shown);
        let (Some(scrape), Some(number)) = (text("scrape"), text("port").and_then(|port| port.parse().ok())) else {
            continue;
        };
        let Some(port) =
            plan.target_port(&Data::Int(number)).map(|port| port.name.clone()).filter(|_| scrape == "true")
        else {
            continue;
        };
        return set(plan, &port, &text("path").unwrap_or_else(|| "/metrics".to_owned()));
    }
}
