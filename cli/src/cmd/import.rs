//! `rzp import`: schemas of other languages as modules of types, printed.

use crate::args::{Import, SchemaLanguage};
use crate::call;
use crate::disk::{read_input, read_text};
use crate::term::{Status, Term};
use rzp_lang::base::source::Sources;
use rzp_lang::schema::import::{Language, Options, import};
use std::path::Path;

/// So many of the things that a module does not say are told one by one.
const TOLD: usize = 8;

pub fn run(args: &Import, term: Term) -> Status {
    let language = match args.language {
        SchemaLanguage::Crd => Language::Crd,
        SchemaLanguage::Openapi => Language::OpenApi,
        SchemaLanguage::JsonSchema => Language::JsonSchema,
    };
    let path = Path::new(&args.source);
    let (name, text) = match &*args.source {
        "-" => ("<input>", read_input()),
        _ if !path.exists() => return call::missing(path).tell(&term),
        source => (source, read_text(path, source)),
    };
    let text = match text {
        Ok(text) => text,
        Err(diag) => return term.fail(*diag),
    };
    // JSON is YAML too, and is read faster as what it is.
    let kind = if text.trim_start().starts_with(['{', '[']) { "json" } else { "yaml" };
    let mut sources = Sources::default();
    let options = Options { language, defaults: args.defaults };
    match import(&options, kind, name, &text, &mut sources) {
        Ok(imported) => {
            let term = term.with_output_taken();
            term.report(&imported.warnings, &sources);
            tell_lost(&imported.lost, &term);
            term.print(&imported.text)
        }
        Err(diags) => term.report(&diags, &sources),
    }
}

fn tell_lost(lost: &[String], term: &Term) {
    let (count, s) = (lost.len(), if lost.len() == 1 { "" } else { "s" });
    if count > 0 {
        term.say(&format!("not carried over, and kept as comment{s}:"));
        lost.iter().take(TOLD).for_each(|line| term.say(&format!("  {line}")));
    }
    if count > TOLD {
        term.say(&format!("  and {} more", count - TOLD));
    }
}
