//! What the user sees beside results: colour, messages, progress, exit codes.
//!
//! Results go to standard output, everything else to standard error; only messages for programs
//! go to standard output where a command has no other result.

use crate::args::{Colour, Diagnostics, Global};
use crate::disk::plain;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::report::sarif::Log;
use rzp_lang::report::{machine, terminal};
use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How a run ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Done,
    /// Errors in what was read, or a check that found differences.
    Errors,
    /// What was compared differs; a plan has something to do.
    Differs,
    /// The world is not as a plan saw it.
    Stale,
    /// A rule of safety is against it.
    Refused,
    /// Some of a plan was carried out, and some not.
    Partly,
    /// The call itself is wrong.
    WrongCall,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        match status {
            Status::Done => ExitCode::SUCCESS,
            Status::Errors => ExitCode::from(1),
            Status::Differs => ExitCode::from(2),
            Status::Stale => ExitCode::from(3),
            Status::Refused => ExitCode::from(4),
            Status::Partly => ExitCode::from(5),
            Status::WrongCall => ExitCode::from(64),
        }
    }
}

/// A span of time as people say it.
pub fn spoken(time: Duration) -> String {
    if time < Duration::from_millis(100) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// The way to the user.
#[derive(Clone, Debug)]
pub struct Term {
    pub colour: bool,
    /// Whether a result is coloured: it may go elsewhere than messages do.
    pub colours_result: bool,
    diagnostics: Diagnostics,
    /// Standard output is taken by the command's own result.
    output_taken: Rc<Cell<bool>>,
    progress: bool,
    /// The messages so far, where one document holds them all.
    log: Rc<RefCell<Log>>,
}

impl Term {
    pub fn new(global: &Global) -> Term {
        let tty = io::stderr().is_terminal();
        let silent = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let coloured = |tty: bool| match global.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => tty && !dumb && !silent("NO_COLOR"),
        };
        let (colour, colours_result) = (coloured(tty), coloured(io::stdout().is_terminal()));
        let diagnostics = global.diagnostics;
        let progress = tty && !dumb && diagnostics == Diagnostics::Human;
        Term { colour, colours_result, diagnostics, output_taken: Rc::default(), progress, log: Rc::default() }
    }

    /// For commands that print their result: messages for programs stay off standard output.
    pub fn with_output_taken(self) -> Term {
        self.output_taken.set(true);
        self
    }

    /// Shows messages, and tells how the run ends.
    pub fn report(&self, diags: &[Diag], sources: &Sources) -> Status {
        let text = match self.diagnostics {
            Diagnostics::Human => terminal::render(diags, sources, self.colour),
            Diagnostics::Json => machine::json_lines(diags, sources),
            Diagnostics::Github => machine::annotations(diags, sources),
            Diagnostics::Sarif => {
                self.log.borrow_mut().add(diags, sources);
                String::new()
            }
        };
        self.tell(&text);
        if diags.iter().any(Diag::is_error) { Status::Errors } else { Status::Done }
    }

    /// Ends the run: what one document holds is told now, also if it holds nothing.
    pub fn finish(&self, status: Status) -> Status {
        if self.diagnostics == Diagnostics::Sarif && status != Status::WrongCall {
            self.tell(&self.log.borrow().finish(env!("CARGO_PKG_VERSION")));
        }
        status
    }

    fn tell(&self, text: &str) {
        if self.diagnostics == Diagnostics::Human || self.output_taken.get() {
            let _ = io::stderr().write_all(text.as_bytes());
        } else {
            let _ = io::stdout().write_all(text.as_bytes());
        }
    }

    /// A message that stands for itself, without places in files.
    pub fn fail(&self, diag: Diag) -> Status {
        self.report(&[diag], &Sources::default())
    }

    /// Says that the call is wrong, in the manner of the argument parser.
    pub fn wrong_call(&self, what: &str, tip: Option<&str>) -> Status {
        let (red, green, off) = if self.colour { ("\x1b[1;31m", "\x1b[32m", "\x1b[0m") } else { ("", "", "") };
        let tip = tip.map(|tip| format!("\n  {green}tip:{off} {tip}\n")).unwrap_or_default();
        let _ = io::stderr().write_all(format!("{red}error:{off} {what}\n{tip}").as_bytes());
        Status::WrongCall
    }

    /// A line about what was done, for people only.
    pub fn say(&self, line: &str) {
        if self.diagnostics == Diagnostics::Human {
            let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
        }
    }

    /// Text for people as it is, for those who colour it themselves.
    pub fn say_as_it_is(&self, text: &str) {
        if self.diagnostics == Diagnostics::Human {
            let _ = io::stderr().write_all(text.as_bytes());
        }
    }

    /// Text that was asked for beside the result, whoever reads the messages.
    pub fn say_anyway(&self, text: &str) {
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Prints a result. A reader that left early is no error.
    pub fn print(&self, text: &str) -> Status {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Status::Done,
            Err(why) if why.kind() == io::ErrorKind::BrokenPipe => Status::Done,
            Err(why) => {
                let _ = io::stderr().write_all(format!("error: cannot write the result: {}\n", plain(&why)).as_bytes());
                Status::Errors
            }
        }
    }

    /// Prints a list for people, beside diagnostics that programs do not read.
    pub fn list(&self, text: &str) {
        if self.diagnostics == Diagnostics::Human {
            self.print(text);
        }
    }

    /// Shows that work goes on, until what is returned is dropped.
    pub fn progress(&self, what: &'static str) -> Progress {
        Progress::start(what, self.progress)
    }
}

/// A line on standard error that appears when work takes more than half a second.
pub struct Progress {
    running: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    fn start(what: &'static str, shown: bool) -> Progress {
        if !shown {
            return Progress { running: None };
        }
        let (stop, stopped) = mpsc::channel();
        let spawned = thread::Builder::new().spawn(move || tick(what, &stopped));
        Progress { running: spawned.ok().map(|thread| (stop, thread)) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

fn tick(what: &str, stopped: &mpsc::Receiver<()>) {
    let begun = Instant::now();
    let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    let mut wait = Duration::from_millis(500);
    let mut shown = false;
    for frame in frames.iter().cycle() {
        if stopped.recv_timeout(wait) != Err(mpsc::RecvTimeoutError::Timeout) {
            break;
        }
        shown = true;
        wait = Duration::from_millis(100);
        let line = format!("\r\x1b[2K{frame} {what} ({:.1} s)", begun.elapsed().as_secs_f64());
        let _ = io::stderr().write_all(line.as_bytes());
    }
    if shown {
        let _ = io::stderr().write_all(b"\r\x1b[2K");
    }
}
