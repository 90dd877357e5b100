//! From a request to the call that it means, and from what the call gives to the answer.
//!
//! The order is that of a real node: who asks, whether there is such a call, whether its parameters fit, whether the
//! one who asks may, and then the call itself.

use super::calls;
use super::cluster::Cluster;
use super::config::{pending, told};
use super::errors::{Given, Refusal};
use super::model::{Kind, Options, Work};
use super::rights::needed;
use crate::simulate::clock::http_date;
use crate::simulate::http::{Answer, Pairs, Request, pairs};
use serde_json::{Value, json};

const BASE: &str = "/api2/json/";

/// An answer, and how long it is held back.
pub struct Served {
    pub answer: Answer,
    pub wait: f64,
}

impl Cluster<'_> {
    pub fn serve(&mut self, request: &Request) -> Served {
        self.settle();
        let shown = self.clock.shown();
        let (answer, wait) = match self.authorised(request) {
            Ok(()) => (self.answer(request), 0.0),
            Err(refusal) => (refused(&refusal), self.settings.refusal_seconds),
        };
        let answer = answer
            .with("Date", http_date(shown))
            .with("Server", "pve-api-daemon/3.0")
            .with("Cache-Control", "max-age=0");
        Served { answer, wait }
    }

    fn authorised(&mut self, request: &Request) -> Result<(), Refusal> {
        let header = request.header("authorization").unwrap_or_default();
        let Some(told) = header.strip_prefix("PVEAPIToken=") else { return Err(Refusal::new(401, "No ticket")) };
        let (user, secret) = told.split_once('=').or_else(|| told.rsplit_once(':')).unwrap_or((told, ""));
        match self.pve.tokens.get(user) {
            None => Err(Refusal::new(401, format!("no such token '{}' for user '{}'", after(user), before(user)))),
            Some(token) if token.revoked => Err(Refusal::new(401, format!("token '{user}' access expired"))),
            Some(token) if token.secret != secret => Err(Refusal::new(401, "invalid token value!")),
            Some(_) => {
                self.user = user.to_owned();
                Ok(())
            }
        }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let mut total = None;
        match self.call(request, &mut total) {
            Ok(data) => {
                let mut body = json!({ "data": data });
                if let Some(total) = total {
                    body["total"] = total.into();
                }
                Answer::json(200, &body)
            }
            Err(refusal) => refused(&refusal),
        }
    }

    fn call(&mut self, request: &Request, total: &mut Option<usize>) -> Given {
        let path = request.path();
        let segments = if path.starts_with(BASE) { request.segments().split_off(2) } else { Vec::new() };
        let Some((call, names)) = calls::find(&request.method, &segments) else {
            let shown = path.strip_prefix("/api2/json").unwrap_or(path);
            return Err(Refusal::new(501, format!("Method '{} {shown}' not implemented", request.method)));
        };
        let given = call.check(&parameters(request)?)?;
        check_names(&names)?;
        for (path, privileges) in needed(&call.method, &call.path, &names, &given) {
            if !privileges.iter().any(|privilege| self.may(&path, privilege)) {
                let why = format!("Permission check failed ({path}, {})", privileges.join("|"));
                return Err(Refusal::new(403, why));
            }
        }
        self.dispatch(&format!("{} {}", call.method, call.path), &names, &given, total)
    }

    fn dispatch(&mut self, call: &str, names: &Options, given: &Options, total: &mut Option<usize>) -> Given {
        let pool = |options: &Options| options.get("poolid").cloned().unwrap_or_default();
        match call {
            "GET /version" => Ok(self.version()),
            "GET /nodes" => Ok(self.nodes()),
            "GET /nodes/{node}/status" => self.node_status(names),
            "GET /cluster/resources" => Ok(self.resources(given)),
            "GET /cluster/nextid" => self.next_id(given),
            "GET /cluster/status" => Ok(self.cluster_status()),
            "GET /cluster/tasks" => Ok(self.cluster_tasks()),
            "GET /cluster/options" | "GET /cluster/firewall/options" => Ok(self.document(&call["GET ".len()..])),
            "PUT /cluster/options" | "PUT /cluster/firewall/options" => {
                self.change_document(&call["PUT ".len()..], given)
            }
            "GET /access/permissions" => Ok(self.permissions(given)),
            "GET /cluster/ha/resources" => Ok(self.ha_resources(given)),
            "POST /cluster/ha/resources" => self.create_ha(given),
            "GET /cluster/ha/resources/{sid}" => self.ha_resource(names),
            "PUT /cluster/ha/resources/{sid}" => self.update_ha(names, given),
            "DELETE /cluster/ha/resources/{sid}" => self.delete_ha(names),
            "GET /cluster/ha/status/current" => Ok(self.ha_status()),
            "GET /pools" => self.pools(given),
            "POST /pools" => self.create_pool(given),
            "PUT /pools" => self.update_pool(&pool(given), given),
            "DELETE /pools" => self.delete_pool(&pool(given)),
            "GET /pools/{poolid}" => self.pool(&pool(names), given),
            "PUT /pools/{poolid}" => self.update_pool(&pool(names), given),
            "DELETE /pools/{poolid}" => self.delete_pool(&pool(names)),
            "GET /storage" => Ok(self.all_storages(given)),
            "GET /nodes/{node}/storage" => self.storages(names, given),
            "GET /nodes/{node}/storage/{storage}/content" => self.content(names, given),
            "GET /nodes/{node}/storage/{storage}/content/{volume}" => self.volume_info(names),
            "DELETE /nodes/{node}/storage/{storage}/content/{volume}" => self.delete_volume(names),
            "POST /nodes/{node}/storage/{storage}/download-url" => self.download(names, given),
            "GET /nodes/{node}/tasks" => self.task_list(names, given),
            "GET /nodes/{node}/tasks/{upid}" => Ok(json!([{ "name": "log" }, { "name": "status" }])),
            "GET /nodes/{node}/tasks/{upid}/status" => self.task_status(names),
            "GET /nodes/{node}/tasks/{upid}/log" => {
                let (lines, count) = self.task_log(names, given)?;
                *total = Some(count);
                Ok(lines)
            }
            "DELETE /nodes/{node}/tasks/{upid}" => self.task_stop(names),
            _ => self.dispatch_guest(call, names, given),
        }
    }

    /// The calls that there are for both kinds of guests.
    fn dispatch_guest(&mut self, call: &str, names: &Options, given: &Options) -> Given {
        let (method, path) = call.split_once(' ').unwrap_or_default();
        let kind = if path.starts_with("/nodes/{node}/lxc") { Kind::Lxc } else { Kind::Qemu };
        let rest = path.split('/').skip(4).collect::<Vec<_>>().join("/");
        match (method, rest.as_str()) {
            ("GET", "") => self.guests_of(names, kind),
            ("POST", "") => self.create(names, given, kind),
            ("DELETE", "{vmid}") => self.destroy(names, given, kind),
            ("GET", "{vmid}") => self.at(names, kind).map(|_| json!([{ "subdir": "config" }, { "subdir": "status" }])),
            ("GET", "{vmid}/config") => {
                let (_, guest) = self.at(names, kind)?;
                Ok(told(guest, given.get("current").is_some_and(|value| value == "1")))
            }
            ("POST", "{vmid}/config") => self.configure(names, given),
            ("PUT", "{vmid}/config") => self.configure_now(names, given, kind),
            ("GET", "{vmid}/pending") => Ok(pending(self.at(names, kind)?.1)),
            ("POST", "{vmid}/clone") => self.clone_guest(names, given, kind),
            ("PUT", "{vmid}/resize") => self.resize(names, given, kind),
            ("POST", "{vmid}/template") => self.template(names, kind),
            ("GET", "{vmid}/agent/network-get-interfaces") => self.agent_interfaces(names),
            ("GET", "{vmid}/interfaces") => self.container_interfaces(names),
            ("GET", "{vmid}/cloudinit") => self.cloudinit_options(names),
            ("PUT", "{vmid}/cloudinit") => self.regenerate(names),
            ("PUT", "{vmid}/unlink") => self.unlink(names, given),
            ("GET", "{vmid}/migrate") => self.can_migrate(names),
            ("POST", "{vmid}/migrate") => self.migrate(names, given, kind),
            ("GET", "{vmid}/status/current") => self.current(names, kind),
            ("POST", path) => self.power(names, given, kind, path.rsplit('/').next().unwrap_or_default()),
            _ => Err(Refusal::new(501, format!("Method '{call}' not implemented"))),
        }
    }

    /// As a task, unless the one who asks waits long enough for its end.
    fn configure(&mut self, names: &Options, given: &Options) -> Given {
        let (vmid, guest) = self.at(names, Kind::Qemu)?;
        let guest = guest.clone();
        let change = self.change(&guest, given)?;
        let delay = given.get("background_delay").and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        if self.fate == super::cluster::Fate::default() && delay >= self.settings.task_seconds.max(0.1) {
            let done = self.change_now(vmid, &change);
            return done
                .map(|()| Value::Null)
                .map_err(|why| Refusal::fail(format!("failed to update VM {vmid}: {why}")));
        }
        Ok(self.fork(&guest.node, "qmconfig", &vmid.to_string(), &[], Work::Change { vmid, change }))
    }

    fn configure_now(&mut self, names: &Options, given: &Options, kind: Kind) -> Given {
        let (vmid, guest) = self.at(names, kind)?;
        let guest = guest.clone();
        let change = self.change(&guest, given)?;
        self.change_now(vmid, &change)?;
        Ok(Value::Null)
    }
}

fn before(user: &str) -> &str {
    user.split('!').next().unwrap_or_default()
}

fn after(user: &str) -> &str {
    user.split('!').nth(1).unwrap_or_default()
}

/// What stands in a path is held to its format, too.
fn check_names(names: &Options) -> Result<(), Refusal> {
    let vmid = names.get("vmid").filter(|text| super::formats::fault("pve-vmid", text).is_some());
    match vmid {
        Some(text) if text.parse::<u64>().is_err() => {
            Err(Refusal::parameter("vmid", format!("type check ('integer') failed - got '{text}'")))
        }
        Some(text) => {
            Err(Refusal::parameter("vmid", format!("invalid format - value does not look like a valid VM ID: {text}")))
        }
        None => Ok(()),
    }
}

/// The parameters of a request: in the query, and in a body of a form or of JSON.
fn parameters(request: &Request) -> Result<Pairs, Refusal> {
    let mut given = request.query();
    let kind = request.header("content-type").unwrap_or_default();
    if kind.starts_with("application/json") && !request.body.is_empty() {
        let body: Value = serde_json::from_slice(&request.body)
            .map_err(|why| Refusal::new(400, format!("unable to parse JSON: {why}")))?;
        let Value::Object(fields) = body else { return Err(Refusal::new(400, "JSON body is no object")) };
        given.extend(
            fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, plain(&value))),
        );
    } else {
        given.extend(pairs(&String::from_utf8_lossy(&request.body)));
    }
    Ok(given)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(is) => i32::from(*is).to_string(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// A failure is told twice, in the first line and in the body, and ends the connection.
fn refused(refusal: &Refusal) -> Answer {
    let mut answer = Answer::json(refusal.status, &refusal.body());
    answer.reason = refusal.message.lines().next().unwrap_or_default().to_owned();
    answer.closes = true;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str, kind: &str, body: &str) -> Request {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Request { method: "POST".to_owned(), target: target.to_owned(), headers, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn parameters_come_in_a_query_a_form_or_json() {
        let told = |target, kind, body| {
            let given = parameters(&request(target, kind, body)).unwrap();
            given.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told("/x?a=1", "application/x-www-form-urlencoded", "b=%2F&c=x+y"), "a=1 b=/ c=x y");
        assert_eq!(
            told("/x", "application/json", r#"{ "a": true, "b": 2, "c": null, "d": [1, "x"] }"#),
            "a=1 b=2 d=1,x"
        );
        assert!(parameters(&request("/x", "application/json", "[1]")).is_err());
    }
}
