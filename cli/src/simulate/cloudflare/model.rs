//! What an account holds: zones with records and rulesets, tunnels, and the tokens that open it.
//!
//! Records, rules and tunnels are kept in the form in which they are told.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const ACCOUNT: &str = "01a7362d577a6c3019a474fd6f485823";
pub const ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";
/// What opens the account. It opens nothing but this simulator.
pub const TOKEN: &str = "simulated-0c7f4a92b6e158d3a0f7b2c49d61";

/// An account. What a file of state leaves out is as in a fresh one.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(default)]
pub struct Cloudflare {
    pub tokens: BTreeMap<String, Token>,
    pub account: Account,
    pub zones: Vec<Zone>,
    pub tunnels: Vec<Tunnel>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Token {
    pub id: String,
    /// Whether it may change anything.
    #[serde(default)]
    pub write: bool,
    /// The names of the zones that it sees; all of them where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zones: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Account {
    pub id: String,
    pub name: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Zone {
    pub id: String,
    pub name: String,
    /// `free`, `pro`, `business` or `enterprise`.
    pub plan: String,
    /// How many records it may hold. Free zones made before September 2024 hold 1000.
    pub quota: usize,
    pub made: String,
    #[serde(default)]
    pub records: Vec<Value>,
    #[serde(default)]
    pub rulesets: Vec<Value>,
}

impl Zone {
    /// How long a comment may be.
    pub fn comment_length(&self) -> usize {
        if self.plan == "free" { 100 } else { 500 }
    }

    /// How many tags a record may have.
    pub fn tags(&self) -> usize {
        if self.plan == "free" { 0 } else { 20 }
    }

    /// How many changes a batch may hold.
    pub fn batch(&self) -> usize {
        if self.plan == "free" { 200 } else { 3500 }
    }

    pub fn least_ttl(&self) -> u64 {
        if self.plan == "enterprise" { 30 } else { 60 }
    }
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Tunnel {
    pub id: String,
    pub name: String,
    pub created_at: String,
    #[serde(default)]
    pub deleted_at: Option<String>,
    /// `cloudflare` or `local`.
    pub config_src: String,
    pub secret: String,
    #[serde(default)]
    pub version: u64,
    #[serde(default)]
    pub config: Value,
}

impl Cloudflare {
    /// Gives a fresh account's zone another name, and its records with it.
    pub fn renamed(&mut self, name: &str) {
        for zone in self.zones.iter_mut().filter(|zone| zone.id == ZONE) {
            let old = std::mem::replace(&mut zone.name, name.to_owned());
            for record in &mut zone.records {
                for field in ["name", "content"] {
                    let Some(text) = record[field].as_str() else { continue };
                    if let Some(before) =
                        text.strip_suffix(&old).filter(|before| before.is_empty() || before.ends_with('.'))
                    {
                        record[field] = Value::from(format!("{before}{name}"));
                    }
                }
            }
        }
    }
}

impl Default for Cloudflare {
    fn default() -> Cloudflare {
        let token = |id: &str, write| Token { id: id.to_owned(), write, zones: None, revoked: false };
        Cloudflare {
            tokens: BTreeMap::from([
                (TOKEN.to_owned(), token("ed17574386854bf78a67040be0a770b0", true)),
                ("simulated-reading-9b3e71d0c5a84f26e81d".to_owned(), token("7c2f0a6b91de4358b6c4f1a02d9e8375", false)),
            ]),
            account: Account { id: ACCOUNT.to_owned(), name: "Home".to_owned() },
            zones: vec![Zone {
                id: ZONE.to_owned(),
                name: "example.com".to_owned(),
                plan: "free".to_owned(),
                quota: 200,
                made: "2025-10-09T08:53:20.000000Z".to_owned(),
                records: records(),
                rulesets: Vec::new(),
            }],
            tunnels: Vec::new(),
        }
    }
}

/// Records of somebody else: nothing that this project does may touch them.
fn records() -> Vec<Value> {
    let record = |at: usize, kind: &str, name: &str, content: &str, proxied: bool, comment: Option<&str>| {
        let proxiable = ["A", "AAAA", "CNAME"].contains(&kind);
        json!({
            "id": format!("{:032x}", 0x372e_6795_4025_e0ba_6aaa_6d58_6b9e_0b00_u128 + at as u128),
            "name": name,
            "type": kind,
            "content": content,
            "proxiable": proxiable,
            "proxied": proxied,
            "ttl": 1,
            "settings": {},
            "meta": {},
            "comment": comment,
            "tags": [],
            "created_on": "2025-10-09T08:53:20.000000Z",
            "modified_on": "2025-10-09T08:53:20.000000Z",
        })
    };
    let mut mail = record(3, "MX", "example.com", "mail.example.net", false, None);
    mail["priority"] = 10.into();
    vec![
        record(1, "A", "example.com", "198.51.100.10", true, Some("website, by hand")),
        record(2, "CNAME", "www.example.com", "example.com", true, None),
        mail,
        record(4, "TXT", "example.com", "\"v=spf1 include:_spf.example.net -all\"", false, None),
        record(5, "TXT", "_dmarc.example.com", "\"v=DMARC1; p=reject\"", false, Some("mail, by hand")),
        record(6, "A", "vpn.example.com", "203.0.113.7", false, None),
    ]
}
