//! Values as types of the program around the language.

use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::base::world::MemWorld;
use rzp_lang::{EvalOptions, Session};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Deserialize, Debug, PartialEq)]
struct Service {
    name: String,
    port: u16,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

fn get<T: DeserializeOwned>(text: &str, options: &EvalOptions) -> Result<T, Vec<Diag>> {
    Session::new(Rc::new(MemWorld::new())).get_text("main.rzp", text, options)
}

#[test]
fn a_record_becomes_a_struct() {
    let options = EvalOptions { sets: vec![("port".into(), "81".into())], ..EvalOptions::default() };
    let service: Service =
        get("{ name = \"a\", port = 80, hidden note = 1, labels.tier = \"web\" }", &options).unwrap();
    let labels = BTreeMap::from([("tier".to_owned(), "web".to_owned())]);
    assert_eq!(service, Service { name: "a".into(), port: 81, labels });
}

#[test]
fn numbers_are_exact() {
    let options = EvalOptions::default();
    assert_eq!(get("18446744073709551615", &options), Ok(u64::MAX));
    assert_eq!(get("[0.1 + 0.2, 1e-320]", &options), Ok(vec![0.1 + 0.2, 1e-320]));
}

#[test]
fn what_does_not_fit_is_told_by_its_path() {
    let options = EvalOptions::default();
    let told = get::<Vec<Service>>("[{ name = \"a\", port = 80 }, { name = \"b\", port = 70000 }]", &options);
    let diags = told.unwrap_err();
    assert_eq!(diags[0].code, Code::NoOutput);
    assert_eq!(diags[0].title, "`[1].port` does not fit the type that the program reads");
    assert_eq!(diags[0].notes, ["invalid value: integer `70000`, expected u16"]);
}

#[test]
fn mistakes_of_the_program_stay_what_they_are() {
    let diags = get::<Service>("{ name = \"a\", port : Int }", &EvalOptions::default()).unwrap_err();
    assert_eq!(diags[0].code, Code::MissingField);
}
