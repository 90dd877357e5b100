//! What is told from within a guest that runs: its addresses; and the data of cloud-init that it will find.

use super::cluster::{Cluster, check_lock};
use super::config::pending;
use super::errors::{Given, Refusal};
use super::formats::items;
use super::model::{Change, Guest, Kind, Options};
use super::props::Props;
use serde_json::{Value, json};

/// Seconds from the start until a guest has an address, and its agent answers.
const BOOT: f64 = 0.5;

/// The options that go into the data of cloud-init.
const CLOUDINIT: [&str; 8] =
    ["ciuser", "cipassword", "citype", "ciupgrade", "sshkeys", "ipconfig", "nameserver", "searchdomain"];

impl Cluster<'_> {
    pub fn agent_interfaces(&self, names: &Options) -> Given {
        let (vmid, guest) = self.at(names, Kind::Qemu)?;
        let agent = guest.option("agent").unwrap_or_default();
        if !agent.starts_with('1') && !agent.contains("enabled=1") {
            return Err(Refusal::fail("No QEMU guest agent configured"));
        }
        match guest.running {
            None => Err(Refusal::fail(format!("VM {vmid} is not running"))),
            Some(since) if self.clock.time() - since < BOOT => Err(Refusal::fail("QEMU guest agent is not running")),
            Some(_) => Ok(json!({ "result": self.interfaces(vmid, guest) })),
        }
    }

    pub fn container_interfaces(&self, names: &Options) -> Given {
        let (vmid, guest) = self.at(names, Kind::Lxc)?;
        match guest.running {
            None => Err(Refusal::fail(format!("container {vmid} is not running"))),
            Some(_) => Ok(self.interfaces(vmid, guest)),
        }
    }

    fn interfaces(&self, vmid: u32, guest: &Guest) -> Value {
        let cards = guest
            .config
            .iter()
            .filter(|(name, _)| name.strip_prefix("net").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit())));
        let local = json!({ "name": "lo", "hardware-address": "00:00:00:00:00:00", "hwaddr": "00:00:00:00:00:00", "inet": "127.0.0.1/8", "ip-addresses": [{ "ip-address-type": "ipv4", "ip-address": "127.0.0.1", "prefix": 8 }] });
        let row = |(at, (name, text)): (usize, (&String, &String))| {
            let props = Props::read(text, &[]);
            let hardware = hardware(&props);
            let given = match guest.kind {
                Kind::Qemu => guest.option(&name.replacen("net", "ipconfig", 1)).map(|text| Props::read(text, &[])),
                Kind::Lxc => Some(props.clone()),
            };
            let wanted = given.as_ref().and_then(|props| props.get("ip")).unwrap_or("dhcp");
            // Who asks for an address gets one that tells the machine.
            let lease = format!("198.18.{}.{}/15", vmid / 250 % 250, vmid % 250 + 1);
            let address = if wanted.contains('/') { wanted.to_owned() } else { lease };
            let (ip, prefix) = address.split_once('/').unwrap_or((&address, "24"));
            let prefix: u32 = prefix.parse().unwrap_or(24);
            json!({ "name": format!("eth{at}"), "hardware-address": hardware, "hwaddr": hardware, "inet": address, "ip-addresses": [{ "ip-address-type": "ipv4", "ip-address": ip, "prefix": prefix }] })
        };
        std::iter::once(local).chain(cards.enumerate().map(row)).collect()
    }

    /// The options of cloud-init, each with what waits for the next start.
    pub fn cloudinit_options(&self, names: &Options) -> Given {
        let (_, guest) = self.at(names, Kind::Qemu)?;
        let rows = pending(guest);
        let own = rows.as_array().into_iter().flatten().filter(|row| row["key"].as_str().is_some_and(is_cloudinit));
        Ok(own.cloned().collect())
    }

    /// Writes the data anew: what waited for a start is in it.
    pub fn regenerate(&mut self, names: &Options) -> Given {
        let (vmid, guest) = self.at(names, Kind::Qemu)?;
        check_lock(guest)?;
        let guest = self.guest_mut(vmid)?;
        let (now, later) = std::mem::take(&mut guest.pending).into_iter().partition(|(name, _)| is_cloudinit(name));
        let (gone, stays) = std::mem::take(&mut guest.removing).into_iter().partition(|(name, _)| is_cloudinit(name));
        (guest.pending, guest.removing) = (later, stays);
        let (now, gone): (Options, std::collections::BTreeMap<String, bool>) = (now, gone);
        guest.config.extend(now);
        guest.config.retain(|name, _| !gone.contains_key(name));
        Ok(Value::Null)
    }

    /// Takes disks off, or their volumes away.
    pub fn unlink(&mut self, names: &Options, given: &Options) -> Given {
        let (vmid, guest) = self.at(names, Kind::Qemu)?;
        let list = given.get("idlist").map(|text| items(text)).unwrap_or_default();
        let delete: Vec<String> = list.into_iter().map(str::to_owned).collect();
        let wanted = Options::from([("delete".to_owned(), delete.join(","))]);
        let change = self.change(guest, &wanted)?;
        let force = given.get("force").is_some_and(|value| value == "1");
        self.change_now(vmid, &Change { force, ..change })?;
        Ok(Value::Null)
    }
}

fn is_cloudinit(name: &str) -> bool {
    CLOUDINIT.contains(&name.trim_end_matches(|c: char| c.is_ascii_digit()))
}

fn hardware(props: &Props) -> String {
    let model = super::props::MODELS.iter().find_map(|model| props.get(model));
    props.get("hwaddr").or(model).unwrap_or_default().to_lowercase()
}
