//! `std.list`, where elements are compared: sorting, extremes, sums, groups.
//!
//! Integers and strings sort on their bare values; every sort is stable. Numbers order with
//! numbers, strings with strings (by character), booleans with booleans, lists by their elements;
//! anything else has no order, and two kinds have none between them.

use super::call::{Call, Out, Stop, record_from};
use super::places::first_places;
use super::row::row;
use crate::base::symbol::Symbol;
use crate::code::code::Arith;
use crate::eval::native::Native;
use crate::eval::ops::to_float;
use crate::value::text::Text;
use crate::value::value::Value;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::cmp::Ordering;

pub const ROWS: &[Native] = &[
    row!(
        "list.sort",
        "(xs : ['a]) -> ['a]",
        "The elements in ascending order: numbers, strings, booleans or lists of them.",
        "std.list.sort([3, 1, 2])",
        "[1,2,3]",
        sort,
    ),
    row!(
        "list.sort_by",
        "(xs : ['a], key : fn('a) -> Any) -> ['a]",
        "The elements in ascending order of what `key` makes of them. Equal keys keep their order.",
        "std.list.sort_by([\"bb\", \"a\"], std.string.length)",
        "[\"a\",\"bb\"]",
        sort_by,
    ),
    row!(
        "list.sort_with",
        "(xs : ['a], before : fn('a, 'a) -> Bool) -> ['a]",
        "The elements so that `before` holds from each to the next, where it can.",
        "std.list.sort_with([1, 3, 2], fn(a, b) => a > b)",
        "[3,2,1]",
        sort_with,
    ),
    row!(
        "list.is_sorted",
        "(xs : ['a]) -> Bool",
        "Whether the elements are in ascending order.",
        "std.list.is_sorted([1, 1, 2])",
        "true",
        is_sorted,
    ),
    row!(
        "list.min",
        "(xs : ['a]) -> 'a",
        "The least element; the list must have one.",
        "std.list.min([3, 1, 2])",
        "1",
        min,
    ),
    row!(
        "list.max",
        "(xs : ['a]) -> 'a",
        "The greatest element; the list must have one.",
        "std.list.max([3, 1, 2])",
        "3",
        max,
    ),
    row!(
        "list.min_by",
        "(xs : ['a], key : fn('a) -> Any) -> 'a",
        "The first element whose key is the least; the list must have one.",
        "std.list.min_by([\"bb\", \"a\"], std.string.length)",
        "\"a\"",
        min_by,
    ),
    row!(
        "list.max_by",
        "(xs : ['a], key : fn('a) -> Any) -> 'a",
        "The first element whose key is the greatest; the list must have one.",
        "std.list.max_by([\"bb\", \"a\"], std.string.length)",
        "\"bb\"",
        max_by,
    ),
    row!("list.sum", "(xs : [Number]) -> Number", "The sum; 0 for no elements.", "std.list.sum([1, 2, 3])", "6", sum),
    row!(
        "list.product",
        "(xs : [Number]) -> Number",
        "The product; 1 for no elements.",
        "std.list.product([2, 3, 4])",
        "24",
        product,
    ),
    row!(
        "list.average",
        "(xs : [Number]) -> Float",
        "The mean; the list must have an element.",
        "std.list.average([1, 2])",
        "1.5",
        average,
    ),
    row!(
        "list.unique",
        "(xs : ['a]) -> ['a]",
        "Each value once, where it first stands.",
        "std.list.unique([2, 1, 2])",
        "[2,1]",
        unique,
    ),
    row!(
        "list.unique_by",
        "(xs : ['a], key : fn('a) -> Any) -> ['a]",
        "The first element for each key.",
        "std.list.unique_by([1, 11, 2], fn(x) => x % 10)",
        "[1,2]",
        unique_by,
    ),
    row!(
        "list.duplicates",
        "(xs : ['a]) -> ['a]",
        "Each value that stands more than once, once.",
        "std.list.duplicates([80, 443, 80])",
        "[80]",
        duplicates,
    ),
    row!(
        "list.group_by",
        "(xs : ['a], key : fn('a) -> String) -> { [String] : ['a] }",
        "The elements as lists, by what `key` makes of them.",
        "std.list.group_by([1, 2, 3], fn(x) => if x > 1 then \"big\" else \"small\")",
        "{\"small\":[1],\"big\":[2,3]}",
        group_by,
    ),
    row!(
        "list.index_by",
        "(xs : ['a], key : fn('a) -> String) -> { [String] : 'a }",
        "The elements as a record, by what `key` makes of them. Two elements with one key are an error.",
        "std.list.index_by([{ name = \"a\" }], fn(x) => x.name)",
        "{\"a\":{\"name\":\"a\"}}",
        index_by,
    ),
];

/// The elements, all computed.
fn forced(c: &mut Call) -> Result<Vec<Value>, Stop> {
    c.items(0)?.iter().map(|x| c.force(x)).collect()
}

/// What the key function makes of each element, computed.
fn keys(c: &mut Call) -> Result<Vec<Value>, Stop> {
    let (xs, key) = (c.items(0)?, c.function(1)?);
    xs.iter().map(|x| c.apply(&key, x.clone())).collect()
}

fn ints(values: &[Value]) -> Option<Vec<i64>> {
    values.iter().map(|value| if let Value::Int(int) = value { Some(*int) } else { None }).collect()
}

fn texts(values: &[Value]) -> Option<Vec<Text>> {
    values.iter().map(|value| if let Value::Text(text) = value { Some(text.clone()) } else { None }).collect()
}

fn sort(c: &mut Call) -> Out {
    let mut values = forced(c)?;
    if let Some(mut ints) = ints(&values) {
        ints.sort_unstable();
        return Ok(Value::list(ints.into_iter().map(Value::Int).collect()));
    }
    if let Some(mut texts) = texts(&values) {
        texts.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        return Ok(Value::list(texts.into_iter().map(Value::Text).collect()));
    }
    merge_sort(&mut values, &mut |a, b| c.order(a, b).map(Ordering::is_lt))?;
    Ok(Value::list(values))
}

fn sort_by(c: &mut Call) -> Out {
    let (xs, keys) = (c.items(0)?, keys(c)?);
    let mut places: Vec<usize> = (0..xs.len()).collect();
    if let Some(ints) = ints(&keys) {
        places.sort_by_key(|at| ints[*at]);
    } else if let Some(texts) = texts(&keys) {
        places.sort_by(|a, b| texts[*a].as_str().cmp(texts[*b].as_str()));
    } else {
        merge_sort(&mut places, &mut |a, b| c.order(&keys[*a], &keys[*b]).map(Ordering::is_lt))?;
    }
    Ok(Value::list(places.into_iter().map(|at| xs[at].clone()).collect()))
}

fn sort_with(c: &mut Call) -> Out {
    let (mut xs, before) = (c.items(0)?.to_vec(), c.function(1)?);
    merge_sort(&mut xs, &mut |a, b| c.test2(&before, a, b))?;
    Ok(Value::list(xs))
}

/// A stable merge sort whose comparison may fail. (The library's own may not, and calls that run
/// code of the program may.) Pieces that are in order already are found and kept.
fn merge_sort<T: Clone>(items: &mut [T], before: &mut dyn FnMut(&T, &T) -> Result<bool, Stop>) -> Result<(), Stop> {
    if items.len() < 2 {
        return Ok(());
    }
    let (left, right) = items.split_at_mut(items.len() / 2);
    merge_sort(left, before)?;
    merge_sort(right, before)?;
    if !before(&right[0], &left[left.len() - 1])? {
        return Ok(());
    }
    let (old, mut a, mut b) = (items.to_vec(), 0, items.len() / 2);
    let middle = b;
    for place in items.iter_mut() {
        let take_right = a == middle || b < old.len() && before(&old[b], &old[a])?;
        let from = if take_right { &mut b } else { &mut a };
        *place = old[*from].clone();
        *from += 1;
    }
    Ok(())
}

fn is_sorted(c: &mut Call) -> Out {
    let values = forced(c)?;
    for pair in values.windows(2) {
        if c.order(&pair[1], &pair[0])?.is_lt() {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

/// The position of the first key that none comes before, in the wanted direction.
fn extreme(c: &mut Call, keys: &[Value], wanted: Ordering) -> Result<usize, Stop> {
    if keys.is_empty() {
        return Err(c.fail("the list is empty; expected at least one element"));
    }
    let mut best = 0;
    for at in 1..keys.len() {
        if c.order(&keys[at], &keys[best])? == wanted {
            best = at;
        }
    }
    Ok(best)
}

fn min(c: &mut Call) -> Out {
    let values = forced(c)?;
    extreme(c, &values, Ordering::Less).map(|at| values[at].clone())
}

fn max(c: &mut Call) -> Out {
    let values = forced(c)?;
    extreme(c, &values, Ordering::Greater).map(|at| values[at].clone())
}

fn by_key(c: &mut Call, wanted: Ordering) -> Out {
    let keys = keys(c)?;
    let at = extreme(c, &keys, wanted)?;
    let xs = c.items(0)?;
    c.force(&xs[at])
}

fn min_by(c: &mut Call) -> Out {
    by_key(c, Ordering::Less)
}

fn max_by(c: &mut Call) -> Out {
    by_key(c, Ordering::Greater)
}

fn sum(c: &mut Call) -> Out {
    c.items(0)?.iter().try_fold(Value::Int(0), |sum, x| c.calculate(Arith::Add, &sum, x))
}

fn product(c: &mut Call) -> Out {
    c.items(0)?.iter().try_fold(Value::Int(1), |product, x| c.calculate(Arith::Multiply, &product, x))
}

fn average(c: &mut Call) -> Out {
    let count = c.items(0)?.len() as i64;
    if count == 0 {
        return Err(c.fail("the list is empty; expected at least one element"));
    }
    let sum = sum(c)?;
    c.finite(to_float(&sum).unwrap_or(f64::NAN) / count as f64)
}

fn unique(c: &mut Call) -> Out {
    let values = forced(c)?;
    let kept = first_places(c, &values)?;
    Ok(Value::list(kept.into_iter().map(|at| values[at].clone()).collect()))
}

fn unique_by(c: &mut Call) -> Out {
    let (xs, keys) = (c.items(0)?, keys(c)?);
    let kept = first_places(c, &keys)?;
    Ok(Value::list(kept.into_iter().map(|at| xs[at].clone()).collect()))
}

fn duplicates(c: &mut Call) -> Out {
    let values = forced(c)?;
    let mut first = vec![false; values.len()];
    first_places(c, &values)?.into_iter().for_each(|at| first[at] = true);
    let again: Vec<Value> = values.iter().zip(first).filter(|(_, first)| !first).map(|(x, _)| x.clone()).collect();
    let once = first_places(c, &again)?;
    Ok(Value::list(once.into_iter().map(|at| again[at].clone()).collect()))
}

fn text_keys(c: &mut Call) -> Result<Vec<Symbol>, Stop> {
    let keys = keys(c)?;
    keys.iter().map(|key| c.text_of(key, "the key").map(|text| Symbol::new(text.as_str()))).collect()
}

fn group_by(c: &mut Call) -> Out {
    let (xs, keys) = (c.items(0)?, text_keys(c)?);
    let mut groups: IndexMap<Symbol, Vec<Value>, FxBuildHasher> = IndexMap::default();
    for (x, key) in xs.iter().zip(keys) {
        groups.entry(key).or_default().push(x.clone());
    }
    Ok(record_from(groups.into_iter().map(|(key, xs)| (key, Value::list(xs)))))
}

fn index_by(c: &mut Call) -> Out {
    let (xs, keys) = (c.items(0)?, text_keys(c)?);
    let mut index: IndexMap<Symbol, Value, FxBuildHasher> = IndexMap::default();
    for (x, key) in xs.iter().zip(keys) {
        if index.insert(key, x.clone()).is_some() {
            let message = format!("two elements have the key \"{key}\"; use `std.list.group_by` to keep both");
            return Err(c.fail(message));
        }
    }
    Ok(record_from(index))
}
