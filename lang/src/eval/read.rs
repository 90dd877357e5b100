//! Where values stand that were read from data files.

use super::vm::Vm;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::data::part::Part;
use crate::value::list::{List, Origin};
use crate::value::record::{Body, Record};
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// Where a field's value stands in the data file that the record was read from.
    pub(super) fn read_value(&self, record: &Record, name: Symbol) -> Option<Loc> {
        self.read.part(record.data_number()?, Part::Value(record.slot(name)? as u32))
    }

    /// The same for the field's name.
    pub(super) fn read_name(&self, record: &Record, name: Symbol) -> Option<Loc> {
        self.read.part(record.data_number()?, Part::Name(record.slot(name)? as u32))
    }

    /// The same for the whole field.
    pub(super) fn read_field(&self, record: &Record, name: Symbol) -> Option<Loc> {
        self.read.part(record.data_number()?, Part::Field(record.slot(name)? as u32))
    }

    /// Where an element stands in the data file that the list was read from.
    pub(super) fn read_element(&self, list: &List, index: usize) -> Option<Loc> {
        match list.origin()? {
            Origin::Data(number) => self.read.part(number, Part::Value(index as u32)),
            Origin::Brackets(_) => None,
        }
    }

    /// Where a list or record stands in the data file that it is part of.
    pub(super) fn read_whole(&self, value: &Value) -> Option<Loc> {
        let number = match value {
            Value::Record(record) => read_record(record)?.data_number()?,
            Value::List(list) => match list.origin()? {
                Origin::Data(number) => number,
                Origin::Brackets(_) => return None,
            },
            _ => return None,
        };
        self.read.part(number, Part::Whole)
    }
}

/// The record of a data file that a record is, whatever it is wrapped in.
fn read_record(record: &Rc<Record>) -> Option<&Rc<Record>> {
    let mut at = record;
    while let Body::Checked { inner, .. } | Body::Classed(_, inner) = &at.body {
        at = inner;
    }
    Some(at).filter(|at| matches!(at.body, Body::Data(None)))
}
