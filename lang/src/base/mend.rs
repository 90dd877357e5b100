//! What mends a wrong operand, in the same words for the checker and for a run.
//!
//! Both know the kind of a value, such as "a string", and where its expression stands. A mend that
//! is written around that expression needs the source's text, which neither has at hand: it is left
//! as a [`Rewrite`] and made into an edit where the sources are known.

use super::diag::Diag;
use super::source::Sources;
use super::span::{Loc, Span};

/// What operands are for, as titles begin.
pub const CONDITION: &str = "expected a boolean";
pub const IN_STRING: &str = "a string takes strings, numbers and booleans";
pub const JOIN_STRING: &str = "`++` joins a string with another";
pub const JOIN_LIST: &str = "`++` joins a list with another";
pub const FIELD_NAME: &str = "expected a string as a field's name";

/// How a literal of another kind is mended.
pub const QUOTE: &str = "put it in quotes";
pub const UNQUOTE: &str = "write it without quotes";

/// An edit in terms of expressions that are in the text.
#[derive(Clone, PartialEq, Debug)]
pub enum Rewrite {
    /// Text before and after an expression.
    Around { at: Loc, before: String, after: String },
    /// The brackets of a literal taken away.
    Bare { at: Loc },
    /// The sign between two expressions.
    Sign { left: Loc, right: Loc, from: &'static str, to: &'static str },
    /// `base.name(x)` as `function(base, x)`.
    Call { base: Loc, name: Loc, function: String },
    /// Two expressions in each other's place.
    Exchange { first: Loc, second: Loc },
    /// No edit: the expression quoted in the help, between two texts.
    Quote { at: Loc, before: String, after: String },
    /// What stands right before an expression, in other words.
    Prefix { at: Loc, from: &'static str, to: &'static str },
    /// A word inside of an expression.
    Inside { at: Loc, from: String, to: String },
    /// One expression in the place of another text, wherever that stands literally.
    Word { at: Loc, from: String, to: String },
}

impl Diag {
    /// A help whose edit is worked out once the sources are at hand.
    pub fn rewrite(mut self, help: impl Into<String>, rewrite: Rewrite) -> Diag {
        self.rewrite = Some((help.into(), rewrite));
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
            return self.offer(help, loc, replacement);
        }
        match rewrite {
            Rewrite::Quote { at, before, after } => match written(at, sources) {
                Some(text) => self.help(format!("{help}: `{before}{text}{after}`")),
                None => self.help(help),
            },
            _ => self.help(help),
        }
    }
}

impl Rewrite {
    /// The place and its new text, if both are in one file and fit on a line each.
    fn edit(&self, sources: &Sources) -> Option<(Loc, String)> {
        match self {
            Rewrite::Around { at, before, after } => {
                let text = written(*at, sources)?;
                let loose = ["|>", "=>", "if ", "let ", " ?? "].iter().any(|sign| text.contains(sign));
                let joined = before.is_empty() && after.starts_with(' ') && loose;
                let text = if joined { format!("({text})") } else { text.to_owned() };
                Some((*at, format!("{before}{text}{after}")))
            }
            Rewrite::Bare { at } => {
                let inner = written(*at, sources)?.strip_prefix('[')?.strip_suffix(']')?;
                Some((*at, inner.trim().to_owned()))
            }
            Rewrite::Sign { left, right, from, to } => {
                let gap = between(left.span.end, right.span.start, *left)?;
                let text = sources.get(gap.file).text.get(gap.span.range())?;
                let start = gap.span.start as usize + text.find(from)?;
                Some((Span::new(start, start + from.len()).at(gap.file), (*to).to_owned()))
            }
            Rewrite::Call { base, name, function } => {
                let text = &sources.get(base.file).text;
                let behind = text.get(name.span.end as usize..)?.strip_prefix('(')?;
                let comma = if behind.trim_start().starts_with(')') { "" } else { ", " };
                let place = between(base.span.start, name.span.end + 1, *base)?;
                Some((place, format!("{function}({}{comma}", written(*base, sources)?)))
            }
            Rewrite::Exchange { first, second } => {
                let text = &sources.get(first.file).text;
                let gap = text.get(first.span.end as usize..second.span.start as usize)?;
                let (one, other) = (written(*first, sources)?, written(*second, sources)?);
                Some((between(first.span.start, second.span.end, *first)?, format!("{other}{gap}{one}")))
            }
            Rewrite::Quote { .. } => None,
            Rewrite::Prefix { at, from, to } => {
                let place = between(at.span.start.checked_sub(from.len() as u32)?, at.span.start, *at)?;
                (written(place, sources)? == *from).then(|| (place, (*to).to_owned()))
            }
            Rewrite::Inside { at, from, to } => {
                let text = written(*at, sources)?;
                let start = at.span.start as usize + text.rfind(from.as_str())?;
                Some((Span::new(start, start + from.len()).at(at.file), to.clone()))
            }
            Rewrite::Word { at, from, to } => (written(*at, sources)? == from).then(|| (*at, to.clone())),
        }
    }
}

fn between(start: u32, end: u32, near: Loc) -> Option<Loc> {
    (start <= end).then(|| Span { start, end }.at(near.file))
}

/// The text of an expression that is short enough to be written again.
fn written(at: Loc, sources: &Sources) -> Option<&str> {
    if at == Loc::default() {
        return None;
    }
    let text = sources.get(at.file).text.get(at.span.range())?;
    let balance = |open: char, close: char| text.matches(open).count() == text.matches(close).count();
    let whole = balance('(', ')') && balance('[', ']') && balance('{', '}');
    (!text.is_empty() && text.len() <= 300 && whole).then_some(text)
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

/// A record indexed by a number.
pub fn by_name(diag: Diag, first: Option<&str>) -> Diag {
    match first {
        Some(name) => diag.help(format!("a field is read by its name, such as `[{name:?}]`")),
        None => diag,
    }
}
