//! Custom resource definitions of Kubernetes: a closed schema per kind and version.

use super::keywords::{Dialect, Reader, text};
use super::shape::{Field, Kinds, Others, Record, Set, Shape};
use crate::data::tree::Data;
use indexmap::IndexMap;

/// One version of a kind.
pub struct Resource {
    pub group: String,
    pub version: String,
    pub kind: String,
    /// Its objects have no namespace.
    pub is_cluster_wide: bool,
    pub shape: Shape,
}

/// The kinds of a file, which may hold several definitions, lists of them, and other objects.
pub fn resources(data: &Data) -> Vec<Resource> {
    let mut found = Vec::new();
    collect(data, &mut found);
    found
}

fn collect(data: &Data, out: &mut Vec<Resource>) {
    match data {
        Data::List(items) => items.iter().for_each(|item| collect(item, out)),
        data if text(data, "kind") == Some("CustomResourceDefinition") => definition(data, out),
        data => {
            if let Some(items @ Data::List(_)) = data.get("items") {
                collect(items, out);
            }
        }
    }
}

fn definition(data: &Data, out: &mut Vec<Resource>) {
    let Some(spec) = data.get("spec") else { return };
    let group = text(spec, "group").unwrap_or_default();
    let kind = spec.get("names").and_then(|names| text(names, "kind")).unwrap_or_default();
    let Some(Data::List(versions)) = spec.get("versions") else { return };
    for version in versions {
        let Some(name) = text(version, "name") else { continue };
        // Up to v1beta1 one schema may serve all versions.
        let schema = [version.get("schema"), spec.get("validation")].into_iter().flatten();
        let schema = schema.filter_map(|schema| schema.get("openAPIV3Schema")).next();
        let shape = match schema {
            Some(schema) => Reader::new(schema, Dialect::Kubernetes).schema(schema, ""),
            None => Shape::default(),
        };
        let shape = kind_of(shape, &format!("{group}/{name}"), kind);
        let is_cluster_wide = text(spec, "scope") == Some("Cluster");
        let (group, version, kind) = (group.to_owned(), name.to_owned(), kind.to_owned());
        out.push(Resource { group, version, kind, is_cluster_wide, shape });
    }
}

/// An object with what all have: its version and kind, and metadata.
pub fn kind_of(shape: Shape, version: &str, kind: &str) -> Shape {
    let record = match &shape.set {
        Set::Kinds(kinds) => kinds.record.clone(),
        _ => None,
    };
    let mut record = record.unwrap_or(Record { others: Others::Any, ..Record::default() });
    let mut fields = IndexMap::new();
    for (name, value) in [("apiVersion", version), ("kind", kind)] {
        let value = Data::Str(value.into());
        let shape = Shape::of(Set::OneOf(vec![value.clone()]));
        fields.insert(name.to_owned(), Field { shape, required: true, value: Some(value) });
    }
    let metadata = Shape::of(Set::Written("ObjectMeta".to_owned()));
    fields.insert("metadata".to_owned(), Field { shape: metadata, required: true, value: None });
    record.fields.retain(|name, _| !fields.contains_key(name));
    fields.extend(record.fields);
    record.fields = fields;
    let set = Set::Kinds(Box::new(Kinds { record: Some(record), ..Kinds::default() }));
    Shape { set, ..shape }
}
