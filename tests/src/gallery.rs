//! `docs/mistakes.md` and a page for each folder of `tests/mistakes/`: the mistakes, with what is said of them
//! by RZP, and of the same mistakes by the other languages.

use crate::heard::{self, Heard, Verdict};
use crate::mistakes::Mistake;
use crate::peers::{self, Peer, Said, Stance};
use crate::scores::{self, Entry};
use std::fmt::Write;

/// Where the index stands, from the root; the pages are in the folder of its name.
pub const INDEX: &str = "docs/mistakes.md";
const PAGES: &str = "docs/mistakes";

/// The index, with places for the figures.
const HEAD: &str = include_str!("gallery_head.md");

/// Of what another language says, the first lines and the last ones are shown: some end in what mends the mistake.
const FIRST: usize = 16;
const LAST: usize = 10;

/// The pages: paths from the root, and texts.
pub fn pages(entries: &[Entry]) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut rows = String::new();
    for group in entries.chunk_by(|one, next| folder(one.mistake) == folder(next.mistake)) {
        let name = group.first().map(|entry| folder(entry.mistake)).unwrap_or_default();
        let title = heading(name);
        let _ = writeln!(rows, "| [{title}](mistakes/{name}.md) |{}", scores::row(group));
        pages.push((format!("{PAGES}/{name}.md"), page(&title, group)));
    }
    let index = HEAD.replace("{table}\n", &scores::table(entries)).replace("{pages}\n", &rows);
    let index = index.replace("{figures}\n", &figures(entries));
    pages.insert(0, (INDEX.to_owned(), index));
    pages
}

fn folder(mistake: &Mistake) -> &str {
    mistake.name.split_once('/').map_or("", |(folder, _)| folder)
}

/// What RZP's messages come to by the rules of `told.rs`.
fn figures(entries: &[Entry]) -> String {
    let verdicts: Vec<_> = entries.iter().flat_map(|entry| entry.told.iter().map(|told| &told.verdict)).collect();
    let good = verdicts.iter().filter(|verdict| verdict.is_good()).count();
    let first = verdicts.iter().filter(|verdict| verdict.line).count();
    let mut lengths: Vec<usize> = verdicts.iter().flat_map(|verdict| verdict.lengths.clone()).collect();
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
    let most = lengths.last().copied().unwrap_or_default();
    format!(
        "{} mistakes, {} messages (a mistake that `rzp check` finds is told again by a run). Line, words and advice\n\
         are right in {good}; the true line comes first in {first}. The message in the middle has {median} lines, the longest {most}.\n",
        entries.len(),
        verdicts.len()
    )
}

/// `by-hand` → `By hand`
fn heading(folder: &str) -> String {
    let words = folder.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn page(title: &str, entries: &[Entry]) -> String {
    let mut out = format!("# {title}\n\nOne page of [mistakes, and what is said of them](../mistakes.md).\n");
    for entry in entries {
        own(&mut out, entry);
        Peer::ALL.iter().for_each(|peer| other(&mut out, *peer, entry));
    }
    out
}

/// The mistake in RZP.
fn own(out: &mut String, entry: &Entry) {
    let _ = write!(out, "\n## {}\n", entry.mistake.title);
    programs(out, "text", &entry.mistake.files().collect::<Vec<_>>());
    let message = entry.told.first().map(|told| told.message.as_str()).unwrap_or_default();
    fence(out, "text", without_count(message));
}

/// A message without the last lines, which count the errors.
fn without_count(message: &str) -> &str {
    message.trim_end().rsplit_once('\n').map_or(message, |(rest, _)| rest)
}

/// The mistake in another language.
fn other(out: &mut String, peer: Peer, entry: &Entry) {
    let title = peer.title();
    let verdict = match entry.peers.stance(peer) {
        Stance::Cannot(why) => format!("cannot be written: {why}"),
        Stance::Fine(why) => format!("no mistake there: {why}"),
        Stance::Wrong(_) => in_words(heard::judge(peer, &entry.peers, entry.mistake)),
    };
    let _ = write!(out, "\n**{title}** · {verdict}\n");
    if let (Stance::Wrong(_), Some(said)) = (entry.peers.stance(peer), entry.peers.said(peer)) {
        programs(out, peer.name(), &entry.peers.files(peer).collect::<Vec<_>>());
        let used = |name: &str| entry.peers.files(peer).any(|(_, text)| text.contains(name));
        for library in peers::libraries(peer, entry.mistake) {
            let name = library.path.rsplit('/').next().unwrap_or_default().to_owned();
            if used(&name) {
                let _ = write!(out, "\nwith [`{name}`](../../{})\n", library.path);
            }
        }
        let arguments: Vec<&str> = entry.peers.arguments(peer).collect();
        if !arguments.is_empty() {
            let _ = write!(out, "\nrun with `{}`\n", arguments.join(" "));
        }
        fence(out, if matches!(said, Said::Printed(_)) { "json" } else { "text" }, &cut(said.text()));
    }
}

fn in_words(verdict: Verdict) -> String {
    let Verdict::Told(Heard { first, line, offender, mend, .. }) = verdict else {
        return "says nothing, and prints this".to_owned();
    };
    let mark = |good| if good { "✓" } else { "✗" };
    let line = match (first, line) {
        (false, true) => "✓ (not first)",
        (_, line) => mark(line),
    };
    format!("line {line}, words {}, mend {}", mark(offender), mark(mend))
}

/// The first and the last lines, and how many stand between them.
fn cut(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let Some(between) = lines.len().checked_sub(FIRST + LAST).filter(|between| *between > 1) else {
        return lines.join("\n");
    };
    let (first, last) = (&lines[..FIRST], &lines[FIRST + between..]);
    format!("{}\n… {between} lines …\n{}", first.join("\n"), last.join("\n"))
}

/// Files, with their names where there are several.
fn programs(out: &mut String, language: &str, files: &[(&str, &str)]) {
    for (path, text) in files {
        if files.len() > 1 {
            let _ = write!(out, "\n`{path}`\n");
        }
        fence(out, language, text);
    }
}

fn fence(out: &mut String, language: &str, text: &str) {
    let _ = write!(out, "\n```{language}\n{}\n```\n", text.trim_end());
}
