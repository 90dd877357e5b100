//! From a request to the call that it means, and from what the call gives to the answer.

use super::answers::{Given, Refusal, Reply, answer};
use super::desk::Desk;
use super::records::Manner;
use crate::simulate::http::{Answer, Request};
use serde_json::json;

const BASE: &str = "/client/v4/";

impl Desk<'_> {
    pub fn serve(&mut self, request: &Request) -> Answer {
        match self.authorised(request).and_then(|()| self.call(request)) {
            Ok(reply) => answer(&reply),
            Err(refusal) => refusal.answer(),
        }
    }

    /// Who asks, by the token; nothing where there is no sound one.
    pub fn bearer(request: &Request) -> Result<String, Refusal> {
        let Some(header) = request.header("authorization") else {
            return Err(Refusal::wrong(9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers"));
        };
        let fits = |token: &&str| {
            !token.is_empty() && token.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c))
        };
        let token = header.strip_prefix("Bearer ").map(str::trim).filter(fits);
        token.map(str::to_owned).ok_or_else(|| {
            let mut refusal = Refusal::wrong(6003, "Invalid request headers");
            refusal.chain.push((6111, "Invalid format for Authorization header".to_owned()));
            refusal
        })
    }

    fn authorised(&mut self, request: &Request) -> Result<(), Refusal> {
        let token = Desk::bearer(request)?;
        let verifies = request.path().ends_with("/tokens/verify");
        match self.cf.tokens.get(&token) {
            None if verifies => Err(Refusal::new(401, 1000, "Invalid API Token")),
            None => Err(Refusal::new(403, 9109, "Invalid access token")),
            Some(known) if known.revoked && verifies => Err(Refusal::new(401, 1000, "Invalid API Token")),
            Some(known) if known.revoked => Err(Refusal::new(403, 10000, "Authentication error")),
            Some(known) if !known.write && request.method != "GET" => {
                Err(Refusal::new(403, 10000, "Authentication error"))
            }
            Some(_) => {
                self.token = token;
                Ok(())
            }
        }
    }

    fn call(&mut self, request: &Request) -> Given {
        let path = request.path();
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().skip(2).map(String::as_str).collect();
        let (query, body) = (request.query(), request.body.as_slice());
        if !path.starts_with(BASE) {
            return Err(Refusal::no_route(path));
        }
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["user", "tokens", "verify"]) => Ok(self.verified()),
            ("GET", ["accounts", account, "tokens", "verify"]) => self.check_account(account).map(|()| self.verified()),
            ("GET", ["accounts"]) => self.accounts(&query),
            ("GET", ["accounts", account]) => self.check_account(account).map(|()| Reply::of(self.account_row())),
            ("GET", ["zones"]) => self.zones(&query),
            ("GET", ["zones", zone]) => self.one_zone(zone),
            ("GET", ["zones", zone, "dns_records"]) => self.records(zone, &query),
            ("POST", ["zones", zone, "dns_records"]) => self.create_record(zone, body),
            ("POST", ["zones", zone, "dns_records", "batch"]) => self.batch(zone, body),
            ("GET", ["zones", zone, "dns_records", id]) => self.record(zone, id),
            ("PUT", ["zones", zone, "dns_records", id]) => self.change_record(zone, id, body, Manner::Whole),
            ("PATCH", ["zones", zone, "dns_records", id]) => self.change_record(zone, id, body, Manner::Part),
            ("DELETE", ["zones", zone, "dns_records", id]) => self.delete_record(zone, id),
            (_, ["accounts", account, "cfd_tunnel", rest @ ..]) => {
                self.check_account(account)?;
                self.tunnels(&request.method, rest, &query, body)
            }
            (_, ["zones", zone, "rulesets", rest @ ..]) => {
                let at = self.zone(zone)?;
                self.rulesets(at, &request.method, rest, body)
            }
            _ => Err(Refusal::no_route(path.strip_prefix("/client/v4").unwrap_or(path))),
        }
    }

    fn verified(&self) -> Reply {
        let id = self.cf.tokens.get(&self.token).map(|token| token.id.clone());
        Reply::of(json!({ "id": id, "status": "active" }))
    }

    fn account_row(&self) -> serde_json::Value {
        let account = &self.cf.account;
        json!({ "id": account.id, "name": account.name, "type": "standard", "settings": { "enforce_twofactor": false }, "created_on": "2025-10-09T08:53:20.000000Z" })
    }

    fn accounts(&self, query: &crate::simulate::http::Pairs) -> Given {
        super::listing::page(vec![self.account_row()], query, 20, 5, 50)
    }
}
