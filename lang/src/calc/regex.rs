//! Regular expressions, compiled once per pattern and thread.
//!
//! The dialect is that of the `regex` crate, which is RE2's: linear in the text whatever the
//! pattern, hence without look-around and back-references; both are refused in words of our own.
//! Annotations such as `=~"^[a-z]+$"` and the library share the cache.

pub use regex::{Regex, escape};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// More patterns than this in one run are made by the program, and are not worth their memory.
const KEPT: usize = 1024;

thread_local! {
    static COMPILED: RefCell<FxHashMap<Box<str>, Rc<Regex>>> = RefCell::default();
}

/// The compiled pattern, from the cache if it was met before.
pub fn compile(pattern: &str) -> Result<Rc<Regex>, String> {
    if let Some(found) = COMPILED.with_borrow(|compiled| compiled.get(pattern).cloned()) {
        return Ok(found);
    }
    let regex = Rc::new(Regex::new(pattern).map_err(|error| explain(pattern, &error))?);
    COMPILED.with_borrow_mut(|compiled| {
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        compiled.insert(pattern.into(), regex.clone());
    });
    Ok(regex)
}

/// Whether the pattern fits somewhere in the text.
pub fn is_match(pattern: &str, text: &str) -> Result<bool, String> {
    let known = COMPILED.with_borrow(|compiled| compiled.get(pattern).map(|regex| regex.is_match(text)));
    known.map_or_else(|| Ok(compile(pattern)?.is_match(text)), Ok)
}

fn explain(pattern: &str, error: &regex::Error) -> String {
    let reason = match error {
        regex::Error::CompiledTooBig(_) => "it is too large; its repetitions multiply".to_owned(),
        _ => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
    };
    let advice = match reason.as_str() {
        text if text.contains("look-around") => "; match what stands around as well and take a group",
        text if text.contains("backreferences") => "; compare two groups after the match",
        text if text.contains("unclosed group") => r"; write `\(` for a bracket itself",
        text if text.contains("repetition operator missing") => r"; write `\*`, `\+` or `\?` for the character itself",
        _ => "",
    };
    format!("`{pattern}` is not a regular expression: {reason}{advice}")
}

/// A match with its position in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub text: String,
    pub start: usize,
    pub end: usize,
    /// The groups in order; `None` for those that took no part.
    pub groups: Vec<Option<String>>,
    /// The named ones among them.
    pub names: Vec<(String, Option<String>)>,
}

/// All matches that do not overlap, from the left, lazily.
pub fn find_all<'a>(regex: &'a Regex, text: &'a str) -> impl Iterator<Item = Found> + 'a {
    let (mut bytes, mut chars) = (0, 0);
    regex.captures_iter(text).map(move |captures| {
        let whole = captures.get_match();
        chars += text[bytes..whole.start()].chars().count();
        let start = chars;
        chars += whole.as_str().chars().count();
        bytes = whole.end();
        let group = |at: usize| captures.get(at).map(|group| group.as_str().to_owned());
        let named = regex.capture_names().enumerate().filter_map(|(at, name)| Some((name?.to_owned(), group(at))));
        Found {
            text: whole.as_str().to_owned(),
            start,
            end: chars,
            groups: (1..captures.len()).map(group).collect(),
            names: named.collect(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiles_once_and_explains() {
        let first = compile("^[a-z]+$").unwrap();
        assert!(Rc::ptr_eq(&first, &compile("^[a-z]+$").unwrap()));
        assert_eq!((is_match("^[a-z]+$", "ab"), is_match("b", "a")), (Ok(true), Ok(false)));
        assert!(compile("(?=a)").unwrap_err().contains("take a group"));
        assert!(compile(r"(a)\1").unwrap_err().contains("compare two groups"));
        let message = compile("a(b").unwrap_err();
        assert_eq!(message, r"`a(b` is not a regular expression: unclosed group; write `\(` for a bracket itself");
        assert!(compile("(((a{1000}){1000}){1000})").unwrap_err().contains("too large"));
    }

    #[test]
    fn finds_in_characters() {
        let regex = compile(r"(?<name>\w+)=(\d+)?").unwrap();
        let found: Vec<Found> = find_all(&regex, "ü é=1, b=").collect();
        assert_eq!((found[0].start, found[0].end), (2, 5));
        assert_eq!((found[1].start, found[1].text.as_str()), (7, "b="));
        assert_eq!(found[1].groups, [Some("b".to_owned()), None]);
        assert_eq!(found[0].names, [("name".to_owned(), Some("é".to_owned()))]);
    }
}
