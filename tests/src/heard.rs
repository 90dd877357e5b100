//! How well another language tells of a mistake, as far as its words alone show it.
//!
//! Its messages are text, so they are judged by what stands in them, and where that is open in their
//! favour: the true line is named if a place or the margin of a quoted line has its number; the wrong
//! words are named if they stand anywhere, also in a quoted line, or if a place on their line is; the mend is named if one of the
//! words that lead to it stands anywhere but in the wrong line itself. RZP's own messages have to do more,
//! see `told.rs`: mark those words and no others, and bring advice that works when it is followed.

use crate::mistakes::Mistake;
use crate::peers::{Peer, Peers, Place, Said, Stance, Wrong};

/// What is good in what was said of a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// The first place that is named is on the true line.
    pub first: bool,
    /// The true line is named somewhere.
    pub line: bool,
    pub offender: bool,
    pub mend: bool,
    pub length: usize,
}

impl Heard {
    pub fn is_good(self) -> bool {
        self.line && self.offender && self.mend
    }
}

/// What a language makes of a mistake, judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// There is no such mistake in the language.
    None,
    /// It gives a value, and no word of the mistake.
    Silent,
    Told(Heard),
}

pub fn judge(peer: Peer, peers: &Peers, mistake: &Mistake) -> Verdict {
    let Stance::Wrong(wrong) = peers.stance(peer) else { return Verdict::None };
    match peers.said(peer) {
        Some(Said::Refused(text)) => Verdict::Told(heard(peer, peers, mistake, wrong, text)),
        Some(Said::Printed(_)) | None => Verdict::Silent,
    }
}

fn heard(peer: Peer, peers: &Peers, mistake: &Mistake, wrong: &Wrong, text: &str) -> Heard {
    let length = text.trim_end().lines().count();
    let offender = text.contains(wrong.offender.trim_matches(['"', '\'']));
    let says_mend = |text: &str| wrong.mends.iter().any(|mend| text.contains(mend.as_str()));
    let Place::Line { file, line } = &wrong.place else {
        // What was given on the command line has no line that could be missed.
        return Heard { first: true, line: true, offender, mend: says_mend(text), length };
    };
    let places = places(text);
    let truth = (file.clone(), *line);
    let echo = peers.line(peer, mistake, file, *line).unwrap_or_default().trim();
    let line = places.contains(&truth);
    let mend = text.lines().filter(|said| !said.contains(echo)).any(says_mend);
    Heard { first: places.first() == Some(&truth), line, offender: offender || line, mend, length }
}

/// The places that a message names, in order: `file:line` in its words, and the numbers in the margin
/// of the lines that are quoted below one.
fn places(text: &str) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    let mut quoted = String::new();
    for line in text.lines() {
        for place in line.split_whitespace().filter_map(place) {
            quoted.clone_from(&place.0);
            found.push(place);
        }
        let margin = line.split_once('│').and_then(|(margin, _)| margin.trim().parse().ok());
        found.extend(margin.map(|number| (quoted.clone(), number)));
    }
    found
}

/// `main.ncl:4:3` or `main.jsonnet:4:3-9:`.
fn place(word: &str) -> Option<(String, usize)> {
    let mut parts = word.split(':');
    let file = parts.next().filter(|file| file.contains('.'))?;
    let digits: String = parts.next()?.chars().take_while(char::is_ascii_digit).collect();
    Some((file.to_owned(), digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mistakes, peers};

    fn judged(head: &str, words: &str) -> Verdict {
        let mistake = mistakes::parse("a", "A name\nexpect E0201 a.rzp:1:1 `nmae`\n").expect("a mistake");
        let text =
            format!("nickel {head}\njsonnet cannot: no\n\n=== main.ncl\nlet name = 1 in\nnmae\n\n=== nickel {words}");
        judge(Peer::Nickel, &peers::parse(&text).expect("a file"), &mistake)
    }

    #[test]
    fn a_place_in_words_and_a_line_in_the_margin_count() {
        let words =
            "says\nerror: unbound `nmae`\n  ┌─ main.ncl:1:5\n  │\n2 │ nmae\n  │ ^^^^\n  = did you mean `name`?\n";
        let Verdict::Told(heard) = judged("main.ncl:2 `nmae` → `name`", words) else { panic!("it is told") };
        assert_eq!(heard, Heard { first: false, line: true, offender: true, mend: true, length: 6 });
    }

    #[test]
    fn the_wrong_line_itself_is_no_advice() {
        let words = "says\nerror at main.ncl:2:1\n2 │ nmae\n";
        let Verdict::Told(heard) = judged("main.ncl:2 `nmae` → `nmae`", words) else { panic!("it is told") };
        assert!(heard.first && !heard.mend && !heard.is_good());
    }

    #[test]
    fn a_value_is_silence() {
        assert_eq!(judged("main.ncl:2 `nmae` → `name`", "prints\n1\n"), Verdict::Silent);
        assert_eq!(judged("fine: it is", "prints\n1\n"), Verdict::None);
    }
}
