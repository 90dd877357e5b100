//! A service as the text of its file: what is to be said of it, the template that it starts from, its fields in the order
//! in which services are read.

use super::fields::{Fields, Leaf, Node};
use super::plan::{Plan, Topic};
use super::print::Words;
use super::template::Template;
use crate::convert::literal::name;
use crate::data::tree::Data;
use crate::fmt;

/// Fields in the order of a service's file.
const ORDER: [&str; 40] = [
    "name",
    "title",
    "group",
    "tier",
    "area",
    "image",
    "kind",
    "schedule",
    "replicas",
    "scale",
    "profile",
    "resources",
    "command",
    "args",
    "ports",
    "needs",
    "wants",
    "internet",
    "networks",
    "kube_api",
    "rights",
    "user",
    "capabilities",
    "secrets",
    "variables",
    "health",
    "grace_seconds",
    "files",
    "secret_files",
    "volumes",
    "backup",
    "before",
    "sidecars",
    "jobs",
    "metrics",
    "expose",
    "level",
    "waive",
    "objects_too",
    "patch",
];

/// As wide as a comment is.
const WIDTH: usize = 110;
/// As long as a value on one line.
const SHORT: usize = 72;
/// As many fields as one line holds.
const FEW: usize = 3;

/// The text of a service's file.
pub fn write(plan: &Plan, template: Template, fields: &Fields) -> String {
    let mut text = head(plan);
    text += &format!("let {{ {} }} = import \"{}\"\n\n", template.name, template.module);
    text += &program(template, fields);
    fmt::format(&text).unwrap_or(text)
}

/// The program alone, as the lab runs it.
pub fn program(template: Template, fields: &Fields) -> String {
    let mut out = format!("{} with {{\n", template.name);
    if fields.reads_self() {
        out += "  let s = self\n\n";
    }
    body(&mut out, fields, 1, true);
    out + "}\n"
}

fn body(out: &mut String, fields: &Fields, indent: usize, is_top: bool) {
    let mut all: Vec<&(String, Node)> = fields.all.iter().collect();
    if is_top {
        let place = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
        all.sort_by_key(|(name, _)| place(name));
    }
    for (field, node) in all {
        line(out, name(field), node, indent);
    }
}

fn line(out: &mut String, path: String, node: &Node, indent: usize) {
    let space = "  ".repeat(indent);
    match node {
        Node::Tree(tree) if tree.all.len() == 1 => {
            let (field, below) = &tree.all[0];
            line(out, format!("{path}.{}", name(field)), below, indent);
        }
        Node::Tree(tree) => match short(tree) {
            Some(text) => *out += &format!("{space}{path} = {text}\n"),
            None => {
                *out += &format!("{space}{path} = {{\n");
                body(out, tree, indent + 1, false);
                *out += &format!("{space}}}\n");
            }
        },
        Node::Leaf(leaf) => {
            let (path, leaf) = along(path, leaf);
            if let Some(note) = &leaf.note {
                comment(out, note, &format!("{space}# "), &format!("{space}# "));
            }
            *out += &format!("{space}{path} = {}\n", value(&leaf, indent));
        }
    }
}

/// The path of records of one field, and what stands at its end.
fn along(mut path: String, leaf: &Leaf) -> (String, Leaf) {
    let mut leaf = leaf.clone();
    while leaf.text.is_none()
        && let Data::Record(pairs) = &leaf.data
        && let [(field, below)] = &pairs[..]
    {
        path = format!("{path}.{}", name(&field.text()));
        leaf.data = below.clone();
    }
    (path, leaf)
}

fn value(leaf: &Leaf, indent: usize) -> String {
    match &leaf.text {
        Some(text) => text.clone(),
        None => Words::none().pretty(&leaf.data, indent),
    }
}

/// A tree on one line, if it has room there.
fn short(tree: &Fields) -> Option<String> {
    if tree.all.len() > FEW {
        return None;
    }
    let each = tree.all.iter().map(|(field, node)| match node {
        Node::Leaf(leaf) if leaf.note.is_none() => {
            let (path, leaf) = along(name(field), leaf);
            let text = value(&leaf, 0);
            (!text.contains('\n')).then(|| format!("{path} = {text}"))
        }
        Node::Leaf(_) | Node::Tree(_) => None,
    });
    let each: Option<Vec<String>> = each.collect();
    let text = format!("{{ {} }}", each?.join(", "));
    (text.chars().count() <= SHORT).then_some(text)
}

const TOPICS: [(Topic, &str); 6] = [
    (Topic::Stricter, "Stricter than the manifests:"),
    (Topic::New, "New:"),
    (Topic::Otherwise, "Otherwise than in the manifests:"),
    (Topic::Declare, "It counts on this being declared:"),
    (Topic::Store, "Its secrets:"),
    (Topic::Left, "Left out:"),
];

fn head(plan: &Plan) -> String {
    let mut files: Vec<&str> = Vec::new();
    let members = std::iter::once(&plan.app.main).chain(&plan.app.parts).chain(&plan.app.others);
    for index in members {
        let file = &*plan.object(*index).file;
        let file = file.strip_prefix(plan.run.base).unwrap_or(file);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let mut out = String::new();
    comment(&mut out, &format!("Lifted from {}.", files.join(", ")), "# ", "# ");
    for (topic, title) in TOPICS {
        let notes: Vec<&String> = plan.notes.iter().filter(|(of, _)| *of == topic).map(|(_, text)| text).collect();
        if notes.is_empty() {
            continue;
        }
        out += &format!("#\n# {title}\n");
        notes.iter().for_each(|note| comment(&mut out, note, "# - ", "#   "));
    }
    out
}

/// A text as lines of comment.
fn comment(out: &mut String, text: &str, first: &str, next: &str) {
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            *out += line.trim_end();
            out.push('\n');
            line = next.to_owned();
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line += word;
        is_empty = false;
    }
    *out += line.trim_end();
    out.push('\n');
}

/// An override as the field of its object: braces with a line for each change.
pub fn braces(lines: &[(String, String)]) -> String {
    let each: Vec<String> = lines.iter().map(|(path, text)| format!("{path} = {text}")).collect();
    match &each[..] {
        [one] if one.chars().count() <= SHORT => format!("{{ {one} }}"),
        _ => format!("{{\n{}\n}}", each.join("\n")),
    }
}

/// Objects of one's own, one below the other.
pub fn objects(all: &[Data], words: &Words) -> String {
    let each: Vec<String> = all.iter().map(|object| words.pretty(object, 2)).collect();
    format!("[\n{},\n]", each.join(",\n"))
}
