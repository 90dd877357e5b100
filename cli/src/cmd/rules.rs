//! `rzp check --rules`: the rules over objects of Kubernetes that the library has.
//!
//! They are written in RZP, so the catalogue is the value of a file of the library, asked for in a world without
//! files. Nothing here knows a rule; the columns alone are made here.

use crate::args::{Diagnostics, Global};
use crate::call::{self, Wrong};
use crate::term::{Status, Term};
use rzp_lang::base::world::MemWorld;
use rzp_lang::session::{EvalOptions, Format};
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

const CATALOGUE: &str = "(import \"std/rules/rules\").catalogue";

/// A row of the catalogue, as far as the table shows it.
#[derive(Debug)]
struct Rule {
    name: String,
    /// What holds.
    about: String,
    /// The checks that ask for it too, each behind the name of its tool: `kube-linter host-pid`.
    from: Vec<String>,
    /// Says nothing unless it is asked for.
    optional: bool,
}

pub fn run(global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    let format = match global.diagnostics {
        Diagnostics::Human => Format::JsonCompact,
        Diagnostics::Json => Format::Json,
        Diagnostics::Sarif | Diagnostics::Github => return findings_only().tell(&term),
    };
    let mut session = call::session_over(Rc::new(MemWorld::new()), global);
    let options = EvalOptions { format, ..EvalOptions::default() };
    let text = match session.eval_text("rules.rzp", CATALOGUE, &options) {
        Ok(text) => text,
        Err(diags) => return term.report(&diags, session.sources()),
    };
    if global.diagnostics == Diagnostics::Json {
        return term.print(&format!("{}\n", text.trim_end()));
    }
    match serde_json::from_str::<Vec<Value>>(&text) {
        Ok(catalogue) => {
            let rules = rules(&catalogue);
            term.say(&counted(&rules));
            term.print(&table(&rules))
        }
        Err(why) => Wrong::new(format!("the catalogue of the library cannot be read: {why}")).tell(&term),
    }
}

fn rules(catalogue: &[Value]) -> Vec<Rule> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rule = |row: &Value| Rule {
        name: text(&row["rule"]),
        about: text(&row["about"]),
        from: row["from"].as_array().into_iter().flatten().map(text).collect(),
        optional: row["optional"] == true,
    };
    catalogue.iter().map(rule).collect()
}

fn findings_only() -> Wrong {
    Wrong::new("the catalogue is no list of messages: it comes as a table or as JSON".to_owned())
        .tip("rzp check --rules --format json".to_owned())
}

fn counted(rules: &[Rule]) -> String {
    let optional = rules.iter().filter(|rule| rule.optional).count();
    format!("{} rules, {optional} of them only where they are asked for", rules.len())
}

/// `host_pid  pods see their own processes only  kube-linter, polaris`
fn table(rules: &[Rule]) -> String {
    let widest = |width: fn(&Rule) -> usize| rules.iter().map(width).max().unwrap_or(0);
    let (names, abouts) = (widest(|rule| rule.name.chars().count()), widest(|rule| rule.about.chars().count()));
    let line = |rule: &Rule| {
        let asked = if rule.optional { " (optional)" } else { "" };
        format!("{:<names$}  {:<abouts$}  {}{asked}\n", rule.name, rule.about, tools(&rule.from))
    };
    rules.iter().map(line).collect()
}

/// The tools that ask for it, each once: a check is named in one word behind its tool.
fn tools(from: &[String]) -> String {
    let tool = |check: &String| match check.split_once(' ') {
        Some((tool, _)) if tool.contains('-') || tool == "polaris" => tool.to_owned(),
        _ => check.clone(),
    };
    let mut seen = BTreeSet::new();
    let tools: Vec<String> = from.iter().map(tool).filter(|tool| seen.insert(tool.clone())).collect();
    tools.join(", ")
}
