//! What is said of YAML with a mistake. The parser names what its grammar missed; this table says
//! what the writer most likely did.

/// What the parser says of a line of a quoted string that stands too far to the left.
pub const UNINDENTED: &str = "indentation in quoted scalar";

/// Rows of: a part of the parser's words, the title, what to do.
const ROWS: &[(&str, &str, &str)] = &[
    (
        "mapping values are not allowed",
        "a `:` where no record can start",
        "put text that holds `: ` in quotes, or check the indentation of this line",
    ),
    ("tab", "a tab where YAML wants spaces", "indent with spaces"),
    ("unknown anchor", "an alias to an anchor that is not defined above", "put `&name` before the value it stands for"),
    (
        "did not find expected key",
        "expected a key of this record",
        "let the keys of a record start in one column, and put text with special characters in quotes",
    ),
    (
        "simple key expected",
        "expected a key and `:`",
        "write `key: value` on one line, or check the indentation of this line",
    ),
    (
        "expected '-' indicator",
        "expected `- ` and the next element of this list",
        "let the elements of a list start in one column",
    ),
    (
        "block sequence entries are not allowed",
        "a `- ` where no list can start",
        "put the list on lines of its own, below its key",
    ),
    ("flow mapping", "expected `,` or `}`", "close the `{` above, or put text that holds brackets in quotes"),
    ("flow sequence", "expected `,` or `]`", "close the `[` above, or put text that holds brackets in quotes"),
    ("flow construct", "a line inside of brackets that is not indented", "indent it deeper than the key it belongs to"),
    ("quoted scalar, found unexpected end", "a string without its end", "close it with the quote that it starts with"),
    (
        "found unexpected document indicator",
        "a string that goes on past `---` or `...`",
        "close it with the quote that it starts with",
    ),
    (UNINDENTED, "a line of a quoted string that is not indented", "indent it deeper than its key"),
    ("trailing content after", "text behind the end of a string", "put all of the text into the quotes"),
    (
        "unknown escape character",
        "an escape that YAML does not have",
        "write `\\\\` for a backslash, or put the text into single quotes, which have no escapes",
    ),
    (
        "hexadecimal number",
        "an escape with too few hexadecimal digits",
        "`\\x` takes two digits, `\\u` four, `\\U` eight",
    ),
    ("invalid Unicode character", "an escape that is no character", "write the character itself"),
    ("block scalar", "text behind `|` or `>`", "start the text on the next line, indented"),
    ("directive", "a `%` line that YAML does not know", "put text that starts with `%` in quotes"),
    ("YAML directive", "a `%YAML` line that is not written like one", "write `%YAML 1.2`, or leave it away"),
    ("parsing a tag", "a tag that is not written like one", "put text that starts with `!` in quotes"),
    ("global tag", "a tag that is not written like one", "put text that starts with `!` in quotes"),
    ("anchor or alias", "an anchor or alias without a name", "put text that starts with `&` or `*` in quotes"),
    (
        "invalid indentation",
        "a line whose indentation fits nothing above",
        "let it start in the column of its record or list",
    ),
    ("expected node content", "expected a value", "put text that starts with a special character in quotes"),
    ("document end marker", "text behind `...`", "start the next document with `---`"),
    ("byte order mark", "a byte order mark inside of a document", "remove the character U+FEFF"),
    ("unprintable", "a control character", "write it as an escape in double quotes: `\"\\x07\"`"),
    ("misplaced bracket", "a bracket that nothing opens", "remove it, or put text that holds brackets in quotes"),
    (
        "<document start>",
        "text where only a new document can start",
        "check the indentation, or start a document with `---`",
    ),
    ("recursion limit", "YAML nested too deep", "flatten the data, or split the file"),
];

/// The title and the help for what the parser found.
pub fn explain(found: &str, at: Option<char>) -> (String, String) {
    if let Some(c) = at.filter(|c| found.contains("unexpected character") && !c.is_control()) {
        let help = match c {
            '%' | '@' | '`' => format!("put text that starts with `{c}` in quotes"),
            _ => "put text that holds special characters in quotes".to_owned(),
        };
        return (format!("`{c}` cannot stand here"), help);
    }
    let row = ROWS.iter().find(|(part, ..)| found.contains(part));
    let (title, help) =
        row.map_or((found, "put text with special characters in quotes"), |(_, title, help)| (title, help));
    (title.to_owned(), help.to_owned())
}
