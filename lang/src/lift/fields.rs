//! The fields of a service as a program writes them: a tree of names, with an expression at each end.
//!
//! An end knows what it evaluates to as well, so that what the library gives by itself can be left out.

use super::data;
use crate::base::symbol::Symbol;
use crate::data::tree::Data;

/// The end of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    pub data: Data,
    /// How it is written, if not as the data that it is.
    pub text: Option<String>,
    /// A comment before it.
    pub note: Option<String>,
}

impl Leaf {
    pub fn plain(data: Data) -> Leaf {
        Leaf { data, text: None, note: None }
    }

    pub fn written(text: impl Into<String>, data: Data) -> Leaf {
        Leaf { data, text: Some(text.into()), note: None }
    }

    pub fn noted(mut self, note: impl Into<String>) -> Leaf {
        self.note = Some(note.into());
        self
    }
}

impl From<Data> for Leaf {
    fn from(data: Data) -> Leaf {
        Leaf::plain(data)
    }
}

impl From<&str> for Leaf {
    fn from(text: &str) -> Leaf {
        Leaf::plain(data::word(text))
    }
}

impl From<i64> for Leaf {
    fn from(number: i64) -> Leaf {
        Leaf::plain(Data::Int(number))
    }
}

impl From<bool> for Leaf {
    fn from(truth: bool) -> Leaf {
        Leaf::plain(Data::Bool(truth))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Leaf(Leaf),
    Tree(Fields),
}

/// Names in the order in which they were set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields {
    pub all: Vec<(String, Node)>,
}

impl Fields {
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn set(&mut self, path: &[&str], leaf: impl Into<Leaf>) {
        self.put(path, Node::Leaf(leaf.into()));
    }

    /// Puts a node at a path, with the trees that lead to it.
    pub fn put(&mut self, path: &[&str], node: Node) {
        let [name, rest @ ..] = path else { return };
        let index = self.all.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.all.push(((*name).to_owned(), Node::Tree(Fields::default())));
            self.all.len() - 1
        });
        let at = &mut self.all[index].1;
        match (at, rest) {
            (at, []) => *at = node,
            (Node::Tree(tree), rest) => tree.put(rest, node),
            (at, rest) => {
                let mut tree = Fields::default();
                tree.put(rest, node);
                *at = Node::Tree(tree);
            }
        }
    }

    /// Puts fields at a path, if there are any.
    pub fn graft(&mut self, path: &[&str], fields: Fields) {
        if !fields.is_empty() {
            self.put(path, Node::Tree(fields));
        }
    }

    pub fn get(&self, path: &[&str]) -> Option<&Node> {
        let [name, rest @ ..] = path else { return None };
        let node = self.all.iter().find(|(known, _)| known == name).map(|(_, node)| node)?;
        match (node, rest) {
            (node, []) => Some(node),
            (Node::Tree(tree), rest) => tree.get(rest),
            (Node::Leaf(_), _) => None,
        }
    }

    pub fn has(&self, path: &[&str]) -> bool {
        self.get(path).is_some()
    }

    pub fn names(&self, path: &[&str]) -> Vec<&str> {
        match self.get(path) {
            Some(Node::Tree(tree)) => tree.all.iter().map(|(name, _)| &**name).collect(),
            Some(Node::Leaf(_)) | None => Vec::new(),
        }
    }

    pub fn remove(&mut self, path: &[&str]) {
        match path {
            [name] => self.all.retain(|(known, _)| known != name),
            [name, rest @ ..] => {
                if let Some((_, Node::Tree(tree))) = self.all.iter_mut().find(|(known, _)| known == name) {
                    tree.remove(rest);
                }
            }
            [] => {}
        }
    }

    /// What the fields evaluate to.
    pub fn data(&self) -> Data {
        let value = |node: &Node| match node {
            Node::Leaf(leaf) => leaf.data.clone(),
            Node::Tree(tree) => tree.data(),
        };
        Data::Record(self.all.iter().map(|(name, node)| (Symbol::new(name), value(node))).collect())
    }

    /// Whether an expression needs the service itself.
    pub fn reads_self(&self) -> bool {
        self.all.iter().any(|(_, node)| match node {
            Node::Leaf(leaf) => leaf.text.as_ref().is_some_and(|text| reads_self(text)),
            Node::Tree(tree) => tree.reads_self(),
        })
    }
}

/// Whether an expression has `s.` in it outside of a longer name.
pub fn reads_self(text: &str) -> bool {
    let before =
        |at: usize| text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.');
    text.match_indices("s.").any(|(at, _)| before(at))
}
