//! Writes the schemas of Kubernetes' kinds: `stdlib/k8s/<group>/<version>/<Name>.rzp`, an index for each group and
//! version, and `stdlib/k8s/kinds.rzp`.
//!
//! ```sh
//! cargo run --example kinds -- stdlib ~/.cargo/registry/src/*/k8s-openapi-0.29.0/src crds/ 1.37 1.36 1.35
//! ```
//!
//! The arguments are the library's folder, the sources of `k8s-openapi` (`cargo fetch` in a crate that depends on it with
//! the feature `schemars` brings them), a folder of custom resource definitions, and the minors, the current one first.
//! Of older minors only those definitions are written that are not the same as the current ones.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a tool of the repository reads and writes files, and says what it did"
)]

mod modules;
mod refined;
mod source;

use modules::{Definition, definitions, module_of, text};
use rzp_lang::base::span::FileId;
use rzp_lang::data::file::read_file;
use rzp_lang::data::tree::Data;
use rzp_lang::schema::crd::resources;
use source::Minor;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The files of the library that are made here, by their paths without ending.
type Files = BTreeMap<String, String>;

/// Kinds by their `apiVersion`, each with the path of its schema.
type Kinds = BTreeMap<String, BTreeMap<String, String>>;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [library, crate_source, crds, current, older @ ..] = &args[..] else {
        panic!("usage: kinds LIBRARY CRATE_SOURCE CRDS CURRENT_MINOR [OLDER_MINOR …]")
    };
    let table = refined::read(include_str!("refined.txt"));
    let minor_of =
        |version: &str| source::read(&Path::new(crate_source).join(format!("v{}", version.replace('.', "_"))));
    let mut files = Files::new();

    let custom = custom(Path::new(crds), &table, &mut files);
    let newest = minor_of(current);
    let newest_definitions = definitions(&newest, &table);
    let mut kinds = write(&newest, &newest_definitions, "", &BTreeSet::new(), current, &mut files);
    add(&mut kinds, &custom);
    files.insert("k8s/kinds".to_owned(), table_of(&kinds, current));
    files.insert("k8s/minors".to_owned(), minors(current, older));
    for version in older {
        let minor = minor_of(version);
        let own = definitions(&minor, &table);
        let apart = apart(&own, &newest_definitions);
        let mut kinds = write(&minor, &own, &format!("{version}/"), &apart, version, &mut files);
        add(&mut kinds, &custom);
        files.insert(format!("k8s/{version}/kinds"), table_of(&kinds, version));
    }
    store(Path::new(library), &files);
}

fn add(kinds: &mut Kinds, more: &Kinds) {
    for (version, of) in more {
        kinds.entry(version.clone()).or_default().extend(of.clone());
    }
}

/// The definitions of an older minor that are not, with all they refer to, what they are in the newest.
fn apart(own: &BTreeMap<String, Definition>, newest: &BTreeMap<String, Definition>) -> BTreeSet<String> {
    let plain = |definition: &Definition| -> String {
        let text = text(definition, |name| name.to_owned());
        text.lines().filter(|line| !line.trim_start().starts_with("##")).collect()
    };
    let differs = |(name, definition): &(&String, &Definition)| {
        newest.get(*name).is_none_or(|new| plain(new) != plain(definition))
    };
    let mut apart: BTreeSet<String> = own.iter().filter(differs).map(|(name, _)| name.clone()).collect();
    loop {
        let uses = |(name, definition): &(&String, &Definition)| {
            !apart.contains(*name) && !definition.uses.is_disjoint(&apart)
        };
        let more: Vec<String> = own.iter().filter(uses).map(|(name, _)| name.clone()).collect();
        if more.is_empty() {
            return apart;
        }
        apart.extend(more);
    }
}

/// Adds the files of a minor. What is not `apart` lies with the newest one; an empty prefix is the newest itself.
fn write(
    minor: &Minor,
    own: &BTreeMap<String, Definition>,
    prefix: &str,
    apart: &BTreeSet<String>,
    version: &str,
    files: &mut Files,
) -> Kinds {
    let path = |full: &str| {
        let (module, name) = module_of(minor, full);
        let prefix = if apart.contains(full) { prefix } else { "" };
        format!("k8s/{prefix}{module}/{name}")
    };
    let mut indices: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (full, definition) in own {
        if definition.module.starts_with("machinery/") || definition.module.starts_with("pkg/") {
            continue;
        }
        indices.entry(definition.module.clone()).or_default().push((definition.name.clone(), path(full)));
        if prefix.is_empty() || apart.contains(full) {
            files.insert(path(full), text(definition, |full| format!("std/{}", path(full))));
        }
    }
    for (module, names) in indices {
        files.insert(format!("k8s/{prefix}{module}"), index(&module, &format!("Kubernetes {version}"), prefix, &names));
    }
    let mut kinds = Kinds::new();
    for kind in &minor.kinds {
        kinds.entry(kind.api_version.clone()).or_default().insert(kind.kind.clone(), path(&kind.definition));
    }
    kinds
}

/// The schemas of custom resources, one file for each kind and version.
fn custom(folder: &Path, table: &BTreeMap<String, refined::Refined>, files: &mut Files) -> Kinds {
    let mut kinds = Kinds::new();
    let mut indices: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for path in below(folder) {
        let content = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (data, _) = read_file::<Data>("yaml", FileId(0), &content)
            .unwrap_or_else(|diag| panic!("{}: {}", path.display(), diag.title));
        for resource in resources(&data) {
            let module = format!("{}/{}", resource.group, resource.version);
            let mut asserts = table["kinds"].asserts.clone();
            if resource.is_cluster_wide {
                asserts.extend(table["cluster"].asserts.clone());
            }
            let uses = BTreeSet::from(["ObjectMeta".to_owned()]);
            let definition = Definition {
                module: module.clone(),
                name: resource.kind.clone(),
                shape: resource.shape,
                asserts,
                uses,
            };
            let file = format!("k8s/{module}/{}", resource.kind);
            files.insert(file.clone(), text(&definition, |_| "std/k8s/meta/v1/ObjectMeta".to_owned()));
            kinds.entry(module.clone()).or_default().insert(resource.kind.clone(), file.clone());
            indices.entry(module).or_default().insert(resource.kind, file);
        }
    }
    for (module, names) in indices {
        let names: Vec<(String, String)> = names.into_iter().collect();
        files.insert(format!("k8s/{module}"), index(&module, "Custom resources", "", &names));
    }
    kinds
}

/// `{ Deployment = import … }` with a word on what it is.
fn index(module: &str, whose: &str, prefix: &str, names: &[(String, String)]) -> String {
    let first = names.first().map_or("", |(name, _)| name);
    let first =
        names.iter().map(|(name, _)| &**name).find(|name| *name == "Deployment" || *name == "Service").unwrap_or(first);
    let mut out = format!("## {whose}, {module}: a schema for each kind, and for each of their parts.\n##\n");
    out += &format!("## `let {{ {first} }} = import \"std/k8s/{prefix}{module}\"`, then `{first} with {{ … }}`\n{{\n");
    for (name, path) in names {
        out += &format!("  {name} = import \"std/{path}\"\n");
    }
    out + "}\n"
}

fn table_of(kinds: &Kinds, version: &str) -> String {
    let mut out = format!("## The kinds of Kubernetes {version}, and custom ones, by `apiVersion` and `kind`.\n");
    out += "##\n## `(object : kinds[object.apiVersion][object.kind])` holds an object to its schema.\n{\n";
    for (version, of) in kinds {
        out += &format!("  {version:?} = {{\n");
        for (kind, path) in of {
            out += &format!("    {kind} = import \"std/{path}\"\n");
        }
        out += "  }\n";
    }
    out + "}\n"
}

/// The tables of all minors, the current one first.
fn minors(current: &str, older: &[String]) -> String {
    let mut out =
        "## The kinds of the minors of Kubernetes that the library knows, each a table as `std/k8s/kinds` has it.\n{\n"
            .to_owned();
    out += &format!("  {current:?} = import \"std/k8s/kinds\"\n");
    for version in older {
        out += &format!("  {version:?} = import \"std/k8s/{version}/kinds\"\n");
    }
    out + "}\n"
}

/// The files of a folder and those below it, sorted.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let yaml = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yaml");
    paths
        .into_iter()
        .flat_map(|path| if path.is_dir() { below(&path) } else { Vec::from_iter(Some(path).filter(yaml)) })
        .collect()
}

/// Writes the files, and takes away those that an earlier run made and this one does not.
fn store(library: &Path, files: &Files) {
    let old = library.join("k8s");
    for entry in std::fs::read_dir(&old).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            std::fs::remove_dir_all(entry.path()).unwrap_or_else(|error| panic!("{}: {error}", entry.path().display()));
        }
    }
    let mut bytes = 0;
    for (path, text) in files {
        let path = library.join(format!("{path}.rzp"));
        let folder = path.parent().unwrap_or(library);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
        written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        bytes += text.len();
    }
    println!("{} files, {} KB", files.len(), bytes / 1024);
}
