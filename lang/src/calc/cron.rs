//! Cron schedules: five fields or a nickname such as `@daily`, as Kubernetes reads them.
//!
//! A schedule is five sets of numbers kept as bits. As in cron, when both the day of the month and
//! the day of the week are restricted, either of them is enough. Sunday is 0 only, since
//! Kubernetes refuses 7. A schedule that can never run (`0 0 30 2 *`) is refused when it is read.
//! All times are UTC; a time zone belongs to the object beside the schedule.

use super::time::{DAY, civil, days_in_month, days_of, weekday};

/// When something runs, e.g. `0 3 * * *`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether each of the two day fields is `*`.
    any_day: bool,
    any_weekday: bool,
}

struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    /// Names for numbers, the first for `least`.
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    Field { name: "day of the month", least: 1, most: 31, names: &[] },
    Field { name: "month", least: 1, most: 12, names: &MONTHS },
    Field { name: "day of the week", least: 0, most: 6, names: &WEEKDAYS },
];

const NICKNAMES: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// Weekdays and leap years repeat after 28 years, so nothing new happens later.
const CYCLE: i64 = 28 * 366;

pub fn parse(text: &str) -> Result<Schedule, String> {
    read(text).map_err(|reason| format!("`{text}` is not a cron schedule: {reason}"))
}

fn read(text: &str) -> Result<Schedule, String> {
    let text = text.trim();
    if text.starts_with('@') {
        let known = NICKNAMES.iter().find(|(name, _)| *name == text);
        let (_, fields) = known.ok_or_else(|| {
            let names: Vec<&str> = NICKNAMES.iter().map(|(name, _)| *name).collect();
            format!("expected one of {}", names.join(" "))
        })?;
        return read(fields);
    }
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [minute, hour, day, month, weekday] = words[..] else {
        let more = match words.len() {
            6 => format!("; seconds are not part of it; write `{}`", words[1..].join(" ")),
            4 => format!("; write `{} *`", words.join(" ")),
            _ => String::new(),
        };
        return Err(format!(
            "expected 5 fields (minute, hour, day of the month, month, day of the week), found {}{more}",
            words.len()
        ));
    };
    let schedule = Schedule {
        minutes: FIELDS[0].bits(minute)?,
        hours: FIELDS[1].bits(hour)?,
        days: FIELDS[2].bits(day)?,
        months: FIELDS[3].bits(month)?,
        weekdays: FIELDS[4].bits(weekday)?,
        any_day: is_any(day),
        any_weekday: is_any(weekday),
    };
    match schedule.next_day(days_of(2000, 1, 1)) {
        Some(_) => Ok(schedule),
        None => Err(format!("it never runs: no month of `{month}` has the day `{day}`")),
    }
}

fn is_any(field: &str) -> bool {
    field.split(',').any(|part| matches!(part, "*" | "?" | "*/1"))
}

impl Field {
    fn bits(&self, text: &str) -> Result<u64, String> {
        text.split(',').try_fold(0, |bits, part| {
            let more = self.part(part).map_err(|reason| format!("the {} `{text}`: {reason}", self.name))?;
            Ok(bits | more)
        })
    }

    /// `*`, `5`, `1-5`, each with `/step`.
    fn part(&self, part: &str) -> Result<u64, String> {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let (from, to) = match range.split_once('-') {
            _ if matches!(range, "*" | "?") => (self.least, self.most),
            Some((from, to)) => (self.number(from)?, self.number(to)?),
            None if step.is_some() => (self.number(range)?, self.most),
            None => (self.number(range)?, self.number(range)?),
        };
        if from > to {
            return Err(format!("{from} comes after {to}; write `{from}-{},{}-{to}`", self.most, self.least));
        }
        let step = match step.map(str::parse::<usize>) {
            None => 1,
            Some(Ok(step)) if (1..=60).contains(&step) => step,
            Some(_) => return Err("the step after `/` must be a number from 1 to 60".to_owned()),
        };
        Ok((from..=to).step_by(step).fold(0, |bits, at| bits | 1 << at))
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        let lower = text.to_ascii_lowercase();
        if let Some(at) = self.names.iter().position(|name| *name == lower) {
            return Ok(self.least + at as u32);
        }
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let value = text.parse::<u32>().ok().filter(|_| digits);
        match value {
            Some(value) if (self.least..=self.most).contains(&value) => Ok(value),
            Some(7) if self.most == 6 => Err("7 is no day; Sunday is written 0".to_owned()),
            _ => Err(self.expected(text)),
        }
    }

    fn expected(&self, text: &str) -> String {
        let names = match self.names {
            [first, .., last] => format!(" or {first} to {last}"),
            _ => String::new(),
        };
        let found = if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") };
        format!("expected {} to {}{names}, found {found}", self.least, self.most)
    }
}

fn has(bits: u64, at: u32) -> bool {
    bits >> at & 1 == 1
}

fn members(bits: u64) -> Vec<u32> {
    (0..64).filter(|at| has(bits, *at)).collect()
}

impl Schedule {
    /// The first run strictly after `seconds` of Unix time, as Unix seconds. `None` past the last
    /// time there is.
    pub fn next(&self, seconds: i64) -> Option<i64> {
        let from = seconds.div_euclid(60).checked_add(1)?;
        let (day, minute) = (from.div_euclid(1440), from.rem_euclid(1440) as u32);
        let today = self.runs_on(day).then(|| self.minute_from(minute)).flatten();
        let (day, minute) = match today {
            Some(minute) => (day, minute),
            None => (self.next_day(day.checked_add(1)?)?, self.minute_from(0)?),
        };
        day.checked_mul(DAY)?.checked_add(i64::from(minute) * 60)
    }

    /// The least number of seconds between two runs.
    pub fn interval(&self) -> i64 {
        let minutes: Vec<i64> = (0..1440).filter(|m| self.runs_at(*m)).map(i64::from).collect();
        let (Some(first), Some(last)) = (minutes.first(), minutes.last()) else { return CYCLE * DAY };
        let within = minutes.windows(2).map(|pair| pair[1] - pair[0]).min();
        let start = days_of(2000, 1, 1);
        let days: Vec<i64> = (start..start + CYCLE + 366).filter(|day| self.runs_on(*day)).collect();
        let gap = days.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(CYCLE);
        let across = gap * 1440 - last + first;
        within.map_or(across, |within| within.min(across)) * 60
    }

    /// The five sets, in the order of the fields.
    pub fn fields(&self) -> [Vec<u32>; 5] {
        [self.minutes, self.hours, self.days, self.months, self.weekdays].map(members)
    }

    fn runs_at(&self, minute: u32) -> bool {
        has(self.hours, minute / 60) && has(self.minutes, minute % 60)
    }

    fn minute_from(&self, minute: u32) -> Option<u32> {
        (minute..1440).find(|minute| self.runs_at(*minute))
    }

    fn runs_on(&self, day: i64) -> bool {
        let (_, month, date) = civil(day);
        let (by_date, by_weekday) = (has(self.days, date), has(self.weekdays, weekday(day)));
        let either = !self.any_day && !self.any_weekday;
        has(self.months, month) && if either { by_date || by_weekday } else { by_date && by_weekday }
    }

    /// The first day from `day` on, looked for over a whole cycle; months that do not take part are skipped.
    fn next_day(&self, day: i64) -> Option<i64> {
        let end = day.checked_add(2 * CYCLE)?;
        let mut at = day;
        while at < end {
            let (year, month, date) = civil(at);
            if !has(self.months, month) {
                at += i64::from(days_in_month(year, month) - date + 1);
            } else if self.runs_on(at) {
                return Some(at);
            } else {
                at += 1;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::time;
    use super::*;

    fn next(schedule: &str, after: &str) -> String {
        let after = time::parse(after).unwrap().seconds();
        let next = parse(schedule).unwrap().next(after).unwrap();
        time::Instant::from_seconds(next).unwrap().to_string()
    }

    #[test]
    fn finds_the_next_run() {
        let cases = [
            ("0 3 * * *", "2026-03-01T02:59:59Z", "2026-03-01T03:00:00Z"),
            ("0 3 * * *", "2026-03-01T03:00:00Z", "2026-03-02T03:00:00Z"),
            ("*/15 * * * *", "2026-03-01T00:01:00Z", "2026-03-01T00:15:00Z"),
            ("@monthly", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z"),
            ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 12 * * mon-fri", "2026-03-06T12:00:00Z", "2026-03-09T12:00:00Z"),
            ("0 0 13 * 5", "2026-03-07T00:00:00Z", "2026-03-13T00:00:00Z"),
            ("0 0 1 * 1", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
            ("30 5/6 * * *", "2026-03-01T06:00:00Z", "2026-03-01T11:30:00Z"),
        ];
        for (schedule, after, expected) in cases {
            assert_eq!(next(schedule, after), expected, "{schedule}");
        }
    }

    #[test]
    fn the_least_interval() {
        let cases = [
            ("* * * * *", 60),
            ("*/7 * * * *", 240),
            ("0 */4 * * *", 4 * 3600),
            ("0 3 * * *", 86_400),
            ("0 23,1 * * *", 2 * 3600),
            ("@weekly", 7 * 86_400),
            ("@monthly", 28 * 86_400),
            ("@yearly", 365 * 86_400),
            ("0 0 29 2 *", 1461 * 86_400),
        ];
        for (schedule, expected) in cases {
            assert_eq!(parse(schedule).unwrap().interval(), expected, "{schedule}");
        }
    }

    #[test]
    fn names_the_bad_field() {
        let cases = [
            ("0 24 * * *", "the hour `24`: expected 0 to 23, found `24`"),
            ("60 * * * *", "the minute `60`: expected 0 to 59"),
            ("0 0 * * 7", "Sunday is written 0"),
            ("0 0 * foo *", "the month `foo`: expected 1 to 12 or jan to dec, found `foo`"),
            ("0 0 30 2 *", "it never runs"),
            ("0 0 0 * * *", "found 6; seconds are not part of it"),
            ("@hurly", "expected one of @yearly"),
            ("*/0 * * * *", "the step after `/`"),
            ("50-10 * * * *", "write `50-59,0-10`"),
            ("", "found 0"),
            ("0 0 * * ,", "found nothing"),
        ];
        for (schedule, expected) in cases {
            let message = parse(schedule).unwrap_err();
            assert!(message.contains(expected), "{schedule}: {message}");
        }
        assert_eq!(parse("0 0 * jan,Dec *").unwrap().fields()[3], [1, 12]);
    }
}
