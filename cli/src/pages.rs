//! The pages that the command carries: of error codes, of the library's modules and functions, and of its files.
//!
//! They are part of the program, so they can be read where an error is met, also without the
//! repository and without a network.

use rzp_lang::base::codes::Code;
use rzp_lang::base::suggest;
use rzp_lang::eval::native::Native;
use rzp_lang::lint::rules::named;
use rzp_lang::manual::pages::section_of;
use rzp_lang::prims::reference::module;
use rzp_lang::prims::table::{MODULES, NATIVES, library};

/// The codes with their pages, sorted.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a topic, if there is one.
pub fn page(topic: &str) -> Option<String> {
    let code = named(topic).map_or_else(|| topic.to_uppercase(), |lint| lint.to_string());
    if let Some((_, text)) = PAGES.iter().find(|(name, _)| *name == code) {
        return Some(format!("{}\n", text.trim_end()));
    }
    if topic.contains('/') {
        return section_of(library().files, &file_of(topic));
    }
    let name = topic.strip_prefix("std.").unwrap_or(if topic == "std" { "" } else { topic });
    let row = NATIVES.iter().find(|row| row.name == name).map(function);
    row.or_else(|| MODULES.iter().find(|(module, _)| *module == name).map(|(name, about)| overview(name, about)))
}

/// A file of the library as it is imported, however it was written: `trait/health`, `std/trait/health.rzp`.
fn file_of(topic: &str) -> String {
    format!("std/{}", topic.trim_start_matches("std/").trim_end_matches(".rzp"))
}

/// The files of the library that people wrote, as they are imported.
fn files() -> impl Iterator<Item = String> {
    library().files.plain().map(|(path, _)| format!("std/{path}"))
}

/// The error codes, the modules and the files of the library, each on a line.
pub fn list() -> String {
    let modules = MODULES.iter().map(|(name, about)| format!("{:<14} {}\n", full(name), first_sentence(about)));
    let codes = Code::ALL.iter().map(|code| format!("{:<14} {}\n", code.to_string(), code.about()));
    let gap = || std::iter::once("\n".to_owned());
    let files = files().map(|path| format!("{path}\n"));
    modules.chain(gap()).chain(files).chain(gap()).chain(codes).collect()
}

/// The topic with the nearest spelling.
pub fn similar(topic: &str) -> Option<String> {
    let codes = Code::ALL.iter().map(Code::to_string);
    let names = NATIVES.iter().map(|row| full(row.name)).chain(MODULES.iter().map(|(name, _)| full(name)));
    let all: Vec<String> = codes.chain(names).chain(files()).collect();
    let near = |topic: &str| suggest::nearest(topic, all.iter().map(String::as_str)).map(str::to_owned);
    // A name alone is most often a function's last part.
    let last = || all.iter().find(|name| name.rsplit('.').next() == Some(topic)).cloned();
    last().or_else(|| near(topic)).or_else(|| near(&full(topic)))
}

fn function(row: &Native) -> String {
    let colon = if row.is_function() { "" } else { " : " };
    let (example, value) = row.example;
    let example: String = example.lines().map(|line| format!("    {line}\n")).collect();
    format!("{}{colon}{}\n\n{}\n\n{example}    #=> {value}\n", full(row.name), row.signature, row.doc)
}

fn overview(name: &str, about: &str) -> String {
    let rows = NATIVES.iter().filter(|row| module(row) == name);
    let lines = rows.map(|row| format!("  {}\n      {}\n", full(row.name), first_sentence(row.doc)));
    format!("{}\n\n{about}\n\n{}", full(name), lines.collect::<String>())
}

fn full(name: &str) -> String {
    if name.is_empty() { "std".to_owned() } else { format!("std.{name}") }
}

fn first_sentence(text: &str) -> &str {
    let text = text.lines().next().unwrap_or_default();
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
}
