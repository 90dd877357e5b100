//! What is carried along, and what the schemas refuse.

use super::pods::WEB;
use super::{at, fate, has, one, text};
use rzp_lang::data::tree::Data;
use rzp_lang::lift::lift::Fate;

#[test]
fn objects_without_a_word_in_the_library_go_along() {
    let made = one(&format!(
        "{WEB}---\n{}",
        r#"
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: notes, namespace: tools}
spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: notes}, updatePolicy: {updateMode: "Off"}}
---
apiVersion: backup.example.org/v1
kind: Plan
metadata: {name: notes-plan, namespace: tools}
spec: {script: "first line\nsecond line\n", keep: 3}
---
apiVersion: v1
kind: Namespace
metadata: {name: tools}
"#
    ));
    // Where its kind is known, the library makes one of its own: what it says stays.
    assert_eq!(*fate(&made, "VerticalPodAutoscaler/notes"), Fate::Reproduced);
    assert_eq!(text(at(&made, "VerticalPodAutoscaler/notes", "spec.updatePolicy"), "updateMode"), "Off");
    assert_eq!(*fate(&made, "Plan/notes-plan"), Fate::Carried);
    assert_eq!(text(at(&made, "Plan/notes-plan", "spec"), "script"), "first line\nsecond line\n");
    has(&made, &["backup.example.org", "namespace = s.namespace", "first line\n"]);
}

#[test]
fn fields_that_no_such_object_has_are_left_out_and_said() {
    let made = one(&WEB.replace(
        "          ports: [{containerPort: 8080}]",
        "          initialDelaySeconds: 30\n          stdin: true\n          ports: [{containerPort: 8080}]",
    ));
    has(&made, &["`initialDelaySeconds` of the Deployment/notes: it is no field of such an object"]);
    assert_eq!(*at(&made, "Deployment/notes", "spec.template.spec.containers[0].stdin"), Data::Bool(true));
}

#[test]
fn what_the_fields_do_not_take_becomes_an_override() {
    let made = one(&WEB
        .replace("{name: PORT, value: \"8080\"}", "{name: my.port, value: \"8080\"}")
        .replace("host: notes.example.org", "host: \"*.example.org\""));
    let env = at(&made, "Deployment/notes", "spec.template.spec.containers[0].env");
    assert!(format!("{env:?}").contains("my.port"), "{env:?}");
    assert_eq!(*fate(&made, "Ingress/notes"), Fate::Carried);
    let into = format!("{:?}", at(&made, "NetworkPolicy/notes", "spec.ingress"));
    assert!(into.contains("traefik"), "{into}");
}

#[test]
fn names_of_the_library_stand_for_those_of_the_manifests() {
    let made = one(&WEB
        .replace("name: notes\n  namespace: tools", "name: notes-deployment\n  namespace: default")
        .replace("namespace: tools", "namespace: default"));
    assert_eq!(made.name, "notes");
    has(
        &made,
        &[
            "area = \"notes\"",
            "the Deployment `notes-deployment` is called `notes`",
            "it leaves the namespace `default`",
        ],
    );
}

#[test]
fn what_the_library_adds_is_told() {
    let made = one(WEB);
    for added in ["NetworkPolicy/notes", "ServiceAccount/notes", "PrometheusRule/notes"] {
        assert!(made.summary.added.iter().any(|one| one == added), "{added}: {:?}", made.summary.added);
    }
    assert!(!made.summary.added.iter().any(|one| one.starts_with("Ingress/")), "{:?}", made.summary.added);
}

#[test]
fn what_the_schemas_refuse_is_left_out_and_counts_as_such() {
    let made = one(&WEB.replace("host: notes.example.org", "host: \"no host\""));
    assert!(matches!(fate(&made, "Ingress/notes"), Fate::Left(_)), "{:?}", made.summary.objects);
    has(&made, &["# Left out:", "# - the Ingress/notes: `spec.rules[0].host` must be"]);
}

#[test]
fn rules_that_only_an_environment_breaks_are_waived_too() {
    // The library shuts the namespace of a service; a job of its own has no way to ask for names then.
    let job = r#"
---
apiVersion: batch/v1
kind: Job
metadata: {name: notes-init, namespace: tools}
spec:
  template:
    spec:
      restartPolicy: OnFailure
      containers: [{name: init, image: "docker.io/curlimages/curl:8.4.0", command: [curl, "http://notes:80"]}]
"#;
    let made = one(&format!("{WEB}{job}"));
    assert_eq!(*fate(&made, "Job/notes-init"), Fate::Carried);
    has(&made, &["policy_without_dns = \"as in its manifests: the way to the port 53 is shut"]);
}

#[test]
fn what_is_refused_takes_nothing_else_with_it() {
    // Both ports hold only by the override that says what they speak.
    let made = one(&WEB
        .replace("host: notes.example.org", "host: \"no host\"")
        .replace("ports: [{containerPort: 8080}]", "ports: [{containerPort: 8080}, {name: dns, containerPort: 53}, {name: dns-udp, containerPort: 53, protocol: UDP}]"));
    assert!(matches!(fate(&made, "Ingress/notes"), Fate::Left(_)), "{:?}", made.summary.objects);
    assert!(!matches!(fate(&made, "Service/notes"), Fate::Left(_)), "{:?}", made.summary.objects);
    assert_eq!(text(at(&made, "Deployment/notes", "spec.template.spec.containers[0].ports[2]"), "protocol"), "UDP");
}
