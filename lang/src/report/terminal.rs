//! Diagnostics as text for people: the only file that names codespan-reporting.
//!
//! A message is its code and title, the excerpts it speaks of, what was found and expected, and
//! what to do. The library draws the excerpts; which lines are shown, and that nothing in a source
//! can steer the terminal, is settled in [`super::excerpt`].

use super::excerpt::{Excerpt, Spot, boundary, cut, many_lines, one_line};
use super::redact::redacted;
use crate::base::diag::{Diag, Fix, Label, Severity};
use crate::base::source::{Source, Sources};
use crate::base::span::FileId;
use codespan_reporting::diagnostic as shown;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, termcolor};
use std::ops::Range;
use termcolor::{Color, ColorSpec};

/// Beyond this many, messages bury the first ones: the rest is only counted.
const MOST: usize = 100;

/// All messages, each followed by an empty line, and a last line that counts them.
pub fn render(diags: &[Diag], sources: &Sources, colour: bool) -> String {
    let (diags, sources) = redacted(diags, sources);
    let (diags, sources) = (&*diags, &*sources);
    let mut out = Vec::new();
    for diag in diags.iter().take(MOST) {
        let done = if colour {
            let styles = styles();
            let writer = termcolor::Ansi::new(&mut out);
            draw(diag, sources, &mut term::StylesWriter::new(writer, &styles), colour)
        } else {
            draw(diag, sources, &mut termcolor::NoColor::new(&mut out), colour)
        };
        if done.is_err() {
            out.extend_from_slice(format!("error[{}]: {}\n\n", diag.code, one_line(&diag.title)).as_bytes());
        }
    }
    let mut text = lines_without_blanks_at_their_end(&String::from_utf8_lossy(&out));
    text.push_str(&summary(diags, colour));
    text
}

fn lines_without_blanks_at_their_end(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// `2 errors, 1 warning`, with a line's end; nothing when there is nothing to count.
fn summary(diags: &[Diag], colour: bool) -> String {
    let errors = diags.iter().filter(|diag| diag.is_error()).count();
    let warnings = diags.len() - errors;
    let parts = [counted(errors, "error", "31", colour), counted(warnings, "warning", "33", colour)];
    let mut line = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if diags.len() > MOST {
        line.push_str(&format!("; the first {MOST} are shown"));
    }
    if !line.is_empty() {
        line.push('\n');
    }
    line
}

fn counted(count: usize, what: &str, ansi: &str, colour: bool) -> Option<String> {
    let plural = if count == 1 { "" } else { "s" };
    let text = format!("{count} {what}{plural}");
    (count > 0).then(|| if colour { format!("\x1b[1;{ansi}m{text}\x1b[0m") } else { text })
}

fn draw(diag: &Diag, sources: &Sources, out: &mut impl term::WriteStyle, colour: bool) -> Result<(), Error> {
    let files = Shown::new(diag, sources);
    let severity = match diag.severity {
        Severity::Error => shown::Severity::Error,
        Severity::Warning => shown::Severity::Warning,
    };
    let message = shown::Diagnostic::new(severity)
        .with_code(diag.code)
        .with_message(one_line(&diag.title))
        .with_labels(files.labels(diag))
        .with_notes(notes(diag, sources, colour));
    let config = term::Config { start_context_lines: 2, end_context_lines: 1, ..term::Config::default() };
    term::emit_to_write_style(out, &config, &files, &message)
}

/// What stands below the excerpts: notes, helps, and the fix with the line it makes.
fn notes(diag: &Diag, sources: &Sources, colour: bool) -> Vec<String> {
    let (note, help) = if colour { ("\x1b[1mnote\x1b[0m", "\x1b[1;36mhelp\x1b[0m") } else { ("note", "help") };
    let mut notes: Vec<String> = diag.notes.iter().map(|text| format!("{note}: {}", hang(text))).collect();
    let spoken = |text: &&String| diag.fix.as_ref().is_none_or(|fix| fix.title != **text);
    notes.extend(diag.helps.iter().filter(spoken).map(|text| format!("{help}: {}", hang(text))));
    if let Some(fix) = &diag.fix {
        notes.push(format!("{help}: {}{}", hang(&fix.title), mended(sources.get(fix.loc.file), fix)));
    }
    notes
}

/// Further lines of a note stand below its first word after the colon.
fn hang(text: &str) -> String {
    many_lines(text).trim_end().replace('\n', "\n      ")
}

/// The lines as they are once the fix is applied, at most three of them; none where whole lines go.
fn mended(source: &Source, fix: &Fix) -> String {
    let range = clamp(source, fix.loc.span.range());
    let text: &str = &source.text;
    let begins = |at: usize| at == 0 || text.get(..at).is_some_and(|head| head.ends_with('\n'));
    if fix.replacement.is_empty() && begins(range.start) && begins(range.end) {
        return String::new();
    }
    let start = text.get(..range.start).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(range.end..).and_then(|tail| tail.find('\n')).map_or(text.len(), |at| range.end + at);
    let head = text.get(start..range.start).unwrap_or_default();
    let tail = text.get(range.end..end).unwrap_or_default();
    let whole = format!("{head}{}{}", fix.replacement, tail.trim_end());
    let indent = whole.len() - whole.trim_start_matches([' ', '\t']).len();
    let lines = whole.lines().filter(|line| !line.trim().is_empty()).enumerate();
    let shown = lines.take(3).map(|(at, line)| {
        let margin = line.len() - line.trim_start_matches([' ', '\t']).len();
        let line = line.get(margin.min(indent)..).unwrap_or_default();
        let focus = if at == 0 { head.len().saturating_sub(indent) } else { 0 };
        format!("\n      + {}", cut(line, focus))
    });
    shown.collect()
}

/// A range that surely lies in the text, on the borders of characters.
fn clamp(source: &Source, range: Range<usize>) -> Range<usize> {
    let start = boundary(&source.text, range.start);
    start..boundary(&source.text, range.end).max(start)
}

/// The range that a label marks: without line ends at its end, and never on the emptiness after
/// the last line, where there is nothing to see.
fn marked(source: &Source, label: &Label) -> Range<usize> {
    let range = clamp(source, label.loc.span.range());
    let written = source.text.trim_end().len();
    if range.start >= written {
        return written..written;
    }
    let text = source.text.get(range.clone()).unwrap_or_default();
    // Of what only explains the mistake, the first line tells what it is.
    let text = if label.primary { text } else { text.split('\n').next().unwrap_or_default() };
    range.start..range.start + text.trim_end().len().max(usize::from(!text.is_empty()))
}

/// The sources of one message as the library wants to see them.
struct Shown<'a> {
    excerpts: Vec<(FileId, Excerpt<'a>)>,
    /// The columns that the headers of excerpts name, by offset in the excerpt.
    columns: Vec<(FileId, usize, usize)>,
}

impl<'a> Shown<'a> {
    fn new(diag: &Diag, sources: &'a Sources) -> Shown<'a> {
        let mut shown = Shown { excerpts: Vec::new(), columns: Vec::new() };
        for label in &diag.labels {
            let file = label.loc.file;
            if shown.excerpts.iter().all(|(known, _)| *known != file) {
                let source = sources.get(file);
                let same = diag.labels.iter().filter(|other| other.loc.file == file);
                let spots: Vec<Spot> = same.map(|label| spot(source, label)).collect();
                shown.excerpts.push((file, Excerpt::new(source, &spots)));
            }
        }
        for label in &diag.labels {
            if let Ok(excerpt) = shown.find(label.loc.file) {
                let start = marked(excerpt.source, label).start;
                let column = excerpt.source.position(start as u32).1;
                let at = excerpt.shown(start);
                shown.columns.push((label.loc.file, at, column));
            }
        }
        shown
    }

    /// The labels on their excerpts; the mistake comes before what explains it.
    fn labels(&self, diag: &Diag) -> Vec<shown::Label<FileId>> {
        let mut order: Vec<&Label> = diag.labels.iter().collect();
        order.sort_by_key(|label| !label.primary);
        let place = |label: &Label| {
            let excerpt = self.find(label.loc.file).ok()?;
            let range = marked(excerpt.source, label);
            let range = excerpt.shown(range.start)..excerpt.shown(range.end);
            let style = if label.primary { shown::LabelStyle::Primary } else { shown::LabelStyle::Secondary };
            Some(shown::Label::new(style, label.loc.file, range).with_message(one_line(&label.text)))
        };
        order.into_iter().filter_map(place).collect()
    }

    fn find(&self, file: FileId) -> Result<&Excerpt<'a>, Error> {
        self.excerpts.iter().find(|(known, _)| *known == file).map(|(_, excerpt)| excerpt).ok_or(Error::FileMissing)
    }
}

fn spot(source: &Source, label: &Label) -> Spot {
    Spot { range: marked(source, label), primary: label.primary }
}

impl<'s> Files<'s> for Shown<'_> {
    type FileId = FileId;
    type Name = String;
    type Source = &'s str;

    fn name(&'s self, file: FileId) -> Result<String, Error> {
        Ok(one_line(&self.find(file)?.source.name))
    }

    fn source(&'s self, file: FileId) -> Result<&'s str, Error> {
        Ok(&self.find(file)?.text)
    }

    fn line_index(&'s self, file: FileId, offset: usize) -> Result<usize, Error> {
        Ok(self.find(file)?.line_of(offset))
    }

    fn line_range(&'s self, file: FileId, line: usize) -> Result<Range<usize>, Error> {
        Ok(self.find(file)?.line_range(line))
    }

    fn column_number(&'s self, file: FileId, _line: usize, offset: usize) -> Result<usize, Error> {
        let known = self.columns.iter().find(|(of, at, _)| *of == file && *at == offset);
        Ok(known.map_or(1, |(_, _, column)| *column))
    }
}

/// Colours that read on dark and on light grounds.
fn styles() -> term::Styles {
    let paint = |colour: Color, bold: bool| {
        let mut spec = ColorSpec::new();
        spec.set_fg(Some(colour)).set_bold(bold);
        spec
    };
    let mut title = ColorSpec::new();
    title.set_bold(true);
    term::Styles {
        header_error: paint(Color::Red, true),
        header_warning: paint(Color::Yellow, true),
        header_message: title,
        primary_label_error: paint(Color::Red, true),
        primary_label_warning: paint(Color::Yellow, true),
        secondary_label: paint(Color::Cyan, false),
        line_number: paint(Color::Blue, true),
        source_border: paint(Color::Blue, true),
        note_bullet: paint(Color::Blue, true),
        ..term::Styles::default()
    }
}
