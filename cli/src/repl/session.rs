//! What was said so far: a text that grows by every `let` that holds.
//!
//! Each entry is evaluated as the end of that text, so places in messages count its lines, later
//! names see earlier ones, and a file that changed on disk is read anew.

use rzp_lang::base::span::FileId;
use rzp_lang::syntax::parse::parse;
use std::path::Path;

/// The `let`s that are kept.
#[derive(Clone, Default, Debug)]
pub struct Said {
    text: String,
}

/// How an entry is to be taken.
#[derive(PartialEq, Eq, Debug)]
pub enum Entry {
    /// A program: what was said, and the expression at its end.
    Shown(String),
    /// A program that only shows whether the new `let`s hold; they are kept if it does.
    Kept(String),
}

impl Said {
    /// The program that an entry makes.
    pub fn with(&self, entry: &str) -> Entry {
        let whole = format!("{}{}\n", self.text, entry.trim());
        if entry.trim_start().starts_with("let") && !reads(&whole) {
            let probe = format!("{whole}null\n");
            if reads(&probe) {
                return Entry::Kept(probe);
            }
        }
        Entry::Shown(whole)
    }

    pub fn keep(&mut self, entry: &str) {
        self.text.push_str(entry.trim());
        self.text.push('\n');
    }
}

fn reads(text: &str) -> bool {
    parse(FileId::default(), text).diags.is_empty()
}

/// The `let` that loads a file, e.g. `let sonarr = import "./media/sonarr.rzp"`, written in a text
/// that stands in `folder`; both paths start at the root.
pub fn load(folder: &str, path: &str) -> String {
    let up = folder.split('/').filter(|part| !part.is_empty()).count();
    let way = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = if plain.starts_with(|c: char| c.is_ascii_digit()) { format!("_{plain}") } else { plain };
    format!("let {name} = import \"{way}{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_are_kept_and_expressions_shown() {
        let mut said = Said::default();
        assert_eq!(said.with("let x = 1"), Entry::Kept("let x = 1\nnull\n".to_owned()));
        said.keep("let x = 1");
        assert_eq!(said.with("x + 1"), Entry::Shown("let x = 1\nx + 1\n".to_owned()));
        assert_eq!(said.with("let y = 2\ny"), Entry::Shown("let x = 1\nlet y = 2\ny\n".to_owned()));
        assert_eq!(said.with("let y ="), Entry::Shown("let x = 1\nlet y =\n".to_owned()));
    }

    #[test]
    fn a_file_is_loaded_from_where_the_text_stands() {
        assert_eq!(load("", "a/my-app.rzp"), r#"let my_app = import "./a/my-app.rzp""#);
        assert_eq!(load("services/media", "env.yaml"), r#"let env = import "../../env.yaml""#);
    }
}
