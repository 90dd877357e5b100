//! The answers: paths from the project's root, byte offsets, text. Nothing here knows a protocol.

use crate::base::diag::Severity;
use crate::base::span::Span;

/// A range of bytes in a file. The path begins with `std/` for what the language brings along.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    pub path: String,
    pub span: Span,
}

impl Place {
    /// Whether two places share a byte, or touch.
    pub fn meets(&self, other: &Place) -> bool {
        self.path == other.path && self.span.start <= other.span.end && other.span.start <= self.span.end
    }
}

/// A mistake, where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub place: Place,
    pub severity: Severity,
    /// Such as `E0401`.
    pub code: String,
    /// The title, and below it what was found, expected and can be done, a line each.
    pub message: String,
    /// Other places that explain it.
    pub related: Vec<(Place, String)>,
    pub mend: Option<Mend>,
}

/// An edit that mends a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    pub title: String,
    pub place: Place,
    pub text: String,
    /// Whether it may be applied without asking.
    pub certain: bool,
}

/// What is to be known of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    pub span: Span,
    /// In the language: a declaration, a signature, a type.
    pub code: String,
    /// Below it, paragraph by paragraph.
    pub text: Vec<String>,
}

/// What could be written at a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completion {
    /// The text that a candidate takes the place of.
    pub span: Span,
    /// The likeliest first.
    pub candidates: Vec<Candidate>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub kind: Kind,
    pub label: String,
    /// What is written: the label, with what must follow it.
    pub insert: String,
    /// Its type or declaration, on one line.
    pub detail: String,
    pub doc: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Field,
    Variable,
    Function,
    Module,
    Type,
    Literal,
    Keyword,
    File,
    /// The name of a parameter, `name = `.
    Parameter,
}

/// A field or variable, and what lies in its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub label: String,
    /// Its type, on one line.
    pub detail: String,
    pub kind: Kind,
    pub name: Span,
    pub item: Span,
    pub inside: Vec<Outline>,
}

/// A function whose arguments are being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// `f(a : Int, b = …) -> Int`
    pub label: String,
    /// Where its parameters stand in the label.
    pub parameters: Vec<Span>,
    /// Which of them the cursor is at.
    pub due: Option<usize>,
    pub doc: Option<String>,
}
