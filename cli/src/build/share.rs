//! Who builds what, where several threads build one project.
//!
//! What all services of an environment have in common is computed once in each thread that looks into it. So threads take
//! whole environments as long as there are any, and then join one that others are at, if they can be of help before these
//! are done. There each takes the next service that nobody has taken.

use rzp_lang::build::Share;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What all threads know of the work.
#[derive(Debug, Default)]
pub struct Table {
    inner: Mutex<State>,
    /// What a thread came upon is for one session to tell.
    stopped: Arc<AtomicBool>,
    /// Whether an environment may be divided.
    divides: bool,
}

#[derive(Debug, Default)]
struct State {
    envs: BTreeMap<usize, Env>,
    taken: BTreeSet<String>,
}

/// An environment that is being built.
#[derive(Debug)]
struct Env {
    begun: Instant,
    threads: u32,
    /// How many services it has, once that is known, and how many of these are taken.
    services: Option<usize>,
    taken: usize,
}

/// How fast a thread was at its last environment.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Until its services were known, and then for all of these.
    common: Duration,
    services: Duration,
    count: usize,
}

impl Pace {
    fn of(&self, services: usize) -> Duration {
        self.services.mul_f64(services as f64 / self.count.max(1) as f64)
    }

    /// How long those who are at an environment are still going to be busy.
    fn left(&self, env: &Env, now: Instant) -> Duration {
        let left = match env.services {
            Some(services) => self.of(services.saturating_sub(env.taken)),
            None => self.common.saturating_sub(now - env.begun) + self.services,
        };
        left / env.threads
    }
}

impl Table {
    /// `divides` says whether it can be worth it to have two threads at one environment.
    pub fn new(divides: bool) -> Table {
        Table { inner: Mutex::default(), stopped: Arc::default(), divides }
    }

    /// Hands out no more.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it does.
    pub fn stopped(&self) -> Arc<AtomicBool> {
        self.stopped.clone()
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thread's view of the table.
pub struct Worker<'a> {
    table: &'a Table,
    at: Cell<Option<At>>,
    visited: Cell<BTreeSet<usize>>,
    pace: Cell<Option<Pace>>,
}

/// Where a thread is.
#[derive(Debug, Clone, Copy)]
struct At {
    env: usize,
    begun: Instant,
    /// When the services were known, and how many this thread took.
    found: Option<Instant>,
    taken: usize,
}

impl Worker<'_> {
    pub fn new(table: &Table) -> Worker<'_> {
        Worker { table, at: Cell::default(), visited: Cell::default(), pace: Cell::default() }
    }

    /// Leaves the environment, and remembers how long it took.
    fn leave(&self, state: &mut State, now: Instant) {
        let Some(at) = self.at.take() else { return };
        let Some(env) = state.envs.get_mut(&at.env) else { return };
        env.threads -= 1;
        if let (Some(found), Some(count), 1..) = (at.found, env.services, at.taken) {
            let services = (now - found).mul_f64(count as f64 / at.taken as f64);
            self.pace.set(Some(Pace { common: found - at.begun, services, count }));
        }
    }

    /// The environment where help is wanted most, of those that this thread has not seen.
    fn busiest(&self, state: &State, visited: &BTreeSet<usize>, now: Instant) -> Option<usize> {
        let open = state.envs.iter().filter(|(at, env)| {
            let more = env.services.is_none_or(|services| env.taken < services);
            more && env.threads > 0 && !visited.contains(at)
        });
        let Some(pace) = self.pace.get() else {
            return open.min_by_key(|(_, env)| env.threads).map(|(at, _)| *at);
        };
        let left = open.map(|(at, env)| (pace.left(env, now), *at));
        left.max().filter(|(left, _)| *left > pace.common).map(|(_, at)| at)
    }
}

impl Share for Worker<'_> {
    fn environment(&self, names: &[Rc<str>]) -> Option<usize> {
        let (mut state, now) = (self.table.lock(), Instant::now());
        self.leave(&mut state, now);
        if self.table.is_stopped() {
            return None;
        }
        let mut visited = self.visited.take();
        let new = (0..names.len()).find(|at| !state.envs.contains_key(at));
        let joined = || self.table.divides.then(|| self.busiest(&state, &visited, now)).flatten();
        let chosen = new.or_else(joined);
        if let Some(env) = chosen {
            visited.insert(env);
            let new = Env { begun: now, threads: 0, services: None, taken: 0 };
            state.envs.entry(env).or_insert(new).threads += 1;
            self.at.set(Some(At { env, begun: now, found: None, taken: 0 }));
        }
        self.visited.set(visited);
        chosen
    }

    fn found(&self, services: usize) {
        let Some(at) = self.at.get() else { return };
        self.at.set(Some(At { found: Some(Instant::now()), ..at }));
        if let Some(env) = self.table.lock().envs.get_mut(&at.env) {
            env.services = Some(services);
        }
    }

    fn takes(&self, env: &str, tier: &str, service: &str) -> bool {
        let Some(at) = self.at.get() else { return false };
        let mut state = self.table.lock();
        if self.table.is_stopped() || !state.taken.insert(format!("{env}/{tier}/{service}")) {
            return false;
        }
        if let Some(env) = state.envs.get_mut(&at.env) {
            env.taken += 1;
        }
        self.at.set(Some(At { taken: at.taken + 1, ..at }));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<Rc<str>> {
        names.iter().map(|name| (*name).into()).collect()
    }

    #[test]
    fn whole_environments_come_first_and_then_each_service_once() {
        let table = Table::new(true);
        let (one, two) = (Worker::new(&table), Worker::new(&table));
        let envs = names(&["dev", "home"]);
        assert_eq!([one.environment(&envs), two.environment(&envs)], [Some(0), Some(1)]);
        one.found(2);
        two.found(2);
        assert!(one.takes("dev", "apps", "a") && one.takes("dev", "apps", "b"));
        assert!(two.takes("home", "apps", "a"));
        // Nothing is left that is worth a look at the other environment but its last service.
        let three = Worker::new(&table);
        assert_eq!(three.environment(&envs), Some(1));
        three.found(2);
        assert!(!three.takes("home", "apps", "a") && three.takes("home", "apps", "b"));
        assert!(!two.takes("home", "apps", "b"));
        assert_eq!([two.environment(&envs), three.environment(&envs)], [None, None]);
    }

    #[test]
    fn an_environment_that_may_not_be_divided_has_one_thread() {
        let table = Table::new(false);
        let (one, two) = (Worker::new(&table), Worker::new(&table));
        assert_eq!([one.environment(&names(&["dev"])), two.environment(&names(&["dev"]))], [Some(0), None]);
    }

    #[test]
    fn a_stopped_table_hands_out_nothing() {
        let table = Table::new(true);
        let one = Worker::new(&table);
        assert_eq!(one.environment(&names(&["dev", "home"])), Some(0));
        one.found(1);
        table.stop();
        assert!(!one.takes("dev", "apps", "a"));
        assert_eq!(one.environment(&names(&["dev", "home"])), None);
    }
}
