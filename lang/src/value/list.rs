//! Lists: a fixed row of values, each lazy, or the promise of one.

use super::value::{Env, Value};
pub use super::value::{List, Origin, Source};
use crate::code::code::{ProtoId, RowId};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

impl List {
    pub fn new(items: Vec<Value>) -> Rc<List> {
        Rc::new(List { items: OnceCell::from(items), source: Source::Ready, busy: Cell::new(false) })
    }

    pub fn literal(items: Vec<Value>, row: RowId) -> Rc<List> {
        Rc::new(List {
            items: OnceCell::from(items),
            source: Source::Written(Origin::Brackets(row)),
            busy: Cell::new(false),
        })
    }

    /// A list of a data file, with its number in the run.
    pub fn data(items: Vec<Value>, number: u32) -> Rc<List> {
        let source = Source::Written(Origin::Data(number));
        Rc::new(List { items: OnceCell::from(items), source, busy: Cell::new(false) })
    }

    /// A list that passed `[element]`, written down where that one was which was asked.
    pub fn passed(items: Vec<Value>, element: Value, origin: Option<Origin>) -> Rc<List> {
        let source = Source::Passed { element, origin };
        Rc::new(List { items: OnceCell::from(items), source, busy: Cell::new(false) })
    }

    pub fn code(proto: ProtoId, env: Env) -> Rc<List> {
        Rc::new(List { items: OnceCell::new(), source: Source::Code { proto, env }, busy: Cell::new(false) })
    }

    pub fn range(start: i64, len: usize) -> Rc<List> {
        Rc::new(List { items: OnceCell::new(), source: Source::Range { start, len }, busy: Cell::new(false) })
    }

    /// The elements, if they are known without running code. A range is written out.
    #[inline]
    pub fn ready(&self) -> Option<&[Value]> {
        match (self.items.get(), &self.source) {
            (Some(items), _) => Some(items),
            (None, Source::Range { start, len }) => {
                Some(self.items.get_or_init(|| (0..*len as i64).map(|i| Value::Int(start + i)).collect()))
            }
            (None, _) => None,
        }
    }

    /// What the clauses gave; kept for all later reads.
    pub fn fill(&self, items: Vec<Value>) -> &[Value] {
        self.items.get_or_init(|| items)
    }

    /// Marks the clauses as running or not; whether they ran before.
    pub fn set_busy(&self, busy: bool) -> bool {
        self.busy.replace(busy)
    }

    /// Where the elements are written down, if they are.
    pub fn origin(&self) -> Option<Origin> {
        match self.source {
            Source::Written(origin) => Some(origin),
            Source::Passed { origin, .. } => origin,
            Source::Ready | Source::Code { .. } | Source::Range { .. } => None,
        }
    }

    /// The range that this list is, as long as nobody has asked for its elements one by one.
    pub fn as_range(&self) -> Option<(i64, usize)> {
        match self.source {
            Source::Range { start, len } => Some((start, len)),
            _ => None,
        }
    }
}
