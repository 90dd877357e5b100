//! All that is simulated, and the file that it is kept in.
//!
//! The file is JSON for people: what it leaves out is as in a fresh state, so a test begins with as little as it needs.

use super::clock::Clock;
use super::cloudflare::desk::Desk;
use super::cloudflare::model::Cloudflare;
use super::proxmox::cluster::{Cluster, Fate};
use super::proxmox::model::Proxmox;
use super::settings::Settings;
use crate::disk::{Refused, write_whole};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::{Path, PathBuf};

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct World {
    pub settings: Settings,
    pub clock: Clock,
    /// How much was made up so far.
    pub count: u64,
    pub certificate: Option<Certificate>,
    pub proxmox: Proxmox,
    pub cloudflare: Cloudflare,
}

/// What the cluster shows who connects, with its key; both in PEM.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Certificate {
    pub certificate: String,
    pub key: String,
}

impl World {
    pub fn cluster(&mut self, fate: Fate) -> Cluster<'_> {
        Cluster {
            pve: &mut self.proxmox,
            clock: &self.clock,
            settings: &self.settings,
            count: &mut self.count,
            user: String::new(),
            fate,
        }
    }

    pub fn desk(&mut self) -> Desk<'_> {
        Desk { cf: &mut self.cloudflare, clock: &self.clock, count: &mut self.count, token: String::new() }
    }

    fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_else(|_| unreachable!("a world is JSON"));
        text + "\n"
    }

    /// Puts values in places, as `/proxmox/guests/100/config/cores` names them. A null takes away what is there.
    pub fn edit(&mut self, edits: &[(String, Value)]) -> Result<(), String> {
        let mut value = serde_json::to_value(&*self).map_err(|why| why.to_string())?;
        for (place, new) in edits {
            put(&mut value, place, new).ok_or_else(|| format!("there is no place `{place}`"))?;
        }
        *self = serde_json::from_value(value).map_err(|why| why.to_string())?;
        Ok(())
    }
}

fn put(value: &mut Value, place: &str, new: &Value) -> Option<()> {
    let (above, last) = place.rsplit_once('/')?;
    let last = last.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(above)? {
        Value::Object(fields) if new.is_null() => fields.remove(&last).map(|_| ()),
        Value::Object(fields) => {
            fields.insert(last, new.clone());
            Some(())
        }
        Value::Array(list) if last == "-" => {
            list.push(new.clone());
            Some(())
        }
        Value::Array(list) => {
            let at: usize = last.parse().ok().filter(|at| *at < list.len())?;
            if new.is_null() {
                drop(list.remove(at))
            } else {
                list[at] = new.clone()
            }
            Some(())
        }
        _ => None,
    }
}

/// The file of a world, if it has one.
#[derive(Debug, Default)]
pub struct Keeper {
    file: Option<PathBuf>,
    written: String,
}

impl Keeper {
    /// The world that a file holds; a fresh one where there is no file.
    /// `zone` is what the zone of a fresh one is called.
    pub fn open(file: Option<&Path>, zone: &str) -> Result<(World, Keeper), String> {
        let keeper = Keeper { file: file.map(Path::to_owned), written: String::new() };
        let Some(file) = file.filter(|file| file.exists()) else {
            let mut world = World::default();
            world.cloudflare.renamed(zone);
            return Ok((world, keeper));
        };
        let text = std::fs::read_to_string(file).map_err(|why| format!("cannot read `{}`: {why}", file.display()))?;
        let world = serde_json::from_str(&text)
            .map_err(|why| format!("`{}` is no state of a simulator: {why}", file.display()))?;
        Ok((world, keeper))
    }

    /// Writes the world down if it is another than before.
    pub fn keep(&mut self, world: &World) -> Result<(), Refused> {
        let Some(file) = &self.file else { return Ok(()) };
        let text = world.text();
        if text != self.written {
            write_whole(file, &text)?;
            self.written = text;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_world_is_read_as_it_was_written_and_what_is_left_out_is_fresh() {
        let world = World::default();
        assert_eq!(serde_json::from_str::<World>(&world.text()).unwrap(), world);
        assert_eq!(serde_json::from_str::<World>("{}").unwrap(), world);
        assert!(serde_json::from_str::<World>(r#"{ "proxmoxx": 1 }"#).is_err());
    }

    #[test]
    fn places_are_edited() {
        let mut world = World::default();
        let edits = [
            ("/proxmox/guests/100/config/cores".to_owned(), json!("8")),
            ("/proxmox/guests/9000".to_owned(), Value::Null),
            ("/cloudflare/zones/0/records/0".to_owned(), Value::Null),
        ];
        world.edit(&edits).unwrap();
        assert_eq!(world.proxmox.guests[&100].config["cores"], "8");
        assert!(!world.proxmox.guests.contains_key(&9000));
        assert_eq!(world.cloudflare.zones[0].records.len(), 5);
        assert!(world.edit(&[("/nowhere/at/all".to_owned(), json!(1))]).is_err());
    }
}
