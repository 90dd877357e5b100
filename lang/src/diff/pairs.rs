//! Which object of one side is which of the other.
//!
//! Within one environment names say it. Between two environments a name may hold the environment's own, or the
//! prefix of its namespaces: what no name brings together is compared without them.

use super::objects::Object;
use std::collections::{BTreeMap, BTreeSet};

/// Objects by their numbers on both sides.
#[derive(Debug, Default)]
pub struct Pairs {
    pub both: Vec<(usize, usize)>,
    pub removed: Vec<usize>,
    pub added: Vec<usize>,
}

type Key = [String; 5];

/// Objects of the same environments.
pub fn by_name(old: &[Object], new: &[Object]) -> Pairs {
    let mut pairs = Pairs { removed: (0..old.len()).collect(), added: (0..new.len()).collect(), both: Vec::new() };
    pairs.join(|side, at| match side {
        Side::Old => key(&old[at], &old[at].env, &old[at].tier, &old[at].name),
        Side::New => key(&new[at], &new[at].env, &new[at].tier, &new[at].name),
    });
    pairs.in_order()
}

/// Objects of two environments.
pub fn across(old: &[Object], new: &[Object]) -> Pairs {
    let mut pairs = Pairs { removed: (0..old.len()).collect(), added: (0..new.len()).collect(), both: Vec::new() };
    let pick = |side: Side, at: usize| match side {
        Side::Old => &old[at],
        Side::New => &new[at],
    };
    pairs.join(|side, at| key(pick(side, at), "", &pick(side, at).tier, &pick(side, at).name));
    pairs.join(|side, at| key(pick(side, at), "", "", &pick(side, at).name));
    let prefixes = prefixes(&pairs, old, new);
    pairs.join(|side, at| {
        let object = pick(side, at);
        let prefix = match side {
            Side::Old => &prefixes.0,
            Side::New => &prefixes.1,
        };
        key(object, "", "", &plain(&object.name, prefix, &object.env))
    });
    pairs.in_order()
}

#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

fn key(object: &Object, env: &str, tier: &str, name: &str) -> Key {
    [env, tier, &object.service, &object.kind, name].map(str::to_owned)
}

impl Pairs {
    /// Brings together what is left on both sides and has one key, the only one of it on its side.
    fn join(&mut self, key: impl Fn(Side, usize) -> Key) {
        let index = |side: Side, left: &[usize]| {
            let mut by_key: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
            left.iter().for_each(|at| by_key.entry(key(side, *at)).or_default().push(*at));
            by_key
        };
        let (before, after) = (index(Side::Old, &self.removed), index(Side::New, &self.added));
        for (key, old) in before {
            if let ([old], Some([new])) = (&old[..], after.get(&key).map(Vec::as_slice)) {
                self.both.push((*old, *new));
            }
        }
        let (olds, news): (BTreeSet<usize>, BTreeSet<usize>) = self.both.iter().copied().unzip();
        self.removed.retain(|at| !olds.contains(at));
        self.added.retain(|at| !news.contains(at));
    }

    /// In the order of the new side.
    fn in_order(mut self) -> Pairs {
        self.both.sort_by_key(|(_, new)| *new);
        self
    }
}

/// What the namespaces of both sides begin with that the others do not: `("", "stg-")`.
fn prefixes(pairs: &Pairs, old: &[Object], new: &[Object]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    for (a, b) in &pairs.both {
        let (Some(a), Some(b)) = (old[*a].namespace(), new[*b].namespace()) else { continue };
        let tail = a.bytes().rev().zip(b.bytes().rev()).take_while(|(x, y)| x == y).count();
        let head = |name: &str| name.get(..name.len() - tail).unwrap_or_default().to_owned();
        if a != b && tail > 0 {
            before.insert(head(a));
            after.insert(head(b));
        }
    }
    (before, after)
}

/// A name without a prefix of the namespaces, and with a mark for the environment's own name.
fn plain(name: &str, prefixes: &BTreeSet<String>, env: &str) -> String {
    let longest = prefixes.iter().filter(|prefix| !prefix.is_empty() && name.starts_with(prefix.as_str()));
    let cut = longest.map(String::len).max().unwrap_or(0);
    let parts = name.get(cut..).unwrap_or(name).split('-').map(|part| if part == env { "*" } else { part });
    parts.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::symbol::Symbol;
    use crate::data::tree::Data;
    use crate::value::value::Value;

    /// `env tier/service Kind/name namespace`
    fn object(text: &str) -> Object {
        let words: Vec<&str> = text.split([' ', '/']).collect();
        let [env, tier, service, kind, name, rest @ ..] = &words[..] else { panic!("{text}") };
        let namespace = rest.first().map(|namespace| (Symbol::new("namespace"), Data::Str((*namespace).into())));
        let metadata = Data::Record(namespace.into_iter().collect());
        let data = Data::Record(vec![(Symbol::new("metadata"), metadata)]);
        let [env, tier, service, kind, name] = [env, tier, service, kind, name].map(|word| (*word).to_owned());
        Object { env, tier, service, kind, name, data, value: Value::Null }
    }

    fn told(pairs: &Pairs) -> String {
        format!("{:?} -{:?} +{:?}", pairs.both, pairs.removed, pairs.added)
    }

    #[test]
    fn names_bring_objects_of_one_environment_together() {
        let old = ["p apps/a Service/a", "p apps/a Secret/x"].map(object);
        let new = ["p apps/a Secret/y", "p apps/a Service/a", "q apps/a Secret/x"].map(object);
        assert_eq!(told(&by_name(&old, &new)), "[(0, 1)] -[1] +[0, 2]");
    }

    #[test]
    fn environments_have_prefixes_of_their_own() {
        let old =
            ["s apps/a Service/a s-media", "s core/ns Namespace/s-media", "s core/ns Application/apps-s"].map(object);
        let new = ["p apps/a Service/a media", "p core/ns Namespace/media", "p core/ns Application/apps-p"].map(object);
        assert_eq!(told(&across(&old, &new)), "[(0, 0), (1, 1), (2, 2)] -[] +[]");
    }

    #[test]
    fn a_service_may_be_in_another_tier() {
        let (old, new) = (["s apps/a Service/a"].map(object), ["p core/a Service/a"].map(object));
        assert_eq!(told(&across(&old, &new)), "[(0, 0)] -[] +[]");
    }
}
