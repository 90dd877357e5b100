//! Numbers as every format here writes them: JSON, YAML 1.1, YAML 1.2 and TOML read them alike.
//!
//! A float always has a point, and a sign on its exponent (`1.0e+20`): without the point TOML and
//! many JSON readers see an integer, without the sign a YAML 1.1 reader sees a string.

use super::sink::{Refused, Written};
use num_bigint::BigInt;
use std::fmt::Write;

pub fn write_int(out: &mut String, value: i64) {
    out.push_str(itoa::Buffer::new().format(value));
}

pub fn write_big_int(out: &mut String, value: &BigInt) {
    // Writing into a string cannot fail.
    let _ = write!(out, "{value}");
}

/// The shortest digits that read back as the same float.
pub fn write_float(out: &mut String, value: f64) -> Written {
    if !value.is_finite() {
        return Err(Refused::NotFinite);
    }
    let mut buffer = zmij::Buffer::new();
    let digits = buffer.format_finite(value);
    let Some((mantissa, exponent)) = digits.split_once('e') else {
        out.push_str(digits);
        return Ok(());
    };
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push('e');
    if !exponent.starts_with(['-', '+']) {
        out.push('+');
    }
    out.push_str(exponent);
    Ok(())
}

const SPACES: &str = "                                                                ";

/// `columns` spaces.
#[inline]
pub fn write_indent(out: &mut String, mut columns: usize) {
    while columns > SPACES.len() {
        out.push_str(SPACES);
        columns -= SPACES.len();
    }
    out.push_str(&SPACES[..columns]);
}

#[cfg(test)]
mod tests {
    use super::write_float;

    fn float(value: f64) -> String {
        let mut out = String::new();
        write_float(&mut out, value).expect("finite");
        out
    }

    #[test]
    fn floats_keep_their_point_and_their_sign() {
        assert_eq!(float(1.0), "1.0");
        assert_eq!(float(-0.0), "-0.0");
        assert_eq!(float(0.1), "0.1");
        assert_eq!(float(1e20), "1.0e+20");
        assert_eq!(float(1.5e-9), "1.5e-9");
        assert_eq!(float(f64::MAX), "1.7976931348623157e+308");
        assert_eq!(float(5e-324), "5.0e-324");
    }
}
