//! One step of an action: looked at, sent, waited for.
//!
//! A step can be carried out any number of times: its guard tells from the world whether it is done, may be done, or must not
//! be. So an answer that was lost, a run that was cut off and a request that was delivered twice are one case, and a
//! plan that is gone through again sends only what is still to be done.

use super::call::{Api, Ended, missing, nothing};
use super::condition::{at, holds, unmet};
use super::contract::{Await, Condition, Guard, Path, Read, SecretSource, Send, Step, Takes};
use super::event::{Event, Watch};
use super::http::Answer;
use super::journal::Journal;
use super::late::{Missing, Scope, text};
use super::limits::Backoff;
use super::live::{failure, is_absent};
use super::requests::{reading, sending};
use super::secrets::Secrets;
use super::taken::Taken;
use rzp_lang::base::diag::Diag;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// So often a request is sent of which nobody knows what became of it before.
const SENDINGS: u32 = 5;
/// So many lines of a log are shown.
const LINES: usize = 50;

const SOON: Duration = Duration::from_millis(250);
const SELDOM: Duration = Duration::from_secs(5);

/// Why an action goes no further.
#[derive(Debug)]
pub enum Stop {
    /// Its object is not as the plan saw it.
    Stale(String),
    Failed {
        why: String,
        log: Vec<String>,
    },
    /// The journal cannot be kept, so nothing at all may be sent any more.
    Journal(Diag),
}

fn failed(why: impl Into<String>) -> Stop {
    Stop::Failed { why: why.into(), log: Vec::new() }
}

/// What a step needs around it.
pub struct Around<'a> {
    pub api: &'a Api,
    /// What answers are taken under: an address, or the name of a batch.
    pub name: &'a str,
    /// Where the provider's secrets are, by name, and who reads them.
    pub secrets: &'a BTreeMap<String, SecretSource>,
    pub store: &'a Secrets,
    pub taken: &'a Taken,
    /// None for steps that only look.
    pub journal: Option<&'a Journal>,
    pub watch: &'a dyn Watch,
    /// Set once a request was sent that may have changed something.
    pub touched: &'a AtomicBool,
    /// What the plan saw may be old: it is looked at again, also where a fresh plan is believed.
    pub doubtful: bool,
}

/// How one look and sending end.
enum Once {
    Done,
    /// Nobody knows whether something was done.
    Unsure(String),
    /// Others were faster, and it still may be done.
    Overtaken(String),
}

/// How waiting ends.
enum Waited {
    Well,
    /// It failed, for a reason that may be gone.
    Again(String),
}

/// What a guard has found.
enum Found {
    Done,
    Ready,
}

impl Around<'_> {
    /// Carries a step out, unless it has been.
    pub fn step(&self, number: usize, step: &Step) -> Result<(), Stop> {
        let mut doubtful = self.doubtful;
        let mut backoff = Backoff::new(SOON * 2, SELDOM);
        for sending in 1.. {
            let last = sending >= SENDINGS;
            let why = match self.once(number, step, doubtful)? {
                Once::Done => match self.awaited(step, last, doubtful)? {
                    None => return Ok(()),
                    Some(why) => format!("{why}; it is tried again"),
                },
                Once::Unsure(why) if step.guard.is_none() || last => {
                    return Err(failed(format!("nobody knows what became of it: {why}")));
                }
                Once::Unsure(why) => format!("{why}; looking whether it was done"),
                Once::Overtaken(why) if last => return Err(failed(why)),
                Once::Overtaken(why) => format!("{why}; it is tried again"),
            };
            doubtful = true;
            let pause = backoff.pause();
            self.watch.tell(Event::Waits { target: self.api.name.clone(), seconds: pause.as_secs(), why });
            std::thread::sleep(pause);
        }
        Ok(())
    }

    /// Looks and sends, at most once.
    fn once(&self, number: usize, step: &Step, doubtful: bool) -> Result<Once, Stop> {
        if let Some(guard) = &step.guard
            && (guard.always || doubtful)
            && let Found::Done = self.guard(guard)?
        {
            self.tell_before(step);
            return Ok(Once::Done);
        }
        let Some(send) = &step.send else { return Ok(Once::Done) };
        match self.send(number, step, send)? {
            Ended::Good(answer) => {
                self.touched.store(true, Ordering::Relaxed);
                self.take(&step.take, &answer.view(&self.api.target.messages));
                self.note(number, &step.take)?;
                Ok(Once::Done)
            }
            Ended::Refused(answer) => self.refused(step, send, answer, doubtful),
            Ended::Unreachable(why) => Err(failed(why)),
            Ended::Unsure(why) => {
                self.touched.store(true, Ordering::Relaxed);
                Ok(Once::Unsure(why))
            }
        }
    }

    /// Waits for what a step waits for. What others stood in the way of can be sent again: then the answer is why.
    fn awaited(&self, step: &Step, last: bool, doubtful: bool) -> Result<Option<String>, Stop> {
        let Some(wait) = &step.awaits else { return Ok(None) };
        match self.wait(wait) {
            Ok(Waited::Well) => Ok(None),
            Ok(Waited::Again(why)) if step.guard.is_some() && !last => Ok(Some(why)),
            Ok(Waited::Again(why)) => Err(Stop::Failed { why, log: self.log(wait) }),
            // Where it was sent before, it fails too because that sending has done it meanwhile.
            Err(Stop::Failed { .. }) if doubtful && self.is_done(step) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    /// One look, without waiting for others.
    fn is_done(&self, step: &Step) -> bool {
        let Some(guard) = &step.guard else { return false };
        let Ok(view) = self.look(&guard.read) else { return false };
        let busy = guard.busy.as_ref().is_some_and(|busy| holds(busy, &view));
        !busy && guard.done.as_ref().is_some_and(|done| holds(done, &view))
    }

    fn tell_before(&self, step: &Step) {
        if step.send.is_some() {
            self.watch.tell(Event::Before { address: self.name.to_owned(), says: step.says.clone() });
        }
    }

    fn send(&self, number: usize, step: &Step, send: &Send) -> Result<Ended, Stop> {
        let request = self.scoped(|scope| sending(send, scope)).map_err(|why| failed(missing(&why)))?;
        if let Some(journal) = self.journal {
            journal.intent(self.name, number, &step.says).map_err(Stop::Journal)?;
        }
        self.watch.tell(Event::Step { address: self.name.to_owned(), says: step.says.clone() });
        super::crash::point("call");
        let ended = self.api.ask(&request);
        super::crash::point("call");
        Ok(ended)
    }

    /// A refusal may mean that it was done before: by this run, another one, or a request that was delivered twice. Or
    /// others were faster; then what the guard has found decides whether it still may be done.
    fn refused(&self, step: &Step, send: &Send, answer: Answer, doubtful: bool) -> Result<Once, Stop> {
        let view = answer.view(&self.api.target.messages);
        let means = |condition: &Option<Condition>| condition.as_ref().is_some_and(|one| holds(one, &view));
        let (already, overtaken) = (means(&step.already), means(&step.again) && step.guard.is_some());
        if already || overtaken || doubtful {
            match &step.guard {
                Some(guard) => {
                    if let Found::Done = self.guard(guard)? {
                        self.tell_before(step);
                        return Ok(Once::Done);
                    }
                }
                None if already => return Ok(Once::Done),
                None => {}
            }
        }
        let request = self.scoped(|scope| sending(send, scope)).map_err(|why| failed(missing(&why)))?;
        let told = failure(self.api, &request, &Ended::Refused(answer));
        if overtaken { Ok(Once::Overtaken(told.title)) } else { Err(self.failure(told)) }
    }

    /// Reads what a guard looks at, as long as others are busy with it.
    fn guard(&self, guard: &Guard) -> Result<Found, Stop> {
        let begun = Instant::now();
        let mut backoff = Backoff::new(SOON, SELDOM);
        loop {
            let view = self.look(&guard.read)?;
            let busy = guard.busy.as_ref().is_some_and(|busy| holds(busy, &view));
            if !busy {
                self.take(&guard.take, &view);
                return self.judge(guard, &view);
            }
            if begun.elapsed() >= Duration::from_secs(guard.patience) {
                let why = format!("others were busy with it for {} seconds", guard.patience);
                let way = if guard.stuck.is_empty() { String::new() } else { format!("; {}", guard.stuck) };
                return Err(failed(format!("{why}{way}")));
            }
            std::thread::sleep(backoff.pause());
        }
    }

    /// Asks the guards of steps that send nothing. What several of them read is read once.
    pub fn guards(&self, steps: &[Step]) -> Result<(), (String, Stop)> {
        let mut seen: Vec<(&Read, Json)> = Vec::new();
        for step in steps {
            let Some(guard) = &step.guard else { continue };
            let blamed = |stop| (step.says.clone(), stop);
            let at = match seen.iter().position(|(read, _)| **read == guard.read) {
                Some(at) => at,
                None => {
                    seen.push((&guard.read, self.look(&guard.read).map_err(blamed)?));
                    seen.len() - 1
                }
            };
            self.judge(guard, &seen[at].1).map_err(blamed)?;
        }
        Ok(())
    }

    fn judge(&self, guard: &Guard, view: &Json) -> Result<Found, Stop> {
        if guard.done.as_ref().is_some_and(|done| holds(done, view)) {
            return Ok(Found::Done);
        }
        match guard.ready.as_ref().and_then(|ready| unmet(ready, view)) {
            None => Ok(Found::Ready),
            Some(why) if guard.stale.is_empty() => Err(Stop::Stale(why)),
            Some(why) => Err(Stop::Stale(format!("{}: {why}", guard.stale))),
        }
    }

    /// An answer as conditions see it. What is absent is an empty one.
    fn look(&self, read: &Read) -> Result<Json, Stop> {
        let request = match self.scoped(|scope| reading(read, scope)) {
            Ok(request) => request,
            // Of what is not there, nothing can be read.
            Err(Missing::Taken(_)) => return Ok(nothing()),
            Err(why) => return Err(failed(missing(&why))),
        };
        match self.api.ask(&request) {
            Ended::Good(answer) => Ok(answer.view(&self.api.target.messages)),
            Ended::Refused(answer) if is_absent(self.api, read, &answer) => Ok(nothing()),
            ended => Err(self.failure(failure(self.api, &request, &ended))),
        }
    }

    fn wait(&self, wait: &Await) -> Result<Waited, Stop> {
        let begun = Instant::now();
        let mut backoff = Backoff::new(SOON, SELDOM);
        loop {
            let request = match self.scoped(|scope| reading(&wait.read, scope)) {
                Ok(request) => request,
                // There is nothing to wait for: the server was done at once.
                Err(Missing::Taken(_)) => return Ok(Waited::Well),
                Err(why) => return Err(failed(missing(&why))),
            };
            let view = match self.api.ask(&request) {
                Ended::Good(answer) => answer.view(&self.api.target.messages),
                Ended::Refused(answer) if is_absent(self.api, &wait.read, &answer) => nothing(),
                ended => return Err(self.failure(failure(self.api, &request, &ended))),
            };
            if holds(&wait.until, &view) {
                return self.good(wait, &view);
            }
            if begun.elapsed() >= Duration::from_secs(wait.timeout) {
                let why = format!("it has not ended after {} seconds", wait.timeout);
                return Err(Stop::Failed { why, log: self.log(wait) });
            }
            std::thread::sleep(backoff.pause());
        }
    }

    fn good(&self, wait: &Await, view: &Json) -> Result<Waited, Stop> {
        let reason = wait.reason.as_ref().and_then(|path| at(view, path)).map(text);
        if wait.good.as_ref().is_none_or(|good| holds(good, view)) {
            if wait.warns.as_ref().is_some_and(|warns| holds(warns, view)) {
                let text = reason.unwrap_or_default();
                self.watch.tell(Event::Warns { address: self.name.to_owned(), text, log: self.log(wait) });
            }
            return Ok(Waited::Well);
        }
        if wait.again.as_ref().is_some_and(|again| holds(again, view)) {
            return Ok(Waited::Again(reason.unwrap_or_default()));
        }
        let why = reason.unwrap_or_else(|| "it ended, and not well".to_owned());
        Err(Stop::Failed { why, log: self.log(wait) })
    }

    /// The last lines of what the server has written about it.
    fn log(&self, wait: &Await) -> Vec<String> {
        let Some(log) = &wait.log else { return Vec::new() };
        let Ok(view) = self.look(&log.read) else { return Vec::new() };
        let lines = at(&view, &log.lines).and_then(Json::as_array).cloned().unwrap_or_default();
        let lines: Vec<String> = lines.iter().filter_map(|line| at(line, &log.text)).map(text).collect();
        lines[lines.len().saturating_sub(LINES)..].to_vec()
    }

    fn take(&self, takes: &Takes, view: &Json) {
        for (name, path) in takes {
            self.taken.put(self.name, name, value_at(view, path));
        }
    }

    /// What an answer gave is kept for a run that takes this one up.
    fn note(&self, number: usize, takes: &Takes) -> Result<(), Stop> {
        let Some(journal) = self.journal else { return Ok(()) };
        let values = takes.keys().filter_map(|name| Some((name.clone(), self.taken.get(self.name, name)?)));
        journal.accepted(self.name, number, values.collect::<Map<String, Json>>()).map_err(Stop::Journal)
    }

    fn scoped<T>(&self, make: impl FnOnce(&Scope) -> T) -> T {
        let secret = |name: &str| match self.secrets.get(name) {
            Some(source) => self.store.read(source),
            None => Err(format!("the provider has no secret `{name}`")),
        };
        make(&Scope { taken: &|name| self.taken.get(self.name, name), secret: &secret })
    }

    fn failure(&self, diag: Diag) -> Stop {
        let why = diag.title.clone();
        Stop::Failed { why, log: diag.notes }
    }
}

fn value_at(view: &Json, path: &Path) -> Json {
    at(view, path).cloned().unwrap_or(Json::Null)
}
