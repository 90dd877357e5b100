//! The difference between two sides: two environments, or what the files make now and what they made before.
//!
//! Most comparisons find nothing, so values are computed without their history first. Only if something differs the
//! sides are run once more, to tell where.

use super::causes::{Cause, Traced, causes};
use super::compare::{Change, Part, compare};
use super::objects::{Object, objects};
use super::pairs::{Pairs, across, by_name};
use super::places::{Root, places};
use crate::base::diag::Diag;
use crate::base::hidden::{Hidden, IN_PLACE};
use crate::data::tree::Data;
use crate::session::Session;

/// All that two sides differ in.
pub struct Difference {
    /// What the sides are called.
    pub names: [String; 2],
    /// Objects of several environments are compared, so theirs is told.
    pub named: bool,
    pub old: Vec<Object>,
    pub new: Vec<Object>,
    pub pairs: Pairs,
    pub causes: Vec<Cause>,
    /// What must not be shown.
    pub hidden: Vec<Hidden>,
}

/// What went wrong with one of the sides.
#[derive(Debug)]
pub enum Failed {
    Old(Vec<Diag>),
    New(Vec<Diag>),
}

/// Compares two environments of the services.
pub fn environments(session: &mut Session, names: [&str; 2]) -> Result<Difference, Vec<Diag>> {
    let both = |session: &mut Session| -> Result<[Vec<Object>; 2], Vec<Diag>> {
        let all = objects(session, &names.map(str::to_owned))?;
        Ok(names.map(|name| all.iter().filter(|object| object.env == name).cloned().collect()))
    };
    let [old, new] = both(session)?;
    let mut found = Found::between(&old, &new, across(&old, &new));
    if !found.changes.is_empty() {
        let mut again = session.remembering();
        if let Ok([old, new]) = both(&mut again) {
            found.before = found.ask(&mut again, &old, |change| change.old.as_ref(), |pair| pair.0);
            found.after = found.ask(&mut again, &new, |change| change.new.as_ref(), |pair| pair.1);
        }
    }
    let hidden = vec![session.hidden().clone()];
    Ok(found.told(names.map(str::to_owned), [old, new], hidden, false))
}

/// Compares environments, all if none is named, as two sessions make them.
pub fn sessions([before, after]: [&mut Session; 2], names: [&str; 2], envs: &[String]) -> Result<Difference, Failed> {
    // An environment may be new, or gone: it need not be on both sides.
    let new = objects(after, envs).map_err(Failed::New)?;
    let old = objects(before, &[]).map_err(Failed::Old)?;
    let old: Vec<Object> = old.into_iter().filter(|object| envs.is_empty() || envs.contains(&object.env)).collect();
    let mut found = Found::between(&old, &new, by_name(&old, &new));
    if !found.changes.is_empty() {
        let (mut first, mut second) = (before.remembering(), after.remembering());
        if let Ok(all) = objects(&mut first, &[]) {
            let all: Vec<Object> =
                all.into_iter().filter(|object| envs.is_empty() || envs.contains(&object.env)).collect();
            found.before = found.ask(&mut first, &all, |change| change.old.as_ref(), |pair| pair.0);
        }
        if let Ok(all) = objects(&mut second, envs) {
            found.after = found.ask(&mut second, &all, |change| change.new.as_ref(), |pair| pair.1);
        }
    }
    let hidden = vec![before.hidden().clone(), after.hidden().clone()];
    let named = envs.len() != 1;
    Ok(found.told(names.map(str::to_owned), [old, new], hidden, named))
}

/// Differences before their causes are told.
struct Found {
    pairs: Pairs,
    /// Each with the number of its pair.
    changes: Vec<(usize, Change)>,
    before: Vec<Option<Root>>,
    after: Vec<Option<Root>>,
}

impl Found {
    fn between(old: &[Object], new: &[Object], pairs: Pairs) -> Found {
        let mut changes = Vec::new();
        for (number, (before, after)) in pairs.both.iter().enumerate() {
            let between = compare(&old[*before].data, &new[*after].data);
            changes.extend(between.into_iter().map(|change| (number, change)));
        }
        Found { pairs, changes, before: Vec::new(), after: Vec::new() }
    }

    /// Where one side of each change was written, by the objects of a session that remembers.
    fn ask(
        &self,
        session: &mut Session,
        all: &[Object],
        part: impl Fn(&Change) -> Option<&Part>,
        side: impl Fn(&(usize, usize)) -> usize,
    ) -> Vec<Option<Root>> {
        let mut numbers = Vec::new();
        let mut asked = Vec::new();
        for (number, (pair, change)) in self.changes.iter().enumerate() {
            if let (Some(part), Some(object)) = (part(change), all.get(side(&self.pairs.both[*pair]))) {
                numbers.push(number);
                asked.push((object, part));
            }
        }
        let mut told: Vec<Option<Root>> = Vec::new();
        told.resize_with(self.changes.len(), || None);
        for (number, found) in numbers.into_iter().zip(places(session, &asked)) {
            told[number] = found;
        }
        told
    }

    fn told(self, names: [String; 2], [old, new]: [Vec<Object>; 2], hidden: Vec<Hidden>, named: bool) -> Difference {
        let Found { pairs, changes, before, after } = self;
        let mut froms = (before.into_iter(), after.into_iter());
        let traced = changes.into_iter().map(|(pair, mut change)| {
            let secret = is_secret(&new[pairs.both[pair].1], &change);
            if secret {
                [&mut change.old, &mut change.new].into_iter().flatten().for_each(|part| veil(&mut part.data));
            }
            let (before, after) = (froms.0.next().flatten(), froms.1.next().flatten());
            Traced { pair, change, before, after, secret }
        });
        let home = |pair: usize| {
            let object = &new[pairs.both[pair].1];
            (&object.env, &object.service)
        };
        let causes = causes(traced.collect(), |one, other| home(one) == home(other));
        Difference { names, named, old, new, pairs, causes, hidden }
    }
}

/// What a Secret holds is no matter of review.
fn is_secret(object: &Object, change: &Change) -> bool {
    let first = change.new.as_ref().or(change.old.as_ref()).and_then(|part| part.steps.first());
    object.kind == "Secret" && first.is_some_and(|step| step == "data" || step == "stringData")
}

fn veil(data: &mut Data) {
    match data {
        Data::Record(fields) => fields.iter_mut().for_each(|(_, value)| veil(value)),
        Data::List(items) => items.iter_mut().for_each(veil),
        scalar => *scalar = Data::Str(IN_PLACE.into()),
    }
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        self.causes.is_empty() && self.pairs.added.is_empty() && self.pairs.removed.is_empty()
    }

    /// How many pairs of objects differ.
    pub fn changed(&self) -> usize {
        let mut pairs: Vec<usize> = self.causes.iter().flat_map(|cause| &cause.parts).map(|part| part.pair).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs.len()
    }

    /// The object of a part, on the new side.
    pub fn object(&self, pair: usize) -> &Object {
        &self.new[self.pairs.both[pair].1]
    }

    /// A text without what must not be shown.
    pub fn clean(&self, text: &str) -> String {
        self.hidden.iter().fold(text.to_owned(), |text, hidden| hidden.redact(&text).into_owned())
    }
}
