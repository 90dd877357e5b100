//! Digits to numbers, exactly: integers of any size, floats rounded once.

use super::tree::Data;
use num_bigint::BigInt;
use num_traits::Num;

/// Converting digits between bases takes time quadratic in their number: this many take
/// milliseconds, and no file means more.
pub const MAX_DIGITS: usize = 100_000;

/// An integer from its digits in a base up to 16, without underscores; `None` beyond
/// [`MAX_DIGITS`], or if a digit is none of the base.
pub fn integer(digits: &str, base: u32, negative: bool) -> Option<Data> {
    if digits.len() > MAX_DIGITS {
        return None;
    }
    if digits.len() <= 15
        && let Ok(value) = i64::from_str_radix(digits, base)
    {
        return Some(Data::Int(if negative { -value } else { value }));
    }
    if let Ok(value) = i128::from_str_radix(digits, base) {
        let value = if negative { -value } else { value };
        return Some(i64::try_from(value).map_or_else(|_| big(value.into()), Data::Int));
    }
    let value = BigInt::from_str_radix(digits, base).ok()?;
    Some(big(if negative { -value } else { value }))
}

fn big(value: BigInt) -> Data {
    Data::BigInt(Box::new(value))
}

/// A float from JSON's or YAML's decimal notation; `None` if it is beyond the largest one.
pub fn float(text: &str) -> Option<Data> {
    text.parse().ok().filter(|value: &f64| value.is_finite()).map(Data::Float)
}
