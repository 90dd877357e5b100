//! `std.list`: elements, parts, maps and folds.
//!
//! What depends on an element's value alone stays lazy: `map` gives a list whose elements are
//! computed when they are read. What decides the length runs its function at once.

use super::call::{Call, Out, Stop, record_of};
use super::row::row;
use crate::eval::native::Native;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!("list.length", "(xs : [Any]) -> Int", "The number of elements.", "std.list.length([1, 2, 3])", "3", length),
    row!(
        "list.first",
        "(xs : ['a]) -> 'a?",
        "The first element, or null if there is none.",
        "std.list.first([1, 2, 3])",
        "1",
        first,
    ),
    row!(
        "list.last",
        "(xs : ['a]) -> 'a?",
        "The last element, or null if there is none.",
        "std.list.last([1, 2, 3])",
        "3",
        last,
    ),
    row!(
        "list.get",
        "(xs : ['a], i : Int) -> 'a?",
        "The element at a position, or null outside of the list. Negative positions count from the end.",
        "std.list.get([1, 2, 3], -1)",
        "3",
        get,
    ),
    row!(
        "list.map",
        "(xs : ['a], f : fn('a) -> 'b) -> ['b]",
        "Each element through `f`. Nothing runs before an element is read.",
        "std.list.map([1, 2], fn(x) => x * 2)",
        "[2,4]",
        map,
    ),
    row!(
        "list.map_indexed",
        "(xs : ['a], f : fn(Int, 'a) -> 'b) -> ['b]",
        "Each element through `f`, which is given its position first.",
        "std.list.map_indexed([\"a\", \"b\"], fn(i, x) => \"\\(i)\\(x)\")",
        "[\"0a\",\"1b\"]",
        map_indexed,
    ),
    row!(
        "list.flat_map",
        "(xs : ['a], f : fn('a) -> ['b]) -> ['b]",
        "The lists that `f` makes of the elements, one after the other.",
        "std.list.flat_map([1, 2], fn(x) => [x, x * 10])",
        "[1,10,2,20]",
        flat_map,
    ),
    row!(
        "list.filter",
        "(xs : ['a], keep : fn('a) -> Bool) -> ['a]",
        "The elements for which `keep` holds.",
        "std.list.filter([1, 2, 3, 4], fn(x) => x % 2 == 0)",
        "[2,4]",
        filter,
    ),
    row!(
        "list.partition",
        "(xs : ['a], keep : fn('a) -> Bool) -> { yes : ['a], no : ['a] }",
        "The elements for which `keep` holds, and the others.",
        "std.list.partition([1, 2, 3], fn(x) => x > 1)",
        "{\"yes\":[2,3],\"no\":[1]}",
        partition,
    ),
    row!(
        "list.fold",
        "(xs : ['a], init : 'b, step : fn('b, 'a) -> 'b) -> 'b",
        "Joins the elements to one value from the left, beginning with `init`.",
        "std.list.fold([1, 2, 3], 0, fn(sum, x) => sum + x)",
        "6",
        fold,
    ),
    row!(
        "list.fold_right",
        "(xs : ['a], init : 'b, step : fn('a, 'b) -> 'b) -> 'b",
        "Joins the elements to one value from the right, beginning with `init`.",
        "std.list.fold_right([\"a\", \"b\"], \"\", fn(x, rest) => rest ++ x)",
        "\"ba\"",
        fold_right,
    ),
    row!(
        "list.reduce",
        "(xs : ['a], step : fn('a, 'a) -> 'a) -> 'a",
        "Like `fold`, beginning with the first element; the list must have one.",
        "std.list.reduce([3, 9, 4], std.number.max)",
        "9",
        reduce,
    ),
    row!(
        "list.all",
        "(xs : ['a], test : fn('a) -> Bool) -> Bool",
        "Whether `test` holds for each element. It stops at the first for which it does not.",
        "std.list.all([1, 2], fn(x) => x > 0)",
        "true",
        all,
    ),
    row!(
        "list.any",
        "(xs : ['a], test : fn('a) -> Bool) -> Bool",
        "Whether `test` holds for some element. It stops at the first for which it does.",
        "std.list.any([1, 2], fn(x) => x > 1)",
        "true",
        any,
    ),
    row!(
        "list.count",
        "(xs : ['a], test : fn('a) -> Bool) -> Int",
        "The number of elements for which `test` holds.",
        "std.list.count([1, 2, 3], fn(x) => x > 1)",
        "2",
        count,
    ),
    row!(
        "list.find",
        "(xs : ['a], test : fn('a) -> Bool) -> 'a?",
        "The first element for which `test` holds, or null.",
        "std.list.find([1, 2, 3], fn(x) => x > 1)",
        "2",
        find,
    ),
    row!(
        "list.find_index",
        "(xs : ['a], test : fn('a) -> Bool) -> Int?",
        "The position of the first element for which `test` holds, or null.",
        "std.list.find_index([1, 2, 3], fn(x) => x > 1)",
        "1",
        find_index,
    ),
    row!(
        "list.contains",
        "(xs : ['a], x : 'a) -> Bool",
        "Whether an element equals `x`.",
        "std.list.contains([\"tcp\", \"udp\"], \"udp\")",
        "true",
        contains,
    ),
    row!(
        "list.index_of",
        "(xs : ['a], x : 'a) -> Int?",
        "The position of the first element that equals `x`, or null.",
        "std.list.index_of([\"a\", \"b\"], \"b\")",
        "1",
        index_of,
    ),
];

fn length(c: &mut Call) -> Out {
    let list = c.list(0)?;
    let length = match list.as_range() {
        Some((_, len)) => len,
        None => c.items(0)?.len(),
    };
    Ok(Value::Int(length as i64))
}

fn first(c: &mut Call) -> Out {
    let xs = c.items(0)?;
    xs.first().map_or(Ok(Value::Null), |x| c.force(x))
}

fn last(c: &mut Call) -> Out {
    let xs = c.items(0)?;
    xs.last().map_or(Ok(Value::Null), |x| c.force(x))
}

fn get(c: &mut Call) -> Out {
    let (xs, at) = (c.items(0)?, c.int(1)?);
    let at = if at < 0 { at + xs.len() as i64 } else { at };
    let found = usize::try_from(at).ok().and_then(|at| xs.get(at));
    found.map_or(Ok(Value::Null), |x| c.force(x))
}

fn map(c: &mut Call) -> Out {
    let (xs, f) = (c.items(0)?, c.function(1)?);
    Ok(Value::list(xs.iter().map(|x| c.delay(&f, x)).collect()))
}

fn map_indexed(c: &mut Call) -> Out {
    let (xs, f) = (c.items(0)?, c.function(1)?);
    let each = |(i, x): (usize, &Value)| c.delay2(&f, Value::Int(i as i64), x.clone());
    Ok(Value::list(xs.iter().enumerate().map(each).collect()))
}

fn flat_map(c: &mut Call) -> Out {
    let (xs, f) = (c.items(0)?, c.function(1)?);
    let mut all = Vec::new();
    for x in xs.iter() {
        let part = c.apply(&f, x.clone())?;
        all.extend_from_slice(&c.items_of(&part, "what the function gives")?);
    }
    Ok(Value::list(all))
}

fn filter(c: &mut Call) -> Out {
    let (xs, keep) = (c.items(0)?, c.function(1)?);
    let mut kept = Vec::new();
    for x in xs.iter() {
        if c.test(&keep, x)? {
            kept.push(x.clone());
        }
    }
    Ok(Value::list(kept))
}

fn partition(c: &mut Call) -> Out {
    let (xs, keep) = (c.items(0)?, c.function(1)?);
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for x in xs.iter() {
        let side = if c.test(&keep, x)? { &mut yes } else { &mut no };
        side.push(x.clone());
    }
    Ok(record_of([("yes", Value::list(yes)), ("no", Value::list(no))]))
}

fn fold(c: &mut Call) -> Out {
    let (list, step) = (c.list(0)?, c.function(2)?);
    let mut state = c.arg(1);
    if let Some((start, len)) = list.as_range() {
        for at in 0..len as i64 {
            state = c.apply2(&step, state, Value::Int(start + at))?;
        }
        return c.force(&state);
    }
    for x in c.items(0)?.iter() {
        state = c.apply2(&step, state, x.clone())?;
    }
    c.force(&state)
}

fn fold_right(c: &mut Call) -> Out {
    let (xs, step) = (c.items(0)?, c.function(2)?);
    let mut state = c.arg(1);
    for x in xs.iter().rev() {
        state = c.apply2(&step, x.clone(), state)?;
    }
    c.force(&state)
}

fn reduce(c: &mut Call) -> Out {
    let (xs, step) = (c.items(0)?, c.function(1)?);
    let Some((first, rest)) = xs.split_first() else {
        return Err(c.fail("the list is empty, so there is nothing to begin with; use `std.list.fold`"));
    };
    let mut state = first.clone();
    for x in rest {
        state = c.apply2(&step, state, x.clone())?;
    }
    c.force(&state)
}

/// The position of the first element whose test gives `wanted`.
pub(super) fn position(c: &mut Call, wanted: bool) -> Result<Option<usize>, Stop> {
    let (xs, test) = (c.items(0)?, c.function(1)?);
    for (at, x) in xs.iter().enumerate() {
        if c.test(&test, x)? == wanted {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn all(c: &mut Call) -> Out {
    Ok(Value::Bool(position(c, false)?.is_none()))
}

fn any(c: &mut Call) -> Out {
    Ok(Value::Bool(position(c, true)?.is_some()))
}

fn count(c: &mut Call) -> Out {
    let (xs, test) = (c.items(0)?, c.function(1)?);
    let mut count = 0;
    for x in xs.iter() {
        count += i64::from(c.test(&test, x)?);
    }
    Ok(Value::Int(count))
}

fn find(c: &mut Call) -> Out {
    match position(c, true)? {
        Some(at) => {
            let xs = c.items(0)?;
            xs.get(at).map_or(Ok(Value::Null), |x| c.force(x))
        }
        None => Ok(Value::Null),
    }
}

fn find_index(c: &mut Call) -> Out {
    Ok(position(c, true)?.map_or(Value::Null, |at| Value::Int(at as i64)))
}

/// The position of the first element that equals the second argument.
pub(super) fn equal_position(c: &mut Call) -> Result<Option<usize>, Stop> {
    let (xs, wanted) = (c.items(0)?, c.forced(1)?);
    for (at, x) in xs.iter().enumerate() {
        if c.equal(x, &wanted)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn contains(c: &mut Call) -> Out {
    Ok(Value::Bool(equal_position(c)?.is_some()))
}

fn index_of(c: &mut Call) -> Out {
    Ok(equal_position(c)?.map_or(Value::Null, |at| Value::Int(at as i64)))
}
