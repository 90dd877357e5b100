//! Runs a section through the language: in a world of its own, or among the files of a project.
//!
//! A section of a project stands in the place of the file that holds it, so that it imports what lies
//! beside that file, and its mistakes are shown on the file's own lines. Files that a section brings
//! along (`#file`) lie beside it too, and hide those of the same name.

use super::cases::{Case, Expected};
use super::judge::{Outcome, Seen};
use crate::base::diag::Diag;
use crate::base::overlay::Overlay;
use crate::base::source::Sources;
use crate::base::span::{FileId, Loc};
use crate::base::world::{MemWorld, World};
use crate::report::terminal;
use crate::session::{EvalOptions, Format, Session};
use std::rc::Rc;

const MAIN: &str = "main.rzp";

/// Where a section runs.
pub struct Place<'a> {
    /// The path of its text.
    pub main: &'a str,
    /// The files around it.
    pub world: Rc<dyn World>,
    /// How a session over a world is made.
    pub session: &'a dyn Fn(Rc<dyn World>) -> Session,
    /// Code that stands in front of the section's, on the line of its header.
    pub prelude: String,
    /// So many lines of the file come before the section's first one.
    pub above: usize,
}

/// What came of a section, and its errors as a terminal shows them.
pub struct Ran {
    pub outcome: Outcome,
    pub told: String,
    /// The definitions that it used, where that is watched.
    pub used: Vec<Use>,
}

/// A definition that was used.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    pub file: String,
    /// The place in the text, and its line, counted from one.
    pub at: u32,
    pub line: usize,
}

impl Place<'_> {
    /// A world that holds the section's files and no other.
    fn alone() -> Place<'static> {
        let world = Rc::new(MemWorld::new());
        Place { main: MAIN, world, session: &|world| Session::new(world), prelude: String::new(), above: 0 }
    }

    fn session_for(&self, case: &Case) -> Session {
        let world = Overlay::new(self.world.clone());
        let folder = self.main.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for (index, (path, text)) in case.files().into_iter().enumerate() {
            match index {
                0 => {
                    let gap = "\n".repeat(self.above.saturating_sub(1));
                    let head = if self.above > 0 { format!("{gap}{}\n", self.prelude) } else { String::new() };
                    world.open(self.main, &format!("{head}{text}"));
                }
                _ => world.open(&format!("{folder}{path}"), &text),
            }
        }
        (self.session)(Rc::new(world))
    }
}

/// How a section is run. Every way gives the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum How {
    Usual,
    /// With every contract asked, also those that are proved.
    CheckingAll,
    /// With values that keep what they were made of.
    Remembering,
    /// With definitions that tell when they are used.
    Watching,
}

/// What a section's `main.rzp` gives in a world of its own.
pub fn run(case: &Case) -> Outcome {
    run_as(case, How::Usual)
}

/// The same in one of the ways.
pub fn run_as(case: &Case, how: How) -> Outcome {
    run_at(case, &Place::alone(), how).outcome
}

/// What a section gives in its place.
pub fn run_at(case: &Case, place: &Place, how: How) -> Ran {
    let mut session = place.session_for(case);
    session.vm().elides = how != How::CheckingAll;
    session.vm().remembers = how == How::Remembering;
    session.vm().watches = how == How::Watching;
    let ran = ran(case, place, &mut session);
    Ran { used: used(&mut session), ..ran }
}

fn used(session: &mut Session) -> Vec<Use> {
    let vm = session.vm();
    let told = |(file, at): &(FileId, u32)| {
        let source = vm.sources.get(*file);
        Use { file: source.name.to_string(), at: *at, line: source.position(*at).0 }
    };
    vm.used.iter().map(told).collect()
}

fn ran(case: &Case, place: &Place, session: &mut Session) -> Ran {
    let what: Vec<&str> = case.option("run").collect();
    if what.contains(&"check") || what.contains(&"lint") {
        let checked = session.check(&[place.main.to_owned()]);
        let counts = |diag: &Diag| diag.is_error() == what.contains(&"check");
        let diags: Vec<Diag> = checked.diags.into_iter().filter(counts).collect();
        if what.contains(&"check") || !diags.is_empty() {
            return errors(diags, session, place);
        }
    }
    let output = if what.contains(&"explain") {
        let told = session.explain_file(place.main, &options(case));
        let text = case.option("format").any(|format| format == "text");
        told.map(|told| if text { told.text() } else { told.json() })
    } else {
        session.eval_file(place.main, &options(case))
    };
    match output {
        Ok(text) => Ran { outcome: Outcome::Output(text), told: String::new(), used: Vec::new() },
        Err(diags) => errors(diags.into_iter().filter(Diag::is_error).collect(), session, place),
    }
}

fn errors(diags: Vec<Diag>, session: &Session, place: &Place) -> Ran {
    let sources = session.sources();
    let seen = diags.iter().map(|diag| seen(diag, sources, place)).collect();
    Ran { outcome: Outcome::Errors(seen), told: terminal::render(&diags, sources, false), used: Vec::new() }
}

/// What the checker has against a section that runs: nothing, if it keeps its promise.
pub fn refused(case: &Case) -> Vec<String> {
    let found = checked(case).into_iter().filter(|(error, _)| *error);
    found.map(|(_, seen)| format!("{} {}", seen.code, seen.message)).collect()
}

/// What the lints say of a section's files.
pub fn warned(case: &Case) -> Vec<Seen> {
    checked(case).into_iter().filter(|(error, _)| !error).map(|(_, seen)| seen).collect()
}

/// What a check says, and whether it is an error.
fn checked(case: &Case) -> Vec<(bool, Seen)> {
    let place = Place::alone();
    let mut session = place.session_for(case);
    let checked = session.check(&[MAIN.to_owned()]);
    checked.diags.iter().map(|diag| (diag.is_error(), seen(diag, session.sources(), &place))).collect()
}

/// Whether a section that expects nothing is content with what came: an example has only to run.
pub fn runs(case: &Case, outcome: &Outcome) -> bool {
    case.expected == Expected::Nothing && matches!(outcome, Outcome::Output(_))
}

fn options(case: &Case) -> EvalOptions {
    let pairs = |key| {
        let split = |text: &str| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        case.option(key).filter_map(split).collect()
    };
    let format = match case.option("format").last() {
        Some("yaml") => Format::Yaml,
        Some("toml") => Format::Toml,
        Some("text") => Format::Text,
        _ => Format::JsonCompact,
    };
    let path = case.option("path").last().map(str::to_owned);
    EvalOptions { path, sets: pairs("set"), inputs: pairs("input"), format }
}

fn seen(diag: &Diag, sources: &Sources, at: &Place) -> Seen {
    let place = |loc: Loc| {
        let source = sources.get(loc.file);
        let (line, column) = source.position(loc.span.start);
        match *source.name == *at.main {
            true => format!("{}:{column}", line.saturating_sub(at.above)),
            false => sources.show(loc),
        }
    };
    let mut lines = vec![diag.title.clone()];
    lines.extend(diag.labels.iter().map(|label| format!("at {} {}", place(label.loc), label.text)));
    lines.extend(diag.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(diag.helps.iter().map(|help| format!("help: {help}")));
    lines.extend(diag.fix.iter().map(|fix| format!("help: {} `{}`", fix.title, fix.replacement)));
    Seen {
        code: diag.code.to_string(),
        place: diag.place().map(place).unwrap_or_default(),
        title: diag.title.clone(),
        message: lines.join("\n"),
    }
}
