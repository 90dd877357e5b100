//! Worlds that others change meanwhile, or show in part: what is not certainly ours is left, and what is not seen is not gone.

use crate::house::House;
use crate::lab::Run;

const MACHINE: &str = r#"
      one = { vmid = 2011, node = "pve1", clone.template = 9000, cores = 4, memory = 8Gi, disks.scsi0.size = 32Gi }
"#;
const RECORDS: &str = r#"
      { name = "web", type = "A", content = "192.0.2.10" },
      { name = "note", type = "TXT", content = "hello" },
"#;

/// A house in which all is as wanted.
fn settled(machines: &str, records: &str) -> House {
    let house = House::new(machines, records);
    house.run(&["apply", "--yes"]).ends(0);
    house
}

/// The place of one of our records.
fn place(house: &House, name: &str) -> String {
    let world = house.world();
    let records = world["cloudflare"]["zones"][0]["records"].as_array().expect("records");
    let at = records.iter().position(|one| one["name"] == format!("{name}.example.com").as_str()).expect(name);
    format!("/cloudflare/zones/0/records/{at}")
}

#[test]
fn a_configuration_that_changes_between_look_and_write_is_not_written_over() {
    for call in ["POST */config", "PUT */resize"] {
        let house = House::new(MACHINE, "");
        let edit = r#"{ "edit": { "/proxmox/guests/2011/config/balloon": "1024" } }"#;
        house.faults(&format!(r#"[{{ "on": "{call}", "nth": 1, "do": {edit} }}]"#));
        let run = house.run(&["apply", "--yes"]);
        assert_eq!(run.code, Some(0), "{call}: {run:?}");
        house.comes_to_rest(call);
        assert_eq!(house.world()["proxmox"]["guests"]["2011"]["config"]["balloon"], "1024", "{call}");
    }
}

#[test]
fn a_record_that_has_moved_since_the_plan_stops_the_run() {
    let changed = |house: &House| {
        let place = place(house, "web");
        format!(r#"{{ "{place}/content": "192.0.2.77", "{place}/modified_on": "2030-01-01T00:00:00.000000Z" }}"#)
    };
    let gone = |house: &House| format!(r#"{{ "{}": null }}"#, place(house, "web"));
    let edits: [&dyn Fn(&House) -> String; 2] = [&changed, &gone];
    for edit in edits {
        let house = settled("", RECORDS);
        house.wants("", &RECORDS.replace("192.0.2.10", "192.0.2.20"));
        house.run(&["plan", "--out", "plan.json"]).ends(2);
        house.edit(&edit(&house));
        house.run(&["apply", "plan.json", "--yes"]).ends(3).tells("E0716");
        house.comes_to_rest("a fresh plan");
        assert_eq!(house.own_records(), ["note.example.com", "web.example.com"]);
    }
}

#[test]
fn a_tunnel_whose_ways_others_have_changed_stops_the_run() {
    let mut house = House::new("", "");
    house.more = "account = \"01a7362d577a6c3019a474fd6f485823\"
    tunnels.way.ways = [{ hostname = \"way.example.com\", service = \"http://10.0.0.1\" }]"
        .to_owned();
    house.wants("", "");
    house.run(&["apply", "--yes"]).ends(0);
    house.run(&["plan"]).ends(0);
    house.more = house.more.replace("10.0.0.1", "10.0.0.2");
    house.wants("", "");
    house.run(&["plan", "--out", "plan.json"]).ends(2);
    house.edit(r#"{ "/cloudflare/tunnels/0/version": 99 }"#);
    house.run(&["apply", "plan.json", "--yes"]).ends(3).tells("E0716");
    house.comes_to_rest("a fresh plan");
    let config = house.world()["cloudflare"]["tunnels"][0]["config"].to_string();
    assert!(config.contains("http://10.0.0.2"), "{config}");
}

#[test]
fn a_number_that_a_stranger_has_now_is_not_ours() {
    let house = settled(MACHINE, "");
    let stranger = r#"{ "kind": "qemu", "node": "pve1", "config": { "name": "stranger", "cores": "1", "memory": "512",
        "smbios1": "uuid=00000000-0000-4000-8000-000000000001" } }"#;
    house.edit(&format!(r#"{{ "/proxmox/guests/2011": {stranger} }}"#));
    house.run(&["apply", "--yes"]).ends(4).tells("2011");
    house.wants("", "");
    house.run(&["apply", "--yes", "--allow-mass-delete"]).ends(0);
    assert_eq!(house.world()["proxmox"]["guests"]["2011"]["config"]["name"], "stranger");
}

/// The mark is in the description that a clone inherits, and somebody may write it anywhere.
#[test]
fn a_copy_of_a_mark_makes_nothing_ours() {
    let house = settled(MACHINE, "");
    let mut copy = house.world()["proxmox"]["guests"]["2011"].clone();
    copy["config"]["smbios1"] = "uuid=00000000-0000-4000-8000-000000000002".into();
    house.edit(&format!(r#"{{ "/proxmox/guests/3002": {copy} }}"#));
    house.run(&["plan"]).ends(0).shows("guest.3002").shows("of which it is a copy");
    house.wants("", "");
    house.run(&["apply", "--yes", "--allow-mass-delete", "--destroy", "vm.one"]).ends(0);
    let world = house.world();
    assert!(world["proxmox"]["guests"]["2011"].is_null());
    assert!(!world["proxmox"]["guests"]["3002"].is_null());
    // The same uuid under the same number, and another machine's mark: still no one's but its maker's.
    let house = settled(MACHINE, "");
    house.edit(r#"{ "/proxmox/guests/2011/config/smbios1": "uuid=00000000-0000-4000-8000-000000000003" }"#);
    house.wants("", "");
    house.run(&["apply", "--yes", "--allow-mass-delete"]).ends(0);
    assert!(!house.world()["proxmox"]["guests"]["2011"].is_null());
}

#[test]
fn an_object_whose_mark_was_cut_is_shown_and_taken_back_by_adopting() {
    let house = settled(MACHINE, RECORDS);
    let note = place(&house, "note");
    house.edit(&format!(r#"{{ "/proxmox/guests/2011/config/description": "mine", "{note}/comment": "mine" }}"#));
    let run = house.run(&["apply", "--yes"]).ends(4);
    run.tells("rzp adopt vm.one").tells("rzp adopt dns.example.com.TXT.note");
    house.run(&["adopt", "vm.one", "dns.example.com.TXT.note", "--yes"]).ends(0);
    house.comes_to_rest("adopted");
    assert_eq!(house.own_records(), ["note.example.com", "web.example.com"]);
}

#[test]
fn two_records_with_one_mark_are_made_one_again() {
    let house = settled("", RECORDS);
    let at = place(&house, "web");
    let mut twin = house.world().pointer(&at).expect("a record").clone();
    twin["id"] = "0123456789abcdef0123456789abcdef".into();
    twin["content"] = "192.0.2.250".into();
    house.edit(&format!(r#"{{ "/cloudflare/zones/0/records/-": {twin} }}"#));
    house.comes_to_rest("twins");
    assert_eq!(house.own_records(), ["note.example.com", "web.example.com"]);
}

#[test]
fn a_guest_that_others_move_meanwhile_is_followed() {
    for call in ["GET */qemu/2011/config", "POST */config", "PUT */resize", "POST */status/start"] {
        let house = House::new(MACHINE, "");
        let edit = r#"{ "edit": { "/proxmox/guests/2011/node": "pve2" } }"#;
        house.faults(&format!(r#"[{{ "on": "{call}", "nth": 1, "do": {edit} }}]"#));
        // It is wanted where it was, which is another matter.
        let at_rest = (0..3).any(|_| {
            house.run(&["apply", "--yes", "--except", "move.*"]);
            house.run(&["plan", "--except", "move.*"]).code == Some(0)
        });
        assert!(at_rest, "{call}: {:?}", house.run(&["apply", "--yes", "--except", "move.*"]));
        let guests = house.world()["proxmox"]["guests"].as_object().map_or(0, serde_json::Map::len);
        assert_eq!(guests, 3, "{call}");
    }
}

#[test]
fn what_is_on_a_node_that_is_down_is_not_gone() {
    let machines = MACHINE.replace("vmid = 2011, ", "");
    let house = settled(&machines, "");
    house.edit(r#"{ "/proxmox/nodes/pve1/online": false }"#);
    let before = house.world()["proxmox"]["guests"].clone();
    let run = house.run(&["apply", "--yes"]);
    assert!(matches!(run.code, Some(0 | 1 | 4)), "{run:?}");
    house.wants("", "");
    let run = house.run(&["apply", "--yes", "--allow-mass-delete"]);
    assert!(matches!(run.code, Some(0 | 1 | 4)), "{run:?}");
    assert_eq!(house.world()["proxmox"]["guests"], before);
}

/// Lists that are not whole, in every way in which they can be.
#[test]
fn what_a_list_leaves_out_is_not_gone() {
    let halves = [
        r#"{ "on": "GET *dns_records*", "from": 1, "do": { "status": 200, "body": { "success": true, "errors": [], "messages": [],
            "result": [], "result_info": { "page": 1, "per_page": 5000, "count": 0, "total_count": 8 } } } }"#,
        r#"{ "on": "GET *dns_records*", "from": 1, "do": { "status": 200, "body": { "success": false, "messages": [],
            "errors": [{ "code": 10000, "message": "Authentication error" }], "result": null } } }"#,
        r#"{ "on": "GET *dns_records*", "from": 1, "do": { "status": 403, "body": { "success": false, "messages": [],
            "errors": [{ "code": 9109, "message": "Invalid zone identifier" }], "result": null } } }"#,
        r#"{ "on": "GET *dns_records*", "from": 1, "do": { "status": 404, "body": { "success": false, "messages": [],
            "errors": [{ "code": 7003, "message": "Could not route" }], "result": null } } }"#,
        r#"{ "on": "GET *dns_records*", "from": 1, "do": "empty" }"#,
        r#"{ "on": "GET *dns_records*", "from": 1, "do": "truncated" }"#,
        r#"{ "on": "GET */cluster/resources*", "from": 1, "do": { "status": 200, "body": { "data": null } } }"#,
        r#"{ "on": "GET */cluster/resources*", "from": 1, "do": "empty" }"#,
        r#"{ "on": "GET */qemu/2011/config", "from": 1, "do": { "status": 403, "body": { "data": null,
            "message": "Permission check failed (/vms/2011, VM.Audit)\n" } } }"#,
    ];
    for half in halves {
        let house = settled(MACHINE, RECORDS);
        let before = house.world();
        house.faults(&format!("[{half}]"));
        let stops = |args: &[&str]| {
            let run = house.run(args);
            assert!(matches!(run.code, Some(1 | 4)), "{half}: {run:?}");
        };
        stops(&["apply", "--yes", "--timeout", "5s"]);
        house.wants("", "");
        stops(&["apply", "--yes", "--timeout", "5s", "--allow-mass-delete", "--destroy", "vm.one"]);
        let after = house.world();
        assert_eq!(after["proxmox"]["guests"], before["proxmox"]["guests"], "{half}");
        assert_eq!(after["cloudflare"]["zones"], before["cloudflare"]["zones"], "{half}");
    }
}

/// A token that sees no guest is answered with an empty list, and nothing says that it is not whole.
#[test]
fn a_guest_that_the_token_does_not_see_is_not_made_again() {
    let house = settled(MACHINE, "");
    let before = house.world()["proxmox"]["guests"].clone();
    house.faults(
        r#"[{ "on": "GET */cluster/resources*", "from": 1, "do": { "status": 200, "body": { "data": [] } } }]"#,
    );
    let run = house.run(&["apply", "--yes"]);
    assert!(matches!(run.code, Some(1 | 4)), "{run:?}");
    assert_eq!(house.world()["proxmox"]["guests"], before);
}

#[test]
fn two_stacks_at_once_on_one_zone_leave_each_other_alone() {
    let house = House::new("", RECORDS);
    let cabin = "      { name = \"cabin\", type = \"A\", content = \"192.0.2.99\" },";
    house.stack("cabin", "cabin.rzp", "", cabin);
    let others = house.others();
    let both: Vec<_> =
        [["apply", "--yes", "--stack", "services/stack.rzp"], ["apply", "--yes", "--stack", "services/cabin.rzp"]]
            .iter()
            .map(|args| house.command(args).spawn().expect("it starts"))
            .collect();
    for child in both {
        Run::of(child.wait_with_output().expect("it ends")).ends(0);
    }
    house.run(&["plan"]).ends(0);
    house.run(&["plan", "--stack", "services/cabin.rzp"]).ends(0);
    assert_eq!(house.own_records(), ["note.example.com", "web.example.com"]);
    let foreign = house.others().1.len();
    assert_eq!(foreign, others.1.len());
}
