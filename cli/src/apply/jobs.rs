//! What a run carries out: single actions, and batches with all the actions that join them, in the order that their needs allow.

use super::contract::{Action, Batch, Step};
use super::late::late;
use super::plan::{Part, Plan};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use serde_json::Value as Json;
use std::collections::BTreeMap;

const PARTS: &str = "$parts";

#[derive(Debug)]
pub struct Job<'a> {
    pub part: &'a Part,
    /// The action's address, or the batch's name: what answers are taken under.
    pub name: String,
    /// What a batch does, if this is one.
    pub batch: Option<String>,
    /// One, or all that join the batch.
    pub actions: Vec<&'a Action>,
    pub steps: Vec<Step>,
    pub queues: Vec<String>,
    /// Positions of the jobs that come before.
    pub needs: Vec<usize>,
}

/// The jobs of a plan. It is an error if they cannot be put in an order, or if a batch is not told.
pub fn jobs(plan: &Plan) -> Result<Vec<Job<'_>>, Diag> {
    let mut jobs: Vec<Job> = Vec::new();
    for part in &plan.parts {
        let mut batches: BTreeMap<&str, Vec<&Action>> = BTreeMap::new();
        for action in &part.outcome.actions {
            match &action.batch {
                Some(batch) => batches.entry(batch).or_default().push(action),
                None => jobs.push(Job {
                    part,
                    name: action.address.clone(),
                    batch: None,
                    actions: vec![action],
                    steps: action.steps.clone(),
                    queues: action.queues.clone(),
                    needs: Vec::new(),
                }),
            }
        }
        for (name, actions) in batches {
            jobs.push(joined(part, name, actions)?);
        }
    }
    order(&mut jobs);
    match round(&jobs) {
        None => Ok(jobs),
        Some(names) => {
            let title = format!("actions need one another in a circle: {}", names.join(" → "));
            Err(Diag::error(Code::BadPlan, title))
        }
    }
}

fn joined<'a>(part: &'a Part, name: &str, actions: Vec<&'a Action>) -> Result<Job<'a>, Diag> {
    let wrong = |what: String| Diag::error(Code::BadPlan, format!("the provider `{}` {what}", part.provider));
    let batch: Option<&Batch> = part.outcome.batches.iter().find(|batch| batch.name == name);
    let batch = batch.ok_or_else(|| wrong(format!("has actions for a batch `{name}`, and no such batch")))?;
    let steps = serde_json::from_value(with_parts(&batch.steps, &actions))
        .map_err(|why| wrong(format!("has steps in the batch `{name}` that are not understood: {why}")))?;
    let queues = actions.iter().flat_map(|action| &action.queues).chain(&batch.queues).cloned().collect();
    let (name, batch) = (name.to_owned(), Some(batch.says.clone()));
    Ok(Job { part, name, batch, actions, steps, queues, needs: Vec::new() })
}

/// Steps with the parts of the actions in them, one after another.
fn with_parts(value: &Json, actions: &[&Action]) -> Json {
    match value {
        Json::Object(fields) => match late(fields) {
            Some((PARTS, Json::String(name))) => {
                let parts = actions.iter().filter_map(|action| action.parts.get(name)).flatten();
                Json::Array(parts.cloned().collect())
            }
            _ => Json::Object(fields.iter().map(|(name, value)| (name.clone(), with_parts(value, actions))).collect()),
        },
        Json::Array(items) => Json::Array(items.iter().map(|item| with_parts(item, actions)).collect()),
        scalar => scalar.clone(),
    }
}

/// Says of each job which ones come before. What is needed and not planned is there already.
fn order(jobs: &mut [Job]) {
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, job) in jobs.iter().enumerate() {
        of.extend(job.actions.iter().map(|action| (action.address.as_str(), at)));
    }
    let needs: Vec<Vec<usize>> = jobs
        .iter()
        .enumerate()
        .map(|(at, job)| {
            let needs = job.actions.iter().flat_map(|action| &action.needs);
            let mut needs: Vec<usize> = needs.filter_map(|need| of.get(need.as_str()).copied()).collect();
            needs.sort_unstable();
            needs.dedup();
            // Actions of one batch are carried out in the batch's own order.
            needs.retain(|need| *need != at || job.actions.len() == 1);
            needs
        })
        .collect();
    jobs.iter_mut().zip(needs).for_each(|(job, needs)| job.needs = needs);
}

/// The names of jobs that need one another, the first again at the end.
fn round(jobs: &[Job]) -> Option<Vec<String>> {
    let mut left: Vec<usize> = (0..jobs.len()).collect();
    // What needs nothing that is left can go; what stays has a circle.
    loop {
        let stay: Vec<usize> =
            left.iter().copied().filter(|at| jobs[*at].needs.iter().any(|need| left.contains(need))).collect();
        if stay.len() == left.len() {
            break;
        }
        left = stay;
    }
    let mut path = vec![*left.first()?];
    loop {
        let next = *jobs[*path.last()?].needs.iter().find(|need| left.contains(need))?;
        let begin = path.iter().position(|at| *at == next);
        path.push(next);
        if let Some(begin) = begin {
            return Some(path[begin..].iter().map(|at| jobs[*at].name.clone()).collect());
        }
    }
}
