//! Storages: what is on them, files fetched from elsewhere, and volumes that nobody has any more.

use super::cluster::Cluster;
use super::errors::{Given, Refusal};
use super::model::{Options, Storage, Volume, Work};
use serde_json::{Value, json};

/// What a file that is fetched is taken to be long.
const FETCHED: u64 = 400 << 20;

impl Cluster<'_> {
    pub fn storages(&self, names: &Options, given: &Options) -> Given {
        let node = self.node(names)?;
        let fits = |(name, storage): &(&String, &Storage)| {
            let wanted = |key: &str| given.get(key).map(String::as_str);
            wanted("storage").is_none_or(|one| one == name.as_str())
                && wanted("content")
                    .is_none_or(|list| storage.content.iter().any(|one| list.split(',').any(|it| it == one)))
        };
        let row = |(name, storage): (&String, &Storage)| {
            let used = self.used(name, &node);
            json!({
                "storage": name, "type": storage.kind, "content": storage.content.join(","), "shared": i32::from(storage.shared),
                "active": 1, "enabled": 1, "total": storage.size, "used": used, "avail": storage.size - used.min(storage.size),
                "used_fraction": used as f64 / storage.size.max(1) as f64,
            })
        };
        Ok(self.pve.storages.iter().filter(fits).map(row).collect())
    }

    /// The storages of the cluster, as they are configured.
    pub fn all_storages(&self, given: &Options) -> Value {
        let fits = |(_, storage): &(&String, &Storage)| given.get("type").is_none_or(|kind| *kind == storage.kind);
        let row = |(name, storage): (&String, &Storage)| json!({ "storage": name, "type": storage.kind, "content": storage.content.join(","), "shared": i32::from(storage.shared), "digest": "0000000000000000000000000000000000000000" });
        self.pve.storages.iter().filter(fits).map(row).collect()
    }

    pub fn content(&self, names: &Options, given: &Options) -> Given {
        let (node, storage) = (self.node(names)?, names.get("storage").map(String::as_str).unwrap_or_default());
        self.storage(storage)?;
        let prefix = format!("{storage}:");
        let fits = |volume: &&Volume| {
            volume.id.starts_with(&prefix)
                && (volume.node == node || volume.node.is_empty())
                && given.get("content").is_none_or(|content| *content == volume.content)
                && given.get("vmid").is_none_or(|vmid| volume.vmid.is_some_and(|own| own.to_string() == *vmid))
        };
        Ok(self.pve.volumes.iter().filter(fits).map(volume_row).collect())
    }

    pub fn volume_info(&self, names: &Options) -> Given {
        let node = self.node(names)?;
        let id = volume_id(names);
        let volume = self.volume(&id, &node).ok_or_else(|| Refusal::fail(format!("volume '{id}' does not exist")))?;
        Ok(
            json!({ "path": format!("/var/lib/vz/{}", volume.id.replace(':', "/")), "size": volume.size, "used": volume.size, "format": volume.format }),
        )
    }

    pub fn delete_volume(&mut self, names: &Options) -> Given {
        let node = self.node(names)?;
        let id = volume_id(names);
        let volume = self.volume(&id, &node).ok_or_else(|| Refusal::fail(format!("volume '{id}' does not exist")))?;
        let owner = volume.vmid.filter(|vmid| self.pve.guests.contains_key(vmid));
        if let Some(vmid) = owner {
            let why = format!("cannot remove image, a guest with VMID '{vmid}' exists!");
            return Err(Refusal::fail(why));
        }
        if self.pve.volumes.iter().any(|other| other.parent.as_ref() == Some(&id)) {
            return Err(Refusal::fail(format!("base volume '{id}' is still in use by linked clones")));
        }
        let task = format!("Removing volume {id}");
        Ok(self.fork(&node, "imgdel", &id, &[task], Work::Delete { volume: id.clone(), node: node.clone() }))
    }

    pub fn download(&mut self, names: &Options, given: &Options) -> Given {
        let (node, storage) = (self.node(names)?, names.get("storage").cloned().unwrap_or_default());
        let text = |key: &str| given.get(key).map(String::as_str).unwrap_or_default();
        let known = self.storage(&storage)?;
        let content = text("content").to_owned();
        if !known.content.contains(&content) {
            return Err(Refusal::fail(format!("storage '{storage}' is not configured for content-type '{content}'")));
        }
        let name = normal_name(text("filename"));
        let fits = match content.as_str() {
            "iso" => name.ends_with(".iso") || name.ends_with(".img"),
            "vztmpl" => [".tar.gz", ".tar.xz", ".tar.zst", ".tar.bz2"].iter().any(|end| name.ends_with(end)),
            _ => [".ova", ".qcow2", ".raw", ".vmdk"].iter().any(|end| name.ends_with(end)),
        };
        if !fits {
            return Err(Refusal::parameter("filename", "wrong file extension"));
        }
        let id = format!("{storage}:{content}/{name}");
        let pending =
            self.pve.tasks.iter().any(|task| task.exit.is_none() && task.kind == "download" && task.id == name);
        if self.volume(&id, &node).is_some() || pending {
            return Err(Refusal::fail(format!("refusing to override existing file '{name}'")));
        }
        let format = name.rsplit('.').next().filter(|end| *end != "img").unwrap_or("iso").to_owned();
        let volume = Volume {
            id,
            node: if known.shared { String::new() } else { node.clone() },
            content,
            format: if text("content") == "vztmpl" { format!("t{format}") } else { format },
            size: FETCHED,
            vmid: None,
            parent: None,
            made: self.clock.shown() as u64,
        };
        let log = [format!("downloading {} to /var/lib/vz/template/{name}", text("url"))];
        Ok(self.fork(&node, "download", &name, &log, Work::Download { storage, volume: Box::new(volume) }))
    }
}

/// A path names a volume in full, or without its storage.
fn volume_id(names: &Options) -> String {
    let volume = names.get("volume").map(String::as_str).unwrap_or_default();
    let storage = names.get("storage").map(String::as_str).unwrap_or_default();
    if volume.contains(':') { volume.to_owned() } else { format!("{storage}:{volume}") }
}

/// A file's name without what does not belong into one.
fn normal_name(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or_default().trim_start_matches('.');
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect()
}

fn volume_row(volume: &Volume) -> Value {
    let mut row = json!({
        "volid": volume.id, "content": volume.content, "format": volume.format, "size": volume.size, "ctime": volume.made,
    });
    if let Some(vmid) = volume.vmid {
        row["vmid"] = vmid.into();
    }
    if let Some(parent) = &volume.parent {
        row["parent"] = parent.split(':').nth(1).into();
    }
    row
}
