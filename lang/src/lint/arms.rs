//! Arms of a `match` that no value reaches, because arms above take all that could come to them.
//!
//! An arm with a guard takes nothing for certain. Which values the function is called with is not
//! looked at: an arm that is spare today is no mistake.

use super::facts::Facts;
use super::kinds::{Set, cover, reach};
use super::removal::pattern_span;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::syntax::ast::{Arm, Expr, FieldPattern, Pattern};

/// The arms that are never reached.
pub fn find(facts: &Facts, out: &mut Vec<Diag>) {
    for id in &facts.nodes {
        if let Expr::Match(arms) = facts.ast.expr(*id) {
            in_match(facts, arms, out);
        }
    }
}

fn in_match(facts: &Facts, arms: &[Arm], out: &mut Vec<Diag>) {
    let mut taken = Set::default();
    let mut above: Vec<&Pattern> = Vec::new();
    for arm in arms {
        let one = above.iter().copied().find(|earlier| takes_all_of(facts, earlier, &arm.pattern));
        if one.is_some() || reach(facts, &arm.pattern).within(&taken) {
            out.push(dead(facts, arm, one));
            continue;
        }
        if arm.guard.is_none() {
            taken = taken.join(cover(facts, &arm.pattern));
            above.push(&arm.pattern);
        }
    }
}

fn dead(facts: &Facts, arm: &Arm, by: Option<&Pattern>) -> Diag {
    let at = facts.loc(pattern_span(facts, &arm.pattern));
    let diag = Diag::warning(Code::DeadArm, "no value reaches this arm");
    match by {
        Some(earlier) => diag
            .at(at, "all that this takes")
            .also(facts.loc(pattern_span(facts, earlier)), "is taken here already")
            .help("put it above that one, or delete it"),
        None => diag.at(at, "the arms above take all of this").help("put it above them, or delete it"),
    }
}

/// Whether one pattern takes each value that another one takes.
fn takes_all_of(facts: &Facts, earlier: &Pattern, later: &Pattern) -> bool {
    match (earlier, later) {
        (Pattern::Record { fields, open, .. }, Pattern::Record { fields: others, open: wider, .. }) => {
            let inside = |field: &FieldPattern| takes_field(facts, field, others);
            let listed = |other: &FieldPattern| fields.iter().any(|field| field.name.symbol == other.name.symbol);
            fields.iter().all(inside) && (*open || !*wider && others.iter().all(listed))
        }
        (Pattern::List { items, rest, .. }, Pattern::List { items: others, rest: more, .. }) => {
            let long = match rest {
                Some(_) => others.len() >= items.len(),
                None => more.is_none() && others.len() == items.len(),
            };
            long && items.iter().zip(others).all(|(item, other)| takes_all_of(facts, item, other))
        }
        _ => reach(facts, later).within(&cover(facts, earlier)),
    }
}

fn takes_field(facts: &Facts, field: &FieldPattern, others: &[FieldPattern]) -> bool {
    let plain = |field: &FieldPattern| field.ty.is_none() && field.default.is_none();
    plain(field)
        && others.iter().any(|other| {
            other.name.symbol == field.name.symbol
                && other.default.is_none()
                && takes_all_of(facts, &field.pattern, &other.pattern)
        })
}
