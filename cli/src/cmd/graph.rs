//! `rzp graph`: who needs whom among the services, as a picture or as text.

use crate::args::{Global, Graph, Picture};
use crate::call::{self, Wrong};
use crate::disk::{Project, write_whole};
use crate::term::{Status, Term};
use rzp_lang::build::MAIN;
use rzp_lang::graph::choosing::{Choice, Towards, choose};
use rzp_lang::graph::{dot::dot, html::html, json::json, mermaid::mermaid, reading::read, svg::svg, text::text};
use std::path::Path;

pub fn run(args: &Graph, global: &Global, term: Term) -> Status {
    let term = term.with_output_taken();
    let format = match format(args) {
        Ok(format) => format,
        Err(wrong) => return wrong.tell(&term),
    };
    let Some(project) = Project::with_services(Path::new(".")) else {
        return Wrong::new(format!("there is no `{MAIN}` upwards from here"))
            .tip("rzp init DIR writes a project to begin with".to_owned())
            .tell(&term);
    };
    let mut session = call::session(&project, global);
    let progress = term.progress("evaluating");
    let graph = read(&mut session, args.env.as_deref()).and_then(|graph| choose(&graph, &choice(args)));
    drop(progress);
    let status = match graph {
        Ok(graph) => {
            term.report(&session.warnings(), session.sources());
            let made = match format {
                Picture::Svg => svg(&graph),
                Picture::Html => html(&graph),
                Picture::Mermaid => mermaid(&graph),
                Picture::Dot => dot(&graph),
                Picture::Json => json(&graph),
                Picture::Text => text(&graph),
            };
            hand_over(args, &made, &graph.summary(), &term)
        }
        Err(diags) => term.report(&diags, session.sources()),
    };
    // The process ends here: giving a large heap back piece by piece would only take time.
    std::mem::forget(session);
    status
}

fn choice(args: &Graph) -> Choice {
    let towards = match (args.needs, args.needed_by) {
        (true, _) => Towards::Needs,
        (_, true) => Towards::NeededBy,
        _ => Towards::Both,
    };
    Choice { services: args.services.clone(), towards, depth: args.depth, hard: args.hard }
}

/// What is said, or else what the name of the file says.
fn format(args: &Graph) -> Result<Picture, Wrong> {
    let Some(out) = args.out.as_ref().filter(|_| args.format.is_none()) else {
        return Ok(args.format.unwrap_or(Picture::Text));
    };
    let ending = Path::new(out).extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("svg") => Ok(Picture::Svg),
        Some("html" | "htm") => Ok(Picture::Html),
        Some("mmd" | "mermaid") => Ok(Picture::Mermaid),
        Some("dot" | "gv") => Ok(Picture::Dot),
        Some("json") => Ok(Picture::Json),
        Some("txt") => Ok(Picture::Text),
        _ => Err(Wrong::new(format!("the name `{out}` says no format"))
            .tip("end it in .svg, .html, .mmd, .dot, .json or .txt, or say --format".to_owned())),
    }
}

fn hand_over(args: &Graph, made: &str, summary: &str, term: &Term) -> Status {
    let Some(out) = &args.out else { return term.print(made) };
    match write_whole(Path::new(out), made) {
        Ok(()) => {
            term.say(&format!("wrote {out} ({summary})"));
            Status::Done
        }
        Err(refused) => term.fail(refused.diag()),
    }
}
