//! The formatter's state, and the outermost layer: a file is statements and an expression.
//!
//! It walks the tree and builds a document; literals and names are printed from the source. Where the
//! writer put a line's end after an opening bracket, the bracket stays broken; else it is put on one
//! line if there is room. Comments keep to what they stand before; a comment in a place that cannot
//! hold one moves above the item around it. A text with errors is refused.

use super::comments::Comments;
use super::doc::{DocId, Docs};
use super::source::Source;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};
use crate::syntax::ast::{Ast, Expr, ExprId};
use crate::syntax::parse::{Parsed, parse};
use crate::syntax::trivia::{Comment, Trivia};

const WIDTH: usize = 100;

/// The text in the project's layout, or why it cannot be read.
pub fn format(text: &str) -> Result<String, Vec<Diag>> {
    let parsed = parse(FileId(0), text);
    if parsed.diags.iter().any(Diag::is_error) {
        return Err(parsed.diags);
    }
    Ok(print(text, &parsed))
}

/// Prints a tree that was read from `text` without errors.
pub fn print(text: &str, parsed: &Parsed) -> String {
    let mut printer = Printer {
        ast: &parsed.ast,
        trivia: &parsed.trivia,
        source: Source::new(text),
        comments: Comments::new(text, &parsed.trivia.comments),
        docs: Docs::default(),
        hoisted: Vec::new(),
    };
    let root = printer.file();
    printer.docs.lay_out(root, WIDTH)
}

pub(super) struct Printer<'a> {
    pub ast: &'a Ast,
    pub trivia: &'a Trivia,
    pub source: Source<'a>,
    pub comments: Comments<'a>,
    pub docs: Docs<'a>,
    /// Comments within the item being printed that no place in it can hold.
    pub hoisted: Vec<Comment>,
}

/// An item with the comments around it.
pub(super) struct Commented {
    /// The comments and line ends before it.
    pub leading: Vec<DocId>,
    pub doc: DocId,
    pub trailing: Option<DocId>,
}

impl<'a> Printer<'a> {
    pub fn expr_at(&self, id: ExprId) -> &'a Expr {
        self.ast.expr(id)
    }

    pub fn span(&self, id: ExprId) -> Span {
        self.ast.span(id)
    }

    pub fn text(&mut self, text: &'a str) -> DocId {
        self.docs.text(text)
    }

    pub fn slice(&mut self, span: Span) -> DocId {
        let text = self.source.slice(span);
        self.docs.text(text)
    }

    /// Keeps the comments before `offset` for the place above the current item.
    pub fn hoist(&mut self, offset: u32) {
        let comments = self.comments.before(offset);
        self.hoisted.extend_from_slice(comments);
    }

    /// Prints what stands at `span`, with the comments before it and after it on its line. `last` is
    /// where the text before it ends; a blank line since then is kept.
    pub fn commented(&mut self, span: Span, last: Option<u32>, item: impl FnOnce(&mut Self) -> DocId) -> Commented {
        let mut comments = self.comments.before(span.start).to_vec();
        let outer = std::mem::take(&mut self.hoisted);
        let doc = item(self);
        self.hoist(span.end);
        let moved = std::mem::replace(&mut self.hoisted, outer);
        let mut leading = self.comment_lines(&comments, last);
        comments.extend(moved.iter().copied());
        let above = comments.len() - moved.len();
        leading.extend(self.comment_lines(&moved, None));
        let before = comments[..above].last().map(|comment| comment.span.end).or(last);
        if before.is_some_and(|before| self.trivia.blank_within(before, span.start)) && moved.is_empty() {
            leading.push(self.docs.blank());
        }
        let trailing = self.comments.trailing(span.end).map(|comment| self.trailing_comment(comment));
        Commented { leading, doc, trailing }
    }

    fn trailing_comment(&mut self, comment: Comment) -> DocId {
        let (blank, text) = (self.text(" "), self.slice(comment.span));
        self.docs.concat([blank, text])
    }

    /// Comments on lines of their own, each with its line's end, and with the blank lines between them.
    pub fn comment_lines(&mut self, comments: &[Comment], last: Option<u32>) -> Vec<DocId> {
        let mut parts = Vec::new();
        let mut last = last;
        for comment in comments {
            if last.is_some_and(|last| self.trivia.blank_within(last, comment.span.start)) {
                parts.push(self.docs.blank());
            }
            parts.push(self.slice(comment.span));
            parts.push(self.docs.hard());
            last = Some(comment.span.end);
        }
        parts
    }

    fn file(&mut self) -> DocId {
        let mut parts = self.statements(self.ast.root);
        let end = self.source.text.len() as u32;
        let rest = self.comments.before(end + 1).to_vec();
        let last = self.source.last_token(end).map(|token| token.end);
        if !rest.is_empty() {
            parts.push(self.docs.hard());
            parts.extend(self.comment_lines(&rest, last));
        }
        let all = self.docs.concat(parts);
        self.docs.broken_group(all)
    }

    /// `let`s and the expression they are for, each on lines of its own.
    pub fn statements(&mut self, root: ExprId) -> Vec<DocId> {
        let mut parts = Vec::new();
        let mut last = None;
        let mut id = root;
        while let Expr::Let { bind, body } = self.expr_at(id) {
            let line = self.commented(bind.span, last, |p| p.bind(bind));
            self.push_line(&mut parts, line);
            parts.push(self.docs.hard());
            last = Some(bind.span.end);
            id = *body;
        }
        let line = self.commented(self.span(id), last, |p| p.expr(id));
        self.push_line(&mut parts, line);
        parts
    }

    pub fn push_line(&mut self, parts: &mut Vec<DocId>, line: Commented) {
        parts.extend(line.leading);
        parts.push(line.doc);
        parts.extend(line.trailing);
    }
}

#[cfg(test)]
mod tests {
    use super::format;

    /// The text comes out as `expected`, and that comes out as itself.
    fn becomes(text: &str, expected: &str) {
        for text in [text, expected] {
            assert_eq!(format(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn a_bracket_stays_as_it_was_opened() {
        becomes("{a=1,b=[1,2,],}", "{ a = 1, b = [1, 2] }\n");
        becomes("{ a = [\n1, 2], b = f(\nx) }", "{ a = [\n  1,\n  2,\n], b = f(\n  x,\n) }\n");
        becomes("{\na = 1, b = 2 }", "{\n  a = 1\n  b = 2\n}\n");
    }

    #[test]
    fn what_has_no_room_breaks_from_outside() {
        let long = "a".repeat(60);
        becomes(
            &format!("{{ x = {{ {long} = 1, b = [1, 2] }}, y = {long} }}"),
            &format!("{{\n  x = {{ {long} = 1, b = [1, 2] }}\n  y = {long}\n}}\n"),
        );
        becomes(&format!("f(1, {{ {long} = 1, b = {long} }})"), &format!("f(1, {{\n  {long} = 1\n  b = {long}\n}})\n"));
    }

    #[test]
    fn a_long_chain_of_calls_breaks_before_its_steps() {
        let long = "a".repeat(45);
        becomes(&format!("x.f({long}).g(1).h({long}).i.j"), &format!("x.f({long})\n  .g(1)\n  .h({long}).i.j\n"));
        becomes("x.f(1)\n.g(2)", "x.f(1)\n  .g(2)\n");
        becomes("x.f(1).g({\na = 1 })", "x.f(1).g({\n  a = 1\n})\n");
    }

    #[test]
    fn a_few_names_are_not_broken_for_what_follows_them() {
        let long = "a".repeat(90);
        becomes(&format!("if f(x, s.y) then \"{long}\" else 1"), &format!("if f(x, s.y) then\n  \"{long}\"\nelse 1\n"));
        becomes(
            &format!("{{\nassert f(x) && g([1]) else \"{long}\" }}"),
            &format!("{{\n  assert f(x) && g([1])\n    else \"{long}\"\n}}\n"),
        );
    }

    #[test]
    fn comments_and_one_blank_line_are_kept() {
        becomes(
            "# head\n\n\n\n{ # in\n a = # why\n 1 # after\n\n\n # own\n b = 2,\n # last\n}\n# end",
            "# head\n\n{\n  # in\n  # why\n  a = 1 # after\n\n  # own\n  b = 2\n  # last\n}\n# end\n",
        );
        becomes("[ # none\n]", "[\n  # none\n]\n");
        becomes("xs\n# first\n|> f # then\n|> g", "xs\n  # first\n  |> f # then\n  |> g\n");
    }

    #[test]
    fn lets_and_choices_have_lines_of_their_own() {
        becomes("let a=1;let b=2\na", "let a = 1\nlet b = 2\na\n");
        becomes("{ f(x) = let y = x\n y }", "{ f(x) =\n  let y = x\n  y }\n");
        becomes("{\nx = if a then b\nelse c }", "{\n  x =\n    if a then b\n    else c\n}\n");
    }

    #[test]
    fn a_block_moves_with_its_field() {
        becomes(
            "{\na = \"\"\"\n      one\n        two \\(x)\n\n      \"\"\" }",
            "{\n  a = \"\"\"\n    one\n      two \\(x)\n\n    \"\"\"\n}\n",
        );
    }

    #[test]
    fn a_text_with_errors_is_refused() {
        assert!(format("{ a = }").is_err());
    }
}
