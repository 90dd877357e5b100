//! `rzp apply` and `rzp adopt`: a plan shown, agreed to, and carried out.

use super::planning;
use crate::apply::contract::{Action, Class};
use crate::apply::event::Event;
use crate::apply::journal::{Desk, Journal, Left, folder};
use crate::apply::live::Run;
use crate::apply::plan::{Plan, file_digest};
use crate::apply::run::{Ended, Runner};
use crate::apply::safety::{Allowed, refused};
use crate::apply::show::text::{Look, refusals, summary, text};
use crate::args::{Adopt, Apply, Global, Planned};
use crate::disk::{Project, read_text};
use crate::term::{Status, Term};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

pub fn run(args: &Apply, global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    let run = planning::run(args.planned.timeout, args.json, &term);
    let allowed = Allowed { mass_delete: args.allow_mass_delete, destroy: args.destroy.clone() };
    let call = Call { run: &run, term: &term, yes: args.yes, json: args.json, allowed };
    match &args.plan {
        Some(file) => call.saved(file, &args.planned),
        None => call.fresh(&args.planned, global, |_| true),
    }
}

/// `rzp adopt`: a plan with nothing in it but marks for what is named.
pub fn adopt(args: &Adopt, global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    let planned = Planned {
        stack: args.stack.clone(),
        only: args.addresses.clone(),
        except: Vec::new(),
        adopt: args.addresses.clone(),
        timeout: Duration::from_secs(3_600),
        inputs: args.inputs.clone(),
    };
    let run = planning::run(planned.timeout, args.json, &term);
    let call = Call { run: &run, term: &term, yes: args.yes, json: args.json, allowed: Allowed::default() };
    call.fresh(&planned, global, |action| action.class == Class::Adopt)
}

struct Call<'a> {
    run: &'a Run,
    term: &'a Term,
    yes: bool,
    json: bool,
    allowed: Allowed,
}

impl Call<'_> {
    /// A plan that is made now.
    fn fresh(&self, args: &Planned, global: &Global, meant: impl Fn(&Action) -> bool) -> Status {
        let desk = planning::file(args.stack.as_deref(), self.term)
            .and_then(|target| planning::name(&target, &args.inputs.pairs(), global, self.term))
            .and_then(|name| self.desk(&name));
        let desk = match desk {
            Ok(desk) => desk,
            Err(status) => return status,
        };
        let plan = planning::make(args, self.run, global, self.term);
        match plan.and_then(|plan| planning::choose(&plan, args, self.term)) {
            Ok(plan) => self.begin(&desk, &plan.keeping(meant), true),
            Err(status) => status,
        }
    }

    /// A plan from a file: exactly what is in it.
    fn saved(&self, file: &str, args: &Planned) -> Status {
        let plan = read_text(Path::new(file), file).map_err(|diag| *diag).and_then(|text| Plan::read(file, &text));
        let whole = match plan {
            Ok(plan) => plan,
            Err(diag) => return self.term.fail(diag),
        };
        let desk = match self.desk(&whole.stack.name) {
            Ok(desk) => desk,
            Err(status) => return status,
        };
        self.moved_on(&whole);
        match planning::choose(&whole, args, self.term) {
            Ok(plan) => self.begin(&desk, &plan, false),
            Err(status) => status,
        }
    }

    /// The desk of a stack for a new run. What one has left that was cut off comes first, and is all that is done then.
    fn desk(&self, stack: &str) -> Result<Desk, Status> {
        let opened = folder(stack).and_then(|folder| Desk::open(folder, stack));
        match opened.and_then(|desk| Ok((desk.left()?, desk))) {
            Ok((None, desk)) => Ok(desk),
            Ok((Some(left), desk)) => Err(self.go_on(&desk, left)),
            Err(diag) => Err(self.term.fail(diag)),
        }
    }

    /// Says which files are others than those that the plan was made of. It is carried out as it is all the same.
    fn moved_on(&self, plan: &Plan) {
        let Ok(project) = Project::around(Path::new(".")) else { return };
        let other = |(name, digest): &(&String, &String)| match std::fs::read_to_string(project.root.join(name)) {
            Ok(text) => file_digest(&text) != **digest,
            Err(_) => false,
        };
        let names: Vec<&str> = plan.inputs.iter().filter(other).map(|(name, _)| name.as_str()).collect();
        if !names.is_empty() {
            self.term.say(&format!("note: the plan was made of other texts of {}", names.join(", ")));
        }
    }

    fn begin(&self, desk: &Desk, plan: &Plan, fresh: bool) -> Status {
        let look = Look { colour: self.term.colour, all: false };
        if !self.json {
            self.term.say_as_it_is(&self.run.secrets.without(&text(plan, look)));
        }
        let against = refused(plan, &self.allowed);
        if !against.is_empty() {
            let count =
                if against.len() == 1 { "a change is".to_owned() } else { format!("{} changes are", against.len()) };
            self.term.say_as_it_is(&self.run.secrets.without(&refusals(&against, look)));
            self.term.fail(Diag::error(Code::Unsafe, format!("{count} refused, so nothing is done")));
            return Status::Refused;
        }
        if plan.is_empty() {
            return Status::Done;
        }
        if let Some(status) = self.not_agreed(&format!("{}: carry this out?", summary(plan))) {
            return status;
        }
        let begun = Runner::new(plan, self.run, fresh).and_then(|runner| {
            runner.may_begin()?;
            Ok((runner, desk.begin(plan)?))
        });
        match begun {
            Ok((runner, journal)) => self.carry_out(plan, runner, journal),
            Err(diag) => self.term.fail(planning::without_secrets(diag, &self.run.secrets)),
        }
    }

    /// Takes up what a run has left that was cut off.
    fn go_on(&self, desk: &Desk, left: Left) -> Status {
        let plan = left.plan.clone();
        let all = plan.items().count();
        let done = left.done.len();
        self.term.say(&format!("a run of this stack was cut off after {done} of {all} actions; it is taken up"));
        if let Some(status) = self.not_agreed("go on with it?") {
            return status;
        }
        let begun = Runner::new(&plan, self.run, false).and_then(|runner| Ok((runner.after(left), desk.go_on()?)));
        match begun {
            Ok((runner, journal)) => self.carry_out(&plan, runner, journal),
            Err(diag) => self.term.fail(planning::without_secrets(diag, &self.run.secrets)),
        }
    }

    fn carry_out(&self, plan: &Plan, runner: Runner, journal: Journal) -> Status {
        let ended = runner.run(&journal);
        for address in &ended.left {
            let why = if ended.stale.is_empty() { "what it needs has failed" } else { "the run was stopped" };
            self.run.watch.tell(Event::Skipped { address: address.clone(), why: why.to_owned() });
        }
        self.term.say(&format!("{} of {} actions done", ended.done.len(), plan.items().count()));
        if ended.is_whole() {
            return match journal.finish() {
                Ok(()) => Status::Done,
                Err(diag) => self.term.fail(diag),
            };
        }
        let diag = planning::without_secrets(told(&ended), &self.run.secrets);
        self.term.fail(diag);
        // What is to be done now depends on the world, so the next run begins with a plan of its own.
        if ended.broken.is_none()
            && let Err(diag) = journal.finish()
        {
            self.term.fail(diag);
        }
        match (ended.touched, ended.stale.is_empty()) {
            (true, _) => Status::Partly,
            (false, false) => Status::Stale,
            (false, true) => Status::Errors,
        }
    }

    /// Asks, unless it was said not to. Where nobody can answer, nothing is done.
    fn not_agreed(&self, question: &str) -> Option<Status> {
        if self.yes {
            return None;
        }
        if !io::stdin().is_terminal() {
            let diag = Diag::error(Code::Unsafe, "nobody is there to agree to it, so nothing is done");
            self.term.fail(diag.help("without a terminal, say `--yes`"));
            return Some(Status::Refused);
        }
        eprint!("{question} [y/N] ");
        let _ = io::stderr().flush();
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        let agreed = read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
        if agreed {
            return None;
        }
        self.term.say("nothing was done");
        Some(Status::Refused)
    }
}

/// Why a run is not whole.
fn told(ended: &Ended) -> Diag {
    if let Some(diag) = &ended.broken {
        return diag.clone();
    }
    if let Some((address, why)) = ended.stale.iter().next() {
        let diag =
            Diag::error(Code::Stale, format!("`{address}` is not as the plan saw it, so the run stopped: {why}"));
        return diag.help("make the plan again: `rzp plan`");
    }
    let named: Vec<&str> = ended.failed.keys().map(String::as_str).collect();
    let title = match named[..] {
        [one] => format!("the action `{one}` has failed"),
        _ => format!("{} actions have failed: {}", named.len(), named.join(", ")),
    };
    Diag::error(Code::Unapplied, title).help("mend the cause and run `rzp apply` again: what is done stays done")
}
