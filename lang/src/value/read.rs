//! Values that were read from data files, and where in these they stand.
//!
//! Each list and record of a file has the number of those that began before it in all files. That is
//! all a run keeps; a message makes a place of it, see `data/part.rs`.

use super::list::List;
use super::record::{DATA, Record};
use super::value::Value;
use crate::base::span::{FileId, Loc};
use crate::data::part::{Part, part};
use crate::data::tree::Data;

/// The data files of a run, each with the number of its first list or record.
#[derive(Debug, Default)]
pub struct ReadFiles {
    files: Vec<(u32, FileId)>,
    next: u32,
}

impl ReadFiles {
    /// What a file holds as a value that knows where it stands.
    pub fn value(&mut self, file: FileId, data: Data) -> Value {
        self.files.push((self.next, file));
        numbered(data, &mut self.next)
    }

    /// A part of the list or record with a number. All of a file has no place: what imports it says more.
    pub fn part(&self, number: u32, of: Part) -> Option<Loc> {
        let at = self.files.partition_point(|(first, _)| *first <= number).checked_sub(1)?;
        let (first, file) = self.files[at];
        let within = number - first;
        (within > 0 || of != Part::Whole).then(|| part(file, within, of))
    }
}

/// Data as a value, its lists and records numbered from `next` on.
fn numbered(data: Data, next: &mut u32) -> Value {
    let number = *next;
    match data {
        Data::List(items) => {
            *next = (number + 1) % DATA;
            Value::List(List::data(items.into_iter().map(|item| numbered(item, next)).collect(), number))
        }
        Data::Record(fields) => {
            *next = (number + 1) % DATA;
            let pairs = fields.into_iter().map(|(name, value)| (name, numbered(value, next)));
            let record = Record::from_pairs(pairs);
            record.set_data_number(number);
            Value::Record(record)
        }
        scalar => data_value(scalar),
    }
}

/// Data that was not read from a file as a value.
pub fn data_value(data: Data) -> Value {
    match data {
        Data::Null => Value::Null,
        Data::Bool(truth) => Value::Bool(truth),
        Data::Int(int) => Value::Int(int),
        Data::BigInt(int) => Value::big(*int),
        Data::Float(float) => Value::Float(float),
        Data::Str(text) => Value::text(text),
        Data::List(items) => Value::list(items.into_iter().map(data_value).collect()),
        Data::Record(fields) => {
            let pairs = fields.into_iter().map(|(name, value)| (name, data_value(value)));
            Value::Record(Record::from_pairs(pairs))
        }
    }
}
