//! What editors are told of the kinds of Kubernetes, whose schemas lie packed in many files.

use rzp_lang::base::world::MemWorld;
use rzp_lang::ide::Project;
use std::rc::Rc;

const HEAD: &str = "let { Deployment } = import \"std/k8s/apps/v1\"\nDeployment with { ";

/// A project with a text, and the place of its cursor `‸`.
fn ask(text: &str) -> (Project, u32) {
    let offset = text.find('‸').expect("a cursor") as u32;
    let mut project = Project::new(Rc::new(MemWorld::new()));
    project.open("a.rzp", &text.replace('‸', ""));
    (project, offset)
}

fn completes(text: &str, label: &str) {
    let (mut project, offset) = ask(text);
    let found = project.complete("a.rzp", offset).unwrap_or_default();
    let labels: Vec<String> = found.candidates.into_iter().map(|candidate| candidate.label).collect();
    assert!(labels.iter().any(|other| other == label), "{label} is not among {labels:?}");
}

#[test]
fn fields_values_and_kinds_are_completed() {
    completes(&format!("{HEAD}spec = {{ repl‸ }} }}"), "replicas");
    let inner = "spec.template.spec = { containers = [{ name = \"a\", imagePullPolicy = ‸ }] }";
    completes(&format!("{HEAD}{inner} }}"), "\"IfNotPresent\"");
    completes("let core = import \"std/k8s/core/v1\"\ncore.Config‸", "ConfigMap");
    completes("import \"std/k8s/net‸\"", "std/k8s/networking.k8s.io/v1");
}

#[test]
fn a_field_is_explained_by_its_documentation_and_leads_to_its_definition() {
    let text = format!("{HEAD}spec = {{ rep‸licas = 2 }} }}");
    let (mut project, offset) = ask(&text);
    let hover = project.hover("a.rzp", offset).expect("something to say");
    assert_eq!(hover.code, "replicas? : Int32 & >=0");
    assert!(hover.text.join("\n").starts_with("Number of desired pods."), "{:?}", hover.text);
    let (mut project, offset) = ask(&text);
    let places = project.definition("a.rzp", offset);
    assert_eq!(places.first().map(|place| place.path.as_str()), Some("std/k8s/apps/v1/DeploymentSpec.rzp"));
}
