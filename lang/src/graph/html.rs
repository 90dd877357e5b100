//! The drawing as a page that one can click through: one file that asks nothing of anybody.
//!
//! The page holds the drawing, the graph as data, a style sheet and a script (`page.css`, `page.js`). Without scripts
//! it still shows the drawing and the list of services. A policy in its head forbids it to load anything.

use super::drawing::draw;
use super::escape::{fragment, script, xml};
use super::json::{write_facts, write_node};
use super::model::{EdgeId, Graph, NodeId};
use super::palette::{Palette, hex};
use super::svg::{Head, written};
use crate::base::arena::{Id, IndexVec};
use crate::output::json::JsonSink;
use crate::output::sink::{Refused, Sink};
use std::fmt::Write;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

pub fn html(graph: &Graph) -> String {
    let drawing = draw(graph);
    let palette = Palette::of(graph);
    let svg = written(graph, &drawing, &palette, &Head { title: false, linked: true, said: None });
    let title = xml(&graph.summary());
    let mut out = String::new();
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <title>{title}</title>\n<style>\n{}</style>\n</head>\n<body>\n{}<main>\n{svg}</main>\n<aside>\n",
        include_str!("page.css"),
        header(&title)
    );
    overview(&mut out, graph, &palette);
    // JSON holds texts and integers, whatever they are.
    let data = script(&data(graph, &drawing.ways).unwrap_or_default());
    let _ = write!(
        out,
        "</aside>\n<script type=\"application/json\" id=\"graph\">{data}</script>\n<script>\n{}</script>\n</body>\n</html>\n",
        include_str!("page.js")
    );
    out
}

fn header(title: &str) -> String {
    format!(
        "<header>\n<h1>{title}</h1>\n\
         <input type=\"search\" id=\"find\" placeholder=\"Find a service ( / )\" aria-label=\"Find a service\">\n\
         <label><input type=\"checkbox\" id=\"soft\" checked> used later</label>\n\
         <label><input type=\"checkbox\" id=\"far\" checked> all the way</label>\n\
         <span><button type=\"button\" id=\"out\" aria-label=\"Smaller\">−</button>\n\
         <button type=\"button\" id=\"in\" aria-label=\"Larger\">+</button>\n\
         <button type=\"button\" id=\"fit\">Fit</button></span>\n</header>\n"
    )
}

/// What stands at the side as long as no service is chosen.
fn overview(out: &mut String, graph: &Graph, palette: &Palette) {
    out.push_str(
        "<h2>Services</h2>\n<p>Choose one to see <span class=\"key-needs\">what it needs</span> and \
         <span class=\"key-users\">who needs it</span>. Lines are solid where a service cannot start without, broken \
         where it uses something later. <kbd>/</kbd> finds, <kbd>Tab</kbd>, arrows and <kbd>Enter</kbd> move, \
         <kbd>Esc</kbd> goes back.</p>\n",
    );
    if !palette.areas.is_empty() {
        out.push_str("<ul class=\"legend\">");
        for area in &palette.areas {
            let look = palette.look(area);
            let (colour, dashes) = (hex(look.hue), if look.broken { " stroke-dasharray=\"5 4\"" } else { "" });
            let _ = write!(
                out,
                "<li><svg width=\"6\" height=\"14\" aria-hidden=\"true\"><path d=\"M3 0v14\" stroke=\"{colour}\" \
                 stroke-width=\"6\"{dashes}/></svg>{}</li>",
                xml(area)
            );
        }
        out.push_str("</ul>\n");
    }
    let mut tier = None;
    let mut end = "";
    // The last to start stand at the top of the drawing, and so in this list.
    let mut ids: Vec<NodeId> = graph.nodes.iter().map(|(id, _)| id).collect();
    ids.sort_by_key(|id| (std::cmp::Reverse(graph.nodes[*id].wave), *id));
    for id in ids {
        let node = &graph.nodes[id];
        if tier != Some(&node.tier) {
            let _ = write!(out, "{end}<h3>{}</h3>\n<ul>\n", xml(&node.tier));
            tier = Some(&node.tier);
            end = "</ul>\n";
        }
        let _ = writeln!(
            out,
            "<li data-node=\"{}\"><a href=\"#{}\">{}</a> <span>{}</span></li>",
            id.index(),
            fragment(&node.name),
            xml(&node.name),
            xml(&node.kind)
        );
    }
    out.push_str(end);
}

/// The graph as the script reads it: edges by the numbers of their ends, each with its way in the drawing.
fn data(graph: &Graph, ways: &IndexVec<EdgeId, String>) -> Result<String, Refused> {
    let mut sink = JsonSink::compact();
    sink.begin_record(2)?;
    sink.key("nodes")?;
    sink.begin_list(graph.nodes.len())?;
    graph.nodes.iter().try_for_each(|(_, node)| write_node(&mut sink, node))?;
    sink.end_list()?;
    sink.key("edges")?;
    sink.begin_list(graph.edges.len())?;
    for (id, edge) in graph.edges.iter() {
        sink.begin_record(6)?;
        for (key, end) in [("from", edge.from), ("to", edge.to)] {
            sink.key(key)?;
            sink.int(i64::from(end.0))?;
        }
        write_facts(&mut sink, edge)?;
        sink.key("way")?;
        sink.text(&ways[id])?;
        sink.end_record()?;
    }
    sink.end_list()?;
    sink.end_record()?;
    Ok(sink.finish())
}
