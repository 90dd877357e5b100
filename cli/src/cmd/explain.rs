//! `rzp explain`: why a value is what it is.

use crate::args::{Explain, Global, Shape};
use crate::call::{self, Target, Wrong};
use crate::disk::Project;
use crate::term::{Status, Term};
use rzp_lang::build::MAIN;
use rzp_lang::session::EvalOptions;
use std::path::Path;

pub fn run(args: &Explain, global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    let target = match target(args) {
        Ok(target) => target,
        Err(wrong) => return wrong.tell(&term),
    };
    let mut session = call::session(&target.project, global);
    let options = EvalOptions {
        path: Some(args.path.clone()),
        sets: args.sets.clone(),
        inputs: args.inputs.pairs(),
        ..EvalOptions::default()
    };
    let progress = term.progress("evaluating");
    let told = session.explain_file(&target.path, &options);
    drop(progress);
    let status = match told {
        Ok(told) => {
            term.report(&session.warnings(), session.sources());
            term.print(&match args.format {
                Shape::Text => told.text(),
                Shape::Json => told.json(),
            })
        }
        Err(diags) => term.report(&diags, session.sources()),
    };
    // The process ends here: giving a large heap back piece by piece would only take time.
    std::mem::forget(session);
    status
}

/// The file that is named, or else the project's services.
fn target(args: &Explain) -> Result<Target, Wrong> {
    if let Some(file) = &args.file {
        return call::program(file);
    }
    if args.path.ends_with(".rzp") && Path::new(&args.path).is_file() {
        let what = format!("`{}` is a file, and the path into it is wanted first", args.path);
        return Err(Wrong::new(what).tip(format!("rzp explain replicas {}", args.path)));
    }
    match Project::with_services(Path::new(".")) {
        Some(project) => Ok(Target { project, path: MAIN.to_owned() }),
        None => Err(Wrong::new(format!("no file is named, and there is no `{MAIN}` upwards from here"))
            .tip(format!("rzp explain {} file.rzp", args.path))),
    }
}
