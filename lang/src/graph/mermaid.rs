//! The graph as Mermaid, which code hosts draw from a block in Markdown.
//!
//! A service's id is its name where Mermaid takes it for one, and its number elsewhere.

use super::drawing::wave_name;
use super::model::{Graph, Node, NodeId};
use super::palette::{Palette, hex, over};
use std::fmt::Write;

pub fn mermaid(graph: &Graph) -> String {
    let palette = Palette::of(graph);
    let mut out = format!("%% {}\nflowchart TB\n", line(&graph.summary()));
    for (at, tier) in tiers(graph).into_iter().rev().enumerate() {
        let _ = writeln!(out, "  subgraph tier{at} [\"{}\"]", quoted(tier));
        for (id, node) in graph.nodes.iter().filter(|(_, node)| node.tier == tier) {
            let hue = palette.look(&node.area).hue;
            let class = hue.map_or_else(|| "plain".to_owned(), |at| format!("hue{at}"));
            let _ = writeln!(out, "    {}[\"{}\"]:::{class}", name(graph, id), label(node));
        }
        out.push_str("  end\n");
    }
    for (_, edge) in graph.edges.iter() {
        let arrow = if edge.hard { "-->" } else { "-.->" };
        let _ = writeln!(out, "  {} {arrow} {}", name(graph, edge.from), name(graph, edge.to));
    }
    let soft = graph.edges.iter().filter(|(_, edge)| !edge.hard).map(|(id, _)| id.0.to_string());
    let soft: Vec<String> = soft.collect();
    if !soft.is_empty() {
        let _ = writeln!(out, "  linkStyle {} stroke:#9aa5b1", soft.join(","));
    }
    for hue in palette.hues() {
        let class = hue.map_or_else(|| "plain".to_owned(), |at| format!("hue{at}"));
        let _ = writeln!(out, "  classDef {class} fill:{},stroke:{},color:#1b2430", over(hue, 0xFFFFFF, 18), hex(hue));
    }
    out
}

/// The tiers in the order in which they start.
pub fn tiers(graph: &Graph) -> Vec<&str> {
    let mut tiers: Vec<&str> = Vec::new();
    for (_, node) in graph.nodes.iter() {
        if !tiers.contains(&node.tier.as_str()) {
            tiers.push(&node.tier);
        }
    }
    tiers
}

/// A name alone could be a keyword, such as `end`; two hyphens in a row would be a line.
fn name(graph: &Graph, id: NodeId) -> String {
    let name = graph.name(id);
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let ends = name.starts_with('-') || name.ends_with('-') || name.contains("--");
    if plain && !ends && !name.is_empty() { format!("s-{name}") } else { format!("n{}", id.0) }
}

fn label(node: &Node) -> String {
    format!("{}<br/><small>{}</small>", quoted(&node.name), quoted(&wave_name(node.wave)))
}

/// Text in quotes: Mermaid reads HTML there, and entities that begin with `#`.
fn quoted(text: &str) -> String {
    let mut made = String::new();
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | ',' | '-' | '_' | '/' | ':' => made.push(c),
            c if c.is_alphanumeric() => made.push(c),
            c => {
                let _ = write!(made, "#{};", u32::from(c));
            }
        }
    }
    made
}

/// A comment ends with its line.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_mermaid_would_read_is_written_as_numbers() {
        assert_eq!(quoted("a \"b\" <c>#1;"), "a #34;b#34; #60;c#62;#35;1#59;");
    }
}
