"""Cloudflare's own client for Python against the simulator: create, read, update, delete."""

import os
import sys

import cloudflare

cf = cloudflare.Cloudflare(api_token=os.environ["CLOUDFLARE_API_TOKEN"], base_url=os.environ["RZP_CLOUDFLARE_URL"], max_retries=0)


def refused(status, code, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except cloudflare.APIStatusError as told:
        codes = [error["code"] for error in told.body["errors"]]
        assert (told.status_code, codes) == (status, [code]), (told.status_code, told.body)
        return
    sys.exit(f"{code} was not told")


def records(zone):
    before = {record.id: record for record in cf.dns.records.list(zone_id=zone)}
    assert {"A", "CNAME", "MX", "TXT"} <= {record.type for record in before.values()}
    made = cf.dns.records.create(zone_id=zone, type="A", name="a.example.com", content="198.51.100.4", ttl=1, comment="rzp1:home:1")
    assert made.name == "a.example.com" and made.proxied is False
    refused(400, 81058, cf.dns.records.create, zone_id=zone, type="A", name="a.example.com", content="198.51.100.4", ttl=1)
    refused(400, 9005, cf.dns.records.create, zone_id=zone, type="A", name="b.example.com", content="nowhere", ttl=1)
    edited = cf.dns.records.edit(made.id, zone_id=zone, type="A", name="a.example.com", ttl=1, proxied=True)
    assert edited.proxied is True and edited.comment == "rzp1:home:1"
    put = cf.dns.records.update(made.id, zone_id=zone, type="A", name="a.example.com", content="198.51.100.5", ttl=300)
    assert (put.content, put.ttl, put.comment) == ("198.51.100.5", 300, None)
    done = cf.dns.records.batch(zone_id=zone, deletes=[{"id": made.id}], posts=[
        {"type": "CNAME", "name": "a.example.com", "content": "b.example.net", "ttl": 1},
        {"type": "SRV", "name": "_sip._tcp.example.com", "ttl": 1, "data": {"priority": 1, "weight": 5, "port": 5060, "target": "sip.example.com"}},
        {"type": "CAA", "name": "example.com", "ttl": 1, "data": {"flags": 0, "tag": "issue", "value": "letsencrypt.org"}},
        {"type": "HTTPS", "name": "h.example.com", "ttl": 1, "data": {"priority": 1, "target": ".", "value": 'alpn="h3"'}},
    ])
    assert len(done.posts) == 4 and len(done.deletes) == 1
    names = [record.name for record in cf.dns.records.list(zone_id=zone, type="CNAME", comment={"absent": "true"})]
    assert "a.example.com" in names
    # Pages of two, one after the other.
    assert len(list(cf.dns.records.list(zone_id=zone, per_page=5))) == len(before) + 4
    for record in done.posts:
        cf.dns.records.delete(record.id, zone_id=zone)
    assert {record.id: record for record in cf.dns.records.list(zone_id=zone)} == before
    refused(404, 81044, cf.dns.records.get, made.id, zone_id=zone)


def tunnels(account):
    client = cf.zero_trust.tunnels.cloudflared
    made = client.create(account_id=account, name="rzp-home-edge", config_src="cloudflare")
    refused(409, 1013, client.create, account_id=account, name="rzp-home-edge")
    ingress = [{"hostname": "a.example.com", "service": "http://a"}, {"service": "http_status:404"}]
    before = client.configurations.get(made.id, account_id=account)
    after = client.configurations.update(made.id, account_id=account, config={"ingress": ingress})
    assert after.version == before.version + 1
    assert client.token.get(made.id, account_id=account)
    assert [tunnel.id for tunnel in client.list(account_id=account, is_deleted=False, name="rzp-home-edge")] == [made.id]
    client.delete(made.id, account_id=account)
    assert list(client.list(account_id=account, is_deleted=False)) == []


def rules(zone):
    phase = "http_request_firewall_custom"
    refused(404, 10003, cf.rulesets.phases.get, phase, zone_id=zone)
    rule = {"ref": "rzp1-a", "expression": 'http.host eq "a.example.com"', "action": "block"}
    cf.rulesets.phases.update(phase, zone_id=zone, rules=[rule])
    made = cf.rulesets.phases.get(phase, zone_id=zone)
    names = lambda: [rule.ref for rule in cf.rulesets.get(made.id, zone_id=zone).rules]
    cf.rulesets.rules.create(made.id, zone_id=zone, ref="rzp1-b", expression="false", action="block")
    assert names() == ["rzp1-a", "rzp1-b"]
    cf.rulesets.rules.edit(made.rules[0].id, ruleset_id=made.id, zone_id=zone, expression="true", action="log")
    cf.rulesets.rules.delete(made.rules[0].id, ruleset_id=made.id, zone_id=zone)
    assert names() == ["rzp1-b"]
    cf.rulesets.delete(made.id, zone_id=zone)


assert cf.user.tokens.verify().status == "active"
zone = next(zone for zone in cf.zones.list(name="example.com"))
records(zone.id)
tunnels(zone.account.id)
rules(zone.id)
refused(403, 9109, cf.dns.records.list, zone_id="f" * 32)
print("cloudflare: records, batches, tunnels, rules")
