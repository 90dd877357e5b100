//! How much a container asks for: the profile that comes nearest, and the figures in which it differs.
//!
//! A limit on processors is not carried over: the library sets none. Memory always has one; where the manifests set none,
//! it is that of a profile.

use crate::calc::quantity;
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::fields::{Fields, Leaf};
use crate::lift::plan::{Plan, Profile, Topic};
use crate::lift::pods::Role;

/// Figures of a container: thousandths of processors, bytes.
#[derive(Debug, Default, Clone, Copy)]
struct Figures {
    cpu: Option<i64>,
    memory: Option<i64>,
    most: Option<i64>,
}

/// As close counts as the same.
const CLOSE: f64 = 0.25;

pub fn bytes(amount: &Data) -> Option<i64> {
    Some(quantity::parse(&data::shown(amount)).ok()?.units())
}

fn millis(amount: &Data) -> Option<i64> {
    i64::try_from(quantity::parse(&data::shown(amount)).ok()?.millis()).ok()
}

/// Bytes as a program writes them: `512Mi`.
pub fn size(amount: i64) -> Leaf {
    for (unit, name) in [(1 << 40, "Ti"), (1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")] {
        if amount >= unit && amount % unit == 0 {
            return Leaf::written(format!("{}{name}", amount / unit), Data::Int(amount));
        }
    }
    Leaf::plain(Data::Int(amount))
}

fn figures(given: &Data) -> Figures {
    let limit = |name: &str| at(given, "limits").and_then(|limits| limits.get(name));
    // The server takes a limit for a request where none is set.
    let request = |name: &str| at(given, "requests").and_then(|requests| requests.get(name)).or_else(|| limit(name));
    Figures {
        cpu: request("cpu").and_then(millis),
        memory: request("memory").and_then(bytes),
        most: limit("memory").and_then(bytes),
    }
}

fn distance(own: Option<i64>, profile: i64) -> f64 {
    own.map_or(0.0, |own| (own.max(1) as f64 / profile as f64).ln().abs())
}

fn nearest(figures: Figures, profiles: &[Profile], role: Role) -> Option<Profile> {
    let unsaid = figures.cpu.is_none() && figures.memory.is_none() && figures.most.is_none();
    let plain = if matches!(role, Role::Main | Role::Job) { "medium" } else { "small" };
    if unsaid {
        return profiles.iter().find(|profile| profile.name == plain).cloned();
    }
    let far = |profile: &Profile| {
        distance(figures.cpu, profile.cpu) / 4.0
            + distance(figures.memory, profile.memory)
            + distance(figures.most, profile.most)
    };
    profiles.iter().min_by(|a, b| far(a).total_cmp(&far(b))).cloned()
}

fn is_close(own: i64, profile: i64) -> bool {
    (own - profile).abs() as f64 <= CLOSE * profile as f64
}

/// The fields of a container's amounts, and what its `resources` should be.
pub fn amounts(plan: &mut Plan, container: &Data, role: Role) -> (Fields, Data) {
    let nothing = data::record([]);
    let given = at(container, "resources").unwrap_or(&nothing);
    let name = data::text(container, "name").unwrap_or_default();
    let figures = figures(given);
    let mut fields = Fields::default();
    let Some(profile) = nearest(figures, plan.run.profiles, role) else { return (fields, given.clone()) };
    fields.set(&["profile"], &*profile.name);
    let all = [(figures.cpu, profile.cpu), (figures.memory, profile.memory), (figures.most, profile.most)];
    let is_near = all.iter().all(|(own, profile)| own.is_none_or(|own| is_close(own, *profile)));
    let mut wanted = data::record([]);
    if is_near {
        if all.iter().any(|(own, profile)| own.is_some_and(|own| own != *profile)) {
            plan.note(
                Topic::Otherwise,
                format!("`{name}` asks for what the profile `{}` does, which is close", profile.name),
            );
        }
    } else {
        exact(&mut fields, &mut wanted, figures, &profile);
    }
    unlimited(plan, name, figures, &profile, &mut fields);
    others(plan, name, given, &mut fields, &mut wanted);
    (fields, wanted)
}

fn exact(fields: &mut Fields, wanted: &mut Data, figures: Figures, profile: &Profile) {
    if let Some(cpu) = figures.cpu {
        let text = if cpu % 1000 == 0 { (cpu / 1000).to_string() } else { format!("{cpu}m") };
        data::put(wanted, "requests.cpu", data::word(&text));
        if cpu != profile.cpu {
            fields
                .set(&["resources", "cpu"], if cpu % 1000 == 0 { Leaf::from(cpu / 1000) } else { Leaf::from(&*text) });
        }
    }
    if let Some(memory) = figures.memory {
        data::put(wanted, "requests.memory", Data::Int(memory));
        if memory != profile.memory {
            fields.set(&["resources", "memory"], size(memory));
        }
    }
    if let Some(most) = figures.most {
        data::put(wanted, "limits.memory", Data::Int(most));
        if most != profile.most {
            fields.set(&["resources", "most"], size(most));
        }
    }
}

/// The library lets no container take all of a node's memory.
fn unlimited(plan: &mut Plan, name: &str, figures: Figures, profile: &Profile, fields: &mut Fields) {
    if figures.most.is_some() {
        return;
    }
    let most = figures.memory.map_or(profile.most, |memory| profile.most.max(memory * 2));
    if most != profile.most {
        fields.set(&["resources", "most"], size(most));
    }
    let shown = size(most).text.unwrap_or_default();
    plan.note(
        Topic::Stricter,
        format!("`{name}` may take at most {shown} of memory; it had no limit: see what it uses"),
    );
}

/// Devices, and what else there is to ask for.
fn others(plan: &mut Plan, name: &str, given: &Data, fields: &mut Fields, wanted: &mut Data) {
    for (part, path) in [("limits", "limits"), ("requests", "requests")] {
        for (what, amount) in data::pairs(given, part) {
            let what = what.text();
            if &*what == "cpu" && part == "limits" {
                plan.note(Topic::Otherwise, format!("`{name}` has no limit on processors: it would only slow it down"));
            }
            if matches!(&*what, "cpu" | "memory") {
                continue;
            }
            let count = data::shown(amount).parse::<i64>();
            match count {
                Ok(count) if what.contains('/') => {
                    if part == "limits" {
                        fields.set(&["resources", "devices", &what], count);
                        *data::field_mut(data::field_mut(wanted, path), &what) = data::word(count.to_string());
                    }
                }
                _ => *data::field_mut(data::field_mut(wanted, path), &what) = data::word(data::shown(amount)),
            }
        }
    }
}
