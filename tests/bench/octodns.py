#!/usr/bin/env python3
"""RZP beside octoDNS, on the same simulator: the records of one zone, and what becomes of a write that goes wrong.

Each of the two has a simulator of its own, with an empty zone, and is run as a user runs it: `rzp plan`, `rzp apply --yes`,
`octodns-sync`, `octodns-sync --doit`, once after the other. Times are of the wall, process start included, the best of some;
calls are counted by the simulator's log. Both have what they come with: where octoDNS pauses it pauses for 300 seconds,
unless `--pause` tells it less.

usage: octodns.py RZP OCTODNS-SYNC [--pause SECONDS] [--rounds N] [--delay SECONDS]; prints a table in Markdown
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/conformance"))
import zonefile  # noqa: E402

ZONE, ID, COUNT = "example.com", "023e105f4ecef8ad9ca31a8372d0c353", 150

STACK = """
let { stack } = import "std/provider/provider"
let cloudflare = import "std/provider/cloudflare"

stack("home", {
  cloudflare = cloudflare.provider({
    token.env = "CLOUDFLARE_API_TOKEN"
    zones."example.com".id = "023e105f4ecef8ad9ca31a8372d0c353"
    records = import "./records.json"
  })
})
"""


class Simulator:
    """An empty zone, with what goes wrong in it."""

    def __init__(self, rzp, folder):
        self.folder, self.log = folder, folder / "asked.jsonl"
        zone = {"id": ID, "name": ZONE, "plan": "free", "quota": 200, "made": "2025-10-09T08:53:20.000000Z"}
        (folder / "world.json").write_text(json.dumps({"cloudflare": {"zones": [zone]}}))
        self.faults([])
        call = [rzp, "simulate", "--state", "world.json", "--log", "asked.jsonl", "--faults", "faults.json"]
        self.process = subprocess.Popen(call, cwd=folder, stdout=subprocess.PIPE, text=True)
        lines = [self.process.stdout.readline() for _ in range(5)]
        told = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
        self.env = {name: value.strip("'") for name, value in told.items()}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def faults(self, rules):
        (self.folder / "faults.json").write_text(json.dumps(rules))

    def calls(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return sum(json.loads(line)["at"] == "in" for line in lines)

    def records(self):
        world = json.loads((self.folder / "world.json").read_text())
        return world["cloudflare"]["zones"][0]["records"]


class Tool:
    """One of the two, in a folder of its own."""

    def __init__(self, simulator, folder):
        self.simulator, self.folder = simulator, folder
        self.env = {**os.environ, **simulator.env, "XDG_STATE_HOME": str(folder / "state")}

    def timed(self, call):
        """How long it takes, how many calls it makes, how it ends, and what it says."""
        before, start = self.simulator.calls(), time.perf_counter()
        run = subprocess.run(call, cwd=self.folder, env=self.env, text=True, capture_output=True)
        return time.perf_counter() - start, self.simulator.calls() - before, run.returncode, run.stdout + run.stderr


class Rzp(Tool):
    def __init__(self, options, simulator, folder):
        super().__init__(simulator, folder)
        self.call = [options.rzp, "--library", str(ROOT / "stdlib")]
        (folder / "services").mkdir()
        (folder / "services/main.rzp").write_text("{}\n")
        (folder / "services/stack.rzp").write_text(STACK)

    def wants(self, records):
        (self.folder / "services/records.json").write_text(json.dumps(records))

    def plan(self):
        return self.timed([*self.call, "plan"])

    def apply(self):
        return self.timed([*self.call, "apply", "--yes"])


class Octodns(Tool):
    def __init__(self, options, simulator, folder):
        super().__init__(simulator, folder)
        (folder / "zones").mkdir()
        os.environ.update(simulator.env)
        told = {} if options.pause is None else {"retry_period": options.pause}
        (folder / "config.yaml").write_text(zonefile.config(folder / "zones", ZONE, **told))
        self.call = [options.octodns, "--quiet", "--config-file", "config.yaml"]

    def wants(self, records):
        (self.folder / f"zones/{ZONE}.yaml").write_text(zonefile.text([zonefile.full(one, ZONE) for one in records], ZONE))

    def plan(self):
        return self.timed(self.call)

    def apply(self):
        return self.timed([*self.call, "--doit", "--force"])


def wanted(changed=0):
    """150 records of three types; of the first so many, the value is another."""
    def one(n):
        last = n + 1 if n >= changed else 250 - n
        if n % 3 == 0:
            return {"name": f"n{n}", "type": "A", "content": f"192.0.2.{last}", "ttl": 300}
        if n % 3 == 1:
            return {"name": f"n{n}", "type": "TXT", "content": f"word {last}", "ttl": 300}
        return {"name": f"n{n}", "type": "CNAME", "content": f"host{last}.example.net", "ttl": 300}
    return [one(n) for n in range(COUNT)]


def state(simulator, records):
    """Whether the zone is as it is wanted, how much of it, and what is there twice."""
    key = lambda one: (one["type"], one["name"], zonefile.value(one))
    there = collections.Counter(key(one) for one in simulator.records())
    right = {key(zonefile.full(one, ZONE)) for one in records}
    twins = sum(count - 1 for count in there.values())
    return {"right": len(right & there.keys()), "of": len(right), "others": len(there.keys() - right), "twins": twins}


class Bench:
    def __init__(self, options, tool):
        self.options, self.tool = options, tool

    def fresh(self, folder):
        simulator = Simulator(self.options.rzp, folder)
        (folder / "house").mkdir()
        return simulator, self.tool(self.options, simulator, folder / "house")

    def round(self, delay=0):
        """Cold, without a change, with 20 changes: the time and the calls of each, after a look that each did what it should."""
        with tempfile.TemporaryDirectory() as folder:
            simulator, tool = self.fresh(pathlib.Path(folder))
            with simulator:
                simulator.faults([{"on": "*", "every": True, "do": {"stall": delay}}] if delay else [])
                told = {}
                for task, changed, run in [("cold", 0, tool.apply), ("none", 0, tool.plan), ("some", 20, tool.apply)]:
                    tool.wants(wanted(changed))
                    seconds, calls, code, said = run()
                    found = state(simulator, wanted(changed))
                    if code != 0 or found != {"right": COUNT, "of": COUNT, "others": 0, "twins": 0}:
                        sys.exit(f"{self.tool.__name__} {task}: ends with {code}, {found}\n{said}")
                    told[task] = (seconds, calls)
                return told

    def wrong(self, rule):
        """A write that goes wrong, in a run that makes all records; then the same command once more."""
        with tempfile.TemporaryDirectory() as folder:
            simulator, tool = self.fresh(pathlib.Path(folder))
            with simulator:
                tool.wants(wanted())
                simulator.faults([rule])
                runs = []
                for _ in range(2):
                    seconds, calls, code, _ = tool.apply()
                    runs.append({"seconds": seconds, "calls": calls, "code": code, **state(simulator, wanted())})
                return runs


def best(rounds):
    return {task: (min(one[task][0] for one in rounds), rounds[0][task][1]) for task in rounds[0]}


def row(name, *cells):
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def spoken(seconds):
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def ended(run):
    twins = f", {run['twins']} twice" if run["twins"] else ""
    calls = f"{run['calls']} call" + "s" * (run["calls"] != 1)
    return f"{run['right']} of {run['of']} right{twins}, ends with {run['code']}; {spoken(run['seconds'])}, {calls}"


def failure(code, message):
    return {"success": False, "errors": [{"code": code, "message": message}], "messages": [], "result": None}


def main():
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("rzp")
    given.add_argument("octodns")
    given.add_argument("--pause", type=int, help="octoDNS' `retry_period`, in seconds (its own: 300)")
    given.add_argument("--rounds", type=int, default=3)
    given.add_argument("--delay", type=float, default=0.05, help="how long each answer takes in the second run")
    options = given.parse_args()
    options.rzp, options.octodns = os.path.abspath(options.rzp), os.path.abspath(options.octodns)
    benches = [Bench(options, Rzp), Bench(options, Octodns)]

    row("", "rzp", "calls", "octoDNS", "calls", "ratio")
    print("|---|---:|---:|---:|---:|---:|")
    names = {"cold": "150 records, from none", "none": "a plan without changes", "some": "20 changes of 150"}
    for delay, rounds in [(0, options.rounds), (options.delay, 1)]:
        told = [best([bench.round(delay) for _ in range(rounds)]) for bench in benches]
        for task, name in names.items():
            (ours, our_calls), (theirs, their_calls) = told[0][task], told[1][task]
            late = f", {delay * 1000:.0f} ms an answer" if delay else ""
            row(name + late, spoken(ours), str(our_calls), spoken(theirs), str(their_calls), f"{ours / theirs:.2f}")

    print()
    row("150 records, from none, and …", "rzp", "octoDNS")
    print("|---|---|---|")
    busy = {"status": 429, "headers": {"Retry-After": "3"}, "body": failure(10100, "Rate limited.")}
    refused = {"status": 400, "body": failure(1004, "DNS Validation Error")}
    # The one in the middle; rzp has a single one.
    write = "POST */dns_records*"
    wrongs = {
        "429 to a write, `Retry-After: 3`": {"do": busy},
        "the connection is cut after a write was done": {"do": {"cut": True, "when": "after"}},
        "the connection is cut before a write is done": {"do": {"cut": True, "when": "before"}},
        "a write is refused": {"do": refused},
    }
    for name, rule in wrongs.items():
        runs = [bench.wrong({"on": write, "nth": nth, **rule}) for bench, nth in zip(benches, (1, COUNT // 2))]
        row(name, *(ended(one[0]) for one in runs))
        row("… and the same once more", *(ended(one[1]) for one in runs))


main()
