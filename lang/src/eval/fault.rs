//! What goes wrong while running, with the way that led there.

use crate::base::codes::Code;
use crate::base::diag::{Diag, Label};
use crate::base::rewrite::Rewrite;
use crate::base::span::Loc;

/// The result of running code.
pub type Run<T = crate::value::value::Value> = Result<T, Box<Fault>>;

/// How many steps of the way are kept.
const MOST: usize = 1000;
/// A round of more steps than this is shown as it is.
const NEAR: usize = 16;

/// A mistake met while running. Several diagnostics come of a file that does not parse.
#[derive(Debug, Clone)]
pub struct Fault {
    pub diags: Vec<Diag>,
    /// From the mistake outwards: what was being computed, and where.
    pub trace: Vec<Step>,
    /// Which argument of the library's function that is running is wrong, for its caller to mark.
    pub argument: Option<usize>,
}

/// A step of the way to a mistake.
#[derive(Debug, Clone)]
pub struct Step {
    pub loc: Loc,
    pub text: String,
    /// How often it was gone.
    pub count: u32,
}

impl Fault {
    pub fn new(diag: Diag) -> Box<Fault> {
        Fault::many(vec![diag])
    }

    pub fn many(diags: Vec<Diag>) -> Box<Fault> {
        Box::new(Fault { diags, trace: Vec::new(), argument: None })
    }

    /// A step of the way to it, outwards.
    pub fn passes(&mut self, loc: Loc, text: String) {
        if let Some(step) = self.trace.iter_mut().rev().take(NEAR).find(|step| step.loc == loc) {
            step.count += 1;
        } else if self.trace.len() < MOST {
            self.trace.push(Step { loc, text, count: 1 });
        }
    }

    /// The first diagnostic's code.
    pub fn code(&self) -> Option<Code> {
        self.diags.first().map(|diag| diag.code)
    }

    /// The diagnostics, the first with the way that led to it.
    pub fn into_diags(self) -> Vec<Diag> {
        let Fault { mut diags, trace, .. } = self;
        let Some(first) = diags.first_mut() else { return diags };
        match first.code {
            Code::DepthLimit | Code::StepLimit => show_round(first, &trace),
            Code::Cycle => show_read(first, &trace),
            _ => {}
        }
        let way = trace.into_iter().map(|step| Label { loc: step.loc, text: step.text, primary: false });
        first.way.extend(way);
        diags
    }
}

/// A run without an end goes one step again and again: that is the place, and how it could end.
fn show_round(diag: &mut Diag, trace: &[Step]) {
    let Some(most) = trace.iter().max_by_key(|step| step.count).filter(|step| step.count > 1) else { return };
    for label in &mut diag.labels {
        label.primary = false;
    }
    diag.labels.retain(|label| label.loc != most.loc);
    let text = format!("{}, {} times", most.text, most.count);
    diag.labels.insert(0, Label { loc: most.loc, text, primary: true });
    let (before, after) = ("if … then … else ".to_owned(), String::new());
    diag.rewrite = Some(("give it an end".to_owned(), Box::new(Rewrite::Quote { at: most.loc, before, after })));
}

/// A field that needs itself alone: where it is read is where it goes wrong.
fn show_read(diag: &mut Diag, trace: &[Step]) {
    let Some((_, rewrite)) = &mut diag.rewrite else { return };
    let Rewrite::Prefix { at, .. } = &mut **rewrite else { return };
    let Some(read) = trace.iter().find(|step| step.text.ends_with("is read here")) else { return };
    *at = read.loc;
    for label in &mut diag.labels {
        label.primary = false;
    }
    diag.labels.insert(0, Label { loc: read.loc, text: read.text.clone(), primary: true });
}

/// Adds a step of the way to an error that passes. One that was gone shortly before is counted.
pub fn step<T>(result: Run<T>, at: impl FnOnce() -> (Loc, String)) -> Run<T> {
    result.map_err(|mut fault| {
        let (loc, text) = at();
        fault.passes(loc, text);
        fault
    })
}
