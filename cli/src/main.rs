//! The `rzp` command: dispatch only.

mod args;
mod disk;
mod git;
mod memory;
mod clock;
mod walk;
mod term;
mod pages;
mod call;
mod library;
mod stats;
mod insight;
mod tree;
mod build;
mod repl;
mod lsp;
mod apply;
mod simulate;
mod cmd;

use args::{Cli, Command};
use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;
use term::{Status, Term};

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => dispatch(&cli).into(),
        Err(error) => told(&error).into(),
    }
}

fn dispatch(cli: &Cli) -> Status {
    let global = &cli.global();
    let term = Term::new(global);
    if let Some(folder) = &global.library
        && let Err(wrong) = library::read_from(folder)
    {
        return wrong.tell(&term);
    }
    let told = term.clone();
    let status = match &cli.command {
        Command::Init(args) => cmd::init::run(args, term),
        Command::Eval(args) => cmd::eval::run(args, global, term),
        Command::Explain(args) => cmd::explain::run(args, global, term),
        Command::Build(args) => cmd::build::run(args, global, term),
        Command::Graph(args) => cmd::graph::run(args, global, term),
        Command::Diff(args) => cmd::diff::run(args, global, term),
        Command::Plan(args) => cmd::plan::run(args, global, term),
        Command::Apply(args) => cmd::apply::run(args, global, term),
        Command::Adopt(args) => cmd::apply::adopt(args, global, term),
        Command::Unlock(args) => cmd::unlock::run(args, global, term),
        Command::Check(args) => cmd::check::run(args, global, term),
        Command::Convert(args) if args.lift => cmd::lift::run(args, term),
        Command::Convert(args) => cmd::convert::run(args, term),
        Command::Import(args) => cmd::import::run(args, term),
        Command::Test(args) => cmd::test::run(args, global, term),
        Command::Fmt(args) => cmd::fmt::run(args, term),
        Command::Repl(args) => cmd::repl::run(args, global, term),
        Command::Lsp(args) => cmd::lsp::run(args, term),
        Command::Simulate(args) => cmd::simulate::run(args, term),
        Command::Doc(args) => cmd::doc::run(args, term),
    };
    told.finish(status)
}

/// Help and version are wished for; everything else is a wrong call.
fn told(error: &clap::Error) -> Status {
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Status::Done,
        ErrorKind::InvalidSubcommand => {
            if let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand)
                && word.ends_with(".rzp")
            {
                eprintln!("\n  to evaluate a file: rzp eval {word}");
            }
            Status::WrongCall
        }
        _ => Status::WrongCall,
    }
}
