//! No secret is in anything that a run writes: results, messages, plans, the journal; in no form that secrets travel in.

use crate::lab::Lab;
use crate::shelf::{Fault, TOKEN};
use rzp_lang::calc::encode::{Alphabet, to_base64, to_percent};
use std::fs;
use std::path::Path;

fn forms() -> Vec<String> {
    let once = to_percent(TOKEN);
    let base64 = to_base64(TOKEN.as_bytes(), Alphabet::Standard);
    vec![TOKEN.to_owned(), to_percent(&once), once, base64.trim_end_matches('=').to_owned(), base64]
}

#[track_caller]
fn clean(text: &str, what: &str) {
    for form in forms() {
        assert!(!text.contains(&form), "{what} has a secret: {text}");
    }
}

fn all_files(folder: &Path, look: &mut dyn FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all_files(&path, look);
        } else {
            look(&path, &String::from_utf8_lossy(&fs::read(&path).expect("a file")));
        }
    }
}

#[test]
fn no_output_has_a_secret_in_it() {
    let lab = Lab::new(&[("dear", "x")], &[("one", "first"), ("job", "made")]);
    let echo = format!("{{\"message\":\"{TOKEN} and {} and {}\"}}", to_percent(TOKEN), forms()[4]);
    let runs: [&[&str]; 8] = [
        &["plan", "--out", "plan.json"],
        &["plan", "--json"],
        &["plan", "--markdown"],
        &["plan", "--html"],
        &["plan", "--all"],
        &["apply", "--yes", "--destroy", "item.dear", "--json"],
        &["unlock"],
        &["apply", "--yes", "--destroy", "item.dear"],
    ];
    for args in runs {
        // A server that repeats what it was sent is the hardest case.
        lab.shelf.fails("PUT", 1, Fault::Answer(400, Vec::new(), echo.clone()));
        lab.shelf.fails("POST", 1, Fault::Answer(400, Vec::new(), format!("<b>{TOKEN}</b>")));
        let run = lab.run(args);
        clean(&run.out, &args.join(" "));
        clean(&run.err, &args.join(" "));
        all_files(&lab.root, &mut |path, text| clean(text, &path.display().to_string()));
    }
    lab.shelf.fails("GET", 1, Fault::Answer(400, Vec::new(), echo));
    let run = lab.run(&["plan"]).ends(1).tells("‹secret›");
    clean(&run.err, "a refused read");
    let killed = lab.command(&["apply", "--yes", "--destroy", "item.dear"]).env("RZP_CRASH", "call:1").output();
    let killed = killed.expect("it starts");
    clean(&String::from_utf8_lossy(&killed.stderr), "a run that was killed");
    all_files(&lab.root, &mut |path, text| clean(text, &path.display().to_string()));
}

#[test]
fn secrets_are_no_arguments() {
    let lab = Lab::new(&[], &[]);
    let help = lab.run(&["apply", "--help"]).ends(0);
    assert!(!help.out.contains("--token") && !help.out.contains("--password"));
}
