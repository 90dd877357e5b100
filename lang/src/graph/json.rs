//! The graph as JSON: what was read, in its order, for programs. It has the fields that `services/main.rzp` has.

use super::model::{Edge, Graph, Node};
use crate::output::json::JsonSink;
use crate::output::sink::{Refused, Sink, Written};

pub fn json(graph: &Graph) -> String {
    // JSON holds texts and integers, whatever they are.
    written(graph).map(|text| text + "\n").unwrap_or_default()
}

fn written(graph: &Graph) -> Result<String, Refused> {
    let mut sink = JsonSink::pretty();
    sink.begin_record(3)?;
    sink.key("env")?;
    sink.text(&graph.env)?;
    sink.key("nodes")?;
    sink.begin_list(graph.nodes.len())?;
    graph.nodes.iter().try_for_each(|(_, node)| write_node(&mut sink, node))?;
    sink.end_list()?;
    sink.key("edges")?;
    sink.begin_list(graph.edges.len())?;
    for (_, edge) in graph.edges.iter() {
        sink.begin_record(5)?;
        for (key, end) in [("from", edge.from), ("to", edge.to)] {
            sink.key(key)?;
            sink.text(graph.name(end))?;
        }
        write_facts(&mut sink, edge)?;
        sink.end_record()?;
    }
    sink.end_list()?;
    sink.end_record()?;
    Ok(sink.finish())
}

pub fn write_node(sink: &mut JsonSink, node: &Node) -> Written {
    sink.begin_record(8)?;
    let texts = [("name", &node.name), ("tier", &node.tier), ("area", &node.area)];
    let more = [("kind", &node.kind), ("title", &node.title)];
    for (key, text) in texts.into_iter().chain(more) {
        sink.key(key)?;
        sink.text(text)?;
    }
    sink.key("wave")?;
    sink.int(node.wave)?;
    sink.key("hosts")?;
    sink.begin_list(node.hosts.len())?;
    node.hosts.iter().try_for_each(|host| sink.text(host))?;
    sink.end_list()?;
    if let Some(objects) = node.objects {
        sink.key("objects")?;
        sink.int(objects)?;
    }
    sink.end_record()
}

/// What is known of an edge besides its ends.
pub fn write_facts(sink: &mut JsonSink, edge: &Edge) -> Written {
    sink.key("hard")?;
    sink.bool(edge.hard)?;
    sink.key("ports")?;
    sink.begin_list(edge.ports.len())?;
    edge.ports.iter().try_for_each(|port| sink.int(*port))?;
    sink.end_list()?;
    sink.key("why")?;
    sink.text(&edge.why)
}
