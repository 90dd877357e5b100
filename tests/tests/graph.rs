//! The laws of the drawing of services, over graphs made at random.
//!
//! Waves, tiers and edges need not fit together: what a library refuses may still come from a record written by hand.
//! Whatever comes in, hard edges lead down, boxes keep apart, no line runs through a box or along another line.

use proptest::prelude::*;
use rzp_lang::graph::choosing::{Choice, Towards, choose};
use rzp_lang::graph::drawing::{Drawing, draw};
use rzp_lang::graph::layering::{layers, layers_of_width};
use rzp_lang::graph::measure;
use rzp_lang::graph::model::{Graph, Need, Node, NodeId};
use rzp_lang::graph::nets::{Item, joints, nets};
use rzp_lang::graph::ordering::{crossings, order};
use rzp_lang::graph::routing::Rect;
use rzp_lang::graph::tracks::{Comb, tracks};
use rzp_lang::graph::{dot::dot, html::html, json::json, mermaid::mermaid, svg::svg, text::text};
use std::collections::BTreeSet;

const TIERS: [&str; 3] = ["core", "platform", "apps"];
const AREAS: [&str; 4] = ["", "media", "home", "data"];

/// What a graph is made of, before it has an order.
type Parts = (Vec<Node>, Vec<Need>);

fn node(at: usize, (wave, tier, area): (i64, usize, usize)) -> Node {
    Node {
        name: format!("s{at}{}", "-long".repeat(at % 5)),
        tier: TIERS[tier].to_owned(),
        wave,
        area: AREAS[area].to_owned(),
        kind: if at.is_multiple_of(7) { String::new() } else { "Deployment".to_owned() },
        ..Node::default()
    }
}

/// Services, and edges of which hard ones lead to services of lower numbers unless `circles` are wished.
fn parts(circles: bool) -> impl Strategy<Value = Parts> {
    (1..40_usize).prop_flat_map(move |count| {
        let nodes = proptest::collection::vec((0..6_i64, 0..TIERS.len(), 0..AREAS.len()), count);
        let edges = proptest::collection::vec((0..count, 0..count, any::<bool>()), 0..3 * count);
        (nodes, edges).prop_map(move |(nodes, edges)| {
            let nodes: Vec<Node> = nodes.into_iter().enumerate().map(|(at, facts)| node(at, facts)).collect();
            let need = |(from, to, hard): (usize, usize, bool)| {
                let (from, to) = if hard && !circles { (from.max(to), from.min(to)) } else { (from, to) };
                let (from, to) = (nodes[from].name.clone(), nodes[to].name.clone());
                Need { from, to, hard, ports: Vec::new(), why: String::new() }
            };
            let needs = edges.into_iter().map(need).collect();
            (nodes, needs)
        })
    })
}

fn graph((nodes, needs): Parts) -> Graph {
    Graph::new("test", nodes, needs)
}

fn ids(graph: &Graph) -> Vec<NodeId> {
    graph.nodes.iter().map(|(id, _)| id).collect()
}

/// A straight piece of a line.
#[derive(Clone, Copy, Debug)]
struct Piece {
    from: (i32, i32),
    to: (i32, i32),
}

/// The straight pieces of a path of upright and level lines with round corners.
fn pieces(path: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut at = (0, 0);
    let mut rest = path;
    while let Some(command) = rest.chars().next() {
        let end = rest[1..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |end| end + 1);
        let numbers: Vec<i32> = rest[1..end].split(' ').map(|text| text.parse().expect("a whole number")).collect();
        let to = match (command, numbers.as_slice()) {
            ('M' | 'L', [x, y]) | ('Q', [_, _, x, y]) => (*x, *y),
            ('H', [x]) => (*x, at.1),
            ('V', [y]) => (at.0, *y),
            other => panic!("{other:?} in {path}"),
        };
        if matches!(command, 'L' | 'H' | 'V') {
            assert!(at.0 == to.0 || at.1 == to.1, "{path}: a line is neither upright nor level");
            found.push(Piece { from: at, to });
        }
        at = to;
        rest = &rest[end..];
    }
    found
}

impl Piece {
    fn x(&self) -> (i32, i32) {
        (self.from.0.min(self.to.0), self.from.0.max(self.to.0))
    }

    fn y(&self) -> (i32, i32) {
        (self.from.1.min(self.to.1), self.from.1.max(self.to.1))
    }

    /// Whether it runs through the inside of a box.
    fn runs_through(&self, at: &Rect) -> bool {
        let ((left, right), (top, bottom)) = (self.x(), self.y());
        left < at.x + at.width && at.x < right.max(left + 1) && top < at.y + at.height && at.y < bottom.max(top + 1)
    }

    fn is_level(&self) -> bool {
        self.from.1 == self.to.1 && self.from.0 != self.to.0
    }
}

fn boxes(graph: &Graph, drawing: &Drawing) -> Vec<Rect> {
    ids(graph).into_iter().map(|id| drawing.boxes[id]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn hard_edges_lead_down(parts in parts(false), width in 1..9_usize) {
        let graph = graph(parts);
        for layers in [layers(&graph), layers_of_width(&graph, width)] {
            let standing: usize = layers.rows.iter().map(|row| row.nodes.len()).sum();
            prop_assert_eq!(standing, graph.nodes.len());
            prop_assert!(layers.rows.iter().all(|row| !row.nodes.is_empty()));
            prop_assert!(layers.rows.windows(2).all(|rows| rows[0].wave <= rows[1].wave));
            for (_, edge) in graph.edges.iter().filter(|(_, edge)| edge.hard) {
                prop_assert!(layers.row_of[edge.to] < layers.row_of[edge.from], "{edge:?}");
            }
        }
    }

    #[test]
    fn rows_are_no_wider_than_asked(parts in parts(true), width in 1..9_usize) {
        let graph = graph(parts);
        prop_assert!(layers_of_width(&graph, width).rows.iter().all(|row| row.nodes.len() <= width));
    }

    #[test]
    fn who_waits_for_nobody_stands_in_its_own_wave(parts in parts(true)) {
        let graph = graph(parts);
        let layers = layers(&graph);
        for id in ids(&graph) {
            let row = &layers.rows[layers.row_of[id] as usize];
            if graph.needs(id).all(|edge| !edge.hard) {
                prop_assert_eq!(row.wave, graph.nodes[id].wave);
                prop_assert_eq!(&row.tier, &graph.nodes[id].tier);
            }
        }
    }

    #[test]
    fn boxes_keep_apart_and_lines_out_of_them(parts in parts(true)) {
        let graph = graph(parts);
        let drawing = draw(&graph);
        let boxes = boxes(&graph, &drawing);
        for (at, a) in boxes.iter().enumerate() {
            for b in &boxes[..at] {
                let beside = a.x + a.width + 8 <= b.x || b.x + b.width + 8 <= a.x;
                prop_assert!(beside || a.y + a.height + 8 <= b.y || b.y + b.height + 8 <= a.y, "{a:?} {b:?}");
            }
        }
        for wire in &drawing.wires {
            for piece in pieces(&wire.path) {
                prop_assert!(!boxes.iter().any(|at| piece.runs_through(at)), "{piece:?} of {wire:?}");
            }
        }
    }

    #[test]
    fn everything_is_within_its_band(parts in parts(true)) {
        let graph = graph(parts);
        let drawing = draw(&graph);
        for (at, id) in ids(&graph).into_iter().zip(ids(&graph)).map(|(id, again)| (drawing.boxes[id], again)) {
            let holds = |band: &Rect| band.x < at.x && at.x + at.width < band.x + band.width
                && band.y < at.y && at.y + at.height < band.y + band.height;
            let bands = drawing.bands.iter().filter(|band| holds(&band.area)).count();
            prop_assert_eq!(bands, 1, "{} in {:?}", graph.name(id), at);
        }
        for band in &drawing.bands {
            let (x, y) = (band.area.x + drawing.origin.0, band.area.y + drawing.origin.1);
            prop_assert!(x >= 0 && y >= 0);
            prop_assert!(x + band.area.width <= drawing.width && y + band.area.height <= drawing.height);
        }
        for (at, a) in drawing.bands.iter().enumerate() {
            for b in &drawing.bands[..at] {
                prop_assert!(a.area.y + a.area.height < b.area.y || b.area.y + b.area.height < a.area.y);
            }
        }
    }

    #[test]
    fn level_pieces_of_two_nets_do_not_lie_on_one_another(parts in parts(true)) {
        let graph = graph(parts);
        let drawing = draw(&graph);
        let all: Vec<(usize, Piece)> = drawing.wires.iter().enumerate()
            .flat_map(|(at, wire)| pieces(&wire.path).into_iter().map(move |piece| (at, piece)))
            .filter(|(_, piece)| piece.is_level())
            .collect();
        for (at, (net, a)) in all.iter().enumerate() {
            for (other, b) in &all[..at] {
                let apart = net == other || a.y() != b.y() || a.x().1 < b.x().0 || b.x().1 < a.x().0;
                prop_assert!(apart, "{a:?} of {net}, {b:?} of {other}");
            }
        }
    }

    #[test]
    fn ways_begin_and_end_at_their_services(parts in parts(true)) {
        let graph = graph(parts);
        let drawing = draw(&graph);
        let touches = |(x, y): (i32, i32), at: Rect| {
            at.x < x && x < at.x + at.width && (y == at.y || y == at.y + at.height)
        };
        for (id, edge) in graph.edges.iter() {
            let way = pieces(&drawing.ways[id]);
            let (first, last) = (way.first().expect("a line"), way.last().expect("a line"));
            prop_assert!(touches(first.from, drawing.boxes[edge.from]), "{}", drawing.ways[id]);
            prop_assert!(touches(last.to, drawing.boxes[edge.to]), "{}", drawing.ways[id]);
        }
    }

    #[test]
    fn each_edge_is_in_one_net_and_reaches_its_target(parts in parts(true)) {
        let graph = graph(parts);
        let layers = layers(&graph);
        let nets = nets(&graph, &layers);
        let carried: usize = nets.iter().map(|(_, net)| net.edges.len()).sum();
        prop_assert_eq!(carried, graph.edges.len());
        for (id, net) in nets.iter() {
            let stems = net.spaces().flat_map(|row| joints(&graph, &layers, &nets, row))
                .filter(|joint| joint.net == id && joint.stem.item == Item::Node(net.target));
            prop_assert_eq!(stems.count(), 1);
        }
    }

    #[test]
    fn crossings_are_those_one_would_count(parts in parts(true)) {
        let graph = graph(parts);
        let layers = layers(&graph);
        let nets = nets(&graph, &layers);
        let order = order(&graph, &layers, &nets);
        let mut counted = 0;
        for row in 1..layers.rows.len() {
            let place = |row: usize, item: Item| order[row].iter().position(|other| *other == item).expect("in its row");
            let mut lines = Vec::new();
            for joint in joints(&graph, &layers, &nets, row as u32) {
                for branch in joint.branches.iter().filter(|branch| branch.above != joint.stem.above) {
                    let (high, low) = if branch.above { (branch, &joint.stem) } else { (&joint.stem, branch) };
                    let weight = if nets[joint.net].hard { 2 } else { 1 };
                    lines.push((place(row - 1, low.item), place(row, high.item), weight));
                }
            }
            for (at, a) in lines.iter().enumerate() {
                for b in &lines[..at] {
                    let cross = (a.0 < b.0 && a.1 > b.1) || (a.0 > b.0 && a.1 < b.1);
                    counted += if cross { a.2 * b.2 } else { 0 };
                }
            }
        }
        prop_assert_eq!(crossings(&graph, &layers, &nets, &order), counted);
    }

    #[test]
    fn services_of_an_area_stand_side_by_side(parts in parts(true)) {
        let graph = graph(parts);
        let drawing = draw(&graph);
        let mut last: Option<(i32, &str)> = None;
        let mut over = BTreeSet::new();
        for id in &drawing.reading_order {
            let (row, area) = (drawing.boxes[*id].y, graph.nodes[*id].area.as_str());
            if last != Some((row, area)) && !area.is_empty() {
                prop_assert!(over.insert((row, area)), "{area} twice in a row");
            }
            last = Some((row, area));
        }
    }

    #[test]
    fn the_same_graph_is_the_same_bytes(parts in parts(true), turn in 0..40_usize) {
        let one = graph(parts.clone());
        let (mut nodes, mut needs) = parts;
        let (by, also) = (turn % nodes.len(), turn % needs.len().max(1));
        nodes.rotate_left(by);
        needs.rotate_left(also);
        let other = graph((nodes, needs));
        for write in [svg, html, mermaid, dot, json, text] {
            prop_assert_eq!(write(&one), write(&other));
        }
    }

    #[test]
    fn a_part_is_what_can_be_reached(parts in parts(true), at in 0..40_usize, depth in 1..4_usize) {
        let graph = graph(parts);
        let named = graph.name(ids(&graph)[at % graph.nodes.len()]).to_owned();
        let choice = |towards, depth| Choice { services: vec![named.clone()], towards, depth, hard: false };
        let part = |towards, depth| choose(&graph, &choice(towards, depth)).expect("it is there");
        for towards in [Towards::Needs, Towards::NeededBy, Towards::Both] {
            let (near, all) = (part(towards, Some(depth)), part(towards, None));
            prop_assert!(near.nodes.len() <= all.nodes.len() && all.find(&named).is_some());
            for (_, edge) in near.edges.iter() {
                prop_assert!(all.find(near.name(edge.from)).is_some() && all.find(near.name(edge.to)).is_some());
            }
            for (_, edge) in all.edges.iter().filter(|(_, edge)| !edge.hard) {
                prop_assert!(all.name(edge.from) == named || all.name(edge.to) == named);
            }
            for (_, edge) in part(towards, Some(1)).edges.iter() {
                prop_assert!(graph.find(&named).is_some());
                let part = part(towards, Some(1));
                prop_assert!(part.name(edge.from) == named || part.name(edge.to) == named);
            }
        }
        let alone = part(Towards::Needs, Some(0));
        prop_assert_eq!((alone.nodes.len(), alone.edges.len()), (1, 0));
    }

    #[test]
    fn tracks_hold_one_net_at_a_place(combs in proptest::collection::vec((0..400_i32, 0..400_i32, 0..400_i32), 1..14)) {
        let combs: Vec<Comb> = combs.into_iter().map(|(a, b, c)| Comb { above: vec![a, b], below: vec![c] }).collect();
        let (track_of, count) = tracks(&combs);
        for (at, a) in combs.iter().enumerate().filter(|(_, comb)| !comb.is_straight()) {
            prop_assert!(track_of[at] < count);
            for (other, b) in combs.iter().enumerate().take(at).filter(|(_, comb)| !comb.is_straight()) {
                let apart = a.right() < b.left() || b.right() < a.left();
                prop_assert!(apart || track_of[at] != track_of[other]);
            }
        }
    }

    #[test]
    fn texts_are_cut_to_their_room(text in "\\PC{0,40}", room in 20..200_i32) {
        prop_assert!(measure::width(&measure::clipped(&text, 13, room), 13) <= room.max(13));
    }

    #[test]
    fn no_name_gets_out_of_its_place(names in proptest::collection::btree_set(any::<String>(), 1..6)) {
        let names: Vec<String> = names.into_iter().collect();
        let node = |(at, name): (usize, &String)| Node {
            name: name.clone(),
            tier: name.clone(),
            wave: at as i64,
            area: format!("{name}!"),
            kind: name.clone(),
            title: name.clone(),
            hosts: vec![name.clone()],
            objects: Some(1),
        };
        let needs = names.windows(2).map(|pair| Need {
            from: pair[1].clone(),
            to: pair[0].clone(),
            hard: true,
            ports: vec![80],
            why: pair[0].clone(),
        });
        let graph = Graph::new(&names[0], names.iter().enumerate().map(node).collect(), needs.collect());
        well_formed(&svg(&graph), names.len());
        let page = html(&graph);
        prop_assert_eq!(page.matches("<script").count(), 2);
        prop_assert_eq!(page.matches("</script").count(), 2);
        let found: Vec<String> = data_of(&page)["nodes"].as_array().expect("a list").iter()
            .map(|node| node["name"].as_str().expect("a name").to_owned()).collect();
        let ordered: Vec<String> = graph.nodes.iter().map(|(_, node)| node.name.clone()).collect();
        prop_assert_eq!(&found, &ordered);
        let read: serde_json::Value = serde_json::from_str(&json(&graph)).expect("JSON");
        prop_assert_eq!(read["edges"].as_array().map(Vec::len), Some(graph.edges.len()));
        prop_assert_eq!(mermaid(&graph).lines().count(), mermaid_lines(&graph));
    }
}

/// An SVG that an XML parser takes, with a box for each service.
fn well_formed(svg: &str, services: usize) {
    let read = roxmltree::Document::parse(svg).unwrap_or_else(|why| panic!("{why}\n{svg}"));
    let class = |name: &str| read.descendants().filter(|node| node.attribute("class") == Some(name)).count();
    assert_eq!(read.root_element().tag_name().name(), "svg");
    assert_eq!(class("box"), services);
    assert_eq!(class("name"), services);
}

/// The graph that a page holds for its script.
fn data_of(page: &str) -> serde_json::Value {
    let begin = page.find("id=\"graph\">").expect("data") + "id=\"graph\">".len();
    let end = begin + page[begin..].find("</script").expect("its end");
    serde_json::from_str(&page[begin..end]).expect("JSON")
}

/// A line for each thing that is said, and no more: no name begins a line of its own.
fn mermaid_lines(graph: &Graph) -> usize {
    let tiers: BTreeSet<&str> = graph.nodes.iter().map(|(_, node)| node.tier.as_str()).collect();
    let hues = 1 + graph.areas.len().min(7);
    2 + 2 * tiers.len() + graph.nodes.len() + graph.edges.len() + hues
}

#[test]
fn nothing_is_a_drawing_too() {
    let empty = Graph::new("none", Vec::new(), Vec::new());
    well_formed(&svg(&empty), 0);
    assert_eq!(text(&empty), "none: 0 services, 0 hard needs\n");
}

/// A hundred services and twenty, each with its hubs, are drawn in a moment.
#[test]
fn a_large_house_is_drawn() {
    let hub = |at: usize| node(at, (at as i64 / 4, 0, 0));
    let user = |at: usize| Node { tier: "apps".to_owned(), ..node(at, (20 + at as i64 % 3, 2, at % 4)) };
    let nodes: Vec<Node> = (0..8).map(hub).chain((8..1000).map(user)).collect();
    let needs = (8..1000).flat_map(|at| (0..8).map(move |hub| (at, hub))).filter(|(at, hub)| (at + hub) % 3 > 0);
    let needs = needs.map(|(at, hub)| Need {
        from: nodes[at].name.clone(),
        to: nodes[hub].name.clone(),
        hard: hub < 4,
        ports: Vec::new(),
        why: String::new(),
    });
    let graph = Graph::new("large", nodes.clone(), needs.collect());
    let drawing = draw(&graph);
    assert_eq!(drawing.wires.len(), 8);
    assert!(drawing.width < 2 * drawing.height && drawing.height < 3 * drawing.width);
}
