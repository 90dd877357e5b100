//! The graph for a terminal: services in the order in which they start, each with what it needs.

use super::model::{Edge, Graph, NodeId};
use std::fmt::Write;

pub fn text(graph: &Graph) -> String {
    let mut out = format!("{}\n", graph.summary());
    let names = graph.nodes.iter().map(|(_, node)| node.name.chars().count()).max().unwrap_or(0);
    let waves = graph.nodes.iter().map(|(_, node)| node.wave.to_string().len()).max().unwrap_or(0);
    let (mut tier, mut wave) = (None, None);
    for (id, node) in graph.nodes.iter() {
        if tier != Some(&node.tier) {
            let _ = write!(out, "\n{}\n", node.tier);
            (tier, wave) = (Some(&node.tier), None);
        }
        let shown = if wave == Some(node.wave) { String::new() } else { node.wave.to_string() };
        wave = Some(node.wave);
        let line = format!("  {shown:>waves$}  {:names$}  {}", node.name, needs(graph, id));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// `needs longhorn, postgres:5432; later auth`.
fn needs(graph: &Graph, id: NodeId) -> String {
    let said = |hard: bool, word: &str| {
        let others: Vec<String> =
            graph.needs(id).filter(|edge| edge.hard == hard).map(|edge| other(graph, edge)).collect();
        (!others.is_empty()).then(|| format!("{word} {}", others.join(", ")))
    };
    said(true, "needs").into_iter().chain(said(false, "later")).collect::<Vec<String>>().join("; ")
}

fn other(graph: &Graph, edge: &Edge) -> String {
    let ports: Vec<String> = edge.ports.iter().map(i64::to_string).collect();
    let colon = if ports.is_empty() { "" } else { ":" };
    format!("{}{colon}{}", graph.name(edge.to), ports.join(","))
}
