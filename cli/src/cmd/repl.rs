//! `rzp repl`: read, evaluate, print, again.

use crate::args::{Global, Repl};
use crate::call::{self, Wrong};
use crate::pages;
use crate::repl::commands::{self, Command};
use crate::repl::input::{Input, Line};
use crate::repl::talk::Talk;
use crate::term::{Status, Term};
use rzp_lang::base::diag::Diag;
use std::cell::RefCell;
use std::io::IsTerminal;
use std::rc::Rc;

pub fn run(args: &Repl, global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    let mut talk = match call::here("<repl>") {
        Ok(target) => Talk::new(target, global, args.inputs.pairs()),
        Err(wrong) => return wrong.tell(&term),
    };
    if std::io::stdin().is_terminal() {
        term.say(&format!("rzp {}. `:help` tells what can be done, Ctrl-D leaves.", env!("CARGO_PKG_VERSION")));
    }
    if let Some(file) = &args.file
        && let Err(wrong) = load(&mut talk, file, &term)
    {
        return wrong.tell(&term);
    }
    match read(&Rc::new(RefCell::new(talk)), &term) {
        Ok(()) => Status::Done,
        Err(why) => Wrong::new(format!("cannot read from the terminal: {why}")).tell(&term),
    }
}

/// Reads entries to the end. The editor looks at the talk too, but only while it waits for an entry.
fn read(talk: &Rc<RefCell<Talk>>, term: &Term) -> Result<(), rustyline::error::ReadlineError> {
    let mut input = Input::new(talk.clone(), term.colour)?;
    loop {
        let line = input.read()?;
        let talk = &mut *talk.borrow_mut();
        match line {
            Line::End => break,
            Line::Dropped => {}
            Line::Text(text) if text.trim().is_empty() => {}
            Line::Text(text) if text.trim_start().starts_with(':') => match commands::parse(text.trim()) {
                Ok(Command::Quit) => break,
                Ok(command) => obey(talk, command, term),
                Err(what) => term.say(&what),
            },
            Line::Text(text) => {
                let entered = with_progress(term, || talk.enter(&text));
                show(talk, entered, term);
            }
        }
    }
    let hidden = talk.borrow_mut().session().hidden().clone();
    input.close(&hidden);
    Ok(())
}

fn obey(talk: &mut Talk, command: Command, term: &Term) {
    match command {
        Command::Help => {
            term.print(&commands::help());
        }
        Command::Names => {
            term.print(&talk.names().iter().map(|name| format!("{name}\n")).collect::<String>());
        }
        Command::Type(text) => {
            let outline = with_progress(term, || talk.outline(&text));
            show(talk, outline.map(Some), term);
        }
        Command::Explain(path) => {
            let told = with_progress(term, || talk.explain(&path));
            show(talk, told.map(Some), term);
        }
        Command::Load(file) => {
            if let Err(wrong) = load(talk, &file, term) {
                wrong.tell(term);
            }
        }
        Command::Reset => talk.reset(),
        Command::Doc(topic) => match pages::page(&topic) {
            Some(page) => {
                term.print(&page);
            }
            None => {
                let near = pages::similar(&topic).map(|near| format!(": did you mean `:doc {near}`?"));
                term.say(&format!("no page for `{topic}`{}", near.unwrap_or_default()));
            }
        },
        Command::Quit => {}
    }
}

fn load(talk: &mut Talk, file: &str, term: &Term) -> Result<(), Wrong> {
    match with_progress(term, || talk.load(file))? {
        Ok(what) => {
            term.say(&what);
            show(talk, Ok(None), term);
        }
        Err(diags) => show(talk, Err(diags), term),
    }
    Ok(())
}

fn with_progress<T>(term: &Term, work: impl FnOnce() -> T) -> T {
    let progress = term.progress("evaluating");
    let done = work();
    drop(progress);
    done
}

fn show(talk: &mut Talk, result: Result<Option<String>, Vec<Diag>>, term: &Term) {
    let warnings = talk.session().warnings();
    term.report(&warnings, talk.session().sources());
    match result {
        Ok(Some(text)) => {
            term.print(&format!("{}\n", text.trim_end()));
        }
        Ok(None) => {}
        Err(diags) => {
            term.report(&diags, talk.session().sources());
        }
    }
}
