//! What literals mean: numbers, escapes, and the indentation of blocks.
//!
//! Pure functions from text to value. A mistake comes back as data (a span and a kind); the words
//! for it are found in `errors.rs`.

use super::token::Quoting;
use crate::base::span::Span;
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::borrow::Cow;

/// What a number's text means.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    Int(i64),
    Big(BigInt),
    Float(f64),
}

/// Why a number's text means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// `0b12`, `0x`: a digit that the base does not have, or none.
    Digit { base: u32 },
    /// `017`: octal in YAML 1.1 and decimal in 1.2.
    LeadingZero,
    /// `1__0`, `1_`
    Underscore,
    /// `5Gb`
    Suffix,
    /// `100m`: a quantity of Kubernetes which is no whole number.
    Milli,
    /// `1.5` with a suffix that does not make it whole.
    NotWhole,
    /// `1e999`
    TooLarge,
}

/// The byte suffixes: the text, the base and the power of it.
const SUFFIXES: [(&str, u32, u32); 12] = [
    ("Ki", 1024, 1),
    ("Mi", 1024, 2),
    ("Gi", 1024, 3),
    ("Ti", 1024, 4),
    ("Pi", 1024, 5),
    ("Ei", 1024, 6),
    ("k", 1000, 1),
    ("M", 1000, 2),
    ("G", 1000, 3),
    ("T", 1000, 4),
    ("P", 1000, 5),
    ("E", 1000, 6),
];

/// Reads a number.
pub fn number(text: &str) -> Result<Number, NumberError> {
    let based = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find_map(|(prefix, base)| {
        let digits = text.strip_prefix(prefix)?;
        Some((digits, base))
    });
    if let Some((digits, base)) = based {
        return integer(digits, base);
    }
    let is_plain = |b: u8| b.is_ascii_digit() || b == b'_' || b == b'.';
    let end = text.bytes().position(|b| !is_plain(b)).unwrap_or(text.len());
    let (mantissa, rest) = text.split_at(end);
    if mantissa.len() > 1 && mantissa.starts_with('0') && !mantissa.starts_with("0.") {
        return Err(NumberError::LeadingZero);
    }
    if rest.is_empty() && !mantissa.contains('.') {
        return integer(mantissa, 10);
    }
    check_underscores(mantissa)?;
    if rest.is_empty() || is_exponent(rest) {
        return float(text);
    }
    let suffix = SUFFIXES.into_iter().find(|(suffix, ..)| *suffix == rest);
    match suffix {
        Some((_, base, power)) => scaled(mantissa, BigInt::from(base).pow(power)),
        None if rest == "m" => Err(NumberError::Milli),
        None => Err(NumberError::Suffix),
    }
}

fn is_exponent(rest: &str) -> bool {
    let digits = rest.strip_prefix(['e', 'E']).map(|digits| digits.strip_prefix(['+', '-']).unwrap_or(digits));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn check_underscores(text: &str) -> Result<(), NumberError> {
    let wrong = |part: &str| part.starts_with('_') || part.ends_with('_') || part.contains("__");
    if text.contains('_') && text.split('.').any(wrong) { Err(NumberError::Underscore) } else { Ok(()) }
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) }
}

fn integer(digits: &str, base: u32) -> Result<Number, NumberError> {
    check_underscores(digits)?;
    let digits = without_underscores(digits);
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return Err(if base == 10 { NumberError::Suffix } else { NumberError::Digit { base } });
    }
    match i64::from_str_radix(&digits, base) {
        Ok(value) => Ok(Number::Int(value)),
        Err(_) => BigInt::parse_bytes(digits.as_bytes(), base).map(Number::Big).ok_or(NumberError::Digit { base }),
    }
}

fn float(text: &str) -> Result<Number, NumberError> {
    match without_underscores(text).parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Number::Float(value)),
        Ok(_) => Err(NumberError::TooLarge),
        Err(_) => Err(NumberError::Suffix),
    }
}

/// `1.5` times `unit`, which must come out whole.
fn scaled(mantissa: &str, unit: BigInt) -> Result<Number, NumberError> {
    let mantissa = without_underscores(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let value = BigInt::parse_bytes(digits.as_bytes(), 10).ok_or(NumberError::Suffix)? * unit;
    let divisor = BigInt::from(10).pow(fraction.len() as u32);
    if &value % &divisor != BigInt::ZERO {
        return Err(NumberError::NotWhole);
    }
    let value = value / divisor;
    Ok(value.to_i64().map_or_else(|| Number::Big(value), Number::Int))
}

/// An escape that means nothing, where it stands.
pub type BadEscape = Span;

/// Adds the meaning of `raw`, which stands at `offset`, to `out`.
pub fn unescape_into(out: &mut String, raw: &str, offset: u32, quoting: Quoting, bad: &mut Vec<BadEscape>) {
    if quoting.raw || !raw.contains('\\') {
        out.push_str(raw);
        return;
    }
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        let (meaning, len) = escape_meaning(escape);
        match meaning {
            Some(c) => out.push(c),
            None => {
                let start = offset as usize + (raw.len() - escape.len());
                bad.push(Span::new(start, start + len));
            }
        }
        rest = &escape[len..];
    }
    out.push_str(rest);
}

/// What the escape that starts `text` means, and its length.
fn escape_meaning(text: &str) -> (Option<char>, usize) {
    let mut chars = text.chars().skip(1);
    let simple = match chars.next() {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('\\') => '\\',
        Some('"') => '"',
        Some('u') if text.as_bytes().get(2) == Some(&b'{') => return code_point(text),
        Some(other) => return (None, 1 + other.len_utf8()),
        None => return (None, 1),
    };
    (Some(simple), 2)
}

/// `\u{1F600}`
fn code_point(text: &str) -> (Option<char>, usize) {
    let digits = &text[3..];
    let len = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
    if digits.as_bytes().get(len) != Some(&b'}') {
        return (None, 3 + len);
    }
    let value = u32::from_str_radix(&digits[..len], 16).ok().and_then(char::from_u32);
    (value, 4 + len)
}

/// A piece of a string's text as the source has it, or the place of an interpolation.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a, H> {
    Text(&'a str, u32),
    Hole(H),
}

/// What is wrong with a block's layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockError {
    /// Text on the line of the opening quotes.
    TextAfterOpener(Span),
    /// A line whose indentation is neither longer nor shorter than another's: tabs and spaces mixed.
    MixedIndent(Span),
}

/// A piece of a block after its indentation is dealt with.
#[derive(Clone, Debug, PartialEq)]
pub enum Laid<H> {
    Text(String),
    /// With the indentation of its line, in characters.
    Hole(H, u32),
}

/// Strips the common indentation of a block and reads its escapes.
///
/// The line break after the opener and the one before the closer are not part of the text. Lines of
/// blanks alone become empty and do not count for the indentation, the closer's line does.
pub fn lay_out<H: Copy>(
    pieces: &[Piece<H>],
    quoting: Quoting,
    bad: &mut Vec<BadEscape>,
) -> (Vec<Laid<H>>, Option<BlockError>) {
    let lines = lines(pieces);
    let (indent, mut error) = common_indent(&lines);
    let mut out: Vec<Laid<H>> = Vec::new();
    let mut text = String::new();
    if let Some(Piece::Text(opener, offset)) = lines.first().and_then(|line| line.first())
        && (!opener.trim().is_empty() || lines.first().is_some_and(|line| line.len() > 1))
    {
        let span = Span::new(*offset as usize, *offset as usize + opener.trim_end().len());
        error = Some(BlockError::TextAfterOpener(span));
    }
    let count = lines.len();
    for (number, line) in lines.iter().enumerate().skip(1) {
        let closes = number + 1 == count && is_blank(line);
        if number > 1 && !closes {
            text.push('\n');
        }
        if is_blank(line) {
            continue;
        }
        let mut hole_indent = 0;
        for (place, piece) in line.iter().enumerate() {
            match piece {
                Piece::Text(slice, offset) => {
                    let cut = if place == 0 { indent.min(slice.len()) } else { 0 };
                    if place == 0 {
                        hole_indent = (leading(slice).len() - cut.min(leading(slice).len())) as u32;
                    }
                    unescape_into(&mut text, &slice[cut..], offset + cut as u32, quoting, bad);
                }
                Piece::Hole(hole) => {
                    if !text.is_empty() {
                        out.push(Laid::Text(std::mem::take(&mut text)));
                    }
                    out.push(Laid::Hole(*hole, hole_indent));
                }
            }
        }
    }
    if !text.is_empty() {
        out.push(Laid::Text(text));
    }
    (out, error)
}

/// The pieces cut at line breaks; each line starts with a text, and has no carriage return at its end.
fn lines<'a, H: Copy>(pieces: &[Piece<'a, H>]) -> Vec<Vec<Piece<'a, H>>> {
    let mut lines: Vec<Vec<Piece<H>>> = vec![Vec::new()];
    for piece in pieces {
        let Piece::Text(text, offset) = piece else {
            add_to_last(&mut lines, *piece);
            continue;
        };
        let mut at = *offset;
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                lines.push(Vec::new());
            }
            let broken = at as usize + line.len() < *offset as usize + text.len();
            let kept = if broken { line.strip_suffix('\r').unwrap_or(line) } else { line };
            add_to_last(&mut lines, Piece::Text(kept, at));
            at += line.len() as u32 + 1;
        }
    }
    lines
}

fn add_to_last<'a, H>(lines: &mut [Vec<Piece<'a, H>>], piece: Piece<'a, H>) {
    if let Some(line) = lines.last_mut() {
        line.push(piece);
    }
}

fn is_blank<H>(line: &[Piece<H>]) -> bool {
    line.iter().all(|piece| matches!(piece, Piece::Text(text, _) if text.trim_matches([' ', '\t']).is_empty()))
}

fn leading(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches([' ', '\t']).len()]
}

/// The length of the indentation that all lines share.
fn common_indent<H>(lines: &[Vec<Piece<H>>]) -> (usize, Option<BlockError>) {
    let mut common: Option<&str> = None;
    let mut error = None;
    let last = lines.len().saturating_sub(1);
    for (number, line) in lines.iter().enumerate().skip(1) {
        let Some(Piece::Text(text, offset)) = line.first() else { continue };
        if is_blank(line) && number != last {
            continue;
        }
        let indent = leading(text);
        let shared = common.map_or(indent, |common| {
            let len = common.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
            if len < common.len().min(indent.len()) {
                error = Some(BlockError::MixedIndent(Span::new(*offset as usize, *offset as usize + indent.len())));
            }
            &common[..len]
        });
        common = Some(shared);
    }
    (common.map_or(0, str::len), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers() {
        assert_eq!(number("1_000"), Ok(Number::Int(1000)));
        assert_eq!(number("0xff"), Ok(Number::Int(255)));
        assert_eq!(number("0o644"), Ok(Number::Int(420)));
        assert_eq!(number("5Gi"), Ok(Number::Int(5 << 30)));
        assert_eq!(number("1.5Gi"), Ok(Number::Int(3 << 29)));
        assert_eq!(number("10M"), Ok(Number::Int(10_000_000)));
        assert_eq!(number("1e3"), Ok(Number::Float(1000.0)));
        assert_eq!(number("1.5e-3"), Ok(Number::Float(0.0015)));
        assert_eq!(number("9223372036854775808"), Ok(Number::Big(BigInt::from(i64::MAX) + 1)));
        assert_eq!(number("20Ei"), Ok(Number::Big(BigInt::from(20) * (BigInt::from(1u64 << 60)))));
    }

    #[test]
    fn refuses_what_only_looks_like_a_number() {
        assert_eq!(number("1e999"), Err(NumberError::TooLarge));
        assert_eq!(number("017"), Err(NumberError::LeadingZero));
        assert_eq!(number("100m"), Err(NumberError::Milli));
        assert_eq!(number("5Gb"), Err(NumberError::Suffix));
        assert_eq!(number("1.0001k"), Err(NumberError::NotWhole));
        assert_eq!(number("1__0"), Err(NumberError::Underscore));
        assert_eq!(number("0xfg"), Err(NumberError::Digit { base: 16 }));
        assert_eq!(number("0x"), Err(NumberError::Digit { base: 16 }));
    }

    fn block(text: &str) -> String {
        let quoting = Quoting { raw: false, hashes: 0, block: true };
        let (laid, error) = lay_out::<()>(&[Piece::Text(text, 0)], quoting, &mut Vec::new());
        assert_eq!(error, None);
        laid.into_iter().map(|part| if let Laid::Text(text) = part { text } else { String::new() }).collect()
    }

    #[test]
    fn strips_the_common_indentation() {
        assert_eq!(block("\n    a\n      b\n\n    c\n    "), "a\n  b\n\nc");
        assert_eq!(block("\n    a\n  "), "  a");
        assert_eq!(block("\r\n  a\r\n  b\r\n  "), "a\nb");
        assert_eq!(block("\n  a\\n\\tb"), "a\n\tb");
        assert_eq!(block("\n"), "");
    }

    #[test]
    fn reads_escapes_and_keeps_the_place_of_bad_ones() {
        let mut out = String::new();
        let mut bad = Vec::new();
        let quoting = Quoting { raw: false, hashes: 0, block: false };
        unescape_into(&mut out, "a\\u{1F600}\\q\\u{d800}", 10, quoting, &mut bad);
        assert_eq!(out, "a\u{1F600}");
        assert_eq!(bad, [Span::new(20, 22), Span::new(22, 30)]);
    }
}
