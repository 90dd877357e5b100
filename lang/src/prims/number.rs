//! `std.number`: rounding, powers, roots, bits, and numbers as text.
//!
//! Integers stay exact whatever their size; a function that must leave them says `Float` in its
//! signature. There is no NaN and no infinity: where the result would be one, there is an error.

use super::call::{Call, Out, Stop};
use super::row::row;
use crate::eval::native::Native;
use crate::eval::ops::{big, compare_numbers, to_float};
use crate::value::value::Value;
use num_bigint::BigInt;
use num_traits::{FromPrimitive, Num, Signed, Zero};
use std::cmp::Ordering;

pub const ROWS: &[Native] = &[
    row!(
        "number.pi",
        "Float",
        "The circle's circumference by its diameter.",
        "std.number.pi",
        "3.141592653589793",
        |_| { Ok(Value::Float(std::f64::consts::PI)) }
    ),
    row!("number.e", "Float", "The base of the natural logarithm.", "std.number.e", "2.718281828459045", |_| {
        Ok(Value::Float(std::f64::consts::E))
    }),
    row!("number.abs", "(x : Number) -> Number", "The distance from 0.", "std.number.abs(-3)", "3", abs),
    row!("number.sign", "(x : Number) -> Int", "-1, 0 or 1.", "std.number.sign(-3.5)", "-1", sign),
    row!("number.min", "(a : Number, b : Number) -> Number", "The lesser of two.", "std.number.min(1, 2)", "1", min),
    row!("number.max", "(a : Number, b : Number) -> Number", "The greater of two.", "std.number.max(1, 2)", "2", max),
    row!(
        "number.clamp",
        "(x : Number, least : Number, most : Number) -> Number",
        "The nearest number that is neither below `least` nor above `most`.",
        "std.number.clamp(15, 0, 10)",
        "10",
        clamp
    ),
    row!(
        "number.floor",
        "(x : Number) -> Int",
        "The greatest integer that is not above `x`.",
        "std.number.floor(-1.5)",
        "-2",
        |c| whole(c, f64::floor)
    ),
    row!(
        "number.ceil",
        "(x : Number) -> Int",
        "The least integer that is not below `x`.",
        "std.number.ceil(1.2)",
        "2",
        |c| whole(c, f64::ceil)
    ),
    row!(
        "number.round",
        "(x : Number) -> Int",
        "The nearest integer; halves go away from 0.",
        "std.number.round(2.5)",
        "3",
        |c| whole(c, f64::round)
    ),
    row!(
        "number.truncate",
        "(x : Number) -> Int",
        "The integer before the point.",
        "std.number.truncate(-1.5)",
        "-1",
        |c| whole(c, f64::trunc)
    ),
    row!(
        "number.is_whole",
        "(x : Number) -> Bool",
        "Whether nothing follows the point.",
        "std.number.is_whole(2.0)",
        "true",
        is_whole
    ),
    row!("number.to_float", "(x : Number) -> Float", "The number as a float.", "std.number.to_float(2)", "2.0", |c| {
        let float = c.float(0)?;
        c.finite(float)
    }),
    row!(
        "number.pow",
        "(x : Number, y : Number) -> Number",
        "`x` to the power of `y`: exact for integers, a float otherwise.",
        "std.number.pow(2, 70)",
        "1180591620717411303424",
        pow
    ),
    row!("number.sqrt", "(x : Number) -> Float", "The square root.", "std.number.sqrt(9)", "3.0", |c| real(
        c,
        f64::sqrt
    )),
    row!("number.exp", "(x : Number) -> Float", "e to the power of `x`.", "std.number.exp(0)", "1.0", |c| real(
        c,
        f64::exp
    )),
    row!("number.log", "(x : Number) -> Float", "The natural logarithm.", "std.number.log(std.number.e)", "1.0", |c| {
        real(c, f64::ln)
    }),
    row!("number.log2", "(x : Number) -> Float", "The logarithm to base 2.", "std.number.log2(8)", "3.0", |c| real(
        c,
        f64::log2
    )),
    row!("number.log10", "(x : Number) -> Float", "The logarithm to base 10.", "std.number.log10(1000)", "3.0", |c| {
        real(c, f64::log10)
    }),
    row!("number.sin", "(x : Number) -> Float", "The sine of an angle in radians.", "std.number.sin(0)", "0.0", |c| {
        real(c, f64::sin)
    }),
    row!(
        "number.cos",
        "(x : Number) -> Float",
        "The cosine of an angle in radians.",
        "std.number.cos(0)",
        "1.0",
        |c| { real(c, f64::cos) }
    ),
    row!(
        "number.tan",
        "(x : Number) -> Float",
        "The tangent of an angle in radians.",
        "std.number.tan(0)",
        "0.0",
        |c| { real(c, f64::tan) }
    ),
    row!("number.asin", "(x : Number) -> Float", "The angle whose sine this is.", "std.number.asin(0)", "0.0", |c| {
        real(c, f64::asin)
    }),
    row!("number.acos", "(x : Number) -> Float", "The angle whose cosine this is.", "std.number.acos(1)", "0.0", |c| {
        real(c, f64::acos)
    }),
    row!(
        "number.atan",
        "(x : Number) -> Float",
        "The angle whose tangent this is.",
        "std.number.atan(0)",
        "0.0",
        |c| { real(c, f64::atan) }
    ),
    row!(
        "number.atan2",
        "(y : Number, x : Number) -> Float",
        "The angle of the point (x, y) as seen from (0, 0).",
        "std.number.atan2(0, 1)",
        "0.0",
        |c| real2(c, f64::atan2)
    ),
    row!(
        "number.hypot",
        "(x : Number, y : Number) -> Float",
        "The distance of the point (x, y) from (0, 0).",
        "std.number.hypot(3, 4)",
        "5.0",
        |c| real2(c, f64::hypot)
    ),
    row!(
        "number.gcd",
        "(a : Int, b : Int) -> Int",
        "The greatest integer that divides both.",
        "std.number.gcd(12, 18)",
        "6",
        gcd
    ),
    row!(
        "number.lcm",
        "(a : Int, b : Int) -> Int",
        "The least integer from 0 on that both divide.",
        "std.number.lcm(4, 6)",
        "12",
        lcm
    ),
    row!(
        "number.bit_and",
        "(a : Int, b : Int) -> Int",
        "The bits that both have.",
        "std.number.bit_and(12, 10)",
        "8",
        |c| bits(c, |a, b| a & b)
    ),
    row!(
        "number.bit_or",
        "(a : Int, b : Int) -> Int",
        "The bits that one of them has.",
        "std.number.bit_or(12, 10)",
        "14",
        |c| bits(c, |a, b| a | b)
    ),
    row!(
        "number.bit_xor",
        "(a : Int, b : Int) -> Int",
        "The bits that exactly one of them has.",
        "std.number.bit_xor(12, 10)",
        "6",
        |c| bits(c, |a, b| a ^ b)
    ),
    row!(
        "number.shift_left",
        "(a : Int, n : Int) -> Int",
        "The bits moved up by `n` places: `a` times 2 to the power of `n`.",
        "std.number.shift_left(1, 10)",
        "1024",
        shift_left
    ),
    row!(
        "number.shift_right",
        "(a : Int, n : Int) -> Int",
        "The bits moved down by `n` places, rounded down.",
        "std.number.shift_right(1024, 3)",
        "128",
        shift_right
    ),
    row!(
        "number.bit_count",
        "(a : Int) -> Int",
        "How many bits are set in an integer that is not negative.",
        "std.number.bit_count(255)",
        "8",
        bit_count
    ),
    row!(
        "number.parse",
        "(s : String) -> Number",
        "The decimal number that the string writes.",
        r#"[std.number.parse("42"), std.number.parse("-1.5e3")]"#,
        "[42,-1500.0]",
        parse
    ),
    row!(
        "number.parse_base",
        "(s : String, base : Int) -> Int",
        "The integer that the string writes in a base from 2 to 36.",
        r#"std.number.parse_base("ff", 16)"#,
        "255",
        parse_base
    ),
    row!(
        "number.to_base",
        "(n : Int, base : Int) -> String",
        "The integer written in a base from 2 to 36.",
        "std.number.to_base(255, 16)",
        r#""ff""#,
        to_base
    ),
    row!(
        "number.to_fixed",
        "(x : Number, digits : Int) -> String",
        "The number written with this many digits after the point.",
        "std.number.to_fixed(2, 2)",
        r#""2.00""#,
        to_fixed
    ),
];

fn abs(c: &mut Call) -> Out {
    match c.number(0)? {
        Value::Float(float) => Ok(Value::Float(float.abs())),
        int => Ok(big(&int).map_or(int, |int| Value::big(int.abs()))),
    }
}

fn sign(c: &mut Call) -> Out {
    let order = compare_numbers(&c.number(0)?, &Value::Int(0));
    Ok(Value::Int(order.map_or(0, |order| order as i64)))
}

fn min(c: &mut Call) -> Out {
    let (a, b) = (c.number(0)?, c.number(1)?);
    Ok(if compare_numbers(&b, &a) == Some(Ordering::Less) { b } else { a })
}

fn max(c: &mut Call) -> Out {
    let (a, b) = (c.number(0)?, c.number(1)?);
    Ok(if compare_numbers(&b, &a) == Some(Ordering::Greater) { b } else { a })
}

fn clamp(c: &mut Call) -> Out {
    let (x, least, most) = (c.number(0)?, c.number(1)?, c.number(2)?);
    let above = |a: &Value, b: &Value| compare_numbers(a, b) == Some(Ordering::Greater);
    if above(&least, &most) {
        return Err(c.fail("`least` is above `most`, so nothing is between them"));
    }
    Ok(match () {
        () if above(&x, &most) => most,
        () if above(&least, &x) => least,
        () => x,
    })
}

fn whole(c: &mut Call, round: fn(f64) -> f64) -> Out {
    match c.number(0)? {
        Value::Float(float) => {
            let int = BigInt::from_f64(round(float)).ok_or_else(|| c.arithmetic("there is no such integer"))?;
            Ok(Value::big(int))
        }
        int => Ok(int),
    }
}

fn is_whole(c: &mut Call) -> Out {
    match c.number(0)? {
        Value::Float(float) => Ok(Value::Bool(float.fract() == 0.0)),
        _ => Ok(Value::Bool(true)),
    }
}

fn real(c: &mut Call, f: fn(f64) -> f64) -> Out {
    let x = c.float(0)?;
    match f(x) {
        result if result.is_finite() => Ok(Value::Float(result)),
        result if result.is_nan() || x == 0.0 => Err(c.arithmetic(format!("this has no value for {x}"))),
        result => c.finite(result),
    }
}

fn real2(c: &mut Call, f: fn(f64, f64) -> f64) -> Out {
    let (x, y) = (c.float(0)?, c.float(1)?);
    c.finite(f(x, y))
}

fn pow(c: &mut Call) -> Out {
    let (x, y) = (c.number(0)?, c.number(1)?);
    if let (Some(base), Value::Int(power @ 0..)) = (big(&x), &y) {
        if base.bits() <= 1 {
            return Ok(Value::big(base.pow((power % 2) as u32 + if *power > 0 { 2 } else { 0 })));
        }
        c.vm.reserve(usize::try_from(base.bits().saturating_mul(*power as u64) / 8).unwrap_or(usize::MAX))?;
        return Ok(Value::big(base.pow(u32::try_from(*power).unwrap_or(u32::MAX))));
    }
    let (Some(x), Some(y)) = (to_float(&x), to_float(&y)) else { return Ok(Value::Null) };
    c.finite(x.powf(y))
}

fn gcd_of(mut a: BigInt, mut b: BigInt) -> BigInt {
    while !b.is_zero() {
        (a, b) = (b.clone(), a % b);
    }
    a.abs()
}

fn gcd(c: &mut Call) -> Out {
    Ok(Value::big(gcd_of(c.big(0)?, c.big(1)?)))
}

fn lcm(c: &mut Call) -> Out {
    let (a, b) = (c.big(0)?, c.big(1)?);
    let shared = gcd_of(a.clone(), b.clone());
    Ok(if shared.is_zero() { Value::Int(0) } else { Value::big((a / shared * b).abs()) })
}

fn bits(c: &mut Call, join: fn(BigInt, BigInt) -> BigInt) -> Out {
    Ok(Value::big(join(c.big(0)?, c.big(1)?)))
}

fn shift_left(c: &mut Call) -> Out {
    let (a, n) = (c.big(0)?, c.size(1)?);
    c.vm.reserve(n / 8)?;
    Ok(Value::big(a << n))
}

fn shift_right(c: &mut Call) -> Out {
    let (a, n) = (c.big(0)?, c.size(1)?);
    Ok(Value::big(a >> n))
}

fn bit_count(c: &mut Call) -> Out {
    let a = c.big(0)?;
    match a.to_biguint() {
        Some(a) => Ok(Value::Int(a.count_ones() as i64)),
        None => Err(c.fail(format!("{a} is negative, so it has bits without end"))),
    }
}

fn parse(c: &mut Call) -> Out {
    let s = c.text(0)?;
    let text = s.as_str();
    if let Ok(int) = text.parse::<BigInt>() {
        return Ok(Value::big(int));
    }
    let written = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match text.parse::<f64>() {
        Ok(float) if written => c.finite(float),
        _ => Err(c.fail(format!("\"{text}\" is not a decimal number such as `42` or `1.5`"))),
    }
}

fn base(c: &mut Call) -> Result<u32, Stop> {
    let base = c.int(1)?;
    u32::try_from(base)
        .ok()
        .filter(|base| (2..=36).contains(base))
        .ok_or_else(|| c.fail(format!("`base` must be from 2 to 36, found {base}")))
}

fn parse_base(c: &mut Call) -> Out {
    let (s, base) = (c.text(0)?, base(c)?);
    let int = BigInt::from_str_radix(s.as_str(), base).ok().filter(|_| !s.as_str().contains('_'));
    int.map(Value::big).ok_or_else(|| c.fail(format!("\"{}\" is not an integer in base {base}", s.as_str())))
}

fn to_base(c: &mut Call) -> Out {
    let (n, base) = (c.big(0)?, base(c)?);
    Ok(Value::text(n.to_str_radix(base)))
}

fn to_fixed(c: &mut Call) -> Out {
    let (x, digits) = (c.number(0)?, c.size(1)?);
    if digits > 300 {
        return Err(c.fail(format!("`digits` must be at most 300, found {digits}")));
    }
    Ok(Value::text(match x {
        Value::Float(float) => format!("{float:.digits$}"),
        int if digits == 0 => big(&int).unwrap_or_default().to_string(),
        int => format!("{}.{}", big(&int).unwrap_or_default(), "0".repeat(digits)),
    }))
}
