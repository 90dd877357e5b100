//! Long chains of operands, as a fold of `with` or `&` makes them.
//!
//! Where no operand reads `self` or `super` or has a class, an annotation or a mark, a field is the
//! same in whatever record it becomes part of. So the chain is gone through from the top only as far
//! as the value needs, and every so many operands there is a landing: a record that knows all its
//! names and keeps its fields' values, and answers for everything below it.

use super::compose::{At, Defs, Found, Lookup, known_part};
use super::fault::Run;
use super::settle::{Field, Settled};
use super::vm::Vm;
use crate::base::symbol::Symbol;
use crate::value::record::{Body, Record, Stage};
use crate::value::thunk::Todo;
use crate::value::value::Value;
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// Adds the names that an operand defines; false if they are not known.
fn add_known_names(part: &Rc<Record>, names: &mut FxHashSet<Symbol>) -> bool {
    match &part.body {
        Body::And(parts) | Body::Over(parts) if part.stage() != Stage::All => {
            parts.iter().all(|part| add_known_names(part, names))
        }
        Body::Braces { template, .. } if !template.blocks.is_empty() => {
            names.extend(template.shape.names());
            (0..template.blocks.len()).all(|index| {
                let parts = part.with_extra(|extra| extra.blocks.get((Rc::as_ptr(part), index as u32)).cloned());
                parts.is_some_and(|parts| parts.records.iter().all(|part| add_known_names(part, names)))
            })
        }
        _ => {
            names.extend(part.shape().names());
            true
        }
    }
}

/// The records found so far, from the top; what is not a record ends the search.
enum Walk {
    On,
    Found(Settled),
    Ended,
}

impl Vm {
    /// A field of `a with b with …` where no operand looks at the others: from the top down, no
    /// further than the first value that is not a record.
    pub(super) fn field_of_layers(&mut self, record: &Rc<Record>, name: Symbol) -> Run<Settled> {
        let found = Found::default();
        let field = Field { this: record, name, found: &found };
        let mut joined: Vec<Settled> = Vec::new();
        let mut node = record.clone();
        while let Body::Over(parts) = &node.body {
            let Some((bottom, upper)) = parts.split_first() else { break };
            for part in upper.iter().rev() {
                let defs = self.layer_defs(part, &field)?;
                match self.walk_layer(defs, &field, &mut joined)? {
                    Walk::On => {}
                    Walk::Found(settled) => return Ok(settled),
                    Walk::Ended => return Ok(self.stacked(joined.into_iter().rev().collect())),
                }
            }
            let landed = bottom.is_landing() && bottom.stage() == Stage::All;
            if landed || !matches!(bottom.body, Body::Over(_)) {
                let defs = match known_part(&Lookup { this: record, name }, bottom, None) {
                    Some(known) => known,
                    None => self.layer_defs(bottom, &field)?,
                };
                if let Walk::Found(settled) = self.walk_layer(defs, &field, &mut joined)? {
                    return Ok(settled);
                }
                break;
            }
            node = bottom.clone();
        }
        Ok(self.stacked(joined.into_iter().rev().collect()))
    }

    /// A landing that has learned its names takes over the fields of the landing below it that no
    /// operand in between defines: they are its own, and reading one takes no walk.
    pub(super) fn take_over(&mut self, landing: &Rc<Record>) {
        let mut between: FxHashSet<Symbol> = FxHashSet::default();
        let mut node = landing;
        while let Body::And(parts) | Body::Over(parts) = &node.body {
            let Some((bottom, upper)) = parts.split_first() else { return };
            for part in upper {
                if !add_known_names(part, &mut between) {
                    return;
                }
            }
            node = bottom;
            if node.is_landing() && node.stage() == Stage::All {
                break;
            }
        }
        if !node.is_landing() {
            return;
        }
        for name in node.shape().names().iter().filter(|name| !between.contains(name)) {
            let (Some(from), Some(to)) = (node.slot(*name), landing.slot(*name)) else { continue };
            let value = match node.get(from) {
                Value::Pending | Value::Busy => self.suspend(Todo::Field { record: node.clone(), name: *name }),
                value => value,
            };
            landing.set(to, value);
        }
    }

    fn layer_defs(&mut self, part: &Rc<Record>, field: &Field) -> Run<Option<Defs>> {
        let look = Lookup { this: field.this, name: field.name };
        self.collect_defs(&look, part, At::default(), &mut Found::default())
    }

    fn walk_layer(&mut self, defs: Option<Defs>, field: &Field, joined: &mut Vec<Settled>) -> Run<Walk> {
        let stack = match defs {
            None => return Ok(Walk::On),
            Some(Defs::Stack(stack)) => stack,
            Some(defs) => vec![defs],
        };
        for defs in stack.iter().rev() {
            let settled = self.settle(defs, field)?;
            match (&settled.value, joined.is_empty()) {
                (Value::Record(_), _) => {
                    let cut = settled.cut;
                    joined.push(settled);
                    if cut {
                        return Ok(Walk::Ended);
                    }
                }
                (_, true) => return Ok(Walk::Found(settled)),
                (_, false) => return Ok(Walk::Ended),
            }
        }
        Ok(Walk::On)
    }
}
