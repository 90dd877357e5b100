//! The drawing as SVG: one file, no scripts, no fonts, light and dark by what the reader prefers.
//!
//! Colours stand in a style sheet at the top and nowhere else, as plain rules: some who show SVG know no variables.

use super::drawing::{Drawing, TIER, WAVE, draw, wave_name};
use super::escape::{fragment, xml};
use super::measure;
use super::model::{Graph, Node, NodeId};
use super::nets::Net;
use super::palette::{Look, Palette, hex, over};
use super::routing::{HEAD, KIND, NAME, Rect};
use crate::base::arena::Id;
use std::fmt::Write;

/// The grounds on which boxes stand, for mixing.
const LIGHT: u32 = 0xFFFFFF;
const DARK: u32 = 0x1D232C;
const FACES: &str = "Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
/// The width of the coloured stripe of a box.
const STRIPE: i32 = 6;
/// Where the legend begins, the height of its lines, and the space between two entries.
const LEGEND: i32 = 20;
const KEY_LINE: i32 = 22;
const APART: i32 = 20;

/// A file of its own.
pub fn svg(graph: &Graph) -> String {
    let drawing = draw(graph);
    let palette = Palette::of(graph);
    let head = Head { title: true, linked: false, said: None };
    let mut out = written(graph, &drawing, &palette, &head);
    out.insert_str(0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out
}

/// What the drawing has in a file of its own, and what within a page.
pub struct Head<'a> {
    /// What the drawing is of, where that is not services.
    pub said: Option<&'a str>,
    /// The graph in a line, and the legend.
    pub title: bool,
    /// Boxes are links to themselves.
    pub linked: bool,
}

/// The element `<svg>`.
pub fn written(graph: &Graph, drawing: &Drawing, palette: &Palette, head: &Head) -> String {
    let mut out = String::new();
    let entries = if head.title { legend(palette, drawing.width) } else { Vec::new() };
    let over = entries.last().map_or(0, |entry| entry.y + KEY_LINE);
    let (width, height) = (drawing.width, drawing.height + over);
    let title = head.said.map_or_else(|| xml(&graph.summary()), xml);
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FACES}\">\n\
         <title>{title}</title>\n<style>\n{}</style>\n<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n",
        style(palette)
    );
    if head.title {
        let _ = writeln!(out, "<text class=\"title\" x=\"{LEGEND}\" y=\"38\">{title}</text>");
        entries.iter().for_each(|entry| key(&mut out, entry));
    }
    let _ = writeln!(out, "<g transform=\"translate({} {})\">", drawing.origin.0, drawing.origin.1 + over);
    bands(&mut out, drawing);
    for hard in [false, true] {
        lines(&mut out, graph, drawing, hard);
    }
    out.push_str("<g class=\"services\">\n");
    for id in &drawing.reading_order {
        service(&mut out, &graph.nodes[*id], *id, drawing.boxes[*id], palette, head.linked);
    }
    out.push_str("</g>\n");
    if head.linked {
        out.push_str(TIPS);
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// Where a page puts the ways of what is chosen, and the heads of their arrows.
const TIPS: &str = "\
<defs><marker id=\"tip-needs\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"10\" markerHeight=\"10\" \
markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker>
<marker id=\"tip-users\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"10\" markerHeight=\"10\" \
markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>
<g id=\"ways\"></g>
";

fn style(palette: &Palette) -> String {
    let mut out = String::from(LIGHT_STYLE);
    hues(&mut out, palette, LIGHT, 10);
    out.push_str("@media (prefers-color-scheme: dark) {\n");
    out.push_str(DARK_STYLE);
    hues(&mut out, palette, DARK, 16);
    out.push_str("}\n");
    out
}

const LIGHT_STYLE: &str = "\
.page { fill: #ffffff }
.band { fill: #f3f5f8 }
.title, .name { fill: #1b2430; font-weight: 600 }
.title { font-size: 17px }
.name { font-size: 13px }
.kind, .wave, .key { fill: #5a6675; font-size: 11px }
.key { font-size: 12px }
.tier { fill: #3c4755; font-size: 13px; font-weight: 600 }
.mark { stroke: #c3cad4; stroke-width: 2; stroke-linecap: round }
.line { fill: none; stroke-width: 1.5; stroke-linejoin: round }
.hard .line { stroke: #4d5a6a }
.hard .head { fill: #4d5a6a }
.soft .line { stroke: #aab4c0; stroke-width: 1.2; stroke-dasharray: 5 3 }
.soft .head { fill: #aab4c0 }
.box { stroke-width: 1 }
";

const DARK_STYLE: &str = "\
.page { fill: #12161c }
.band { fill: #191f27 }
.title, .name { fill: #e8edf3 }
.kind, .wave, .key { fill: #9aa7b6 }
.tier { fill: #c3ccd7 }
.mark { stroke: #3b4654 }
.hard .line { stroke: #a9b6c5 }
.hard .head { fill: #a9b6c5 }
.soft .line { stroke: #56616f }
.soft .head { fill: #56616f }
";

/// The colours of boxes and stripes, by area.
fn hues(out: &mut String, palette: &Palette, ground: u32, tint: u32) {
    for hue in palette.hues() {
        let class = class(hue);
        let (fill, edge) = (over(hue, ground, tint), over(hue, ground, 55));
        let _ = writeln!(out, ".{class} .box {{ fill: {fill}; stroke: {edge} }}");
        let _ = writeln!(out, ".{class} .stripe {{ fill: {} }}", hex(hue));
    }
}

fn class(hue: Option<usize>) -> String {
    hue.map_or_else(|| "plain".to_owned(), |at| format!("hue{at}"))
}

/// One sign of the legend, with its words.
struct Key {
    x: i32,
    y: i32,
    sign: Sign,
    words: String,
}

enum Sign {
    Line { hard: bool },
    Area(Look),
}

impl Sign {
    fn width(&self) -> i32 {
        match self {
            Sign::Line { .. } => 40,
            Sign::Area(_) => STRIPE + 6,
        }
    }
}

/// What lines and colours mean, in as many lines as the width asks for.
fn legend(palette: &Palette, width: i32) -> Vec<Key> {
    let line = |hard, words: &str| (Sign::Line { hard }, words.to_owned());
    let areas = palette.areas.iter().map(|area| (Sign::Area(palette.look(area)), area.clone()));
    let signs = [line(true, "needs it to start"), line(false, "uses it later")].into_iter().chain(areas);
    let (mut x, mut y) = (LEGEND, 64);
    let mut keys = Vec::new();
    for (sign, words) in signs {
        let room = sign.width() + measure::width(&words, 12);
        if x > LEGEND && x + room > width - LEGEND {
            (x, y) = (LEGEND, y + KEY_LINE);
        }
        keys.push(Key { x, y, sign, words });
        x += room + APART;
    }
    keys
}

fn key(out: &mut String, key: &Key) {
    let Key { x, y, sign, words } = key;
    match sign {
        Sign::Line { hard } => {
            let class = if *hard { "hard" } else { "soft" };
            let _ = write!(
                out,
                "<g class=\"{class}\"><path class=\"line\" d=\"M{x} {y}h24\"/>\
                 <path class=\"head\" d=\"M{} {y}l-8-4v8z\"/></g>",
                x + 32
            );
        }
        Sign::Area(look) => {
            let _ = write!(out, "<g class=\"{}\">", class(look.hue));
            stripe(out, *x, y - 7, 14, look.broken);
            out.push_str("</g>");
        }
    }
    let _ = writeln!(out, "<text class=\"key\" x=\"{}\" y=\"{}\">{}</text>", x + sign.width(), y + 4, xml(words));
}

fn stripe(out: &mut String, x: i32, y: i32, height: i32, broken: bool) {
    let pieces = if broken { 2 } else { 1 };
    let each = if broken { (height - 4) / 2 } else { height };
    for piece in 0..pieces {
        let y = y + piece * (height - each);
        let _ =
            write!(out, "<rect class=\"stripe\" x=\"{x}\" y=\"{y}\" width=\"{STRIPE}\" height=\"{each}\" rx=\"3\"/>");
    }
}

fn bands(out: &mut String, drawing: &Drawing) {
    out.push_str("<g class=\"bands\">\n");
    for band in &drawing.bands {
        let Rect { x, y, width, height } = band.area;
        let _ = writeln!(
            out,
            "<rect class=\"band\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"10\"/>\
             <text class=\"tier\" x=\"{}\" y=\"{}\">{}</text>",
            x + 14,
            y + 12 + TIER as i32 - 4,
            xml(&band.tier)
        );
    }
    for mark in &drawing.marks {
        let middle = i32::midpoint(mark.top, mark.bottom) + WAVE as i32 / 2 - 1;
        let x = mark.x;
        let _ = writeln!(
            out,
            "<path class=\"mark\" d=\"M{x} {}V{}\"/><text class=\"wave\" x=\"{}\" y=\"{middle}\">{}</text>",
            mark.top + 8,
            mark.bottom - 8,
            x + 8,
            wave_name(mark.wave)
        );
    }
    out.push_str("</g>\n");
}

fn lines(out: &mut String, graph: &Graph, drawing: &Drawing, hard: bool) {
    let _ = writeln!(out, "<g class=\"{}\">", if hard { "hard" } else { "soft" });
    for wire in &drawing.wires {
        let net: &Net = &drawing.nets[wire.net];
        if net.hard != hard {
            continue;
        }
        let (x, y) = wire.tip;
        let back = if net.up { HEAD } else { -HEAD };
        let _ = writeln!(
            out,
            "<g class=\"net\" data-to=\"{}\"><path class=\"line\" d=\"{}\"/><path class=\"head\" d=\"M{x} {y}l-4 {back}h8z\"/></g>",
            xml(graph.name(net.target)),
            wire.path
        );
    }
    out.push_str("</g>\n");
}

fn service(out: &mut String, node: &Node, id: NodeId, at: Rect, palette: &Palette, linked: bool) {
    let look = palette.look(&node.area);
    let Rect { x, y, width, height } = at;
    if linked {
        let _ = write!(out, "<a href=\"#{}\" data-node=\"{}\">", fragment(&node.name), id.index());
    }
    let _ = write!(
        out,
        "<g class=\"service {}\"><title>{}</title>\
         <rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>",
        class(look.hue),
        xml(&told(node))
    );
    stripe(out, x + 5, y + 5, height - 10, look.broken);
    let room = width - STRIPE - 18;
    let text = x + STRIPE + 12;
    let name = xml(&measure::clipped(&node.name, NAME, room));
    let lower = xml(&measure::clipped(&node.kind, KIND, room));
    let name_y = if node.kind.is_empty() { y + 26 } else { y + 19 };
    let _ = write!(out, "<text class=\"name\" x=\"{text}\" y=\"{name_y}\">{name}</text>");
    if !node.kind.is_empty() {
        let _ = write!(out, "<text class=\"kind\" x=\"{text}\" y=\"{}\">{lower}</text>", y + 33);
    }
    out.push_str(if linked { "</g></a>\n" } else { "</g>\n" });
}

/// What shows when one points at a box.
fn told(node: &Node) -> String {
    let mut lines = vec![if node.title.is_empty() { node.name.clone() } else { node.title.clone() }];
    let of = [&node.kind, &node.area].into_iter().filter(|text| !text.is_empty()).cloned();
    lines.push(of.chain([wave_name(node.wave)]).collect::<Vec<String>>().join(", "));
    lines.extend(node.hosts.iter().cloned());
    lines.join(" · ")
}
