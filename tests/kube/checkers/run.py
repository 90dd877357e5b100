"""Runs the checkers over a folder of manifests, and tells what each looked at, what it knows nothing of, and what failed.

Files that are the same to the byte in several environments are looked at once, but by checkov: it looks at what belongs
together. It knows no Rollout either, and is shown the Deployments that these stand for."""
import argparse, collections, concurrent.futures, functools, json, os, pathlib, re, shutil, subprocess, sys, tempfile

try:
    import yaml
except ImportError:
    yaml = None

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(sys.executable).parent
MOST = 40  # So many failures of one checker are shown.

Verdict = collections.namedtuple("Verdict", "checker looked skipped failed notes", defaults=((),))


class Out(Exception):
    """A checker cannot run, for this reason."""


class Manifests:
    """The files below a folder, and their objects by path; `broken` says of which files nothing else can be asked."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.paths = sorted(str(path) for path in self.folder.rglob("*.yaml"))
        first, self.objects, self.broken = {}, {}, []
        for path in self.paths:
            text = pathlib.Path(path).read_bytes()
            first.setdefault(text, path)
            if yaml is not None:
                self.objects[path] = self.read(path, text)
        self.different = sorted(first.values())

    def read(self, path, text):
        try:
            things = [one for one in yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if one is not None]
        except yaml.YAMLError as error:
            self.broken.append(f"{path}: {' '.join(str(error).split())}")
            return []
        named = [one for one in things if is_object(one)]
        if not things or named != things:
            self.broken.append(f"{path}: no Kubernetes object: it wants apiVersion, kind and metadata.name")
        return named

    def environments(self):
        """The paths below each folder of the topmost level."""
        envs = {}
        for path in self.paths:
            envs.setdefault(pathlib.Path(path).relative_to(self.folder).parts[0], []).append(path)
        return envs

    def documents(self):
        """The objects of the files that differ."""
        if yaml is None:
            raise Out("it needs PyYAML, which comes with the other checkers")
        return [(path, one) for path in self.different for one in self.objects[path]]


def is_object(thing):
    meta = thing.get("metadata") if isinstance(thing, dict) else None
    texts = [thing.get("apiVersion"), thing.get("kind"), meta.get("name")] if isinstance(meta, dict) else [None]
    return all(isinstance(text, str) and text for text in texts)


def shown(thing):
    meta = thing.get("metadata") or {}
    return f"{thing.get('kind')} {meta.get('namespace', '')}/{meta.get('name')}".replace(" /", " ")


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def yamllint(manifests):
    command = [str(BIN / "yamllint"), "--strict", "--format", "parsable", "--config-file", str(HERE / "yamllint.yaml")]
    done = run(command + manifests.different)
    failed = done.stdout.splitlines()
    if done.returncode and not failed:
        raise Out(done.stderr.strip()[-300:])
    return Verdict("yamllint", len(manifests.different), 0, failed)


def core(manifests, minor):
    """The kinds of Kubernetes itself, with the strict schemas of a minor."""
    from kubernetes_validate import utils
    if not hasattr(utils.schema_contents, "cache_info"):
        utils.schema_contents = functools.cache(utils.schema_contents)
    schemas = pathlib.Path(utils.__file__).parent.glob(f"kubernetes-json-schema/v{minor}.*-local-strict/*-*.json")
    groups = {schema.stem.split("-")[1] for schema in schemas}
    if not groups:
        raise Out(f"it has no schemas of {minor}")
    looked, skipped, failed = 0, 0, []
    for path, thing in manifests.documents():
        try:
            utils.validate(thing, minor, strict=True)
            looked += 1
        except utils.SchemaNotFoundError:
            group = thing["apiVersion"].split("/")[0] if "/" in thing["apiVersion"] else ""
            own = "." not in group or (group.endswith(".k8s.io") and group.split(".")[0] in groups)
            failed += [f"{path}: {shown(thing)}: there is no such kind in {thing['apiVersion']}"] if own else []
            skipped += not own
        except (utils.ValidationError, KeyError) as error:
            at = "".join(f"{part}: " for part in [".".join(str(part) for part in getattr(error, "path", ()))] if part)
            failed.append(f"{path}: {shown(thing)}: {at}{getattr(error, 'message', f'it has no {error}')}"[:400])
    return Verdict(f"kubernetes-validate {minor}", looked + len(failed), skipped, failed)


def models(manifests, folder):
    """The kinds that @kubernetes-models has, custom ones among them."""
    done = run(["node", "models.mjs"], cwd=folder, input=json.dumps(manifests.documents(), default=str))
    if done.returncode:
        raise Out(f"node ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    said = json.loads(done.stdout)
    none = ", ".join(f"{count} {kind}" for kind, count in sorted(said["skipped"].items()))
    notes = [f"it has no {none}"] if none else []
    return Verdict("kubernetes-models", said["looked"], sum(said["skipped"].values()), [f"{p}: {m}" for p, m in said["failed"]], notes)


def judge(manifests, file):
    """A checker that is given: it is asked for each environment, for it may know of objects that are there twice."""
    looked, failed = 0, []
    for paths in manifests.environments().values():
        done = run([sys.executable, file, *paths])
        *lines, last = done.stdout.splitlines() or [""]
        counts = last.split()
        if len(counts) != 4 or counts[1::2] != ["passed,", "failed"]:
            raise Out(f"its last line is not `N passed, M failed`: {(done.stderr.strip() or last)[-300:]}")
        looked += int(counts[0]) + int(counts[2])
        told = re.split(r"\n(?=\S)", "\n".join(lines)) if lines else []
        failed += told or ["it says no more"] * int(counts[2])
    return Verdict(pathlib.Path(file).name, looked, 0, failed)


def as_deployment(thing):
    """What checkov is shown of a Rollout."""
    strategy = {"strategy", "workloadRef", "analysis", "rollbackWindow", "restartAt"}
    spec = {name: value for name, value in thing["spec"].items() if name not in strategy}
    return {**thing, "apiVersion": "apps/v1", "kind": "Deployment", "spec": spec}


def accounts(things):
    """The service accounts that a role is bound to, as (namespace, name)."""
    for thing in things:
        if thing["kind"] in ("RoleBinding", "ClusterRoleBinding"):
            home = thing["metadata"].get("namespace")
            yield from ((s.get("namespace", home), s["name"]) for s in thing.get("subjects") or () if s["kind"] == "ServiceAccount")


def account(thing):
    spec = thing.get("spec") or {}
    spec = (spec.get("jobTemplate") or {}).get("spec", spec)
    return thing["metadata"].get("namespace"), (spec.get("template") or {}).get("spec", spec).get("serviceAccountName")


class Accepted:
    """What may be found, and where."""

    def __init__(self):
        told = yaml.safe_load((HERE / "accepted.yaml").read_text())
        self.everywhere, self.reasons, self.bound = told["everywhere"], told["reasons"], told["bound"]
        self.used = collections.Counter()

    def why(self, check, thing, bound):
        """Why a finding is accepted; nothing if it is not."""
        if check in self.everywhere:
            return f"{check}, accepted everywhere: {self.everywhere[check]}"
        annotations = (thing["metadata"].get("annotations") or {}) if thing else {}
        names = [f"rzp/{name}" for name in self.reasons.get(check, ()) if str(annotations.get(f"rzp/{name}", "")).strip()]
        if names:
            return f"{check}, for {names[0]} says why"
        if thing and check in self.bound and account(thing) in bound:
            return f"{check}, for a role is bound to the account"
        return None


def found(folder):
    """What checkov finds below a folder: how many objects it looked at, and its findings."""
    done = run([str(BIN / "checkov"), "--directory", str(folder), "--framework", "kubernetes", "--compact", "--quiet", "--skip-download", "--output", "json"],
               env={**os.environ, "CHECKOV_RUN_SCA_PACKAGE_SCAN_V2": "false", "LOG_LEVEL": "ERROR"})
    try:
        said = json.loads(done.stdout)
    except ValueError:
        raise Out(f"it ended with {done.returncode}: {done.stderr.strip()[-300:]}") from None
    said = said[0] if isinstance(said, list) else said
    if "results" not in said:
        return 0, []
    broken = [{"check_id": "it cannot be read", "check_name": "", "file_path": path, "resource": ""} for path in said["results"].get("parsing_errors") or ()]
    return said["summary"]["resource_count"], said["results"]["failed_checks"] + broken


def checkov(manifests):
    """The security of workloads and roles, environment by environment: some checks look at several objects."""
    manifests.documents()  # Says so if nothing could be read.
    accepted, failed, looked, rollouts = Accepted(), [], 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        for path, things in manifests.objects.items():
            copy = pathlib.Path(scratch, pathlib.Path(path).relative_to(manifests.folder))
            copy.parent.mkdir(parents=True, exist_ok=True)
            if any(one["kind"] == "Rollout" for one in things):
                rollouts += 1
                copy.write_text(yaml.safe_dump_all([as_deployment(one) if one["kind"] == "Rollout" else one for one in things]))
            else:
                shutil.copy(path, copy)
        for env, paths in manifests.environments().items():
            bound = set(accounts(one for path in paths for one in manifests.objects[path]))
            count, findings = found(pathlib.Path(scratch, env))
            looked += count
            for finding in findings:
                path = str(manifests.folder / env / finding["file_path"].lstrip("/"))
                thing = meant(manifests.objects.get(path, []), finding["resource"])
                why = accepted.why(finding["check_id"], thing, bound)
                if why:
                    accepted.used[why] += 1
                else:
                    failed.append(f"{path}: {finding['resource']}: {finding['check_id']} {finding['check_name']}")
    notes = [f"{count} x {why}" for why, count in sorted(accepted.used.items())]
    notes += [f"{rollouts} Rollouts looked at as Deployments"] if rollouts else []
    return Verdict("checkov", looked, 0, failed, notes)


def meant(things, resource):
    """The object of a file that a finding is about: `Kind.namespace.name`."""
    parts = resource.split(".", 2)
    named = [one for one in things if len(parts) == 3 and one["metadata"]["name"] == parts[2]]
    return named[0] if named else things[0] if len(things) == 1 else None


def report(verdicts, out, manifests):
    print(f"{len(manifests.paths)} files in {manifests.folder}, {len(manifests.different)} of them different\n")
    print(f"{'checker':28}{'looked at':>10}{'unknown':>9}{'failed':>8}")
    for verdict in verdicts:
        print(f"{verdict.checker:28}{verdict.looked:10}{verdict.skipped:9}{len(verdict.failed):8}")
    for name, why in out:
        print(f"{name:28}  left out: {why}")
    for verdict in verdicts:
        for note in verdict.notes:
            print(f"\n{verdict.checker}: {note}", end="")
    print()
    same = {}
    for verdict in verdicts:
        same.setdefault(tuple(verdict.failed), []).append(verdict.checker)
    for failed, checkers in same.items():
        if failed:
            print(f"\n{', '.join(checkers)}:")
            print("\n".join(f"  {line}" for line in failed[:MOST]))
            print(f"  … and {len(failed) - MOST} more\n" if len(failed) > MOST else "", end="")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    for name in ("minors", "models", "judge"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--missing", action="append", default=[])
    parser.add_argument("--strict", action="store_true")
    args = parser.parse_args()
    manifests = Manifests(args.folder)
    if not manifests.paths:
        sys.exit(f"no manifests below {args.folder}")
    missing = dict(one.split("=", 1) for one in args.missing)
    jobs = [("yamllint", yamllint, ()), ("checkov", checkov, ()), ("kubernetes-models", models, (args.models,))]
    jobs += [("kubernetes-validate", core, (minor,)) for minor in args.minors.split(",")]
    jobs += [(pathlib.Path(args.judge).name, judge, (args.judge,))] if args.judge else []
    verdicts = [Verdict("objects", len(manifests.paths), 0, manifests.broken)] if yaml is not None else []
    out = list(missing.items())
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        running = [(name, pool.submit(work, manifests, *more)) for name, work, more in jobs if name not in missing]
        for name, one in running:
            try:
                verdicts.append(one.result())
            except Out as why:
                out.append((name, str(why)))
    report(verdicts, out, manifests)
    return 1 if any(verdict.failed for verdict in verdicts) or (args.strict and out) else 0


if __name__ == "__main__":
    sys.exit(main())
