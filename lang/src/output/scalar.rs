//! How a string is written in YAML: plain, as a block, or in double quotes.
//!
//! A plain scalar must read back as the same string in YAML 1.1 and 1.2 alike: in PyYAML, in the
//! readers behind kubectl, in strict 1.2 ones. So whatever any of them takes for a number, a
//! boolean, null, a date or a merge key is quoted, and so is a little more: a quote too many costs
//! nothing, one too few turns the country `no` into `false`.

use super::json::each;

/// The ways to write a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    Plain,
    /// Several lines, which a `|` block holds exactly.
    Block,
    Quoted,
}

// What a byte means inside of a plain scalar.
const COLON: u8 = 1;
const HASH: u8 = 2;
const SPACE: u8 = 3;
const BREAK: u8 = 4;
const TAB: u8 = 5;
/// Never outside of double quotes.
const CONTROL: u8 = 6;
/// The first byte of characters of which some are never outside of double quotes.
const LEAD: u8 = 7;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = CONTROL;
        byte += 1;
    }
    table[0x7f] = CONTROL;
    table[b'\n' as usize] = BREAK;
    table[b'\t' as usize] = TAB;
    table[b' ' as usize] = SPACE;
    table[b':' as usize] = COLON;
    table[b'#' as usize] = HASH;
    table[0xc2] = LEAD;
    table[0xe2] = LEAD;
    table[0xef] = LEAD;
    table
}

/// The bytes that no plain scalar starts with.
const INDICATORS: [bool; 256] = indicators();

const fn indicators() -> [bool; 256] {
    let mut table = [false; 256];
    let bytes = b",[]{}#&*!|>'\"%@`?:";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// The style for a string; what to do where blocks cannot stand is the caller's matter.
pub fn style(text: &str) -> Style {
    let bytes = text.as_bytes();
    let mut plain = true;
    let mut lines = false;
    let mut at = 0;
    loop {
        at += harmless(bytes.get(at..).unwrap_or_default());
        let Some(&byte) = bytes.get(at) else { break };
        let next = bytes.get(at + 1);
        match CLASSES[byte as usize] {
            0 => {}
            COLON => plain &= !matches!(next, None | Some(b' ')),
            HASH => plain &= at > 0 && bytes[at - 1] != b' ',
            SPACE => plain &= at > 0 && next.is_some(),
            BREAK => lines = true,
            TAB => plain = false,
            LEAD if !special(&bytes[at..]) => {}
            _ => return Style::Quoted,
        }
        at += 1;
    }
    if lines {
        return if block_holds(text) { Style::Block } else { Style::Quoted };
    }
    if plain && starts_plain(bytes) && !resolves(text) { Style::Plain } else { Style::Quoted }
}

/// How many bytes at the start mean nothing in particular. Most texts are such from start to end, so
/// this looks at eight bytes at a time.
#[inline]
fn harmless(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let below = word.wrapping_sub(each(b'!')) & !word;
        let is = |byte: u8| {
            let rest = word ^ each(byte);
            rest.wrapping_sub(each(1)) & !rest
        };
        if (word | below | is(b':') | is(b'#') | is(0x7f)) & each(0x80) != 0 {
            break;
        }
        at += 8;
    }
    let tail = bytes.get(at..).unwrap_or_default();
    at + tail.iter().position(|byte| CLASSES[*byte as usize] != 0).unwrap_or(tail.len())
}

/// Characters beyond ASCII that some reader takes for a line break or refuses: C1 controls (U+0085
/// among them), U+2028, U+2029, the byte order mark, U+FFFE and U+FFFF.
pub fn special(bytes: &[u8]) -> bool {
    match bytes {
        [0xc2, second, ..] => *second < 0xa0,
        [0xe2, 0x80, third, ..] => matches!(third, 0xa8 | 0xa9),
        [0xef, 0xbb, third, ..] => *third == 0xbf,
        [0xef, 0xbf, third, ..] => *third >= 0xbe,
        _ => false,
    }
}

fn starts_plain(bytes: &[u8]) -> bool {
    match bytes {
        [] => false,
        [b'-'] | [b'-', b' ', ..] => false,
        _ if bytes.starts_with(b"---") || bytes.starts_with(b"...") => false,
        [first, ..] => !INDICATORS[*first as usize],
    }
}

/// Whether a reader takes the text for something else than a string.
fn resolves(text: &str) -> bool {
    match text.as_bytes() {
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => numeric(text) || dated(text.as_bytes()),
        [b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O', ..] => worded(text),
        [b'~'] | [b'='] | [b'<', b'<'] => true,
        _ => false,
    }
}

fn worded(text: &str) -> bool {
    const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "t", "f"];
    text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Integers in all bases, floats, and the base-60 numbers of YAML 1.1 (`12:30:45`).
fn numeric(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.eq_ignore_ascii_case(".inf") || digits.eq_ignore_ascii_case(".nan") {
        return true;
    }
    if let Some((_, rest)) = digits.split_at_checked(2).filter(|(base, _)| based(base)) {
        return rest.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_');
    }
    let mantissa = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) if exponential(exponent) => mantissa,
        Some(_) => return false,
        None => digits,
    };
    let loose = mantissa.bytes().all(|byte| byte.is_ascii_digit() || b"_,.:".contains(&byte));
    let sixty = mantissa.contains(':');
    let points = mantissa.bytes().filter(|byte| *byte == b'.').count();
    loose && (sixty || points <= 1 || mantissa.bytes().all(|byte| byte == b'.'))
}

fn based(prefix: &str) -> bool {
    ["0x", "0o", "0b"].iter().any(|base| base.eq_ignore_ascii_case(prefix))
}

fn exponential(exponent: &str) -> bool {
    let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// `2001-01-01`, and with a time behind it.
fn dated(bytes: &[u8]) -> bool {
    let Some(rest) = digits(bytes, 4, 4).and_then(dash).and_then(|rest| digits(rest, 1, 2)) else { return false };
    let Some(rest) = dash(rest).and_then(|rest| digits(rest, 1, 2)) else { return false };
    matches!(rest.first(), None | Some(b't' | b'T' | b' '))
}

fn dash(bytes: &[u8]) -> Option<&[u8]> {
    bytes.strip_prefix(b"-")
}

/// What follows after at least `least` and at most `most` digits.
fn digits(bytes: &[u8], least: usize, most: usize) -> Option<&[u8]> {
    let count = bytes.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    if count >= least { bytes.get(count..) } else { None }
}

/// Whether a `|` block reads back as exactly this text. Lines of nothing but blanks are left to
/// quotes: readers differ on them, and editors cut them off.
fn block_holds(text: &str) -> bool {
    let blank = |line: &str| !line.is_empty() && line.bytes().all(|byte| byte == b' ' || byte == b'\t');
    text.bytes().any(|byte| byte != b'\n') && !text.split('\n').any(blank)
}

#[cfg(test)]
mod tests {
    use super::{Style, style};

    #[test]
    fn what_some_reader_misreads_is_quoted() {
        let texts = "|y|n|Y|No|on|OFF|yes|true|False|NULL|null|~|=|<<|1e3|017|0o17|0x1f|0b11|1_000|1,000|12:30:45|22:22|-1|+1\
            |.5|1.|.inf|-.INF|.nan|.|1.5e-3|6e+5|2001-01-01|2001-1-1T00:00:00Z|2001-12-14 21:59:43|a: b|a:|a #b|#a| a|a |- a|-\
            |? a|:a|&a|*a|!a|%a|@a|`a|'a|\"a|[a|]a|{a|}a|,a|>a|--- a|...|a\tb|a\rb|\u{feff}a|a\u{85}b|a\u{2028}b|\u{7f}";
        for text in texts.split('|').chain(["|", "|-"]) {
            assert_eq!(style(text), Style::Quoted, "{text:?}");
        }
    }

    #[test]
    fn what_all_readers_read_stays_plain() {
        let texts = "a|nginx:1.27|--verbose|10.0.0.1|1.2.3|a#b|http://a.b/c?d=e&f|a: b\nc|yesterday|none|5Gi|100m|10.0.0.0/8|/etc\
            |a,b|a[0]|$(VAR)|12ab|1e|é|日本|😀|-a|=a|<a|~a|1.0.0-rc.1|a b c|0x|2001-01|v1|e3|nan|inf|<<a|\u{a0}|127.0.0.1:80a";
        for text in texts.split('|').filter(|text| !text.contains('\n') && *text != "0x") {
            assert_eq!(style(text), Style::Plain, "{text:?}");
        }
    }

    #[test]
    fn blocks_hold_lines() {
        assert_eq!(style("a\nb\n"), Style::Block);
        assert_eq!(style("  a\n\nb: c # d\n\n"), Style::Block);
        for text in ["\n", "\n\n", "a\n \nb", "a\r\nb", "a\nb\u{85}", "a\n  "] {
            assert_eq!(style(text), Style::Quoted, "{text:?}");
        }
    }
}
