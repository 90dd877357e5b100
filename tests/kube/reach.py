#!/usr/bin/env python3
"""What network policies leave open, against what services declare: a judge that shares no code with the library.

usage: reach.py [--manifests kubernetes] [--rzp target/release/rzp] [--services services/main.rzp] [--path ways]
                [--edges FILE|-] [ENV...]

For each environment the objects that were written are read after Kubernetes' own words: whoever a policy selects may do
what the policies that select it allow together; whoever none selects may do anything; both ends must agree. That is held
against the edges which `rzp eval SERVICES PATH.ENV` gives (or the JSON of --edges, for one environment):
`[{ from, to, ports }]`, with `port` for one port, and no port for all of them. An end is `{ namespace, labels }`, or
`{ cidr, except }` outside of the cluster; who makes it may stand in `by`. An edge is of TCP unless its `protocols` say
otherwise, or its `why` is dns; one for all ports is for all protocols. All pairs of pods, and of a pod and an address, are
asked for all ports that anyone names.

What cannot be judged: pods in the network of their node (what policies mean to them differs from cluster to cluster), the
labels of pods that charts make (the edges are believed), and SCTP."""
import argparse, glob, ipaddress, json, subprocess, sys
from itertools import product
import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NAME = "kubernetes.io/metadata.name"
MOST = 50  # So many differences of an environment are shown.


class End:
    """A pod or an address outside. `made`: a workload makes it; `on_node`: in the network of its node."""

    def __init__(self, name, namespace=None, labels=None, ports=(), address=None, service=None, made=False, on_node=False):
        self.name, self.namespace, self.labels, self.address = name, namespace, labels or {}, address
        self.ports, self.service, self.made, self.on_node = list(ports), service, made, on_node

    def is_named(self, edge_end):
        """Whether an end of an edge means this one."""
        if "cidr" in edge_end:
            return self.address is not None and in_block(self.address, edge_end)
        wanted = edge_end.get("labels") or {}
        return self.address is None and self.namespace == edge_end["namespace"] and wanted.items() <= self.labels.items()


def in_block(address, block):
    inside = lambda cidr: address in ipaddress.ip_network(cidr)
    return inside(block["cidr"]) and not any(inside(cidr) for cidr in block.get("except") or ())


def selects(selector, labels):
    """A label selector; an empty one selects everything."""
    tests = {"In": lambda e: labels.get(e["key"]) in e["values"], "NotIn": lambda e: labels.get(e["key"]) not in e["values"],
             "Exists": lambda e: e["key"] in labels, "DoesNotExist": lambda e: e["key"] not in labels}
    matched = all(labels.get(key) == value for key, value in (selector.get("matchLabels") or {}).items())
    return matched and all(tests[one["operator"]](one) for one in selector.get("matchExpressions") or ())


def template(thing):
    """The pod that a workload makes."""
    if thing["kind"] == "Pod":
        return thing
    spec = thing.get("spec") or {}
    return (spec.get("jobTemplate") or {}).get("spec", spec).get("template")


def pods(objects):
    """A pod for each workload; `objects` are pairs of the service that an object belongs to, and the object."""
    for service, thing in objects:
        pod, meta = template(thing), thing["metadata"]
        if pod and "containers" in (pod.get("spec") or {}):
            containers = pod["spec"]["containers"] + (pod["spec"].get("initContainers") or [])
            ports = [(p.get("protocol", "TCP"), p["containerPort"], p.get("name")) for c in containers for p in c.get("ports") or ()]
            namespace = meta.get("namespace", "default")
            yield End(f"{namespace}/{thing['kind']}/{meta['name']}", namespace, (pod.get("metadata") or {}).get("labels"), ports,
                      service=service, made=True, on_node=bool(pod["spec"].get("hostNetwork")))


class Cluster:
    """The ends of an environment, and what its policies say of them."""

    def __init__(self, objects, edges=()):
        self.policies = [thing for _, thing in objects if thing["kind"] == "NetworkPolicy"]
        self.namespaces = {t["metadata"]["name"]: t["metadata"].get("labels") or {} for _, t in objects if t["kind"] == "Namespace"}
        self.ends, self.unknown = list(pods(objects)), []
        for end in (edge[side] for edge in edges for side in ("from", "to")):
            self.meet(end)
        self.own = set(self.namespaces)  # The others are the cluster's: they come with policies of their own, or none.
        names = self.own | {end.namespace for end in self.ends}
        self.namespaces = {name: {**self.namespaces.get(name, {}), NAME: name} for name in names}
        self.ends += [End(f"{name}/a pod that nobody declares", name) for name in sorted(names)]
        self.ends += [End(str(address), address=address) for address in sorted(set(self.addresses(edges)))]
        self.universe = sorted(set(self.named_ports(edges)))
        self.sides = {way: [self.rules(end, way) for end in self.ends] for way in ("Ingress", "Egress")}

    def meet(self, end):
        """A pod of a chart is known by edges alone; one that services make must be among their workloads."""
        if "cidr" in end or any(other.is_named(end) for other in self.ends):
            return
        own = [e for e in self.ends if e.made and (e.service == end["by"] if end.get("by") else e.namespace == end["namespace"])]
        if own:
            self.unknown.append(f"an edge names pods in {end['namespace']} with {end['labels']}, and no workload there makes such")
        self.ends.append(End(f"{end['namespace']}/{end.get('by') or 'a pod'} with {end['labels']}", end["namespace"], end["labels"]))

    def peers(self):
        for policy in self.policies:
            for rules, peers in (("ingress", "from"), ("egress", "to")):
                for rule in policy["spec"].get(rules) or ():
                    yield from ((policy, peer) for peer in rule.get(peers) or ())

    def addresses(self, edges):
        """The first and last address of each block, and those beside it: one of every region that blocks cut out."""
        blocks = [p["ipBlock"] for _, p in self.peers() if "ipBlock" in p] + [e[s] for e in edges for s in ("from", "to") if "cidr" in e[s]]
        for network in (ipaddress.ip_network(c) for b in blocks for c in (b["cidr"], *(b.get("except") or ()))):
            around = (int(network[0]) - 1, int(network[0]), int(network[-1]), int(network[-1]) + 1)
            yield from (type(network[0])(n) for n in around if 0 <= n < 1 << network.max_prefixlen)

    def named_ports(self, edges):
        """All ports that anyone names, the ones beside ranges, and one that nobody names."""
        numbers = {number for end in self.ends for _, number, _ in end.ports} | {9}
        numbers |= {port for edge in edges for port in ports_of(edge) or ()}
        for policy in self.policies:
            for rule in (policy["spec"].get("ingress") or []) + (policy["spec"].get("egress") or []):
                for port in rule.get("ports") or ():
                    first = port.get("port")
                    if isinstance(first, int):
                        last = port.get("endPort", first)
                        numbers |= {first, last} | ({first - 1, last + 1} if last > first else set())
        yield from product(("TCP", "UDP"), numbers)

    def rules(self, end, way):
        """The rules for an end in one direction, as (peers, ports, policy); None if no policy speaks of it."""
        chosen = [p for p in self.policies if end.address is None and p["metadata"].get("namespace", "default") == end.namespace
                  and way in p["spec"].get("policyTypes", ["Ingress"] + ["Egress"] * ("egress" in p["spec"]))
                  and selects(p["spec"]["podSelector"], end.labels)]
        key, side = ("ingress", "from") if way == "Ingress" else ("egress", "to")
        found = [(r.get(side) or None, r.get("ports") or None, p) for p in chosen for r in p["spec"].get(key) or ()]
        return found if chosen else None

    def is_peer(self, peer, home, end):
        if "ipBlock" in peer or end.address is not None:
            return "ipBlock" in peer and end.address is not None and in_block(end.address, peer["ipBlock"])
        near = selects(peer["namespaceSelector"], self.namespaces[end.namespace]) if "namespaceSelector" in peer else end.namespace == home
        return near and selects(peer.get("podSelector") or {}, end.labels)

    def has_port(self, ports, target, protocol, number):
        named = {(proto, name): n for proto, n, name in target.ports}
        for port in ports if ports is not None else [{"protocol": protocol}]:
            first = port.get("port", number)
            first = named.get((protocol, first)) if isinstance(first, str) else first
            if port.get("protocol", "TCP") == protocol and first is not None and first <= number <= port.get("endPort", first):
                return True
        return False

    def open(self, way, here, there, target):
        """The ports that the policies of one end allow towards the other."""
        rules = self.sides[way][here]
        if rules is None:
            return set(self.universe)
        of = [ports for peers, ports, policy in rules if peers is None
              or any(self.is_peer(p, policy["metadata"].get("namespace", "default"), self.ends[there]) for p in peers)]
        return {port for port in self.universe if any(self.has_port(ports, target, *port) for ports in of)} if of else set()

    def differences(self, edges):
        """How what is open differs from what is declared, a line for each."""
        yield from self.unknown
        for policy in self.policies:
            home = policy["metadata"].get("namespace", "default")
            if not any(end.namespace == home and selects(policy["spec"]["podSelector"], end.labels) for end in self.ends):
                yield f"the policy {policy['metadata']['name']} in {home} speaks of nobody: {json.dumps(policy['spec']['podSelector'])}"
        for policy, peer in self.peers():
            home = policy["metadata"].get("namespace", "default")
            if "ipBlock" not in peer and not any(self.is_peer(peer, home, end) for end in self.ends):
                yield f"the policy {policy['metadata']['name']} in {home} has a peer that is nobody: {json.dumps(peer)}"
        for a, b in product(range(len(self.ends)), repeat=2):
            x, y = self.ends[a], self.ends[b]
            if x.on_node or y.on_node or (x.namespace not in self.own and y.namespace not in self.own):
                continue
            out, into = self.open("Egress", a, b, y), self.open("Ingress", b, a, y)
            wanted = {port for edge in edges if x.is_named(edge["from"]) and y.is_named(edge["to"]) for port in self.declared(edge)}
            yield from self.told(x, y, (out & into) - wanted, "open, and nobody declares it")
            shut = {port: " and ".join(who for who, open in ((f"{x.name} may not send", out), (f"{y.name} may not take", into)) if port not in open)
                    for port in wanted - (out & into)}
            for why in sorted(set(shut.values())):
                yield from self.told(x, y, {port for port in shut if shut[port] == why}, f"declared, and shut: {why}")

    def told(self, x, y, ports, what):
        listed = ", ".join(f"{number}/{protocol}" for protocol, number in sorted(ports, key=lambda port: (port[1], port[0])))
        if ports:
            yield f"{x.name} -> {y.name} on {'all ports' if len(ports) == len(self.universe) else listed}: {what}"

    def declared(self, edge):
        ports = ports_of(edge)
        protocols = edge.get("protocols") or (("TCP", "UDP") if ports is None or edge.get("why") == "dns" else ("TCP",))
        return [(proto, n) for proto, n in self.universe if (ports is None or n in ports)
                and proto in protocols]


def ports_of(edge):
    """The numbers of an edge's ports; None for all."""
    return [edge["port"]] if edge.get("port") is not None else edge.get("ports")


def read(folder):
    """The objects below <env>, with the service whose folder they lie in."""
    for path in sorted(glob.glob(f"{folder}/**/*.yaml", recursive=True)):
        with open(path) as file:
            yield from ((path.split("/")[-2], thing) for thing in yaml.load_all(file, LOADER) if thing)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("manifests", "kubernetes"), ("rzp", "target/release/rzp"), ("services", "services/main.rzp"), ("path", "ways"), ("edges", None)):
        parser.add_argument(f"--{name}", default=usual)
    parser.add_argument("envs", nargs="*", metavar="ENV")
    args = parser.parse_args()
    envs = args.envs or sorted(path.split("/")[-2] for path in glob.glob(f"{args.manifests}/*/"))
    if not envs or (args.edges and len(envs) > 1):
        sys.exit(f"no environment below {args.manifests}" if not envs else "--edges is of one environment: name it")
    failed = False
    for env in envs:
        if args.edges:
            with sys.stdin if args.edges == "-" else open(args.edges) as file:
                edges = json.load(file)
        else:
            done = subprocess.run([args.rzp, "eval", args.services, f"{args.path}.{env}"], stdout=subprocess.PIPE, text=True)
            if done.returncode:
                sys.exit(f"no edges of {env}: `{args.rzp} eval {args.services} {args.path}.{env}` failed")
            edges = json.loads(done.stdout)
        cluster = Cluster(list(read(f"{args.manifests}/{env}")), edges)
        found = list(cluster.differences(edges))
        print("".join(f"{env}: {line}\n" for line in found[:MOST]), end=f"{env}: … {len(found) - MOST} more\n" if len(found) > MOST else "")
        made = sum(end.made for end in cluster.ends)
        print(f"{env}: {made} workloads, {len(cluster.policies)} policies, {len(edges)} edges, {len(cluster.universe)} ports: {len(found)} differences")
        failed = failed or bool(found) or not made
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
