//! Kubernetes objects among data, and the schemas that they are written with.

use crate::base::shelf::Shelf;
use crate::base::symbol::Symbol;
use crate::data::placed::{Node, Placed};
use crate::data::tree::Data;
use rustc_hash::FxHashMap;

/// How an object is tied to its schema.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tie {
    /// `Deployment with { … }`: the schema gives `apiVersion` and `kind`, and stands first.
    With,
    /// `({ … } : Deployment)`: where the fields have an order of their own.
    Annotation,
}

/// An object whose kind is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// `core/v1`
    pub module: String,
    pub kind: String,
    pub tie: Tie,
}

/// The objects of a file by where they begin: it may be one, or a list of documents.
pub type Objects = FxHashMap<u32, Object>;

/// The records that may be objects: the whole of a file, or each of its documents.
pub fn candidates(tree: &Placed) -> Vec<&Placed> {
    match &tree.node {
        Node::Record(_) => vec![tree],
        Node::List(items) => items.iter().collect(),
        Node::Scalar(_) => Vec::new(),
    }
}

/// The object that a record is, if the library has the schema of its kind.
pub fn object(tree: &Placed, library: Shelf) -> Option<Object> {
    let (version, kind) = (text(tree, "apiVersion")?, text(tree, "kind")?);
    let module = if version.contains('/') { version.to_owned() } else { format!("core/{version}") };
    let plain = kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.chars().all(|c| c.is_ascii_alphanumeric());
    let known = plain && library.has(&format!("k8s/{module}/{kind}"));
    known.then(|| Object { module, kind: kind.to_owned(), tie: Tie::With })
}

fn text<'t>(tree: &'t Placed, name: &str) -> Option<&'t str> {
    let Node::Record(fields) = &tree.node else { return None };
    let name = Symbol::new(name);
    fields.iter().find_map(|(key, value)| match &value.node {
        Node::Scalar(Data::Str(text)) if key.0 == name => Some(&**text),
        _ => None,
    })
}

/// What the schemas of a file are called in it, and the lines that bring them in.
#[derive(Debug, Default)]
pub struct Names {
    /// By module and kind.
    names: FxHashMap<(String, String), String>,
    pub lines: String,
}

impl Names {
    pub fn of(objects: &Objects) -> Names {
        let mut modules: Vec<(&str, Vec<&str>)> = Vec::new();
        let mut starts: Vec<&u32> = objects.keys().collect();
        starts.sort();
        for object in starts.into_iter().map(|start| &objects[start]) {
            let at = match modules.iter().position(|(module, _)| *module == object.module) {
                Some(at) => at,
                None => {
                    modules.push((&object.module, Vec::new()));
                    modules.len() - 1
                }
            };
            if !modules[at].1.contains(&&*object.kind) {
                modules[at].1.push(&object.kind);
            }
        }
        let mut names = Names::default();
        for (module, kinds) in &modules {
            let others = modules.iter().filter(|(other, _)| other != module).flat_map(|(_, kinds)| kinds);
            let clash = others.clone().any(|kind| kinds.contains(kind));
            let pattern = if clash { alias(module) } else { format!("{{ {} }}", kinds.join(", ")) };
            names.lines += &format!("let {pattern} = import \"std/k8s/{module}\"\n");
            for kind in kinds {
                let name = if clash { format!("{pattern}.{kind}") } else { (*kind).to_owned() };
                names.names.insert(((*module).to_owned(), (*kind).to_owned()), name);
            }
        }
        names
    }

    pub fn name(&self, object: &Object) -> String {
        self.names.get(&(object.module.clone(), object.kind.clone())).unwrap_or(&object.kind).clone()
    }
}

/// `networking.k8s.io/v1` as a name: `networking_k8s_io_v1`.
fn alias(module: &str) -> String {
    module.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
