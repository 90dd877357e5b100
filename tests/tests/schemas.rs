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
