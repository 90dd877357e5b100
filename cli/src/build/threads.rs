//! A build by several threads, each with a session of its own.
//!
//! What they make is put together where all went well. Where one met a mistake or a warning, all that was made is thrown away
//! and one session builds everything: what is said, how often and in which order, and what of it is secret, follows from all
//! that was read and evaluated before. So a build says and writes the same, however many build.

use super::record::{Answers, Recorder, with};
use super::share::{Table, Worker};
use crate::memory;
use rzp_lang::Session;
use rzp_lang::build::{BuildOptions, Shared, build_share};
use rzp_lang::output::manifests::BuiltFile;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// So long one thread is alone: what is done by then is not worth more of them.
const ALONE: Duration = Duration::from_millis(20);

/// More threads than this are of no use: each computes once more what services have in common.
const MOST: usize = 64;

/// Makes a session, in whichever thread wants one, and the world that it asks.
pub type Open<'a> = &'a (dyn Fn() -> (Session, Rc<Recorder>) + Sync);

/// What was built, and what was asked of the disk for it, if that can be told.
pub struct Built {
    pub files: Vec<BuiltFile>,
    pub read: BTreeSet<String>,
    pub answers: Option<Answers>,
}

/// The same of one thread.
type Part = (Shared, Option<Answers>);

/// Builds by so many threads at once. Nothing comes of it where there is anything to tell.
pub fn build(open: Open, options: &BuildOptions, jobs: usize) -> Option<Built> {
    // What one of a few services costs is little beside what it has in common with all others.
    let table = Table::new(options.only.is_empty());
    let over = AtomicBool::new(false);
    let parts: Vec<Option<Part>> = thread::scope(|scope| {
        let (table, over) = (&table, &over);
        let late = || {
            thread::park_timeout(ALONE);
            if over.load(Ordering::Acquire) {
                Some((Shared::default(), Some(Answers::new())))
            } else {
                part(open, options, table)
            }
        };
        let spawned = (1..jobs.min(MOST)).map(|_| thread::Builder::new().spawn_scoped(scope, late));
        let others: Vec<_> = spawned.flatten().collect();
        let own = part(open, options, table);
        over.store(true, Ordering::Release);
        others.iter().for_each(|other| other.thread().unpark());
        let joined = others.into_iter().map(|other| other.join().unwrap_or_else(|why| std::panic::resume_unwind(why)));
        [own].into_iter().chain(joined).collect()
    });
    together(parts.into_iter().collect::<Option<_>>()?, options, open().0.vm().limits.steps)
}

thread_local! {
    /// Whether what this thread does is of no use any more.
    static STOPPED: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// The question that a run asks now and then, where it can be ended: a thread that is stopped has no memory left.
fn memory_used() -> usize {
    let stopped = STOPPED.with_borrow(|stopped| stopped.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)));
    if stopped { usize::MAX } else { memory::used() }
}

/// What one thread makes.
fn part(open: Open, options: &BuildOptions, table: &Table) -> Option<Part> {
    let (mut session, world) = open();
    STOPPED.with_borrow_mut(|stopped| *stopped = Some(table.stopped()));
    session.vm().limits.memory_used = Some(memory_used);
    let Some(built) = build_share(&mut session, options, &Worker::new(table)) else {
        // Here another session wants the room.
        table.stop();
        return None;
    };
    // The process ends soon: giving a large heap back piece by piece would only take time.
    std::mem::forget(session);
    Some((built, world.answers()))
}

/// The parts as one, unless one session would have something to tell of them.
fn together(parts: Vec<Part>, options: &BuildOptions, limit: u64) -> Option<Built> {
    let mut all = Built { files: Vec::new(), read: BTreeSet::new(), answers: Some(Answers::new()) };
    let (mut meant, mut steps) = (BTreeSet::new(), 0_u64);
    for (part, answers) in parts {
        all.files.extend(part.files);
        all.read.extend(part.read);
        all.answers = all.answers.zip(answers).and_then(|(known, more)| {
            more.into_iter().try_fold(known, |known, (question, answer)| with(known, question, answer))
        });
        meant.extend(part.meant);
        steps = steps.saturating_add(part.steps);
    }
    all.files.sort_by(|a, b| a.path.cmp(&b.path));
    let known = options.only.iter().all(|only| meant.contains(only));
    // One session takes as many steps at most, as it computes nothing twice.
    (known && apart(&all.files) && steps <= limit).then_some(all)
}

/// Whether no two files are one where case does not count.
fn apart(files: &[BuiltFile]) -> bool {
    let mut seen = BTreeSet::new();
    files.iter().all(|file| seen.insert(file.path.to_lowercase()))
}
