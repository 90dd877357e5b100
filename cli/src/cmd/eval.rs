//! `rzp eval`: a file or an expression to its value.

use crate::args::{Eval, Form, Global};
use crate::call::{self, Target, Wrong};
use crate::disk::read_input;
use crate::insight::{self, Wrote};
use crate::term::{Status, Term};
use rzp_lang::base::diag::Diag;
use rzp_lang::session::{EvalOptions, Format};

/// What is to be evaluated: a file, or a text that stands at a place.
enum Input {
    File(Target),
    Text(Target, String),
}

pub fn run(args: &Eval, global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    match input(args) {
        Err(wrong) => wrong.tell(&term),
        Ok(Err(diag)) => term.fail(*diag),
        Ok(Ok(input)) => evaluate(&input, args, global, &term),
    }
}

fn evaluate(input: &Input, args: &Eval, global: &Global, term: &Term) -> Status {
    let (Input::File(target) | Input::Text(target, _)) = input;
    let mut session = call::session(&target.project, global);
    let options = options(args);
    let watched = insight::watch(&args.insight, &mut session);
    let progress = term.progress("evaluating");
    let result = match input {
        Input::File(target) => session.eval_file(&target.path, &options),
        Input::Text(target, text) => session.eval_text(&target.path, text, &options),
    };
    drop(progress);
    let wrote = match result {
        Ok(text) => {
            term.report(&session.warnings(), session.sources());
            let text = with_line_end(text);
            insight::writing(&mut session, "print", || Wrote::all(&text, term.print(&text)))
        }
        Err(diags) => Wrote::nothing(term.report(&diags, session.sources())),
    };
    let status = watched.tell(&mut session, &format!("rzp eval {}", target.path), wrote, term);
    // The process ends here: giving a large heap back piece by piece would only take time.
    std::mem::forget(session);
    status
}

/// The input, unless the call is wrong or standard input cannot be read.
fn input(args: &Eval) -> Result<Result<Input, Box<Diag>>, Wrong> {
    if let (Some(_), Some(second)) = (&args.expr, &args.path) {
        return Err(Wrong::new(format!("`-e` takes the place of the file: `{second}` is one word too many")));
    }
    Ok(match (&args.expr, args.file.as_deref()) {
        (Some(text), _) => Ok(Input::Text(call::here("<expression>")?, text.clone())),
        (None, Some("-") | None) => {
            let target = call::here("<stdin>")?;
            read_input().map(|text| Input::Text(target, text))
        }
        (None, Some(name)) => Ok(Input::File(call::program(name)?)),
    })
}

fn options(args: &Eval) -> EvalOptions {
    // With `-e` there is no file, and what stands first is the path.
    let path = if args.expr.is_some() { args.file.clone() } else { args.path.clone() };
    let format = match args.format {
        Form::Json => Format::Json,
        Form::Yaml => Format::Yaml,
        Form::Toml => Format::Toml,
        Form::Text => Format::Text,
    };
    EvalOptions { path, sets: args.sets.clone(), inputs: args.inputs.pairs(), format }
}

fn with_line_end(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
