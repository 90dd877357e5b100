//! What a build asks of the disk, and what it is told: the whole of what its result follows from.
//!
//! The language reaches the outside through [`World`] alone. So a build that would be told the same makes the same, and that
//! is what the cache goes by. Answers are kept as digests.

use crate::disk::DiskWorld;
use rzp_lang::base::world::{ReadError, World};
use rzp_lang::calc::encode::to_hex;
use rzp_lang::calc::hash::{Algorithm, digest};
use std::cell::RefCell;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// The text of a file.
    Read(String),
    /// The names of the files in a folder.
    List(String),
}

/// Questions with the digests of their answers.
pub type Answers = BTreeMap<Question, String>;

/// A digest as text.
pub fn hash(bytes: &[u8]) -> String {
    to_hex(&digest(Algorithm::Sha256, bytes))
}

/// What an answer to [`Question::Read`] is kept as; that of a text is its digest.
pub fn of_text(answer: &Result<String, ReadError>) -> String {
    match answer {
        Ok(text) => hash(text.as_bytes()),
        Err(ReadError::Missing) => "missing".to_owned(),
        Err(ReadError::NotUtf8) => "not-utf8".to_owned(),
        Err(ReadError::Other(why)) => format!("other-{}", hash(why.as_bytes())),
    }
}

/// What an answer to [`Question::List`] is kept as.
pub fn of_names(names: &[String]) -> String {
    // No name of a file holds a zero.
    hash(names.join("\0").as_bytes())
}

/// The disk, and what was asked of it.
#[derive(Debug)]
pub struct Recorder {
    world: DiskWorld,
    /// Nothing once a question had two answers: what is made then follows from neither.
    answers: RefCell<Option<Answers>>,
}

impl Recorder {
    pub fn new(world: DiskWorld) -> Recorder {
        Recorder { world, answers: RefCell::new(Some(Answers::new())) }
    }

    /// All that was asked so far.
    pub fn answers(&self) -> Option<Answers> {
        self.answers.borrow().clone()
    }

    fn note(&self, question: Question, answer: String) {
        let mut answers = self.answers.borrow_mut();
        *answers = answers.take().and_then(|known| with(known, question, answer));
    }
}

impl World for Recorder {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        let answer = self.world.read(path);
        self.note(Question::Read(path.to_owned()), of_text(&answer));
        answer
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let names = self.world.list(folder);
        self.note(Question::List(folder.to_owned()), of_names(&names));
        names
    }
}

/// One more answer, unless the question had another one before.
pub fn with(mut known: Answers, question: Question, answer: String) -> Option<Answers> {
    let same = known.get(&question).is_none_or(|old| *old == answer);
    known.insert(question, answer);
    same.then_some(known)
}
