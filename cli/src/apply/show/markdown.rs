//! A plan as a comment on a pull request.

use super::fields::{fields, short, sign, verb};
use super::text::summary;
use crate::apply::contract::{Action, Refused};
use crate::apply::plan::Plan;

const WIDTH: usize = 100;

pub fn markdown(plan: &Plan, refused: &[Refused]) -> String {
    let mut out = format!("### Plan of `{}`: {}\n", plan.stack.name, summary(plan));
    for one in refused {
        out.push_str(&format!("\n> **Refused:** `{}`: {}", one.address, one.why));
        if !one.help.is_empty() {
            out.push_str(&format!(" — {}", one.help));
        }
        out.push('\n');
    }
    for part in plan.parts.iter().filter(|part| !part.outcome.actions.is_empty()) {
        out.push_str(&format!("\n#### {}\n\n", part.provider));
        part.outcome.actions.iter().for_each(|action| out.push_str(&details(action)));
    }
    for part in plan.parts.iter().filter(|part| !part.outcome.foreign.is_empty()) {
        let foreign = &part.outcome.foreign;
        out.push_str(&format!(
            "\n<details><summary>{} of others in {}, left alone</summary>\n\n",
            foreign.len(),
            part.provider
        ));
        foreign.iter().for_each(|one| out.push_str(&format!("- `{}` {}\n", one.address, escaped(&one.subject))));
        out.push_str("\n</details>\n");
    }
    out
}

fn details(action: &Action) -> String {
    let mut marks = Vec::new();
    if !action.restarts.is_empty() {
        marks.push(format!("restart needed: {}", action.restarts.join(", ")));
    }
    if let Some(loses) = &action.loses {
        marks.push(format!("**lost for ever: {loses}**"));
    }
    let marks = if marks.is_empty() { String::new() } else { format!(" — {}", marks.join("; ")) };
    let mut out = format!(
        "<details><summary>{} {} <code>{}</code> {}{marks}</summary>\n\n```diff\n",
        sign(action.class),
        verb(action.class),
        action.address,
        escaped(&action.subject)
    );
    for field in fields(action) {
        if let Some(before) = &field.before {
            out.push_str(&format!("- {}: {}\n", field.name, fenced(before)));
        }
        if let Some(after) = &field.after {
            out.push_str(&format!("+ {}: {}\n", field.name, fenced(after)));
        }
    }
    out.push_str("```\n");
    action.why.iter().for_each(|why| out.push_str(&format!("\n{}\n", escaped(why))));
    out.push_str("\n</details>\n");
    out
}

fn fenced(text: &str) -> String {
    short(text, WIDTH).replace("```", "'''")
}

/// Text that Markdown takes as text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '*' | '_' | '`' | '[' | ']' | '|' => out.extend(['\\', letter]),
            letter => out.push(letter),
        }
    }
    out
}
