//! `rzp convert`: data files as programs that give the same values.
//!
//! One file, or standard input, is printed. Of a folder each data file is written beside itself with the ending `.rzp`;
//! a file that is in the way is left alone and told. `--lift` makes services of manifests: see `lift.rs`.

use crate::args::Convert;
use crate::call::{self, Wrong};
use crate::disk::{Refused, read_input, read_text, write_whole};
use crate::term::{Status, Term};
use crate::walk;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::source::Sources;
use rzp_lang::convert::convert::{Schemas, convert};
use rzp_lang::data::file::KINDS;
use std::path::{Path, PathBuf};

pub fn run(args: &Convert, term: Term) -> Status {
    let [source] = &args.sources[..] else {
        let wrong = Wrong::new("only one file or folder is converted at a time".to_owned());
        return wrong.tip("several become services by --lift".to_owned()).tell(&term);
    };
    let path = Path::new(source);
    let schemas = if args.plain { Schemas::Left } else { Schemas::Used };
    if source == "-" {
        let kind = args.from.as_deref().unwrap_or("yaml");
        return match read_input() {
            Ok(text) => printed(kind, "<input>", &text, schemas, term.with_output_taken()),
            Err(diag) => term.fail(*diag),
        };
    }
    if path.is_dir() {
        return folder(path, schemas, &term);
    }
    if !path.exists() {
        return call::missing(path).tell(&term);
    }
    let Some(kind) = args.from.clone().or_else(|| kind_of(path)) else {
        let wrong = Wrong::new(format!("`{source}` has no ending that says what it is"));
        return wrong.tip("say it by --from yaml, json or toml".to_owned()).tell(&term);
    };
    match read_text(path, source) {
        Ok(text) => printed(&kind, source, &text, schemas, term.with_output_taken()),
        Err(diag) => term.fail(*diag),
    }
}

/// The kind of a data file that can be a program: `txt` and `csv` are better imported.
fn kind_of(path: &Path) -> Option<String> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    (KINDS.contains(&&*ending) && !matches!(&*ending, "txt" | "csv")).then_some(ending)
}

fn printed(kind: &str, name: &str, text: &str, schemas: Schemas, term: Term) -> Status {
    let mut sources = Sources::default();
    match convert(kind, name, text, schemas, &mut sources) {
        Ok(converted) => {
            term.report(&converted.warnings, &sources);
            term.print(&converted.text)
        }
        Err(diags) => term.report(&diags, &sources),
    }
}

fn folder(folder: &Path, schemas: Schemas, term: &Term) -> Status {
    let (mut written, mut failed) = (0, 0);
    let files = match data_below(folder) {
        Ok(files) => files,
        Err(refused) => return term.fail(refused.diag()),
    };
    for path in files {
        match beside(&path, schemas, term) {
            Some(target) => {
                written += 1;
                term.say(&format!("wrote {}", target.display()));
            }
            None => failed += 1,
        }
    }
    let left = if failed > 0 { format!(", {failed} left alone") } else { String::new() };
    term.say(&format!("{written} converted{left}"));
    if failed > 0 { Status::Errors } else { Status::Done }
}

/// Writes one file's program beside it; `None` if that could not be, which is told.
fn beside(path: &Path, schemas: Schemas, term: &Term) -> Option<PathBuf> {
    let target = path.with_extension("rzp");
    if target.exists() {
        let diag = Diag::error(Code::NotOwned, format!("`{}` is there already", target.display()));
        term.fail(diag.help(format!("print the other one: `rzp convert {}`", path.display())));
        return None;
    }
    let name = path.display().to_string();
    let text = read_text(path, &name).map_err(|diag| term.fail(*diag)).ok()?;
    let mut sources = Sources::default();
    let converted = convert(&kind_of(path)?, &name, &text, schemas, &mut sources);
    let converted = converted.map_err(|diags| term.report(&diags, &sources)).ok()?;
    term.report(&converted.warnings, &sources);
    write_whole(&target, &converted.text).map_err(|refused| term.fail(refused.diag())).ok()?;
    Some(target)
}

/// The data files below a folder, sorted; hidden folders and what tools made are left out.
pub fn data_below(folder: &Path) -> Result<Vec<PathBuf>, Refused> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let inside = walk::inside(&folder)?;
        open.extend(inside.folders);
        found.extend(inside.others.into_iter().filter(|path| kind_of(path).is_some()));
    }
    found.sort();
    Ok(found)
}
