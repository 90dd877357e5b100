//! What a mistake is told as, and whether that would help who made it.
//!
//! Each mistake is checked and run, as `rzp check` and `rzp eval` (or `rzp build`) do it. Of each
//! the first error counts: is its line the true one, are the wrong words and no others marked,
//! does what it advises work? Advice is followed to the letter: an edit that the message brings
//! along is applied, any other must stand in the message, and the program must then run.

use crate::mistakes::{Edit, Mistake, Truth, edited, replaced};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::base::span::Loc;
use rzp_lang::base::world::MemWorld;
use rzp_lang::build::{self, BuildOptions};
use rzp_lang::report::terminal;
use rzp_lang::{EvalOptions, Format, Session};
use std::rc::Rc;

/// What one way of looking at a mistake says.
pub struct Told {
    /// `check` or `run`.
    pub how: &'static str,
    /// All errors as a terminal shows them.
    pub message: String,
    pub verdict: Verdict,
}

/// What is good in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The codes that are told are those expected, one for each mistake.
    pub codes: bool,
    /// The first place that is shown is on the true line.
    pub line: bool,
    /// What is marked are the wrong words.
    pub offender: bool,
    /// Why the advice does not work, if it does not.
    pub mend: Result<(), String>,
    /// The lines of each error, its last empty one left out.
    pub lengths: Vec<usize>,
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        self.codes && self.line && self.offender && self.mend.is_ok()
    }
}

/// The errors of one look, and the sources that they speak of.
struct Look {
    how: &'static str,
    diags: Vec<Diag>,
    session: Session,
}

/// What checking and running say; empty for a file that holds no mistake.
pub fn tell(mistake: &Mistake) -> Vec<Told> {
    let files: Vec<(String, String)> = mistake.files().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let looks = [check(mistake, &files), run(mistake, &files).1];
    looks.into_iter().filter(|look| !look.diags.is_empty()).map(|look| told(mistake, &files, look)).collect()
}

/// The value of the project once it is mended, as the first look tells it to.
pub fn mended(mistake: &Mistake) -> Result<String, String> {
    let files: Vec<(String, String)> = mistake.files().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let checked = check(mistake, &files);
    let look = if checked.diags.is_empty() { run(mistake, &files).1 } else { checked };
    works(mistake, &apply(mistake, &files, &look)?)
}

fn entry(mistake: &Mistake) -> &'static str {
    if mistake.build { build::MAIN } else { "main.rzp" }
}

fn session(files: &[(String, String)]) -> Session {
    Session::new(Rc::new(files.iter().fold(MemWorld::new(), |world, (path, text)| world.with(path, text))))
}

fn check(mistake: &Mistake, files: &[(String, String)]) -> Look {
    let mut session = session(files);
    let diags = session.check(&[entry(mistake).to_owned()]).diags;
    Look { how: "check", diags: diags.into_iter().filter(Diag::is_error).collect(), session }
}

fn run(mistake: &Mistake, files: &[(String, String)]) -> (String, Look) {
    let mut session = session(files);
    let result = if mistake.build {
        build::build(&mut session, &BuildOptions::default()).map(|made| format!("{} files\n", made.len()))
    } else {
        let options =
            EvalOptions { inputs: mistake.inputs.clone(), format: Format::JsonCompact, ..EvalOptions::default() };
        session.eval_file(entry(mistake), &options)
    };
    let (text, diags) = match result {
        Ok(text) => (text, Vec::new()),
        Err(diags) => (String::new(), diags.into_iter().filter(Diag::is_error).collect()),
    };
    (text, Look { how: "run", diags, session })
}

fn told(mistake: &Mistake, files: &[(String, String)], look: Look) -> Told {
    let sources = look.session.sources();
    let message = terminal::render(&look.diags, sources, false);
    let codes: Vec<String> = look.diags.iter().map(|diag| diag.code.to_string()).collect();
    let fits = |(truth, code): (&Truth, &String)| truth.code.split('|').any(|one| one == code);
    let codes = codes.len() == mistake.truths.len() && mistake.truths.iter().zip(&codes).all(fits);
    let first = look.diags.first().and_then(Diag::place);
    let hit = mistake.truths.first().zip(first).map(|(truth, loc)| hit(truth, loc, sources));
    let (line, offender) = hit.unwrap_or((false, false));
    let length = |diag: &Diag| {
        let shown = terminal::render(std::slice::from_ref(diag), sources, false);
        // The last two lines are an empty one and the count of errors.
        shown.lines().count().saturating_sub(2)
    };
    let lengths = look.diags.iter().map(length).collect();
    let mend = apply(mistake, files, &look).and_then(|files| works(mistake, &files)).map(|_| ());
    let verdict = Verdict { codes, line, offender, mend, lengths };
    Told { how: look.how, message, verdict }
}

/// Whether a place is on the true line, and whether it is the wrong words exactly.
fn hit(truth: &Truth, loc: Loc, sources: &Sources) -> (bool, bool) {
    let source = sources.get(loc.file);
    let (line, column) = source.position(loc.span.start);
    let on_line = *source.name == *truth.file && line == truth.line;
    let marked = source.text.get(loc.span.range()).unwrap_or_default();
    let first = marked.lines().next().unwrap_or_default();
    (on_line, on_line && column == truth.column && first.trim_end() == truth.offender)
}

/// The files after the advice is followed.
fn apply(mistake: &Mistake, files: &[(String, String)], look: &Look) -> Result<Vec<(String, String)>, String> {
    let edits = mistake.edits()?;
    for edit in &edits {
        let said = look.diags.iter().any(|diag| says(diag, edit, &edits, look.session.sources()));
        said.then_some(()).ok_or_else(|| format!("no message says to write `{}`", edit.new))?;
    }
    let mut out = Vec::new();
    for (path, text) in files {
        let text = if mistake.takes_fixes() { fixed(path, text, look) } else { text.clone() };
        out.push((path.clone(), edited(path, &text, &edits)?));
    }
    if let Some(inputs) = mistake.mended_inputs() {
        let said = |(name, _): &(String, String)| {
            let flag = format!("--input {name}=");
            look.diags.iter().any(|diag| diag.helps.iter().any(|help| help.contains(&flag)))
        };
        return if inputs.iter().all(said) { Ok(out) } else { Err("no help names `--input`".to_owned()) };
    }
    if out == files { Err("the message brings no edit along".to_owned()) } else { Ok(out) }
}

fn fixed(path: &str, text: &str, look: &Look) -> String {
    let fixes = look.diags.iter().filter_map(|diag| diag.fix.as_ref());
    let here = fixes.filter(|fix| look.session.sources().get(fix.loc.file).name[..] == *path);
    replaced(text, here.map(|fix| (fix.loc.span.range(), fix.replacement.as_str())).collect())
}

/// Whether a message says to make this edit: what is written anew stands in it, with `…` for what
/// only the writer knows; or what stood there is to go, or to stand elsewhere. What an `assert` or
/// `std.error` says is its author's advice.
fn says(diag: &Diag, edit: &Edit, all: &[Edit], sources: &Sources) -> bool {
    let advice: Vec<&str> =
        diag.helps.iter().chain(diag.fix.iter().map(|fix| &fix.title)).map(String::as_str).collect();
    let asks = |words: &[&str]| advice.iter().any(|text| words.iter().any(|word| text.contains(word)));
    let (old, new) = changed(edit);
    let moved = |text: &str| all.iter().map(changed).any(|(old, new)| old.trim() == text || new.trim() == text);
    if !old.trim().is_empty() && new.trim().is_empty() {
        let near = diag.labels.iter().any(|label| {
            let source = sources.get(label.loc.file);
            *source.name == *edit.file && source.position(label.loc.span.start).0 == edit.line
        });
        return near && asks(&["remove", "leave it out", "without the"]) || asks(&["move"]) && moved(old.trim());
    }
    if asks(&["move"]) && all.len() > 1 && moved(new.trim()) {
        return true;
    }
    let spoken = advice.into_iter().chain([diag.title.as_str()]);
    let spoken =
        spoken.chain(diag.labels.iter().map(|label| label.text.as_str())).chain(diag.notes.iter().map(String::as_str));
    let whole = squeezed(&edit.new);
    let new = squeezed(new);
    let author = matches!(diag.code, Code::AssertFailed | Code::Raised).then_some(diag.title.as_str());
    let new = new.strip_prefix('(').unwrap_or(&new);
    spoken.flat_map(quoted).chain(author).any(|snippet| {
        let snippet = squeezed(snippet);
        snippet.contains(new) || snippet.contains('…') && covers(&snippet, &whole, new)
    })
}

/// What an edit takes away and what it adds, without what stays on both sides.
fn changed(edit: &Edit) -> (&str, &str) {
    let (old, new) = (edit.old.as_str(), edit.new.as_str());
    let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
        a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>()
    };
    let head = same(&mut old.chars(), &mut new.chars());
    let (old, new) = (&old[head..], &new[head..]);
    let tail = same(&mut old.chars().rev(), &mut new.chars().rev());
    (&old[..old.len() - tail], &new[..new.len() - tail])
}

/// The parts of a sentence that say what to write: in backticks, in quotes, or required.
fn quoted(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    found.extend(text.split('"').skip(1).step_by(2));
    // What is required, in the words of the annotation or of its author.
    found.extend([" must be ", " is refused: "].iter().filter_map(|mark| Some(text.split_once(mark)?.1)));
    found
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<String>().trim_matches([',', ';']).to_owned()
}

/// Whether a pattern with `…` stands somewhere in `whole`, and takes in `part` of it.
fn covers(pattern: &str, whole: &str, part: &str) -> bool {
    let pieces: Vec<&str> = pattern.split('…').collect();
    let Some(start) = whole.find(pieces[0]) else { return false };
    let mut end = start + pieces[0].len();
    for piece in &pieces[1..] {
        if piece.is_empty() {
            end = whole.len();
            continue;
        }
        let Some(at) = whole[end..].rfind(piece) else { return false };
        end += at + piece.len();
    }
    pattern.chars().count() > 2 && whole[start..end].contains(part)
}

/// The value of files that are to hold no mistake, with the inputs that the mend gives.
fn works(mistake: &Mistake, files: &[(String, String)]) -> Result<String, String> {
    let inputs = mistake.mended_inputs().unwrap_or_else(|| mistake.inputs.clone());
    let mistake = Mistake { inputs, ..mistake.clone() };
    let checked = check(&mistake, files);
    let (text, ran) = run(&mistake, files);
    for look in [checked, ran] {
        if let Some(diag) = look.diags.first() {
            return Err(format!("mended as advised, it says {}: {}", diag.code, diag.title));
        }
    }
    Ok(text)
}
