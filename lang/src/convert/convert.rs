//! From the text of a data file to a program that gives its value exactly.
//!
//! What was written is run and compared before anybody sees it: a text that is read otherwise than it was meant would be
//! a fault of this program, and is told as one.

use super::comments;
use super::kinds::{Object, Objects, Tie, candidates, object};
use super::write::write;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::source::Sources;
use crate::base::span::{FileId, Loc, Span};
use crate::base::world::MemWorld;
use crate::data::file::read_file;
use crate::data::placed::{Placed, bare};
use crate::data::tree::Data;
use crate::fmt;
use crate::output::json::JsonSink;
use crate::prims;
use crate::session::{EvalOptions, Format, Session};
use std::rc::Rc;

/// A program, and what is doubtful in the file that it was made of.
pub struct Converted {
    pub text: String,
    pub warnings: Vec<Diag>,
}

/// Whether Kubernetes objects are written with the schemas of their kinds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Schemas {
    Used,
    Left,
}

/// The program for a data file of a kind, such as `yaml`; `name` is what messages call the file. The sources hold
/// its text afterwards, for those who show the messages.
pub fn convert(
    kind: &str,
    name: &str,
    text: &str,
    schemas: Schemas,
    sources: &mut Sources,
) -> Result<Converted, Vec<Diag>> {
    let file = sources.add(name, text);
    let (tree, mut warnings) = read_file::<Placed>(kind, file, text).map_err(|diag| vec![diag])?;
    let notes = comments::find(kind, text, &tree);
    let objects = if schemas == Schemas::Used { objects(&tree, file, text, &mut warnings) } else { Objects::default() };
    let program = write(&tree, &notes, text, &objects);
    let program = fmt::format(&program).unwrap_or(program);
    exact(&program, &bare(tree)).map_err(|diag| vec![diag])?;
    Ok(Converted { text: program, warnings })
}

/// The objects that can be written with their schemas; what a schema refuses is told, and stays a plain record.
fn objects(tree: &Placed, file: FileId, text: &str, warnings: &mut Vec<Diag>) -> Objects {
    let library = prims::library().files;
    let mut objects = Objects::default();
    for candidate in candidates(tree) {
        let Some(found) = object(candidate, library) else { continue };
        let meant = bare(candidate.clone());
        let tied = |tie| {
            let tied = Object { tie, ..found.clone() };
            let alone = Objects::from_iter([(candidate.at.start, tied.clone())]);
            exact(&write(candidate, &[], text, &alone), &meant).map(|()| tied)
        };
        match tied(Tie::With).or_else(|_| tied(Tie::Annotation)) {
            Ok(tied) => drop(objects.insert(candidate.at.start, tied)),
            Err(why) => warnings.push(unfit(&found, candidate.at.at(file), &why)),
        }
    }
    objects
}

fn unfit(object: &Object, at: Loc, why: &Diag) -> Diag {
    let why = why.title.split_once("it would not run: ").map_or(&*why.title, |(_, why)| why);
    let title = format!("this {} is not what its schema asks for: {why}", object.kind);
    let first = Span { end: at.span.start + 1, ..at.span }.at(at.file);
    Diag::warning(Code::Unwritable, title)
        .at(first, "")
        .help("it is written as a plain record; mend it, and convert it again")
}

/// Whether a program gives a value to the letter; the error says what it does instead.
pub fn exact(program: &str, meant: &Data) -> Result<(), Diag> {
    match value(program) {
        Ok(given) if given.trim_end() == json(meant) => Ok(()),
        Ok(_) => Err(fault("it would give another value")),
        Err(diags) => {
            let why = diags.first().map(|diag| diag.title.clone()).unwrap_or_default();
            Err(fault(&format!("it would not run: {why}")))
        }
    }
}

fn fault(why: &str) -> Diag {
    let title = format!("this file cannot be written as a program, {why}");
    Diag::error(Code::Unwritable, title).help("leave it as data: `import` reads it as it is")
}

fn value(program: &str) -> Result<String, Vec<Diag>> {
    let mut session = Session::new(Rc::new(MemWorld::new()));
    session.eval_text("main.rzp", program, &EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() })
}

fn json(data: &Data) -> String {
    let mut sink = JsonSink::compact();
    // A tree that was read can be written.
    let _ = data.write(&mut sink);
    sink.finish()
}
