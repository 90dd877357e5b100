//! Tags: those of YAML itself are obeyed, all others are unknown.

use super::tree::Data;
use super::yaml_scalar::{TooLarge, plain};

const CORE: &str = "tag:yaml.org,2002:";

/// What a tag says of its value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Meaning<'a> {
    Untagged,
    /// `!`: what the value is follows from its form alone, so a scalar is a string.
    Plainly,
    Null,
    Bool,
    Int,
    Float,
    /// `!!str`, `!!binary` and `!!timestamp`: kept as text.
    Text(&'a str),
    /// `!!seq`, `!!omap` and `!!pairs`.
    List(&'a str),
    /// `!!map` and `!!set`.
    Record(&'a str),
    /// A tag of an application: what stands before and behind its prefix.
    Unknown(&'a str, &'a str),
}

/// What a tag means, given as the parser splits it.
pub fn meaning<'a>(handle: &'a str, suffix: &'a str) -> Meaning<'a> {
    let name = match (handle, suffix) {
        ("", "!") | ("!", "") => return Meaning::Plainly,
        (CORE, name) => name,
        ("", whole) => whole.strip_prefix(CORE).unwrap_or(""),
        _ => "",
    };
    match name {
        "null" => Meaning::Null,
        "bool" => Meaning::Bool,
        "int" => Meaning::Int,
        "float" => Meaning::Float,
        "str" | "binary" | "timestamp" => Meaning::Text(name),
        "seq" | "omap" | "pairs" => Meaning::List(name),
        "map" | "set" => Meaning::Record(name),
        _ => Meaning::Unknown(handle, suffix),
    }
}

impl Meaning<'_> {
    /// The tag as it is written.
    pub fn shown(&self) -> String {
        match self {
            Meaning::Untagged => String::new(),
            Meaning::Plainly => "!".to_owned(),
            Meaning::Null => "!!null".to_owned(),
            Meaning::Bool => "!!bool".to_owned(),
            Meaning::Int => "!!int".to_owned(),
            Meaning::Float => "!!float".to_owned(),
            Meaning::Text(name) | Meaning::List(name) | Meaning::Record(name) => format!("!!{name}"),
            Meaning::Unknown("!", suffix) => format!("!{suffix}"),
            Meaning::Unknown(CORE, suffix) => format!("!!{suffix}"),
            Meaning::Unknown(handle, suffix) => format!("!<{handle}{suffix}>"),
        }
    }

    /// Whether a list, or else a record, can have this tag.
    pub fn holds(&self, list: bool) -> bool {
        match self {
            Meaning::Untagged | Meaning::Plainly | Meaning::Unknown(..) => true,
            Meaning::List(_) => list,
            Meaning::Record(_) => !list,
            Meaning::Null | Meaning::Bool | Meaning::Int | Meaning::Float | Meaning::Text(_) => false,
        }
    }
}

/// The value of a scalar with a tag or in quotes: `None` is its text. The error is why its number
/// is none, or nothing if the tag does not fit.
pub fn convert(tag: Meaning, text: &str, is_plain: bool) -> Result<Option<Data>, Option<TooLarge>> {
    match tag {
        Meaning::Untagged | Meaning::Unknown(..) if is_plain => plain(text).map_err(Some),
        Meaning::Untagged | Meaning::Unknown(..) | Meaning::Plainly | Meaning::Text(_) => Ok(None),
        Meaning::Null | Meaning::Bool | Meaning::Int | Meaning::Float => {
            let data = plain(text).map_err(Some)?;
            match (tag, data) {
                (Meaning::Null, Some(Data::Null)) => Ok(Some(Data::Null)),
                (Meaning::Bool, Some(data @ Data::Bool(_))) => Ok(Some(data)),
                (Meaning::Int, Some(data @ (Data::Int(_) | Data::BigInt(_)))) => Ok(Some(data)),
                (Meaning::Float, Some(data @ Data::Float(_))) => Ok(Some(data)),
                (Meaning::Float, Some(Data::Int(value))) => Ok(Some(Data::Float(value as f64))),
                (Meaning::Float, Some(Data::BigInt(_))) => super::number::float(text).map(Some).ok_or(Some(TooLarge)),
                _ => Err(None),
            }
        }
        Meaning::List(_) | Meaning::Record(_) => Err(None),
    }
}
