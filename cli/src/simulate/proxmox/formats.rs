//! What a text has to look like, by the name of its format: `dns-name`, `pve-tag-list`, …
//!
//! Formats that are not here are not looked into: what they describe is kept as it came.

use super::errors::UNKNOWN;
use super::props::Props;
use rzp_lang::calc::net::{parse_cidr, parse_ip};
use rzp_lang::calc::regex::is_match;

/// Why a text is not of a format, in the words that a node has for it.
pub fn fault(format: &str, text: &str) -> Option<String> {
    if let Some(one) = list_of(format) {
        return items(text).into_iter().find_map(|item| fault(one, item));
    }
    let (pattern, why) = match format {
        "pve-vmid" => (r"[1-9][0-9]{2,8}", "value does not look like a valid VM ID".to_owned()),
        "pve-node" => (r"[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?", "value does not look like a valid node name".into()),
        "pve-configid" => (r"[a-zA-Z][a-zA-Z0-9_-]+", format!("invalid configuration ID '{text}'")),
        "pve-poolid" => {
            (r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+){0,2}", format!("value does not look like a valid pool name: '{text}'"))
        }
        "pve-storage-id" => {
            (r"[a-zA-Z][a-zA-Z0-9_.-]*[a-zA-Z0-9]", format!("storage ID '{text}' contains illegal characters"))
        }
        "pve-tag" => (r"[A-Za-z0-9_][A-Za-z0-9_+.-]*", "invalid characters in tag".to_owned()),
        "dns-name" => (
            r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
            "value does not look like a valid DNS name".to_owned(),
        ),
        "pve-volume-id" => (r"[a-zA-Z][a-zA-Z0-9_.-]*[a-zA-Z0-9]:.+", format!("unable to parse volume ID '{text}'")),
        "pve-storage-content" => {
            (r"(images|rootdir|vztmpl|iso|backup|snippets|import|none)", format!("invalid content type '{text}'"))
        }
        "pve-ha-resource-or-vm-id" => (r"((vm|ct):)?[1-9][0-9]{2,8}", format!("invalid resource ID '{text}'")),
        "urlencoded" => (r"[-%a-zA-Z0-9_.!~*'()]*", "invalid urlencoded string".to_owned()),
        "pve-startup-order" => (
            r"((order=)?\d+|up=\d+|down=\d+)(,((order=)?\d+|up=\d+|down=\d+))*",
            format!("unable to parse startup options '{text}'"),
        ),
        "pve-hotplug-features" => (
            r"[01]|(network|disk|cpu|memory|usb|cloudinit)([,; ](network|disk|cpu|memory|usb|cloudinit))*",
            format!("unable to parse hotplug option '{text}'"),
        ),
        "pve-task-status-type" => (r"(ok|error|warning|unknown)", format!("invalid status '{text}'")),
        "address" => return (parse_ip(text).is_err() && fault("dns-name", text).is_some()).then(|| not("address")),
        "CIDR" => return parse_cidr(text).is_err().then(|| not("CIDR network")),
        "pve-qm-ipconfig" => return ipconfig(text),
        "pve-qm-smbios1" => return smbios(text),
        _ => return None,
    };
    let fits = is_match(&format!("^(?:{pattern})$"), text).unwrap_or(true);
    (!fits).then_some(why)
}

fn not(what: &str) -> String {
    format!("value does not look like a valid {what}")
}

fn list_of(format: &str) -> Option<&str> {
    match format {
        "pve-tag-list" => Some("pve-tag"),
        "address-list" => Some("address"),
        "dns-name-list" => Some("dns-name"),
        "pve-configid-list" => Some("pve-configid"),
        "pve-storage-id-list" => Some("pve-storage-id"),
        "pve-vmid-list" => Some("pve-vmid"),
        "pve-storage-content-list" => Some("pve-storage-content"),
        "pve-task-status-type-list" => Some("pve-task-status-type"),
        _ => None,
    }
}

/// The items of a list: divided by commas, semicolons, blanks or zero bytes.
pub fn items(text: &str) -> Vec<&str> {
    text.split([',', ';', ' ', '\0']).filter(|item| !item.is_empty()).collect()
}

fn ipconfig(text: &str) -> Option<String> {
    let props = Props::read(text, &[]);
    let strange = props.keys.iter().find(|(key, _)| !["ip", "ip6", "gw", "gw6"].contains(&key.as_str()));
    if let Some((key, _)) = strange {
        return Some(format!("format error\n{key}: {}", UNKNOWN));
    }
    let cidr = |key: &str, words: &[&str]| {
        props.get(key).filter(|value| !words.contains(value)).filter(|value| parse_cidr(value).is_err())
    };
    if let Some(key) = ["ip", "ip6"].into_iter().find(|key| cidr(key, &["dhcp", "auto", "manual"]).is_some()) {
        return Some(format!("format error\n{key}: invalid format - {}", not("address with a prefix")));
    }
    let lone = [("gw", "ip"), ("gw6", "ip6")].into_iter().find(|(gateway, address)| {
        props.get(gateway).is_some() && props.get(address).is_none_or(|value| parse_cidr(value).is_err())
    });
    lone.map(|(gateway, address)| {
        format!("format error\n{gateway}: gateway specified without specifying an {address} address")
    })
}

fn smbios(text: &str) -> Option<String> {
    let uuid = Props::read(text, &[]).get("uuid").map(str::to_owned)?;
    let fits = is_match(r"^[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$", &uuid).unwrap_or(true);
    (!fits).then(|| "format error\nuuid: value does not match the regex pattern".to_owned())
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn texts_are_held_to_their_format() {
        for (format, good, bad) in [
            ("dns-name", "k3s-1.lan", "k3s_1"),
            ("pve-tag-list", "rzp;rzp-home", "rzp;a=b"),
            ("pve-configid-list", "net1,scsi2", "net1,2"),
            ("pve-qm-ipconfig", "ip=10.0.0.5/24,gw=10.0.0.1", "ip=10.0.0.5"),
            ("pve-qm-ipconfig", "ip=dhcp,ip6=auto", "gw=10.0.0.1"),
            ("pve-ha-resource-or-vm-id", "vm:100", "x:100"),
            ("urlencoded", "ssh-ed25519%20AA", "ssh-ed25519 AA"),
        ] {
            assert_eq!(fault(format, good), None, "{format}");
            assert!(fault(format, bad).is_some(), "{format}: {bad}");
        }
    }
}
