//! What a plan shows, how it ends, and what stands against it.

use crate::lab::Lab;
use crate::shelf::Fault;

const BOTH: [(&str, &str); 2] = [("one", "first"), ("two", "second")];

#[test]
fn a_plan_is_shown_carried_out_and_then_empty() {
    let lab = Lab::new(&[("two", "old")], &BOTH);
    lab.run(&["plan"])
        .ends(2)
        .shows("+ item.one")
        .shows("~ item.two")
        .shows("old → second")
        .shows("1 to create, 1 to update");
    assert_eq!(lab.shelf.count("GET"), 1);
    lab.run(&["apply", "--yes"]).ends(0).tells("2 of 2 actions done");
    lab.run(&["plan"]).ends(0).shows("nothing to do");
    assert_eq!(lab.journal(), None);
}

#[test]
fn without_anybody_to_agree_nothing_is_done() {
    let lab = Lab::new(&[], &BOTH);
    lab.run(&["apply"]).ends(4).tells("E0717").tells("--yes");
    assert!(lab.shelf.items().is_empty());
}

#[test]
fn a_saved_plan_is_carried_out_and_nothing_else() {
    let lab = Lab::new(&[], &BOTH);
    lab.run(&["plan", "--out", "plan.json"]).ends(2).tells("rzp apply plan.json");
    lab.wants(&[("three", "third")], "");
    lab.run(&["apply", "plan.json", "--yes"]).ends(0).tells("other texts of services/stack.rzp");
    assert_eq!(lab.shelf.items().into_keys().collect::<Vec<_>>(), ["one", "two"]);
}

#[test]
fn a_world_that_has_moved_stops_the_run() {
    let lab = Lab::new(&[("one", "old")], &[("one", "new"), ("late", "x")]);
    lab.run(&["plan", "--out", "plan.json"]).ends(2);
    lab.shelf.with(|state| state.items.insert("one".to_owned(), "theirs".to_owned()));
    let run = lab.run(&["apply", "plan.json", "--yes"]).ends(3);
    run.tells("E0716").tells("`items.one` is `theirs`, and was `old`").tells("rzp plan");
    assert_eq!(lab.shelf.items()["one"], "theirs");
    assert_eq!(lab.shelf.count("PUT"), 0);
    assert_eq!(lab.journal(), None);
}

#[test]
fn what_moves_after_the_plan_is_seen_before_anything_is_sent() {
    let lab = Lab::new(&[("two", "old")], &[("two", "new")]);
    // The first look is the plan's, the second the guard's.
    lab.shelf.fails("GET", 2, Fault::Meddle("two", "theirs"));
    lab.run(&["apply", "--yes"]).ends(3).tells("E0716");
    assert_eq!(lab.shelf.items()["two"], "theirs");
    assert_eq!(lab.shelf.count("PUT"), 0);
}

#[test]
fn what_is_lost_for_ever_wants_its_name() {
    let lab = Lab::new(&[("dear", "letters"), ("one", "first")], &[("one", "first")]);
    lab.run(&["plan"]).ends(2).tells("--destroy item.dear");
    lab.run(&["apply", "--yes"]).ends(4).tells("refused: item.dear").tells("nothing is done");
    assert_eq!(lab.shelf.count("DELETE"), 0);
    lab.run(&["apply", "--yes", "--destroy", "item.dear"]).ends(0);
    assert_eq!(lab.shelf.items().len(), 1);
}

#[test]
fn much_at_once_is_not_deleted_unasked() {
    let many: Vec<(String, String)> = (0..20).map(|n| (format!("n{n}"), "x".to_owned())).collect();
    let there: Vec<(&str, &str)> = many.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let lab = Lab::new(&there, &[]);
    lab.run(&["apply", "--yes"]).ends(4).tells("20 of 20 objects would be deleted").tells("--allow-mass-delete");
    assert_eq!(lab.shelf.items().len(), 20);
    lab.wants(&there[7..], "");
    lab.run(&["apply", "--yes"]).ends(4).tells("7 of 20 objects would be deleted, more than 30 % of them");
    lab.wants(&there[7..], "deletes = { most = 10, share = 0.5 }");
    lab.run(&["apply", "--yes"]).ends(0);
    lab.wants(&[], "");
    lab.run(&["apply", "--yes", "--allow-mass-delete"]).ends(0);
    assert!(lab.shelf.items().is_empty());
}

#[test]
fn what_is_protected_is_not_deleted() {
    let lab = Lab::with(&[("one", "x"), ("two", "y")], &[("two", "y")], r#"protect = ["item.o*"]"#);
    lab.run(&["apply", "--yes"]).ends(4).tells("it is protected").tells("`item.o*`");
    assert_eq!(lab.shelf.items().len(), 2);
}

#[test]
fn a_part_of_a_plan_takes_what_it_needs_along() {
    let lab = Lab::new(&[], &[("one", "1"), ("two", "2"), ("late", "3")]);
    lab.run(&["apply", "--yes", "--only", "item.late"]).ends(0).tells("done too: item.one").tells("left out: item.two");
    assert_eq!(lab.shelf.items().into_keys().collect::<Vec<_>>(), ["late", "one"]);
    let lab = Lab::new(&[], &[("one", "1"), ("two", "2"), ("late", "3")]);
    lab.run(&["apply", "--yes", "--except", "item.one"]).ends(0).tells("left out: item.late, item.one");
    assert_eq!(lab.shelf.items().into_keys().collect::<Vec<_>>(), ["two"]);
    lab.run(&["plan", "--only", "item.lat"]).ends(1).tells("E0718").tells("did you mean `item.late`?");
}

#[test]
fn plans_have_forms_for_programs_and_reviews() {
    let lab = Lab::new(&[("two", "<old>")], &BOTH);
    let json = lab.run(&["plan", "--json"]).ends(2);
    let plan: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(plan["format"], "rzp-plan/1");
    assert_eq!(plan["parts"][0]["outcome"]["actions"][0]["address"], "item.one");
    assert!(plan["inputs"]["services/stack.rzp"].is_string());
    lab.run(&["plan", "--markdown"])
        .ends(2)
        .shows("- text: <old>")
        .shows("+ text: second")
        .shows("<code>item.two</code>");
    let page = lab.run(&["plan", "--html"]).ends(2).shows("&lt;old&gt;").shows("Content-Security-Policy");
    assert!(!page.out.contains("<script") && !page.out.contains("http-equiv=\"refresh\""));
}

#[test]
fn events_are_told_to_programs_in_lines() {
    let lab = Lab::new(&[], &BOTH);
    let run = lab.run(&["apply", "--yes", "--json"]).ends(0);
    let events: Vec<serde_json::Value> =
        run.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert!(events.iter().all(|event| event["schema"] == "rzp-events/1"));
    let done = events.iter().filter(|event| event["event"] == "done").count();
    assert_eq!(done, 2, "{}", run.out);
}

#[test]
fn what_is_no_plan_is_said_to_be_none() {
    let lab = Lab::new(&[], &BOTH);
    std::fs::write(lab.root.join("a.json"), "{}").expect("written");
    lab.run(&["apply", "a.json"]).ends(1).tells("E0718").tells("rzp plan --out plan.json");
    std::fs::write(lab.root.join("b.json"), r#"{ "format": "rzp-plan/9" }"#).expect("written");
    lab.run(&["apply", "b.json"]).ends(1).tells("rzp-plan/9");
    lab.run(&["apply", "c.json"]).ends(1).tells("cannot read `c.json`");
    std::fs::remove_file(lab.root.join("services/stack.rzp")).expect("removed");
    lab.run(&["plan"]).ends(1).tells("E0712");
}
