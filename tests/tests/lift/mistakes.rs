//! What cannot be lifted, and what is said of it. E0711

use super::all;
use super::pods::WEB;
use rzp_lang::lift::lift::{Lift, several};

fn told(lift: &Lift) -> Vec<String> {
    lift.told.iter().map(|diag| format!("{} {} {}", diag.code, diag.title, diag.helps.join(" "))).collect()
}

#[test]
fn without_a_workload_there_is_no_service() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\n";
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n";
    for (text, part) in [
        (map, "E0711 there is no workload here"),
        (release, "std/template/operator"),
        (job, "what runs once is no service"),
        (
            &WEB.replace("kind: Deployment", "kind: Deploiment"),
            "did you mean `kind: Deployment` of `apiVersion: apps/v1`?",
        ),
        (
            &WEB.replace("apiVersion: apps/v1", "apiVersion: v1"),
            "did you mean `kind: Deployment` of `apiVersion: apps/v1`?",
        ),
        ("a: 1\n", "there is no object of Kubernetes here"),
        ("", "there is no object of Kubernetes here"),
    ] {
        let lift = all(&[("a.yaml", text)]);
        let told = told(&lift);
        assert!(lift.services.is_empty() && told.iter().any(|one| one.contains(part)), "{told:?}");
    }
}

#[test]
fn of_copies_the_first_is_lifted() {
    let lift = all(&[("a/web.yaml", WEB), ("b/web.yaml", WEB)]);
    assert_eq!((lift.services.len(), told(&lift)), (1, vec![]));
    let other = WEB.replacen("labels: {app: notes}", "labels: {app: notes, env: staging}", 1);
    let lift = all(&[("a/web.yaml", WEB), ("b/web.yaml", &other)]);
    let told = told(&lift);
    assert_eq!(lift.services.len(), 1, "{told:?}");
    assert!(told.iter().any(|one| one.contains("the Deployment `notes` is here twice, with other words")), "{told:?}");
}

#[test]
fn templates_and_kustomizations_are_told_and_passed_over() {
    let template =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.x }}\n";
    let named = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: \"{{ .Release.Name }}\"\n";
    let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: kitchen\nconfigMapGenerator: [{name: a}]\npatches: [{path: patch.yaml}]\n";
    let bare = WEB.replace("  namespace: tools\n", "").replace(", namespace: tools", "");
    let files = [
        ("k/chart.yaml", template),
        ("k/named.yaml", named),
        ("k/kustomization.yaml", kustomization),
        ("k/patch.yaml", WEB),
        ("k/web.yaml", &bare),
    ];
    let lift = all(&files);
    let told = told(&lift);
    for part in [
        "`k/chart.yaml` is a template of Helm",
        "`k/named.yaml` is a template of Helm",
        "`configMapGenerator`, `patches`",
        "kustomize build k",
    ] {
        assert!(told.iter().any(|one| one.contains(part)), "{part}: {told:?}");
    }
    assert_eq!(lift.services.len(), 1);
    assert!(lift.services[0].text.contains("area = \"kitchen\""), "{}", lift.services[0].text);
}

#[test]
fn mistakes_of_one_file_do_not_hide_the_others() {
    let lift = all(&[("bad.yaml", "a: [1\n"), ("web.yaml", WEB)]);
    assert_eq!(lift.services.len(), 1);
    assert!(told(&lift)[0].starts_with("E0612"), "{:?}", told(&lift));
    assert!(lift.told[0].place().is_some());
}

#[test]
fn what_belongs_to_nobody_is_told() {
    let class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: x\n";
    let other = WEB.replace("notes", "other");
    let lift = all(&[("web.yaml", WEB), ("other.yaml", &other), ("class.yaml", class)]);
    assert_eq!(lift.loose, [("StorageClass/fast".to_owned(), "class.yaml".to_owned())]);
}

#[test]
fn variables_that_nothing_has_filled_in_are_told_where_they_stand() {
    let program = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes, namespace: tools}\ndata: {run.sh: \"echo ${HOME}\"}\n";
    let files = format!("{}{program}", WEB.replace("notes.example.org", "notes.${DOMAIN}"));
    let lift = all(&[("web.yaml", &files)]);
    assert_eq!(lift.services.len(), 1);
    let told = told(&lift);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("`web.yaml` has variables that nothing has filled in yet: `${DOMAIN}` "), "{told:?}");
    assert!(told[0].contains("`DOMAIN=… envsubst < web.yaml | rzp convert --lift -`"), "{told:?}");
    let place = lift.told[0].place().map(|loc| loc.span).unwrap_or_default();
    assert_eq!(&files[place.start as usize..place.end as usize], "${DOMAIN}");
}

#[test]
fn several_workloads_are_several_services() {
    let lift = all(&[("web.yaml", WEB), ("other.yaml", &WEB.replace("notes", "other"))]);
    let diag = several(&lift.services).unwrap_or_else(|| panic!("{} services", lift.services.len()));
    assert_eq!(diag.title, "there are 2 workloads here, and each becomes a service of its own: `notes`, `other`");
    assert!(diag.helps[0].starts_with("`--out services/apps` writes a file for each"), "{:?}", diag.helps);
    assert!(several(&lift.services[..1]).is_none());
}
