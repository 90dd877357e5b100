//! Limits and clocks: calls that run out, tasks that take long, clocks that are wrong, and what there is no room for.

use crate::house::House;
use std::fmt::Write;
use std::time::{Duration, Instant};

const MACHINES: &str = r#"
      one = { vmid = 2011, node = "pve1", clone.template = 9000, cores = 4, memory = 8Gi, disks.scsi0.size = 32Gi }
      two = { node = "pve1", clone.template = 9000, cores = 2, memory = 4Gi, power = "off" }
"#;

/// So many records, and others' six are there.
fn records(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "      {{ name = \"n{n}\", type = \"A\", content = \"192.0.2.{}\" }},", n % 250);
        text
    })
}

/// A zone that is old enough for a thousand records, and so many calls in so many seconds.
fn old(calls: u64, seconds: u64) -> String {
    format!(
        r#"{{ "settings": {{ "rate_calls": {calls}, "rate_seconds": {seconds} }},
        "cloudflare": {{ "zones": [{{ "id": "023e105f4ecef8ad9ca31a8372d0c353", "name": "example.com", "plan": "free",
        "quota": 1000, "made": "2023-10-09T08:53:20.000000Z" }}] }} }}"#
    )
}

#[test]
fn calls_that_run_out_are_waited_for_and_none_is_refused() {
    let mut house = House::in_world(&old(3, 3), "", "");
    house.more = "zones.\"example.com\".quota = 1000".to_owned();
    house.wants("", &records(450));
    house.run(&["apply", "--yes", "--only", "dns.*"]).ends(0);
    assert_eq!(house.own_records().len(), 450);
    let answers = house.answered();
    assert!(answers.len() >= 4 && answers.iter().all(|status| *status == 200), "{answers:?}");
}

#[test]
fn a_task_may_take_long() {
    let house = House::new(MACHINES, "");
    house.faults(
        r#"[{ "on": "POST */clone", "nth": 1, "do": { "task": { "seconds": 600 } } },
            { "on": "GET */tasks/*/status", "nth": 4, "do": { "pass": 600 } }]"#,
    );
    house.run(&["apply", "--yes"]).ends(0);
    house.run(&["plan"]).ends(0);
}

#[test]
fn a_task_that_does_not_end_is_left_running_and_found_again() {
    let house = House::new(MACHINES, "");
    house.faults(r#"[{ "on": "POST */clone", "nth": 1, "do": { "task": { "seconds": 600 } } }]"#);
    let begun = Instant::now();
    let run = house.run(&["apply", "--yes", "--timeout", "3s"]);
    assert!(matches!(run.code, Some(1 | 5)), "{run:?}");
    assert!(begun.elapsed() < Duration::from_secs(30));
    // Nobody sees yet whose it will be.
    house.run(&["apply", "--yes"]).ends(4).tells("a task (clone) works on 2011");
    house.faults(r#"[{ "on": "*", "nth": 1, "do": { "pass": 600 } }]"#);
    house.comes_to_rest("the task has ended");
    house.run(&["plan"]).ends(0);
    let clones = house.asked().iter().filter(|call| call.ends_with("/clone")).count();
    assert_eq!(clones, 2, "each machine is cloned once");
}

#[test]
fn of_a_long_log_the_end_is_shown() {
    let house = House::new(MACHINES.lines().nth(1).expect("one"), "");
    let lines: Vec<String> = (1..=120).map(|n| format!("\"line {n} of many\"")).collect();
    house.faults(&format!(
        r#"[{{ "on": "POST */clone", "nth": 1, "do": {{ "task": {{ "ends": "no space left on device", "seconds": 1 }} }} }},
            {{ "on": "GET */tasks/*/status", "nth": 1, "do": {{ "edit": {{ "/proxmox/tasks/0/log": [{}] }} }} }}]"#,
        lines.join(",")
    ));
    let run = house.run(&["apply", "--yes"]).ends(5).tells("no space left on device").tells("line 120 of many");
    assert!(!run.err.contains("line 60 of many"), "{}", run.err);
}

#[test]
fn locks_of_others_are_waited_for() {
    let texts = [
        "can't lock file '/var/lock/qemu-server/lock-2011.conf' - got timeout",
        "can't lock file '/var/lock/pve-manager/pve-storage-local-lvm' - got timeout",
        "VM is locked (backup)",
    ];
    let calls = ["POST */qemu/9000/clone", "POST */qemu/2011/config", "PUT */resize", "POST */status/start"];
    for (n, call) in calls.iter().enumerate() {
        for (m, text) in texts.iter().enumerate() {
            // Told at once or by the task, one as often as the other.
            let fault = if (n + m) % 2 == 0 {
                format!(r#"{{ "status": 500, "body": {{ "data": null, "message": "{text}\n" }} }}"#)
            } else {
                format!(r#"{{ "task": {{ "ends": "{text}" }} }}"#)
            };
            let house = House::new(MACHINES.lines().nth(1).expect("one"), "");
            house.faults(&format!(r#"[{{ "on": "{call}", "nth": 1, "do": {fault} }}]"#));
            house.comes_to_rest(&format!("{call} {fault}"));
            let clones = house.asked().iter().filter(|call| call.ends_with("/clone")).count();
            assert!(clones <= 2, "{call} {fault}: {clones} clones");
        }
    }
}

#[test]
fn a_reason_that_stands_in_the_first_line_alone_is_told() {
    let house = House::new(MACHINES, "");
    let answer =
        r#"{ "status": 500, "reason": "unable to find configuration file for VM 9000", "body": { "data": null } }"#;
    house.faults(&format!(r#"[{{ "on": "POST */clone", "from": 1, "do": {answer} }}]"#));
    house.run(&["apply", "--yes"]).ends(1).tells("unable to find configuration file for VM 9000");
    house.faults("[]");
    house.comes_to_rest("a reason");
}

#[test]
fn a_right_that_is_missing_for_one_path_is_named_and_the_rest_is_done() {
    let house = House::new(MACHINES, &records(3));
    let refusal =
        r#"{ "status": 403, "body": { "data": null, "message": "Permission check failed (/vms/9000, VM.Clone)\n" } }"#;
    house.faults(&format!(r#"[{{ "on": "POST */clone", "from": 1, "do": {refusal} }}]"#));
    house.run(&["apply", "--yes"]).ends(5).tells("/vms/9000, VM.Clone");
    assert_eq!(house.own_records().len(), 3);
    house.faults("[]");
    house.comes_to_rest("a right");
}

#[test]
fn a_token_that_is_revoked_in_the_middle_stops_the_run_and_another_goes_on() {
    for call in ["POST */qemu/2011/config", "GET */tasks/*/status", "PUT */resize"] {
        let house = House::new(MACHINES, "");
        house.faults(&format!(r#"[{{ "on": "{call}", "nth": 1, "do": "revoke" }}]"#));
        let run = house.run(&["apply", "--yes"]);
        assert!(matches!(run.code, Some(1 | 5)), "{call}: {run:?}");
        assert!(run.err.contains("PROXMOX_TOKEN"), "{call}: {}", run.err);
        house.edit(r#"{ "/proxmox/tokens/rzp@pve!plan/revoked": false }"#);
        house.comes_to_rest(call);
    }
}

/// A cut that leaves open what was begun, and nodes whose clocks are an hour off or step back while they are asked.
#[test]
fn clocks_that_are_wrong_make_nothing_twice() {
    let cut = r#"{ "on": "POST */clone", "nth": 1, "do": { "cut": true, "when": "after" } }"#;
    for skew in [
        r#"{ "on": "*", "nth": 1, "do": { "clock": -3600 } }"#,
        r#"{ "on": "*", "nth": 1, "do": { "clock": 3600 } }"#,
        r#"{ "on": "GET */tasks*", "nth": 2, "do": { "clock": -600 } }"#,
        r#"{ "on": "POST */clone", "nth": 1, "do": { "clock": -7200, "when": "after" } }"#,
    ] {
        let house = House::new(MACHINES, &records(2));
        house.faults(&format!("[{skew}, {cut}]"));
        house.comes_to_rest(skew);
        let world = house.world();
        let clones = world["proxmox"]["tasks"]
            .as_array()
            .map_or(0, |tasks| tasks.iter().filter(|task| task["kind"] == "qmclone").count());
        assert_eq!(clones, 2, "{skew}");
    }
}

/// A laptop that is shut while a run waits: time has passed for everybody else, and the run goes on.
#[cfg(unix)]
#[test]
fn a_run_that_is_suspended_goes_on() {
    let house = House::new(MACHINES, &records(2));
    house.faults(r#"[{ "on": "POST */clone", "nth": 1, "do": { "task": { "seconds": 2 } } }]"#);
    let child = house.command(&["apply", "--yes"]).spawn().expect("it starts");
    let signal = |name: &str| {
        let status = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "{name}");
    };
    while !house.asked().iter().any(|call| call.contains("/tasks/")) {
        std::thread::sleep(Duration::from_millis(20));
    }
    signal("-STOP");
    std::thread::sleep(Duration::from_secs(3));
    signal("-CONT");
    crate::lab::Run::of(child.wait_with_output().expect("it ends")).ends(0);
    house.run(&["plan"]).ends(0);
}

#[test]
fn answers_that_overtake_each_other_do_no_harm() {
    for call in ["POST */clone", "POST *dns_records/batch", "POST */config", "GET *"] {
        let house = House::new(MACHINES, &records(3));
        house.faults(&format!(r#"[{{ "on": "{call}", "nth": 1, "do": {{ "stall": 1.5, "when": "after" }} }}]"#));
        house.comes_to_rest(call);
    }
}

#[test]
fn a_zone_that_is_full_takes_no_more_and_says_so_before_anything_is_sent() {
    let house = House::new("", &records(195));
    house.run(&["apply", "--yes"]).ends(4).tells("200");
    assert!(house.own_records().is_empty());
    house.wants("", &records(194));
    house.comes_to_rest("as many as there is room for");
    assert_eq!(house.own_records().len(), 194);
}

#[test]
fn a_comment_may_have_what_the_mark_leaves() {
    let record = |length: usize| {
        format!(
            "      {{ name = \"a\", type = \"A\", content = \"192.0.2.1\", comment = \"{}\" }},",
            "c".repeat(length)
        )
    };
    let house = House::new("", &record(53));
    house.comes_to_rest("53");
    let comment = house.world()["cloudflare"]["zones"][0]["records"][6]["comment"].as_str().map_or(0, str::len);
    assert!(comment <= 100, "{comment}");
    house.wants("", &record(101));
    let run = house.run(&["plan"]);
    assert!(matches!(run.code, Some(1 | 4)), "{run:?}");
    assert!(run.err.contains("comment") || run.out.contains("comment"), "{run:?}");
}

#[test]
fn a_storage_that_is_full_is_named_and_room_makes_it_go_on() {
    let house = House::new(MACHINES, "");
    house.edit(r#"{ "/proxmox/storages/local-lvm/size": 13000000000 }"#);
    let run = house.run(&["apply", "--yes"]).ends(5);
    assert!(run.err.contains("local-lvm") || run.err.contains("space"), "{}", run.err);
    house.edit(r#"{ "/proxmox/storages/local-lvm/size": 4398046511104 }"#);
    house.comes_to_rest("room");
    let guests = house.world()["proxmox"]["guests"].as_object().map_or(0, serde_json::Map::len);
    assert_eq!(guests, 4);
}

#[test]
fn tags_that_the_token_may_not_give_are_told() {
    let house = House::new(MACHINES, "");
    let refusal = r#"{ "status": 403, "body": { "data": null, "message": "tag 'rzp' is not allowed\n" } }"#;
    house.faults(&format!(r#"[{{ "on": "POST */qemu/*/config", "from": 1, "do": {refusal} }}]"#));
    house.run(&["apply", "--yes"]).ends(5).tells("tag 'rzp' is not allowed");
    house.faults("[]");
    house.comes_to_rest("tags");
}
