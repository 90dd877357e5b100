#!/usr/bin/env python3
"""How far the schemas of `std/k8s` and another strict check of manifests agree on objects that were made at random.

usage: agree.py --judge validate.py [--rzp target/release/rzp] [--count 500] [--seed 1] [--show 20]

The judge is a Python file with the class `Schemas` and the function `check_doc(schemas, object)`, and beside it the
`schemas.json.gz` that it reads. For each of twenty kinds, `count` objects that the judge passes and `count` that it
refuses are made: from one object written by hand, by adding what the judge's schemas allow, and by breaking one thing.
Each is held to `kinds[apiVersion][kind]`; a line tells each kind's agreement, and the first differences are shown."""
import argparse, copy, importlib.util, json, os, random, subprocess, sys, tempfile

WORDS = ["web", "db", "cache", "api-v2", "x1", "job-runner", "a", "media"]
POD = {
    "containers": [
        {"name": "web", "image": "nginx:1.29", "ports": [{"name": "http", "containerPort": 8080}],
         "env": [{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
         "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
         "readinessProbe": {"httpGet": {"path": "/", "port": "http"}},
         "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        {"name": "side", "image": "busybox:1"},
    ],
    "volumes": [{"name": "data", "emptyDir": {}}],
}
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": POD}
SELECTOR = {"matchLabels": {"app": "web"}}


def object_of(version, kind, name="web", namespace="apps", **fields):
    metadata = {"name": name, "labels": {"app": "web"}}
    if namespace:
        metadata["namespace"] = namespace
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


SEEDS = [
    object_of("v1", "Pod", spec=POD),
    object_of("v1", "Service", spec={"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}),
    object_of("v1", "ConfigMap", data={"a.txt": "1"}),
    object_of("v1", "Secret", stringData={"key": "x"}, type="Opaque"),
    object_of("v1", "Namespace", namespace=None),
    object_of("v1", "ServiceAccount"),
    object_of("v1", "PersistentVolumeClaim", spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}),
    object_of("v1", "PersistentVolume", namespace=None, spec={"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "nfs": {"server": "nas", "path": "/x"}}),
    object_of("apps/v1", "Deployment", spec={"replicas": 2, "selector": SELECTOR, "template": TEMPLATE}),
    object_of("apps/v1", "StatefulSet", spec={"serviceName": "web", "selector": SELECTOR, "template": TEMPLATE}),
    object_of("apps/v1", "DaemonSet", spec={"selector": SELECTOR, "template": TEMPLATE}),
    object_of("batch/v1", "Job", spec={"template": {"spec": {**POD, "restartPolicy": "Never"}}}),
    object_of("batch/v1", "CronJob", spec={"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": {**POD, "restartPolicy": "OnFailure"}}}}}),
    object_of("networking.k8s.io/v1", "Ingress", spec={"rules": [{"host": "a.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}),
    object_of("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": SELECTOR, "policyTypes": ["Ingress"], "ingress": [{"from": [{"podSelector": SELECTOR}], "ports": [{"port": 80, "protocol": "TCP"}]}]}),
    object_of("policy/v1", "PodDisruptionBudget", spec={"minAvailable": 1, "selector": SELECTOR}),
    object_of("autoscaling/v2", "HorizontalPodAutoscaler", spec={"minReplicas": 1, "maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}),
    object_of("rbac.authorization.k8s.io/v1", "Role", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]),
    object_of("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "web"}, subjects=[{"kind": "ServiceAccount", "name": "web", "namespace": "apps"}]),
    object_of("monitoring.coreos.com/v1", "ServiceMonitor", spec={"selector": SELECTOR, "endpoints": [{"port": "http"}]}),
]


class Maker:
    """Changes objects by what the judge's schemas say of each place."""

    def __init__(self, schemas, dice):
        self.schemas, self.dice = schemas, dice

    def value(self, at, depth=0):
        node, name = self.schemas.node(at), self.schemas.refname(at).rsplit(".", 1)[-1]
        if name == "Quantity":
            return self.dice.choice(["1", "100m", "1Gi", "2", "500Mi", 3])
        if "enum" in node:
            return self.dice.choice([value for value in node["enum"] if value != ""] or [""])
        if node.get("xi") or node.get("format") == "int-or-string":
            return self.dice.choice([1, 2, "50%", "http"])
        kind = node.get("type", "object")
        if kind == "string":
            return {"date-time": "2026-01-01T00:00:00Z", "byte": "aGk="}.get(node.get("format")) or self.dice.choice(WORDS)
        if kind == "integer":
            return self.dice.choice([0, 1, 2, 3, 30, 80, 8080])
        if kind == "number":
            return self.dice.choice([0.5, 1, 2])
        if kind == "boolean":
            return self.dice.random() < 0.5
        if kind == "array":
            return [self.value(node["items"], depth + 1)] if "items" in node else []
        fields = {name: self.value(node["props"][name], depth + 1) for name in node.get("required", ()) if name in node.get("props", {})}
        optional = [name for name in node.get("props", {}) if name not in fields]
        for field in self.dice.sample(optional, min(len(optional), self.dice.choice([0, 1, 1, 2]))) if depth < 4 else ():
            fields[field] = self.value(node["props"][field], depth + 1)
        if "ap" in node and self.dice.random() < 0.7:
            fields[self.dice.choice(WORDS)] = self.value(node["ap"], depth + 1)
        return fields

    def places(self, at, value, path=()):
        """All records of an object, with their schema."""
        node = self.schemas.node(at)
        if isinstance(value, dict):
            yield at, value
            for name, inner in value.items():
                below = node.get("props", {}).get(name, node.get("ap"))
                if below is not None:
                    yield from self.places(below, inner, path + (name,))
        elif isinstance(value, list) and "items" in node:
            for inner in value:
                yield from self.places(node["items"], inner, path)

    def grow(self, at, thing):
        """Adds a field that the schemas allow."""
        place, record = self.dice.choice(list(self.places(at, thing)))
        props = self.schemas.node(place).get("props", {})
        free = [name for name in props if name not in record and name != "status"]
        if free:
            name = self.dice.choice(free)
            record[name] = self.value(props[name])

    def damage(self, at, thing):
        """Breaks one thing."""
        place, record = self.dice.choice(list(self.places(at, thing)))
        names = list(record)
        what = self.dice.choice(["unknown", "kind", "missing", "text", "number", "twice", "swap", "other"])
        if what == "unknown" or not names:
            record[self.dice.choice(["replcas", "imagee", "spce", "Name", "foo"])] = self.dice.choice([1, "x", {}])
            return
        name = self.dice.choice(names)
        if what == "kind":
            record[name] = self.dice.choice([7, "seven", True, [], {}, [1], {"a": 1}])
        elif what == "missing":
            del record[name]
        elif what == "text" and isinstance(record[name], str):
            record[name] = self.dice.choice(["", " ", "Bad_Name!", "x" * 300, record[name] + "/", record[name].upper()])
        elif what == "number" and isinstance(record[name], int):
            record[name] = self.dice.choice([-1, 0, 70000, 1 << 40, 1.5])
        elif what == "twice" and isinstance(record[name], list) and record[name]:
            record[name].append(copy.deepcopy(self.dice.choice(record[name])))
        elif what == "swap" and isinstance(record[name], dict):
            record[name] = {self.dice.choice(WORDS): inner for inner in record[name].values()}
        else:
            record[name] = self.value(self.schemas.node(place).get("props", {}).get(name, place))


def made(judge, schemas, seed, count, dice):
    """`count` objects that the judge passes, and as many that it refuses."""
    maker, at = Maker(schemas, dice), schemas.kinds[f"{seed['apiVersion']}/{seed['kind']}"]["s"]
    good, bad, tries = [], [], 0
    while (len(good) < count or len(bad) < count) and tries < count * 200:
        tries += 1
        thing = copy.deepcopy(seed)
        for _ in range(dice.choice([0, 1, 2, 3])):
            maker.grow(at, thing)
        broken = dice.random() < 0.6
        if broken:
            maker.damage(at, thing)
        if "apiVersion" not in thing or (thing["apiVersion"], thing.get("kind")) != (seed["apiVersion"], seed["kind"]):
            continue
        errors = judge.check_doc(schemas, copy.deepcopy(thing))
        into = bad if errors else good
        if len(into) < count and not (errors and not broken and dice.random() < 0.9):
            into.append((thing, errors))
    return good, bad


PROGRAM = """let kinds = import "std/k8s/kinds"
[std.contract.check(object, kinds[object.apiVersion][object.kind]) for object in import "./objects.json"]
"""


def run(rzp, program, name, data):
    """What `rzp eval` says of a program beside a file of data."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in (("main.rzp", program), (name, json.dumps(data))):
            with open(os.path.join(folder, path), "w") as file:
                file.write(text)
        return subprocess.run([os.path.abspath(rzp), "eval", "main.rzp"], cwd=folder, capture_output=True, text=True)


def verdicts(rzp, objects):
    done = run(rzp, PROGRAM, "objects.json", objects)
    if done.returncode:
        sys.exit(done.stderr[:4000])
    return json.loads(done.stdout)


HELD = """let kinds = import "std/k8s/kinds"
let object = import "./object.json"
(object : kinds[object.apiVersion][object.kind])
"""


def reason(rzp, thing):
    """The first line of what is said of an object."""
    return (run(rzp, HELD, "object.json", thing).stderr.splitlines() or ["nothing"])[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--judge", required=True)
    parser.add_argument("--rzp", default="target/release/rzp")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    args = parser.parse_args()
    spec = importlib.util.spec_from_file_location("judge", args.judge)
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    schemas = judge.Schemas(os.path.join(os.path.dirname(args.judge), "schemas.json.gz"))
    dice = random.Random(args.seed)
    same, all_objects, differences = 0, 0, []
    for seed in SEEDS:
        assert not judge.check_doc(schemas, copy.deepcopy(seed)), (seed, judge.check_doc(schemas, copy.deepcopy(seed)))
        good, bad = made(judge, schemas, seed, args.count, dice)
        said = verdicts(args.rzp, [thing for thing, _ in good + bad])
        agree = 0
        for (thing, errors), passes in zip(good + bad, said):
            if passes == (not errors):
                agree += 1
            else:
                differences.append((seed["kind"], passes, errors, thing))
        print(f"{seed['kind']:26} {len(good):4} valid {len(bad):4} broken {100 * agree / len(said):6.2f} %")
        same, all_objects = same + agree, all_objects + len(said)
    why = {}
    for kind, passes, errors, thing in differences:
        why.setdefault(f"passes, where the judge says {errors[0]}" if passes else "refuses: " + reason(args.rzp, thing), []).append(thing)
    for words, things in sorted(why.items(), key=lambda pair: -len(pair[1]))[: args.show]:
        print(f"\n{len(things)} x std/k8s {words}\n  {json.dumps(things[0])[:600]}")
    print(f"\n{same} of {all_objects} agree: {100 * same / all_objects:.2f} %")
    return 0 if same * 100 >= all_objects * 99 else 1


if __name__ == "__main__":
    sys.exit(main())
