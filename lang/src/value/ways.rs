//! The way of a record: which `&`, `with` and `...` it came through, from the innermost outwards.
//!
//! A record keeps one number. It names a merge and the ways of its two sides, so that a whole tree of
//! merges costs four bytes in each record that came of it; the parts of a merged record have the
//! number of the whole. Only messages and `explain` ever look.

use crate::base::span::Loc;
use rustc_hash::FxHashMap;

/// So many merges on one another are remembered; a loop that folds thousands begins anew.
const DEEPEST: u8 = 16;
/// So many different ways are remembered in one run.
const MOST: usize = 1 << 16;

/// What joined two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Joint {
    And,
    With,
    Spread,
}

impl Joint {
    pub fn sign(self) -> &'static str {
        match self {
            Joint::And => "&",
            Joint::With => "with",
            Joint::Spread => "...",
        }
    }
}

/// One merge, and the ways of its two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Way {
    pub joint: Joint,
    pub loc: Loc,
    pub sides: [u32; 2],
}

/// The ways of a run. Number 0 is the way of what was never merged.
#[derive(Debug, Default)]
pub struct Ways {
    ways: Vec<(Way, u8)>,
    known: FxHashMap<Way, u32>,
}

impl Ways {
    /// The number of a merge; the same merge of the same ways has one.
    pub fn join(&mut self, mut way: Way) -> u32 {
        let depth = |ways: &Ways, side: u32| ways.get(side).map_or(0, |(_, depth)| depth);
        let mut deep = 1 + way.sides.map(|side| depth(self, side)).into_iter().max().unwrap_or(0);
        if deep > DEEPEST {
            (way.sides, deep) = ([0, 0], 1);
        }
        if let Some(known) = self.known.get(&way) {
            return *known;
        }
        if self.ways.len() >= MOST {
            return way.sides[0];
        }
        self.ways.push((way, deep));
        let number = self.ways.len() as u32;
        self.known.insert(way, number);
        number
    }

    fn get(&self, number: u32) -> Option<(Way, u8)> {
        self.ways.get((number as usize).checked_sub(1)?).copied()
    }

    /// The merges of a way, what was merged first before what it became part of; each place once.
    pub fn merges(&self, number: u32) -> Vec<(Joint, Loc)> {
        let mut found = Vec::new();
        self.add_merges(number, &mut found);
        found
    }

    fn add_merges(&self, number: u32, found: &mut Vec<(Joint, Loc)>) {
        let Some((way, _)) = self.get(number) else { return };
        way.sides.into_iter().for_each(|side| self.add_merges(side, found));
        if !found.contains(&(way.joint, way.loc)) {
            found.push((way.joint, way.loc));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::{FileId, Span};

    fn way(at: usize, sides: [u32; 2]) -> Way {
        Way { joint: Joint::With, loc: Span::new(at, at + 1).at(FileId(0)), sides }
    }

    fn places(ways: &Ways, number: u32) -> Vec<u32> {
        ways.merges(number).iter().map(|(_, loc)| loc.span.start).collect()
    }

    #[test]
    fn merges_come_from_the_inside_out() {
        let mut ways = Ways::default();
        let (a, b) = (ways.join(way(1, [0, 0])), ways.join(way(2, [0, 0])));
        let both = ways.join(way(3, [a, b]));
        let again = ways.join(way(4, [both, a]));
        assert_eq!(places(&ways, again), [1, 2, 3, 4]);
        assert_eq!(ways.join(way(3, [a, b])), both);
        assert_eq!(places(&ways, 0), [0; 0]);
    }

    #[test]
    fn a_loop_does_not_fill_the_memory() {
        let mut ways = Ways::default();
        let last = (0..100_000).fold(0, |below, _| ways.join(way(7, [below, 0])));
        assert_eq!(places(&ways, last), [7]);
        assert!(ways.ways.len() <= usize::from(DEEPEST));
    }
}
