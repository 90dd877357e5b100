//! The comments that are still to be printed, in the order of the text.
//!
//! Whoever prints a place takes the comments that stand before it; so each comment is printed once,
//! at the first place that can hold it.

use crate::base::span::Span;
use crate::syntax::trivia::Comment;

pub struct Comments<'a> {
    text: &'a str,
    list: &'a [Comment],
    next: usize,
}

impl<'a> Comments<'a> {
    pub fn new(text: &'a str, list: &'a [Comment]) -> Comments<'a> {
        Comments { text, list, next: 0 }
    }

    /// Takes the comments that start before `offset`.
    pub fn before(&mut self, offset: u32) -> &'a [Comment] {
        let rest = &self.list[self.next..];
        let count = rest.iter().take_while(|comment| comment.span.start < offset).count();
        self.next += count;
        &rest[..count]
    }

    /// Whether a comment that was not taken starts before `offset`.
    pub fn any_before(&self, offset: u32) -> bool {
        self.list.get(self.next).is_some_and(|comment| comment.span.start < offset)
    }

    /// Takes the comment that follows what ends at `end` on the same line.
    pub fn trailing(&mut self, end: u32) -> Option<Comment> {
        let comment = *self.list.get(self.next)?;
        let between = self.text.get(Span { start: end, end: comment.span.start }.range())?;
        let near = between.chars().all(|c| matches!(c, ' ' | '\t' | ',' | ';'));
        if near {
            self.next += 1;
        }
        near.then_some(comment)
    }
}
