//! Columns for services, and lanes between the columns for nets.
//!
//! Services stand in a grid, so that rows and columns align. Within a row the order is given; the columns are those
//! nearest to where each service's neighbours stand, weighted by how close they are: the priority method of Sugiyama,
//! Tagawa and Toda (1981) on whole places, solved for a row at once by dynamic programming instead of one by one.
//!
//! A net that passes rows does so in one straight lane between two columns, which is chosen by where the order had
//! its places, by where its ends stand, and by how full the space is. Lanes of nets that nowhere run side by side
//! are shared (the left-edge rule of Hashimoto and Stevens 1971).

use super::layering::{Layers, filled};
use super::model::{Graph, NodeId};
use super::nets::{Item, Net, NetId};
use super::ordering::Order;
use crate::base::arena::IndexVec;
use std::collections::BTreeMap;

const SWEEPS: usize = 12;
/// What a hard edge pulls, where a soft one pulls 1.
const HARD: f64 = 3.0;
/// What it costs a lane to lie a column off, for each row that it passes and for each of its ends.
const OFF_ORDER: f64 = 0.5;
const OFF_ENDS: f64 = 1.0;
const OFF_ROOT: f64 = 2.0;
/// What it costs to lie beside another lane.
const CROWD: f64 = 1.5;

#[derive(Clone, Debug)]
pub struct Places {
    pub columns: usize,
    pub column_of: IndexVec<NodeId, usize>,
    /// The lanes of the nets that pass a row.
    pub lane_of: BTreeMap<NetId, Lane>,
    /// How many lanes lie left of each column, and right of the last.
    pub lanes: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lane {
    /// The column to the right of it.
    pub gap: usize,
    /// Its place among the lanes there.
    pub slot: usize,
}

pub fn places(graph: &Graph, layers: &Layers, nets: &IndexVec<NetId, Net>, order: &Order) -> Places {
    let columns = layers.rows.iter().map(|row| row.nodes.len()).max().unwrap_or(0);
    let column_of = columns_of(graph, order, columns);
    let gaps = gaps(graph, nets, order, &column_of, columns);
    let (lane_of, lanes) = slots(graph, nets, &column_of, &gaps, columns);
    Places { columns, column_of, lane_of, lanes }
}

fn columns_of(graph: &Graph, order: &Order, columns: usize) -> IndexVec<NodeId, usize> {
    let rows: Vec<Vec<NodeId>> = order.iter().map(|row| nodes(row)).collect();
    let mut column_of = filled(graph, 0);
    for row in &rows {
        let free = columns - row.len();
        row.iter().enumerate().for_each(|(at, id)| column_of[*id] = at + free / 2);
    }
    for sweep in 0..SWEEPS {
        for at in 0..rows.len() {
            let row = &rows[if sweep % 2 == 0 { at } else { rows.len() - 1 - at }];
            let wished: Vec<(f64, f64)> = row.iter().map(|id| wish(graph, &column_of, *id, columns)).collect();
            for (id, column) in row.iter().zip(nearest_columns(&wished, columns)) {
                column_of[*id] = column;
            }
        }
    }
    column_of
}

fn nodes(row: &[Item]) -> Vec<NodeId> {
    let node = |item: &Item| match item {
        Item::Node(id) => Some(*id),
        Item::Via(_) => None,
    };
    row.iter().filter_map(node).collect()
}

/// Where a service would stand by its neighbours, and how strongly. The middle pulls a little too.
fn wish(graph: &Graph, column_of: &IndexVec<NodeId, usize>, id: NodeId, columns: usize) -> (f64, f64) {
    let needs = graph.needs(id).map(|edge| (edge.to, edge.hard));
    let users = graph.needed_by(id).map(|edge| (edge.from, edge.hard));
    let (mut sum, mut weight) = ((columns as f64 - 1.0) / 2.0 * 0.25, 0.25);
    for (other, hard) in needs.chain(users) {
        let pull = if hard { HARD } else { 1.0 };
        sum += pull * column_of[other] as f64;
        weight += pull;
    }
    (sum / weight, weight)
}

/// Ascending columns that together lie nearest to what is wished.
fn nearest_columns(wished: &[(f64, f64)], columns: usize) -> Vec<usize> {
    let count = wished.len();
    // best[i][c]: the least cost of the first i services in the first c columns, and whether column c - 1 is taken.
    let mut best = vec![vec![(f64::INFINITY, false); columns + 1]; count + 1];
    best[0].fill((0.0, false));
    for (i, (place, weight)) in wished.iter().enumerate() {
        for c in i + 1..=columns {
            let taken = best[i][c - 1].0 + weight * (c as f64 - 1.0 - place).abs();
            let free = best[i + 1][c - 1].0;
            best[i + 1][c] = if taken < free { (taken, true) } else { (free, false) };
        }
    }
    let (mut chosen, mut i, mut c) = (vec![0; count], count, columns);
    while i > 0 && c > 0 {
        if best[i][c].1 {
            i -= 1;
            chosen[i] = c - 1;
        }
        c -= 1;
    }
    chosen
}

/// Between which columns each net passes its rows: the widest nets choose first.
fn gaps(
    graph: &Graph,
    nets: &IndexVec<NetId, Net>,
    order: &Order,
    column_of: &IndexVec<NodeId, usize>,
    columns: usize,
) -> BTreeMap<NetId, usize> {
    let mut todo: Vec<(NetId, &Net)> = nets.iter().filter(|(_, net)| !net.passes().is_empty()).collect();
    todo.sort_by_key(|(id, net)| (std::cmp::Reverse(net.passes().len() * net.edges.len()), *id));
    let mut chosen: BTreeMap<NetId, usize> = BTreeMap::new();
    for (id, net) in todo {
        let ranges: Vec<(usize, usize)> =
            net.passes().map(|row| between(&order[row as usize], id, column_of, columns)).collect();
        let cost = |gap: &usize| {
            let at = *gap as f64 - 0.5;
            let off = |id: NodeId| (column_of[id] as f64 - at).abs();
            let rows: f64 = ranges.iter().map(|(low, high)| apart(*gap, *low, *high)).sum();
            let ends: f64 = net.edges.iter().map(|edge| off(graph.edges[*edge].from)).sum();
            let beside = chosen.iter().filter(|(other, at)| *at == gap && side_by_side(net, &nets[**other])).count();
            OFF_ORDER * rows
                + OFF_ENDS * ends / net.edges.len() as f64
                + OFF_ROOT * off(net.target)
                + CROWD * beside as f64
        };
        let gap = (0..=columns).min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or(0);
        chosen.insert(id, gap);
    }
    chosen
}

/// The spaces that the order lets a net pass a row in, first and last.
fn between(row: &[Item], net: NetId, column_of: &IndexVec<NodeId, usize>, columns: usize) -> (usize, usize) {
    let at = row.iter().position(|item| *item == Item::Via(net)).unwrap_or(row.len());
    let (left, right) = row.split_at(at);
    let low = nodes(left).last().map_or(0, |id| column_of[*id] + 1);
    let high = nodes(right).first().map_or(columns, |id| column_of[*id]);
    (low, high)
}

fn apart(gap: usize, low: usize, high: usize) -> f64 {
    if gap < low { (low - gap) as f64 } else { gap.saturating_sub(high) as f64 }
}

/// Whether two nets are anywhere between the same rows.
fn side_by_side(a: &Net, b: &Net) -> bool {
    a.spaces().start() <= b.spaces().end() && b.spaces().start() <= a.spaces().end()
}

/// The lane of each net within its space: those that lead to the left lie left.
fn slots(
    graph: &Graph,
    nets: &IndexVec<NetId, Net>,
    column_of: &IndexVec<NodeId, usize>,
    gaps: &BTreeMap<NetId, usize>,
    columns: usize,
) -> (BTreeMap<NetId, Lane>, Vec<usize>) {
    let lean = |id: NetId| {
        let net = &nets[id];
        let ends: usize = net.edges.iter().map(|edge| column_of[graph.edges[*edge].from]).sum();
        column_of[net.target] as f64 + ends as f64 / net.edges.len() as f64
    };
    let mut lane_of: BTreeMap<NetId, Lane> = BTreeMap::new();
    let mut lanes = vec![0; columns + 1];
    for (gap, width) in lanes.iter_mut().enumerate() {
        let mut here: Vec<NetId> = gaps.iter().filter(|(_, at)| **at == gap).map(|(id, _)| *id).collect();
        here.sort_by(|a, b| lean(*a).total_cmp(&lean(*b)).then(a.cmp(b)));
        for (at, id) in here.iter().enumerate() {
            let before = here[..at].iter().filter(|other| side_by_side(&nets[*id], &nets[**other]));
            let slot = before.map(|other| lane_of[other].slot + 1).max().unwrap_or(0);
            lane_of.insert(*id, Lane { gap, slot });
            *width = (*width).max(slot + 1);
        }
    }
    (lane_of, lanes)
}

#[cfg(test)]
mod tests {
    use super::nearest_columns;

    #[test]
    fn columns_are_the_nearest_that_keep_the_order() {
        assert_eq!(nearest_columns(&[(2.0, 1.0)], 5), [2]);
        assert_eq!(nearest_columns(&[(2.0, 1.0), (2.0, 3.0)], 5), [1, 2]);
        assert_eq!(nearest_columns(&[(4.0, 1.0), (0.0, 1.0), (9.0, 1.0)], 3), [0, 1, 2]);
        assert_eq!(nearest_columns(&[], 3), [0; 0]);
    }
}
