//! A profile as folded stacks: a line for each way down with what its last frame took itself, in nanoseconds.

use super::tree::{Entry, Flame};
use std::fmt::Write;

/// `all;total (main.rzp:3);std.list.map 1200`
pub fn folded(flame: &Flame) -> String {
    let mut out = String::new();
    write_below(&flame.all, &mut String::new(), &mut out);
    out
}

fn write_below(entry: &Entry, way: &mut String, out: &mut String) {
    let outer = way.len();
    if outer > 0 {
        way.push(';');
    }
    // What separates frames and lines is in no name.
    way.extend(entry.label.text().chars().map(|c| match c {
        ';' => ',',
        c if c.is_control() => ' ',
        c => c,
    }));
    if entry.own > 0 {
        let _ = writeln!(out, "{way} {}", entry.own);
    }
    for inner in &entry.below {
        write_below(inner, way, out);
    }
    way.truncate(outer);
}
