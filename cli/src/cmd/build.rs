//! `rzp build`: the services to files on disk, or a check that they are there.
//!
//! Everything is evaluated and compared before the first byte is written: a build that fails, or
//! finds a file in its way that is not its own, changes nothing.

use crate::args::{Build, Global};
use crate::call;
use crate::disk::{Project, Refused};
use crate::insight::{self, Wrote};
use crate::term::{Status, Term, spoken};
use crate::tree::plan::{Existing, Plan, plan};
use crate::tree::scan::{Scope, scan};
use crate::tree::write::write;
use crate::walk;
use rzp_lang::Session;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::build::{BuildOptions, MAIN, build};
use rzp_lang::output::manifests::HEADER;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Differences are shown with their first line for this many files, and only named beyond.
const SHOWN: usize = 10;

/// The place of `--out` that is no folder.
const STDOUT: &str = "-";

type Files = BTreeMap<String, String>;

pub fn run(args: &Build, global: &Global, term: Term) -> Status {
    let begun = Instant::now();
    let Some(project) = Project::with_services(Path::new(".")) else {
        return term.fail(call::no_project());
    };
    let mut session = call::session(&project, global);
    let watched = insight::watch(&args.insight, &mut session);
    let wrote = match evaluate(args, &term, &project, &mut session) {
        Some(wanted) => insight::writing(&mut session, "place files", || place(args, &wanted, &project, begun, &term)),
        None => Wrote::nothing(Status::Errors),
    };
    let status = watched.tell(&mut session, "rzp build", wrote, &term);
    // The process ends here: giving a large heap back piece by piece would only take time.
    std::mem::forget(session);
    status
}

/// Brings the files to where they belong, or says what differs there.
fn place(args: &Build, wanted: &Files, project: &Project, begun: Instant, term: &Term) -> Wrote {
    if args.out.as_deref() == Some(STDOUT) {
        return printed(wanted, args.check, term);
    }
    let out = args.out.as_ref().map_or_else(|| project.root.join("kubernetes"), PathBuf::from);
    let shown = args.out.as_deref().unwrap_or("kubernetes");
    let scope = Scope { envs: &args.envs, only: &args.only };
    let wrote = scan(&out, scope).and_then(|existing| {
        let todo = plan(&existing, wanted);
        if !todo.blocked.is_empty() {
            return Ok(Wrote::nothing(term.fail(in_the_way(&todo, shown))));
        }
        if args.check {
            return Ok(Wrote::nothing(checked(&todo, &existing, wanted, shown, term)));
        }
        write(&out, &todo, wanted)?;
        term.say(&format!("{} in {shown} ({})", counts(&todo), spoken(begun.elapsed())));
        let written = todo.missing.iter().chain(&todo.changed).filter_map(|path| wanted.get(path));
        Ok(Wrote { status: Status::Done, bytes: written.map(|text| text.len() as u64).sum() })
    });
    wrote.unwrap_or_else(|refused: Refused| Wrote::nothing(term.fail(refused.diag())))
}

/// All documents one after the other, for a program that reads them.
fn printed(wanted: &Files, check: bool, term: &Term) -> Wrote {
    if check {
        let what = "`--check` compares with files, and `--out -` has none";
        return Wrote::nothing(term.wrong_call(what, Some("leave out one of them")));
    }
    // Who reads this does not keep it, so it need not say whose work it is.
    let document = |text: &'_ str| match text.split_once('\n') {
        Some((first, rest)) if first.starts_with(HEADER) => rest.to_owned(),
        _ => text.to_owned(),
    };
    let texts: Vec<String> = wanted.values().map(|text| document(text)).collect();
    let text = format!("---\n{}", texts.join("---\n"));
    Wrote::all(&text, term.print(&text))
}

/// All files of the build by their path, or nothing once the errors are told.
fn evaluate(args: &Build, term: &Term, project: &Project, session: &mut Session) -> Option<Files> {
    let progress = term.progress("building");
    let made = build(session, &BuildOptions { envs: args.envs.clone(), only: args.only.clone() });
    drop(progress);
    match made {
        Ok(files) => {
            let mut warnings = session.warnings();
            if args.envs.is_empty() && args.only.is_empty() {
                warnings.extend(left_out(session, project));
            }
            term.report(&warnings, session.sources());
            Some(files.into_iter().map(|file| (file.path, file.text)).collect())
        }
        Err(diags) => {
            term.report(&diags, session.sources());
            None
        }
    }
}

/// What stands outside of the clusters: it makes no manifests, but plans.
const STACK: &str = "services/stack.rzp";

/// Files of services that the whole build did not read: whoever wrote one thinks that it runs.
fn left_out(session: &Session, project: &Project) -> Vec<Diag> {
    let read: BTreeSet<&str> = session.sources().files().map(|(_, file)| &*file.name).collect();
    let folder = project.root.join("services");
    let paths = walk::below(&folder).unwrap_or_default();
    let names = paths.iter().filter_map(|path| project.inside(path));
    names.filter(|name| name != STACK && !read.contains(name.as_str())).map(|name| nobody_imports(&name)).collect()
}

fn nobody_imports(name: &str) -> Diag {
    let below = name.strip_prefix("services/").unwrap_or(name);
    let glob = below.rsplit_once('/').map_or("*.rzp".to_owned(), |(folder, _)| format!("{folder}/*.rzp"));
    Diag::warning(Code::BadBuild, format!("nothing imports `{name}`, so nothing is made of it"))
        .help(format!("import it where `{MAIN}` lists the services: `...import \"./{glob}\"`"))
}

fn counts(todo: &Plan) -> String {
    let written = todo.missing.len() + todo.changed.len();
    format!("wrote {written}, removed {}, unchanged {}", todo.stale.len(), todo.unchanged)
}

fn checked(todo: &Plan, existing: &BTreeMap<String, Existing>, wanted: &Files, shown: &str, term: &Term) -> Status {
    if todo.is_empty() {
        term.say(&format!("{} files in {shown} are as the services make them", todo.unchanged));
        return Status::Done;
    }
    let mut lines: Vec<String> = todo.missing.iter().map(|path| format!("missing  {shown}/{path}")).collect();
    for (at, path) in todo.changed.iter().enumerate() {
        lines.push(format!("changed  {shown}/{path}"));
        if let (Some(Existing::Owned(old)), Some(new), true) = (existing.get(path), wanted.get(path), at < SHOWN) {
            lines.extend(first_difference(old, new));
        }
    }
    lines.extend(todo.stale.iter().map(|path| format!("stale    {shown}/{path}")));
    let count = todo.missing.len() + todo.changed.len() + todo.stale.len();
    let verb = if count == 1 { "file differs" } else { "files differ" };
    let title = format!("{count} {verb} from what the services make");
    term.fail(
        Diag::error(Code::Differs, title).note(lines.join("\n")).help("run `rzp build` and commit what it writes"),
    )
}

/// The first line that is not the same, old and new.
fn first_difference(old: &str, new: &str) -> Vec<String> {
    let (mut old, mut new) = (old.lines(), new.lines());
    for number in 1.. {
        let (before, after) = (old.next(), new.next());
        if before == after && before.is_some() {
            continue;
        }
        let side = |sign: char, line: Option<&str>| line.map(|line| format!("  {number:>4} {sign} {}", clip(line)));
        return side('-', before).into_iter().chain(side('+', after)).collect();
    }
    Vec::new()
}

fn clip(line: &str) -> String {
    match line.char_indices().nth(90) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

fn in_the_way(todo: &Plan, shown: &str) -> Diag {
    let paths: Vec<String> = todo.blocked.iter().map(|path| format!("{shown}/{path}")).collect();
    let title = match paths.as_slice() {
        [one] => format!("`{one}` is in the way, and no build wrote it"),
        _ => format!("{} files are in the way, and no build wrote them", paths.len()),
    };
    let diag = Diag::error(Code::NotOwned, title);
    let diag = if paths.len() > 1 { diag.note(paths.join("\n")) } else { diag };
    diag.note(format!("a file that a build wrote opens with `{}`; nothing was written now", HEADER.trim_end()))
        .help("move it elsewhere, or delete it if its content comes from the services")
}
