//! The order within rows: few lines should cross.
//!
//! Rows are swept from the ground up and back again; each time a row is sorted by where its neighbours in the row
//! before stand in the mean (the barycentre method: Sugiyama, Tagawa and Toda 1981). Then neighbours in a row change
//! places as long as that takes crossings away (Gansner, Koutsofios, North and Vo 1993, "transpose"). The best order
//! met is kept. Services of one area stay side by side in a row, which costs a few crossings and lets one see areas.
//! Crossings are counted as Barth, Mutzel and Jünger (2004) do, with a tree of sums.

use super::layering::{Layers, filled};
use super::model::{Graph, NodeId};
use super::nets::{Item, Joint, Net, NetId, joints};
use crate::base::arena::{Id, IndexVec};
use std::collections::BTreeMap;

/// Sweeps up and down; later ones rarely find anything.
const SWEEPS: usize = 24;
/// Rounds of exchanges within one row.
const EXCHANGES: usize = 8;

/// A line between two rows: what it joins below and above, and what a crossing of it costs.
#[derive(Clone, Copy, Debug)]
struct Link {
    low: Item,
    high: Item,
    weight: u64,
}

/// The lines of the whole drawing, by the space they cross and by each of their ends.
struct Links {
    /// Between row `at` and the one above it.
    spaces: Vec<Vec<Link>>,
    nodes: usize,
    /// The block of each service: the number of the first of its area in its row.
    blocks: IndexVec<NodeId, usize>,
}

/// All items of each row, from left to right.
pub type Order = Vec<Vec<Item>>;

/// Services and places where nets pass, in the order that crosses least of those tried.
pub fn order(graph: &Graph, layers: &Layers, nets: &IndexVec<NetId, Net>) -> Order {
    let links = Links::new(graph, layers, nets);
    let mut now = beginning(graph, layers, nets);
    let mut best = (links.crossings(&now, nets), now.clone());
    for sweep in 0..SWEEPS {
        links.sweep(&mut now, nets, sweep % 2 == 0);
        links.exchange(&mut now, nets);
        let crossings = links.crossings(&now, nets);
        if crossings < best.0 {
            best = (crossings, now.clone());
        }
    }
    best.1
}

/// How much is crossed in an order, heavier lines more.
pub fn crossings(graph: &Graph, layers: &Layers, nets: &IndexVec<NetId, Net>, order: &Order) -> u64 {
    Links::new(graph, layers, nets).crossings(order, nets)
}

/// As the layers have it, with nets where their targets would be.
fn beginning(graph: &Graph, layers: &Layers, nets: &IndexVec<NetId, Net>) -> Order {
    let mut place = filled(graph, 0.0);
    for row in &layers.rows {
        for (at, id) in row.nodes.iter().enumerate() {
            place[*id] = (at as f64 + 0.5) / row.nodes.len() as f64;
        }
    }
    let mut rows: Order = Vec::new();
    for (at, row) in layers.rows.iter().enumerate() {
        let vias = nets.iter().filter(|(_, net)| net.passes().contains(&(at as u32))).map(|(id, _)| Item::Via(id));
        let mut items: Vec<Item> = row.nodes.iter().map(|id| Item::Node(*id)).chain(vias).collect();
        items.sort_by(|a, b| {
            let key = |item: &Item| match item {
                Item::Node(id) => place[*id],
                Item::Via(net) => place[nets[*net].target],
            };
            key(a).total_cmp(&key(b))
        });
        rows.push(items);
    }
    rows
}

impl Links {
    fn new(graph: &Graph, layers: &Layers, nets: &IndexVec<NetId, Net>) -> Links {
        let spaces = (1..layers.rows.len() as u32).map(|row| {
            joints(graph, layers, nets, row).iter().flat_map(|joint| of_joint(joint, nets)).collect::<Vec<Link>>()
        });
        let mut blocks = filled(graph, 0);
        for id in layers.rows.iter().flat_map(|row| &row.nodes) {
            let row = &layers.rows[layers.row_of[*id] as usize].nodes;
            let area = &graph.nodes[*id].area;
            let first = row.iter().find(|other| !area.is_empty() && graph.nodes[**other].area == *area);
            blocks[*id] = first.unwrap_or(id).index();
        }
        Links { spaces: spaces.collect(), nodes: graph.nodes.len(), blocks }
    }

    /// Items as numbers: nodes first, then nets, since a net passes a row once.
    fn number(&self, item: Item) -> usize {
        match item {
            Item::Node(id) => id.index(),
            Item::Via(net) => self.nodes + net.index(),
        }
    }

    fn places(&self, row: &[Item], nets: &IndexVec<NetId, Net>) -> Vec<usize> {
        let mut places = vec![usize::MAX; self.nodes + nets.len()];
        row.iter().enumerate().for_each(|(at, item)| places[self.number(*item)] = at);
        places
    }

    fn crossings(&self, order: &Order, nets: &IndexVec<NetId, Net>) -> u64 {
        let spaces = self.spaces.iter().enumerate();
        spaces
            .map(|(at, links)| {
                let (low, high) = (self.places(&order[at], nets), self.places(&order[at + 1], nets));
                let ends = |link: &Link| (low[self.number(link.low)], high[self.number(link.high)], link.weight);
                crossed(links.iter().map(ends).collect(), order[at + 1].len())
            })
            .sum()
    }

    /// Sorts each row by its neighbours in the row before, from the ground up or from the top down.
    fn sweep(&self, order: &mut Order, nets: &IndexVec<NetId, Net>, upwards: bool) {
        let rows = order.len();
        let todo: Vec<usize> = if upwards { (1..rows).collect() } else { (0..rows.saturating_sub(1)).rev().collect() };
        for row in todo {
            let (links, other) = if upwards { (&self.spaces[row - 1], row - 1) } else { (&self.spaces[row], row + 1) };
            let places = self.places(&order[other], nets);
            let mut sums = vec![(0.0, 0.0); self.nodes + nets.len()];
            for link in links {
                let (mine, theirs) = if upwards { (link.high, link.low) } else { (link.low, link.high) };
                let sum = &mut sums[self.number(mine)];
                sum.0 += link.weight as f64 * (places[self.number(theirs)] as f64 + 0.5) / order[other].len() as f64;
                sum.1 += link.weight as f64;
            }
            let width = order[row].len() as f64;
            let mut keyed: Vec<(f64, Item)> = Vec::new();
            for (at, item) in order[row].iter().enumerate() {
                let (sum, weight) = sums[self.number(*item)];
                keyed.push((if weight > 0.0 { sum / weight } else { (at as f64 + 0.5) / width }, *item));
            }
            order[row] = self.in_blocks(keyed);
        }
    }

    /// Sorts by keys, but for the services of a block, which go by the mean of theirs first.
    fn in_blocks(&self, keyed: Vec<(f64, Item)>) -> Vec<Item> {
        let mut means: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for (key, item) in &keyed {
            let mean = means.entry(self.block(*item)).or_default();
            mean.0 += key;
            mean.1 += 1.0;
        }
        let mut keyed: Vec<(f64, usize, f64, Item)> = keyed
            .into_iter()
            .map(|(key, item)| {
                let block = self.block(item);
                (means[&block].0 / means[&block].1, block, key, item)
            })
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2)));
        keyed.into_iter().map(|(.., item)| item).collect()
    }

    /// Services of one area in one row are a block; everything else is one of its own.
    fn block(&self, item: Item) -> usize {
        match item {
            Item::Node(id) => self.blocks[id],
            Item::Via(_) => self.number(item),
        }
    }

    /// Lets neighbours change places as long as that takes crossings away.
    fn exchange(&self, order: &mut Order, nets: &IndexVec<NetId, Net>) {
        for row in 0..order.len() {
            let near = self.neighbours(order, nets, row);
            for _ in 0..EXCHANGES {
                let mut changed = false;
                for at in 1..order[row].len() {
                    let (a, b) = (self.number(order[row][at - 1]), self.number(order[row][at]));
                    let cost = |left: usize, right: usize| -> u64 {
                        near.iter().map(|near| pair(&near[left], &near[right])).sum()
                    };
                    if self.may_part(&order[row], at) && cost(b, a) < cost(a, b) {
                        order[row].swap(at - 1, at);
                        changed = true;
                    }
                }
                if !changed {
                    break;
                }
            }
        }
    }

    /// Whether what stands at a place may go before its neighbour without parting a block.
    fn may_part(&self, row: &[Item], at: usize) -> bool {
        let (a, b) = (row[at - 1], row[at]);
        let alone = |item: Item| row.iter().filter(|other| self.block(**other) == self.block(item)).count() == 1;
        matches!(a, Item::Via(_)) || matches!(b, Item::Via(_)) || self.block(a) == self.block(b) || alone(a) && alone(b)
    }

    /// The places of each item's neighbours in the row below and in the row above.
    fn neighbours(&self, order: &Order, nets: &IndexVec<NetId, Net>, row: usize) -> [Vec<Vec<(usize, u64)>>; 2] {
        let mut near = [(); 2].map(|()| vec![Vec::new(); self.nodes + nets.len()]);
        if row > 0 {
            let places = self.places(&order[row - 1], nets);
            for link in &self.spaces[row - 1] {
                near[0][self.number(link.high)].push((places[self.number(link.low)], link.weight));
            }
        }
        if row + 1 < order.len() {
            let places = self.places(&order[row + 1], nets);
            for link in &self.spaces[row] {
                near[1][self.number(link.low)].push((places[self.number(link.high)], link.weight));
            }
        }
        near
    }
}

/// The lines of a net between two rows; those that come from the row of the target cross no space.
fn of_joint(joint: &Joint, nets: &IndexVec<NetId, Net>) -> Vec<Link> {
    let weight = if nets[joint.net].hard { 2 } else { 1 };
    let lines = joint.branches.iter().filter(|branch| branch.above != joint.stem.above).map(|branch| {
        let (low, high) = if branch.above { (joint.stem.item, branch.item) } else { (branch.item, joint.stem.item) };
        Link { low, high, weight }
    });
    lines.collect()
}

/// What the lines of two neighbours cross one another, if one stands to the left of the other.
fn pair(left: &[(usize, u64)], right: &[(usize, u64)]) -> u64 {
    let against = |(place, weight): &(usize, u64)| -> u64 {
        right.iter().filter(|(other, _)| other < place).map(|(_, other)| weight * other).sum()
    };
    left.iter().map(against).sum()
}

/// The weighted crossings of lines between two rows, as `(place below, place above, weight)`.
fn crossed(mut lines: Vec<(usize, usize, u64)>, above: usize) -> u64 {
    lines.sort_unstable();
    let mut tree = vec![0; above + 1];
    let (mut all, mut found) = (0, 0);
    for (_, place, weight) in lines {
        found += weight * (all - sum_to(&tree, place + 1));
        add(&mut tree, place + 1, weight);
        all += weight;
    }
    found
}

/// The sum of the first so many places of a Fenwick tree.
fn sum_to(tree: &[u64], mut count: usize) -> u64 {
    let mut sum = 0;
    while count > 0 {
        sum += tree[count];
        count &= count - 1;
    }
    sum
}

fn add(tree: &mut [u64], mut at: usize, weight: u64) {
    while at < tree.len() {
        tree[at] += weight;
        at += at & at.wrapping_neg();
    }
}

#[cfg(test)]
mod tests {
    use super::crossed;

    #[test]
    fn crossings_are_counted_with_their_weights() {
        assert_eq!(crossed(vec![(0, 1, 1), (1, 0, 1)], 2), 1);
        assert_eq!(crossed(vec![(0, 0, 5), (1, 1, 5)], 2), 0);
        assert_eq!(crossed(vec![(0, 2, 2), (1, 0, 3), (2, 1, 1)], 3), 8);
        // Lines that meet at an end do not cross.
        assert_eq!(crossed(vec![(0, 0, 1), (0, 1, 1), (1, 1, 1)], 2), 0);
    }
}
