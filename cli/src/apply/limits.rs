//! How fast a target is asked: so many at once, so many in a span of time, and as slowly as its answers say.
//!
//! Times are measured by a clock that only goes forward, so a change of the wall clock makes nothing hurry or hang. A date in
//! `Retry-After` is held against the answer's own `Date`.

use super::contract::Rate;
use super::http::Answer;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The gate before a target.
pub struct Gate {
    parallel: usize,
    rate: Option<Rate>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    inside: usize,
    /// When requests of the span were sent.
    sent: VecDeque<Instant>,
    /// Nobody goes in before.
    closed_until: Option<Instant>,
}

/// A place inside, until it is dropped.
pub struct Pass<'a>(&'a Gate);

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.0.state().inside -= 1;
        self.0.changed.notify_all();
    }
}

impl Gate {
    pub fn new(parallel: usize, rate: Option<Rate>) -> Gate {
        Gate { parallel: parallel.max(1), rate, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits for a place. `None` if that would take until after `deadline`.
    pub fn enter(&self, deadline: Instant) -> Option<Pass<'_>> {
        let mut state = self.state();
        loop {
            let now = Instant::now();
            let opens = self.opens(&mut state, now);
            if opens > deadline {
                return None;
            }
            if opens <= now && state.inside < self.parallel {
                state.inside += 1;
                state.sent.push_back(now);
                return Some(Pass(self));
            }
            let until = if opens > now { opens } else { deadline };
            let waited = self.changed.wait_timeout(state, until.saturating_duration_since(now));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if Instant::now() >= deadline {
                return None;
            }
        }
    }

    /// When the next request may be sent.
    fn opens(&self, state: &mut State, now: Instant) -> Instant {
        let closed = state.closed_until.unwrap_or(now);
        let Some(rate) = &self.rate else {
            state.sent.clear();
            return closed;
        };
        let span = Duration::from_secs(u64::from(rate.seconds));
        while state.sent.front().is_some_and(|sent| now.duration_since(*sent) >= span) {
            state.sent.pop_front();
        }
        match state.sent.front() {
            Some(first) if state.sent.len() >= rate.calls as usize => closed.max(*first + span),
            _ => closed,
        }
    }

    /// Lets nobody in for a while.
    pub fn close(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut state = self.state();
        state.closed_until = Some(state.closed_until.map_or(until, |closed| closed.max(until)));
        drop(state);
        self.changed.notify_all();
    }

    /// Slows down where an answer says that few calls are left.
    pub fn heed(&self, answer: &Answer) {
        if let Some(pause) = answer.header("ratelimit").and_then(|left| pause(left, answer.header("ratelimit-policy")))
        {
            self.close(pause);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait where less than a tenth of the calls are left: until there are new ones, in even steps.
/// The headers look like `"default";r=50;t=30` and `"burst";q=100;w=60` (draft-ietf-httpapi-ratelimit-headers).
fn pause(left: &str, policy: Option<&str>) -> Option<Duration> {
    let (remaining, reset) = (parameter(left, "r")?, parameter(left, "t")?);
    let quota = policy.and_then(|policy| parameter(policy, "q")).unwrap_or(100);
    if remaining * 10 >= quota {
        return None;
    }
    Some(Duration::from_millis(reset.min(3_600) * 1_000 / (remaining + 1)))
}

fn parameter(header: &str, name: &str) -> Option<u64> {
    let first = header.split(',').next()?;
    first.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}

/// How long an answer says to wait before the same is asked again: seconds or a date.
pub fn retry_after(answer: &Answer) -> Option<Duration> {
    let text = answer.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let (then, now) = (http_date(text)?, http_date(answer.header("date")?)?);
    Some(Duration::from_secs(u64::try_from(then - now).unwrap_or(0)))
}

/// Seconds since 1970 of a date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_whitespace().skip(1);
    let day: u32 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|month| *month == name)? as u32 + 1;
    let year: i64 = words.next()?.parse().ok()?;
    let time: Vec<i64> = words.next()?.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [hours, minutes, seconds] = time[..] else { return None };
    (1..=31)
        .contains(&day)
        .then(|| rzp_lang::calc::time::days_of(year, month, day) * 86_400 + hours * 3_600 + minutes * 60 + seconds)
}

/// Waiting times that double, with a share of chance so that many do not come back together.
pub struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    pub fn new(first: Duration, longest: Duration) -> Backoff {
        Backoff { next: first, longest }
    }

    pub fn pause(&mut self) -> Duration {
        let now = self.next;
        self.next = (now * 2).min(self.longest);
        now.mul_f64(0.75 + 0.5 * chance())
    }
}

/// A number from 0 to 1 that is good enough to spread waiting times.
fn chance() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    (RandomState::new().hash_one(0) % 1_000) as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value as Json;

    fn answer(headers: &[(&str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Answer { status: 429, reason: String::new(), body: Json::Null, garbled: None, headers }
    }

    #[test]
    fn servers_say_how_long_to_wait() {
        let after = |text| retry_after(&answer(&[("Retry-After", text), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")]));
        assert_eq!(after("120"), Some(Duration::from_secs(120)));
        assert_eq!(after("Sun, 06 Nov 1994 08:51:37 GMT"), Some(Duration::from_secs(120)));
        assert_eq!(after("Sat, 05 Nov 1994 08:51:37 GMT"), Some(Duration::ZERO));
        assert_eq!(after("soon"), None);
        assert_eq!(retry_after(&answer(&[])), None);
    }

    #[test]
    fn few_calls_that_are_left_are_spread() {
        assert_eq!(pause("\"default\";r=50;t=30", Some("\"burst\";q=100;w=60")), None);
        assert_eq!(pause("\"default\";r=4;t=30", Some("\"burst\";q=100;w=60")), Some(Duration::from_secs(6)));
        assert_eq!(pause("\"default\";r=0;t=30", None), Some(Duration::from_secs(30)));
        assert_eq!(pause("nonsense", None), None);
    }

    #[test]
    fn no_more_than_the_rate_go_in() {
        let gate = Gate::new(4, Some(Rate { calls: 2, seconds: 60 }));
        let soon = || Instant::now() + Duration::from_millis(20);
        drop(gate.enter(soon()).expect("the first"));
        drop(gate.enter(soon()).expect("the second"));
        assert!(gate.enter(soon()).is_none());
    }

    #[test]
    fn no_more_than_so_many_are_inside() {
        let gate = Gate::new(1, None);
        let soon = || Instant::now() + Duration::from_millis(20);
        let pass = gate.enter(soon()).expect("the first");
        assert!(gate.enter(soon()).is_none());
        drop(pass);
        assert!(gate.enter(soon()).is_some());
        gate.close(Duration::from_secs(60));
        assert!(gate.enter(soon()).is_none());
    }
}
