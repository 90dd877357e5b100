//! `rzp diff`: what differs between two environments, or from what the files made at a revision.

use crate::args::{Diff, DiffForm, Global};
use crate::call::{self, Wrong};
use crate::disk::Project;
use crate::git;
use crate::term::{Status, Term};
use rzp_lang::Session;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::world::World;
use rzp_lang::build::MAIN;
use rzp_lang::diff::difference::{Difference, Failed, environments, sessions};
use rzp_lang::diff::json::json;
use rzp_lang::diff::markdown::markdown;
use rzp_lang::diff::text::{Look, text};
use std::path::Path;
use std::rc::Rc;

/// What the present files are called beside a revision.
const HERE: &str = "the files";

pub fn run(args: &Diff, global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    let Some(project) = Project::with_services(Path::new(".")) else { return term.fail(call::no_project()) };
    match &args.envs[..] {
        [] => against(args, global, &term, &project),
        [old, new] => between([old.as_str(), new.as_str()], args, global, &term, &project),
        wrong => wrong_number(wrong).tell(&term),
    }
}

fn wrong_number(envs: &[String]) -> Wrong {
    match envs {
        [one] => Wrong::new(format!("two environments are compared, and only `{one}` is named")).tip(format!(
            "with another one: `rzp diff {one} production`; with a revision of Git: `rzp diff --against {one}`"
        )),
        many => Wrong::new(format!("two environments are compared, and {} are named", many.len())),
    }
}

fn between(names: [&str; 2], args: &Diff, global: &Global, term: &Term, project: &Project) -> Status {
    let mut session = call::session(project, global);
    let progress = term.progress("comparing");
    let compared = environments(&mut session, names);
    drop(progress);
    let status = match compared {
        Ok(difference) => {
            term.report(&session.warnings(), session.sources());
            tell(&difference, args, term)
        }
        Err(diags) => term.report(&diags, session.sources()),
    };
    // The process ends soon: giving a large heap back piece by piece would only take time.
    std::mem::forget(session);
    status
}

fn against(args: &Diff, global: &Global, term: &Term, project: &Project) -> Status {
    let revision = args.against.as_deref().unwrap_or("HEAD");
    let tree = match git::at(project, revision) {
        Ok(tree) => tree,
        Err(diag) => return term.fail(*diag),
    };
    if tree.read(MAIN).is_err() {
        let title = format!("there is no `{MAIN}` at `{revision}`");
        return term.fail(Diag::error(Code::NoProject, title).help("name a later revision: `--against REV`"));
    }
    // A library that is worked on in the same repository may have changed too.
    let library = global.library.as_deref().and_then(|folder| project.inside(Path::new(folder)));
    let mut old = match library {
        Some(folder) => {
            let files = tree.library(&folder);
            call::limited(Session::with_library(Rc::new(tree), files), global)
        }
        None => call::session_over(Rc::new(tree), global),
    };
    let mut new = call::session(project, global);
    let progress = term.progress("comparing");
    let compared = sessions([&mut old, &mut new], [revision, HERE], &args.only);
    drop(progress);
    let status = match compared {
        Ok(difference) => {
            term.report(&new.warnings(), new.sources());
            tell(&difference, args, term)
        }
        Err(Failed::New(diags)) => term.report(&diags, new.sources()),
        Err(Failed::Old(diags)) => {
            let noted: Vec<Diag> =
                diags.into_iter().map(|diag| diag.note(format!("in the files at `{revision}`"))).collect();
            term.report(&noted, old.sources())
        }
    };
    std::mem::forget((old, new));
    status
}

fn tell(difference: &Difference, args: &Diff, term: &Term) -> Status {
    let printed = term.print(&match args.format {
        DiffForm::Text => text(difference, Look { colour: term.colours_result, all: args.all }),
        DiffForm::Json => json(difference),
        DiffForm::Markdown => markdown(difference, args.all),
    });
    if difference.is_empty() { printed } else { Status::Differs }
}
