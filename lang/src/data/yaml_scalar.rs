//! What a plain YAML scalar means: the core schema of YAML 1.2, to the letter.
//!
//! So `no`, `on`, `12:30` and `1_000` are strings, `0o17` is fifteen, and `017` is seventeen. The
//! last differs from what YAML 1.1 tools read, which is why the reader warns of it.

use super::number;
use super::tree::Data;

/// A float beyond the largest one, or an integer of too many digits.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TooLarge;

/// The value of a plain scalar; `None` if it is a string, as are `.inf` and `.nan`, which are no
/// numbers here.
pub fn plain(text: &str) -> Result<Option<Data>, TooLarge> {
    match text.as_bytes() {
        [] => Ok(Some(Data::Null)),
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => numeric(text),
        [b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F', ..] => Ok(word(text)),
        _ => Ok(None),
    }
}

fn word(text: &str) -> Option<Data> {
    match text {
        "~" | "null" | "Null" | "NULL" => Some(Data::Null),
        "true" | "True" | "TRUE" => Some(Data::Bool(true)),
        "false" | "False" | "FALSE" => Some(Data::Bool(false)),
        _ => None,
    }
}

fn numeric(text: &str) -> Result<Option<Data>, TooLarge> {
    if let Some(digits) = text.strip_prefix("0x") {
        return based(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return based(digits, 8);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if all_digits(digits) && !digits.is_empty() {
        return number::integer(digits, 10, text.starts_with('-')).map(Some).ok_or(TooLarge);
    }
    if !decimal(digits) {
        return Ok(None);
    }
    number::float(text).map(Some).ok_or(TooLarge)
}

fn based(digits: &str, base: u32) -> Result<Option<Data>, TooLarge> {
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return Ok(None);
    }
    number::integer(digits, base, false).map(Some).ok_or(TooLarge)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `1.5`, `1.`, `.5`, and each with an exponent.
fn decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    digits && exponent.is_none_or(|exponent| all_digits(exponent) && !exponent.is_empty())
}

/// Whether other tools read this as an infinite or undefined number.
pub fn looks_endless(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

/// Whether YAML 1.1 tools read this integer as an octal number.
pub fn looks_octal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit() && byte < b'8')
}

#[cfg(test)]
mod tests {
    use super::{TooLarge, plain};
    use crate::data::tree::Data;

    #[test]
    fn the_core_schema() {
        let int = |value| Ok(Some(Data::Int(value)));
        let float = |value| Ok(Some(Data::Float(value)));
        assert_eq!([plain("017"), plain("0o17"), plain("0x1F"), plain("+5"), plain("-0")], [17, 15, 31, 5, 0].map(int));
        assert_eq!([plain("1."), plain(".5"), plain("-1e3"), plain("+1.5E-1")], [1.0, 0.5, -1000.0, 0.15].map(float));
        assert_eq!(
            [plain(""), plain("~"), plain("NULL")],
            [Ok(Some(Data::Null)), Ok(Some(Data::Null)), Ok(Some(Data::Null))]
        );
        assert_eq!([plain("-.INF"), plain(".nan"), plain("1e999")], [Ok(None), Ok(None), Err(TooLarge)]);
        for text in [
            "no", "on", "y", "nULL", "12:30", "1_000", "0b11", "-0x1f", ".", "+", "-", "1e", "e1", "1.2.3", "0o8", "0x",
        ] {
            assert_eq!(plain(text), Ok(None), "{text}");
        }
    }
}
