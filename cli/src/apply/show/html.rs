//! A plan as one page that asks nothing of anybody: what is done, field by field, and a drawing of what needs what.

use super::fields::{fields, sign, verb};
use super::text::summary;
use crate::apply::contract::{Action, Foreign, Refused};
use crate::apply::plan::{Part, Plan};
use rzp_lang::graph::drawing::draw;
use rzp_lang::graph::escape::{fragment, xml};
use rzp_lang::graph::model::{Graph, Need, Node};
use rzp_lang::graph::palette::Palette;
use rzp_lang::graph::svg::{Head, written};
use std::collections::BTreeSet;
use std::fmt::Write;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

pub fn html(plan: &Plan, refused: &[Refused]) -> String {
    let title = xml(&format!("Plan of {}", plan.stack.name));
    let mut out = String::new();
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <title>{title}</title>\n<style>\n{}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n",
        include_str!("plan.css"),
        xml(&summary(plan))
    );
    refused.iter().for_each(|one| refusal(&mut out, one));
    picture(&mut out, plan);
    plan.parts.iter().for_each(|part| section(&mut out, part));
    out.push_str("</body>\n</html>\n");
    out
}

fn refusal(out: &mut String, one: &Refused) {
    let help = if one.help.is_empty() { String::new() } else { format!("<br>{}", xml(&one.help)) };
    let _ = writeln!(out, "<p class=\"refused\"><b>{}</b>: {}{help}</p>", xml(&one.address), xml(&one.why));
}

fn section(out: &mut String, part: &Part) {
    let _ = writeln!(out, "<h2>{} <span>{}</span></h2>", xml(&part.provider), xml(&part.target.url));
    if part.outcome.actions.is_empty() {
        out.push_str("<p class=\"quiet\">nothing to do</p>\n");
    }
    part.outcome.actions.iter().for_each(|action| details(out, action));
    for note in &part.outcome.notes {
        let _ = writeln!(out, "<p class=\"quiet\">{}</p>", xml(note));
    }
    others(out, &part.outcome.foreign);
}

fn details(out: &mut String, action: &Action) {
    let class = verb(action.class).replace("make anew", "replace");
    let _ = write!(
        out,
        "<details class=\"{class}\" id=\"{}\"><summary><b>{} {}</b> {}",
        fragment(&action.address),
        sign(action.class),
        xml(&action.address),
        xml(&action.subject)
    );
    if !action.restarts.is_empty() {
        let _ = write!(out, " <span class=\"restart\">restart needed: {}</span>", xml(&action.restarts.join(", ")));
    }
    if let Some(loses) = &action.loses {
        let _ = write!(out, " <span class=\"lost\">lost for ever: {}</span>", xml(loses));
    }
    out.push_str("</summary>\n<table>\n<tr><th>field</th><th>before</th><th>after</th></tr>\n");
    for field in fields(action) {
        let side = |text: &Option<String>| xml(text.as_deref().unwrap_or("—"));
        let (before, after) = (side(&field.before), side(&field.after));
        let _ = writeln!(out, "<tr><th>{}</th><td>{before}</td><td>{after}</td></tr>", xml(&field.name));
    }
    out.push_str("</table>\n");
    for why in &action.why {
        let _ = writeln!(out, "<p class=\"why\">{}</p>", xml(why));
    }
    if !action.needs.is_empty() {
        let _ = writeln!(out, "<p class=\"why\">after {}</p>", xml(&action.needs.join(", ")));
    }
    out.push_str("</details>\n");
}

fn others(out: &mut String, foreign: &[Foreign]) {
    if foreign.is_empty() {
        return;
    }
    let _ = writeln!(out, "<details><summary class=\"quiet\">{} of others, left alone</summary>\n<ul>", foreign.len());
    for one in foreign {
        let _ = writeln!(out, "<li>{} {}</li>", xml(&one.address), xml(&one.subject));
    }
    out.push_str("</ul>\n</details>\n");
}

/// The actions that need another one, or are needed.
fn picture(out: &mut String, plan: &Plan) {
    let all: BTreeSet<&str> = plan.items().map(|item| item.action.address.as_str()).collect();
    let mut needs = Vec::new();
    for item in plan.items() {
        for need in item.action.needs.iter().filter(|need| all.contains(need.as_str())) {
            let (from, to) = (item.action.address.clone(), need.clone());
            needs.push(Need { from, to, hard: true, ports: Vec::new(), why: String::new() });
        }
    }
    if needs.is_empty() {
        return;
    }
    let tied: BTreeSet<&str> = needs.iter().flat_map(|need| [need.from.as_str(), need.to.as_str()]).collect();
    let nodes = plan.items().filter(|item| tied.contains(item.action.address.as_str())).map(|item| Node {
        name: item.action.address.clone(),
        tier: item.part.provider.clone(),
        title: item.action.subject.clone(),
        ..Node::default()
    });
    let graph = Graph::new(&plan.stack.name, nodes.collect(), needs);
    let head = Head { title: false, linked: true, said: Some("what comes after what") };
    let drawing = written(&graph, &draw(&graph), &Palette::of(&graph), &head);
    let _ = writeln!(out, "<figure>\n{drawing}</figure>");
}
