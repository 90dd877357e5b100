//! `rzp convert --lift`: manifests as services of the library, and a word on what became of each object.
//!
//! One service is printed; several are written to a folder, where nothing is overwritten. What became of the
//! objects goes to standard error, for people.

use super::convert::data_below;
use crate::args::Convert;
use crate::call;
use crate::disk::{Refused, read_input, read_text, write_whole};
use crate::term::{Status, Term};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::lift::lift::{Fate, Lift, Lifted, Summary, lift, several};
use std::fs;
use std::path::Path;

pub fn run(args: &Convert, term: Term) -> Status {
    let (files, read) = match files(&args.sources, &term) {
        Ok(found) => found,
        Err(status) => return status,
    };
    let mut sources = Sources::default();
    let mut made = {
        let _shown = term.progress("lifting");
        lift(&files, &mut sources)
    };
    let term = if args.out.is_none() { term.with_output_taken() } else { term };
    if args.out.is_none()
        && let Some(diag) = several(&made.services)
    {
        made.told.push(diag);
        made.services.clear();
    }
    let told = term.report(&made.told, &sources);
    let written = match (&args.out, &made.services[..]) {
        (Some(folder), services) => into(Path::new(folder), services, &term),
        (None, [one]) => term.print(&one.text),
        (None, _) => Status::Done,
    };
    made.services.iter().for_each(|service| tell(service, &term));
    loose(&made, &term);
    [read, told, written].into_iter().find(|status| *status != Status::Done).unwrap_or(Status::Done)
}

/// The manifests that arguments name, each with what it is called, and whether all could be read.
fn files(names: &[String], term: &Term) -> Result<(Vec<(String, String)>, Status), Status> {
    let (mut found, mut read) = (Vec::new(), Status::Done);
    for name in names {
        let path = Path::new(name);
        if name == "-" {
            found.push(("<input>".to_owned(), read_input().map_err(|diag| term.fail(*diag))?));
        } else if path.is_dir() {
            for path in data_below(path).map_err(|refused| term.fail(refused.diag()))? {
                let name = path.display().to_string();
                let is_manifest = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
                if !is_manifest {
                    continue;
                }
                // A file that is no text, as those that are encrypted, does not keep the others from being lifted.
                match read_text(&path, &name) {
                    Ok(text) => found.push((name, text)),
                    Err(diag) => read = term.fail(*diag),
                }
            }
        } else if path.exists() {
            found.push((name.clone(), read_text(path, name).map_err(|diag| term.fail(*diag))?));
        } else {
            return Err(call::missing(path).tell(term));
        }
    }
    Ok((found, read))
}

fn into(folder: &Path, services: &[Lifted], term: &Term) -> Status {
    if let Err(why) = fs::create_dir_all(folder) {
        return term.fail(Refused::new("make", folder, why).diag());
    }
    let mut status = Status::Done;
    for service in services {
        let path = folder.join(format!("{}.rzp", service.name));
        if path.exists() {
            let diag = Diag::error(Code::NotOwned, format!("`{}` is there already", path.display()));
            status = term.fail(diag.help("move it away, or name another folder"));
            continue;
        }
        match write_whole(&path, &service.text) {
            Ok(()) => term.say(&format!("wrote {}", path.display())),
            Err(refused) => status = term.fail(refused.diag()),
        }
    }
    status
}

/// What became of the objects of a service, on a line, with those that it did not simply come to below.
fn tell(service: &Lifted, term: &Term) {
    term.say(&format!("{}: {}", service.name, counted(&service.summary)));
    for (object, fate) in &service.summary.objects {
        match fate {
            Fate::Reproduced | Fate::Environment => {}
            Fate::Overridden(paths) => term.say(&format!("  override  {object}: {}", listed(paths))),
            Fate::Carried => term.say(&format!("  as it is  {object}")),
            Fate::Left(why) => term.say(&format!("  left out  {object}: {why}")),
        }
    }
    if !service.summary.added.is_empty() {
        term.say(&format!("  added     {}", service.summary.added.join(", ")));
    }
    for what in &service.summary.differs {
        term.say(&format!("  differs   {what}"));
    }
}

/// Paths without what all of a workload begin with; the service itself has them in full.
fn listed(paths: &[String]) -> String {
    const MOST: usize = 6;
    let short = |path: &String| {
        let pod = ["spec.jobTemplate.spec.template.spec.", "spec.template.spec."];
        pod.iter().find_map(|prefix| path.strip_prefix(prefix)).unwrap_or(path).to_owned()
    };
    let shown: Vec<String> = paths.iter().take(MOST).map(short).collect();
    match paths.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn counted(summary: &Summary) -> String {
    let parts = [
        (summary.count(|fate| *fate == Fate::Reproduced), "reproduced"),
        (summary.count(|fate| matches!(fate, Fate::Overridden(_))), "by an override"),
        (summary.count(|fate| *fate == Fate::Carried), "carried along as they are"),
        (summary.count(|fate| *fate == Fate::Environment), "made by the environment"),
        (summary.count(|fate| matches!(fate, Fate::Left(_))), "left out"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let objects = summary.objects.len();
    format!(
        "{objects} {}: {}; {} lines of manifests are {} of a service",
        if objects == 1 { "object" } else { "objects" },
        parts.join(", "),
        summary.yaml_lines,
        summary.rzp_lines
    )
}

fn loose(made: &Lift, term: &Term) {
    const MOST: usize = 20;
    for (object, file) in made.loose.iter().take(MOST) {
        term.say(&format!("of no workload: {object} in {file}"));
    }
    if made.loose.len() > MOST {
        term.say(&format!("of no workload: {} more", made.loose.len() - MOST));
    }
}
