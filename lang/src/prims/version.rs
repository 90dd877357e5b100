//! `std.semver`: semantic versions and ranges of them.

use super::call::{Call, Out, Stop, record_of, text_list};
use super::row::row;
use crate::calc::semver::{self, Part, Range, Version};
use crate::eval::native::Native;
use crate::value::value::Value;
use num_bigint::BigInt;
use std::cmp::Ordering;

pub const ROWS: &[Native] = &[
    row!(
        "semver.is_valid",
        "(version : String) -> Bool",
        "Whether the string is a semantic version.",
        r#"std.semver.is_valid("1.2")"#,
        "false",
        is_valid
    ),
    row!(
        "semver.parse",
        "(version : String) -> { major : Int, minor : Int, patch : Int, prerelease : [String], build : String }",
        "The parts of a version.",
        r#"std.semver.parse("1.2.3-rc.1").prerelease"#,
        r#"["rc","1"]"#,
        parse
    ),
    row!(
        "semver.compare",
        "(a : String, b : String) -> Int",
        "-1, 0 or 1 as `a` comes before, with or after `b`.",
        r#"std.semver.compare("1.10.0", "1.9.0")"#,
        "1",
        compare
    ),
    row!(
        "semver.matches",
        "(version : String, range : String) -> Bool",
        "Whether a version is in a range such as `^1.2`, `~1.2.3`, `>=1.2 <2`, `1.x` or `^1 || ^2`.",
        r#"std.semver.matches("1.4.2", "^1.2")"#,
        "true",
        matches
    ),
    row!(
        "semver.bump",
        "(version : String, part : \"major\" | \"minor\" | \"patch\") -> String",
        "The next version.",
        r#"std.semver.bump("1.2.3", "minor")"#,
        r#""1.3.0""#,
        bump
    ),
    row!(
        "semver.sort",
        "(versions : [String]) -> [String]",
        "The versions from the lowest to the highest.",
        r#"std.semver.sort(["1.10.0", "1.9.0"])"#,
        r#"["1.9.0","1.10.0"]"#,
        sort
    ),
    row!(
        "semver.latest",
        "(versions : [String], range : String = \"*\") -> String?",
        "The highest of the versions in a range, or null.",
        r#"std.semver.latest(["1.9.0", "1.10.0", "2.0.0"], range = "^1")"#,
        r#""1.10.0""#,
        latest
    ),
];

fn version(c: &mut Call, at: usize) -> Result<Version, Stop> {
    let text = c.text(at)?;
    c.ok(semver::parse(text.as_str()))
}

fn versions(c: &mut Call) -> Result<Vec<(Version, String)>, Stop> {
    let texts = c.texts(0)?;
    texts.iter().map(|text| Ok((c.ok(semver::parse(text.as_str()))?, text.as_str().to_owned()))).collect()
}

fn is_valid(c: &mut Call) -> Out {
    Ok(Value::Bool(semver::parse(c.text(0)?.as_str()).is_ok()))
}

fn parse(c: &mut Call) -> Out {
    let version = version(c, 0)?;
    let number = |number: u64| Value::big(BigInt::from(number));
    Ok(record_of([
        ("major", number(version.major)),
        ("minor", number(version.minor)),
        ("patch", number(version.patch)),
        ("prerelease", text_list(version.prerelease.iter().map(String::as_str))),
        ("build", Value::text(version.build)),
    ]))
}

fn compare(c: &mut Call) -> Out {
    let order = semver::compare(&version(c, 0)?, &version(c, 1)?);
    Ok(Value::Int(order as i64))
}

fn matches(c: &mut Call) -> Out {
    let (version, range) = (version(c, 0)?, c.text(1)?);
    let range = c.ok(Range::parse(range.as_str()))?;
    Ok(Value::Bool(range.matches(&version)))
}

fn bump(c: &mut Call) -> Out {
    let (version, part) = (version(c, 0)?, c.text(1)?);
    let part = match part.as_str() {
        "major" => Part::Major,
        "minor" => Part::Minor,
        "patch" => Part::Patch,
        other => return Err(c.fail(format!("`part` must be \"major\", \"minor\" or \"patch\", found \"{other}\""))),
    };
    Ok(Value::text(semver::bump(&version, part).to_string()))
}

fn sort(c: &mut Call) -> Out {
    let mut versions = versions(c)?;
    versions.sort_by(|a, b| semver::compare(&a.0, &b.0));
    Ok(text_list(versions.iter().map(|(_, text)| text.as_str())))
}

fn latest(c: &mut Call) -> Out {
    let versions = versions(c)?;
    let range = if c.given(1) { c.text(1)?.as_str().to_owned() } else { "*".to_owned() };
    let range = c.ok(Range::parse(&range))?;
    let inside = versions.into_iter().filter(|(version, _)| range.matches(version));
    let higher = |a: (Version, String), b: (Version, String)| match semver::compare(&a.0, &b.0) {
        Ordering::Less => b,
        Ordering::Equal | Ordering::Greater => a,
    };
    Ok(inside.reduce(higher).map_or(Value::Null, |(_, text)| Value::text(text)))
}
