//! Shapes said more simply: nested intersections in one, and alternatives by their discriminator.

use super::shape::{Kinds, Mask, Others, Record, Set, Shape};
use crate::data::tree::Data;

/// The same set in fewer words.
pub fn simplified(mut shape: Shape) -> Shape {
    shape.set = simple(shape.set);
    shape
}

fn simple(set: Set) -> Set {
    match set {
        Set::All(all) => {
            let mut flat: Vec<Shape> = Vec::new();
            for shape in all {
                match shape {
                    Shape { set: Set::All(inner), lost, .. } if lost.is_empty() => flat.extend(inner),
                    shape if shape.is_any() && shape.lost.is_empty() => {}
                    shape => flat.push(shape),
                }
            }
            match flat.len() {
                0 => Set::Any,
                1 if flat[0].lost.is_empty() => flat.remove(0).set,
                _ => Set::All(flat),
            }
        }
        Set::Some(mut some) if some.len() == 1 && some[0].lost.is_empty() => some.remove(0).set,
        Set::Exactly(mut some) if some.len() == 1 && some[0].lost.is_empty() => some.remove(0).set,
        Set::Some(some) if some.iter().any(|shape| shape.is_any() && shape.lost.is_empty()) => Set::Any,
        Set::Exactly(some) if are_apart(&some) => Set::Some(some),
        other => other,
    }
}

/// Whether no value is in two of them, and a union can tell by the value which is meant.
pub fn are_apart(shapes: &[Shape]) -> bool {
    shapes.iter().enumerate().all(|(at, one)| shapes[..at].iter().all(|other| apart(&one.set, &other.set)))
}

fn apart(one: &Set, other: &Set) -> bool {
    if one.mask().and(other.mask()) == Mask::NONE {
        return true;
    }
    match (one, other) {
        (Set::OneOf(one), Set::OneOf(other)) => one.iter().all(|value| is_scalar(value) && !other.contains(value)),
        (Set::Kinds(one), Set::Kinds(other)) => match (only_record(one), only_record(other)) {
            (Some(one), Some(other)) => discriminated(one, other),
            _ => false,
        },
        _ => false,
    }
}

fn is_scalar(value: &Data) -> bool {
    !matches!(value, Data::List(_) | Data::Record(_))
}

/// The record type of a set of records alone.
pub fn only_record(kinds: &Kinds) -> Option<&Record> {
    kinds.record.as_ref().filter(|_| kinds.mask() == Mask::RECORD)
}

/// Whether two records differ in the values of a field that both need.
fn discriminated(one: &Record, other: &Record) -> bool {
    one.fields.iter().any(|(name, field)| {
        let Some(of) = other.fields.get(name) else { return false };
        let literal = matches!((&field.shape.set, &of.shape.set), (Set::OneOf(_), Set::OneOf(_)));
        literal && field.required && of.required && apart(&field.shape.set, &of.shape.set)
    })
}

/// Whether a record takes every record.
pub fn takes_all(record: &Record) -> bool {
    *record == Record::default() && record.others == Others::Any
}
