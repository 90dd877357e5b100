//! What tests use, for `rzp test --untested`: the fields of programs that none of them does.
//!
//! A file of the library goes by two names: that below `std/`, and that of the project in which it is worked on.

use crate::args::{Global, Test};
use crate::call::{self, Wrong};
use crate::disk::{read_text, write_whole};
use crate::library;
use rzp_lang::testing::run::Ran;
use rzp_lang::testing::used::exports;
use std::collections::BTreeSet;
use std::path::Path;

/// The fields that no test uses, each with its place. Where that is asked for, what each test uses is written too.
pub fn told(args: &Test, global: &Global, ran: &[(String, &Ran)]) -> Result<Vec<String>, Wrong> {
    if let Some(path) = &args.uses {
        let lines = ran.iter().flat_map(|(name, ran)| ran.used.iter().map(move |one| (name, one)));
        let text: String = lines.map(|(name, one)| format!("{name}\t{}\t{}\n", one.file, one.line)).collect();
        write_whole(Path::new(path), &text).map_err(|why| Wrong::new(why.diag().title))?;
    }
    if !args.untested {
        return Ok(Vec::new());
    }
    let used: BTreeSet<(&str, u32)> =
        ran.iter().flat_map(|(_, ran)| &ran.used).map(|one| (one.file.as_str(), one.at)).collect();
    let mut found = Vec::new();
    for path in call::files(&args.files)? {
        let shown = path.display().to_string();
        let text = read_text(&path, &shown).map_err(|diag| Wrong::new(diag.title))?;
        let names = names(&path, global)?;
        let name = &names[0];
        let is_used = |at: &u32| names.iter().any(|name| used.contains(&(name.as_str(), *at)));
        let untested = exports(&text).into_iter().filter(|export| !export.places.iter().any(is_used));
        found.extend(untested.map(|export| format!("{name}:{} {}", export.line, export.name)));
    }
    Ok(found)
}

/// The names that a file has in a run; the first is how its project calls it.
fn names(path: &Path, global: &Global) -> Result<Vec<String>, Wrong> {
    let mut names = vec![call::file(&path.display().to_string())?.path];
    let whole = |path: &Path| path.canonicalize().ok();
    if let Some((root, path)) = global.library.as_ref().and_then(|root| Some((whole(Path::new(root))?, whole(path)?))) {
        names.extend(library::name(&root, &path).map(|name| format!("std/{name}")));
    }
    Ok(names)
}
