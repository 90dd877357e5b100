//! The whole drawing, as shapes that know no format: boxes in bands, lines between them, and what stands at the edges.
//!
//! The ground, what starts first, is below; what needs it stands on it. Each run of rows of one tier is a band with
//! the tier's name at its left, and each wave has its number beside its rows.

use super::layering::{Layers, Row, layers};
use super::measure;
use super::model::{EdgeId, Graph, NodeId};
use super::nets::{Net, NetId, nets};
use super::ordering::order;
use super::placing::places;
use super::routing::{HEIGHT, Rect, Routed, SEAM, Wire, route};
use crate::base::arena::IndexVec;

/// The sizes of what stands at the edges.
pub const TIER: u32 = 13;
pub const WAVE: u32 = 11;
/// Between a band's edge and what stands in it.
const INSIDE: i32 = 22;
/// Between two bands.
const BETWEEN: i32 = 8;
/// Around everything.
const MARGIN: i32 = 20;
/// The room that title and legend need in any case.
const NARROWEST: i32 = 420;

/// The rows of one tier.
#[derive(Clone, Debug)]
pub struct Band {
    pub tier: String,
    pub area: Rect,
}

/// The number of a wave, and the height of its rows.
#[derive(Clone, Debug)]
pub struct Mark {
    pub wave: i64,
    pub x: i32,
    pub top: i32,
    pub bottom: i32,
}

#[derive(Clone, Debug)]
pub struct Drawing {
    pub width: i32,
    pub height: i32,
    /// Where the origin of boxes and lines is.
    pub origin: (i32, i32),
    pub bands: Vec<Band>,
    pub marks: Vec<Mark>,
    pub boxes: IndexVec<NodeId, Rect>,
    pub nets: IndexVec<NetId, Net>,
    pub wires: Vec<Wire>,
    pub ways: IndexVec<EdgeId, String>,
    /// The boxes as one reads them: from above, from the left.
    pub reading_order: Vec<NodeId>,
}

/// Lays a graph out.
pub fn draw(graph: &Graph) -> Drawing {
    let layers = layers(graph);
    let nets = nets(graph, &layers);
    let order = order(graph, &layers, &nets);
    let places = places(graph, &layers, &nets, &order);
    let routed = route(graph, &layers, &nets, &places);
    let gutter = gutter(&layers);
    let origin = (MARGIN + gutter, MARGIN + INSIDE);
    let inner = routed.width.max(NARROWEST - gutter);
    let bands = bands(&layers, &routed, inner, gutter);
    let marks = marks(&layers, &routed, gutter);
    let mut reading_order: Vec<NodeId> = graph.nodes.iter().map(|(id, _)| id).collect();
    reading_order.sort_by_key(|id| (routed.boxes[*id].y, routed.boxes[*id].x));
    Drawing {
        width: origin.0 + inner + INSIDE + MARGIN,
        height: origin.1 + routed.height + INSIDE + MARGIN,
        origin,
        bands,
        marks,
        boxes: routed.boxes,
        nets,
        wires: routed.wires,
        ways: routed.ways,
        reading_order,
    }
}

/// The room left of the boxes.
fn gutter(layers: &Layers) -> i32 {
    let tiers = layers.rows.iter().map(|row| measure::width(&row.tier, TIER) + INSIDE);
    let waves = layers.rows.iter().map(|row| measure::width(&wave_name(row.wave), WAVE) + INSIDE + BETWEEN);
    tiers.chain(waves).max().unwrap_or(0) + INSIDE
}

pub fn wave_name(wave: i64) -> String {
    format!("wave {wave}")
}

/// Runs of rows that are alike, as their lowest and highest.
fn runs<T: PartialEq>(rows: &[Row], key: impl Fn(&Row) -> T) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in 0..rows.len() {
        match runs.last_mut() {
            Some((_, high)) if key(&rows[*high]) == key(&rows[at]) => *high = at,
            _ => runs.push((at, at)),
        }
    }
    runs
}

fn bands(layers: &Layers, routed: &Routed, inner: i32, gutter: i32) -> Vec<Band> {
    let made = runs(&layers.rows, |row| row.tier.clone()).into_iter().map(|(low, high)| {
        let y = routed.tops[high] - INSIDE;
        // The next band begins above its own highest row.
        let bottom = match low.checked_sub(1) {
            Some(under) => routed.tops[under] - INSIDE - BETWEEN,
            None => routed.height + INSIDE,
        };
        let area = Rect { x: -gutter, y, width: gutter + inner + INSIDE, height: bottom - y };
        Band { tier: layers.rows[low].tier.clone(), area }
    });
    made.collect()
}

const _: () = assert!(SEAM >= BETWEEN + 2);

fn marks(layers: &Layers, routed: &Routed, gutter: i32) -> Vec<Mark> {
    let made = runs(&layers.rows, |row| (row.wave, row.tier.clone())).into_iter().map(|(low, high)| Mark {
        wave: layers.rows[low].wave,
        x: INSIDE - gutter,
        top: routed.tops[high],
        bottom: routed.tops[low] + HEIGHT,
    });
    made.collect()
}
