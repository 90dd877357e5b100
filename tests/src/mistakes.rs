//! Mistakes that people make, each a file of what is written, what is to be said, and what mends it.
//!
//! ```text
//! A field's name is misspelt
//! expect E0406 main.rzp:3:3 `imgae`
//!
//! === main.rzp
//! …
//! === mend
//! main.rzp:3:3 `imgae` → `image`
//! === gives
//! {"image":"nginx:1.29"}
//! === message
//! …
//! ```
//!
//! The head is a title, an `expect` line for each mistake that stands in the files (the place and
//! the words that are wrong, as a person sees them; `E0301|E0501` where a check and a run have codes of
//! their own), and options: `build` takes `services/main.rzp`
//! to files, `input env=staging` is given to both. `mend` holds edits, or `fix` for the edits that
//! the messages bring along, or `input env=lab` where one is to be given. `gives` is the value once it is mended, where that is short. `message`
//! is what `rzp check` and `rzp eval` say, or `check` and `run` where they say it differently.

use std::fmt::Write;

/// One mistake.
#[derive(Debug, Clone)]
pub struct Mistake {
    /// From `tests/mistakes/`, without its ending, e.g. `fields/misspelt`.
    pub name: String,
    pub title: String,
    pub truths: Vec<Truth>,
    pub build: bool,
    pub inputs: Vec<(String, String)>,
    /// What stands under `=== name`, in order.
    pub sections: Vec<(String, String)>,
}

/// Where a mistake truly is.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    pub code: String,
    pub file: String,
    pub line: usize,
    pub column: usize,
    /// The words that are wrong, of the first line if they take several.
    pub offender: String,
}

/// An edit of one file: what stands at a place, and what is to stand there.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub old: String,
    pub new: String,
}

/// Where the files are, from the root.
pub const FOLDER: &str = "tests/mistakes";

/// Sections that are not files of the project.
const OWN: &[&str] = &["mend", "gives", "message", "check", "run"];

impl Mistake {
    /// The files of the project.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.sections.iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
        files.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    pub fn section(&self, name: &str) -> Option<&str> {
        self.sections.iter().find(|(found, _)| found == name).map(|(_, text)| text.as_str())
    }

    /// Sets a section in its place, or takes it away.
    pub fn set(&mut self, name: &str, text: Option<String>) {
        self.sections.retain(|(found, _)| found != name || text.is_some());
        let Some(text) = text else { return };
        if let Some((_, old)) = self.sections.iter_mut().find(|(found, _)| found == name) {
            *old = text;
            return;
        }
        let rank = |name: &str| OWN.iter().position(|own| *own == name).map_or(0, |at| at + 1);
        let at = self.sections.iter().position(|(found, _)| rank(found) > rank(name));
        self.sections.insert(at.unwrap_or(self.sections.len()), (name.to_owned(), text));
    }

    /// The edits that a person makes on reading the message; none if those of the message are taken.
    pub fn edits(&self) -> Result<Vec<Edit>, String> {
        let mend = self.section("mend").unwrap_or_default();
        let no_edit = |line: &&str| line.trim().is_empty() || *line == "fix" || line.starts_with("input ");
        mend.lines().filter(|line| !no_edit(line)).map(edit).collect()
    }

    /// The inputs that are given to the program once the message is read, where it asks for one.
    pub fn mended_inputs(&self) -> Option<Vec<(String, String)>> {
        let lines = self.section("mend")?.lines().filter_map(|line| line.strip_prefix("input ")?.split_once('='));
        let inputs: Vec<_> = lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        (!inputs.is_empty()).then_some(inputs)
    }

    pub fn takes_fixes(&self) -> bool {
        self.section("mend").is_some_and(|mend| mend.lines().any(|line| line == "fix"))
    }
}

/// Reads a mistake; the error says what does not belong.
pub fn parse(name: &str, text: &str) -> Result<Mistake, String> {
    let mut mistake = Mistake {
        name: name.to_owned(),
        title: String::new(),
        truths: Vec::new(),
        build: false,
        inputs: Vec::new(),
        sections: Vec::new(),
    };
    for line in text.lines() {
        if let Some(section) = line.strip_prefix("=== ") {
            mistake.sections.push((section.to_owned(), String::new()));
        } else if let Some((_, text)) = mistake.sections.last_mut() {
            text.push_str(line);
            text.push('\n');
        } else if mistake.title.is_empty() {
            mistake.title = line.to_owned();
        } else {
            head(&mut mistake, line)?;
        }
    }
    for (_, text) in &mut mistake.sections {
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    if mistake.truths.is_empty() {
        return Err("no line says what is expected".to_owned());
    }
    Ok(mistake)
}

fn head(mistake: &mut Mistake, line: &str) -> Result<(), String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    match word {
        "" => {}
        "build" => mistake.build = true,
        "input" => {
            let (name, value) = rest.split_once('=').ok_or("an input is `name=value`")?;
            mistake.inputs.push((name.to_owned(), value.to_owned()));
        }
        "expect" => mistake.truths.push(truth(rest)?),
        _ => return Err(format!("`{line}` is no line of a head")),
    }
    Ok(())
}

fn truth(text: &str) -> Result<Truth, String> {
    let (code, rest) = text.split_once(' ').ok_or("`expect` takes a code, a place and words")?;
    let at = rest.find(" `").ok_or("`expect` takes words after the place")?;
    let (place, words) = rest.split_at(at);
    let (file, line, column) = position(place)?;
    Ok(Truth { code: code.to_owned(), file, line, column, offender: unquoted(words)? })
}

fn edit(line: &str) -> Result<Edit, String> {
    let (place, rest) = line.split_once(' ').ok_or("an edit is a place, `old` → `new`")?;
    let (old, new) = rest.split_once(" → ").ok_or("an edit is a place, `old` → `new`")?;
    let (file, line, column) = position(place)?;
    Ok(Edit { file, line, column, old: unquoted(old)?, new: unquoted(new)? })
}

fn position(place: &str) -> Result<(String, usize, usize), String> {
    let wrong = || format!("`{place}` is not `file:line:column`");
    let mut parts = place.rsplitn(3, ':');
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<usize>().ok()).ok_or_else(wrong);
    let column = number(parts.next())?;
    let line = number(parts.next())?;
    Ok((parts.next().ok_or_else(wrong)?.to_owned(), line, column))
}

fn unquoted(text: &str) -> Result<String, String> {
    let inner = text.trim().strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    inner.map(|text| text.replace('␤', "\n")).ok_or_else(|| format!("{text} stands in no backticks"))
}

/// The mistake as its file has it.
pub fn print(mistake: &Mistake) -> String {
    let mut out = format!("{}\n", mistake.title);
    for truth in &mistake.truths {
        let Truth { code, file, line, column, offender } = truth;
        let _ = writeln!(out, "expect {code} {file}:{line}:{column} `{offender}`");
    }
    if mistake.build {
        out.push_str("build\n");
    }
    for (name, value) in &mistake.inputs {
        let _ = writeln!(out, "input {name}={value}");
    }
    for (name, text) in &mistake.sections {
        let _ = write!(out, "\n=== {name}\n{text}");
    }
    out
}

/// The text with the edits of this file made; the error names one that does not fit.
pub fn edited(path: &str, text: &str, edits: &[Edit]) -> Result<String, String> {
    let mut ranges = Vec::new();
    for edit in edits.iter().filter(|edit| edit.file == path) {
        let lines: usize = text.split_inclusive('\n').take(edit.line - 1).map(str::len).sum();
        let rest = text.get(lines..).unwrap_or_default();
        let start = lines + rest.chars().take(edit.column - 1).map(char::len_utf8).sum::<usize>();
        if !text.get(start..).is_some_and(|rest| rest.starts_with(&edit.old)) {
            return Err(format!("{path}:{}:{} does not hold `{}`", edit.line, edit.column, edit.old));
        }
        ranges.push((start..start + edit.old.len(), edit.new.as_str()));
    }
    Ok(replaced(text, ranges))
}

/// The text with ranges replaced, which are taken from the back, so that earlier ones stay in place.
pub fn replaced(text: &str, mut ranges: Vec<(std::ops::Range<usize>, &str)>) -> String {
    ranges.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, range.end)));
    let mut out = text.to_owned();
    for (range, new) in ranges {
        out.replace_range(range, new);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "A name\nexpect E0201 a.rzp:1:1 `nmae`\ninput env=lab\n\n=== a.rzp\nnmae\n\n=== mend\na.rzp:1:1 `nmae` → `name`\n";

    #[test]
    fn a_mistake_is_printed_as_it_was_read() {
        let mut read = parse("a", TEXT).expect("a mistake");
        assert_eq!(print(&read), TEXT);
        read.set("gives", Some("1\n".to_owned()));
        read.set("message", Some("no\n".to_owned()));
        read.set("mend", Some("fix\n".to_owned()));
        let names: Vec<&str> = read.sections.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.rzp", "mend", "gives", "message"]);
    }

    #[test]
    fn edits_are_made_where_they_fit_and_nowhere_else() {
        let edits = parse("a", TEXT).and_then(|read| read.edits()).expect("edits");
        assert_eq!(edited("a.rzp", "nmae\n", &edits).as_deref(), Ok("name\n"));
        assert_eq!(edited("b.rzp", "nmae\n", &edits).as_deref(), Ok("nmae\n"));
        assert!(edited("a.rzp", "name\n", &edits).is_err());
    }
}
