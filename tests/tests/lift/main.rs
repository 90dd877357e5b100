//! `rzp convert --lift`: manifests become services that come to the same.
//!
//! Each lift is held to what holds of all of them: the text is in the one layout, is without mistakes and warnings, builds
//! with all rules, and differs from the manifests in nothing that is not said.

mod again;
mod kept;
mod mistakes;
mod network;
mod pods;
mod secrets;
mod storage;

use rzp_lang::base::source::Sources;
use rzp_lang::base::world::MemWorld;
use rzp_lang::data::tree::Data;
use rzp_lang::fmt;
use rzp_lang::lift::lift::{Fate, Lift, Lifted, lift};
use rzp_lang::session::Session;
use std::rc::Rc;

/// Lifts files, and holds each service to what holds of all.
fn all(files: &[(&str, &str)]) -> Lift {
    let files: Vec<(String, String)> =
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let lift = lift(&files, &mut Sources::default());
    for service in &lift.services {
        sound(service);
    }
    lift
}

/// Lifts one text to one service.
fn one(text: &str) -> Lifted {
    let mut lift = all(&[("app.yaml", text)]);
    let told: Vec<&String> = lift.told.iter().map(|diag| &diag.title).collect();
    assert!(told.is_empty() && lift.services.len() == 1, "{told:?}, {} services", lift.services.len());
    lift.services.remove(0)
}

fn sound(service: &Lifted) {
    let text = &service.text;
    assert_eq!(fmt::format(text).as_ref(), Ok(text), "the layout of {}", service.name);
    let world = MemWorld::new().with("service.rzp", text);
    let mut session = Session::new(Rc::new(world));
    let told: Vec<String> =
        session.check(&["service.rzp".to_owned()]).diags.into_iter().map(|diag| diag.title).collect();
    assert!(told.is_empty(), "{told:?} in\n{text}");
    assert!(service.summary.differs.is_empty(), "{:?} in\n{text}", service.summary.differs);
    assert!(text.lines().all(|line| line.chars().count() <= 200), "{text}");
}

/// What became of an object.
fn fate<'l>(service: &'l Lifted, object: &str) -> &'l Fate {
    let found = service.summary.objects.iter().find(|(name, _)| name == object);
    found.map(|(_, fate)| fate).unwrap_or_else(|| panic!("no {object} in {:?}", service.summary.objects))
}

/// The value at a path of one of a service's objects; `containers[1]` is a place in a list.
fn at<'l>(service: &'l Lifted, object: &str, path: &str) -> &'l Data {
    let is_it = |one: &&Data| format!("{}/{}", text(one, "kind"), text(one, "metadata.name")) == object;
    let found = service.objects.iter().find(is_it).unwrap_or_else(|| panic!("no {object}:\n{}", service.text));
    inside(found, path).unwrap_or(&Data::Null)
}

fn inside<'l>(data: &'l Data, path: &str) -> Option<&'l Data> {
    path.split(['.', '[', ']']).filter(|step| !step.is_empty()).try_fold(data, |data, step| {
        match (data, step.parse::<usize>()) {
            (Data::List(items), Ok(index)) => items.get(index),
            (data, _) => data.get(&step.replace('\u{b7}', ".")),
        }
    })
}

fn text(data: &Data, path: &str) -> String {
    match inside(data, path) {
        Some(Data::Str(text)) => text.to_string(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}

/// The element of a list with a name.
fn named<'l>(list: &'l Data, name: &str) -> &'l Data {
    let Data::List(items) = list else { panic!("{list:?} is no list") };
    items.iter().find(|item| text(item, "name") == name).unwrap_or_else(|| panic!("no {name} in {items:?}"))
}

/// Holds that a text has all of some parts.
fn has(service: &Lifted, parts: &[&str]) {
    for part in parts {
        assert!(service.text.contains(part), "no `{part}` in\n{}", service.text);
    }
}

fn lacks(service: &Lifted, parts: &[&str]) {
    for part in parts {
        assert!(!service.text.contains(part), "`{part}` in\n{}", service.text);
    }
}
