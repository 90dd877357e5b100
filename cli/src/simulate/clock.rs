//! The simulator's clock: that of the machine, further on by what was skipped, and shown wrong where a test wants so.
//!
//! *Time* is what tasks take. What is *shown*, in the `Date` header, in the names of tasks and as `modified_on`, may be
//! off by a skew, as the clocks of nodes are.

use rzp_lang::calc::time::{Instant, Parts};
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(default)]
pub struct Clock {
    /// Seconds by which time has been moved on.
    pub passed: f64,
    /// Seconds by which what is shown differs from time.
    pub skew: f64,
}

impl Clock {
    /// Seconds since 1970, on which tasks run.
    pub fn time(&self) -> f64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        since.as_secs_f64() + self.passed
    }

    /// Seconds since 1970 as clients are told.
    pub fn shown(&self) -> f64 {
        self.time() + self.skew
    }
}

fn parts(seconds: f64) -> Parts {
    Instant { nanos: (seconds * 1e6) as i128 * 1000 }.parts()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn http_date(seconds: f64) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = parts(seconds);
    let name = |names: &[&'static str], number: u32| names[(number as usize + names.len() - 1) % names.len()];
    format!(
        "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
        name(&DAYS, at.weekday),
        at.day,
        name(&MONTHS, at.month),
        at.year,
        at.hour,
        at.minute,
        at.second
    )
}

/// `1994-11-06T08:49:37.000000Z`.
pub fn iso(seconds: f64) -> String {
    let at = parts(seconds);
    format!(
        "{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        at.year,
        at.month,
        at.day,
        at.hour,
        at.minute,
        at.second,
        at.nanosecond / 1000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_headers_and_records_have_them() {
        assert_eq!(http_date(784_111_777.0), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(iso(784_111_777.25), "1994-11-06T08:49:37.250000Z");
    }

    #[test]
    fn a_skew_is_shown_and_takes_no_time() {
        let clock = Clock { passed: 60.0, skew: -3600.0 };
        assert!((clock.time() - clock.shown() - 3600.0).abs() < 1.0);
    }
}
