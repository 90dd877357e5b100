//! What a cluster is made of: nodes, storages, guests, pools, tasks and those who may ask.
//!
//! All of it is kept in the file of the state in the words that stand here, so that a test can begin with any cluster.
//! Options of guests are texts, as in the files of a real node.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub type Options = BTreeMap<String, String>;

/// A cluster. What a file of state leaves out is as in a fresh one.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(default)]
pub struct Proxmox {
    pub version: String,
    pub nodes: BTreeMap<String, Node>,
    pub storages: BTreeMap<String, Storage>,
    pub volumes: Vec<Volume>,
    pub guests: BTreeMap<u32, Guest>,
    pub pools: BTreeMap<String, Pool>,
    /// What high availability looks after, by `vm:100` and `ct:100`.
    pub ha: BTreeMap<String, Options>,
    /// Settings of the whole cluster, by their path.
    pub documents: BTreeMap<String, Options>,
    pub tokens: BTreeMap<String, Token>,
    pub tasks: Vec<Task>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Node {
    #[serde(default = "yes")]
    pub online: bool,
    pub cores: u32,
    /// In bytes.
    pub memory: u64,
}

fn yes() -> bool {
    true
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Storage {
    /// `dir`, `lvmthin`, `nfs`, …
    pub kind: String,
    pub content: Vec<String>,
    /// In bytes.
    pub size: u64,
    /// Whether all nodes see the same volumes.
    #[serde(default)]
    pub shared: bool,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Volume {
    /// `local-lvm:vm-100-disk-0`.
    pub id: String,
    /// On which node it lies; on none in particular where the storage is shared.
    #[serde(default)]
    pub node: String,
    pub content: String,
    pub format: String,
    /// In bytes.
    pub size: u64,
    #[serde(default)]
    pub vmid: Option<u32>,
    /// The volume that it is a linked clone of.
    #[serde(default)]
    pub parent: Option<String>,
    #[serde(default)]
    pub made: u64,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Qemu,
    Lxc,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Qemu => "qemu",
            Kind::Lxc => "lxc",
        }
    }

    /// How messages call such a guest.
    pub fn short(self) -> &'static str {
        match self {
            Kind::Qemu => "VM",
            Kind::Lxc => "CT",
        }
    }

    pub fn folder(self) -> &'static str {
        match self {
            Kind::Qemu => "qemu-server",
            Kind::Lxc => "lxc",
        }
    }

    /// How high availability names it.
    pub fn sid(self, vmid: u32) -> String {
        match self {
            Kind::Qemu => format!("vm:{vmid}"),
            Kind::Lxc => format!("ct:{vmid}"),
        }
    }
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Guest {
    pub kind: Kind,
    pub node: String,
    pub config: Options,
    /// What it will be after the next start.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pending: Options,
    /// What it will not have after the next start, and whether volumes go at once.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub removing: BTreeMap<String, bool>,
    /// Since when it runs, on the clock of tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<f64>,
    /// Whether it does not listen when it is asked to shut down.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deaf: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Guest {
    pub fn is_template(&self) -> bool {
        self.config.get("template").is_some_and(|value| value == "1")
    }

    pub fn option(&self, name: &str) -> Option<&str> {
        self.config.get(name).map(String::as_str)
    }
}

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(default)]
pub struct Pool {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    pub guests: BTreeSet<u32>,
    pub storages: BTreeSet<String>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Token {
    pub secret: String,
    /// Privileges by path; `*` stands for all of them. They hold for what lies below, too.
    pub rights: BTreeMap<String, Vec<String>>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub revoked: bool,
}

/// A task: what a worker does, and how it will end.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Task {
    pub upid: String,
    pub node: String,
    pub kind: String,
    pub id: String,
    pub user: String,
    /// As the node's clock shows it, in whole seconds.
    pub shown: u64,
    /// When it is over, on the clock of tasks.
    pub ends: f64,
    /// How it ended; still running where there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<String>,
    /// How it shall end, whatever it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fate: Option<String>,
    /// When it ended, as the node's clock showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<u64>,
    #[serde(default)]
    pub log: Vec<String>,
    /// What it brings about at its end.
    #[serde(default)]
    pub work: Work,
}

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Work {
    #[default]
    Nothing,
    Create {
        vmid: u32,
        kind: Kind,
        options: Options,
        pool: Option<String>,
        start: bool,
        ha: bool,
    },
    Clone {
        from: u32,
        vmid: u32,
        full: bool,
        target: String,
        options: Options,
    },
    Change {
        vmid: u32,
        change: Change,
    },
    Resize {
        vmid: u32,
        disk: String,
        size: u64,
    },
    Start {
        vmid: u32,
    },
    Stop {
        vmid: u32,
        /// Asked to, and not pulled out of the wall; `force` is what follows where it does not listen.
        gently: bool,
        force: bool,
    },
    Reboot {
        vmid: u32,
    },
    Destroy {
        vmid: u32,
        purge: bool,
        force: bool,
        unreferenced: bool,
    },
    Migrate {
        vmid: u32,
        target: String,
        disks: bool,
        /// Of a container that runs: stop it, move it, start it.
        restart: bool,
    },
    Template {
        vmid: u32,
    },
    Download {
        storage: String,
        volume: Box<Volume>,
    },
    Delete {
        volume: String,
        node: String,
    },
}

/// What a configuration call asks for.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(default)]
pub struct Change {
    pub set: Options,
    pub delete: Vec<String>,
    pub revert: Vec<String>,
    pub force: bool,
}
