//! A plan in the terminal.

use super::fields::{CLASSES, Field, fields, short, sign, verb};
use crate::apply::contract::{Action, Class, Refused};
use crate::apply::plan::{Part, Plan};

/// So many objects of others are named unless all are asked for.
const FOREIGN: usize = 5;
/// So many fields of what is made or deleted are shown unless all are asked for.
const FIELDS: usize = 12;
const WIDTH: usize = 80;

#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub colour: bool,
    pub all: bool,
}

impl Look {
    fn paint(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn grey(self, text: &str) -> String {
        self.paint("90", text)
    }

    fn of_class(self, class: Class, text: &str) -> String {
        let code = match class {
            Class::Create => "32",
            Class::Update => "33",
            Class::Replace | Class::Delete => "31",
            Class::Adopt => "36",
        };
        self.paint(code, text)
    }
}

/// All of a plan.
pub fn text(plan: &Plan, look: Look) -> String {
    let mut out = String::new();
    for part in &plan.parts {
        out.push_str(&format!("{}  {}\n", look.paint("1", &part.provider), look.grey(&part.target.url)));
        part.outcome.actions.iter().for_each(|action| out.push_str(&action_text(action, look)));
        out.push_str(&notes(part, look));
        out.push('\n');
    }
    out.push_str(&summary(plan));
    out.push('\n');
    out
}

fn action_text(action: &Action, look: Look) -> String {
    let head = format!("{} {}", sign(action.class), action.address);
    let mut out = format!("  {}  {}\n", look.of_class(action.class, &head), action.subject);
    let all = fields(action);
    let most = if look.all || matches!(action.class, Class::Update | Class::Replace) { all.len() } else { FIELDS };
    match in_a_line(&all, action.class) {
        Some(line) => out.push_str(&format!("      {}\n", look.of_class(action.class, &line))),
        None => {
            let width = all.iter().take(most).map(|field| field.name.chars().count()).max().unwrap_or(0);
            all.iter().take(most).for_each(|field| out.push_str(&field_text(field, width, action.class, look)));
        }
    }
    if all.len() > most {
        out.push_str(&look.grey(&format!("      … and {} fields more (--all)\n", all.len() - most)));
    }
    let mut line = |text: String| out.push_str(&format!("      {text}\n"));
    if !action.restarts.is_empty() {
        line(look.paint("33", &format!("restart needed: {}", action.restarts.join(", "))));
    }
    if let Some(loses) = &action.loses {
        line(look.paint("31", &format!("lost for ever: {loses}")));
    }
    action.why.iter().for_each(|why| line(look.grey(why)));
    if !action.needs.is_empty() {
        line(look.grey(&format!("after {}", action.needs.join(", "))));
    }
    out
}

/// All fields of what is made or deleted, if they are few and short.
fn in_a_line(all: &[Field], class: Class) -> Option<String> {
    let one_side = matches!(class, Class::Create | Class::Delete);
    let words: Vec<String> = all
        .iter()
        .map(|field| {
            format!("{} {}", field.name, field.after.as_ref().or(field.before.as_ref()).map_or("", String::as_str))
        })
        .collect();
    let line = words.join(", ");
    (one_side && line.chars().count() <= WIDTH && !line.contains('\n')).then_some(line)
}

fn field_text(field: &Field, width: usize, class: Class, look: Look) -> String {
    let shown = |side: &Option<String>| side.as_ref().map_or_else(|| "none".to_owned(), |text| short(text, WIDTH));
    let value = match class {
        Class::Create | Class::Adopt if field.before.is_none() => shown(&field.after),
        Class::Delete if field.after.is_none() => shown(&field.before),
        _ => format!("{} → {}", shown(&field.before), shown(&field.after)),
    };
    format!("      {:width$}  {}\n", field.name, look.of_class(class, &value))
}

fn notes(part: &Part, look: Look) -> String {
    let mut out = String::new();
    let outcome = &part.outcome;
    if outcome.actions.is_empty() && outcome.refused.is_empty() {
        let own = if outcome.owned == 1 { "its one object is" } else { "all is" };
        let text = if outcome.owned == 0 { "nothing is wanted".to_owned() } else { format!("{own} as it is wanted") };
        out.push_str(&format!("  {text}\n"));
    }
    outcome.notes.iter().for_each(|note| out.push_str(&format!("  note: {note}\n")));
    let most = if look.all { outcome.foreign.len() } else { FOREIGN };
    if !outcome.foreign.is_empty() {
        let count = outcome.foreign.len();
        let objects = if count == 1 { "one object" } else { "objects" };
        let count = if count == 1 { String::new() } else { format!("{count} ") };
        out.push_str(&look.grey(&format!("  {count}{objects} of others, left alone:\n")));
        for other in outcome.foreign.iter().take(most) {
            let why = if other.why.is_empty() { String::new() } else { format!(" ({})", other.why) };
            out.push_str(&look.grey(&format!("    {}  {}{why}\n", other.address, other.subject)));
        }
        if outcome.foreign.len() > most {
            out.push_str(&look.grey(&format!("    … and {} more (--all)\n", outcome.foreign.len() - most)));
        }
    }
    out
}

/// What is to be done, counted.
pub fn summary(plan: &Plan) -> String {
    let counted: Vec<String> = CLASSES
        .iter()
        .filter(|class| plan.count(**class) > 0)
        .map(|class| format!("{} to {}", plan.count(*class), verb(*class)))
        .collect();
    let foreign: usize = plan.parts.iter().map(|part| part.outcome.foreign.len()).sum();
    let beside = if foreign == 0 { String::new() } else { format!("; {foreign} of others stay as they are") };
    if counted.is_empty() { format!("nothing to do{beside}") } else { format!("{}{beside}", counted.join(", ")) }
}

/// What is refused, with the way out.
pub fn refusals(refused: &[Refused], look: Look) -> String {
    let mut out = String::new();
    for one in refused {
        out.push_str(&format!("{} {}: {}\n", look.paint("1;31", "refused:"), one.address, one.why));
        if !one.help.is_empty() {
            out.push_str(&format!("  = help: {}\n", one.help));
        }
    }
    out
}
