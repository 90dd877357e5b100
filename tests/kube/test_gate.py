"""The gate, tried on faults: each checker refuses what it is there for, and a reason excuses no more than it says.

usage: python3 -m unittest discover tests/kube
The checkers are asked only where `gate` has installed them; RZP_GATE_CACHE says where, if it is not the usual folder."""
import copy, os, pathlib, re, subprocess, sys, tempfile, textwrap, unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "checkers"))
import run

CACHE = pathlib.Path(os.environ.get("RZP_GATE_CACHE") or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "rzp-gate")

SOUND = {
    "deployment-web": """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: apps
        spec:
          replicas: 1
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              serviceAccountName: web
              automountServiceAccountToken: false
              securityContext:
                runAsNonRoot: true
                runAsUser: 20000
                seccompProfile:
                  type: RuntimeDefault
              containers:
              - name: web
                image: docker.io/library/nginx:1.29.3@sha256:0000000000000000000000000000000000000000000000000000000000000000
                imagePullPolicy: Always
                ports:
                - name: http
                  containerPort: 8080
                securityContext:
                  allowPrivilegeEscalation: false
                  readOnlyRootFilesystem: true
                  capabilities:
                    drop:
                    - ALL
                resources:
                  requests:
                    cpu: 10m
                    memory: 64Mi
                  limits:
                    cpu: "1"
                    memory: 64Mi
                livenessProbe:
                  tcpSocket:
                    port: http
                readinessProbe:
                  tcpSocket:
                    port: http
        """,
    "networkpolicy-web": """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: web
          namespace: apps
        spec:
          podSelector:
            matchLabels:
              app: web
          policyTypes:
          - Ingress
        """,
    "servicemonitor-web": """
        apiVersion: monitoring.coreos.com/v1
        kind: ServiceMonitor
        metadata:
          name: web
          namespace: apps
        spec:
          selector:
            matchLabels:
              app: web
          endpoints:
          - port: http
            interval: 30s
        """,
}

# What is broken, where, how, and by whom it is refused: each part of the change is a text and what takes its place.
FAULTS = [
    ("a field that is not there", "deployment-web", "  replicas: 1", "  replcias: 1", "kubernetes-validate 1.36"),
    ("a number that is a text", "deployment-web", "replicas: 1", 'replicas: "one"', "kubernetes-validate 1.37"),
    ("a field in the wrong place", "deployment-web", "                  tcpSocket:", "                  periodSeconds: 3\n                  port: 80\n                  tcpSocket:", "kubernetes-validate 1.35"),
    ("a version that never was", "networkpolicy-web", "networking.k8s.io/v1", "networking.k8s.io/v7", "kubernetes-validate 1.36"),
    ("a list where a text belongs", "servicemonitor-web", "interval: 30s", "interval: [30s]", "kubernetes-models"),
    ("a container that gains rights", "deployment-web", "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "checkov"),
    ("an image that moves", "deployment-web", "@sha256:" + 64 * "0", "", "checkov"),
    ("a rollout that runs as anyone", "deployment-web", ("kind: Deployment", "apps/v1", "readOnlyRootFilesystem: true"),
     ("kind: Rollout", "argoproj.io/v1alpha1", "readOnlyRootFilesystem: false"), "checkov"),
    ("a word that older readers take for a truth", "deployment-web", "app: web", "app: yes", "yamllint"),
    ("a key that stands twice", "networkpolicy-web", "  name: web", "  name: web\n  name: web", "yamllint"),
    ("a text that is no object", "networkpolicy-web", "kind: NetworkPolicy", "sort: NetworkPolicy", "objects"),
    ("a text that is no YAML", "networkpolicy-web", "metadata:", "metadata: {", "objects"),
]


def written(folder, files, service="web"):
    """Writes files into a folder and a namespace of their own."""
    for name, text in files.items():
        path = pathlib.Path(folder, "lab/apps", service, f"{name}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n").replace("namespace: apps", f"namespace: {service}"))


def gate(folder, *more):
    command = [sys.executable, str(HERE / "gate"), "--cache", str(CACHE), *more, str(folder)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def told(said):
    """The lines that each checker has to say."""
    found, names = {}, []
    for line in said.splitlines():
        if line.startswith("  "):
            for name in names:
                found.setdefault(name, []).append(line)
        else:
            names = line[:-1].split(", ") if line.endswith(":") else []
    return found


@unittest.skipUnless((CACHE / "venv").is_dir(), f"the checkers are not installed in {CACHE}")
class Checkers(unittest.TestCase):
    def test_each_fault_is_refused_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            written(folder, SOUND, "sound")
            for at, (_, name, old, new, _) in enumerate(FAULTS):
                files = copy.deepcopy(SOUND)
                for one, other in [(old, new)] if isinstance(old, str) else zip(old, new):
                    self.assertIn(one, files[name])
                    files[name] = files[name].replace(one, other)
                written(folder, files, f"fault-{at}")
            done = gate(folder)
        said = told(done.stdout)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertNotIn("/sound/", done.stdout)
        for at, (what, name, _, _, by) in enumerate(FAULTS):
            with self.subTest(what):
                if re.search(rf"^{by.split(' ')[0]} +left out", done.stdout, re.MULTILINE):
                    self.skipTest(f"{by} is left out")
                self.assertTrue(any(f"/fault-{at}/{name}.yaml" in line for line in said.get(by, ())), done.stdout)

    def test_a_reason_excuses_what_it_names(self):
        broken = SOUND["deployment-web"].replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")
        with tempfile.TemporaryDirectory() as folder:
            for rule in ("read_only_root", "host_network"):
                line = f"namespace: apps\n          annotations:\n            rzp/waive.{rule}: it writes beside its program"
                written(folder, {**SOUND, "deployment-web": broken.replace("namespace: apps", line)}, rule.replace("_", "-"))
            done = gate(folder)
        lines = told(done.stdout).get("checkov", [])
        self.assertEqual([re.search(r"apps/([a-z-]+)/.*(CKV\w+)", line).groups() for line in lines], [("host-network", "CKV_K8S_22")], done.stdout)


@unittest.skipUnless(run.yaml, "there is no PyYAML")
class Reasons(unittest.TestCase):
    def why(self, check, annotations=None, bound=(), **spec):
        thing = {"kind": "Deployment", "metadata": {"name": "web", "namespace": "apps", "annotations": annotations or {}}, "spec": spec}
        return run.Accepted().why(check, thing, set(bound))

    def test_a_finding_without_a_reason_stands(self):
        self.assertIsNone(self.why("CKV_K8S_25"))
        self.assertIsNone(self.why("CKV_K8S_99999"))
        self.assertIsNone(run.Accepted().why("CKV_K8S_25", None, set()))

    def test_a_reason_is_for_its_own_rule_and_not_empty(self):
        self.assertIsNone(self.why("CKV_K8S_25", {"rzp/waive.host_network": "it finds devices"}))
        self.assertIsNone(self.why("CKV_K8S_25", {"rzp/waive.capabilities": " "}))
        self.assertIsNone(self.why("CKV_K8S_25", {"other/waive.capabilities": "it makes a tunnel"}))
        self.assertIn("rzp/waive.capabilities", self.why("CKV_K8S_25", {"rzp/waive.capabilities": "it makes a tunnel"}))

    def test_a_token_is_for_accounts_that_a_role_is_bound_to(self):
        template = {"template": {"spec": {"serviceAccountName": "web"}}}
        self.assertIsNone(self.why("CKV_K8S_38", **template))
        self.assertIsNone(self.why("CKV_K8S_38", bound=[("other", "web")], **template))
        self.assertIn("bound", self.why("CKV_K8S_38", bound=[("apps", "web")], **template))
        binding = {"kind": "RoleBinding", "metadata": {"name": "web", "namespace": "apps"}, "subjects": [{"kind": "ServiceAccount", "name": "web"}]}
        self.assertEqual(list(run.accounts([binding])), [("apps", "web")])

    def test_every_acceptance_says_why(self):
        accepted = run.Accepted()
        self.assertTrue(all(re.match(r"CKV2?_K8S_\d+$", check) for check in [*accepted.everywhere, *accepted.reasons, *accepted.bound]))
        self.assertTrue(all(len(why.split()) > 5 for why in accepted.everywhere.values()))
        self.assertFalse(set(accepted.everywhere) & set(accepted.reasons))


@unittest.skipUnless(run.yaml, "there is no PyYAML")
class Reading(unittest.TestCase):
    def manifests(self, folder, **files):
        for name, text in files.items():
            pathlib.Path(folder, name).mkdir()
            pathlib.Path(folder, name, "a.yaml").write_text(text)
        return run.Manifests(folder)

    def test_the_same_file_in_two_environments_is_looked_at_once(self):
        one = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"
        with tempfile.TemporaryDirectory() as folder:
            manifests = self.manifests(folder, dev=one, prod=one, staging=one.replace("a}", "b}"))
            self.assertEqual((len(manifests.paths), len(manifests.different), len(manifests.documents())), (3, 2, 2))
            self.assertEqual(list(manifests.environments()), ["dev", "prod", "staging"])

    def test_what_is_no_object_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            manifests = self.manifests(folder, a="kind: [", b="just a text", c="kind: X\napiVersion: v1\nmetadata: {}\n", d="")
            self.assertEqual(len(manifests.broken), 4)

    def test_a_rollout_is_shown_as_a_deployment(self):
        spec = {"replicas": 2, "strategy": {"canary": {}}, "template": {"spec": {}}}
        shown = run.as_deployment({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "a"}, "spec": spec})
        self.assertEqual((shown["apiVersion"], shown["kind"], shown["spec"]), ("apps/v1", "Deployment", {"replicas": 2, "template": {"spec": {}}}))

    def test_a_judge_is_believed_by_its_last_line(self):
        with tempfile.TemporaryDirectory() as folder:
            manifests = self.manifests(folder, dev="apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
            for text, failed in (("print('1 passed, 0 failed')", 0), ("print('a.yaml:\\n  broken\\n0 passed, 1 failed')", 1), ("print('0 passed, 1 failed')", 1)):
                file = pathlib.Path(folder, "judge.py")
                file.write_text(text)
                verdict = run.judge(manifests, str(file))
                self.assertEqual((verdict.looked, len(verdict.failed)), (1, failed), text)
            for text in ("print('fine')", "raise ValueError", ""):
                file.write_text(text)
                self.assertRaises(run.Out, run.judge, manifests, str(file))


if __name__ == "__main__":
    unittest.main()
