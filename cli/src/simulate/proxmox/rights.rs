//! Which privileges a call needs, and where: any one of those that are listed for a path.

use super::config::kind_of;
use super::disks::is_drive;
use super::model::{Kind, Options};

type Needed = Vec<(String, Vec<&'static str>)>;

pub fn needed(method: &str, path: &str, names: &Options, given: &Options) -> Needed {
    let name = |key: &str| names.get(key).or(given.get(key)).map(String::as_str).unwrap_or_default();
    let guest = |vmid: &str| format!("/vms/{vmid}");
    let one = |path: String, privilege: &'static str| vec![(path, vec![privilege])];
    let rest = path.strip_prefix("/nodes/{node}").unwrap_or(path);
    let kind = if rest.starts_with("/lxc") { Kind::Lxc } else { Kind::Qemu };
    // What is asked of one guest; tasks and storages have words of their own.
    let of_guest = rest.starts_with("/qemu/") || rest.starts_with("/lxc/");
    let part = rest.split('/').nth(3).filter(|_| of_guest).unwrap_or_default();
    match (method, rest) {
        ("POST", "/qemu" | "/lxc") => {
            let mut all = one(place(guest(name("vmid")), given), "VM.Allocate");
            all.extend(storages(kind, given));
            all
        }
        ("POST", path) if path.ends_with("/clone") => {
            [one(guest(name("vmid")), "VM.Clone"), one(place(guest(name("newid")), given), "VM.Allocate")].concat()
        }
        ("DELETE", "/qemu/{vmid}" | "/lxc/{vmid}") => one(guest(name("vmid")), "VM.Allocate"),
        ("POST" | "PUT", _) if part == "config" => options(kind, &guest(name("vmid")), given),
        ("PUT", _) if part == "resize" => one(guest(name("vmid")), "VM.Config.Disk"),
        ("POST", _) if part == "status" => one(guest(name("vmid")), "VM.PowerMgmt"),
        ("POST", _) if part == "migrate" => one(guest(name("vmid")), "VM.Migrate"),
        ("POST", _) if part == "template" => one(guest(name("vmid")), "VM.Allocate"),
        ("GET", _) if ["config", "pending", "status"].contains(&part) => one(guest(name("vmid")), "VM.Audit"),
        ("POST" | "PUT" | "DELETE", path) if path.starts_with("/pools") => {
            one(format!("/pool/{}", name("poolid")), "Pool.Allocate")
        }
        ("PUT", "/cluster/options" | "/cluster/firewall/options") => one("/".to_owned(), "Sys.Modify"),
        ("PUT", _) if part == "cloudinit" => one(guest(name("vmid")), "VM.Config.Cloudinit"),
        ("PUT", _) if part == "unlink" => one(guest(name("vmid")), "VM.Config.Disk"),
        ("POST" | "PUT" | "DELETE", path) if path.starts_with("/cluster/ha") => one("/".to_owned(), "Sys.Console"),
        ("POST", path) if path.ends_with("/download-url") => vec![
            (format!("/storage/{}", name("storage")), vec!["Datastore.AllocateTemplate"]),
            (format!("/nodes/{}", name("node")), vec!["Sys.AccessNetwork", "Sys.Modify"]),
        ],
        ("DELETE", path) if path.starts_with("/storage") => {
            one(format!("/storage/{}", name("storage")), "Datastore.Allocate")
        }
        _ => Needed::new(),
    }
}

/// Where a new guest needs a right: in the pool that it is put into, or where it will be.
fn place(guest: String, given: &Options) -> String {
    given.get("pool").map_or(guest, |pool| format!("/pool/{pool}"))
}

/// Room on the storages that new disks lie on.
fn storages(kind: Kind, given: &Options) -> Needed {
    let drives = given.iter().filter(|(name, _)| is_drive(kind, name));
    let names = drives.filter_map(|(_, text)| text.split(',').next()?.split_once(':').map(|(storage, _)| storage));
    names
        .filter(|name| !name.starts_with('/'))
        .map(|name| (format!("/storage/{name}"), vec!["Datastore.AllocateSpace"]))
        .collect()
}

/// Each option has a privilege of its theme.
fn options(kind: Kind, path: &str, given: &Options) -> Needed {
    let deleted = given.get("delete").map(|text| super::formats::items(text)).unwrap_or_default();
    let changed = given.keys().map(String::as_str).filter(|name| kind_of(kind, name).is_some());
    let mut all: Needed = changed.chain(deleted).map(|name| (path.to_owned(), privileges(kind, name))).collect();
    all.extend(storages(kind, given));
    all.sort();
    all.dedup();
    all
}

fn privileges(kind: Kind, name: &str) -> Vec<&'static str> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match stem {
        _ if is_drive(kind, name) || stem == "unused" => vec!["VM.Config.Disk", "VM.Config.CDROM"],
        "memory" | "balloon" | "shares" | "swap" => vec!["VM.Config.Memory"],
        "cores" | "sockets" | "cpu" | "cpulimit" | "cpuunits" | "vcpus" | "numa" => vec!["VM.Config.CPU"],
        "net" => vec!["VM.Config.Network"],
        "ciuser" | "cipassword" | "citype" | "sshkeys" | "cicustom" => vec!["VM.Config.Cloudinit", "VM.Config.Network"],
        "ipconfig" | "nameserver" | "searchdomain" | "hostname" => vec!["VM.Config.Cloudinit", "VM.Config.Network"],
        "bios" | "machine" | "scsihw" | "vga" | "serial" | "usb" | "hostpci" | "tablet" | "rng" | "audio" => {
            vec!["VM.Config.HWType"]
        }
        _ => vec!["VM.Config.Options"],
    }
}
