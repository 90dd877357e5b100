//! Blocks of braces: `if`, `for`, spreads and computed names, run when a name asks for them.

use super::fault::{Run, step};
use super::vm::{FieldFrame, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::symbol::Symbol;
use crate::code::code::{Block, BlockKind, Template};
use crate::value::record::{Below, Body, Parts, Record, Stage};
use crate::value::thunk::Env;
use crate::value::value::Value;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// From so many parts on they are found by name.
const INDEXED: usize = 8;

impl Vm {
    /// What a block of an operand gives. One that does not read `self` is run once for all records
    /// the braces are part of.
    pub(super) fn block_parts(
        &mut self,
        this: &Rc<Record>,
        leaf: &Rc<Record>,
        index: u32,
        below: Option<Rc<Below>>,
    ) -> Run<Rc<Parts>> {
        let Body::Braces { template, env, .. } = &leaf.body else { return Ok(no_parts(leaf)) };
        let Some(block) = template.blocks.get(index as usize) else { return Ok(no_parts(leaf)) };
        let keeper = if block.reads_self { this } else { leaf };
        let key = (Rc::as_ptr(leaf), index);
        if let Some(parts) = keeper.with_extra(|extra| extra.blocks.get(key).cloned()) {
            return Ok(parts);
        }
        self.enter()?;
        let made = self.run_block(this, leaf, env, block, below);
        self.leave();
        let records = step(made, || (block.loc, "while this block is run".to_owned()))?;
        let index = by_name(&records).map(Box::new);
        let parts = Rc::new(Parts { records: records.into(), index, leaf: leaf.clone() });
        keeper.with_extra(|extra| Ok(extra.blocks.or_insert_with(key, || parts).clone()))
    }

    fn run_block(
        &mut self,
        this: &Rc<Record>,
        leaf: &Rc<Record>,
        env: &Env,
        block: &Block,
        below: Option<Rc<Below>>,
    ) -> Run<Vec<Rc<Record>>> {
        let frame = FieldFrame { leaf: leaf.clone(), below };
        match &block.kind {
            BlockKind::If { cond, then, otherwise } => match self.run_field_code(*cond, this, &frame)? {
                Value::Bool(true) => Ok(vec![part(then, env, leaf)]),
                Value::Bool(false) => Ok(otherwise.iter().map(|template| part(template, env, leaf)).collect()),
                value => {
                    let title = format!("expected a boolean, found {}", value.kind());
                    let diag = Diag::error(ErrorCode::WrongKind, title);
                    self.error(diag.at(block.loc, self.describe(&value)))
                }
            },
            BlockKind::Expand(proto) => {
                let Value::List(list) = self.run_field_code(*proto, this, &frame)? else { return Ok(Vec::new()) };
                let items = self.items(&list)?.to_vec();
                let mut records = Vec::with_capacity(items.len());
                for item in items {
                    records.extend(self.block_record(&item, block)?);
                }
                Ok(records)
            }
        }
    }

    /// One element of a block as a record; nothing for an empty one.
    fn block_record(&mut self, item: &Value, block: &Block) -> Run<Option<Rc<Record>>> {
        match self.force(item)? {
            Value::Record(record) => {
                let empty = matches!(record.body, Body::Data(_)) && record.shape().is_empty();
                Ok((!empty).then_some(record))
            }
            value => {
                let title = format!("expected a record to spread, found {}", value.kind());
                let diag = Diag::error(ErrorCode::WrongKind, title).at(block.loc, self.describe(&value));
                self.error(match value {
                    Value::Null => diag.help("where it may be null, write `...(e ?? {})`"),
                    _ => diag,
                })
            }
        }
    }
}

fn no_parts(leaf: &Rc<Record>) -> Rc<Parts> {
    Rc::new(Parts { records: Box::default(), index: None, leaf: leaf.clone() })
}

/// The braces of an `if`: a record in the environment of the braces around them.
fn part(template: &Rc<Template>, env: &Env, leaf: &Rc<Record>) -> Rc<Record> {
    let slots = vec![Value::Pending; template.slots()];
    Record::braces(template.clone(), env.clone(), slots, Some(leaf.clone()))
}

/// Many parts are found by their names, if each knows all of its own.
fn by_name(records: &[Rc<Record>]) -> Option<FxHashMap<Symbol, Vec<u32>>> {
    if records.len() < INDEXED {
        return None;
    }
    let mut index: FxHashMap<Symbol, Vec<u32>> = FxHashMap::default();
    for (at, record) in records.iter().enumerate() {
        let simple = match &record.body {
            Body::Data(_) => true,
            Body::Braces { template, .. } => template.rest.is_none() && record.stage() == Stage::All,
            _ => false,
        };
        if !simple {
            return None;
        }
        for name in record.shape().names() {
            index.entry(*name).or_default().push(at as u32);
        }
    }
    Some(index)
}
