//! Where the sides of a difference were written, with what stands there.

use super::compare::Part;
use super::objects::Object;
use crate::base::source::Sources;
use crate::base::span::Loc;
use crate::data::tree::Data;
use crate::eval::vm::Vm;
use crate::eval::whence::{Input, Whence};
use crate::session::Session;

/// A longer text, or one of several lines, is not told.
const LONGEST: usize = 60;
/// So many values in a list or record are asked for.
const INSIDE: usize = 16;

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub file: String,
    pub line: usize,
    pub column: usize,
    /// It is in the library.
    pub library: bool,
    /// The field that is given a value there, as it is written: `ports.http`.
    pub field: String,
    /// What stands there, without secrets.
    pub text: String,
    /// It has chosen a value of the library's, and is no part of it.
    pub chosen: bool,
}

impl Spot {
    /// Whether both say the same, on whichever line.
    pub fn is_like(&self, other: &Spot) -> bool {
        (&self.file, &self.field, &self.text) == (&other.file, &other.field, &other.text)
    }

    /// The last name of the field.
    pub fn last_field(&self) -> &str {
        self.field.rsplit('.').next().unwrap_or_default()
    }

    /// What stands there, if that is short.
    pub fn short(&self) -> Option<&str> {
        (self.text.len() <= LONGEST && !self.text.contains('\n')).then_some(&*self.text)
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Where one side of a difference comes from.
#[derive(Debug, Clone)]
pub struct Root {
    pub spot: Spot,
    /// The value is what stands there, and not computed from it.
    pub exact: bool,
    /// All places of the user's that it is computed from.
    pub inputs: Vec<Spot>,
}

impl Root {
    /// What the user wrote that the value is made of.
    pub fn leaves(&self) -> &[Spot] {
        match &self.inputs[..] {
            [] if self.spot.library => &[],
            [] => std::slice::from_ref(&self.spot),
            inputs => inputs,
        }
    }
}

/// Where parts of objects come from, each as the object and the part; in a session that remembers.
pub fn places(session: &mut Session, asked: &[(&Object, &Part)]) -> Vec<Option<Root>> {
    let found = session.run_once(&[], |vm| Ok(asked.iter().map(|(object, part)| ask(vm, object, part)).collect()));
    let found: Vec<Option<(Whence, bool)>> = found.unwrap_or_default();
    // What is secret is covered first, so that no text shows it.
    session.hidden();
    let sources = session.sources().shown(|_| true);
    let mut told: Vec<Option<Root>> =
        found.iter().map(|found| found.as_ref().map(|(whence, whole)| root(&sources, whence, *whole))).collect();
    told.resize_with(asked.len(), || None);
    told
}

/// The answer; of a list or record that the library has put together, the one for the first thing in it that the user
/// wrote.
fn ask(vm: &mut Vm, object: &Object, part: &Part) -> Option<(Whence, bool)> {
    let steps: Vec<&str> = part.steps.iter().map(String::as_str).collect();
    let whence = vm.whence(&object.value, &steps)?;
    if !matches!(part.data, Data::List(_) | Data::Record(_)) || !vm.sources.is_library(whence.loc.file) {
        return Some((whence, false));
    }
    let mut inner = Vec::new();
    scalars(&part.data, &mut part.steps.clone(), &mut inner);
    let inside = inner.iter().find_map(|steps| {
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        vm.whence(&object.value, &steps).filter(|found| !vm.sources.is_library(found.loc.file) && !found.chosen)
    });
    Some(inside.map_or((whence, false), |found| (found, true)))
}

/// The ways to the first plain values in a list or record.
fn scalars(data: &Data, way: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let mut inside = |step: String, value: &Data| {
        way.push(step);
        scalars(value, way, found);
        way.pop();
    };
    match data {
        Data::Record(fields) => fields.iter().for_each(|(name, value)| inside(name.to_string(), value)),
        Data::List(items) => items.iter().enumerate().for_each(|(at, value)| inside(at.to_string(), value)),
        _ if found.len() < INSIDE => found.push(way.clone()),
        _ => {}
    }
}

/// `inside` says that it is the place of something in the value, and not of the value.
fn root(sources: &Sources, whence: &Whence, inside: bool) -> Root {
    let spot = |(loc, name, chosen): &Input| spot(sources, *loc, name.as_deref(), *chosen);
    let inputs = whence.inputs.iter().map(spot).collect();
    Root { spot: spot(&(whence.loc, whence.name.clone(), whence.chosen)), exact: whence.exact && !inside, inputs }
}

fn spot(sources: &Sources, loc: Loc, name: Option<&str>, chosen: bool) -> Spot {
    let source = sources.get(loc.file);
    let (line, column) = source.position(loc.span.start);
    let written = source.text.get(source.line_start(line - 1) as usize..loc.span.start as usize);
    let field = written.and_then(written_field).or_else(|| name.map(str::to_owned)).unwrap_or_default();
    let text = source.text.get(loc.span.range()).unwrap_or_default().to_owned();
    let library = sources.is_library(loc.file);
    Spot { file: source.name.to_string(), line, column, library, field, text, chosen }
}

/// The path in front of a value: `ports.http` of `  ports.http = `, `image` of `  image : Image = `, `a` of `a: `.
fn written_field(before: &str) -> Option<String> {
    let before = before.trim_end();
    let before = before.strip_suffix('=').or_else(|| before.strip_suffix(':'))?.trim_end();
    let name = |text: &str| {
        let start = text
            .rfind(|c: char| !(c.is_alphanumeric() || "_-.\"/".contains(c)))
            .map_or(0, |at| at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        text.get(start..).filter(|name| !name.is_empty()).map(str::to_owned)
    };
    // An annotation stands between a field and its value.
    match before.rsplit_once(" : ") {
        Some((field, _)) => name(field.trim_end_matches([' ', '?'])),
        None => name(before),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_called_as_it_is_written() {
        assert_eq!(written_field("  ports.http = ").as_deref(), Some("ports.http"));
        assert_eq!(written_field("  default replicas : Int & >=0 = ").as_deref(), Some("replicas"));
        assert_eq!(written_field("let tag = ").as_deref(), Some("tag"));
        assert_eq!(written_field("  volumes.config = { path = ").as_deref(), Some("path"));
        assert_eq!(
            written_field("  labels.\"app.kubernetes.io/name\" = ").as_deref(),
            Some("labels.\"app.kubernetes.io/name\"")
        );
        assert_eq!(written_field("replicas: ").as_deref(), Some("replicas"));
        assert_eq!(written_field("  f(1, "), None);
    }
}
