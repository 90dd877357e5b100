"""The executor itself before the official schemas: plans, and what carries them out, with Prism between it and the simulator.

Prism lets all through and says in its log what breaks a schema, of requests and of answers, so that one run tells all of it.
What is wanted is made, changed in fields of each kind of object, and taken away again.

usage: proxied.py RZP LIBRARY FOLDER; `RZP_PVE_URL` and `RZP_CLOUDFLARE_URL` are the proxies, whose logs are FOLDER/*.json.log;
the simulator, which nobody has used yet, logs its calls to FOLDER/calls.jsonl
"""

import json
import os
import pathlib
import sys
import tempfile

from house import House
from wire import Wire

RZP, LIBRARY, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
LOGS = [FOLDER / "pve.json.log", FOLDER / "cloudflare.json.log"]


def asked():
    """How many requests each proxy has seen."""
    return [log.read_text().count("Request received") for log in LOGS]


def answered():
    """How many the simulator has seen."""
    return sum(json.loads(line)["at"] == "in" for line in (FOLDER / "calls.jsonl").read_text().splitlines())


def broken():
    """What the proxies say of what breaks a schema, each once, with the path whose answer came last before it."""
    found = {}
    for log in LOGS:
        path = ""
        for line in log.read_text().splitlines():
            said = line.split("] ")[-1]
            if "The upstream call to " in said:
                path = said.split("The upstream call to ")[1].split(" has returned ")[0]
            elif "Violation: " in said:
                found[f"{path}: {said.split('Violation: ')[1]}"] = None
            elif "terminated with error" in said:
                found[said] = None
    return list(found)


def carried_out(house):
    changed, nothing = ("--input", "wanted=changed"), ("--input", "wanted=nothing")
    plan = house.plan()
    house.run(0, "apply", "--yes")
    house.run(0, "plan")
    house.plan(*changed)
    house.run(0, "apply", "--yes", *changed)
    house.run(0, "plan", *changed)
    made = [one["address"] for part in plan.values() for one in part["actions"]]
    named = ",".join(address for address in made if address.startswith(("vm.", "ct.", "tunnel.")))
    house.run(0, "apply", "--yes", "--allow-mass-delete", "--destroy", named, *nothing)
    house.run(0, "plan", *nothing)


def seen():
    """That the proxies do tell: one request to each that breaks its schema is in their logs."""
    Wire(os.environ["RZP_PVE_URL"], f"PVEAPIToken={os.environ['PROXMOX_TOKEN']}").call("GET", "/cluster/resources?type=nonsense")
    Wire(os.environ["RZP_CLOUDFLARE_URL"], f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}").call("GET", "/zones?per_page=9999")
    told = [line.split(":")[0] for line in broken()]
    if told != ["/cluster/resources", "/zones"]:
        sys.exit(f"of requests that break the schemas, the proxies tell {told}")


def main():
    ended = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            carried_out(House(RZP, LIBRARY, pathlib.Path(folder), "proxied"))
        except SystemExit as why:
            ended = [str(why)]
    wrong = broken() + ended
    if wrong:
        sys.exit("\n".join(["what goes through the proxies is not as the official schemas have it:", *wrong]))
    calls = asked()
    if 0 in calls or sum(calls) != answered():
        sys.exit(f"the proxies have seen {calls} calls, and the simulator {answered()}")
    seen()
    print(f"rzp: {calls[0]} calls of Proxmox and {calls[1]} of Cloudflare, each request and answer as the official schemas have it")


main()
