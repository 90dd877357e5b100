//! One record: brought into the form in which it is kept, and held against the others of its zone.

use super::answers::Refusal;
use super::data;
use super::model::Zone;
use super::txt;
use serde_json::{Map, Value, json};
use std::net::{Ipv4Addr, Ipv6Addr};

const TYPES: [&str; 22] = [
    "A",
    "AAAA",
    "CAA",
    "CERT",
    "CNAME",
    "DNSKEY",
    "DS",
    "HTTPS",
    "LOC",
    "MX",
    "NAPTR",
    "NS",
    "OPENPGPKEY",
    "PTR",
    "SMIMEA",
    "SRV",
    "SSHFP",
    "SVCB",
    "TLSA",
    "TXT",
    "URI",
    "SPF",
];

/// How a call treats the fields that it does not name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// They are as in a new record.
    Whole,
    /// They stay as they are.
    Part,
}

/// What a call makes of a record: `old` is the one that it changes.
pub fn made(
    zone: &Zone,
    given: &Map<String, Value>,
    old: Option<&Value>,
    manner: Manner,
    now: &str,
    id: &str,
) -> Result<Value, Refusal> {
    let field = |name: &str| -> Option<&Value> {
        let kept = old.filter(|_| manner == Manner::Part).and_then(|old| old.get(name));
        given.get(name).or(kept).filter(|value| !value.is_null())
    };
    let text = |name: &str| field(name).and_then(Value::as_str);
    let kind = text("type").unwrap_or_default().to_uppercase();
    if !TYPES.contains(&kind.as_str()) {
        return Err(Refusal::wrong(9002, format!("DNS record type \"{kind}\" is invalid.")));
    }
    let name = full_name(text("name").unwrap_or_default(), &zone.name)?;
    let data = field("data").and_then(Value::as_object);
    let (content, data) = contents(&kind, &name, text("content"), data)?;
    let proxied = proxied(&kind, field("proxied"))?;
    let mut record = json!({
        "id": id,
        "name": name,
        "type": kind,
        "content": content,
        "proxiable": can_be_proxied(&kind),
        "proxied": proxied,
        "ttl": ttl(zone, field("ttl"), proxied)?,
        "settings": settings(field("settings"))?,
        "meta": {},
        "comment": comment(zone, text("comment"))?,
        "tags": tags(zone, field("tags"))?,
        "created_on": old.map_or(json!(now), |old| old["created_on"].clone()),
        "modified_on": now,
    });
    if let Some(priority) = priority(&kind, field("priority"), data.as_ref())? {
        record["priority"] = priority.into();
    }
    if let Some(data) = data {
        record["data"] = Value::Object(data);
    }
    // Where nothing is another, nothing was modified.
    if let Some(old) = old.filter(|old| same(old, &record)) {
        return Ok(old.clone());
    }
    Ok(record)
}

fn same(a: &Value, b: &Value) -> bool {
    let fields = ["name", "type", "content", "proxied", "ttl", "settings", "comment", "tags", "priority", "data"];
    fields.iter().all(|name| a.get(name).unwrap_or(&Value::Null) == b.get(name).unwrap_or(&Value::Null))
}

fn can_be_proxied(kind: &str) -> bool {
    ["A", "AAAA", "CNAME"].contains(&kind)
}

/// The whole name in lower case: `@` and what lacks the zone's name are of the zone.
fn full_name(given: &str, zone: &str) -> Result<String, Refusal> {
    let name = given.trim_end_matches('.').to_lowercase();
    let inside = name == zone || name.ends_with(&format!(".{zone}"));
    let full = match name.as_str() {
        "" if given.is_empty() => return Err(Refusal::wrong(9000, "DNS name is invalid.")),
        "" | "@" => zone.to_owned(),
        _ if inside => name,
        _ => format!("{name}.{zone}"),
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_*".contains(c))
    };
    let fits = full.len() <= 255 && full.split('.').all(is_label);
    if fits { Ok(full) } else { Err(Refusal::wrong(9000, "DNS name is invalid.")) }
}

type Contents = (String, Option<Map<String, Value>>);

fn contents(
    kind: &str,
    name: &str,
    content: Option<&str>,
    parts: Option<&Map<String, Value>>,
) -> Result<Contents, Refusal> {
    if data::is_made_of_parts(kind) {
        let parts = parts.ok_or_else(|| Refusal::validation(9101, format!("{kind} records are given as data")))?;
        let parts = data::canonical(kind, parts);
        let content = data::content(kind, &parts).map_err(|why| Refusal::validation(9101, why))?;
        return Ok((content, Some(parts)));
    }
    let content = content.unwrap_or_default().trim();
    let host = || data::undotted(content).to_lowercase();
    let kept = match kind {
        "A" => match content.parse::<Ipv4Addr>() {
            Ok(address) => address.to_string(),
            Err(_) => return Err(Refusal::wrong(9005, "Content for A record must be a valid IPv4 address.")),
        },
        "AAAA" => match content.parse::<Ipv6Addr>() {
            Ok(address) => address.to_string(),
            Err(_) => return Err(Refusal::wrong(9006, "Content for AAAA record must be a valid IPv6 address.")),
        },
        "CNAME" if !is_host(&host()) => return Err(Refusal::wrong(9007, "Content for CNAME record is invalid.")),
        "CNAME" if host() == name => return Err(Refusal::wrong(9039, "CNAME content cannot reference itself.")),
        // A dot alone takes no mail.
        "MX" if content != "." && !is_host(&host()) => {
            return Err(Refusal::wrong(9009, "Content for MX record must be a hostname."));
        }
        "NS" if !is_host(&host()) => return Err(Refusal::wrong(9008, "Content for NS record must be a hostname.")),
        "CNAME" | "MX" | "NS" | "PTR" => host(),
        "TXT" if content.is_empty() => return Err(Refusal::wrong(9018, "Content for TXT record must not be empty.")),
        "TXT" if txt::length(content) > 2048 => {
            return Err(Refusal::wrong(9019, "Content for TXT record is too long."));
        }
        "TXT" => txt::kept(content),
        _ if content.is_empty() => return Err(Refusal::wrong(9011, format!("Content for {kind} record is required."))),
        _ => content.to_owned(),
    };
    Ok((kept, None))
}

fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    name.len() <= 253 && name.split('.').all(is_label) && name.parse::<Ipv4Addr>().is_err()
}

fn proxied(kind: &str, given: Option<&Value>) -> Result<bool, Refusal> {
    let wanted = match given {
        None => false,
        Some(Value::Bool(wanted)) => *wanted,
        Some(_) => return Err(Refusal::wrong(9003, "Invalid 'proxied' value, must be a boolean.")),
    };
    if wanted && !can_be_proxied(kind) {
        return Err(Refusal::wrong(9004, "This record type cannot be proxied."));
    }
    Ok(wanted)
}

/// One second stands for `automatic`, which is all that there is for what is proxied.
fn ttl(zone: &Zone, given: Option<&Value>, proxied: bool) -> Result<u64, Refusal> {
    let least = zone.least_ttl();
    let wanted = match given {
        None => Some(1),
        Some(value) => value.as_f64().map(|number| number as u64),
    };
    match wanted {
        Some(wanted) if wanted == 1 || (least..=86_400).contains(&wanted) => Ok(if proxied { 1 } else { wanted }),
        _ => {
            let why = format!("Invalid TTL. Must be between {least} and 86,400 seconds, or 1 for Automatic.");
            Err(Refusal::wrong(9021, why))
        }
    }
}

fn settings(given: Option<&Value>) -> Result<Value, Refusal> {
    let Some(given) = given else { return Ok(json!({})) };
    let known = ["ipv4_only", "ipv6_only", "flatten_cname"];
    let fits = given.as_object().is_some_and(|map| map.keys().all(|key| known.contains(&key.as_str())));
    if fits { Ok(given.clone()) } else { Err(Refusal::validation(9102, "settings are invalid")) }
}

fn comment(zone: &Zone, given: Option<&str>) -> Result<Value, Refusal> {
    let Some(text) = given.filter(|text| !text.is_empty()) else { return Ok(Value::Null) };
    let most = zone.comment_length();
    if text.chars().count() > most {
        return Err(Refusal::validation(9301, format!("DNS record comment exceeds the limit of {most} characters.")));
    }
    if text.contains(['\n', '\r']) {
        return Err(Refusal::validation(9302, "DNS record comment contains invalid characters."));
    }
    Ok(text.into())
}

fn tags(zone: &Zone, given: Option<&Value>) -> Result<Value, Refusal> {
    let list: Vec<&str> = given.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let most = zone.tags();
    if list.len() > most {
        let why = format!("DNS record has {} tags, exceeding the quota of {most}.", list.len());
        return Err(Refusal::validation(9300, why));
    }
    let is_tag = |tag: &&&str| {
        let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (1..=32).contains(&name.len()) && name.chars().all(fits) && value.chars().count() <= 100
    };
    if let Some(tag) = list.iter().find(|tag| !is_tag(tag)) {
        return Err(Refusal::validation(9303, format!("DNS record tag \"{tag}\" is invalid.")));
    }
    let mut list: Vec<&str> = list;
    list.sort_unstable();
    Ok(list.into())
}

/// MX and URI have one beside their content, SRV among its parts.
fn priority(kind: &str, given: Option<&Value>, parts: Option<&Map<String, Value>>) -> Result<Option<u64>, Refusal> {
    let inside = parts.and_then(|parts| parts.get("priority")).filter(|_| kind == "SRV");
    match (kind, inside.or(given)) {
        ("MX" | "URI" | "SRV", value) => {
            let number = value.and_then(Value::as_u64).filter(|number| *number <= 65_535);
            let missing =
                || Refusal::validation(9103, format!("priority of a {kind} record must be a number from 0 to 65535"));
            number.map(Some).ok_or_else(missing)
        }
        _ => Ok(None),
    }
}

/// Refuses a record that cannot stand beside the others.
pub fn check_conflicts(records: &[Value], record: &Value) -> Result<(), Refusal> {
    let kind = record["type"].as_str().unwrap_or_default();
    let others = records.iter().filter(|other| other["id"] != record["id"] && other["name"] == record["name"]);
    for other in others {
        let theirs = other["type"].as_str().unwrap_or_default();
        let addresses = |kind: &str| ["A", "AAAA", "CNAME"].contains(&kind);
        // Of services there may be twins.
        let equal =
            theirs == kind && other["content"] == record["content"] && other.get("priority") == record.get("priority");
        if equal && kind != "SRV" {
            let all = ["ttl", "proxied"].iter().all(|name| other[name] == record[name]);
            let (code, why) = if all {
                (81058, "An identical record already exists.")
            } else {
                (81057, "The record already exists.")
            };
            return Err(Refusal::wrong(code, why));
        }
        if kind == "CNAME" && addresses(theirs) || theirs == "CNAME" && addresses(kind) {
            return Err(Refusal::wrong(81053, "An A, AAAA, or CNAME record with that host already exists."));
        }
        if (kind == "NS") != (theirs == "NS")
            && (addresses(kind) || addresses(theirs))
            && record["name"].as_str().is_some_and(|name| name.matches('.').count() > 1)
        {
            return Err(Refusal::wrong(81056, "NS records with that host already exist."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::cloudflare::model::Cloudflare;

    fn make(given: Value) -> Result<Value, (u32, u32)> {
        let zone = Cloudflare::default().zones.remove(0);
        let record = made(&zone, given.as_object().unwrap(), None, Manner::Whole, "now", "1");
        let record = record.and_then(|record| check_conflicts(&zone.records, &record).map(|()| record));
        record.map_err(|refusal| (refusal.code, refusal.chain.first().map_or(0, |(code, _)| *code)))
    }

    #[test]
    fn names_are_whole_and_contents_in_one_form() {
        let record = make(json!({ "type": "a", "name": "Git", "content": "198.51.100.4" })).unwrap();
        assert_eq!(record["name"], "git.example.com");
        assert_eq!((&record["type"], &record["ttl"], &record["proxied"]), (&json!("A"), &json!(1), &json!(false)));
        let record =
            make(json!({ "type": "AAAA", "name": "@", "content": "2001:0db8::0001", "proxied": true, "ttl": 300 }))
                .unwrap();
        assert_eq!((&record["content"], &record["ttl"]), (&json!("2001:db8::1"), &json!(1)));
        let record = make(json!({ "type": "CNAME", "name": "a", "content": "B.Example.ORG." })).unwrap();
        assert_eq!(record["content"], "b.example.org");
        let record = make(json!({ "type": "MX", "name": "a", "content": ".", "priority": 0 })).unwrap();
        assert_eq!(record["content"], ".");
        let data = json!({ "priority": 1, "target": "b.example.org", "value": " alpn=\"h3\"" });
        let record = make(json!({ "type": "HTTPS", "name": "a", "data": data })).unwrap();
        assert_eq!(
            (&record["content"], &record["data"]["target"]),
            (&json!("1 b.example.org. alpn=\"h3\""), &json!("b.example.org."))
        );
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_number() {
        let a = |name: &str, more: Value| {
            let mut given = json!({ "type": "A", "name": name, "content": "198.51.100.4" });
            given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            make(given).unwrap_err()
        };
        assert_eq!(a("x", json!({ "content": "x" })), (9005, 0));
        assert_eq!(a("x", json!({ "ttl": 59 })), (9021, 0));
        assert_eq!(a("x y", json!({})), (9000, 0));
        assert_eq!(a("x", json!({ "tags": ["a:b"] })), (1004, 9300));
        assert_eq!(a("x", json!({ "comment": "c".repeat(101) })), (1004, 9301));
        assert_eq!(a("www", json!({})), (81053, 0));
        assert_eq!(a("vpn", json!({ "content": "203.0.113.7" })), (81058, 0));
        assert_eq!(a("vpn", json!({ "content": "203.0.113.7", "ttl": 300 })), (81057, 0));
        assert_eq!(make(json!({ "type": "TXT", "name": "x", "content": "y", "proxied": true })), Err((9004, 0)));
        assert_eq!(make(json!({ "type": "MX", "name": "x", "content": "mail.example.com" })), Err((1004, 9103)));
        assert_eq!(make(json!({ "type": "SRV", "name": "_x._tcp", "content": "1 2 3 a" })), Err((1004, 9101)));
    }
}
