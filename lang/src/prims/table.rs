//! All rows of the library, in the order of the reference, and its files.

use crate::base::shelf::{Shelf, Volume};
use crate::eval::native::{Library, Native};
use std::sync::OnceLock;

/// The rows by file; a name's first part is its page in the reference.
const GROUPS: &[&[Native]] = &[
    super::refusal::ROWS,
    super::core::ROWS,
    super::list::ROWS,
    super::parts::ROWS,
    super::order::ROWS,
    super::record::ROWS,
    super::string::ROWS,
    super::shape::ROWS,
    super::number::ROWS,
    super::regex::ROWS,
    super::types::ROWS,
    super::contract::ROWS,
    super::secret::ROWS,
    super::set::ROWS,
    super::digest::ROWS,
    super::data::ROWS,
    super::version::ROWS,
    super::quantity::ROWS,
    super::time::ROWS,
    super::net::ROWS,
    super::path::ROWS,
    super::written::ROWS,
];

const COUNT: usize = {
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
};

/// All rows, joined while this crate is compiled.
pub static NATIVES: [Native; COUNT] = {
    let mut all = [GROUPS[0][0]; COUNT];
    let (mut at, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut row = 0;
        while row < GROUPS[group].len() {
            all[at] = GROUPS[group][row];
            row += 1;
            at += 1;
        }
        group += 1;
    }
    all
};

/// The modules in the order of the reference, and what each is for.
pub const MODULES: &[(&str, &str)] = &[
    ("", "What stands directly below `std`: errors, inputs, marks, joins of many records."),
    ("list", "Lists. Elements stay lazy where only their values matter; what decides a length runs at once."),
    ("record", "Records. Fields keep their order, and are not computed by what needs only their names."),
    ("string", "Strings. Positions and lengths count characters, never bytes."),
    ("number", "Numbers. Integers are exact whatever their size; a result that is no number is an error."),
    (
        "regex",
        "Regular expressions, in the dialect of RE2: linear in the text, hence without look-around and back-references.",
    ),
    ("type", "What kind of value something is."),
    ("contract", "Annotations for what infrastructure is made of. Each answers with true or with what is wrong."),
    (
        "secret",
        "Values that the output never shows. `Secret(T)` seals a value; what stands for it in the output is its reference.",
    ),
    ("set", "Lists without duplicates, in the order of first mention. `std.list.unique` makes one of any list."),
    ("function", "Functions of functions."),
    ("hash", "Digests and the stable names made of them."),
    ("base64", "Bytes in base64. Decoding is strict."),
    ("hex", "Bytes in hexadecimal."),
    ("json", "Values as JSON and back."),
    ("yaml", "Values as YAML and back."),
    ("toml", "Records as TOML and back."),
    ("csv", "Rows as CSV and back."),
    ("ini", "Records as INI."),
    ("xml", "Lists as XML."),
    ("semver", "Semantic versions (semver.org 2.0) and ranges of them."),
    ("quantity", "Amounts as Kubernetes writes them, exactly: `5Gi`, `100m`, `1e3`."),
    ("duration", "Lengths of time: `1h30m` or `PT1H30M`. A day has 24 hours, a year 365 days."),
    ("time", "Instants in RFC 3339. There is no clock: a time is an input like any other."),
    ("cron", "Schedules of five fields, as Kubernetes reads them, in UTC."),
    ("net", "IP addresses, CIDR blocks, host names. Addresses stay strings; no name is looked up."),
    ("path", "Paths with `/`, as text. Nothing looks at a disk."),
    ("url", "URLs, as text. Nothing is fetched."),
];

/// The files of the library that are written in RZP: all of `stdlib/`, packed by the build script.
static FILES: Shelf = include!(concat!(env!("OUT_DIR"), "/stdlib.rs"));

/// What stands in the place of [`FILES`] for those who work on them.
static OTHERS: OnceLock<Shelf> = OnceLock::new();

/// Puts other files in the place of those that are built in, before the first session; the first call holds.
pub fn read_from(files: Shelf) {
    let _ = OTHERS.set(files);
}

/// The library that sessions are handed.
pub fn library() -> Library {
    Library { natives: &NATIVES, files: *OTHERS.get().unwrap_or(&FILES) }
}
