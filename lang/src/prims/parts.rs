//! `std.list`, where lists are cut, joined and made: parts, chunks, ranges, pairs.

use super::call::{Call, Out};
use super::list::{equal_position, position};
use super::row::row;
use crate::eval::native::Native;
use crate::value::list::List;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
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
        _ => {
            // Each lies between `from` and `to`; only the product may be wider on its way.
            let at = |at: i128| Value::Int((i128::from(from) + at * i128::from(step)) as i64);
            Value::list((0..len as i128).map(at).collect())
        }
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
