//! Records: a tree of operands underneath, one flat row of slots on top.
//!
//! A record made by braces has a template (its code, shared by all records the same braces make)
//! and an environment. `&` and `with` do not copy: they make a record whose body names its operands.
//! The slots hold what has been computed for *this* record, because `self` in an operand's code
//! means the final record. A field that reads neither `self` nor `super` is computed once, in the
//! slot of the braces it stands in, however many records those braces become part of.

pub use super::value::{Below, Body, Checked, Extra, Fields, Parts, Record, Stage};
use super::value::{Env, Value};
use crate::base::shape::Shape;
use crate::base::symbol::Symbol;
use crate::code::code::Template;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// So many operands lie between two landings of a chain.
const LANDING: u32 = 256;

/// What is added to the number of a record of a data file.
pub const DATA: u32 = 1 << 31;

impl Record {
    fn make(body: Body, fields: Fields, state: Checked) -> Rc<Record> {
        let pure = match &body {
            Body::Data(None) => true,
            Body::Data(Some(template)) => template.alone,
            Body::Braces { template, .. } => template.alone,
            Body::And(parts) | Body::Over(parts) => parts.iter().all(|part| part.pure),
            Body::Classed(..) | Body::Super { .. } | Body::Checked { .. } => false,
        };
        let layers = match &body {
            Body::And(parts) | Body::Over(parts) => 1 + parts.iter().map(|part| part.layers).max().unwrap_or(0),
            _ => 0,
        };
        let state = Cell::new(if pure { Checked::Done } else { state });
        let (fields, extra, way) = (RefCell::new(fields), RefCell::default(), Cell::new(0));
        Rc::new(Record { body, fields, state, extra, pure, layers, way })
    }

    pub fn data(shape: Rc<Shape>, slots: Vec<Value>) -> Rc<Record> {
        Record::data_of(None, shape, slots)
    }

    pub fn data_of(template: Option<Rc<Template>>, shape: Rc<Shape>, slots: Vec<Value>) -> Rc<Record> {
        let hides = template.as_ref().is_some_and(|template| template.hides);
        Record::make(Body::Data(template), Fields { shape, slots, stage: Stage::All, hides, moved: 0 }, Checked::Done)
    }

    /// A data record from pairs; a later pair of the same name wins.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (Symbol, Value)>) -> Rc<Record> {
        let mut shape = Shape::default();
        let mut slots: Vec<Value> = Vec::new();
        for (name, value) in pairs {
            let slot = shape.add(name);
            match slots.get_mut(slot) {
                Some(old) => *old = value,
                None => slots.push(value),
            }
        }
        Record::data(Rc::new(shape), slots)
    }

    /// A record of braces; `slots` holds what could be computed at once.
    pub fn braces(template: Rc<Template>, env: Env, slots: Vec<Value>, owner: Option<Rc<Record>>) -> Rc<Record> {
        let state = if template.plain { Checked::Done } else { Checked::NotYet };
        let stage = if template.blocks.is_empty() { Stage::All } else { Stage::Named };
        let (shape, hides) = (template.shape.clone(), template.hides);
        Record::make(Body::Braces { template, env, owner }, Fields { shape, slots, stage, hides, moved: 0 }, state)
    }

    /// One computed name's record: the template's only field under the name given.
    pub fn renamed(template: Rc<Template>, env: Env, owner: Option<Rc<Record>>, name: Symbol) -> Rc<Record> {
        let slots = vec![Value::Pending; template.slots()];
        let fields = Fields { shape: Shape::new([name]), slots, stage: Stage::All, hides: template.hides, moved: 0 };
        Record::make(Body::Braces { template, env, owner }, fields, Checked::Done)
    }

    /// A record whose names are found out when first asked for.
    pub fn composed(body: Body) -> Rc<Record> {
        Record::make(body, Fields::default(), Checked::NotYet)
    }

    /// The merges that it came through; 0 if there was none.
    pub fn way(&self) -> u32 {
        let way = self.way.get();
        if way < DATA { way } else { 0 }
    }

    /// The number in the run of a record of a data file.
    pub fn data_number(&self) -> Option<u32> {
        self.way.get().checked_sub(DATA)
    }

    /// Says that it is a record of a data file.
    pub fn set_data_number(&self, number: u32) {
        self.way.set(DATA | number);
    }

    pub fn set_way(&self, way: u32) {
        self.way.set(way);
    }

    /// Whether its fields are the same whatever it is merged with.
    pub fn is_pure(&self) -> bool {
        self.pure
    }

    /// A record of many operands that others are built on: worth knowing all its names, so that
    /// whoever goes down a long chain of operands need not go further than here.
    pub fn is_landing(&self) -> bool {
        self.pure && self.layers > 0 && (self.layers.is_multiple_of(LANDING) || self.stage() == Stage::All)
    }

    #[inline]
    pub fn stage(&self) -> Stage {
        self.fields.borrow().stage
    }

    pub fn shape(&self) -> Rc<Shape> {
        self.fields.borrow().shape.clone()
    }

    #[inline]
    pub fn slot(&self, name: Symbol) -> Option<usize> {
        self.fields.borrow().shape.slot(name)
    }

    #[inline]
    pub fn get(&self, slot: usize) -> Value {
        self.fields.borrow().slots.get(slot).cloned().unwrap_or(Value::Pending)
    }

    /// A field's value, if it is known already.
    #[inline]
    pub fn peek(&self, name: Symbol) -> Option<Value> {
        let fields = self.fields.borrow();
        let slot = fields.shape.slot(name)?;
        match fields.slots.get(slot)? {
            Value::Pending | Value::Busy | Value::Absent => None,
            Value::Thunk(thunk) => thunk.done(),
            value => Some(value.clone()),
        }
    }

    #[inline]
    pub fn set(&self, slot: usize, value: Value) {
        if let Some(place) = self.fields.borrow_mut().slots.get_mut(slot) {
            *place = value;
        }
    }

    /// More names are known: what has been computed keeps its name.
    pub fn learn(&self, shape: Rc<Shape>, stage: Stage, hides: bool) {
        let mut fields = self.fields.borrow_mut();
        let old = std::mem::take(&mut fields.shape);
        let mut slots = std::mem::take(&mut fields.slots);
        let raws = slots.split_off(old.len().min(slots.len()));
        let mut kept: Vec<Value> = vec![Value::Pending; shape.len()];
        for (name, value) in old.names().iter().zip(slots) {
            if let Some(slot) = shape.slot(*name) {
                kept[slot] = value;
            }
        }
        kept.extend(raws);
        fields.moved += shape.len().saturating_sub(old.len()) as u32;
        fields.slots = kept;
        fields.shape = shape;
        fields.stage = stage;
        fields.hides = hides;
    }

    /// The slot of a value before its annotation, which lies behind those of the fields.
    pub fn raw_slot(&self, raw: u32) -> usize {
        (raw + self.fields.borrow().moved) as usize
    }

    #[inline]
    pub fn checked(&self) -> Checked {
        self.state.get()
    }

    pub fn set_checked(&self, state: Checked) {
        self.state.set(state);
    }

    pub fn with_extra<T>(&self, with: impl FnOnce(&mut Extra) -> T) -> T {
        with(self.extra.borrow_mut().get_or_insert_default())
    }

    /// The types that the record is held against, as far as its fields' merges need them.
    pub fn types(&self) -> Vec<Value> {
        self.extra.borrow().as_ref().map_or_else(Vec::new, |extra| extra.under.clone())
    }

    pub fn is_under_types(&self) -> bool {
        self.extra.borrow().as_ref().is_some_and(|extra| !extra.under.is_empty())
    }

    pub fn set_types(&self, types: Vec<Value>) {
        if !types.is_empty() {
            self.with_extra(|extra| extra.under = types);
        }
    }

    /// Whether a field may be hidden: not if all names are known, and none of them is.
    pub fn may_hide(&self) -> bool {
        let fields = self.fields.borrow();
        fields.hides || fields.stage != Stage::All
    }

    /// Whether a field is there, hidden or not, if its value tells.
    #[inline]
    pub fn tells(&self, name: Symbol) -> Option<bool> {
        let fields = self.fields.borrow();
        match fields.slots.get(fields.shape.slot(name)?)? {
            Value::Pending | Value::Busy | Value::Replace(_) | Value::Thunk(_) => None,
            Value::Absent => Some(false),
            _ => Some(true),
        }
    }
}
