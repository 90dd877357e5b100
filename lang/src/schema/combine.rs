//! Shapes said more simply: nested intersections in one, and alternatives by their discriminator.

use super::shape::{Kinds, Mask, Record, Set, Shape};
use crate::data::tree::Data;
use indexmap::IndexMap;

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
            let mut flat = together(flat);
            match flat.len() {
                0 => Set::Any,
                1 if flat[0].lost.is_empty() => flat.remove(0).set,
                _ => Set::All(flat),
            }
        }
        Set::Some(mut some) if some.len() == 1 && some[0].lost.is_empty() => some.remove(0).set,
        Set::Exactly(mut some) if some.len() == 1 && some[0].lost.is_empty() => some.remove(0).set,
        Set::Some(some) if some.iter().any(|shape| shape.is_any() && shape.lost.is_empty()) => Set::Any,
        Set::Exactly(some) | Set::Some(some) if are_apart(&some, &|_| None) => Set::Union(some),
        other => other,
    }
}

/// Open records become one that has the fields of all.
fn together(shapes: Vec<Shape>) -> Vec<Shape> {
    let mut out: Vec<Shape> = Vec::new();
    for shape in shapes {
        let open = |shape: &Shape| match &shape.set {
            Set::Kinds(kinds) if shape.lost.is_empty() => only_record(kinds).filter(|record| is_open(record)).cloned(),
            _ => None,
        };
        let before = out.iter().position(|other| open(other).is_some());
        match (open(&shape), before) {
            (Some(record), Some(at)) => {
                let one = open(&out[at]).unwrap_or_default();
                let both = Kinds { record: Some(joined(one, record)), ..Kinds::default() };
                out[at].set = Set::Kinds(Box::new(both));
            }
            _ => out.push(shape),
        }
    }
    out
}

/// Whether a record is known by its fields alone, and may have others.
pub fn is_open(record: &Record) -> bool {
    *record == Record { fields: record.fields.clone(), ..Record::default() }
}

fn joined(mut one: Record, other: Record) -> Record {
    for (name, field) in other.fields {
        match one.fields.get_mut(&name) {
            Some(own) => {
                own.required |= field.required;
                let set = std::mem::take(&mut own.shape.set);
                own.shape.set = simple(set.and(field.shape.set));
                if own.shape.doc.is_empty() {
                    own.shape.doc = field.shape.doc;
                }
                own.shape.default = own.shape.default.take().or(field.shape.default);
                own.shape.lost.extend(field.shape.lost);
            }
            None => drop(one.fields.insert(name, field)),
        }
    }
    one
}

/// Alternatives that can be told apart become unions, now that all definitions are known.
pub fn separate(definitions: &mut IndexMap<String, Shape>) {
    let known = definitions.clone();
    definitions.values_mut().for_each(|shape| separate_within(shape, &known));
}

fn separate_within(shape: &mut Shape, known: &IndexMap<String, Shape>) {
    if let Set::Exactly(some) | Set::Some(some) = &mut shape.set
        && are_apart(some, &|name| known.get(name))
    {
        shape.set = Set::Union(std::mem::take(some));
    }
    shape.each_inner(&mut |inner| separate_within(inner, known));
}

/// The kinds of a set's values, through the names of definitions.
fn mask<'s>(set: &'s Set, named: &impl Fn(&str) -> Option<&'s Shape>, depth: u32) -> Mask {
    match set {
        Set::Named(name) if depth > 0 => named(name).map_or(Mask::ALL, |shape| mask(&shape.set, named, depth - 1)),
        Set::All(all) => all.iter().map(|shape| mask(&shape.set, named, depth)).fold(Mask::ALL, Mask::and),
        set => set.mask(),
    }
}

/// Whether no value is in two of them, and a union can tell by the value which is meant: by its kind, by being one of
/// some values, or by a field that all need and whose values differ. `named` finds definitions.
pub fn are_apart<'s>(shapes: &'s [Shape], named: &impl Fn(&str) -> Option<&'s Shape>) -> bool {
    shapes.iter().enumerate().all(|(at, one)| shapes[..at].iter().all(|other| apart(&one.set, &other.set, named)))
}

fn apart<'s>(one: &'s Set, other: &'s Set, named: &impl Fn(&str) -> Option<&'s Shape>) -> bool {
    if mask(one, named, DEEPEST).and(mask(other, named, DEEPEST)) == Mask::NONE {
        return true;
    }
    if let (Set::OneOf(one), Set::OneOf(other)) = (one, other) {
        return one.iter().all(|value| is_scalar(value) && !other.contains(value));
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    if !literals(one, named, &mut ours, DEEPEST) || !literals(other, named, &mut theirs, DEEPEST) {
        return false;
    }
    ours.iter().any(|(name, values)| {
        let same = theirs.iter().filter(|(other, _)| other == name);
        same.clone().count() > 0 && same.clone().all(|(_, others)| values.iter().all(|value| !others.contains(value)))
    })
}

/// So many names are followed from one definition to another.
const DEEPEST: u32 = 8;

/// The fields of literals that each of a set's values has; false if they are not all records.
fn literals<'s>(
    set: &'s Set,
    named: &impl Fn(&str) -> Option<&'s Shape>,
    out: &mut Vec<(&'s str, &'s [Data])>,
    depth: u32,
) -> bool {
    match set {
        Set::Kinds(kinds) => {
            let Some(record) = only_record(kinds) else { return false };
            for (name, field) in record.fields.iter().filter(|(_, field)| field.required) {
                if let Set::OneOf(values) = &field.shape.set {
                    out.push((name, values));
                }
            }
            true
        }
        // All of them hold, so one that speaks of records is enough.
        Set::All(all) => {
            let mut records = false;
            for shape in all {
                records |= literals(&shape.set, named, out, depth);
            }
            records
        }
        Set::Named(name) if depth > 0 => named(name).is_some_and(|shape| literals(&shape.set, named, out, depth - 1)),
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

/// Whether a record takes every record.
pub fn takes_all(record: &Record) -> bool {
    *record == Record::default()
}
