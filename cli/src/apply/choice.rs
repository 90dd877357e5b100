//! Which actions of a plan are carried out: all, or those that are named with what they need.

use super::plan::{Plan, matches};
use std::collections::BTreeSet;

/// What `--only` and `--except` say.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub only: Vec<String>,
    pub except: Vec<String>,
}

/// A part of a plan, and the rest of it.
#[derive(Debug)]
pub struct Chosen {
    pub plan: Plan,
    /// Addresses that were added because others need them.
    pub added: Vec<String>,
    /// Addresses that are left out.
    pub left: Vec<String>,
}

impl Choice {
    /// Addresses that no action has. A pattern with `*` may stand for none: there is nothing to do there.
    pub fn idle<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = &'a String> {
        let refused = |pattern: &str| {
            let mut all = plan.parts.iter().flat_map(|part| &part.outcome.refused);
            all.any(|one| matches(pattern, &one.address))
        };
        let unmet = move |pattern: &&String| {
            let named = !pattern.contains('*');
            named && !plan.items().any(|item| matches(pattern, &item.action.address)) && !refused(pattern)
        };
        self.only.iter().chain(&self.except).filter(unmet)
    }

    pub fn of(&self, plan: &Plan) -> Chosen {
        let named = |patterns: &[String]| -> BTreeSet<String> {
            let items =
                plan.items().filter(|item| patterns.iter().any(|pattern| matches(pattern, &item.action.address)));
            items.map(|item| item.action.address.clone()).collect()
        };
        let all: BTreeSet<String> = plan.items().map(|item| item.action.address.clone()).collect();
        let wanted = if self.only.is_empty() { all.clone() } else { named(&self.only) };
        let with_needs = grown(&wanted, |chosen| {
            let items = plan.items().filter(|item| chosen.contains(&item.action.address));
            items.flat_map(|item| item.action.needs.clone()).filter(|need| all.contains(need)).collect()
        });
        let without = grown(&named(&self.except), |left| {
            let items = plan.items().filter(|item| item.action.needs.iter().any(|need| left.contains(need)));
            items.map(|item| item.action.address.clone()).collect()
        });
        let keep: BTreeSet<&String> = with_needs.difference(&without).collect();
        let any = |patterns: &[String], address: &str| patterns.iter().any(|pattern| matches(pattern, address));
        let mut chosen = plan.keeping(|action| keep.contains(&action.address));
        for part in &mut chosen.parts {
            let meant =
                |address: &str| (self.only.is_empty() || any(&self.only, address)) && !any(&self.except, address);
            part.outcome.refused.retain(|one| meant(&one.address));
        }
        Chosen {
            plan: chosen,
            added: with_needs.difference(&wanted).filter(|address| keep.contains(address)).cloned().collect(),
            left: all.iter().filter(|address| !keep.contains(address)).cloned().collect(),
        }
    }
}

/// A set with all that follows from it.
fn grown(first: &BTreeSet<String>, follow: impl Fn(&BTreeSet<String>) -> Vec<String>) -> BTreeSet<String> {
    let mut set = first.clone();
    loop {
        let before = set.len();
        set.extend(follow(&set));
        if set.len() == before {
            return set;
        }
    }
}
