//! The cluster as a whole: its nodes, all that is on them, the next number that is free, and what a token may do.

use super::cluster::Cluster;
use super::errors::{Given, Refusal};
use super::model::{Guest, Node, Options};
use super::power::{cores, memory, name, root_size};
use serde_json::{Map, Value, json};

/// The privileges that there are for what is served here.
const PRIVILEGES: [&str; 28] = [
    "Datastore.Allocate",
    "Datastore.AllocateSpace",
    "Datastore.AllocateTemplate",
    "Datastore.Audit",
    "Pool.Allocate",
    "Pool.Audit",
    "SDN.Audit",
    "SDN.Use",
    "Sys.AccessNetwork",
    "Sys.Audit",
    "Sys.Console",
    "Sys.Modify",
    "VM.Allocate",
    "VM.Audit",
    "VM.Backup",
    "VM.Clone",
    "VM.Config.CDROM",
    "VM.Config.CPU",
    "VM.Config.Cloudinit",
    "VM.Config.Disk",
    "VM.Config.HWType",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Console",
    "VM.Migrate",
    "VM.PowerMgmt",
    "VM.Snapshot",
];

impl Cluster<'_> {
    pub fn version(&self) -> Value {
        let release = self.pve.version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        json!({ "version": self.pve.version, "release": release, "repoid": "2f3c5a9d1b7e4c60" })
    }

    pub fn nodes(&self) -> Value {
        let row = |(name, node): (&String, &Node)| json!({ "node": name, "id": format!("node/{name}"), "type": "node", "status": status(node), "maxcpu": node.cores, "maxmem": node.memory, "level": "", "cpu": 0.01, "mem": node.memory / 4, "uptime": 86_400 });
        self.pve.nodes.iter().map(row).collect()
    }

    pub fn node_status(&self, names: &Options) -> Given {
        let name = self.node(names)?;
        let node = self.pve.nodes.get(&name).ok_or_else(|| Refusal::new(595, "No route to host"))?;
        Ok(json!({
            "uptime": 86_400,
            "cpu": 0.01,
            "wait": 0,
            "idle": 0,
            "loadavg": ["0.01", "0.02", "0.00"],
            "pveversion": format!("pve-manager/{}/2f3c5a9d1b7e4c60", self.pve.version),
            "kversion": "Linux 6.17.2-1-pve",
            "memory": { "total": node.memory, "used": node.memory / 4, "free": node.memory / 4 * 3, "available": node.memory / 4 * 3 },
            "cpuinfo": { "cpus": node.cores, "cores": node.cores, "sockets": 1, "model": "simulated", "mhz": "2400.000", "hvm": "1", "user_hz": 100, "flags": "" },
            "rootfs": { "total": 100_u64 << 30, "used": 10_u64 << 30, "free": 90_u64 << 30, "avail": 90_u64 << 30 },
            "boot-info": { "mode": "efi", "secureboot": 0 },
            "current-kernel": { "sysname": "Linux", "release": "6.17.2-1-pve", "version": "#1 SMP", "machine": "x86_64" },
        }))
    }

    pub fn cluster_status(&self) -> Value {
        let count = self.pve.nodes.len();
        let cluster =
            json!({ "id": "cluster", "type": "cluster", "name": "home", "nodes": count, "quorate": 1, "version": 1 });
        let row = |(at, (name, node)): (usize, (&String, &Node))| json!({ "id": format!("node/{name}"), "type": "node", "name": name, "nodeid": at + 1, "online": i32::from(node.online), "local": i32::from(at == 0), "ip": format!("192.0.2.{}", at + 1), "level": "" });
        let nodes = self.pve.nodes.iter().enumerate().map(row);
        std::iter::once(cluster).chain(nodes).collect()
    }

    /// All there is, or what is of one type.
    pub fn resources(&self, given: &Options) -> Value {
        let wanted = given.get("type").map(String::as_str);
        let is_wanted = |kind: &str| wanted.is_none_or(|wanted| wanted == kind);
        let mut rows = Vec::new();
        if is_wanted("vm") {
            // What the one who asks may not look at is not there for it.
            let seen = self.pve.guests.iter().filter(|(vmid, _)| self.may(&format!("/vms/{vmid}"), "VM.Audit"));
            rows.extend(seen.map(|(vmid, guest)| self.guest_row(*vmid, guest)));
        }
        if is_wanted("node") {
            rows.extend(self.nodes().as_array().cloned().unwrap_or_default());
        }
        if is_wanted("storage") {
            rows.extend(self.storage_rows());
        }
        Value::Array(rows)
    }

    fn guest_row(&self, vmid: u32, guest: &Guest) -> Value {
        let online = self.pve.nodes.get(&guest.node).is_some_and(|node| node.online);
        let running = guest.running.is_some();
        let status = if !online {
            "unknown"
        } else if running {
            "running"
        } else {
            "stopped"
        };
        let memory = memory(guest);
        let mut row = json!({
            "id": format!("{}/{vmid}", guest.kind.name()),
            "type": guest.kind.name(),
            "vmid": vmid,
            "node": guest.node,
            "status": status,
            "template": i32::from(guest.is_template()),
        });
        if online {
            let uptime = guest.running.map_or(0, |since| (self.clock.time() - since).max(0.0) as u64);
            let more = json!({
                "name": name(vmid, guest), "maxcpu": cores(guest), "maxmem": memory, "maxdisk": root_size(guest),
                "cpu": 0, "mem": if running { memory / 4 } else { 0 }, "disk": 0, "uptime": uptime, "diskread": 0, "diskwrite": 0,
                "netin": 0, "netout": 0,
            });
            extend(&mut row, more);
        }
        let mut optional = vec![("pool", self.pool_of(vmid).cloned())];
        optional.extend(["tags", "lock"].map(|key| (key, guest.option(key).map(str::to_owned))));
        optional.push(("hastate", self.pve.ha.get(&guest.kind.sid(vmid)).map(ha_state)));
        for (key, value) in optional.into_iter().filter_map(|(key, value)| Some((key, value?))) {
            row[key] = value.into();
        }
        row
    }

    fn storage_rows(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for (name, storage) in &self.pve.storages {
            for (node, _) in self.pve.nodes.iter().filter(|(_, node)| node.online) {
                rows.push(json!({
                    "id": format!("storage/{node}/{name}"), "type": "storage", "storage": name, "node": node,
                    "status": "available", "content": storage.content.join(","), "plugintype": storage.kind,
                    "shared": i32::from(storage.shared), "maxdisk": storage.size, "disk": self.used(name, node),
                }));
            }
        }
        rows
    }

    pub fn next_id(&self, given: &Options) -> Given {
        if let Some(wanted) = given.get("vmid") {
            let taken = wanted.parse().is_ok_and(|vmid: u32| self.pve.guests.contains_key(&vmid));
            let why = format!("VM {wanted} already exists");
            return if taken {
                Err(Refusal::parameter("vmid", why))
            } else {
                Ok(wanted.parse::<u32>().unwrap_or(100).into())
            };
        }
        let free = (100..1_000_000).find(|vmid| !self.pve.guests.contains_key(vmid));
        free.map(Value::from).ok_or_else(|| Refusal::fail("unable to get any free VMID in range [100, 1000000]"))
    }

    /// What the one who asks may do, by path.
    pub fn permissions(&self, given: &Options) -> Value {
        let Some(token) = self.pve.tokens.get(&self.user) else { return json!({}) };
        let mut paths = Map::new();
        for (path, list) in &token.rights {
            if given.get("path").is_some_and(|wanted| !covers(path, wanted)) {
                continue;
            }
            let all = list.iter().any(|one| one == "*");
            let names = PRIVILEGES.iter().filter(|name| all || list.iter().any(|one| one == *name));
            let rights: Map<String, Value> = names.map(|name| ((*name).to_owned(), 1.into())).collect();
            paths.insert(given.get("path").unwrap_or(path).clone(), Value::Object(rights));
        }
        Value::Object(paths)
    }

    /// Whether the one who asks has a privilege at a path; of a guest, also by the pool that it is in.
    pub fn may(&self, path: &str, privilege: &str) -> bool {
        let vmid = path.strip_prefix("/vms/").and_then(|text| text.parse().ok());
        let pool = vmid.and_then(|vmid| self.pool_of(vmid)).map(|pool| format!("/pool/{pool}"));
        self.may_at(path, privilege) || pool.is_some_and(|pool| self.may_at(&pool, privilege))
    }

    fn may_at(&self, path: &str, privilege: &str) -> bool {
        let rights = self.pve.tokens.get(&self.user).map(|token| &token.rights);
        // The nearest path that says something says it all.
        let nearest = rights.into_iter().flatten().filter(|(at, _)| covers(at, path)).max_by_key(|(at, _)| at.len());
        nearest.is_some_and(|(_, list)| list.iter().any(|one| one == "*" || one == privilege))
    }
}

fn covers(at: &str, path: &str) -> bool {
    at == "/" || path == at || path.strip_prefix(at).is_some_and(|rest| rest.starts_with('/'))
}

fn status(node: &Node) -> &'static str {
    if node.online { "online" } else { "offline" }
}

fn ha_state(ha: &Options) -> String {
    ha.get("state").cloned().unwrap_or_else(|| "started".to_owned())
}

fn extend(row: &mut Value, more: Value) {
    if let (Value::Object(row), Value::Object(more)) = (row, more) {
        row.extend(more);
    }
}
