//! The types that data files show: each value is known, and so is its place.

use super::ty::{Items, Member, Row, Ty};
use crate::base::span::{FileId, Loc};
use crate::base::symbol::Symbol;
use crate::data::placed::{Node, Placed};
use crate::data::tree::Data;
use std::rc::Rc;

/// Lists of more elements than this are known by what all elements have in common.
const MOST_ELEMENTS: usize = 1_000;

/// The type of what a data file holds.
pub fn of_data(data: Placed, file: FileId) -> Ty {
    match data.node {
        Node::Scalar(scalar) => of_scalar(&scalar),
        Node::List(items) => {
            let each: Vec<_> = items.into_iter().map(|item| (item.at.at(file), of_data(item, file))).collect();
            let element = Ty::join_all(each.iter().map(|(_, ty)| ty.clone()));
            let few = each.len() <= MOST_ELEMENTS;
            let each = few.then(|| each.into_iter().map(|(at, ty)| (ty, at)).collect());
            Ty::List(Rc::new(Items { element, each }))
        }
        Node::Record(fields) => {
            let at = data.at.at(file);
            let fields = fields.into_iter().map(|((name, name_at), value)| {
                let at = value.at.at(file);
                (name, Member { name_at: name_at.at(file), ..Member::new(of_data(value, file), at) })
            });
            Ty::Record(Rc::new(Row { fields: fields.collect(), at, ..Row::default() }))
        }
    }
}

fn of_scalar(scalar: &Data) -> Ty {
    match scalar {
        Data::Null => Ty::Null,
        Data::Bool(truth) => Ty::Bool(Some(*truth)),
        Data::Int(int) => Ty::Int(Some(*int), Some(*int)),
        Data::BigInt(_) => Ty::INT,
        Data::Float(float) => Ty::float(*float),
        Data::Str(text) => Ty::one(text),
        Data::List(_) | Data::Record(_) => Ty::Any,
    }
}

/// What `import "./*.yaml"` gives: the files' types by their stems.
pub fn of_files(files: impl IntoIterator<Item = (Symbol, Ty)>) -> Ty {
    let fields = files.into_iter().map(|(stem, ty)| (stem, Member::new(ty, Loc::default())));
    Ty::Record(Rc::new(Row { fields: fields.collect(), ..Row::default() }))
}
