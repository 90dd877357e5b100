//! The graph as DOT, the language of Graphviz and of those who read it.
//!
//! Tiers are clusters, services of one wave share a rank with the earlier ones below, and soft edges have no say in
//! where things stand.

use super::mermaid::tiers;
use super::model::{Graph, Node};
use super::palette::{Palette, hex, over};
use std::collections::BTreeMap;
use std::fmt::Write;

const FACE: &str = "Helvetica,Arial,sans-serif";

pub fn dot(graph: &Graph) -> String {
    let palette = Palette::of(graph);
    let mut out = format!("digraph {} {{\n", quoted(&graph.env));
    let _ = write!(
        out,
        "  graph [label={}, labelloc=t, fontname=\"{FACE}\", ranksep=0.7, nodesep=0.3, newrank=true]\n  \
         node [shape=box, style=\"rounded,filled\", fontname=\"{FACE}\", fontsize=11, penwidth=1.5]\n  \
         edge [color=\"#4d5a6a\", arrowsize=0.7]\n",
        quoted(&graph.summary())
    );
    for (at, tier) in tiers(graph).into_iter().enumerate() {
        let _ = writeln!(out, "  subgraph cluster_{at} {{");
        let _ = writeln!(out, "    graph [label={}, labeljust=l, style=rounded, color=\"#c3cad4\"]", quoted(tier));
        let mut waves: BTreeMap<i64, Vec<&Node>> = BTreeMap::new();
        for (_, node) in graph.nodes.iter().filter(|(_, node)| node.tier == tier) {
            waves.entry(node.wave).or_default().push(node);
        }
        for nodes in waves.values() {
            out.push_str("    { rank=same\n");
            nodes.iter().for_each(|node| service(&mut out, node, &palette));
            out.push_str("    }\n");
        }
        out.push_str("  }\n");
    }
    for (_, edge) in graph.edges.iter() {
        let ports: Vec<String> = edge.ports.iter().map(|port| format!(" :{port}")).collect();
        let tip = quoted(&format!("{}{}", edge.why, ports.concat()));
        let look = if edge.hard { "" } else { ", style=dashed, color=\"#9aa5b1\", constraint=false" };
        let (from, to) = (quoted(graph.name(edge.from)), quoted(graph.name(edge.to)));
        let _ = writeln!(out, "  {from} -> {to} [tooltip={tip}{look}]");
    }
    stacked(&mut out, graph);
    out.push_str("}\n");
    out
}

/// Lines that nobody sees, from each wave to the one before it: they keep waves, and so tiers, over one another.
fn stacked(out: &mut String, graph: &Graph) {
    let mut waves: BTreeMap<i64, &Node> = BTreeMap::new();
    for (_, node) in graph.nodes.iter() {
        waves.entry(node.wave).or_insert(node);
    }
    let nodes: Vec<&Node> = waves.into_values().collect();
    for pair in nodes.windows(2).rev() {
        let _ = writeln!(out, "  {} -> {} [style=invis]", quoted(&pair[1].name), quoted(&pair[0].name));
    }
}

fn service(out: &mut String, node: &Node, palette: &Palette) {
    let hue = palette.look(&node.area).hue;
    let title = if node.title.is_empty() { &node.name } else { &node.title };
    let _ = writeln!(
        out,
        "      {} [label={}, tooltip={}, color=\"{}\", fillcolor=\"{}\"]",
        quoted(&node.name),
        quoted(&node.name),
        quoted(title),
        hex(hue),
        over(hue, 0xFFFFFF, 18)
    );
}

/// A string of DOT. In labels a backslash would begin an escape, so it is doubled.
fn quoted(text: &str) -> String {
    let mut made = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            c if c.is_control() => made.push(' '),
            c => made.push(c),
        }
    }
    made.push('"');
    made
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_name_stays_a_name() {
        assert_eq!(quoted("a\"b\\N\n"), "\"a\\\"b\\\\N \"");
    }
}
