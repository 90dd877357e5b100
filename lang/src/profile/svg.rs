//! A profile as a flame graph: one file that asks nothing of anybody, light and dark by what the reader prefers.
//!
//! Who calls stands above what it calls, and the width of a box is its share of the time. Without scripts each box tells
//! what it is when one points at it; with them (`flame.js`) a click makes a box as wide as the picture, and what matches
//! a pattern is marked.

use super::tree::{Entry, Flame, Kind};
use crate::graph::escape::xml;
use crate::graph::measure;
use crate::graph::palette::{hex, over};
use std::fmt::Write;

const LIGHT: u32 = 0xFFFFFF;
const DARK: u32 = 0x12161C;
const FACES: &str = "Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const WIDTH: u32 = 1200;
/// The space at the sides.
const SIDE: u32 = 12;
/// The height of the boxes with the line between them.
const ROW: u32 = 19;
/// Where the boxes begin.
const TOP: u32 = 92;
const BOTTOM: u32 = 14;
/// The size of the face in the boxes, and the space before a text.
const FACE: u32 = 12;
const INSET: f64 = 4.0;
/// What is narrower than this is left out.
const NARROWEST: f64 = 0.1;
/// What is left free behind a box, and from which width on.
const GAP: f64 = 0.6;
const APART: f64 = 3.0;
/// In a box that is narrower than this stands no text.
const READABLE: f64 = 24.0;

/// Each kind with its class, its hue and what the legend calls it.
const KINDS: [(Kind, &str, usize, &str); 6] = [
    (Kind::Field, "field", 0, "field"),
    (Kind::Function, "function", 1, "function"),
    (Kind::Native, "native", 5, "function of std"),
    (Kind::Contract, "contract", 4, "contract"),
    (Kind::File, "file", 2, "file"),
    (Kind::Output, "output", 3, "output"),
];

/// The picture; `title` says of what.
pub fn svg(flame: &Flame, title: &str) -> String {
    let mut boxes = Boxes { total: flame.all.total.max(1), out: String::new(), rows: 0, left_out: false };
    boxes.frame(&flame.all, f64::from(SIDE), 0);
    let (height, total) = (TOP + boxes.rows * ROW + BOTTOM, spoken(flame.all.total));
    let title = xml(&format!("{title}: {total}"));
    let mut out = String::new();
    let _ = write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-family=\"{FACES}\">\n\
         <title>{title}</title>\n<style>\n{}</style>\n<rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
         <text class=\"title\" x=\"{SIDE}\" y=\"28\">{title}</text>\n",
        style()
    );
    legend(&mut out);
    let mut notes = vec!["A box stands below what entered it; its width is its share of the time"];
    notes.extend(boxes.left_out.then_some("boxes too narrow to be seen are left out"));
    notes.extend(flame.cut.then_some("what lay too deep belongs to the box above it"));
    let _ = write!(
        out,
        "<text id=\"told\" class=\"note\" x=\"{SIDE}\" y=\"78\">{}.</text>\n\
         <text id=\"whole\" class=\"action\" x=\"{}\" y=\"28\"></text>\n\
         <text id=\"find\" class=\"action\" x=\"{}\" y=\"28\"></text>\n\
         <g id=\"frames\" font-size=\"{FACE}\">\n{}</g>\n<script><![CDATA[\n{}]]></script>\n</svg>\n",
        notes.join("; "),
        WIDTH - SIDE - 90,
        WIDTH - SIDE,
        boxes.out,
        include_str!("flame.js")
    );
    out
}

/// The boxes, each in front of those below it.
struct Boxes {
    total: u64,
    out: String,
    rows: u32,
    left_out: bool,
}

impl Boxes {
    fn frame(&mut self, entry: &Entry, x: f64, row: u32) {
        let width = f64::from(WIDTH - 2 * SIDE) * self.share(entry.total);
        if width < NARROWEST && row > 0 {
            self.left_out = true;
            return;
        }
        self.rows = self.rows.max(row + 1);
        let (y, text) = (TOP + row * ROW, entry.label.text());
        let drawn = if width > APART { width - GAP } else { width };
        let _ = write!(
            self.out,
            "<g class=\"{}\" data-row=\"{row}\"><title>{}\n{}</title>\
             <rect x=\"{x:.2}\" y=\"{y}\" width=\"{drawn:.2}\" height=\"{}\"/>",
            class(entry.label.kind),
            xml(&text),
            self.told(entry),
            ROW - 1
        );
        let shown = measure::clipped(&text, FACE, (width - 2.0 * INSET) as i32);
        if width >= READABLE && shown != "…" {
            let _ = write!(self.out, "<text x=\"{:.2}\" y=\"{}\">{}</text>", x + INSET, y + 13, xml(&shown));
        }
        self.out.push_str("</g>\n");
        let mut x = x;
        for inner in &entry.below {
            self.frame(inner, x, row + 1);
            x += f64::from(WIDTH - 2 * SIDE) * self.share(inner.total);
        }
    }

    fn share(&self, time: u64) -> f64 {
        time as f64 / self.total as f64
    }

    /// Time, share and count in a line.
    fn told(&self, entry: &Entry) -> String {
        let mut told = format!("{}, {:.1} % of all", spoken(entry.total), 100.0 * self.share(entry.total));
        if entry.own < entry.total {
            let _ = write!(told, "; {} itself", spoken(entry.own));
        }
        match entry.count {
            0 => {}
            1 => told.push_str("; once"),
            count => {
                let _ = write!(told, "; {count} times");
            }
        }
        told
    }
}

fn class(kind: Kind) -> &'static str {
    KINDS.iter().find(|(known, ..)| *known == kind).map_or("all", |(_, class, ..)| class)
}

fn legend(out: &mut String) {
    let mut x = SIDE as i32;
    for (_, class, _, words) in KINDS {
        let _ = writeln!(
            out,
            "<g class=\"{class}\"><rect x=\"{x}\" y=\"43\" width=\"12\" height=\"12\" rx=\"2\"/></g>\
             <text class=\"key\" x=\"{}\" y=\"53\">{words}</text>",
            x + 18
        );
        x += 18 + measure::width(words, FACE) + 20;
    }
}

fn style() -> String {
    let mut out = String::from(LIGHT_STYLE);
    hues(&mut out, LIGHT, 34);
    out.push_str("@media (prefers-color-scheme: dark) {\n");
    out.push_str(DARK_STYLE);
    hues(&mut out, DARK, 46);
    out.push_str("}\n");
    out
}

const LIGHT_STYLE: &str = "\
.page { fill: #ffffff }
.title { fill: #1b2430; font-size: 17px; font-weight: 600 }
.key, .note { fill: #3c4755; font-size: 12px }
.action { fill: #0072b2; font-size: 12px; text-anchor: end; cursor: pointer }
#frames text { fill: #1b2430; pointer-events: none }
#frames g { cursor: pointer }
#frames g:hover rect { stroke: #1b2430 }
#frames .faded { opacity: 0.5 }
.all rect { fill: #d5dae1 }
";

const DARK_STYLE: &str = "\
.page { fill: #12161c }
.title { fill: #e8edf3 }
.key, .note { fill: #c3ccd7 }
.action { fill: #56b4e9 }
#frames text { fill: #e8edf3 }
#frames g:hover rect { stroke: #e8edf3 }
.all rect { fill: #2c3540 }
";

fn hues(out: &mut String, ground: u32, tint: u32) {
    for (_, class, hue, _) in KINDS {
        let _ = writeln!(out, ".{class} rect {{ fill: {} }}", over(Some(hue), ground, tint));
    }
    let found = hex(Some(6));
    let _ = writeln!(out, "#frames .found rect {{ fill: {found} }}\n#frames .found text {{ fill: #1b2430 }}");
}

/// A span of time as people say it, from nanoseconds.
pub fn spoken(time: u64) -> String {
    let (size, unit) = match time {
        0..1_000 => return format!("{time} ns"),
        1_000..1_000_000 => (1e3, "µs"),
        1_000_000..1_000_000_000 => (1e6, "ms"),
        _ => (1e9, "s"),
    };
    let number = time as f64 / size;
    let places = if number < 10.0 { 2 } else { usize::from(number < 100.0) };
    format!("{number:.places$} {unit}")
}
