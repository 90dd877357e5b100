//! Each alert says something that Prometheus can be asked: its expression is read by a parser of PromQL, which knows
//! what functions take.

use super::fleet::{self, Env, Made, template};
use promql_parser::parser::{self, Expr};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is asked, and the object that asks it.
struct Query<'a> {
    made: Made<'a>,
    name: &'a str,
    rule: &'a Value,
    text: String,
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// The rules of an environment, whether they tell someone or keep a figure.
fn rules(env: &Env) -> Vec<Query<'_>> {
    let all = env.of_kind("PrometheusRule").flat_map(|made| {
        let groups = list(&made.object["spec"], "groups");
        let rules = groups.iter().flat_map(|group| list(group, "rules"));
        rules.map(move |rule| Query {
            made: Made { service: made.service, object: made.object },
            name: rule["alert"].as_str().or(rule["record"].as_str()).unwrap_or("a rule without a name"),
            rule,
            text: rule["expr"].as_str().expect("a rule has an expression").to_owned(),
        })
    });
    all.collect()
}

/// What is asked between the steps of a strategy, with something in the place of each `{{args.…}}`.
fn measurements(env: &Env) -> Vec<Query<'_>> {
    let all = env.of_kind("AnalysisTemplate").flat_map(|made| {
        list(&made.object["spec"], "metrics").iter().filter_map(move |metric| {
            let query = metric["provider"]["prometheus"]["query"].as_str()?;
            Some(Query {
                made: Made { service: made.service, object: made.object },
                name: metric["name"].as_str().unwrap_or_default(),
                rule: metric,
                text: filled(query),
            })
        })
    });
    all.collect()
}

fn filled(query: &str) -> String {
    let mut parts = query.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "x" + part.split_once("}}").map_or("", |(_, rest)| rest))
}

/// What is wrong with an expression; an alert has to ask for a set of series, and not to be true whatever there is.
fn fault(text: &str) -> Option<String> {
    match parser::parse(text) {
        Err(why) => Some(why),
        Ok(Expr::NumberLiteral(_) | Expr::StringLiteral(_)) => Some("it is a constant".to_owned()),
        Ok(_) => None,
    }
}

#[test]
fn every_expression_is_read() {
    for env in fleet::all() {
        let workloads = env.objects().filter(|made| template(made.object).is_some()).count();
        let rules = rules(&env);
        assert!(workloads == 0 || !rules.is_empty(), "{}: {workloads} workloads, and no rule watches any", env.name);
        for query in rules.iter().chain(&measurements(&env)) {
            let fault = fault(&query.text);
            assert_eq!(fault, None, "{}: {} of {}: {}", env.name, query.name, query.made.service, query.text);
        }
    }
}

#[test]
fn every_alert_says_what_is_wrong_and_how_bad_it_is() {
    for env in fleet::all() {
        let mut names = BTreeSet::new();
        for query in rules(&env).iter().filter(|query| query.rule["alert"].is_string()) {
            let at = format!("{}: {} of {}", env.name, query.name, query.made.service);
            let severity = query.rule["labels"]["severity"].as_str().unwrap_or_default();
            assert!(["critical", "warning", "info"].contains(&severity), "{at}: {severity:?}");
            let summary = query.rule["annotations"]["summary"].as_str().unwrap_or_default();
            assert!(summary.contains(' '), "{at}: {summary:?}");
            assert!(names.insert((query.made.service, query.name)), "{at}: there are two of this name");
        }
    }
}

#[test]
fn a_broken_expression_is_refused() {
    let broken = [
        "up{namespace=\"data\" == 0",
        "up == ",
        "absent(up{job=}) or up == 0",
        "increase(restarts_total) > 3",
        "rate(errors[5x])",
        "sum by namespace (errors)",
        "up{pod=~\"web-[\"} == 0",
        "nosuch(up) > 1",
        "1",
        "",
    ];
    for text in broken {
        assert!(fault(text).is_some(), "{text:?} is taken for sound");
    }
    assert_eq!(fault("absent(up{job=\"web\"}) or up{job=\"web\"} == 0"), None);
    assert_eq!(fault(&filled("sum(rate(x{job=\"{{args.job}}\"}[5m])) / {{ args.all }} > 1")), None);
}
