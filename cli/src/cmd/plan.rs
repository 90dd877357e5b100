//! `rzp plan`: what has to be done for the stack to be true, shown or kept in a file.

use super::planning;
use crate::apply::plan::Plan as Planned;
use crate::apply::safety::{Allowed, refused};
use crate::apply::show::html::html;
use crate::apply::show::markdown::markdown;
use crate::apply::show::text::{Look, refusals, text};
use crate::args::{Global, Plan};
use crate::disk::write_whole;
use crate::term::{Status, Term};
use std::path::Path;

pub fn run(args: &Plan, global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    let run = planning::run(args.planned.timeout, false, &term);
    let plan = planning::make(&args.planned, &run, global, &term);
    let plan = match plan.and_then(|plan| planning::choose(&plan, &args.planned, &term)) {
        Ok(plan) => plan,
        Err(status) => return status,
    };
    if let Some(out) = &args.out
        && let Err(why) = write_whole(Path::new(out), &plan.text())
    {
        return term.fail(why.diag());
    }
    let printed = term.print(&run.secrets.without(&shown(args, &plan, &term)));
    if printed != Status::Done {
        return printed;
    }
    let against = refused(&plan, &Allowed::default());
    if !(args.json || args.markdown || args.html) {
        let look = Look { colour: term.colour, all: args.all };
        term.say_as_it_is(&run.secrets.without(&refusals(&against, look)));
    }
    // What the user can allow is no reason to fail: `apply` asks for it.
    match plan.parts.iter().any(|part| !part.outcome.refused.is_empty()) {
        true => Status::Refused,
        false if plan.is_empty() => Status::Done,
        false => {
            if let Some(out) = &args.out {
                term.say(&format!("to carry out exactly this: rzp apply {out}"));
            }
            Status::Differs
        }
    }
}

fn shown(args: &Plan, plan: &Planned, term: &Term) -> String {
    if args.json {
        plan.text()
    } else if args.markdown {
        markdown(plan, &refused(plan, &Allowed::default()))
    } else if args.html {
        html(plan, &refused(plan, &Allowed::default()))
    } else {
        text(plan, Look { colour: term.colours_result, all: args.all })
    }
}
