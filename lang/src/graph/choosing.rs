//! A part of the graph: some services, with what they need and who needs them.
//!
//! Every edge of a service that is named is followed. From there on only hard ones are: what a service uses later, and
//! what that one uses later, is no need of its own, and would soon be everything.

use super::layering::filled;
use super::model::{Edge, Graph, NodeId};
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::suggest;
use std::collections::{BTreeSet, VecDeque};

/// Into which direction edges are followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Towards {
    #[default]
    Both,
    Needs,
    NeededBy,
}

/// What of a graph is wished for.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// By name; none means all.
    pub services: Vec<String>,
    pub towards: Towards,
    /// How many edges are followed from a service that is named.
    pub depth: Option<usize>,
    /// Leave soft edges out.
    pub hard: bool,
}

/// The part that is wished for, or which services there are not.
pub fn choose(graph: &Graph, choice: &Choice) -> Result<Graph, Vec<Diag>> {
    let graph = if choice.hard { graph.part(|_| true, |edge| edge.hard) } else { graph.clone() };
    if choice.services.is_empty() {
        return Ok(graph);
    }
    let found: Vec<Result<NodeId, Diag>> =
        choice.services.iter().map(|name| graph.find(name).ok_or_else(|| unknown(&graph, name))).collect();
    let diags: Vec<Diag> = found.iter().filter_map(|found| found.clone().err()).collect();
    if !diags.is_empty() {
        return Err(diags);
    }
    let named: Vec<NodeId> = found.into_iter().flatten().collect();
    let mut nodes: BTreeSet<NodeId> = named.iter().copied().collect();
    let mut edges: BTreeSet<(NodeId, NodeId)> = BTreeSet::new();
    for needs in [true, false] {
        let skipped = if needs { Towards::NeededBy } else { Towards::Needs };
        if choice.towards != skipped {
            walk(&graph, &named, needs, choice.depth, |edge| {
                nodes.extend([edge.from, edge.to]);
                edges.insert((edge.from, edge.to));
            });
        }
    }
    Ok(graph.part(|id| nodes.contains(&id), |edge| edges.contains(&(edge.from, edge.to))))
}

/// Meets each edge that is followed, nearer ones first.
fn walk(graph: &Graph, named: &[NodeId], needs: bool, depth: Option<usize>, mut meet: impl FnMut(&Edge)) {
    let mut reached = filled(graph, false);
    let mut open: VecDeque<(NodeId, usize)> = VecDeque::new();
    for id in named {
        reached[*id] = true;
        open.push_back((*id, 0));
    }
    while let Some((id, steps)) = open.pop_front() {
        if depth.is_some_and(|depth| steps >= depth) {
            continue;
        }
        let edges: Vec<&Edge> = if needs { graph.needs(id).collect() } else { graph.needed_by(id).collect() };
        for edge in edges.into_iter().filter(|edge| steps == 0 || edge.hard) {
            meet(edge);
            let next = if needs { edge.to } else { edge.from };
            if edge.hard && !std::mem::replace(&mut reached[next], true) {
                open.push_back((next, steps + 1));
            }
        }
    }
}

fn unknown(graph: &Graph, name: &str) -> Diag {
    let names: Vec<&str> = graph.nodes.iter().map(|(_, node)| node.name.as_str()).collect();
    let near = suggest::nearest(name, names.iter().copied());
    let diag = Diag::error(Code::NoGraph, format!("no service `{name}` in `{}`", graph.env)).suggest(near);
    if near.is_some() || names.is_empty() { diag } else { diag.note(format!("there {}", listed(&names))) }
}

/// `are `a`, `b` and 3 more`.
pub fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{} {}{more}", if names.len() == 1 { "is" } else { "are" }, shown.join(", "))
}
