"""Every call through Prism, which holds both sides to the official schemas: no answer of the simulator may break them.

Prism stands between, over plain HTTP; a request that breaks a schema gets 422 from it, an answer that does gets 500 with
`VIOLATIONS`.
"""

import os
import sys
import time

from wire import Wire

pve = Wire(os.environ["PRISM_PROXMOX"], f"PVEAPIToken={os.environ['PROXMOX_TOKEN']}")
cf = Wire(os.environ["PRISM_CLOUDFLARE"], f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}")
calls, broken = 0, []


class Lost(dict):
    """Stands for an answer that did not come, so that the rest is tried too."""

    def __getitem__(self, name):
        return Lost()

    def get(self, name, default=None):
        return Lost()

    def __str__(self):
        return "lost"

    __hash__ = None


def ask(wire, wanted, method, path, **what):
    global calls
    calls += 1
    status, answer = wire.call(method, path, **what)
    if "VIOLATIONS" in str(answer) or status != wanted:
        broken.append(f"{method} {path}: {status}, where {wanted} is right\n  {answer}")
    return answer if status == wanted and isinstance(answer, dict) else Lost()


def task(method, path, form=None):
    upid = ask(pve, 200, method, path, form=form or {}).get("data")
    for _ in range(200):
        status = ask(pve, 200, "GET", f"/nodes/pve1/tasks/{upid}/status").get("data", {})
        if status.get("status") != "running":
            break
        time.sleep(0.05)
    if status.get("exitstatus") != "OK":
        broken.append(f"{method} {path}: the task ended with {status}")
    ask(pve, 200, "GET", f"/nodes/pve1/tasks/{upid}/log")
    return upid


def proxmox():
    for path in ["/version", "/nodes", "/cluster/resources", "/cluster/resources?type=vm", "/cluster/nextid", "/cluster/tasks",
                 "/access/permissions", "/pools", "/cluster/ha/resources", "/nodes/pve1/qemu", "/nodes/pve1/lxc",
                 "/nodes/pve1/storage/local/content", "/nodes/pve1/storage/local-lvm/content?content=images"]:
        ask(pve, 200, "GET", path)
    vm, ct = "/nodes/pve1/qemu/2101", "/nodes/pve1/lxc/400"
    task("POST", "/nodes/pve1/qemu/9000/clone", {"newid": 2101, "name": "k3s-1"})
    task("POST", f"{vm}/config", {"cores": 4, "tags": "rzp", "ipconfig0": "ip=dhcp", "scsi1": "local-lvm:4"})
    task("PUT", f"{vm}/resize", {"disk": "scsi0", "size": "+1G"})
    ask(pve, 200, "PUT", f"{vm}/config", form={"onboot": 1, "delete": "scsi1"})
    task("POST", f"{vm}/status/start")
    task("POST", f"{vm}/config", {"cores": 8})
    for path in ["", "/config", "/config?current=1", "/pending", "/status/current", "/migrate"]:
        ask(pve, 200, "GET", vm + path)
    task("POST", f"{vm}/status/reboot")
    ask(pve, 500, "DELETE", vm)
    task("POST", f"{vm}/status/shutdown")
    ask(pve, 200, "POST", "/cluster/ha/resources", form={"sid": "vm:2101", "state": "stopped", "comment": "x"})
    ask(pve, 200, "GET", "/cluster/ha/resources")
    ask(pve, 200, "GET", "/cluster/ha/resources/vm:2101")
    ask(pve, 200, "PUT", "/cluster/ha/resources/vm:2101", form={"max_restart": 2})
    ask(pve, 200, "DELETE", "/cluster/ha/resources/vm:2101")
    task("DELETE", vm, {"purge": 1})
    ask(pve, 500, "GET", f"{vm}/config")
    task("POST", "/nodes/pve1/qemu", {"vmid": 300, "name": "nas", "memory": 1024, "scsi0": "local-lvm:4", "net0": "virtio,bridge=vmbr0"})
    task("POST", "/nodes/pve1/qemu/300/template")
    task("DELETE", "/nodes/pve1/qemu/300")
    image = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"
    task("POST", "/nodes/pve1/lxc", {"vmid": 400, "ostemplate": image, "hostname": "dns", "rootfs": "local-lvm:2", "net0": "name=eth0,bridge=vmbr0,ip=dhcp"})
    ask(pve, 200, "PUT", f"{ct}/config", form={"memory": 1024})
    task("PUT", f"{ct}/resize", {"disk": "rootfs", "size": "3G"})
    task("POST", f"{ct}/status/start")
    for path in ["", "/config", "/status/current"]:
        ask(pve, 200, "GET", ct + path)
    task("POST", f"{ct}/status/stop")
    task("DELETE", ct)
    ask(pve, 200, "POST", "/pools", form={"poolid": "lab", "comment": "x"})
    ask(pve, 200, "PUT", "/pools", form={"poolid": "lab", "vms": "100"})
    ask(pve, 200, "GET", "/pools?poolid=lab")
    ask(pve, 200, "PUT", "/pools", form={"poolid": "lab", "vms": "100", "delete": 1})
    ask(pve, 200, "DELETE", "/pools", form={"poolid": "lab"})
    task("POST", "/nodes/pve1/storage/local/download-url", {"content": "iso", "filename": "a.iso", "url": "https://example.com/a.iso"})
    for source in ["all", "active", "archive"]:
        ask(pve, 200, "GET", f"/nodes/pve1/tasks?source={source}")


def cloudflare():
    ask(cf, 200, "GET", "/user/tokens/verify")
    account = ask(cf, 200, "GET", "/accounts")["result"][0]["id"]
    zone = ask(cf, 200, "GET", "/zones?name=example.com")["result"][0]["id"]
    ask(cf, 200, "GET", f"/zones/{zone}")
    records = f"/zones/{zone}/dns_records"
    ask(cf, 200, "GET", f"{records}?per_page=5")
    made = ask(cf, 200, "POST", records, body={"type": "A", "name": "a.example.com", "content": "198.51.100.4", "ttl": 1})["result"]
    ask(cf, 200, "GET", f"{records}/{made['id']}")
    ask(cf, 200, "PATCH", f"{records}/{made['id']}", body={"type": "A", "name": "a.example.com", "content": "198.51.100.4", "proxied": True})
    ask(cf, 200, "PUT", f"{records}/{made['id']}", body={"type": "A", "name": "a.example.com", "content": "198.51.100.5", "ttl": 300})
    ask(cf, 400, "POST", records, body={"type": "A", "name": "a.example.com", "content": "198.51.100.5", "ttl": 300})
    parts = {
        "SRV": {"priority": 1, "weight": 2, "port": 3, "target": "b.example.com"},
        "CAA": {"flags": 0, "tag": "issue", "value": "letsencrypt.org"},
        "HTTPS": {"priority": 1, "target": ".", "value": "alpn=h3"},
        "SVCB": {"priority": 1, "target": ".", "value": "alpn=h3"},
        "TLSA": {"usage": 3, "selector": 1, "matching_type": 1, "certificate": "0d6fce"},
        "SMIMEA": {"usage": 3, "selector": 1, "matching_type": 1, "certificate": "0d6fce"},
        "SSHFP": {"algorithm": 4, "type": 2, "fingerprint": "bf6b68"},
        "NAPTR": {"order": 1, "preference": 2, "flags": "S", "service": "SIP+D2U", "regex": "", "replacement": "."},
        "CERT": {"type": 1, "key_tag": 2, "algorithm": 3, "certificate": "YQ=="},
        "DS": {"key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "0d6fce"},
        "DNSKEY": {"flags": 257, "protocol": 3, "algorithm": 13, "public_key": "YQ=="},
        "LOC": {"lat_degrees": 51, "lat_minutes": 30, "lat_seconds": 12.7, "lat_direction": "N", "long_degrees": 0, "long_minutes": 7,
                "long_seconds": 39.6, "long_direction": "W", "altitude": 10, "size": 1, "precision_horz": 10000, "precision_vert": 10},
    }
    posts = [{"type": kind, "name": f"{kind.lower()}.example.com", "ttl": 1, "data": data} for kind, data in parts.items()]
    posts.append({"type": "URI", "name": "uri.example.com", "ttl": 1, "priority": 10, "data": {"weight": 1, "target": "https://example.com"}})
    for kind, content in [("AAAA", "2001:db8::1"), ("CNAME", "b.example.net"), ("NS", "ns1.example.net"), ("PTR", "b.example.net"), ("TXT", "\"x\"")]:
        posts.append({"type": kind, "name": f"{kind.lower()}.example.com", "ttl": 1, "content": content})
    posts.append({"type": "MX", "name": "mx.example.com", "ttl": 1, "content": "mail.example.net", "priority": 10})
    for post in posts:
        ask(cf, 200, "POST", records, body=post)
    ask(cf, 200, "GET", f"{records}?per_page=100")
    again = [{**post, "name": f"more-{post['name']}"} for post in posts]
    done = ask(cf, 200, "POST", f"{records}/batch", body={"deletes": [{"id": made["id"]}], "posts": again}).get("result", {})
    ids = [{"id": record["id"]} for record in done.get("posts", [])]
    ask(cf, 200, "POST", f"{records}/batch", body={"deletes": ids})
    ask(cf, 404, "GET", f"{records}/{made['id']}")

    tunnels = f"/accounts/{account}/cfd_tunnel"
    tunnel = ask(cf, 200, "POST", tunnels, body={"name": "edge", "config_src": "cloudflare"})["result"]
    one = f"{tunnels}/{tunnel['id']}"
    ask(cf, 200, "GET", f"{tunnels}?is_deleted=false")
    ask(cf, 200, "GET", one)
    ask(cf, 200, "PATCH", one, body={"name": "edge-2"})
    ask(cf, 200, "GET", f"{one}/configurations")
    ingress = [{"hostname": "a.example.com", "service": "http://a"}, {"service": "http_status:404"}]
    ask(cf, 200, "PUT", f"{one}/configurations", body={"config": {"ingress": ingress}})
    ask(cf, 200, "GET", f"{one}/configurations")
    ask(cf, 200, "GET", f"{one}/token")
    ask(cf, 200, "GET", f"{one}/connections")
    ask(cf, 200, "DELETE", one)

    phase = f"/zones/{zone}/rulesets/phases/http_request_firewall_custom/entrypoint"
    ask(cf, 404, "GET", phase)
    rule = {"ref": "rzp1-a", "expression": "true", "action": "block", "description": "x", "enabled": True}
    rules = ask(cf, 200, "PUT", phase, body={"rules": [rule]})["result"]
    ask(cf, 200, "GET", f"/zones/{zone}/rulesets")
    one = f"/zones/{zone}/rulesets/{rules['id']}"
    more = ask(cf, 200, "POST", f"{one}/rules", body={**rule, "ref": "rzp1-b"}).get("result", rules)
    ask(cf, 200, "PATCH", f"{one}/rules/{more['rules'][0]['id']}", body={**rule, "action": "log"})
    ask(cf, 200, "DELETE", f"{one}/rules/{more['rules'][0]['id']}")
    ask(cf, 200, "GET", one)
    ask(cf, 204, "DELETE", one)


proxmox()
cloudflare()
if broken:
    sys.exit("\n".join(broken))
print(f"schemas: {calls} calls, each as the official schemas have it")
