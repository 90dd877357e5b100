//! Services, routes, policies, scaling, rights and metrics.

use super::pods::WEB;
use super::{all, at, fate, has, lacks, named, one, text};
use rzp_lang::data::tree::Data;
use rzp_lang::lift::lift::Fate;

fn with(more: &str) -> String {
    format!("{WEB}---\n{more}")
}

#[test]
fn an_address_of_the_house_with_ports_of_udp() {
    let made = one(r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: names, namespace: network}
spec:
  selector: {matchLabels: {app: names}}
  template:
    metadata: {labels: {app: names}}
    spec:
      containers:
        - name: names
          image: ghcr.io/o/names:1.0.0
          ports:
            - {containerPort: 53, name: dns-udp, protocol: UDP}
            - {containerPort: 53, name: dns-tcp}
            - {containerPort: 67, name: dhcp, protocol: UDP}
---
apiVersion: v1
kind: Service
metadata: {name: names, namespace: network, annotations: {metallb.universe.tf/loadBalancerIPs: 10.0.0.53, metallb.universe.tf/allow-shared-ip: dns}}
spec:
  type: LoadBalancer
  selector: {app: names}
  ports:
    - {name: udp, port: 53, targetPort: 53, protocol: UDP}
    - {name: tcp, port: 53, targetPort: 53}
    - {name: dhcp, port: 6767, targetPort: dhcp, protocol: UDP}
"#);
    has(&made, &["dns-udp", "via = \"tcp\"", "addresses.names = \"10.0.0.53\"", "port = \"dns-tcp\""]);
    let ports = at(&made, "Service/names-lan", "spec.ports");
    assert_eq!(
        (text(named(ports, "dns-udp"), "protocol"), text(named(ports, "dns-tcp"), "protocol")),
        ("UDP".into(), "TCP".into())
    );
    assert_eq!(text(named(ports, "dhcp"), "port"), "Int(6767)");
    assert_eq!(
        *at(&made, "Service/names-lan", "metadata.annotations.metallb·universe·tf/allow-shared-ip"),
        Data::Str("dns".into())
    );
    let allowed = at(&made, "NetworkPolicy/names", "spec.ingress[0].ports");
    let Data::List(allowed) = allowed else { panic!("{allowed:?}") };
    let shown: Vec<String> =
        allowed.iter().map(|port| format!("{} {}", text(port, "port"), text(port, "protocol"))).collect();
    assert_eq!(shown, ["Int(53) TCP", "Int(67) UDP", "Int(53) UDP"]);
}

#[test]
fn a_service_of_another_name_stays_beside_the_librarys() {
    let made = one(&WEB
        .replace(
            "metadata: {name: notes, namespace: tools}\nspec:\n  selector",
            "metadata: {name: notes-web, namespace: tools}\nspec:\n  selector",
        )
        .replace("service: {name: notes,", "service: {name: notes-web,"));
    assert_eq!(*fate(&made, "Service/notes-web"), Fate::Carried);
    assert_eq!(text(at(&made, "Service/notes-web", "spec.ports[0]"), "targetPort"), "http");
    assert_eq!(at(&made, "Service/notes-web", "spec.selector"), at(&made, "Service/notes", "spec.selector"));
    has(&made, &["selector = s.selected"]);
}

#[test]
fn more_hosts_and_paths_are_laid_over_the_route() {
    let made = one(&WEB.replace(
        "    - host: notes.example.org\n",
        "    - host: old.example.com\n      http: {paths: [{path: /notes, pathType: Prefix, backend: {service: {name: notes, port: {number: 80}}}}]}\n    - host: notes.example.org\n",
    ));
    assert_eq!(*fate(&made, "Ingress/notes"), Fate::Overridden(vec!["spec.rules".to_owned(), "spec.tls".to_owned()]));
    let rules = at(&made, "Ingress/notes", "spec.rules");
    assert_eq!(
        (text(rules, "[0].http.paths[0].path"), text(rules, "[1].host")),
        ("/notes".to_owned(), "notes.example.org".to_owned())
    );
    assert_eq!(text(rules, "[0].http.paths[0].backend.service.port.number"), "Int(8080)");
}

#[test]
fn settings_of_a_controller_stay_on_its_ingress() {
    let annotated = "metadata: {name: notes, namespace: tools, annotations: {nginx.ingress.kubernetes.io/proxy-body-size: 1g, nginx.ingress.kubernetes.io/auth-url: https://auth.example.org, gethomepage.dev/name: Our Notes}}\nspec:\n  ingressClassName";
    let made = one(&WEB.replace("metadata: {name: notes, namespace: tools}\nspec:\n  ingressClassName", annotated));
    has(&made, &["title = \"Our Notes\""]);
    // It asks for a sign-in: so does the house.
    lacks(&made, &["auth = \"own\"", "auth-url"]);
    assert_eq!(
        *at(&made, "Ingress/notes", "metadata.annotations.nginx·ingress·kubernetes·io/proxy-body-size"),
        Data::Str("1g".into())
    );
}

const ROUTED: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers: [{name: shop, image: "ghcr.io/o/shop:1.0.0", ports: [{containerPort: 3000}, {containerPort: 4000, name: api}]}]
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec: {selector: {app: shop}, ports: [{name: web, port: 3000}, {name: api, port: 4000}]}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: shop, namespace: web}
spec:
  entryPoints: [websecure]
  routes:
    - match: Host(`shop.example.org`)
      kind: Rule
      middlewares: [{name: headers}]
      services: [{name: shop, port: 3000}]
    - match: Host(`shop.example.org`) && PathPrefix(`/api`)
      kind: Rule
      services: [{name: shop, port: api}]
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: headers, namespace: web}
spec: {headers: {frameDeny: true}}
"#;

#[test]
fn a_route_of_traefik_becomes_one_of_a_gateway() {
    let made = one(ROUTED);
    has(&made, &["expose.", "auth = \"own\""]);
    let rules = at(&made, "HTTPRoute/shop", "spec.rules");
    assert_eq!(text(rules, "[0].filters[0].extensionRef.name"), "headers");
    assert_eq!(
        (text(rules, "[1].matches[0].path.value"), text(rules, "[1].backendRefs[0].port")),
        ("/api".to_owned(), "Int(4000)".to_owned())
    );
    assert_eq!(*fate(&made, "Middleware/headers"), Fate::Carried);
    // The gateway may come to both ports.
    let into = at(&made, "NetworkPolicy/shop", "spec.ingress");
    let shown = format!("{into:?}");
    assert!(shown.contains("Int(4000)") && shown.contains("Int(3000)"), "{shown}");
}

#[test]
fn scaling_budgets_rights_and_metrics() {
    let made = one(&with(
        r#"
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: notes, namespace: tools}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: notes}
  minReplicas: 2
  maxReplicas: 5
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
  behavior: {scaleDown: {stabilizationWindowSeconds: 60}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: notes, namespace: tools}
spec: {minAvailable: 1, selector: {matchLabels: {app: notes}}}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: notes, namespace: tools, labels: {release: stack}}
spec:
  selector: {matchLabels: {app: notes}}
  endpoints: [{targetPort: 8080, path: /stats, honorLabels: true}]
"#,
    )
    .replace(
        "kind: Service\nmetadata: {name: notes, namespace: tools}",
        "kind: Service\nmetadata: {name: notes, namespace: tools, labels: {app: notes}}",
    ));
    has(&made, &["scale = { most = 5, cpu = 70 }", "replicas = 2", "metrics = { port = \"http\", path = \"/stats\" }"]);
    assert_eq!(
        text(at(&made, "HorizontalPodAutoscaler/notes", "spec"), "behavior.scaleDown.stabilizationWindowSeconds"),
        "Int(60)"
    );
    let budget = at(&made, "PodDisruptionBudget/notes", "spec");
    assert_eq!((text(budget, "minAvailable"), text(budget, "maxUnavailable")), ("Int(1)".to_owned(), String::new()));
    assert_eq!(*at(&made, "ServiceMonitor/notes", "spec.endpoints[0].honorLabels"), Data::Bool(true));
}

#[test]
fn rights_in_the_cluster_are_fields_and_those_in_a_namespace_objects() {
    let account = "    spec:\n      serviceAccountName: notes-account\n      containers:\n";
    let made = one(&with(
        r#"
apiVersion: v1
kind: ServiceAccount
metadata: {name: notes-account, namespace: tools, annotations: {example.org/role: writer}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: notes}
rules: [{apiGroups: [""], resources: [nodes], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: notes}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: notes}
subjects: [{kind: ServiceAccount, name: notes-account, namespace: tools}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: notes-maps, namespace: tools}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: notes-maps, namespace: tools}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: notes-maps}
subjects: [{kind: ServiceAccount, name: notes-account, namespace: tools}]
"#,
    )
    .replace("    spec:\n      containers:\n", account));
    has(&made, &["rights = [", "groups = [\"\"]", "verbs = [\"get\", \"list\"]"]);
    assert_eq!(*fate(&made, "ClusterRole/notes"), Fate::Reproduced);
    assert_eq!(*fate(&made, "RoleBinding/notes-maps"), Fate::Carried);
    assert_eq!(text(at(&made, "RoleBinding/notes-maps", "subjects[0]"), "name"), "notes");
    assert_eq!(*at(&made, "ServiceAccount/notes", "metadata.annotations.example·org/role"), Data::Str("writer".into()));
    assert_eq!(*at(&made, "Deployment/notes", "spec.template.spec.automountServiceAccountToken"), Data::Bool(true));
}

#[test]
fn policies_become_words_where_there_are_words() {
    let made = one(&with(
        r#"
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: notes, namespace: tools}
spec:
  podSelector: {matchLabels: {app: notes}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: traefik}}}]
      ports: [{port: 8080}]
    - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: robots}}}]
      ports: [{port: 8080}]
  egress:
    - to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
      ports: [{port: 53, protocol: UDP}]
    - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]
      ports: [{port: 443}]
    - to: [{ipBlock: {cidr: 10.1.0.0/16}}]
      ports: [{port: 22}]
    - to: [{podSelector: {matchLabels: {app: cache}}}]
      ports: [{port: 6379}]
"#,
    ));
    has(&made, &["internet = [443]", "networks.\"10.1.0.0/16\" = [22]"]);
    let out = format!("{:?}", at(&made, "NetworkPolicy/notes", "spec.egress"));
    assert!(out.contains("\"cache\"") && out.contains("Int(6379)"), "{out}");
    let into = format!("{:?}", at(&made, "NetworkPolicy/notes", "spec.ingress"));
    assert!(into.contains("\"robots\""), "{into}");
}

#[test]
fn services_of_one_run_want_each_other() {
    let cache = WEB.replace("notes", "cache").replace("8080", "6379");
    let caller = WEB.replace("TITLE, value: \"Our notes\"", "CACHE, value: \"redis://cache.tools.svc:80/0\"");
    let made = all(&[("cache/all.yaml", &cache), ("notes/all.yaml", &caller)]);
    let names: Vec<&str> = made.services.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["cache", "notes"]);
    has(&made.services[1], &["wants = [\"cache\"]", "# Lifted from notes/all.yaml."]);
    let out = format!("{:?}", at(&made.services[1], "NetworkPolicy/notes", "spec.egress"));
    assert!(out.contains("Int(6379)"), "{out}");
    let texts =
        WEB.replace("TITLE, value: \"Our notes\"", "URL, value: \"https://api.weather.org/v1, http://10.2.3.4:8123\"");
    has(&one(&texts), &["internet = [443]", "networks.\"10.2.3.4/32\" = [8123]"]);
}

#[test]
fn hosts_that_nothing_answers_for_are_told() {
    let made = one(&WEB.replace(
        "{name: TITLE, value: \"Our notes\"}",
        "{name: DB_HOST, value: mariadb.data.svc.cluster.local}\n            - {name: CACHE, value: \"redis://cache:6379/0\"}\n            - {name: SELF, value: \"http://notes:8080\"}",
    ));
    has(
        &made,
        &[
            "# - no way to `mariadb.data.svc.cluster.local`, `cache`, which nothing here answers for: add their services to",
        ],
    );
    lacks(&one(WEB), &["no way to"]);
}
