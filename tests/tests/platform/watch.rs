//! Everything is watched: metrics are read or a reason is given, and someone is told when a service is down.

use super::fleet::{self, Env, Made, template};

fn has(env: &Env, kind: &str, service: &str) -> bool {
    env.of_kind(kind).any(|made| made.service == service)
}

/// Workloads that run all the time.
fn servers(env: &Env) -> impl Iterator<Item = Made<'_>> {
    env.objects().filter(|made| {
        let kind = made.object["kind"].as_str().unwrap_or_default();
        ["Deployment", "StatefulSet", "DaemonSet", "Rollout"].contains(&kind)
    })
}

#[test]
fn every_service_is_read_or_says_why_not() {
    for env in fleet::all() {
        assert!(servers(&env).count() > 12, "{}", env.name);
        for made in servers(&env) {
            let reason = made.object["metadata"]["annotations"]["rzp/no-metrics"].is_string();
            assert_ne!(has(&env, "ServiceMonitor", made.service), reason, "{}: {}", env.name, made.service);
            assert!(has(&env, "PrometheusRule", made.service), "{}: {} has no alerts", env.name, made.service);
        }
    }
}

#[test]
fn every_container_that_serves_is_probed_or_says_why_not() {
    for env in fleet::all() {
        for made in servers(&env) {
            let template = template(made.object).expect("servers have pods");
            let main = &template["spec"]["containers"][0];
            let reason = made.object["metadata"]["annotations"]["rzp/no-probes"].is_string();
            for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
                assert_ne!(main[probe].is_object(), reason, "{}: {probe} of {}", env.name, made.service);
            }
        }
    }
}

#[test]
fn a_monitor_finds_the_service_and_its_port() {
    for env in fleet::all() {
        for monitor in env.of_kind("ServiceMonitor") {
            let wanted = monitor.object["spec"]["selector"]["matchLabels"].as_object().expect("labels");
            let port = &monitor.object["spec"]["endpoints"][0]["port"];
            let found = env.of_kind("Service").any(|service| {
                let labels = &service.object["metadata"]["labels"];
                let ports = service.object["spec"]["ports"].as_array();
                wanted.iter().all(|(name, value)| labels[name] == *value)
                    && ports.is_some_and(|ports| ports.iter().any(|one| one["name"] == *port))
            });
            assert!(found, "{}: the monitor of {} finds nothing", env.name, monitor.service);
        }
    }
}

#[test]
fn a_reason_stands_for_each_rule_that_is_waived() {
    for env in fleet::all() {
        let waived = env.value["waived"].as_object().expect("a record");
        for (service, rules) in waived {
            for (rule, reason) in rules.as_object().expect("a record") {
                assert!(reason.as_str().is_some_and(|reason| reason.contains(' ')), "{}: {service}.{rule}", env.name);
            }
        }
    }
}
