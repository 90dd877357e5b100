//! Schemas of other languages as modules of types.

use super::crd::{Resource, resources};
use super::keywords::{Dialect, Reader, text, type_name};
use super::module::Module;
use super::places::escaped;
use super::shape::Shape;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::source::Sources;
use crate::calc::text::pascal_case;
use crate::data::file::read_file;
use crate::data::tree::Data;
use indexmap::IndexMap;

/// The language of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    JsonSchema,
    OpenApi,
    Crd,
}

/// What is to be made of a schema.
pub struct Options {
    pub language: Language,
    /// Whether fields start from their defaults.
    pub defaults: bool,
}

/// A module of types.
pub struct Imported {
    pub text: String,
    /// What the schema says and the module does not, each once.
    pub lost: Vec<String>,
    pub warnings: Vec<Diag>,
}

/// The module for a schema file; `kind` is how it is read, `json` or `yaml`, and `name` what messages call it. The
/// sources hold its text afterwards, for those who show the messages.
pub fn import(
    options: &Options,
    kind: &str,
    name: &str,
    content: &str,
    sources: &mut Sources,
) -> Result<Imported, Vec<Diag>> {
    let file = sources.add(name, content);
    let (data, warnings) = read_file::<Data>(kind, file, content).map_err(|diag| vec![diag])?;
    let module = match options.language {
        Language::JsonSchema => json_schema(&data, name),
        Language::OpenApi => open_api(&data),
        Language::Crd => crd(&data),
    };
    let mut module = module.map_err(|diag| vec![*diag])?;
    module.defaults = options.defaults;
    let mut lost = Vec::new();
    let text = module.text();
    for line in text.lines().filter_map(|line| line.trim_start().strip_prefix("# not carried over: ")) {
        if !lost.iter().any(|other| other == line) {
            lost.push(line.to_owned());
        }
    }
    Ok(Imported { text, lost, warnings })
}

/// The root is the module's value.
fn json_schema(data: &Data, file: &str) -> Result<Module, Box<Diag>> {
    if !matches!(data, Data::Record(_) | Data::Bool(_)) {
        return Err(wrong(
            "this is no JSON Schema",
            "a schema is a record of keywords, such as `type` and `properties`",
        ));
    }
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).split('.').next().unwrap_or_default();
    let title = text(data, "title").map(pascal_case).filter(|title| !title.is_empty() && title.len() <= 40);
    let root = type_name(&title.unwrap_or_else(|| pascal_case(stem)));
    let mut reader = Reader::new(data, Dialect::JsonSchema);
    reader.name("", &root);
    reader.read_named();
    Ok(Module { definitions: reader.definitions, root: Some(root), ..Module::default() })
}

/// All schemas among the components, or the definitions of version 2.
fn open_api(data: &Data) -> Result<Module, Box<Diag>> {
    let places = [
        ("/components/schemas", data.get("components").and_then(|all| all.get("schemas"))),
        ("/definitions", data.get("definitions")),
    ];
    let Some((pointer, Some(schemas))) = places.into_iter().find(|(_, found)| matches!(found, Some(Data::Record(_))))
    else {
        return Err(wrong(
            "this document has no schemas",
            "they stand in `components.schemas`, or in `definitions` up to version 2",
        ));
    };
    let mut reader = Reader::new(data, Dialect::OpenApi);
    let Data::Record(all) = schemas else { return Ok(Module::default()) };
    for (name, _) in all {
        let name = name.text();
        // `io.k8s.api.core.v1.Pod` is a Pod.
        let short = name.rsplit('.').next().unwrap_or(&name);
        reader.name(&format!("{pointer}/{}", escaped(&name)), &type_name(short));
    }
    reader.read_named();
    let title = data.get("info").map(|info| [text(info, "title"), text(info, "version")]);
    let about = title.into_iter().flatten().flatten().collect::<Vec<_>>().join(" ");
    Ok(Module { about, definitions: reader.definitions, ..Module::default() })
}

/// The kinds by their names; where there are several versions, those that are not the first of a kind by both.
fn crd(data: &Data) -> Result<Module, Box<Diag>> {
    let found = resources(data);
    if found.is_empty() {
        return Err(wrong(
            "there is no custom resource definition in this file",
            "its objects have the kind `CustomResourceDefinition`",
        ));
    }
    let mut definitions: IndexMap<String, Shape> = IndexMap::new();
    let mut groups: Vec<String> = Vec::new();
    for Resource { group, version, kind, shape, .. } in found {
        let group = format!("{group}/{version}");
        if !groups.contains(&group) {
            groups.push(group);
        }
        let name = type_name(&kind);
        let name = if definitions.contains_key(&name) { name + &type_name(&version) } else { name };
        definitions.insert(name, shape);
    }
    let about = format!("Custom resources of {}.", groups.join(", "));
    let imports = vec![("{ ObjectMeta }".to_owned(), "std/k8s/meta/v1".to_owned())];
    Ok(Module { about, definitions, imports, ..Module::default() })
}

fn wrong(title: &str, help: &str) -> Box<Diag> {
    Box::new(Diag::error(Code::Unwritable, title).help(help))
}
