//! The simulator as clients meet it: over the wire, with its refusals, its tasks, and the faults of a file.

use super::Folder;
use rustls::crypto::ring;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// A simulator that is ended with the test, and a client of it.
pub(super) struct Simulator {
    child: Child,
    pub(super) told: BTreeMap<String, String>,
    agent: Agent,
    pub(super) zone: String,
}

/// A status and what came with it.
pub(super) type Answer = (u16, Value);

const QUICK: &str = r#"{ "settings": { "task_seconds": 0.05, "refusal_seconds": 0 } }"#;

pub(super) fn start(folder: &Folder, more: &[&str]) -> Simulator {
    if !folder.path("state.json").exists() {
        folder.write("state.json", QUICK);
    }
    let mut child = folder.start(&[&["simulate", "--state", "state.json"], more].concat(), "");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines().take(5);
    let pair = |line: String| {
        let (name, value) = line.strip_prefix("export ").expect("an export").split_once('=').expect("a value");
        (name.to_owned(), value.trim_matches('\'').to_owned())
    };
    let told: BTreeMap<String, String> = lines.map(|line| pair(line.expect("text"))).collect();
    let world: Value = serde_json::from_str(&folder.read("state.json")).expect("JSON");
    let pem = world["certificate"]["certificate"].as_str().expect("a certificate");
    let trusted = Certificate::from_pem(pem.as_bytes()).expect("PEM");
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(&[trusted]))
        .build();
    let timeout = Some(Duration::from_secs(10));
    let config = Agent::config_builder().tls_config(tls).http_status_as_error(false).timeout_global(timeout).build();
    let zone = "zones/023e105f4ecef8ad9ca31a8372d0c353/dns_records".to_owned();
    Simulator { child, told, agent: config.into(), zone }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Simulator {
    fn sent(&self, request: ureq::http::Request<String>) -> Result<Answer, ureq::Error> {
        let mut response = self.agent.run(request)?;
        let text = response.body_mut().read_to_string()?;
        Ok((response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// A call as `POST nodes/pve1/qemu`, with fields for its form, or for its query where it has none.
    pub(super) fn try_pve(&self, call: &str, fields: &[(&str, &str)]) -> Result<Answer, ureq::Error> {
        let (method, path) = call.split_once(' ').expect("a method and a path");
        let encoded =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let form: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let (query, body) = if ["GET", "DELETE"].contains(&method) {
            (form.join("&"), String::new())
        } else {
            (String::new(), form.join("&"))
        };
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/{path}?{query}", self.told["RZP_PVE_URL"]))
            .header("Authorization", format!("PVEAPIToken={}", self.told["PROXMOX_TOKEN"]))
            .header("Content-Type", "application/x-www-form-urlencoded");
        self.sent(request.body(body).expect("a request"))
    }

    pub(super) fn pve(&self, call: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_pve(call, fields).unwrap_or_else(|why| panic!("{call}: {why}"))
    }

    pub(super) fn try_cf(&self, call: &str, body: &Value) -> Result<Answer, ureq::Error> {
        let (method, path) = call.split_once(' ').expect("a method and a path");
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/{path}", self.told["RZP_CLOUDFLARE_URL"]))
            .header("Authorization", format!("Bearer {}", self.told["CLOUDFLARE_API_TOKEN"]))
            .header("Content-Type", "application/json");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.sent(request.body(body).expect("a request"))
    }

    pub(super) fn cf(&self, call: &str, body: Value) -> Answer {
        self.try_cf(call, &body).unwrap_or_else(|why| panic!("{call}: {why}"))
    }

    /// The code of a refusal, and the one behind it.
    #[track_caller]
    pub(super) fn refused(&self, call: &str, body: Value, status: u16, code: u64, behind: u64) {
        let (told, answer) = self.cf(call, body);
        assert_eq!(told, status, "{answer}");
        assert_eq!(answer["errors"][0]["code"], code, "{answer}");
        assert_eq!(answer["errors"][0]["error_chain"][0]["code"].as_u64().unwrap_or(0), behind, "{answer}");
    }

    /// What a failing call says.
    #[track_caller]
    pub(super) fn fails(&self, call: &str, fields: &[(&str, &str)], status: u16, message: &str) {
        let (told, answer) = self.pve(call, fields);
        assert_eq!((told, answer["message"].as_str()), (status, Some(format!("{message}\n").as_str())), "{answer}");
    }

    /// How the task ends that a call begins.
    #[track_caller]
    pub(super) fn ends(&self, call: &str, fields: &[(&str, &str)]) -> String {
        let (status, answer) = self.pve(call, fields);
        assert_eq!(status, 200, "{call}: {answer}");
        self.end_of(answer["data"].as_str().expect("a task"))
    }

    pub(super) fn end_of(&self, upid: &str) -> String {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            let task = self.pve(&format!("GET nodes/pve1/tasks/{upid}/status"), &[]).1;
            if task["data"]["status"] == "stopped" {
                return task["data"]["exitstatus"].as_str().expect("a text").to_owned();
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{upid} does not end");
    }

    pub(super) fn config(&self, vmid: u32) -> Value {
        self.pve(&format!("GET nodes/pve1/qemu/{vmid}/config"), &[]).1["data"].clone()
    }

    fn clone_to(&self, vmid: &str) {
        assert_eq!(self.ends("POST nodes/pve1/qemu/9000/clone", &[("newid", vmid), ("name", "k3s-1")]), "OK");
    }
}

#[test]
fn a_machine_is_cloned_changed_grown_started_and_taken_away() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    let mark = "made by a test\n<!-- rzp1 stack=home -->";
    let clone = [("newid", "2101"), ("name", "k3s-1"), ("description", mark), ("pool", "home")];
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/9000/clone", &clone), "OK");
    let (fresh, template) = (simulator.config(2101), simulator.config(9000));
    assert_eq!(fresh["description"], format!("{mark}\n"));
    assert_eq!(fresh["scsi0"], "local-lvm:vm-2101-disk-0,discard=on,iothread=1,size=8G,ssd=1");
    assert_eq!(fresh["ide2"], "local-lvm:vm-2101-cloudinit,media=cdrom");
    for (name, same) in [("memory", true), ("cores", true), ("smbios1", false), ("vmgenid", false), ("net0", false)] {
        assert_eq!(fresh[name] == template[name], same, "{name}");
    }
    assert!(fresh.get("template").is_none() && fresh.get("lock").is_none());

    let config = "POST nodes/pve1/qemu/2101/config";
    assert_eq!(simulator.ends(config, &[("cores", "4"), ("tags", "RZP-home;rzp;rzp"), ("ipconfig0", "ip=dhcp")]), "OK");
    assert_eq!(simulator.ends("PUT nodes/pve1/qemu/2101/resize", &[("disk", "scsi0"), ("size", "32G")]), "OK");
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/2101/status/start", &[]), "OK");
    let now = simulator.config(2101);
    assert_eq!((&now["cores"], &now["tags"]), (&json!(4), &json!("rzp;rzp-home")));
    assert!(now["scsi0"].as_str().unwrap().contains("size=32G"), "{now}");

    // What runs takes a name over at once, and cores at its next start.
    assert_eq!(simulator.ends(config, &[("cores", "8"), ("name", "k3s-2"), ("delete", "ipconfig0")]), "OK");
    let pending = simulator.pve("GET nodes/pve1/qemu/2101/pending", &[]).1["data"].clone();
    let row = |key: &str| pending.as_array().unwrap().iter().find(|row| row["key"] == key).cloned().unwrap();
    assert_eq!(row("cores"), json!({ "key": "cores", "value": 4, "pending": 8 }));
    assert_eq!(row("name"), json!({ "key": "name", "value": "k3s-2" }));
    assert_eq!(row("ipconfig0"), json!({ "key": "ipconfig0", "value": "ip=dhcp", "delete": 1 }));
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/2101/status/reboot", &[]), "OK");
    let pending = simulator.pve("GET nodes/pve1/qemu/2101/pending", &[]).1["data"].clone();
    assert!(pending.as_array().unwrap().iter().all(|row| row.get("pending").is_none() && row.get("delete").is_none()));

    let vms = simulator.pve("GET cluster/resources", &[("type", "vm")]).1["data"].clone();
    let vm = vms.as_array().unwrap().iter().find(|vm| vm["vmid"] == 2101).cloned().unwrap();
    assert_eq!((&vm["status"], &vm["pool"], &vm["tags"]), (&json!("running"), &json!("home"), &json!("rzp;rzp-home")));
    simulator.fails("DELETE nodes/pve1/qemu/2101", &[], 500, "VM 2101 is running - destroy failed");
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/2101/status/shutdown", &[]), "OK");
    assert_eq!(simulator.ends("DELETE nodes/pve1/qemu/2101", &[("purge", "1")]), "OK");
    let missing = "Configuration file 'nodes/pve1/qemu-server/2101.conf' does not exist";
    simulator.fails("GET nodes/pve1/qemu/2101/config", &[], 500, missing);
}

#[test]
fn a_machine_is_made_from_scratch() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    let create = [
        ("vmid", "300"),
        ("name", "nas"),
        ("memory", "4096"),
        ("scsihw", "virtio-scsi-single"),
        ("scsi0", "local-lvm:16,ssd=1,discard=on"),
        ("efidisk0", "local-lvm:1,efitype=4m,pre-enrolled-keys=1"),
        ("ide2", "local-lvm:cloudinit"),
        ("net0", "virtio,bridge=vmbr0,tag=20,firewall=1"),
        ("smbios1", "uuid=11111111-2222-3333-4444-555555555555"),
        ("start", "1"),
    ];
    assert_eq!(simulator.ends("POST nodes/pve1/qemu", &create), "OK");
    let config = simulator.config(300);
    assert_eq!(config["scsi0"], "local-lvm:vm-300-disk-1,discard=on,size=16G,ssd=1");
    assert_eq!(config["efidisk0"], "local-lvm:vm-300-disk-0,efitype=4m,pre-enrolled-keys=1,size=528K");
    assert_eq!(config["smbios1"], "uuid=11111111-2222-3333-4444-555555555555");
    let card = config["net0"].as_str().unwrap();
    assert!(card.starts_with("virtio=BC:24:11:") && card.ends_with(",bridge=vmbr0,firewall=1,tag=20"), "{card}");
    assert_eq!(simulator.pve("GET nodes/pve1/qemu/300/status/current", &[]).1["data"]["status"], "running");
    simulator.fails(
        "POST nodes/pve1/qemu",
        &[("vmid", "300")],
        500,
        "unable to create VM 300 - VM 300 already exists on node 'pve1'",
    );
    simulator.fails(
        "POST nodes/pve2/qemu",
        &[("vmid", "301"), ("scsi0", "local:8")],
        500,
        "storage 'local' does not support content-type 'images'",
    );
    simulator.fails("POST nodes/pve2/qemu", &[("vmid", "301"), ("pool", "none")], 500, "pool 'none' does not exist");
    assert!(
        simulator
            .ends("POST nodes/pve1/qemu", &[("vmid", "301"), ("scsi0", "local-lvm:6000")])
            .starts_with("unable to create VM 301 - ")
    );
    simulator.fails(
        "GET nodes/pve1/qemu/301/config",
        &[],
        500,
        "Configuration file 'nodes/pve1/qemu-server/301.conf' does not exist",
    );
}

#[test]
fn a_container_is_made_changed_and_taken_away() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    let template = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
    let create = [
        ("vmid", "400"),
        ("ostemplate", template),
        ("hostname", "dns"),
        ("rootfs", "local-lvm:4"),
        ("net0", "name=eth0,bridge=vmbr0,ip=dhcp"),
        ("password", "long enough"),
        ("features", "nesting=1"),
        ("start", "1"),
    ];
    assert_eq!(simulator.ends("POST nodes/pve1/lxc", &create), "OK");
    let config = |key: &str| simulator.pve("GET nodes/pve1/lxc/400/config", &[]).1["data"][key].clone();
    assert_eq!(
        (config("unprivileged"), config("ostype"), config("rootfs")),
        (json!(1), json!("debian"), json!("local-lvm:vm-400-disk-0,size=4G"))
    );
    assert!(config("password").is_null());
    let digest = config("digest");
    let changed = [("memory", "1024"), ("hostname", "dns-2"), ("digest", digest.as_str().unwrap())];
    assert_eq!(simulator.pve("PUT nodes/pve1/lxc/400/config", &changed), (200, json!({ "data": null })));
    let pending = simulator.pve("GET nodes/pve1/lxc/400/pending", &[]).1.to_string();
    assert!(pending.contains(r#"{"key":"hostname","pending":"dns-2","value":"dns"}"#), "{pending}");
    assert!(pending.contains(r#"{"key":"memory","value":1024}"#), "{pending}");
    let stale = "detected modified configuration - file changed by other user? Try again.";
    simulator.fails("PUT nodes/pve1/lxc/400/config", &[("memory", "64"), ("digest", "0")], 500, stale);
    assert_eq!(simulator.ends("PUT nodes/pve1/lxc/400/resize", &[("disk", "rootfs"), ("size", "+4G")]), "OK");
    simulator.fails(
        "PUT nodes/pve1/lxc/400/resize",
        &[("disk", "rootfs"), ("size", "4G")],
        500,
        "unable to shrink disk size",
    );
    simulator.fails("DELETE nodes/pve1/lxc/400", &[], 500, "unable to destroy CT 400 - container is running");
    assert_eq!(simulator.ends("DELETE nodes/pve1/lxc/400", &[("force", "1")]), "OK");
}

#[test]
fn what_is_being_made_is_locked_and_its_number_is_taken() {
    let folder = Folder::new(&[("state.json", r#"{ "settings": { "task_seconds": 60 } }"#)]);
    let simulator = start(&folder, &[]);
    let clone = "POST nodes/pve1/qemu/9000/clone";
    let upid = simulator.pve(clone, &[("newid", "2101")]).1["data"].as_str().unwrap().to_owned();
    assert_eq!(simulator.config(2101)["lock"], "clone");
    simulator.fails("POST nodes/pve1/qemu/2101/config", &[("cores", "2")], 500, "VM is locked (clone)");
    simulator.fails(clone, &[("newid", "2101")], 500, "unable to create VM 2101: config file already exists");
    let (status, answer) = simulator.pve("GET cluster/nextid", &[("vmid", "2101")]);
    assert_eq!((status, &answer["errors"]["vmid"]), (400, &json!("VM 2101 already exists")));
    let active = simulator
        .pve("GET nodes/pve1/tasks", &[("source", "active"), ("typefilter", "qmclone"), ("userfilter", "rzp@pve")])
        .1;
    assert_eq!((&active["data"][0]["upid"], &active["data"][0]["id"]), (&json!(upid), &json!("9000")));
    // Asked to stop, a node takes away what it had begun.
    simulator.pve(&format!("DELETE nodes/pve1/tasks/{upid}"), &[]);
    assert_eq!(simulator.end_of(&upid), "interrupted by signal");
    assert_eq!(simulator.pve("GET nodes/pve1/qemu/2101/config", &[]).0, 500);
    simulator.fails("GET nodes/pve1/tasks/UPID:pve1:0:0:0:a:b:c:/status", &[], 400, "Parameter verification failed.");
}

#[test]
fn what_could_do_harm_is_refused() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    simulator.clone_to("2101");
    let (config, resize) = ("POST nodes/pve1/qemu/2101/config", "PUT nodes/pve1/qemu/2101/resize");
    let old = simulator.config(2101)["digest"].as_str().unwrap().to_owned();
    assert_eq!(simulator.ends(config, &[("cores", "4"), ("digest", &old)]), "OK");
    simulator.fails(config, &[("cores", "2"), ("digest", &old)], 500, "checksum mismatch (file change by other user?)");
    let grow = [("disk", "scsi0"), ("size", "9G"), ("digest", old.as_str())];
    simulator.fails(resize, &grow, 500, "checksum mismatch (file change by other user?)");
    simulator.fails(resize, &[("disk", "scsi0"), ("size", "7G")], 500, "shrinking disks is not supported");
    simulator.fails(resize, &[("disk", "scsi1"), ("size", "7G")], 500, "disk 'scsi1' does not exist");
    assert_eq!(simulator.ends(config, &[("protection", "1")]), "OK");
    simulator.fails("DELETE nodes/pve1/qemu/2101", &[], 500, "can't remove VM 2101 - protection mode enabled");
    simulator.fails(config, &[("delete", "scsi0")], 500, "can't remove drive 'scsi0' - protection mode enabled");
    assert_eq!(simulator.ends(config, &[("delete", "protection")]), "OK");
    simulator.pve("POST cluster/ha/resources", &[("sid", "vm:2101"), ("state", "stopped")]);
    simulator.fails(
        "DELETE nodes/pve1/qemu/2101",
        &[],
        500,
        "unable to remove VM 2101 - used in HA resources and purge parameter not set.",
    );
    simulator.fails(
        "POST nodes/pve1/qemu/9000/clone",
        &[("newid", "2102"), ("target", "pve2")],
        500,
        "can't clone VM to node 'pve2' (VM uses local storage)",
    );
    assert_eq!(
        simulator.ends("DELETE nodes/pve1/qemu/9000", &[]),
        "base volume 'local-lvm:base-9000-disk-0' is still in use by linked clones"
    );
    let (status, answer) = simulator.pve(config, &[("skiplock", "1"), ("cores", "1")]);
    assert_eq!((status, &answer["errors"]["skiplock"]), (400, &json!("Only root may use this option.")));
    assert_eq!(simulator.ends("DELETE nodes/pve1/qemu/2101", &[("purge", "1")]), "OK");
    assert_eq!(simulator.pve("GET cluster/ha/resources", &[]).1, json!({ "data": [] }));
}

#[test]
fn a_disk_that_is_taken_off_stays_until_it_is_taken_away() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    simulator.clone_to("2101");
    let config = "POST nodes/pve1/qemu/2101/config";
    assert_eq!(simulator.ends(config, &[("scsi1", "local-lvm:10")]), "OK");
    assert_eq!(simulator.config(2101)["scsi1"], "local-lvm:vm-2101-disk-1,size=10G");
    assert_eq!(simulator.ends(config, &[("delete", "scsi1")]), "OK");
    assert_eq!(simulator.config(2101)["unused0"], "local-lvm:vm-2101-disk-1");
    assert_eq!(simulator.ends(config, &[("scsi2", "local-lvm:vm-2101-disk-1,ssd=1")]), "OK");
    let now = simulator.config(2101);
    assert_eq!((&now["scsi2"], now.get("unused0")), (&json!("local-lvm:vm-2101-disk-1,size=10G,ssd=1"), None));
    assert_eq!(simulator.ends(config, &[("delete", "scsi2"), ("force", "1")]), "OK");
    let content = simulator.pve("GET nodes/pve1/storage/local-lvm/content", &[("vmid", "2101")]).1;
    let names: Vec<&Value> = content["data"].as_array().unwrap().iter().map(|volume| &volume["volid"]).collect();
    assert_eq!(names, ["local-lvm:vm-2101-cloudinit", "local-lvm:vm-2101-disk-0"]);
}

#[test]
fn machines_move_and_pools_hold_them() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    simulator.clone_to("2101");
    simulator.fails("POST nodes/pve1/qemu/2101/migrate", &[("target", "pve9")], 500, "no such cluster node 'pve9'");
    assert_eq!(simulator.ends("POST nodes/pve1/qemu/2101/migrate", &[("target", "pve2")]), "OK");
    simulator.fails(
        "GET nodes/pve1/qemu/2101/config",
        &[],
        500,
        "Configuration file 'nodes/pve1/qemu-server/2101.conf' does not exist",
    );
    assert_eq!(simulator.pve("GET nodes/pve2/qemu/2101/config", &[]).1["data"]["name"], "k3s-1");
    assert_eq!(simulator.pve("POST pools", &[("poolid", "lab"), ("comment", "x")]).0, 200);
    simulator.fails("POST pools", &[("poolid", "lab")], 500, "create pool failed: pool 'lab' already exists");
    assert_eq!(simulator.pve("PUT pools", &[("poolid", "lab"), ("vms", "2101")]).0, 200);
    let pool = simulator.pve("GET pools/lab", &[]).1["data"].clone();
    assert_eq!((&pool["comment"], &pool["members"][0]["vmid"]), (&json!("x"), &json!(2101)));
    simulator.fails(
        "DELETE pools",
        &[("poolid", "lab")],
        500,
        "delete pool failed: pool 'lab' is not empty (contains VMs)",
    );
    let fetch = [("content", "iso"), ("filename", "a b.iso"), ("url", "https://example.com/a.iso")];
    assert_eq!(simulator.ends("POST nodes/pve1/storage/local/download-url", &fetch), "OK");
    simulator.fails(
        "POST nodes/pve1/storage/local/download-url",
        &fetch,
        500,
        "refusing to override existing file 'a_b.iso'",
    );
}

#[test]
fn who_may_not_is_told_so() {
    let folder = Folder::new(&[]);
    let mut simulator = start(&folder, &[]);
    let all = simulator.pve("GET access/permissions", &[]).1["data"]["/"].clone();
    assert_eq!(all["VM.Clone"], 1);
    simulator.fails("GET nowhere", &[], 501, "Method 'GET /nowhere' not implemented");
    let reading = "rzp@pve!audit=8b1f6c20-3e94-4d57-a0c2-71e5d9f4a613".to_owned();
    simulator.told.insert("PROXMOX_TOKEN".to_owned(), reading);
    assert_eq!(simulator.pve("GET nodes/pve1/qemu/100/config", &[]).0, 200);
    let stop = "POST nodes/pve1/qemu/100/status/stop";
    simulator.fails(stop, &[], 403, "Permission check failed (/vms/100, VM.PowerMgmt)");
    simulator.told.insert("PROXMOX_TOKEN".to_owned(), "rzp@pve!plan=wrong".to_owned());
    simulator.fails("GET version", &[], 401, "invalid token value!");
    simulator.told.insert("CLOUDFLARE_API_TOKEN".to_owned(), "wrong".to_owned());
    simulator.refused("GET user/tokens/verify", Value::Null, 401, 1000, 0);
    simulator.refused("GET zones", Value::Null, 403, 9109, 0);
    simulator.told.insert("CLOUDFLARE_API_TOKEN".to_owned(), "simulated-reading-9b3e71d0c5a84f26e81d".to_owned());
    assert_eq!(simulator.cf("GET zones", Value::Null).1["result"][0]["plan"]["legacy_id"], "free");
    simulator.refused(&format!("POST {}", simulator.zone), json!({}), 403, 10000, 0);
}

#[test]
fn a_batch_is_done_whole_or_not() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    let (records, batch) = (format!("GET {}", simulator.zone), format!("POST {}/batch", simulator.zone));
    let list = simulator.cf(&records, Value::Null).1;
    let id = |name: &str| {
        list["result"].as_array().unwrap().iter().find(|record| record["name"] == name).unwrap()["id"].clone()
    };
    // What is wrong in the end takes back what came before.
    let wrong = json!({ "deletes": [{ "id": id("vpn.example.com") }], "posts": [{ "type": "A", "name": "x", "content": "y" }] });
    simulator.refused(&batch, wrong, 400, 9005, 0);
    assert_eq!(simulator.cf(&records, Value::Null).1["result"], list["result"]);
    // Deletes come first, so a record can become one of another type.
    let (status, done) = simulator.cf(&batch, json!({
        "posts": [{ "type": "CNAME", "name": "vpn", "content": "home.example.net", "comment": "rzp1:home:0123456789abcdef" }],
        "deletes": [{ "id": id("vpn.example.com") }],
        "patches": [{ "id": id("www.example.com"), "comment": "changed" }],
    }));
    assert_eq!((status, &done["result"]["posts"][0]["name"]), (200, &json!("vpn.example.com")));
    let patched = &done["result"]["patches"][0];
    assert_eq!((&patched["comment"], &patched["proxied"]), (&json!("changed"), &json!(true)));
    let marked = simulator.cf(&format!("{records}?comment.startswith=rzp1:home:"), Value::Null).1;
    assert_eq!(marked["result_info"]["total_count"], 1);
    // A patch that changes nothing modifies nothing; a put forgets what it does not name.
    let record = format!("{}/{}", simulator.zone, id("www.example.com").as_str().unwrap());
    let again = simulator.cf(&format!("PATCH {record}"), json!({ "comment": "changed" })).1["result"].clone();
    assert_eq!(again["modified_on"], patched["modified_on"]);
    let put = simulator
        .cf(&format!("PUT {record}"), json!({ "type": "CNAME", "name": "www", "content": "example.com" }))
        .1["result"]
        .clone();
    assert_eq!((&put["comment"], &put["proxied"]), (&Value::Null, &json!(false)));
    simulator.refused(&format!("DELETE {}/{}", simulator.zone, "0".repeat(32)), Value::Null, 404, 81044, 0);
}

#[test]
fn a_zone_has_its_limits() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    let (post, batch) = (format!("POST {}", simulator.zone), format!("POST {}/batch", simulator.zone));
    let posts = |count: usize| -> Value {
        (0..count).map(|at| json!({ "type": "A", "name": format!("h{at}"), "content": "198.51.100.1" })).collect()
    };
    simulator.refused(&batch, json!({ "posts": posts(201) }), 400, 9208, 0);
    simulator.refused(&batch, json!({ "posts": posts(195) }), 400, 81045, 0);
    assert_eq!(simulator.cf(&batch, json!({ "posts": posts(194) })).0, 200);
    simulator.refused(&post, json!({ "type": "TXT", "name": "one-more", "content": "x" }), 400, 81045, 0);
    let page = simulator.cf(&format!("GET {}?per_page=150&page=2", simulator.zone), Value::Null).1;
    assert_eq!((&page["result_info"]["count"], &page["result_info"]["total_count"]), (&json!(50), &json!(200)));
    let a = |more: &str, value: Value| json!({ "type": "A", "name": "x", "content": "198.51.100.1", more: value });
    simulator.refused(&post, a("tags", json!(["a:b"])), 400, 1004, 9300);
    simulator.refused(&post, a("comment", json!("c".repeat(101))), 400, 1004, 9301);
    simulator.refused(&post, a("name", json!("h1")), 400, 81058, 0);
    simulator.refused(&post, json!({ "type": "CNAME", "name": "h1", "content": "example.net" }), 400, 81053, 0);
}

#[test]
fn who_calls_too_often_is_refused_for_a_while() {
    let folder = Folder::new(&[("state.json", r#"{ "settings": { "rate_calls": 2, "rate_seconds": 300 } }"#)]);
    let simulator = start(&folder, &[]);
    for _ in 0..2 {
        assert_eq!(simulator.cf("GET zones", Value::Null).0, 200);
    }
    simulator.refused("GET zones", Value::Null, 429, 10100, 0);
    let request = simulator.agent.get(format!("{}/zones", simulator.told["RZP_CLOUDFLARE_URL"]));
    let response =
        request.header("Authorization", format!("Bearer {}", simulator.told["CLOUDFLARE_API_TOKEN"])).call().unwrap();
    let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert!((1..=300).contains(&header("retry-after").parse::<u32>().unwrap()));
    assert!(header("ratelimit").starts_with("\"default\";r=0;t="));
    assert_eq!(header("ratelimit-policy"), "\"default\";q=2;w=300");
}

#[test]
fn tunnels_and_rules_are_kept_with_their_versions() {
    let folder = Folder::new(&[]);
    let simulator = start(&folder, &[]);
    let tunnels = "accounts/01a7362d577a6c3019a474fd6f485823/cfd_tunnel";
    let made = simulator
        .cf(&format!("POST {tunnels}"), json!({ "name": "rzp-home-edge", "config_src": "cloudflare" }))
        .1["result"]
        .clone();
    let tunnel = format!("{tunnels}/{}", made["id"].as_str().unwrap());
    simulator.refused(&format!("POST {tunnels}"), json!({ "name": "rzp-home-edge" }), 409, 1013, 0);
    let before =
        simulator.cf(&format!("GET {tunnel}/configurations"), Value::Null).1["result"]["version"].as_u64().unwrap();
    let ingress = json!({ "config": { "ingress": [{ "hostname": "a.example.com", "service": "http://a" }, { "service": "http_status:404" }] } });
    let after = simulator.cf(&format!("PUT {tunnel}/configurations"), ingress.clone()).1["result"].clone();
    assert_eq!((after["version"].as_u64(), &after["config"]), (Some(before + 1), &ingress["config"]));
    simulator.refused(
        &format!("PUT {tunnel}/configurations"),
        json!({ "config": { "ingress": [{ "hostname": "a", "service": "http://a" }] } }),
        400,
        1056,
        0,
    );
    assert_eq!(simulator.cf(&format!("GET {tunnel}/token"), Value::Null).1["result"], made["token"]);
    assert_eq!(simulator.cf(&format!("DELETE {tunnel}"), Value::Null).0, 200);
    simulator.refused(&format!("GET {tunnel}"), Value::Null, 404, 1003, 0);
    assert_eq!(simulator.cf(&format!("GET {tunnels}?is_deleted=false"), Value::Null).1["result"], json!([]));

    let sets = "zones/023e105f4ecef8ad9ca31a8372d0c353/rulesets";
    let phase = format!("{sets}/phases/http_request_firewall_custom/entrypoint");
    simulator.refused(&format!("GET {phase}"), Value::Null, 404, 10003, 0);
    let rule = |name: &str| json!({ "ref": name, "expression": "true", "action": "block" });
    let set = simulator.cf(&format!("PUT {phase}"), json!({ "rules": [rule("rzp1-a")] })).1["result"].clone();
    let rules = format!("{sets}/{}/rules", set["id"].as_str().unwrap());
    let more = simulator.cf(&format!("POST {rules}"), rule("rzp1-b")).1["result"].clone();
    assert_eq!((&more["version"], &more["rules"][1]["ref"]), (&json!("2"), &json!("rzp1-b")));
    simulator.refused(&format!("POST {rules}"), rule("rzp1-b"), 400, 20127, 0);
    let first = format!("{rules}/{}", more["rules"][0]["id"].as_str().unwrap());
    let changed =
        simulator.cf(&format!("PATCH {first}"), json!({ "expression": "false" })).1["result"]["rules"][0].clone();
    assert_eq!(
        (&changed["expression"], &changed["ref"], &changed["action"]),
        (&json!("false"), &json!("rzp1-a"), &json!("block"))
    );
    assert_eq!(simulator.cf(&format!("DELETE {first}"), Value::Null).1["result"]["rules"].as_array().unwrap().len(), 1);
}

#[test]
fn a_state_outlives_the_simulator() {
    let folder = Folder::new(&[("state.json", r#"{ "settings": { "task_seconds": 0.5 } }"#)]);
    let simulator = start(&folder, &[]);
    let upid =
        simulator.pve("POST nodes/pve1/qemu/9000/clone", &[("newid", "2101")]).1["data"].as_str().unwrap().to_owned();
    simulator
        .cf(&format!("POST {}", simulator.zone), json!({ "type": "A", "name": "kept", "content": "198.51.100.1" }));
    let before = simulator.told.clone();
    drop(simulator);
    let simulator = start(&folder, &[]);
    for name in ["RZP_PVE_FINGERPRINT", "PROXMOX_TOKEN", "CLOUDFLARE_API_TOKEN"] {
        assert_eq!(simulator.told[name], before[name]);
    }
    assert_eq!(simulator.end_of(&upid), "OK");
    assert_eq!(simulator.config(2101)["name"], "Copy-of-VM-debian-13");
    let kept = simulator.cf(&format!("GET {}?name=kept.example.com", simulator.zone), Value::Null).1;
    assert_eq!(kept["result_info"]["count"], 1);
}
