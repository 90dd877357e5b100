//! `rzp import`.

use super::Folder;

const CRD: &str = "\
kind: CustomResourceDefinition
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Backup}
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          description: A backup.
          properties:
            apiVersion: {type: string}
            kind: {type: string}
            metadata: {type: object}
            spec:
              type: object
              required: [schedule]
              x-kubernetes-validations: [{rule: self.keep > 0, message: keep some}]
              properties:
                schedule: {type: string, minLength: 1}
                keep: {type: integer, format: int32, minimum: 1, default: 7}
                mode: {type: string, enum: [full, partial]}
";

#[test]
fn a_resource_definition_becomes_a_schema_to_start_from() {
    let program =
        "let { Backup } = import \"./crd.rzp\"\nBackup with { metadata.name = \"a\", spec.schedule = \"@daily\" }\n";
    let folder = Folder::new(&[("crd.yaml", CRD), ("a.rzp", program)]);
    let run = folder.run(&["import", "crd", "crd.yaml"]).ends(0);
    assert_eq!(run.err, "not carried over, and kept as comment:\n  rule: self.keep > 0 (keep some)\n");
    let module = "\
## Custom resources of example.com/v1.
let { Int32 } = import \"std/core/types\"
let { ObjectMeta } = import \"std/k8s/meta/v1\"
{
  ## A backup.
  Backup = schema {
    apiVersion : \"example.com/v1\" = \"example.com/v1\"
    kind : \"Backup\" = \"Backup\"
    metadata : ObjectMeta
    # not carried over: rule: self.keep > 0 (keep some)
    spec : {
      schedule : String & !=\"\"
      ## Default: `7`
      keep? : Int32 & >=1
      mode? : \"full\" | \"partial\"
    }
  }
}
";
    assert_eq!(run.out, module);
    folder.write("crd.rzp", &run.out);
    let yaml = "apiVersion: example.com/v1\nkind: Backup\nmetadata:\n  name: a\nspec:\n  schedule: \"@daily\"\n";
    folder.run(&["eval", "a.rzp", "-f", "yaml"]).ends(0).prints(yaml);
    folder.write("b.rzp", &program.replace("spec.schedule", "spec.schedul"));
    folder.run(&["check", "b.rzp"]).ends(1).mentions("`schedul`").mentions("did you mean `schedule`?");
}

#[test]
fn defaults_become_definitions_where_they_are_asked_for() {
    let schema = r#"{"type": "object", "properties": {"port": {"type": "integer", "default": 80}}, "additionalProperties": false}"#;
    let folder = Folder::new(&[("config.json", schema)]);
    let run = folder.run_with(&["import", "json-schema", "-", "--defaults"], ".", schema).ends(0);
    assert_eq!(run.out, "schema { default port : Int = 80 }\n");
    folder
        .run(&["import", "json-schema", "config.json"])
        .ends(0)
        .prints("schema {\n  ## Default: `80`\n  port? : Int\n}\n");
}

#[test]
fn what_is_no_schema_is_told() {
    let folder = Folder::new(&[("a.yaml", "kind: ConfigMap\n"), ("b.yaml", "a: [")]);
    folder.run(&["import", "crd", "a.yaml"]).ends(1).mentions("no custom resource definition");
    folder.run(&["import", "openapi", "a.yaml"]).ends(1).mentions("components.schemas");
    folder.run(&["import", "crd", "b.yaml"]).ends(1).mentions("b.yaml:1");
    folder.run(&["import", "crd", "c.yaml"]).ends(64).mentions("c.yaml");
    folder.run(&["import", "proto", "a.yaml"]).ends(64).mentions("json-schema");
}
