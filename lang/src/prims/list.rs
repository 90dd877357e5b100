//! `std.list`: elements, parts, maps and folds.
//!
//! What depends on an element's value alone stays lazy: `map` gives a list whose elements are
//! computed when they are read. What decides the length runs its function at once.

use super::call::{Call, Out, Stop, record_of};
use super::row::row;
use crate::eval::native::Native;
use crate::value::list::List;
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
    row!(
        "list.reverse",
        "(xs : ['a]) -> ['a]",
        "The elements from the last to the first.",
        "std.list.reverse([1, 2, 3])",
        "[3,2,1]",
        reverse,
    ),
    row!(
        "list.take",
        "(xs : ['a], n : Int) -> ['a]",
        "The first `n` elements, or all if there are fewer.",
        "std.list.take([1, 2, 3], 2)",
        "[1,2]",
        take,
    ),
    row!(
        "list.drop",
        "(xs : ['a], n : Int) -> ['a]",
        "All but the first `n` elements.",
        "std.list.drop([1, 2, 3], 2)",
        "[3]",
        drop,
    ),
    row!(
        "list.drop_last",
        "(xs : ['a], n : Int) -> ['a]",
        "All but the last `n` elements.",
        "std.list.drop_last([1, 2, 3], 2)",
        "[1]",
        drop_last,
    ),
    row!(
        "list.take_while",
        "(xs : ['a], test : fn('a) -> Bool) -> ['a]",
        "The elements before the first for which `test` does not hold.",
        "std.list.take_while([1, 2, 9, 1], fn(x) => x < 5)",
        "[1,2]",
        take_while,
    ),
    row!(
        "list.drop_while",
        "(xs : ['a], test : fn('a) -> Bool) -> ['a]",
        "The elements from the first on for which `test` does not hold.",
        "std.list.drop_while([1, 2, 9, 1], fn(x) => x < 5)",
        "[9,1]",
        drop_while,
    ),
    row!(
        "list.slice",
        "(xs : ['a], from : Int, to : Int) -> ['a]",
        "The elements from position `from` up to, but not including, `to`. Negative positions count from the end.",
        "std.list.slice([1, 2, 3, 4], 1, -1)",
        "[2,3]",
        slice,
    ),
    row!(
        "list.split_at",
        "(xs : ['a], n : Int) -> [['a]]",
        "The first `n` elements and the rest, as two lists.",
        "std.list.split_at([1, 2, 3], 1)",
        "[[1],[2,3]]",
        split_at,
    ),
    row!(
        "list.chunks",
        "(xs : ['a], n : Int) -> [['a]]",
        "Lists of `n` elements each; the last may be shorter.",
        "std.list.chunks([1, 2, 3], 2)",
        "[[1,2],[3]]",
        chunks,
    ),
    row!(
        "list.windows",
        "(xs : ['a], n : Int) -> [['a]]",
        "Each stretch of `n` neighbours.",
        "std.list.windows([1, 2, 3], 2)",
        "[[1,2],[2,3]]",
        windows,
    ),
    row!(
        "list.concat",
        "(xss : [['a]]) -> ['a]",
        "The elements of the lists, one list after the other.",
        "std.list.concat([[1], [2, 3]])",
        "[1,2,3]",
        concat,
    ),
    row!(
        "list.flatten",
        "(xs : [Any]) -> [Any]",
        "The elements, and those of lists among them at any depth.",
        "std.list.flatten([1, [2, [3]]])",
        "[1,2,3]",
        flatten,
    ),
    row!(
        "list.join",
        "(xss : [['a]], between : ['a]) -> ['a]",
        "The elements of the lists, with `between` between two lists.",
        "std.list.join([[1], [2]], [0])",
        "[1,0,2]",
        join,
    ),
    row!(
        "list.intersperse",
        "(xs : ['a], between : 'a) -> ['a]",
        "The elements with `between` between two of them.",
        "std.list.intersperse([1, 2, 3], 0)",
        "[1,0,2,0,3]",
        intersperse,
    ),
    row!(
        "list.range",
        "(from : Int, to : Int, step : Int = 1) -> [Int]",
        "The integers from `from` up to, but not including, `to`. A negative step counts down.",
        "std.list.range(10, 0, step = -5)",
        "[10,5]",
        range,
    ),
    row!(
        "list.generate",
        "(n : Int, f : fn(Int) -> 'a) -> ['a]",
        "`n` elements, made by `f` from their positions.",
        "std.list.generate(3, fn(i) => i * i)",
        "[0,1,4]",
        generate,
    ),
    row!(
        "list.repeat",
        "(x : 'a, n : Int) -> ['a]",
        "`n` elements that are all `x`.",
        "std.list.repeat(\"a\", 2)",
        "[\"a\",\"a\"]",
        repeat,
    ),
    row!(
        "list.zip",
        "(xs : ['a], ys : ['b]) -> [[Any]]",
        "Pairs of the elements at one position; the longer list is cut.",
        "std.list.zip([1, 2], [\"a\", \"b\"])",
        "[[1,\"a\"],[2,\"b\"]]",
        zip,
    ),
    row!(
        "list.zip_with",
        "(xs : ['a], ys : ['b], f : fn('a, 'b) -> 'c) -> ['c]",
        "What `f` makes of the elements at one position; the longer list is cut.",
        "std.list.zip_with([1, 2], [10, 20], fn(x, y) => x + y)",
        "[11,22]",
        zip_with,
    ),
    row!(
        "list.remove",
        "(xs : ['a], x : 'a) -> ['a]",
        "The list without the first element that equals `x`.",
        "std.list.remove([1, 2, 1], 1)",
        "[2,1]",
        remove,
    ),
    row!(
        "list.remove_at",
        "(xs : ['a], i : Int) -> ['a]",
        "The list without the element at a position.",
        "std.list.remove_at([1, 2, 3], 1)",
        "[1,3]",
        remove_at,
    ),
    row!(
        "list.insert_at",
        "(xs : ['a], i : Int, x : 'a) -> ['a]",
        "The list with `x` before the element at a position; at the length, `x` comes last.",
        "std.list.insert_at([1, 3], 1, 2)",
        "[1,2,3]",
        insert_at,
    ),
    row!(
        "list.replace_at",
        "(xs : ['a], i : Int, x : 'a) -> ['a]",
        "The list with `x` in the place of the element at a position.",
        "std.list.replace_at([1, 9, 3], 1, 2)",
        "[1,2,3]",
        replace_at,
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
fn position(c: &mut Call, wanted: bool) -> Result<Option<usize>, Stop> {
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
fn equal_position(c: &mut Call) -> Result<Option<usize>, Stop> {
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

fn reverse(c: &mut Call) -> Out {
    Ok(Value::list(c.items(0)?.iter().rev().cloned().collect()))
}

fn take(c: &mut Call) -> Out {
    let (xs, n) = (c.items(0)?, c.size(1)?);
    Ok(Value::list(xs[..n.min(xs.len())].to_vec()))
}

fn drop(c: &mut Call) -> Out {
    let (xs, n) = (c.items(0)?, c.size(1)?);
    Ok(Value::list(xs[n.min(xs.len())..].to_vec()))
}

fn drop_last(c: &mut Call) -> Out {
    let (xs, n) = (c.items(0)?, c.size(1)?);
    Ok(Value::list(xs[..xs.len().saturating_sub(n)].to_vec()))
}

fn take_while(c: &mut Call) -> Out {
    let (xs, end) = (c.items(0)?, position(c, false)?);
    Ok(Value::list(xs[..end.unwrap_or(xs.len())].to_vec()))
}

fn drop_while(c: &mut Call) -> Out {
    let (xs, start) = (c.items(0)?, position(c, false)?);
    Ok(Value::list(xs[start.unwrap_or(xs.len())..].to_vec()))
}

fn slice(c: &mut Call) -> Out {
    let xs = c.items(0)?;
    let (from, to) = (c.position(1, xs.len())?, c.position(2, xs.len())?);
    Ok(Value::list(xs.get(from..to).unwrap_or_default().to_vec()))
}

fn split_at(c: &mut Call) -> Out {
    let (xs, n) = (c.items(0)?, c.size(1)?);
    let (front, rest) = xs.split_at(n.min(xs.len()));
    Ok(Value::list(vec![Value::list(front.to_vec()), Value::list(rest.to_vec())]))
}

fn chunks(c: &mut Call) -> Out {
    let (xs, n) = (c.items(0)?, c.positive(1)?);
    Ok(Value::list(xs.chunks(n).map(|part| Value::list(part.to_vec())).collect()))
}

fn windows(c: &mut Call) -> Out {
    let (xs, n) = (c.items(0)?, c.positive(1)?);
    Ok(Value::list(xs.windows(n).map(|part| Value::list(part.to_vec())).collect()))
}

fn concat(c: &mut Call) -> Out {
    let xss = c.items(0)?;
    let mut all = Vec::new();
    for xs in xss.iter() {
        all.extend_from_slice(&c.items_of(xs, "each element")?);
    }
    Ok(Value::list(all))
}

fn flatten(c: &mut Call) -> Out {
    let mut todo: Vec<Value> = c.items(0)?.iter().rev().cloned().collect();
    let mut flat = Vec::new();
    while let Some(next) = todo.pop() {
        match c.force(&next)? {
            list @ Value::List(_) => todo.extend(c.items_of(&list, "a list")?.iter().rev().cloned()),
            value => flat.push(value),
        }
    }
    Ok(Value::list(flat))
}

fn join(c: &mut Call) -> Out {
    let (xss, between) = (c.items(0)?, c.items(1)?);
    let mut all = Vec::new();
    for (at, xs) in xss.iter().enumerate() {
        if at > 0 {
            all.extend_from_slice(&between);
        }
        all.extend_from_slice(&c.items_of(xs, "each element")?);
    }
    Ok(Value::list(all))
}

fn intersperse(c: &mut Call) -> Out {
    let (xs, between) = (c.items(0)?, c.arg(1));
    let mut all = Vec::with_capacity(xs.len() * 2);
    for (at, x) in xs.iter().enumerate() {
        if at > 0 {
            all.push(between.clone());
        }
        all.push(x.clone());
    }
    Ok(Value::list(all))
}

fn range(c: &mut Call) -> Out {
    let (from, to) = (c.int(0)?, c.int(1)?);
    let step = if c.given(2) { c.int(2)? } else { 1 };
    if step == 0 {
        return Err(c.fail("a step of 0 never arrives; use another, such as 1"));
    }
    let way = if step > 0 { i128::from(to) - i128::from(from) } else { i128::from(from) - i128::from(to) };
    let apart = i128::from(step.unsigned_abs());
    let len = c.countable(i64::try_from((way.max(0) + apart - 1) / apart).unwrap_or(i64::MAX))?;
    Ok(match step {
        1 => Value::List(List::range(from, len)),
        _ => Value::list((0..len as i64).map(|at| Value::Int(from + at * step)).collect()),
    })
}

fn generate(c: &mut Call) -> Out {
    let (n, f) = (c.int(0)?, c.function(1)?);
    let n = c.countable(n)?;
    Ok(Value::list((0..n as i64).map(|at| c.delay(&f, &Value::Int(at))).collect()))
}

fn repeat(c: &mut Call) -> Out {
    let n = c.int(1)?;
    let n = c.countable(n)?;
    Ok(Value::list(vec![c.arg(0); n]))
}

fn zip(c: &mut Call) -> Out {
    let (xs, ys) = (c.items(0)?, c.items(1)?);
    Ok(Value::list(xs.iter().zip(ys.iter()).map(|(x, y)| Value::list(vec![x.clone(), y.clone()])).collect()))
}

fn zip_with(c: &mut Call) -> Out {
    let (xs, ys, f) = (c.items(0)?, c.items(1)?, c.function(2)?);
    Ok(Value::list(xs.iter().zip(ys.iter()).map(|(x, y)| c.delay2(&f, x.clone(), y.clone())).collect()))
}

fn remove(c: &mut Call) -> Out {
    let mut xs = c.items(0)?.to_vec();
    if let Some(at) = equal_position(c)? {
        xs.remove(at);
    }
    Ok(Value::list(xs))
}

fn remove_at(c: &mut Call) -> Out {
    let mut xs = c.items(0)?.to_vec();
    let at = c.index(1, xs.len())?;
    xs.remove(at);
    Ok(Value::list(xs))
}

fn insert_at(c: &mut Call) -> Out {
    let mut xs = c.items(0)?.to_vec();
    let at = c.index(1, xs.len() + 1)?;
    xs.insert(at, c.arg(2));
    Ok(Value::list(xs))
}

fn replace_at(c: &mut Call) -> Out {
    let mut xs = c.items(0)?.to_vec();
    let at = c.index(1, xs.len())?;
    xs[at] = c.arg(2);
    Ok(Value::list(xs))
}
