//! Edges that lead to one service, as one line with branches.
//!
//! A service that a hundred others need would be a hundred lines. Edges to one target, of one kind and from one side,
//! share a trunk from row to row and part only where they have to: what Newbery (1989) calls the concentration of
//! edges, and what busses are in drawings of circuits. A net through n rows takes n places, not n times its edges.

use super::layering::Layers;
use super::model::{EdgeId, Graph, NodeId};
use crate::base::arena::IndexVec;
use crate::new_id;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

new_id!(
    /// A line with its branches, e.g. `NetId(7)`.
    NetId
);

/// The edges to `target` from the rows above it; or (`up`, which only soft ones do) from its own row and those below.
#[derive(Clone, Debug)]
pub struct Net {
    pub target: NodeId,
    pub hard: bool,
    pub up: bool,
    pub edges: Vec<EdgeId>,
    /// The row of the target.
    pub root: u32,
    /// The row of the source that is farthest away.
    pub tip: u32,
}

/// What a net joins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Item {
    Node(NodeId),
    /// The place where a net passes a row.
    Via(NetId),
}

/// An end of a line in the space between two rows: at the row above, or at the one below.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    pub item: Item,
    pub above: bool,
}

/// A net in one space: its stem, which leads to the target, and the branches that join it.
#[derive(Clone, Debug)]
pub struct Joint {
    pub net: NetId,
    pub stem: End,
    pub branches: Vec<End>,
}

impl Net {
    /// The rows that it passes between its ends.
    pub fn passes(&self) -> Range<u32> {
        self.root.min(self.tip) + 1..self.root.max(self.tip)
    }

    /// The spaces that it runs through, each by the row above it.
    pub fn spaces(&self) -> RangeInclusive<u32> {
        if self.up { self.root.min(self.tip + 1)..=self.root } else { self.root + 1..=self.tip }
    }
}

pub fn nets(graph: &Graph, layers: &Layers) -> IndexVec<NetId, Net> {
    let mut found: BTreeMap<(NodeId, bool, bool), Net> = BTreeMap::new();
    for (id, edge) in graph.edges.iter() {
        let (root, from) = (layers.row_of[edge.to], layers.row_of[edge.from]);
        let up = from <= root;
        let net = found.entry((edge.to, edge.hard, up)).or_insert_with(|| Net {
            target: edge.to,
            hard: edge.hard,
            up,
            edges: Vec::new(),
            root,
            tip: from,
        });
        net.edges.push(id);
        net.tip = if up { net.tip.min(from) } else { net.tip.max(from) };
    }
    found.into_values().collect()
}

/// The joints in the space below a row.
pub fn joints(graph: &Graph, layers: &Layers, nets: &IndexVec<NetId, Net>, row: u32) -> Vec<Joint> {
    nets.iter()
        .filter(|(_, net)| net.spaces().contains(&row))
        .map(|(id, net)| joint(graph, layers, id, net, row))
        .collect()
}

fn joint(graph: &Graph, layers: &Layers, id: NetId, net: &Net, row: u32) -> Joint {
    let under = row.checked_sub(1);
    // The rows of the stem and of what comes from farther away.
    let (near, far) = if net.up { (Some(row), under) } else { (under, Some(row)) };
    let at_root = near == Some(net.root);
    let stem = End { item: if at_root { Item::Node(net.target) } else { Item::Via(id) }, above: net.up };
    let mut branches = Vec::new();
    for edge in &net.edges {
        let (from, item) = (layers.row_of[graph.edges[*edge].from], Item::Node(graph.edges[*edge].from));
        if Some(from) == far {
            branches.push(End { item, above: !net.up });
        } else if net.up && at_root && from == net.root {
            branches.push(End { item, above: true });
        }
    }
    if far.is_some_and(|far| net.passes().contains(&far)) {
        branches.push(End { item: Item::Via(id), above: !net.up });
    }
    Joint { net: id, stem, branches }
}
