//! The desk at which a request is served: the account, the clock, and what the one who asks may see.

use super::answers::Refusal;
use super::model::{Cloudflare, Zone};
use crate::simulate::clock::{Clock, iso};
use rzp_lang::calc::encode::to_hex;
use rzp_lang::calc::hash::{Algorithm, digest};
use serde_json::{Map, Value};

pub struct Desk<'a> {
    pub cf: &'a mut Cloudflare,
    pub clock: &'a Clock,
    pub count: &'a mut u64,
    /// The token of the one who asks.
    pub token: String,
}

impl Desk<'_> {
    pub fn now(&self) -> String {
        iso(self.clock.shown())
    }

    /// Thirty-two digits that nothing had before.
    pub fn id(&mut self) -> String {
        *self.count += 1;
        let hex = to_hex(&digest(Algorithm::Sha1, format!("cloudflare {}", self.count).as_bytes()));
        hex.chars().take(32).collect()
    }

    pub fn uuid(&mut self) -> String {
        let hex = self.id();
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }

    /// Whether a token sees a zone of this name.
    pub fn sees(&self, zone: &Zone) -> bool {
        let token = self.cf.tokens.get(&self.token);
        token.is_some_and(|token| token.zones.as_ref().is_none_or(|names| names.contains(&zone.name)))
    }

    /// Where the zone of this id stands.
    pub fn zone(&self, id: &str) -> Result<usize, Refusal> {
        if id.len() != 32 || !id.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(Refusal::no_route(&format!("/zones/{id}")));
        }
        let found = self.cf.zones.iter().position(|zone| zone.id == id && self.sees(zone));
        found.ok_or_else(|| Refusal::new(403, 9109, "Unauthorized to access requested resource"))
    }

    pub fn check_account(&self, id: &str) -> Result<(), Refusal> {
        let known = self.cf.account.id == id;
        if known { Ok(()) } else { Err(Refusal::new(403, 9109, "Unauthorized to access requested resource")) }
    }
}

/// The fields of a body of JSON.
pub fn body(bytes: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Refusal::wrong(9207, "Request body is invalid.")),
    }
}
