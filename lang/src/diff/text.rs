//! A difference for people, in a terminal.

use super::causes::Cause;
use super::compare::shown_path;
use super::difference::Difference;
use super::shown::{Values, by_service, home};
use std::fmt::Write;

/// So many parts of a cause are shown, unless all are wanted.
const SHOWN: usize = 3;

/// How much is shown, and whether it is coloured.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    pub colour: bool,
    pub all: bool,
}

#[derive(Clone, Copy)]
enum Paint {
    Bold,
    Red,
    Green,
    Cyan,
    Dim,
}

impl Look {
    fn paint(self, paint: Paint, text: &str) -> String {
        let code = match paint {
            Paint::Bold => "1",
            Paint::Red => "31",
            Paint::Green => "32",
            Paint::Cyan => "36",
            Paint::Dim => "2",
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The summary, each cause with its parts, and the objects of one side alone.
pub fn text(difference: &Difference, look: Look) -> String {
    let mut out = format!("{}\n", look.paint(Paint::Bold, &difference.summary()));
    for cause in &difference.causes {
        out.push('\n');
        one_cause(&mut out, difference, cause, look);
    }
    let [from, to] = &difference.names;
    let (pairs, named) = (&difference.pairs, difference.named);
    let added = by_service(pairs.added.iter().map(|at| &difference.new[*at]), named);
    let removed = by_service(pairs.removed.iter().map(|at| &difference.old[*at]), named);
    one_side(&mut out, &format!("only in {to}"), Paint::Green, &added, look);
    one_side(&mut out, &format!("only in {from}"), Paint::Red, &removed, look);
    out
}

fn one_cause(out: &mut String, difference: &Difference, cause: &Cause, look: Look) {
    let field = look.paint(Paint::Bold, &difference.clean(&cause.field));
    let values = change(&difference.title_values(cause), look);
    let place = difference.place(cause).map(|place| format!(": {}", look.paint(Paint::Cyan, &place)));
    let _ = writeln!(out, "{field} {values} in {}{}", difference.whereabouts(cause), place.unwrap_or_default());
    let shown = if look.all { cause.parts.len() } else { SHOWN.min(cause.parts.len()) };
    let rows: Vec<[String; 4]> = (0..shown).map(|at| row(difference, cause, at, look)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second, third) = (width(0), width(1), width(2));
    for [home, handle, path, values] in &rows {
        let line = format!("  {home:<first$}  {handle:<second$}  {path:<third$}  {values}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let more = cause.parts.len() - shown;
    if more > 0 {
        let _ = writeln!(out, "  {}", look.paint(Paint::Dim, &format!("{more} more; --all shows them")));
    }
}

fn row(difference: &Difference, cause: &Cause, at: usize, look: Look) -> [String; 4] {
    let part = &cause.parts[at];
    let object = difference.object(part.pair);
    let path = difference.clean(&shown_path(&part.change.path));
    let values = difference.part_values(cause, at).map_or(String::new(), |values| change(&values, look));
    [home(object, difference.named), object.handle(), path, values]
}

/// `1 → 3`, `3 added`, `1 removed`
fn change(values: &Values, look: Look) -> String {
    let Values { old, new, more } = values;
    let (red, green) = (|text: &str| look.paint(Paint::Red, text), |text: &str| look.paint(Paint::Green, text));
    match (old, new) {
        (Some(old), Some(new)) => format!("{} → {}{more}", red(old), green(new)),
        (None, Some(new)) => format!("{} added{more}", green(new)),
        (Some(old), None) => format!("{} removed{more}", red(old)),
        (None, None) => "changed".to_owned(),
    }
}

fn one_side(out: &mut String, heading: &str, paint: Paint, services: &[(String, Vec<String>)], look: Look) {
    if services.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", look.paint(paint, &format!("{heading}:")));
    let width = services.iter().map(|(home, _)| home.chars().count()).max().unwrap_or(0);
    for (home, handles) in services {
        let shown = if look.all { handles.len() } else { handles.len().min(2 * SHOWN) };
        let more = handles.len() - shown;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(out, "  {home:<width$}  {}{more}", handles[..shown].join(", "));
    }
}
