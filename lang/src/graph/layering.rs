//! Which row a service stands in: rows of one wave after the other, from the ground up.
//!
//! Waves decide, and tiers within a wave. Where waves are equal hard edges do: a service stands above those it needs,
//! by the longest path (Sugiyama, Tagawa and Toda 1981, section 3). A wave that is wider than the drawing takes several
//! rows, filled from below as Coffman and Graham (1972) schedule jobs, with the services of an area side by side.
//!
//! A hard edge always leads down, whatever waves say: who stands too low is lifted. Only in a circle of hard edges,
//! which the library refuses, one of them has to lead up.

use super::model::{Graph, NodeId};
use crate::base::arena::IndexVec;
use std::collections::BTreeMap;

/// A row of the drawing, before its nodes have their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub wave: i64,
    pub tier: String,
    pub nodes: Vec<NodeId>,
}

/// Row 0 is the lowest: what starts first.
#[derive(Clone, Debug)]
pub struct Layers {
    pub rows: Vec<Row>,
    pub row_of: IndexVec<NodeId, u32>,
}

/// A wave, and the place of a tier among the tiers.
type Key = (i64, usize);

/// The narrowest that rows are made.
const NARROWEST: usize = 4;
/// The widest that rows are tried.
const WIDEST: usize = 32;
/// The room that a service takes with the lines around it: only their relation counts.
const CELL: (usize, usize) = (18, 12);
/// How much wider than high a drawing should be.
const ASPECT: (usize, usize) = (3, 2);

/// Rows as wide as makes the drawing fit a screen.
pub fn layers(graph: &Graph) -> Layers {
    let widest = grouped(graph).values().map(Vec::len).max().unwrap_or(0);
    let shape = |layers: &Layers| {
        let width = layers.rows.iter().map(|row| row.nodes.len()).max().unwrap_or(0) * CELL.0 * ASPECT.1;
        width.abs_diff(layers.rows.len() * CELL.1 * ASPECT.0)
    };
    let tried = (NARROWEST..=widest.clamp(NARROWEST, WIDEST)).map(|width| layers_of_width(graph, width));
    tried.min_by_key(shape).unwrap_or(Layers { rows: Vec::new(), row_of: IndexVec::default() })
}

/// Rows of at most so many services.
pub fn layers_of_width(graph: &Graph, width: usize) -> Layers {
    let tiers = tiers(graph);
    let order = hard_order(graph);
    let mut rows = Vec::new();
    for ((wave, tier), nodes) in grouped(graph) {
        let tier = tiers.get(tier).cloned().unwrap_or_default();
        for nodes in stacked(graph, &order, nodes, width) {
            rows.push(Row { wave, tier: tier.clone(), nodes });
        }
    }
    let mut row_of = filled(graph, 0);
    for (at, row) in rows.iter().enumerate() {
        row.nodes.iter().for_each(|node| row_of[*node] = at as u32);
    }
    Layers { rows, row_of }
}

/// The tiers in the order in which they start.
fn tiers(graph: &Graph) -> Vec<String> {
    let mut first: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, node) in graph.nodes.iter() {
        first.entry(&node.tier).and_modify(|wave| *wave = node.wave.min(*wave)).or_insert(node.wave);
    }
    let mut tiers: Vec<(i64, &str)> = first.into_iter().map(|(tier, wave)| (wave, tier)).collect();
    tiers.sort_unstable();
    tiers.into_iter().map(|(_, tier)| tier.to_owned()).collect()
}

/// Nodes by wave and tier; whoever needs one of a later group is lifted into that.
fn grouped(graph: &Graph) -> BTreeMap<Key, Vec<NodeId>> {
    let tiers = tiers(graph);
    let place = |tier: &str| tiers.iter().position(|known| known == tier).unwrap_or(0);
    let order = hard_order(graph);
    let mut keys = filled(graph, (0, 0));
    let mut bottom_up: Vec<NodeId> = graph.nodes.iter().map(|(id, _)| id).collect();
    bottom_up.sort_by_key(|id| order[*id]);
    for id in bottom_up {
        let node = &graph.nodes[id];
        let needed = graph.needs(id).filter(|edge| edge.hard && order[edge.to] < order[id]).map(|edge| keys[edge.to]);
        keys[id] = needed.chain([(node.wave, place(&node.tier))]).max().unwrap_or_default();
    }
    let mut groups: BTreeMap<Key, Vec<NodeId>> = BTreeMap::new();
    for (id, key) in keys.iter() {
        groups.entry(*key).or_default().push(id);
    }
    groups
}

/// A number for each node such that hard edges lead to lower ones. An edge that closes a circle does not count: it
/// is met from a node that the walk has not left yet.
fn hard_order(graph: &Graph) -> IndexVec<NodeId, u32> {
    let targets = |id| graph.needs(id).filter(|edge| edge.hard).map(|edge| edge.to).collect::<Vec<NodeId>>();
    let mut order = filled(graph, 0);
    let mut seen = filled(graph, false);
    let mut next = 1;
    for (start, _) in graph.nodes.iter() {
        let mut open = vec![(start, targets(start))];
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        while let Some((id, rest)) = open.last_mut() {
            match rest.pop() {
                Some(to) if !seen[to] => {
                    seen[to] = true;
                    open.push((to, targets(to)));
                }
                Some(_) => {}
                None => {
                    order[*id] = next;
                    next += 1;
                    open.pop();
                }
            }
        }
    }
    order
}

/// The rows of one group, the lowest first.
fn stacked(graph: &Graph, order: &IndexVec<NodeId, u32>, nodes: Vec<NodeId>, width: usize) -> Vec<Vec<NodeId>> {
    let below = relation(graph, order, &nodes);
    let depths = depths(&nodes, &below);
    let mut todo = nodes;
    todo.sort_by(|a, b| {
        let key = |id: NodeId| (depths[&id], &graph.nodes[id].area, id);
        key(*a).cmp(&key(*b))
    });
    // No row is filled to the brim when the next one would hold a single node.
    let width = todo.len().div_ceil(todo.len().div_ceil(width.max(1)).max(1)).max(1);
    let mut rows: Vec<Vec<NodeId>> = Vec::new();
    let mut row_of: BTreeMap<NodeId, usize> = BTreeMap::new();
    for id in todo {
        let lowest = below[&id].iter().filter_map(|to| row_of.get(to)).map(|row| row + 1).max().unwrap_or(0);
        let row = (lowest..).find(|row| rows.get(*row).is_none_or(|row| row.len() < width)).unwrap_or(lowest);
        if row >= rows.len() {
            rows.resize(row + 1, Vec::new());
        }
        rows[row].push(id);
        row_of.insert(id, row);
    }
    rows
}

/// Whom each of a group needs in it, without circles.
fn relation(graph: &Graph, order: &IndexVec<NodeId, u32>, nodes: &[NodeId]) -> BTreeMap<NodeId, Vec<NodeId>> {
    let below = |id: NodeId| {
        let hard = graph.needs(id).filter(|edge| edge.hard && order[edge.to] < order[id]).map(|edge| edge.to);
        hard.filter(|to| nodes.contains(to)).collect()
    };
    nodes.iter().map(|id| (*id, below(*id))).collect()
}

/// How many nodes stand under each, one above the other.
fn depths(nodes: &[NodeId], below: &BTreeMap<NodeId, Vec<NodeId>>) -> BTreeMap<NodeId, usize> {
    let mut depths: BTreeMap<NodeId, usize> = BTreeMap::new();
    while depths.len() < nodes.len() {
        let known = depths.clone();
        for id in nodes.iter().filter(|id| !known.contains_key(id)) {
            let under: Option<Vec<usize>> = below[id].iter().map(|to| known.get(to).copied()).collect();
            if let Some(under) = under {
                depths.insert(*id, under.into_iter().map(|depth| depth + 1).max().unwrap_or(0));
            }
        }
    }
    depths
}

/// A value for each node.
pub fn filled<T: Clone>(graph: &Graph, value: T) -> IndexVec<NodeId, T> {
    (0..graph.nodes.len()).map(|_| value.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::model::{Need, Node};

    fn graph(nodes: &[(&str, i64)], hard: &[(&str, &str)]) -> Graph {
        let node = |(name, wave): &(&str, i64)| Node { name: (*name).to_owned(), wave: *wave, ..Node::default() };
        let need = |(from, to): &(&str, &str)| Need {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            hard: true,
            ports: Vec::new(),
            why: String::new(),
        };
        Graph::new("e", nodes.iter().map(node).collect(), hard.iter().map(need).collect())
    }

    fn shown(layers: &Layers, graph: &Graph) -> Vec<String> {
        let name = |id: &NodeId| graph.name(*id).to_owned();
        layers
            .rows
            .iter()
            .map(|row| format!("{} {}", row.wave, row.nodes.iter().map(name).collect::<String>()))
            .collect()
    }

    #[test]
    fn waves_are_rows_and_wide_ones_are_several_of_like_width() {
        let nodes = [("a", 1), ("b", 2), ("c", 2), ("d", 2), ("e", 2), ("f", 2), ("g", 2)];
        let graph = graph(&nodes, &[]);
        assert_eq!(shown(&layers_of_width(&graph, 5), &graph), ["1 a", "2 bcd", "2 efg"]);
    }

    #[test]
    fn in_one_wave_the_longest_path_decides() {
        let graph = graph(&[("a", 1), ("b", 1), ("c", 1), ("d", 1)], &[("a", "b"), ("b", "c"), ("a", "c")]);
        assert_eq!(shown(&layers_of_width(&graph, 4), &graph), ["1 cd", "1 b", "1 a"]);
    }

    #[test]
    fn who_needs_a_later_one_is_lifted() {
        let graph = graph(&[("a", 1), ("b", 5), ("c", 2)], &[("a", "b"), ("c", "a")]);
        assert_eq!(shown(&layers_of_width(&graph, 4), &graph), ["5 b", "5 a", "5 c"]);
    }

    #[test]
    fn a_circle_has_an_end() {
        let graph = graph(&[("a", 1), ("b", 1), ("c", 1)], &[("a", "b"), ("b", "c"), ("c", "a")]);
        assert_eq!(layers_of_width(&graph, 4).rows.len(), 3);
    }
}
