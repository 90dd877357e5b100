//! Runs that are killed, at every write of the journal and at every call: the next one ends as if nothing had been.

use crate::lab::{Lab, Run};
use std::collections::BTreeMap;
use std::fs;

const WANTED: [(&str, &str); 4] = [("one", "first"), ("job", "made"), ("late", "last"), ("two", "new")];
const THERE: [(&str, &str); 2] = [("old", "x"), ("two", "old")];

fn wanted() -> BTreeMap<String, String> {
    WANTED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// A run that is killed at a place; `None` if there is no such place any more.
fn killed(kind: &str, number: usize) -> Option<Lab> {
    let lab = Lab::new(&THERE, &WANTED);
    let run = lab.command(&["apply", "--yes"]).env("RZP_CRASH", format!("{kind}:{number}")).output();
    let run = Run::of(run.expect("it starts"));
    match run.code {
        None => Some(lab),
        Some(0) => None,
        Some(_) => panic!("neither killed nor done: {run:?}"),
    }
}

fn every_place(kind: &str, least: usize) {
    let mut number = 1;
    while let Some(lab) = killed(kind, number) {
        let before = lab.shelf.with(|state| state.asked.len());
        lab.run(&["apply", "--yes"]).ends(0);
        // What the first run only planned, a fresh plan does; what it began, it goes on with.
        assert_eq!(lab.shelf.items(), wanted(), "{kind} {number}");
        let after = lab.shelf.with(|state| state.asked.len());
        assert!(after - before <= 20, "{kind} {number}: {} requests", after - before);
        assert_eq!(lab.shelf.count("POST"), 1, "{kind} {number}: the job is begun once");
        assert_eq!(lab.journal(), None, "{kind} {number}");
        lab.run(&["plan"]).ends(0);
        number += 1;
    }
    assert!(number > least, "only {number} places were tried");
}

#[test]
fn killed_at_every_write_of_the_journal() {
    every_place("journal", 20);
}

#[test]
fn killed_before_and_after_every_call() {
    every_place("call", 9);
}

#[test]
fn a_run_that_was_cut_off_is_shown_taken_up_or_forgotten() {
    let lab = killed("journal", 6).expect("there are six writes");
    lab.run(&["unlock"]).ends(0).shows("was cut off").shows("item.").shows("rzp apply");
    lab.run(&["apply", "--yes"]).ends(0).tells("is taken up");
    let lab = killed("journal", 6).expect("there are six writes");
    lab.run(&["unlock", "--discard"]).ends(0);
    lab.run(&["unlock"]).ends(0).shows("none was cut off");
    lab.run(&["apply", "--yes"]).ends(0);
    assert_eq!(lab.shelf.items(), wanted());
}

#[test]
fn a_last_line_that_is_torn_is_none() {
    let lab = killed("journal", 8).expect("there are eight writes");
    let path = lab.root.join("state/rzp/test/run.jsonl");
    let text = fs::read_to_string(&path).expect("a journal");
    fs::write(&path, format!("{text}{{\"done\":{{\"addr")).expect("written");
    lab.run(&["apply", "--yes"]).ends(0);
    assert_eq!(lab.shelf.items(), wanted());
}

#[test]
fn without_a_journal_nothing_is_sent() {
    let lab = Lab::new(&THERE, &WANTED);
    fs::create_dir_all(lab.root.join("state/rzp")).expect("made");
    fs::write(lab.root.join("state/rzp/test"), "in the way").expect("written");
    lab.run(&["apply", "--yes"]).ends(1).tells("the journal cannot be kept");
    assert_eq!(lab.shelf.count("PUT") + lab.shelf.count("POST") + lab.shelf.count("DELETE"), 0);
}

#[test]
fn a_disk_that_fills_up_stops_the_run() {
    let lab = Lab::new(&THERE, &WANTED);
    let script = format!("ulimit -f 4; exec {} apply --yes", env!("CARGO_BIN_EXE_rzp"));
    let mut command = lab.command(&[]);
    let envs: Vec<_> =
        command.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned))).collect();
    drop(command.output());
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &script]).current_dir(&lab.root);
    for (name, value) in envs {
        shell.env(name, value.unwrap_or_default());
    }
    let run = Run::of(shell.stdin(std::process::Stdio::null()).output().expect("it runs"));
    assert_ne!(run.code, Some(0), "{run:?}");
    lab.run(&["apply", "--yes"]).ends(0);
    assert_eq!(lab.shelf.items(), wanted());
}

#[test]
fn two_runs_at_once_are_one_after_another() {
    let lab = Lab::new(&THERE, &WANTED);
    let first = lab.start(&["apply", "--yes"]);
    let second = lab.start(&["apply", "--yes"]);
    let codes: Vec<Run> =
        [first, second].into_iter().map(|child| Run::of(child.wait_with_output().expect("it ends"))).collect();
    let well = codes.iter().filter(|run| run.code == Some(0)).count();
    let locked = codes.iter().filter(|run| run.code == Some(1) && run.err.contains("E0719")).count();
    assert!(well >= 1 && well + locked == 2, "{codes:?}");
    assert_eq!(lab.shelf.items(), wanted());
}
