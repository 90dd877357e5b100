//! A map that mostly has few entries: a list that is searched, and from some entries on an index beside it.
//!
//! Records keep what their blocks gave by block, and most have one or two: a table of hashes would take more than they do.

use rustc_hash::FxHashMap;
use std::hash::Hash;

/// From here on a search costs more than a hash.
const SCAN: usize = 8;

#[derive(Debug)]
pub struct Few<K, V> {
    entries: Vec<(K, V)>,
    index: Option<Box<FxHashMap<K, u32>>>,
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Few<K, V> {
        Few { entries: Vec::new(), index: None }
    }
}

impl<K: Copy + Eq + Hash, V> Few<K, V> {
    #[inline]
    fn find(&self, key: K) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(&key).map(|at| *at as usize),
            None => self.entries.iter().position(|(other, _)| *other == key),
        }
    }

    pub fn get(&self, key: K) -> Option<&V> {
        self.find(key).map(|at| &self.entries[at].1)
    }

    /// The value of a key; a new one where there was none.
    pub fn or_insert_with(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        let at = self.find(key).unwrap_or_else(|| self.push(key, new()));
        &mut self.entries[at].1
    }

    fn push(&mut self, key: K, value: V) -> usize {
        let at = self.entries.len();
        if at == 0 {
            self.entries.reserve_exact(1);
        }
        self.entries.push((key, value));
        match &mut self.index {
            Some(index) => drop(index.insert(key, at as u32)),
            None if at == SCAN => {
                let places = self.entries.iter().enumerate().map(|(at, (key, _))| (*key, at as u32));
                self.index = Some(Box::new(places.collect()));
            }
            None => {}
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::Few;

    #[test]
    fn finds_what_it_holds_with_and_without_an_index() {
        let mut few = Few::default();
        for key in 0..40u32 {
            assert_eq!(few.get(key), None);
            *few.or_insert_with(key, || 0) += key * 10;
            *few.or_insert_with(key, || unreachable!("it is there")) += 1;
            assert!((0..=key).all(|key| few.get(key) == Some(&(key * 10 + 1))), "up to {key}");
        }
    }
}
