//! Data files by the endings of their names.

use super::placed::{Node, Tree};
use super::tree::Data;
use super::{csv, json, toml, yaml};
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};

/// The endings of the data files that are read.
pub const KINDS: &[&str] = &["yaml", "yml", "json", "toml", "csv", "txt"];

/// Whether a file is read as data, by its name.
pub fn is_data(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| KINDS.contains(&ending))
}

/// What a file holds, and warnings of what is read, but maybe not as it was meant.
pub type Read<T> = Result<(T, Vec<Diag>), Diag>;

/// Reads a file of one of the [`KINDS`]. One YAML document is its value, several are a list.
pub fn read_file<T: Tree>(kind: &str, file: FileId, text: &str) -> Read<T> {
    let whole = Span::new(0, text.len());
    let data = match kind {
        "json" => json::read(file, text)?,
        "toml" => toml::read(file, text)?,
        "csv" => csv::read(file, text)?,
        "txt" => T::make(Node::Scalar(Data::Str(text.into())), whole),
        _ => {
            let yaml::Yaml { mut documents, warnings } = yaml::read(file, text)?;
            let data = match documents.len() {
                0 => T::make(Node::Scalar(Data::Null), whole),
                1 => documents.remove(0),
                _ => T::make(Node::List(documents), whole),
            };
            return Ok((data, warnings));
        }
    };
    Ok((data, Vec::new()))
}
