//! `rzp fmt`: files in the one style, in place, as a check, or from standard input to output.

use crate::args::Fmt;
use crate::call::{self, Wrong};
use crate::disk::{read_input, read_text, write_whole};
use crate::term::{Status, Term};
use crate::walk::opens_section;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::base::span::{FileId, Span};
use rzp_lang::eval::veil::Veil;
use rzp_lang::fmt::format;
use std::fs;
use std::path::{Path, PathBuf};

/// What became of one file.
enum Done {
    Same,
    Changed,
    /// Its layout is its author's.
    Kept,
    Failed,
}

/// The messages of all files, told together at the end.
#[derive(Default)]
struct Told {
    sources: Sources,
    diags: Vec<Diag>,
}

pub fn run(args: &Fmt, term: Term) -> Status {
    if args.files.iter().any(|name| name == "-") {
        return stream(args, term.with_output_taken());
    }
    match call::files(&args.files) {
        Err(wrong) => wrong.tell(&term),
        Ok(paths) => all(args, &paths, &term),
    }
}

fn all(args: &Fmt, paths: &[PathBuf], term: &Term) -> Status {
    let (mut same, mut changed, mut kept, mut failed) = (0, 0, 0, 0);
    let mut told = Told::default();
    for path in paths {
        match one(args, path, &mut told) {
            Done::Same => same += 1,
            Done::Changed => changed += 1,
            Done::Kept => kept += 1,
            Done::Failed => failed += 1,
        }
    }
    let status = told.report(term);
    let verb = if args.check { "not formatted" } else { "formatted" };
    let counted = |count, what: &str| if count == 0 { String::new() } else { format!(", {count} {what}") };
    let (kept, left) = (counted(kept, "of sections left as written"), counted(failed, "left alone for errors"));
    term.say(&format!("{changed} {verb}, {same} already in order{kept}{left}"));
    status
}

fn one(args: &Fmt, path: &Path, told: &mut Told) -> Done {
    let name = shown(path);
    let text = match read_text(path, &name) {
        Ok(text) => text,
        Err(diag) => return told.refused(*diag),
    };
    match format(&text) {
        // What is expected in sections names their lines.
        _ if opens_section(&text) => Done::Kept,
        Err(diags) => {
            told.add(&name, &text, diags);
            Done::Failed
        }
        Ok(new) if new == text => Done::Same,
        Ok(new) if args.check => {
            told.add(&name, &text, vec![differs(&text, &new)]);
            Done::Changed
        }
        Ok(new) => match write_whole(path, &new) {
            Ok(()) => Done::Changed,
            Err(refused) => told.refused(refused.diag()),
        },
    }
}

/// Standard input to standard output.
fn stream(args: &Fmt, term: Term) -> Status {
    if args.files.len() > 1 {
        return Wrong::new("`-` stands alone: standard input goes to standard output".to_owned()).tell(&term);
    }
    let text = match read_input() {
        Ok(text) => text,
        Err(diag) => return term.fail(*diag),
    };
    let mut told = Told::default();
    match format(&text) {
        _ if opens_section(&text) => return if args.check { Status::Done } else { term.print(&text) },
        Err(diags) => told.add("<stdin>", &text, diags),
        Ok(new) if args.check && new != text => told.add("<stdin>", &text, vec![differs(&text, &new)]),
        Ok(_) if args.check => {}
        Ok(new) => return term.print(&new),
    }
    told.report(&term)
}

impl Told {
    /// Takes messages about a single text among those of all texts.
    fn add(&mut self, name: &str, text: &str, diags: Vec<Diag>) {
        let file = self.sources.add(name, text);
        for mut diag in diags {
            diag.labels.iter_mut().for_each(|label| label.loc.file = file);
            diag.fix.iter_mut().for_each(|fix| fix.loc.file = file);
            self.diags.push(diag);
        }
    }

    fn report(mut self, term: &Term) -> Status {
        let diags = Veil::default().over(&mut self.sources, self.diags);
        term.report(&diags, &self.sources)
    }

    fn refused(&mut self, diag: Diag) -> Done {
        self.diags.push(diag);
        Done::Failed
    }
}

/// A path as it is best read from here.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(fs::canonicalize).unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}

/// Points at the first place that formatting would change.
fn differs(old: &str, new: &str) -> Diag {
    let same = old.split_inclusive('\n').zip(new.split_inclusive('\n')).take_while(|(a, b)| a == b);
    let line: usize = same.map(|(line, _)| line.len()).sum();
    let (rest, wanted) = (old.get(line..).unwrap_or_default(), new.get(line..).unwrap_or_default());
    let alike: usize = rest.chars().zip(wanted.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let place = Span::new(line + alike, line + alike);
    let diag = Diag::error(Code::NotFormatted, "this file is not formatted");
    let diag = diag.at(place.at(FileId(0)), "the first change is here");
    match wanted.lines().next().map(str::trim_start) {
        None | Some("") => diag.help("run `rzp fmt`"),
        Some(wanted) => diag.note(format!("the line becomes\n{wanted}")).help("run `rzp fmt`"),
    }
}
