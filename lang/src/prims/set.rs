//! `std.set`: lists without duplicates. The order is that of first mention, so output never jumps.

use super::call::{Call, Out, Stop};
use super::places::{Places, first_places};
use super::row::row;
use crate::eval::native::Native;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "set.union",
        "(a : ['a], b : ['a]) -> ['a]",
        "What is in one of them.",
        "std.set.union([1, 2], [2, 3])",
        "[1,2,3]",
        union
    ),
    row!(
        "set.intersection",
        "(a : ['a], b : ['a]) -> ['a]",
        "What is in both.",
        "std.set.intersection([1, 2], [2, 3])",
        "[2]",
        |c| selected(c, true)
    ),
    row!(
        "set.difference",
        "(a : ['a], b : ['a]) -> ['a]",
        "What is in `a` and not in `b`.",
        "std.set.difference([1, 2], [2, 3])",
        "[1]",
        |c| selected(c, false)
    ),
    row!(
        "set.is_subset",
        "(a : ['a], b : ['a]) -> Bool",
        "Whether all of `a` is in `b`.",
        "std.set.is_subset([1], [1, 2])",
        "true",
        |c| Ok(Value::Bool(is_subset(c, 0, 1)?))
    ),
    row!(
        "set.is_equal",
        "(a : ['a], b : ['a]) -> Bool",
        "Whether both have the same elements, in whatever order and number.",
        "std.set.is_equal([1, 2], [2, 1, 1])",
        "true",
        |c| Ok(Value::Bool(is_subset(c, 0, 1)? && is_subset(c, 1, 0)?))
    ),
    row!(
        "set.is_disjoint",
        "(a : ['a], b : ['a]) -> Bool",
        "Whether they share nothing.",
        "std.set.is_disjoint([1], [2])",
        "true",
        is_disjoint
    ),
];

fn distinct(c: &mut Call, values: Vec<Value>) -> Out {
    let places = first_places(c, &values)?;
    Ok(Value::list(places.into_iter().map(|at| values[at].clone()).collect()))
}

fn union(c: &mut Call) -> Out {
    let (a, b) = (c.items(0)?, c.items(1)?);
    distinct(c, [&a[..], &b[..]].concat())
}

fn places(c: &mut Call, at: usize) -> Result<Places, Stop> {
    let mut places = Places::default();
    for value in c.items(at)?.iter() {
        places.meet(c, value)?;
    }
    Ok(places)
}

/// The elements of the first list by whether the second has them.
fn selected(c: &mut Call, wanted: bool) -> Out {
    let (a, b) = (c.items(0)?, places(c, 1)?);
    let mut kept = Vec::new();
    for value in a.iter() {
        if b.contains(c, value)? == wanted {
            kept.push(value.clone());
        }
    }
    distinct(c, kept)
}

fn is_subset(c: &mut Call, inner: usize, outer: usize) -> Result<bool, Stop> {
    let (inner, outer) = (c.items(inner)?, places(c, outer)?);
    for value in inner.iter() {
        if !outer.contains(c, value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_disjoint(c: &mut Call) -> Out {
    let (a, b) = (c.items(0)?, places(c, 1)?);
    for value in a.iter() {
        if b.contains(c, value)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}
