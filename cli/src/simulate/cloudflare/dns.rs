//! Zones and their records: listed, made, changed and taken away, one by one or as a batch that is done whole or not.

use super::answers::{Given, Refusal, Reply};
use super::desk::{Desk, body};
use super::listing::{asked, filtered, page};
use super::model::{Account, Zone};
use super::records::{Manner, check_conflicts, made};
use crate::simulate::http::Pairs;
use serde_json::{Map, Value, json};

impl Desk<'_> {
    pub fn zones(&self, query: &Pairs) -> Given {
        let fits = |zone: &&Zone| {
            let name = asked(query, "name").map(|name| name.rsplit(':').next().unwrap_or_default());
            self.sees(zone)
                && name.is_none_or(|name| zone.name.eq_ignore_ascii_case(name))
                && asked(query, "status").is_none_or(|status| status == "active")
                && asked(query, "account.id").is_none_or(|id| id == self.cf.account.id)
                && asked(query, "account.name").is_none_or(|name| name == self.cf.account.name)
        };
        let rows = self.cf.zones.iter().filter(fits).map(|zone| zone_row(zone, &self.cf.account)).collect();
        page(rows, query, 20, 5, 50)
    }

    pub fn one_zone(&self, id: &str) -> Given {
        let zone = &self.cf.zones[self.zone(id)?];
        Ok(Reply::of(zone_row(zone, &self.cf.account)))
    }

    pub fn records(&self, zone: &str, query: &Pairs) -> Given {
        let zone = &self.cf.zones[self.zone(zone)?];
        page(filtered(&zone.records, query), query, 100, 1, 5_000_000)
    }

    pub fn record(&self, zone: &str, id: &str) -> Given {
        let zone = &self.cf.zones[self.zone(zone)?];
        let found = zone.records.iter().find(|record| record["id"] == id);
        found.cloned().map(Reply::of).ok_or_else(missing)
    }

    pub fn create_record(&mut self, zone: &str, bytes: &[u8]) -> Given {
        let (at, given) = (self.zone(zone)?, body(bytes)?);
        self.post(at, &given).map(Reply::of)
    }

    pub fn change_record(&mut self, zone: &str, id: &str, bytes: &[u8], manner: Manner) -> Given {
        let (at, given) = (self.zone(zone)?, body(bytes)?);
        self.alter(at, id, &given, manner).map(Reply::of)
    }

    pub fn delete_record(&mut self, zone: &str, id: &str) -> Given {
        let at = self.zone(zone)?;
        self.remove(at, id)?;
        Ok(Reply::of(json!({ "id": id })))
    }

    /// Deletes, patches, puts and posts, in that order; where one fails, none was done.
    pub fn batch(&mut self, zone: &str, bytes: &[u8]) -> Given {
        let (at, given) = (self.zone(zone)?, body(bytes)?);
        let lists = ["deletes", "patches", "puts", "posts"]
            .map(|name| given.get(name).and_then(Value::as_array).cloned().unwrap_or_default());
        let (count, most) = (lists.iter().map(Vec::len).sum::<usize>(), self.cf.zones[at].batch());
        if count == 0 {
            return Err(Refusal::wrong(9207, "Request body is invalid: the batch is empty."));
        }
        if count > most {
            return Err(Refusal::wrong(9208, format!("The batch has {count} changes, exceeding the limit of {most}.")));
        }
        let before = self.cf.zones[at].records.clone();
        let done = self.batch_done(at, lists);
        if done.is_err() {
            self.cf.zones[at].records = before;
        }
        done.map(Reply::of)
    }

    fn batch_done(&mut self, at: usize, lists: [Vec<Value>; 4]) -> Result<Value, Refusal> {
        let [deletes, patches, puts, posts] = lists;
        let named = |item: &Value| -> Result<String, Refusal> {
            let id = item["id"].as_str().map(str::to_owned);
            id.ok_or_else(|| Refusal::wrong(9207, "Request body is invalid: an id is missing."))
        };
        let fields = |item: &Value| item.as_object().cloned().unwrap_or_default();
        let mut told = json!({ "deletes": [], "patches": [], "puts": [], "posts": [] });
        let mut tell = |name: &str, record: Value| {
            if let Some(list) = told[name].as_array_mut() {
                list.push(record);
            }
        };
        for item in &deletes {
            tell("deletes", self.remove(at, &named(item)?)?);
        }
        for item in &patches {
            tell("patches", self.alter(at, &named(item)?, &fields(item), Manner::Part)?);
        }
        for item in &puts {
            tell("puts", self.alter(at, &named(item)?, &fields(item), Manner::Whole)?);
        }
        for item in &posts {
            tell("posts", self.post(at, &fields(item))?);
        }
        Ok(told)
    }

    fn post(&mut self, at: usize, given: &Map<String, Value>) -> Result<Value, Refusal> {
        let (now, id) = (self.now(), self.id());
        let zone = &mut self.cf.zones[at];
        let record = made(zone, given, None, Manner::Whole, &now, &id)?;
        check_conflicts(&zone.records, &record)?;
        if zone.records.len() >= zone.quota {
            return Err(Refusal::wrong(81045, "Record quota exceeded."));
        }
        zone.records.push(record.clone());
        Ok(record)
    }

    fn alter(&mut self, at: usize, id: &str, given: &Map<String, Value>, manner: Manner) -> Result<Value, Refusal> {
        let now = self.now();
        let zone = &mut self.cf.zones[at];
        let place = zone.records.iter().position(|record| record["id"] == id).ok_or_else(missing)?;
        let record = made(zone, given, Some(&zone.records[place]), manner, &now, id)?;
        check_conflicts(&zone.records, &record)?;
        zone.records[place] = record.clone();
        Ok(record)
    }

    fn remove(&mut self, at: usize, id: &str) -> Result<Value, Refusal> {
        let records = &mut self.cf.zones[at].records;
        let place = records.iter().position(|record| record["id"] == id).ok_or_else(missing)?;
        Ok(records.remove(place))
    }
}

fn missing() -> Refusal {
    Refusal::new(404, 81044, "Record does not exist.")
}

fn zone_row(zone: &Zone, account: &Account) -> Value {
    let plan = zone.plan.as_str();
    let name = match plan {
        "free" => "Free Website",
        "pro" => "Pro Website",
        "business" => "Business Website",
        _ => "Enterprise Website",
    };
    json!({
        "id": zone.id,
        "name": zone.name,
        "status": "active",
        "paused": false,
        "type": "full",
        "development_mode": 0,
        "name_servers": ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
        "original_name_servers": ["ns1.example.net", "ns2.example.net"],
        "original_registrar": null,
        "original_dnshost": null,
        "created_on": zone.made,
        "modified_on": zone.made,
        "activated_on": zone.made,
        "account": { "id": account.id, "name": account.name },
        "owner": { "id": account.id, "type": "organization", "name": account.name },
        "permissions": ["#dns_records:edit", "#dns_records:read", "#zone:read"],
        "plan": {
            "id": format!("{:0<32}", "0feeeeeeeeeeeeeeeeeeeeeeeeeeeee"), "name": name, "price": 0, "currency": "USD", "frequency": "",
            "is_subscribed": plan != "free", "can_subscribe": false, "legacy_id": plan, "legacy_discount": false,
            "externally_managed": false,
        },
        "meta": { "step": 4, "custom_certificate_quota": 0, "page_rule_quota": 3, "phishing_detected": false },
    })
}
