//! One build as the cache keeps it: what it asked, what it made, and which files of the services it read.
//!
//! A line for each; a name with a line break in it cannot be kept, and neither can such a build.

use super::record::{Answers, Question, hash};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The texts of a build by their paths.
pub type Texts = BTreeMap<String, String>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub answers: Answers,
    /// The files that were read, for those who tell which were not.
    pub read: BTreeSet<String>,
    /// The name of the texts, all of them one behind the other.
    pub pack: String,
    /// How long each file is, and the digest of its text.
    pub files: BTreeMap<String, (usize, String)>,
}

impl Entry {
    /// The entry of a build, and its pack.
    pub fn of(answers: Answers, read: BTreeSet<String>, texts: &Texts) -> (Entry, String) {
        let pack: String = texts.values().map(String::as_str).collect();
        let file = |(path, text): (&String, &String)| (path.clone(), (text.len(), hash(text.as_bytes())));
        let files = texts.iter().map(file).collect();
        (Entry { answers, read, pack: format!("{}.texts", hash(pack.as_bytes())), files }, pack)
    }

    pub fn write(&self) -> Option<String> {
        let mut text = format!("{}\n", self.pack);
        for (question, answer) in &self.answers {
            let (kind, path) = match question {
                Question::Read(path) => ("asked", path),
                Question::List(path) => ("listed", path),
            };
            writeln!(text, "{kind} {answer} {path}").ok()?;
        }
        for path in &self.read {
            writeln!(text, "read - {path}").ok()?;
        }
        for (path, (length, hash)) in &self.files {
            writeln!(text, "made {length}:{hash} {path}").ok()?;
        }
        let whole = Entry::read(&text).is_some_and(|read| read == *self);
        whole.then_some(text)
    }

    pub fn read(text: &str) -> Option<Entry> {
        let (pack, rest) = text.split_once('\n')?;
        let (answers, read, files) = (Answers::new(), BTreeSet::new(), BTreeMap::new());
        let mut entry = Entry { answers, read, pack: pack.to_owned(), files };
        for line in rest.lines() {
            let mut parts = line.splitn(3, ' ');
            let (kind, what, path) = (parts.next()?, parts.next()?, parts.next()?.to_owned());
            match kind {
                "asked" => drop(entry.answers.insert(Question::Read(path), what.to_owned())),
                "listed" => drop(entry.answers.insert(Question::List(path), what.to_owned())),
                "read" => drop(entry.read.insert(path)),
                "made" => {
                    let (length, hash) = what.split_once(':')?;
                    entry.files.insert(path, (length.parse().ok()?, hash.to_owned()));
                }
                _ => return None,
            }
        }
        Some(entry)
    }

    /// The texts out of the pack.
    pub fn texts(&self, mut pack: &str) -> Option<Texts> {
        let mut texts = Texts::new();
        for (path, (length, _)) in &self.files {
            let (text, rest) = pack.split_at_checked(*length)?;
            texts.insert(path.clone(), text.to_owned());
            pack = rest;
        }
        pack.is_empty().then_some(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let answers = Answers::from([
            (Question::Read("services/main.rzp".to_owned()), "0a".to_owned()),
            (Question::Read("services/a b.rzp".to_owned()), "missing".to_owned()),
            (Question::List(String::new()), "0b".to_owned()),
        ]);
        let texts: Texts =
            [("dev/a/b/x.yaml", "x: ä\n"), ("dev/a/b/y.yaml", "")].map(|(a, b)| (a.into(), b.into())).into();
        let (entry, pack) = Entry::of(answers, BTreeSet::from(["services/main.rzp".to_owned()]), &texts);
        let text = entry.write().expect("it can be written");
        assert_eq!(Entry::read(&text).as_ref(), Some(&entry));
        assert_eq!(entry.texts(&pack), Some(texts));
        assert_eq!(entry.texts(&pack[1..]), None);
        assert_eq!(Entry::read(&text[1..text.len() - 30]), None);
    }

    #[test]
    fn a_name_with_a_line_break_is_not_kept() {
        let answers = Answers::from([(Question::Read("services/a\nmade 0: b".to_owned()), "0a".to_owned())]);
        assert_eq!(Entry::of(answers, BTreeSet::new(), &Texts::new()).0.write(), None);
    }
}
