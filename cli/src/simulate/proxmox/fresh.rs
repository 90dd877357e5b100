//! The cluster that a fresh state has: three nodes, a template to clone from, and a machine of somebody else.

use super::model::{Guest, Kind, Node, Options, Pool, Proxmox, Storage, Token, Volume};
use std::collections::BTreeMap;

/// Who may do everything, and what is its secret. It opens nothing but this simulator.
pub const TOKEN: &str = "rzp@pve!plan";
pub const SECRET: &str = "5e0c3a52-7d1b-4f60-9a84-2c6d8f1e0b37";

const GIB: u64 = 1 << 30;

impl Default for Proxmox {
    fn default() -> Proxmox {
        cluster()
    }
}

fn cluster() -> Proxmox {
    let node = |memory| Node { online: true, cores: 16, memory };
    let listed = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    let local = Storage {
        kind: "dir".to_owned(),
        content: listed(&["iso", "vztmpl", "import", "snippets", "backup"]),
        size: 100 * GIB,
        shared: false,
    };
    let thin = Storage {
        kind: "lvmthin".to_owned(),
        content: listed(&["images", "rootdir"]),
        size: 4096 * GIB,
        shared: false,
    };
    Proxmox {
        version: "9.1.3".to_owned(),
        nodes: ["pve1", "pve2", "pve3"].map(|name| (name.to_owned(), node(128 * GIB))).into(),
        storages: BTreeMap::from([("local".to_owned(), local), ("local-lvm".to_owned(), thin)]),
        volumes: volumes(),
        guests: BTreeMap::from([(9000, template()), (100, router())]),
        pools: BTreeMap::from([("home".to_owned(), Pool::default())]),
        ha: BTreeMap::new(),
        documents: BTreeMap::new(),
        tokens: BTreeMap::from([(TOKEN.to_owned(), all_rights()), ("rzp@pve!audit".to_owned(), reading())]),
        tasks: Vec::new(),
    }
}

fn all_rights() -> Token {
    let rights = BTreeMap::from([("/".to_owned(), vec!["*".to_owned()])]);
    Token { secret: SECRET.to_owned(), rights, revoked: false }
}

/// A token that only looks.
fn reading() -> Token {
    let audits = ["Datastore.Audit", "Pool.Audit", "SDN.Audit", "Sys.Audit", "VM.Audit"];
    let rights = BTreeMap::from([("/".to_owned(), audits.map(str::to_owned).to_vec())]);
    Token { secret: "8b1f6c20-3e94-4d57-a0c2-71e5d9f4a613".to_owned(), rights, revoked: false }
}

fn volumes() -> Vec<Volume> {
    let volume = |id: &str, node: &str, content: &str, format: &str, size: u64, vmid: Option<u32>| Volume {
        id: id.to_owned(),
        node: node.to_owned(),
        content: content.to_owned(),
        format: format.to_owned(),
        size,
        vmid,
        parent: None,
        made: 1_760_000_000,
    };
    let template = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
    vec![
        volume("local-lvm:base-9000-disk-0", "pve1", "images", "raw", 8 * GIB, Some(9000)),
        volume("local-lvm:vm-9000-cloudinit", "pve1", "images", "raw", 4 << 20, Some(9000)),
        volume("local-lvm:vm-100-disk-0", "pve1", "images", "raw", 4 * GIB, Some(100)),
        volume(template, "pve1", "vztmpl", "tzst", 125 << 20, None),
        volume(template, "pve2", "vztmpl", "tzst", 125 << 20, None),
        volume(template, "pve3", "vztmpl", "tzst", 125 << 20, None),
    ]
}

fn guest(config: &[(&str, &str)]) -> Guest {
    Guest {
        kind: Kind::Qemu,
        node: "pve1".to_owned(),
        config: config.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        pending: Options::new(),
        removing: BTreeMap::new(),
        running: None,
        deaf: false,
    }
}

fn template() -> Guest {
    guest(&[
        ("agent", "1"),
        ("boot", "order=scsi0"),
        ("cores", "2"),
        ("cpu", "x86-64-v2-AES"),
        ("description", "Debian 13 with cloud-init"),
        ("ide2", "local-lvm:vm-9000-cloudinit,media=cdrom"),
        ("memory", "2048"),
        ("meta", "creation-qemu=10.1.2,ctime=1760000000"),
        ("name", "debian-13"),
        ("net0", "virtio=BC:24:11:90:00:00,bridge=vmbr0"),
        ("ostype", "l26"),
        ("scsi0", "local-lvm:base-9000-disk-0,discard=on,iothread=1,size=8G,ssd=1"),
        ("scsihw", "virtio-scsi-single"),
        ("serial0", "socket"),
        ("smbios1", "uuid=6a1f0c3e-90d2-4b57-8e41-0f2c7b9d5a11"),
        ("template", "1"),
        ("vmgenid", "1b2c9f70-4d3e-4a86-9c15-e08a7d6f2b44"),
    ])
}

/// Somebody else's: nothing that this project does may touch it.
fn router() -> Guest {
    let config = guest(&[
        ("boot", "order=scsi0"),
        ("cores", "2"),
        ("description", "OPNsense. Ask before you touch it."),
        ("memory", "4096"),
        ("meta", "creation-qemu=10.1.2,ctime=1750000000"),
        ("name", "router"),
        ("net0", "virtio=BC:24:11:01:00:00,bridge=vmbr0"),
        ("onboot", "1"),
        ("ostype", "other"),
        ("scsi0", "local-lvm:vm-100-disk-0,size=4G"),
        ("scsihw", "virtio-scsi-pci"),
        ("smbios1", "uuid=0d9b7e52-1c68-4f3a-b7a0-5e4d2c8f6190"),
    ]);
    Guest { running: Some(1_760_000_000.0), ..config }
}
