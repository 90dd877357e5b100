//! `std.contract`: annotations for the texts that infrastructure is made of.
//!
//! Each is a predicate that answers with true or with what is wrong, so that
//! `ip : std.contract.ip` reports the very mistake. What takes parameters (`between`, `one_of`)
//! stands in `stdlib/core/contract.rzp`.

use super::call::{Call, Out};
use super::row::row;
use crate::calc::encode::{self, Alphabet};
use crate::calc::{cron, duration, hash, net, quantity, semver, time, url};
use crate::eval::native::Native;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "contract.dns_label",
        "(value : Any) -> Bool | String",
        "One part of a DNS name, which most Kubernetes names are.",
        r#"("sonarr" : std.contract.dns_label)"#,
        r#""sonarr""#,
        |c| named(c, "a DNS label", net::label_fault)
    ),
    row!(
        "contract.dns_name",
        "(value : Any) -> Bool | String",
        "A DNS name in lower case.",
        r#"("sonarr.example.com" : std.contract.dns_name)"#,
        r#""sonarr.example.com""#,
        |c| named(c, "a DNS name", net::name_fault)
    ),
    row!(
        "contract.ip",
        "(value : Any) -> Bool | String",
        "An IPv4 or IPv6 address.",
        r#"("10.0.0.1" : std.contract.ip)"#,
        r#""10.0.0.1""#,
        |c| read(c, |text| net::parse_ip(text).map(drop))
    ),
    row!(
        "contract.ipv4",
        "(value : Any) -> Bool | String",
        "An IPv4 address.",
        r#"("10.0.0.1" : std.contract.ipv4)"#,
        r#""10.0.0.1""#,
        |c| read(c, |text| family(text, false))
    ),
    row!(
        "contract.ipv6",
        "(value : Any) -> Bool | String",
        "An IPv6 address.",
        r#"("fd00::1" : std.contract.ipv6)"#,
        r#""fd00::1""#,
        |c| read(c, |text| family(text, true))
    ),
    row!(
        "contract.cidr",
        "(value : Any) -> Bool | String",
        "A block of addresses whose host bits are not set.",
        r#"("10.0.0.0/24" : std.contract.cidr)"#,
        r#""10.0.0.0/24""#,
        |c| read(c, block)
    ),
    row!(
        "contract.network",
        "(value : Any) -> Bool | String",
        "An address with the length of its network.",
        r#"("10.0.0.7/24" : std.contract.network)"#,
        r#""10.0.0.7/24""#,
        |c| read(c, |text| net::parse_cidr(text).map(drop))
    ),
    row!(
        "contract.base64",
        "(value : Any) -> Bool | String",
        "Bytes in Base64, with its padding; line ends do not count.",
        r#"("aGVsbG8=" : std.contract.base64)"#,
        r#""aGVsbG8=""#,
        |c| read(c, base64)
    ),
    row!(
        "contract.host_port",
        "(value : Any) -> Bool | String",
        "A host and a port, as `host:port`.",
        r#"("db:5432" : std.contract.host_port)"#,
        r#""db:5432""#,
        |c| read(c, |text| net::split_host_port(text).map(drop))
    ),
    row!(
        "contract.port",
        "(value : Any) -> Bool | String",
        "The number of a port, 1 to 65535.",
        "(8080 : std.contract.port)",
        "8080",
        port
    ),
    row!(
        "contract.url",
        "(value : Any) -> Bool | String",
        "A URL with its scheme.",
        r#"("https://example.com/" : std.contract.url)"#,
        r#""https://example.com/""#,
        |c| read(c, |text| url::parse(text).map(drop))
    ),
    row!(
        "contract.quantity",
        "(value : Any) -> Bool | String",
        "A Kubernetes quantity, as text or as a number.",
        r#"[("5Gi" : std.contract.quantity), (2 : std.contract.quantity)]"#,
        r#"["5Gi",2]"#,
        amount
    ),
    row!(
        "contract.duration",
        "(value : Any) -> Bool | String",
        "A duration such as `1h30m`.",
        r#"("1h30m" : std.contract.duration)"#,
        r#""1h30m""#,
        |c| read(c, |text| duration::parse(text).map(drop))
    ),
    row!(
        "contract.time",
        "(value : Any) -> Bool | String",
        "A time of RFC 3339: a day alone is none.",
        r#"("2026-03-01T12:00:00Z" : std.contract.time)"#,
        r#""2026-03-01T12:00:00Z""#,
        |c| read(c, time::judge)
    ),
    row!(
        "contract.cron",
        "(value : Any) -> Bool | String",
        "A cron schedule that can run.",
        r#"("0 3 * * *" : std.contract.cron)"#,
        r#""0 3 * * *""#,
        |c| read(c, |text| cron::parse(text).map(drop))
    ),
    row!(
        "contract.semver",
        "(value : Any) -> Bool | String",
        "A semantic version.",
        r#"("1.2.3" : std.contract.semver)"#,
        r#""1.2.3""#,
        |c| read(c, |text| semver::parse(text).map(drop))
    ),
    row!(
        "contract.semver_range",
        "(value : Any) -> Bool | String",
        "A range of semantic versions.",
        r#"("^1.2" : std.contract.semver_range)"#,
        r#""^1.2""#,
        |c| read(c, |text| semver::Range::parse(text).map(drop))
    ),
    row!(
        "contract.uuid",
        "(value : Any) -> Bool | String",
        "A UUID.",
        r#"("6ba7b810-9dad-11d1-80b4-00c04fd430c8" : std.contract.uuid)"#,
        r#""6ba7b810-9dad-11d1-80b4-00c04fd430c8""#,
        |c| read(c, uuid)
    ),
];

/// True, or the message, as the value of a predicate.
fn verdict(fault: Result<(), String>) -> Out {
    Ok(fault.map_or_else(Value::text, |()| Value::Bool(true)))
}

/// Judges a text; anything else is not one.
fn read(c: &mut Call, judge: fn(&str) -> Result<(), String>) -> Out {
    match c.forced(0)? {
        Value::Text(text) => verdict(judge(text.as_str())),
        found => verdict(Err(format!("expected a string, found {}", found.kind()))),
    }
}

fn named(c: &mut Call, what: &str, fault: fn(&str) -> Option<String>) -> Out {
    match c.forced(0)? {
        Value::Text(text) => verdict(match fault(text.as_str()) {
            Some(fault) => Err(format!("`{}` is not {what}: {fault}", text.as_str())),
            None => Ok(()),
        }),
        found => verdict(Err(format!("expected a string, found {}", found.kind()))),
    }
}

fn family(text: &str, v6: bool) -> Result<(), String> {
    let ip = net::parse_ip(text)?;
    match ip.is_v6() == v6 {
        true => Ok(()),
        false if v6 => Err(format!("`{text}` is an IPv4 address, expected IPv6")),
        false => Err(format!("`{text}` is an IPv6 address, expected IPv4")),
    }
}

fn block(text: &str) -> Result<(), String> {
    let block = net::parse_cidr(text)?;
    match block.is_canonical() {
        true => Ok(()),
        false => Err(format!("`{text}` has host bits set; write `{}`", block.canonical())),
    }
}

fn base64(text: &str) -> Result<(), String> {
    let text: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    encode::from_base64(&text, Alphabet::Standard).map(drop)
}

fn uuid(text: &str) -> Result<(), String> {
    match hash::is_uuid(text) {
        true => Ok(()),
        false => Err(format!("`{text}` is not a UUID such as `6ba7b810-9dad-11d1-80b4-00c04fd430c8`")),
    }
}

fn port(c: &mut Call) -> Out {
    match c.forced(0)? {
        Value::Int(1..=65_535) => Ok(Value::Bool(true)),
        Value::Int(port) => verdict(Err(format!("{port} is not a port; it is 1 to 65535"))),
        found => verdict(Err(format!("expected an integer from 1 to 65535, found {}", found.kind()))),
    }
}

fn amount(c: &mut Call) -> Out {
    match c.forced(0)? {
        Value::Int(_) | Value::Float(_) => Ok(Value::Bool(true)),
        Value::Text(text) => verdict(quantity::parse(text.as_str()).map(drop)),
        found => verdict(Err(format!("expected a quantity such as \"5Gi\", found {}", found.kind()))),
    }
}
