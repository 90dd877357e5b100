//! The figures above the mistakes: how many each language tells well, and in how many lines.

use crate::heard::{self, Verdict};
use crate::mistakes::Mistake;
use crate::peers::{Peer, Peers};
use crate::told::Told;
use std::fmt::Write;

/// A mistake, with what RZP and the other languages say of it.
pub struct Entry<'a> {
    pub mistake: &'a Mistake,
    pub told: Vec<Told>,
    pub peers: Peers,
}

/// What one language makes of some mistakes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// Mistakes that the language can hold.
    pub held: usize,
    /// Of these, those of which it says something.
    pub told: usize,
    pub good: usize,
    pub line: usize,
    pub first: usize,
    pub offender: usize,
    pub mend: usize,
    /// The lines of each message.
    lengths: Vec<usize>,
}

impl Score {
    pub fn of_peer(peer: Peer, entries: &[Entry]) -> Score {
        let mut score = Score::default();
        for entry in entries {
            match heard::judge(peer, &entry.peers, entry.mistake) {
                Verdict::None => {}
                Verdict::Silent => score.held += 1,
                Verdict::Told(heard) => {
                    score.held += 1;
                    score.told += 1;
                    score.good += usize::from(heard.is_good());
                    score.line += usize::from(heard.line);
                    score.first += usize::from(heard.first);
                    score.offender += usize::from(heard.offender);
                    score.mend += usize::from(heard.mend);
                    score.lengths.push(heard.length);
                }
            }
        }
        score.sorted()
    }

    /// Of RZP, by what is said first: the words of the checker where it finds the mistake, those of the run elsewhere.
    pub fn of_rzp(entries: &[Entry]) -> Score {
        let mut score = Score { held: entries.len(), ..Score::default() };
        for verdict in entries.iter().filter_map(|entry| Some(&entry.told.first()?.verdict)) {
            score.told += 1;
            score.good += usize::from(verdict.is_good());
            score.line += usize::from(verdict.line);
            score.first += usize::from(verdict.line);
            score.offender += usize::from(verdict.offender);
            score.mend += usize::from(verdict.mend.is_ok());
            score.lengths.push(verdict.lengths.iter().sum());
        }
        score.sorted()
    }

    fn sorted(mut self) -> Score {
        self.lengths.sort_unstable();
        self
    }

    fn median(&self) -> usize {
        self.lengths.get(self.lengths.len() / 2).copied().unwrap_or_default()
    }

    fn most(&self) -> usize {
        self.lengths.last().copied().unwrap_or_default()
    }
}

/// RZP, then the others.
fn scores(entries: &[Entry]) -> Vec<Score> {
    let peers = Peer::ALL.iter().map(|peer| Score::of_peer(*peer, entries));
    std::iter::once(Score::of_rzp(entries)).chain(peers).collect()
}

/// What a row counts.
type Count = fn(&Score) -> usize;

/// The table of all mistakes together.
pub fn table(entries: &[Entry]) -> String {
    let scores = scores(entries);
    let rows: [(&str, Count); 9] = [
        ("mistakes that can be written", |score| score.held),
        ("something is said", |score| score.told),
        ("**line, wrong words and mend are named**", |score| score.good),
        ("the true line is the first that is named", |score| score.first),
        ("the true line is named", |score| score.line),
        ("the wrong words are named", |score| score.offender),
        ("the mend is named", |score| score.mend),
        ("lines of the message in the middle", Score::median),
        ("lines of the longest message", Score::most),
    ];
    let mut out = "| | RZP | Nickel | Jsonnet |\n|---|---:|---:|---:|\n".to_owned();
    for (what, count) in rows {
        let cells: String = scores.iter().map(|score| format!(" {} |", count(score))).collect();
        let _ = writeln!(out, "| {what} |{cells}");
    }
    out
}

/// The row of one page: how many of its mistakes are told well, of those that can be written.
pub fn row(entries: &[Entry]) -> String {
    scores(entries).iter().map(|score| format!(" {} of {} |", score.good, score.held)).collect()
}
