//! A plan carried out: its jobs by several threads, each target within its limits, everything in the journal.
//!
//! Nothing here knows a provider. A job begins when all that it needs is done, its queues are free and nothing has gone
//! wrong that stops the whole run. A failure stops what needs it; a world that has moved stops everything that has not begun.

use super::call::Api;
use super::event::Event;
use super::jobs::{Job, jobs};
use super::journal::{Journal, Left};
use super::live;
use super::plan::{Part, Plan};
use super::step::{Around, Stop};
use super::taken::Taken;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// No more jobs than this are under way at once.
const MOST: usize = 16;

/// How a run has ended.
#[derive(Debug, Default)]
pub struct Ended {
    pub done: BTreeSet<String>,
    pub failed: BTreeMap<String, String>,
    pub stale: BTreeMap<String, String>,
    /// Neither done nor begun.
    pub left: BTreeSet<String>,
    /// Something was sent that may have changed something, be it that no action came to its end.
    pub touched: bool,
    /// Why the whole run was stopped, if it was.
    pub broken: Option<Diag>,
}

impl Ended {
    pub fn is_whole(&self) -> bool {
        self.failed.is_empty() && self.stale.is_empty() && self.left.is_empty() && self.broken.is_none()
    }
}

pub struct Runner<'a> {
    parts: &'a [Part],
    jobs: Vec<Job<'a>>,
    apis: BTreeMap<String, Api>,
    run: &'a live::Run,
    /// The plan was made by this process, just now.
    fresh: bool,
    taken: Taken,
    touched: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    ended: Ended,
    /// By the job's position.
    stage: Vec<Stage>,
    /// Queues that are taken, each of a target.
    queues: BTreeSet<(String, String)>,
    stopped: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waits,
    Runs,
    Done,
    Failed,
}

impl<'a> Runner<'a> {
    /// A run of a plan; `fresh` says that it was made just now.
    pub fn new(plan: &'a Plan, run: &'a live::Run, fresh: bool) -> Result<Runner<'a>, Diag> {
        let jobs = jobs(plan)?;
        let mut apis = BTreeMap::new();
        for part in plan.parts.iter().filter(|part| !part.outcome.actions.is_empty()) {
            apis.insert(part.provider.clone(), run.open(&part.provider, part.target.clone())?);
        }
        let stage = vec![Stage::Waits; jobs.len()];
        let state = State { ended: Ended::default(), stage, queues: BTreeSet::new(), stopped: false };
        let (state, changed) = (Mutex::new(state), Condvar::new());
        Ok(Runner {
            parts: &plan.parts,
            jobs,
            apis,
            run,
            fresh,
            taken: Taken::default(),
            touched: AtomicBool::new(false),
            state,
            changed,
        })
    }

    /// Takes up what a run has left.
    pub fn after(mut self, left: Left) -> Runner<'a> {
        self.taken = Taken::with(left.taken);
        let mut state = self.state();
        for (at, job) in self.jobs.iter().enumerate() {
            if job.actions.iter().all(|action| left.done.contains(&action.address)) {
                state.stage[at] = Stage::Done;
            }
        }
        state.ended.done = left.done;
        drop(state);
        self
    }

    /// What has to be true before the first change: what tokens may do.
    pub fn may_begin(&self) -> Result<(), Diag> {
        for part in self.parts.iter().filter(|part| !part.outcome.actions.is_empty()) {
            self.around(part, "", None).guards(&part.outcome.first).map_err(|(says, stop)| match stop {
                Stop::Stale(why) => Diag::error(Code::Denied, why).note(format!("before the first change: {says}")),
                Stop::Failed { why, log } => log.into_iter().fold(Diag::error(Code::Denied, why), Diag::note),
                Stop::Journal(diag) => diag,
            })?;
        }
        Ok(())
    }

    /// Carries out what is left. Threads end when nothing more can begin.
    pub fn run(self, journal: &Journal) -> Ended {
        let workers = self.apis.values().map(|api| api.target.parallel).sum::<usize>().clamp(1, MOST);
        std::thread::scope(|scope| {
            (0..workers).for_each(|_| {
                scope.spawn(|| self.work(journal));
            });
        });
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut ended = state.ended;
        ended.touched = self.touched.into_inner() || !ended.done.is_empty();
        for (job, stage) in self.jobs.iter().zip(state.stage) {
            if stage == Stage::Waits {
                ended.left.extend(job.actions.iter().map(|action| action.address.clone()));
            }
        }
        ended
    }

    fn work(&self, journal: &Journal) {
        let mut state = self.state();
        loop {
            match self.next(&state) {
                Next::Run(at) => {
                    state.stage[at] = Stage::Runs;
                    state.queues.extend(queues(&self.jobs[at]));
                    drop(state);
                    let result = self.job(&self.jobs[at], journal);
                    state = self.state();
                    queues(&self.jobs[at]).for_each(|queue| {
                        state.queues.remove(&queue);
                    });
                    self.note(&mut state, at, result);
                    self.changed.notify_all();
                }
                Next::Wait => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Next::Nothing => return,
            }
        }
    }

    fn next(&self, state: &State) -> Next {
        if state.stopped {
            return Next::Nothing;
        }
        for (at, job) in self.jobs.iter().enumerate().filter(|(at, _)| state.stage[*at] == Stage::Waits) {
            let ready = job.needs.iter().all(|need| state.stage[*need] == Stage::Done);
            if ready && queues(job).all(|queue| !state.queues.contains(&queue)) {
                return Next::Run(at);
            }
        }
        // What runs may make room for others.
        if state.stage.contains(&Stage::Runs) { Next::Wait } else { Next::Nothing }
    }

    fn job(&self, job: &Job, journal: &Journal) -> Result<u64, Stop> {
        let begun = Instant::now();
        if let Some(says) = &job.batch {
            let (name, says, actions) = (job.name.clone(), says.clone(), job.actions.len());
            self.run.watch.tell(Event::Batch { name, says, actions });
        }
        for action in &job.actions {
            let class = format!("{:?}", action.class).to_lowercase();
            let (address, subject) = (action.address.clone(), action.subject.clone());
            let batch = action.batch.clone();
            self.run.watch.tell(Event::Begins { address, class, subject, batch });
        }
        let around = self.around(job.part, &job.name, Some(journal));
        for (number, step) in job.steps.iter().enumerate() {
            around.step(number, step)?;
        }
        journal.done(job.actions.iter().map(|action| &action.address)).map_err(Stop::Journal)?;
        Ok(begun.elapsed().as_secs())
    }

    fn around<'b>(&'b self, part: &'b Part, name: &'b str, journal: Option<&'b Journal>) -> Around<'b> {
        Around {
            api: &self.apis[&part.provider],
            name,
            secrets: &part.secrets,
            store: &self.run.secrets,
            taken: &self.taken,
            journal,
            watch: &*self.run.watch,
            touched: &self.touched,
            doubtful: !self.fresh,
        }
    }

    fn note(&self, state: &mut State, at: usize, result: Result<u64, Stop>) {
        state.stage[at] = if result.is_ok() { Stage::Done } else { Stage::Failed };
        let ended = &mut state.ended;
        let addresses = self.jobs[at].actions.iter().map(|action| action.address.clone());
        match result {
            Ok(seconds) => addresses.for_each(|address| {
                let batch = self.jobs[at].batch.as_ref().map(|_| self.jobs[at].name.clone());
                self.run.watch.tell(Event::Done { address: address.clone(), seconds, batch });
                ended.done.insert(address);
            }),
            Err(Stop::Stale(why)) => {
                addresses.for_each(|address| {
                    self.run.watch.tell(Event::Stale { address: address.clone(), why: why.clone() });
                    ended.stale.insert(address, why.clone());
                });
                state.stopped = true;
            }
            Err(Stop::Failed { why, log }) => addresses.for_each(|address| {
                self.run.watch.tell(Event::Failed { address: address.clone(), why: why.clone(), log: log.clone() });
                ended.failed.insert(address, why.clone());
            }),
            Err(Stop::Journal(diag)) => {
                ended.failed.extend(addresses.map(|address| (address, "the journal cannot be kept".to_owned())));
                ended.broken.get_or_insert(diag);
                state.stopped = true;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Next {
    /// The job at this position.
    Run(usize),
    Wait,
    Nothing,
}

/// The queues of a job, each with its target's name.
fn queues<'a>(job: &'a Job<'_>) -> impl Iterator<Item = (String, String)> + 'a {
    job.queues.iter().map(|queue| (job.part.provider.clone(), queue.clone()))
}
