#!/usr/bin/env python3
"""How fast language servers answer an editor: the same project in each language, the same questions.

    cargo build --release
    cargo install --locked nickel-lang-lsp@1.18.0
    tests/bench/editors.py rzp="target/release/rzp lsp" nickel=nls

It plays an editor over standard input and output: a hundred services with a schema that all of them use
are opened, edited, and asked about. A time runs from the moment that a change or question is sent until
its answer is read. Each change makes a mistake or mends one, so that there is something to wait for;
servers that tell of an open file more than once are judged by the first telling that is right.

Memory is the most that the server and its children held (`VmHWM`), so that is for Linux alone.
"""

import json
import os
import pathlib
import queue
import shlex
import subprocess
import sys
import tempfile
import threading
import time

SERVICES = 100
ROUNDS = 150
SCHEMA_ROUNDS = 5
PATIENCE = 60.0
AREAS = ["media", "data", "home"]


# The project in each language: a schema, a hundred services, and a file that has them all.

RZP_SCHEMA = """{
  ## A service: what every one of them has.
  Service = schema {
    let s = self
    name : String & =~"^[a-z][a-z0-9-]*$"
    ## What the service is for.
    area : "media" | "data" | "home"
    image : String
    default kind : "Deployment" | "StatefulSet" = "Deployment"
    default replicas : Int & >=0 = 1
    default args : [String] = []
    ## By name; the first is the main one.
    ports : { [String] : Int & >=1 & <=65535 }
    variables : { [String] : String | Int } = {}
    volumes : { [String] : { path : String, size : Int, mode? : "ro" | "rw" } } = {}
    probe = { default path : String = "/", default after : Int & >=0 = 5 }
    host = "\\(s.name).\\(s.area).svc"
    deployment = {
      apiVersion = "apps/v1"
      kind = s.kind
      metadata = { name = s.name, labels = { "app.kubernetes.io/name" = s.name, area = s.area } }
      spec = {
        replicas = s.replicas
        template.spec.containers = [{
          name = s.name
          image = s.image
          args = s.args
          ports = [{ name = name, containerPort = port } for (name, port) in s.ports]
          env = [{ name = name, value = "\\(value)" } for (name, value) in s.variables]
          volumeMounts = [{ name = name, mountPath = v.path } for (name, v) in s.volumes]
        }]
      }
    }
    service = {
      apiVersion = "v1"
      kind = "Service"
      metadata.name = s.name
      spec.ports = [{ name = name, port = port } for (name, port) in s.ports]
    }
    assert s.replicas < 2 || s.kind == "StatefulSet" else "\\(s.name) has \\(s.replicas) pods"
  }
}
"""

RZP_SERVICE = """# Service number {n}.
let {{ Service }} = import "../schema.rzp"

let domain = "example.org"
let tags = {{ blue = "4.0.{n}", green = "4.1.{n}" }}
let number : Int = 1

Service with {{
  name = "service-{n}"
  area = "{area}"
  image = "ghcr.io/example/service:\\(tags.blue)"
  replicas = number
  args = ["--verbose", "--port={port}", "--host=service-{n}.\\(domain)"]
  ports.http = {port}
  ports.metrics = {metrics}
  variables = {{
    TZ = "Europe/Berlin"
    SERVER__PORT = {port}
    SERVER__HOST = "service-{n}.\\(domain)"
    DATABASE__HOST = "postgres.data.svc"
    DATABASE__PORT = 5432
  }}
  volumes.config = {{ path = "/config", size = 5Gi }}
  volumes.media = {{ path = "/media", size = 500Gi, mode = "ro" }}
  probe.path = "/ping"
  probe.after = 10
}}
"""

NICKEL_SCHEMA = """{
  Name = std.contract.from_predicate (fun value =>
    std.is_string value && std.string.is_match "^[a-z][a-z0-9-]*$" value),
  Port = std.contract.from_predicate (fun value =>
    std.is_number value && std.number.is_integer value && value >= 1 && value <= 65535),
  Count = std.contract.from_predicate (fun value =>
    std.is_number value && std.number.is_integer value && value >= 0),

  # A service: what every one of them has.
  Service = {
    name | Name,
    area
      | doc "What the service is for."
      | std.enum.TagOrString
      | [| 'media, 'data, 'home |],
    image | String,
    kind
      | std.enum.TagOrString
      | [| 'Deployment, 'StatefulSet |]
      | default
      = 'Deployment,
    replicas | Count | default = 1,
    args | Array String | default = [],
    ports
      | doc "By name; the first is the main one."
      | { _ : Port },
    variables | { _ : Dyn } | default = {},
    volumes
      | { _ : { path | String, size | Number, mode | String | optional } }
      | default
      = {},
    probe = {
      path | String | default = "/",
      after | Count | default = 5,
    },
    host = "%{name}.%{std.to_string area}.svc",
    deployment =
      let own = { name_ = name, kind_ = kind, replicas_ = replicas, image_ = image, args_ = args, area_ = area } in
      {
        apiVersion = "apps/v1",
        kind = own.kind_,
        metadata = { name = own.name_, labels = { "app.kubernetes.io/name" = own.name_, area = own.area_ } },
        spec = {
          replicas = own.replicas_,
          template.spec.containers = [
            {
              name = own.name_,
              image = own.image_,
              args = own.args_,
              ports = pairs_of_ports |> std.array.map (fun { field, value } => { name = field, containerPort = value }),
              env = pairs_of_variables |> std.array.map (fun pair => { name = pair.field, value = std.to_string pair.value }),
              volumeMounts = pairs_of_volumes |> std.array.map (fun { field, value } => { name = field, mountPath = value.path }),
            }
          ],
        },
      },
    service =
      let own = { name_ = name } in
      {
        apiVersion = "v1",
        kind = "Service",
        metadata.name = own.name_,
        spec.ports = pairs_of_ports |> std.array.map (fun { field, value } => { name = field, port = value }),
      },
    pairs_of_ports | not_exported = std.record.to_array ports,
    pairs_of_variables | not_exported = std.record.to_array variables,
    pairs_of_volumes | not_exported = std.record.to_array volumes,
    few
      | not_exported
      | std.contract.from_predicate (fun ok => ok)
      = replicas < 2 || kind == 'StatefulSet,
  },
}
"""

NICKEL_SERVICE = """# Service number {n}.
let {{ Service, .. }} = import "../schema.ncl" in
let domain = "example.org" in
let tags = {{ blue = "4.0.{n}", green = "4.1.{n}" }} in
let number : Number = 1 in
Service & {{
  name = "service-{n}",
  area = '{area},
  image = "ghcr.io/example/service:%{{tags.blue}}",
  replicas = number,
  args = ["--verbose", "--port={port}", "--host=service-{n}.%{{domain}}"],
  ports.http = {port},
  ports.metrics = {metrics},
  variables = {{
    TZ = "Europe/Berlin",
    SERVER__PORT = {port},
    SERVER__HOST = "service-{n}.%{{domain}}",
    DATABASE__HOST = "postgres.data.svc",
    DATABASE__PORT = 5432,
  }},
  volumes.config = {{ path = "/config", size = 5368709120 }},
  volumes.media = {{ path = "/media", size = 536870912000, mode = "ro" }},
  probe.path = "/ping",
  probe.after = 10,
}}
"""


class Language:
    """A project in one language, and where its mistakes and questions lie. An edit is the old text and the new one."""

    def __init__(self, ending, schema, service, whole, edits, questions, schema_edit):
        self.ending, self.schema, self.service, self.whole = ending, schema, service, whole
        self.edits, self.questions, self.schema_edit = edits, questions, schema_edit

    def path(self, number):
        return f"services/service-{number}.{self.ending}"

    def text(self, number):
        facts = dict(n=number, area=AREAS[number % 3], port=8000 + number, metrics=9000 + number)
        return self.service.format(**facts)

    def write(self, folder):
        (folder / "services").mkdir()
        (folder / f"schema.{self.ending}").write_text(self.schema)
        (folder / f"services/main.{self.ending}").write_text(self.whole)
        for number in range(SERVICES):
            (folder / self.path(number)).write_text(self.text(number))


LANGUAGES = {
    "rzp": Language(
        "rzp",
        RZP_SCHEMA,
        RZP_SERVICE,
        # Environment, tier, service, objects: what `rzp build` takes.
        "let all = import \"./*.rzp\"\n{ home.apps = { for (name, s) in all { \"\\(name)\" = [s.deployment, s.service] } } }\n",
        {
            "a key, text": ('area = "', 'area = = "'),
            "a key, types": ("number : Int = 1", 'number : Int = "1"'),
            "a key, evaluation": ("replicas = number", "replicas = number - 6"),
        },
        {
            "completion of a field": ("textDocument/completion", "  replicas = number\n", "  re\n", "  re"),
            "completion after a dot": ("textDocument/completion", "tags.blue", "tags.", "tags."),
            "hover": ("textDocument/hover", "", "", "  repl"),
            "definition": ("textDocument/definition", "", "", "let { Serv"),
        },
        ("replicas : Int & >=0", "replicas : String"),
    ),
    "nickel": Language(
        "ncl",
        NICKEL_SCHEMA,
        NICKEL_SERVICE,
        "{\n" + "".join(f'  service-{n} = import "./service-{n}.ncl",\n' for n in range(SERVICES)) + "}\n",
        {
            "a key, text": ("area = '", "area = = '"),
            "a key, types": ("number : Number = 1", 'number : Number = "1"'),
            "a key, evaluation": ("replicas = number", "replicas = number - 6"),
        },
        {
            "completion of a field": ("textDocument/completion", "  replicas = number,\n", "  re\n", "  re"),
            "completion after a dot": ("textDocument/completion", "tags.blue", "tags.", "tags."),
            "hover": ("textDocument/hover", "", "", "  repl"),
            "definition": ("textDocument/definition", "", "", "let { Serv"),
        },
        ("replicas | Count |", "replicas | String |"),
    ),
}


class Client:
    """An editor's side of the protocol."""

    def __init__(self, command, folder):
        env = dict(os.environ, XDG_CACHE_HOME=str(folder / "cache"))
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=folder, env=env
        )
        self.folder, self.numbers, self.versions = folder, 0, {}
        self.come = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        watching = {"dynamicRegistration": True}
        capabilities = {
            "workspace": {"didChangeWatchedFiles": watching, "configuration": True},
            "textDocument": {"publishDiagnostics": {"relatedInformation": True}},
        }
        root = folder.as_uri()
        folders = [{"uri": root, "name": "bench"}]
        self.ask(
            "initialize",
            dict(processId=os.getpid(), rootUri=root, workspaceFolders=folders, capabilities=capabilities),
        )
        self.tell("initialized", {})

    def listen(self):
        stream = self.process.stdout
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return self.come.put((time.perf_counter(), None))
            message = json.loads(stream.read(length))
            self.come.put((time.perf_counter(), message))

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def until(self, right):
        """Reads on until a message is right; gives it and when it came. What the server asks is granted."""
        deadline = time.perf_counter() + PATIENCE
        while True:
            at, message = self.come.get(timeout=max(0.0, deadline - time.perf_counter()))
            if message is None:
                raise EOFError("the server is gone")
            if "method" in message and "id" in message:
                items = message.get("params", {}).get("items")
                self.send({"id": message["id"], "result": items and [None] * len(items)})
            elif right(message):
                return at, message

    def ask(self, method, params):
        """The result, and how long it took."""
        self.numbers += 1
        number, begun = self.numbers, time.perf_counter()
        self.send({"id": number, "method": method, "params": params})
        at, message = self.until(lambda message: message.get("id") == number)
        if "error" in message:
            raise RuntimeError(message["error"])
        return message["result"], at - begun

    def uri(self, path):
        return (self.folder / path).as_uri()

    def open(self, path, text):
        self.versions[path] = 1
        document = {"uri": self.uri(path), "languageId": path.rsplit(".", 1)[1], "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def change(self, path, text):
        self.versions[path] += 1
        document = {"uri": self.uri(path), "version": self.versions[path]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def close(self, path):
        self.tell("textDocument/didClose", {"textDocument": {"uri": self.uri(path)}})

    def told(self, paths, wrong):
        """When the last of these files had come to be told as wrong, or as right."""
        waiting = {self.uri(path) for path in paths}

        def right(message):
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                errors = [one for one in params["diagnostics"] if one.get("severity", 1) == 1]
                if bool(errors) == wrong:
                    waiting.discard(params["uri"])
            return not waiting

        return self.until(right)[0]

    def timed_change(self, path, text, paths, wrong):
        begun = time.perf_counter()
        self.change(path, text)
        return self.told(paths, wrong) - begun

    def memory(self):
        """The most that the server and what it started have held, in megabytes."""
        parents, peaks = {}, {}
        for entry in pathlib.Path("/proc").iterdir():
            try:
                lines = (entry / "status").read_text().splitlines()
            except OSError:
                continue
            facts = dict(line.split(":", 1) for line in lines if ":" in line)
            if entry.name.isdigit() and "VmHWM" in facts:
                parents[int(entry.name)] = int(facts["PPid"])
                peaks[int(entry.name)] = int(facts["VmHWM"].split()[0])
        family = {self.process.pid}
        for _ in parents:
            family |= {child for child, parent in parents.items() if parent in family}
        return sum(peaks.get(member, 0) for member in family) / 1024

    def end(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.process.wait(timeout=10)


def sentinel(client, language):
    """Waits until a server is at rest: a mistake made now has been told, and its mending too."""
    path, text = language.path(0), language.text(0)
    old, new = language.edits["a key, evaluation"]
    client.timed_change(path, text.replace(old, new), [path], True)
    client.timed_change(path, text, [path], False)


def edits(client, language, times):
    for name, (old, new) in language.edits.items():
        for round in range(ROUNDS):
            path, text = language.path(round % SERVICES), language.text(round % SERVICES)
            assert old in text, old
            for wrong, now in [(True, text.replace(old, new)), (False, text)]:
                times.setdefault(name, []).append(client.timed_change(path, now, [path], wrong))


def questions(client, language, times):
    for name, (method, old, new, mark) in language.questions.items():
        for round in range(ROUNDS):
            path, text = language.path(round % SERVICES), language.text(round % SERVICES)
            asked = text.replace(old, new) if old else text
            client.change(path, asked)
            # What the change itself costs is measured above: here the server has had time for it.
            time.sleep(0.1)
            before = asked[: asked.index(mark) + len(mark)]
            position = {"line": before.count("\n"), "character": len(before.rsplit("\n", 1)[-1])}
            result, taken = client.ask(method, {"textDocument": {"uri": client.uri(path)}, "position": position})
            assert result, f"{name}: no answer"
            times.setdefault(name, []).append(taken)
            client.change(path, text)


def schema(client, language, times, name, watched):
    path, (old, new) = f"schema.{language.ending}", language.schema_edit
    assert old in language.schema
    for _ in range(SCHEMA_ROUNDS):
        for wrong, now in [(True, language.schema.replace(old, new)), (False, language.schema)]:
            times.setdefault(name, []).append(client.timed_change(path, now, watched, wrong))


def sitting(command, language):
    """The times of each kind of answer, and the memory at the end."""
    times = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder).resolve()
        language.write(folder)
        client = Client(command, folder)
        paths = [language.path(number) for number in range(SERVICES)]
        begun = time.perf_counter()
        for path in paths:
            client.open(path, (folder / path).read_text())
        client.open(f"schema.{language.ending}", language.schema)
        sentinel(client, language)
        times["all files opened"] = [time.perf_counter() - begun]
        edits(client, language, times)
        questions(client, language, times)
        sentinel(client, language)
        schema(client, language, times, "a key in the schema, all open", paths)
        for path in paths[1:]:
            client.close(path)
        try:
            sentinel(client, language)
            schema(client, language, times, "a key in the schema, one open", paths)
        except queue.Empty:
            # A server that says nothing of files that are closed.
            times.pop("a key in the schema, one open", None)
        memory = client.memory()
        client.end()
    return times, memory


def percentile(times, percent):
    times = sorted(times)
    return times[min(len(times) - 1, len(times) * percent // 100)] * 1000


def table(results):
    names = list(dict.fromkeys(name for times, _ in results.values() for name in times))
    print("| | " + " | ".join(f"{server} p50 | p95" for server in results) + " |")
    print("|---|" + "---:|---:|" * len(results))
    for name in names:
        cells = []
        for times, _ in results.values():
            own = times.get(name)
            cells += [f"{percentile(own, 50):.1f} ms", f"{percentile(own, 95):.1f} ms"] if own else ["–", "–"]
        print(f"| {name} | " + " | ".join(cells) + " |")
    print("| memory, with children | " + " | ".join(f"{memory:.0f} MB |" for _, memory in results.values()))


def main():
    global SERVICES
    results = {}
    for word in sys.argv[1:]:
        name, _, command = word.partition("=")
        if name == "services":
            SERVICES = int(command)
        elif name in LANGUAGES and command:
            command = [str(pathlib.Path(part).resolve()) if os.path.exists(part) else part for part in shlex.split(command)]
            results[name] = sitting(command, LANGUAGES[name])
        else:
            sys.exit(__doc__)
    if not results:
        sys.exit(__doc__)
    table(results)


if __name__ == "__main__":
    main()
