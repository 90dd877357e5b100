"""proxmoxer, the client of Proxmox VE that other people wrote, against the simulator: create, read, update, delete."""

import os
import sys
import time

from proxmoxer import ProxmoxAPI, ResourceException
from proxmoxer.tools import Tasks

from wire import split

HOST, PORT, _ = split(os.environ["RZP_PVE_URL"])
USER, SECRET = os.environ["PROXMOX_TOKEN"].split("=", 1)
NAME, TOKEN = USER.split("!", 1)

pve = ProxmoxAPI(HOST, port=PORT, user=NAME, token_name=TOKEN, token_value=SECRET,
                 verify_ssl=os.environ["RZP_CERTIFICATE"], timeout=10)


def done(upid):
    status = Tasks.blocking_status(pve, upid, timeout=30, polling_interval=0.05)
    assert status is not None and status["exitstatus"] == "OK", (upid, status)
    return status


def refused(status, text, call, **arguments):
    try:
        call(**arguments)
    except ResourceException as told:
        assert told.status_code == status and text in f"{told.content} {told.errors}", (told.status_code, told.content, told.errors)
        return
    sys.exit(f"`{text}` was not told")


def machines():
    node = pve.nodes("pve1")
    assert {n["node"] for n in pve.nodes.get()} == {"pve1", "pve2", "pve3"}
    assert int(pve.cluster.nextid.get()) >= 100
    done(node.qemu(9000).clone.post(newid=2101, name="k3s-1", description="first\n<!-- mark -->"))
    vm = node.qemu(2101)
    config = vm.config.get()
    assert config["name"] == "k3s-1" and config["description"] == "first\n<!-- mark -->\n", config
    assert config["smbios1"] != node.qemu(9000).config.get()["smbios1"]
    keys = "ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6MDEyMzQ1%20me%40home"
    done(vm.config.post(cores=4, memory=4096, tags="rzp;rzp-home", sshkeys=keys, ipconfig0="ip=10.0.0.5/24,gw=10.0.0.1",
                        digest=config["digest"]))
    refused(500, "checksum mismatch", vm.config.post, cores=2, digest=config["digest"])
    refused(400, "ipconfig0", vm.config.post, ipconfig0="ip=10.0.0.5")
    assert vm.config.get()["sshkeys"] == keys
    done(vm.resize.put(disk="scsi0", size="32G"))
    assert "size=32G" in vm.config.get()["scsi0"]
    refused(500, "shrinking disks is not supported", vm.resize.put, disk="scsi0", size="8G")
    started = done(vm.status.start.post())
    assert Tasks.decode_upid(started["upid"])["type"] == "qmstart"
    assert Tasks.decode_log(node.tasks(started["upid"]).log.get()).endswith("TASK OK")
    assert vm.status.current.get()["status"] == "running"
    vm.config.put(cores=8)
    assert {"key": "cores", "value": 4, "pending": 8} in vm.pending.get()
    refused(500, "is running - destroy failed", vm.delete)
    done(vm.status.stop.post())
    assert vm.config.get(current=1)["cores"] == 8
    done(vm.delete(purge=1, **{"destroy-unreferenced-disks": 1}))
    refused(500, "does not exist", vm.config.get)


def containers():
    node = pve.nodes("pve1")
    image = next(v["volid"] for v in node.storage("local").content.get(content="vztmpl"))
    done(node.lxc.post(vmid=400, ostemplate=image, hostname="dns", rootfs="local-lvm:4", net0="name=eth0,bridge=vmbr0,ip=dhcp"))
    ct = node.lxc(400)
    ct.config.put(memory=1024, description="a container")
    assert ct.config.get()["memory"] == 1024
    done(ct.status.start.post())
    done(ct.status.shutdown.post(timeout=5, forceStop=1))
    done(ct.resize.put(disk="rootfs", size="+2G"))
    done(ct.delete())


def the_rest():
    pve.pools.post(poolid="lab", comment="to try")
    refused(500, "already exists", pve.pools.post, poolid="lab")
    pve.pools.put(poolid="lab", vms="100")
    assert pve.pools("lab").get()["members"][0]["vmid"] == 100
    pve.pools.put(poolid="lab", vms="100", delete=1)
    pve.pools.delete(poolid="lab")
    pve.cluster.ha.resources.post(sid="vm:100", comment="watched")
    assert pve.cluster.ha.resources("vm:100").get()["comment"] == "watched"
    pve.cluster.ha.resources("vm:100").put(max_restart=3)
    pve.cluster.ha.resources("vm:100").delete()
    download = pve.nodes("pve1").storage("local")("download-url")
    done(download.post(content="iso", filename="debian.iso", url="https://example.com/debian.iso"))
    assert "VM.Clone" in pve.access.permissions.get()["/"]
    since = int(time.time()) - 60
    assert pve.nodes("pve1").tasks.get(typefilter="qmclone", since=since)
    refused(501, "not implemented", pve.nodes("pve1").nowhere.get)


machines()
containers()
the_rest()
print("proxmoxer: machines, containers, pools, high availability, downloads")
