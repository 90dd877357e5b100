"""What `rzp apply` leaves, before judges that other people wrote: proxmoxer, Cloudflare's own client, and octoDNS.

The plan says of each object what it is afterwards; field by field that has to be what the clients read. octoDNS, which is given
the same records, has nothing to change. Then nothing is wanted any more: what is gone is ours, and what octoDNS and proxmoxer
made stays as it was, and stands in the plan as others'.

usage: applied.py RZP LIBRARY OCTODNS-SYNC; the simulator, which nobody has used yet, is in the environment
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

import cloudflare
from proxmoxer import ProxmoxAPI
from proxmoxer.tools import Tasks

import zonefile
from house import House
from wire import split

RZP, LIBRARY, SYNC = sys.argv[1:]
HERE = pathlib.Path(__file__).parent
ZONE = "example.com"
HOST, PORT, _ = split(os.environ["RZP_PVE_URL"])
USER, SECRET = os.environ["PROXMOX_TOKEN"].split("=", 1)
NAME, TOKEN = USER.split("!", 1)

pve = ProxmoxAPI(HOST, port=PORT, user=NAME, token_name=TOKEN, token_value=SECRET,
                 verify_ssl=os.environ["RZP_CERTIFICATE"], timeout=10)
cf = cloudflare.Cloudflare(api_token=os.environ["CLOUDFLARE_API_TOKEN"], base_url=os.environ["RZP_CLOUDFLARE_URL"], max_retries=0)
wrong = []


def same(what, wanted, there):
    """Keeps what is not as it should be: one field, or one object that is there or not."""
    if wanted != there:
        wrong.append(f"{what}: {wanted!r} is right, and {there!r} is read")


def told(judge, what):
    if wrong:
        sys.exit("\n".join([f"{judge} reads something else:", *wrong]))
    print(f"{judge}: {what}")


# What an option is where the configuration does not name it.
DEFAULTS = {"sockets": "1", "onboot": "0", "protection": "0"}
# The part that needs no name.
LEADS = {"agent": "enabled", "vga": "type", "boot": "order", "cpu": "cputype", "machine": "type", "startup": "order"}


def parts(name, text):
    """An option in its parts, whose order says nothing."""
    if name == "tags":
        return sorted(text.split(";"))
    if name == "sshkeys":
        return urllib.parse.unquote(text).strip().splitlines()
    if "," in text or "=" in text or name in LEADS:
        return dict(part.split("=", 1) if "=" in part else (LEADS.get(name, ""), part) for part in text.split(","))
    return text


def properties(slot, text):
    """What is said of a disk or a drive besides its volume, its size and its kind."""
    return {name: value for name, value in parts(slot, f"volume={text}").items() if name not in ("", "volume", "size", "media")}


def drives(address, after, config):
    """Each disk and drive that is there is one that the plan says, with all its options; a clone may have others of its template."""
    there = {name: text for name, text in config.items() if re.fullmatch(r"(scsi|virtio|sata|ide|efidisk|tpmstate)[0-9]+", name)}
    told = {name.removesuffix(".storage") for name in after if name.endswith(".storage")}
    same(f"{address} disks and drives", sorted(told), sorted(told & there.keys() if "clone" in after else there))
    for slot in told & there.keys():
        same(f"{address} {slot}.storage", after[f"{slot}.storage"], there[slot].split(":")[0])
        wanted = properties(slot, "," + after.get(f"{slot}.options", ""))
        same(f"{address} {slot}.options", wanted, properties(slot, there[slot]))


def machine(address, after):
    """One machine, each field that the plan says of it."""
    listed = next((one for one in pve.cluster.resources.get(type="vm") if one["vmid"] == after["vmid"]), None)
    if listed is None:
        wrong.append(f"{address}: there is no {after['vmid']}")
        return
    vm = pve.nodes(listed["node"]).qemu(after["vmid"])
    config = vm.config.get()
    for name, wanted in after.items():
        if name in ("vmid", "clone") or name.endswith((".storage", ".options")):
            continue
        field = f"{address} {name}"
        if name == "node":
            same(field, wanted, listed["node"])
        elif name == "pool":
            same(field, wanted, listed.get("pool"))
        elif name == "power":
            same(field, wanted, "on" if vm.status.current.get()["status"] == "running" else "off")
        elif name == "description":
            same(field, wanted, "\n".join(line for line in config.get(name, "").splitlines() if not line.startswith("<!-- rzp")))
        elif name.endswith(".size"):
            slot = name.removesuffix(".size")
            same(field, wanted, parts(slot, config.get(slot, "none=")).get("size"))
        elif name.endswith(".from") or wanted == "secret":
            # An image leaves no trace but the volume, and what is secret is not given back.
            same(field, True, name.removesuffix(".from") in config)
        elif name == "sshkeys":
            same(field, wanted.splitlines(), parts(name, config.get(name, "")))
        else:
            same(field, parts(name, wanted), parts(name, str(config.get(name, DEFAULTS.get(name, "")))))
    drives(address, after, config)
    same(f"{address} pending", [], [one["key"] for one in vm.pending.get() if "pending" in one or "delete" in one])


def machines(actions):
    clones = sum("clone" in one["after"] for one in actions)
    for action in actions:
        machine(action["address"], action["after"])
    tasks = [task for node in pve.nodes.get() for task in pve.nodes(node["node"]).tasks.get(typefilter="qmclone", source="all")]
    same("clones of 9000", clones, sum(task["id"] == "9000" for task in tasks))
    told("proxmoxer", f"{len(actions)} machines, {clones} of them clones, are what the plan says")


def listing():
    zone = next(iter(cf.zones.list(name=ZONE)))
    return [record.to_dict() for record in cf.dns.records.list(zone_id=zone.id)]


def fields(record):
    """A record as a plan says it: the fields by their names, with a value of several parts in its parts."""
    comment = record.get("comment") or ""
    text = comment.split(" ", 1)[1] if comment.startswith("rzp1:") and " " in comment else ""
    shown = {"value": zonefile.value(record), "ttl": int(record["ttl"]), "proxied": record["proxied"]}
    if record["type"] in ("MX", "URI"):
        shown["priority"] = int(record["priority"])
    return shown | ({"comment": text} if text else {})


def records(actions):
    wanted, there = {}, {}
    for action in actions:
        kind, name = action["address"].removeprefix(f"dns.{ZONE}.").split("#")[0].split(".", 1)
        after = action["after"]
        full = ZONE if name == "@" else f"{name}.{ZONE}"
        wanted.setdefault((kind, full), []).append(after | {"value": zonefile.parted(kind, after["value"])})
    for record in listing():
        if (record.get("comment") or "").startswith("rzp1:home:"):
            there.setdefault((record["type"], record["name"]), []).append(fields(record))
    for key in sorted(wanted.keys() | there.keys()):
        ordered = [sorted(side.get(key, []), key=lambda one: str(one["value"])) for side in (wanted, there)]
        if len(ordered[0]) != len(ordered[1]):
            same(" ".join(key), *ordered)
        for after, read in zip(*ordered):
            for name in sorted(after.keys() | read.keys()):
                same(f"{' '.join(key)} {name}", after.get(name), read.get(name))
    told("cloudflare", f"{len(actions)} records of {len({kind for kind, _ in wanted})} types are what the plan says")


class Octo:
    """octoDNS, with a zone file."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "zones").mkdir()
        (folder / "config.yaml").write_text(zonefile.config(folder / "zones", ZONE))

    def run(self, records, *arguments):
        (self.folder / "zones" / f"{ZONE}.yaml").write_text(zonefile.text(records, ZONE))
        call = [SYNC, "--config-file", str(self.folder / "config.yaml"), *arguments]
        # It would cut a text that ends with a backslash into strings without end, were it to write one.
        run = subprocess.run(call, text=True, capture_output=True, timeout=120)
        if run.returncode != 0:
            sys.exit(f"octoDNS ends with {run.returncode}\n{run.stdout}{run.stderr}")
        return run.stdout + run.stderr


def wanted_by_octodns(others):
    """The records as the stack wants them, with the comments that are there: octoDNS compares these too."""
    comments = {(one["type"], one["name"]): one.get("comment") for one in listing()}
    own = [zonefile.full(one, ZONE) for one in json.loads((HERE / "records.json").read_text())]
    return others + [one | {"comment": comments.get((one["type"], one["name"]))} for one in own]


def second_opinion(octo, others):
    said = octo.run(wanted_by_octodns(others))
    if "No changes were planned" not in said:
        sys.exit(f"octoDNS wants to change what `rzp apply` has left:\n{said}")
    print("octodns: has nothing to change, given the same records")


STRANGERS = [
    {"name": f"stranger.{ZONE}", "type": "A", "content": "203.0.113.20", "ttl": 300},
    {"name": f"stranger.{ZONE}", "type": "A", "content": "203.0.113.21", "ttl": 300},
    {"name": f"stranger.{ZONE}", "type": "TXT", "content": "made by somebody else", "ttl": 300, "comment": "not ours"},
    # Beside one of ours, under one name.
    {"name": f"web.{ZONE}", "type": "TXT", "content": "somebody's word about web", "ttl": 300},
    {"name": f"else.{ZONE}", "type": "CNAME", "content": "stranger.example.com", "ttl": 1, "proxied": True},
    {"name": f"_xmpp._tcp.{ZONE}", "type": "SRV", "ttl": 300,
     "data": {"priority": 1, "weight": 1, "port": 5222, "target": "stranger.example.com"}},
]


def done(upid):
    status = Tasks.blocking_status(pve, upid, timeout=30, polling_interval=0.05)
    assert status is not None and status["exitstatus"] == "OK", (upid, status)


def made_by_others(octo, others):
    octo.run(wanted_by_octodns(others) + STRANGERS, "--doit", "--force")
    node = pve.nodes("pve1")
    done(node.qemu(9000).clone.post(newid=3001, name="guest-of-others", full=1))
    # A clone of ours has our mark, and our tags: it is no more ours for that.
    done(node.qemu(2011).clone.post(newid=3002, name="copy-of-ours", full=1))
    done(node.qemu.post(vmid=3003, name="from-nothing", tags="rzp;lab", scsi0="local-lvm:4", net0="virtio,bridge=vmbr0"))
    done(node.qemu(3003).status.start.post())
    image = next(one["volid"] for one in node.storage("local").content.get(content="vztmpl"))
    done(node.lxc.post(vmid=3004, ostemplate=image, hostname="box", rootfs="local-lvm:2", net0="name=eth0,bridge=vmbr0,ip=dhcp"))


def guests():
    found = {}
    for one in pve.cluster.resources.get(type="vm"):
        guest = getattr(pve.nodes(one["node"]), one["type"])(one["vmid"])
        found[one["vmid"]] = {"node": one["node"], "status": one["status"], "config": guest.config.get()}
    return found


def unmoved(what, before, after):
    """Each object that was there is there as it was, field by field, and no other is."""
    same(f"{what} that are there", sorted(before), sorted(after))
    for key in before.keys() & after.keys():
        for name in before[key].keys() | after[key].keys():
            same(f"{what} {key} {name}", before[key].get(name), after[key].get(name))


def nothing_wanted(house, own):
    """Ours is gone, all of it, and everything else is as it was, to the last field."""
    records_of_others = {one["id"]: one for one in listing() if not (one.get("comment") or "").startswith("rzp1:home:")}
    guests_of_others = {vmid: one for vmid, one in guests().items() if vmid not in own.values()}
    plan = house.plan("--input", "wanted=nothing")
    foreign = {one["address"] for part in plan.values() for one in part["foreign"]}
    for vmid in guests_of_others:
        same(f"guest {vmid} as others'", True, f"guest.{vmid}" in foreign)
    for one in records_of_others.values():
        short = "@" if one["name"] == ZONE else one["name"].removesuffix(f".{ZONE}")
        same(f"record {one['type']} {short} as others'", True, f"dns.{ZONE}.{one['type']}.{short}" in foreign)
    same("classes of what is planned", {"delete"}, {one["class"] for part in plan.values() for one in part["actions"]})
    told("plan", f"{len(guests_of_others)} guests and {len(records_of_others)} records stand as others'")
    house.run(0, "apply", "--yes", "--input", "wanted=nothing", "--allow-mass-delete", "--destroy", ",".join(own))
    unmoved("records", records_of_others, {one["id"]: one for one in listing()})
    unmoved("guests", guests_of_others, guests())
    told("all three", "what others made has survived as it was, and nothing of ours is left")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        house, octo = House(RZP, LIBRARY, folder, "applied"), Octo(folder)
        others = listing()
        plan = house.plan()
        house.run(0, "apply", "--yes")
        machines(plan["pve"]["actions"])
        records(plan["cloudflare"]["actions"])
        house.run(0, "plan")
        second_opinion(octo, others)
        made_by_others(octo, others)
        own = {one["address"]: one["after"]["vmid"] for one in plan["pve"]["actions"]}
        nothing_wanted(house, own)


main()
