//! Both providers against the simulator: what is wanted comes to be, by few calls, and nobody else's things are touched.

use crate::house::House;
use std::fmt::Write;

const MACHINES: &str = r#"
      one = { vmid = 2011, node = "pve1", clone.template = 9000, cores = 4, memory = 8Gi, disks.scsi0.size = 32Gi }
      two = { node = "pve1", clone.template = 9000, cores = 2, memory = 4Gi, power = "off" }
"#;
const RECORDS: &str = r#"
      { name = "web", type = "A", content = "192.0.2.10" },
      { name = "api", type = "CNAME", content = "web.example.com", proxied = true },
      { name = "note", type = "TXT", content = "hello", comment = "of mine" },
"#;

fn many(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "      {{ name = \"n{n}\", type = \"A\", content = \"192.0.2.{}\" }},", n % 250);
        text
    })
}

#[test]
fn what_is_wanted_comes_to_be_and_then_nothing_is_left_to_do() {
    let house = House::new(MACHINES, RECORDS);
    let others = house.others();
    house.run(&["plan"]).ends(2).shows("+ vm.one").shows("+ dns.example.com.A.web").shows("5 to create");
    house.run(&["apply", "--yes"]).ends(0).tells("5 of 5 actions done");
    house.run(&["plan"]).ends(0).shows("nothing to do");
    let world = house.world();
    let one = &world["proxmox"]["guests"]["2011"];
    assert!(one["config"].to_string().contains("addr=vm.one"), "{one}");
    assert!(!one["running"].is_null());
    assert_eq!(house.own_records(), ["api.example.com", "note.example.com", "web.example.com"]);
    assert_eq!(house.others(), others);
}

#[test]
fn a_plan_without_changes_is_one_call_and_one_for_each_guest() {
    let house = House::new(MACHINES, RECORDS);
    house.run(&["apply", "--yes"]).ends(0);
    let asked = house.asked_by(&["plan"], 0);
    let (zone, pve): (Vec<&String>, Vec<&String>) = asked.iter().partition(|call| call.contains("/zones/"));
    assert_eq!(zone.len(), 1, "{asked:?}");
    assert_eq!(pve.len(), 1 + 2, "{asked:?}");
}

#[test]
fn many_records_are_one_list_and_one_batch() {
    let house = House::new("", &many(150));
    let asked = house.asked_by(&["apply", "--yes", "--only", "dns.*"], 0);
    let calls: Vec<&String> = asked.iter().filter(|call| call.contains("dns_records")).collect();
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_eq!(house.own_records().len(), 150);
}

#[test]
fn what_changes_is_said_field_by_field_with_what_restarts() {
    let house = House::new(MACHINES, RECORDS);
    house.run(&["apply", "--yes"]).ends(0);
    let others = house.others();
    house.wants(
        &MACHINES.replace("cores = 4", "cores = 6").replace("scsi0.size = 32Gi", "scsi0.size = 48Gi"),
        &RECORDS.replace("192.0.2.10", "192.0.2.20").replace("\"hello\"", "\"goodbye\""),
    );
    let plan = house.run(&["plan"]).ends(2);
    plan.shows("4 → 6").shows("restart needed: cores").shows("192.0.2.10 → 192.0.2.20").shows("3 to update");
    house.run(&["apply", "--yes"]).ends(0);
    house.run(&["plan"]).ends(0);
    assert_eq!(house.world()["proxmox"]["guests"]["2011"]["config"]["cores"].to_string().trim_matches('"'), "6");
    assert_eq!(house.others(), others);
}

#[test]
fn what_nobody_wants_any_more_goes_when_it_is_named() {
    let house = House::new(MACHINES, RECORDS);
    house.run(&["apply", "--yes"]).ends(0);
    let others = house.others();
    house.wants("", "");
    house.run(&["apply", "--yes"]).ends(4).tells("--destroy vm.one").tells("--allow-mass-delete");
    let all = ["apply", "--yes", "--allow-mass-delete", "--destroy", "vm.one,vm.two"];
    house.run(&all).ends(0);
    house.run(&["plan"]).ends(0);
    assert!(house.own_records().is_empty());
    assert!(house.world()["proxmox"]["guests"]["2011"].is_null());
    assert_eq!(house.others(), others);
}

#[test]
fn a_run_that_is_killed_anywhere_is_taken_up() {
    for kind in ["journal", "call"] {
        let mut number = 1;
        loop {
            let house = House::new(&MACHINES.lines().take(2).collect::<Vec<_>>().join("\n"), RECORDS);
            let others = house.others();
            let run = house.command(&["apply", "--yes"]).env("RZP_CRASH", format!("{kind}:{number}")).output();
            let run = run.expect("it starts");
            if run.status.code() == Some(0) {
                break;
            }
            assert_eq!(run.status.code(), None, "{kind} {number}: {}", String::from_utf8_lossy(&run.stderr));
            let asked = house.asked_by(&["apply", "--yes"], 0);
            assert!(asked.len() < 60, "{kind} {number}: {} calls", asked.len());
            let run = house.run(&["plan"]);
            assert_eq!(run.code, Some(0), "{kind} {number}: {run:?}");
            assert_eq!(house.own_records().len(), 3, "{kind} {number}");
            assert_eq!(house.others(), others, "{kind} {number}");
            number += 1;
        }
        assert!(number > 8, "only {number} places of {kind}");
    }
}

#[test]
fn two_stacks_share_a_zone_and_leave_each_other_alone() {
    let house = House::new("", RECORDS);
    house.stack("cabin", "cabin.rzp", "", "      { name = \"cabin\", type = \"A\", content = \"192.0.2.99\" },");
    house.run(&["apply", "--yes"]).ends(0);
    house.run(&["apply", "--yes", "--stack", "services/cabin.rzp"]).ends(0);
    house.run(&["plan"]).ends(0);
    house.wants("", "");
    house.run(&["apply", "--yes", "--allow-mass-delete"]).ends(0);
    house.run(&["plan", "--stack", "services/cabin.rzp"]).ends(0).shows("nothing to do");
}

#[test]
fn tokens_that_may_not_are_told_before_anything_is_changed() {
    let house = House::new(MACHINES, "");
    let token = "rzp@pve!audit=8b1f6c20-3e94-4d57-a0c2-71e5d9f4a613";
    let run = house.command(&["apply", "--yes"]).env("PROXMOX_TOKEN", token).output().expect("it runs");
    let told = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(1), "{told}");
    assert!(told.contains("E0715") && told.contains("VM."), "{told}");
    assert!(house.world()["proxmox"]["guests"]["2011"].is_null());
    let run =
        house.command(&["plan"]).env("PROXMOX_TOKEN", "rzp@pve!nobody=8b1f6c20-3e94-4d57-a0c2-71e5d9f4a613").output();
    let told = String::from_utf8_lossy(&run.expect("it runs").stderr).into_owned();
    assert!(told.contains("E0715") && told.contains("`PROXMOX_TOKEN`") && !told.contains("8b1f6c20-3e94"), "{told}");
}

#[test]
fn servers_in_trouble_are_outlasted() {
    let rules = [
        r#"[{ "on": "POST *dns_records/batch", "nth": 1, "do": { "cut": true, "when": "after" } }]"#,
        r#"[{ "on": "POST *dns_records/batch", "nth": 1, "do": { "cut": true, "when": "before" } }]"#,
        r#"[{ "on": "POST *dns_records/batch", "nth": 1, "do": { "status": 429, "headers": { "retry-after": "1" } } }]"#,
        r#"[{ "on": "POST */clone", "nth": 1, "do": { "status": 596, "when": "after" } }]"#,
        r#"[{ "on": "POST */clone", "nth": 1, "do": { "status": 596 } }]"#,
        r#"[{ "on": "POST */clone", "nth": 1, "do": "twice" }]"#,
        r#"[{ "on": "POST */config", "nth": 1, "do": { "cut": true, "when": "after" } }]"#,
        r#"[{ "on": "PUT */resize", "nth": 1, "do": { "cut": true, "when": "after" } }]"#,
        r#"[{ "on": "POST */status/start", "nth": 1, "do": { "cut": true, "when": "after" } }]"#,
        r#"[{ "on": "POST *", "every": true, "do": "twice" }]"#,
        r#"[{ "on": "PUT *", "every": true, "do": "twice" }]"#,
        r#"[{ "on": "POST */clone", "nth": 1, "do": { "task": { "ends": "WARNINGS: 2" } } }]"#,
        r#"[{ "on": "POST */clone", "nth": 1, "do": { "task": { "ends": "can't lock file '/var/lock/qemu-server/lock-9000.conf' - got timeout" } } }]"#,
        r#"[{ "on": "POST *dns_records/batch", "nth": 1, "do": "truncated" }]"#,
        r#"[{ "on": "POST *dns_records/batch", "nth": 1, "do": { "status": 520, "when": "after" } }]"#,
        r#"[{ "on": "GET */tasks/*", "nth": 1, "do": { "status": 595 } }]"#,
        r#"[{ "on": "GET /*/cluster/resources*", "nth": 1, "do": "html" }]"#,
    ];
    for rule in rules {
        let house = House::new(MACHINES, RECORDS);
        house.faults(rule);
        let others = house.others();
        let run = house.run(&["apply", "--yes"]);
        if run.code != Some(0) {
            assert_eq!(run.code, Some(5), "{rule}: {run:?}");
            house.run(&["apply", "--yes"]).ends(0);
        }
        let run = house.run(&["plan"]);
        assert_eq!(run.code, Some(0), "{rule}: {run:?}");
        assert!(!run.err.contains("faults.json"), "{run:?}");
        assert_eq!(house.own_records().len(), 3, "{rule}");
        assert_eq!(house.others(), others, "{rule}");
    }
}

#[test]
fn a_guest_that_a_dead_worker_has_left_locked_is_not_touched() {
    let house = House::new(MACHINES, "");
    house.faults(r#"[{ "on": "POST */clone", "nth": 1, "do": { "task": { "ends": "unexpected status" } } }]"#);
    house.run(&["apply", "--yes"]).ends(5).tells("unexpected status");
    let left = house.world()["proxmox"]["guests"]["2011"].clone();
    house.run(&["apply", "--yes"]).ends(4).tells("qm unlock 2011");
    assert_eq!(house.world()["proxmox"]["guests"]["2011"], left);
}

#[test]
fn a_certificate_that_is_another_one_is_not_trusted() {
    let house = House::new(MACHINES, "");
    let other = format!("sha256:{}", "00".repeat(32));
    let run = house.command(&["plan"]).env("RZP_PVE_FINGERPRINT", &other).output().expect("it runs");
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(told.contains("E0714") && told.contains("its certificate is sha256:") && told.contains(&other), "{told}");
    let run = house.command(&["plan"]).env("RZP_PVE_FINGERPRINT", "").output().expect("it runs");
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(told.contains("E0714") && told.contains("`fingerprint`"), "{told}");
    let asked = house.asked();
    assert!(asked.is_empty(), "nothing is said to a server that is not trusted: {asked:?}");
}

#[test]
fn a_certificate_that_changes_in_the_middle_stops_the_run() {
    let house = House::new(MACHINES, "");
    house.faults(r#"[{ "on": "POST */clone", "nth": 1, "do": "certificate" }]"#);
    let run = house.run(&["apply", "--yes"]);
    assert!(matches!(run.code, Some(1 | 5)), "{run:?}");
    assert!(run.err.contains("certificate is sha256:"), "{run:?}");
}

#[test]
fn two_machines_at_once_do_nothing_twice() {
    let house = House::new(MACHINES, RECORDS);
    let others = house.others();
    let mut both: Vec<_> = ["a", "b"]
        .iter()
        .map(|state| {
            house.command(&["apply", "--yes"]).env("XDG_STATE_HOME", house.root.join(state)).spawn().expect("it starts")
        })
        .collect();
    for child in both.drain(..) {
        let run = crate::lab::Run::of(child.wait_with_output().expect("it ends"));
        assert!(matches!(run.code, Some(0 | 1 | 3 | 5)), "{run:?}");
    }
    house.run(&["apply", "--yes"]);
    house.run(&["plan"]).ends(0);
    assert_eq!(house.own_records().len(), 3);
    assert_eq!(house.others(), others);
    let guests = house.world()["proxmox"]["guests"].as_object().map_or(0, serde_json::Map::len);
    assert_eq!(guests, 4);
}

#[test]
fn what_others_made_becomes_ours_when_it_is_named() {
    let house = House::new("", r#"      { name = "vpn", type = "A", content = "203.0.113.7" },"#);
    house.run(&["apply", "--yes"]).ends(4).tells("rzp adopt dns.example.com.A.vpn");
    house.run(&["adopt", "dns.example.com.A.vpn", "--yes"]).ends(0);
    house.run(&["plan"]).ends(0);
    assert_eq!(house.own_records(), ["vpn.example.com"]);
    house.run(&["adopt", "dns.example.com.A.vpm", "--yes"]).ends(1).tells("E0718");
}
