//! Changes of a guest's configuration: what is refused, what takes effect at once, and what waits for the next start.

use super::cluster::{Cluster, check_lock, check_protection, check_root_only};
use super::config::{described, digest, kind_of};
use super::disks::{is_drive, volumes};
use super::errors::Refusal;
use super::formats::items;
use super::model::{Change, Guest, Kind, Options};
use super::props::{Props, card, container_card};
use rzp_lang::calc::encode::from_percent;

/// Parameters that say how, and are no options of the guest.
const MANNERS: [&str; 9] =
    ["digest", "delete", "revert", "force", "skiplock", "background_delay", "import-working-storage", "vmid", "node"];

/// Options of virtual machines that are taken over while one runs.
const LIVE: [&str; 14] = [
    "description",
    "hookscript",
    "lock",
    "migrate_downtime",
    "migrate_speed",
    "name",
    "onboot",
    "protection",
    "shares",
    "startup",
    "tags",
    "vmstatestorage",
    "hotplug",
    "balloon",
];

/// The same of containers.
const LIVE_IN_CONTAINERS: [&str; 11] = [
    "description",
    "hookscript",
    "onboot",
    "protection",
    "startup",
    "tags",
    "memory",
    "swap",
    "cores",
    "cpulimit",
    "cpuunits",
];

impl Cluster<'_> {
    /// Sorts the parameters of a configuration call, and refuses what a node refuses before it begins.
    pub fn change(&self, guest: &Guest, given: &Options) -> Result<Change, Refusal> {
        check_root_only(given, &["skiplock"])?;
        if given.get("digest").is_some_and(|told| *told != digest(guest)) {
            return Err(Refusal::fail(match guest.kind {
                Kind::Qemu => "checksum mismatch (file change by other user?)",
                Kind::Lxc => "detected modified configuration - file changed by other user? Try again.",
            }));
        }
        let list = |name: &str| -> Vec<String> {
            given.get(name).map(|text| items(text).into_iter().map(str::to_owned).collect()).unwrap_or_default()
        };
        let set = given.iter().filter(|(name, _)| !MANNERS.contains(&name.as_str()));
        let set: Options = set.map(|(name, value)| (name.clone(), value.clone())).collect();
        let force = given.get("force").is_some_and(|value| value == "1");
        let change = Change { set, delete: list("delete"), revert: list("revert"), force };
        self.check_change(guest, &change)?;
        Ok(change)
    }

    fn check_change(&self, guest: &Guest, change: &Change) -> Result<(), Refusal> {
        for name in &change.delete {
            if change.set.contains_key(name) {
                let why = format!("Cannot use '-{name}' and '-delete {name}' at the same time");
                return Err(Refusal::parameter("delete", why));
            }
            if kind_of(guest.kind, name).is_none() {
                return Err(Refusal::parameter("delete", format!("unknown option '{name}'")));
            }
            if name == "rootfs" {
                return Err(Refusal::parameter("delete", "unable to delete required option 'rootfs'"));
            }
            if is_drive(guest.kind, name) {
                check_protection(guest, &format!("can't remove drive '{name}'"))?;
            }
        }
        if let Some(lock) = change.set.get("lock") {
            return Err(Refusal::new(403, format!("only root can set 'lock' config: {lock}")));
        }
        if guest.kind == Kind::Lxc
            && let Some(name) = ["unprivileged", "arch", "ostype"].iter().find(|name| change.set.contains_key(**name))
        {
            return Err(Refusal::parameter(name, format!("unable to modify read-only option: '{name}'")));
        }
        check_lock(guest)?;
        self.check_tags(guest.option("tags"), change.set.get("tags"))?;
        self.check_values(guest.kind, &change.set)?;
        self.check_balloon(guest, &change.set)
    }

    /// What is wrong in values whatever the guest is, so also at its making.
    pub fn check_values(&self, kind: Kind, set: &Options) -> Result<(), Refusal> {
        for (_, text) in set.iter().filter(|(name, _)| is_drive(kind, name)) {
            self.check_drive(kind, text, None)?;
        }
        match set.get("sshkeys").map(|keys| are_keys(keys)) {
            Some(false) => Err(Refusal::fail("SSH public key validation error")),
            _ => Ok(()),
        }
    }

    fn check_balloon(&self, guest: &Guest, set: &Options) -> Result<(), Refusal> {
        let number = |name: &str| -> Option<u64> {
            let text = set.get(name).map(String::as_str).or(guest.option(name))?;
            text.trim_start_matches("current=").parse().ok()
        };
        match (number("balloon"), number("memory").unwrap_or(512)) {
            (Some(balloon), memory) if balloon > memory && guest.kind == Kind::Qemu => {
                Err(Refusal::fail("balloon value too large (must be smaller than assigned memory)"))
            }
            _ => Ok(()),
        }
    }

    /// Carries a change out.
    pub fn apply(&mut self, vmid: u32, change: &Change) -> Result<(), String> {
        for name in &change.revert {
            let guest = self.guest_mut(vmid)?;
            guest.pending.remove(name);
            guest.removing.remove(name);
        }
        for name in &change.delete {
            self.delete(vmid, name, change.force)?;
        }
        for (name, value) in &change.set {
            self.set(vmid, name, value)?;
        }
        Ok(())
    }

    fn delete(&mut self, vmid: u32, name: &str, force: bool) -> Result<(), String> {
        let guest = self.guest_mut(vmid)?;
        guest.pending.remove(name);
        if !guest.config.contains_key(name) {
            return Ok(());
        }
        if guest.running.is_some() && !is_live(guest, name) {
            guest.removing.insert(name.to_owned(), force);
            return Ok(());
        }
        self.remove(vmid, name, force)
    }

    /// Takes an option away for good. The volume of a disk stays as `unused0`, unless it shall go too.
    fn remove(&mut self, vmid: u32, name: &str, force: bool) -> Result<(), String> {
        let guest = self.guest_mut(vmid)?;
        let (kind, node) = (guest.kind, guest.node.clone());
        guest.removing.remove(name);
        let Some(text) = guest.config.remove(name) else { return Ok(()) };
        let props = Props::drive(&text);
        let is_volume = props.head.contains(':') && (!props.is_cdrom() || props.is_cloudinit());
        match (is_volume, name.starts_with("unused") || props.is_cloudinit() || force) {
            (true, true) => self.free(&props.head, &node),
            (true, false) if is_drive(kind, name) => self.keep_unused(vmid, &props.head)?,
            _ => {}
        }
        Ok(())
    }

    fn keep_unused(&mut self, vmid: u32, volume: &str) -> Result<(), String> {
        let guest = self.guest_mut(vmid)?;
        if volumes(guest).iter().any(|(_, id)| id == volume) {
            return Ok(());
        }
        let free = (0..256).map(|number| format!("unused{number}")).find(|name| !guest.config.contains_key(name));
        let name = free.ok_or("Too many unused volumes - please delete them first.")?;
        guest.config.insert(name, volume.to_owned());
        Ok(())
    }

    fn set(&mut self, vmid: u32, name: &str, value: &str) -> Result<(), String> {
        let kept = self.kept(vmid, name, value)?;
        let guest = self.guest_mut(vmid)?;
        guest.pending.remove(name);
        guest.removing.remove(name);
        if guest.option(name) == Some(&kept) {
            return Ok(());
        }
        if guest.running.is_some() && !is_live(guest, name) {
            guest.pending.insert(name.to_owned(), kept);
            return Ok(());
        }
        self.put(vmid, name, kept)
    }

    /// Makes a value the guest's. The volume that a disk had before is kept as an unused one.
    fn put(&mut self, vmid: u32, name: &str, value: String) -> Result<(), String> {
        let guest = self.guest_mut(vmid)?;
        let kind = guest.kind;
        let before =
            if value.is_empty() { guest.config.remove(name) } else { guest.config.insert(name.to_owned(), value) };
        if let Some(unused) = guest.option(name).map(|text| Props::drive(text).head) {
            guest.config.retain(|other, text| !other.starts_with("unused") || *text != unused);
        }
        let before = before.filter(|_| is_drive(kind, name)).map(|text| Props::drive(&text));
        match before.filter(|props| props.head.contains(':') && !props.is_cdrom()) {
            Some(props) => self.keep_unused(vmid, &props.head),
            None => Ok(()),
        }
    }

    /// A value in the form in which it is kept; disks are made on the way.
    pub fn kept(&mut self, vmid: u32, name: &str, value: &str) -> Result<String, String> {
        let guest = self.guest(vmid)?.clone();
        let old = guest.option(name).unwrap_or_default().to_owned();
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        Ok(match (guest.kind, stem) {
            (_, "description") => described(value),
            (_, "tags") => self.tagged(value),
            (Kind::Qemu, "net") => card(value, || self.address()),
            (Kind::Lxc, "net") => {
                let had = Props::read(&old, &[]).get("hwaddr").map(str::to_owned);
                container_card(value, || had.unwrap_or_else(|| self.address()))
            }
            (Kind::Qemu, "cipassword") => format!("$5${:08x}$hashed", self.unique()),
            (Kind::Qemu, "vmgenid") if value == "1" => self.uuid(),
            _ if is_drive(guest.kind, name) => self.drive(vmid, &guest, name, value)?,
            _ => value.to_owned(),
        })
    }

    /// What waited for a start is taken over.
    pub fn take_over(&mut self, vmid: u32) -> Result<(), String> {
        let guest = self.guest_mut(vmid)?;
        let (pending, removing) = (std::mem::take(&mut guest.pending), std::mem::take(&mut guest.removing));
        for (name, force) in removing {
            self.remove(vmid, &name, force)?;
        }
        for (name, value) in pending {
            self.put(vmid, &name, value)?;
        }
        Ok(())
    }
}

/// Whether a running guest takes an option over at once.
fn is_live(guest: &Guest, name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if guest.kind == Kind::Lxc {
        return LIVE_IN_CONTAINERS.contains(&name) || ["net", "mp", "unused"].contains(&stem);
    }
    let plugs = match guest.option("hotplug") {
        None | Some("1") => "network,disk,usb",
        Some("0") => "",
        Some(list) => list,
    };
    let plugged = |what: &str| items(plugs).contains(&what);
    match stem {
        "unused" => true,
        "net" => plugged("network"),
        "scsi" | "virtio" => plugged("disk"),
        "usb" => plugged("usb"),
        "cpulimit" | "cpuunits" => true,
        "cores" | "sockets" | "vcpus" => plugged("cpu"),
        "memory" => plugged("memory"),
        "ciuser" | "cipassword" | "sshkeys" | "ipconfig" | "nameserver" | "searchdomain" | "cicustom" => {
            plugged("cloudinit")
        }
        _ => LIVE.contains(&name),
    }
}

/// Public keys of SSH, a line each, encoded as in a URL.
fn are_keys(text: &str) -> bool {
    let Ok(text) = from_percent(text) else { return false };
    let is_key = |line: &str| {
        let mut words = line.split_whitespace();
        let kind = words.find(|word| ["ssh-", "ecdsa-", "sk-"].iter().any(|start| word.starts_with(start)));
        kind.is_some() && words.next().is_some_and(|key| key.starts_with("AAAA"))
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).all(is_key)
}
