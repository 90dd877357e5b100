//! `%` templates as C, Python and Jsonnet have them, and the number texts they are made of.
//!
//! A template is cut into pieces first; the caller fetches the value that each piece asks for. `%d`
//! takes integers only: what a float should be printed like is for the writer to say (`%.0f`).

use num_bigint::BigInt;
use num_traits::Signed;

/// A stretch of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece<'a> {
    Text(&'a str),
    Hole(Hole<'a>),
}

/// What stands between `%` and its letter, e.g. `%(port)05d`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hole<'a> {
    pub name: Option<&'a str>,
    left: bool,
    plus: bool,
    space: bool,
    zero: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
    pub letter: char,
}

/// A value to print.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    Text(String),
    Int(BigInt),
    Float(f64),
}

/// Widths and precisions beyond this are slips, and would only cost memory.
const WIDEST: usize = 1000;

pub fn parse(template: &str) -> Result<Vec<Piece<'_>>, String> {
    let (mut pieces, mut rest) = (Vec::new(), template);
    while let Some(at) = rest.find('%') {
        if at > 0 {
            pieces.push(Piece::Text(&rest[..at]));
        }
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            pieces.push(Piece::Text("%"));
            rest = after;
            continue;
        }
        let (hole, after) = hole(rest).map_err(|reason| format!("the template `{template}`: {reason}"))?;
        pieces.push(Piece::Hole(hole));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

fn hole(text: &str) -> Result<(Hole<'_>, &str), String> {
    let (mut hole, mut rest) = (Hole::default(), text);
    if let Some(after) = rest.strip_prefix('(') {
        let (name, after) = after.split_once(')').ok_or("`%(` has no `)`")?;
        (hole.name, rest) = (Some(name), after);
    }
    while let Some(flag) = rest.chars().next().filter(|c| "-+ 0#".contains(*c)) {
        match flag {
            '-' => hole.left = true,
            '+' => hole.plus = true,
            ' ' => hole.space = true,
            '0' => hole.zero = true,
            _ => hole.alternate = true,
        }
        rest = &rest[1..];
    }
    (hole.width, rest) = number(rest)?;
    if let Some(after) = rest.strip_prefix('.') {
        let (precision, after) = number(after)?;
        (hole.precision, rest) = (Some(precision), after);
    }
    let letter = rest.chars().next().ok_or("`%` stands at the end; write `%%` for the sign itself")?;
    if !"sdioxXeEfFgGc".contains(letter) {
        return Err(format!("`%{letter}` is not known; expected one of %s %d %x %X %o %f %e %g %c %%"));
    }
    hole.letter = letter;
    Ok((hole, &rest[letter.len_utf8()..]))
}

fn number(text: &str) -> Result<(usize, &str), String> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    match digits.parse() {
        Ok(value) if value <= WIDEST => Ok((value, rest)),
        Err(_) if digits.is_empty() => Ok((0, rest)),
        _ => Err(format!("the width {digits} is more than {WIDEST}")),
    }
}

impl Hole<'_> {
    /// The value as the hole wants it, padded.
    pub fn fill(&self, value: &Argument) -> Result<String, String> {
        let (sign, body) = match (self.letter, value) {
            ('s', Argument::Text(text)) => (String::new(), self.cut(text)),
            ('s', Argument::Int(int)) => (String::new(), int.to_string()),
            ('s', Argument::Float(float)) => (String::new(), float.to_string()),
            ('c', Argument::Text(text)) if text.chars().count() == 1 => (String::new(), text.clone()),
            ('c', Argument::Int(int)) => (String::new(), character(int)?),
            ('d' | 'i' | 'o' | 'x' | 'X', Argument::Int(int)) => self.integer(int),
            ('e' | 'E' | 'f' | 'F' | 'g' | 'G', Argument::Float(float)) => self.float(*float),
            ('e' | 'E' | 'f' | 'F' | 'g' | 'G', Argument::Int(int)) => {
                self.float(int.to_string().parse().unwrap_or(f64::MAX))
            }
            (letter, _) => return Err(format!("`%{letter}` takes {}, found {}", takes(letter), kind(value))),
        };
        Ok(self.pad(sign, body, matches!(value, Argument::Text(_))))
    }

    fn cut(&self, text: &str) -> String {
        self.precision.map_or_else(|| text.to_owned(), |most| text.chars().take(most).collect())
    }

    fn sign(&self, negative: bool) -> &'static str {
        match () {
            () if negative => "-",
            () if self.plus => "+",
            () if self.space => " ",
            () => "",
        }
    }

    fn integer(&self, int: &BigInt) -> (String, String) {
        let (base, prefix) = match self.letter {
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            'o' => (8, "0"),
            _ => (10, ""),
        };
        let mut digits = int.abs().to_str_radix(base);
        if self.letter == 'X' {
            digits.make_ascii_uppercase();
        }
        let least = self.precision.unwrap_or(0);
        let zeros = "0".repeat(least.saturating_sub(digits.len()));
        let prefix = if self.alternate { prefix } else { "" };
        (format!("{}{prefix}", self.sign(int.is_negative())), zeros + &digits)
    }

    fn float(&self, float: f64) -> (String, String) {
        let precision = self.precision.unwrap_or(6);
        let body = match self.letter {
            'f' | 'F' => format!("{:.precision$}", float.abs()),
            'e' | 'E' => scientific(float.abs(), precision),
            _ => general(float.abs(), precision.max(1), self.alternate),
        };
        let body = if self.letter.is_uppercase() { body.to_uppercase() } else { body };
        (self.sign(float.is_sign_negative()).to_owned(), body)
    }

    fn pad(&self, sign: String, body: String, text: bool) -> String {
        let missing = self.width.saturating_sub(sign.len() + body.chars().count());
        match () {
            () if self.left => format!("{sign}{body}{}", " ".repeat(missing)),
            () if self.zero && !text => format!("{sign}{}{body}", "0".repeat(missing)),
            () => format!("{}{sign}{body}", " ".repeat(missing)),
        }
    }
}

fn takes(letter: char) -> &'static str {
    match letter {
        'd' | 'i' | 'o' | 'x' | 'X' => "an integer",
        'c' => "one character or its code",
        's' => "a text or number",
        _ => "a number",
    }
}

fn kind(value: &Argument) -> String {
    match value {
        Argument::Text(text) => format!("the string \"{text}\""),
        Argument::Int(int) => format!("the integer {int}"),
        Argument::Float(float) => format!("the float {float}"),
    }
}

fn character(code: &BigInt) -> Result<String, String> {
    let c = u32::try_from(code).ok().and_then(char::from_u32);
    c.map(String::from).ok_or_else(|| format!("{code} is not the code of a character"))
}

/// `1.500000e+03`, as C prints it.
fn scientific(float: f64, precision: usize) -> String {
    let text = format!("{float:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// The shorter of the two forms with `digits` significant digits, without zeros at the end.
fn general(float: f64, digits: usize, keep_zeros: bool) -> String {
    let rounded = format!("{float:.*e}", digits - 1);
    let exponent: i32 = rounded.split_once('e').and_then(|(_, text)| text.parse().ok()).unwrap_or(0);
    let strip = |text: &str| match keep_zeros || !text.contains('.') {
        true => text.to_owned(),
        false => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
    };
    if (-4..digits as i32).contains(&exponent) {
        return strip(&format!("{float:.*}", (digits as i32 - 1 - exponent) as usize));
    }
    let text = scientific(float, digits - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
    format!("{}e{exponent}", strip(mantissa))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(template: &str, value: Argument) -> Result<String, String> {
        parse(template)?
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Ok((*text).to_owned()),
                Piece::Hole(hole) => hole.fill(&value),
            })
            .collect()
    }

    fn int(value: i64) -> Argument {
        Argument::Int(value.into())
    }

    #[test]
    fn prints_as_c_does() {
        let cases = [
            ("%d", int(42), "42"),
            ("%05d|", int(-42), "-0042|"),
            ("%-5d|", int(42), "42   |"),
            ("%+d", int(42), "+42"),
            ("%#x", int(255), "0xff"),
            ("%X", int(255), "FF"),
            ("%.3d", int(7), "007"),
            ("%s%%", Argument::Text("50".into()), "50%"),
            ("%8.3s|", Argument::Text("abcdef".into()), "     abc|"),
            ("%05s", Argument::Text("ab".into()), "   ab"),
            ("%.2f", Argument::Float(2.375), "2.38"),
            ("%08.2f", Argument::Float(-3.5), "-0003.50"),
            ("%.1f", int(3), "3.0"),
            ("%e", Argument::Float(1500.0), "1.500000e+03"),
            ("%g", Argument::Float(0.0001), "0.0001"),
            ("%g", Argument::Float(1e10), "1e+10"),
            ("%g", Argument::Float(100000.0), "100000"),
            ("%c", int(65), "A"),
        ];
        for (template, value, expected) in cases {
            assert_eq!(one(template, value).unwrap(), expected, "{template}");
        }
    }

    #[test]
    fn refuses() {
        assert!(one("%d", Argument::Float(1.5)).unwrap_err().contains("`%d` takes an integer, found the float 1.5"));
        assert!(one("%q", int(1)).unwrap_err().contains("`%q` is not known"));
        assert!(one("%", int(1)).unwrap_err().contains("stands at the end"));
        assert!(one("%99999d", int(1)).is_err() && one("%(a", int(1)).is_err() && one("%ü", int(1)).is_err());
    }
}
