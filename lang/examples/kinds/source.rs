//! The definitions of one Kubernetes minor, from the source of the crate `k8s-openapi`.
//!
//! Its feature `schemars` gives each type a schema as a literal of one form, and `DeepMerge` says by which fields lists
//! merge. Both are text that a program wrote, so they are read as text: compiling nine megabytes for each minor takes
//! minutes, and the keys of lists could not be had from compiled code.

use regex::Regex;
use rzp_lang::base::span::FileId;
use rzp_lang::data::json::read_json;
use rzp_lang::data::tree::Data;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A kind that objects can have.
#[derive(Debug, Clone)]
pub struct Kind {
    /// `apps/v1`, or `v1`
    pub api_version: String,
    pub kind: String,
    /// The name of its definition.
    pub definition: String,
    /// Its objects have no namespace.
    pub is_cluster_wide: bool,
}

/// What one minor knows.
#[derive(Debug, Default)]
pub struct Minor {
    /// By their full names, such as `io.k8s.api.apps.v1.Deployment`.
    pub definitions: BTreeMap<String, Data>,
    pub kinds: Vec<Kind>,
    /// The fields that the elements of a list are known by, by definition and field without marks: `volumemounts`.
    pub keys: BTreeMap<(String, String), Vec<String>>,
    /// The lists of which no element stands twice, by definition and field.
    pub sets: BTreeSet<(String, String)>,
    /// The group of a folder of types, such as `networking.k8s.io` of `io.k8s.api.networking`.
    pub groups: BTreeMap<String, String>,
}

struct Patterns {
    schema: Regex,
    reference: Regex,
    described: Regex,
    comma: Regex,
    resource: Regex,
    merge: Regex,
    key: Regex,
    set: Regex,
}

impl Patterns {
    fn new() -> Patterns {
        let regex = |pattern: &str| Regex::new(pattern).expect("the patterns here are regular");
        Patterns {
            schema: regex(
                r#"(?s)JsonSchema for (\w+) \{.*?schema_name\(\)[^{]*\{\s*"([^"]+)"\.into\(\).*?json_schema!\((\{.*?\n        \})\)"#,
            ),
            reference: regex(r"\(?__gen\.subschema_for::<crate::([\w:]+)>\(\)\)?"),
            described: regex(
                r#"(?s)\(\{\s*let mut schema_obj = __gen\.subschema_for::<crate::([\w:]+)>\(\);\s*schema_obj\.ensure_object\(\)\.insert\("description"\.into\(\), ("(?:[^"\\]|\\.)*")\.into\(\)\);\s*schema_obj\s*\}\)"#,
            ),
            comma: regex(r",(\s*[}\]])"),
            resource: regex(
                r#"(?s)impl crate::Resource for (\w+) \{\s*const API_VERSION: &'static str = "([^"]+)";\s*const GROUP: &'static str = "([^"]*)";\s*const KIND: &'static str = "([^"]+)";.*?type Scope = crate::(\w+);"#,
            ),
            merge: regex(r"(?s)merge_strategies::list::map\(\s*&mut self\.(\w+),\s*other\.\w+,\s*&\[(.*?)\],\s*\|"),
            set: regex(r"merge_strategies::list::set\(&mut self\.(\w+)"),
            key: regex(r"\|lhs, rhs\| lhs\.(\w+) == rhs"),
        }
    }
}

/// Reads the folder of a minor, such as `src/v1_37`.
pub fn read(folder: &Path) -> Minor {
    let patterns = Patterns::new();
    let mut files = Vec::new();
    collect(folder, &mut Vec::new(), &mut files);
    files.sort();
    let mut names = BTreeMap::new();
    let mut schemas = Vec::new();
    let mut minor = Minor::default();
    for (path, text) in &files {
        for found in patterns.schema.captures_iter(text) {
            let name = found[2].to_owned();
            names.insert(format!("{path}::{}", &found[1]), name.clone());
            schemas.push((name.clone(), found[3].to_owned()));
            for list in patterns.set.captures_iter(text) {
                minor.sets.insert((name.clone(), plain(&list[1])));
            }
            for list in patterns.merge.captures_iter(text) {
                let keys = patterns.key.captures_iter(&list[2]).map(|key| plain(&key[1])).collect();
                minor.keys.insert((name.clone(), plain(&list[1])), keys);
            }
        }
        for found in patterns.resource.captures_iter(text) {
            let definition = names[&format!("{path}::{}", &found[1])].clone();
            let folder = definition.rsplitn(3, '.').last().unwrap_or_default().to_owned();
            let group = if found[3].is_empty() { "core" } else { &found[3] };
            // The server's answers are no objects.
            if folder.starts_with("io.k8s.apimachinery") {
                continue;
            }
            minor.groups.insert(folder, group.to_owned());
            let is_cluster_wide = &found[5] == "ClusterResourceScope";
            minor.kinds.push(Kind {
                api_version: found[2].to_owned(),
                kind: found[4].to_owned(),
                definition,
                is_cluster_wide,
            });
        }
    }
    for (name, literal) in schemas {
        let json = json(&literal, &patterns, &names);
        let data = read_json(FileId(0), &json).unwrap_or_else(|diag| panic!("{name}: {}\n{json}", diag.title));
        minor.definitions.insert(name, data);
    }
    minor
}

/// The JSON of a literal: a call for another type's schema becomes a `$ref`, and commas before brackets go.
fn json(literal: &str, patterns: &Patterns, names: &BTreeMap<String, String>) -> String {
    let target = |path: &str| names.get(path).unwrap_or_else(|| panic!("no schema for {path}")).clone();
    let text = patterns.described.replace_all(literal, |found: &regex::Captures| {
        format!(r##"{{"$ref": "#/{}", "description": {}}}"##, target(&found[1]), &found[2])
    });
    let text = patterns
        .reference
        .replace_all(&text, |found: &regex::Captures| format!(r##"{{"$ref": "#/{}"}}"##, target(&found[1])));
    let text = patterns.comma.replace_all(&text, "$1");
    // Rust's only escape that JSON does not have.
    text.replace("\\'", "'")
}

/// A name without its marks: `volume_mounts` and `volumeMounts` are the same.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// The source files below a folder, each with the path that Rust knows its folder by.
fn collect(folder: &Path, path: &mut Vec<String>, out: &mut Vec<(String, String)>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            path.push(name);
            collect(&entry.path(), path, out);
            path.pop();
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(entry.path()).expect("source is text");
            out.push((path.join("::"), text));
        }
    }
}
