//! What is refused although it could be done: deleting what is protected, much at once, or what nobody has named.

use super::contract::{Action, Class, Refused};
use super::plan::{Part, Plan, matches};

/// What the user allows.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    pub mass_delete: bool,
    /// Addresses whose loss is accepted, by name.
    pub destroy: Vec<String>,
}

/// All that stands against carrying a plan out.
pub fn refused(plan: &Plan, allowed: &Allowed) -> Vec<Refused> {
    let mut all: Vec<Refused> = Vec::new();
    for part in &plan.parts {
        all.extend(part.outcome.refused.iter().cloned());
        let actions = &part.outcome.actions;
        all.extend(actions.iter().filter_map(|action| protected(plan, action)));
        all.extend(actions.iter().filter_map(|action| unnamed(action, allowed)));
        if !allowed.mass_delete {
            all.extend(too_many(plan, part));
        }
    }
    all
}

fn removes(action: &Action) -> bool {
    matches!(action.class, Class::Delete | Class::Replace)
}

fn protected(plan: &Plan, action: &Action) -> Option<Refused> {
    let pattern = plan.stack.protect.iter().find(|pattern| matches(pattern, &action.address))?;
    removes(action).then(|| Refused {
        address: action.address.clone(),
        why: format!("{} would be {}, and it is protected", action.subject, done(action.class)),
        help: format!("take `{pattern}` out of the `protect` of the stack first"),
    })
}

fn unnamed(action: &Action, allowed: &Allowed) -> Option<Refused> {
    let loses = action.loses.as_ref()?;
    let named = allowed.destroy.contains(&action.address);
    (!named).then(|| Refused {
        address: action.address.clone(),
        why: format!("{} would be {}, and with it {loses}", action.subject, done(action.class)),
        help: format!("if that is meant, name it: `--destroy {}`", action.address),
    })
}

fn too_many(plan: &Plan, part: &Part) -> Option<Refused> {
    let deletes = part.outcome.actions.iter().filter(|action| removes(action)).count();
    let (limits, owned) = (&plan.stack.deletes, part.outcome.owned);
    let share = deletes as f64 / owned.max(1) as f64;
    // One of two is half of them, and no mass.
    let too_large = share > limits.share && deletes > 1;
    if deletes <= limits.most && !too_large {
        return None;
    }
    let limit = if deletes > limits.most {
        format!("more than {} at once", limits.most)
    } else {
        format!("more than {:.0} % of them", limits.share * 100.0)
    };
    Some(Refused {
        address: part.provider.clone(),
        why: format!("{deletes} of {owned} objects would be deleted, {limit}"),
        help: "if that is meant, say `--allow-mass-delete`; the limits are the `deletes` of the stack".to_owned(),
    })
}

fn done(class: Class) -> &'static str {
    match class {
        Class::Replace => "made anew",
        _ => "deleted",
    }
}
