//! `rzp build`: the services to files on disk, or a check that they are there.
//!
//! Everything is evaluated and compared before the first byte is written: a build that fails, or
//! finds a file in its way that is not its own, changes nothing.

use crate::args::{Build, Global};
use crate::build::cache::Cache;
use crate::build::record::Recorder;
use crate::build::threads::{self, Built};
use crate::call;
use crate::disk::{Project, Refused};
use crate::insight::{self, Wrote};
use crate::term::{Progress, Status, Term, spoken};
use crate::tree::plan::{Existing, Plan, plan};
use crate::tree::scan::{Scope, scan};
use crate::tree::write::write;
use crate::walk;
use rzp_lang::Session;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::build::{BuildOptions, MAIN, build};
use rzp_lang::output::manifests::{BuiltFile, HEADER};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::thread;
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
    let call = Call { args, global, term: &term, project: &project, begun };
    // What a run tells of itself is what it did: it asks no cache, and has one thread.
    if args.insight.is_asked() {
        return call.watched();
    }
    let mut cache = if args.no_cache { None } else { Cache::open(&project, args, global) };
    let wrote = call.run(cache.as_mut());
    cache.iter().for_each(Cache::close);
    wrote.status
}

struct Call<'a> {
    args: &'a Build,
    global: &'a Global,
    term: &'a Term,
    project: &'a Project,
    begun: Instant,
}

impl Call<'_> {
    fn run(&self, mut cache: Option<&mut Cache>) -> Wrote {
        let Call { args, global, term, project, .. } = *self;
        let known = cache.as_mut().and_then(|cache| cache.find());
        let as_made = known.as_ref().zip(cache.as_mut()).filter(|_| !self.is_printed());
        if let Some(count) = as_made.and_then(|(entry, cache)| cache.is_as_made(&self.out(), self.scope(), entry)) {
            term.report(
                &left_out(&known.map(|entry| entry.read).unwrap_or_default(), args, project),
                &Sources::default(),
            );
            return Wrote::nothing(self.nothing_to_do(count));
        }
        let texts = known.as_ref().zip(cache.as_ref()).and_then(|(entry, cache)| cache.texts(entry));
        let wanted = match (texts, &known) {
            (Some(texts), Some(entry)) => {
                term.report(&left_out(&entry.read, args, project), &Sources::default());
                texts
            }
            _ => match evaluate(args, global, term, project, cache.as_deref()) {
                Some(files) => files,
                None => return Wrote::nothing(Status::Errors),
            },
        };
        self.placed(&wanted)
    }

    /// The same by one session, which tells how it went.
    fn watched(&self) -> Status {
        let Call { args, global, term, project, .. } = *self;
        let mut session = call::session(project, global);
        let watched = insight::watch(&args.insight, &mut session);
        let left = |read: &BTreeSet<String>| left_out(read, args, project);
        let wrote = match alone(&mut session, &options(args), &left, term, term.progress("building")) {
            Some(made) => {
                let files = by_path(made.files);
                insight::writing(&mut session, "place files", || self.placed(&files))
            }
            None => Wrote::nothing(Status::Errors),
        };
        let status = watched.tell(&mut session, "rzp build", wrote, term);
        // The process ends here: giving a large heap back piece by piece would only take time.
        std::mem::forget(session);
        status
    }

    fn out(&self) -> PathBuf {
        self.args.out.as_ref().map_or_else(|| self.project.root.join("kubernetes"), PathBuf::from)
    }

    fn scope(&self) -> Scope<'_> {
        Scope { envs: &self.args.envs, only: &self.args.only }
    }

    fn is_printed(&self) -> bool {
        self.args.out.as_deref() == Some(STDOUT)
    }

    fn shown(&self) -> &str {
        self.args.out.as_deref().unwrap_or("kubernetes")
    }

    /// What is said where the folder is as it should be.
    fn nothing_to_do(&self, unchanged: usize) -> Status {
        let todo = Plan { unchanged, ..Plan::default() };
        if self.args.check {
            return checked(&todo, &BTreeMap::new(), &Files::new(), self.shown(), self.term);
        }
        self.wrote(&todo)
    }

    fn wrote(&self, todo: &Plan) -> Status {
        self.term.say(&format!("{} in {} ({})", counts(todo), self.shown(), spoken(self.begun.elapsed())));
        Status::Done
    }

    /// Brings the files to where they belong, or says what differs there.
    fn placed(&self, wanted: &Files) -> Wrote {
        if self.is_printed() {
            return printed(wanted, self.args.check, self.term);
        }
        self.carried_out(wanted).unwrap_or_else(|refused: Refused| Wrote::nothing(self.term.fail(refused.diag())))
    }

    fn carried_out(&self, wanted: &Files) -> Result<Wrote, Refused> {
        let out = self.out();
        let existing = scan(&out, self.scope())?;
        let todo = plan(&existing, wanted);
        if !todo.blocked.is_empty() {
            return Ok(Wrote::nothing(self.term.fail(in_the_way(&todo, self.shown()))));
        }
        if self.args.check {
            return Ok(Wrote::nothing(checked(&todo, &existing, wanted, self.shown(), self.term)));
        }
        write(&out, &todo, wanted)?;
        let written = todo.missing.iter().chain(&todo.changed).filter_map(|path| wanted.get(path));
        Ok(Wrote { status: self.wrote(&todo), bytes: written.map(|text| text.len() as u64).sum() })
    }
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

fn options(args: &Build) -> BuildOptions {
    BuildOptions { envs: args.envs.clone(), only: args.only.clone() }
}

fn by_path(files: Vec<BuiltFile>) -> Files {
    files.into_iter().map(|file| (file.path, file.text)).collect()
}

/// All files of the build by their path, or nothing once the errors are told. A build that told nothing is kept.
fn evaluate(args: &Build, global: &Global, term: &Term, project: &Project, cache: Option<&Cache>) -> Option<Files> {
    let options = options(args);
    let usual = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let progress = term.progress("building");
    let jobs = args.jobs.unwrap_or_else(usual);
    let open = || {
        let world = Rc::new(Recorder::new(project.world()));
        (call::session_over(world.clone(), global), world)
    };
    let left = |read: &BTreeSet<String>| left_out(read, args, project);
    let built = match if jobs > 1 { threads::build(&open, &options, jobs) } else { None } {
        Some(built) => {
            drop(progress);
            term.report(&left(&built.read), &Sources::default());
            built
        }
        None => {
            let (mut session, world) = open();
            let made = alone(&mut session, &options, &left, term, progress);
            // The process ends soon: giving a large heap back piece by piece would only take time.
            std::mem::forget(session);
            let made = made?;
            Built { files: made.files, read: made.read, answers: world.answers().filter(|_| made.quiet) }
        }
    };
    let files = by_path(built.files);
    if let (Some(cache), Some(answers)) = (cache, built.answers) {
        cache.keep(answers, built.read.into_iter().filter(|name| name.starts_with("services/")).collect(), &files);
    }
    Some(files)
}

/// What is said of the files that a build has read.
type Left<'a> = &'a dyn Fn(&BTreeSet<String>) -> Vec<Diag>;

/// What one session made.
struct Made {
    files: Vec<BuiltFile>,
    /// The names of the files that it read.
    read: BTreeSet<String>,
    /// It had no warnings.
    quiet: bool,
}

/// A build by one session, which tells what there is to tell.
fn alone(session: &mut Session, options: &BuildOptions, left: Left, term: &Term, progress: Progress) -> Option<Made> {
    let made = build(session, options);
    drop(progress);
    match made {
        Ok(files) => {
            let read = session.sources().files().map(|(_, file)| file.name.to_string()).collect();
            let warnings = session.warnings();
            let quiet = warnings.is_empty();
            term.report(&[warnings, left(&read)].concat(), session.sources());
            Some(Made { files, read, quiet })
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
fn left_out(read: &BTreeSet<String>, args: &Build, project: &Project) -> Vec<Diag> {
    if !args.envs.is_empty() || !args.only.is_empty() {
        return Vec::new();
    }
    let folder = project.root.join("services");
    let paths = walk::below(&folder).unwrap_or_default();
    let names = paths.iter().filter_map(|path| project.inside(path));
    names.filter(|name| name != STACK && !read.contains(name)).map(|name| nobody_imports(&name)).collect()
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
