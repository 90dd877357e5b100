//! What mends a wrong operand, in the same words for the checker and for a run.
//!
//! Both know the kind of a value, such as "a string", and where its expression stands. A mend that
//! is written around that expression needs the source's text, which neither has at hand: it is left
//! as a [`Rewrite`] and made into an edit where the sources are known.

use super::diag::Diag;
use super::rewrite::{Rewrite, written};
use super::source::Sources;
use super::span::Loc;

/// What operands are for, as titles begin.
pub const CONDITION: &str = "expected a boolean";
pub const IN_STRING: &str = "a string takes strings, numbers and booleans";
pub const JOIN_STRING: &str = "`++` joins a string with another";
pub const JOIN_LIST: &str = "`++` joins a list with another";
pub const FIELD_NAME: &str = "expected a string as a field's name";

pub const INDEXED: &str = "expected a list or a record";

/// How a literal of another kind is mended.
pub const QUOTE: &str = "put it in quotes";
pub const UNQUOTE: &str = "write it without quotes";

impl Diag {
    /// A help whose edit is worked out once the sources are at hand.
    pub fn rewrite(mut self, help: impl Into<String>, rewrite: Rewrite) -> Diag {
        self.rewrite = Some((help.into(), Box::new(rewrite)));
        self
    }

    /// A help that writes text around the expression at `at`.
    pub fn around(self, help: impl Into<String>, at: Loc, before: &str, after: &str) -> Diag {
        self.rewrite(help, Rewrite::Around { at, before: before.to_owned(), after: after.to_owned() })
    }

    /// `did you mean `near`?`, with the edit if the text at `at` is the misspelt word itself.
    pub fn meant(self, near: Option<&str>, at: Loc, word: &str) -> Diag {
        match near {
            Some(near) => self.rewrite(
                format!("did you mean `{near}`?"),
                Rewrite::Word { at, from: word.to_owned(), to: near.to_owned() },
            ),
            None => self,
        }
    }

    /// Works out the edit of a rewrite; where that cannot be, its words stay as a help.
    pub(super) fn settle(mut self, sources: &Sources) -> Diag {
        let Some((help, rewrite)) = self.rewrite.take() else { return self };
        if let Some((loc, replacement)) = rewrite.edit(sources) {
            return self.guess(help, loc, replacement);
        }
        match *rewrite {
            Rewrite::Quote { at, before, after } => match written(at, sources) {
                Some(text) => self.help(format!("{help}: `{before}{text}{after}`")),
                None => self.help(help),
            },
            Rewrite::Word { at, to, .. } if help == UNQUOTE && sources.get(at.file).name.ends_with(".csv") => {
                self.help(of_cell(&to))
            }
            _ => self.help(help),
        }
    }
}

/// What makes of a cell of CSV what it reads like: its cells are strings, and it has no quotes to leave out.
fn of_cell(text: &str) -> String {
    match text {
        "true" | "false" => "a cell of CSV is a string: compare it, `… == \"true\"`".to_owned(),
        _ => "a cell of CSV is a string: read the number out of it, `std.number.parse(…)`".to_owned(),
    }
}

/// What mends an operand of kind `found` at `at` that is used as `role`, one of the titles above.
pub fn operand(diag: Diag, role: &str, found: &str, at: Loc) -> Diag {
    match (role, found) {
        (IN_STRING, "null") => diag.around("give a value for null: `\\(x ?? \"none\")`", at, "", " ?? \"none\""),
        (IN_STRING, "a list") => diag.around("join the elements", at, "std.string.join(", ", \", \")"),
        (IN_STRING, "a record") => diag.around("take one of its fields, or encode it", at, "std.json.encode(", ")"),
        (IN_STRING, "a function") => diag.help("call it: `f(…)`"),
        (CONDITION, "an integer" | "a float") => diag.around("compare it", at, "", " != 0"),
        (CONDITION, "a string") => diag.around("compare it", at, "", " != \"\""),
        (CONDITION, "a list") => diag.around("compare it", at, "", " != []"),
        (CONDITION, "a record") => diag.around("compare it", at, "", " != {}"),
        (CONDITION, "null") => diag.around("say what null means", at, "", " ?? false"),
        (JOIN_STRING, "an integer" | "a float" | "a boolean") => {
            diag.around("write it into a string", at, "\"\\(", ")\"")
        }
        (JOIN_LIST, _) => diag.around("an element is added in brackets: `xs ++ [x]`", at, "[", "]"),
        (INDEXED, "a string") => diag.help("a part of a string is taken by `std.string.slice(s, from, to)`"),
        ("`+` takes numbers", "a record") => {
            diag.help("records are merged by `a & b`; `a with b` lets the fields of `b` win")
        }
        ("`%` takes integers", "a string") => diag.help("a value is put into a string by `\\(x)`"),
        (role, "a string") if role.ends_with("takes numbers") => {
            diag.around("a number is read out of a string", at, "std.number.parse(", ")")
        }
        _ => diag,
    }
}

/// `a + b` of strings or lists: `++` joins them.
pub fn joined(diag: Diag, left: Loc, right: Loc) -> Diag {
    diag.rewrite("`++` joins strings and lists", Rewrite::Sign { left, right, from: "+", to: "++" })
}

/// `base.name` on null.
pub fn of_null(diag: Diag, base: Loc, name: Loc, word: &str) -> Diag {
    let help = format!("where the value may be null, write `?.{word}`");
    diag.rewrite(help, Rewrite::Sign { left: base, right: name, from: ".", to: "?." })
}

/// The module of the library that works on values of a kind.
pub fn module(kind: &str) -> Option<&'static str> {
    match kind {
        "a list" => Some("list"),
        "a string" => Some("string"),
        "an integer" | "a float" => Some("number"),
        _ => None,
    }
}

/// `base.name(…)` on a value without fields, where the library has a function `path`.
pub fn method(diag: Diag, base: Loc, name: Loc, path: &str) -> Diag {
    let function = format!("std.{path}");
    diag.rewrite(
        format!("values have no methods; there is the function `{function}`"),
        Rewrite::Call { base, name, function },
    )
}

/// A field `name` at `at` that stands beside the record `owner` it belongs to.
pub fn belongs(diag: Diag, at: Loc, owner: &str, name: &str) -> Diag {
    let path = format!("{owner}.{name}");
    let help = format!("it belongs to `{owner}`: write `{path}`");
    diag.rewrite(help, Rewrite::Word { at, from: name.to_owned(), to: path })
}

/// A field that stands in inner braces and is needed by those around them.
pub fn further_out(name: impl std::fmt::Display) -> String {
    format!("the record around these braces needs it: move `{name}` one level out")
}

/// A record indexed by a number.
pub fn by_name(diag: Diag, first: Option<&str>) -> Diag {
    match first {
        Some(name) => diag.help(format!("a field is read by its name, such as `[{name:?}]`")),
        None => diag,
    }
}
