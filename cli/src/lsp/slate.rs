//! What has been found: by whom, and where it is to be told. Editors are told only what is new.

use super::files::At;
use super::shift::Edit;
use gen_lsp_types::{Diagnostic, DiagnosticSeverity, Range, Uri};
use std::collections::{BTreeMap, BTreeSet};

/// How a file was looked at, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Look {
    /// Its text, names and types.
    Quick,
    /// It was run by itself.
    Run,
    /// All services were built; the file is the one that this begins with.
    Whole,
}

/// Who found something: mistakes often belong to other files than the one that was looked at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finder {
    pub look: Look,
    pub at: At,
}

#[derive(Default)]
pub struct Slate {
    found: BTreeMap<Uri, BTreeMap<Finder, Vec<Diagnostic>>>,
    /// The files that each finder has found something in.
    places: BTreeMap<Finder, BTreeSet<Uri>>,
    /// The files whose mistakes may have become others since editors were told.
    touched: BTreeSet<Uri>,
    /// What editors were told last, by file.
    told: BTreeMap<Uri, Vec<Diagnostic>>,
}

impl Slate {
    /// All that a look has found takes the place of what the same look found before.
    pub fn set(&mut self, finder: &Finder, found: Vec<(Uri, Diagnostic)>) {
        let mut by_file: BTreeMap<Uri, Vec<Diagnostic>> = BTreeMap::new();
        for (uri, diagnostic) in found {
            by_file.entry(uri).or_default().push(diagnostic);
        }
        let old = self.places.remove(finder).unwrap_or_default();
        for uri in old.iter().filter(|uri| !by_file.contains_key(uri)) {
            self.found.entry(uri.clone()).or_default().remove(finder);
        }
        if !by_file.is_empty() {
            self.places.insert(finder.clone(), by_file.keys().cloned().collect());
        }
        self.touched.extend(old);
        for (uri, diagnostics) in by_file {
            self.touched.insert(uri.clone());
            self.found.entry(uri).or_default().insert(finder.clone(), diagnostics);
        }
    }

    /// What came up with a file by itself is of no interest any more.
    pub fn remove(&mut self, at: &At, looks: &[Look]) {
        for look in looks {
            self.set(&Finder { look: *look, at: at.clone() }, Vec::new());
        }
    }

    /// A text has changed: what was found in it moves along.
    pub fn shift(&mut self, uri: &Uri, edit: &Edit) {
        let Some(found) = self.found.get_mut(uri) else { return };
        for diagnostics in found.values_mut() {
            diagnostics.retain_mut(|one| edit.moved(one.range).map(|range| one.range = range).is_some());
            for related in diagnostics.iter_mut().flat_map(|one| one.related_information.iter_mut().flatten()) {
                if related.location.uri == *uri {
                    related.location.range = edit.moved(related.location.range).unwrap_or(related.location.range);
                }
            }
        }
        self.touched.insert(uri.clone());
    }

    pub fn has_news(&self) -> bool {
        !self.touched.is_empty()
    }

    /// The files whose mistakes are not those that were told last, with all of them.
    pub fn news(&mut self) -> Vec<(Uri, Vec<Diagnostic>)> {
        let mut news = Vec::new();
        for uri in std::mem::take(&mut self.touched) {
            let now = self.all(&uri);
            let told = self.told.get(&uri).map_or(&[][..], Vec::as_slice);
            if told == now {
                continue;
            }
            if now.is_empty() {
                self.told.remove(&uri);
                self.found.remove(&uri);
            } else {
                self.told.insert(uri.clone(), now.clone());
            }
            news.push((uri, now));
        }
        news
    }

    /// The mistakes in a file, each once. What a run finds where a surer look has found a mistake is the same one.
    fn all(&self, uri: &Uri) -> Vec<Diagnostic> {
        let mut all: Vec<(Look, &Diagnostic)> = Vec::new();
        for (finder, diagnostics) in self.found.get(uri).into_iter().flatten() {
            for diagnostic in diagnostics {
                let same = |(look, other): &(Look, &Diagnostic)| {
                    // A file that cannot be read is met by all that import it.
                    let again = other.range == diagnostic.range
                        && other.code == diagnostic.code
                        && other.message == diagnostic.message;
                    let surer = *look < finder.look && other.severity == Some(DiagnosticSeverity::Error);
                    again || surer && meet(other.range, diagnostic.range)
                };
                if !all.iter().any(same) {
                    all.push((finder.look, diagnostic));
                }
            }
        }
        all.into_iter().map(|(_, diagnostic)| diagnostic.clone()).collect()
    }
}

fn meet(a: Range, b: Range) -> bool {
    let at = |position: gen_lsp_types::Position| (position.line, position.character);
    at(a.start) <= at(b.end) && at(b.start) <= at(a.end)
}
