//! The library's files as pages of Markdown: one for each folder, a section for each file.

use super::gather::{Export, Form, Module, Setting, Shape, module};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::shelf::Shelf;
use crate::base::span::FileId;
use crate::resolve::resolver::resolve;
use crate::syntax::parse::parse;
use crate::testing::examples;

/// The folders in the order in which they build on one another, each with what it is about.
const FOLDERS: [(&str, &str); 10] = [
    ("core", "Types of texts and numbers."),
    ("meta", "Names, labels, environments, images, needs: what all of the library speaks of."),
    ("k8s", "Objects of Kubernetes and of operators, from parts that others have decided on."),
    ("rules", "What is looked for in finished objects."),
    ("trait", "What a service can have: probes, storage, secrets, routes, metrics, backups, policies."),
    ("component", "A whole service from a few facts, and all services of an environment together."),
    ("strategy", "How a new version comes."),
    ("provider", "What is wanted of services outside of the cluster."),
    ("platform", "What services stand on: the way in, storage, secrets, certificates, backups, logs, deployment."),
    ("template", "Services to start from."),
];

/// A page: its file's name and its text.
pub struct Page {
    pub file: String,
    pub text: String,
}

/// All pages, and the index of them.
pub fn pages(library: Shelf) -> Vec<Page> {
    let known = FOLDERS.iter().filter(|(folder, _)| !modules(library, folder).is_empty());
    let mut pages: Vec<Page> = known.clone().map(|(folder, about)| page(library, folder, about)).collect();
    let lines: String = known.map(|(folder, about)| line(library, folder, about)).collect();
    let head = "# The library of services\n\nWhat `import \"std/…\"` gives, made of the texts of the library. Examples see \
        what they name; under each stands\nits value as JSON.\n\n| folder | | files |\n|---|---|---|\n";
    pages.push(Page { file: "README.md".to_owned(), text: format!("{head}{lines}") });
    pages
}

/// The section of one file, by the path that it is imported under.
pub fn section_of(library: Shelf, path: &str) -> Option<String> {
    let below = path.strip_prefix("std/")?;
    let (_, text) = library.plain().find(|(known, _)| *known == below)?;
    Some(section(&module(path, text), text))
}

fn line(library: Shelf, folder: &str, about: &str) -> String {
    let files = modules(library, folder);
    let names: Vec<&str> = files.iter().filter_map(|(module, _)| module.path.rsplit('/').next()).collect();
    format!("| [{folder}]({folder}.md) | {} | {} |\n", about.trim_end_matches('.'), names.join(", "))
}

/// The files of a folder with their texts; tables of generated kinds are no pages to read.
fn modules(library: Shelf, folder: &str) -> Vec<(Module, &'static str)> {
    let files = library.plain().filter(|(path, _)| path.rsplit_once('/').is_some_and(|(home, _)| home == folder));
    let files = files.filter(|(path, _)| !["k8s/kinds", "k8s/minors"].contains(path));
    // These are part of the modules `std.…`, whose rows have their pages.
    let files = files.filter(|(path, _)| !["core/contract", "core/function", "core/set"].contains(path));
    files.map(|(path, text)| (module(&format!("std/{path}"), text), text)).collect()
}

fn page(library: Shelf, folder: &str, about: &str) -> Page {
    let sections: Vec<String> = modules(library, folder).iter().map(|(module, text)| section(module, text)).collect();
    Page { file: format!("{folder}.md"), text: format!("# std/{folder}\n\n{about}\n\n{}", sections.join("\n")) }
}

fn section(module: &Module, text: &str) -> String {
    let doc = module.doc.as_deref().map_or(String::new(), |doc| format!("{}\n", standing_alone(doc, module, text)));
    let exports: String = module.exports.iter().map(|export| told(export, module, text)).collect();
    format!("## {}\n\n{doc}{exports}", module.path)
}

fn told(export: &Export, module: &Module, text: &str) -> String {
    let (head, body) = match &export.form {
        Form::Function(signature) => (format!("{}{signature}", export.name), String::new()),
        Form::Value(Some(value)) => (format!("{} = {value}", export.name), String::new()),
        Form::Value(None) => (export.name.clone(), String::new()),
        Form::Record(shape) => {
            let below = shape.below.as_deref().map_or(String::new(), |below| format!("{below} with "));
            (format!("{} = {below}{{ … }}", export.name), tables(shape))
        }
    };
    let doc = export.doc.as_deref().map_or(String::new(), |doc| format!("\n{}\n", standing_alone(doc, module, text)));
    format!("\n### {}\n\n```text\n{head}\n```\n{doc}{body}", export.name)
}

/// What users give, and what others may read.
fn tables(shape: &Shape) -> String {
    let given: Vec<&Setting> = shape.settings.iter().filter(|setting| !setting.hidden).collect();
    let read: Vec<&Setting> = shape.settings.iter().filter(|setting| setting.hidden && setting.doc.is_some()).collect();
    let mut text = String::new();
    if !given.is_empty() {
        text.push_str("\n| field | type | unless it is given | |\n|---|---|---|---|\n");
        text.extend(given.into_iter().map(row));
    }
    if !read.is_empty() {
        text.push_str("\nOthers may read of it:\n\n| field | type | |\n|---|---|---|\n");
        text.extend(
            read.into_iter().map(|setting| {
                format!("| `{}` | {} | {} |\n", setting.path, code(setting.ty.as_deref()), doc(setting))
            }),
        );
    }
    text
}

fn row(setting: &Setting) -> String {
    let start = match setting.short_start() {
        Some(start) => code(Some(&start)),
        None if setting.optional => String::new(),
        None => "it must be given".to_owned(),
    };
    format!("| `{}` | {} | {start} | {} |\n", setting.path, code(setting.ty.as_deref()), doc(setting))
}

/// A text as code in the cell of a table.
fn code(text: Option<&str>) -> String {
    let Some(text) = text else { return String::new() };
    let text = text.replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// The words before any example, on one line.
fn doc(setting: &Setting) -> String {
    let Some(doc) = setting.doc.as_deref() else { return String::new() };
    let words = doc.split("```").next().unwrap_or_default();
    words.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// The fields of a file that an example reads without having brought them in sight itself.
fn missing(text: &str, example: &str) -> Vec<String> {
    let parsed = parse(FileId(0), example);
    let diags = resolve(FileId(0), &parsed.ast, &[]).diags;
    let unknown = diags.iter().filter(|diag| diag.code == Code::UnknownName).filter_map(Diag::place);
    let read: Vec<&str> = unknown.filter_map(|loc| example.get(loc.span.range())).collect();
    examples::named(text, example).into_iter().filter(|name| read.contains(&name.as_str())).collect()
}

/// Documentation whose examples import what they name of their file.
fn standing_alone(doc: &str, module: &Module, text: &str) -> String {
    let mut lines = Vec::new();
    let mut rest = doc.lines();
    while let Some(line) = rest.next() {
        lines.push(line.to_owned());
        if !line.starts_with("```rzp") {
            continue;
        }
        let body: Vec<&str> = rest.by_ref().take_while(|line| !line.starts_with("```")).collect();
        let named = missing(text, &body.join("\n"));
        if !named.is_empty() {
            lines.push(format!("let {{ {} }} = import \"{}\"", named.join(", "), module.path));
        }
        lines.extend(body.iter().map(|line| (*line).to_owned()));
        lines.push("```".to_owned());
    }
    lines.join("\n")
}
