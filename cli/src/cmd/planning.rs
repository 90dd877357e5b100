//! Making a plan: the stack evaluated, its providers asked, their actions chosen. What `plan`, `apply` and `adopt` share.

use crate::apply::choice::{Choice, Chosen};
use crate::apply::contract::{Outcome, SecretSource, Stack};
use crate::apply::event::Watch;
use crate::apply::live::{Live, Run, contract};
use crate::apply::plan::{Part, Plan, file_digest};
use crate::apply::secrets::Secrets;
use crate::apply::show::events::Teller;
use crate::args::{Global, Planned};
use crate::call::{self, Target};
use crate::disk::Project;
use crate::term::{Status, Term};
use rzp_lang::Session;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::stack::{Asked, STACK, ask};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What all requests of a call share.
pub fn run(timeout: Duration, json: bool, term: &Term) -> Run {
    let secrets = Arc::new(Secrets::default());
    let watch: Arc<dyn Watch> = Arc::new(Teller::new(secrets.clone(), json, term.colour));
    Run { secrets, watch, deadline: Instant::now() + timeout }
}

/// The file of the stack: the one that is named, or the project's.
pub fn file(named: Option<&str>, term: &Term) -> Result<Target, Status> {
    if let Some(name) = named {
        return call::program(name).map_err(|wrong| wrong.tell(term));
    }
    let Some(project) = Project::with_services(Path::new(".")) else { return Err(term.fail(call::no_project())) };
    if project.root.join(STACK).is_file() {
        return Ok(Target { project, path: STACK.to_owned() });
    }
    let diag = Diag::error(Code::NoStack, format!("there is no `{STACK}`"))
        .note(format!("looked for in `{}`", project.root.display()))
        .help("`docs/guide/plan-and-apply.md` writes one; another file is named by `--stack FILE`");
    Err(term.fail(diag))
}

/// The name of a stack, without asking its providers.
pub fn name(target: &Target, inputs: &[(String, String)], global: &Global, term: &Term) -> Result<String, Status> {
    let mut session = call::session(&target.project, global);
    let options = rzp_lang::EvalOptions {
        path: Some("name".to_owned()),
        inputs: inputs.to_vec(),
        ..rzp_lang::EvalOptions::default()
    };
    session.get(&target.path, &options).map_err(|diags| term.report(&diags, session.sources()))
}

/// A plan of what is to be done now.
pub fn make(args: &Planned, run: &Run, global: &Global, term: &Term) -> Result<Plan, Status> {
    let target = file(args.stack.as_deref(), term)?;
    let mut session = call::session(&target.project, global);
    let mut live = Live::new(run.clone());
    let progress = term.progress("reading");
    let asked = ask(&mut session, &target.path, &args.inputs.pairs(), &args.adopt, &mut live);
    drop(progress);
    let asked = asked.map_err(|diags| {
        let diags: Vec<Diag> = diags.into_iter().map(|diag| without_secrets(diag, &run.secrets)).collect();
        term.report(&diags, session.sources())
    })?;
    term.report(&session.warnings(), session.sources());
    let plan = assembled(asked, &live, &target.project, &session).map_err(|diag| term.fail(diag));
    // The process ends soon: giving a large heap back piece by piece would only take time.
    std::mem::forget(session);
    plan
}

fn assembled(asked: Asked, live: &Live, project: &Project, session: &Session) -> Result<Plan, Diag> {
    let stack: Stack = contract("the stack", &serde_json::Value::Object(asked.stack))?;
    let mut parts = Vec::new();
    for wanted in asked.providers {
        let outcome: Outcome = contract(&wanted.name, &wanted.outcome)?;
        let secrets: BTreeMap<String, SecretSource> =
            if wanted.secrets.is_null() { BTreeMap::new() } else { contract(&wanted.name, &wanted.secrets)? };
        // Every provider that was asked was opened.
        let Some(target) = live.target(&wanted.name) else { continue };
        parts.push(Part { provider: wanted.name, target: target.clone(), secrets, outcome });
    }
    Plan::new(stack, inputs(project, session), parts)
}

/// The project's files that were read, with their digests.
fn inputs(project: &Project, session: &Session) -> BTreeMap<String, String> {
    let files = session.sources().files().map(|(_, source)| source);
    let read = files.filter(|source| project.root.join(&*source.name).is_file());
    read.map(|source| (source.name.to_string(), file_digest(&source.text))).collect()
}

/// The part of a plan that is asked for. What is left out is said.
pub fn choose(plan: &Plan, args: &Planned, term: &Term) -> Result<Plan, Status> {
    let choice = Choice { only: args.only.clone(), except: args.except.clone() };
    if let Some(idle) = choice.idle(plan).next() {
        let addresses: Vec<&str> = plan.items().map(|item| item.action.address.as_str()).collect();
        let near = rzp_lang::base::suggest::nearest(idle, addresses.iter().copied());
        let diag = Diag::error(Code::BadPlan, format!("no action of the plan has the address `{idle}`"));
        return Err(term.fail(match near {
            Some(near) => diag.help(format!("did you mean `{near}`?")),
            None if addresses.is_empty() => diag.note("the plan has no actions at all"),
            None => diag.help("`rzp plan` names them; `*` stands for any text"),
        }));
    }
    let Chosen { plan, added, left } = choice.of(plan);
    if !added.is_empty() {
        term.say(&format!("needed by what is named, so done too: {}", added.join(", ")));
    }
    if !left.is_empty() {
        term.say(&format!("left out: {}", left.join(", ")));
    }
    Ok(plan)
}

/// A message in which no secret stands, whoever wrote it.
pub fn without_secrets(mut diag: Diag, secrets: &Secrets) -> Diag {
    diag.title = secrets.without(&diag.title);
    diag.notes.iter_mut().chain(&mut diag.helps).for_each(|text| *text = secrets.without(text));
    diag
}
