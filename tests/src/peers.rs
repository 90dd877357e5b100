//! The same mistakes in other languages, with what those say of them: a file `.peers` beside each mistake.
//!
//! ```text
//! nickel main.ncl:4 `imgae` → `image`
//! jsonnet fine: what stands on the right wins
//!
//! === main.ncl
//! …
//! === nickel says
//! …
//! === main.jsonnet
//! …
//! === jsonnet prints
//! …
//! ```
//!
//! Each language has a line of its own in the head. It says where the mistake truly is in its program: the
//! line, the words that are wrong, and words of which one has to stand in a message that leads to the mend.
//! `arguments` is the place of what stands on the command line, which `nickel args …` gives.
//! `fine:` is the reason why the program means in that language what its writer meant, `cannot:` why
//! nobody can write it. Files of data belong to all programs of the mistake, and so does what lies
//! in the folder and ends as the language's files do.
//!
//! What is said is recorded, never written by hand: see `recording.rs`.

use crate::house::{self, HouseFile};
use crate::mistakes::{self, Mistake};
use std::fmt::Write;

/// A language that is asked about the same mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    Nickel,
    Jsonnet,
}

impl Peer {
    pub const ALL: [Peer; 2] = [Peer::Nickel, Peer::Jsonnet];

    /// As the files `.peers` and the fences of the pages have it.
    pub fn name(self) -> &'static str {
        match self {
            Peer::Nickel => "nickel",
            Peer::Jsonnet => "jsonnet",
        }
    }

    /// As a heading has it.
    pub fn title(self) -> &'static str {
        match self {
            Peer::Nickel => "Nickel",
            Peer::Jsonnet => "Jsonnet",
        }
    }

    pub fn main(self) -> &'static str {
        match self {
            Peer::Nickel => "main.ncl",
            Peer::Jsonnet => "main.jsonnet",
        }
    }

    /// How its files end, those of the program first.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Peer::Nickel => &["ncl"],
            Peer::Jsonnet => &["jsonnet", "libsonnet"],
        }
    }

    /// Whether a file is written in this language.
    pub fn reads(self, path: &str) -> bool {
        path.rsplit_once('.').is_some_and(|(_, extension)| self.extensions().contains(&extension))
    }
}

/// What a language makes of a mistake.
#[derive(Debug, Clone, PartialEq)]
pub enum Stance {
    /// Nothing can be written that would be this mistake.
    Cannot(String),
    /// It is none there.
    Fine(String),
    /// It is one, and here.
    Wrong(Wrong),
}

/// Where a mistake truly is.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    pub place: Place,
    pub offender: String,
    /// One of these stands in a message that leads to the mend.
    pub mends: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    Arguments,
    Line { file: String, line: usize },
}

/// What a language said: that something is wrong, or a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Said<'a> {
    Refused(&'a str),
    Printed(&'a str),
}

impl<'a> Said<'a> {
    pub fn text(self) -> &'a str {
        match self {
            Said::Refused(text) | Said::Printed(text) => text,
        }
    }
}

/// One file `.peers`.
#[derive(Debug, Clone)]
pub struct Peers {
    /// In the order of `Peer::ALL`.
    stances: Vec<(Peer, Stance)>,
    arguments: Vec<(Peer, String)>,
    sections: Vec<(String, String)>,
}

impl Peers {
    pub fn stance(&self, peer: Peer) -> &Stance {
        self.stances.iter().find(|(found, _)| *found == peer).map(|(_, stance)| stance).expect("a line of each")
    }

    /// The arguments that its program is run with.
    pub fn arguments(&self, peer: Peer) -> impl Iterator<Item = &str> {
        let own = self.arguments.iter().filter(move |(found, _)| *found == peer);
        own.flat_map(|(_, arguments)| arguments.split_whitespace())
    }

    /// The files of its program.
    pub fn files(&self, peer: Peer) -> impl Iterator<Item = (&str, &str)> {
        let own = self.sections.iter().filter(move |(name, _)| peer.reads(name));
        own.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    pub fn said(&self, peer: Peer) -> Option<Said<'_>> {
        let section = |verb| {
            let name = format!("{} {verb}", peer.name());
            self.sections.iter().find(|(found, _)| *found == name).map(|(_, text)| text.as_str())
        };
        section("says").map(Said::Refused).or_else(|| section("prints").map(Said::Printed))
    }

    /// Takes down what was said, behind the files of the program.
    pub fn record(&mut self, peer: Peer, said: Said) {
        let verb = match said {
            Said::Refused(_) => "says",
            Said::Printed(_) => "prints",
        };
        self.sections.retain(|(name, _)| !name.starts_with(&format!("{} ", peer.name())));
        let behind = self.sections.iter().rposition(|(name, _)| peer.reads(name)).map_or(0, |at| at + 1);
        let text = said.text().trim_end().to_owned() + "\n";
        self.sections.insert(behind, (format!("{} {verb}", peer.name()), text));
    }

    /// What does not fit together, in words; the programs themselves are not run.
    pub fn faults(&self, mistake: &Mistake) -> Vec<String> {
        Peer::ALL.iter().filter_map(|peer| Some(format!("{}: {}", peer.title(), self.fault(*peer, mistake)?))).collect()
    }

    fn fault(&self, peer: Peer, mistake: &Mistake) -> Option<String> {
        let program = self.files(peer).any(|(name, _)| name == peer.main());
        let wrong = match self.stance(peer) {
            Stance::Cannot(_) if program => return Some("nothing can be written, and here is a program".to_owned()),
            Stance::Cannot(_) => return None,
            _ if !program => return Some(format!("there is no `{}`", peer.main())),
            _ if self.said(peer).is_none() => {
                return Some("what is said is not recorded: see docs/TESTING.md".to_owned());
            }
            Stance::Fine(_) if matches!(self.said(peer), Some(Said::Refused(_))) => {
                return Some("it is said to be fine, and is refused".to_owned());
            }
            Stance::Fine(_) => return None,
            Stance::Wrong(wrong) => wrong,
        };
        let Place::Line { file, line } = &wrong.place else { return None };
        let stands = self.line(peer, mistake, file, *line).is_some_and(|text| text.contains(&wrong.offender));
        (!stands).then(|| format!("{file}:{line} does not hold `{}`", wrong.offender))
    }

    /// A line of a file of the program.
    pub fn line<'a>(&'a self, peer: Peer, mistake: &'a Mistake, file: &str, line: usize) -> Option<&'a str> {
        let mut files = self.files(peer).chain(data(mistake));
        files.find(|(name, _)| *name == file)?.1.lines().nth(line.checked_sub(1)?)
    }
}

/// The files of a mistake that are no programs: all languages read them.
pub fn data(mistake: &Mistake) -> impl Iterator<Item = (&str, &str)> {
    mistake.files().filter(|(name, _)| !name.ends_with(".rzp"))
}

/// The files `.peers` stand in this order: that of their paths, as the mistakes do.
pub fn path(mistake: &Mistake) -> String {
    format!("{}/{}.peers", mistakes::FOLDER, mistake.name)
}

/// What lies in the folder of a mistake, written in this language, for all its programs there.
pub fn libraries(peer: Peer, mistake: &Mistake) -> Vec<HouseFile> {
    let folder = mistake.name.split_once('/').map_or("", |(folder, _)| folder);
    let files = house::files(&format!("{}/{folder}", mistakes::FOLDER));
    files.into_iter().filter(|file| peer.reads(&file.path)).collect()
}

/// Reads the file beside a mistake.
pub fn of(mistake: &Mistake) -> Result<Peers, String> {
    let path = path(mistake);
    let text = std::fs::read_to_string(house::root().join(&path)).map_err(|_| format!("there is no {path}"))?;
    parse(&text).map_err(|what| format!("{path}: {what}"))
}

/// Reads the text of a file `.peers`; the error says what does not belong.
pub fn parse(text: &str) -> Result<Peers, String> {
    let mut peers = Peers { stances: Vec::new(), arguments: Vec::new(), sections: Vec::new() };
    for line in text.lines() {
        if let Some(section) = line.strip_prefix("=== ") {
            peers.sections.push((section.to_owned(), String::new()));
        } else if let Some((_, text)) = peers.sections.last_mut() {
            text.push_str(line);
            text.push('\n');
        } else if !line.is_empty() {
            head(&mut peers, line).ok_or_else(|| format!("`{line}` is no line of a head"))?;
        }
    }
    for (_, text) in &mut peers.sections {
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    let told: Vec<Peer> = peers.stances.iter().map(|(peer, _)| *peer).collect();
    if told == Peer::ALL { Ok(peers) } else { Err("the head has a line for Nickel, then one for Jsonnet".to_owned()) }
}

fn head(peers: &mut Peers, line: &str) -> Option<()> {
    let (word, rest) = line.split_once(' ')?;
    let peer = Peer::ALL.into_iter().find(|peer| peer.name() == word)?;
    if let Some(arguments) = rest.strip_prefix("args ") {
        peers.arguments.push((peer, arguments.to_owned()));
        return Some(());
    }
    let stance = if let Some(why) = rest.strip_prefix("cannot: ") {
        Stance::Cannot(why.to_owned())
    } else if let Some(why) = rest.strip_prefix("fine: ") {
        Stance::Fine(why.to_owned())
    } else {
        Stance::Wrong(wrong(rest)?)
    };
    peers.stances.push((peer, stance));
    Some(())
}

fn wrong(text: &str) -> Option<Wrong> {
    let (place, rest) = text.split_once(' ')?;
    let (offender, mends) = rest.split_once(" → ")?;
    let place = match place.split_once(':') {
        Some((file, line)) => Place::Line { file: file.to_owned(), line: line.parse().ok()? },
        None => (place == "arguments").then_some(Place::Arguments)?,
    };
    let offender = quoted(offender).next()?.to_owned();
    Some(Wrong { place, offender, mends: quoted(mends).map(str::to_owned).collect() })
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The file as it was read.
pub fn print(peers: &Peers) -> String {
    let mut out = String::new();
    for (peer, stance) in &peers.stances {
        let name = peer.name();
        let _ = match stance {
            Stance::Cannot(why) => writeln!(out, "{name} cannot: {why}"),
            Stance::Fine(why) => writeln!(out, "{name} fine: {why}"),
            Stance::Wrong(wrong) => writeln!(out, "{name} {}", shown(wrong)),
        };
        for (_, arguments) in peers.arguments.iter().filter(|(found, _)| found == peer) {
            let _ = writeln!(out, "{name} args {arguments}");
        }
    }
    for (name, text) in &peers.sections {
        let _ = write!(out, "\n=== {name}\n{text}");
    }
    out
}

fn shown(wrong: &Wrong) -> String {
    let place = match &wrong.place {
        Place::Arguments => "arguments".to_owned(),
        Place::Line { file, line } => format!("{file}:{line}"),
    };
    let mends: String = wrong.mends.iter().map(|mend| format!(" `{mend}`")).collect();
    format!("{place} `{}` →{mends}", wrong.offender)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "nickel arguments `prod` → `production` `staging`\nnickel args -- env=prod\n\
        jsonnet cannot: nothing is given\n\n=== main.ncl\n{ env }\n\n=== nickel says\nno\n";

    #[test]
    fn a_file_is_printed_as_it_was_read() {
        let mut peers = parse(TEXT).expect("a file");
        assert_eq!(print(&peers), TEXT);
        assert_eq!(peers.arguments(Peer::Nickel).collect::<Vec<_>>(), ["--", "env=prod"]);
        peers.record(Peer::Nickel, Said::Printed("{}\n"));
        assert_eq!(print(&peers), TEXT.replace("says\nno", "prints\n{}"));
    }

    #[test]
    fn a_language_left_out_is_an_error() {
        assert!(parse("nickel fine: it is\n").is_err());
        assert!(parse("nickel main.ncl `x`\njsonnet fine: it is\n").is_err());
    }
}
