//! A difference as a comment on a pull request: a line, a table of causes, and the rest folded.

use super::causes::Cause;
use super::compare::shown_path;
use super::difference::Difference;
use super::shown::{Values, by_service, home};
use std::fmt::Write;

/// So many parts of a cause are listed, unless all are wanted.
const SHOWN: usize = 20;
/// Code hosts take comments of 65536 characters: details that would make it longer are left out.
const LONGEST: usize = 60_000;

/// `all` lists every part, however long that gets.
pub fn markdown(difference: &Difference, all: bool) -> String {
    let mut out = format!("**{}**\n", capitalized(&difference.summary()));
    if !difference.causes.is_empty() {
        out.push_str("\n| what | from | to | in | because of |\n|---|---|---|---|---|\n");
        difference.causes.iter().for_each(|cause| table_row(&mut out, difference, cause));
        let mut inside = String::new();
        difference.causes.iter().for_each(|cause| parts(&mut inside, difference, cause, all));
        let many = difference.causes.iter().map(|cause| cause.parts.len()).sum::<usize>();
        folded(&mut out, &format!("{many} parts that differ"), &inside, all);
    }
    let [from, to] = &difference.names;
    let (pairs, named) = (&difference.pairs, difference.named);
    let added = by_service(pairs.added.iter().map(|at| &difference.new[*at]), named);
    let removed = by_service(pairs.removed.iter().map(|at| &difference.old[*at]), named);
    one_side(&mut out, &format!("{} only in {to}", pairs.added.len()), &added, all);
    one_side(&mut out, &format!("{} only in {from}", pairs.removed.len()), &removed, all);
    out
}

fn table_row(out: &mut String, difference: &Difference, cause: &Cause) {
    let Values { old, new, more } = difference.title_values(cause);
    let cell = |text: Option<String>| text.map_or(String::new(), |text| code(&text).replace('|', "\\|"));
    let place = difference.place(cause);
    let _ = writeln!(
        out,
        "| {} | {} | {}{more} | {} | {} |",
        cell(Some(difference.clean(&cause.field))),
        cell(old),
        cell(new),
        difference.whereabouts(cause),
        cell(place)
    );
}

fn parts(out: &mut String, difference: &Difference, cause: &Cause, all: bool) {
    let place = difference.place(cause).map_or(String::new(), |place| format!(", {}", code(&place)));
    let _ = writeln!(out, "\n{}{place}\n", code(&difference.clean(&cause.field)));
    let shown = if all { cause.parts.len() } else { SHOWN.min(cause.parts.len()) };
    for (at, part) in cause.parts.iter().take(shown).enumerate() {
        let object = difference.object(part.pair);
        let path = code(&difference.clean(&shown_path(&part.change.path)));
        let values = difference.part_values(cause, at).map_or(String::new(), |values| format!(": {}", change(&values)));
        let _ = writeln!(out, "- {} {} {path}{values}", home(object, difference.named), object.handle());
    }
    if cause.parts.len() > shown {
        let _ = writeln!(out, "- {} more", cause.parts.len() - shown);
    }
}

fn change(Values { old, new, more }: &Values) -> String {
    match (old, new) {
        (Some(old), Some(new)) => format!("{} → {}{more}", code(old), code(new)),
        (None, Some(new)) => format!("{} added{more}", code(new)),
        (Some(old), None) => format!("{} removed{more}", code(old)),
        (None, None) => "changed".to_owned(),
    }
}

fn one_side(out: &mut String, summary: &str, services: &[(String, Vec<String>)], all: bool) {
    if services.is_empty() {
        return;
    }
    let inside: String = services.iter().map(|(home, handles)| format!("- {home}: {}\n", handles.join(", "))).collect();
    folded(out, summary, &format!("\n{inside}"), all);
}

fn folded(out: &mut String, summary: &str, inside: &str, all: bool) {
    let fits = all || out.len() + inside.len() < LONGEST;
    let inside = if fits { inside } else { "\nToo much for a comment: `rzp diff --all` shows it.\n" };
    let _ = write!(out, "\n<details><summary>{summary}</summary>\n{inside}\n</details>\n");
}

/// A text as code, with as many backticks around it as it needs.
fn code(text: &str) -> String {
    let text = text.replace('\n', " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_may_hold_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a`"), "`` `a` ``");
    }
}
