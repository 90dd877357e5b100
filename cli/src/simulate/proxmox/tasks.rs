//! Tasks: begun by a call, carried out at their end, and told of by their UPID.
//!
//! A task holds what it will bring about. So a simulator that is ended and started again goes on with it, and what it
//! does happens at one moment: before, the guest is as a real node shows it while the worker runs.

use super::cluster::Cluster;
use super::errors::{Given, Refusal};
use super::formats::items;
use super::model::{Options, Task, Work};
use serde_json::{Value, json};

/// No more of them are remembered.
const MOST: usize = 500;

impl Cluster<'_> {
    /// Begins a task and gives its name.
    pub fn fork(&mut self, node: &str, kind: &str, id: &str, log: &[String], work: Work) -> Value {
        let number = self.unique();
        let shown = self.clock.shown().max(0.0) as u64;
        let (pid, pstart) = (1000 + number % 0x3F_0000, (self.clock.time() * 100.0) as u64 % 0xFFFF_FFFF);
        let upid = format!("UPID:{node}:{pid:08X}:{pstart:08X}:{shown:08X}:{kind}:{id}:{}:", self.user);
        let seconds = self.fate.seconds.unwrap_or(self.settings.task_seconds);
        self.pve.tasks.push(Task {
            upid: upid.clone(),
            node: node.to_owned(),
            kind: kind.to_owned(),
            id: id.to_owned(),
            user: self.user.clone(),
            shown,
            ends: self.clock.time() + seconds,
            exit: None,
            fate: self.fate.ends.clone(),
            ended: None,
            log: log.to_vec(),
            work,
        });
        let surplus = self.pve.tasks.len().saturating_sub(MOST);
        self.pve.tasks.drain(..surplus);
        Value::String(upid)
    }

    /// Carries out what is due, in the order in which it ends.
    pub fn settle(&mut self) {
        let now = self.clock.time();
        loop {
            let open = self.pve.tasks.iter().enumerate().filter(|(_, task)| task.exit.is_none() && task.ends <= now);
            let Some((at, _)) = open.min_by(|(_, a), (_, b)| a.ends.total_cmp(&b.ends)) else { return };
            self.finish(at);
        }
    }

    fn finish(&mut self, at: usize) {
        let Some(task) = self.pve.tasks.get(at).cloned() else { return };
        let before = self.pve.clone();
        self.user.clone_from(&task.user);
        let exit = match task.fate.as_deref() {
            // The worker died: what it had begun stays as it is.
            Some("unexpected status") => "unexpected status".to_owned(),
            Some(text) if text != "OK" && !text.starts_with("WARNINGS:") => {
                self.undo(&task.work);
                text.to_owned()
            }
            wanted => match self.carry_out(&task.work) {
                Ok(()) => wanted.unwrap_or("OK").to_owned(),
                Err(why) => {
                    *self.pve = before;
                    self.undo(&task.work);
                    why
                }
            },
        };
        self.close(at, exit);
    }

    fn close(&mut self, at: usize, exit: String) {
        let shown = self.clock.shown().max(0.0) as u64;
        if let Some(task) = self.pve.tasks.get_mut(at) {
            let last = match exit.as_str() {
                "OK" => "TASK OK".to_owned(),
                exit if exit.starts_with("WARNINGS:") => format!("TASK {exit}"),
                "unexpected status" => String::new(),
                exit => format!("TASK ERROR: {exit}"),
            };
            task.log.extend(Some(last).filter(|line| !line.is_empty()));
            task.exit = Some(exit);
            task.ended = Some(shown);
        }
    }

    fn task(&self, names: &Options) -> Result<usize, Refusal> {
        let upid = names.get("upid").map(String::as_str).unwrap_or_default();
        if upid.split(':').count() != 9 || !upid.starts_with("UPID:") {
            return Err(Refusal::parameter("upid", "unable to parse worker upid"));
        }
        let found = self.pve.tasks.iter().position(|task| task.upid == upid);
        found.ok_or_else(|| Refusal::parameter("upid", "no such task"))
    }

    pub fn task_status(&self, names: &Options) -> Given {
        let task = &self.pve.tasks[self.task(names)?];
        let mut told = row(task);
        told["status"] = if task.exit.is_some() { "stopped" } else { "running" }.into();
        if let Some(exit) = &task.exit {
            told["exitstatus"] = exit.as_str().into();
        }
        Ok(told)
    }

    /// A page of the log, and how many lines there are.
    pub fn task_log(&self, names: &Options, given: &Options) -> Result<(Value, usize), Refusal> {
        let task = &self.pve.tasks[self.task(names)?];
        let (start, limit) = page(given);
        let lines = task.log.iter().enumerate().skip(start).take(limit);
        let lines: Vec<Value> = lines.map(|(at, text)| json!({ "n": at + 1, "t": text })).collect();
        // A real node says so of an empty log.
        let none = || vec![json!({ "n": 1, "t": "no content" })];
        let lines = if task.log.is_empty() { none() } else { lines };
        Ok((Value::Array(lines), task.log.len()))
    }

    pub fn task_list(&self, names: &Options, given: &Options) -> Given {
        let node = self.node(names)?;
        let option = |name: &str| given.get(name).map(String::as_str);
        let second = |name: &str| option(name).and_then(|text| text.parse::<u64>().ok());
        let source = option("source").unwrap_or("archive");
        let fits = |task: &&Task| {
            let failed = task.exit.as_deref().is_some_and(is_failure);
            task.node == node
                && (source == "all" || (source == "active") == task.exit.is_none())
                && option("vmid").is_none_or(|vmid| task.id == vmid)
                && option("typefilter").is_none_or(|kind| task.kind == kind)
                && option("userfilter").is_none_or(|user| task.user.contains(user))
                && second("since").is_none_or(|since| task.shown >= since)
                && second("until").is_none_or(|until| task.shown <= until)
                && (option("errors") != Some("1") || failed)
                && option("statusfilter").is_none_or(|wanted| items(wanted).contains(&class(task)))
        };
        let (start, limit) = page(given);
        let newest = self.pve.tasks.iter().rev().filter(fits).skip(start).take(limit);
        Ok(newest.map(listed).collect())
    }

    /// The tasks of all nodes, the newest first.
    pub fn cluster_tasks(&self) -> Value {
        self.pve.tasks.iter().rev().take(25).map(listed).collect()
    }

    /// Asks a task to stop. What it had begun is put back.
    pub fn task_stop(&mut self, names: &Options) -> Given {
        let at = self.task(names)?;
        if self.pve.tasks[at].exit.is_none() {
            let work = self.pve.tasks[at].work.clone();
            self.undo(&work);
            self.close(at, "interrupted by signal".to_owned());
        }
        Ok(Value::Null)
    }
}

fn page(given: &Options) -> (usize, usize) {
    let number = |name: &str| given.get(name).and_then(|text| text.parse().ok());
    let limit = match number("limit").unwrap_or(50) {
        0 => usize::MAX,
        limit => limit,
    };
    (number("start").unwrap_or(0), limit)
}

fn is_failure(exit: &str) -> bool {
    exit != "OK" && !exit.starts_with("WARNINGS:")
}

fn class(task: &Task) -> &'static str {
    match task.exit.as_deref() {
        Some("OK") => "ok",
        Some("unexpected status") | None => "unknown",
        Some(exit) if exit.starts_with("WARNINGS:") => "warning",
        Some(_) => "error",
    }
}

/// What all answers tell of a task. A token is named beside its user.
fn row(task: &Task) -> Value {
    let fields: Vec<&str> = task.upid.split(':').collect();
    let hex = |at: usize| fields.get(at).and_then(|text| u64::from_str_radix(text, 16).ok()).unwrap_or_default();
    let mut row = json!({
        "upid": task.upid,
        "node": task.node,
        "pid": hex(2),
        "pstart": hex(3),
        "starttime": task.shown,
        "type": task.kind,
        "id": task.id,
        "user": task.user,
    });
    if let Some((user, token)) = task.user.split_once('!') {
        row["user"] = user.into();
        row["tokenid"] = token.into();
    }
    row
}

fn listed(task: &Task) -> Value {
    let mut row = row(task);
    row["status"] = task.exit.as_deref().unwrap_or("RUNNING").into();
    if let Some(ended) = task.ended {
        row["endtime"] = ended.into();
    }
    row
}
