//! What tasks bring about, and what is put back of one that fails.

use super::cluster::{Cluster, check_lock};
use super::config::described;
use super::disks::{is_drive, volumes};
use super::model::{Change, Guest, Kind, Options, Work};
use super::props::Props;

impl Cluster<'_> {
    pub fn carry_out(&mut self, work: &Work) -> Result<(), String> {
        match work {
            Work::Nothing => Ok(()),
            Work::Create { vmid, options, pool, start, ha, .. } => {
                self.finish_create(*vmid, options, pool.as_ref())?;
                if *ha {
                    let sid = self.guest(*vmid)?.kind.sid(*vmid);
                    let state = Options::from([("state".to_owned(), "started".to_owned())]);
                    self.pve.ha.insert(sid, state);
                }
                if *start { self.power_on(*vmid) } else { Ok(()) }
            }
            Work::Clone { from, vmid, full, target, options } => {
                self.finish_clone(*from, *vmid, *full, target, options)
            }
            Work::Change { vmid, change } => self.apply(*vmid, change),
            Work::Resize { vmid, disk, size } => self.grow(*vmid, disk, *size),
            Work::Start { vmid } => self.power_on(*vmid),
            Work::Stop { vmid, gently, force } => self.power_off(*vmid, *gently, *force),
            Work::Reboot { vmid } => self.restart(*vmid),
            Work::Destroy { vmid, purge, force, unreferenced } => {
                self.finish_destroy(*vmid, *purge, *force, *unreferenced)
            }
            Work::Migrate { vmid, target, disks, .. } => self.finish_migrate(*vmid, target, *disks),
            Work::Template { vmid } => self.finish_template(*vmid),
            Work::Download { storage, volume } => {
                let known = self.storage(storage)?;
                if self.used(storage, &volume.node) + volume.size > known.size {
                    return Err("download failed: No space left on device".to_owned());
                }
                self.pve.volumes.push((**volume).clone());
                Ok(())
            }
            Work::Delete { volume, node } => {
                self.free(volume, node);
                Ok(())
            }
        }
    }

    /// A node frees what a failed task had made, and unlocks what it worked on.
    pub fn undo(&mut self, work: &Work) {
        match work {
            Work::Create { vmid, .. } | Work::Clone { vmid, .. } => {
                let half = |guest: &Guest| matches!(guest.option("lock"), Some("create" | "clone"));
                if self.pve.guests.get(vmid).is_some_and(half) {
                    self.pve.guests.remove(vmid);
                }
            }
            Work::Migrate { vmid, .. } => {
                if let Some(guest) = self.pve.guests.get_mut(vmid) {
                    guest.config.remove("lock");
                }
            }
            _ => {}
        }
    }

    fn finish_create(&mut self, vmid: u32, options: &Options, pool: Option<&String>) -> Result<(), String> {
        let short = self.guest(vmid)?.kind.short();
        let failed = |why: String| format!("unable to create {short} {vmid} - {why}");
        self.guest_mut(vmid)?.config.clear();
        for (name, value) in options {
            let kept = self.kept(vmid, name, value).map_err(failed)?;
            self.guest_mut(vmid)?.config.insert(name.clone(), kept);
        }
        if self.guest(vmid)?.kind == Kind::Qemu {
            self.identify(vmid, false)?;
        }
        self.join_pool(vmid, pool);
        Ok(())
    }

    /// What tells a machine from all others is made up, where nobody chose it; at a clone, in any case.
    fn identify(&mut self, vmid: u32, anew: bool) -> Result<(), String> {
        let (uuid, generation, meta) = (self.uuid(), self.uuid(), self.meta());
        let config = &mut self.guest_mut(vmid)?.config;
        let mut smbios = Props::read(config.get("smbios1").map(String::as_str).unwrap_or_default(), &[]);
        if anew || smbios.get("uuid").is_none() {
            smbios.set("uuid", &uuid);
        }
        config.insert("smbios1".to_owned(), smbios.write());
        // A clone has one of its own only where the original had one.
        if !anew && !config.contains_key("vmgenid") || anew && config.contains_key("vmgenid") {
            config.insert("vmgenid".to_owned(), generation);
        }
        config.insert("meta".to_owned(), meta);
        Ok(())
    }

    fn join_pool(&mut self, vmid: u32, pool: Option<&String>) {
        if let Some(pool) = pool.and_then(|name| self.pve.pools.get_mut(name)) {
            pool.guests.insert(vmid);
        }
    }

    fn finish_clone(&mut self, from: u32, vmid: u32, full: bool, target: &str, given: &Options) -> Result<(), String> {
        let failed = |why: String| format!("clone failed: {why}");
        let source = self.guest(from).map_err(failed)?.clone();
        let mut config = Options::new();
        for (name, value) in &source.config {
            let skipped =
                name.starts_with("unused") || ["template", "lock", "parent", "digest"].contains(&name.as_str());
            if !skipped {
                let copied = self.cloned(&source, vmid, name, value, full, target, given).map_err(failed)?;
                config.insert(name.clone(), copied);
            }
        }
        let name_key = if source.kind == Kind::Qemu { "name" } else { "hostname" };
        let own = source.option(name_key).map_or_else(|| from.to_string(), str::to_owned);
        let default = if source.kind == Kind::Qemu { format!("Copy-of-VM-{own}") } else { format!("Copy-of-CT-{own}") };
        config.insert(name_key.to_owned(), given.get(name_key).cloned().unwrap_or(default));
        if let Some(text) = given.get("description").filter(|text| !text.is_empty()) {
            config.insert("description".to_owned(), described(text));
        }
        let guest = self.guest_mut(vmid)?;
        guest.config = config;
        guest.node = target.to_owned();
        if source.kind == Kind::Qemu {
            self.identify(vmid, true)?;
        }
        self.join_pool(vmid, given.get("pool"));
        Ok(())
    }

    /// One option of the original as the clone has it.
    #[expect(clippy::too_many_arguments, reason = "all of the call's facts")]
    fn cloned(
        &mut self,
        source: &Guest,
        vmid: u32,
        name: &str,
        value: &str,
        full: bool,
        target: &str,
        given: &Options,
    ) -> Result<String, String> {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let mut props = Props::drive(value);
        if stem == "net" {
            return Ok(self.readdressed(source.kind, value));
        }
        if !is_drive(source.kind, name) || !props.head.contains(':') || props.is_cdrom() && !props.is_cloudinit() {
            return Ok(value.to_owned());
        }
        let own = props.head.split(':').next().unwrap_or_default().to_owned();
        let storage = given.get("storage").unwrap_or(&own).clone();
        if props.is_cloudinit() {
            return self.drive(
                vmid,
                &Guest { node: target.to_owned(), ..source.clone() },
                name,
                &format!("{storage}:cloudinit"),
            );
        }
        let whole = full.then_some(storage.as_str());
        props.head = self.copy(&props.head, &source.node, target, vmid, source.kind, whole)?;
        Ok(props.write())
    }

    fn readdressed(&mut self, kind: Kind, value: &str) -> String {
        let address = self.address();
        let mut props = Props::read(value, &[]);
        if kind == Kind::Lxc {
            let name = props.remove("name").unwrap_or_default();
            props.set("hwaddr", &address);
            props.head = format!("name={name}");
            return props.write();
        }
        let model = super::props::MODELS.iter().find(|model| props.get(model).is_some());
        let model = model.copied().unwrap_or("virtio");
        props.remove(model);
        props.head = format!("{model}={address}");
        props.write()
    }

    fn finish_destroy(&mut self, vmid: u32, purge: bool, force: bool, unreferenced: bool) -> Result<(), String> {
        let guest = self.guest(vmid)?.clone();
        check_lock(&guest)?;
        if guest.running.is_some() && !force {
            return Err(format!("{} {vmid} is running - destroy failed", guest.kind.short()));
        }
        let own = volumes(&guest);
        for (_, id) in &own {
            if self.pve.volumes.iter().any(|volume| volume.parent.as_ref() == Some(id)) {
                return Err(format!("base volume '{id}' is still in use by linked clones"));
            }
        }
        for (_, id) in &own {
            if self.volume(id, &guest.node).is_some_and(|volume| volume.vmid == Some(vmid)) {
                self.free(id, &guest.node);
            }
        }
        if unreferenced {
            self.pve.volumes.retain(|volume| volume.vmid != Some(vmid) || volume.node != guest.node);
        }
        if purge {
            self.pve.ha.remove(&guest.kind.sid(vmid));
        }
        for pool in self.pve.pools.values_mut() {
            pool.guests.remove(&vmid);
        }
        self.pve.guests.remove(&vmid);
        Ok(())
    }

    fn finish_migrate(&mut self, vmid: u32, target: &str, disks: bool) -> Result<(), String> {
        let guest = self.guest(vmid)?.clone();
        for (_, id) in volumes(&guest) {
            let storage = id.split(':').next().unwrap_or_default();
            if self.storage(storage)?.shared {
                continue;
            }
            if !disks {
                return Err(format!("can't migrate local disk '{id}': please enable with-local-disks"));
            }
            if self.volume(&id, target).is_some() {
                return Err(format!("volume '{id}' already exists on node '{target}'"));
            }
            let mine = |volume: &&mut super::model::Volume| volume.id == id && volume.node == guest.node;
            if let Some(volume) = self.pve.volumes.iter_mut().find(mine) {
                volume.node = target.to_owned();
                volume.parent = None;
            }
        }
        let guest = self.guest_mut(vmid)?;
        guest.node = target.to_owned();
        guest.config.remove("lock");
        Ok(())
    }

    fn finish_template(&mut self, vmid: u32) -> Result<(), String> {
        let guest = self.guest(vmid)?.clone();
        let mut set = Options::new();
        for (name, value) in guest.config.iter().filter(|(name, _)| is_drive(guest.kind, name)) {
            let mut props = Props::drive(value);
            let based = props.head.replacen("vm-", "base-", 1);
            if props.is_cdrom() || based == props.head {
                continue;
            }
            let mine = |volume: &&mut super::model::Volume| volume.id == props.head;
            if let Some(volume) = self.pve.volumes.iter_mut().find(mine) {
                volume.id.clone_from(&based);
            }
            props.head = based;
            set.insert(name.clone(), props.write());
        }
        set.insert("template".to_owned(), "1".to_owned());
        self.guest_mut(vmid)?.config.extend(set);
        Ok(())
    }

    /// A change that is carried out at once, without a task.
    pub fn change_now(&mut self, vmid: u32, change: &Change) -> Result<(), String> {
        let before = self.pve.clone();
        self.apply(vmid, change).inspect_err(|_| *self.pve = before)
    }
}
