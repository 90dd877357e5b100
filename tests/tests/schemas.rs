//! Schemas of other languages, imported: the official JSON Schema suite as the judge of `rzp import json-schema`.

use rzp_lang::base::source::Sources;
use rzp_lang::base::world::MemWorld;
use rzp_lang::schema::import::{Language, Options, import};
use rzp_lang::{EvalOptions, Format, Session};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Deserialize)]
struct Group {
    keyword: String,
    description: String,
    schema: Value,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    description: String,
    data: Value,
    valid: bool,
}

/// Keywords that no type can hold; they stand in the reference page too.
const OUT: &[&str] = &["dynamicRef", "unevaluatedItems", "unevaluatedProperties", "refRemote", "vocabulary"];

/// What the module for a schema says of some values, each true, false, or an error's first line for all.
fn verdicts(schema: &Value, values: &[&Value]) -> Result<Vec<bool>, String> {
    let text = serde_json::to_string(schema).map_err(|error| error.to_string())?;
    let options = Options { language: Language::JsonSchema, defaults: false };
    let imported = import(&options, "json", "schema.json", &text, &mut Sources::default());
    let module = imported.map_err(|diags| diags[0].title.clone())?.text;
    let data = serde_json::to_string(values).map_err(|error| error.to_string())?;
    let program = "let S = import \"./schema.rzp\"\n[std.contract.check(x, S) for x in import \"./data.json\"]\n";
    let world = MemWorld::new().with("schema.rzp", &module).with("data.json", &data).with("main.rzp", program);
    let mut session = Session::new(Rc::new(world));
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let out = session.eval_text("main.rzp", program, &options);
    let out = out.map_err(|diags| format!("{}\n{module}", diags[0].title))?;
    serde_json::from_str(&out).map_err(|error| error.to_string())
}

#[test]
fn json_schema_suite() {
    let groups: Vec<Group> =
        serde_json::from_str(include_str!("../suites/json-schema.json")).expect("the suite is JSON");
    let mut agreed: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = String::new();
    for group in groups.iter().filter(|group| !OUT.contains(&&*group.keyword)) {
        let values: Vec<&Value> = group.tests.iter().map(|case| &case.data).collect();
        let said = verdicts(&group.schema, &values);
        let (all, good) = agreed.entry(&group.keyword).or_default();
        *all += 1;
        match said {
            Err(why) => wrong += &format!("{}: {}: {why}\n", group.keyword, group.description),
            Ok(said) => {
                let differ = |(case, said): &(&Case, bool)| case.valid != *said;
                let differing: Vec<_> = group.tests.iter().zip(said).filter(differ).collect();
                if differing.is_empty() {
                    *good += 1;
                }
                for (case, said) in differing {
                    wrong +=
                        &format!("{}: {}: {}: it says {said}\n", group.keyword, group.description, case.description);
                }
            }
        }
    }
    let (all, good) = agreed.values().fold((0, 0), |(all, good), (a, g)| (all + a, good + g));
    println!("{wrong}{good} of {all} groups agree");
    assert!(good * 100 >= all * 90, "{good} of {all} groups agree");
}

/// The module for a schema that is written in YAML.
fn module(language: Language, text: &str) -> String {
    let options = Options { language, defaults: false };
    let imported = import(&options, "yaml", "api.yaml", text, &mut Sources::default());
    imported.unwrap_or_else(|diags| panic!("{}", diags[0].title)).text
}

/// The value of a program beside a module.
fn value(module: &str, program: &str) -> String {
    let world = MemWorld::new().with("api.rzp", module).with("main.rzp", program);
    let mut session = Session::new(Rc::new(world));
    let options = EvalOptions { format: Format::JsonCompact, ..EvalOptions::default() };
    let told = |diags: Vec<rzp_lang::base::diag::Diag>| panic!("{}\n{module}", diags[0].title);
    session.eval_text("main.rzp", program, &options).unwrap_or_else(told)
}

const API: &str = "
info: {title: Shop, version: '2'}
components:
  schemas:
    Base:
      required: [id]
      properties: {id: {type: string, format: uuid}}
    Cat:
      allOf: [{$ref: '#/components/schemas/Base'}]
      required: [kind]
      properties: {kind: {type: string, enum: [cat]}, lives: {type: integer, format: int32, maximum: 9}}
    Dog:
      allOf:
        - $ref: '#/components/schemas/Base'
        - {properties: {kind: {type: string, enum: [dog]}, owner: {type: string, nullable: true}}, required: [kind]}
    Pet:
      description: Whoever lives here.
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind}
    Tree:
      type: object
      properties: {children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}
      additionalProperties: false
";

#[test]
fn schemas_of_an_api_refer_to_one_another() {
    let module = module(Language::OpenApi, API);
    let expected = "\
## Shop 2
let { Int32, Uuid } = import \"std/core/types\"
{
  let types = self

  Base = schema {
    id : Uuid
    ...
  }

  Cat = {
    kind : \"cat\"
    lives? : Int32 & <=9
    ...
  } & types.Base

  Dog = types.Base & {
    kind : \"dog\"
    owner? : String?
    ...
  }

  ## Whoever lives here.
  Pet = types.Cat | types.Dog

  Tree = schema { children? : [types.Tree] }
}
";
    assert_eq!(module, expected);
    let program = "
let { Pet, Tree } = import \"./api.rzp\"
let id = \"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"
let fits = std.contract.check
[
  fits({ id = id, kind = \"cat\", lives = 9 }, Pet),
  fits({ id = id, kind = \"cat\", lives = 10 }, Pet),
  fits({ id = id, kind = \"dog\", owner = null }, Pet),
  fits({ id = \"1\", kind = \"dog\" }, Pet),
  fits({ id = id, kind = \"cow\" }, Pet),
  fits({ children = [{ children = [{}] }] }, Tree),
  fits({ children = [{ children = [{ leaf = 1 }] }] }, Tree),
]
";
    assert_eq!(value(&module, program), "[true,false,true,false,false,true,false]");
}

#[test]
fn several_versions_of_a_resource_have_names_of_their_own() {
    let resource = "
kind: List
items:
  - kind: CustomResourceDefinition
    spec:
      group: example.com
      names: {kind: Backup}
      versions:
        - {name: v1, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}}
        - {name: v2beta1, schema: {openAPIV3Schema: {type: object, properties: {spec: {
            type: object, properties: {
              ports: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [port, protocol], items: {
                type: object, required: [port], properties: {port: {x-kubernetes-int-or-string: true}, protocol: {type: string}}}},
              template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}}}}}}}
";
    let module = module(Language::Crd, resource);
    let program = "
let { Backup, BackupV2beta1 } = import \"./api.rzp\"
let fits(spec) = std.contract.check(BackupV2beta1 with { metadata.name = \"a\", spec = spec }, BackupV2beta1)
let ports = BackupV2beta1 with { metadata.name = \"a\", spec.ports = [{ port = 80 }, { port = \"dns\", protocol = \"UDP\" }] }
[
  (Backup with { metadata.name = \"a\", spec.any = 1 }).apiVersion,
  fits({ ports = [{ port = 1 }, { port = 1 }] }),
  fits({ port = [] }),
  fits({ template = { apiVersion = \"v1\", kind = \"ConfigMap\", data = {} } }),
  fits({ template.kind = \"ConfigMap\" }),
  std.list.length((ports with { spec.ports = [{ port = \"dns\", protocol = \"UDP\" }] }).spec.ports),
  std.list.length((ports with { spec.ports = [{ port = \"dns\", protocol = \"TCP\" }] }).spec.ports),
]
";
    assert_eq!(value(&module, program), "[\"example.com/v1\",false,false,true,false,2,3]");
}

#[test]
fn what_is_not_carried_over_is_told_where_it_stood() {
    let schema = r##"{"type": "object", "properties": {
        "a": {"type": "array", "items": {"type": "string", "pattern": "(?=x)y"}},
        "b": {"anyOf": [{"type": "array", "items": {"$ref": "http://x/y"}}, {"type": "array", "minItems": 3}]},
        "c": {"type": "object", "additionalProperties": {"format": "email"}},
        "d": {"unevaluatedItems": false}}}"##;
    let options = Options { language: Language::JsonSchema, defaults: false };
    let imported = import(&options, "json", "a.json", schema, &mut Sources::default()).expect("a schema");
    let told =
        ["pattern: (?=x)y", "`$ref` leads out of the document: http://x/y", "format: email", "`unevaluatedItems`"];
    assert_eq!(imported.lost, told);
    let module = "schema {
  # not carried over: pattern: (?=x)y
  a? : [String]
  b? : std.contract.any_of([
    # not carried over: `$ref` leads out of the document: http://x/y
    [Any],
    [Any] & std.contract.min_length(3),
  ])
  # not carried over: format: email
  c? : { [String] : Any }
  # not carried over: `unevaluatedItems`
  d? : Any
  ...
}
";
    assert_eq!(imported.text, module);
}
