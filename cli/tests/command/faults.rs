//! What networks, proxies and nodes do to clients, on demand: the faults of the simulator.

use super::Folder;
use super::simulate::{Simulator, start};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn with_faults(folder: &Folder, rules: &Value) -> Simulator {
    folder.write("faults.json", &rules.to_string());
    start(folder, &["--faults", "faults.json", "--log", "log"])
}

const CLONE: &str = "POST nodes/pve1/qemu/9000/clone";

/// The lines of the log that are about a call.
fn logged(folder: &Folder, part: &str) -> Vec<Value> {
    let log = folder.read("log");
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line["path"].as_str().is_some_and(|path| path.contains(part))).collect()
}

#[test]
fn a_connection_is_cut_before_or_after_the_work_was_done() {
    let folder = Folder::new(&[]);
    let simulator = with_faults(
        &folder,
        &json!([
            { "on": "POST */clone", "nth": 1, "do": { "cut": true, "when": "before" } },
            { "on": "POST */clone", "nth": 2, "do": { "cut": true, "when": "after" } },
            { "on": "GET */zones", "nth": 1, "do": "half" },
            { "on": "GET */zones", "nth": 2, "do": { "stall": 0.3, "when": "after" } },
        ]),
    );
    assert!(simulator.try_pve(CLONE, &[("newid", "2101")]).is_err());
    assert_eq!(simulator.pve("GET nodes/pve1/qemu/2101/config", &[]).0, 500);
    assert!(simulator.try_pve(CLONE, &[("newid", "2101")]).is_err());
    assert_eq!(simulator.pve("GET nodes/pve1/qemu/2101/config", &[]).0, 200);
    let lines = logged(&folder, "/clone");
    let told: Vec<(&Value, &Value)> = lines.iter().map(|line| (&line["at"], &line["status"])).collect();
    let (came, went) = ((&json!("in"), &Value::Null), (&json!("out"), &json!(0)));
    assert_eq!(told, [came, went, came, went]);
    assert!(simulator.try_cf("GET zones", &Value::Null).is_err());
    let begun = Instant::now();
    assert_eq!(simulator.cf("GET zones", Value::Null).0, 200);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(logged(&folder, "/zones").iter().any(|line| line["at"] == "held"));
}

#[test]
fn another_answer_comes_before_or_after_the_work_was_done() {
    let folder = Folder::new(&[]);
    let limit = json!({ "status": 429, "headers": { "retry-after": "120" }, "body": { "success": false } });
    let simulator = with_faults(
        &folder,
        &json!([
            { "on": "POST */dns_records", "nth": 1, "do": { "status": 503 } },
            { "on": "POST */dns_records", "nth": 2, "do": { "status": 520, "when": "after" } },
            { "on": "GET */zones", "nth": 1, "do": limit },
            { "on": "GET */zones", "nth": 2, "do": "html" },
            { "on": "GET */zones", "nth": 3, "do": "truncated" },
            { "on": "GET */zones", "nth": 4, "do": "empty" },
            { "on": "* */version", "every": true, "do": { "status": 596, "reason": "Connection timed out", "body": { "data": null } } },
        ]),
    );
    let count = || {
        simulator.cf(&format!("GET {}?name=x.example.com", simulator.zone), Value::Null).1["result_info"]["count"]
            .clone()
    };
    let (post, record) =
        (format!("POST {}", simulator.zone), json!({ "type": "A", "name": "x", "content": "198.51.100.1" }));
    assert_eq!((simulator.cf(&post, record.clone()).0, count()), (503, json!(0)));
    assert_eq!((simulator.cf(&post, record.clone()).0, count()), (520, json!(1)));
    simulator.refused(&post, record, 400, 81058, 0);
    let zones = || simulator.cf("GET zones", Value::Null);
    assert_eq!(zones(), (429, json!({ "success": false })));
    let (status, page) = zones();
    assert!(status == 502 && page.as_str().unwrap().starts_with("<!DOCTYPE html>"));
    let (status, cut) = zones();
    assert!(status == 200 && cut.as_str().unwrap().starts_with("{\"errors\""), "{cut}");
    assert_eq!(zones(), (200, json!("")));
    assert_eq!(simulator.pve("GET version", &[]), (596, json!({ "data": null })));
}

#[test]
fn a_call_that_comes_twice_is_carried_out_twice() {
    let folder = Folder::new(&[]);
    let simulator = with_faults(&folder, &json!([{ "on": "POST *", "every": true, "do": "twice" }]));
    simulator.fails(CLONE, &[("newid", "2101")], 500, "unable to create VM 2101: config file already exists");
    let service = json!({ "type": "SRV", "name": "_x._tcp", "data": { "priority": 1, "weight": 2, "port": 3, "target": "a.example.com" } });
    assert_eq!(simulator.cf(&format!("POST {}", simulator.zone), service).0, 200);
    let twins = simulator.cf(&format!("GET {}?type=SRV", simulator.zone), Value::Null).1;
    assert_eq!(twins["result_info"]["count"], 2);
}

#[test]
fn tasks_end_as_they_are_told_to() {
    let folder = Folder::new(&[]);
    let fate = |nth: u32, task: Value| json!({ "on": "POST */clone", "nth": nth, "do": { "task": task } });
    let simulator = with_faults(
        &folder,
        &json!([
            fate(1, json!({ "ends": "WARNINGS: 2" })),
            fate(2, json!({ "ends": "unexpected status" })),
            fate(3, json!({ "ends": "clone failed: can't lock file '/var/lock/x' - got timeout" })),
            fate(4, json!({ "seconds": 600 })),
            { "on": "GET */version", "nth": 1, "do": { "pass": 600 } },
        ]),
    );
    assert_eq!(simulator.ends(CLONE, &[("newid", "2101")]), "WARNINGS: 2");
    assert_eq!(simulator.config(2101)["name"], "Copy-of-VM-debian-13");
    // A worker that died leaves half a machine, and its lock.
    assert_eq!(simulator.ends(CLONE, &[("newid", "2102")]), "unexpected status");
    assert_eq!(simulator.config(2102)["lock"], "clone");
    simulator.fails("DELETE nodes/pve1/qemu/2102", &[], 500, "VM is locked (clone)");
    // One that failed takes it away.
    assert!(simulator.ends(CLONE, &[("newid", "2103")]).ends_with("got timeout"));
    assert_eq!(simulator.pve("GET nodes/pve1/qemu/2103/config", &[]).0, 500);
    let slow = simulator.pve(CLONE, &[("newid", "2104")]).1["data"].as_str().unwrap().to_owned();
    let status = simulator.pve(&format!("GET nodes/pve1/tasks/{slow}/status"), &[]).1;
    assert_eq!(status["data"]["status"], "running");
    simulator.pve("GET version", &[]);
    assert_eq!(simulator.end_of(&slow), "OK");
}

#[test]
fn the_world_moves_while_a_client_works() {
    let folder = Folder::new(&[]);
    let simulator = with_faults(
        &folder,
        &json!([
            { "on": "POST */config", "nth": 1, "do": { "edit": { "/proxmox/guests/100/config/cores": "16" } } },
            { "on": "GET */version", "nth": 1, "do": { "clock": -3600 } },
            { "on": "GET */nodes", "from": 3, "do": "revoke" },
            { "on": "GET */zones", "from": 3, "do": "revoke" },
        ]),
    );
    let digest = simulator.config(100)["digest"].as_str().unwrap().to_owned();
    let stale = "checksum mismatch (file change by other user?)";
    simulator.fails("POST nodes/pve1/qemu/100/config", &[("cores", "4"), ("digest", &digest)], 500, stale);
    assert_eq!(simulator.config(100)["cores"], 16);
    let started = |upid: &Value| u64::from_str_radix(upid.as_str().unwrap().split(':').nth(4).unwrap(), 16).unwrap();
    let before = started(&simulator.pve(CLONE, &[("newid", "2101")]).1["data"]);
    simulator.pve("GET version", &[]);
    let after = started(&simulator.pve(CLONE, &[("newid", "2102")]).1["data"]);
    assert!((3590..3610).contains(&(before - after)), "{before} {after}");
    let nodes = [1, 2, 3, 4].map(|_| simulator.pve("GET nodes", &[]).0);
    assert_eq!(nodes, [200, 200, 401, 401]);
    let zones = [1, 2, 3, 4].map(|_| simulator.cf("GET zones", Value::Null).0);
    assert_eq!(zones, [200, 200, 403, 403]);
}

#[test]
fn another_certificate_is_shown_from_then_on() {
    let folder = Folder::new(&[]);
    let simulator = with_faults(&folder, &json!([{ "on": "GET */nodes/pve9/status", "nth": 1, "do": "certificate" }]));
    assert_eq!(simulator.pve("GET version", &[]).0, 200);
    // The call that fails ends its connection; the next one is made anew.
    assert_eq!(simulator.pve("GET nodes/pve9/status", &[]).0, 500);
    assert!(simulator.try_pve("GET version", &[]).is_err());
}

#[test]
fn rules_are_read_again_when_they_change() {
    let folder = Folder::new(&[]);
    let simulator = with_faults(&folder, &json!([]));
    assert_eq!(simulator.cf("GET zones", Value::Null).0, 200);
    folder.write("faults.json", &json!([{ "on": "GET */zones", "do": { "status": 503 } }]).to_string());
    assert_eq!(simulator.cf("GET zones", Value::Null).0, 503);
    assert_eq!(simulator.cf("GET zones", Value::Null).0, 200);
    // What cannot be read changes nothing.
    folder.write("faults.json", "[");
    assert_eq!(simulator.cf("GET zones", Value::Null).0, 200);
}

#[test]
fn files_that_are_not_understood_are_told_before_anything_is_served() {
    let folder = Folder::new(&[
        ("state.json", "{ \"proxmux\": 1 }"),
        ("faults.json", "[{ \"on\": \"*\", \"do\": \"explode\" }]"),
    ]);
    folder
        .run(&["simulate", "--state", "state.json"])
        .ends(1)
        .mentions("`state.json` is no state of a simulator: unknown field `proxmux`");
    folder
        .run(&["simulate", "--faults", "faults.json"])
        .ends(1)
        .mentions("`faults.json` has no rules of faults: rule 1: `explode` is not known");
    folder.run(&["simulate", "--faults", "none.json"]).ends(1).mentions("cannot read `none.json`");
    folder.run(&["simulate", "--log", "none/log"]).ends(1).mentions("cannot write `none/log`");
}
