//! Where a part of a value was written, whatever it was handed on by.
//!
//! `rzp diff` asks it for what has changed, and `std.error_at` for what a rule refuses. The answer is the last
//! place on the way (`eval/follow.rs`) that lies outside of the library, where its user can change something;
//! if there is none, the place in the library.

use super::follow::{Path, Spot};
use super::vm::{Vm, record_loc};
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::data::part::Finder;
use crate::value::value::Value;
use std::rc::Rc;

/// So many records, and fields of each, are looked at for one that the user wrote.
const NEAR: usize = 12;

/// Where a part of a value was written.
#[derive(Debug, Clone)]
pub struct Whence {
    /// The value of the definition, or the literal behind it.
    pub loc: Loc,
    /// The field that is defined there.
    pub name: Option<Rc<str>>,
    /// The value is what stands there, and not computed from it.
    pub exact: bool,
    /// What stands there has chosen the value out of the library, and is no part of it.
    pub chosen: bool,
    /// Where it is computed: all places of the user's that it is computed from.
    pub inputs: Vec<Input>,
    /// Where only the library gives it: the user's braces that it was read from, and the field that they could give.
    pub around: Option<(Loc, Rc<str>)>,
    /// Where nothing but the library gives it: what the user wrote in it or beside it.
    pub beside: Option<Beside>,
    /// So many steps of the path there are; it is the last of these that was written there.
    pub steps: usize,
    /// What these lead to, if it could be computed.
    pub value: Option<Value>,
}

/// A place that a value is computed from, the field that is defined there, and whether it has only chosen a part of it.
pub type Input = (Loc, Option<Rc<str>>, bool);

/// Something that the user wrote near a part of a value.
#[derive(Debug, Clone)]
pub struct Beside {
    pub loc: Loc,
    /// The fields that lead to it, from the part itself or from what the part belongs to.
    pub path: String,
    /// It is in the part itself.
    pub inside: bool,
}

/// The state of the machine that a fault may leave behind.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    depth: usize,
    stack: usize,
    path: usize,
    sealing: u32,
    site: Loc,
    calling: Option<crate::code::code::CallId>,
}

/// How far a path leads.
struct Walked<'s> {
    /// Each step that is there, with what it is a part of.
    holders: Vec<(Value, &'s str)>,
    /// Where it leads to; nothing if that fails.
    value: Option<Value>,
}

impl Vm {
    /// Where the part of a value was written that a path of names and numbers leads to; where it leads further
    /// than the value goes, the last part that is there. Nothing if no text has it.
    pub fn whence(&mut self, value: &Value, steps: &[&str]) -> Option<Whence> {
        let (mark, tail) = (self.mark(), self.tail.take());
        let mut path = Path::new();
        let walked = self.walk(value, steps);
        self.go_back(&walked, &mut path);
        self.back_to(mark);
        let beside = match (&path.outside, &path.around) {
            (None, None) => self.beside(&walked),
            _ => None,
        };
        self.tail = tail;
        let Spot { loc, name, exact, chosen } = path.outside.or(path.last)?;
        let library = self.sources.is_library(loc.file);
        let around = path.around.filter(|_| library).map(|(loc, name)| (loc, name.text()));
        let mut finder = Finder::new(&self.sources);
        let loc = finder.find(loc);
        let beside = beside.map(|beside| Beside { loc: finder.find(beside.loc), ..beside });
        let inputs = path.inputs.iter();
        let inputs = inputs.map(|spot| (finder.find(spot.loc), spot.name.map(Symbol::text), spot.chosen)).collect();
        let name = name.map(Symbol::text);
        let (steps, value) = (walked.holders.len(), walked.value);
        Some(Whence { loc, name, exact, chosen, inputs, around, beside, steps, value })
    }

    /// From the last part that is there along what handed it on; where nobody wrote it down, from what it is a part of.
    fn go_back(&mut self, walked: &Walked, path: &mut Path) {
        for (holder, step) in walked.holders.iter().rev() {
            let mark = self.mark();
            // A fault ends the way where it is.
            let _ = match holder {
                Value::Record(record) => self.follow_field(record, Symbol::new(step), path).map(drop),
                Value::List(list) => self.follow_element(list, step.parse().unwrap_or(0), path).map(drop),
                _ => Ok(()),
            };
            self.back_to(mark);
            if path.last.is_none()
                && let Some(Value::Record(record)) = &walked.value
            {
                self.note(record_loc(record), path);
            }
            if path.last.is_some() {
                return;
            }
            path.leave();
        }
        if let (Some(Value::Record(record)), []) = (&walked.value, &walked.holders[..]) {
            self.note(record_loc(record), path);
        }
    }

    /// The nearest field of the part, or of what it belongs to, that the user wrote.
    fn beside(&mut self, walked: &Walked) -> Option<Beside> {
        let holders = walked.holders.iter().rev().map(|(holder, _)| (holder.clone(), false));
        let records: Vec<(Value, bool)> =
            walked.value.iter().map(|value| (value.clone(), true)).chain(holders).take(NEAR).collect();
        let mark = self.mark();
        let found = records.iter().find_map(|(record, inside)| {
            let (loc, path) = self.users_field(record, 1)?;
            Some(Beside { loc, path, inside: *inside })
        });
        self.back_to(mark);
        found
    }

    /// A field that the user wrote; of records in fields, where none does, as deep as `deeper` says.
    fn users_field(&mut self, record: &Value, deeper: u32) -> Option<(Loc, String)> {
        let Value::Record(record) = record else { return None };
        let names: Vec<Symbol> = self.names(record).ok()?.into_iter().take(NEAR).collect();
        for name in &names {
            let mut path = Path::new();
            let _ = self.follow_field(record, *name, &mut path);
            if let Some(spot) = path.outside {
                return Some((spot.loc, name.to_string()));
            }
        }
        let deeper = deeper.checked_sub(1)?;
        names.iter().find_map(|name| {
            let inner = self.field(record, *name).ok().flatten()?;
            self.users_field(&inner, deeper).map(|(loc, path)| (loc, format!("{name}.{path}")))
        })
    }

    /// Goes along the steps as far as they lead.
    fn walk<'s>(&mut self, value: &Value, steps: &[&'s str]) -> Walked<'s> {
        let mut walked = Walked { holders: Vec::new(), value: self.opened(value) };
        for step in steps {
            let Some(holder) = walked.value.clone() else { break };
            let next = match &holder {
                Value::Record(record) => self.field(record, Symbol::new(step)).transpose(),
                Value::List(list) => {
                    let items = self.items(list).map(<[Value]>::to_vec);
                    let index: Option<usize> = step.parse().ok();
                    items.map(|items| index.and_then(|index| items.get(index).cloned())).transpose()
                }
                _ => None,
            };
            let Some(next) = next else { break };
            walked.value = next.ok().and_then(|next| self.opened(&next));
            walked.holders.push((holder, step));
        }
        walked
    }

    /// A value that is computed; of a secret its reference, which is what the output has.
    fn opened(&mut self, value: &Value) -> Option<Value> {
        let mut value = self.force(value).ok()?;
        while let Value::Secret(secret) = &value {
            let reference = secret.reference.clone()?;
            value = self.force(&reference).ok()?;
        }
        Some(value)
    }

    pub(super) fn mark(&self) -> Mark {
        let (depth, stack, path) = (self.depth, self.stack.len(), self.path.len());
        Mark { depth, stack, path, sealing: self.sealing, site: self.site, calling: self.calling }
    }

    pub(super) fn back_to(&mut self, mark: Mark) {
        self.depth = mark.depth;
        self.stack.truncate(mark.stack);
        self.path.truncate(mark.path);
        (self.sealing, self.site, self.calling) = (mark.sealing, mark.site, mark.calling);
    }
}
