//! What an object of the library lacks of what it should have, as the least that has to be laid over it.
//!
//! Records are gone through field by field, lists of things with names element by element; any other list is one value.
//! What the library has beyond the manifests stays. A null in what is wanted says that a field must not be there.

use super::data::{self, AWAY, at};
use super::print::Words;
use crate::calc::quantity;
use crate::convert::literal::name;
use crate::data::tree::Data;

/// What is to be laid over a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// A value in the place of what is there; null takes it away.
    Set(Data),
    Fields(Vec<(String, Overlay)>),
    List(Edits),
}

/// Changes of a list whose elements have names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Edits {
    /// The field that names an element: `name`, `mountPath`.
    key: &'static str,
    edits: Vec<(Data, Overlay)>,
    gone: Vec<(Data, Data)>,
    more: Vec<Data>,
    /// How many elements there are.
    count: usize,
}

/// The field that names the elements of a list, by the name of the list.
fn key_of(list: &str) -> Option<&'static str> {
    match list {
        "containers" | "initContainers" | "volumes" | "env" | "ports" => Some("name"),
        "volumeMounts" => Some("mountPath"),
        "volumeClaimTemplates" => Some("metadata.name"),
        "endpoints" => Some("port"),
        "data" => Some("secretKey"),
        _ => None,
    }
}

/// What `made` lacks of `wanted`, if anything.
pub fn overlay(wanted: &Data, made: &Data) -> Option<Overlay> {
    between("", wanted, Some(made))
}

fn between(path: &str, wanted: &Data, made: Option<&Data>) -> Option<Overlay> {
    match (wanted, made) {
        (Data::Null, None) => None,
        (Data::Null, Some(_)) => Some(Overlay::Set(Data::Null)),
        (wanted, Some(made)) if same(path, wanted, made) || is_ours(path, wanted, made) => None,
        (Data::Record(pairs), Some(made @ Data::Record(_))) => {
            let inner = |(field, value): &data::Pair| {
                let field = field.text();
                let below = between(&format!("{path}.{field}"), value, made.get(&field))?;
                Some((field.to_string(), below))
            };
            let fields: Vec<_> = pairs.iter().filter_map(inner).collect();
            (!fields.is_empty()).then_some(Overlay::Fields(fields))
        }
        (Data::List(items), Some(Data::List(there))) => match key_of(last(path)) {
            Some(key) => edits(path, key, items, there),
            None => Some(Overlay::Set(clean(wanted))),
        },
        (wanted, None) => {
            let clean = clean(wanted);
            (!data::is_empty(&clean) || *wanted == clean).then_some(Overlay::Set(clean)).filter(|_| !is_nothing(wanted))
        }
        (wanted, Some(_)) => Some(Overlay::Set(clean(wanted))),
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Whether a record says only what must not be there.
fn is_nothing(wanted: &Data) -> bool {
    matches!(wanted, Data::Record(pairs) if pairs.iter().all(|(_, value)| *value == Data::Null || is_nothing(value)) && !pairs.is_empty())
        || matches!(wanted, Data::List(items) if items.iter().all(|item| item.get(AWAY).is_some()))
}

/// A value without marks.
fn clean(wanted: &Data) -> Data {
    match wanted {
        Data::Record(pairs) => {
            let stays = |(name, value): &&data::Pair| *value != Data::Null && &*name.text() != AWAY;
            Data::Record(pairs.iter().filter(stays).map(|(name, value)| (*name, clean(value))).collect())
        }
        Data::List(items) => Data::List(items.iter().filter(|item| item.get(AWAY).is_none()).map(clean).collect()),
        scalar => scalar.clone(),
    }
}

/// Whether two values mean the same: amounts by what they are, numbers and texts by how they read.
fn same(path: &str, wanted: &Data, made: &Data) -> bool {
    if wanted == made {
        return true;
    }
    let is_scalar = |data: &Data| !matches!(data, Data::Record(_) | Data::List(_) | Data::Null);
    if !is_scalar(wanted) || !is_scalar(made) {
        return false;
    }
    let amount = |data: &Data| quantity::parse(&data::shown(data)).ok();
    let is_amount = path.contains(".resources.") || path.ends_with(".sizeLimit");
    let same_amount = || match (amount(wanted), amount(made)) {
        (Some(wanted), Some(made)) => wanted.compare(made).is_eq(),
        _ => false,
    };
    data::shown(wanted) == data::shown(made) || is_amount && same_amount()
}

/// What the library does otherwise on purpose, although the manifests say it: a pod whose claim only one can hold ends
/// before the next one starts.
fn is_ours(path: &str, wanted: &Data, made: &Data) -> bool {
    path == ".spec.strategy"
        && data::text(made, "type") == Some("Recreate")
        && data::text(wanted, "type") != Some("Recreate")
}

fn edits(path: &str, key: &'static str, wanted: &[Data], made: &[Data]) -> Option<Overlay> {
    let mut found = Edits { key, count: made.len(), ..Edits::default() };
    for item in wanted {
        let id = at(item, key).cloned().unwrap_or(Data::Null);
        let other_name = |one: &Data| key == "mountPath" && at(one, "name") != at(item, "name");
        let is_it = |one: &&Data| at(one, key) == Some(&id);
        let twin = made.iter().find(|one| is_it(one) && !other_name(one)).or_else(|| made.iter().find(is_it));
        match twin {
            _ if item.get(AWAY).is_some() => {
                if let Some(twin) = made.iter().find(|one| at(one, key) == Some(&id) && !other_name(one)) {
                    found.gone.push((id, at(twin, "name").cloned().unwrap_or(Data::Null)));
                }
            }
            Some(twin) => {
                if let Some(below) = between(path, item, Some(twin)) {
                    found.edits.push((id, below));
                }
            }
            None => found.more.push(clean(item)),
        }
    }
    let is_empty = found.edits.is_empty() && found.gone.is_empty() && found.more.is_empty();
    (!is_empty).then_some(Overlay::List(found))
}

impl Overlay {
    /// The paths that it changes, for people.
    pub fn paths(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.note("", &mut found);
        found
    }

    fn note(&self, path: &str, found: &mut Vec<String>) {
        match self {
            Overlay::Set(_) => found.push(path.to_owned()),
            Overlay::Fields(fields) => {
                for (field, below) in fields {
                    below.note(&if path.is_empty() { field.clone() } else { format!("{path}.{field}") }, found);
                }
            }
            Overlay::List(edits) => {
                let at = |id: &Data| format!("{path}[{}]", data::shown(id));
                edits.edits.iter().for_each(|(id, below)| below.note(&at(id), found));
                edits.gone.iter().for_each(|(id, _)| found.push(at(id)));
                edits.more.iter().for_each(|item| found.push(at(data::at(item, edits.key).unwrap_or(&Data::Null))));
            }
        }
    }

    /// The same without the fields of a name, wherever they are; `None` if nothing is left.
    pub fn without(self, unwanted: &str) -> Option<Overlay> {
        match self {
            Overlay::Set(value) => Some(Overlay::Set(strip(value, unwanted))),
            Overlay::Fields(fields) => {
                let stay = fields.into_iter().filter(|(field, _)| field != unwanted);
                let stay: Vec<_> = stay.filter_map(|(field, below)| Some((field, below.without(unwanted)?))).collect();
                (!stay.is_empty()).then_some(Overlay::Fields(stay))
            }
            Overlay::List(mut edits) => {
                edits.edits =
                    edits.edits.into_iter().filter_map(|(id, below)| Some((id, below.without(unwanted)?))).collect();
                edits.more = edits.more.into_iter().map(|item| strip(item, unwanted)).collect();
                let is_empty = edits.edits.is_empty() && edits.gone.is_empty() && edits.more.is_empty();
                (!is_empty).then_some(Overlay::List(edits))
            }
        }
    }

    fn has_list(&self) -> bool {
        match self {
            Overlay::Set(_) => false,
            Overlay::Fields(fields) => fields.iter().any(|(_, below)| below.has_list()),
            Overlay::List(_) => true,
        }
    }

    /// The lines of the braces that are laid over a value: `path = expression`.
    pub fn lines(&self, words: &Words) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        self.line("", words, &mut lines);
        lines
    }

    fn line(&self, path: &str, words: &Words, lines: &mut Vec<(String, String)>) {
        match self {
            Overlay::Fields(fields) if fields.len() == 1 || self.has_list() || path.is_empty() => {
                for (field, below) in fields {
                    let field = name(field);
                    below.line(&if path.is_empty() { field } else { format!("{path}.{field}") }, words, lines);
                }
            }
            Overlay::List(edits) => lines.push((path.to_owned(), edits.text(path, words))),
            Overlay::Fields(_) | Overlay::Set(_) => lines.push((path.to_owned(), words.flat(&self.plain()))),
        }
    }

    /// What has no list in it, as data.
    fn plain(&self) -> Data {
        match self {
            Overlay::Set(value) => value.clone(),
            Overlay::Fields(fields) => Data::Record(
                fields.iter().map(|(field, below)| (crate::base::symbol::Symbol::new(field), below.plain())).collect(),
            ),
            Overlay::List(_) => Data::Null,
        }
    }
}

/// A value without the fields of a name.
pub fn strip(value: Data, unwanted: &str) -> Data {
    match value {
        Data::Record(pairs) => {
            let stay = pairs.into_iter().filter(|(name, _)| &*name.text() != unwanted);
            Data::Record(stay.map(|(name, value)| (name, strip(value, unwanted))).collect())
        }
        Data::List(items) => Data::List(items.into_iter().map(|item| strip(item, unwanted)).collect()),
        scalar => scalar,
    }
}

impl Edits {
    /// The list with its changes: `[if c.name == "web" then c with { … } else c for c in super.containers]`.
    fn text(&self, path: &str, words: &Words) -> String {
        let one = &last(path)[..1];
        let is = |id: &Data| format!("{one}.{} == {}", self.key, words.flat(id));
        let mut element = one.to_owned();
        for (id, below) in self.edits.iter().rev() {
            let lines: Vec<String> =
                below.lines(words).into_iter().map(|(path, text)| format!("{path} = {text}")).collect();
            let changed = format!("{one} with {{ {} }}", lines.join(", "));
            element = if self.count == 1 { changed } else { format!("if {} then {changed} else {element}", is(id)) };
        }
        let gone = |(id, name): &(Data, Data)| match name {
            Data::Null => format!("!({})", is(id)),
            name => format!("!({} && {one}.name == {})", is(id), words.flat(name)),
        };
        let stays: Vec<String> = self.gone.iter().map(gone).collect();
        let condition = if stays.is_empty() { String::new() } else { format!(" if {}", stays.join(" && ")) };
        let base = if self.edits.is_empty() && self.gone.is_empty() {
            format!("super.{path}")
        } else {
            format!("[{element} for {one} in super.{path}{condition}]")
        };
        if self.more.is_empty() {
            return base;
        }
        let more: Vec<String> = self.more.iter().map(|item| words.flat(item)).collect();
        format!("{base} ++ [{}]", more.join(", "))
    }
}
