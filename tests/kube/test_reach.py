"""The judge of policies, judged: small clusters written by hand, some with faults that real ones had.

usage: python3 -m unittest discover tests/kube"""
import contextlib, io, json, os, pathlib, sys, tempfile, unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import reach


def namespace(name, **labels):
    return "namespaces", {"kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def workload(service, home, labels, port=80, name="http", kind="Deployment", **pod):
    spec = {"containers": [{"name": "main", "ports": [{"name": name, "containerPort": port}]}], **pod}
    return service, {"kind": kind, "metadata": {"name": service, "namespace": home},
                     "spec": {"template": {"metadata": {"labels": labels}, "spec": spec}}}


def policy(service, home, labels, name=None, **spec):
    types = [way for way, rules in (("Ingress", "ingress"), ("Egress", "egress")) if rules in spec]
    return service, {"kind": "NetworkPolicy", "metadata": {"name": name or service, "namespace": home},
                     "spec": {"podSelector": {"matchLabels": labels}, "policyTypes": types, **spec}}


def pods(home, labels):
    return {"namespaceSelector": {"matchLabels": {reach.NAME: home}}, "podSelector": {"matchLabels": labels}}


def edge(*ends, **more):
    return {"from": ends[0], "to": ends[1], **more}


WEB, DB = {"app": "web"}, {"app": "db"}
AT_WEB, AT_DB = {"namespace": "apps", "labels": WEB}, {"namespace": "data", "labels": DB}


def shut():
    """Two namespaces in which nothing is open."""
    return [namespace("apps"), namespace("data"), workload("web", "apps", WEB), workload("db", "data", DB, 5432, "sql"),
            policy("namespaces", "apps", {}, ingress=[], egress=[]), policy("namespaces", "data", {}, ingress=[], egress=[])]


def both(port=5432, into=WEB, out=DB):
    """The policies that open web -> db, with the peers that they name."""
    return [policy("web", "apps", WEB, egress=[{"to": [pods("data", out)], "ports": [{"port": port}]}]),
            policy("db", "data", DB, ingress=[{"from": [pods("apps", into)], "ports": [{"port": port}]}])]


def found(objects, edges=()):
    return list(reach.Cluster(objects, edges).differences(edges))


class Agreement(unittest.TestCase):
    def test_what_is_declared_and_open_is_no_difference(self):
        self.assertEqual(found(shut() + both(), [edge(AT_WEB, AT_DB, port=5432)]), [])
        self.assertEqual(found(shut()), [])

    def test_one_end_is_not_enough(self):
        for half in both():
            lines = found(shut() + [half], [edge(AT_WEB, AT_DB, port=5432)])
            self.assertEqual(len(lines), 1, lines)
            self.assertIn("apps/Deployment/web -> data/Deployment/db on 5432/TCP: declared, and shut: ", lines[0])
        self.assertIn("apps/Deployment/web may not send", lines[0])

    def test_what_nobody_declares_is_found(self):
        lines = found(shut() + both())
        self.assertEqual(lines, ["apps/Deployment/web -> data/Deployment/db on 5432/TCP: open, and nobody declares it"])

    def test_without_policies_all_is_open(self):
        objects = [namespace("apps"), namespace("data"), workload("web", "apps", WEB), workload("db", "data", DB, 5432)]
        self.assertIn("data/Deployment/db -> apps/Deployment/web on all ports: open, and nobody declares it", found(objects))
        lines = found(objects + [policy("db", "data", DB, ingress=[])], [edge(AT_WEB, AT_DB, port=5432)])
        self.assertIn("apps/Deployment/web -> data/Deployment/db on 5432/TCP: declared, and shut: data/Deployment/db may not take", lines)
        self.assertIn("data/Deployment/db -> apps/Deployment/web on all ports: open, and nobody declares it", lines)

    def test_the_clusters_own_namespaces_are_left_alone(self):
        dns = {"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}}
        out = policy("web", "apps", WEB, egress=[{"to": [pods("kube-system", dns["labels"])], "ports": [{"port": 53}, {"port": 53, "protocol": "UDP"}]}])
        self.assertEqual(found(shut() + [out], [edge(AT_WEB, dns, ports=[53], why="dns")]), [])
        lines = found(shut(), [edge(AT_WEB, dns, ports=[53], why="dns")])
        self.assertEqual(len(lines), 1)
        self.assertIn("on 53/TCP, 53/UDP: declared, and shut: apps/Deployment/web may not send", lines[0])

    def test_a_port_too_many_is_found(self):
        lines = found(shut() + both(), [edge(AT_WEB, AT_DB, ports=[])])
        self.assertEqual(len(lines), 1)
        self.assertIn("5432/TCP: open", lines[0])

    def test_protocols_are_told_apart(self):
        opened = both()
        for _, thing in opened:
            for rule in thing["spec"].get("ingress", []) + thing["spec"].get("egress", []):
                rule["ports"] = [{"port": 5432, "protocol": "UDP"}]
        lines = found(shut() + opened, [edge(AT_WEB, AT_DB, port=5432)])
        self.assertEqual([line.split(": ")[0][-8:] for line in lines], ["5432/UDP", "5432/TCP"])
        self.assertEqual(found(shut() + opened, [edge(AT_WEB, AT_DB, port=5432, protocols=["UDP"])]), [])


class RealFaults(unittest.TestCase):
    def test_a_namespace_is_selected_by_a_label_that_none_has(self):
        # Sign-in was blocked: the policy let in namespaces labelled `name: traefik`, and Kubernetes sets another label.
        dead = {"namespaceSelector": {"matchLabels": {"name": "traefik"}}}
        objects = [namespace("auth"), namespace("traefik"), workload("zitadel", "auth", {"app": "zitadel"}, 8080),
                   policy("zitadel", "auth", {"app": "zitadel"}, ingress=[{"from": [dead], "ports": [{"port": 8080}]}])]
        edges = [edge({"namespace": "traefik", "labels": {"app": "traefik"}, "by": "traefik"},
                      {"namespace": "auth", "labels": {"app": "zitadel"}}, port=8080)]
        lines = found(objects, edges)
        self.assertIn('the policy zitadel in auth has a peer that is nobody: {"namespaceSelector": {"matchLabels": {"name": "traefik"}}}', lines)
        self.assertTrue(any("8080/TCP: declared, and shut: auth/Deployment/zitadel may not take" in line for line in lines), lines)

    def vector(self, peer, ports):
        labels, shipper = {"app": "openobserve"}, {"app": "vector"}
        objects = [namespace("logs"), workload("vector", "logs", shipper, 6000), workload("openobserve", "logs", labels, 5080),
                   policy("vector", "logs", shipper, egress=[{"to": [{"podSelector": {"matchLabels": peer}}], "ports": [{"port": 5080}]}],
                          ingress=[{"from": [{"podSelector": {}}], "ports": [{"port": port} for port in ports]}])]
        edges = [edge({"namespace": "logs", "labels": shipper}, {"namespace": "logs", "labels": labels}, port=5080),
                 edge({"namespace": "logs", "labels": labels}, {"namespace": "logs", "labels": shipper}, ports=[6000])]
        return [line for line in found(objects, edges) if "declared, and shut" in line]

    def test_a_pod_is_selected_by_a_label_that_it_does_not_carry(self):
        # Logs stopped: the way out named `app.kubernetes.io/name`, and the pods carried `app` alone.
        lines = self.vector({"app.kubernetes.io/name": "openobserve"}, [6000])
        self.assertEqual(lines, ["logs/Deployment/vector -> logs/Deployment/openobserve on 5080/TCP: declared, and shut: "
                                 "logs/Deployment/vector may not send"])

    def test_a_port_on_which_something_listens_is_left_out(self):
        lines = self.vector({"app": "openobserve"}, [8686])
        self.assertTrue(lines and all("6000/TCP" in line and "logs/Deployment/vector may not take" in line for line in lines), lines)
        self.assertEqual(self.vector({"app": "openobserve"}, [6000]), [])

    def test_a_policy_for_pods_that_are_not_there(self):
        lines = found(shut() + [policy("web", "apps", {"app": "wbe"}, name="typo", ingress=[])])
        self.assertEqual(lines, ['the policy typo in apps speaks of nobody: {"matchLabels": {"app": "wbe"}}'])

    def test_an_edge_that_names_no_workload(self):
        lines = found(shut(), [edge(AT_WEB, {"namespace": "data", "labels": {"app": "postgres"}}, port=5432)])
        self.assertIn("an edge names pods in data with {'app': 'postgres'}, and no workload there makes such", lines)


class Words(unittest.TestCase):
    """Each word that policies may use."""

    def test_expressions(self):
        labels = {"app": "web", "tier": "front"}
        for operator, key, values, says in (("In", "tier", ["front"], True), ("In", "none", ["front"], False), ("NotIn", "tier", ["front"], False),
                                            ("NotIn", "none", ["x"], True), ("Exists", "tier", None, True), ("Exists", "none", None, False),
                                            ("DoesNotExist", "tier", None, False), ("DoesNotExist", "none", None, True)):
            expression = {"key": key, "operator": operator, **({"values": values} if values else {})}
            self.assertEqual(reach.selects({"matchExpressions": [expression]}, labels), says, expression)
        self.assertTrue(reach.selects({}, labels))
        self.assertFalse(reach.selects({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, labels))

    def test_a_port_by_name_is_that_of_the_target(self):
        self.assertEqual(found(shut() + both("sql"), [edge(AT_WEB, AT_DB, port=5432)]), [])
        lines = found(shut() + both("postgres"), [edge(AT_WEB, AT_DB, port=5432)])
        self.assertEqual(len(lines), 1)

    def test_a_range_of_ports(self):
        opened = both()
        for _, thing in opened:
            for rule in thing["spec"].get("ingress", []) + thing["spec"].get("egress", []):
                rule["ports"] = [{"port": 5000, "endPort": 5432}]
        lines = found(shut() + opened, [edge(AT_WEB, AT_DB, port=5432)])
        self.assertEqual([line.split(" ")[4] for line in lines], ["5000/TCP:"])  # The other end of the range; 4999 and 5433 are shut.

    def test_a_rule_without_peers_or_ports_is_for_all(self):
        objects = shut() + [policy("db", "data", DB, ingress=[{}]), policy("web", "apps", WEB, egress=[{}])]
        wide = edge({"namespace": "apps", "labels": WEB}, {"namespace": "data", "labels": DB})
        lines = found(objects, [wide])
        self.assertFalse([line for line in lines if "web -> data/Deployment/db" in line])
        self.assertTrue(found(objects), "all ports of db are open to web, and nobody says so")

    def test_blocks_and_their_exceptions(self):
        block = {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}
        objects = shut() + [policy("web", "apps", WEB, egress=[{"to": [{"ipBlock": block}], "ports": [{"port": 443}]}])]
        self.assertEqual(found(objects, [edge(AT_WEB, block, port=443)]), [])
        lines = found(objects, [edge(AT_WEB, {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/9"]}, port=443)])
        self.assertEqual([line.split(" ")[2] for line in lines], ["10.128.0.0", "10.255.255.255"])

    def test_pods_on_the_network_of_their_node_are_left_alone(self):
        lines = found([namespace("apps"), workload("web", "apps", WEB, hostNetwork=True), policy("web", "apps", WEB, ingress=[])])
        self.assertFalse([line for line in lines if "Deployment/web" in line], lines)

    def test_pods_of_cron_jobs(self):
        _, thing = workload("dump", "data", DB)
        job = {"kind": "CronJob", "metadata": thing["metadata"], "spec": {"jobTemplate": {"spec": thing["spec"]}}}
        self.assertEqual([end.labels for end in reach.pods([("dump", job)])], [DB])

    def test_policy_types_follow_from_the_rules(self):
        _, bare = policy("web", "apps", WEB, egress=[])
        del bare["spec"]["policyTypes"]
        cluster = reach.Cluster([workload("web", "apps", WEB), ("web", bare)])
        self.assertEqual([cluster.sides[way][0] for way in ("Ingress", "Egress")], [[], []])
        del bare["spec"]["egress"]
        cluster = reach.Cluster([workload("web", "apps", WEB), ("web", bare)])
        self.assertEqual([cluster.sides[way][0] for way in ("Ingress", "Egress")], [[], None])


class Command(unittest.TestCase):
    def run_on(self, objects, edges):
        with tempfile.TemporaryDirectory() as folder:
            for at, (service, thing) in enumerate(objects):
                path = pathlib.Path(folder, "kubernetes/lab/apps", service, f"{at}.yaml")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(thing))
            pathlib.Path(folder, "edges.json").write_text(json.dumps(edges))
            said = io.StringIO()
            arguments = ["reach.py", "--manifests", f"{folder}/kubernetes", "--edges", os.path.join(folder, "edges.json"), "lab"]
            with mock.patch.object(sys, "argv", arguments), contextlib.redirect_stdout(said):
                return reach.main(), said.getvalue()

    def test_the_last_line_counts(self):
        code, said = self.run_on(shut() + both(), [edge(AT_WEB, AT_DB, port=5432)])
        self.assertEqual((code, said), (0, "lab: 2 workloads, 4 policies, 1 edges, 6 ports: 0 differences\n"))

    def test_a_difference_fails(self):
        code, said = self.run_on(shut(), [edge(AT_WEB, AT_DB, port=5432)])
        self.assertEqual(code, 1)
        self.assertIn("lab: apps/Deployment/web -> data/Deployment/db on 5432/TCP: declared, and shut: apps/Deployment/web may not send "
                      "and data/Deployment/db may not take\n", said)

    def test_nothing_to_judge_fails(self):
        self.assertEqual(self.run_on([namespace("apps")], [])[0], 1)


if __name__ == "__main__":
    unittest.main()
