//! The desk at which a request is served: the cluster, the clock, and who asks.
//!
//! `Cluster` is one struct over many files: each adds the calls of its theme. Here is what they share: guests by
//! number, names that are made up, and the two ways to refuse that all of them have.

use super::errors::Refusal;
use super::model::{Guest, Kind, Options, Proxmox};
use crate::simulate::clock::Clock;
use crate::simulate::settings::Settings;
use rzp_lang::calc::encode::to_hex;
use rzp_lang::calc::hash::{Algorithm, digest};

/// How a task that begins shall go on, if not by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fate {
    pub ends: Option<String>,
    pub seconds: Option<f64>,
}

pub struct Cluster<'a> {
    pub pve: &'a mut Proxmox,
    pub clock: &'a Clock,
    pub settings: &'a Settings,
    /// Counts what was made up, so that nothing is made up twice.
    pub count: &'a mut u64,
    /// Who asks: `user@realm!token`.
    pub user: String,
    pub fate: Fate,
}

impl Cluster<'_> {
    pub fn guest(&self, vmid: u32) -> Result<&Guest, String> {
        self.pve.guests.get(&vmid).ok_or_else(|| format!("unable to find configuration file for VM {vmid}"))
    }

    pub fn guest_mut(&mut self, vmid: u32) -> Result<&mut Guest, String> {
        self.pve.guests.get_mut(&vmid).ok_or_else(|| format!("unable to find configuration file for VM {vmid}"))
    }

    /// The guest where a path says it is.
    pub fn at(&self, names: &Options, kind: Kind) -> Result<(u32, &Guest), Refusal> {
        let (node, vmid) = (self.node(names)?, number(names));
        let found = self.pve.guests.get(&vmid).filter(|guest| guest.node == node && guest.kind == kind);
        let missing = || format!("Configuration file 'nodes/{node}/{}/{vmid}.conf' does not exist", kind.folder());
        Ok((vmid, found.ok_or_else(|| Refusal::fail(missing()))?))
    }

    /// The node of a path, which must be there and answer.
    pub fn node(&self, names: &Options) -> Result<String, Refusal> {
        let name = names.get("node").map(String::as_str).unwrap_or_default();
        match self.pve.nodes.get(name) {
            Some(node) if node.online => Ok(name.to_owned()),
            Some(_) => Err(Refusal::new(595, "No route to host")),
            None if name == "localhost" => self.first_node(),
            None => Err(Refusal::fail(format!(
                "hostname lookup '{name}' failed - failed to get address info for: {name}: Name or service not known"
            ))),
        }
    }

    fn first_node(&self) -> Result<String, Refusal> {
        self.pve.nodes.keys().next().cloned().ok_or_else(|| Refusal::new(595, "No route to host"))
    }

    /// A number that nothing had before.
    pub fn unique(&mut self) -> u64 {
        *self.count += 1;
        *self.count
    }

    fn made_up(&mut self, what: &str) -> String {
        let number = self.unique();
        to_hex(&digest(Algorithm::Sha1, format!("{what} {number}").as_bytes()))
    }

    pub fn uuid(&mut self) -> String {
        let hex = self.made_up("uuid");
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }

    pub fn address(&mut self) -> String {
        let hex = self.made_up("address").to_uppercase();
        format!("BC:24:11:{}:{}:{}", &hex[..2], &hex[2..4], &hex[4..6])
    }

    /// What a new guest says about its making.
    pub fn meta(&self) -> String {
        format!("creation-qemu=10.1.2,ctime={}", self.clock.shown() as u64)
    }

    /// A pool that is named must be there.
    pub fn check_pool(&self, name: Option<&String>) -> Result<(), Refusal> {
        match name.filter(|name| !self.pve.pools.contains_key(*name)) {
            Some(name) => Err(Refusal::fail(format!("pool '{name}' does not exist"))),
            None => Ok(()),
        }
    }

    pub fn pool_of(&self, vmid: u32) -> Option<&String> {
        self.pve.pools.iter().find(|(_, pool)| pool.guests.contains(&vmid)).map(|(name, _)| name)
    }
}

/// The number of a guest in a path.
pub fn number(names: &Options) -> u32 {
    names.get("vmid").and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// A guest that is being worked on refuses other work.
pub fn check_lock(guest: &Guest) -> Result<(), String> {
    match guest.option("lock") {
        Some(lock) => Err(format!("{} is locked ({lock})", guest.kind.short())),
        None => Ok(()),
    }
}

pub fn check_protection(guest: &Guest, what: &str) -> Result<(), String> {
    match guest.option("protection") {
        Some("1") => Err(format!("{what} - protection mode enabled")),
        _ => Ok(()),
    }
}

/// `skiplock` and the like are not for tokens.
pub fn check_root_only(given: &Options, names: &[&str]) -> Result<(), Refusal> {
    match names.iter().find(|name| given.get(**name).is_some_and(|value| value != "0")) {
        Some(name) => Err(Refusal::parameter(name, "Only root may use this option.")),
        None => Ok(()),
    }
}

impl From<String> for Refusal {
    fn from(message: String) -> Refusal {
        Refusal::fail(message)
    }
}
