//! What a reader makes: the bare tree, or the same tree with the place of each value and key.
//!
//! A run needs the values alone, and as fast as they can be had. Whoever wants to say where in a file
//! something stands reads it with its places. Both come from one reader, which is compiled for each.

use super::keys::Key;
use super::tree::Data;
use crate::base::span::Span;
use crate::base::symbol::Symbol;

/// A tree in which everything knows its place, in bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub node: Node<Placed>,
    pub at: Span,
}

/// One step into a tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<T: Tree> {
    /// Neither a list nor a record.
    Scalar(Data),
    List(Vec<T>),
    /// Each name once, in the order of the file.
    Record(Vec<(T::Name, T)>),
}

/// A tree as a reader builds it, from the leaves up.
pub trait Tree: Clone + Sized {
    /// What names a field.
    type Name: Named;
    /// Whether places are kept; a reader need not find them out otherwise.
    const PLACED: bool;
    /// `node` was read at `at`.
    fn make(node: Node<Self>, at: Span) -> Self;
    /// The outermost step into the tree.
    fn open(self) -> Node<Self>;
    fn view(&self) -> View<'_, Self>;
}

/// One step into a tree that stays where it is.
pub enum View<'a, T: Tree> {
    Scalar(&'a Data),
    List(&'a [T]),
    Record(&'a [(T::Name, T)]),
}

/// The name of a field, with its place or without.
pub trait Named: Copy + std::fmt::Debug + PartialEq {
    fn of(key: Key) -> Self;
    fn symbol(self) -> Symbol;
}

impl Named for Symbol {
    fn of(key: Key) -> Symbol {
        key.0
    }

    fn symbol(self) -> Symbol {
        self
    }
}

impl Named for Key {
    fn of(key: Key) -> Key {
        key
    }

    fn symbol(self) -> Symbol {
        self.0
    }
}

impl Tree for Data {
    type Name = Symbol;
    const PLACED: bool = false;

    #[inline]
    fn make(node: Node<Data>, _: Span) -> Data {
        match node {
            Node::Scalar(data) => data,
            Node::List(items) => Data::List(items),
            Node::Record(fields) => Data::Record(fields),
        }
    }

    fn open(self) -> Node<Data> {
        match self {
            Data::List(items) => Node::List(items),
            Data::Record(fields) => Node::Record(fields),
            scalar => Node::Scalar(scalar),
        }
    }

    fn view(&self) -> View<'_, Data> {
        match self {
            Data::List(items) => View::List(items),
            Data::Record(fields) => View::Record(fields),
            scalar => View::Scalar(scalar),
        }
    }
}

impl Tree for Placed {
    type Name = Key;
    const PLACED: bool = true;

    fn make(node: Node<Placed>, at: Span) -> Placed {
        Placed { node, at }
    }

    fn open(self) -> Node<Placed> {
        self.node
    }

    fn view(&self) -> View<'_, Placed> {
        match &self.node {
            Node::Scalar(data) => View::Scalar(data),
            Node::List(items) => View::List(items),
            Node::Record(fields) => View::Record(fields),
        }
    }
}

/// The bare tree. Readers limit the depth, so it may recurse.
pub fn bare<T: Tree>(tree: T) -> Data {
    match tree.open() {
        Node::Scalar(data) => data,
        Node::List(items) => Data::List(items.into_iter().map(bare).collect()),
        Node::Record(fields) => {
            Data::Record(fields.into_iter().map(|(name, value)| (name.symbol(), bare(value))).collect())
        }
    }
}
