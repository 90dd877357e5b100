//! Instants: RFC 3339 text to Unix seconds and back, and the calendar between them.
//!
//! There is no clock here: an instant enters as text or as a number, so that the same input gives
//! the same bytes. Leap seconds do not exist in Unix time and are refused; years run from 1 to 9999.

use std::fmt;

/// An instant in billionths of a second since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    pub nanos: i128,
}

/// The calendar's view of an instant, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub nanosecond: u32,
    /// 0 is Sunday, as in cron.
    pub weekday: u32,
    /// 1 is the first of January.
    pub year_day: u32,
}

pub const DAY: i64 = 86_400;
const NANOS: i128 = 1_000_000_000;

/// 0001-01-01T00:00:00Z and the first second of the year 10000.
const FIRST: i64 = -62_135_596_800;
const END: i64 = 253_402_300_800;

impl Instant {
    pub fn from_seconds(seconds: i64) -> Result<Instant, String> {
        Instant::from_nanos(i128::from(seconds) * NANOS)
    }

    pub fn from_nanos(nanos: i128) -> Result<Instant, String> {
        let seconds = nanos.div_euclid(NANOS);
        if seconds < FIRST.into() || seconds >= END.into() {
            return Err(format!("{seconds} seconds since 1970 is outside of the years 1 to 9999"));
        }
        Ok(Instant { nanos })
    }

    /// Whole seconds since 1970, rounded down.
    pub fn seconds(self) -> i64 {
        self.nanos.div_euclid(NANOS) as i64
    }

    pub fn parts(self) -> Parts {
        let seconds = self.seconds();
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY) as u32);
        let (year, month, day) = civil(days);
        Parts {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            nanosecond: self.nanos.rem_euclid(NANOS) as u32,
            weekday: weekday(days),
            year_day: (days - days_of(year, 1, 1) + 1) as u32,
        }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Parts { year, month, day, hour, minute, second, nanosecond, .. } = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if nanosecond != 0 {
            let fraction = format!("{nanosecond:09}");
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// The days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
pub fn days_of(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The date that lies `days` after 1970-01-01, as (year, month, day).
pub fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// 0 is Sunday.
pub fn weekday(days: i64) -> u32 {
    (days + 4).rem_euclid(7) as u32
}

pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `2026-03-01T12:00:00Z`, with a fraction and an offset if there is one; a date alone is
/// its midnight in UTC.
pub fn parse(text: &str) -> Result<Instant, String> {
    let mut reader = Reader { text, rest: text };
    let date = reader.date()?;
    if reader.rest.is_empty() {
        return Instant::from_seconds(date * DAY).map_err(|reason| reader.fail(&reason));
    }
    reader.expect(&['T', 't', ' '], "`T` between date and time")?;
    let seconds = reader.clock()?;
    let fraction = reader.fraction()?;
    let offset = reader.offset()?;
    if !reader.rest.is_empty() {
        return Err(reader.fail(&format!("`{}` follows the time", reader.rest)));
    }
    let nanos = i128::from(date * DAY + seconds - offset) * NANOS + i128::from(fraction);
    Instant::from_nanos(nanos).map_err(|reason| reader.fail(&reason))
}

/// Whether a text is a whole time as RFC 3339 has it in data: a day with a clock, and `T` between them.
pub fn judge(text: &str) -> Result<(), String> {
    parse(text)?;
    let reader = Reader { text, rest: text };
    match text.as_bytes().get(10) {
        Some(b'T' | b't') => Ok(()),
        Some(_) => Err(reader.fail("there is no `T` between date and time")),
        None => Err(reader.fail("it is a day alone")),
    }
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl Reader<'_> {
    fn fail(&self, reason: &str) -> String {
        format!("`{}` is not a time: {reason}; write it as `2026-03-01T12:00:00Z`", self.text)
    }

    fn date(&mut self) -> Result<i64, String> {
        let year = self.digits(4, "year", 1, 9999)?;
        self.expect(&['-'], "`-` after the year")?;
        let month = self.digits(2, "month", 1, 12)?;
        self.expect(&['-'], "`-` after the month")?;
        let last = days_in_month(i64::from(year), month);
        let day = self.digits(2, "day", 1, last)?;
        Ok(days_of(i64::from(year), month, day))
    }

    fn clock(&mut self) -> Result<i64, String> {
        let hour = self.digits(2, "hour", 0, 23)?;
        self.expect(&[':'], "`:` after the hour")?;
        let minute = self.digits(2, "minute", 0, 59)?;
        self.expect(&[':'], "`:` after the minute")?;
        let second = self.digits(2, "second", 0, 59)?;
        Ok(i64::from(hour * 3600 + minute * 60 + second))
    }

    fn fraction(&mut self) -> Result<u32, String> {
        let Some(rest) = self.rest.strip_prefix('.') else { return Ok(0) };
        let end = rest.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.fail("no digits follow the point"));
        }
        self.rest = &rest[end..];
        let nine = format!("{:0<9.9}", &rest[..end]);
        nine.parse().map_err(|_| self.fail("its fraction is no number"))
    }

    /// Seconds east of Greenwich.
    fn offset(&mut self) -> Result<i64, String> {
        if let Some(rest) = self.rest.strip_prefix(['Z', 'z']) {
            self.rest = rest;
            return Ok(0);
        }
        let sign = if self.rest.starts_with('-') { -1 } else { 1 };
        self.expect(&['+', '-'], "`Z` or an offset such as `+01:00` at the end")?;
        let hours = self.digits(2, "hour of the offset", 0, 23)?;
        self.expect(&[':'], "`:` in the offset")?;
        let minutes = self.digits(2, "minute of the offset", 0, 59)?;
        Ok(sign * i64::from(hours * 3600 + minutes * 60))
    }

    fn expect(&mut self, signs: &[char], what: &str) -> Result<(), String> {
        match self.rest.strip_prefix(signs) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(self.fail(&format!("expected {what}"))),
        }
    }

    fn digits(&mut self, count: usize, what: &str, least: u32, most: u32) -> Result<u32, String> {
        let found = self.rest.get(..count).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let Some(value) = found.and_then(|text| text.parse().ok()) else {
            return Err(self.fail(&format!("expected the {what} in {count} digits")));
        };
        self.rest = &self.rest[count..];
        match (least..=most).contains(&value) {
            true => Ok(value),
            false => Err(self.fail(&format!("the {what} {value} is not in {least} to {most}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        let cases = [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2024-02-29T23:59:59.250Z", "2024-02-29T23:59:59.25Z"),
            ("2026-03-01T12:00:00+01:30", "2026-03-01T10:30:00Z"),
            ("2026-03-01 12:00:00-02:00", "2026-03-01T14:00:00Z"),
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).unwrap().to_string(), expected);
        }
        assert_eq!(parse("2001-09-09T01:46:40Z").unwrap().seconds(), 1_000_000_000);
        assert_eq!(parse("1969-12-31T23:59:59.5Z").unwrap().seconds(), -1);
    }

    #[test]
    fn refuses_and_names_the_part() {
        assert!(parse("2026-02-29T00:00:00Z").unwrap_err().contains("the day 29 is not in 1 to 28"));
        assert!(parse("2026-13-01").unwrap_err().contains("the month 13 is not in 1 to 12"));
        assert!(parse("2026-01-01T00:00:00").unwrap_err().contains("expected `Z` or an offset"));
        assert!(parse("2026-01-01T25:00:00Z").unwrap_err().contains("hour 25"));
        assert!(parse("tomorrow").is_err() && parse("").is_err() && parse("２０２６").is_err());
        assert!(Instant::from_seconds(i64::MAX).is_err());
        assert!(parse("0001-01-01T00:00:00+01:00").is_err());
    }

    #[test]
    fn the_calendar_goes_both_ways() {
        for days in (-800_000..800_000).step_by(37) {
            let (year, month, day) = civil(days);
            assert_eq!(days_of(year, month, day), days);
            assert!(day >= 1 && day <= days_in_month(year, month));
        }
        let parts = parse("2026-03-01T12:34:56Z").unwrap().parts();
        assert_eq!((parts.weekday, parts.year_day, parts.hour, parts.minute, parts.second), (0, 60, 12, 34, 56));
    }
}
