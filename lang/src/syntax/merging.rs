//! Marks that a version control leaves where two changes of one text met.
//!
//! ```text
//! <<<<<<< HEAD
//!   port = 8989
//! =======
//!   port = 9090
//! >>>>>>> main
//! ```
//!
//! All marks of one meeting are one mistake. Reading goes on with the upper side, as if the rest were
//! not there, so that nothing is told of a text that nobody meant to stand there.

use super::token::Spanned;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};
use std::ops::Range;

/// Takes the marks and the lower sides out of the tokens, and says where they are.
pub fn drop_marks(file: FileId, text: &str, tokens: &mut Vec<Spanned>, diags: &mut Vec<Diag>) {
    if !text.contains("<<<<<<<") {
        return;
    }
    let inside = |at: usize| tokens.iter().any(|token| (token.start as usize) < at && at < token.end as usize);
    let marks: Vec<(char, Range<usize>)> = marks(text).filter(|(_, line)| !inside(line.start)).collect();
    for (at, (sign, open)) in marks.iter().enumerate() {
        if *sign != '<' {
            continue;
        }
        let behind = &marks[at + 1..];
        let until = behind.iter().position(|(sign, _)| *sign == '<').unwrap_or(behind.len());
        let find =
            |wanted: char| behind[..until].iter().find(|(sign, _)| *sign == wanted).map(|(_, line)| line.clone());
        let (Some(middle), Some(close)) = (find('='), find('>')) else { continue };
        let gone = |at: u32| {
            let at = at as usize;
            open.contains(&at) || (middle.start..close.end).contains(&at)
        };
        tokens.retain(|token| !gone(token.start));
        diags.retain(|diag| diag.place().is_none_or(|place| !gone(place.span.start)));
        let place = |line: &Range<usize>| Span::new(line.start, line.end).at(file);
        diags.push(
            Diag::error(Code::Syntax, "marks of a merge are left in the file")
                .at(place(open), "one side begins here")
                .also(place(&middle), "the other side begins here")
                .also(place(&close), "and ends here")
                .help("keep one side, and remove the other one and the three marks"),
        );
    }
}

/// The lines that are marks, each with its sign.
fn marks(text: &str) -> impl Iterator<Item = (char, Range<usize>)> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let from = start;
        start += line.len();
        let written = line.trim_end();
        let sign = written.chars().next().filter(|sign| matches!(sign, '<' | '=' | '>'))?;
        let rest = written.trim_start_matches(sign);
        let marked = written.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '));
        marked.then(|| (sign, from..from + written.len()))
    })
}
