//! From places to points: where each box stands, where lines leave it, and which way they take.
//!
//! Lines are upright or level, with round corners. A branch bends into its net in the direction of the target, as
//! rails do: what only crosses goes straight on, what joins bends. All numbers are whole pixels, so that a drawing
//! is the same bytes everywhere.

use super::layering::{Layers, filled};
use super::measure;
use super::model::{Edge, EdgeId, Graph, NodeId};
use super::nets::{End, Item, Joint, Net, NetId, joints};
use super::placing::Places;
use super::tracks::{Comb, tracks};
use crate::base::arena::IndexVec;
use std::fmt::Write;

/// The sizes of the two lines in a box.
pub const NAME: u32 = 13;
pub const KIND: u32 = 11;
/// The height of a box.
pub const HEIGHT: i32 = 42;
const NARROWEST: i32 = 96;
const WIDEST: i32 = 210;
/// What a box has besides its text.
const PADDING: i32 = 30;
/// Between columns: without lanes, and for each lane.
const GAP: i32 = 26;
const LANE: i32 = 10;
/// Between tracks, and between them and the rows.
const TRACK: i32 = 8;
const OVER: i32 = 14;
const UNDER: i32 = 20;
/// The space that two bands keep between them.
pub const SEAM: i32 = 34;
/// Between two lines that leave one side of a box.
const PORT: i32 = 12;
/// The longest jog that is worth moving an end for.
const JOG: i32 = 48;
const CORNER: i32 = 7;
/// The length of an arrow's head.
pub const HEAD: i32 = 8;

/// A box, by its upper left corner.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// A net as one path, and where its arrow points to.
#[derive(Clone, Debug)]
pub struct Wire {
    pub net: NetId,
    pub path: String,
    /// The tip of the arrow's head.
    pub tip: (i32, i32),
}

#[derive(Clone, Debug)]
pub struct Routed {
    pub boxes: IndexVec<NodeId, Rect>,
    pub wires: Vec<Wire>,
    /// The whole way of each edge, from its source to its target.
    pub ways: IndexVec<EdgeId, String>,
    /// Where each row begins, by row.
    pub tops: Vec<i32>,
    pub width: i32,
    pub height: i32,
}

/// The space below a row, down to the next.
struct Space {
    joints: Vec<Joint>,
    track_of: Vec<usize>,
    height: i32,
    /// Where it begins, from above.
    top: i32,
}

/// The drawing from left to right.
struct Columns {
    /// The left edge and the width of each column.
    edges: Vec<(i32, i32)>,
    /// Where the lanes left of each column begin, and those right of the last.
    lanes: Vec<i32>,
    width: i32,
}

struct Router<'a> {
    graph: &'a Graph,
    layers: &'a Layers,
    nets: &'a IndexVec<NetId, Net>,
    places: &'a Places,
    columns: Columns,
    /// Where lines leave a box, at the side towards the row above and the row below it.
    above: IndexVec<NodeId, Vec<(NetId, i32)>>,
    below: IndexVec<NodeId, Vec<(NetId, i32)>>,
}

/// Boxes and lines, from the origin on.
pub fn route(graph: &Graph, layers: &Layers, nets: &IndexVec<NetId, Net>, places: &Places) -> Routed {
    let columns = columns(graph, places);
    let (above, below) = (filled(graph, Vec::new()), filled(graph, Vec::new()));
    let mut router = Router { graph, layers, nets, places, columns, above, below };
    let joined: Vec<Vec<Joint>> = (0..layers.rows.len() as u32).map(|row| joints(graph, layers, nets, row)).collect();
    router.ports(&joined);
    let mut spaces: Vec<Space> =
        joined.into_iter().enumerate().map(|(row, joints)| router.space(row, joints)).collect();
    let mut y = 0;
    let mut tops = vec![0; layers.rows.len()];
    for (row, space) in spaces.iter_mut().enumerate().rev() {
        tops[row] = y;
        space.top = y + HEIGHT;
        y = space.top + space.height;
    }
    router.drawn(&spaces, tops, y)
}

/// Each column as wide as its widest name, with room for lanes between them.
fn columns(graph: &Graph, places: &Places) -> Columns {
    let mut widths = vec![NARROWEST; places.columns];
    for (id, node) in graph.nodes.iter() {
        let text = measure::width(&node.name, NAME).max(measure::width(&node.kind, KIND));
        let wanted = (text + PADDING).clamp(NARROWEST, WIDEST);
        let width = &mut widths[places.column_of[id]];
        *width = wanted.max(*width);
    }
    let mut made = Columns { edges: Vec::new(), lanes: Vec::new(), width: 0 };
    for (gap, lanes) in places.lanes.iter().enumerate() {
        let taken = LANE * *lanes as i32;
        // Beside the outermost columns there is room only where lanes need it.
        let (before, after) = match gap {
            0 => (0, if taken > 0 { GAP / 2 } else { 0 }),
            last if last == places.columns => (if taken > 0 { GAP / 2 } else { 0 }, 0),
            _ => (GAP / 2, GAP / 2),
        };
        made.lanes.push(made.width + before);
        made.width += before + taken + after;
        if let Some(width) = widths.get(gap) {
            made.edges.push((made.width, *width));
            made.width += width;
        }
    }
    made
}

impl Router<'_> {
    fn centre(&self, id: NodeId) -> i32 {
        let (x, width) = self.columns.edges[self.places.column_of[id]];
        x + width / 2
    }

    fn lane(&self, net: NetId) -> i32 {
        self.places
            .lane_of
            .get(&net)
            .map_or(0, |lane| self.columns.lanes[lane.gap] + LANE * lane.slot as i32 + LANE / 2)
    }

    /// Where an item is met, before its ports are known.
    fn about(&self, item: Item) -> i32 {
        match item {
            Item::Node(id) => self.centre(id),
            Item::Via(net) => self.lane(net),
        }
    }

    /// Spreads the lines that meet a box over its sides, in the order of where they come from.
    fn ports(&mut self, joined: &[Vec<Joint>]) {
        let mut above: IndexVec<NodeId, Vec<(i32, NetId)>> = filled(self.graph, Vec::new());
        let mut below = above.clone();
        let mut meet = |end: &End, from: i32, net: NetId| {
            if let Item::Node(id) = end.item {
                let side = if end.above { &mut below[id] } else { &mut above[id] };
                side.push((from, net));
            }
        };
        for joint in joined.iter().flatten() {
            let sum: i32 = joint.branches.iter().map(|end| self.about(end.item)).sum();
            meet(&joint.stem, sum / joint.branches.len().max(1) as i32, joint.net);
            let stem = self.about(joint.stem.item);
            joint.branches.iter().for_each(|end| meet(end, stem, joint.net));
        }
        self.above = self.spread(above);
        self.below = self.spread(below);
        joined.iter().flatten().for_each(|joint| self.straighten(joint));
    }

    /// A line that would have to jog by a little goes straight, if one of its ends may move there.
    fn straighten(&mut self, joint: &Joint) {
        let [branch] = joint.branches.as_slice() else { return };
        let (from, to) = (self.pin(*branch, joint.net), self.pin(joint.stem, joint.net));
        if branch.above == joint.stem.above || (from - to).abs() > JOG {
            return;
        }
        for (end, x) in [(branch, to), (&joint.stem, from)] {
            let Item::Node(id) = end.item else { continue };
            let (left, width) = self.columns.edges[self.places.column_of[id]];
            let ports = if end.above { &mut self.below[id] } else { &mut self.above[id] };
            let Some(at) = ports.iter().position(|(net, _)| *net == joint.net) else { continue };
            let low = at.checked_sub(1).map_or(left, |before| ports[before].1) + PORT - 2;
            let high = ports.get(at + 1).map_or(left + width, |(_, next)| *next) - PORT + 2;
            if low <= x && x <= high {
                ports[at].1 = x;
                return;
            }
        }
    }

    fn spread(&self, sides: IndexVec<NodeId, Vec<(i32, NetId)>>) -> IndexVec<NodeId, Vec<(NetId, i32)>> {
        let mut made = filled(self.graph, Vec::new());
        for (id, lines) in sides.iter() {
            let mut lines = lines.clone();
            lines.sort_unstable();
            let (_, width) = self.columns.edges[self.places.column_of[id]];
            let between = lines.len().saturating_sub(1) as i32;
            let step = if between > 0 { PORT.min((width - 20) / between) } else { 0 };
            let left = self.centre(id) - step * between / 2;
            made[id] = lines.iter().enumerate().map(|(at, (_, net))| (*net, left + step * at as i32)).collect();
        }
        made
    }

    /// Where a net meets one of its ends.
    fn pin(&self, end: End, net: NetId) -> i32 {
        let Item::Node(id) = end.item else { return self.lane(net) };
        let ports = if end.above { &self.below[id] } else { &self.above[id] };
        ports.iter().find(|(other, _)| *other == net).map_or_else(|| self.centre(id), |(_, x)| *x)
    }

    fn space(&self, row: usize, joints: Vec<Joint>) -> Space {
        let comb = |joint: &Joint| {
            let mut comb = Comb::default();
            for end in joint.branches.iter().chain([&joint.stem]) {
                let side = if end.above { &mut comb.above } else { &mut comb.below };
                side.push(self.pin(*end, joint.net));
            }
            comb
        };
        let combs: Vec<Comb> = joints.iter().map(comb).collect();
        let (track_of, count) = tracks(&combs);
        let levels = TRACK * count.saturating_sub(1) as i32;
        let rows = &self.layers.rows;
        let height = match row.checked_sub(1) {
            None if joints.is_empty() => 0,
            None => OVER + levels + CORNER,
            Some(under) if rows[row].tier == rows[under].tier => OVER + levels + UNDER,
            Some(_) => OVER + levels + UNDER + SEAM,
        };
        Space { joints, track_of, height, top: 0 }
    }

    fn drawn(&self, spaces: &[Space], tops: Vec<i32>, height: i32) -> Routed {
        let mut boxes = filled(self.graph, Rect::default());
        for (id, _) in self.graph.nodes.iter() {
            let (x, width) = self.columns.edges[self.places.column_of[id]];
            boxes[id] = Rect { x, y: tops[self.layers.row_of[id] as usize], width, height: HEIGHT };
        }
        let wires = self.nets.iter().map(|(id, net)| self.wire(id, net, spaces)).collect();
        let way = |(id, edge): (EdgeId, &Edge)| {
            let net = self.nets.iter().find(|(_, net)| net.target == edge.to && net.edges.contains(&id));
            net.map_or_else(String::new, |(net, _)| self.way(net, edge.from, spaces))
        };
        let ways = self.graph.edges.iter().map(way).collect();
        Routed { boxes, wires, ways, tops, width: self.columns.width, height }
    }

    fn wire(&self, id: NetId, net: &Net, spaces: &[Space]) -> Wire {
        let mut wire = Wire { net: id, path: String::new(), tip: (0, 0) };
        for row in net.spaces() {
            let space = &spaces[row as usize];
            let Some(at) = space.joints.iter().position(|joint| joint.net == id) else { continue };
            let Joint { stem, branches, .. } = &space.joints[at];
            let (x, mut y) = (self.pin(*stem, id), space.end(stem.above));
            if matches!(stem.item, Item::Node(_)) {
                wire.tip = (x, y);
                y += if stem.above { HEAD - 2 } else { 2 - HEAD };
            }
            let branches = branches.iter().map(|end| {
                // A lane is drawn through the row that it comes from.
                let through = if matches!(end.item, Item::Node(_)) { 0 } else { HEIGHT };
                (self.pin(*end, id), space.end(end.above) + if end.above { -through } else { through })
            });
            comb_path(&mut wire.path, branches.collect(), (x, y), space.track(at));
        }
        wire
    }

    /// The way of one edge along its net.
    fn way(&self, id: NetId, from: NodeId, spaces: &[Space]) -> String {
        let net = &self.nets[id];
        let mut rows: Vec<u32> = net.spaces().collect();
        if !net.up {
            rows.reverse();
        }
        let mut points = Vec::new();
        let mut item = Item::Node(from);
        for row in rows {
            let space = &spaces[row as usize];
            let Some(at) = space.joints.iter().position(|joint| joint.net == id) else { continue };
            let joint = &space.joints[at];
            let Some(end) = joint.branches.iter().find(|end| end.item == item) else { continue };
            let (begin, stem, track) = (self.pin(*end, id), self.pin(joint.stem, id), space.track(at));
            let (first, last) = (space.end(end.above), space.end(joint.stem.above));
            points.extend([(begin, first), (begin, track), (stem, track), (stem, last)]);
            item = joint.stem.item;
        }
        rounded(&points)
    }
}

impl Space {
    /// Its upper or its lower end.
    fn end(&self, upper: bool) -> i32 {
        if upper { self.top } else { self.top + self.height }
    }

    fn track(&self, at: usize) -> i32 {
        self.top + OVER + TRACK * self.track_of[at] as i32
    }
}

/// Branches that bend into a level piece, and this into the stem: each piece is drawn once, so that dashes stay clear.
fn comb_path(path: &mut String, mut branches: Vec<(i32, i32)>, stem: (i32, i32), track: i32) {
    branches.sort_unstable();
    let straight = branches.iter().find(|(x, _)| *x == stem.0).copied();
    if let Some((x, y)) = straight {
        let _ = write!(path, "M{x} {y}V{}", stem.1);
    }
    let left: Vec<(i32, i32)> = branches.iter().filter(|(x, _)| *x < stem.0).copied().collect();
    let right: Vec<(i32, i32)> = branches.iter().rev().filter(|(x, _)| *x > stem.0).copied().collect();
    let mut stem_drawn = straight.is_some();
    for side in [left, right] {
        for (at, (x, y)) in side.into_iter().enumerate() {
            let (down, along) = ((track - y).signum(), (stem.0 - x).signum());
            let bend = CORNER.min((stem.0 - x).abs() / 2).min((track - y).abs()).min((stem.1 - track).abs());
            let _ = write!(path, "M{x} {y}V{}Q{x} {track} {} {track}", track - down * bend, x + along * bend);
            if at == 0 {
                let turn = (stem.1 - track).signum();
                let _ =
                    write!(path, "H{}Q{} {track} {} {}", stem.0 - along * bend, stem.0, stem.0, track + turn * bend);
                if !stem_drawn {
                    let _ = write!(path, "V{}", stem.1);
                    stem_drawn = true;
                }
            }
        }
    }
}

/// A line through points, upright and level, with round corners.
fn rounded(points: &[(i32, i32)]) -> String {
    let mut turns: Vec<(i32, i32)> = Vec::new();
    for point in points {
        // A point on the way straight on says nothing.
        while let [.., a, b] = turns.as_slice()
            && (a.0 == b.0 && b.0 == point.0 || a.1 == b.1 && b.1 == point.1)
        {
            turns.pop();
        }
        if turns.last() != Some(point) {
            turns.push(*point);
        }
    }
    let mut path = String::new();
    for (at, (x, y)) in turns.iter().enumerate() {
        let neighbours = (at.checked_sub(1).and_then(|before| turns.get(before)), turns.get(at + 1));
        let _ = match neighbours {
            (None, _) => write!(path, "M{x} {y}"),
            (_, None) => write!(path, "L{x} {y}"),
            (Some(before), Some(after)) => {
                let length = |other: &(i32, i32)| (other.0 - x).abs() + (other.1 - y).abs();
                let bend = CORNER.min(length(before) / 2).min(length(after) / 2);
                let towards =
                    |other: &(i32, i32)| (x + (other.0 - x).signum() * bend, y + (other.1 - y).signum() * bend);
                let ((ax, ay), (bx, by)) = (towards(before), towards(after));
                write!(path, "L{ax} {ay}Q{x} {y} {bx} {by}")
            }
        };
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_without_turns_is_one_line() {
        assert_eq!(rounded(&[(5, 0), (5, 10), (5, 10), (5, 40)]), "M5 0L5 40");
    }

    #[test]
    fn corners_are_round_as_far_as_there_is_room() {
        assert_eq!(rounded(&[(0, 0), (0, 20), (40, 20)]), "M0 0L0 13Q0 20 7 20L40 20");
        assert_eq!(rounded(&[(0, 0), (0, 20), (6, 20), (6, 40)]), "M0 0L0 17Q0 20 3 20L3 20Q6 20 6 23L6 40");
    }

    #[test]
    fn a_comb_draws_its_stem_once() {
        let mut path = String::new();
        comb_path(&mut path, vec![(0, 0), (100, 0), (30, 0)], (50, 60), 20);
        assert_eq!(path.matches("V60").count(), 1, "{path}");
        let mut path = String::new();
        comb_path(&mut path, vec![(50, 0), (100, 0)], (50, 60), 20);
        assert_eq!(path, "M50 0V60M100 0V13Q100 20 93 20H57Q50 20 50 27");
    }
}
