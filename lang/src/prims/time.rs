//! `std.duration`, `std.time`, `std.cron`: lengths of time, instants, schedules. There is no clock.

use super::call::{Call, Out, Stop, record_of};
use super::row::row;
use crate::calc::cron::{self, Schedule};
use crate::calc::duration::{self, Duration};
use crate::calc::time::{self, Instant};
use crate::eval::native::Native;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "duration.is_valid",
        "(d : String) -> Bool",
        "Whether the string is a duration such as `1h30m` or `PT1H30M`.",
        r#"std.duration.is_valid("90")"#,
        "false",
        |c| Ok(Value::Bool(duration::parse(c.text(0)?.as_str()).is_ok()))
    ),
    row!(
        "duration.seconds",
        "(d : String) -> Number",
        "The length in seconds: an integer where it is one, else a float.",
        r#"std.duration.seconds("1h30m")"#,
        "5400",
        seconds
    ),
    row!(
        "duration.milliseconds",
        "(d : String) -> Int",
        "The length in whole milliseconds.",
        r#"std.duration.milliseconds("1.5s")"#,
        "1500",
        |c| Ok(Value::Int(length(c, 0)?.nanos / 1_000_000))
    ),
    row!(
        "duration.from_seconds",
        "(n : Number) -> String",
        "The duration as Go, Kubernetes and Prometheus read it.",
        "std.duration.from_seconds(5400)",
        r#""1h30m""#,
        from_seconds
    ),
    row!(
        "duration.canonical",
        "(d : String) -> String",
        "The duration in hours, minutes, seconds and smaller units.",
        r#"std.duration.canonical("P1D")"#,
        r#""24h""#,
        |c| Ok(Value::text(length(c, 0)?.to_string()))
    ),
    row!(
        "duration.iso",
        "(d : String) -> String",
        "The duration as ISO 8601 writes it.",
        r#"std.duration.iso("26h30m")"#,
        r#""P1DT2H30M""#,
        |c| Ok(Value::text(length(c, 0)?.iso()))
    ),
    row!(
        "duration.compare",
        "(a : String, b : String) -> Int",
        "-1, 0 or 1 as `a` is shorter than, as long as or longer than `b`.",
        r#"std.duration.compare("60s", "1m")"#,
        "0",
        |c| Ok(Value::Int(length(c, 0)?.cmp(&length(c, 1)?) as i64))
    ),
    row!(
        "time.is_valid",
        "(t : String) -> Bool",
        "Whether the string is a time of RFC 3339 such as `2026-03-01T12:00:00Z`.",
        r#"std.time.is_valid("2026-02-30T00:00:00Z")"#,
        "false",
        |c| Ok(Value::Bool(time::parse(c.text(0)?.as_str()).is_ok()))
    ),
    row!(
        "time.to_unix",
        "(t : String) -> Int",
        "The whole seconds from 1970 to a time.",
        r#"std.time.to_unix("2001-09-09T01:46:40Z")"#,
        "1000000000",
        |c| Ok(Value::Int(instant(c, 0)?.seconds()))
    ),
    row!(
        "time.from_unix",
        "(seconds : Int) -> String",
        "The time that many seconds after 1970 began, in UTC.",
        "std.time.from_unix(1000000000)",
        r#""2001-09-09T01:46:40Z""#,
        from_unix
    ),
    row!(
        "time.parts",
        "(t : String) -> { year : Int, month : Int, day : Int, hour : Int, minute : Int, second : Int, weekday : Int, year_day : Int }",
        "The calendar's view of a time, in UTC. Weekday 0 is Sunday; the year's first day is 1.",
        r#"std.time.parts("2026-03-01T12:00:00Z").weekday"#,
        "0",
        parts
    ),
    row!(
        "time.add",
        "(t : String, d : String) -> String",
        "The time that lies a duration later, or earlier if it is negative.",
        r#"std.time.add("2026-03-01T12:00:00Z", "36h")"#,
        r#""2026-03-03T00:00:00Z""#,
        add
    ),
    row!(
        "cron.is_valid",
        "(schedule : String) -> Bool",
        "Whether the string is a schedule of five fields, or a nickname such as `@daily`, that can run.",
        r#"std.cron.is_valid("0 25 * * *")"#,
        "false",
        |c| Ok(Value::Bool(cron::parse(c.text(0)?.as_str()).is_ok()))
    ),
    row!(
        "cron.parse",
        "(schedule : String) -> { minutes : [Int], hours : [Int], days : [Int], months : [Int], weekdays : [Int] }",
        "The numbers that each field stands for.",
        r#"std.cron.parse("*/20 3 * * *").minutes"#,
        "[0,20,40]",
        fields
    ),
    row!(
        "cron.next",
        "(schedule : String, after : String) -> String",
        "The first run after a time, in UTC.",
        r#"std.cron.next("0 3 * * *", "2026-03-01T12:00:00Z")"#,
        r#""2026-03-02T03:00:00Z""#,
        next
    ),
    row!(
        "cron.interval",
        "(schedule : String) -> Int",
        "The least number of seconds between two runs.",
        r#"std.cron.interval("0 */4 * * *")"#,
        "14400",
        |c| Ok(Value::Int(schedule(c)?.interval()))
    ),
];

fn length(c: &mut Call, at: usize) -> Result<Duration, Stop> {
    let text = c.text(at)?;
    c.ok(duration::parse(text.as_str()))
}

fn instant(c: &mut Call, at: usize) -> Result<Instant, Stop> {
    let text = c.text(at)?;
    c.ok(time::parse(text.as_str()))
}

fn schedule(c: &mut Call) -> Result<Schedule, Stop> {
    let text = c.text(0)?;
    c.ok(cron::parse(text.as_str()))
}

fn seconds(c: &mut Call) -> Out {
    let nanos = length(c, 0)?.nanos;
    Ok(match nanos % 1_000_000_000 {
        0 => Value::Int(nanos / 1_000_000_000),
        _ => Value::Float(nanos as f64 / 1e9),
    })
}

fn from_seconds(c: &mut Call) -> Out {
    let duration = match c.number(0)? {
        Value::Float(_) => Duration::from_nanos((c.float(0)? * 1e9).round() as i128),
        _ => Duration::from_seconds(c.int(0)?),
    };
    c.ok(duration).map(|duration| Value::text(duration.to_string()))
}

fn from_unix(c: &mut Call) -> Out {
    let seconds = c.int(0)?;
    c.ok(Instant::from_seconds(seconds)).map(|instant| Value::text(instant.to_string()))
}

fn parts(c: &mut Call) -> Out {
    let parts = instant(c, 0)?.parts();
    let int = |number: u32| Value::Int(i64::from(number));
    Ok(record_of([
        ("year", Value::Int(parts.year)),
        ("month", int(parts.month)),
        ("day", int(parts.day)),
        ("hour", int(parts.hour)),
        ("minute", int(parts.minute)),
        ("second", int(parts.second)),
        ("weekday", int(parts.weekday)),
        ("year_day", int(parts.year_day)),
    ]))
}

fn add(c: &mut Call) -> Out {
    let (instant, length) = (instant(c, 0)?, length(c, 1)?);
    let later = Instant::from_nanos(instant.nanos + i128::from(length.nanos));
    c.ok(later).map(|instant| Value::text(instant.to_string()))
}

fn fields(c: &mut Call) -> Out {
    let ints = |numbers: Vec<u32>| Value::list(numbers.into_iter().map(|n| Value::Int(i64::from(n))).collect());
    let [minutes, hours, days, months, weekdays] = schedule(c)?.fields().map(ints);
    Ok(record_of([("minutes", minutes), ("hours", hours), ("days", days), ("months", months), ("weekdays", weekdays)]))
}

fn next(c: &mut Call) -> Out {
    let (schedule, after) = (schedule(c)?, instant(c, 1)?);
    let found = schedule.next(after.seconds()).and_then(|seconds| Instant::from_seconds(seconds).ok());
    found.map(|instant| Value::text(instant.to_string())).ok_or_else(|| c.fail("the next run is past the year 9999"))
}
