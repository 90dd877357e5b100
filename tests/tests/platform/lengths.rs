//! A service is short: what follows from what it says is not written down.

use rzp_tests::house;
use std::collections::BTreeMap;

/// The sixteen that the library was made for, and where each may end.
const SIXTEEN: [(&str, usize); 16] = [
    ("argo-rollouts", 20),
    ("cert-manager", 20),
    ("home-assistant", 18),
    ("infisical-operator", 20),
    ("kube-prometheus-stack", 20),
    ("longhorn", 20),
    ("metallb", 20),
    ("minio", 20),
    ("mosquitto", 25),
    ("openobserve", 25),
    ("postgres", 10),
    ("sonarr", 14),
    ("traefik", 20),
    ("vector", 20),
    ("velero", 20),
    ("zitadel", 35),
];

/// Lines that are neither blank nor a comment.
fn lines(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).count()
}

fn services() -> BTreeMap<String, usize> {
    let files = house::files("services").into_iter().filter(|file| file.path.matches('/').count() == 2);
    let files = files.filter(|file| !file.path.starts_with("services/env/") && !file.path.ends_with(".test.rzp"));
    let named = |file: house::HouseFile| {
        let name = file.path.rsplit('/').next()?.strip_suffix(".rzp")?.to_owned();
        Some((name, lines(&file.text)))
    };
    files.filter_map(named).collect()
}

#[test]
fn the_sixteen_are_short() {
    let services = services();
    let mut total = 0;
    for (name, most) in SIXTEEN {
        let lines = *services.get(name).unwrap_or_else(|| panic!("{name} is not there"));
        // Sign-in is Zitadel and the proxy that asks it; logs are collected by two parts.
        let beside = match name {
            "zitadel" => services["auth"],
            "vector" => services["vector-aggregator"],
            _ => 0,
        };
        assert!(lines + beside <= most, "{name} has {} lines", lines + beside);
        total += lines + beside;
    }
    assert!(total <= 20 * SIXTEEN.len(), "{total} lines are more than twenty for each");
}

#[test]
fn all_others_are_short_too() {
    let services = services();
    assert!(services.len() >= 24, "{}", services.len());
    let long: Vec<_> = services.iter().filter(|(_, lines)| **lines > 30).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn blank_lines_and_comments_do_not_count() {
    assert_eq!(lines("# a\n\n  # b\nlet x = 1 # c\n{\n}\n"), 3);
}
