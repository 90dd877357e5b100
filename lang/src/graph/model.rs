//! The graph of one environment: its services, and who needs whom.
//!
//! Whatever order things come in, nodes stand in the order of waves and names, and edges in that of their ends: the
//! same graph is drawn in the same bytes. Two services have one edge at most, a hard one if any is, and none leads
//! from a service to itself.

use crate::base::arena::{Id, IndexVec};
use crate::new_id;
use std::collections::{BTreeMap, BTreeSet};

new_id!(
    /// A service, e.g. `NodeId(3)`: the fourth to start.
    NodeId
);
new_id!(
    /// A need, e.g. `EdgeId(12)`.
    EdgeId
);

/// A service. Texts that nobody gave are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    pub name: String,
    pub tier: String,
    pub wave: i64,
    pub area: String,
    pub kind: String,
    pub title: String,
    pub hosts: Vec<String>,
    pub objects: Option<i64>,
}

/// `from` needs `to`: a hard edge has to be there before `from` starts, a soft one is used later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    pub from: NodeId,
    pub to: NodeId,
    pub hard: bool,
    pub ports: Vec<i64>,
    pub why: String,
}

/// An edge by the names of its ends, as it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    pub from: String,
    pub to: String,
    pub hard: bool,
    pub ports: Vec<i64>,
    pub why: String,
}

#[derive(Clone, Debug)]
pub struct Graph {
    pub env: String,
    pub nodes: IndexVec<NodeId, Node>,
    pub edges: IndexVec<EdgeId, Edge>,
    /// The areas of the whole environment that say more than a service's own name, sorted.
    pub areas: Vec<String>,
    /// The edges that begin, and those that end at each node.
    ends: IndexVec<NodeId, (Vec<EdgeId>, Vec<EdgeId>)>,
}

impl Graph {
    /// Brings nodes and edges into their order. A need of a name that no node has is left out.
    pub fn new(env: &str, mut nodes: Vec<Node>, needs: Vec<Need>) -> Graph {
        nodes.sort_by(|a, b| (a.wave, &a.name).cmp(&(b.wave, &b.name)));
        let ids: BTreeMap<&str, NodeId> =
            nodes.iter().enumerate().map(|(at, node)| (node.name.as_str(), NodeId::from_index(at))).collect();
        let mut pairs: BTreeMap<(NodeId, NodeId), Edge> = BTreeMap::new();
        for need in needs {
            let (Some(&from), Some(&to)) = (ids.get(need.from.as_str()), ids.get(need.to.as_str())) else { continue };
            let edge = Edge { from, to, hard: need.hard, ports: need.ports, why: need.why };
            match pairs.get_mut(&(from, to)) {
                _ if from == to => {}
                Some(old) => join(old, edge),
                None => drop(pairs.insert((from, to), edge)),
            }
        }
        let mut ends: IndexVec<NodeId, (Vec<EdgeId>, Vec<EdgeId>)> = nodes.iter().map(|_| Default::default()).collect();
        for (at, (from, to)) in pairs.keys().enumerate() {
            ends[*from].0.push(EdgeId::from_index(at));
            ends[*to].1.push(EdgeId::from_index(at));
        }
        let told = nodes.iter().filter(|node| !node.area.is_empty() && node.area != node.name);
        let areas: BTreeSet<String> = told.map(|node| node.area.clone()).collect();
        let areas = areas.into_iter().collect();
        Graph {
            env: env.to_owned(),
            areas,
            nodes: nodes.into_iter().collect(),
            edges: pairs.into_values().collect(),
            ends,
        }
    }

    pub fn find(&self, name: &str) -> Option<NodeId> {
        self.nodes.iter().find(|(_, node)| node.name == name).map(|(id, _)| id)
    }

    pub fn name(&self, id: NodeId) -> &str {
        &self.nodes[id].name
    }

    /// The edges that begin at a node: what it needs.
    pub fn needs(&self, from: NodeId) -> impl Iterator<Item = &Edge> {
        self.ends[from].0.iter().map(|id| &self.edges[*id])
    }

    /// Those that end there: by whom it is needed.
    pub fn needed_by(&self, to: NodeId) -> impl Iterator<Item = &Edge> {
        self.ends[to].1.iter().map(|id| &self.edges[*id])
    }

    /// A part of the graph: some nodes, and the edges between them that are kept too. Areas keep their colours in it.
    pub fn part(&self, keep: impl Fn(NodeId) -> bool, keep_edge: impl Fn(&Edge) -> bool) -> Graph {
        let nodes = self.nodes.iter().filter(|(id, _)| keep(*id)).map(|(_, node)| node.clone()).collect();
        let edges = self.edges.iter().filter(|(_, edge)| keep_edge(edge));
        let needs = edges.map(|(_, edge)| Need {
            from: self.name(edge.from).to_owned(),
            to: self.name(edge.to).to_owned(),
            hard: edge.hard,
            ports: edge.ports.clone(),
            why: edge.why.clone(),
        });
        Graph { areas: self.areas.clone(), ..Graph::new(&self.env, nodes, needs.collect()) }
    }

    /// How many edges are hard, and how many soft.
    pub fn counts(&self) -> (usize, usize) {
        let hard = self.edges.iter().filter(|(_, edge)| edge.hard).count();
        (hard, self.edges.len() - hard)
    }

    /// What the graph is, in a line: `production: 28 services, 46 hard needs and 74 soft ones`.
    pub fn summary(&self) -> String {
        let many = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
        let (hard, soft) = self.counts();
        let services = many(self.nodes.len(), "service", "services");
        let hard = many(hard, "hard need", "hard needs");
        let soft = if soft > 0 { format!(" and {}", many(soft, "soft one", "soft ones")) } else { String::new() };
        format!("{}: {services}, {hard}{soft}", self.env)
    }
}

/// One edge of what two say.
fn join(old: &mut Edge, new: Edge) {
    if old.why.is_empty() || new.hard && !old.hard {
        old.why = new.why;
    }
    old.hard |= new.hard;
    old.ports.extend(new.ports);
    old.ports.sort_unstable();
    old.ports.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn node(name: &str, wave: i64) -> Node {
        Node { name: name.to_owned(), wave, tier: "apps".to_owned(), ..Node::default() }
    }

    fn need(from: &str, to: &str, hard: bool, ports: &[i64]) -> Need {
        let why = if hard { "needs" } else { "wants" }.to_owned();
        Need { from: from.to_owned(), to: to.to_owned(), hard, ports: ports.to_owned(), why }
    }

    #[test]
    fn order_does_not_depend_on_what_comes_first() {
        let needs = || vec![need("c", "a", true, &[]), need("b", "a", false, &[])];
        let one = Graph::new("e", vec![node("c", 2), node("a", 1), node("b", 2)], needs());
        let other =
            Graph::new("e", vec![node("b", 2), node("c", 2), node("a", 1)], needs().into_iter().rev().collect());
        let shown = |graph: &Graph| format!("{graph:?}");
        assert_eq!(shown(&one), shown(&other));
        assert_eq!(one.summary(), "e: 3 services, 1 hard need and 1 soft one");
    }

    #[test]
    fn two_edges_between_two_services_are_one() {
        let needs = vec![need("b", "a", false, &[80]), need("b", "a", true, &[81, 80]), need("a", "a", true, &[])];
        let graph = Graph::new("e", vec![node("a", 1), node("b", 2)], needs);
        assert_eq!(graph.edges.len(), 1);
        let edge = &graph.edges[EdgeId(0)];
        assert_eq!((edge.hard, edge.ports.as_slice(), edge.why.as_str()), (true, [80, 81].as_slice(), "needs"));
    }

    #[test]
    fn needs_of_nobody_are_left_out() {
        let graph = Graph::new("e", vec![node("a", 1)], vec![need("a", "b", true, &[])]);
        assert!(graph.edges.is_empty());
    }
}
