//! Brackets with items in them: records, lists, arguments, arms.

use super::doc::DocId;
use super::printer::Printer;
use super::source::Pair;
use crate::base::span::Span;

/// How the items of a bracket are told from each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `{ a, b }`; the line's end separates when broken.
    Braces,
    /// `[a, b]` and `(a, b)`; a comma after the last when broken.
    Commas { open: &'static str, close: &'static str },
    /// `[a for a in b]`: one element, which ends with its clauses.
    Loop,
    /// `(a)`: one item, no comma.
    Parens,
}

impl Style {
    pub const LIST: Style = Style::Commas { open: "[", close: "]" };
    pub const ARGS: Style = Style::Commas { open: "(", close: ")" };

    fn brackets(self) -> (&'static str, &'static str) {
        match self {
            Style::Braces => ("{", "}"),
            Style::Commas { open, close } => (open, close),
            Style::Loop => ("[", "]"),
            Style::Parens => ("(", ")"),
        }
    }
}

/// An item to print: where it stands and what it is.
pub(super) struct Entry<'t, T> {
    pub span: Span,
    pub item: &'t T,
    /// It has lines of its own, whatever its width.
    pub broken: bool,
    /// It has brackets of its own.
    pub bulky: bool,
}

impl<'t, T> Entry<'t, T> {
    pub fn new(span: Span, item: &'t T) -> Entry<'t, T> {
        Entry { span, item, broken: false, bulky: false }
    }
}

impl<'a> Printer<'a> {
    /// Prints a bracket and its items.
    pub fn enclosed<T>(
        &mut self,
        pair: Pair,
        style: Style,
        entries: &[Entry<T>],
        print: impl Fn(&mut Self, &T) -> DocId,
    ) -> DocId {
        self.hoist(pair.open);
        let (open, close) = style.brackets();
        let mut force = self.source.breaks_after(pair.open) && !entries.is_empty();
        let mut body = Vec::with_capacity(4 * entries.len());
        let mut last = None;
        let mut bulky = false;
        for (at, entry) in entries.iter().enumerate() {
            if at > 0 {
                body.push(self.docs.line());
            }
            let line = self.commented(entry.span, last, |p| print(p, entry.item));
            force |= line.trailing.is_some() || line.leading.len() > 1 || entry.broken;
            body.extend(line.leading);
            let hugs = at + 1 == entries.len() && (at == 0 || style == Style::ARGS && !bulky);
            bulky |= entry.bulky;
            body.push(if hugs { line.doc } else { self.docs.rigid(line.doc) });
            body.extend(self.separator(style, at + 1 == entries.len()));
            body.extend(line.trailing);
            last = Some(entry.span.end);
        }
        let rest = self.comments.before(pair.close).to_vec();
        if !rest.is_empty() {
            force = true;
            if !entries.is_empty() {
                body.push(self.docs.hard());
            }
            body.extend(self.comment_lines(&rest, last));
            // The closer's own line end follows.
            body.pop();
        }
        if body.is_empty() {
            return self.empty(open, close);
        }
        self.bracketed(style, body, force)
    }

    fn empty(&mut self, open: &'static str, close: &'static str) -> DocId {
        let (open, close) = (self.text(open), self.text(close));
        self.docs.concat([open, close])
    }

    fn separator(&mut self, style: Style, last: bool) -> Option<DocId> {
        match (style, last) {
            (Style::Braces, false) => Some(self.docs.if_flat(",")),
            (Style::Commas { .. }, false) => Some(self.docs.text(",")),
            (Style::Commas { .. }, true) => Some(self.docs.if_broken(",")),
            (Style::Braces, true) | (Style::Loop | Style::Parens, _) => None,
        }
    }

    fn bracketed(&mut self, style: Style, mut body: Vec<DocId>, force: bool) -> DocId {
        let (open, close) = style.brackets();
        let edge = |p: &mut Self| if style == Style::Braces { p.docs.line() } else { p.docs.soft() };
        body.insert(0, edge(self));
        let body = self.docs.concat(body);
        let (open, body, end, close) = (self.text(open), self.docs.nest(body), edge(self), self.text(close));
        let all = self.docs.concat([open, body, end, close]);
        if force { self.docs.broken_group(all) } else { self.docs.group(all) }
    }
}
