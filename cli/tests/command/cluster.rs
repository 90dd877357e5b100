//! The simulated cluster where it is not as a client would like it: nodes that are off, rights that end, tags that are
//! not for all, guests that do not listen.

use super::Folder;
use super::simulate::{Simulator, start};
use serde_json::{Value, json};

/// A fresh world with other values in some places of it.
fn world(folder: &Folder, change: impl FnOnce(&mut Value)) {
    start(folder, &[]);
    let mut world: Value = serde_json::from_str(&folder.read("state.json")).expect("JSON");
    change(&mut world);
    folder.write("state.json", &world.to_string());
}

fn status_of(simulator: &Simulator, vmid: u32) -> Value {
    let list = simulator.pve("GET cluster/resources", &[("type", "vm")]).1;
    let found = list["data"].as_array().unwrap().iter().find(|row| row["vmid"] == vmid);
    found.map_or(Value::Null, |row| row["status"].clone())
}

#[test]
fn what_is_on_a_node_that_is_off_is_there_and_unknown() {
    let folder = Folder::new(&[]);
    world(&folder, |world| world["proxmox"]["nodes"]["pve1"]["online"] = false.into());
    let simulator = start(&folder, &[]);
    assert_eq!(status_of(&simulator, 100), "unknown");
    simulator.fails("GET nodes/pve1/qemu/100/config", &[], 595, "No route to host");
    assert_eq!(simulator.pve("GET nodes/pve2/qemu", &[]).0, 200);
}

#[test]
fn a_token_sees_and_does_what_its_paths_allow() {
    let folder = Folder::new(&[]);
    let rights = json!({ "/": ["Sys.Audit"], "/vms/9000": ["VM.Audit", "VM.Clone"], "/pool/home": ["VM.Allocate", "VM.Audit", "VM.Config.CPU"] });
    world(&folder, |world| world["proxmox"]["tokens"]["rzp@pve!plan"]["rights"] = rights);
    let simulator = start(&folder, &[]);
    assert_eq!((status_of(&simulator, 100), status_of(&simulator, 9000)), (Value::Null, json!("stopped")));
    let clone = "POST nodes/pve1/qemu/9000/clone";
    simulator.fails(clone, &[("newid", "2101")], 403, "Permission check failed (/vms/2101, VM.Allocate)");
    assert_eq!(simulator.ends(clone, &[("newid", "2101"), ("pool", "home")]), "OK");
    let config = "POST nodes/pve1/qemu/2101/config";
    assert_eq!(simulator.ends(config, &[("cores", "4")]), "OK");
    simulator.fails(
        config,
        &[("cores", "4"), ("memory", "4096")],
        403,
        "Permission check failed (/vms/2101, VM.Config.Memory)",
    );
    simulator.fails("POST pools", &[("poolid", "x")], 403, "Permission check failed (/pool/x, Pool.Allocate)");
}

#[test]
fn tags_may_be_for_some_alone() {
    let folder = Folder::new(&[]);
    world(&folder, |world| {
        world["proxmox"]["tokens"]["rzp@pve!plan"]["rights"] =
            json!({ "/": ["Sys.Audit"], "/vms": ["*"], "/storage": ["*"] });
        world["proxmox"]["documents"] =
            json!({ "/cluster/options": { "user-tag-access": "user-allow=list,user-allow-list=lab" } });
    });
    let simulator = start(&folder, &[]);
    let config = "POST nodes/pve1/qemu/100/config";
    simulator.fails(config, &[("tags", "lab;rzp")], 403, "Permission check failed (/, Sys.Modify) - tag 'rzp'");
    assert_eq!(simulator.ends(config, &[("tags", "lab")]), "OK");
    simulator.fails("PUT cluster/options", &[("console", "vv")], 403, "Permission check failed (/, Sys.Modify)");
}

#[test]
fn settings_of_the_datacenter_are_kept_and_some_followed() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    let style = [("tag-style", "ordering=config,case-sensitive=1"), ("max_workers", "4")];
    assert_eq!(simulator.pve("PUT cluster/options", &style).0, 200);
    assert_eq!(
        simulator.pve("GET cluster/options", &[]).1["data"],
        json!({ "tag-style": style[0].1, "max_workers": 4 })
    );
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/100/config", &[("tags", "b;A;b")]), "OK");
    assert_eq!(simulator.config(100)["tags"], "b;A");
    assert_eq!(simulator.pve("PUT cluster/firewall/options", &[("enable", "1"), ("policy_in", "DROP")]).0, 200);
    assert_eq!(simulator.pve("PUT cluster/firewall/options", &[("delete", "policy_in")]).0, 200);
    assert_eq!(simulator.pve("GET cluster/firewall/options", &[]).1["data"], json!({ "enable": 1 }));
}

#[test]
fn a_guest_that_does_not_listen_is_stopped_by_force_alone() {
    let folder = Folder::new(&[]);
    world(&folder, |world| world["proxmox"]["guests"]["100"]["deaf"] = true.into());
    let simulator = start(&folder, &[]);
    let shutdown = "POST nodes/pve1/qemu/100/status/shutdown";
    assert_eq!(simulator.ends(shutdown, &[("timeout", "5")]), "VM quit/powerdown failed - got timeout");
    assert_eq!(status_of(&simulator, 100), "running");
    assert_eq!(simulator.ends(shutdown, &[("timeout", "5"), ("forceStop", "1")]), "OK");
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/100/status/start", &[]), "OK");
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/100/status/start", &[]), "VM 100 already running");
    assert_eq!(
        simulator.ends("POST nodes/pve1/qemu/9000/status/start", &[]),
        "you can't start a vm if it's a template"
    );
}

#[test]
fn what_is_looked_after_follows_its_state() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    assert_eq!(simulator.pve("POST cluster/ha/resources", &[("sid", "100"), ("state", "stopped")]).0, 200);
    assert_eq!(status_of(&simulator, 100), "stopped");
    simulator.fails("POST cluster/ha/resources", &[("sid", "vm:100")], 500, "resource ID 'vm:100' already defined");
    let task = simulator.pve("POST nodes/pve1/qemu/100/status/start", &[]).1["data"].as_str().unwrap().to_owned();
    assert!(task.contains(":hastart:100:"), "{task}");
    assert_eq!(simulator.end_of(&task), "OK");
    let now = simulator.pve("GET nodes/pve1/qemu/100/status/current", &[]).1["data"].clone();
    assert_eq!((&now["status"], &now["ha"]), (&json!("running"), &json!({ "managed": 1, "state": "started" })));
    assert_eq!(simulator.pve("DELETE cluster/ha/resources/vm:100", &[]).0, 200);
}

#[test]
fn a_guest_tells_its_addresses_once_it_runs() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    let agent = "GET nodes/pve1/qemu/2101/agent/network-get-interfaces";
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/9000/clone", &[("newid", "2101")]), "OK");
    simulator.fails(agent, &[], 500, "VM 2101 is not running");
    assert_eq!(
        simulator.ends("POST nodes/pve1/qemu/2101/config", &[("ipconfig0", "ip=10.0.0.5/24,gw=10.0.0.1")]),
        "OK"
    );
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/2101/status/start", &[]), "OK");
    let told = std::iter::repeat_with(|| simulator.pve(agent, &[])).find(|(status, _)| *status == 200).unwrap().1;
    assert_eq!(told["data"]["result"][1]["ip-addresses"][0]["ip-address"], "10.0.0.5");
    simulator.fails("GET nodes/pve1/qemu/100/agent/network-get-interfaces", &[], 500, "No QEMU guest agent configured");
    // What cloud-init will find waits for a start, or for its being written anew.
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/2101/config", &[("ipconfig0", "ip=dhcp"), ("cores", "1")]), "OK");
    let rows = simulator.pve("GET nodes/pve1/qemu/2101/cloudinit", &[]).1["data"].clone();
    assert_eq!(rows, json!([{ "key": "ipconfig0", "value": "ip=10.0.0.5/24,gw=10.0.0.1", "pending": "ip=dhcp" }]));
    assert_eq!(simulator.pve("PUT nodes/pve1/qemu/2101/cloudinit", &[]).0, 200);
    let now = simulator.pve("GET nodes/pve1/qemu/2101/config", &[("current", "1")]).1["data"].clone();
    assert_eq!((&now["ipconfig0"], &now["cores"]), (&json!("ip=dhcp"), &json!(2)));
}
