//! The configuration of a guest as it is told: values, digest, what waits for the next start.

use super::calls::{self, Type};
use super::model::{Guest, Kind, Options};
use rzp_lang::calc::encode::to_hex;
use rzp_lang::calc::hash::{Algorithm, digest as hashed};
use serde_json::{Map, Value, json};

/// The file that a node would keep of it.
fn text(guest: &Guest) -> String {
    let mut text = String::new();
    for line in guest.option("description").unwrap_or_default().lines() {
        text.push_str(&format!("#{line}\n"));
    }
    text.extend(lines(&guest.config));
    if !guest.pending.is_empty() || !guest.removing.is_empty() {
        let gone: Vec<&str> = guest.removing.keys().map(String::as_str).collect();
        text.push_str(&format!("\n[PENDING]\ndelete: {}\n", gone.join(",")));
        text.extend(lines(&guest.pending));
    }
    text
}

fn lines(options: &Options) -> impl Iterator<Item = String> {
    options.iter().filter(|(name, _)| *name != "description").map(|(name, value)| format!("{name}: {value}\n"))
}

/// Tells one state of the file from all others.
pub fn digest(guest: &Guest) -> String {
    to_hex(&hashed(Algorithm::Sha1, text(guest).as_bytes()))
}

/// The configuration as it is after the next start, or as it is now.
pub fn told(guest: &Guest, current: bool) -> Value {
    let mut options = guest.config.clone();
    if !current {
        options.extend(guest.pending.clone());
        options.retain(|name, _| !guest.removing.contains_key(name));
    }
    let mut map: Map<String, Value> =
        options.iter().map(|(name, value)| (name.clone(), shown(guest.kind, name, value))).collect();
    map.insert("digest".to_owned(), digest(guest).into());
    Value::Object(map)
}

/// Each option with what it is and what it will be.
pub fn pending(guest: &Guest) -> Value {
    let mut rows = Vec::new();
    for (name, value) in &guest.config {
        let mut row = json!({ "key": name, "value": shown(guest.kind, name, value) });
        if let Some(next) = guest.pending.get(name) {
            row["pending"] = shown(guest.kind, name, next);
        }
        if let Some(force) = guest.removing.get(name) {
            row["delete"] = if *force { 2 } else { 1 }.into();
        }
        rows.push(row);
    }
    for (name, value) in guest.pending.iter().filter(|(name, _)| !guest.config.contains_key(*name)) {
        rows.push(json!({ "key": name, "pending": shown(guest.kind, name, value) }));
    }
    rows.push(json!({ "key": "digest", "value": digest(guest) }));
    Value::Array(rows)
}

/// Switches and whole numbers are numbers, secrets are not told, and a description ends with a line break.
fn shown(kind: Kind, name: &str, value: &str) -> Value {
    match name {
        "cipassword" => return "**********".into(),
        "description" => return format!("{value}\n").into(),
        _ => {}
    }
    match kind_of(kind, name) {
        Some(Type::Bool | Type::Int) => value.parse::<i64>().map_or_else(|_| value.into(), Value::from),
        _ => value.into(),
    }
}

/// What an option of a guest is, if it is one.
pub fn kind_of(kind: Kind, name: &str) -> Option<Type> {
    let path = ["nodes".to_owned(), "n".to_owned(), kind.name().to_owned()];
    let (call, _) = calls::find("POST", &path)?;
    call.params.iter().find(|param| param.covers(name)).map(|param| param.kind)
}

/// A description is kept as lines: what is empty at its end is lost.
pub fn described(text: &str) -> String {
    text.trim_end_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest() -> Guest {
        let config = [("cores", "2"), ("memory", "2048"), ("description", "a\n<!-- b -->"), ("cipassword", "x")];
        let config = config.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Guest {
            kind: Kind::Qemu,
            node: "pve1".to_owned(),
            config,
            pending: Options::new(),
            removing: Default::default(),
            running: None,
            deaf: false,
        }
    }

    #[test]
    fn whole_numbers_are_numbers_and_secrets_are_not_told() {
        let told = told(&guest(), false);
        assert_eq!(told["cores"], 2);
        assert_eq!(told["memory"], "2048");
        assert_eq!(told["description"], "a\n<!-- b -->\n");
        assert_eq!(told["cipassword"], "**********");
    }

    #[test]
    fn the_digest_is_another_for_every_change_also_a_pending_one() {
        let (before, mut guest) = (digest(&guest()), guest());
        guest.pending.insert("cores".to_owned(), "4".to_owned());
        assert_ne!(digest(&guest), before);
        assert_eq!(told(&guest, false)["cores"], 4);
        assert_eq!(told(&guest, true)["cores"], 2);
        let rows = pending(&guest);
        assert!(rows.as_array().unwrap().contains(&json!({ "key": "cores", "value": 2, "pending": 4 })), "{rows}");
    }
}
