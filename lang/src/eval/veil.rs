//! Keeps secrets out of what is said about a program, before and after they are known as such.
//!
//! A run notes what it seals. This looks at the texts themselves, and only where there is a message: a
//! program without mistakes pays nothing. Each text is read once for the names that are secret in it, and
//! once more for each message's files if there are new names since.

use crate::base::diag::Diag;
use crate::base::hidden::Hidden;
use crate::base::source::Sources;
use crate::base::span::FileId;
use crate::calc::encode::{Alphabet, to_base64, to_hex, to_percent};
use crate::data::file::is_data;
use crate::data::part::Finder;
use crate::data::placed::{Node, Placed};
use crate::data::tree::Data;
use crate::report::redact::without;
use crate::syntax::parse::parse;
use crate::syntax::secrets::{SecretLiteral, SecretNames};
use rustc_hash::FxHashMap;

/// What a text must hold to say that something is secret.
const WORDS: [&str; 2] = ["Secret", "secret.refer"];
/// Messages cut a text after so many characters: the head alone must not be shown either.
const HEAD: usize = 40;
/// Lines of a secret that are shorter than this say nothing: `}`, `---`.
const LINE: usize = 6;

/// What is known of the texts of a session.
#[derive(Default)]
pub struct Veil {
    names: SecretNames,
    /// So many files have been read for names.
    read: usize,
    /// How often names were added.
    age: u32,
    /// The age at which a file's literals were covered.
    covered: FxHashMap<FileId, u32>,
}

impl Veil {
    /// Messages without what is secret in the sources, whose literals are covered from now on.
    pub fn over(&mut self, sources: &mut Sources, diags: Vec<Diag>) -> Vec<Diag> {
        if diags.is_empty() {
            return diags;
        }
        let files: Vec<FileId> = diags.iter().flat_map(|diag| diag.labels.iter().map(|label| label.loc.file)).collect();
        self.cover(sources, files);
        diags.into_iter().map(|diag| without(diag, &sources.hidden)).collect()
    }

    /// Covers the literals of files that are secret by the names that stand in any file.
    pub fn cover(&mut self, sources: &mut Sources, files: impl IntoIterator<Item = FileId>) {
        let telling = self.read_new(sources);
        if self.age == 0 && telling.is_empty() {
            return;
        }
        for file in files.into_iter().chain(telling) {
            if self.covered.insert(file, self.age) == Some(self.age) {
                continue;
            }
            let literals = match is_data(&sources.get(file).name) {
                true => self.data_literals(sources, file),
                false => self.names.literals(&parse(file, &sources.get(file).text.clone()).ast),
            };
            for literal in literals {
                sources.cover(literal.span.at(file));
                if let Some(text) = literal.text {
                    hide_text(&mut sources.hidden, &text);
                }
            }
        }
    }

    /// What a data file has under names that are secret.
    fn data_literals(&self, sources: &Sources, file: FileId) -> Vec<SecretLiteral> {
        let mut found = Vec::new();
        if let Some(tree) = Finder::new(sources).tree(file) {
            self.find_named(tree, &mut found);
        }
        found
    }

    fn find_named(&self, tree: &Placed, found: &mut Vec<SecretLiteral>) {
        match &tree.node {
            Node::Scalar(_) => {}
            Node::List(items) => items.iter().for_each(|item| self.find_named(item, found)),
            Node::Record(fields) => {
                for ((name, _), value) in fields {
                    if self.names.names_value(*name) {
                        all_scalars(value, found)
                    } else {
                        self.find_named(value, found)
                    }
                }
            }
        }
    }

    /// Reads the names in files that came since; gives those that speak of secrets.
    fn read_new(&mut self, sources: &Sources) -> Vec<FileId> {
        let tells = |text: &str| WORDS.iter().any(|word| text.contains(word));
        let new = sources.files().skip(self.read);
        let telling: Vec<_> =
            new.filter(|(_, source)| !source.name.starts_with("std/") && tells(&source.text)).collect();
        self.read = sources.files().count();
        let trees: Vec<_> = telling.iter().map(|(file, source)| parse(*file, &source.text).ast).collect();
        // Types may be named after one another, in any order.
        loop {
            let told: Vec<bool> = trees.iter().map(|ast| self.names.read(ast)).collect();
            if !told.contains(&true) {
                break;
            }
            self.age += 1;
        }
        telling.into_iter().map(|(file, _)| file).collect()
    }
}

fn all_scalars(tree: &Placed, found: &mut Vec<SecretLiteral>) {
    match &tree.node {
        Node::Scalar(scalar) => {
            let text = if let Data::Str(text) = scalar { Some((&**text).into()) } else { None };
            found.push(SecretLiteral { span: tree.at, text });
        }
        Node::List(items) => items.iter().for_each(|item| all_scalars(item, found)),
        Node::Record(fields) => fields.iter().for_each(|(_, value)| all_scalars(value, found)),
    }
}

/// Notes a text in the forms in which it may turn up.
pub fn hide_text(hidden: &mut Hidden, text: &str) {
    hidden.add(text);
    hidden.add(&text.escape_debug().to_string());
    hidden.add(text.trim());
    let bytes = text.as_bytes();
    hidden.add(to_base64(bytes, Alphabet::Standard).trim_end_matches('='));
    hidden.add(&to_base64(bytes, Alphabet::Url));
    hidden.add(&to_hex(bytes));
    hidden.add(&to_percent(text));
    if let Some((head, _)) = text.char_indices().nth(HEAD) {
        hidden.add(text.get(..head).unwrap_or_default());
    }
    if text.contains('\n') {
        text.lines().map(str::trim).filter(|line| line.len() >= LINE).for_each(|line| hidden.add(line));
    }
}
