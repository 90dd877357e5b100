//! The rule of the floors, read from the source itself.
//!
//! A module may import from those that its parent's index lists above it, never from those below:
//! `lang/src/lib.rs` lists the folders from the ground up, each `mod.rs` its files. Every `crate::`
//! and `super::` path counts, in a `use` or in the middle of code. Names that an index re-exports
//! count as their file's. Tests at the end of a file (`#[cfg(test)]`) may look anywhere.

use crate::house::HouseFile;
use std::collections::BTreeMap;

/// A module by the names on the way to it, e.g. `["eval", "vm"]`.
type ModPath = Vec<String>;

/// What the index of one module says.
#[derive(Default)]
struct Index {
    /// In the order listed.
    children: Vec<String>,
    /// The name and the child that it comes from.
    reexports: Vec<(String, String)>,
}

impl Index {
    fn place(&self, child: &str) -> Option<usize> {
        self.children.iter().position(|name| name == child)
    }

    /// The child that a name in this module belongs to.
    fn owner(&self, name: &str) -> Option<usize> {
        let reexported = || self.reexports.iter().find(|(shown, _)| shown == name).map(|(_, child)| child.as_str());
        self.place(name).or_else(|| self.place(reexported()?))
    }
}

/// Every import that goes up, one line each.
pub fn breaches(files: &[HouseFile], source: &str) -> Vec<String> {
    let modules: Vec<(ModPath, &HouseFile)> =
        files.iter().filter_map(|file| Some((mod_path(&file.path, source)?, file))).collect();
    let indexes: BTreeMap<ModPath, Index> =
        modules.iter().map(|(path, file)| (path.clone(), index(&file.text))).collect();
    let mut found = Vec::new();
    for (from, file) in &modules {
        for (line, to) in imports(from, &file.text) {
            if goes_up(&indexes, from, &to) {
                found.push(format!(
                    "{}:{line} imports crate::{}, which is not listed above it",
                    file.path,
                    to.join("::")
                ));
            }
        }
    }
    found
}

fn goes_up(indexes: &BTreeMap<ModPath, Index>, from: &[String], to: &[String]) -> bool {
    let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let (Some(mine), Some(theirs)) = (from.get(common), to.get(common)) else { return false };
    let Some(index) = indexes.get(&from[..common]) else { return false };
    match (index.place(mine), index.owner(theirs)) {
        (Some(mine), Some(theirs)) => theirs > mine,
        _ => false,
    }
}

/// `lang/src/eval/vm.rs` is `["eval", "vm"]`; `mod.rs` and `lib.rs` are their folder.
fn mod_path(path: &str, source: &str) -> Option<ModPath> {
    let inside = path.strip_prefix(source)?.strip_prefix('/')?.strip_suffix(".rs")?;
    let mut parts: ModPath = inside.split('/').map(str::to_owned).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    Some(parts)
}

fn index(text: &str) -> Index {
    let mut index = Index::default();
    for line in text.lines() {
        let line = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
        if let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
            index.children.push(name.to_owned());
        } else if let Some(rest) = line.strip_prefix("use ") {
            for path in tree(rest) {
                if let (Some(first), Some(last)) = (path.first(), path.last()) {
                    index.reexports.push((last.clone(), first.clone()));
                }
            }
        }
    }
    index
}

/// The paths from the crate's root that a text names, with their lines.
fn imports(from: &[String], text: &str) -> Vec<(usize, ModPath)> {
    let code: Vec<&str> = text.lines().take_while(|line| line.trim() != "#[cfg(test)]").map(code_of).collect();
    let joined = code.join("\n");
    let mut found = Vec::new();
    for (start, word) in starts(&joined) {
        let line = joined[..start].matches('\n').count() + 1;
        for path in tree(&joined[start + word.len() + 2..]) {
            found.extend(absolute(from, word, path).map(|path| (line, path)));
        }
    }
    found
}

/// Where `crate::` and `super::` begin a path.
fn starts(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let find = move |word: &'static str, prefix: &'static str| {
        text.match_indices(prefix).map(move |(at, _)| (at, word)).filter(|(at, _)| {
            let before = text[..*at].chars().next_back();
            before.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == ':'))
        })
    };
    find("crate", "crate::").chain(find("super", "super::"))
}

fn absolute(from: &[String], word: &str, path: ModPath) -> Option<ModPath> {
    let mut base = if word == "crate" { Vec::new() } else { from[..from.len().checked_sub(1)?].to_vec() };
    for part in path {
        if part == "super" {
            base.pop()?;
        } else if part != "self" {
            base.push(part);
        }
    }
    Some(base)
}

/// The paths of a use tree that begins the text: `a::{b::C, d}` has two.
fn tree(text: &str) -> Vec<ModPath> {
    let mut paths = Vec::new();
    branch(text, Vec::new(), &mut paths);
    paths
}

/// Reads one branch and returns what follows it.
fn branch<'a>(text: &'a str, mut prefix: ModPath, paths: &mut Vec<ModPath>) -> &'a str {
    let mut rest = text.trim_start();
    loop {
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        rest = &rest[word.len()..];
        if !word.is_empty() {
            prefix.push(word);
        }
        if let Some(inner) = rest.strip_prefix('{') {
            return group(inner, &prefix, paths);
        }
        match rest.strip_prefix("::") {
            Some(next) if next.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '{') => rest = next,
            _ => break,
        }
    }
    paths.push(prefix);
    rest
}

fn group<'a>(text: &'a str, prefix: &ModPath, paths: &mut Vec<ModPath>) -> &'a str {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            return after;
        }
        let before = rest.len();
        rest = branch(rest, prefix.clone(), paths);
        // `as name`, `*` and the comma are passed over; a text that is no use tree ends the group.
        let skip = rest.find([',', '}', ';']).unwrap_or(rest.len());
        rest = &rest[skip..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
        if rest.is_empty() || rest.starts_with(';') || rest.len() == before {
            return rest;
        }
    }
}

/// A line without its comment.
fn code_of(line: &str) -> &str {
    let mut quoted = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match c {
            '"' if before != '\\' && before != '\'' => quoted = !quoted,
            '/' if !quoted && before == '/' => return &line[..at - 1],
            _ => {}
        }
        before = c;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(files: &[(&str, &str)]) -> Vec<HouseFile> {
        files.iter().map(|(path, text)| HouseFile { path: (*path).to_owned(), text: (*text).to_owned() }).collect()
    }

    #[test]
    fn a_lower_floor_may_be_imported_and_a_higher_one_not() {
        let files = house(&[
            ("lang/src/lib.rs", "pub mod base;\npub mod eval;\n"),
            ("lang/src/base/mod.rs", "pub mod span;\n"),
            ("lang/src/base/span.rs", "use crate::eval::vm::Vm;\n"),
            ("lang/src/eval/mod.rs", "pub mod vm;\n"),
            ("lang/src/eval/vm.rs", "use crate::base::{span::Span, diag};\n"),
        ]);
        assert_eq!(
            breaches(&files, "lang/src"),
            ["lang/src/base/span.rs:1 imports crate::eval::vm::Vm, which is not listed above it"]
        );
    }

    #[test]
    fn a_file_imports_only_from_those_listed_above_it() {
        let files = house(&[
            ("lang/src/lib.rs", "pub mod eval;\n"),
            ("lang/src/eval/mod.rs", "mod trace;\nmod vm;\npub use vm::Vm;\n"),
            ("lang/src/eval/trace.rs", "//! super::vm in words\nfn f() { super::vm::run() }\nuse super::Vm;\n"),
            ("lang/src/eval/vm.rs", "use super::trace;\n#[cfg(test)]\nuse crate::late::X;\n"),
        ]);
        let found = breaches(&files, "lang/src");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("trace.rs:2") && found[1].contains("trace.rs:3"), "{found:?}");
    }
}
