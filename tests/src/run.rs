//! Runs a section through the language, in a world of its own.

use crate::cases::Case;
use crate::judge::{Outcome, Seen};
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::base::span::Loc;
use rzp_lang::base::world::MemWorld;
use rzp_lang::{EvalOptions, Format, Session};
use std::rc::Rc;

const MAIN: &str = "main.rzp";

/// What the section's `main.rzp` gives.
pub fn run(case: &Case) -> Outcome {
    run_with(case, true)
}

/// The same with every contract asked, also those that are proved.
pub fn run_checking_all(case: &Case) -> Outcome {
    run_with(case, false)
}

fn run_with(case: &Case, elides: bool) -> Outcome {
    let world = case.files().into_iter().fold(MemWorld::new(), |world, (path, text)| world.with(&path, &text));
    let mut session = Session::new(Rc::new(world));
    session.vm().elides = elides;
    if case.option("run").any(|what| what == "check") {
        let checked = session.check(&[MAIN.to_owned()]);
        let errors = checked.diags.iter().filter(|diag| diag.is_error());
        return Outcome::Errors(errors.map(|diag| seen(diag, session.sources())).collect());
    }
    if case.option("run").any(|what| what == "lint") {
        let warnings = warned(case);
        if !warnings.is_empty() {
            return Outcome::Errors(warnings);
        }
    }
    if case.option("run").any(|what| what == "explain") {
        return match session.explain_file(MAIN, &options(case)) {
            Ok(told) if case.option("format").any(|format| format == "text") => Outcome::Output(told.text()),
            Ok(told) => Outcome::Output(told.json()),
            Err(diags) => Outcome::Errors(diags.iter().map(|diag| seen(diag, session.sources())).collect()),
        };
    }
    match session.eval_file(MAIN, &options(case)) {
        Ok(text) => Outcome::Output(text),
        Err(diags) => {
            let errors = diags.iter().filter(|diag| diag.is_error());
            Outcome::Errors(errors.map(|diag| seen(diag, session.sources())).collect())
        }
    }
}

/// What the checker has against a section that runs: nothing, if it keeps its promise.
pub fn refused(case: &Case) -> Vec<String> {
    let world = case.files().into_iter().fold(MemWorld::new(), |world, (path, text)| world.with(&path, &text));
    let mut session = Session::new(Rc::new(world));
    let checked = session.check(&[MAIN.to_owned()]);
    let errors = checked.diags.iter().filter(|diag| diag.is_error());
    errors.map(|diag| seen(diag, session.sources())).map(|seen| format!("{} {}", seen.code, seen.message)).collect()
}

/// What the lints say of a section's files.
pub fn warned(case: &Case) -> Vec<Seen> {
    let world = case.files().into_iter().fold(MemWorld::new(), |world, (path, text)| world.with(&path, &text));
    let mut session = Session::new(Rc::new(world));
    let checked = session.check(&[MAIN.to_owned()]);
    checked.diags.iter().filter(|diag| !diag.is_error()).map(|diag| seen(diag, session.sources())).collect()
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

fn seen(diag: &Diag, sources: &Sources) -> Seen {
    let place = |loc: Loc| {
        let shown = sources.show(loc);
        shown.strip_prefix(MAIN).and_then(|rest| rest.strip_prefix(':')).map(str::to_owned).unwrap_or(shown)
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
