//! Definitions as modules: one file for each, so that naming a kind reads what its values use and no more, and an
//! index for each group and version.

use crate::refined::Refined;
use crate::source::{Minor, plain};
use indexmap::IndexMap;
use rzp_lang::data::tree::Data;
use rzp_lang::fmt;
use rzp_lang::schema::crd::kind_of;
use rzp_lang::schema::keywords::{Dialect, Reader};
use rzp_lang::schema::shape::{Kinds, Merge, Record, Set, Shape, Text};
use rzp_lang::schema::types::{Writer, doc};
use std::collections::{BTreeMap, BTreeSet};

/// The types of `std/core/types` that the table may name.
const LIBRARY: &[&str] = &[
    "Base64",
    "Cron",
    "DnsLabel",
    "DnsName",
    "Host",
    "Int32",
    "KeyName",
    "LabelValue",
    "Network",
    "Port",
    "PortName",
    "PortOrName",
    "QualifiedName",
    "Quantity",
    "Time",
];

/// Keys of lists that the crate gives fewer of than a server goes by.
const KEYS: &[(&str, &str, &[&str])] = &[
    ("io.k8s.api.core.v1.Container", "ports", &["containerPort", "protocol"]),
    ("io.k8s.api.core.v1.EphemeralContainer", "ports", &["containerPort", "protocol"]),
    ("io.k8s.api.core.v1.ServiceSpec", "ports", &["port", "protocol"]),
    ("io.k8s.api.core.v1.PodSpec", "topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
];

/// A definition, ready to be written.
pub struct Definition {
    /// Its module, such as `apps/v1`, and its name there.
    pub module: String,
    pub name: String,
    pub shape: Shape,
    pub asserts: Vec<String>,
    /// The full names of what it refers to.
    pub uses: BTreeSet<String>,
}

/// Where a definition goes, by its full name.
pub fn module_of(minor: &Minor, definition: &str) -> (String, String) {
    let mut parts = definition.rsplitn(3, '.');
    let name = parts.next().unwrap_or_default();
    let version = parts.next().unwrap_or_default();
    let folder = parts.next().unwrap_or_default();
    let group = match folder {
        "io.k8s.apimachinery.pkg.apis.meta" => "meta",
        "io.k8s.apimachinery.pkg" => "machinery",
        folder => match minor.groups.get(folder) {
            Some(group) => group,
            None => folder.rsplit('.').next().unwrap_or(folder),
        },
    };
    (format!("{group}/{version}"), name.to_owned())
}

/// All definitions of a minor, by their full names.
pub fn definitions(minor: &Minor, table: &BTreeMap<String, Refined>) -> BTreeMap<String, Definition> {
    let fields = minor.definitions.iter().map(|(name, data)| (rzp_lang::base::symbol::Symbol::new(name), data.clone()));
    let root = Data::Record(fields.collect());
    let mut reader = Reader::new(&root, Dialect::Kubernetes);
    for name in minor.definitions.keys() {
        reader.name(&format!("/{name}"), name);
    }
    reader.read_named();
    let mut all = BTreeMap::new();
    for (full, mut shape) in std::mem::take(&mut reader.definitions) {
        let kind = minor.kinds.iter().find(|kind| kind.definition == full);
        let mut asserts = Vec::new();
        if let Some(kind) = kind {
            shape = kind_of(shape, &kind.api_version, &kind.kind);
            asserts.extend(table["kinds"].asserts.clone());
            if kind.is_cluster_wide {
                asserts.extend(table["cluster"].asserts.clone());
            }
        }
        if let Some(record) = record_of(&mut shape) {
            keyed(record, minor, &full);
            if let Some(refined) = table.get(&short(minor, &full)) {
                refine(record, refined);
                asserts.extend(refined.asserts.clone());
            }
        }
        let mut uses = BTreeSet::new();
        link(&mut shape, &mut uses);
        let (module, name) = module_of(minor, &full);
        all.insert(full, Definition { module, name, shape, asserts, uses });
    }
    all
}

/// `apps.v1.Deployment`: how the table calls a definition.
fn short(minor: &Minor, full: &str) -> String {
    let (module, name) = module_of(minor, full);
    if module.starts_with("meta/") {
        return format!("meta.{name}");
    }
    let mut parts = full.rsplitn(4, '.').collect::<Vec<_>>();
    parts.truncate(3);
    parts.reverse();
    parts.join(".")
}

fn record_of(shape: &mut Shape) -> Option<&mut Record> {
    match &mut shape.set {
        Set::Kinds(kinds) => kinds.record.as_mut(),
        _ => None,
    }
}

/// Gives lists the keys by which they merge.
fn keyed(record: &mut Record, minor: &Minor, full: &str) {
    for (name, field) in &mut record.fields {
        let Set::Kinds(kinds) = &mut field.shape.set else { continue };
        let Some(list) = &mut kinds.list else { continue };
        if minor.sets.contains(&(full.to_owned(), plain(name))) {
            (list.merge, list.unique) = (Merge::Set, true);
            continue;
        }
        let known = KEYS.iter().find(|(definition, field, _)| *definition == full && field == name);
        let keys: Vec<String> = match known {
            Some((.., keys)) => keys.iter().map(|key| (*key).to_owned()).collect(),
            None => {
                let Some(keys) = minor.keys.get(&(full.to_owned(), plain(name))) else { continue };
                let Set::Named(element) = &list.items.set else { continue };
                let fields = minor.definitions[element].get("properties");
                let Some(Data::Record(fields)) = fields else { continue };
                let spelt = |key: &String| fields.iter().map(|(name, _)| name.text()).find(|name| plain(name) == *key);
                keys.iter().filter_map(spelt).map(|name| name.to_string()).collect()
            }
        };
        if !keys.is_empty() {
            list.merge = Merge::Keyed(keys);
        }
    }
}

fn refine(record: &mut Record, refined: &Refined) {
    for (name, (ty, required)) in &refined.fields {
        // An older minor may not have it yet.
        let Some(field) = record.fields.get_mut(name) else { continue };
        field.required = required.unwrap_or(field.required);
        let Some(ty) = ty else { continue };
        field.shape.set = match &mut field.shape.set {
            // A list that merges keeps the way it does.
            Set::Kinds(kinds) if kinds.list.as_ref().is_some_and(|list| list.merge != Merge::Replace) => continue,
            _ => Set::Written(ty.clone()),
        };
    }
}

/// Turns references into the names that other files are imported by.
fn link(shape: &mut Shape, uses: &mut BTreeSet<String>) {
    match &mut shape.set {
        Set::Named(full) => {
            let name = full.clone();
            shape.set = match &*name {
                "io.k8s.apimachinery.pkg.api.resource.Quantity" => Set::Written("Quantity".to_owned()),
                "io.k8s.apimachinery.pkg.util.intstr.IntOrString" => Set::Written("IntOrString".to_owned()),
                "io.k8s.apimachinery.pkg.apis.meta.v1.Time" | "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime" => {
                    Set::Kinds(Box::new(Kinds {
                        text: Some(Text { format: Some("Time"), ..Text::default() }),
                        ..Kinds::default()
                    }))
                }
                "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON" => Set::Any,
                "io.k8s.apimachinery.pkg.runtime.RawExtension" | "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1" => {
                    Set::Kinds(Box::new(Kinds { record: Some(Record::default()), ..Kinds::default() }))
                }
                _ => {
                    uses.insert(name.clone());
                    Set::Written(name.rsplit('.').next().unwrap_or(&name).to_owned())
                }
            };
        }
        Set::Written(text) if text == "ObjectMeta" => {
            uses.insert("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta".to_owned());
        }
        _ => {}
    }
    shape.each_inner(&mut |inner| link(inner, uses));
}

/// The text of a definition's file. `at` is the path of what it refers to.
pub fn text(definition: &Definition, at: impl Fn(&str) -> String) -> String {
    let known = IndexMap::new();
    let writer = Writer::new("types", &known);
    let mut body = writer.whole(&definition.shape);
    if !definition.asserts.is_empty() {
        let inside = body.trim_end().trim_end_matches('}').trim_end().to_owned();
        body = format!("{inside}\n\n{}\n}}", definition.asserts.join("\n"));
    }
    let mut head = String::new();
    let mut library: BTreeSet<&str> = writer.library.borrow().iter().copied().collect();
    library.extend(LIBRARY.iter().chain(&["IntOrString"]).filter(|name| mentions(&body, name)));
    if !library.is_empty() {
        head +=
            &format!("let {{ {} }} = import \"std/core/types\"\n", library.into_iter().collect::<Vec<_>>().join(", "));
    }
    if body.lines().any(|line| !line.trim_start().starts_with('#') && line.contains("rules.")) {
        head += "let rules = import \"std/k8s/rules\"\n";
    }
    for full in &definition.uses {
        let name = full.rsplit('.').next().unwrap_or(full);
        head += &format!("let {name} = import {:?}\n", at(full));
    }
    let text = format!("{}{head}{body}\n", doc(&definition.shape.doc, None));
    fmt::format(&text).unwrap_or_else(|_| panic!("{}: cannot be read:\n{text}", definition.name))
}

/// Whether a type is named outside of comments.
fn mentions(body: &str, name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    body.lines().filter(|line| !line.trim_start().starts_with('#')).any(|line| {
        // A field may be called like a type.
        let line = line.split_once(" : ").map_or(line, |(_, ty)| ty);
        line.match_indices(name).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + name.len()..].chars().next();
            !before.is_some_and(|c| word(c) || matches!(c, '.' | '"')) && !after.is_some_and(|c| word(c) || c == '"')
        })
    })
}
