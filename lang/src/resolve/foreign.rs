//! Names that other languages have, and what is written here in their place.

/// What an unknown name was most likely meant as, and why it is written so.
pub fn meant(name: &str) -> Option<(&'static str, &'static str)> {
    let nothing = "what is nothing is `null`";
    let lower = "the truth values are `true` and `false`";
    let yaml = "YAML's word for a truth value is `true` or `false` here; text stands in quotes";
    let text = "the type of text is `String`";
    let list = "a list's type is that of its elements, in brackets";
    let record = "the type of a record with any names is that of its values";
    Some(match name {
        "None" | "nil" | "Nil" | "NIL" | "NULL" | "undefined" | "nothing" | "Nothing" | "none" => ("null", nothing),
        "True" | "TRUE" => ("true", lower),
        "False" | "FALSE" => ("false", lower),
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => ("true", yaml),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => ("false", yaml),
        "str" | "Str" | "text" | "Text" => ("String", text),
        "integer" | "Integer" | "i64" | "i32" | "u64" | "u32" => ("Int", "the type of whole numbers is `Int`"),
        "boolean" | "Boolean" => ("Bool", "the type of `true` and `false` is `Bool`"),
        "double" | "Double" => ("Float", "the type of numbers with a fraction is `Float`"),
        "Dyn" | "unknown" => ("Any", "any value is `Any`"),
        "list" | "List" | "array" | "Array" | "tuple" => ("[Any]", list),
        "dict" | "Dict" | "Map" | "record" | "Record" | "object" | "Object" => ("{ [String] : Any }", record),
        "this" => ("self", "the record around is `self`"),
        _ => return None,
    })
}

/// What does the work of a function that other languages have by this name.
pub fn function(name: &str) -> Option<&'static str> {
    Some(match name {
        "len" | "size" | "sizeof" => "the library has `std.list.length`, `std.string.length` and `std.record.length`",
        "env" | "getenv" | "environ" | "extVar" => {
            "what comes from outside is an input: `std.input(\"name\", String)`, given by `--input name=…`"
        }
        "print" | "println" | "printf" | "trace" | "console" => {
            "nothing is printed while a program runs: give the value as a field, or ask for it by `rzp explain`"
        }
        _ => return None,
    })
}
