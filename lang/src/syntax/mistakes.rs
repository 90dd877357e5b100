//! What the grammar lets through and the language refuses, in words.
//!
//! One function per mistake, called where it is seen; `errors.rs` has the words for what the grammar
//! itself refuses.

use super::text::{BlockError, NumberError};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Loc, Span};

pub fn bad_number(at: Loc, text: &str, error: NumberError) -> Diag {
    let diag = Diag::error(Code::BadNumber, format!("`{text}` is no number"));
    match error {
        NumberError::Digit { base } => diag
            .at(at, format!("not a number in base {base}"))
            .help("`0x` takes the digits 0-9 and a-f, `0o` 0-7, `0b` 0 and 1"),
        NumberError::LeadingZero => {
            let digits = text.trim_start_matches(['0', '_']);
            let diag = diag.at(at, "a number does not start with 0");
            let decimal = if digits.is_empty() { "0" } else { digits };
            let octal = !digits.is_empty() && digits.chars().all(|digit| matches!(digit, '0'..='7'));
            if octal {
                let help =
                    format!("write `0o{digits}` for the octal number, `{decimal}` for the decimal one, or quote it");
                diag.guess(help, at, format!("0o{digits}"))
            } else {
                diag.guess(format!("write `{decimal}`, or quote it as text"), at, decimal)
            }
        }
        NumberError::Underscore => diag.at(at, "a misplaced `_`").help("`_` stands between two digits: `1_000_000`"),
        NumberError::Suffix => {
            let diag = diag.at(at, "").note("the suffixes are Ki Mi Gi Ti Pi Ei (1024) and k M G T P E (1000)");
            match meant_quantity(text) {
                Some(meant) => diag.guess(format!("write `{meant}`; text stands in quotes"), at, meant),
                None => diag.guess("put text in quotes", at, format!("\"{text}\"")),
            }
        }
        NumberError::Milli => diag.at(at, "thousandths are no whole number").fix(
            "a Kubernetes quantity is written as a string",
            at,
            format!("\"{text}\""),
        ),
        NumberError::NotWhole => {
            diag.at(at, "not a whole number of bytes").help("use a smaller unit, or a number without a fraction")
        }
        NumberError::TooLarge => Diag::error(Code::BadNumber, format!("`{text}` is too large for a float"))
            .at(at, "floats end at about 1.8e308")
            .help("integers have no limit: write it without `.` and `e`"),
    }
}

pub fn bad_escape(at: Loc, text: &str) -> Diag {
    let unicode = text.starts_with("\\u");
    let title =
        if unicode { "a `\\u` escape without a character".to_owned() } else { format!("`{text}` is no escape") };
    let diag = Diag::error(Code::BadEscape, title).at(at, "");
    if unicode {
        return diag.help("write the code point in hexadecimal: `\\u{1F600}`");
    }
    if let Some(plain @ ("$" | "%" | "'" | "/")) = text.get(1..) {
        return diag.fix(format!("`{plain}` stands for itself, without a backslash"), at, plain);
    }
    diag.note("the escapes are `\\n` `\\r` `\\t` `\\\\` `\\\"` `\\u{1F600}`, and `\\(` starts an interpolation").guess(
        format!("for a backslash write `\\\\`, or use a raw string: `r\"{text}\"`"),
        at,
        format!("\\{text}"),
    )
}

/// The quantity that a number with an unknown suffix stands for: `1Gib`, `5GB`, `2gi`.
fn meant_quantity(text: &str) -> Option<String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (digits, suffix) = text.split_at(split);
    let binary = suffix.len() > 1 && suffix[1..].starts_with(['i', 'I']);
    let unit = match suffix.chars().next()?.to_ascii_uppercase() {
        'K' => {
            if binary {
                "K"
            } else {
                "k"
            }
        }
        'M' => "M",
        'G' => "G",
        'T' => "T",
        'P' => "P",
        _ => return None,
    };
    let rest = &suffix[if binary { 2 } else { 1 }..];
    let known = matches!(rest, "" | "b" | "B");
    known.then(|| format!("{digits}{unit}{}", if binary { "i" } else { "" }))
}

pub fn bad_block(file: FileId, error: BlockError) -> Diag {
    match error {
        BlockError::TextAfterOpener(span) => Diag::error(Code::Syntax, "text on the line that opens a `\"\"\"` block")
            .at(span.at(file), "")
            .help("start the text on the next line; for a string of one line use single `\"`"),
        BlockError::MixedIndent(span) => {
            Diag::error(Code::Syntax, "a line of the block is indented with other blanks than the lines above it")
                .at(span.at(file), "tabs and spaces mixed")
                .help("indent all lines of the block with spaces")
        }
    }
}

pub fn computed_import(at: Loc) -> Diag {
    Diag::error(Code::Syntax, "the path of an import is computed")
        .at(at, "must be plain text")
        .help("`import \"./*.rzp\"` gives a record of all files, which can be indexed by name")
}

pub fn field_without_value(at: Loc, path: &str) -> Diag {
    Diag::error(Code::Syntax, format!("`{path}` has neither a value nor an annotation"))
        .at(at, "")
        .help(format!("write `{path} = value`; only a single bare name can stand for its own value"))
}

pub fn second_modifier(at: Loc) -> Diag {
    Diag::error(Code::Syntax, "a second modifier of the same kind")
        .at(at, "")
        .help("a field is `default` or `force` or neither, and may be `hidden` besides")
}

pub fn loop_names(at: Loc) -> Diag {
    Diag::error(Code::BadPattern, "a loop has one name or two")
        .at(at, "")
        .help("`for x in list`, `for (i, x) in list`, `for (name, value) in record`")
}

pub fn dots_in_params(at: Loc) -> Diag {
    Diag::error(Code::BadPattern, "`...` as a default")
        .at(at, "")
        .help("only a function's type leaves the default out; write the value")
}

pub fn default_in_type(at: Loc) -> Diag {
    Diag::error(Code::BadPattern, "a default value in a function's type")
        .at(at, "")
        .help("a type says only that there is a default: `fn(x : Int = ...) -> Int`")
}

pub fn type_param_name(at: Loc) -> Diag {
    Diag::error(Code::BadPattern, "a parameter of a function's type is named by a bare name")
        .at(at, "")
        .help("write `fn(Int, name : String) -> Bool`")
}

pub fn colon_after_params(at: Loc) -> Diag {
    Diag::error(Code::Syntax, "a result type after `:`")
        .at(at, "")
        .help("a function's result type is written with `->`: `f(x) -> Int = …`")
}

pub fn arrow_without_params(at: Loc) -> Diag {
    Diag::error(Code::Syntax, "`->` after something that has no parameters")
        .at(at, "")
        .help("a value's annotation is written with `:`: `x : Int = …`")
}

pub fn annotated_arg(name: Loc, ty: Loc) -> Diag {
    Diag::error(Code::Syntax, "an annotation in a call")
        .at(ty, "")
        .also(name, "the argument")
        .help("a named argument is written `name = value`; an annotated value `(value : T)`")
}

pub fn arg_name(at: Loc) -> Diag {
    Diag::error(Code::Syntax, "an argument's name is a bare name")
        .at(at, "")
        .help("write `f(name = value)`; to compare use `==`")
}

pub fn not_a_binding(at: Loc) -> Diag {
    Diag::error(Code::BadPattern, "not something that can be bound")
        .at(at, "expected a name, or a destructuring such as `{ a, b }`")
        .help("types and literals are patterns only in `match`")
}

pub fn too_nested(at: Loc) -> Diag {
    Diag::error(Code::TooNested, "nested too deep").at(at, "").help("give the inner parts names with `let`")
}

pub fn optional_in_pattern(at: Loc) -> Diag {
    Diag::error(Code::BadPattern, "`?` in a pattern")
        .at(at, "")
        .help("in `let` and parameters give a default: `{ name = null }`; in `match` write a second arm")
}

pub fn field_pattern(at: Loc) -> Diag {
    Diag::error(Code::BadPattern, "not a field of a record pattern")
        .at(at, "expected `name`, `name = …`, `name : T` or `...`")
        .help("nested records are matched by nested braces: `{ a = { b } }`")
}

pub fn list_pattern(at: Loc) -> Diag {
    Diag::error(Code::BadPattern, "not an element of a list pattern")
        .at(at, "")
        .help("a list pattern has patterns, and at most one `...name` at its end")
}

pub fn bare_rest(at: Loc) -> Diag {
    Diag::error(Code::Syntax, "`...` without a list to spread")
        .at(at, "")
        .help("write `...xs`; only a pattern leaves the rest without a name")
}

pub fn too_deep(at: Loc, limit: usize) -> Diag {
    Diag::error(Code::TooNested, format!("more than {limit} brackets are open at once"))
        .at(at, "")
        .help("give the inner parts names with `let`, or put them into files of their own")
}

/// A span of no text, for what is missing.
pub fn gap(offset: u32) -> Span {
    Span { start: offset, end: offset }
}
