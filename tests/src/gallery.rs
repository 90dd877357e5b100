//! `docs/mistakes.md`: the mistakes of `tests/mistakes/`, with what is said of them.

use crate::mistakes::Mistake;
use crate::told::Told;
use std::fmt::Write;

/// Where the page stands, from the root.
pub const PATH: &str = "docs/mistakes.md";

/// What stands above the mistakes.
const HEAD: &str = include_str!("gallery_head.md");

/// The page; `tell` gives what is said of a mistake.
pub fn page(all: &[Mistake], tell: impl Fn(&Mistake) -> Vec<Told>) -> String {
    let told: Vec<(&Mistake, Vec<Told>)> = all.iter().map(|mistake| (mistake, tell(mistake))).collect();
    let mut out = HEAD.to_owned();
    out.push_str(&figures(&told));
    let mut group = "";
    for (mistake, told) in &told {
        let (folder, _) = mistake.name.split_once('/').unwrap_or_default();
        if folder != group {
            let _ = write!(out, "\n## {}\n", heading(folder));
            group = folder;
        }
        entry(&mut out, mistake, told);
    }
    out
}

fn figures(told: &[(&Mistake, Vec<Told>)]) -> String {
    let verdicts: Vec<_> = told.iter().flat_map(|(_, told)| told.iter().map(|told| &told.verdict)).collect();
    let good = verdicts.iter().filter(|verdict| verdict.is_good()).count();
    let first = verdicts.iter().filter(|verdict| verdict.line).count();
    let mut lengths: Vec<usize> = verdicts.iter().flat_map(|verdict| verdict.lengths.clone()).collect();
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
    let most = lengths.last().copied().unwrap_or_default();
    format!(
        "{} mistakes, {} messages (a mistake that `rzp check` finds is told again by a run). Line, words and advice\n\
         are right in {good}; the true line comes first in {first}. The message in the middle has {median} lines, the longest {most}.\n",
        told.len(),
        verdicts.len()
    )
}

/// `by-hand` → `By hand`
fn heading(folder: &str) -> String {
    let words = folder.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn entry(out: &mut String, mistake: &Mistake, told: &[Told]) {
    let _ = write!(out, "\n### {}\n", mistake.title);
    let files: Vec<(&str, &str)> = mistake.files().collect();
    for (path, text) in &files {
        if files.len() > 1 {
            let _ = write!(out, "\n`{path}`\n");
        }
        fence(out, text);
    }
    let message = told.first().map(|told| told.message.as_str()).unwrap_or_default();
    fence(out, without_count(message));
}

/// A message without the last lines, which count the errors.
fn without_count(message: &str) -> &str {
    message.trim_end().rsplit_once('\n').map_or(message, |(rest, _)| rest)
}

fn fence(out: &mut String, text: &str) {
    let _ = write!(out, "\n```text\n{}\n```\n", text.trim_end());
}
