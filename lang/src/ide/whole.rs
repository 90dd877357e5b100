//! The mistakes that show only where all services come together: the whole is built as `rzp build` does it.
//!
//! The work is cut into parts, so that whoever types is not kept waiting: the files are looked at and loaded a few at
//! a time, then the build runs until it is done or called off. What it has computed stays, and the next part
//! goes on from there.

use super::evaluate::called_off;
use super::plain::Problem;
use super::problems::problem;
use super::project::Project;
use crate::base::codes::Code;
use crate::base::span::Loc;
use crate::base::world::World;
use crate::build::{BuildOptions, MAIN, build};

/// Calls and forced values of a build: a second of nothing else.
const STEPS: u64 = 40_000_000;
/// So many files are loaded in one part.
const PART: usize = 8;

/// What only says that an input is not given, or that the run was cut short.
const WAITING: &[Code] = &[Code::MissingInput, Code::StepLimit, Code::DepthLimit, Code::MemoryLimit];

/// What a part of the work came to.
#[derive(Debug, PartialEq)]
pub enum Whole {
    /// There is more to do, or the run was called off.
    Later,
    /// A file that takes part cannot be read as a program: the others cannot be judged without it.
    Unready,
    /// All that is wrong, each in the file that it belongs to.
    Told(Vec<Problem>),
}

impl Project {
    /// Whether the project has a file that all services come together in.
    pub fn has_whole(&self) -> bool {
        self.world.read(MAIN).is_ok()
    }

    /// A part of the way to what is wrong with all services together. The run is called off by `memory`, which
    /// tells how many bytes are held.
    pub fn whole_problems(&mut self, memory: fn() -> usize) -> Whole {
        let Some(left) = self.loading.take() else { return self.begin() };
        if left.is_empty() {
            self.loading = Some(left);
            return self.build(memory);
        }
        let (later, now) = left.split_at(left.len().saturating_sub(PART));
        for path in now {
            // What cannot be loaded is told by the build.
            let _ = self.session.vm().load(path, Loc::default());
        }
        self.loading = Some(later.to_vec());
        Whole::Later
    }

    fn begin(&mut self) -> Whole {
        let texts = self.texts_behind(MAIN);
        let broken = |path: &str| self.facts(path).is_some_and(|facts| !facts.can_run());
        let paths: Vec<String> = texts.into_iter().map(|(path, _)| path).collect();
        if paths.iter().map(String::as_str).any(broken) {
            return Whole::Unready;
        }
        self.loading = Some(paths);
        Whole::Later
    }

    fn build(&mut self, memory: fn() -> usize) -> Whole {
        self.limit(STEPS, memory);
        let diags = build(&mut self.session, &BuildOptions::default()).err().unwrap_or_default();
        if called_off(&diags, memory) {
            return Whole::Later;
        }
        let told = diags.iter().filter(|diag| !WAITING.contains(&diag.code));
        let mut problems: Vec<Problem> = Vec::new();
        for problem in told.map(|diag| problem(diag, self.session.sources(), MAIN)) {
            // Environments differ in words, not in what is wrong.
            if !problems.iter().any(|other| other.place.meets(&problem.place)) {
                problems.push(problem);
            }
        }
        // The values of all services are held for nobody.
        self.loading = None;
        self.forget_values();
        Whole::Told(problems)
    }
}
