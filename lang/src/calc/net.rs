//! IP addresses and CIDR blocks: read, compare, count, cut into subnets. No name is looked up.
//!
//! An address is a number together with its family, so that arithmetic is plain arithmetic. A block
//! keeps the address it was written with: `10.0.0.5/24` is the block 10.0.0.0/24 seen from .5, and
//! the functions that want a network say so when the host bits are set.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address as a number, e.g. 10.0.0.1 is 167772161 in the family of 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ip {
    /// Comes first so that IPv4 sorts before IPv6.
    v6: bool,
    number: u128,
}

/// A block of addresses, e.g. `10.0.0.0/24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    pub ip: Ip,
    pub prefix: u32,
}

pub fn parse_ip(text: &str) -> Result<Ip, String> {
    let address: IpAddr = text.parse().map_err(|_| {
        let advice = match text.split_once('/') {
            Some((ip, _)) if ip.parse::<IpAddr>().is_ok() => format!("it is a CIDR block; its address is `{ip}`"),
            _ if text.split('.').count() == 4 && text.split('.').any(leading_zero) => {
                "a part of it has a leading zero, which some read as octal".to_owned()
            }
            _ => "expected one such as `10.0.0.1` or `fd00::1`".to_owned(),
        };
        format!("`{text}` is not an IP address: {advice}")
    })?;
    Ok(Ip::from(address))
}

fn leading_zero(part: &str) -> bool {
    part.len() > 1 && part.starts_with('0')
}

pub fn parse_cidr(text: &str) -> Result<Cidr, String> {
    let fail = |reason: String| format!("`{text}` is not a CIDR block: {reason}");
    let Some((ip, prefix)) = text.split_once('/') else {
        let advice = match parse_ip(text) {
            Ok(ip) => format!("it has no prefix length; write `{text}/{}` for the one address", ip.bits()),
            Err(_) => "expected one such as `10.0.0.0/24`".to_owned(),
        };
        return Err(fail(advice));
    };
    let ip = parse_ip(ip).map_err(fail)?;
    let digits = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit()) && !leading_zero(prefix);
    match prefix.parse::<u32>() {
        Ok(prefix) if digits && prefix <= ip.bits() => Ok(Cidr { ip, prefix }),
        _ => Err(fail(format!("the prefix length is 0 to {}, found `{prefix}`", ip.bits()))),
    }
}

impl From<IpAddr> for Ip {
    fn from(address: IpAddr) -> Ip {
        match address {
            IpAddr::V4(v4) => Ip { v6: false, number: u128::from(v4.to_bits()) },
            IpAddr::V6(v6) => Ip { v6: true, number: v6.to_bits() },
        }
    }
}

impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.address().fmt(f)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.ip, self.prefix)
    }
}

/// What an address is for; the first that applies, as the registries of IANA have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Unspecified,
    Loopback,
    LinkLocal,
    Multicast,
    Private,
    Global,
}

impl Ip {
    pub fn bits(self) -> u32 {
        if self.v6 { 128 } else { 32 }
    }

    pub fn is_v6(self) -> bool {
        self.v6
    }

    pub fn number(self) -> u128 {
        self.number
    }

    /// The address of a number, in the family of `self`.
    pub fn with_number(self, number: u128) -> Result<Ip, String> {
        match self.v6 || number <= u128::from(u32::MAX) {
            true => Ok(Ip { number, ..self }),
            false => Err(format!("{number} is past the last IPv4 address")),
        }
    }

    /// The IPv4 address of a number that fits in 32 bits, else the IPv6 address.
    pub fn from_number(number: u128) -> Ip {
        Ip { v6: number > u128::from(u32::MAX), number }
    }

    /// The address `steps` further (or back).
    pub fn step(self, steps: i128) -> Result<Ip, String> {
        let fail = || format!("{self} moved by {steps} is outside of the addresses of its family");
        let number = self.number.checked_add_signed(steps).ok_or_else(fail)?;
        self.with_number(number).map_err(|_| fail())
    }

    pub fn scope(self) -> Scope {
        let (unspecified, loopback, link_local, multicast, private) = match self.address() {
            IpAddr::V4(v4) => {
                (v4.is_unspecified(), v4.is_loopback(), v4.is_link_local(), v4.is_multicast(), v4.is_private())
            }
            IpAddr::V6(v6) => (
                v6.is_unspecified(),
                v6.is_loopback(),
                v6.is_unicast_link_local(),
                v6.is_multicast(),
                v6.is_unique_local(),
            ),
        };
        match true {
            _ if unspecified => Scope::Unspecified,
            _ if loopback => Scope::Loopback,
            _ if link_local => Scope::LinkLocal,
            _ if multicast => Scope::Multicast,
            _ if private => Scope::Private,
            _ => Scope::Global,
        }
    }

    /// The name that a PTR record for the address has.
    pub fn reverse_name(self) -> String {
        match self.address() {
            IpAddr::V4(v4) => {
                let [a, b, c, d] = v4.octets();
                format!("{d}.{c}.{b}.{a}.in-addr.arpa")
            }
            IpAddr::V6(v6) => {
                let digits: Vec<String> = (0..32).map(|at| format!("{:x}", v6.to_bits() >> (4 * at) & 0xf)).collect();
                format!("{}.ip6.arpa", digits.join("."))
            }
        }
    }

    fn address(self) -> IpAddr {
        match self.v6 {
            true => IpAddr::V6(Ipv6Addr::from_bits(self.number)),
            false => IpAddr::V4(Ipv4Addr::from_bits(self.number as u32)),
        }
    }
}

impl Cidr {
    /// The bits below the prefix, all set.
    fn hosts(self) -> u128 {
        let free = self.ip.bits() - self.prefix;
        1_u128.checked_shl(free).map_or(u128::MAX, |size| size - 1)
    }

    pub fn network(self) -> Ip {
        Ip { number: self.ip.number & !self.hosts(), ..self.ip }
    }

    /// The last address, which in IPv4 is the broadcast address.
    pub fn last(self) -> Ip {
        Ip { number: self.ip.number | self.hosts(), ..self.ip }
    }

    pub fn netmask(self) -> Ip {
        let all = if self.ip.v6 { u128::MAX } else { u128::from(u32::MAX) };
        Ip { number: all & !self.hosts(), ..self.ip }
    }

    /// The block with its host bits cleared.
    pub fn canonical(self) -> Cidr {
        Cidr { ip: self.network(), ..self }
    }

    pub fn is_canonical(self) -> bool {
        self.ip == self.network()
    }

    /// The number of addresses minus one, so that `::/0` fits.
    pub fn size_less_one(self) -> u128 {
        self.hosts()
    }

    /// The first and last address a host can have: all but network and broadcast in IPv4, where
    /// /31 and /32 have only hosts; all in IPv6.
    pub fn host_range(self) -> (Ip, Ip) {
        let (first, last) = (self.network(), self.last());
        match self.ip.v6 || self.prefix >= 31 {
            true => (first, last),
            false => (Ip { number: first.number + 1, ..first }, Ip { number: last.number - 1, ..last }),
        }
    }

    pub fn contains(self, ip: Ip) -> bool {
        ip.v6 == self.ip.v6 && (self.network()..=self.last()).contains(&ip)
    }

    pub fn covers(self, other: Cidr) -> bool {
        self.contains(other.network()) && self.contains(other.last())
    }

    pub fn overlaps(self, other: Cidr) -> bool {
        self.ip.v6 == other.ip.v6 && self.network() <= other.last() && other.network() <= self.last()
    }

    /// The address at a position; negative ones count from the end, -1 is the last.
    pub fn host(self, at: i128) -> Result<Ip, String> {
        let fail = || format!("{self} has no address {at}; it has {} addresses", self.size_text());
        let number = match at >= 0 {
            true => Some(at.unsigned_abs()).filter(|at| *at <= self.hosts()).map(|at| self.network().number + at),
            false => Some(at.unsigned_abs() - 1).filter(|at| *at <= self.hosts()).map(|at| self.last().number - at),
        };
        number.map(|number| Ip { number, ..self.ip }).ok_or_else(fail)
    }

    /// The subnet at a position when the block is cut into blocks of a longer prefix.
    pub fn subnet(self, prefix: u32, at: u128) -> Result<Cidr, String> {
        let count = self.subnets(prefix)?;
        if at > count - 1 {
            return Err(format!("{self} has {count} subnets of /{prefix}, so none has the index {at}"));
        }
        let free = self.ip.bits() - prefix;
        let number = self.network().number + at.checked_shl(free).unwrap_or(0);
        Ok(Cidr { ip: Ip { number, ..self.ip }, prefix })
    }

    /// How many subnets of a longer prefix the block has; at most 2^127 are counted.
    pub fn subnets(self, prefix: u32) -> Result<u128, String> {
        if prefix < self.prefix || prefix > self.ip.bits() {
            return Err(format!(
                "{self} has no subnets of /{prefix}; the prefix length is {} to {}",
                self.prefix,
                self.ip.bits()
            ));
        }
        Ok(1 << (prefix - self.prefix).min(127))
    }

    fn size_text(self) -> String {
        match self.hosts().checked_add(1) {
            Some(size) => size.to_string(),
            None => "2^128".to_owned(),
        }
    }
}

/// `host:port` as (host, port), the brackets of an IPv6 address taken off.
pub fn split_host_port(text: &str) -> Result<(&str, u16), String> {
    let fail = |reason: &str| format!("`{text}` is not a host with a port: {reason}");
    let (host, port) = text.rsplit_once(':').ok_or_else(|| fail("expected `host:port`"))?;
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']').ok_or_else(|| fail("`[` has no `]`"))?,
        None if host.contains(':') => return Err(fail("an IPv6 address stands in brackets, as in `[fd00::1]:80`")),
        None => host,
    };
    let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(port) if digits => Ok((host, port)),
        _ => Err(fail("the port is a number from 0 to 65535")),
    }
}

pub fn join_host_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// What keeps a text from being one label of a DNS name (RFC 1123: a-z, 0-9 and `-`, at most 63).
pub fn label_fault(text: &str) -> Option<String> {
    let bad = |c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-';
    match text.len() {
        0 => return Some("it is empty".to_owned()),
        64.. => return Some(format!("it has {} characters, 63 are the most", text.len())),
        _ => {}
    }
    if text.starts_with('-') || text.ends_with('-') {
        return Some("it starts or ends with `-`".to_owned());
    }
    text.chars().find(|c| bad(*c)).map(|c| {
        let meant = as_label(text);
        let advice = if meant.is_empty() { String::new() } else { format!("; write `{meant}`") };
        match c {
            'A'..='Z' => format!("`{c}` is upper case{advice}"),
            _ => format!("`{c}` cannot stand in it{advice}"),
        }
    })
}

/// The label that a text most likely stands for: lower case, with `-` for what cannot stand in it.
fn as_label(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let label: String = text.chars().map(letter).collect();
    label.trim_matches('-').to_owned()
}

/// What keeps a text from being a DNS name: labels joined by points, at most 253 characters.
pub fn name_fault(text: &str) -> Option<String> {
    if text.len() > 253 {
        return Some(format!("it has {} characters, 253 are the most", text.len()));
    }
    let (label, fault) = text.split('.').find_map(|label| Some((label, label_fault(label)?)))?;
    let whole = || text.split('.').map(as_label).collect::<Vec<_>>().join(".");
    Some(match fault.split_once("; write `") {
        Some((fault, _)) => format!("in the part `{label}`: {fault}; write `{}`", whole()),
        None => format!("in the part `{label}`: {fault}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> Ip {
        parse_ip(text).unwrap()
    }

    fn cidr(text: &str) -> Cidr {
        parse_cidr(text).unwrap()
    }

    #[test]
    fn reads_with_reasons() {
        assert!(parse_ip("10.0.0.0/8").unwrap_err().contains("its address is `10.0.0.0`"));
        assert!(parse_ip("10.0.0.01").unwrap_err().contains("leading zero"));
        assert!(parse_cidr("10.0.0.1").unwrap_err().contains("write `10.0.0.1/32`"));
        assert!(parse_cidr("10.0.0.0/33").unwrap_err().contains("0 to 32"));
        assert!(parse_cidr("fd00::/129").is_err() && parse_cidr("10.0.0.0/+8").is_err());
        assert_eq!(ip("FD00:0::1").to_string(), "fd00::1");
    }

    #[test]
    fn counts_blocks() {
        let block = cidr("10.10.0.200/24");
        assert_eq!(block.canonical().to_string(), "10.10.0.0/24");
        assert_eq!(block.netmask().to_string(), "255.255.255.0");
        assert_eq!(block.last().to_string(), "10.10.0.255");
        assert_eq!(block.host_range().1.to_string(), "10.10.0.254");
        assert_eq!(block.host(5).unwrap().to_string(), "10.10.0.5");
        assert_eq!(block.host(-2).unwrap().to_string(), "10.10.0.254");
        assert!(block.host(256).unwrap_err().contains("it has 256 addresses"));
        assert!(block.contains(ip("10.10.0.7")) && !block.contains(ip("10.10.1.7")));
        assert!(cidr("::/0").contains(ip("fd00::1")) && !cidr("0.0.0.0/0").contains(ip("fd00::1")));
        assert_eq!(cidr("::/0").size_less_one(), u128::MAX);
        assert_eq!(cidr("0.0.0.0/0").size_less_one(), u128::from(u32::MAX));
        assert!(cidr("::/0").host(-1).unwrap().to_string().starts_with("ffff:"));
    }

    #[test]
    fn cuts_and_compares() {
        assert_eq!(cidr("10.0.0.0/16").subnet(24, 3).unwrap().to_string(), "10.0.3.0/24");
        assert!(cidr("10.0.0.0/24").subnet(26, 4).unwrap_err().contains("has 4 subnets"));
        assert!(cidr("10.0.0.0/24").subnets(16).is_err());
        assert_eq!(cidr("fd00::/48").subnet(64, 0x2a).unwrap().to_string(), "fd00:0:0:2a::/64");
        assert!(cidr("10.0.0.0/8").overlaps(cidr("10.9.0.0/16")) && cidr("10.0.0.0/8").covers(cidr("10.9.0.0/16")));
        assert!(!cidr("10.0.0.0/9").overlaps(cidr("10.128.0.0/9")));
        assert_eq!(ip("10.0.0.255").step(1).unwrap().to_string(), "10.0.1.0");
        assert!(ip("255.255.255.255").step(1).is_err() && ip("::").step(-1).is_err());
        assert_eq!(ip("192.168.1.1").scope(), Scope::Private);
        assert_eq!(ip("10.1.2.3").reverse_name(), "3.2.1.10.in-addr.arpa");
    }

    #[test]
    fn hosts_and_names() {
        assert_eq!(split_host_port("[fd00::1]:80"), Ok(("fd00::1", 80)));
        assert!(split_host_port("fd00::1:80").unwrap_err().contains("brackets"));
        assert!(split_host_port("a:65536").is_err() && split_host_port("a").is_err());
        assert_eq!(join_host_port("fd00::1", 80), "[fd00::1]:80");
        assert_eq!(label_fault("sonarr"), None);
        assert!(label_fault("Sonarr").unwrap().contains("write `sonarr`"));
        assert!(name_fault("a..b").is_some() && name_fault("a.example.com").is_none());
    }
}
