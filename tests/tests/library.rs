//! The core library: each row's example is run, and the reference says what the rows say.

use rzp_lang::base::world::MemWorld;
use rzp_lang::manual;
use rzp_lang::manual::gather::Form;
use rzp_lang::prims::{reference, table};
use rzp_lang::{EvalOptions, Format, Session};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The value of an expression as compact JSON, or what is wrong with it.
fn value(expression: &str) -> Result<String, String> {
    let mut session = Session::new(Rc::new(MemWorld::new()));
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    session.eval_text("example.rzp", expression, &options).map_err(|diags| {
        let said: Vec<String> =
            diags.iter().map(|diag| format!("{} {} {:?}", diag.code, diag.title, diag.notes)).collect();
        said.join("; ")
    })
}

#[test]
fn examples_have_the_values_they_show() {
    let mut wrong = Vec::new();
    for row in &table::NATIVES {
        let (expression, expected) = row.example;
        let found = value(expression);
        if found.as_deref() != Ok(expected) {
            wrong.push(format!("{}: {expression}\n    expected {expected}\n    found    {found:?}", row.name));
        }
    }
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}

#[test]
fn names_are_unique_and_in_a_module() {
    let mut seen = BTreeSet::new();
    for row in &table::NATIVES {
        assert!(seen.insert(row.name), "two rows are called `{}`", row.name);
        let module = reference::module(row);
        assert!(table::MODULES.iter().any(|(name, _)| *name == module), "`{}` has no page", row.name);
        assert!(row.doc.ends_with('.') && !row.doc.contains("  "), "the text of `{}` is no sentence", row.name);
    }
}

/// The pages of a folder of the reference are these, to the letter, and no others.
fn held(folder: &str, pages: &[(String, String)]) {
    let folder = root().join("docs/reference").join(folder);
    let bless = std::env::var_os("RZP_BLESS").is_some();
    let mut differ = Vec::new();
    for (file, text) in pages {
        let path = folder.join(file);
        if std::fs::read_to_string(&path).ok().as_deref() == Some(text) {
            continue;
        }
        if bless {
            std::fs::create_dir_all(&folder).expect("the folder of the reference");
            std::fs::write(&path, text).expect("a page of the reference");
        } else {
            differ.push(file.clone());
        }
    }
    for entry in std::fs::read_dir(&folder).expect("the folder of the reference").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if pages.iter().any(|(file, _)| *file == name) {
            continue;
        }
        if bless {
            std::fs::remove_file(entry.path()).expect("a page that is no more");
        } else {
            differ.push(name);
        }
    }
    assert!(differ.is_empty(), "{differ:?} differ from the library; RZP_BLESS=1 writes them anew");
}

#[test]
fn the_reference_is_what_the_rows_say() {
    let pages: Vec<_> = reference::pages().into_iter().map(|page| (page.file, page.text)).collect();
    held("std", &pages);
}

#[test]
fn the_reference_of_services_is_what_the_library_says() {
    let pages: Vec<_> =
        manual::pages::pages(table::library().files).into_iter().map(|page| (page.file, page.text)).collect();
    held("library", &pages);
}

/// Whether an export is a rule over objects, which has text and examples in itself: what keeps it, and what breaks it.
fn is_rule(module: &str, name: &str) -> bool {
    let fields = format!("std.record.names((import \"{module}\").{name})");
    module.starts_with("std/rules/") && value(&fields).is_ok_and(|names| names.contains("\"breaks\""))
}

#[test]
fn all_that_services_are_made_of_is_told_and_shown() {
    let mut lacking = Vec::new();
    for (path, text) in table::library().files.plain() {
        let module = manual::gather::module(&format!("std/{path}"), text);
        // Three are part of `std.…`, and told in its rows; two are tables that a program made.
        if ["core/contract", "core/function", "core/set", "k8s/kinds", "k8s/minors"].contains(&path) {
            continue;
        }
        for export in &module.exports {
            let told = export.doc.as_deref().unwrap_or_default();
            let said = told.split("```").next().unwrap_or_default().trim();
            if (said.is_empty() || !told.contains("```rzp")) && !is_rule(&module.path, &export.name) {
                lacking.push(format!("{} {}", module.path, export.name));
            }
        }
    }
    assert!(lacking.is_empty(), "without a text or an example:\n{}", lacking.join("\n"));
}

/// The parameters of a signature such as `(owner : String, name : String) -> String`, without their brackets.
fn parameters(signature: &str) -> Vec<String> {
    let Some(open) = signature.find('(') else { return Vec::new() };
    let (mut depth, mut found) = (0, vec![String::new()]);
    for letter in signature[open..].chars() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 1 => found.push(String::new()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth != 1 || letter != '(' && letter != ',' {
            found.last_mut().expect("it begins with one").push(letter);
        }
    }
    found.retain(|parameter| !parameter.trim().is_empty());
    found
}

#[test]
fn all_functions_say_what_they_take() {
    assert_eq!(
        parameters("(b, c : { d : Int, e : [F] } = { d = 1 }) -> G"),
        ["b", " c : { d : Int, e : [F] } = { d = 1 }"]
    );
    let mut untyped = Vec::new();
    for (path, text) in table::library().files.plain() {
        let module = manual::gather::module(&format!("std/{path}"), text);
        for export in &module.exports {
            let Form::Function(signature) = &export.form else { continue };
            let bare = parameters(signature).into_iter().filter(|parameter| !parameter.contains(':'));
            untyped.extend(bare.map(|parameter| format!("{} {}: {parameter}", module.path, export.name)));
        }
    }
    assert!(untyped.is_empty(), "parameters without a type:\n{}", untyped.join("\n"));
}

#[test]
fn the_comparison_names_what_there_is() {
    let text = std::fs::read_to_string(root().join("docs/reference/coming-from.md")).expect("the comparison");
    let known: BTreeSet<&str> = table::NATIVES.iter().map(|row| row.name).collect();
    let mut unknown = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let ours = line.split(" | ").nth(1).unwrap_or_default();
        for word in ours.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.') {
            let name = word.strip_prefix("std.").map(|name| name.trim_end_matches('.'));
            unknown.extend(name.filter(|name| !known.contains(name)).map(str::to_owned));
        }
    }
    assert!(unknown.is_empty(), "the comparison names what is not in the library: {unknown:?}");
}

/// Arguments that no function expects all of.
const ODD: &[&str] = &[
    "null",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1e300",
    "\"\"",
    "\"ü%\\u{0}-/\"",
    "[]",
    "[\"é\", 1, null]",
    "{}",
    "fn(x) => x",
    "3",
];

/// All calls of a function with odd arguments; fewer kinds of them where there are many parameters.
fn odd_calls(name: &str, params: usize) -> Vec<String> {
    let odd = if params > 2 { &ODD[..8] } else { ODD };
    let mut lists = vec![String::new()];
    for at in 0..params {
        let comma = if at == 0 { "" } else { ", " };
        lists = lists.iter().flat_map(|list| odd.iter().map(move |arg| format!("{list}{comma}{arg}"))).collect();
    }
    lists.iter().map(|list| format!("std.{name}({list})")).collect()
}

#[test]
fn odd_arguments_end_in_values_or_errors() {
    let mut session = Session::new(Rc::new(MemWorld::new()));
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let mut panicked = Vec::new();
    for row in table::NATIVES.iter().filter(|row| row.is_function()) {
        for call in odd_calls(row.name, row.params.len().min(3)) {
            let run = std::panic::AssertUnwindSafe(|| drop(session.eval_text("odd.rzp", &call, &options)));
            if std::panic::catch_unwind(run).is_err() {
                panicked.push(call);
                session = Session::new(Rc::new(MemWorld::new()));
            }
        }
    }
    assert!(panicked.is_empty(), "\n  {}\n", panicked.join("\n  "));
}
