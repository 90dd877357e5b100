"""The official schemas as Prism can use them: unpacked, and mended where they say otherwise than the service does.

usage: mended.py FOLDER OUT: reads FOLDER/{pve,cloudflare}-openapi.json.gz, writes OUT/{pve,cloudflare}.json
"""

import gzip
import json
import pathlib
import sys

# The service answers with null here; the schemas know no null.
NULL = {"comment", "deleted_at", "conns_active_at", "conns_inactive_at"}
# The service sets these itself; the schemas of rules ask for them in requests too, having one schema for both ways.
GIVEN = {"version", "last_updated"}
# The last ingress rule of a tunnel has no hostname; the schemas ask for one in each.
RULE = {"hostname", "service"}
# The pattern for actions of rules has no underscore; half of the actions that the schemas themselves list have one.
ACTION, ACTIONS = "^[a-z]+$", "^[a-z_]+$"
# A dot in the place of a mail server says that there is none (RFC 7505). The service takes it; it is no hostname to the schemas.
NO_MAIL = {"enum": ["."], "type": "string"}


def walk(node):
    if isinstance(node, dict):
        for name, schema in (node.get("properties") or {}).items():
            if name in NULL and isinstance(schema, dict):
                schema["nullable"] = True
        if isinstance(node.get("required"), list):
            dropped = {"hostname"} if set(node["required"]) == RULE else GIVEN
            node["required"] = [name for name in node["required"] if name not in dropped]
            if not node["required"]:
                del node["required"]
        for value in node.values():
            walk(value)
    elif isinstance(node, list):
        for value in node:
            walk(value)


def mend_parts(schemas):
    """What is wrong in one place alone; each is as the official schemas have it, or needs another look."""
    action = schemas["rulesets_RuleAction"]
    assert action["pattern"] == ACTION, action
    action["pattern"] = ACTIONS
    mail = schemas["dns-records_MXRecord"]["allOf"][0]["properties"]
    assert mail["content"]["format"] == "hostname", mail["content"]
    mail["content"] = {"anyOf": [mail["content"], NO_MAIL]}


def main(folder, out):
    for name in ("pve", "cloudflare"):
        schema = json.load(gzip.open(pathlib.Path(folder, f"{name}-openapi.json.gz")))
        if name == "cloudflare":
            walk(schema)
            mend_parts(schema["components"]["schemas"])
        pathlib.Path(out, f"{name}.json").write_text(json.dumps(schema))


main(*sys.argv[1:])
