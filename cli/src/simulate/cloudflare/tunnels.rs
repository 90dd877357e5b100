//! Tunnels: made and taken away, what they lead to, and the token that a connector needs.

use super::answers::{Given, Refusal, Reply};
use super::desk::{Desk, body};
use super::listing::{asked, page};
use super::model::Tunnel;
use crate::simulate::http::Pairs;
use rzp_lang::calc::encode::{Alphabet, from_base64, to_base64};
use serde_json::{Value, json};

impl Desk<'_> {
    pub fn tunnels(&mut self, method: &str, path: &[&str], query: &Pairs, bytes: &[u8]) -> Given {
        match (method, path) {
            ("GET", []) => self.tunnel_list(query),
            ("POST", []) => self.create_tunnel(bytes),
            ("GET", [id]) => self.live(id).map(|at| Reply::of(self.row(&self.cf.tunnels[at]))),
            ("PATCH", [id]) => self.rename_tunnel(id, bytes),
            ("DELETE", [id]) => self.delete_tunnel(id),
            ("GET", [id, "configurations"]) => {
                self.live(id).map(|at| Reply::of(self.configuration(&self.cf.tunnels[at])))
            }
            ("PUT", [id, "configurations"]) => self.configure_tunnel(id, bytes),
            ("GET", [id, "token"]) => self.live(id).map(|at| Reply::of(self.connector(&self.cf.tunnels[at]))),
            ("GET", [id, "connections"]) => self.live(id).map(|_| Reply::of(json!([]))),
            ("DELETE", [id, "connections"]) => self.live(id).map(|_| Reply::of(json!({}))),
            _ => Err(Refusal::no_route(&format!("/accounts/{}/cfd_tunnel/{}", self.cf.account.id, path.join("/")))),
        }
    }

    fn tunnel_list(&self, query: &Pairs) -> Given {
        let fits = |tunnel: &&Tunnel| {
            let prefix = |name: &str| asked(query, name);
            asked(query, "name").is_none_or(|name| tunnel.name == name)
                && asked(query, "uuid").is_none_or(|id| tunnel.id == id)
                && asked(query, "is_deleted").is_none_or(|deleted| (deleted == "true") == tunnel.deleted_at.is_some())
                && asked(query, "status").is_none_or(|status| status == "inactive")
                && prefix("include_prefix").is_none_or(|start| tunnel.name.starts_with(start))
                && prefix("exclude_prefix").is_none_or(|start| !tunnel.name.starts_with(start))
        };
        let rows = self.cf.tunnels.iter().filter(fits).map(|tunnel| self.row(tunnel)).collect();
        page(rows, query, 20, 1, 1000)
    }

    fn create_tunnel(&mut self, bytes: &[u8]) -> Given {
        let given = body(bytes)?;
        let text = |name: &str| given.get(name).and_then(Value::as_str);
        let name = text("name").unwrap_or_default().to_owned();
        self.check_name(&name, "")?;
        let config_src = text("config_src").unwrap_or("local").to_owned();
        if !["local", "cloudflare"].contains(&config_src.as_str()) {
            return Err(Refusal::wrong(1004, "Bad request: config_src must be local or cloudflare"));
        }
        let secret = match text("tunnel_secret") {
            Some(secret) if from_base64(secret, Alphabet::Standard).is_ok_and(|bytes| bytes.len() >= 32) => {
                secret.to_owned()
            }
            Some(_) => {
                return Err(Refusal::wrong(1002, "Bad request: tunnel_secret must be at least 32 bytes in base64"));
            }
            None => to_base64(self.id().as_bytes(), Alphabet::Standard),
        };
        let (id, created_at) = (self.uuid(), self.now());
        let config = if config_src == "cloudflare" {
            json!({ "ingress": [{ "service": "http_status:503" }] })
        } else {
            Value::Null
        };
        let tunnel = Tunnel { id, name, created_at, deleted_at: None, config_src, secret, version: 0, config };
        let mut row = self.row(&tunnel);
        row["token"] = self.connector(&tunnel);
        row["credentials_file"] = json!({ "AccountTag": self.cf.account.id, "TunnelID": tunnel.id, "TunnelName": tunnel.name, "TunnelSecret": tunnel.secret });
        self.cf.tunnels.push(tunnel);
        Ok(Reply::of(row))
    }

    fn check_name(&self, name: &str, own: &str) -> Result<(), Refusal> {
        if name.is_empty() {
            return Err(Refusal::wrong(1003, "Bad request: tunnel name is required"));
        }
        let taken =
            self.cf.tunnels.iter().any(|other| other.name == name && other.deleted_at.is_none() && other.id != own);
        if taken { Err(Refusal::new(409, 1013, "You already have a tunnel with this name")) } else { Ok(()) }
    }

    fn rename_tunnel(&mut self, id: &str, bytes: &[u8]) -> Given {
        let (at, given) = (self.live(id)?, body(bytes)?);
        if let Some(name) = given.get("name").and_then(Value::as_str) {
            self.check_name(name, id)?;
            self.cf.tunnels[at].name = name.to_owned();
        }
        if let Some(secret) = given.get("tunnel_secret").and_then(Value::as_str) {
            self.cf.tunnels[at].secret = secret.to_owned();
        }
        Ok(Reply::of(self.row(&self.cf.tunnels[at])))
    }

    /// A tunnel that is deleted is still told of, and its name is free.
    fn delete_tunnel(&mut self, id: &str) -> Given {
        let (at, now) = (self.live(id)?, self.now());
        self.cf.tunnels[at].deleted_at = Some(now);
        Ok(Reply::of(self.row(&self.cf.tunnels[at])))
    }

    fn configure_tunnel(&mut self, id: &str, bytes: &[u8]) -> Given {
        let (at, given) = (self.live(id)?, body(bytes)?);
        if self.cf.tunnels[at].config_src != "cloudflare" {
            return Err(Refusal::wrong(1050, "This tunnel is configured locally"));
        }
        let config = given.get("config").filter(|config| config.is_object());
        let config = config.ok_or_else(|| Refusal::wrong(1055, "Bad Configuration: config is required"))?;
        check_ingress(config)?;
        let tunnel = &mut self.cf.tunnels[at];
        tunnel.config = config.clone();
        tunnel.version += 1;
        Ok(Reply::of(self.configuration(&self.cf.tunnels[at])))
    }

    fn live(&self, id: &str) -> Result<usize, Refusal> {
        let found = self.cf.tunnels.iter().position(|tunnel| tunnel.id == id && tunnel.deleted_at.is_none());
        found.ok_or_else(|| Refusal::new(404, 1003, "Tunnel not found"))
    }

    fn row(&self, tunnel: &Tunnel) -> Value {
        json!({
            "id": tunnel.id,
            "account_tag": self.cf.account.id,
            "created_at": tunnel.created_at,
            "deleted_at": tunnel.deleted_at,
            "name": tunnel.name,
            "connections": [],
            "conns_active_at": null,
            "conns_inactive_at": tunnel.created_at,
            "tun_type": "cfd_tunnel",
            "metadata": {},
            "status": "inactive",
            "remote_config": tunnel.config_src == "cloudflare",
            "config_src": tunnel.config_src,
        })
    }

    fn configuration(&self, tunnel: &Tunnel) -> Value {
        json!({
            "account_id": self.cf.account.id,
            "tunnel_id": tunnel.id,
            "version": tunnel.version,
            "config": if tunnel.config.is_null() { json!({}) } else { tunnel.config.clone() },
            "source": tunnel.config_src,
            "created_at": tunnel.created_at,
        })
    }

    /// What a connector is started with: a secret.
    fn connector(&self, tunnel: &Tunnel) -> Value {
        let parts = json!({ "a": self.cf.account.id, "t": tunnel.id, "s": tunnel.secret });
        to_base64(parts.to_string().as_bytes(), Alphabet::Standard).into()
    }
}

/// Each rule has a service, and the last one takes all that is left.
fn check_ingress(config: &Value) -> Result<(), Refusal> {
    let Some(rules) = config.get("ingress") else { return Ok(()) };
    let bad = |why: &str| Err(Refusal::wrong(1056, format!("Bad Configuration: {why}")));
    let Some(rules) = rules.as_array().filter(|rules| !rules.is_empty()) else {
        return bad("ingress must be a list of rules");
    };
    if rules.iter().any(|rule| rule["service"].as_str().is_none_or(str::is_empty)) {
        return bad("each ingress rule must have a service");
    }
    let takes_all = |rule: &Value| {
        rule["hostname"].as_str().is_none_or(|host| host.is_empty() || host == "*")
            && rule["path"].as_str().is_none_or(str::is_empty)
    };
    match rules.split_last() {
        Some((last, _)) if !takes_all(last) => {
            bad("The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)")
        }
        Some((_, others)) if others.iter().any(takes_all) => bad("only the last ingress rule may match all URLs"),
        _ => Ok(()),
    }
}
