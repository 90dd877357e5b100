//! What is said of TOML with a mistake: the parser names what its grammar missed, this table says
//! what the writer most likely did.

const QUOTES: &str = "put text in double quotes; without them a value is a number, `true`, `false` or a date";

/// Rows of: a part of the parser's words, the title, what to do.
const ROWS: &[(&str, &str, &str)] = &[
    ("key with no value", "a key without its value", "write `key = value`, with `=` and on one line"),
    ("string values must be quoted", "text that is no TOML value", QUOTES),
    ("invalid boolean", "text that is no TOML value", QUOTES),
    ("unclosed table", "a table's name without its `]`", "write `[name]` on a line of its own"),
    ("unclosed inline table", "an inline table that is never closed", "add `}` where it ends"),
    ("unclosed array", "a list that is never closed", "add `]` where it ends"),
    ("comma in array", "a comma without an element", "remove one of the commas"),
    (
        "escaped value",
        "an escape that TOML does not have",
        "write `\\\\` for a backslash, or put the text in single quotes",
    ),
    ("escape", "an escape that TOML does not have", "write `\\\\` for a backslash, or put the text in single quotes"),
    ("leading zero", "a number with a leading zero", "leave the zeros away, or put the number in quotes"),
    ("unexpected key or value", "more text behind a value", "start each `key = value` on its own line"),
    ("keys cannot be empty", "expected a key", "write `key = value`, or `\"\"` for the empty key"),
    (
        "unquoted key",
        "a character that only a key in quotes can hold",
        "write `key = value`, and put a key with special characters in quotes",
    ),
    ("invalid literal string", "a string without its end", "close it with `'`, on the same line"),
    ("invalid basic string", "a string without its end", "close it with `\"`, on the same line"),
    ("extend", "a value that is given more fields elsewhere", "give the table all of its fields in one place"),
    ("date", "a date that is not written like one", "write dates and times like 2026-01-31T12:30:00Z"),
    ("time", "a time that is not written like one", "write dates and times like 2026-01-31T12:30:00Z"),
    ("recurs", "TOML nested too deep", "flatten the data, or split the file"),
];

/// The title, and what to do.
pub fn explain(words: &str) -> (String, &'static str) {
    let row = ROWS.iter().find(|(part, ..)| words.contains(part));
    row.map_or_else(|| (words.replace('\n', ", "), QUOTES), |(_, title, help)| ((*title).to_owned(), help))
}
