//! The template of the library that fits a service plainly: one that gives nothing but what the service has anyway.
//!
//! What a template gives by itself is asked of the library. It may fit if each field in which it differs from a bare service
//! is one that the service sets; whether it comes to the same is for the lab to see. Fields that it gives just so are left
//! out.

use super::data;
use super::fields::{Fields, Node};
use super::lab;
use super::plan::Plan;
use crate::calc::quantity;
use crate::data::tree::Data;

/// A shape to start from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Template {
    pub name: &'static str,
    pub module: &'static str,
    /// Words of which the image has to have one; none stand for any image.
    images: &'static [&'static str],
}

/// A service with nothing given.
pub const BARE: Template = Template { name: "Service", module: "std/component/service", images: &[] };

const ALL: &[Template] = &[
    BARE,
    Template { name: "WebApp", module: "std/template/web", images: &[] },
    Template { name: "CronTask", module: "std/template/task", images: &[] },
    Template { name: "MediaApp", module: "std/template/media", images: &[] },
    Template { name: "Library", module: "std/template/media", images: &[] },
    Template {
        name: "Servarr",
        module: "std/template/media",
        images: &["sonarr", "radarr", "lidarr", "readarr", "prowlarr", "whisparr"],
    },
    Template { name: "Postgres", module: "std/template/database", images: &["postgres"] },
    Template { name: "Valkey", module: "std/template/database", images: &["valkey"] },
    Template { name: "ObjectStore", module: "std/template/database", images: &["minio"] },
];

/// Fields that every service says.
const SAID: [&str; 4] = ["name", "image", "ports", "schedule"];

/// Fields of parts that say nothing if they are so.
const PLAIN: [&str; 11] = [
    "scratch",
    "read_only",
    "access",
    "class",
    "via",
    "reach",
    "auth",
    "startup_seconds",
    "profile",
    "keep_days",
    "hours",
];

/// The templates that fit, the one that saves most lines first, each with the fields that are left to say.
pub fn choices(plan: &Plan, fields: &Fields) -> Vec<(Template, Fields)> {
    let image = at_text(fields, &["image"]);
    let fits_image = |one: &&Template| one.images.is_empty() || one.images.iter().any(|word| image.contains(word));
    let Some(bare) = shape(plan, BARE, fields) else { return Vec::new() };
    let mut found: Vec<(usize, Template, Fields)> = Vec::new();
    for template in ALL.iter().filter(fits_image) {
        let Some(given) = shape(plan, *template, fields) else { continue };
        if is_covered(&given, &bare, fields, &mut Vec::new()) {
            let mut left = fields.clone();
            found.push((prune(&mut left, &given, true), *template, left));
        }
    }
    // Of those that save as much, the plainest stands first.
    found.sort_by_key(|(saved, _, _)| std::cmp::Reverse(*saved));
    found.into_iter().map(|(_, template, left)| (template, left)).collect()
}

fn at_text(fields: &Fields, path: &[&str]) -> String {
    match fields.get(path) {
        Some(Node::Leaf(leaf)) => data::shown(&leaf.data),
        Some(Node::Tree(_)) | None => String::new(),
    }
}

/// What a template gives to a service that says no more than it must.
fn shape(plan: &Plan, template: Template, fields: &Fields) -> Option<Data> {
    let mut said = Fields::default();
    // A schedule holds only with the kind that a bare service has not by itself.
    for name in SAID.into_iter().filter(|name| *name != "schedule" || template != BARE) {
        if let Some(node) = fields.get(&[name]) {
            said.put(&[name], node.clone());
        }
    }
    let words = super::print::Words::none();
    let own = words.flat(&said.data());
    let text = format!(
        "{{ tier = \"core\", area = \"unsaid\" }} with (import \"{}\").{} with {own}",
        template.module, template.name
    );
    let found = lab::fields(&plan.name, &[("shape".to_owned(), text)], &plan.declared).ok()?;
    found.get("shape").cloned()
}

/// Whether each field that a template gives beyond a bare service is one that the service sets.
fn is_covered(given: &Data, bare: &Data, fields: &Fields, path: &mut Vec<String>) -> bool {
    let Data::Record(pairs) = given else { return true };
    pairs.iter().all(|(name, value)| {
        let name = name.text();
        path.push(name.to_string());
        let names: Vec<&str> = path.iter().map(|name| &**name).collect();
        let plain = bare.get(&name);
        let covered = match (value, fields.get(&names)) {
            (value, _) if Some(value) == plain => true,
            (Data::Record(_), Some(Node::Tree(_)) | None) if path.len() < 4 && !data::is_empty(value) => {
                is_covered(value, plain.unwrap_or(&Data::Null), fields, path)
            }
            (_, Some(_)) => true,
            (value, None) => data::is_empty(value) || PLAIN.contains(&&*name),
        };
        path.pop();
        covered
    })
}

/// Leaves out what is given just so; counts it.
fn prune(fields: &mut Fields, given: &Data, is_top: bool) -> usize {
    let mut saved = 0;
    fields.all.retain_mut(|(name, node)| {
        if is_top && SAID.contains(&&**name) {
            return true;
        }
        let Some(value) = given.get(name) else { return true };
        match node {
            Node::Leaf(leaf) if same(&leaf.data, value) => {
                saved += 1;
                false
            }
            Node::Leaf(_) => true,
            Node::Tree(tree) => {
                saved += prune(tree, value, false);
                !tree.is_empty()
            }
        }
    });
    saved
}

fn same(own: &Data, given: &Data) -> bool {
    let is_empty_record = matches!(own, Data::Record(pairs) if pairs.is_empty()) && matches!(given, Data::Record(_));
    let amount = |data: &Data| quantity::parse(&data::shown(data)).ok();
    let same_amount = match (own, given) {
        (Data::Str(_) | Data::Int(_), Data::Str(_) | Data::Int(_)) => match (amount(own), amount(given)) {
            (Some(own), Some(given)) => own.compare(given).is_eq(),
            _ => false,
        },
        _ => false,
    };
    own == given || is_empty_record || same_amount
}
