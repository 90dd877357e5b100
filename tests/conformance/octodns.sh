#!/usr/bin/env bash
# octoDNS, which other people wrote, keeps a zone of the simulator: what it writes it finds again, so that its second plan
# is empty, and what it wants no more it takes away.
#
# usage: octodns.sh OCTODNS-SYNC; the simulator is in the environment
set -euo pipefail
sync=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/zones"

cat > "$work/config.yaml" <<YAML
providers:
  config: {class: octodns.provider.yaml.YamlProvider, directory: $work/zones, default_ttl: 300}
  cf:
    class: octodns_cloudflare.CloudflareProvider
    token: $CLOUDFLARE_API_TOKEN
    api_url: $RZP_CLOUDFLARE_URL
    pagerules: false
    retry_count: 2
    retry_period: 1
    min_ttl: 60
zones:
  example.com.: {sources: [config], targets: [cf]}
YAML

plan() { "$sync" --quiet --config-file "$work/config.yaml" "$@" 2>&1; }

# All types that both sides know; the keys have to be sorted.
#
# Quotes within a text are left out: octoDNS escapes them when it writes, and does not take that back when it reads, so it finds
# another text than it wrote and writes it again at each run. A backslash it leaves as it is, so that it has to be given as it
# stands in a zone file, as two; and none may end a text, which octoDNS would cut into strings without end.
cat > "$work/zones/example.com.yaml" <<'YAML'
---
'':
  - octodns: {cloudflare: {auto-ttl: true, proxied: true}}
    type: A
    value: 198.51.100.10
  - type: CAA
    values: [{flags: 0, tag: issue, value: letsencrypt.org}]
  - type: MX
    values: [{exchange: mail.example.net., preference: 10}]
_25._tcp:
  type: TLSA
  value: {certificate_association_data: 0d6fce13243aa7, certificate_usage: 3, matching_type: 1, selector: 1}
_sip._tcp:
  type: SRV
  values:
    - {port: 5060, priority: 1, target: sip.example.com., weight: 5}
    - {port: 5061, priority: 2, target: sip.example.com., weight: 5}
a:
  - type: A
    values: [198.51.100.4, 198.51.100.5]
  - type: AAAA
    value: 2001:db8::4
alias:
  type: HTTPS
  value: {svcpriority: 0, targetname: www.example.com.}
h3:
  type: HTTPS
  values:
    - {svcparams: {alpn: [h3, h2], ipv4hint: [192.0.2.11]}, svcpriority: 1, targetname: .}
    - {svcparams: {alpn: [h2], no-default-alpn: null, port: '8443'}, svcpriority: 2, targetname: www.example.com.}
host:
  type: SSHFP
  value: {algorithm: 4, fingerprint: bf6b6825d2977c511a475bbefb88aad54a92ac73, fingerprint_type: 1}
mute:
  type: MX
  value: {exchange: ., preference: 0}
phone:
  type: NAPTR
  values:
    - {flags: S, order: 10, preference: 1, regexp: '', replacement: _sip._tcp.example.com., service: SIP+D2T}
    - {flags: U, order: 20, preference: 1, regexp: '!^.*$!sip:info@example.com!', replacement: ., service: SIP+D2U}
sub:
  type: NS
  values: [ns1.example.net., ns2.example.net.]
svc:
  type: SVCB
  value: {svcparams: {alpn: [dot]}, svcpriority: 1, targetname: dns.example.net.}
text:
  type: TXT
  values: ['two words', 'v=one\; two\;', 'back\\slash\\ \; end']
www:
  type: CNAME
  value: example.com.
YAML
# Of a long text the service makes several strings, the first of which ends within an escape of octoDNS' own.
printf "wwww:\n  type: TXT\n  value: '%s\\\\;%s'\n" "$(printf 'x%.0s' {1..254})" "$(printf 'y\\; z%.0s' {1..120})" >> "$work/zones/example.com.yaml"
plan --doit --force > "$work/first" || { cat "$work/first"; exit 1; }
for _ in once again; do
    plan > "$work/second" || { cat "$work/second"; exit 1; }
    grep -q 'No changes were planned' "$work/second" || { echo 'octoDNS plans changes of what it has just written:'; cat "$work/second"; exit 1; }
done

printf -- "---\nwww:\n  type: CNAME\n  value: example.net.\n" > "$work/zones/example.com.yaml"
plan --doit --force > "$work/third" || { cat "$work/third"; exit 1; }
plan > "$work/fourth"
grep -q 'No changes were planned' "$work/fourth" || { echo 'octoDNS does not find what it has taken away gone:'; cat "$work/fourth"; exit 1; }
echo 'octodns: a zone of thirteen types written, found again, and taken away'
