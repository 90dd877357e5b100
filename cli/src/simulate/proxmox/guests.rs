//! Guests come and go: create, clone, destroy, migrate, make a template of one, grow a disk.
//!
//! Here is what a node checks before it hands the work to a task, and what others see while that runs.

use super::cluster::{Cluster, check_lock, check_protection, check_root_only, number};
use super::disks::{is_drive, volumes, wanted_size};
use super::errors::{Given, Refusal};
use super::model::{Guest, Kind, Options, Work};
use super::props::{Props, print_size, size};
use serde_json::{Value, json};

/// Parameters of a creation that are no options of the guest.
const MANNERS: [&str; 16] = [
    "vmid",
    "node",
    "pool",
    "start",
    "ha-managed",
    "storage",
    "bwlimit",
    "force",
    "unique",
    "archive",
    "live-restore",
    "import-working-storage",
    "ostemplate",
    "password",
    "ssh-public-keys",
    "restore",
];

fn placeholder(kind: Kind, node: &str, lock: &str) -> Guest {
    Guest {
        kind,
        node: node.to_owned(),
        config: Options::from([("lock".to_owned(), lock.to_owned())]),
        pending: Options::new(),
        removing: Default::default(),
        running: None,
        deaf: false,
    }
}

impl Cluster<'_> {
    pub fn create(&mut self, names: &Options, given: &Options, kind: Kind) -> Given {
        let (node, vmid) = (self.node(names)?, number(given));
        let pool = given.get("pool");
        self.check_pool(pool)?;
        if given.contains_key("archive") || given.get("restore").is_some_and(|value| value == "1") {
            return Err(Refusal::fail("unable to restore: there are no backups in a simulator"));
        }
        let short = kind.short();
        if let Some(other) = self.pve.guests.get(&vmid) {
            let there = format!("{} {vmid} already exists on node '{}'", other.kind.short(), other.node);
            return Err(Refusal::fail(format!("unable to create {short} {vmid} - {there}")));
        }
        if kind == Kind::Lxc {
            self.check_template(given, &node)?;
        }
        let set = given.iter().filter(|(name, _)| !MANNERS.contains(&name.as_str()));
        let mut options: Options = set.map(|(name, value)| (name.clone(), value.clone())).collect();
        if kind == Kind::Lxc {
            container_defaults(&mut options, given);
        }
        self.check_tags(None, options.get("tags"))?;
        self.check_values(kind, &options)?;
        self.pve.guests.insert(vmid, placeholder(kind, &node, "create"));
        let flag = |name: &str| given.get(name).is_some_and(|value| value == "1");
        let (start, ha) = (flag("start"), flag("ha-managed"));
        let work = Work::Create { vmid, kind, options, pool: pool.cloned(), start, ha };
        let task = if kind == Kind::Qemu { "qmcreate" } else { "vzcreate" };
        Ok(self.fork(&node, task, &vmid.to_string(), &[], work))
    }

    fn check_template(&self, given: &Options, node: &str) -> Result<(), Refusal> {
        let id = given.get("ostemplate").map(String::as_str).unwrap_or_default();
        let Some((storage, _)) = id.split_once(':') else {
            return Err(Refusal::fail(format!("unable to parse volume ID '{id}'")));
        };
        self.storage(storage)?;
        match self.volume(id, node) {
            Some(volume) if volume.content == "vztmpl" => Ok(()),
            _ => Err(Refusal::fail(format!("volume '{id}' does not exist"))),
        }
    }

    pub fn clone_guest(&mut self, names: &Options, given: &Options, kind: Kind) -> Given {
        let (from, source) = self.at(names, kind)?;
        let (source, node) = (source.clone(), source.node.clone());
        let vmid = given.get("newid").and_then(|text| text.parse().ok()).unwrap_or_default();
        self.check_pool(given.get("pool"))?;
        let full = given.get("full").map_or(!source.is_template(), |value| value == "1");
        if !full && !source.is_template() {
            return Err(Refusal::parameter("full", "Linked clone feature is only available for templates"));
        }
        if !full && let Some(name) = ["storage", "format"].iter().find(|name| given.contains_key(**name)) {
            return Err(Refusal::parameter(name, "only allowed for full clones"));
        }
        if let Some(storage) = given.get("storage") {
            self.check_drive(kind, &format!("{storage}:1"), None)?;
        }
        if let Some(snapshot) = given.get("snapname") {
            return Err(Refusal::fail(format!("snapshot '{snapshot}' does not exist")));
        }
        check_lock(&source)?;
        let target = given.get("target").cloned().unwrap_or_else(|| node.clone());
        if !self.pve.nodes.contains_key(&target) {
            return Err(Refusal::fail(format!("no such cluster node '{target}'")));
        }
        if target != node && !self.is_shared(&source) {
            let short = kind.short();
            return Err(Refusal::fail(format!("can't clone {short} to node '{target}' ({short} uses local storage)")));
        }
        if self.pve.guests.contains_key(&vmid) {
            return Err(Refusal::fail(format!("unable to create {} {vmid}: config file already exists", kind.short())));
        }
        let mut half = placeholder(kind, &node, "clone");
        if kind == Kind::Qemu {
            half.config.insert("description".to_owned(), " qmclone temporary file".to_owned());
        }
        self.pve.guests.insert(vmid, half);
        let task = if kind == Kind::Qemu { "qmclone" } else { "vzclone" };
        let log = clone_log(&source, vmid);
        let work = Work::Clone { from, vmid, full, target, options: given.clone() };
        Ok(self.fork(&node, task, &from.to_string(), &log, work))
    }

    /// Whether every volume of a guest can be seen from all nodes.
    pub fn is_shared(&self, guest: &Guest) -> bool {
        volumes(guest).iter().all(|(_, id)| {
            let storage = id.split(':').next().unwrap_or_default();
            self.pve.storages.get(storage).is_some_and(|storage| storage.shared)
        })
    }

    pub fn destroy(&mut self, names: &Options, given: &Options, kind: Kind) -> Given {
        check_root_only(given, &["skiplock"])?;
        let (vmid, guest) = self.at(names, kind)?;
        let (guest, short) = (guest.clone(), kind.short());
        let flag = |name: &str| given.get(name).is_some_and(|value| value == "1");
        check_protection(&guest, &format!("can't remove {short} {vmid}"))?;
        if self.pve.ha.contains_key(&kind.sid(vmid)) && !flag("purge") {
            let why = "used in HA resources and purge parameter not set.";
            return Err(Refusal::fail(format!("unable to remove {short} {vmid} - {why}")));
        }
        match (kind, guest.running.is_some()) {
            (Kind::Qemu, true) => return Err(Refusal::fail(format!("VM {vmid} is running - destroy failed"))),
            (Kind::Lxc, true) if !flag("force") => {
                return Err(Refusal::fail(format!("unable to destroy CT {vmid} - container is running")));
            }
            _ => {}
        }
        check_lock(&guest)?;
        let task = if kind == Kind::Qemu { "qmdestroy" } else { "vzdestroy" };
        let (purge, force) = (flag("purge"), flag("force"));
        let unreferenced = flag("destroy-unreferenced-disks");
        let work = Work::Destroy { vmid, purge, force, unreferenced };
        Ok(self.fork(&guest.node, task, &vmid.to_string(), &[], work))
    }

    pub fn resize(&mut self, names: &Options, given: &Options, kind: Kind) -> Given {
        check_root_only(given, &["skiplock"])?;
        let (vmid, guest) = self.at(names, kind)?;
        let guest = guest.clone();
        self.change(
            &guest,
            &given.iter().filter(|(name, _)| *name == "digest").map(|(a, b)| (a.clone(), b.clone())).collect(),
        )?;
        let disk = given.get("disk").cloned().unwrap_or_default();
        let text = guest.option(&disk).ok_or_else(|| Refusal::fail(format!("disk '{disk}' does not exist")))?;
        let props = Props::drive(text);
        if props.is_cdrom() || !is_drive(kind, &disk) {
            return Err(Refusal::fail(format!("you can't resize a cdrom: '{disk}'")));
        }
        let kept = props.get("size").and_then(size);
        let before = self.volume(&props.head, &guest.node).map(|volume| volume.size).or(kept).unwrap_or(0);
        let wanted = given.get("size").and_then(|text| wanted_size(text, before));
        let wanted = wanted.ok_or_else(|| Refusal::parameter("size", "value does not match the regex pattern"))?;
        if wanted < before {
            let why = match kind {
                Kind::Qemu => "shrinking disks is not supported",
                Kind::Lxc => "unable to shrink disk size",
            };
            return Err(Refusal::fail(why));
        }
        let work = if wanted == before { Work::Nothing } else { Work::Resize { vmid, disk, size: wanted } };
        Ok(self.fork(&guest.node, "resize", &vmid.to_string(), &[], work))
    }

    pub fn migrate(&mut self, names: &Options, given: &Options, kind: Kind) -> Given {
        let (vmid, guest) = self.at(names, kind)?;
        let guest = guest.clone();
        let target = given.get("target").cloned().unwrap_or_default();
        let flag = |name: &str| given.get(name).is_some_and(|value| value == "1");
        if target == guest.node {
            return Err(Refusal::parameter("target", "target is local node."));
        }
        match self.pve.nodes.get(&target) {
            None => return Err(Refusal::fail(format!("no such cluster node '{target}'"))),
            Some(node) if !node.online => return Err(Refusal::fail(format!("target node '{target}' not online"))),
            Some(_) => {}
        }
        check_lock(&guest)?;
        check_root_only(given, &["force", "migration_type", "migration_network"])?;
        if guest.running.is_some() {
            match kind {
                Kind::Qemu if !flag("online") => {
                    return Err(Refusal::fail("can't migrate running VM without --online"));
                }
                Kind::Lxc if !flag("restart") => {
                    return Err(Refusal::fail("lxc live migration is currently not implemented"));
                }
                _ => {}
            }
        }
        self.guest_mut(vmid)?.config.insert("lock".to_owned(), "migrate".to_owned());
        // Local disks of a guest that is off go along by themselves.
        let disks = flag("with-local-disks") || guest.running.is_none() || kind == Kind::Lxc;
        let task = if kind == Kind::Qemu { "qmigrate" } else { "vzmigrate" };
        let work = Work::Migrate { vmid, target, disks, restart: flag("restart") };
        Ok(self.fork(&guest.node, task, &vmid.to_string(), &[], work))
    }

    /// What stands in the way of a migration.
    pub fn can_migrate(&self, names: &Options) -> Given {
        let (_, guest) = self.at(names, Kind::Qemu)?;
        let others = self.pve.nodes.keys().filter(|node| **node != guest.node);
        let local = volumes(guest).into_iter().filter(|(_, id)| {
            let storage = id.split(':').next().unwrap_or_default();
            !self.pve.storages.get(storage).is_some_and(|storage| storage.shared)
        });
        let local: Vec<Value> = local.map(|(name, id)| {
            let size = self.volume(&id, &guest.node).map_or(0, |volume| volume.size);
            json!({ "drivename": name, "volid": id, "size": size, "cdrom": 0, "is_unused": i32::from(name.starts_with("unused")), "is_vmstate": 0, "is_attached": 1, "shared": 0, "replicate": 1, "referenced_in_config": 1 })
        }).collect();
        Ok(json!({
            "running": guest.running.is_some(),
            "allowed_nodes": others.collect::<Vec<_>>(),
            "local_disks": local,
            "local_resources": [],
            "mapped-resources": [],
            "mapped-resource-info": {},
            "has-dbus-vmstate": false,
        }))
    }

    pub fn template(&mut self, names: &Options, kind: Kind) -> Given {
        let (vmid, guest) = self.at(names, kind)?;
        let node = guest.node.clone();
        check_lock(guest)?;
        if guest.is_template() {
            return Err(Refusal::fail("you can't convert a template to a template"));
        }
        if guest.running.is_some() {
            let short = kind.short();
            return Err(Refusal::fail(format!("you can't convert a {short} to template if {short} is running")));
        }
        let task = if kind == Kind::Qemu { "qmtemplate" } else { "vztemplate" };
        let data = self.fork(&node, task, &vmid.to_string(), &[], Work::Template { vmid });
        // Of containers the call says nothing.
        Ok(if kind == Kind::Qemu { data } else { Value::Null })
    }
}

fn container_defaults(options: &mut Options, given: &Options) {
    let template = given.get("ostemplate").map(String::as_str).unwrap_or_default();
    let known = ["debian", "ubuntu", "alpine", "fedora", "centos", "archlinux", "opensuse"];
    let system = known.iter().find(|name| template.contains(**name)).unwrap_or(&"unmanaged");
    let storage = given.get("storage").map(String::as_str).unwrap_or("local-lvm");
    let rootfs = format!("{storage}:4");
    let defaults = [
        ("ostype", *system),
        ("arch", "amd64"),
        ("memory", "512"),
        ("swap", "512"),
        ("unprivileged", "1"),
        ("rootfs", &rootfs),
    ];
    for (name, value) in defaults {
        options.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
}

fn clone_log(source: &Guest, vmid: u32) -> Vec<String> {
    let drives =
        source.config.iter().filter(|(name, text)| is_drive(source.kind, name) && !Props::drive(text).is_cdrom());
    let line = |(name, text): (&String, &String)| {
        let props = Props::drive(text);
        let bytes = props.get("size").and_then(size).map(print_size).unwrap_or_default();
        format!("create clone of drive {name} ({}) for {vmid} {bytes}", props.head)
    };
    drives.map(line).collect()
}
