//! `rzp repl`: read, evaluate, print, again.

use crate::args::{Global, Repl};
use crate::call::{self, Target, Wrong};
use crate::pages;
use crate::repl::commands::{self, Command};
use crate::repl::input::{Input, Line};
use crate::repl::session::{self, Entry, Said};
use crate::term::{Status, Term};
use rzp_lang::session::{EvalOptions, Format};
use std::io::IsTerminal;

/// One talk with the user.
struct Talk<'a> {
    said: Said,
    /// Where the text of the talk stands, as it were.
    target: Target,
    global: &'a Global,
    term: Term,
}

pub fn run(args: &Repl, global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    let mut talk = match call::here("<repl>") {
        Ok(target) => Talk { said: Said::default(), target, global, term },
        Err(wrong) => return wrong.tell(&term),
    };
    if let Some(file) = &args.file
        && let Err(wrong) = talk.load(file)
    {
        return wrong.tell(&term);
    }
    if std::io::stdin().is_terminal() {
        term.say(&format!("rzp {}. `:help` tells what can be done, Ctrl-D leaves.", env!("CARGO_PKG_VERSION")));
    }
    match talk.run() {
        Ok(()) => Status::Done,
        Err(why) => Wrong::new(format!("cannot read from the terminal: {why}")).tell(&term),
    }
}

impl Talk<'_> {
    fn run(&mut self) -> Result<(), rustyline::error::ReadlineError> {
        let mut input = Input::new()?;
        loop {
            match input.read()? {
                Line::End => break,
                Line::Dropped => {}
                Line::Text(text) if text.trim().is_empty() => {}
                Line::Text(text) if text.trim_start().starts_with(':') => match commands::parse(text.trim()) {
                    Ok(Command::Quit) => break,
                    Ok(command) => self.obey(command),
                    Err(what) => self.term.say(&what),
                },
                Line::Text(text) => self.enter(&text),
            }
        }
        input.close();
        Ok(())
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Help => {
                self.term.print(&commands::help());
            }
            Command::Load(file) => {
                if let Err(wrong) = self.load(&file) {
                    wrong.tell(&self.term);
                }
            }
            Command::Reset => self.said = Said::default(),
            Command::Doc(topic) => match pages::page(&topic) {
                Some(page) => {
                    self.term.print(&page);
                }
                None => self.term.say(&format!("no page for `{topic}`")),
            },
            Command::Quit => {}
        }
    }

    fn load(&mut self, file: &str) -> Result<(), Wrong> {
        let found = call::file(file)?;
        if found.project.root != self.target.project.root {
            return Err(Wrong::new(format!("`{file}` is not in the project that this talk stands in")));
        }
        let folder = self.target.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.enter(&session::load(folder, &found.path));
        Ok(())
    }

    fn enter(&mut self, text: &str) {
        match self.said.with(text) {
            Entry::Shown(program) => {
                if let Some(value) = self.evaluate(&program) {
                    self.term.print(&format!("{}\n", value.trim_end()));
                }
            }
            Entry::Kept(program) => {
                if self.evaluate(&program).is_some() {
                    self.said.keep(text);
                }
            }
        }
    }

    /// The value of a program, or nothing once its errors are told.
    fn evaluate(&self, program: &str) -> Option<String> {
        let mut session = call::session(&self.target.project, self.global);
        let options = EvalOptions { path: None, sets: Vec::new(), inputs: Vec::new(), format: Format::Json };
        let progress = self.term.progress("evaluating");
        let result = session.eval_text(&self.target.path, program, &options);
        drop(progress);
        match result {
            Ok(value) => Some(value),
            Err(diags) => {
                self.term.report(&diags, session.sources());
                None
            }
        }
    }
}
