//! Frames of the profile, where a run makes one: what the evaluator enters and leaves.
//!
//! Without a profile a frame costs a branch. What makes one stands in functions of its own, away from the work.

use super::counts::Phase;
use super::profile::Work;
use super::vm::Vm;
use crate::base::symbol::Symbol;
use crate::value::record::Record;
use std::rc::Rc;

impl Vm {
    /// Does `work` in a frame of the profile, if there is one. `what` is asked only then.
    #[inline]
    pub fn framed<T>(&mut self, what: impl FnOnce(&Vm) -> Work, work: impl FnOnce(&mut Vm) -> T) -> T {
        let profiled = self.profile.is_some();
        if profiled {
            let what = what(self);
            self.enter_frame(what);
        }
        let result = work(self);
        if profiled {
            self.leave_frame();
        }
        result
    }

    /// Does `work` in the frame of a field that is computed there, or that is known and written out.
    pub fn within_field<T>(&mut self, record: &Rc<Record>, name: Symbol, work: impl FnOnce(&mut Vm) -> T) -> T {
        let profiled = self.profile.is_some();
        if profiled {
            let what = Work::Field(name, self.definition(record, name));
            if let Some(profile) = &mut self.profile {
                profile.enter_again(what);
            }
        }
        let result = work(self);
        if profiled {
            self.leave_frame();
        }
        result
    }

    /// Does `work` in a frame, as a part of the run whose time is counted.
    #[inline]
    pub fn in_phase<T>(&mut self, phase: Phase, work: Work, run: impl FnOnce(&mut Vm) -> T) -> T {
        let Some(clock) = self.clock else { return self.framed(|_| work, run) };
        let begun = clock();
        let result = self.framed(|_| work, run);
        self.counts.add_time(phase, clock().saturating_sub(begun));
        result
    }

    #[cold]
    #[inline(never)]
    pub(super) fn enter_frame(&mut self, what: Work) {
        if let Some(profile) = &mut self.profile {
            profile.enter(what);
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn leave_frame(&mut self) {
        if let Some(profile) = &mut self.profile {
            profile.leave();
        }
    }

    /// A call in tail position: its function's frame takes the place of the caller's.
    #[cold]
    #[inline(never)]
    pub(super) fn change_frame(&mut self, what: Work) {
        if let Some(profile) = &mut self.profile {
            profile.instead(what);
        }
    }
}
