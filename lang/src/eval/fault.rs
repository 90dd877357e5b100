//! What goes wrong while running, with the way that led there.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::Loc;

/// The result of running code.
pub type Run<T = crate::value::value::Value> = Result<T, Box<Fault>>;

/// How many steps of the way a message shows.
const SHOWN: usize = 6;

/// A mistake met while running. Several diagnostics come of a file that does not parse.
#[derive(Debug, Clone)]
pub struct Fault {
    pub diags: Vec<Diag>,
    /// From the mistake outwards: what was being computed, and where.
    pub trace: Vec<(Loc, String)>,
}

impl Fault {
    pub fn new(diag: Diag) -> Box<Fault> {
        Box::new(Fault { diags: vec![diag], trace: Vec::new() })
    }

    pub fn many(diags: Vec<Diag>) -> Box<Fault> {
        Box::new(Fault { diags, trace: Vec::new() })
    }

    /// The first diagnostic's code.
    pub fn code(&self) -> Option<Code> {
        self.diags.first().map(|diag| diag.code)
    }

    /// The diagnostics, the way added to the first: its innermost and outermost steps.
    pub fn into_diags(self) -> Vec<Diag> {
        let Fault { mut diags, trace } = self;
        let Some(first) = diags.first_mut() else { return diags };
        let mut seen: Vec<Loc> = first.labels.iter().map(|label| label.loc).collect();
        let mut steps: Vec<(Loc, String)> = Vec::new();
        for (loc, text) in trace {
            if !seen.contains(&loc) {
                seen.push(loc);
                steps.push((loc, text));
            }
        }
        let left_out = steps.len().saturating_sub(SHOWN);
        for (index, (loc, text)) in steps.into_iter().enumerate() {
            if index < SHOWN / 2 || index >= SHOWN / 2 + left_out {
                first.labels.push(crate::base::diag::Label { loc, text, primary: false });
            }
        }
        if left_out > 0 {
            let (plural, are) = if left_out == 1 { ("", "is") } else { ("s", "are") };
            first.notes.push(format!("{left_out} step{plural} in between {are} not shown"));
        }
        diags
    }
}

/// Adds a step of the way to an error that passes.
pub fn step<T>(result: Run<T>, at: impl FnOnce() -> (Loc, String)) -> Run<T> {
    result.map_err(|mut fault| {
        if fault.trace.len() < 1000 {
            fault.trace.push(at());
        }
        fault
    })
}
