//! One workload to its service, round by round: the fields are written, the lab makes objects of them, what these lack is
//! laid over them, and the rules that are then broken are waived, until nothing changes.
//!
//! The result is checked by construction: what is not among the objects that the service makes in the end stands in an
//! override, or is said to be left out.

use super::data;
use super::fields::{Fields, Leaf, Node};
use super::gather::gather::gather;
use super::gather::words;
use super::kept;
use super::lab::{self, Look};
use super::object::is_our_own;
use super::overlay::{Overlay, overlay};
use super::plan::{Hints, Plan, Run, Status, Topic};
use super::template::{self, Template};
use super::write;
use crate::base::diag::Diag;
use crate::data::tree::Data;
use std::collections::BTreeMap;

/// After so many rounds what still changes is left as it is.
const ROUNDS: usize = 8;

/// What became of one workload.
pub struct Made {
    pub name: String,
    pub text: String,
    /// The objects that it comes to in the lab.
    pub objects: Vec<Data>,
    /// What became of each of its objects.
    pub status: BTreeMap<usize, Status>,
    /// What it makes beyond what the manifests have.
    pub added: Vec<String>,
    /// Differences that are left in the end: none, unless the library and this program disagree.
    pub differs: Vec<String>,
}

/// A plan with all that has to be laid over its objects.
struct Draft<'a> {
    plan: Plan<'a>,
    fields: Fields,
    /// What is laid over each object, by its handle.
    overlays: Vec<(String, Vec<(String, String)>)>,
}

/// The service of a workload.
pub fn service(run: &Run, index: usize) -> Result<Made, Vec<Diag>> {
    let mut hints = settled(run, index, Hints::default())?;
    loop {
        let diags = match finished(run, index, &hints) {
            Ok(made) => return Ok(made),
            Err(diags) => diags,
        };
        // Rules that only the whole of an environment breaks come up in the build.
        match diags.first().and_then(broken).filter(|(rule, _)| !hints.waivers.contains_key(rule)) {
            Some((rule, problem)) => {
                hints.waivers.insert(rule, reason(&problem));
                hints = settled(run, index, hints)?;
            }
            None => return Err(diags),
        }
    }
}

/// Looks at a service until nothing new shows.
fn settled(run: &Run, index: usize, mut hints: Hints) -> Result<Hints, Vec<Diag>> {
    for _ in 0..ROUNDS {
        let more = round(run, index, &hints)?;
        if more == hints {
            break;
        }
        hints = more;
    }
    Ok(hints)
}

/// The rule that a build refuses an object for, and the problem.
fn broken(diag: &Diag) -> Option<(String, String)> {
    let (rule, problem) = diag.title.split_once(" breaks the rule `")?.1.split_once("`: ")?;
    Some((rule.to_owned(), problem.to_owned()))
}

fn reason(problem: &str) -> String {
    format!("as in its manifests: {problem}")
}

/// What one look at a service shows beyond what is known.
fn round(run: &Run, index: usize, hints: &Hints) -> Result<Hints, Vec<Diag>> {
    let plan = gather(run, index, hints);
    let mut more = hints.clone();
    let made = match lab::made(&plan.name, &program(template::BARE, &plan.fields), &plan.declared) {
        Ok(made) => made,
        Err(diags) => {
            more.refused.extend(refused(&plan, diags)?);
            return Ok(more);
        }
    };
    let draft = draft(plan, &made);
    match lab::look(&draft.plan.name, &program(template::BARE, &draft.fields), &draft.plan.declared) {
        Ok(look) => learn(&draft, &look, &mut more),
        Err(diags) => strangers(&draft, &diags, &mut more),
    }
    Ok(more)
}

fn program(template: Template, fields: &Fields) -> String {
    format!("let {{ {} }} = import \"{}\"\n{}", template.name, template.module, write::program(template, fields))
}

/// The last look, with the template that fits.
fn finished(run: &Run, index: usize, hints: &Hints) -> Result<Made, Vec<Diag>> {
    let plan = gather(run, index, hints);
    let made = lab::made(&plan.name, &program(template::BARE, &plan.fields), &plan.declared)?;
    let draft = draft(plan, &made);
    let bare = lab::look(&draft.plan.name, &program(template::BARE, &draft.fields), &draft.plan.declared)?;
    let is_same = |(template, fields): &(Template, Fields)| {
        let look = lab::look(&draft.plan.name, &program(*template, fields), &draft.plan.declared);
        look.is_ok_and(|look| look.done == bare.done)
    };
    let chosen = template::choices(&draft.plan, &draft.fields).into_iter().find(is_same);
    let (template, fields) = chosen.unwrap_or_else(|| (template::BARE, draft.fields.clone()));
    let text = write::write(&draft.plan, template, &fields);
    lab::build(&draft.plan.name, &text, &draft.plan.declared)?;
    let differs = differences(&draft.plan, &made, &bare.done);
    let added = added(&draft.plan, &made);
    Ok(Made { name: draft.plan.name.clone(), text, objects: bare.done, status: draft.plan.status, added, differs })
}

fn handle(object: &Data) -> String {
    let text = |path: &str| data::text(object, path).unwrap_or_default().to_owned();
    format!("{}/{}", text("kind"), text("metadata.name"))
}

/// The objects that no manifest stands for.
fn added(plan: &Plan, made: &[Data]) -> Vec<String> {
    let known = plan.targets.iter().filter(|target| !target.origins.is_empty()).map(|target| target.handle.clone());
    let written =
        plan.written.iter().filter(|written| !written.origins.is_empty()).map(|written| written.handle.clone());
    let known: Vec<String> = known.chain(written).chain(plan.whole.iter().map(|whole| handle(&whole.data))).collect();
    made.iter().map(handle).filter(|handle| !known.contains(handle)).collect()
}

/// What is still missing of what the manifests say, by object and path.
fn differences(plan: &Plan, made: &[Data], done: &[Data]) -> Vec<String> {
    let mut found = Vec::new();
    for target in &plan.targets {
        let Some(at) = made.iter().position(|object| handle(object) == target.handle) else { continue };
        let Some(left) = overlay(&target.data, &done[at]).and_then(|left| known(plan, &target.handle, left)) else {
            continue;
        };
        found.extend(left.paths().into_iter().map(|path| format!("{}: {path}", target.handle)));
    }
    found
}

/// An overlay without the fields that the object's schema does not know.
fn known(plan: &Plan, handle: &str, overlay: Overlay) -> Option<Overlay> {
    if plan.hints.dropped.contains_key(handle) {
        return None;
    }
    let mut strange = plan.hints.strange.iter().filter(|(of, _)| of == handle);
    strange.try_fold(overlay, |left, (_, field)| left.without(field))
}

/// Lays over what the library made what the manifests have beyond it.
fn draft<'a>(mut plan: Plan<'a>, made: &[Data]) -> Draft<'a> {
    let words = words(&plan);
    let mut overlays: Vec<(String, Vec<(String, String)>)> = Vec::new();
    made_anyway(&mut plan, made);
    for target in std::mem::take(&mut plan.targets) {
        match made.iter().find(|object| handle(object) == target.handle) {
            Some(object) => {
                let found = overlay(&target.data, object).and_then(|found| known(&plan, &target.handle, found));
                if let Some(found) = found {
                    changed(&mut plan, &target.origins, found.paths());
                    overlays.push((target.handle.clone(), found.lines(&words)));
                }
            }
            None => missing(&mut plan, &target.origins),
        }
        plan.targets.push(target);
    }
    for written in plan.written.clone() {
        if plan.hints.dropped.contains_key(&written.handle)
            || !made.iter().any(|object| handle(object) == written.handle)
        {
            continue;
        }
        changed(&mut plan, &written.origins, vec![written.path.clone()]);
        let line = (written.path, written.text);
        match overlays.iter_mut().find(|(known, _)| *known == written.handle) {
            Some((_, lines)) => lines.push(line),
            None => overlays.push((written.handle, vec![line])),
        }
    }
    told(&mut plan);
    let mut fields = plan.fields.clone();
    for (object, lines) in &overlays {
        fields.set(&["patch", object], Leaf::written(write::braces(lines), Data::Null));
    }
    let whole = whole(&plan);
    if !whole.is_empty() {
        fields.set(&["objects_too"], Leaf::written(write::objects(&whole, &words), Data::Null));
    }
    Draft { plan, fields, overlays }
}

/// Objects that the library makes under the same name are held against those, and do not go along.
fn made_anyway(plan: &mut Plan, made: &[Data]) {
    let is_made = |object: &Data| made.iter().any(|one| handle(one) == handle(object));
    let (again, whole): (Vec<_>, Vec<_>) =
        std::mem::take(&mut plan.whole).into_iter().partition(|whole| is_made(&whole.data));
    plan.whole = whole;
    for one in again {
        let wanted = if is_our_own(&one.data) { data::record([]) } else { kept::with_kept_metadata(one.data.clone()) };
        let origins: Vec<usize> = one.origin.into_iter().collect();
        origins.iter().for_each(|origin| drop(plan.status.insert(*origin, Status::Same)));
        plan.expect(&origins, handle(&one.data), wanted);
    }
}

fn changed(plan: &mut Plan, origins: &[usize], paths: Vec<String>) {
    for origin in origins {
        match plan.status.get_mut(origin) {
            Some(Status::Override(known)) => {
                known.extend(paths.iter().filter(|path| !known.contains(path)).cloned().collect::<Vec<_>>())
            }
            Some(Status::Whole | Status::Environment | Status::Left(_)) => {}
            Some(Status::Same) | None => drop(plan.status.insert(*origin, Status::Override(paths.clone()))),
        }
    }
}

/// The library makes no such object: it goes along as it is.
fn missing(plan: &mut Plan, origins: &[usize]) {
    for origin in origins {
        if plan.status.get(origin) == Some(&Status::Same) && *origin != plan.app.main {
            let data = super::gather::translated(plan, &plan.object(*origin).data);
            plan.carry(*origin, data);
        }
    }
}

/// Says what could not be carried over.
fn told(plan: &mut Plan) {
    for (object, field) in &plan.hints.strange {
        plan.note(Topic::Left, format!("`{field}` of the {object}: it is no field of such an object"));
    }
    for (object, why) in &plan.hints.dropped {
        let whole = plan.whole.iter().find(|whole| handle(&whole.data) == *object).map(|whole| whole.origin);
        let what = if whole.is_some() { "the" } else { "what differs of the" };
        plan.note(Topic::Left, format!("{what} {object}: {why}"));
        let differing =
            plan.targets.iter().filter(|target| target.handle == *object).flat_map(|target| &target.origins);
        let origins: Vec<usize> = differing.copied().chain(whole.flatten()).collect();
        origins.into_iter().for_each(|origin| plan.leave(origin, why.clone()));
    }
}

/// The objects that go along.
fn whole(plan: &Plan) -> Vec<Data> {
    let each = plan.whole.iter().map(|whole| {
        let mut object = whole.data.clone();
        let is_placed = !is_cluster_wide(data::text(&object, "kind").unwrap_or_default());
        if is_placed
            && data::text(&object, "metadata.namespace")
                .is_none_or(|namespace| namespace.is_empty() || namespace == plan.namespace)
        {
            data::put(&mut object, "metadata.namespace", data::word(super::print::HERE));
        }
        let object_handle = handle(&object);
        for (_, field) in plan.hints.strange.iter().filter(|(of, _)| *of == object_handle) {
            object = super::overlay::strip(object, field);
        }
        object
    });
    each.filter(|object| !plan.hints.dropped.contains_key(&handle(object))).collect()
}

fn is_cluster_wide(kind: &str) -> bool {
    kind.starts_with("Cluster") && kind != "ClusterIssuerRef"
        || matches!(
            kind,
            "PersistentVolume"
                | "StorageClass"
                | "Namespace"
                | "IngressClass"
                | "PriorityClass"
                | "RuntimeClass"
                | "CustomResourceDefinition"
                | "ValidatingWebhookConfiguration"
                | "MutatingWebhookConfiguration"
                | "APIService"
        )
}

/// What the rules say of the objects: secrets in plain text, and what has to be waived.
fn learn(draft: &Draft, look: &Look, hints: &mut Hints) {
    for broken in &look.broken {
        let Some(object) = look.done.get(broken.index) else { continue };
        if broken.rule == "env_looks_secret"
            && let Some(found) = variable(draft, object, &broken.path)
        {
            hints.secret_variables.insert(found);
            continue;
        }
        if broken.rule == "pod_refused"
            && let Some(level) = ["baseline", "privileged"]
                .into_iter()
                .find(|level| broken.problem.contains(&format!("satisfies `{level}`")))
            && hints.level.as_deref() != Some("privileged")
        {
            hints.level = Some(level.to_owned());
            continue;
        }
        hints.waivers.entry(broken.rule.clone()).or_insert_with(|| reason(&broken.problem));
    }
}

/// The container, as the manifests call it, and the variable that a path such as `….containers[0].env[2].value` means.
fn variable(draft: &Draft, object: &Data, path: &str) -> Option<(String, String)> {
    let steps = steps(path);
    let mut at = object;
    let mut owner = None;
    for step in &steps {
        at = match (step.parse::<usize>(), at) {
            (Ok(index), Data::List(items)) => items.get(index)?,
            _ => at.get(step)?,
        };
        if at.get("image").is_some() {
            owner = data::text(at, "name");
        }
        if at.get("value").is_some() && at.get("name").is_some() && at.get("image").is_none() {
            let owner = owner?;
            let given = if owner == draft.plan.name { main_container(&draft.plan) } else { owner.to_owned() };
            return Some((given, data::text(at, "name")?.to_owned()));
        }
    }
    None
}

fn main_container(plan: &Plan) -> String {
    let given = plan.given();
    let main = super::pods::main(given, &plan.main().name);
    data::list(given, "containers").get(main).and_then(|one| data::text(one, "name")).unwrap_or_default().to_owned()
}

fn steps(path: &str) -> Vec<&str> {
    path.split(['.', '[', ']']).filter(|step| !step.is_empty()).collect()
}

/// The fields that do not hold, one by one. An error if not even the frame of a service holds.
fn refused(plan: &Plan, diags: Vec<Diag>) -> Result<BTreeMap<Vec<String>, String>, Vec<Diag>> {
    const FRAME: [&str; 6] = ["name", "tier", "area", "image", "kind", "schedule"];
    let mut held = Fields::default();
    for name in FRAME {
        if let Some(node) = plan.fields.get(&[name]) {
            held.put(&[name], node.clone());
        }
    }
    // Until it is said otherwise: a service that says nothing of metrics and probes is refused for that alone.
    let probe = |fields: &Fields| {
        let mut fields = fields.clone();
        if !fields.has(&["metrics"]) {
            fields.set(&["metrics", "none"], "not said yet");
        }
        lab::made(&plan.name, &program(template::BARE, &fields), &plan.declared)
    };
    if let Err(frame) = probe(&held) {
        return Err(if frame.is_empty() { diags } else { frame });
    }
    let mut found = BTreeMap::new();
    for path in parts(&plan.fields).into_iter().filter(|path| !FRAME.contains(&&*path[0])) {
        let names: Vec<&str> = path.iter().map(|name| &**name).collect();
        let Some(node) = plan.fields.get(&names) else { continue };
        let mut more = held.clone();
        more.put(&names, node.clone());
        match probe(&more) {
            Ok(_) => held = more,
            Err(why) => drop(found.insert(path, why.first().map(|diag| diag.title.clone()).unwrap_or_default())),
        }
    }
    if found.is_empty() { Err(diags) } else { Ok(found) }
}

/// The parts of a service that can be left out: fields, and those of records by name.
fn parts(fields: &Fields) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (name, node) in &fields.all {
        match node {
            Node::Tree(tree) => found.extend(tree.all.iter().map(|(inner, _)| vec![name.clone(), inner.clone()])),
            Node::Leaf(_) => found.push(vec![name.clone()]),
        }
    }
    found
}

/// Finds the overrides and objects that the schemas refuse: a field that such objects do not have is left out, else the
/// whole of it is.
fn strangers(draft: &Draft, diags: &[Diag], hints: &mut Hints) {
    let whole = whole(&draft.plan);
    let handles: Vec<String> =
        draft.overlays.iter().map(|(object, _)| object.clone()).chain(whole.iter().map(handle)).collect();
    let held = |keeps: &dyn Fn(&str) -> bool| {
        let fields = parted(draft, &whole, keeps);
        lab::holds(&draft.plan.name, &program(template::BARE, &fields), &draft.plan.declared)
    };
    // A single one is what all the others hold without; several are those that do not hold alone.
    if let Some(object) = handles.iter().find(|object| held(&|one| one != *object).is_ok()) {
        return note(hints, object, diags);
    }
    let mut is_found = false;
    for object in &handles {
        if let Err(why) = held(&|one| one == object) {
            is_found = true;
            note(hints, object, &why);
        }
    }
    if !is_found {
        draft.overlays.iter().for_each(|(object, _)| note(hints, object, diags));
    }
}

/// The fields with some of the overrides and objects that go along.
fn parted(draft: &Draft, whole: &[Data], keeps: &dyn Fn(&str) -> bool) -> Fields {
    let mut fields = draft.plan.fields.clone();
    for (object, _) in draft.overlays.iter().filter(|(object, _)| keeps(object)) {
        if let Some(node) = draft.fields.get(&["patch", object]) {
            fields.put(&["patch", object], node.clone());
        }
    }
    let kept: Vec<Data> = whole.iter().filter(|object| keeps(&handle(object))).cloned().collect();
    if !kept.is_empty() {
        fields.set(&["objects_too"], Leaf::written(write::objects(&kept, &words(&draft.plan)), Data::Null));
    }
    fields
}

fn note(hints: &mut Hints, object: &str, why: &[Diag]) {
    let first = why.first();
    let title = first.map(|diag| diag.title.clone()).unwrap_or_default();
    let field = title.split_once("does not declare `").and_then(|(_, rest)| rest.split('`').next()).map(str::to_owned);
    let is_new = field.map(|field| hints.strange.insert((object.to_owned(), field)));
    if is_new != Some(true) {
        hints.dropped.insert(object.to_owned(), title);
    }
}
