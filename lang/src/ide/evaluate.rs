//! The mistakes that only a run can find, met by computing a file's value within narrow limits.
//!
//! A file may be a part of something larger: a template whose fields its users give. What fails only
//! because such a field, or an input, is not given yet is no mistake here.

use super::plain::Problem;
use super::problems::problem;
use super::project::Project;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::data::part::Finder;
use crate::eval::fault::{Fault, Run};
use crate::eval::vm::{Limits, Vm};
use crate::session::Session;
use crate::value::value::Value;
use rustc_hash::FxHashSet;

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
        if let Some(known) = self.ran.get(path) {
            return known.clone();
        }
        let Some(facts) = self.facts(path) else { return Vec::new() };
        if !facts.can_run() || path.starts_with("std/") {
            return Vec::new();
        }
        self.session.set_limits(Limits { steps: STEPS, depth: DEPTH, ..Limits::default() });
        let walked = self.session.with_file(path, &[], |vm, value| {
            let mut walk = Walk::default();
            walk.value(vm, &value);
            let mut finder = Finder::new(&vm.sources);
            Ok(walk.diags.into_iter().map(|diag| finder.in_bytes(diag)).collect())
        });
        let diags = match walked {
            Ok(diags) => diags,
            Err(diags) => told(diags),
        };
        let told: Vec<Problem> = self.problems(path);
        let found = diags.iter().map(|diag| problem(diag, self.session.sources(), path));
        // What the types have told already is not told again.
        let known = |found: &Problem| {
            let at = &found.place;
            told.iter().any(|told| {
                told.place.path == at.path
                    && told.place.span.start <= at.span.end
                    && at.span.start <= told.place.span.end
            })
        };
        let found: Vec<Problem> = found.filter(|found| !known(found)).collect();
        self.ran.insert(path.to_owned(), found.clone());
        found
    }

    /// Files are run anew after a change. What a session has read it keeps, so now and then a new one begins.
    pub(super) fn forget_values(&mut self) {
        self.ran.clear();
        if self.session.sources().bytes() > READ {
            self.session = Session::new(self.world.clone());
        } else {
            self.session.vm().forget_files();
        }
    }
}

/// What is worth telling of a fault.
fn told(diags: Vec<Diag>) -> Vec<Diag> {
    let waiting = diags.first().is_some_and(|diag| WAITING.contains(&diag.code));
    if waiting { Vec::new() } else { diags }
}

impl Walk {
    fn value(&mut self, vm: &mut Vm, value: &Value) {
        self.values += 1;
        if self.values > VALUES || self.diags.len() >= MOST {
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
            Value::List(list) => std::rc::Rc::as_ptr(list).cast(),
            Value::Record(record) => std::rc::Rc::as_ptr(record).cast(),
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
