//! `std.quantity`: amounts as Kubernetes writes them, added and compared exactly.

use super::call::{Call, Out, Stop};
use super::row::row;
use crate::calc::quantity::{self, Family, Quantity};
use crate::eval::native::Native;
use crate::eval::ops::{big, write_scalar};
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "quantity.is_valid",
        "(q : String | Int) -> Bool",
        "Whether the string is a quantity.",
        r#"std.quantity.is_valid("5GB")"#,
        "false",
        is_valid
    ),
    row!(
        "quantity.value",
        "(q : String | Int) -> Number",
        "The amount: an integer where it is one, else a float.",
        r#"[std.quantity.value("5Gi"), std.quantity.value("100m")]"#,
        "[5368709120,0.1]",
        value
    ),
    row!(
        "quantity.bytes",
        "(q : String | Int) -> Int",
        "The amount as an integer, fractions rounded up as Kubernetes does.",
        r#"std.quantity.bytes("1.5Ki")"#,
        "1536",
        bytes
    ),
    row!(
        "quantity.millis",
        "(q : String | Int) -> Int",
        "The amount in thousandths, rounded up: milli-cores of a CPU.",
        r#"std.quantity.millis("0.25")"#,
        "250",
        millis
    ),
    row!(
        "quantity.canonical",
        "(q : String | Int) -> String",
        "The quantity as Kubernetes prints it. An integer has no suffix to keep: `std.quantity.from_bytes` finds one.",
        r#"[std.quantity.canonical("1.5Gi"), std.quantity.canonical("0.1"), std.quantity.canonical(1Ki)]"#,
        r#"["1536Mi","100m","1024"]"#,
        canonical
    ),
    row!(
        "quantity.from_bytes",
        "(n : Int) -> String",
        "A number of bytes with a binary suffix, where it is round.",
        "std.quantity.from_bytes(5Gi)",
        r#""5Gi""#,
        from_bytes
    ),
    row!(
        "quantity.from_number",
        "(n : Number) -> String",
        "A number with a decimal suffix: cores, pieces.",
        "std.quantity.from_number(0.25)",
        r#""250m""#,
        from_number
    ),
    row!(
        "quantity.compare",
        "(a : String | Int, b : String | Int) -> Int",
        "-1, 0 or 1 as `a` is less than, equal to or greater than `b`.",
        r#"std.quantity.compare("1Gi", "1024Mi")"#,
        "0",
        compare
    ),
    row!(
        "quantity.add",
        "(a : String | Int, b : String | Int) -> String",
        "The sum, in the suffixes of `a`.",
        r#"std.quantity.add("1Gi", "512Mi")"#,
        r#""1536Mi""#,
        |c| {
            let (a, b) = (read(c, 0)?, read(c, 1)?);
            c.ok(a.plus(b)).map(printed)
        }
    ),
    row!(
        "quantity.subtract",
        "(a : String | Int, b : String | Int) -> String",
        "The difference, in the suffixes of `a`.",
        r#"std.quantity.subtract("1", "250m")"#,
        r#""750m""#,
        |c| {
            let (a, b) = (read(c, 0)?, read(c, 1)?);
            c.ok(a.plus(b.negate())).map(printed)
        }
    ),
    row!(
        "quantity.multiply",
        "(q : String | Int, factor : Number) -> String",
        "The quantity times a number, exactly.",
        r#"std.quantity.multiply("100m", 2.5)"#,
        r#""250m""#,
        multiply
    ),
    row!(
        "quantity.sum",
        "(qs : [String | Int]) -> String",
        "The sum, in the suffixes of the first.",
        r#"std.quantity.sum(["100m", "1"])"#,
        r#""1100m""#,
        sum
    ),
];

/// A quantity as text, or an integer, which is what its digits say: `5Gi` is one.
fn read(c: &mut Call, at: usize) -> Result<Quantity, Stop> {
    let found = c.forced(at)?;
    read_value(c, &found, at)
}

fn read_value(c: &Call, found: &Value, at: usize) -> Result<Quantity, Stop> {
    match (found, big(found)) {
        (Value::Text(text), _) => c.ok(quantity::parse(text.as_str())),
        (_, Some(int)) => c.ok(quantity::parse(&int.to_string())),
        (found, None) => Err(c.wrong(at, "a quantity, such as \"5Gi\" or 5Gi", found)),
    }
}

fn printed(quantity: Quantity) -> Value {
    Value::text(quantity.to_string())
}

fn is_valid(c: &mut Call) -> Out {
    Ok(Value::Bool(match c.forced(0)? {
        Value::Text(text) => quantity::parse(text.as_str()).is_ok(),
        found => read_value(c, &found, 0).is_ok(),
    }))
}

fn value(c: &mut Call) -> Out {
    let quantity = read(c, 0)?;
    Ok(if quantity.is_whole() { Value::Int(quantity.units()) } else { Value::Float(quantity.to_f64()) })
}

fn bytes(c: &mut Call) -> Out {
    Ok(Value::Int(read(c, 0)?.units()))
}

fn millis(c: &mut Call) -> Out {
    Ok(Value::big(read(c, 0)?.millis().into()))
}

fn canonical(c: &mut Call) -> Out {
    read(c, 0).map(printed)
}

fn from_bytes(c: &mut Call) -> Out {
    let n = c.big(0)?;
    c.ok(Quantity::whole(&n, Family::Binary)).map(printed)
}

fn decimal(c: &mut Call, at: usize) -> Result<String, Stop> {
    let number = c.number(at)?;
    match number {
        // The shortest digits that mean this float, without an exponent.
        Value::Float(float) => Ok(float.to_string()),
        int => {
            let mut text = String::new();
            write_scalar(&int, &mut text);
            Ok(text)
        }
    }
}

fn from_number(c: &mut Call) -> Out {
    let number = c.number(0)?;
    if let Some(int) = big(&number) {
        return c.ok(Quantity::whole(&int, Family::Decimal)).map(printed);
    }
    let text = decimal(c, 0)?;
    c.ok(quantity::parse(&text)).map(printed)
}

fn compare(c: &mut Call) -> Out {
    let (a, b) = (read(c, 0)?, read(c, 1)?);
    Ok(Value::Int(a.compare(b) as i64))
}

fn multiply(c: &mut Call) -> Out {
    let (quantity, factor) = (read(c, 0)?, decimal(c, 1)?);
    c.ok(quantity.scale(&factor)).map(printed)
}

fn sum(c: &mut Call) -> Out {
    let mut sum = Quantity::zero();
    for item in c.items(0)?.iter() {
        let item = c.force(item)?;
        let next = read_value(c, &item, 0)?;
        sum = c.ok(sum.plus(next))?;
    }
    Ok(printed(sum))
}
