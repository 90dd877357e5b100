//! Whether what came is what a section expects, and the difference in words.
//!
//! JSON is compared without the white space between its tokens and otherwise to the character: the
//! order of fields counts, and `1` is not `1.0`. Errors are compared one by one, in order.

use super::cases::{Case, Expected, Wanted};
use crate::base::span::FileId;
use crate::data::json::read_json;
use crate::output::json::JsonSink;

/// A blessed value that is longer than this stands on several lines.
const WIDEST: usize = 100;

/// What running a section gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Output(String),
    Errors(Vec<Seen>),
}

/// An error that came.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub code: String,
    /// `line:column`, after `file:` where that is not `main.rzp`; empty for an error without a place.
    pub place: String,
    pub title: String,
    /// Everything that the message says, a line each.
    pub message: String,
}

/// `Err` holds the difference as lines for a person.
pub fn judge(case: &Case, outcome: &Outcome) -> Result<(), String> {
    let same = match (&case.expected, outcome) {
        (Expected::Json(text), Outcome::Output(output)) => squeeze(text) == squeeze(output),
        (Expected::Text(text), Outcome::Output(output)) => text.trim_end() == output.trim_end(),
        (Expected::Errors(wanted), Outcome::Errors(seen)) => {
            wanted.len() == seen.len() && wanted.iter().zip(seen).all(|(wanted, seen)| fits(wanted, seen))
        }
        _ => false,
    };
    if same { Ok(()) } else { Err(difference(&case.expected, outcome)) }
}

fn fits(wanted: &Wanted, seen: &Seen) -> bool {
    wanted.code == seen.code
        && wanted.place.as_ref().is_none_or(|place| *place == seen.place)
        && seen.title.contains(&wanted.title)
        && wanted.also.iter().all(|words| seen.message.contains(words))
}

fn difference(expected: &Expected, outcome: &Outcome) -> String {
    let wanted = match expected {
        Expected::Nothing => "nothing yet\n".to_owned(),
        Expected::Json(text) => squeeze(text),
        Expected::Text(text) => text.clone(),
        Expected::Errors(errors) => errors.iter().map(show_wanted).collect(),
    };
    let came = match outcome {
        Outcome::Output(text) if matches!(expected, Expected::Json(_)) => squeeze(text),
        Outcome::Output(text) => text.clone(),
        Outcome::Errors(errors) => errors.iter().map(show_seen).collect(),
    };
    format!("expected\n{}came\n{}", indented(&wanted), indented(&came))
}

fn show_wanted(error: &Wanted) -> String {
    let place = error.place.as_deref().unwrap_or("-");
    let also: String = error.also.iter().map(|words| format!("  with: {words}\n")).collect();
    format!("error {} {place} {}\n{also}", error.code, error.title)
}

fn show_seen(error: &Seen) -> String {
    let rest: String = error.message.lines().skip(1).map(|line| format!("  {line}\n")).collect();
    format!("error {} {} {}\n{rest}", error.code, error.place, error.title)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// JSON without the white space between its tokens.
pub fn squeeze(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in json.chars() {
        if quoted || !c.is_whitespace() {
            out.push(c);
        }
        quoted = if c == '"' && !escaped { !quoted } else { quoted };
        escaped = c == '\\' && !escaped;
    }
    out
}

/// JSON with a line for each field and element, for differences that can be read; a text that is none as it stands.
pub fn spread(json: &str) -> String {
    let mut sink = JsonSink::pretty();
    match read_json(FileId(0), json) {
        Ok(data) if data.write(&mut sink).is_ok() => sink.finish().trim_end().to_owned(),
        _ => json.to_owned(),
    }
}

/// The section with the expectation that fits what came; what already fits is left as it stands.
pub fn bless(case: &Case, outcome: &Outcome) -> Case {
    let expected = match (judge(case, outcome), outcome) {
        (Ok(()), _) => case.expected.clone(),
        (Err(_), Outcome::Output(text)) if case.option("format").any(|format| format != "json") => {
            Expected::Text(text.clone())
        }
        (Err(_), Outcome::Output(text)) => {
            let line = squeeze(text);
            Expected::Json(if line.len() > WIDEST { spread(text) } else { line })
        }
        (Err(_), Outcome::Errors(errors)) => Expected::Errors(errors.iter().map(blessed).collect()),
    };
    Case { expected, ..case.clone() }
}

fn blessed(seen: &Seen) -> Wanted {
    let place = (!seen.place.is_empty()).then(|| seen.place.clone());
    Wanted { code: seen.code.clone(), place, title: seen.title.clone(), also: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cases::parse;

    fn case(text: &str) -> Case {
        parse(text).unwrap().cases.remove(0)
    }

    #[test]
    fn white_space_between_tokens_does_not_count() {
        let case = case("--- a ---\n1\n#=> { \"a b\": [1,\n#=>   2] }\n");
        assert_eq!(judge(&case, &Outcome::Output("{\"a b\":[1,2]}\n".to_owned())), Ok(()));
        assert!(judge(&case, &Outcome::Output("{\"ab\":[1,2]}".to_owned())).is_err());
        assert!(judge(&case, &Outcome::Output("{\"a b\":[1,2.0]}".to_owned())).is_err());
    }

    #[test]
    fn an_error_fits_by_code_place_and_words() {
        let case = case("--- a ---\n1\n#! E0201 - replcias\n#!+ did you mean\n");
        let seen = |code: &str, help: &str| {
            let title = "no name `replcias`".to_owned();
            let message = format!("{title}\n{help}");
            Outcome::Errors(vec![Seen { code: code.to_owned(), place: "1:1".to_owned(), title, message }])
        };
        assert_eq!(judge(&case, &seen("E0201", "did you mean `replicas`?")), Ok(()));
        assert!(judge(&case, &seen("E0201", "")).is_err());
        assert!(judge(&case, &seen("E0204", "did you mean `replicas`?")).is_err());
    }

    #[test]
    fn each_part_of_json_has_a_line() {
        let spread = spread(r#"{"a":[1,{}],"b:,":"{\""}"#);
        assert_eq!(spread, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b:,\": \"{\\\"\"\n}");
    }

    #[test]
    fn blessing_keeps_what_fits() {
        let case = case("--- a ---\n1\n#=> [1]\n");
        assert_eq!(bless(&case, &Outcome::Output("[ 1 ]".to_owned())).expected, Expected::Json("[1]".to_owned()));
        assert_eq!(bless(&case, &Outcome::Output("[2]".to_owned())).expected, Expected::Json("[2]".to_owned()));
    }
}
