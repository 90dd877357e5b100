"""Records of Cloudflare's API as a zone file of octoDNS, and their values in parts."""

import json
import os
import re

# What octoDNS does not know of Cloudflare; it leaves these alone.
UNKNOWN = {"URI", "CERT", "DNSKEY", "SMIMEA"}
# octoDNS has other words for some parts.
WORDS = {
    "NAPTR": {"regex": "regexp"},
    "SSHFP": {"type": "fingerprint_type"},
    "TLSA": {"usage": "certificate_usage", "certificate": "certificate_association_data"},
}
HEXADECIMAL = {"digest", "fingerprint", "certificate"}
DOTTED = {"target", "replacement"}


def bare(name):
    """A name, small and without the dot at its end; the dot alone is the root."""
    return name if name == "." else name.lower().removesuffix(".")


def dotted(name):
    return bare(name).removesuffix(".") + "."


def full(record, zone):
    """A record as it is wanted, with its name in full and what it leaves out."""
    name = bare(record["name"])
    whole = zone if name == "@" else name if name == zone or name.endswith(f".{zone}") else f"{name}.{zone}"
    return {"ttl": 1, "proxied": False} | record | {"name": whole}


def number(value):
    return float(value) if isinstance(value, (int, float)) or re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) else value


def parted(kind, text):
    """The value that a plan shows, in its parts where it has some: `priority=1 target=a.example.com`."""
    if kind in ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT"):
        return text
    found = re.findall(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|\S*)', text)
    return {name: number(json.loads(value) if value.startswith('"') else value) for name, value in found}


def value(record):
    """The value of a record that the client reads, likewise."""
    if record.get("data"):
        return {name: number(plain(record["type"], name, part)) for name, part in record["data"].items()}
    return unquoted(record["content"]) if record["type"] == "TXT" else record["content"]


def plain(kind, name, part):
    """A part as a plan shows it: the service ends some names with a dot, and what a service can do is shown without quotes."""
    if kind in ("HTTPS", "SVCB", "NAPTR") and name in DOTTED:
        return bare(part)
    return part.replace('"', "") if kind in ("HTTPS", "SVCB") and name == "value" else part


def unquoted(text):
    if not text.startswith('"'):
        return text
    return "".join(re.sub(r"\\(.)", r"\1", part) for part in re.findall(r'"((?:[^"\\]|\\.)*)"', text))


def entry(record):
    """One value as a zone file has it."""
    kind = record["type"]
    if kind == "TXT":
        # octoDNS reads a text as it stands between the quotes, with its escapes, and adds its own to semicolons.
        return re.sub(r'(["\\])', r"\\\1", unquoted(record["content"])).replace(";", "\\;")
    if kind in ("HTTPS", "SVCB"):
        data = record["data"]
        given = [part.partition("=") for part in data["value"].replace('"', "").split()]
        lists = {name: (text if name == "port" else text.split(",")) if equal else None for name, equal, text in given}
        return {"svcpriority": int(data["priority"]), "targetname": dotted(data["target"]), "svcparams": lists}
    if kind == "MX":
        return {"exchange": dotted(record["content"]), "preference": int(record["priority"])}
    if kind in ("CNAME", "NS", "PTR"):
        return dotted(record["content"])
    if not record.get("data"):
        return record["content"].lower()
    parts = {}
    for name, part in record["data"].items():
        whole = int(part) if isinstance(part, float) and part.is_integer() else part
        whole = dotted(whole) if name in DOTTED else whole.lower() if name in HEXADECIMAL else whole
        parts[WORDS.get(kind, {}).get(name, name)] = whole
    return parts


def text(records, zone):
    """A zone file of these; JSON is YAML too. Names have to be sorted."""
    names = {}
    for record in records:
        if record["type"] in UNKNOWN:
            continue
        short = "" if record["name"] == zone else record["name"].removesuffix(f".{zone}")
        names.setdefault(short, {}).setdefault(record["type"], []).append(record)
    whole = {}
    for name, kinds in names.items():
        whole[name] = []
        for kind, of in kinds.items():
            first = of[0]
            said = {"proxied": True, "auto-ttl": True} if first.get("proxied") else {"auto-ttl": True} if first["ttl"] == 1 else {}
            said |= {"comment": first["comment"]} if first.get("comment") else {}
            ttl = 300 if first["ttl"] == 1 else int(first["ttl"])
            values = [entry(one) for one in of]
            one = {"value": values[0]} if kind in ("CNAME", "PTR") else {"values": values}
            # A backslash before a semicolon counts as a mistake where octoDNS is not told to be lenient.
            lenient = {"lenient": True} if kind == "TXT" and any("\\\\\\;" in value for value in values) else {}
            whole[name].append({"octodns": {"cloudflare": said, **lenient}, "ttl": ttl, "type": kind, **one})
    return json.dumps(whole, indent=1, sort_keys=True)


def config(folder, zone, **settings):
    """What octoDNS is told: where the zone file is, and where Cloudflare is."""
    provider = {
        "class": "octodns_cloudflare.CloudflareProvider",
        "token": os.environ["CLOUDFLARE_API_TOKEN"],
        "api_url": os.environ["RZP_CLOUDFLARE_URL"],
        "pagerules": False,
        "min_ttl": 60,
        **settings,
    }
    source = {"class": "octodns.provider.yaml.YamlProvider", "directory": str(folder), "default_ttl": 300, "enforce_order": False}
    return json.dumps({"providers": {"config": source, "cf": provider}, "zones": {f"{zone}.": {"sources": ["config"], "targets": ["cf"]}}})
