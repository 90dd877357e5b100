//! Pools, and what high availability looks after: the two lists that guests are put on.

use super::cluster::Cluster;
use super::errors::{Given, Refusal};
use super::formats::items;
use super::model::{Kind, Options, Pool};
use rzp_lang::calc::encode::to_hex;
use rzp_lang::calc::hash::{Algorithm, digest};
use serde_json::{Value, json};

/// What a resource is without its being said.
const HA_DEFAULTS: [(&str, &str); 1] = [("state", "started")];

impl Cluster<'_> {
    pub fn pools(&self, given: &Options) -> Given {
        let Some(wanted) = given.get("poolid") else {
            let row = |(name, pool): (&String, &Pool)| pool_row(name, pool);
            return Ok(self.pve.pools.iter().map(row).collect());
        };
        Ok(Value::Array(vec![self.pool(wanted, given)?]))
    }

    /// A pool with its members.
    pub fn pool(&self, name: &str, given: &Options) -> Given {
        let pool = self.pve.pools.get(name).ok_or_else(|| missing(name))?;
        let mut row = pool_row(name, pool);
        let kind = given.get("type").map(String::as_str);
        let all = self.resources(&Options::new());
        let is_member = |resource: &&Value| {
            let vmid = resource["vmid"].as_u64().and_then(|vmid| u32::try_from(vmid).ok());
            let storage = resource["storage"].as_str().unwrap_or_default();
            let member = vmid.is_some_and(|vmid| pool.guests.contains(&vmid)) || pool.storages.contains(storage);
            member && kind.is_none_or(|kind| resource["type"] == kind)
        };
        row["members"] = all.as_array().into_iter().flatten().filter(is_member).cloned().collect();
        Ok(row)
    }

    pub fn create_pool(&mut self, given: &Options) -> Given {
        let name = given.get("poolid").cloned().unwrap_or_default();
        if self.pve.pools.contains_key(&name) {
            return Err(Refusal::fail(format!("create pool failed: pool '{name}' already exists")));
        }
        if let Some((parent, _)) = name.rsplit_once('/')
            && !self.pve.pools.contains_key(parent)
        {
            return Err(Refusal::fail(format!(
                "create pool failed: parent '{parent}' of pool '{name}' does not exist"
            )));
        }
        self.pve.pools.insert(name, Pool { comment: given.get("comment").cloned(), ..Pool::default() });
        Ok(Value::Null)
    }

    pub fn update_pool(&mut self, name: &str, given: &Options) -> Given {
        let flag = |key: &str| given.get(key).is_some_and(|value| value == "1");
        let list = |key: &str| -> Vec<String> {
            given.get(key).map(|text| items(text).into_iter().map(str::to_owned).collect()).unwrap_or_default()
        };
        let mut pool = self.pve.pools.get(name).cloned().ok_or_else(|| missing(name))?;
        let failed = |why: String| Refusal::fail(format!("update pools failed: {why}"));
        if let Some(comment) = given.get("comment") {
            pool.comment = Some(comment.clone()).filter(|comment| !comment.is_empty());
        }
        for text in list("vms") {
            let vmid = text.parse::<u32>().unwrap_or_default();
            if flag("delete") {
                if !pool.guests.remove(&vmid) {
                    return Err(failed(format!("VM {vmid} is not a pool member")));
                }
                continue;
            }
            if !self.pve.guests.contains_key(&vmid) {
                return Err(failed(format!("VM {vmid} does not exist")));
            }
            match self.pool_of(vmid).cloned() {
                Some(other) if other == name => return Err(failed(format!("VM {vmid} is already a pool member"))),
                Some(other) if !flag("allow-move") => {
                    return Err(failed(format!(
                        "VM {vmid} belongs already to pool '{other}' and 'allow-move' is not set"
                    )));
                }
                Some(other) => drop(self.pve.pools.get_mut(&other).map(|pool| pool.guests.remove(&vmid))),
                None => {}
            }
            pool.guests.insert(vmid);
        }
        for storage in list("storage") {
            let done =
                if flag("delete") { pool.storages.remove(&storage) } else { pool.storages.insert(storage.clone()) };
            if !done {
                let is = if flag("delete") { "is not a pool member" } else { "is already a pool member" };
                return Err(failed(format!("Storage '{storage}' {is}")));
            }
        }
        self.pve.pools.insert(name.to_owned(), pool);
        Ok(Value::Null)
    }

    pub fn delete_pool(&mut self, name: &str) -> Given {
        let pool = self.pve.pools.get(name).ok_or_else(|| missing(name))?;
        let failed = |why: &str| Refusal::fail(format!("delete pool failed: pool '{name}' is not empty ({why})"));
        if !pool.guests.is_empty() {
            return Err(failed("contains VMs"));
        }
        if !pool.storages.is_empty() {
            return Err(failed("contains storages"));
        }
        let inside = format!("{name}/");
        if self.pve.pools.keys().any(|other| other.starts_with(&inside)) {
            return Err(failed("contains pools"));
        }
        self.pve.pools.remove(name);
        Ok(Value::Null)
    }

    pub fn ha_resources(&self, given: &Options) -> Value {
        let fits = |sid: &str| given.get("type").is_none_or(|kind| sid.starts_with(&format!("{kind}:")));
        self.pve.ha.iter().filter(|(sid, _)| fits(sid)).map(|(sid, options)| ha_row(sid, options)).collect()
    }

    pub fn ha_resource(&self, names: &Options) -> Given {
        let sid = self.sid(names.get("sid"))?;
        let options = self.pve.ha.get(&sid).ok_or_else(|| Refusal::fail(format!("no such resource '{sid}'")))?;
        Ok(ha_row(&sid, options))
    }

    pub fn create_ha(&mut self, given: &Options) -> Given {
        let sid = self.sid(given.get("sid"))?;
        if self.pve.ha.contains_key(&sid) {
            return Err(Refusal::fail(format!("resource ID '{sid}' already defined")));
        }
        let vmid = sid.split(':').nth(1).and_then(|text| text.parse().ok()).unwrap_or_default();
        let kind = if sid.starts_with("ct:") { Kind::Lxc } else { Kind::Qemu };
        if self.pve.guests.get(&vmid).is_none_or(|guest| guest.kind != kind) {
            return Err(Refusal::fail(format!("unable to find configuration file for {} {vmid}", kind.short())));
        }
        self.pve.ha.insert(sid.clone(), Options::new());
        self.set_ha(&sid, given);
        self.follow_ha(&sid);
        Ok(Value::Null)
    }

    pub fn update_ha(&mut self, names: &Options, given: &Options) -> Given {
        let sid = self.sid(names.get("sid"))?;
        let options = self.pve.ha.get(&sid).ok_or_else(|| Refusal::fail(format!("no such resource '{sid}'")))?;
        if given.get("digest").is_some_and(|told| *told != ha_digest(options)) {
            return Err(Refusal::fail("detected modified configuration - file changed by other user? Try again."));
        }
        self.set_ha(&sid, given);
        self.follow_ha(&sid);
        Ok(Value::Null)
    }

    fn set_ha(&mut self, sid: &str, given: &Options) {
        let Some(options) = self.pve.ha.get_mut(sid) else { return };
        for name in given.get("delete").map(|text| items(text)).unwrap_or_default() {
            options.remove(name);
        }
        for name in ["comment", "failback", "group", "max_relocate", "max_restart", "state"] {
            if let Some(value) = given.get(name) {
                // `enabled` is an old word for `started`.
                let value = if value == "enabled" { "started" } else { value };
                options.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// What is looked after is started and stopped as its state says.
    fn follow_ha(&mut self, sid: &str) {
        let vmid = sid.split(':').nth(1).and_then(|text| text.parse().ok()).unwrap_or_default();
        let state = self.pve.ha.get(sid).and_then(|options| options.get("state").cloned());
        // What cannot be started stays off, as it would there after some tries.
        let _ = match state.as_deref().unwrap_or("started") {
            "started" if self.guest(vmid).is_ok_and(|guest| guest.running.is_none()) => self.power_on(vmid),
            "stopped" | "disabled" => self.power_off(vmid, true, true),
            _ => Ok(()),
        };
        if let (Some(options), Some(state)) = (self.pve.ha.get_mut(sid), state) {
            options.insert("state".to_owned(), state);
        }
    }

    pub fn delete_ha(&mut self, names: &Options) -> Given {
        let sid = self.sid(names.get("sid"))?;
        let gone = self.pve.ha.remove(&sid);
        gone.map(|_| Value::Null).ok_or_else(|| Refusal::fail(format!("resource '{sid}' does not exist")))
    }

    pub fn ha_status(&self) -> Value {
        let quorum = json!({ "id": "quorum", "type": "quorum", "node": self.pve.nodes.keys().next(), "status": "OK", "quorate": 1 });
        let services = self.pve.ha.iter().map(|(sid, options)| {
            let vmid = sid.split(':').nth(1).and_then(|text| text.parse().ok()).unwrap_or_default();
            let node = self.pve.guests.get(&vmid).map(|guest| guest.node.clone()).unwrap_or_default();
            let state = options.get("state").map_or("started", String::as_str);
            json!({ "id": format!("service:{sid}"), "type": "service", "sid": sid, "node": node, "state": state, "request_state": state, "status": format!("{sid} ({node}, {state})") })
        });
        std::iter::once(quorum).chain(services).collect()
    }

    /// `vm:100` also where only the number was given.
    fn sid(&self, given: Option<&String>) -> Result<String, Refusal> {
        let text = given.map(String::as_str).unwrap_or_default();
        if text.contains(':') {
            return Ok(text.to_owned());
        }
        let vmid: u32 = text.parse().map_err(|_| Refusal::parameter("sid", format!("invalid resource ID '{text}'")))?;
        let found = self.pve.guests.get(&vmid).map(|guest| guest.kind.sid(vmid));
        found.ok_or_else(|| Refusal::fail(format!("unable to find configuration file for VM {vmid}")))
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::fail(format!("pool '{name}' does not exist"))
}

fn pool_row(name: &str, pool: &Pool) -> Value {
    let mut row = json!({ "poolid": name });
    if let Some(comment) = &pool.comment {
        row["comment"] = comment.as_str().into();
    }
    row
}

fn ha_digest(options: &Options) -> String {
    to_hex(&digest(Algorithm::Sha1, format!("{options:?}").as_bytes()))
}

fn ha_row(sid: &str, options: &Options) -> Value {
    let mut row = json!({ "sid": sid, "type": sid.split(':').next(), "digest": ha_digest(options) });
    for (name, value) in HA_DEFAULTS {
        row[name] = value.into();
    }
    for (name, value) in options {
        row[name] = value.parse::<i64>().map_or_else(|_| value.as_str().into(), Value::from);
    }
    row
}
