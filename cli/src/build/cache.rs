//! Builds that were done before: what one made is taken from the cache if it would be told the same by the disk again.
//!
//! What a build makes follows from the program, what the call asks for, and the answers of the disk. The first two are
//! the key under which builds are kept; the answers are asked for again, by [`Stats`] where files have not changed. Only builds
//! without anything to tell are kept.

use super::entry::{Entry, Texts};
use super::record::{Answers, Question, hash, of_names, of_text};
use super::stats::Stats;
use super::store::Store;
use crate::args::{Build, Global};
use crate::disk::{DiskWorld, Project, Refused};
use crate::tree::plan::Existing;
use crate::tree::scan::{Scope, look, scan_by};
use rzp_lang::base::world::{ReadError, World};
use rzp_lang::prims::table::library;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// So many builds of one call are kept, as those of several branches.
const MOST: usize = 4;

pub struct Cache {
    store: Store,
    world: DiskWorld,
    key: String,
    /// The name of the index.
    index: String,
    stats: Stats,
}

impl Cache {
    /// The cache for this call, if there can be one.
    pub fn open(project: &Project, args: &Build, global: &Global) -> Option<Cache> {
        let store = Store::of_user()?;
        let key = key(project, args, global)?;
        let index = format!("{}.stats", short(&format!("{}\n{:?}", project.root.display(), args.out)));
        let stats = Stats::read(&store.read(&index).unwrap_or_default());
        Some(Cache { store, world: project.world(), key, index, stats })
    }

    /// The build that was done before under these conditions.
    pub fn find(&mut self) -> Option<Entry> {
        for name in self.store.named(&format!("{}-", self.key)) {
            let entry = self.store.read(&name).and_then(|text| Entry::read(&text));
            if let Some(entry) = entry.filter(|entry| self.holds(&entry.answers)) {
                self.store.touch(&name);
                self.store.touch(&entry.pack);
                return Some(entry);
            }
        }
        None
    }

    /// Keeps a build.
    pub fn keep(&self, answers: Answers, read: BTreeSet<String>, texts: &Texts) {
        let (entry, pack) = Entry::of(answers, read, texts);
        let Some(text) = entry.write() else { return };
        self.store.write(&entry.pack, &pack);
        self.store.write(&format!("{}-{}.build", self.key, short(&text)), &text);
        for old in self.store.named(&format!("{}-", self.key)).iter().skip(MOST) {
            self.store.remove(old);
        }
        self.store.trim();
    }

    /// What a kept build made.
    pub fn texts(&self, entry: &Entry) -> Option<Texts> {
        entry.texts(&self.store.read(&entry.pack)?)
    }

    /// How many files there are, if the folder holds what the build made and nothing else of any build.
    pub fn is_as_made(&mut self, out: &Path, scope: Scope, entry: &Entry) -> Option<usize> {
        let foreign = String::new();
        let stats = &mut self.stats;
        let found = scan_by(out, scope, &foreign, &mut |path| {
            let about = fs::metadata(path).map_err(|why| Refused::new("read", path, why))?;
            stats.of(path, &about, || match look(path)? {
                Existing::Owned(text) => Ok(hash(text.as_bytes())),
                Existing::Foreign => Ok("foreign".to_owned()),
            })
        });
        let found = found.ok()?;
        let is_made = |path: &String, what: &String| entry.files.get(path).is_some_and(|(_, hash)| hash == what);
        let known = |(path, what): (&String, &String)| match entry.files.contains_key(path) {
            true => is_made(path, what),
            false => what == "foreign" || what.is_empty(),
        };
        let there = |path: &String| found.contains_key(path);
        (found.iter().all(known) && entry.files.keys().all(there)).then_some(entry.files.len())
    }

    /// Writes down what is known of files by now.
    pub fn close(&self) {
        if let Some(text) = self.stats.write() {
            self.store.write(&self.index, &text);
        }
    }

    /// Whether the disk still answers so.
    fn holds(&mut self, answers: &Answers) -> bool {
        answers.iter().all(|(question, answer)| match question {
            Question::Read(path) => self.answer(path) == *answer,
            Question::List(folder) => of_names(&self.world.list(folder)) == *answer,
        })
    }

    /// What the disk answers now to who would read a file.
    fn answer(&mut self, path: &str) -> String {
        let world = &self.world;
        let real = match world.resolve(path) {
            Ok(real) => real,
            Err(why) => return of_text(&Err(why)),
        };
        // Only texts are known by the index: what is no file, or cannot be read, is asked for each time.
        let read = || world.read(path).map(|text| hash(text.as_bytes()));
        let answer = match fs::metadata(&real) {
            Ok(about) if about.is_file() => self.stats.of(&real, &about, read),
            _ => read(),
        };
        answer.unwrap_or_else(|why: ReadError| of_text(&Err(why)))
    }
}

/// What a build follows from beside the disk's answers.
fn key(project: &Project, args: &Build, global: &Global) -> Option<String> {
    let Build { envs, only, .. } = args;
    let Global { max_depth, max_steps, max_memory, .. } = global;
    let asked = format!("{:?}", (&project.root, envs, only, max_depth, max_steps, max_memory));
    let library = global.library.as_ref().map(|_| of_library());
    Some(short(&format!("{}\n{asked}\n{library:?}", program()?)))
}

/// Which program this is: its version, and the file that it runs from, with the library in it.
fn program() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    let about = fs::metadata(&path).ok()?;
    let time = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{} {} {time} {}", env!("CARGO_PKG_VERSION"), about.len(), path.display()))
}

/// The library that was read from a folder.
fn of_library() -> String {
    let files = library().files;
    let texts = files.paths().map(|path| format!("{path}\n{}", hash(files.text(path).unwrap_or_default().as_bytes())));
    hash(texts.collect::<Vec<_>>().join("\n").as_bytes())
}

/// A digest that is long enough for a name.
fn short(text: &str) -> String {
    let mut hash = hash(text.as_bytes());
    hash.truncate(32);
    hash
}
