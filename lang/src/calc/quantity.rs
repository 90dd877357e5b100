//! Kubernetes quantities (`5Gi`, `100m`, `1e3`), exactly as the API server reads and prints them.
//!
//! A quantity is a whole number of billionths together with the family its suffix is of, because
//! Kubernetes keeps nothing finer (it rounds the rest away from zero) and prints a sum in the
//! family of its first operand. Where Kubernetes silently caps at 2^63-1, this refuses: nobody
//! means that.

use num_bigint::BigInt;
use std::cmp::Ordering;
use std::fmt;

/// Which suffixes the quantity is printed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `Ki Mi Gi Ti Pi Ei`
    Binary,
    /// `n u m k M G T P E`
    Decimal,
    /// `e3 e6 …`
    Exponent,
}

/// An exact amount. Two quantities are equal if their amounts are: `1Gi` is `1024Mi`.
#[derive(Debug, Clone, Copy)]
pub struct Quantity {
    nanos: i128,
    pub family: Family,
}

const UNIT: i128 = 1_000_000_000;
const MILLI: i128 = 1_000_000;
const LARGEST: i128 = i64::MAX as i128 * UNIT;

const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

pub fn parse(text: &str) -> Result<Quantity, String> {
    let (digits, suffix) = text.split_at(number_end(text));
    let (mantissa, fraction) = decimal(digits).map_err(|reason| not_a_quantity(text, &reason))?;
    let (family, scale, power) = suffix_of(suffix).ok_or_else(|| not_a_quantity(text, &bad_suffix(digits, suffix)))?;
    let nanos = shift(mantissa * scale, 9 + power - fraction);
    Quantity::checked(nanos, family).map_err(|reason| format!("the quantity `{text}` {reason}"))
}

fn not_a_quantity(text: &str, reason: &str) -> String {
    format!("`{text}` is not a quantity: {reason}")
}

/// Where the sign, digits and points at the start end.
fn number_end(text: &str) -> usize {
    let signed = usize::from(text.starts_with(['+', '-']));
    text.bytes().skip(signed).position(|b| !b.is_ascii_digit() && b != b'.').map_or(text.len(), |at| at + signed)
}

/// `1.25` as `(125, 2)`.
fn decimal(digits: &str) -> Result<(BigInt, i32), String> {
    let unsigned = digits.trim_start_matches(['+', '-']);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err("expected a number first, as in `500m` or `2Gi`".to_owned());
    }
    if fraction.contains('.') {
        return Err(format!("`{digits}` has more than one point"));
    }
    if digits.len() > 60 {
        return Err("it has more digits than any quantity needs".to_owned());
    }
    let fraction = fraction.trim_end_matches('0');
    let all = format!("0{whole}{fraction}");
    let value: BigInt = all.parse().map_err(|_| format!("`{digits}` is not a number"))?;
    Ok((if digits.starts_with('-') { -value } else { value }, fraction.len() as i32))
}

/// The family of a suffix, its factor, and the power of ten beside it.
fn suffix_of(suffix: &str) -> Option<(Family, BigInt, i32)> {
    if let Some(at) = BINARY.iter().position(|s| !s.is_empty() && *s == suffix) {
        return Some((Family::Binary, BigInt::from(1) << (10 * at), 0));
    }
    if let Some(at) = DECIMAL.iter().position(|s| *s == suffix) {
        return Some((Family::Decimal, BigInt::from(1), 3 * at as i32 - 9));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    (-40..=40).contains(&exponent).then(|| (Family::Exponent, BigInt::from(1), exponent))
}

fn bad_suffix(digits: &str, suffix: &str) -> String {
    let near = suffix.trim().trim_end_matches(['b', 'B']).to_ascii_lowercase();
    let hint = match near.as_str() {
        "k" => format!("; write `{digits}k` (1000) or `{digits}Ki` (1024)"),
        "m" => format!("; write `{digits}M` (10^6) or `{digits}Mi` (2^20)"),
        "" if !suffix.is_empty() => format!("; bytes have no suffix, write `{digits}`"),
        _ => {
            let upper = near.get(..1).unwrap_or_default().to_ascii_uppercase();
            match (near.len(), "GTPE".contains(&upper)) {
                (1, true) => format!("; write `{digits}{upper}` (decimal) or `{digits}{upper}i` (binary)"),
                (2, _) if near.ends_with('i') => format!("; write `{digits}{upper}i`"),
                _ => "; expected one of Ki Mi Gi Ti Pi Ei, n u m k M G T P E, or an exponent such as e3".to_owned(),
            }
        }
    };
    format!("`{suffix}` is no suffix{hint}")
}

/// `value` × 10^`power`, rounded away from zero.
fn shift(value: BigInt, power: i32) -> BigInt {
    let factor = BigInt::from(10).pow(power.unsigned_abs());
    if power >= 0 {
        return value * factor;
    }
    let up = factor.clone() - 1;
    let lifted = if value < BigInt::ZERO { value - up } else { value + up };
    lifted / factor
}

impl Quantity {
    fn checked(nanos: BigInt, family: Family) -> Result<Quantity, String> {
        let nanos = i128::try_from(nanos).ok().filter(|n| (-LARGEST..=LARGEST).contains(n));
        let nanos = nanos.ok_or("is larger than Kubernetes holds (2^63-1)")?;
        Ok(Quantity { nanos, family })
    }

    /// A whole number of units: bytes, cores, pieces.
    pub fn whole(units: &BigInt, family: Family) -> Result<Quantity, String> {
        Quantity::checked(units * UNIT, family).map_err(|reason| format!("the quantity {units} {reason}"))
    }

    pub fn zero() -> Quantity {
        Quantity { nanos: 0, family: Family::Decimal }
    }

    /// The sum, in the family of the first operand unless that is zero.
    pub fn plus(self, other: Quantity) -> Result<Quantity, String> {
        let family = if self.nanos == 0 { other.family } else { self.family };
        Quantity::checked(BigInt::from(self.nanos) + other.nanos, family)
            .map_err(|reason| format!("the sum of {self} and {other} {reason}"))
    }

    pub fn negate(self) -> Quantity {
        Quantity { nanos: -self.nanos, ..self }
    }

    /// The product with a number given as decimal text (`1.5`), so that no binary fraction slips in.
    pub fn scale(self, factor: &str) -> Result<Quantity, String> {
        let (mantissa, fraction) = decimal(factor)?;
        Quantity::checked(shift(mantissa * self.nanos, -fraction), self.family)
            .map_err(|reason| format!("{self} times {factor} {reason}"))
    }

    pub fn compare(self, other: Quantity) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }

    /// The amount in units, rounded away from zero as Kubernetes does.
    pub fn units(self) -> i64 {
        // In range: an amount is at most 2^63-1 units.
        round_away(self.nanos, UNIT) as i64
    }

    /// The amount in thousandths, rounded away from zero.
    pub fn millis(self) -> i128 {
        round_away(self.nanos, MILLI)
    }

    pub fn is_whole(self) -> bool {
        self.nanos % UNIT == 0
    }

    pub fn to_f64(self) -> f64 {
        self.nanos as f64 / UNIT as f64
    }

    fn in_base_1024(self) -> String {
        let (mut amount, mut step) = (self.nanos / UNIT, 0);
        while amount % 1024 == 0 && step + 1 < BINARY.len() {
            amount /= 1024;
            step += 1;
        }
        format!("{amount}{}", BINARY[step])
    }

    fn in_base_1000(self) -> String {
        let (mut amount, mut step) = (self.nanos, 0);
        while amount % 1000 == 0 && step + 1 < DECIMAL.len() {
            amount /= 1000;
            step += 1;
        }
        match self.family {
            Family::Exponent if step != 3 => format!("{amount}e{}", 3 * step as i32 - 9),
            Family::Exponent => amount.to_string(),
            Family::Binary | Family::Decimal => format!("{amount}{}", DECIMAL[step]),
        }
    }
}

fn round_away(nanos: i128, unit: i128) -> i128 {
    (nanos + (unit - 1) * nanos.signum()) / unit
}

/// The canonical text: no fraction, the largest suffix that keeps it whole. Binary amounts below
/// 1024, and those that are not whole, are printed in the decimal family.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let small = (-1024 * UNIT..=1024 * UNIT).contains(&self.nanos) && self.nanos.abs() != 1024 * UNIT;
        f.write_str(&match (self.nanos, self.family) {
            (0, _) => "0".to_owned(),
            (_, Family::Binary) if !small && self.is_whole() => self.in_base_1024(),
            _ => self.in_base_1000(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        parse(text).unwrap().to_string()
    }

    #[test]
    fn prints_as_kubernetes_does() {
        let cases = [
            ("0", "0"),
            ("100m", "100m"),
            ("0.1", "100m"),
            ("1500m", "1500m"),
            ("2000m", "2"),
            ("1000", "1k"),
            ("1536Mi", "1536Mi"),
            ("1.5Gi", "1536Mi"),
            ("2048Mi", "2Gi"),
            ("0.5Ki", "512"),
            ("1.1Ki", "1126400m"),
            ("1e3", "1e3"),
            ("12e4", "120e3"),
            ("1E", "1E"),
            ("1E3", "1e3"),
            (".5", "500m"),
            ("5.", "5"),
            ("-1Gi", "-1Gi"),
            ("+2M", "2M"),
            ("0.0000000001", "1n"),
            ("1Ki", "1Ki"),
            ("128974848", "128974848"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical(text), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_quantity() {
        assert_eq!(
            parse("5GB").unwrap_err(),
            "`5GB` is not a quantity: `GB` is no suffix; write `5G` (decimal) or `5Gi` (binary)"
        );
        assert_eq!(parse("1Gib").unwrap_err(), "`1Gib` is not a quantity: `Gib` is no suffix; write `1Gi`");
        assert!(parse("5K").unwrap_err().contains("`5k` (1000) or `5Ki` (1024)"));
        assert!(parse("Gi").unwrap_err().contains("expected a number first"));
        assert!(parse("").is_err() && parse("1..2").is_err() && parse("1e").is_err() && parse("5 Gi").is_err());
        assert!(parse("9Ei").unwrap_err().contains("larger than Kubernetes holds"));
        assert!(parse("ü").is_err() && parse("5ü").is_err());
    }

    #[test]
    fn calculates() {
        let q = |text| parse(text).unwrap();
        assert_eq!(q("1Gi").plus(q("512Mi")).unwrap().to_string(), "1536Mi");
        assert_eq!(Quantity::zero().plus(q("1Gi")).unwrap().to_string(), "1Gi");
        assert_eq!(q("100m").scale("2.5").unwrap().to_string(), "250m");
        assert_eq!(q("1Gi").scale("3").unwrap().to_string(), "3Gi");
        assert!(q("1Gi").compare(q("1024Mi")).is_eq() && q("1G").compare(q("1Gi")).is_lt());
        assert_eq!(q("1.5").units(), 2);
        assert_eq!(q("-1.5").units(), -2);
        assert_eq!(q("1500u").millis(), 2);
        assert_eq!(q("5Gi").units(), 5 << 30);
        assert_eq!(Quantity::whole(&BigInt::from(5_368_709_120_i64), Family::Binary).unwrap().to_string(), "5Gi");
        assert!(Quantity::whole(&(BigInt::from(1) << 80), Family::Binary).is_err());
    }
}
