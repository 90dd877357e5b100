//! `rzp test`: the sections of `*.test.rzp` files, and the examples in the documentation of the others.
//!
//! Each test has a session of its own, so that they run beside one another; they are told in the order of their files.
//! With `--bless` what came is written into the sections that fail.
//! With `--untested` the definitions of files are watched, and those are listed that no test uses.

use super::used;
use crate::args::{Global, Test};
use crate::call::{self, Wrong};
use crate::disk::{Project, read_text, write_whole};
use crate::term::{Status, Term, spoken};
use crate::walk;
use rzp_lang::testing::cases::{self, Case, CaseFile, Expected};
use rzp_lang::testing::examples;
use rzp_lang::testing::judge::{self, Outcome};
use rzp_lang::testing::run::{How, Place, Ran, run_at, runs};
use similar::TextDiff;
use std::fmt::Write;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

/// A file of tests.
struct Suite {
    project: Project,
    /// From the project's root.
    path: String,
    shown: PathBuf,
    kind: Kind,
}

enum Kind {
    Sections(CaseFile),
    /// The file's text, and what its documentation shows.
    Examples(String, Vec<Case>),
    /// It cannot be read as tests, for this reason.
    Broken(String),
}

/// One test that is to run: its file and its number there.
type Job = (usize, usize);

impl Suite {
    fn cases(&self) -> &[Case] {
        match &self.kind {
            Kind::Sections(file) => &file.cases,
            Kind::Examples(_, cases) => cases,
            Kind::Broken(_) => &[],
        }
    }

    /// `services/media/sonarr/has-a-probe`
    fn name(&self, case: &Case) -> String {
        let path = self.shown.display().to_string();
        let stem = path.strip_suffix(walk::TESTS).or_else(|| path.strip_suffix(".rzp")).unwrap_or(&path);
        format!("{}/{}", stem.trim_start_matches("./"), case.name)
    }

    fn run(&self, case: &Case, global: &Global, how: How) -> Ran {
        let world = Rc::new(self.project.world());
        let (folder, file) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        let (main, prelude) = match &self.kind {
            Kind::Examples(text, _) => (example_path(folder, file), examples::prelude(text, file, case)),
            _ => (self.path.clone(), String::new()),
        };
        let session = |world| call::session_over(world, global);
        let mut ran = run_at(case, &Place { main: &main, world, session: &session, prelude, above: case.line }, how);
        ran.told = ran.told.replace(&main, &self.path);
        ran
    }
}

/// An example stands beside its file, and no glob takes it for one of the project's.
fn example_path(folder: &str, file: &str) -> String {
    let name = format!("{}.example{}", file.trim_end_matches(".rzp"), walk::TESTS);
    if folder.is_empty() { name } else { format!("{folder}/{name}") }
}

pub fn run(args: &Test, global: &Global, term: Term) -> Status {
    let begun = Instant::now();
    let suites = match suites(args) {
        Ok(suites) => suites,
        Err(wrong) => return wrong.tell(&term),
    };
    let wanted = |suite: &Suite, case: &Case| {
        let name = suite.name(case);
        args.filters.is_empty() || args.filters.iter().any(|part| name.contains(part.as_str()))
    };
    let jobs: Vec<Job> = suites
        .iter()
        .enumerate()
        .flat_map(|(at, suite)| {
            let chosen = suite.cases().iter().enumerate().filter(|(_, case)| wanted(suite, case));
            chosen.map(move |(number, _)| (at, number))
        })
        .collect();
    let progress = term.progress("testing");
    let ran = run_all(&suites, &jobs, args, global);
    drop(progress);
    let left = jobs.len() - ran.len();
    match used::told(args, global, &named(&suites, &ran)) {
        Ok(untested) => report(args, suites, &ran, &Rest { begun, left, untested }, &term),
        Err(wrong) => wrong.tell(&term),
    }
}

/// What else is said of a run.
struct Rest {
    begun: Instant,
    /// So many tests were not begun.
    left: usize,
    untested: Vec<String>,
}

/// Tests that ran, by their names.
fn named<'a>(suites: &[Suite], ran: &'a [(Job, Ran)]) -> Vec<(String, &'a Ran)> {
    ran.iter().map(|((suite, number), ran)| (suites[*suite].name(&suites[*suite].cases()[*number]), ran)).collect()
}

/// The files of tests that a call means, with what they hold.
fn suites(args: &Test) -> Result<Vec<Suite>, Wrong> {
    let here = std::env::current_dir().and_then(|folder| folder.canonicalize()).unwrap_or_default();
    let mut found = Vec::new();
    for path in call::tests(&args.files)? {
        let target = call::file(&path.display().to_string())?;
        let name = path.display().to_string();
        let kind = match read_text(&path, &name) {
            Err(diag) => Kind::Broken(diag.title),
            Ok(text) if name.ends_with(walk::TESTS) => sections(&text).map_or_else(Kind::Broken, Kind::Sections),
            Ok(text) => match examples::of(&text) {
                Ok(examples) if examples.is_empty() => continue,
                Ok(examples) => Kind::Examples(text, examples),
                Err(what) => Kind::Broken(what),
            },
        };
        let shown = path.strip_prefix(&here).unwrap_or(&path).to_owned();
        found.push(Suite { project: target.project, path: target.path, shown, kind });
    }
    Ok(found)
}

fn sections(text: &str) -> Result<CaseFile, String> {
    let file = cases::parse(text)?;
    if file.cases.is_empty() { Err("it holds no section; one begins with `--- name ---`".to_owned()) } else { Ok(file) }
}

/// What came of each test, in the order of the jobs.
fn run_all(suites: &[Suite], jobs: &[Job], args: &Test, global: &Global) -> Vec<(Job, Ran)> {
    let usual = || thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let threads = args.jobs.unwrap_or_else(usual).clamp(1, jobs.len().max(1));
    let how = if args.untested || args.uses.is_some() { How::Watching } else { How::Usual };
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (send, receive) = mpsc::channel();
    let mut results: Vec<(usize, Job, Ran)> = thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next, stop) = (send.clone(), &next, &stop);
            scope.spawn(move || {
                while let Some((at, job)) = take(jobs, next).filter(|_| !stop.load(Ordering::Relaxed)) {
                    let (suite, case) = (&suites[job.0], &suites[job.0].cases()[job.1]);
                    let ran = suite.run(case, global, how);
                    if args.fail_fast && judged(suite, case, &ran).is_err() {
                        stop.store(true, Ordering::Relaxed);
                    }
                    let _ = send.send((at, job, ran));
                }
            });
        }
        drop(send);
        receive.into_iter().collect()
    });
    results.sort_by_key(|(at, _, _)| *at);
    results.into_iter().map(|(_, job, ran)| (job, ran)).collect()
}

fn take(jobs: &[Job], next: &AtomicUsize) -> Option<(usize, Job)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(at).map(|job| (at, *job))
}

fn report(args: &Test, mut suites: Vec<Suite>, ran: &[(Job, Ran)], rest: &Rest, term: &Term) -> Status {
    let (mut out, mut passed, mut failed, mut blessed) = (String::new(), 0, 0, 0);
    for suite in &suites {
        if let Kind::Broken(what) = &suite.kind {
            failed += 1;
            let _ = writeln!(out, "FAILED {}\n  {what}\n", suite.shown.display());
        }
    }
    for ((at, number), ran) in ran {
        let suite = &mut suites[*at];
        let case = suite.cases()[*number].clone();
        let Err(difference) = judged(suite, &case, ran) else {
            passed += 1;
            if args.verbose {
                let _ = writeln!(out, "passed {}", suite.name(&case));
            }
            continue;
        };
        match &mut suite.kind {
            Kind::Sections(file) if args.bless && may_be_blessed(&case, &ran.outcome) => {
                file.cases[*number] = judge::bless(&case, &ran.outcome);
                blessed += 1;
            }
            _ => {
                failed += 1;
                let head = format!("FAILED {}  {}:{}", suite.name(&case), suite.shown.display(), case.line);
                let _ = writeln!(out, "{head}\n{}", indented(&difference));
            }
        }
    }
    if let Err(status) = written(args, &suites, blessed, term) {
        return status;
    }
    if !rest.untested.is_empty() {
        let _ = writeln!(out, "no test uses\n{}", indented(&rest.untested.join("\n")));
    }
    if rest.left > 0 {
        let _ = writeln!(out, "{} more were not begun", rest.left);
    }
    let time = spoken(rest.begun.elapsed());
    let blessed = if blessed > 0 { format!("{blessed} blessed, ") } else { String::new() };
    let none = if passed + failed == 0 && blessed.is_empty() { "no test there\n" } else { "" };
    let _ = writeln!(out, "{none}{blessed}({time}) {passed} passed, {failed} failed");
    term.print(&out);
    if failed > 0 || !rest.untested.is_empty() { Status::Errors } else { Status::Done }
}

/// Writes the files back whose sections were blessed.
fn written(args: &Test, suites: &[Suite], blessed: usize, term: &Term) -> Result<(), Status> {
    if !args.bless || blessed == 0 {
        return Ok(());
    }
    for suite in suites {
        if let Kind::Sections(file) = &suite.kind {
            let text = cases::print(file);
            let old = read_text(&suite.shown, &suite.path).unwrap_or_default();
            if let (true, Err(refused)) = (old != text, write_whole(&suite.shown, &text)) {
                return Err(term.fail(refused.diag()));
            }
        }
    }
    Ok(())
}

/// An error in the place of a value is a mistake, not a new value.
fn may_be_blessed(case: &Case, outcome: &Outcome) -> bool {
    let value = matches!(case.expected, Expected::Json(_) | Expected::Text(_));
    !(value && matches!(outcome, Outcome::Errors(_)))
}

/// Whether a test gave what it says; else the difference, for a person.
fn judged(suite: &Suite, case: &Case, ran: &Ran) -> Result<(), String> {
    if matches!(suite.kind, Kind::Examples(..)) && runs(case, &ran.outcome) {
        return Ok(());
    }
    let Err(difference) = judge::judge(case, &ran.outcome) else { return Ok(()) };
    Err(match (&case.expected, &ran.outcome) {
        (Expected::Nothing, Outcome::Output(text)) => {
            let json = case.option("format").all(|format| format == "json");
            let came = if json { judge::spread(text) } else { text.clone() };
            format!("it expects nothing yet; `rzp test --bless` writes what came:\n{came}")
        }
        (Expected::Json(wanted), Outcome::Output(came)) => compared(&judge::spread(wanted), &judge::spread(came)),
        (Expected::Text(wanted), Outcome::Output(came)) => compared(wanted, came),
        (Expected::Errors(_), Outcome::Errors(_)) => format!("{difference}\n{}", ran.told),
        (_, Outcome::Errors(_)) => ran.told.clone(),
        _ => difference,
    })
}

/// `-` is what the test says, `+` what came.
fn compared(wanted: &str, came: &str) -> String {
    let (wanted, came) = (wanted.trim_end().to_owned() + "\n", came.trim_end().to_owned() + "\n");
    let diff = TextDiff::from_lines(&wanted, &came);
    let mut unified = diff.unified_diff();
    let hunks = unified.context_radius(2).to_string();
    format!("- expected, + came\n{}", hunks.trim_end())
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}
