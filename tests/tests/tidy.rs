//! The guards of the house, run over this repository.

use rzp_lang::testing::cases;
use rzp_tests::{floors, house, tidy};

#[track_caller]
fn none(breaches: Vec<String>) {
    assert!(breaches.is_empty(), "\n  {}\n", breaches.join("\n  "));
}

#[test]
fn imports_go_down() {
    none(floors::breaches(&house::files("lang/src"), "lang/src"));
}

#[test]
fn files_hold_one_concept() {
    none(tidy::sizes(&house::files("")));
}

#[test]
fn files_tell_their_story() {
    none(tidy::headers(&house::files("")));
}

#[test]
fn codes_have_page_and_test() {
    none(tidy::codes(&house::files("")));
}

#[test]
fn texts_speak_of_the_project() {
    none(tidy::words(&house::files("")));
}

#[test]
fn sections_can_be_read() {
    let files = house::files("tests");
    let sections = files.iter().filter(|file| file.has_extension("rzp") && file.path.starts_with("tests/spec/"));
    none(sections.filter_map(|file| Some(format!("{}: {}", file.path, cases::parse(&file.text).err()?))).collect());
}
