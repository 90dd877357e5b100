//! The mistakes that only a run can find, met by computing a file's value within narrow limits.
//!
//! A file may be a part of something larger: a template whose fields its users give. What fails only
//! because such a field, or an input, is not given yet is no mistake here.
//!
//! A run can be called off: it asks now and then how much memory is held, and `usize::MAX` is more than
//! any run may have. What it has computed by then is kept, so that the next one goes on from there.

use super::plain::Problem;
use super::problems::{is_placed, problem};
use super::project::{Project, Ran};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::data::part::Finder;
use crate::eval::fault::{Fault, Run};
use crate::eval::vm::{Limits, Vm};
use crate::session::Session;
use crate::value::value::Value;
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// A run for an editor takes no more steps than this: a fifth of a second.
const STEPS: u64 = 8_000_000;
const DEPTH: usize = 20_000;
/// So many values are looked at, and so many mistakes told.
const VALUES: usize = 200_000;
const MOST: usize = 20;
/// A session that has read so much text is replaced by a fresh one.
const READ: usize = 512 << 10;

/// What only says that something is not known yet, or that the run was cut short.
const WAITING: &[Code] =
    &[Code::MissingField, Code::MissingInput, Code::StepLimit, Code::DepthLimit, Code::MemoryLimit];

/// More memory than this, and the rest is left to `rzp eval`.
const MEMORY: usize = 1 << 30;

/// A walk over a value.
#[derive(Default)]
struct Walk {
    diags: Vec<Diag>,
    /// The records and lists that have been looked at.
    seen: FxHashSet<*const ()>,
    values: usize,
}

impl Project {
    /// What goes wrong when a file is run, as far as it can be run by itself. Nothing for a file whose
    /// text or names are wrong.
    pub fn run_problems(&mut self, path: &str) -> Vec<Problem> {
        self.run_problems_unless(path, || 0).unwrap_or_default()
    }

    /// The same; `None` if the run is called off by `memory`, which tells how many bytes are held.
    pub fn run_problems_unless(&mut self, path: &str, memory: fn() -> usize) -> Option<Vec<Problem>> {
        let Some(facts) = self.facts(path) else { return Some(Vec::new()) };
        if !facts.can_run() || path.starts_with("std/") {
            return Some(Vec::new());
        }
        let texts = self.texts_behind(path);
        if let Some(known) = self.ran.get(path).filter(|known| known.texts == texts) {
            return Some(known.problems.clone());
        }
        self.limit(STEPS, memory);
        let walked = self.session.with_file(path, &[], |vm, value| {
            let mut walk = Walk::default();
            walk.value(vm, &value);
            let mut finder = Finder::new(&vm.sources);
            Ok(walk.diags.into_iter().map(|diag| finder.in_bytes(diag)).collect())
        });
        let diags = walked.unwrap_or_else(|diags| diags);
        if called_off(&diags, memory) {
            return None;
        }
        let told: Vec<Problem> = self.problems(path);
        // What the library alone knows a place of waits for something that only the whole gives.
        let sources = self.session.sources();
        let found = diags.iter().filter(|diag| !WAITING.contains(&diag.code) && is_placed(diag, sources));
        let found = found.map(|diag| problem(diag, self.session.sources(), path));
        // What the types have told already is not told again.
        let known = |found: &Problem| told.iter().any(|told| told.place.meets(&found.place));
        let problems: Vec<Problem> = found.filter(|found| !known(found)).collect();
        self.ran.insert(path.to_owned(), Ran { texts, problems: problems.clone() });
        Some(problems)
    }

    pub(super) fn limit(&mut self, steps: u64, memory: fn() -> usize) {
        self.session.set_limits(Limits { steps, depth: DEPTH, memory: MEMORY, memory_used: Some(memory) });
    }

    /// Files are run anew after a change. What a session has read it keeps, so now and then a new one begins.
    pub(super) fn forget_values(&mut self) {
        if self.session.sources().bytes() > READ {
            self.session = Session::new(self.world.clone());
        } else {
            self.session.vm().forget_files();
        }
    }
}

/// Whether a run ended because it was called off.
pub(super) fn called_off(diags: &[Diag], memory: fn() -> usize) -> bool {
    diags.iter().any(|diag| diag.code == Code::MemoryLimit) && memory() == usize::MAX
}

/// What is worth telling of a fault, and what ends the walk.
fn told(diags: Vec<Diag>) -> Vec<Diag> {
    let waiting = diags.first().is_some_and(|diag| WAITING.contains(&diag.code) && diag.code != Code::MemoryLimit);
    if waiting { Vec::new() } else { diags }
}

impl Walk {
    fn value(&mut self, vm: &mut Vm, value: &Value) {
        self.values += 1;
        let spent = self.diags.last().is_some_and(|diag| diag.code == Code::MemoryLimit);
        if spent || self.values > VALUES || self.diags.len() >= MOST {
            return;
        }
        if let Err(fault) = self.inside(vm, value) {
            self.tell(*fault);
        }
    }

    fn tell(&mut self, fault: Fault) {
        for diag in told(fault.into_diags()) {
            let same =
                |other: &Diag| other.code == diag.code && other.title == diag.title && other.place() == diag.place();
            if !self.diags.iter().any(same) {
                self.diags.push(diag);
            }
        }
    }

    fn inside(&mut self, vm: &mut Vm, value: &Value) -> Run<()> {
        let value = vm.force(value)?;
        let at: *const () = match &value {
            Value::List(list) => Rc::as_ptr(list).cast(),
            Value::Record(record) => Rc::as_ptr(record).cast(),
            _ => return Ok(()),
        };
        if !self.seen.insert(at) {
            return Ok(());
        }
        vm.enter()?;
        let result = self.parts(vm, &value);
        vm.leave();
        result
    }

    fn parts(&mut self, vm: &mut Vm, value: &Value) -> Run<()> {
        match value {
            Value::List(list) => {
                for item in vm.items(list)?.to_vec() {
                    self.value(vm, &item);
                }
            }
            Value::Record(record) => {
                for name in vm.names(record)? {
                    match vm.field(record, name) {
                        Ok(Some(value)) => self.value(vm, &value),
                        Ok(None) => {}
                        Err(fault) => self.tell(*fault),
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}
