//! Semantic versions (semver.org 2.0): read, order, bump, and test against ranges.
//!
//! A range is written as npm, Cargo and Helm users write it: `^1.2`, `~1.2.3`, `>=1.2 <2`,
//! `1.2.x`, `1.2 - 2.3`, alternatives joined by `||`. A bare full version means exactly that
//! version, as in npm and Helm (Cargo reads a caret into it). A pre-release is in a range only if
//! the range names a pre-release of the same version, so `>=1.0` never picks `2.0.0-rc.1`.
//! What is almost a version (`v1.2.3`, `1.2`) is refused with the spelling that would do.

use std::cmp::Ordering;
use std::fmt;

/// A version; `build` takes no part in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
    /// The dotted identifiers after `-`, e.g. `["rc", "1"]`.
    pub prerelease: Vec<String>,
    /// The text after `+`, e.g. `build.5`.
    pub build: String,
}

/// What [`bump`] raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Major,
    Minor,
    Patch,
}

pub fn parse(text: &str) -> Result<Version, String> {
    read(text).map_err(|reason| format!("`{text}` is not a semantic version: {reason}"))
}

fn read(text: &str) -> Result<Version, String> {
    if let Some(rest) = text.strip_prefix(['v', 'V']) {
        return Err(format!("it starts with `{}`; write `{rest}`", &text[..1]));
    }
    let (front, build) = text.split_once('+').map_or((text, None), |(front, build)| (front, Some(build)));
    let (core, pre) = front.split_once('-').map_or((front, None), |(core, pre)| (core, Some(pre)));
    let parts: Vec<&str> = core.split('.').collect();
    let [major, minor, patch] = parts[..] else {
        let advice = match parts.len() {
            1 => format!("; write `{core}.0.0`"),
            2 => format!("; write `{core}.0`"),
            _ => String::new(),
        };
        return Err(format!("expected three numbers, found {}{advice}", parts.len()));
    };
    if let Some(build) = build {
        build.split('.').try_for_each(identifier)?;
    }
    Ok(Version {
        major: number(major)?,
        minor: number(minor)?,
        patch: number(patch)?,
        prerelease: pre.map_or(Ok(Vec::new()), prerelease)?,
        build: build.unwrap_or_default().to_owned(),
    })
}

fn prerelease(text: &str) -> Result<Vec<String>, String> {
    let check = |part: &str| {
        identifier(part)?;
        if is_numeric(part) && part.len() > 1 && part.starts_with('0') {
            return Err(format!("the number `{part}` has a leading zero"));
        }
        Ok(part.to_owned())
    };
    text.split('.').map(check).collect()
}

fn identifier(part: &str) -> Result<(), String> {
    if part.is_empty() {
        return Err("there is an empty identifier after `-` or `+`".to_owned());
    }
    match part.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
        Some(c) => Err(format!("`{c}` cannot stand in the identifier `{part}`; use letters, digits and `-`")),
        None => Ok(()),
    }
}

fn number(part: &str) -> Result<u64, String> {
    if !is_numeric(part) {
        return Err(format!("expected a number, found `{part}`"));
    }
    if part.len() > 1 && part.starts_with('0') {
        return Err(format!("the number `{part}` has a leading zero"));
    }
    part.parse().map_err(|_| format!("the number {part} is too large"))
}

fn is_numeric(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
}

impl Version {
    fn core(major: u64, minor: u64, patch: u64) -> Version {
        Version { major, minor, patch, prerelease: Vec::new(), build: String::new() }
    }

    fn triple(&self) -> (u64, u64, u64) {
        (self.major, self.minor, self.patch)
    }

    /// The least version of this triple, below each of its pre-releases: an upper bound that
    /// keeps `2.0.0-rc.1` out of `^1`.
    fn floor(major: u64, minor: u64, patch: u64) -> Version {
        Version { prerelease: vec!["0".to_owned()], ..Version::core(major, minor, patch) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease.join("."))?;
        }
        if !self.build.is_empty() {
            write!(f, "+{}", self.build)?;
        }
        Ok(())
    }
}

/// The order of precedence: a pre-release comes before its release, `build` does not count.
pub fn compare(a: &Version, b: &Version) -> Ordering {
    a.triple().cmp(&b.triple()).then_with(|| match (a.prerelease.is_empty(), b.prerelease.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => compare_identifiers(&a.prerelease, &b.prerelease),
    })
}

fn compare_identifiers(a: &[String], b: &[String]) -> Ordering {
    let each = a.iter().zip(b).map(|(a, b)| match (is_numeric(a), is_numeric(b)) {
        (true, true) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    });
    each.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// The next version. Raising the part that a pre-release leads up to only drops the pre-release:
/// after `1.2.3-rc.1` comes the patch `1.2.3`.
pub fn bump(version: &Version, part: Part) -> Version {
    let Version { major, minor, patch, .. } = *version;
    let pre = !version.prerelease.is_empty();
    match part {
        Part::Major if pre && minor == 0 && patch == 0 => Version::core(major, 0, 0),
        Part::Minor if pre && patch == 0 => Version::core(major, minor, 0),
        Part::Patch if pre => Version::core(major, minor, patch),
        Part::Major => Version::core(major.saturating_add(1), 0, 0),
        Part::Minor => Version::core(major, minor.saturating_add(1), 0),
        Part::Patch => Version::core(major, minor, patch.saturating_add(1)),
    }
}

/// A set of versions: alternatives, each of them bounds that must all hold.
#[derive(Debug, Clone)]
pub struct Range {
    alternatives: Vec<Bounds>,
}

#[derive(Debug, Clone, Default)]
struct Bounds {
    bounds: Vec<(Op, Version)>,
    /// Versions whose pre-releases the text names, e.g. `(1, 2, 0)` of `>=1.2.0-rc.1`.
    opened: Vec<(u64, u64, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Equal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Caret,
    Tilde,
}

impl Range {
    pub fn parse(text: &str) -> Result<Range, String> {
        let fail = |reason: String| format!("`{text}` is not a version range: {reason}");
        let alternatives = text.split("||").map(Bounds::parse).collect::<Result<_, _>>().map_err(fail)?;
        Ok(Range { alternatives })
    }

    pub fn matches(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|bounds| bounds.matches(version))
    }
}

impl Bounds {
    fn parse(text: &str) -> Result<Bounds, String> {
        let mut bounds = Bounds::default();
        let words: Vec<&str> = text.split([' ', ',', '\t']).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Err("expected a version, found nothing; write `*` for every version".to_owned());
        }
        let mut rest = &words[..];
        while let [word, tail @ ..] = rest {
            rest = match (tail, split_op(word)) {
                ([dash, to, tail @ ..], _) if *dash == "-" => {
                    bounds.add(Op::GreaterEqual, word)?;
                    bounds.add(Op::LessEqual, to)?;
                    tail
                }
                ([version, tail @ ..], (op, "")) => {
                    bounds.add(op, version)?;
                    tail
                }
                (tail, (op, version)) => {
                    bounds.add(op, version)?;
                    tail
                }
            };
        }
        Ok(bounds)
    }

    fn add(&mut self, op: Op, text: &str) -> Result<(), String> {
        let partial = Partial::parse(text)?;
        if let (false, Some(minor), Some(patch)) = (partial.prerelease.is_empty(), partial.minor, partial.patch) {
            self.opened.push((partial.major.unwrap_or(0), minor, patch));
        }
        let Some(major) = partial.major else {
            return match op {
                Op::Less | Op::Greater => Err(format!("nothing is before or after `{text}`")),
                _ => Ok(()),
            };
        };
        let low = partial.low();
        match op {
            Op::Equal if partial.patch.is_some() => self.bounds.push((Op::Equal, low)),
            Op::Equal => self.between(low, partial.after()),
            Op::Less | Op::GreaterEqual => self.bounds.push((op, low)),
            Op::Greater | Op::LessEqual if partial.patch.is_some() => self.bounds.push((op, low)),
            Op::Greater => self.bounds.push((Op::GreaterEqual, partial.after())),
            Op::LessEqual => self.bounds.push((Op::Less, partial.after())),
            Op::Tilde => self.between(low, Partial { patch: None, ..partial }.after()),
            Op::Caret => {
                let end = match (major, partial.minor, partial.patch) {
                    (0, Some(0), Some(patch)) => Version::floor(0, 0, patch.saturating_add(1)),
                    (0, Some(minor), _) => Version::floor(0, minor.saturating_add(1), 0),
                    _ => Version::floor(major.saturating_add(1), 0, 0),
                };
                self.between(low, end);
            }
        }
        Ok(())
    }

    fn between(&mut self, from: Version, before: Version) {
        self.bounds.push((Op::GreaterEqual, from));
        self.bounds.push((Op::Less, before));
    }

    fn matches(&self, version: &Version) -> bool {
        let admitted = version.prerelease.is_empty() || self.opened.contains(&version.triple());
        admitted && self.bounds.iter().all(|(op, bound)| op.holds(compare(version, bound)))
    }
}

impl Op {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Op::Equal => order.is_eq(),
            Op::Less => order.is_lt(),
            Op::LessEqual => order.is_le(),
            Op::Greater => order.is_gt(),
            Op::GreaterEqual | Op::Caret | Op::Tilde => order.is_ge(),
        }
    }
}

fn split_op(word: &str) -> (Op, &str) {
    let spellings = [
        (">=", Op::GreaterEqual),
        ("<=", Op::LessEqual),
        (">", Op::Greater),
        ("<", Op::Less),
        ("==", Op::Equal),
        ("=", Op::Equal),
        ("^", Op::Caret),
        ("~>", Op::Tilde),
        ("~", Op::Tilde),
    ];
    spellings.iter().find_map(|(sign, op)| word.strip_prefix(sign).map(|rest| (*op, rest))).unwrap_or((Op::Equal, word))
}

/// A version of which the end may be left out or be `x` or `*`: `1`, `1.2.x`, `*`.
struct Partial {
    major: Option<u64>,
    minor: Option<u64>,
    patch: Option<u64>,
    prerelease: Vec<String>,
}

impl Partial {
    fn parse(text: &str) -> Result<Partial, String> {
        if let Some(rest) = text.strip_prefix(['v', 'V']) {
            return Err(format!("`{text}` starts with `{}`; write `{rest}`", &text[..1]));
        }
        let text = text.split_once('+').map_or(text, |(front, _)| front);
        let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
        let mut parts = core.split('.').map(|part| match part {
            "x" | "X" | "*" => Ok(None),
            _ => number(part).map(Some),
        });
        let mut next = || parts.next().unwrap_or(Ok(None));
        let (major, minor, patch) = (next()?, next()?, next()?);
        if core.split('.').count() > 3 {
            return Err(format!("`{core}` has more than three numbers"));
        }
        if major.is_none() && minor.is_some() || minor.is_none() && patch.is_some() {
            return Err(format!("`{core}` has a number after a wildcard"));
        }
        let prerelease = pre.map_or(Ok(Vec::new()), prerelease)?;
        Ok(Partial { major, minor, patch, prerelease })
    }

    fn low(&self) -> Version {
        let core = Version::core(self.major.unwrap_or(0), self.minor.unwrap_or(0), self.patch.unwrap_or(0));
        Version { prerelease: self.prerelease.clone(), ..core }
    }

    /// The first version past all that the given numbers cover: 1.3 for `1.2`.
    fn after(&self) -> Version {
        let major = self.major.unwrap_or(0);
        match self.minor {
            Some(minor) => Version::floor(major, minor.saturating_add(1), 0),
            None => Version::floor(major.saturating_add(1), 0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(text: &str) -> Version {
        parse(text).unwrap()
    }

    #[test]
    fn orders_as_the_standard_says() {
        let chain = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0";
        let versions: Vec<Version> = chain.split(' ').map(v).collect();
        assert!(versions.windows(2).all(|pair| compare(&pair[0], &pair[1]).is_lt()));
        assert!(compare(&v("1.0.0+a"), &v("1.0.0+b")).is_eq());
        assert_eq!(v("1.2.3-rc.1+5").to_string(), "1.2.3-rc.1+5");
    }

    #[test]
    fn refuses_with_the_spelling_that_would_do() {
        assert_eq!(
            parse("v1.2.3").unwrap_err(),
            "`v1.2.3` is not a semantic version: it starts with `v`; write `1.2.3`"
        );
        assert_eq!(
            parse("1.2").unwrap_err(),
            "`1.2` is not a semantic version: expected three numbers, found 2; write `1.2.0`"
        );
        assert!(parse("1.02.3").unwrap_err().contains("leading zero"));
        assert!(parse("1.2.3-").unwrap_err().contains("empty identifier"));
        assert!(parse("").is_err());
    }

    #[test]
    fn ranges() {
        let cases = [
            ("^1.2.3", "1.9.0", true),
            ("^1.2.3", "2.0.0-rc.1", false),
            ("^0.2.3", "0.3.0", false),
            ("^0.0.3", "0.0.4", false),
            ("~1.2.3", "1.2.9", true),
            ("~1.2", "1.3.0", false),
            ("~1", "1.9.9", true),
            (">=1.2 <2", "1.5.0", true),
            (">= 1.2, < 2", "2.0.0", false),
            ("1.2.x", "1.2.7", true),
            ("1.2", "1.3.0", false),
            ("1.2.3", "1.2.4", false),
            ("1.2 - 2.3", "2.3.9", true),
            ("^1 || ^3", "3.1.0", true),
            ("^1 || ^3", "2.1.0", false),
            (">1.2", "1.2.5", false),
            ("<=1.2", "1.2.5", true),
            ("*", "7.0.0", true),
            ("*", "7.0.0-rc.1", false),
            (">=1.0.0-rc.1", "1.0.0-rc.2", true),
            (">=1.0.0-rc.1", "1.1.0-rc.2", false),
        ];
        for (range, version, expected) in cases {
            assert_eq!(Range::parse(range).unwrap().matches(&v(version)), expected, "{range} {version}");
        }
        assert!(Range::parse("^x1").is_err());
        assert!(Range::parse("1 ||").unwrap_err().contains("found nothing"));
        assert!(Range::parse("1.x.3").is_err());
    }

    #[test]
    fn bumps() {
        assert_eq!(bump(&v("1.2.3"), Part::Minor).to_string(), "1.3.0");
        assert_eq!(bump(&v("1.2.3-rc.1"), Part::Patch).to_string(), "1.2.3");
        assert_eq!(bump(&v("2.0.0-rc.1"), Part::Major).to_string(), "2.0.0");
        assert_eq!(bump(&v("1.2.3"), Part::Major).to_string(), "2.0.0");
    }
}
