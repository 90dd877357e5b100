//! What `rzp diff` finds between two values made at random is there, and is all there is.
//!
//! Lists and records have the names by which elements are told apart, so that some lists are aligned and others
//! are matched by names.

use proptest::prelude::*;
use rzp_lang::base::span::FileId;
use rzp_lang::data::json::read_json;
use rzp_lang::data::tree::Data;
use rzp_lang::diff::compare::{Part, compare};
use serde_json::{Map, Value, json};

const NAMES: [&str; 7] = ["a", "b", "name", "mountPath", "port", "protocol", "requests"];

fn value() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(&["x", "y", "1000m", "1", "80"][..]).prop_map(Value::from);
    let leaf =
        prop_oneof![Just(Value::Null), (0..3i64).prop_map(Value::from), any::<bool>().prop_map(Value::from), text];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let field = (prop::sample::select(&NAMES[..]), inner.clone());
        let record = prop::collection::vec(field, 0..5).prop_map(|fields| {
            Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
        });
        prop_oneof![record, prop::collection::vec(inner, 0..5).prop_map(Value::Array)]
    })
}

/// A value, and one that has much in common with it.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    (value(), value(), any::<u64>()).prop_map(|(old, other, seed)| {
        let new = mixed(&old, &other, &mut (seed | 1));
        (old, new)
    })
}

fn mixed(value: &Value, other: &Value, seed: &mut u64) -> Value {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    match (value, *seed >> 60) {
        (_, 0) => other.clone(),
        (Value::Array(items), 1) => Value::Array(items.iter().rev().cloned().collect()),
        (Value::Array(items), 2) => Value::Array(items.iter().cloned().chain([other.clone()]).collect()),
        (Value::Array(items), _) => Value::Array(items.iter().map(|item| mixed(item, other, seed)).collect()),
        (Value::Object(fields), 1) => Value::Object(fields.clone().into_iter().skip(1).collect()),
        (Value::Object(fields), _) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), mixed(value, other, seed))).collect())
        }
        (scalar, _) => scalar.clone(),
    }
}

fn data(value: &Value) -> Data {
    read_json(FileId::default(), &value.to_string()).expect("JSON")
}

/// The same with the fields of all records in the other order.
fn turned(data: &Data) -> Data {
    match data {
        Data::Record(fields) => Data::Record(fields.iter().rev().map(|(name, value)| (*name, turned(value))).collect()),
        Data::List(items) => Data::List(items.iter().map(turned).collect()),
        scalar => scalar.clone(),
    }
}

/// Where in a value a part is said to be.
fn at<'v>(value: &'v mut Value, steps: &[String]) -> &'v mut Value {
    steps.iter().fold(value, |value, step| match value {
        Value::Object(fields) => fields.get_mut(step).expect("the field is there"),
        Value::Array(items) => items.get_mut(step.parse::<usize>().expect("a number")).expect("the element is there"),
        scalar => panic!("{scalar} has no `{step}`"),
    })
}

/// Takes a part out of a value; where it is on both sides, leaves something that is the same on both, and nowhere else.
fn take(value: &mut Value, part: &Part, both: Option<usize>) {
    let left = both.map_or(Value::Null, |number| json!(1000 + number));
    let Some((last, holder)) = part.steps.split_last() else { return *value = left };
    match at(value, holder) {
        whole if both.is_some() => *at(whole, std::slice::from_ref(last)) = left,
        Value::Object(fields) => drop(fields.remove(last)),
        Value::Array(items) => drop(items.remove(last.parse().expect("a number"))),
        scalar => panic!("{scalar} has no `{last}`"),
    }
}

/// What is on one side alone goes last, from the end of a list on, so that places stay what they are.
fn taken(mut value: Value, parts: &mut Vec<(&Part, Option<usize>)>) -> Value {
    let order =
        |part: &Part| part.steps.iter().map(|step| (step.parse::<usize>().ok(), step.clone())).collect::<Vec<_>>();
    parts.sort_by_key(|(part, both)| (both.is_some(), order(part)));
    parts.iter().rev().for_each(|(part, both)| take(&mut value, part, *both));
    value
}

/// A value in one form, whatever the comparison itself thinks: lists in an order of their own, amounts as numbers.
fn plain(value: &Value, amount: bool) -> Value {
    match value {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| (name.clone(), plain(value, amount || name == "requests"));
            Value::Object(fields.iter().map(field).collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| plain(item, amount)).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::String(text) if amount && text == "1000m" => json!(1),
        Value::String(text) if amount => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        scalar => scalar.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_differs_from_itself(value in value()) {
        let value = data(&value);
        prop_assert_eq!(compare(&value, &turned(&value)), vec![]);
    }

    #[test]
    fn what_is_told_is_there_and_is_all((old, new) in pair()) {
        let changes = compare(&data(&old), &data(&new));
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (number, change) in changes.iter().enumerate() {
            let both = (change.old.is_some() && change.new.is_some()).then_some(number);
            if let Some(part) = &change.old {
                prop_assert_eq!(&data(at(&mut old.clone(), &part.steps)), &part.data);
                before.push((part, both));
            }
            if let Some(part) = &change.new {
                prop_assert_eq!(&data(at(&mut new.clone(), &part.steps)), &part.data);
                after.push((part, both));
            }
            prop_assert!(change.old.as_ref().map(|part| &part.data) != change.new.as_ref().map(|part| &part.data));
        }
        let (old, new) = (taken(old, &mut before), taken(new, &mut after));
        prop_assert_eq!(plain(&old, false), plain(&new, false), "without what differs");
    }
}
