//! What `explain` says is what a run does: over every value of every section that runs, the
//! definitions that are said to count say, by themselves, what the value is.

use rzp_lang::base::world::MemWorld;
use rzp_lang::explain::Explanation;
use rzp_lang::testing::cases::{self, Case};
use rzp_lang::{EvalOptions, Format, Session};
use rzp_tests::house;
use serde_json::Value;
use std::rc::Rc;

/// So many values of one section are asked for.
const ASKED: usize = 60;

/// A session over the files of a section, and what it is to be run with.
fn session(case: &Case) -> Session {
    let world = case.files().into_iter().fold(MemWorld::new(), |world, (path, text)| world.with(&path, &text));
    Session::new(Rc::new(world))
}

fn options(case: &Case, path: Option<String>) -> EvalOptions {
    let pairs = |key| {
        let split = |text: &str| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        case.option(key).filter_map(split).collect()
    };
    EvalOptions { path, sets: pairs("set"), inputs: pairs("input"), format: Format::JsonCompact }
}

/// All fields in a value with their paths, as `explain` takes them.
fn fields(value: &Value, path: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields_of) => {
            for (name, value) in fields_of {
                let step = name.replace('\\', "\\\\").replace('"', "\\\"");
                let path = format!("{path}[\"{step}\"]");
                found.push((path.clone(), value.clone()));
                fields(value, &path, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                fields(item, &format!("{path}[{index}]"), found);
            }
        }
        _ => {}
    }
}

/// What is wrong with an explanation of a value, if something is.
fn fault(told: &Explanation, value: &Value) -> Option<String> {
    let Ok(Some(shown)) = &told.value else { return Some(format!("it is told as {:?}", told.value)) };
    if serde_json::from_str::<Value>(shown).ok().as_ref() != Some(value) {
        return Some(format!("it is told as {shown}"));
    }
    if !told.definitions.is_empty() && told.definitions.iter().all(|definition| !definition.counts) {
        return Some("none of its definitions is said to count".to_owned());
    }
    if told.annotations.iter().any(|annotation| annotation.holds != Some(true)) {
        return Some("an annotation is said to refuse it".to_owned());
    }
    // Lists may be joined of several; a secret's reference is no definition's value.
    let counting = told.definitions.iter().filter(|definition| definition.counts);
    let said: Vec<Value> = counting
        .filter_map(|definition| serde_json::from_str(definition.value.as_deref()?).ok())
        .filter(|said: &Value| !said.is_array() && !said.is_object())
        .collect();
    let other = said.iter().find(|said| *said != value && !value.is_object() && !value.is_array());
    other.map(|other| format!("a definition that is said to count says {other}"))
}

#[test]
fn explanations_agree_with_runs() {
    let (mut values, mut several, mut lost) = (0, 0, 0);
    let mut wrong = Vec::new();
    for file in house::files("tests/spec").iter().filter(|file| file.has_extension("rzp")) {
        for case in cases::parse(&file.text).expect("sections").cases {
            if ["path", "format", "run"].iter().any(|option| case.option(option).next().is_some()) {
                continue;
            }
            let mut session = session(&case);
            let Ok(text) = session.eval_file("main.rzp", &options(&case, None)) else { continue };
            let value: Value = serde_json::from_str(&text).expect("JSON");
            let mut all = Vec::new();
            fields(&value, "", &mut all);
            for (path, value) in all.into_iter().take(ASKED) {
                let told = session.explain_file("main.rzp", &options(&case, Some(path.clone())));
                values += 1;
                match told {
                    Ok(told) => {
                        several += usize::from(told.definitions.len() > 1);
                        lost += told.definitions.iter().filter(|definition| !definition.counts).count();
                        let fault = fault(&told, &value);
                        wrong.extend(fault.map(|fault| format!("{} {path} = {value}: {fault}", case.name)));
                    }
                    Err(diags) => wrong.push(format!("{} {path} = {value}: {}", case.name, diags[0].title)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {values} values:\n{}", wrong.len(), wrong.join("\n"));
    assert!(values > 500 && several > 100 && lost > 50, "{values} values, {several} of several, {lost} lost");
}
