//! Colours of areas.
//!
//! The seven hues of Okabe and Ito (2008), which people with any colour vision tell apart; after the seventh area
//! they come again with a broken stripe. An area that holds one service of its own name says nothing and stays grey.

use super::model::Graph;
use std::collections::BTreeSet;

/// Blue, orange, green, sky, vermilion, purple, yellow.
const HUES: [u32; 7] = [0x0072B2, 0xE69F00, 0x009E73, 0x56B4E9, 0xD55E00, 0xCC79A7, 0xF0E442];
const GREY: u32 = 0x8A94A3;

/// How an area is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// Which hue, or none: grey.
    pub hue: Option<usize>,
    /// The stripe is broken: the hues come a second time.
    pub broken: bool,
}

/// The colours of an environment.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// All areas that have one, sorted.
    all: Vec<String>,
    /// Those of the services that are shown.
    pub areas: Vec<String>,
}

impl Palette {
    pub fn of(graph: &Graph) -> Palette {
        let here = |area: &&String| graph.nodes.iter().any(|(_, node)| node.area == **area);
        Palette { all: graph.areas.clone(), areas: graph.areas.iter().filter(here).cloned().collect() }
    }

    pub fn look(&self, area: &str) -> Look {
        let place = self.all.iter().position(|known| known == area);
        Look { hue: place.map(|at| at % HUES.len()), broken: place.is_some_and(|at| at / HUES.len() % 2 == 1) }
    }

    /// The hues in use, with grey as `None`.
    pub fn hues(&self) -> BTreeSet<Option<usize>> {
        std::iter::once(None).chain(self.areas.iter().map(|area| self.look(area).hue)).collect()
    }
}

/// `#0072b2`.
pub fn hex(hue: Option<usize>) -> String {
    format!("#{:06x}", colour(hue))
}

/// A colour laid thinly over a ground: so many hundredths of it.
pub fn over(hue: Option<usize>, ground: u32, hundredths: u32) -> String {
    let part = |shift: u32| {
        let (top, under) = (colour(hue) >> shift & 255, ground >> shift & 255);
        ((top * hundredths + under * (100 - hundredths)) / 100) << shift
    };
    format!("#{:06x}", part(16) | part(8) | part(0))
}

fn colour(hue: Option<usize>) -> u32 {
    hue.and_then(|at| HUES.get(at).copied()).unwrap_or(GREY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_are_mixed_with_their_ground() {
        assert_eq!(hex(Some(0)), "#0072b2");
        assert_eq!(over(Some(0), 0xFFFFFF, 0), "#ffffff");
        assert_eq!(over(Some(0), 0x000000, 100), "#0072b2");
        assert_eq!(over(Some(0), 0xFFFFFF, 10), "#e5f0f7");
    }

    #[test]
    fn the_eighth_area_has_a_broken_stripe() {
        let palette = Palette { all: (0..9).map(|at| format!("a{at}")).collect(), areas: Vec::new() };
        assert_eq!(palette.look("a6"), Look { hue: Some(6), broken: false });
        assert_eq!(palette.look("a8"), Look { hue: Some(1), broken: true });
        assert_eq!(palette.look("other"), Look { hue: None, broken: false });
    }
}
