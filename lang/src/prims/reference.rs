//! The reference of the library as Markdown, one page for each module, made of the rows.

use super::table::{MODULES, NATIVES};
use crate::eval::native::Native;

/// A page: its file's name and its text.
pub struct Page {
    pub file: String,
    pub text: String,
}

/// The pages of all modules, and the index of them.
pub fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = MODULES.iter().map(|(module, about)| page(module, about)).collect();
    pages.push(index());
    pages
}

/// The module of a row: the first part of its name, or none for what stands directly below `std`.
pub fn module(row: &Native) -> &'static str {
    row.name.split_once('.').map_or("", |(module, _)| module)
}

fn rows(of: &str) -> Vec<&'static Native> {
    NATIVES.iter().filter(|row| module(row) == of).collect()
}

fn title(module: &str) -> String {
    if module.is_empty() { "std".to_owned() } else { format!("std.{module}") }
}

fn page(module: &str, about: &str) -> Page {
    let mut text = format!("# {}\n\n{about}\n", title(module));
    for row in rows(module) {
        let colon = if row.is_function() { "" } else { " : " };
        text.push_str(&format!("\n## std.{0}\n\n```text\nstd.{0}{colon}{1}\n```\n", row.name, row.signature));
        text.push_str(&format!("\n{}\n\n```rzp\n{}\n#=> {}\n```\n", row.doc, row.example.0, row.example.1));
    }
    Page { file: format!("{}.md", if module.is_empty() { "std" } else { module }), text }
}

fn index() -> Page {
    let mut text = "# The core library\n\nEach function takes its subject first, so that `xs |> std.list.filter(p)` reads from left to right. \
        Under each\nexample stands its value as JSON.\n\n| module | | functions |\n|---|---|---|\n"
        .to_owned();
    for (module, about) in MODULES {
        let names: Vec<&str> =
            rows(module).into_iter().map(|row| row.name.rsplit('.').next().unwrap_or(row.name)).collect();
        let file = if module.is_empty() { "std" } else { module };
        let first = about.split_once(". ").map_or(*about, |(first, _)| first).trim_end_matches('.');
        text.push_str(&format!("| [{}]({file}.md) | {first} | {} |\n", title(module), names.join(", ")));
    }
    Page { file: "README.md".to_owned(), text }
}
