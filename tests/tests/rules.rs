//! The rules of the library: their page says what they say, and no check of the tools they follow is forgotten.

use rzp_lang::base::world::MemWorld;
use rzp_lang::{EvalOptions, Format, Session};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

const HEAD: &str = "## The rules\n";
const TAIL: &str = "## Checks that are no rules\n";

/// Where a check of a tool is asked for, if it is asked for by a name of one.
const TOOLS: [&str; 3] = ["kube-linter", "kube-score", "polaris"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

fn catalogue() -> Vec<Value> {
    let mut session = Session::new(Rc::new(MemWorld::new()));
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let text = session.eval_text("rules.rzp", "(import \"std/rules/rules\").catalogue", &options);
    serde_json::from_str(&text.expect("the catalogue is there")).expect("a list")
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().expect("a text")
}

fn from(row: &Value) -> Vec<&str> {
    row["from"].as_array().expect("a list").iter().map(|check| check.as_str().expect("a text")).collect()
}

/// A table for each file of rules, in the order in which they are gathered.
fn tables(rows: &[Value]) -> String {
    let mut tables = String::new();
    let mut theme = "";
    for row in rows {
        if text(row, "theme") != theme {
            theme = text(row, "theme");
            let file = if theme == "waiver" { "rules" } else { theme };
            tables += &format!(
                "\n### std/rules/{file}\n\n| rule | what holds | otherwise | asked for by |\n|---|---|---|---|\n"
            );
        }
        let optional = if row["optional"] == true { " (optional)" } else { "" };
        let cells = [text(row, "about"), text(row, "why"), &from(row).join(", ")].map(|cell| cell.replace('|', "\\|"));
        tables += &format!("| `{}`{optional} | {} |\n", text(row, "rule"), cells.join(" | "));
    }
    tables
}

#[test]
fn the_page_is_what_the_library_says() {
    let path = "docs/reference/rules.md";
    let page = read(path);
    let (start, end) = (page.find(HEAD).expect("the rules have a place"), page.find(TAIL).expect("it ends"));
    let written = &page[start + HEAD.len()..end];
    let made = format!("{}\n", tables(&catalogue()));
    if written == made {
        return;
    }
    assert!(std::env::var_os("RZP_BLESS").is_some(), "{path} differs from the library; RZP_BLESS=1 writes it anew");
    let page = format!("{}{HEAD}{made}{}", &page[..start], &page[end..]);
    std::fs::write(root().join(path), page).expect("written");
}

#[test]
fn every_check_of_the_tools_is_a_rule_or_told() {
    let checks = read("tests/rules/checks.txt");
    let checks: BTreeSet<&str> = checks.lines().collect();
    let rows = catalogue();
    let asked: BTreeSet<&str> = rows.iter().flat_map(from).collect();
    let page = read("docs/reference/rules.md");
    let tail = &page[page.find(TAIL).expect("it is there")..];
    let left_out = tail.split("\n## ").next().expect("a part");
    let told: BTreeSet<&str> = left_out
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .filter(|cell| *cell != "check")
        .collect();
    let forgotten: Vec<_> = checks.iter().filter(|check| !asked.contains(*check) && !told.contains(*check)).collect();
    assert!(forgotten.is_empty(), "neither a rule nor in the table of those that are none: {forgotten:?}");
    let of_a_tool = |check: &&&str| TOOLS.iter().any(|tool| check.starts_with(&format!("{tool} ")));
    let unknown: Vec<_> = asked.iter().filter(of_a_tool).filter(|check| !checks.contains(*check)).collect();
    assert!(unknown.is_empty(), "no tool has these checks: {unknown:?}");
    let both: Vec<_> = told.iter().filter(|check| asked.contains(*check) || !checks.contains(*check)).collect();
    assert!(both.is_empty(), "these are rules, or checks of no tool: {both:?}");
}

/// Rules that the second table names are there.
#[test]
fn the_page_names_rules_that_there_are() {
    let rows = catalogue();
    let known: BTreeSet<&str> = rows.iter().map(|row| text(row, "rule")).collect();
    let page = read("docs/reference/rules.md");
    let tail = &page[page.find(TAIL).expect("it is there")..];
    let cells = tail.lines().filter(|line| line.starts_with("| ")).flat_map(|line| line.split('`').skip(1).step_by(2));
    let unknown: Vec<_> = cells.filter(|name| name.contains('_') && !known.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?} are no rules");
}
