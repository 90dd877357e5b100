//! Where the time of a run goes: a tree of what was entered from where.
//!
//! A node is a frame (a field, a function, a contract, a file) below another one. Each has the time in which it was the
//! innermost; what a frame took with all below it is a sum, made when the tree is shown. The clock is handed in, for the
//! language has none. What the profile itself takes is in no frame.
//!
//! A recursion makes no tower: a frame right below itself is the same node, and one that stands on the way down
//! [`ROUNDS`] times already is the nearest of those.

use crate::base::arena::IndexVec;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::code::code::{NativeId, ProtoId};
use crate::new_id;
use rustc_hash::FxHashMap;

/// Nanoseconds since some moment that stays the same.
pub type Clock = fn() -> u64;

/// How often a field, function or contract stands on a way down before it is a recursion.
const ROUNDS: usize = 3;
/// Below so many frames there are no more.
const DEEPEST: u32 = 200;
/// So many nodes are enough for any picture.
const MOST: usize = 1 << 20;

new_id!(
    /// A frame below another one.
    NodeId
);

/// What runs in a frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Work {
    /// All of the run.
    All,
    /// A field, and where it is defined.
    Field(Symbol, Loc),
    Function(ProtoId),
    /// A function of the library.
    Native(NativeId),
    /// A value against the annotation that stands there.
    Contract(Loc),
    Assert(Loc),
    /// A file by its path: it is loaded, or its text runs.
    File(Symbol),
    /// A step of loading, e.g. `parse`.
    Step(&'static str),
    /// Text is made of values, or brought to where it is to stay.
    Output(&'static str),
}

impl Work {
    /// Whether it comes again only where something recurses. Functions of the library are met inside one another all
    /// the time.
    fn tells_rounds(self) -> bool {
        matches!(self, Work::Field(..) | Work::Function(_) | Work::Contract(_) | Work::Assert(_))
    }
}

#[derive(Debug)]
pub struct Node {
    pub parent: Option<NodeId>,
    pub what: Work,
    /// The time in which it was the innermost frame.
    pub own: u64,
    /// How often it was entered.
    pub count: u64,
    depth: u32,
}

#[derive(Debug)]
pub struct Profile {
    clock: Clock,
    pub nodes: IndexVec<NodeId, Node>,
    below: FxHashMap<(NodeId, Work), NodeId>,
    /// The files that code is the whole of.
    pub(super) files: FxHashMap<ProtoId, Symbol>,
    /// The frames to go back to.
    back: Vec<NodeId>,
    at: NodeId,
    since: u64,
    /// Whether frames were left out because there were too many.
    pub cut: bool,
}

impl Profile {
    /// A profile whose time begins now.
    pub fn new(clock: Clock) -> Profile {
        let mut nodes = IndexVec::default();
        let at = nodes.push(Node { parent: None, what: Work::All, own: 0, count: 1, depth: 0 });
        Profile {
            clock,
            nodes,
            below: FxHashMap::default(),
            files: FxHashMap::default(),
            back: Vec::new(),
            at,
            since: clock(),
            cut: false,
        }
    }

    /// From here on time belongs to this frame, until `leave`.
    pub fn enter(&mut self, what: Work) {
        self.stop();
        self.back.push(self.at);
        self.go(self.at, what, 1);
    }

    /// The same without counting it: what is entered was entered before, and is looked at once more.
    pub fn enter_again(&mut self, what: Work) {
        self.stop();
        self.back.push(self.at);
        self.go(self.at, what, 0);
    }

    /// The innermost frame ends, and another one takes its place.
    pub fn instead(&mut self, what: Work) {
        self.stop();
        let below = self.back.last().copied().unwrap_or(self.at);
        self.go(below, what, 1);
    }

    pub fn leave(&mut self) {
        self.stop();
        if let Some(at) = self.back.pop() {
            self.at = at;
        }
        self.since = (self.clock)();
    }

    /// Gives the time up to now to the frame that it was spent in.
    pub fn stop(&mut self) {
        let spent = (self.clock)().saturating_sub(self.since);
        self.nodes[self.at].own += spent;
    }

    fn go(&mut self, from: NodeId, what: Work, count: u64) {
        match self.under(from, what) {
            Some(node) => {
                self.at = node;
                self.nodes[node].count += count;
            }
            None => {
                self.at = from;
                self.cut = true;
            }
        }
        self.since = (self.clock)();
    }

    /// The node of a frame below another one; none where there are too many.
    fn under(&mut self, from: NodeId, what: Work) -> Option<NodeId> {
        if self.nodes[from].what == what {
            return Some(from);
        }
        if let Some(node) = self.below.get(&(from, what)) {
            return Some(*node);
        }
        let node = match self.round(from, what) {
            Some(node) => node,
            None => {
                let depth = self.nodes[from].depth + 1;
                if depth > DEEPEST || self.nodes.len() >= MOST {
                    return None;
                }
                self.nodes.push(Node { parent: Some(from), what, own: 0, count: 0, depth })
            }
        };
        self.below.insert((from, what), node);
        Some(node)
    }

    /// The nearest node of this frame on the way down, if there are so many that it recurses.
    fn round(&self, from: NodeId, what: Work) -> Option<NodeId> {
        if !what.tells_rounds() {
            return None;
        }
        let up = std::iter::successors(Some(from), |node| self.nodes[*node].parent);
        let mut met = up.filter(|node| self.nodes[*node].what == what);
        let nearest = met.next();
        met.nth(ROUNDS - 2).and(nearest)
    }
}
