//! Records whose content is made of parts: SRV, CAA, HTTPS and the like are given as `data`.

use serde_json::{Map, Value};

/// The parts of a type in the order in which its content has them, each with how it is written.
#[derive(Clone, Copy)]
enum Part {
    Number(&'static str, u64),
    Word(&'static str),
    Quoted(&'static str),
}

use Part::{Number, Quoted, Word};

fn parts(kind: &str) -> Option<&'static [Part]> {
    Some(match kind {
        "SRV" => &[Number("weight", 65_535), Number("port", 65_535), Word("target")],
        "CAA" => &[Number("flags", 255), Word("tag"), Quoted("value")],
        "HTTPS" | "SVCB" => &[Number("priority", 65_535), Word("target"), Word("value")],
        "TLSA" | "SMIMEA" => {
            &[Number("usage", 255), Number("selector", 255), Number("matching_type", 255), Word("certificate")]
        }
        "SSHFP" => &[Number("algorithm", 255), Number("type", 255), Word("fingerprint")],
        "URI" => &[Number("weight", 65_535), Quoted("target")],
        "NAPTR" => &[
            Number("order", 65_535),
            Number("preference", 65_535),
            Quoted("flags"),
            Quoted("service"),
            Quoted("regex"),
            Word("replacement"),
        ],
        "CERT" => &[Number("type", 65_535), Number("key_tag", 65_535), Number("algorithm", 255), Word("certificate")],
        "DS" => &[Number("key_tag", 65_535), Number("algorithm", 255), Number("digest_type", 255), Word("digest")],
        "DNSKEY" => &[Number("flags", 65_535), Number("protocol", 255), Number("algorithm", 255), Word("public_key")],
        "LOC" => &[
            Number("lat_degrees", 90),
            Number("lat_minutes", 59),
            Word("lat_seconds"),
            Word("lat_direction"),
            Number("long_degrees", 180),
            Number("long_minutes", 59),
            Word("long_seconds"),
            Word("long_direction"),
            Word("altitude"),
            Word("size"),
            Word("precision_horz"),
            Word("precision_vert"),
        ],
        _ => return None,
    })
}

/// Whether a type is given in parts.
pub fn is_made_of_parts(kind: &str) -> bool {
    parts(kind).is_some()
}

/// The parts in the form in which they are told. The names in SVCB, HTTPS and NAPTR end with a dot, that in SRV does not.
pub fn canonical(kind: &str, given: &Map<String, Value>) -> Map<String, Value> {
    let told = |name: &str, text: &str| match (kind, name) {
        ("SRV", "target") => undotted(text).to_owned(),
        ("HTTPS" | "SVCB", "target") | ("NAPTR", "replacement") => dotted(text),
        ("HTTPS" | "SVCB", "value") => text.trim().to_owned(),
        _ => text.to_owned(),
    };
    let part = |(name, value): (&String, &Value)| {
        let value = value.as_str().map_or_else(|| value.clone(), |text| told(name, text).into());
        (name.clone(), value)
    };
    given.iter().map(part).collect()
}

/// A name without a dot at its end; a dot alone is the root.
pub fn undotted(name: &str) -> &str {
    name.strip_suffix('.').filter(|rest| !rest.is_empty()).unwrap_or(name)
}

fn dotted(name: &str) -> String {
    if name.is_empty() || name.ends_with('.') { name.to_owned() } else { format!("{name}.") }
}

/// The content that parts in this form make, or which of them is wrong.
pub fn content(kind: &str, data: &Map<String, Value>) -> Result<String, String> {
    let mut words = Vec::new();
    for part in parts(kind).unwrap_or_default() {
        match part {
            Number(name, most) => {
                let number = data.get(*name).and_then(Value::as_u64).filter(|number| number <= most);
                words.push(number.ok_or_else(|| format!("data.{name} must be a number from 0 to {most}"))?.to_string());
            }
            Word(name) => words.push(word(kind, name, data)?),
            Quoted(name) => {
                let text = data.get(*name).and_then(Value::as_str).ok_or_else(|| format!("data.{name} is required"))?;
                words.push(format!("\"{text}\""));
            }
        }
    }
    Ok(words.join(" ").trim_end().to_owned())
}

fn word(kind: &str, name: &str, data: &Map<String, Value>) -> Result<String, String> {
    match data.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) if ["altitude", "size", "precision_horz", "precision_vert"].contains(&name) => {
            Ok(format!("{:.2}m", number.as_f64().unwrap_or_default()))
        }
        Some(Value::Number(number)) => Ok(number.to_string()),
        None if name == "value" && kind != "CAA" => Ok(String::new()),
        None if kind == "LOC" && !name.ends_with("direction") => Ok("0".to_owned()),
        _ => Err(format!("data.{name} is required")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn contents_are_made_of_their_parts() {
        let made = |kind: &str, data: Value| content(kind, &canonical(kind, data.as_object().unwrap()));
        assert_eq!(
            made("SRV", json!({ "weight": 5, "port": 5060, "target": "sip.example.com." })).unwrap(),
            "5 5060 sip.example.com"
        );
        assert_eq!(
            made("CAA", json!({ "flags": 0, "tag": "issue", "value": "letsencrypt.org" })).unwrap(),
            "0 issue \"letsencrypt.org\""
        );
        assert_eq!(
            made("HTTPS", json!({ "priority": 1, "target": ".", "value": "alpn=\"h3\"" })).unwrap(),
            "1 . alpn=\"h3\""
        );
        assert_eq!(
            made("HTTPS", json!({ "priority": 1, "target": "www.example.com", "value": " alpn=\"h3,h2\"" })).unwrap(),
            "1 www.example.com. alpn=\"h3,h2\""
        );
        assert_eq!(made("SVCB", json!({ "priority": 0, "target": "a.example.com." })).unwrap(), "0 a.example.com.");
        assert_eq!(
            made("SRV", json!({ "weight": 70000, "port": 1, "target": "a" })).unwrap_err(),
            "data.weight must be a number from 0 to 65535"
        );
        assert_eq!(made("CAA", json!({ "flags": 0, "tag": "issue" })).unwrap_err(), "data.value is required");
    }

    #[test]
    fn parts_are_told_in_one_form() {
        let told = |kind: &str, data: Value| Value::Object(canonical(kind, data.as_object().unwrap()));
        let svcb = json!({ "priority": 1, "target": "www.example.com.", "value": "alpn=\"h3\"" });
        assert_eq!(told("SVCB", json!({ "priority": 1, "target": "www.example.com", "value": " alpn=\"h3\" " })), svcb);
        assert_eq!(told("SVCB", svcb.clone()), svcb);
        assert_eq!(
            told("NAPTR", json!({ "replacement": "_sip._udp.example.com" }))["replacement"],
            "_sip._udp.example.com."
        );
        assert_eq!(told("SRV", json!({ "target": "sip.example.com." }))["target"], "sip.example.com");
        for kind in ["SRV", "SVCB", "HTTPS"] {
            assert_eq!(told(kind, json!({ "target": "." }))["target"], ".");
        }
        let text = json!({ "flags": 0, "tag": "issue", "value": " ca.example.com. " });
        assert_eq!(told("CAA", text.clone()), text);
    }
}
