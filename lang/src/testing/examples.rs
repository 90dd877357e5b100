//! Examples in documentation: fenced blocks of code in the `##` comments of a file.
//!
//! ````text
//! ## Twice a number.
//! ##
//! ## ```rzp
//! ## double(4)
//! ## #=> 8
//! ## ```
//! double(x) = 2 * x
//! ````
//!
//! An example sees the fields of its file by their names. What it expects stands at its end, as in a section; one that
//! expects nothing has to run.

use super::cases::{Case, Expected, expectation, is_expectation};
use crate::base::span::FileId;
use crate::eval::exports;
use crate::syntax::ast::{Item, Key};
use crate::syntax::parse::parse;

const FENCE: &str = "```";

/// The examples of a file's text; the error names the line of one that cannot be read.
pub fn of(text: &str) -> Result<Vec<Case>, String> {
    let mut found: Vec<Case> = Vec::new();
    let mut block: Option<(usize, Vec<&str>)> = None;
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let doc = line.trim_start().strip_prefix("##").filter(|rest| rest.is_empty() || rest.starts_with(' '));
        let Some(doc) = doc else {
            if let Some((begun, _)) = block.take() {
                return Err(format!("line {begun}: the example is never closed by {FENCE}"));
            }
            continue;
        };
        let doc = doc.strip_prefix(' ').unwrap_or(doc);
        match &mut block {
            None if doc.trim_end() == format!("{FENCE}rzp") => block = Some((index + 1, Vec::new())),
            None => {}
            Some((begun, body)) if doc.trim_end() == FENCE => {
                let below = lines.iter().skip(index + 1).find(|line| !line.trim_start().starts_with("##"));
                let case = example(*begun, body, below.copied().unwrap_or_default())?;
                found.push(named_apart(case, &found));
                block = None;
            }
            Some((_, body)) => body.push(doc),
        }
    }
    Ok(found)
}

fn example(line: usize, lines: &[&str], below: &str) -> Result<Case, String> {
    let start = lines.iter().position(|line| is_expectation(line)).unwrap_or(lines.len());
    let expected = match start == lines.len() {
        true => Expected::Nothing,
        false => expectation(&lines[start..]).map_err(|what| format!("line {line}: the example {what}"))?,
    };
    let body = lines[..start].iter().map(|line| format!("{line}\n")).collect();
    Ok(Case { name: documented(below), line, options: Vec::new(), body, expected })
}

/// The name of what a line defines; `file` where the comment is that of the file.
fn documented(line: &str) -> String {
    let words = ["default", "force", "hidden", "let"];
    let name = line.split_whitespace().find(|word| !words.contains(word)).unwrap_or_default();
    let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let opens = name.is_empty() || line.trim_start().starts_with("let ");
    if opens { "file".to_owned() } else { name.replace('_', "-") }
}

fn named_apart(mut case: Case, others: &[Case]) -> Case {
    let name = case.name.clone();
    for count in 2.. {
        if !others.iter().any(|other| other.name == case.name) {
            break;
        }
        case.name = format!("{name}-{count}");
    }
    case
}

/// A `let` that brings the fields of a file in sight which an example names; empty if it names none.
pub fn prelude(text: &str, stem: &str, case: &Case) -> String {
    let named = named(text, &case.body);
    if named.is_empty() { String::new() } else { format!("let {{ {} }} = import \"./{stem}\"", named.join(", ")) }
}

/// The fields of a file that an example names.
pub fn named(text: &str, example: &str) -> Vec<String> {
    fields(text).into_iter().filter(|name| has_word(example, name)).collect()
}

/// The names of the fields of a file's record, as far as its text tells them.
fn fields(text: &str) -> Vec<String> {
    let parsed = parse(FileId(0), text);
    let items = exports::fields(&parsed.ast, parsed.ast.root);
    let name = |item: &Item| match item {
        Item::Field(field) if !field.hidden => match field.path[0].key {
            Key::Static(name) => Some(name.text().to_string()),
            Key::Computed(_) => None,
        },
        _ => None,
    };
    let plain = |name: &String| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let mut names: Vec<String> = items.iter().filter_map(name).filter(plain).collect();
    names.sort();
    names.dedup();
    names
}

/// Whether a word stands in a text, alone and not behind a dot.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(|c| part(c) || c == '.') && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "## A file.\n##\n## ```rzp\n## 1\n## ```\nlet two = 2\n{\n  ## Twice.\n  ##\n  ## ```rzp\n  ## \
        double(4)\n  ## #=> 8\n  ## ```\n  double(x) = two * x\n}\n";

    #[test]
    fn examples_bear_the_name_of_what_they_explain() {
        let found = of(TEXT).expect("examples");
        let shown: Vec<_> = found.iter().map(|case| (case.name.as_str(), case.line, case.body.as_str())).collect();
        assert_eq!(shown, [("file", 3, "1\n"), ("double", 10, "double(4)\n")]);
        assert_eq!(found[0].expected, Expected::Nothing);
        assert_eq!(found[1].expected, Expected::Json("8".to_owned()));
        assert_eq!(prelude(TEXT, "math.rzp", &found[1]), "let { double } = import \"./math.rzp\"");
        assert_eq!(prelude(TEXT, "math.rzp", &found[0]), "");
    }

    #[test]
    fn an_open_fence_is_a_mistake() {
        assert!(of("## ```rzp\n## 1\n2\n").is_err_and(|what| what.starts_with("line 1: ")));
    }
}
