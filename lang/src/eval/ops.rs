//! Arithmetic, comparison and joining. Integers are exact: what leaves 64 bits becomes a big one.

use super::fault::{Fault, Run};
use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::span::Loc;
use crate::code::code::{Arith, Code, CodeId, Compare};
use crate::value::value::Value;
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use std::cmp::Ordering;

/// Arithmetic on small integers, where the result is one too.
#[inline]
pub fn small_arith(op: Arith, left: &Value, right: &Value) -> Option<Value> {
    let (Value::Int(a), Value::Int(b)) = (left, right) else { return None };
    let result = match op {
        Arith::Add => a.checked_add(*b)?,
        Arith::Subtract => a.checked_sub(*b)?,
        Arith::Multiply => a.checked_mul(*b)?,
        Arith::Divide => return None,
        Arith::FloorDivide => floor_divide(*a, *b)?,
        Arith::Modulo => a.checked_sub(floor_divide(*a, *b)?.checked_mul(*b)?)?,
    };
    Some(Value::Int(result))
}

fn floor_divide(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    if a % b != 0 && (a < 0) != (b < 0) { quotient.checked_sub(1) } else { Some(quotient) }
}

/// A comparison of two scalars of one kind, which cannot fail.
#[inline]
pub fn small_compare(op: Compare, left: &Value, right: &Value) -> Option<bool> {
    let order = match (left, right) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => match op {
            Compare::Equal => return Some(a == b),
            Compare::NotEqual => return Some(a != b),
            _ => a.as_str().cmp(b.as_str()),
        },
        (Value::Bool(a), Value::Bool(b)) if matches!(op, Compare::Equal | Compare::NotEqual) => a.cmp(b),
        _ => return None,
    };
    (!matches!(op, Compare::Matches | Compare::NotMatches)).then(|| order_holds(op, order))
}

/// Whether an order is what a comparison asks for.
pub fn order_holds(op: Compare, order: Ordering) -> bool {
    match op {
        Compare::Equal => order == Ordering::Equal,
        Compare::NotEqual => order != Ordering::Equal,
        Compare::Less => order == Ordering::Less,
        Compare::Greater => order == Ordering::Greater,
        Compare::LessEqual => order != Ordering::Greater,
        Compare::GreaterEqual => order != Ordering::Less,
        Compare::Matches | Compare::NotMatches => false,
    }
}

/// Writes a string, number or boolean as interpolation shows it.
pub fn write_scalar(value: &Value, out: &mut String) -> Option<()> {
    use std::fmt::Write;
    match value {
        Value::Text(text) => out.push_str(text.as_str()),
        Value::Int(int) => write!(out, "{int}").ok()?,
        Value::BigInt(int) => write!(out, "{int}").ok()?,
        Value::Float(float) => crate::output::number::write_float(out, *float).ok()?,
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        _ => return None,
    }
    Some(())
}

/// Compares numbers of any kind exactly: a float against an integer without rounding either.
pub fn compare_numbers(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Float(a), b) => compare_float(*a, b),
        (a, Value::Float(b)) => compare_float(*b, a).map(Ordering::reverse),
        _ => Some(big(left)?.cmp(&big(right)?)),
    }
}

fn compare_float(float: f64, int: &Value) -> Option<Ordering> {
    let whole = BigInt::from(float.trunc() as i128);
    let whole = if float.abs() < 1e38 { whole } else { num_traits::FromPrimitive::from_f64(float.trunc())? };
    let order = whole.cmp(&big(int)?);
    Some(if order == Ordering::Equal { float.fract().partial_cmp(&0.0)? } else { order })
}

pub fn big(value: &Value) -> Option<BigInt> {
    match value {
        Value::Int(int) => Some(BigInt::from(*int)),
        Value::BigInt(int) => Some((**int).clone()),
        _ => None,
    }
}

pub fn to_float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(int) => Some(*int as f64),
        Value::BigInt(int) => int.to_f64(),
        Value::Float(float) => Some(*float),
        _ => None,
    }
}

impl Vm {
    #[inline(never)]
    pub fn arith(&mut self, op: Arith, left: &Value, right: &Value, id: CodeId) -> Run {
        if let Some(value) = small_arith(op, left, right) {
            return Ok(value);
        }
        for value in [left, right] {
            if matches!(value, Value::Absent | Value::Replace(_)) {
                return self.mark_elsewhere(id);
            }
            if !matches!(value, Value::Int(_) | Value::BigInt(_) | Value::Float(_)) {
                return self.not_a_number(op, value, left, right, id);
            }
        }
        match (op, big(left), big(right)) {
            (Arith::Divide, _, _) => self.divide(left, right, id),
            (_, Some(a), Some(b)) => self.big_arith(op, a, b, id),
            (Arith::FloorDivide | Arith::Modulo, _, _) => {
                self.not_whole(op, if matches!(left, Value::Float(_)) { left } else { right }, id)
            }
            _ => self.float_arith(op, left, right, id),
        }
    }

    #[cold]
    fn not_whole<T>(&self, op: Arith, found: &Value, id: CodeId) -> Run<T> {
        let title = format!("`{}` takes integers, found {}", op.sign(), found.kind());
        let diag = Diag::error(ErrorCode::WrongKind, title).at(self.loc(id), self.describe(found));
        self.error(diag.help("`std.number.floor(x)` makes an integer of a float"))
    }

    fn big_arith(&self, op: Arith, a: BigInt, b: BigInt, id: CodeId) -> Run {
        if matches!(op, Arith::FloorDivide | Arith::Modulo) && b.is_zero() {
            return self.by_zero(id);
        }
        if a.bits().saturating_add(b.bits()) > 8 << 23 {
            self.reserve(usize::try_from(a.bits() / 8).unwrap_or(usize::MAX))?;
        }
        Ok(Value::big(match op {
            Arith::Add => a + b,
            Arith::Subtract => a - b,
            Arith::Multiply => a * b,
            Arith::FloorDivide => floor_big(&a, &b),
            Arith::Divide | Arith::Modulo => &a - floor_big(&a, &b) * &b,
        }))
    }

    fn float_arith(&self, op: Arith, left: &Value, right: &Value, id: CodeId) -> Run {
        let (Some(a), Some(b)) = (to_float(left), to_float(right)) else { return Ok(Value::Null) };
        let result = match op {
            Arith::Add => a + b,
            Arith::Subtract => a - b,
            _ => a * b,
        };
        self.finite(result, id)
    }

    fn finite(&self, result: f64, id: CodeId) -> Run {
        if result.is_finite() {
            return Ok(Value::Float(result));
        }
        let diag = Diag::error(ErrorCode::Arithmetic, "the result is too large for a float").at(self.loc(id), "here");
        self.error(diag)
    }

    fn divide(&self, left: &Value, right: &Value, id: CodeId) -> Run {
        let (Some(a), Some(b)) = (to_float(left), to_float(right)) else { return Ok(Value::Null) };
        if b == 0.0 {
            return self.by_zero(id);
        }
        self.finite(a / b, id)
    }

    #[cold]
    fn by_zero<T>(&self, id: CodeId) -> Run<T> {
        let diag = Diag::error(ErrorCode::Arithmetic, "division by zero");
        let Some((_, divisor)) = self.sides(id) else { return self.error(diag.at(self.loc(id), "the divisor is 0")) };
        let diag = diag.at(divisor, "this is 0");
        self.error(match self.source_text(divisor) {
            Some(text) if !text.starts_with(|c: char| c.is_ascii_digit()) => {
                let before = format!("if {text} == 0 then 0 else ");
                diag.around("say what the result is where nothing is to be divided by", self.loc(id), &before, "")
            }
            _ => diag,
        })
    }

    /// Where the two operands of a node stand.
    fn sides(&self, id: CodeId) -> Option<(Loc, Loc)> {
        match self.program.codes[id] {
            Code::Arith(_, left, right) | Code::Compare(_, left, right) | Code::Concat(left, right) => {
                Some((self.whole(left), self.whole(right)))
            }
            _ => None,
        }
    }

    /// The place of one operand: `right` if it is not the left one.
    fn side(&self, found: &Value, left: &Value, id: CodeId) -> Loc {
        match self.sides(id) {
            Some((place, _)) if std::ptr::eq(found, left) => place,
            Some((_, place)) => place,
            None => self.loc(id),
        }
    }

    #[cold]
    fn not_a_number<T>(&self, op: Arith, found: &Value, left: &Value, right: &Value, id: CodeId) -> Run<T> {
        if matches!(found, Value::Secret(_)) {
            return Err(self.secret_shown(self.loc(id), &format!("be calculated with by `{}`", op.sign())));
        }
        let role = format!("`{}` takes numbers", op.sign());
        let place = self.side(found, left, id);
        let diag = Diag::error(ErrorCode::WrongKind, format!("{role}, found {}", found.kind()));
        let diag = diag.at(place, self.describe(found));
        let joined = op == Arith::Add && matches!((left, right), (Value::Text(_), _) | (Value::List(_), _));
        self.error(match (joined.then(|| self.sides(id)).flatten(), left, right) {
            (Some((left, right)), _, _) => mend::joined(diag, left, right),
            (_, Value::Record(_), Value::Record(_)) => diag.help("`&` joins records, `with` overrides one by another"),
            _ => mend::operand(diag, &role, found.kind(), place),
        })
    }

    pub(super) fn negate(&mut self, value: &Value, id: CodeId) -> Run {
        match value {
            Value::Int(int) => match int.checked_neg() {
                Some(int) => Ok(Value::Int(int)),
                None => Ok(Value::big(-BigInt::from(*int))),
            },
            Value::BigInt(int) => Ok(Value::big(-(**int).clone())),
            Value::Float(float) => Ok(Value::Float(-float)),
            value => self.wrong_kind("a number to negate", value, id),
        }
    }

    #[inline(never)]
    pub fn compare(&mut self, op: Compare, left: &Value, right: &Value, id: CodeId) -> Run<bool> {
        if let Some(result) = small_compare(op, left, right) {
            return Ok(result);
        }
        match op {
            Compare::Equal => self.equal(left, right, self.loc(id)),
            Compare::NotEqual => Ok(!self.equal(left, right, self.loc(id))?),
            Compare::Matches => self.matches(left, right, id),
            Compare::NotMatches => Ok(!self.matches(left, right, id)?),
            _ => match self.order(left, right, id) {
                Ok(order) => Ok(order_holds(op, order)),
                Err(fault) => Err(self.read_number(fault, left, right, id)),
            },
        }
    }

    /// A string compared with a number: most likely it holds one.
    #[cold]
    fn read_number(&self, mut fault: Box<Fault>, left: &Value, right: &Value, id: CodeId) -> Box<Fault> {
        let number = |value: &Value| matches!(value, Value::Int(_) | Value::BigInt(_) | Value::Float(_));
        let (Some((a, b)), Some(diag)) = (self.sides(id), fault.diags.first_mut()) else { return fault };
        let text = match (left, right) {
            (Value::Text(_), other) if number(other) => a,
            (other, Value::Text(_)) if number(other) => b,
            _ => return fault,
        };
        *diag = diag.clone().around("a number is read out of a string", text, "std.number.parse(", ")");
        fault
    }

    /// The order of two values: numbers, strings, and lists element by element.
    pub(super) fn order(&mut self, left: &Value, right: &Value, id: CodeId) -> Run<Ordering> {
        let loc = self.loc(id);
        self.order_at(left, right, loc)
    }

    pub fn order_at(&mut self, left: &Value, right: &Value, loc: Loc) -> Run<Ordering> {
        match (left, right) {
            (Value::Secret(_), _) | (_, Value::Secret(_)) => Err(self.secret_shown(loc, "be compared")),
            (Value::Text(a), Value::Text(b)) => Ok(a.as_str().cmp(b.as_str())),
            (Value::List(a), Value::List(b)) => {
                let (a, b) = (self.items(a)?, self.items(b)?);
                for (x, y) in a.iter().zip(b) {
                    let (x, y) = (self.force(x)?, self.force(y)?);
                    let order = self.order_at(&x, &y, loc)?;
                    if order != Ordering::Equal {
                        return Ok(order);
                    }
                }
                Ok(a.len().cmp(&b.len()))
            }
            _ => match compare_numbers(left, right) {
                Some(order) => Ok(order),
                None => {
                    let title = format!("{} and {} have no order", left.kind(), right.kind());
                    let diag = Diag::error(ErrorCode::WrongKind, title).at(loc, "compared here");
                    self.error(diag.note("numbers, strings and lists of them have one"))
                }
            },
        }
    }

    fn matches(&mut self, left: &Value, right: &Value, id: CodeId) -> Run<bool> {
        let Value::Text(pattern) = right else { return self.wrong_kind("a pattern as a string", right, id) };
        let Value::Text(text) = left else { return self.wrong_kind("a string to match", left, id) };
        match crate::calc::regex::compile(pattern.as_str()) {
            Ok(regex) => Ok(regex.is_match(text.as_str())),
            Err(message) => {
                let diag = Diag::error(ErrorCode::BadArgument, "the pattern is not a regular expression");
                self.error(diag.at(self.loc(id), "this pattern").note(message))
            }
        }
    }

    #[inline(never)]
    pub(super) fn concat(&mut self, left: &Value, right: &Value, id: CodeId) -> Run {
        match (left, right) {
            (Value::Text(a), Value::Text(b)) => {
                // The parts are only linked here, but whoever reads them writes them out in one go.
                self.reserve(a.len().saturating_add(b.len()))?;
                Ok(Value::Text(a.join(b)))
            }
            (Value::List(a), Value::List(b)) => {
                let (a, b) = (self.items(a)?, self.items(b)?);
                self.room_for((a.len() + b.len()).saturating_mul(size_of::<Value>()))?;
                Ok(Value::list([a, b].concat()))
            }
            (_, Value::Secret(_)) | (Value::Secret(_), _) => Err(self.secret_shown(self.loc(id), "be joined by `++`")),
            (Value::Text(_), found) | (Value::List(_), found) => {
                let role = if matches!(left, Value::Text(_)) { mend::JOIN_STRING } else { mend::JOIN_LIST };
                let place = self.side(found, left, id);
                let diag = Diag::error(ErrorCode::WrongKind, format!("{role}, found {}", found.kind()));
                self.error(mend::operand(diag.at(place, self.describe(found)), role, found.kind(), place))
            }
            (Value::Record(_), _) => {
                let diag = Diag::error(ErrorCode::WrongKind, "`++` joins strings or lists, found a record");
                self.error(diag.at(self.loc(id), "").help("`&` joins records, `with` overrides one by another"))
            }
            (found, _) => self.wrong_kind("a string or a list to join", found, id),
        }
    }
}

fn floor_big(a: &BigInt, b: &BigInt) -> BigInt {
    let quotient = a / b;
    if !(a % b).is_zero() && a.is_negative() != b.is_negative() { quotient - 1 } else { quotient }
}
