//! A world in which the texts of open editors shadow the files below them.
//!
//! What was read from below is kept until [`Overlay::refresh`]: between two messages of an editor
//! no file is read twice.

use super::world::{ReadError, World};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub struct Overlay {
    below: Rc<dyn World>,
    open: RefCell<BTreeMap<String, Rc<str>>>,
    read: RefCell<FxHashMap<String, Result<Rc<str>, ReadError>>>,
    listed: RefCell<FxHashMap<String, Vec<String>>>,
}

impl Overlay {
    pub fn new(below: Rc<dyn World>) -> Overlay {
        Overlay { below, open: RefCell::default(), read: RefCell::default(), listed: RefCell::default() }
    }

    /// Shadows a file by a text.
    pub fn open(&self, path: &str, text: &str) {
        self.open.borrow_mut().insert(path.to_owned(), text.into());
    }

    /// The file below shows again.
    pub fn close(&self, path: &str) {
        self.open.borrow_mut().remove(path);
    }

    pub fn is_open(&self, path: &str) -> bool {
        self.open.borrow().contains_key(path)
    }

    /// The paths of the open texts, sorted.
    pub fn all_open(&self) -> Vec<String> {
        self.open.borrow().keys().cloned().collect()
    }

    /// Forgets what was read from below: it may have changed.
    pub fn refresh(&self) {
        self.read.borrow_mut().clear();
        self.listed.borrow_mut().clear();
    }

    /// The text of a file; the same one, as long as nothing has changed.
    pub fn text(&self, path: &str) -> Result<Rc<str>, ReadError> {
        if let Some(text) = self.open.borrow().get(path) {
            return Ok(text.clone());
        }
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let text = self.below.read(path).map(Rc::from);
        self.read.borrow_mut().insert(path.to_owned(), text.clone());
        text
    }
}

impl World for Overlay {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.text(path).map(|text| text.to_string())
    }

    fn list(&self, folder: &str) -> Vec<String> {
        if let Some(known) = self.listed.borrow().get(folder) {
            return with_open(known, &self.open.borrow(), folder);
        }
        let below = self.below.list(folder);
        let all = with_open(&below, &self.open.borrow(), folder);
        self.listed.borrow_mut().insert(folder.to_owned(), below);
        all
    }
}

/// The names of a folder's files, with those that are only open.
fn with_open(below: &[String], open: &BTreeMap<String, Rc<str>>, folder: &str) -> Vec<String> {
    let mut names = below.to_vec();
    for path in open.keys() {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        if parent == folder && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::world::MemWorld;

    #[test]
    fn open_texts_shadow_files_until_they_are_closed() {
        let overlay = Overlay::new(Rc::new(MemWorld::new().with("a/x.rzp", "1").with("a/y.rzp", "2")));
        overlay.open("a/x.rzp", "10");
        overlay.open("a/new.rzp", "3");
        assert_eq!(overlay.read("a/x.rzp").as_deref(), Ok("10"));
        assert_eq!(overlay.list("a"), ["new.rzp", "x.rzp", "y.rzp"]);
        overlay.close("a/x.rzp");
        overlay.close("a/new.rzp");
        assert_eq!(overlay.read("a/x.rzp").as_deref(), Ok("1"));
        assert_eq!(overlay.list("a"), ["x.rzp", "y.rzp"]);
        assert_eq!(overlay.read("a/new.rzp"), Err(ReadError::Missing));
    }
}
