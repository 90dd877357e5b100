//! Servers and networks that fail: a run ends with the same world as without the fault, or says why not.

use crate::lab::Lab;
use crate::shelf::Fault;
use std::time::{Duration, Instant};

const THREE: [(&str, &str); 3] = [("one", "first"), ("job", "made"), ("late", "last")];

/// A run with a fault, and a second one if the first gave up, end with what is wanted.
fn converges(method: &'static str, nth: usize, fault: Fault) -> usize {
    let lab = Lab::new(&[("old", "x")], &THREE);
    lab.shelf.fails(method, nth, fault.clone());
    let first = lab.run(&["apply", "--yes"]);
    if first.code != Some(0) {
        assert!(matches!(first.code, Some(1 | 5)), "{method} {nth} {fault:?}: {first:?}");
        lab.run(&["apply", "--yes"]).ends(0);
    }
    let found: Vec<(String, String)> = lab.shelf.items().into_iter().collect();
    let mut wanted: Vec<(String, String)> =
        THREE.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    wanted.sort();
    assert_eq!(found, wanted, "{method} {nth} {fault:?}");
    lab.run(&["plan"]).ends(0);
    lab.shelf.with(|state| state.asked.len())
}

/// Every request of a plain run, by its method and number.
fn points() -> Vec<(&'static str, usize)> {
    let counts = [("GET", 6), ("PUT", 2), ("POST", 1), ("DELETE", 1)];
    counts.iter().flat_map(|(method, count)| (1..=*count).map(move |nth| (*method, nth))).collect()
}

#[test]
fn connections_that_end_before_or_after_the_work() {
    for (method, nth) in points() {
        for fault in [Fault::CutBefore, Fault::CutAfter, Fault::Half] {
            let asked = converges(method, nth, fault.clone());
            assert!(asked <= 30, "{method} {nth} {fault:?}: {asked} requests");
        }
    }
}

#[test]
fn servers_that_fail_before_or_after_the_work() {
    for (method, nth) in points() {
        for status in [500, 503, 524] {
            let body = "<html>bad gateway</html>".to_owned();
            converges(method, nth, Fault::Answer(status, Vec::new(), body.clone()));
            converges(method, nth, Fault::After(status, body));
        }
    }
}

#[test]
fn answers_that_are_none() {
    for (method, nth) in points() {
        for body in ["<html>welcome</html>", "{\"items\": {", "\u{feff}nonsense"] {
            converges(method, nth, Fault::After(200, body.to_owned()));
        }
    }
}

#[test]
fn requests_that_are_delivered_twice() {
    for (method, nth) in points() {
        converges(method, nth, Fault::Twice);
    }
}

#[test]
fn servers_that_do_not_answer_in_time() {
    for method in ["GET", "PUT", "POST", "DELETE"] {
        converges(method, 1, Fault::Stall(Duration::from_millis(2_500)));
    }
}

#[test]
fn a_server_that_wants_a_pause_gets_it() {
    let later = |after: &str| Fault::Answer(429, vec![("retry-after", after.to_owned())], "{}".to_owned());
    for (method, nth) in points() {
        let begun = Instant::now();
        converges(method, nth, later("1"));
        assert!(begun.elapsed() >= Duration::from_secs(1), "{method} {nth}");
    }
}

/// A date, by the server's own clock; a number that is none; none at all.
#[test]
fn how_long_to_wait_may_be_said_in_any_form() {
    let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT".to_owned());
    let forms = [
        vec![date.clone(), ("retry-after", "Sun, 06 Nov 1994 08:49:39 GMT".to_owned())],
        vec![date, ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT".to_owned())],
        vec![("retry-after", "soon".to_owned())],
        vec![("retry-after", "-5".to_owned())],
        vec![],
    ];
    for headers in forms {
        let begun = Instant::now();
        converges("PUT", 1, Fault::Answer(429, headers.clone(), "{}".to_owned()));
        let least = if headers.len() == 2 && headers[1].1.contains("08:49:39") { 2 } else { 0 };
        assert!(begun.elapsed() >= Duration::from_secs(least), "{headers:?}");
    }
}

#[test]
fn a_pause_that_is_longer_than_the_run_ends_it() {
    let lab = Lab::new(&[], &[("one", "first")]);
    let pause = |seconds: &str| Fault::Answer(429, vec![("retry-after", seconds.to_owned())], "{}".to_owned());
    for seconds in ["120", "300"] {
        lab.shelf.fails("PUT", 1, pause(seconds));
        let begun = Instant::now();
        lab.run(&["apply", "--yes", "--timeout", "20s"]).ends(1).tells("too many requests");
        assert!(begun.elapsed() < Duration::from_secs(15));
    }
    lab.run(&["apply", "--yes"]).ends(0);
}

#[test]
fn a_job_that_fails_says_why_with_its_log() {
    let lab = Lab::new(&[], &THREE);
    lab.shelf.fails("POST", 1, Fault::Job("no space left"));
    let run = lab.run(&["apply", "--yes"]).ends(5);
    run.tells("item.job: failed: no space left").tells("the shelf is full").tells("2 of 3 actions done").tells("E0720");
    lab.run(&["apply", "--yes"]).ends(0);
}

#[test]
fn a_job_with_warnings_is_done() {
    let lab = Lab::new(&[], &THREE);
    lab.shelf.fails("POST", 1, Fault::Job("WARNINGS: 2"));
    lab.run(&["apply", "--yes"]).ends(0).tells("ended with a warning: WARNINGS: 2");
}

#[test]
fn a_refusal_stops_what_needs_it_and_nothing_else() {
    let lab = Lab::new(&[], &[("one", "first"), ("two", "second"), ("late", "last")]);
    lab.shelf.fails("PUT", 1, Fault::Answer(400, Vec::new(), "{\"message\":\"too long\"}".to_owned()));
    lab.run(&["apply", "--yes"]).ends(5).tells("too long").tells("has failed");
    assert_eq!(lab.shelf.items().len(), if lab.shelf.items().contains_key("one") { 2 } else { 1 });
}

#[test]
fn a_token_that_is_not_known_is_named_by_its_place() {
    let lab = Lab::new(&[], &THREE);
    let run = lab.command(&["plan"]).env("SHELF_TOKEN", "another-token").output().expect("it runs");
    let run = crate::lab::Run::of(run).ends(1).tells("E0715").tells("no such token").tells("`SHELF_TOKEN`");
    assert!(!run.err.contains("another-token"));
    let run = lab.command(&["plan"]).env_remove("SHELF_TOKEN").output().expect("it runs");
    crate::lab::Run::of(run).ends(1).tells("E0713").tells("read -rs SHELF_TOKEN");
}

#[test]
fn a_token_that_is_revoked_in_the_middle_stops_the_run_and_is_no_reason_to_forget() {
    let lab = Lab::new(&[], &THREE);
    let refused = || Fault::Answer(401, Vec::new(), "{\"message\":\"no such token\"}".to_owned());
    lab.shelf.fails("PUT", 1, refused()).fails("POST", 1, refused());
    lab.run(&["apply", "--yes"]).ends(1).tells("no such token");
    lab.run(&["apply", "--yes"]).ends(0);
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_so() {
    let lab = Lab::new(&[], &THREE);
    let run = lab.command(&["plan"]).env("RZP_SHELF_URL", "http://127.0.0.1:9").output().expect("it runs");
    crate::lab::Run::of(run).ends(1).tells("E0714").tells("http://127.0.0.1:9");
}

#[test]
fn a_server_that_points_elsewhere_is_not_followed() {
    let lab = Lab::new(&[], &THREE);
    let elsewhere = crate::shelf::Shelf::new(&[]);
    let there = vec![("location", format!("http://{}/items", elsewhere.address))];
    lab.shelf.fails("GET", 1, Fault::Answer(302, there, String::new()));
    lab.run(&["plan"]).ends(1).tells("E0715").tells("302");
    assert!(elsewhere.with(|state| state.asked.is_empty()));
}
