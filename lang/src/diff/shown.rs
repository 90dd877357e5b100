//! The words in which a difference is told, whatever form they are put in.

use super::align::align;
use super::causes::{Cause, Value, data};
use super::difference::Difference;
use super::objects::Object;
use crate::data::tree::Data;
use crate::output::json::JsonSink;

/// So much of a value is shown.
const WIDTH: usize = 60;

/// The two values of a change in short.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// None where the side has no value.
    pub old: Option<String>,
    pub new: Option<String>,
    /// Of texts that differ in more than the line that is shown.
    pub more: String,
}

/// A value as JSON on one line, in full.
pub fn json_text(data: &Data) -> String {
    let mut sink = JsonSink::compact();
    // JSON takes everything that a manifest holds.
    let _ = data.write(&mut sink);
    sink.finish().trim_end().to_owned()
}

/// Both values in a few words; of long texts the first line that differs.
pub fn values(old: &Value, new: &Value) -> Values {
    if let (Value::Data(Data::Str(old)), Value::Data(Data::Str(new))) = (old, new)
        && (old.contains('\n') || new.contains('\n'))
    {
        return lines(old, new);
    }
    let text = |value: &Value| match value {
        Value::None => None,
        Value::Data(data) => Some(json_text(data)),
        Value::Text(text) => Some(text.clone()),
    };
    let (old, new) = (text(old), text(new));
    let from = old.as_deref().zip(new.as_deref()).map_or(0, |(old, new)| parting(old, new));
    let short = |text: Option<String>| text.map(|text| cut(&text, from));
    Values { old: short(old), new: short(new), more: String::new() }
}

/// Where to begin with two texts, so that the first character in which they differ is seen.
fn parting(old: &str, new: &str) -> usize {
    let alike = old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count();
    let longest = old.chars().count().max(new.chars().count());
    if longest <= WIDTH || alike <= WIDTH / 2 { 0 } else { alike - WIDTH / 4 }
}

fn lines(old: &str, new: &str) -> Values {
    let (before, after): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let pairs = align(before.len(), after.len(), |a, b| before[a] == after[b], |_, _| 0);
    let differs = |pair: &&(Option<usize>, Option<usize>)| match pair {
        (Some(a), Some(b)) => before[*a] != after[*b],
        _ => true,
    };
    let mut other = pairs.iter().filter(differs);
    let Some((first, second)) = other.next() else {
        return Values {
            old: Some("…".to_owned()), new: Some("…".to_owned()), more: " (ends of lines)".to_owned()
        };
    };
    let line = |at: &Option<usize>, all: &[&str]| at.and_then(|at| all.get(at)).map(|line| cut(line.trim(), 0));
    let number = second.or(*first).map_or(0, |at| at + 1);
    let more = match other.count() {
        0 => format!(" (line {number})"),
        more => format!(" (line {number}, and {more} more)"),
    };
    Values { old: line(first, &before), new: line(second, &after), more }
}

/// So much of a text, from a character on.
fn cut(text: &str, from: usize) -> String {
    let rest = text.chars().skip(from);
    let (shown, left) = (rest.clone().take(WIDTH).collect::<String>(), rest.count() > WIDTH);
    format!("{}{shown}{}", if from > 0 { "…" } else { "" }, if left { "…" } else { "" })
}

/// `3 objects`
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Objects by their services, in order: `apps/sonarr` and what it has.
pub fn by_service<'d>(objects: impl Iterator<Item = &'d Object>, named: bool) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for object in objects {
        let home = home(object, named);
        match found.iter_mut().find(|(known, _)| *known == home) {
            Some((_, handles)) => handles.push(object.handle()),
            None => found.push((home, vec![object.handle()])),
        }
    }
    found
}

/// `apps/sonarr`, or `staging/apps/sonarr` where there are several environments.
pub fn home(object: &Object, named: bool) -> String {
    if named { format!("{}/{}", object.env, object.home()) } else { object.home() }
}

impl Difference {
    /// `from staging to production: 3 objects changed, 1 added, 210 unchanged`
    pub fn summary(&self) -> String {
        let [from, to] = &self.names;
        let (changed, same) = (self.changed(), self.pairs.both.len() - self.changed());
        let (added, removed) = (self.pairs.added.len(), self.pairs.removed.len());
        if self.is_empty() {
            return format!("from {from} to {to}: no difference in {}", counted(same, "object"));
        }
        let counts = [(changed, "changed"), (added, "added"), (removed, "removed"), (same, "unchanged")];
        let mut told = counts.into_iter().filter(|(count, _)| *count > 0);
        let first = told.next().map_or(String::new(), |(count, what)| format!("{} {what}", counted(count, "object")));
        let rest: String = told.map(|(count, what)| format!(", {count} {what}")).collect();
        format!("from {from} to {to}: {first}{rest}")
    }

    /// In which services something differs: `apps/sonarr`, `14 services`, `14 services of 3 environments`.
    pub fn whereabouts(&self, cause: &Cause) -> String {
        let distinct = |of: fn(&Object) -> String| {
            let mut all: Vec<String> = cause.parts.iter().map(|part| of(self.object(part.pair))).collect();
            all.sort();
            all.dedup();
            all
        };
        let (homes, envs) = (distinct(Object::home), distinct(|object| object.env.clone()));
        let services = match &homes[..] {
            [one] => one.clone(),
            all => counted(all.len(), "service"),
        };
        match &envs[..] {
            [env] if self.named => format!("{services} of {env}"),
            envs if self.named => format!("{services} of {}", counted(envs.len(), "environment")),
            _ => services,
        }
    }

    /// The values in the title of a cause.
    pub fn title_values(&self, cause: &Cause) -> Values {
        self.clean_values(values(&cause.old, &cause.new))
    }

    /// The values of a part, where the title does not tell them.
    pub fn part_values(&self, cause: &Cause, at: usize) -> Option<Values> {
        let change = &cause.parts.get(at)?.change;
        if cause.says_all(change) {
            return None;
        }
        Some(self.clean_values(values(&data(&change.old), &data(&change.new))))
    }

    fn clean_values(&self, values: Values) -> Values {
        let clean = |text: Option<String>| text.map(|text| self.clean(&text));
        Values { old: clean(values.old), new: clean(values.new), ..values }
    }

    /// The place of a cause: both, where each side has one of its own in another file.
    pub fn place(&self, cause: &Cause) -> Option<String> {
        match (&cause.before, &cause.after) {
            (Some(before), Some(after)) if before.file != after.file && !before.library && !after.library => {
                Some(format!("{before} → {after}"))
            }
            _ => cause.place().map(ToString::to_string),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> String {
        let side = |text: &str| Value::Data(Data::Str(text.into()));
        let Values { old, new, more } = values(&side(old), &side(new));
        format!("{} {}{more}", old.unwrap_or_else(|| "-".to_owned()), new.unwrap_or_else(|| "-".to_owned()))
    }

    #[test]
    fn of_long_texts_the_first_other_line_is_shown() {
        assert_eq!(told("a", "b"), r#""a" "b""#);
        assert_eq!(told("a\n  b\nc\n", "a\n  x\nc\n"), "b x (line 2)");
        assert_eq!(told("a\nb\nc", "a\nc\nd"), "b - (line 2, and 1 more)");
        assert_eq!(told("a\nb", "a\nb\n"), "… … (ends of lines)");
    }

    #[test]
    fn of_long_texts_the_part_is_shown_that_differs() {
        let (old, new) = (format!("{}a{}", "x".repeat(100), "y".repeat(100)), format!("{}b", "x".repeat(100)));
        let (head, tail) = ("x".repeat(WIDTH / 4), "y".repeat(WIDTH - WIDTH / 4 - 1));
        assert_eq!(told(&old, &new), format!("…{head}a{tail}… …{head}b\""));
    }

    #[test]
    fn long_values_are_cut() {
        let long = Value::Data(Data::Str("x".repeat(100).into()));
        assert_eq!(values(&long, &Value::None).old.map(|text| text.chars().count()), Some(WIDTH + 1));
    }
}
