//! Files of named sections: RZP source with what it should give.
//!
//! ```text
//! --- addition-keeps-integers-exact ---
//! 9223372036854775807 + 1
//! #=> 9223372036854775808
//! ```
//!
//! A section ends in its expectation: `#=>` lines hold a value as JSON, `#|` lines hold exact text
//! (with `format=yaml`, `toml` or `text` after the name), `#!` lines hold errors: code, place as
//! `line:column` or `file:line:column` or `-`, and words of the title; `#!+` below one asks for words
//! anywhere in its message. `#file path` begins another file of the section's world, `#main` returns
//! to `main.rzp`. Other words after the name: `path=a.b`, `set=a.b=1`, `input=env=staging`; and
//! `run=check` for what is to be checked and not run, `run=explain` for why `path=` is what it is, `refused=E0301` for what runs only because the run never reaches the part that the checker refuses.
//!
//! A name that appears twice is a mistake in the file. A section that expects nothing yet fails until it is blessed.

use std::collections::BTreeSet;

/// A file of sections.
#[derive(Debug)]
pub struct CaseFile {
    /// The lines before the first section.
    pub preamble: String,
    pub cases: Vec<Case>,
}

/// One section.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    /// The line of its header, counted from one.
    pub line: usize,
    /// The words after the name, e.g. `("format", "yaml")`.
    pub options: Vec<(String, String)>,
    /// The lines between header and expectation, as they stand.
    pub body: String,
    pub expected: Expected,
}

/// What a section says that it gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// Nothing yet.
    Nothing,
    Json(String),
    Text(String),
    Errors(Vec<Wanted>),
}

/// An error that a section expects.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub code: String,
    /// `None` where the section says `-`.
    pub place: Option<String>,
    pub title: String,
    /// Words that stand somewhere in the message: a note, a help, a label.
    pub also: Vec<String>,
}

/// Reads a file of sections; the error names the line.
pub fn parse(text: &str) -> Result<CaseFile, String> {
    let mut file = CaseFile { preamble: String::new(), cases: Vec::new() };
    let mut names = BTreeSet::new();
    let mut section: Option<(usize, &str, Vec<&str>)> = None;
    for (index, line) in text.lines().enumerate() {
        if let Some(header) = line.strip_prefix("--- ") {
            file.cases.extend(section.take().map(close).transpose()?);
            section = Some((index + 1, header, Vec::new()));
        } else if let Some((_, _, lines)) = &mut section {
            lines.push(line);
        } else {
            file.preamble.push_str(line);
            file.preamble.push('\n');
        }
    }
    file.cases.extend(section.map(close).transpose()?);
    for case in &file.cases {
        if !names.insert(&case.name) {
            return Err(format!("line {}: a second section is called `{}`", case.line, case.name));
        }
    }
    Ok(file)
}

fn close((line, header, lines): (usize, &str, Vec<&str>)) -> Result<Case, String> {
    let wrong = |what: &str| format!("line {line}: {what}");
    let (name, options) = header.split_once(" ---").ok_or_else(|| wrong("a header is `--- name ---`"))?;
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Err(wrong(&format!("`{name}` is no kebab-case name")));
    }
    let option = |word: &str| word.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
    let options: Option<Vec<_>> = options.split_whitespace().map(option).collect();
    let options = options.ok_or_else(|| wrong("an option is `key=value`"))?;
    let start = lines.iter().position(|line| is_expectation(line)).unwrap_or(lines.len());
    let expected = expectation(&lines[start..]).map_err(|what| wrong(&format!("`{name}` {what}")))?;
    Ok(Case { name: name.to_owned(), line, options, body: body(&lines[..start]), expected })
}

/// Whether a line belongs to an expectation.
pub fn is_expectation(line: &str) -> bool {
    ["#=>", "#|", "#!"].iter().any(|mark| line.starts_with(mark))
}

fn body(lines: &[&str]) -> String {
    let used = lines.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    lines[..used].iter().map(|line| format!("{line}\n")).collect()
}

/// What the lines behind a section's text say that it gives.
pub fn expectation(lines: &[&str]) -> Result<Expected, String> {
    let lines: Vec<&str> = lines.iter().copied().filter(|line| !line.trim().is_empty()).collect();
    let Some(first) = lines.first() else { return Ok(Expected::Nothing) };
    let mark = if first.starts_with("#=>") { "#=>" } else { &first[..2] };
    let mut texts = Vec::new();
    for line in &lines {
        texts.push(line.strip_prefix(mark).ok_or_else(|| format!("has `{line}` after its expectation"))?);
    }
    let exact = |text: &&str| text.strip_prefix(' ').unwrap_or(text).to_owned();
    match mark {
        "#=>" => Ok(Expected::Json(texts.iter().map(exact).collect::<Vec<_>>().join("\n"))),
        "#|" => Ok(Expected::Text(texts.iter().map(|text| exact(text) + "\n").collect())),
        _ => wanted(&texts),
    }
}

fn wanted(texts: &[&str]) -> Result<Expected, String> {
    let mut errors: Vec<Wanted> = Vec::new();
    for text in texts {
        if let Some(words) = text.strip_prefix('+') {
            let error = errors.last_mut().ok_or("has `#!+` before any error")?;
            error.also.push(words.trim().to_owned());
            continue;
        }
        let mut words = text.trim().splitn(3, ' ');
        let (code, place) = (words.next().unwrap_or(""), words.next().unwrap_or("-"));
        if code.len() != 5 || !code.starts_with(['E', 'W']) {
            return Err(format!("has the error `{}`, which is no `E0000 line:column words`", text.trim()));
        }
        let place = (place != "-").then(|| place.to_owned());
        let title = words.next().unwrap_or("").trim().to_owned();
        errors.push(Wanted { code: code.to_owned(), place, title, also: Vec::new() });
    }
    Ok(Expected::Errors(errors))
}

impl Case {
    /// The files of the section's world, `main.rzp` among them.
    pub fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = vec![("main.rzp".to_owned(), String::new())];
        let mut current = 0;
        for line in self.body.lines() {
            if line == "#main" {
                current = 0;
            } else if let Some(path) = line.strip_prefix("#file ") {
                current = files.len();
                files.push((path.trim().to_owned(), String::new()));
            } else {
                files[current].1.push_str(line);
                files[current].1.push('\n');
            }
        }
        files
    }

    /// The values of one option, in the order given.
    pub fn option<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.options.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// Writes the sections back, as [`parse`] reads them.
pub fn print(file: &CaseFile) -> String {
    let mut out = file.preamble.clone();
    for (index, case) in file.cases.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let options: String = case.options.iter().map(|(key, value)| format!(" {key}={value}")).collect();
        out.push_str(&format!("--- {} ---{options}\n{}{}", case.name, case.body, print_expected(&case.expected)));
    }
    out
}

fn print_expected(expected: &Expected) -> String {
    let marked = |mark: &str, text: &str| -> String {
        text.lines().map(|line| format!("{mark} {line}").trim_end().to_owned() + "\n").collect()
    };
    match expected {
        Expected::Nothing => String::new(),
        Expected::Json(text) => marked("#=>", text),
        Expected::Text(text) => marked("#|", text),
        Expected::Errors(errors) => errors.iter().map(print_wanted).collect(),
    }
}

fn print_wanted(error: &Wanted) -> String {
    // A code alone stands without the mark for any place.
    let place = error.place.as_deref().unwrap_or(if error.title.is_empty() { "" } else { "-" });
    let line = format!("#! {} {place} {}", error.code, error.title);
    let also: String = error.also.iter().map(|words| format!("#!+ {words}\n")).collect();
    format!("{}\n{also}", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# What it is.\n\n--- adds ---\n1 + 1\n#=> 2\n\n--- two-files --- format=yaml\nimport \"./a.yaml\"\n\
        #file a.yaml\nx: 1\n#| x: 1\n\n--- wrong ---\n{ a = b }\n#! E0201 1:7 `b`\n#!+ did you mean\n";

    #[test]
    fn what_is_read_is_written_back() {
        let file = parse(TEXT).unwrap();
        assert_eq!(print(&file), TEXT);
        assert_eq!(file.cases[1].files()[1], ("a.yaml".to_owned(), "x: 1\n".to_owned()));
        assert_eq!(file.cases[1].option("format").collect::<Vec<_>>(), ["yaml"]);
    }

    #[test]
    fn mistakes_are_named_by_line() {
        assert_eq!(
            parse("--- a ---\n#=> 1\n--- a ---\n#=> 1\n").unwrap_err(),
            "line 3: a second section is called `a`"
        );
        assert!(parse("--- A ---\n#=> 1\n").unwrap_err().contains("kebab"));
        assert!(parse("--- a ---\n#=> 1\n2\n").unwrap_err().contains("after its expectation"));
    }
}
