//! Messages without what must not be shown, and the texts that go with them.
//!
//! This is the last gate: whatever a message was made of, and whoever made it, a text that is known
//! to be secret by now does not pass.

use crate::base::diag::{Diag, Fix};
use crate::base::hidden::Hidden;
use crate::base::source::Sources;
use crate::base::span::FileId;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Messages and texts as they may be shown.
pub fn redacted<'a>(diags: &'a [Diag], sources: &'a Sources) -> (Cow<'a, [Diag]>, Cow<'a, Sources>) {
    let files: BTreeSet<FileId> = diags
        .iter()
        .flat_map(|diag| diag.labels.iter().map(|label| label.loc.file).chain(diag.fix.iter().map(|fix| fix.loc.file)))
        .collect();
    let shown = sources.shown(|file| files.contains(&file));
    match &shown {
        Cow::Borrowed(_) => (Cow::Borrowed(diags), shown),
        Cow::Owned(_) => (diags.iter().map(|diag| without(diag.clone(), &sources.hidden)).collect(), shown),
    }
}

/// One message without the hidden texts. An edit that would write one is left out: applied without
/// it, it would damage the file.
pub fn without(mut diag: Diag, hidden: &Hidden) -> Diag {
    if hidden.is_empty() {
        return diag;
    }
    let clean = |text: &mut String| {
        if let Cow::Owned(redacted) = hidden.redact(text) {
            *text = redacted;
        }
    };
    clean(&mut diag.title);
    diag.labels.iter_mut().for_each(|label| clean(&mut label.text));
    diag.notes.iter_mut().chain(&mut diag.helps).for_each(clean);
    diag.fix = diag.fix.filter(|fix| hidden.ranges(&fix.replacement).is_empty()).map(|mut fix: Fix| {
        clean(&mut fix.title);
        fix
    });
    diag
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes::Code;
    use crate::base::span::Span;

    #[test]
    fn nothing_of_a_message_shows_a_hidden_text() {
        let mut sources = Sources::default();
        let file = sources.add("a.rzp", "a = \"hunter2\"\nb = 1\n");
        sources.hidden.add("hunter2");
        let at = Span::new(4, 13).at(file);
        let said = Diag::error(Code::Conflict, "hunter2 here").at(at, "hunter2").note("hunter2").help("hunter2");
        let (diags, shown) = redacted(std::slice::from_ref(&said), &sources);
        assert!(!format!("{diags:?}{shown:?}").contains("hunter2"));
        assert_eq!(&*shown.get(file).text, "a = \"*******\"\nb = 1\n");
        let fixed = |text: &str| without(said.clone().fix("write it", at, text), &sources.hidden).fix;
        assert_eq!((fixed("hunter2"), fixed("1").is_some()), (None, true));
    }

    #[test]
    fn a_covered_place_is_starred_and_nothing_moves() {
        let mut sources = Sources::default();
        sources.add("a.rzp", "p = \"ä\n1\"\nq = \"ä\"\n");
        sources.cover(Span::new(4, 10).at(FileId(0)));
        let shown = sources.shown(|_| true);
        assert_eq!(&*shown.get(FileId(0)).text, "p = ***\n**\nq = \"ä\"\n");
        assert_eq!(shown.get(FileId(0)).position(13), sources.get(FileId(0)).position(13));
    }
}
