//! Sets of numbers: what a bound lets through, and how such a set is written.
//!
//! A constraint such as `>=1` takes integers and floats alike, so its set is a union of both with bounds
//! that belong together. Both bounds are inclusive: of `>0` the integers begin at 1 and the floats at the
//! next one above zero.

use super::ty::Ty;
use crate::output::number::write_float;
use crate::syntax::ast::BinaryOp;

/// The numbers that a comparison with something in `bound` may let through. Exact for one number of
/// fewer than 52 bits.
pub(super) fn bounded_by(op: BinaryOp, bound: &Ty) -> Option<Ty> {
    let upwards = matches!(op, BinaryOp::GreaterEqual | BinaryOp::Greater);
    match bound {
        Ty::Int(low, high) => of_int(op, if upwards { (*low)? } else { (*high)? }),
        Ty::Float(low, high) => of_float(op, if upwards { (*low)? } else { (*high)? }),
        _ => None,
    }
}

fn of_int(op: BinaryOp, bound: i64) -> Option<Ty> {
    let float = exact_float(bound);
    Some(match op {
        BinaryOp::GreaterEqual => pair(Some(bound), None, float, None),
        BinaryOp::Greater => pair(bound.checked_add(1), None, float.map(f64::next_up), None),
        BinaryOp::LessEqual => pair(None, Some(bound), None, float),
        BinaryOp::Less => pair(None, bound.checked_sub(1), None, float.map(f64::next_down)),
        _ => return None,
    })
}

fn of_float(op: BinaryOp, bound: f64) -> Option<Ty> {
    Some(match op {
        BinaryOp::GreaterEqual => pair(exact_int(bound.ceil()), None, Some(bound), None),
        BinaryOp::Greater => pair(exact_int(bound.floor() + 1.0), None, Some(bound.next_up()), None),
        BinaryOp::LessEqual => pair(None, exact_int(bound.floor()), None, Some(bound)),
        BinaryOp::Less => pair(None, exact_int(bound.ceil() - 1.0), None, Some(bound.next_down())),
        _ => return None,
    })
}

/// The same, if it is exact.
pub(super) fn exactly_bounded_by(op: BinaryOp, bound: &Ty) -> Option<Ty> {
    let exact = match bound {
        Ty::Int(Some(low), Some(high)) => low == high && exact_float(*low).is_some(),
        Ty::Float(Some(low), Some(high)) => low == high && exact_int(*low).is_some(),
        _ => false,
    };
    exact.then(|| bounded_by(op, bound)).flatten()
}

fn pair(low: Option<i64>, high: Option<i64>, least: Option<f64>, most: Option<f64>) -> Ty {
    Ty::Union([Ty::Int(low, high), Ty::Float(least, most)].into())
}

/// An integer as a float, if that needs no rounding.
fn exact_float(int: i64) -> Option<f64> {
    (int.unsigned_abs() < 1 << 52).then_some(int as f64)
}

fn exact_int(float: f64) -> Option<i64> {
    (float.abs() < (1_i64 << 52) as f64).then_some(float as i64)
}

/// A set of integers as it is written.
pub(super) fn ints(low: Option<i64>, high: Option<i64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        _ => with_bounds("Int", low.map(|low| format!(">={low}")), high.map(|high| format!("<={high}"))),
    }
}

/// A set of floats as it is written.
pub(super) fn floats(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) if low == high => written(low),
        _ => with_bounds("Float", low.map(above), high.map(below)),
    }
}

/// Integers and floats between the same bounds, if the members of a union are such.
pub(super) fn both(members: &[Ty]) -> Option<String> {
    let [Ty::Int(low, high), Ty::Float(least, most)] = members else { return None };
    let low = match (low, least) {
        (None, None) => None,
        (Some(low), None) if exact_float(*low).is_none() => Some(format!(">={low}")),
        (Some(low), Some(least)) if exact_int(least.ceil()) == Some(*low) => Some(above(*least)),
        _ => return None,
    };
    let high = match (high, most) {
        (None, None) => None,
        (Some(high), None) if exact_float(*high).is_none() => Some(format!("<={high}")),
        (Some(high), Some(most)) if exact_int(most.floor()) == Some(*high) => Some(below(*most)),
        _ => return None,
    };
    let all: Vec<String> = [low, high].into_iter().flatten().collect();
    Some(if all.is_empty() { "Number".to_owned() } else { all.join(" & ") })
}

fn with_bounds(kind: &str, low: Option<String>, high: Option<String>) -> String {
    let all: Vec<String> = [Some(kind.to_owned()), low, high].into_iter().flatten().collect();
    all.join(" & ")
}

/// `>=0.5`, or `>0.5` for the floats from the next one on.
fn above(low: f64) -> String {
    strict_or(low, low.next_down(), ">")
}

fn below(high: f64) -> String {
    strict_or(high, high.next_up(), "<")
}

/// Of a bound and the float beside it, the one that is shorter was written.
fn strict_or(bound: f64, beside: f64, sign: &str) -> String {
    let (at, outside) = (short(bound), short(beside));
    if outside.len() < at.len() { format!("{sign}{outside}") } else { format!("{sign}={at}") }
}

/// A bound without the point that tells floats from integers.
fn short(float: f64) -> String {
    match exact_int(float) {
        Some(int) if int as f64 == float => int.to_string(),
        _ => written(float),
    }
}

fn written(float: f64) -> String {
    let mut text = String::new();
    // Only what is no number cannot be written, and no such value arises.
    let _ = write_float(&mut text, float);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(op: BinaryOp, bound: Ty) -> String {
        bounded_by(op, &bound).map_or_else(String::new, |set| set.to_string())
    }

    #[test]
    fn bounds_are_written_as_they_were() {
        assert_eq!(shown(BinaryOp::Greater, Ty::Int(Some(0), Some(0))), ">0");
        assert_eq!(shown(BinaryOp::GreaterEqual, Ty::Int(Some(0), Some(0))), ">=0");
        assert_eq!(shown(BinaryOp::Less, Ty::Int(Some(-3), Some(-3))), "<-3");
        assert_eq!(shown(BinaryOp::LessEqual, Ty::float(0.5)), "<=0.5");
        assert_eq!(shown(BinaryOp::Greater, Ty::float(1.5)), ">1.5");
        assert_eq!(shown(BinaryOp::Greater, Ty::Int(Some(i64::MAX), Some(i64::MAX))), "Number");
    }

    #[test]
    fn one_float_stands_for_itself() {
        assert_eq!(Ty::float(1.5).to_string(), "1.5");
        assert_eq!(Ty::Float(Some(0.5), None).to_string(), "Float & >=0.5");
    }
}
