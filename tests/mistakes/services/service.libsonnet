// A small library of services, as users of Jsonnet write one: an object to start from, asserts for what
// is given, and the Deployment that is made of it.
{
  local lib = self,
  local small = std.stringChars('abcdefghijklmnopqrstuvwxyz0123456789-'),
  local isName(text) = std.all([std.member(small, c) for c in std.stringChars(text)]),
  local isQuantity(text) = std.member(['', 'Ki', 'Mi', 'Gi', 'Ti', 'k', 'M', 'G', 'T', 'm'], std.lstripChars(text, '0123456789')),
  local isPort(n) = n >= 1 && n <= 65535,
  local exclusive(volume) = !('share' in volume) && std.get(volume, 'access', 'ReadWriteOnce') == 'ReadWriteOnce',

  Service: {
    local service = self,
    name: error 'a service needs a name',
    image: error 'a service needs an image: `image: ...`',
    kind: 'Deployment',
    replicas: 1,
    ports: {},
    variables: {},
    volumes: {},
    files: {},
    health: { path: '/', startup_seconds: 30 },
    expose: {},
    needs: [],
    secrets: [],
    secret_files: {},
    assert isName(service.name) : 'a name is made of small letters, digits and dashes: `%s`' % service.name,
    assert std.length(std.findSubstr(':', service.image)) > 0 : '`%s` needs a tag, such as `ghcr.io/o/web:1.2.3`' % service.image,
    assert std.member(['Deployment', 'StatefulSet'], service.kind) : 'a kind is Deployment or StatefulSet, not `%s`' % service.kind,
    assert std.all([isPort(port) for port in std.objectValues(service.ports)]) : 'the ports of %s lie between 1 and 65535' % service.name,
    assert std.all([
      isQuantity(volume.size)
      for volume in std.objectValues(service.volumes)
      if 'size' in volume
    ]) : 'the size of a volume is a number and one of Ki, Mi, Gi, Ti, k, M, G, T, m',
    assert service.kind == 'StatefulSet' || service.replicas < 2 || !std.any(std.map(exclusive, std.objectValues(service.volumes))) :
           '%s has %d pods and a claim that only one can hold: use a StatefulSet, or `access: "ReadWriteMany"`' % [service.name, service.replicas],
    assert std.all([port in service.ports for port in std.objectFields(service.expose)]) :
           '%s exposes a port that is none of its own: %s' % [service.name, std.objectFields(service.ports)],
    assert std.all([std.member(service.secrets, key) for key in std.objectValues(service.secret_files)]) :
           "a file is to hold a key that is none of %s's secrets: %s" % [service.name, service.secrets],
  },

  fleet(services): {
    local known(need) =
      local parts = std.split(need, '.');
      parts[0] in services && (std.length(parts) == 1 || parts[1] in services[parts[0]].ports),
    local ports = [name + '.' + port for name in std.objectFields(services) for port in std.objectFields(services[name].ports)],
    [name]:
      local service = services[name];
      assert service.name == name : 'the field `%s` holds the service `%s`: give both one name' % [name, service.name];
      assert std.all([known(need) for need in service.needs]) :
             '%s needs something that is none of %s' % [name, std.join(', ', ports)];
      lib.deployment(service)
    for name in std.objectFields(services)
  },

  environment(name, addresses): {
    local last(address) = std.parseInt(std.split(address, '.')[3]),
    local values = std.objectValues(addresses),
    assert std.all([last(address) >= 200 && last(address) <= 209 for address in values]) :
           'an address of %s is not in the pool of load balancers, 10.0.0.200 to 10.0.0.209: %s' % [name, addresses],
    assert std.length(std.set(values)) == std.length(values) : 'two services of %s have one address: %s' % [name, addresses],
    name: name,
    addresses: addresses,
  },

  secret(name, keys): { [key]: { secretKeyRef: { name: name, key: key } } for key in keys },

  shares: { media: '10.0.0.5:/tank/media', backup: '10.0.0.5:/tank/backup' },

  deployment(service): {
    kind: service.kind,
    metadata: { name: service.name },
    spec: {
      replicas: service.replicas,
      template: { spec: {
        containers: [{
          image: service.image,
          ports: service.ports,
          env: std.mapWithKey(function(name, value) if std.isObject(value) then value else std.toString(value), service.variables),
          readinessProbe: service.health,
          files: service.files,
          secrets: service.secret_files,
        }],
        volumes: std.mapWithKey(
          function(name, volume) if 'share' in volume then { nfs: lib.shares[volume.share] } else { claim: volume.size },
          service.volumes
        ),
      } },
    },
    ingress: service.expose,
  },
}
