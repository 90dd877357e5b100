//! `rzp convert --lift`: one service is printed, several are written, and what becomes of the objects is told.

use super::Folder;

const WEB: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: notes, namespace: tools, labels: {app: notes}}
spec:
  selector: {matchLabels: {app: notes}}
  template:
    metadata: {labels: {app: notes}}
    spec:
      containers:
        - name: notes
          image: ghcr.io/o/notes:2.1.0
          ports: [{name: http, containerPort: 8080}]
          env: [{name: TITLE, value: Our notes}]
          resources: {requests: {cpu: 50m, memory: 256Mi}, limits: {memory: 1Gi}}
          securityContext: {runAsUser: 10001, runAsGroup: 10001, runAsNonRoot: true, readOnlyRootFilesystem: true}
          readinessProbe: {httpGet: {path: /healthz, port: http}}
"#;

const SERVICE: &str = r#"
apiVersion: v1
kind: Service
metadata: {name: notes, namespace: tools}
spec: {selector: {app: notes}, ports: [{name: http, port: 8080, targetPort: http}]}
"#;

/// What the environment of the library's tests makes of `notes.rzp`, by kind.
const KINDS: &str = r#"[o.kind for o in (import "std/testing/lab").objects({ notes = import "./notes.rzp" }).notes]"#;

#[test]
fn a_workload_becomes_a_service_that_comes_to_the_same() {
    let folder = Folder::new(&[("k/deployment.yaml", WEB), ("k/service.yaml", SERVICE)]);
    let run = folder.run(&["convert", "--lift", "k"]).ends(0);
    assert!(
        run.err.starts_with("notes: 2 objects: 2 reproduced; 20 lines of manifests are 12 of a service"),
        "{}",
        run.err
    );
    assert!(run.err.contains("\n  added     ServiceAccount/notes, "), "{}", run.err);
    let service = run.out.split_once("\n\n").map(|(_, program)| program);
    let expected = "\
Service with {
  name = \"notes\"
  tier = \"apps\"
  area = \"tools\"
  image = \"ghcr.io/o/notes:2.1.0\"
  profile = \"medium\"
  ports.http = 8080
  variables.TITLE = \"Our notes\"
  health.path = \"/healthz\"
  metrics.none = \"its manifests have none\"
}
";
    assert_eq!(service, Some(expected), "{}", run.out);
    folder.write("notes.rzp", &run.out);
    folder.run(&["check", "notes.rzp"]).ends(0);
    let kinds = folder.run(&["eval", "-e", KINDS]).ends(0).out;
    for kind in ["Deployment", "Service", "NetworkPolicy"] {
        assert!(kinds.contains(&format!("\"{kind}\"")), "{kinds}");
    }
    let placed =
        WEB.replace("    spec:\n      containers", "    spec:\n      nodeSelector: {disk: fast}\n      containers");
    folder.write("k/deployment.yaml", &placed);
    let run = folder.run(&["convert", "--lift", "k"]).ends(0).mentions("  override  Deployment/notes: nodeSelector\n");
    assert!(
        run.out.contains("  patch.\"Deployment/notes\" = { spec.template.spec.nodeSelector = { disk = \"fast\" } }\n"),
        "{}",
        run.out
    );
    let input = format!("{WEB}---{SERVICE}");
    assert!(folder.run_with(&["convert", "--lift", "-"], "", &input).ends(0).out.ends_with(expected));
}

#[test]
fn several_are_written_and_nothing_is_overwritten() {
    let other = WEB.replace("notes", "other");
    let folder = Folder::new(&[("a.yaml", WEB), ("b.yaml", &other), ("services/other.rzp", "mine\n")]);
    folder
        .run(&["convert", "--lift", "a.yaml", "b.yaml"])
        .ends(1)
        .prints("")
        .mentions("error[E0711]: there are 2 workloads here, and each becomes a service of its own: `notes`, `other`")
        .mentions("becomes `other`")
        .mentions("`--out services/apps` writes a file for each");
    folder
        .run(&["convert", "--lift", "a.yaml", "b.yaml", "--out", "services"])
        .ends(1)
        .mentions("wrote services/notes.rzp")
        .mentions("`services/other.rzp` is there already");
    assert!(folder.read("services/notes.rzp").contains("Service with {"));
    assert_eq!(folder.read("services/other.rzp"), "mine\n");
}

#[test]
fn a_file_that_is_no_text_does_not_keep_the_others() {
    let folder = Folder::new(&[("m/web.yaml", WEB)]);
    std::fs::write(folder.path("m/secret.yaml"), b"\0GITCRYPT\xff\xfe").expect("written");
    let run = folder.run(&["convert", "--lift", "m"]).ends(1).mentions("`m/secret.yaml` is not UTF-8 text");
    assert!(run.out.contains("name = \"notes\""), "{}", run.out);
}

#[test]
fn what_cannot_be_lifted_is_told() {
    let folder =
        Folder::new(&[("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"), ("bad.yaml", "a: [1\n")]);
    folder
        .run(&["convert", "--lift", "map.yaml"])
        .ends(1)
        .prints("")
        .mentions("error[E0711]: there is no workload here: no Deployment, StatefulSet, DaemonSet or CronJob")
        .mentions("there is: ConfigMap of `v1`");
    folder.run(&["convert", "--lift", "bad.yaml"]).ends(1).prints("").mentions("error[E0612]").mentions("bad.yaml:");
    folder.run(&["convert", "--lift", "there-not.yaml"]).ends(64).mentions("there-not.yaml");
    folder.run(&["convert", "--lift", "--plain", "map.yaml"]).ends(64);
    folder.run(&["convert", "map.yaml", "bad.yaml"]).ends(64).mentions("several become services by --lift");
}
