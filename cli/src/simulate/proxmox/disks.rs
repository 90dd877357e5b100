//! Volumes: made, grown, copied and freed as the options of guests ask.

use super::cluster::Cluster;
use super::model::{Guest, Kind, Options, Storage, Volume};
use super::props::{Props, print_size, size};

/// Whether an option of a guest is a disk, or may be a cd drive.
pub fn is_drive(kind: Kind, name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = stem.len() < name.len();
    match kind {
        Kind::Qemu => {
            numbered && ["scsi", "virtio", "sata", "ide"].contains(&stem) || name == "efidisk0" || name == "tpmstate0"
        }
        Kind::Lxc => numbered && stem == "mp" || name == "rootfs",
    }
}

impl Cluster<'_> {
    pub fn storage(&self, name: &str) -> Result<&Storage, String> {
        self.pve.storages.get(name).ok_or_else(|| format!("storage '{name}' does not exist"))
    }

    /// The volume of this name as a node sees it.
    pub fn volume(&self, id: &str, node: &str) -> Option<&Volume> {
        self.pve.volumes.iter().find(|volume| volume.id == id && (volume.node == node || volume.node.is_empty()))
    }

    /// Whether there is room and a right kind of storage, before any work is begun.
    pub fn check_drive(&self, guest: Kind, text: &str, fallback: Option<&String>) -> Result<(), String> {
        let props = Props::drive(text);
        let Some((storage, _)) = props.head.split_once(':').filter(|_| !props.head.starts_with('/')) else {
            return match fallback {
                Some(storage) => self.storage(storage).map(|_| ()),
                None => Ok(()),
            };
        };
        let content = if guest == Kind::Lxc { "rootdir" } else { "images" };
        let known = self.storage(storage)?;
        let fits = props.is_cdrom() && !props.is_cloudinit() || known.content.iter().any(|one| one == content);
        if fits { Ok(()) } else { Err(format!("storage '{storage}' does not support content-type '{content}'")) }
    }

    /// Makes what a drive's text asks for: a volume of a size, one from another, or the one that is named.
    /// Gives the text that is kept.
    pub fn drive(&mut self, vmid: u32, owner: &Guest, name: &str, text: &str) -> Result<String, String> {
        let mut props = Props::drive(text);
        let node = owner.node.clone();
        if props.head.is_empty() || props.head == "none" || props.head == "cdrom" || props.head.starts_with('/') {
            return Ok(props.write());
        }
        let (storage, rest) =
            props.head.split_once(':').ok_or_else(|| format!("unable to parse volume ID '{}'", props.head))?;
        let (storage, rest) = (storage.to_owned(), rest.to_owned());
        if rest == "cloudinit" {
            props.head = self.cloudinit(vmid, &storage, &node)?;
            props.set("media", "cdrom");
        } else if let Some(source) = props.remove("import-from") {
            let source = self.volume(&source, &node).ok_or_else(|| format!("no such volume '{source}'"))?.clone();
            props.head = self.allocate(vmid, owner.kind, &storage, &node, source.size)?;
            props.set("size", &print_size(source.size));
        } else if let Ok(gigabytes) = rest.parse::<f64>() {
            let bytes = match name {
                "efidisk0" if props.get("efitype") == Some("4m") => 528 << 10,
                "efidisk0" => 128 << 10,
                "tpmstate0" => 4 << 20,
                _ if gigabytes > 0.0 => (gigabytes * f64::from(1 << 30)) as u64,
                _ => return Err(format!("volume size must be larger than 0: '{}'", props.head)),
            };
            props.head = self.allocate(vmid, owner.kind, &storage, &node, bytes)?;
            props.remove("format");
            props.set("size", &print_size(bytes));
        } else {
            let found = self.volume(&props.head, &node);
            let volume = found.ok_or_else(|| format!("no such volume '{}'", props.head))?;
            if !props.is_cdrom() {
                props.set("size", &print_size(volume.size));
            }
        }
        Ok(props.write())
    }

    fn cloudinit(&mut self, vmid: u32, storage: &str, node: &str) -> Result<String, String> {
        let id = if self.storage(storage)?.kind == "dir" {
            format!("{storage}:{vmid}/vm-{vmid}-cloudinit.qcow2")
        } else {
            format!("{storage}:vm-{vmid}-cloudinit")
        };
        if self.volume(&id, node).is_none() {
            self.add_volume(storage, node, &id, 4 << 20, Some(vmid), None)?;
        }
        Ok(id)
    }

    /// A new volume of a guest, with the first name that is free.
    pub fn allocate(&mut self, vmid: u32, kind: Kind, storage: &str, node: &str, size: u64) -> Result<String, String> {
        let id = self.free_name(vmid, kind, storage, node)?;
        self.add_volume(storage, node, &id, size, Some(vmid), None)?;
        Ok(id)
    }

    fn free_name(&self, vmid: u32, kind: Kind, storage: &str, node: &str) -> Result<String, String> {
        let folder = ["dir", "nfs", "cifs", "btrfs", "cephfs"].contains(&self.storage(storage)?.kind.as_str());
        let file = |number: u32| match (folder, kind) {
            (true, _) => format!("{storage}:{vmid}/vm-{vmid}-disk-{number}.raw"),
            (false, _) => format!("{storage}:vm-{vmid}-disk-{number}"),
        };
        let free = (0..).map(file).find(|id| self.volume(id, node).is_none());
        free.ok_or_else(|| "unable to allocate an image name".to_owned())
    }

    fn add_volume(
        &mut self,
        storage: &str,
        node: &str,
        id: &str,
        size: u64,
        vmid: Option<u32>,
        parent: Option<String>,
    ) -> Result<(), String> {
        let known = self.storage(storage)?.clone();
        let needed = if parent.is_some() { 0 } else { size };
        if self.used(storage, node) + needed > known.size {
            return Err(no_room(&known.kind, id));
        }
        let content = if known.content.iter().any(|one| one == "images") { "images" } else { "rootdir" };
        self.pve.volumes.push(Volume {
            id: id.to_owned(),
            node: if known.shared { String::new() } else { node.to_owned() },
            content: content.to_owned(),
            format: "raw".to_owned(),
            size,
            vmid,
            parent,
            made: self.clock.shown() as u64,
        });
        Ok(())
    }

    /// Bytes that are taken on a storage. What is shared with a parent is not counted again.
    pub fn used(&self, storage: &str, node: &str) -> u64 {
        let prefix = format!("{storage}:");
        let here = |volume: &&Volume| {
            volume.id.starts_with(&prefix) && (volume.node == node || volume.node.is_empty()) && volume.parent.is_none()
        };
        self.pve.volumes.iter().filter(here).map(|volume| volume.size).sum()
    }

    /// A copy of a volume for another guest: as a whole, or one that shares what it does not change.
    pub fn copy(
        &mut self,
        id: &str,
        from: &str,
        to: &str,
        vmid: u32,
        kind: Kind,
        full: Option<&str>,
    ) -> Result<String, String> {
        let source = self.volume(id, from).ok_or_else(|| format!("no such volume '{id}'"))?.clone();
        let own = id.split(':').next().unwrap_or_default();
        let storage = full.unwrap_or(own).to_owned();
        let name = self.free_name(vmid, kind, &storage, to)?;
        let parent = full.is_none().then(|| id.to_owned());
        self.add_volume(&storage, to, &name, source.size, Some(vmid), parent)?;
        Ok(name)
    }

    pub fn free(&mut self, id: &str, node: &str) {
        self.pve.volumes.retain(|volume| volume.id != id || !(volume.node == node || volume.node.is_empty()));
    }

    /// Grows a disk to a size.
    pub fn grow(&mut self, vmid: u32, disk: &str, bytes: u64) -> Result<(), String> {
        let guest = self.guest(vmid)?.clone();
        let text = guest.option(disk).ok_or_else(|| format!("disk '{disk}' does not exist"))?;
        let mut props = Props::drive(text);
        let storage = props.head.split(':').next().unwrap_or_default().to_owned();
        let before = self.volume(&props.head, &guest.node).map_or(0, |volume| volume.size);
        if self.used(&storage, &guest.node) + bytes.saturating_sub(before) > self.storage(&storage)?.size {
            return Err(no_room(&self.storage(&storage)?.kind, &props.head));
        }
        let id = props.head.clone();
        let mine = |volume: &&mut Volume| volume.id == id && (volume.node == guest.node || volume.node.is_empty());
        if let Some(volume) = self.pve.volumes.iter_mut().find(mine) {
            volume.size = bytes;
        }
        props.set("size", &print_size(bytes));
        self.guest_mut(vmid)?.config.insert(disk.to_owned(), props.write());
        Ok(())
    }
}

fn no_room(kind: &str, id: &str) -> String {
    let name = id.split(':').nth(1).unwrap_or(id);
    match kind {
        "dir" => format!("unable to create image: 'local-file' - No space left on device ({name})"),
        _ => format!(
            "lvcreate 'pve/{name}' error:   Cannot create new thin volume, free space in thin pool pve/data reached threshold."
        ),
    }
}

/// The size a resize asks for, given what it is: absolute, or so much more.
pub fn wanted_size(text: &str, before: u64) -> Option<u64> {
    match text.strip_prefix('+') {
        Some(more) => Some(before + size(more)?),
        None => size(text),
    }
}

/// The volumes that a guest's options name, by option.
pub fn volumes(guest: &Guest) -> Vec<(String, String)> {
    let named = |options: &Options| -> Vec<(String, String)> {
        let drives = options.iter().filter(|(name, _)| is_drive(guest.kind, name) || name.starts_with("unused"));
        drives
            .map(|(name, text)| (name.clone(), Props::drive(text)))
            .filter(|(_, props)| props.head.contains(':'))
            .filter(|(_, props)| !props.is_cdrom() || props.is_cloudinit())
            .map(|(name, props)| (name, props.head))
            .collect()
    };
    [named(&guest.config), named(&guest.pending)].concat()
}
