//! Names of the library for names of manifests: services, areas, ports, volumes, keys.

use crate::calc::net::label_fault;

/// Words that say of an object what its kind says already.
const KINDS: &[&str] = &["-deployment", "-deploy", "-statefulset", "-daemonset", "-cronjob", "-workload"];

/// Endings that are those of the library's parts, as `std/meta/name` has them.
const PARTS: &[&str] = &["canary", "files", "headless", "lan", "preview", "stable", "success"];

/// What a service is called after its workload.
pub fn service(workload: &str) -> String {
    let bare = KINDS.iter().find_map(|kind| workload.strip_suffix(kind)).unwrap_or(workload);
    let mut name = label(bare, "app");
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        name = format!("app-{name}");
    }
    name.truncate(40);
    let name = name.trim_end_matches('-').to_owned();
    if PARTS.iter().any(|part| name.ends_with(&format!("-{part}"))) { format!("{name}-app") } else { name }
}

/// A DNS label out of any text.
pub fn label(text: &str, otherwise: &str) -> String {
    let plain: String =
        text.to_ascii_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let mut parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        parts.push(otherwise);
    }
    let mut label = parts.join("-");
    label.truncate(63);
    let label = label.trim_end_matches('-').to_owned();
    if label_fault(&label).is_some() { otherwise.to_owned() } else { label }
}

/// The name of a part of something, as `std/meta/name` makes it.
pub fn part(owner: &str, name: &str) -> String {
    let mark = if name.contains('-') || owner.contains('.') { '.' } else { '-' };
    format!("{owner}{mark}{name}")
}

/// Whether a port may be called so.
pub fn is_port(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    plain
        && name.len() <= 15
        && name.contains(|c: char| c.is_ascii_lowercase())
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
}

/// Ports that have a name of their own everywhere.
const KNOWN: &[(i64, &str)] = &[
    (22, "ssh"),
    (25, "smtp"),
    (53, "dns"),
    (80, "http"),
    (443, "https"),
    (445, "smb"),
    (587, "submission"),
    (853, "dot"),
    (993, "imaps"),
    (1883, "mqtt"),
    (3000, "http"),
    (3306, "mysql"),
    (5000, "http"),
    (5432, "postgres"),
    (5672, "amqp"),
    (6379, "redis"),
    (8000, "http"),
    (8080, "http"),
    (8081, "http"),
    (8443, "https"),
    (8554, "rtsp"),
    (8883, "mqtts"),
    (9000, "http"),
    (9090, "http"),
    (27017, "mongo"),
    (51820, "wireguard"),
];

/// A name for a port that has none.
pub fn port(number: i64, is_page: bool, taken: &[&str]) -> String {
    let known = KNOWN.iter().find(|(known, _)| *known == number).map(|(_, name)| *name);
    let wanted = if is_page { Some("http") } else { known };
    match wanted {
        Some(name) if !taken.contains(&name) => name.to_owned(),
        _ => format!("port-{number}"),
    }
}

/// Whether a key of a secret may be called so.
pub fn is_key(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    plain && !name.is_empty() && name != "." && name != ".."
}

/// Whether a variable may be called so.
pub fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// An image by its whole name: what Docker Hub leaves out is written.
pub fn image(text: &str) -> String {
    let first = text.split('/').next().unwrap_or_default();
    let is_host = text.contains('/') && (first.contains('.') || first.contains(':') || first == "localhost");
    match (is_host, text.contains('/')) {
        (true, _) => text.to_owned(),
        (false, true) => format!("docker.io/{text}"),
        (false, false) => format!("docker.io/library/{text}"),
    }
}

/// Tags that move, as `std/meta/image` has them.
const MOVING: &[&str] = &["latest", "stable", "edge", "main", "master", "nightly", "develop", "rolling"];

/// An image by its digest alone where its tag moves: the digest is what runs.
pub fn digested(image: &str) -> String {
    match image.split_once('@') {
        Some((_, digest)) if tag(image).is_some_and(|tag| MOVING.contains(&tag)) => {
            format!("{}@{digest}", repository(image))
        }
        _ => image.to_owned(),
    }
}

/// Why an image is not pinned; `None` if it is.
pub fn unpinned(image: &str) -> Option<String> {
    if image.contains("@sha256:") {
        return None;
    }
    match tag(image) {
        None => Some("has no tag".to_owned()),
        Some(tag) if MOVING.contains(&tag) => Some(format!("has the tag `{tag}`, which moves")),
        Some(_) => None,
    }
}

fn tag(image: &str) -> Option<&str> {
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split_once('@').map_or(last, |(name, _)| name).split_once(':').map(|(_, tag)| tag)
}

/// An image without its tag and digest.
pub fn repository(image: &str) -> &str {
    let bare = image.split_once('@').map_or(image, |(name, _)| name);
    let last = bare.rfind('/').map_or(0, |at| at + 1);
    bare[last..].find(':').map_or(bare, |at| &bare[..last + at])
}
