//! Manifests as texts to objects: documents, lists and folders taken apart, what is no manifest told.
//!
//! The texts of Secrets end here: of a Secret only its keys go on. Templates of Helm are not run, and what a kustomization
//! does beyond a namespace is not seen: both are said, with the command that renders them.

use super::data::{self, at, without_nulls};
use super::object::Object;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::source::Sources;
use crate::base::span::{FileId, Loc, Span};
use crate::data::placed::{Node, Placed, bare};
use crate::data::tree::Data;
use crate::data::{json, yaml};

/// All objects of some files, and what is to be said of the files.
#[derive(Debug, Default)]
pub struct Manifests {
    pub objects: Vec<Object>,
    pub told: Vec<Diag>,
}

/// What a kustomization says of the files below its folder.
struct Kustomization {
    folder: String,
    namespace: Option<String>,
    /// Files that are laid over others, and are no objects of their own.
    patches: Vec<String>,
}

/// Reads files, each a name and a text; the sources hold them afterwards.
pub fn read(files: &[(String, String)], sources: &mut Sources) -> Manifests {
    let mut found = Manifests::default();
    let mut kustomizations = Vec::new();
    for (name, text) in files {
        let file = sources.add(name, text);
        match documents(name, file, text) {
            Err(diag) => found.told.push(diag),
            Ok(documents) => {
                for document in documents {
                    take_in(document, &Place { name, file, text }, &mut found, &mut kustomizations);
                }
            }
        }
    }
    found.objects.retain(|object| !kustomizations.iter().any(|one| one.patches.contains(&object.file)));
    for object in found.objects.iter_mut().filter(|object| object.namespace.is_empty()) {
        let around =
            kustomizations.iter().filter(|one| object.file.starts_with(&one.folder) && one.namespace.is_some());
        let nearest = around.max_by_key(|one| one.folder.len());
        object.namespace = nearest.and_then(|one| one.namespace.clone()).unwrap_or_default();
    }
    found.once();
    found
}

struct Place<'a> {
    name: &'a str,
    file: FileId,
    text: &'a str,
}

fn documents(name: &str, file: FileId, text: &str) -> Result<Vec<Placed>, Diag> {
    if name.ends_with(".json") {
        return json::read(file, text).map(|document| vec![document]);
    }
    match yaml::read(file, text) {
        Ok(yaml) => Ok(yaml.documents),
        Err(_) if text.contains("{{") => Err(template(name, file, text)),
        Err(diag) => Err(diag),
    }
}

fn template(name: &str, file: FileId, text: &str) -> Diag {
    let at = text.find("{{").unwrap_or(0);
    Diag::warning(Code::Unlifted, format!("`{name}` is a template of Helm, and no manifest yet"))
        .at(Span::new(at, at + 2).at(file), "")
        .help("render it first: `helm template CHART | rzp convert --lift -`")
}

fn take_in(document: Placed, place: &Place, found: &mut Manifests, kustomizations: &mut Vec<Kustomization>) {
    let loc = document.at.at(place.file);
    let lines = lines(place.text, document.at);
    let data = without_nulls(bare(octal(document, place.text)));
    let (Some(version), Some(kind)) = (data::text(&data, "apiVersion"), data::text(&data, "kind")) else { return };
    if version.starts_with("kustomize.config.k8s.io/") {
        found.told.extend(beyond(&data, place.name, loc));
        return kustomizations.push(kustomization(&data, place.name));
    }
    if kind.ends_with("List") && at(&data, "items").is_some() {
        let items = data::list(&data, "items").to_vec();
        let each = lines / items.len().max(1);
        return items.into_iter().for_each(|item| found.add(item, place, loc, each));
    }
    found.add(data, place, loc, lines);
}

/// Numbers such as `0755` are octal to Kubernetes, whose YAML is of version 1.1.
fn octal(tree: Placed, text: &str) -> Placed {
    let Placed { node, at } = tree;
    let node = match node {
        Node::Scalar(Data::Int(number)) => {
            let written = text.get(at.start as usize..at.end as usize).unwrap_or_default().trim();
            let digits = written.strip_prefix('0').filter(|rest| !rest.is_empty());
            let meant = digits.and_then(|digits| i64::from_str_radix(digits, 8).ok());
            Node::Scalar(Data::Int(meant.unwrap_or(number)))
        }
        Node::List(items) => Node::List(items.into_iter().map(|item| octal(item, text)).collect()),
        Node::Record(pairs) => Node::Record(pairs.into_iter().map(|(key, value)| (key, octal(value, text))).collect()),
        scalar => scalar,
    };
    Placed { node, at }
}

impl Manifests {
    fn add(&mut self, data: Data, place: &Place, loc: Loc, lines: usize) {
        let text = |path: &str| data::text(&data, path).unwrap_or_default().to_owned();
        let name = text("metadata.name");
        if name.contains("{{") {
            return self.told.push(template(place.name, place.file, place.text));
        }
        let mut object = Object {
            version: text("apiVersion"),
            kind: text("kind"),
            namespace: text("metadata.namespace"),
            name,
            file: place.name.to_owned(),
            data,
            loc,
            lines,
        };
        if object.kind == "Secret" {
            close(&mut object.data);
        }
        self.told.extend(unfilled(&object.data, place));
        self.objects.push(object);
    }
}

impl Manifests {
    /// Keeps the first of objects with one name. Copies are common, as in folders of environments; where they differ, it
    /// is said that only one was looked at.
    fn once(&mut self) {
        let mut kept: Vec<Object> = Vec::new();
        for object in std::mem::take(&mut self.objects) {
            let name = |one: &Object| (one.version.clone(), one.handle(), one.namespace.clone());
            match kept.iter().find(|one| name(one) == name(&object)) {
                Some(first) if first.data == object.data => {}
                Some(first) => self.told.push(twice(first, &object)),
                None => kept.push(object),
            }
        }
        self.objects = kept;
    }
}

fn twice(first: &Object, second: &Object) -> Diag {
    let start = |object: &Object| Span { end: object.loc.span.start + 1, ..object.loc.span }.at(object.loc.file);
    let title = format!("the {} `{}` is here twice, with other words: the first is lifted", first.kind, first.name);
    Diag::warning(Code::Unlifted, title)
        .at(start(second), "this one is left out")
        .also(start(first), "this one is lifted")
        .help("give the files of one environment alone, or render them: `kustomize build DIR | rzp convert --lift -`")
}

/// Fields whose texts are programs, and may have variables of their own.
const PROGRAMS: [&str; 7] = ["data", "stringData", "command", "args", "env", "script", "annotations"];

/// Says that variables such as `${DOMAIN}`, which Flux fills, are there still.
fn unfilled(data: &Data, place: &Place) -> Option<Diag> {
    let mut names = Vec::new();
    variables(data, &mut names);
    let name = names.first()?.clone();
    names.iter_mut().for_each(|name| *name = format!("`${{{name}}}`"));
    let at = place.text.find(&format!("${{{name}")).unwrap_or(0);
    let title = format!("`{}` has variables that nothing has filled in yet: {}", place.name, names.join(", "));
    let file = if place.name == "<input>" { "FILE" } else { place.name };
    Some(
        Diag::warning(Code::Unlifted, title)
            .at(Span::new(at, at + name.len() + 3).at(place.file), "")
            .help(format!("fill them in first: `{name}=… envsubst < {file} | rzp convert --lift -`")),
    )
}

fn variables(data: &Data, found: &mut Vec<String>) {
    match data {
        Data::Str(text) => {
            for (at, _) in text.match_indices("${") {
                let name: String =
                    text[at + 2..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if !name.is_empty() && !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        Data::List(items) => items.iter().for_each(|item| variables(item, found)),
        Data::Record(pairs) => {
            let plain = pairs.iter().filter(|(name, _)| !PROGRAMS.contains(&&*name.text()));
            plain.for_each(|(_, value)| variables(value, found));
        }
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::BigInt(_) | Data::Float(_) => {}
    }
}

/// Takes the texts out of a Secret; its keys stay.
fn close(secret: &mut Data) {
    for part in ["data", "stringData"] {
        if let Some(Data::Record(pairs)) = data::at_mut(secret, part) {
            pairs.iter_mut().for_each(|(_, value)| *value = data::word(""));
        }
    }
    data::take(secret, "metadata.annotations");
}

fn lines(text: &str, span: Span) -> usize {
    let inside = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let counts = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#') && line.trim() != "---";
    inside.lines().filter(counts).count()
}

pub fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn kustomization(data: &Data, name: &str) -> Kustomization {
    let folder = folder(name);
    let below = |path: &str| match folder {
        "" => path.to_owned(),
        folder => format!("{folder}/{}", path.trim_start_matches("./")),
    };
    let patches = data::list(data, "patches").iter().filter_map(|patch| data::text(patch, "path"));
    let merges = data::list(data, "patchesStrategicMerge").iter().filter_map(data::as_text);
    Kustomization {
        namespace: data::text(data, "namespace").map(str::to_owned),
        patches: patches.chain(merges).map(below).collect(),
        folder: if folder.is_empty() { String::new() } else { format!("{folder}/") },
    }
}

/// What a kustomization does that only it can do.
const DOES: &[&str] = &[
    "configMapGenerator",
    "secretGenerator",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "images",
    "replicas",
    "replacements",
    "components",
    "helmCharts",
    "namePrefix",
    "nameSuffix",
    "labels",
    "commonLabels",
    "transformers",
];

fn beyond(data: &Data, name: &str, loc: Loc) -> Option<Diag> {
    let done: Vec<String> = DOES
        .iter()
        .filter(|part| at(data, part).is_some_and(|part| !data::is_empty(part)))
        .map(|part| format!("`{part}`"))
        .collect();
    if done.is_empty() {
        return None;
    }
    let folder = if folder(name).is_empty() { "." } else { folder(name) };
    let first = Span { end: loc.span.start + 1, ..loc.span }.at(loc.file);
    let title = format!("`{name}` is a kustomization: what its {} make is not seen here", done.join(", "));
    Some(
        Diag::warning(Code::Unlifted, title)
            .at(first, "")
            .help(format!("render it first: `kustomize build {folder} | rzp convert --lift -`")),
    )
}
