//! Guests that run: start, stop, shutdown, reboot, and how they are just now.

use super::cluster::{Cluster, check_lock, check_root_only};
use super::errors::Given;
use super::model::{Guest, Kind, Options, Work};
use super::props::{Props, size};
use serde_json::{Value, json};

impl Cluster<'_> {
    pub fn power(&mut self, names: &Options, given: &Options, kind: Kind, verb: &str) -> Given {
        check_root_only(given, &["skiplock", "force-cpu", "migratedfrom", "stateuri", "nets-host-mtu", "machine"])?;
        let (vmid, guest) = self.at(names, kind)?;
        let node = guest.node.clone();
        let flag = |name: &str| given.get(name).is_some_and(|value| value == "1");
        let work = match verb {
            "start" => Work::Start { vmid },
            "stop" => Work::Stop { vmid, gently: false, force: false },
            "shutdown" => Work::Stop { vmid, gently: true, force: flag("forceStop") },
            _ => Work::Reboot { vmid },
        };
        // What high availability looks after is started and stopped by it.
        let task = match (self.pve.ha.contains_key(&kind.sid(vmid)), kind, verb) {
            (true, _, "start") => "hastart".to_owned(),
            (true, _, "stop" | "shutdown") => "hastop".to_owned(),
            (_, Kind::Qemu, _) => format!("qm{verb}"),
            (_, Kind::Lxc, _) => format!("vz{verb}"),
        };
        Ok(self.fork(&node, &task, &vmid.to_string(), &[], work))
    }

    pub fn power_on(&mut self, vmid: u32) -> Result<(), String> {
        let now = self.clock.time();
        let guest = self.guest(vmid)?;
        let (short, sid) = (guest.kind.short(), guest.kind.sid(vmid));
        check_lock(guest)?;
        if guest.is_template() {
            return Err(format!("you can't start a {} if it's a template", short.to_lowercase()));
        }
        if guest.running.is_some() {
            return Err(format!("{short} {vmid} already running"));
        }
        self.take_over(vmid)?;
        self.guest_mut(vmid)?.running = Some(now);
        self.ha_state(&sid, "started");
        Ok(())
    }

    pub fn power_off(&mut self, vmid: u32, gently: bool, force: bool) -> Result<(), String> {
        let guest = self.guest(vmid)?;
        let sid = guest.kind.sid(vmid);
        check_lock(guest)?;
        if guest.running.is_none() {
            return match (guest.kind, gently) {
                (Kind::Lxc, true) => Err(format!("container {vmid} not running")),
                _ => Ok(()),
            };
        }
        if gently && guest.deaf && !force {
            return Err("VM quit/powerdown failed - got timeout".to_owned());
        }
        self.guest_mut(vmid)?.running = None;
        self.ha_state(&sid, "stopped");
        self.take_over(vmid)
    }

    pub fn restart(&mut self, vmid: u32) -> Result<(), String> {
        if self.guest(vmid)?.running.is_none() {
            return Ok(());
        }
        self.power_off(vmid, true, false)?;
        self.power_on(vmid)
    }

    fn ha_state(&mut self, sid: &str, state: &str) {
        if let Some(resource) = self.pve.ha.get_mut(sid) {
            resource.insert("state".to_owned(), state.to_owned());
        }
    }

    pub fn current(&self, names: &Options, kind: Kind) -> Given {
        let (vmid, guest) = self.at(names, kind)?;
        let mut told = self.figures(vmid, guest);
        told["ha"] = json!({ "managed": i32::from(self.pve.ha.contains_key(&kind.sid(vmid))) });
        if let Some(resource) = self.pve.ha.get(&kind.sid(vmid)) {
            told["ha"]["state"] = resource.get("state").map_or("started", String::as_str).into();
        }
        if kind == Kind::Qemu {
            told["qmpstatus"] = told["status"].clone();
            let agent = guest.option("agent").unwrap_or_default();
            if agent.starts_with('1') || agent.contains("enabled=1") {
                told["agent"] = 1.into();
            }
        }
        Ok(told)
    }

    /// The guests of a node and of a kind.
    pub fn guests_of(&self, names: &Options, kind: Kind) -> Given {
        let node = self.node(names)?;
        let here = self.pve.guests.iter().filter(|(_, guest)| guest.node == node && guest.kind == kind);
        Ok(here.map(|(vmid, guest)| self.figures(*vmid, guest)).collect())
    }

    /// What lists and states tell of a guest.
    fn figures(&self, vmid: u32, guest: &Guest) -> Value {
        let memory = memory(guest);
        let running = guest.running.is_some();
        let uptime = guest.running.map_or(0, |since| (self.clock.time() - since).max(0.0) as u64);
        let mut told = json!({
            "vmid": vmid,
            "name": name(vmid, guest),
            "status": if running { "running" } else { "stopped" },
            "cpus": cores(guest),
            "cpu": 0,
            "maxmem": memory,
            "mem": if running { memory / 4 } else { 0 },
            "maxdisk": root_size(guest),
            "disk": 0,
            "diskread": 0,
            "diskwrite": 0,
            "netin": 0,
            "netout": 0,
            "uptime": uptime,
        });
        if guest.is_template() {
            told["template"] = 1.into();
        }
        for key in ["tags", "lock"] {
            if let Some(value) = guest.option(key) {
                told[key] = value.into();
            }
        }
        if running && guest.kind == Kind::Qemu {
            told["pid"] = (10_000 + vmid).into();
        }
        if guest.kind == Kind::Lxc {
            let swap = guest.option("swap").and_then(|text| text.parse::<u64>().ok()).unwrap_or(512);
            told["maxswap"] = (swap << 20).into();
            told["type"] = "lxc".into();
        }
        told
    }
}

pub fn name(vmid: u32, guest: &Guest) -> String {
    let given = guest.option(if guest.kind == Kind::Qemu { "name" } else { "hostname" });
    given.map_or_else(|| format!("{}{vmid}", if guest.kind == Kind::Qemu { "VM " } else { "CT" }), str::to_owned)
}

/// In bytes.
pub fn memory(guest: &Guest) -> u64 {
    let text = guest.option("memory").unwrap_or("512");
    text.trim_start_matches("current=").parse::<u64>().unwrap_or(512) << 20
}

pub fn cores(guest: &Guest) -> u64 {
    let number = |name: &str| guest.option(name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
    number("cores") * number("sockets")
}

/// The size of the disk that it starts from, in bytes.
pub fn root_size(guest: &Guest) -> u64 {
    let boot = guest.option("boot").and_then(|text| text.strip_prefix("order=")).unwrap_or_default();
    let first = boot.split(';').next().filter(|name| !name.is_empty()).unwrap_or("scsi0");
    let name = if guest.kind == Kind::Lxc { "rootfs" } else { first };
    guest.option(name).and_then(|text| size(Props::drive(text).get("size")?)).unwrap_or(0)
}
