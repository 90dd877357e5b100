//! Holding mistakes back, and excusing them.

use super::checker::Checker;
use super::held::{Hangs, Held};
use super::ty::Ty;
use crate::base::diag::Diag;
use crate::base::span::Loc;

impl Checker<'_> {
    /// Looks at a definition that another one may still replace: its mistakes are told only if none does.
    pub(super) fn hold<T>(&mut self, definition: Loc, look: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.holding.replace(definition);
        let result = look(self);
        self.holding = before;
        result
    }

    /// Another definition stands on this one.
    pub(super) fn forgive(&mut self, definition: Loc) {
        self.excuse(Hangs::Definition(definition));
    }

    /// So many mistakes have been told, held or gathered.
    pub(super) fn wrong_so_far(&self) -> usize {
        self.told.len() + self.held.len() + self.gathered.iter().map(Vec::len).sum::<usize>()
    }

    /// A mistake that hangs on several things at once.
    pub(super) fn hang(&mut self, on: Vec<Hangs>, diag: Diag) {
        if self.proofs.is_none() && self.calls.is_empty() {
            self.held.push(Held { on, diag });
        }
    }

    /// Other records are merged with these: what they lack may be there now.
    pub(super) fn complete(&mut self, ty: &Ty) {
        for row in ty.rows().filter(|row| row.at != Loc::default()) {
            self.excuse(Hangs::Record(row.at));
        }
    }

    /// A value goes where nobody looks: what it lacks may be added there.
    pub(super) fn release(&mut self, ty: &Ty, depth: u32) {
        self.complete(ty);
        for member in ty.members().iter().filter(|_| depth > 0) {
            match member {
                Ty::Record(row) => row.fields.values().for_each(|member| self.release(&member.value, depth - 1)),
                Ty::List(items) => self.release(&items.element, depth - 1),
                _ => {}
            }
        }
    }

    /// Nothing hangs on this any more.
    pub(super) fn excuse(&mut self, on: Hangs) {
        let told = &mut self.told;
        self.held.retain(|held| {
            let excused = held.on.contains(&on);
            if excused {
                // It may be told again, of what comes out.
                told.remove(&(held.diag.place().unwrap_or_default(), held.diag.title.clone()));
            }
            !excused
        });
        if on.at().file != self.file {
            self.excused.insert(on);
        }
    }
}
