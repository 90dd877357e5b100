//! Bytes as text and back: base64 in both alphabets, hexadecimal, percent encoding of URLs.
//!
//! Decoding is strict: a stray character, a wrong length and non-zero left-over bits are refused,
//! since each of them means that text was cut or changed on its way. Padding may be left out in
//! the URL alphabet only, where it usually is.

/// Which 64 digits, and whether `=` fills the last group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// `+` and `/`, padded.
    Standard,
    /// `-` and `_`, not padded.
    Url,
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub fn to_base64(bytes: &[u8], alphabet: Alphabet) -> String {
    let digits = match alphabet {
        Alphabet::Standard => STANDARD,
        Alphabet::Url => URL,
    };
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, at| word << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..=group.len() {
            text.push(char::from(digits[(word >> (18 - 6 * at) & 63) as usize]));
        }
        if alphabet == Alphabet::Standard {
            (group.len()..3).for_each(|_| text.push('='));
        }
    }
    text
}

pub fn from_base64(text: &str, alphabet: Alphabet) -> Result<Vec<u8>, String> {
    let body = text.strip_suffix("==").or(text.strip_suffix('=')).unwrap_or(text);
    let padded = alphabet == Alphabet::Standard || text.len() != body.len();
    if padded && !text.len().is_multiple_of(4) {
        return Err(format!("its length {} is not a multiple of 4; is it cut off?", text.len()));
    }
    if body.len() % 4 == 1 {
        return Err("its last group has only one digit; is it cut off?".to_owned());
    }
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let (mut word, mut bits) = (0_u32, 0);
    for (at, c) in body.bytes().enumerate() {
        let digit = base64_digit(c, alphabet).ok_or_else(|| bad_digit(body, at, alphabet))?;
        word = (word << 6 | digit) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits) as u8);
        }
    }
    match word & ((1 << bits) - 1) {
        0 => Ok(bytes),
        _ => Err("its last digit has bits that belong to no byte; is it cut off?".to_owned()),
    }
}

fn base64_digit(c: u8, alphabet: Alphabet) -> Option<u32> {
    let digit = match (c, alphabet) {
        (b'A'..=b'Z', _) => c - b'A',
        (b'a'..=b'z', _) => c - b'a' + 26,
        (b'0'..=b'9', _) => c - b'0' + 52,
        (b'+', Alphabet::Standard) | (b'-', Alphabet::Url) => 62,
        (b'/', Alphabet::Standard) | (b'_', Alphabet::Url) => 63,
        _ => return None,
    };
    Some(u32::from(digit))
}

fn bad_digit(text: &str, at: usize, alphabet: Alphabet) -> String {
    let found = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}');
    let advice = match (found, alphabet) {
        ('-' | '_', Alphabet::Standard) => "; it is of the URL alphabet, use std.base64.decode_url",
        ('+' | '/', Alphabet::Url) => "; it is of the standard alphabet, use std.base64.decode",
        ('\n' | '\r' | ' ', _) => "; take out white space first",
        _ => "",
    };
    format!("{found:?} at position {at} is no digit of it{advice}")
}

pub fn to_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    if let Some(c) = text.chars().find(|c| !c.is_ascii_hexdigit()) {
        return Err(format!("{c:?} is no hexadecimal digit"));
    }
    if !text.len().is_multiple_of(2) {
        return Err(format!("it has {} digits, which is odd; each byte takes two", text.len()));
    }
    let value = |digit: u8| match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.to_ascii_lowercase() - b'a' + 10,
    };
    Ok(text.as_bytes().chunks(2).map(|pair| value(pair[0]) << 4 | value(pair[1])).collect())
}

/// A text as one part of a URL: all but letters, digits and `-._~` become `%XX` (RFC 3986).
pub fn to_percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

pub fn from_percent(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = match (*first, tail) {
            (b'%', [high, low, tail @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let pair = [char::from(*high), char::from(*low)];
                bytes.extend(from_hex(&pair.iter().collect::<String>())?);
                tail
            }
            (b'%', _) => return Err("`%` is not followed by two hexadecimal digits".to_owned()),
            (byte, tail) => {
                bytes.push(byte);
                tail
            }
        };
    }
    String::from_utf8(bytes).map_err(|_| "what it decodes to is not UTF-8 text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_both_ways() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, encoded) in cases {
            assert_eq!(to_base64(plain.as_bytes(), Alphabet::Standard), encoded);
            assert_eq!(from_base64(encoded, Alphabet::Standard).unwrap(), plain.as_bytes());
        }
        assert_eq!(to_base64(&[0xfb, 0xff], Alphabet::Url), "-_8");
        assert_eq!(from_base64("-_8", Alphabet::Url).unwrap(), [0xfb, 0xff]);
        assert_eq!(from_base64("-_8=", Alphabet::Url).unwrap(), [0xfb, 0xff]);
    }

    #[test]
    fn base64_refuses() {
        assert!(from_base64("Zg", Alphabet::Standard).unwrap_err().contains("multiple of 4"));
        assert!(from_base64("Z-==", Alphabet::Standard).unwrap_err().contains("URL alphabet"));
        assert!(from_base64("Zh==", Alphabet::Standard).unwrap_err().contains("cut off"));
        assert!(from_base64("Z===", Alphabet::Standard).is_err());
        assert!(from_base64("Zü==", Alphabet::Standard).is_err());
        assert!(from_base64("Z", Alphabet::Url).is_err());
    }

    #[test]
    fn hex_and_percent() {
        assert_eq!(to_hex(&[0, 255, 16]), "00ff10");
        assert_eq!(from_hex("00FF10").unwrap(), [0, 255, 16]);
        assert!(from_hex("0").is_err() && from_hex("zz").is_err() && from_hex("ü").is_err());
        assert_eq!(to_percent("a b/ü"), "a%20b%2F%C3%BC");
        assert_eq!(from_percent("a%20b%2F%C3%BC").unwrap(), "a b/ü");
        assert!(from_percent("%2").is_err() && from_percent("%FF").is_err());
    }
}
