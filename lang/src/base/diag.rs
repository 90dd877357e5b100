//! The one diagnostic type: built where the mistake is seen, rendered elsewhere.

use super::codes::Code;
use super::span::{Loc, Span};

#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    Error,
}

/// A place involved, with what is to be said of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    pub loc: Loc,
    pub text: String,
    /// The mistake itself, as against a place that explains it.
    pub primary: bool,
}

/// An edit that mends the mistake. `certain` ones may be applied without asking.
#[derive(Clone, PartialEq, Debug)]
pub struct Fix {
    pub title: String,
    pub loc: Loc,
    pub replacement: String,
    pub certain: bool,
}

/// A message to the user. The title is lower case, without a full stop; `notes` say what was
/// found and expected, `helps` what to do.
#[derive(Clone, PartialEq, Debug)]
pub struct Diag {
    pub severity: Severity,
    pub code: Code,
    pub title: String,
    pub labels: Vec<Label>,
    pub notes: Vec<String>,
    pub helps: Vec<String>,
    pub fix: Option<Fix>,
    /// An edit yet to be worked out, with its words: see `base/mend.rs`.
    pub rewrite: Option<(String, Box<super::rewrite::Rewrite>)>,
    /// What was being computed, from the mistake outwards: see `base/way.rs`.
    pub way: Vec<Label>,
}

impl Diag {
    pub fn error(code: Code, title: impl Into<String>) -> Diag {
        Diag {
            severity: Severity::Error,
            code,
            title: title.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            fix: None,
            rewrite: None,
            way: Vec::new(),
        }
    }

    pub fn warning(code: Code, title: impl Into<String>) -> Diag {
        Diag { severity: Severity::Warning, ..Diag::error(code, title) }
    }

    /// The place of the mistake. The text may be empty: then the title says it all.
    pub fn at(mut self, loc: Loc, text: impl Into<String>) -> Diag {
        self.labels.push(Label { loc, text: text.into(), primary: true });
        self
    }

    /// Another place that explains the mistake.
    pub fn also(mut self, loc: Loc, text: impl Into<String>) -> Diag {
        self.labels.push(Label { loc, text: text.into(), primary: false });
        self
    }

    pub fn note(mut self, text: impl Into<String>) -> Diag {
        self.notes.push(text.into());
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Diag {
        self.helps.push(text.into());
        self
    }

    /// `help: did you mean `x`?` where a near name is known.
    pub fn suggest(self, nearest: Option<&str>) -> Diag {
        match nearest {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// The edit that mends the mistake; its title is shown as the help.
    pub fn fix(mut self, title: impl Into<String>, loc: Loc, replacement: impl Into<String>) -> Diag {
        let title = title.into();
        self.fix = Some(Fix { title, loc, replacement: replacement.into(), certain: true });
        self
    }

    /// An edit that most likely mends the mistake; a person has to say so before it is applied.
    pub fn guess(self, title: impl Into<String>, loc: Loc, replacement: impl Into<String>) -> Diag {
        let mut diag = self.fix(title, loc, replacement);
        diag.fix.iter_mut().for_each(|fix| fix.certain = false);
        diag
    }

    /// Every place that the message speaks of.
    pub fn each_loc(&mut self, mut each: impl FnMut(&mut Loc)) {
        self.labels.iter_mut().chain(&mut self.way).for_each(|label| each(&mut label.loc));
        self.fix.iter_mut().for_each(|fix| each(&mut fix.loc));
        self.rewrite.iter_mut().for_each(|(_, rewrite)| rewrite.each_loc(&mut each));
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Where the mistake is, if it has a place.
    pub fn place(&self) -> Option<Loc> {
        self.labels.iter().find(|label| label.primary).map(|label| label.loc)
    }
}

/// Diagnostics in the order found; the same code at the same place is kept once.
#[derive(Clone, Debug, Default)]
pub struct Diags {
    list: Vec<Diag>,
}

impl Diags {
    pub fn push(&mut self, diag: Diag) {
        let same = |old: &Diag| old.code == diag.code && old.place() == diag.place() && old.title == diag.title;
        if !self.list.iter().any(same) {
            self.list.push(diag);
        }
    }

    pub fn extend(&mut self, diags: impl IntoIterator<Item = Diag>) {
        for diag in diags {
            self.push(diag);
        }
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Diag::is_error)
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diag> {
        self.list.iter()
    }

    pub fn into_vec(self) -> Vec<Diag> {
        self.list
    }
}

/// A place without a file, for phases that work on one file at a time.
pub fn loc(file: super::span::FileId, span: Span) -> Loc {
    Loc { file, span }
}
