//! The table of calls held against Proxmox' own description of its API, where there is one: names, kinds, ranges,
//! lengths, lists of values, keys, and what must be given.
//!
//! The description is not part of this project. `RZP_API_SCHEMAS` names the folder of its `pve-apidoc-flat.json.gz`.

use super::calls::{Call, Param, Type, all, plain_pattern};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn description(folder: &str) -> Value {
    let file = Path::new(folder).join("pve-apidoc-flat.json.gz");
    let unpacked = Command::new("gzip").arg("-dc").arg(&file).output().expect("gzip runs");
    assert!(unpacked.status.success(), "{} cannot be read", file.display());
    serde_json::from_slice(&unpacked.stdout).expect("JSON")
}

/// A number that is written as one or as a text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

fn kind(value: &Value) -> Option<Type> {
    match value.as_str()? {
        "boolean" => Some(Type::Bool),
        "integer" => Some(Type::Int),
        "number" => Some(Type::Num),
        "string" => Some(Type::Text),
        _ => None,
    }
}

fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    value.as_array().into_iter().flatten().map(text).collect()
}

/// All that one parameter has otherwise than it is described.
fn differences(param: &Param, told: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut held = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            found.push(format!("{what}: {ours} here, {theirs} there"));
        }
    };
    held("kind", format!("{:?}", Some(param.kind)), format!("{:?}", kind(&told["type"])));
    held(
        "required",
        param.required.to_string(),
        told.get("optional").and_then(number).is_none_or(|n| n == 0.0).to_string(),
    );
    held("least", format!("{:?}", param.least), format!("{:?}", number(&told["minimum"])));
    held("most", format!("{:?}", param.most), format!("{:?}", number(&told["maximum"])));
    let length = |name: &str| number(&told[name]).map(|length| length as usize);
    held("shortest", format!("{:?}", param.shortest), format!("{:?}", length("minLength")));
    held("longest", format!("{:?}", param.longest), format!("{:?}", length("maxLength")));
    held("among", format!("{:?}", param.among), format!("{:?}", texts(&told["enum"])));
    let pattern = told["pattern"].as_str().map(plain_pattern);
    held("pattern", format!("{:?}", param.pattern), format!("{pattern:?}"));
    held("needs", format!("{:?}", param.needs.as_deref()), format!("{:?}", told["requires"].as_str()));
    let format = &told["format"];
    held("format", format!("{:?}", param.format.as_deref()), format!("{:?}", format.as_str()));
    let keys = format.as_object().map(|keys| keys.keys().cloned().collect::<Vec<_>>());
    held("keys", format!("{:?}", param.keys), format!("{keys:?}"));
    found
}

fn compared(call: &Call, described: &Value) -> Vec<String> {
    let told = &described[&call.path][&call.method]["parameters"]["properties"];
    let mut theirs: Vec<&String> = told.as_object().into_iter().flatten().map(|(name, _)| name).collect();
    theirs.retain(|name| !call.path.contains(&format!("{{{name}}}")));
    let mut found = Vec::new();
    for param in &call.params {
        let name = if param.span.is_some() { format!("{}[n]", param.name) } else { param.name.clone() };
        match told.get(&name) {
            Some(told) => found.extend(differences(param, told).into_iter().map(|why| format!("{name}: {why}"))),
            None => found.push(format!("{name} is not there")),
        }
        theirs.retain(|their| **their != name);
    }
    found.extend(theirs.into_iter().map(|name| format!("{name} is not here")));
    found.into_iter().map(|why| format!("{} {}: {why}", call.method, call.path)).collect()
}

#[test]
fn the_table_is_as_the_api_describes_itself() {
    let Ok(folder) = std::env::var("RZP_API_SCHEMAS") else {
        eprintln!("skipped: RZP_API_SCHEMAS names no folder with the description of the API");
        return;
    };
    let described = description(&folder);
    let known = |call: &&Call| described[&call.path].get(&call.method).is_some();
    let strange: Vec<String> =
        all().iter().filter(|call| !known(call)).map(|call| format!("{} {}", call.method, call.path)).collect();
    assert_eq!(strange, [""; 0]);
    let found: Vec<String> = all().iter().flat_map(|call| compared(call, &described)).collect();
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}
