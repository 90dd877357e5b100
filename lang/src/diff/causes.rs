//! Differences by their causes: what was written otherwise once, and all the parts that differ because of it.
//!
//! A part's value was written in one place on each side. If different things stand there, that is the cause; if the
//! same stands there, the value is computed, and what it is computed from differs. Where neither tells, parts that
//! changed in the same way at the same place are one.

use super::compare::{Change, Part, called};
use super::places::{Root, Spot};
use crate::data::tree::Data;

/// Texts shorter than this are found anywhere, so that one stands in another says nothing.
const TELLING: usize = 3;

/// What differs because of one thing.
#[derive(Debug, Clone)]
pub struct Cause {
    /// What was given another value.
    pub field: String,
    pub old: Value,
    pub new: Value,
    pub before: Option<Spot>,
    pub after: Option<Spot>,
    pub parts: Vec<Affected>,
    /// The values of the title are those of the parts.
    exact: bool,
}

/// A value in the title of a cause.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// There is none on this side.
    None,
    Data(Data),
    /// As it is written in the text.
    Text(String),
}

impl Value {
    /// The number that it is.
    fn number(&self) -> Option<&Data> {
        match self {
            Value::Data(data @ Data::Int(_)) => Some(data),
            Value::Data(_) | Value::Text(_) | Value::None => None,
        }
    }

    /// The text that it is; none is an empty one.
    fn literal(&self) -> Option<String> {
        match self {
            Value::None => Some(String::new()),
            Value::Data(Data::Str(text)) => Some(text.to_string()),
            Value::Data(_) => None,
            Value::Text(words) => {
                let inner = words.strip_prefix('"')?.strip_suffix('"')?;
                (!inner.contains(['\\', '"'])).then(|| inner.to_owned())
            }
        }
    }
}

/// A part of an object that differs.
#[derive(Debug, Clone)]
pub struct Affected {
    /// The pair of objects, by its number.
    pub pair: usize,
    pub change: Change,
}

/// A part with where its sides come from.
#[derive(Debug)]
pub struct Traced {
    pub pair: usize,
    pub change: Change,
    pub before: Option<Root>,
    pub after: Option<Root>,
    /// Nothing of its values may be told.
    pub secret: bool,
}

impl Cause {
    /// Where to look: the user's place, on the new side if there is one.
    pub fn place(&self) -> Option<&Spot> {
        let own = |spot: &&Spot| !spot.library;
        let (after, before) = (self.after.as_ref(), self.before.as_ref());
        after.filter(own).or(before.filter(own)).or(after).or(before)
    }

    /// Whether a part has just the values of the title.
    pub fn says_all(&self, change: &Change) -> bool {
        self.old == data(&change.old) && self.new == data(&change.new)
    }
}

/// All causes, those of many parts first. A part with several goes to the one that most others have; one for which no
/// place is known, to the one whose own change makes that of the part, most likely one in its service: `together` says
/// whether two pairs of objects are of one.
pub fn causes(traced: Vec<Traced>, together: impl Fn(usize, usize) -> bool) -> Vec<Cause> {
    let mut found: Vec<Cause> = Vec::new();
    let mut rest = Vec::new();
    for part in traced {
        let mut possible = possible(&part);
        match (possible.pop(), possible.is_empty()) {
            (Some(only), true) => add(&mut found, only, part),
            (last, _) => rest.push((possible.into_iter().chain(last).collect::<Vec<Cause>>(), part)),
        }
    }
    for (possible, part) in rest {
        let is_possible = |known: &Cause| possible.iter().any(|cause| is_same(known, cause));
        let here = |known: &Cause| known.parts.iter().any(|other| together(other.pair, part.pair));
        let known = |is_it: &dyn Fn(&Cause) -> bool| {
            let like = found.iter().enumerate().filter(|(_, known)| is_it(known));
            like.max_by_key(|(at, known)| (here(known), known.parts.len(), std::cmp::Reverse(*at))).map(|(at, _)| at)
        };
        match known(&is_possible).or_else(|| known(&|known| makes(known, &part))) {
            Some(at) => found[at].parts.push(Affected { pair: part.pair, change: part.change }),
            None => {
                let own = possible.into_iter().next().unwrap_or_else(|| unknown(&part));
                add(&mut found, own, part);
            }
        }
    }
    found.iter_mut().for_each(|cause| cause.parts.sort_by_key(|part| part.pair));
    found.sort_by_key(|cause| std::cmp::Reverse(cause.parts.len()));
    found
}

fn add(found: &mut Vec<Cause>, cause: Cause, part: Traced) {
    let affected = Affected { pair: part.pair, change: part.change };
    match found.iter_mut().find(|other| is_same(other, &cause)) {
        Some(known) => {
            // A title in the parts' own values says more than the words of the text.
            if cause.exact && !known.exact {
                let parts = std::mem::take(&mut known.parts);
                *known = Cause { parts, ..cause };
            }
            known.parts.push(affected);
        }
        None => found.push(Cause { parts: vec![affected], ..cause }),
    }
}

/// Whether the change of a cause, made in the old value of a part, gives its new one.
fn makes(cause: &Cause, part: &Traced) -> bool {
    let (Some(old), Some(new)) = (&part.change.old, &part.change.new) else { return false };
    if let (Data::Int(_), Data::Int(_)) = (&old.data, &new.data) {
        return cause.old.number() == Some(&old.data) && cause.new.number() == Some(&new.data);
    }
    let (Data::Str(old), Data::Str(new)) = (&old.data, &new.data) else { return false };
    let (Some(was), Some(is)) = (cause.old.literal(), cause.new.literal()) else { return false };
    match (&*was, &*is) {
        (was, is) if was.len().max(is.len()) < TELLING => false,
        ("", is) => new.contains(is) && new.replace(is, "") == **old,
        (was, is) => old.contains(was) && old.replace(was, is) == **new,
    }
}

/// Whether two differences have one cause. Without a cause that was found, their values count.
fn is_same(a: &Cause, b: &Cause) -> bool {
    let alike = |a: &Option<Spot>, b: &Option<Spot>| match (a, b) {
        (Some(a), Some(b)) => (&a.file, a.line, a.column) == (&b.file, b.line, b.column),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if !alike(&a.before, &b.before) || !alike(&a.after, &b.after) {
        return false;
    }
    let told = matches!((&a.before, &a.after), (Some(before), Some(after)) if !before.is_like(after));
    told || (&a.field, &a.old, &a.new) == (&b.field, &b.old, &b.new)
}

/// What the difference of a part may come from.
fn possible(part: &Traced) -> Vec<Cause> {
    match (&part.before, &part.after) {
        (Some(old), Some(new)) if is_written_anew(old, new) => {
            vec![cause_at(part, [Some(old.spot.clone()), Some(new.spot.clone())], old.exact && new.exact)]
        }
        (Some(old), Some(new)) => {
            let exact = |[first, second]: &[Option<Spot>; 2]| {
                let is_value = |root: &Root, spot: &Option<Spot>| root.exact && Some(&root.spot) == spot.as_ref();
                is_value(old, first) && is_value(new, second)
            };
            other_leaves(old, new)
                .into_iter()
                .map(|spots| (exact(&spots), spots))
                .map(|(exact, spots)| cause_at(part, spots, exact))
                .collect()
        }
        (Some(old), None) => vec![cause_at(part, [Some(old.spot.clone()), None], old.exact || old.spot.library)],
        (None, Some(new)) => vec![cause_at(part, [None, Some(new.spot.clone())], new.exact || new.spot.library)],
        (None, None) => Vec::new(),
    }
}

/// A cause that no place is known for, but where the values were made.
fn unknown(part: &Traced) -> Cause {
    let spot = |root: &Option<Root>| root.as_ref().map(|root| root.spot.clone());
    in_its_words(part, [spot(&part.before), spot(&part.after)], false)
}

/// A cause that is told in the part's own words.
fn in_its_words(part: &Traced, [before, after]: [Option<Spot>; 2], exact: bool) -> Cause {
    let (old, new) = (data(&part.change.old), data(&part.change.new));
    Cause { field: called(&part.change.path), old, new, before, after, parts: Vec::new(), exact }
}

/// What was written at these places. If a value is `exact`ly that, it is shown as it is; else the words of the text are.
fn cause_at(part: &Traced, spots: [Option<Spot>; 2], exact: bool) -> Cause {
    let [first, second] = &spots;
    let written = |spot: &Option<Spot>| match spot {
        Some(spot) => spot.short().filter(|_| !part.secret).map(|text| Value::Text(text.to_owned())),
        None => Some(Value::None),
    };
    let words = match (first, second) {
        _ if exact => None,
        (Some(first), Some(second)) if first.last_field() != second.last_field() => None,
        (first, second) => written(&first.clone()).zip(written(&second.clone())),
    };
    let one_field =
        first.as_ref().zip(second.as_ref()).is_none_or(|(first, second)| first.last_field() == second.last_field());
    let field = second
        .as_ref()
        .or(first.as_ref())
        .map(|spot| spot.field.clone())
        .filter(|field| one_field && !field.is_empty());
    let own = in_its_words(part, spots.clone(), exact);
    match words {
        Some((old, new)) => Cause { field: field.unwrap_or(own.field), old, new, ..own },
        // What is on one side alone is called as it is there.
        None if part.before.is_none() || part.after.is_none() => own,
        None => Cause { field: field.unwrap_or(own.field.clone()), ..own },
    }
}

/// Whether other words were written for the value, whatever these are computed from: by the user, or where the library
/// itself has changed.
fn is_written_anew(Root { spot: old, exact: was, .. }: &Root, Root { spot: new, exact: is, .. }: &Root) -> bool {
    let one_place = (&old.file, &old.field) == (&new.file, &new.field);
    *was && *is && !old.is_like(new) && (one_place || !old.library && !new.library)
}

/// What the user wrote for one side's value and not for the other's: in pairs, where both have a field of one name.
/// What has only chosen the value counts where nothing else differs.
fn other_leaves(before: &Root, after: &Root) -> Vec<[Option<Spot>; 2]> {
    // What the same code computes differs by what that reads.
    let same = before.spot.is_like(&after.spot);
    let leaves = |root: &'_ Root| if same { root.inputs.clone() } else { root.leaves().to_vec() };
    let without = |own: &Root, other: &Root, all: bool| {
        let (own, other) = (leaves(own), leaves(other));
        let left = own.iter().filter(|spot| all || !spot.chosen);
        let left = left.filter(|spot| !other.iter().any(|known| known.is_like(spot)));
        left.cloned().collect::<Vec<Spot>>()
    };
    let differing = |all| (without(before, after, all), without(after, before, all));
    let (olds, mut news) = match differing(false) {
        (olds, news) if olds.is_empty() && news.is_empty() => differing(true),
        found => found,
    };
    if let ([old], [new]) = (&olds[..], &news[..]) {
        return vec![[Some(old.clone()), Some(new.clone())]];
    }
    let mut found: Vec<[Option<Spot>; 2]> = Vec::new();
    for old in olds {
        let like = news.iter().position(|new| new.last_field() == old.last_field());
        found.push([Some(old), like.map(|at| news.remove(at))]);
    }
    found.extend(news.into_iter().map(|new| [None, Some(new)]));
    // What was written otherwise tells more than what is on one side alone.
    found.sort_by_key(|[old, new]| old.is_none() || new.is_none());
    found
}

/// The value of a side.
pub fn data(part: &Option<Part>) -> Value {
    part.as_ref().map_or(Value::None, |part| Value::Data(part.data.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::symbol::Symbol;
    use crate::diff::compare::Step;

    fn spot(line: usize, field: &str, text: &str) -> Spot {
        let (field, text) = (field.to_owned(), text.to_owned());
        Spot { file: "a.rzp".to_owned(), line, column: 1, library: false, field, text, chosen: false }
    }

    fn at(spot: Spot, exact: bool, inputs: &[Spot]) -> Option<Root> {
        Some(Root { spot, exact, inputs: inputs.to_vec() })
    }

    fn part(name: &str, old: i64, new: i64, before: Option<Root>, after: Option<Root>) -> Traced {
        let side = |int: i64| Some(Part { steps: Vec::new(), data: Data::Int(int) });
        let change = Change { path: vec![Step::Field(Symbol::new(name))], old: side(old), new: side(new) };
        Traced { pair: 0, change, before, after, secret: false }
    }

    fn told(parts: Vec<Traced>) -> Vec<String> {
        let line = |cause: &Cause| format!("{} {:?} {:?} {}", cause.field, cause.old, cause.new, cause.parts.len());
        causes(parts, |_, _| true).iter().map(line).collect()
    }

    #[test]
    fn what_stands_otherwise_at_one_place_is_one_cause() {
        let side = |text: &str, exact| at(spot(3, "ports.http", text), exact, &[]);
        let parts = vec![
            part("label", 80, 81, side("80", false), side("81", false)),
            part("port", 80, 81, side("80", true), side("81", true)),
            part("targetPort", 80, 81, side("80", true), side("81", true)),
        ];
        assert_eq!(told(parts), ["ports.http Data(Int(80)) Data(Int(81)) 3"]);
    }

    #[test]
    fn what_is_computed_differs_by_what_it_is_computed_from() {
        let code = spot(9, "host", "\"\\(name).\\(domain)\"");
        let name = spot(1, "name", "\"a\"");
        let side = |domain: &str| at(code.clone(), true, &[name.clone(), spot(2, "domain", domain)]);
        let parts =
            vec![part("host", 1, 2, side("\"x\""), side("\"y\"")), part("url", 3, 4, side("\"x\""), side("\"y\""))];
        assert_eq!(told(parts), [r#"domain Text("\"x\"") Text("\"y\"") 2"#]);
    }

    #[test]
    fn what_no_place_is_known_for_goes_to_the_change_that_makes_it() {
        let port = |text: &str| at(spot(3, "port", text), true, &[]);
        let parts = vec![
            part("p", 80, 81, port("80"), port("81")),
            part("q", 80, 81, None, None),
            part("r", 80, 82, None, None),
        ];
        assert_eq!(told(parts), ["port Data(Int(80)) Data(Int(81)) 2", "r Data(Int(80)) Data(Int(82)) 1"]);
    }

    #[test]
    fn without_a_cause_equal_changes_are_one() {
        let code = || at(spot(9, "x", "f(y)"), true, &[]);
        let parts =
            vec![part("a", 1, 2, code(), code()), part("a", 1, 2, code(), code()), part("a", 1, 3, code(), code())];
        assert_eq!(told(parts), ["a Data(Int(1)) Data(Int(2)) 2", "a Data(Int(1)) Data(Int(3)) 1"]);
    }
}
