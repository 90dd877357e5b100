//! Settings of the whole cluster that are read and written as one: those of the datacenter, and those of its firewall.

use super::calls::{self, Type};
use super::cluster::Cluster;
use super::errors::{Given, Refusal};
use super::formats::items;
use super::model::Options;
use super::props::Props;
use serde_json::{Map, Value};

impl Cluster<'_> {
    pub fn document(&self, path: &str) -> Value {
        let options = self.pve.documents.get(path).cloned().unwrap_or_default();
        let shown = |(name, value): (String, String)| {
            let number = matches!(kind_of(path, &name), Some(Type::Bool | Type::Int));
            let told = value.parse::<i64>().ok().filter(|_| number).map_or_else(|| value.into(), Value::from);
            (name, told)
        };
        Value::Object(options.into_iter().map(shown).collect::<Map<_, _>>())
    }

    pub fn change_document(&mut self, path: &str, given: &Options) -> Given {
        let options = self.pve.documents.entry(path.to_owned()).or_default();
        for name in given.get("delete").map(|text| items(text)).unwrap_or_default() {
            options.remove(name);
        }
        let set = given.iter().filter(|(name, _)| !["delete", "digest"].contains(&name.as_str()));
        options.extend(set.map(|(name, value)| (name.clone(), value.clone())));
        Ok(Value::Null)
    }

    fn setting(&self, option: &str, key: &str) -> Option<String> {
        let text = self.pve.documents.get("/cluster/options")?.get(option)?;
        Props::read(text, &[]).get(key).map(str::to_owned)
    }

    /// Tags are lower-cased, sorted and there once, unless the datacenter has them otherwise.
    pub fn tagged(&self, text: &str) -> String {
        let is = |key: &str, value: &str| self.setting("tag-style", key).as_deref() == Some(value);
        let mut tags: Vec<String> = items(text).into_iter().map(str::to_owned).collect();
        if !is("case-sensitive", "1") {
            tags.iter_mut().for_each(|tag| *tag = tag.to_lowercase());
        }
        if is("ordering", "config") {
            let mut seen = Vec::new();
            tags.retain(|tag| {
                !seen.contains(tag) && {
                    seen.push(tag.clone());
                    true
                }
            });
        } else {
            tags.sort();
            tags.dedup();
        }
        tags.join(";")
    }

    /// Tags that are new to a guest are for all, for some, or for those alone who may change the datacenter.
    pub fn check_tags(&self, before: Option<&str>, wanted: Option<&String>) -> Result<(), Refusal> {
        let Some(wanted) = wanted.filter(|_| !self.may("/", "Sys.Modify")) else { return Ok(()) };
        let old: Vec<&str> = before.map(items).unwrap_or_default();
        let listed = |option: &str| {
            self.pve
                .documents
                .get("/cluster/options")
                .and_then(|options| options.get(option))
                .map(|text| items(text))
                .unwrap_or_default()
        };
        let access = self.setting("user-tag-access", "user-allow").unwrap_or_else(|| "free".to_owned());
        for tag in items(wanted).into_iter().filter(|tag| !old.contains(tag)) {
            let fits = !listed("registered-tags").contains(&tag)
                && match access.as_str() {
                    "none" => false,
                    "free" => true,
                    _ => self
                        .setting("user-tag-access", "user-allow-list")
                        .is_some_and(|list| items(&list).contains(&tag)),
                };
            if !fits {
                return Err(Refusal::new(403, format!("Permission check failed (/, Sys.Modify) - tag '{tag}'")));
            }
        }
        Ok(())
    }
}

fn kind_of(path: &str, name: &str) -> Option<Type> {
    let call = calls::all().iter().find(|call| call.method == "PUT" && call.path == path)?;
    call.params.iter().find(|param| param.covers(name)).map(|param| param.kind)
}
