//! The way that led to a mistake, as far as it helps who made it.
//!
//! A run tells every call and field on its way out. Steps inside of the library are left out: nobody
//! can mend anything there. Where the mistake itself is seen there, the step of the user's own text
//! that is nearest to it is where to look.

use super::diag::{Diag, Label};
use super::source::Sources;
use super::span::Loc;

/// How many steps of the way a message shows.
const SHOWN: usize = 4;

impl Diag {
    /// The message with all that the sources can tell: the way that led there, and the edit.
    pub fn settled(mut self, sources: &Sources) -> Diag {
        self.show_way(sources);
        self.settle(sources)
    }

    fn show_way(&mut self, sources: &Sources) {
        let way = std::mem::take(&mut self.way);
        let inside = |loc: Loc| sources.is_library(loc.file);
        let mut steps: Vec<Label> = Vec::new();
        for step in way {
            let known = self.labels.iter().chain(&steps).any(|label| label.loc == step.loc);
            if !known && !inside(step.loc) {
                steps.push(step);
            }
        }
        if self.place().is_some_and(inside) && !steps.is_empty() {
            for label in &mut self.labels {
                label.primary = false;
            }
            self.labels.insert(0, Label { primary: true, ..steps.remove(0) });
        }
        let left_out = steps.len().saturating_sub(SHOWN);
        for (index, step) in steps.into_iter().enumerate() {
            if index < SHOWN / 2 || index >= SHOWN / 2 + left_out {
                self.labels.push(step);
            }
        }
        if left_out > 0 {
            let (plural, are) = if left_out == 1 { ("", "is") } else { ("s", "are") };
            self.notes.push(format!("{left_out} step{plural} in between {are} not shown"));
        }
    }
}
