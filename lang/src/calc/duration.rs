//! Lengths of time: `1h30m` as Go and Prometheus write it, `PT1H30M` as ISO 8601 does.
//!
//! Units whose length depends on the calendar (ISO months and years) are refused; `d`, `w` and `y`
//! are 24 hours, 7 days and 365 days, as in Prometheus. What is printed is read by Go, Kubernetes
//! and Prometheus alike: hours, minutes, seconds and smaller units, none of them with a fraction.

use std::fmt;

/// A length in billionths of a second, within Go's range of 292 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    pub nanos: i64,
}

const SECOND: i128 = 1_000_000_000;
const HOUR: i128 = 3600 * SECOND;
const DAY: i128 = 24 * HOUR;

/// Units of the Go form, the longest first.
const UNITS: [(&str, i128); 10] = [
    ("y", 365 * DAY),
    ("w", 7 * DAY),
    ("d", DAY),
    ("h", HOUR),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

pub fn parse(text: &str) -> Result<Duration, String> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let total = match rest.strip_prefix('P') {
        Some(rest) => iso(rest),
        None => units(rest),
    };
    total
        .and_then(|nanos| Duration::from_nanos(sign * nanos))
        .map_err(|reason| format!("`{text}` is not a duration: {reason}"))
}

fn units(text: &str) -> Result<i128, String> {
    if text == "0" {
        return Ok(0);
    }
    if text.is_empty() {
        return Err("expected a number with its unit, as in `30s` or `1h30m`".to_owned());
    }
    let (mut rest, mut total) = (text, 0_i128);
    while !rest.is_empty() {
        let (number, after) = split_number(rest)?;
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        total = total.saturating_add(amount(number, unit_length(unit, number)?)?);
        rest = next;
    }
    Ok(total)
}

fn unit_length(unit: &str, number: &str) -> Result<i128, String> {
    if let Some((_, length)) = UNITS.iter().find(|(name, _)| *name == unit) {
        return Ok(*length);
    }
    let hint = match unit.to_ascii_lowercase().as_str() {
        "" => format!("write `{number}s` for seconds or `{number}m` for minutes"),
        "sec" | "secs" | "second" | "seconds" => format!("write `{number}s`"),
        "min" | "mins" | "minute" | "minutes" => format!("write `{number}m`"),
        "hr" | "hrs" | "hour" | "hours" | "h" => format!("write `{number}h`"),
        "day" | "days" | "d" => format!("write `{number}d`"),
        _ => "expected one of y w d h m s ms us ns".to_owned(),
    };
    Err(match unit {
        "" => format!("`{number}` has no unit; {hint}"),
        _ => format!("`{unit}` is no unit; {hint}"),
    })
}

/// `P1DT2H3M4.5S` without its `P`.
fn iso(text: &str) -> Result<i128, String> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    if date.is_empty() && time.is_none_or(str::is_empty) {
        return Err("nothing follows `P`; write it as `PT1H30M`".to_owned());
    }
    let days = iso_part(date, &[('W', 7 * DAY), ('D', DAY)])?;
    let clock = iso_part(time.unwrap_or_default(), &[('H', HOUR), ('M', 60 * SECOND), ('S', SECOND)])?;
    Ok(days.saturating_add(clock))
}

fn iso_part(text: &str, units: &[(char, i128)]) -> Result<i128, String> {
    let (mut rest, mut units, mut total) = (text, units, 0_i128);
    while !rest.is_empty() {
        let (number, after) = split_number(rest)?;
        let letter = after.chars().next().ok_or_else(|| format!("`{number}` has no unit"))?;
        let Some(at) = units.iter().position(|(unit, _)| *unit == letter) else {
            return Err(match letter {
                'Y' | 'M' => format!("`{number}{letter}` has no fixed length; write days or hours"),
                _ => format!("`{letter}` is no unit here, or out of order; expected `P1W2DT3H4M5S`"),
            });
        };
        total = total.saturating_add(amount(number, units[at].1)?);
        units = &units[at + 1..];
        rest = &after[letter.len_utf8()..];
    }
    Ok(total)
}

fn split_number(text: &str) -> Result<(&str, &str), String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    match text.split_at(end) {
        ("", rest) => Err(format!("expected a number before `{rest}`")),
        split => Ok(split),
    }
}

/// A decimal number of units of the given length, cut at whole billionths.
fn amount(number: &str, length: i128) -> Result<i128, String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || whole.is_empty() && fraction.is_empty() {
        return Err(format!("`{number}` is not a number"));
    }
    let too_long = || format!("`{number}` is too large");
    let whole: i128 = format!("0{whole}").parse().map_err(|_| too_long())?;
    let fraction = fraction.get(..12).unwrap_or(fraction);
    let part: i128 = format!("0{fraction}").parse().map_err(|_| too_long())?;
    let part = part * length / 10_i128.pow(fraction.len() as u32);
    whole.checked_mul(length).and_then(|total| total.checked_add(part)).ok_or_else(too_long)
}

impl Duration {
    pub fn from_nanos(nanos: i128) -> Result<Duration, String> {
        let nanos = i64::try_from(nanos).map_err(|_| "it is longer than 292 years".to_owned())?;
        Ok(Duration { nanos })
    }

    pub fn from_seconds(seconds: i64) -> Result<Duration, String> {
        let nanos = i128::from(seconds) * SECOND;
        Duration::from_nanos(nanos).map_err(|_| format!("{seconds} seconds are longer than 292 years"))
    }

    /// `P1DT2H30M`, the ISO 8601 form.
    pub fn iso(self) -> String {
        let (sign, rest) = self.magnitude();
        if rest == 0 {
            return "PT0S".to_owned();
        }
        let (days, clock) = (rest / DAY, rest % DAY);
        let mut text = format!("{sign}P");
        if days > 0 {
            text.push_str(&format!("{days}D"));
        }
        if clock > 0 {
            text.push('T');
        }
        for (letter, amount) in [('H', clock / HOUR), ('M', clock % HOUR / (60 * SECOND))] {
            if amount > 0 {
                text.push_str(&format!("{amount}{letter}"));
            }
        }
        let seconds = clock % (60 * SECOND);
        if seconds > 0 {
            let nanos = format!("{:09}", seconds % SECOND);
            let fraction = nanos.trim_end_matches('0');
            let point = if fraction.is_empty() { "" } else { "." };
            text.push_str(&format!("{}{point}{fraction}S", seconds / SECOND));
        }
        text
    }

    fn magnitude(self) -> (&'static str, i128) {
        (if self.nanos < 0 { "-" } else { "" }, i128::from(self.nanos).abs())
    }
}

/// `1h30m`: each unit once, those that are zero left out.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (sign, mut rest) = self.magnitude();
        if rest == 0 {
            return f.write_str("0s");
        }
        f.write_str(sign)?;
        for (unit, length) in UNITS.iter().filter(|(unit, length)| *length <= HOUR && *unit != "µs") {
            if rest >= *length {
                write!(f, "{}{unit}", rest / length)?;
                rest %= length;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_forms_and_prints_both() {
        let cases = [
            ("1h30m", "1h30m", "PT1H30M"),
            ("1.5h", "1h30m", "PT1H30M"),
            ("90s", "1m30s", "PT1M30S"),
            ("250ms", "250ms", "PT0.25S"),
            ("1d", "24h", "P1D"),
            ("2w", "336h", "P14D"),
            ("P1DT2H30M", "26h30m", "P1DT2H30M"),
            ("PT0.5S", "500ms", "PT0.5S"),
            ("P1W", "168h", "P7D"),
            ("-1m", "-1m", "-PT1M"),
            ("0", "0s", "PT0S"),
            ("1µs", "1us", "PT0.000001S"),
            ("1h0m0s", "1h", "PT1H"),
        ];
        for (text, go, iso) in cases {
            let duration = parse(text).unwrap();
            assert_eq!((duration.to_string().as_str(), duration.iso().as_str()), (go, iso), "{text}");
            assert_eq!(parse(go), Ok(duration));
            assert_eq!(parse(iso), Ok(duration));
        }
    }

    #[test]
    fn refuses_with_advice() {
        assert_eq!(
            parse("90").unwrap_err(),
            "`90` is not a duration: `90` has no unit; write `90s` for seconds or `90m` for minutes"
        );
        assert!(parse("5min").unwrap_err().contains("`min` is no unit; write `5m`"));
        assert!(parse("P1M").unwrap_err().contains("no fixed length"));
        assert!(parse("400y").unwrap_err().contains("longer than 292 years"));
        for text in ["", "P", "PT", "1x", "h", "1.2.3s", "-", "99999999999999999999999999999999999999999s", "PT1S2H"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
