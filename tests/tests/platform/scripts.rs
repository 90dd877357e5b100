//! Scripts in manifests are read by a shell, without a complaint.

use super::fleet::{self, template};
use serde_json::Value;
use std::process::Command;

/// The script of a command such as `["bash", "-c", "…"]`.
fn script(container: &Value) -> Option<(&str, &str)> {
    let command: Vec<&str> = container["command"].as_array()?.iter().filter_map(Value::as_str).collect();
    let shell = *command.first().filter(|shell| ["bash", "sh"].contains(shell))?;
    Some((shell, *command.last()?))
}

/// What the shell says of a script without running it; nothing if there is no such shell here.
fn complaint(shell: &str, script: &str) -> Option<String> {
    let read = Command::new(shell).args(["-n", "-c", script]).output().ok()?;
    let said = String::from_utf8_lossy(&read.stderr).into_owned();
    (!read.status.success() || !said.is_empty()).then_some(said)
}

#[test]
fn shells_can_read_all_scripts() {
    let mut seen = 0;
    for env in fleet::all() {
        for made in env.objects() {
            let Some(template) = template(made.object) else { continue };
            let lists = ["initContainers", "containers"].map(|list| template["spec"][list].as_array());
            for container in lists.into_iter().flatten().flatten() {
                let Some((shell, script)) = script(container) else { continue };
                seen += 1;
                let said = complaint(shell, script);
                assert_eq!(said, None, "{}: {} of {}", env.name, container["name"], made.service);
            }
        }
    }
    assert!(seen > 5, "only {seen} scripts");
}

#[test]
fn a_document_that_never_ends_is_seen() {
    if Command::new("bash").arg("--version").output().is_ok() {
        assert!(complaint("bash", "cat <<'SQL'\nSELECT 1;\nSQLcat").is_some());
        assert_eq!(complaint("bash", "cat <<'SQL'\nSELECT 1;\nSQL\ncat"), None);
    }
}
