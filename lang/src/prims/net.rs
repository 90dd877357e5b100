//! `std.net`: IP addresses, CIDR blocks, host names with ports. Addresses stay strings.

use super::call::{Call, Out, Stop, record_of};
use super::row::row;
use crate::calc::net::{self, Cidr, Ip, Scope};
use crate::eval::native::Native;
use crate::value::value::Value;
use num_bigint::BigInt;
use num_traits::ToPrimitive;

pub const ROWS: &[Native] = &[
    row!(
        "net.is_ip",
        "(s : String) -> Bool",
        "Whether the string is an IPv4 or IPv6 address.",
        r#"std.net.is_ip("10.0.0.256")"#,
        "false",
        |c| Ok(Value::Bool(net::parse_ip(c.text(0)?.as_str()).is_ok()))
    ),
    row!(
        "net.is_cidr",
        "(s : String) -> Bool",
        "Whether the string is a block such as `10.0.0.0/24`.",
        r#"std.net.is_cidr("10.0.0.0/24")"#,
        "true",
        |c| Ok(Value::Bool(net::parse_cidr(c.text(0)?.as_str()).is_ok()))
    ),
    row!(
        "net.is_dns_label",
        "(s : String) -> Bool",
        "Whether the string is one part of a DNS name: a-z, 0-9 and `-`, at most 63 characters.",
        r#"std.net.is_dns_label("sonarr")"#,
        "true",
        |c| Ok(Value::Bool(net::label_fault(c.text(0)?.as_str()).is_none()))
    ),
    row!(
        "net.is_dns_name",
        "(s : String) -> Bool",
        "Whether the string is a DNS name in lower case.",
        r#"std.net.is_dns_name("sonarr.example.com")"#,
        "true",
        |c| Ok(Value::Bool(net::name_fault(c.text(0)?.as_str()).is_none()))
    ),
    row!(
        "net.family",
        "(ip : String) -> Int",
        "4 or 6, the version of an address or block.",
        r#"std.net.family("fd00::1")"#,
        "6",
        family
    ),
    row!(
        "net.canonical",
        "(ip : String) -> String",
        "An address in its shortest form, a block with its host bits cleared.",
        r#"[std.net.canonical("FD00:0::1"), std.net.canonical("10.0.0.5/24")]"#,
        r#"["fd00::1","10.0.0.0/24"]"#,
        canonical
    ),
    row!(
        "net.scope",
        "(ip : String) -> String",
        "What an address is for: `unspecified`, `loopback`, `link_local`, `multicast`, `private` or `global`.",
        r#"std.net.scope("192.168.1.10")"#,
        r#""private""#,
        scope
    ),
    row!(
        "net.to_number",
        "(ip : String) -> Int",
        "The address as a number.",
        r#"std.net.to_number("10.0.0.1")"#,
        "167772161",
        |c| Ok(Value::big(BigInt::from(ip(c, 0)?.number())))
    ),
    row!(
        "net.from_number",
        "(n : Int) -> String",
        "The address of a number: IPv4 if it fits in 32 bits, else IPv6.",
        "std.net.from_number(167772161)",
        r#""10.0.0.1""#,
        from_number
    ),
    row!(
        "net.step",
        "(ip : String, n : Int) -> String",
        "The address `n` further, or back if `n` is negative.",
        r#"std.net.step("10.0.0.255", 1)"#,
        r#""10.0.1.0""#,
        step
    ),
    row!(
        "net.compare",
        "(a : String, b : String) -> Int",
        "-1, 0 or 1 in the order of addresses; IPv4 comes before IPv6.",
        r#"std.net.compare("10.0.0.9", "10.0.0.10")"#,
        "-1",
        |c| Ok(Value::Int(ip(c, 0)?.cmp(&ip(c, 1)?) as i64))
    ),
    row!(
        "net.range",
        "(first : String, last : String) -> [String]",
        "All addresses from the first to the last, both included.",
        r#"std.net.range("10.0.0.254", "10.0.1.1")"#,
        r#"["10.0.0.254","10.0.0.255","10.0.1.0","10.0.1.1"]"#,
        range
    ),
    row!(
        "net.reverse_name",
        "(ip : String) -> String",
        "The name of the PTR record of an address.",
        r#"std.net.reverse_name("10.1.2.3")"#,
        r#""3.2.1.10.in-addr.arpa""#,
        |c| Ok(Value::text(ip(c, 0)?.reverse_name()))
    ),
    row!(
        "net.describe",
        "(cidr : String) -> { network : String, prefix : Int, netmask : String, first_host : String, last_host : String, last : String, size : Int }",
        "What a block consists of. In IPv4 `last` is the broadcast address.",
        r#"std.net.describe("10.0.0.5/30")"#,
        r#"{"network":"10.0.0.4","prefix":30,"netmask":"255.255.255.252","first_host":"10.0.0.5","last_host":"10.0.0.6","last":"10.0.0.7","size":4}"#,
        describe
    ),
    row!(
        "net.contains",
        "(cidr : String, inner : String) -> Bool",
        "Whether an address or a whole block lies in a block.",
        r#"std.net.contains("10.0.0.0/8", "10.1.0.0/16")"#,
        "true",
        contains
    ),
    row!(
        "net.overlaps",
        "(a : String, b : String) -> Bool",
        "Whether two blocks share an address.",
        r#"std.net.overlaps("10.0.0.0/9", "10.128.0.0/9")"#,
        "false",
        |c| Ok(Value::Bool(cidr(c, 0)?.overlaps(cidr(c, 1)?)))
    ),
    row!(
        "net.host",
        "(cidr : String, n : Int) -> String",
        "The address at a position of a block; negative positions count from its end.",
        r#"std.net.host("10.0.0.0/24", 10)"#,
        r#""10.0.0.10""#,
        host
    ),
    row!(
        "net.subnet",
        "(cidr : String, prefix : Int, n : Int) -> String",
        "The `n`-th of the blocks with a longer prefix that a block is cut into.",
        r#"std.net.subnet("10.0.0.0/16", 24, 3)"#,
        r#""10.0.3.0/24""#,
        subnet
    ),
    row!(
        "net.subnets",
        "(cidr : String, prefix : Int) -> [String]",
        "All blocks with a longer prefix that a block is cut into.",
        r#"std.net.subnets("10.0.0.0/24", 25)"#,
        r#"["10.0.0.0/25","10.0.0.128/25"]"#,
        subnets
    ),
    row!(
        "net.split_host_port",
        "(s : String) -> { host : String, port : Int }",
        "The two parts of `host:port`; an IPv6 address stands in brackets.",
        r#"std.net.split_host_port("[fd00::1]:80")"#,
        r#"{"host":"fd00::1","port":80}"#,
        split_host_port
    ),
    row!(
        "net.join_host_port",
        "(host : String, port : Int) -> String",
        "`host:port`, with brackets where the host is an IPv6 address.",
        r#"std.net.join_host_port("fd00::1", 80)"#,
        r#""[fd00::1]:80""#,
        join_host_port
    ),
];

/// More addresses than this are a slip: nobody lists a /8.
const LISTED: u128 = 1 << 20;

fn ip(c: &mut Call, at: usize) -> Result<Ip, Stop> {
    let text = c.text(at)?;
    c.ok(net::parse_ip(text.as_str()))
}

fn cidr(c: &mut Call, at: usize) -> Result<Cidr, Stop> {
    let text = c.text(at)?;
    c.ok(net::parse_cidr(text.as_str()))
}

/// An address, or a block if there is a prefix length.
fn block(c: &mut Call, at: usize) -> Result<(Cidr, bool), Stop> {
    let text = c.text(at)?;
    match text.as_str().contains('/') {
        true => Ok((cidr(c, at)?, true)),
        false => {
            let ip = ip(c, at)?;
            Ok((Cidr { ip, prefix: ip.bits() }, false))
        }
    }
}

fn family(c: &mut Call) -> Out {
    let (block, _) = block(c, 0)?;
    Ok(Value::Int(if block.ip.is_v6() { 6 } else { 4 }))
}

fn canonical(c: &mut Call) -> Out {
    let (block, is_block) = block(c, 0)?;
    Ok(Value::text(if is_block { block.canonical().to_string() } else { block.ip.to_string() }))
}

fn scope(c: &mut Call) -> Out {
    Ok(Value::text(match ip(c, 0)?.scope() {
        Scope::Unspecified => "unspecified",
        Scope::Loopback => "loopback",
        Scope::LinkLocal => "link_local",
        Scope::Multicast => "multicast",
        Scope::Private => "private",
        Scope::Global => "global",
    }))
}

fn from_number(c: &mut Call) -> Out {
    let n = c.big(0)?;
    let number = n.to_u128().ok_or_else(|| c.fail(format!("{n} is not the number of an address")))?;
    Ok(Value::text(Ip::from_number(number).to_string()))
}

fn step(c: &mut Call) -> Out {
    let (ip, n) = (ip(c, 0)?, c.big(1)?);
    let steps = n.to_i128().ok_or_else(|| c.fail(format!("{n} steps lead outside of all addresses")))?;
    c.ok(ip.step(steps)).map(|ip| Value::text(ip.to_string()))
}

fn range(c: &mut Call) -> Out {
    let (first, last) = (ip(c, 0)?, ip(c, 1)?);
    if first.is_v6() != last.is_v6() || first > last {
        return Err(c.fail(format!("no addresses lead from {first} to {last}")));
    }
    let count = last.number() - first.number();
    if count >= LISTED {
        return Err(c.fail(format!("from {first} to {last} there are more than {LISTED} addresses")));
    }
    let address = |at: u128| first.with_number(first.number() + at).map(|ip| Value::text(ip.to_string()));
    let listed: Result<Vec<Value>, String> = (0..=count).map(address).collect();
    c.ok(listed).map(Value::list)
}

fn describe(c: &mut Call) -> Out {
    let block = cidr(c, 0)?;
    let text = |ip: Ip| Value::text(ip.to_string());
    let (first, last) = block.host_range();
    Ok(record_of([
        ("network", text(block.network())),
        ("prefix", Value::Int(i64::from(block.prefix))),
        ("netmask", text(block.netmask())),
        ("first_host", text(first)),
        ("last_host", text(last)),
        ("last", text(block.last())),
        ("size", Value::big(BigInt::from(block.size_less_one()) + 1)),
    ]))
}

fn contains(c: &mut Call) -> Out {
    let (outer, (inner, _)) = (cidr(c, 0)?, block(c, 1)?);
    Ok(Value::Bool(outer.covers(inner)))
}

fn host(c: &mut Call) -> Out {
    let (block, n) = (cidr(c, 0)?, c.big(1)?);
    let at = n.to_i128().unwrap_or(i128::MAX);
    c.ok(block.host(at)).map(|ip| Value::text(ip.to_string()))
}

fn prefix(c: &mut Call) -> Result<u32, Stop> {
    Ok(u32::try_from(c.size(1)?).unwrap_or(u32::MAX))
}

fn subnet(c: &mut Call) -> Out {
    let (block, prefix, n) = (cidr(c, 0)?, prefix(c)?, c.size(2)?);
    c.ok(block.subnet(prefix, n as u128)).map(|block| Value::text(block.to_string()))
}

fn subnets(c: &mut Call) -> Out {
    let (block, prefix) = (cidr(c, 0)?, prefix(c)?);
    let count = c.ok(block.subnets(prefix))?;
    if count > LISTED {
        return Err(c.fail(format!("{block} has {count} subnets of /{prefix}; `std.net.subnet` gives one of them")));
    }
    let listed: Result<Vec<Value>, String> =
        (0..count).map(|at| block.subnet(prefix, at).map(|block| Value::text(block.to_string()))).collect();
    c.ok(listed).map(Value::list)
}

fn split_host_port(c: &mut Call) -> Out {
    let s = c.text(0)?;
    let (host, port) = c.ok(net::split_host_port(s.as_str()))?;
    Ok(record_of([("host", Value::text(host)), ("port", Value::Int(i64::from(port)))]))
}

fn join_host_port(c: &mut Call) -> Out {
    let (host, port) = (c.text(0)?, c.int(1)?);
    let port = u16::try_from(port).map_err(|_| c.fail(format!("`port` must be from 0 to 65535, found {port}")))?;
    Ok(Value::text(net::join_host_port(host.as_str(), port)))
}
