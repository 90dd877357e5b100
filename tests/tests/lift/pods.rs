//! Workloads, containers, probes, amounts and what pods may do.

use super::{at, fate, has, lacks, named, one, text};
use rzp_lang::data::tree::Data;
use rzp_lang::lift::lift::Fate;

/// A web application as most manifests have it.
pub const WEB: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata:
  name: notes
  namespace: tools
  labels: {app: notes}
spec:
  selector: {matchLabels: {app: notes}}
  template:
    metadata: {labels: {app: notes}}
    spec:
      containers:
        - name: app
          image: ghcr.io/o/notes:2.1.0
          ports: [{containerPort: 8080}]
          env:
            - {name: PORT, value: "8080"}
            - {name: DEBUG, value: "false"}
            - {name: TITLE, value: "Our notes"}
          resources:
            requests: {cpu: 50m, memory: 256Mi}
            limits: {memory: 1Gi}
          securityContext: {runAsUser: 1000, runAsNonRoot: true, readOnlyRootFilesystem: true}
          readinessProbe: {httpGet: {path: /healthz, port: 8080}, timeoutSeconds: 3}
          livenessProbe: {httpGet: {path: /healthz, port: 8080}, initialDelaySeconds: 30, failureThreshold: 20}
---
apiVersion: v1
kind: Service
metadata: {name: notes, namespace: tools}
spec:
  selector: {app: notes}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: notes, namespace: tools}
spec:
  ingressClassName: traefik
  rules:
    - host: notes.example.org
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: notes, port: {number: 80}}}}
"#;

#[test]
fn a_web_application_is_a_few_lines() {
    let made = one(WEB);
    has(
        &made,
        &[
            "WebApp with {",
            "name = \"notes\"",
            "area = \"tools\"",
            "ports.http = 8080",
            "health = {",
            "path = \"/healthz\"",
        ],
    );
    has(&made, &["PORT = 8080", "DEBUG = false", "profile = \"medium\"", "user = 1000", "expose.http.auth = \"own\""]);
    lacks(&made, &["tier", "kind =", "replicas", "waive = {", "host =", "startup_seconds = 150"]);
    // A user that nodes may have too is all that the rules do not like of it.
    has(&made, &["waive.high_user = \"as in its manifests: "]);
    assert_eq!(*fate(&made, "Ingress/notes"), Fate::Reproduced);
    assert_eq!(*at(&made, "Ingress/notes", "spec.rules[0].host"), Data::Str("notes.example.org".into()));
    // Others may call port 80: it stays beside the port's own number.
    assert_eq!(*fate(&made, "Service/notes"), Fate::Overridden(vec!["spec.ports[http-80]".to_owned()]));
    assert_eq!(*at(&made, "Service/notes", "spec.ports[1].port"), Data::Int(80));
}

#[test]
fn the_library_is_never_less_patient_than_the_manifests() {
    let made = one(WEB);
    has(&made, &["startup_seconds = 230"]);
    let container = at(&made, "Deployment/notes", "spec.template.spec.containers[0]");
    assert_eq!(text(container, "livenessProbe.failureThreshold"), "Int(20)");
    assert_eq!(text(container, "readinessProbe.timeoutSeconds"), "Int(5)");
    assert_eq!(text(container, "livenessProbe.httpGet.port"), "http");
}

#[test]
fn what_the_manifests_leave_open_is_waived_and_said() {
    let bare = WEB
        .replace("securityContext: {runAsUser: 1000, runAsNonRoot: true, readOnlyRootFilesystem: true}", "tty: true");
    let made = one(&bare);
    has(
        &made,
        &[
            "its manifests leave the user to the image",
            "its manifests leave the root file system writable",
            "# Stricter than the manifests:",
            "capabilities = [\"CHOWN\"",
        ],
    );
    let context = at(&made, "Deployment/notes", "spec.template.spec.securityContext");
    assert_eq!(text(context, "runAsUser"), "");
    let container = at(&made, "Deployment/notes", "spec.template.spec.containers[0]");
    assert_eq!(
        (text(container, "securityContext.readOnlyRootFilesystem"), text(container, "tty")),
        ("Bool(false)".into(), "Bool(true)".into())
    );
}

#[test]
fn users_that_the_library_has_no_word_for_stay() {
    let made = one(&WEB.replace("runAsUser: 1000", "runAsUser: 568"));
    lacks(&made, &["\n  user ="]);
    let context = at(&made, "Deployment/notes", "spec.template.spec.securityContext");
    assert_eq!((text(context, "runAsUser"), text(context, "fsGroup")), ("Int(568)".to_owned(), "Int(568)".to_owned()));
    let root = one(&WEB.replace("runAsUser: 1000, runAsNonRoot: true", "runAsUser: 0"));
    has(&root, &["waive.run_as_non_root = \"its manifests run it as root\""].map(|_| "its manifests run it as root"));
}

#[test]
fn amounts_are_those_of_a_profile_or_their_own() {
    let made = one(&WEB.replace(
        "requests: {cpu: 50m, memory: 256Mi}\n            limits: {memory: 1Gi}",
        "limits: {cpu: 2, memory: 3Gi, gpu.intel.com/i915: 1}",
    ));
    has(
        &made,
        &["cpu = 2", "memory = 3Gi", "most = 3Gi", "devices.\"gpu.intel.com/i915\" = 1", "has no limit on processors"],
    );
    let resources = at(&made, "Deployment/notes", "spec.template.spec.containers[0].resources");
    assert_eq!(
        (text(resources, "requests.memory"), text(resources, "limits.memory")),
        ("3Gi".to_owned(), "3Gi".to_owned())
    );
    let free = one(&WEB.replace(
        "requests: {cpu: 50m, memory: 256Mi}\n            limits: {memory: 1Gi}",
        "requests: {memory: 200Mi}",
    ));
    has(&free, &["it had no limit: see what it uses"]);
}

const FULL: &str = r#"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: data}
spec:
  serviceName: db
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata:
      labels: {app: db, backup: "true"}
      annotations: {example.org/owner: home, prometheus.io/scrape: "true", prometheus.io/port: "9187"}
    spec:
      terminationGracePeriodSeconds: 90
      nodeSelector: {kubernetes.io/arch: amd64}
      tolerations: [{key: dedicated, operator: Exists}]
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: db}}}
      initContainers:
        - name: own
          image: docker.io/library/busybox:1.37
          command: [sh, -c, "chown -R 70:70 /seed"]
          securityContext: {runAsUser: 0}
          volumeMounts: [{name: data, mountPath: /seed, subPath: pg}]
      containers:
        - name: exporter
          image: quay.io/o/exporter:1.0.0
          ports: [{containerPort: 9187, name: metrics}]
        - name: db
          image: postgres:16
          args: ["-c", "max_connections=50"]
          ports: [{containerPort: 5432, name: pg}]
          livenessProbe: {exec: {command: [pg_isready]}, periodSeconds: 10}
          lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
          volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data, subPath: pg}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432, targetPort: pg, name: pg}]}
"#;

#[test]
fn a_stateful_set_keeps_all_that_it_says() {
    let made = one(FULL);
    has(
        &made,
        &[
            "kind = \"StatefulSet\"",
            "image = \"docker.io/library/postgres:16\"",
            "ports.pg = 5432",
            "command = [\"pg_isready\"]",
            "grace_seconds = 90",
            "sidecars.exporter = {",
            "before.own = {",
            "volumes.data = { path = \"/var/lib/postgresql/data\", size = 10Gi }",
            "provides.classes.\"default\".name = \"fast\"",
            "matchLabels = s.selected",
        ],
    );
    let spec = at(&made, "StatefulSet/db", "spec.template.spec");
    assert_eq!(text(spec, "nodeSelector.kubernetes\u{b7}io/arch"), "amd64");
    assert_eq!(text(spec, "tolerations[0].key"), "dedicated");
    let main = named(super::inside(spec, "containers").unwrap_or(&Data::Null), "db");
    assert_eq!(text(main, "lifecycle.preStop.exec.command[0]"), "sleep");
    let mount = named(super::inside(main, "volumeMounts").unwrap_or(&Data::Null), "data");
    assert_eq!(text(mount, "subPath"), "pg");
    let own = super::inside(spec, "initContainers[0]").unwrap_or(&Data::Null);
    assert_eq!(text(own, "securityContext.runAsUser"), "Int(0)");
    let metadata = at(&made, "StatefulSet/db", "spec.template.metadata");
    assert_eq!(
        (text(metadata, "labels.backup"), text(metadata, "annotations.example\u{b7}org/owner")),
        ("true".to_owned(), "home".to_owned())
    );
    assert_eq!(text(at(&made, "ServiceMonitor/db", "spec.endpoints[0]"), "port"), "metrics");
}

#[test]
fn a_daemon_set_may_look_into_its_node() {
    let made = one(r#"
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: watch}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      hostNetwork: true
      hostPID: true
      containers:
        - name: agent
          image: ghcr.io/o/agent:1.0.0
          securityContext: {privileged: true}
          ports: [{containerPort: 9100, hostPort: 9100}]
          volumeMounts:
            - {name: root, mountPath: /host, readOnly: true, mountPropagation: HostToContainer}
        - name: reader
          image: ghcr.io/o/reader:1.0.0
      volumes:
        - {name: root, hostPath: {path: /, type: Directory}}
"#);
    has(
        &made,
        &[
            "kind = \"DaemonSet\"",
            "host = \"/\"",
            "read_only = true",
            "host_network",
            "host_pid",
            "sensitive_host_mount",
        ],
    );
    has(&made, &["privileged = \"its manifests give it all rights of the node\""]);
    let spec = at(&made, "DaemonSet/agent", "spec.template.spec");
    assert_eq!((text(spec, "hostPID"), text(spec, "hostNetwork")), ("Bool(true)".to_owned(), "Bool(true)".to_owned()));
    let containers = super::inside(spec, "containers").unwrap_or(&Data::Null);
    assert_eq!(text(named(containers, "agent"), "securityContext.privileged"), "Bool(true)");
    assert_eq!(text(named(containers, "reader"), "securityContext.privileged"), "");
    assert_eq!(text(named(containers, "reader"), "volumeMounts"), text(named(containers, "reader"), "volumeMounts"));
    let volumes = super::inside(spec, "volumes").unwrap_or(&Data::Null);
    assert_eq!(text(named(volumes, "root"), "hostPath.type"), "Directory");
}

#[test]
fn a_cron_job_alone_is_a_task() {
    let made = one(r#"
apiVersion: batch/v1
kind: CronJob
metadata: {name: sweep, namespace: tools}
spec:
  schedule: "0 4 * * *"
  timeZone: Europe/Zurich
  suspend: true
  jobTemplate:
    spec:
      backoffLimit: 5
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: sweep
              image: docker.io/library/busybox:1.37
              command: [sh, -c]
              args: ["find /data -mtime +7 -delete"]
"#);
    has(&made, &["CronTask with {", "schedule = \"0 4 * * *\"", "args = [\"find /data -mtime +7 -delete\"]"]);
    lacks(&made, &["metrics", "health", "kind ="]);
    assert_eq!(*at(&made, "CronJob/sweep", "spec.suspend"), Data::Bool(true));
    assert_eq!(*at(&made, "CronJob/sweep", "spec.jobTemplate.spec.backoffLimit"), Data::Int(5));
    assert_eq!(*at(&made, "CronJob/sweep", "spec.timeZone"), Data::Str("Europe/Zurich".into()));
}

#[test]
fn an_image_that_moves_stays_as_an_override_until_its_version_is_named() {
    let made = one(&WEB.replace("ghcr.io/o/notes:2.1.0", "linuxserver/notes"));
    has(&made, &["image = \"docker.io/linuxserver/notes:unpinned\"", "name the version that runs here", "latest_tag"]);
    let container = at(&made, "Deployment/notes", "spec.template.spec.containers[0]");
    assert_eq!(text(container, "image"), "docker.io/linuxserver/notes");
    assert_eq!(text(container, "imagePullPolicy"), "Always");
}

#[test]
fn jobs_belong_to_the_service_that_they_work_for() {
    let with_job = format!(
        "{WEB}---\n{}",
        r#"
apiVersion: batch/v1
kind: CronJob
metadata: {name: notes-tidy, namespace: tools}
spec:
  schedule: "5 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: tidy, image: "ghcr.io/o/notes:2.1.0", command: [notes, tidy], env: [{name: LEVEL, value: "2"}]}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: notes-migrate, namespace: tools, annotations: {argocd.argoproj.io/hook: PreSync}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: "ghcr.io/o/migrate:1.0.0"}]
"#
    );
    let made = one(&with_job);
    has(
        &made,
        &[
            "tidy = {",
            "schedule = \"5 * * * *\"",
            "hook = \"PreSync\"",
            "image = \"ghcr.io/o/migrate:1.0.0\"",
            "LEVEL = 2",
        ],
    );
    assert_eq!(
        text(at(&made, "CronJob/notes-tidy", "spec.jobTemplate.spec.template.spec.containers[0]"), "image"),
        "ghcr.io/o/notes:2.1.0"
    );
    assert_eq!(
        text(at(&made, "Job/notes-migrate", "spec.template.spec.containers[0]"), "image"),
        "ghcr.io/o/migrate:1.0.0"
    );
}

#[test]
fn a_digest_stands_for_a_tag_that_moves() {
    let digest = format!("sha256:{}", "4d81614008d8e19f".repeat(4));
    let made = one(&WEB.replace("notes:2.1.0", &format!("notes:latest@{digest}")));
    has(&made, &[&format!("image = \"ghcr.io/o/notes@{digest}\"")]);
    lacks(&made, &["unpinned", "latest"]);
}
