//! Mistakes that people make, each with what RZP says: see `tests/src/mistakes.rs` for their form.
//!
//! `cargo test --test mistakes fields` runs those with `fields` in their name. `RZP_BLESS=1` writes
//! what came into the files (those that the filter names) and into `docs/mistakes.md` and its pages: read
//! the difference before you keep it. `RZP_PEERS=1` asks the other languages again: see `tests/src/recording.rs`.

use libtest_mimic::{Arguments, Failed, Trial};
use rzp_tests::mistakes::{self, FOLDER, Mistake};
use rzp_tests::peers::{self, Peer};
use rzp_tests::scores::Entry;
use rzp_tests::told::{self, Told};
use rzp_tests::{gallery, house, recording};
use std::fs;
use std::process::ExitCode;

/// Of all messages: those with the true line, the wrong words and working advice.
const GOOD_PERCENT: usize = 95;
/// Of all messages: those that show the true line first.
const LINE_PERCENT: usize = 90;
/// Lines of the message in the middle, and of the longest one.
const MEDIAN_LINES: usize = 10;
const MOST_LINES: usize = 25;
/// Fewer would measure nothing.
const LEAST_MISTAKES: usize = 60;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let read: Vec<(String, Result<Mistake, String>)> = house::files(FOLDER)
        .into_iter()
        .filter(|file| file.has_extension("txt"))
        .map(|file| (file.path.clone(), mistakes::parse(&name(&file.path), &file.text)))
        .collect();
    let filter = arguments.filter.as_deref().unwrap_or("");
    if std::env::var_os("RZP_BLESS").is_some() {
        bless(read, filter);
        return ExitCode::SUCCESS;
    }
    if std::env::var_os("RZP_PEERS").is_some() {
        record(read, filter);
        return ExitCode::SUCCESS;
    }
    let mut trials = Vec::new();
    let mut all = Vec::new();
    for (path, mistake) in read {
        match mistake {
            Ok(mistake) => {
                all.push(mistake.clone());
                trials.push(Trial::test(mistake.name.clone(), move || snapshot(&mistake).map_err(Failed::from)));
            }
            Err(what) => trials.push(Trial::test(path, move || Err(Failed::from(what)))),
        }
    }
    let measured = all.clone();
    let asked = all.clone();
    trials.push(Trial::test("all messages together are good", move || measure(&measured).map_err(Failed::from)));
    trials.push(Trial::test("other languages are asked too", move || heard(&asked).map_err(Failed::from)));
    trials.push(Trial::test("the gallery shows what is said", move || shown(&all).map_err(Failed::from)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// `fields/misspelt`
fn name(path: &str) -> String {
    path.trim_start_matches(FOLDER).trim_start_matches('/').trim_end_matches(".txt").to_owned()
}

/// The mistake with what came now in its sections.
fn renewed(mistake: &Mistake) -> Mistake {
    let mut new = mistake.clone();
    let told = told::tell(mistake);
    let message = |how: &str| told.iter().find(|told| told.how == how).map(|told| told.message.clone());
    let (check, run) = (message("check"), message("run"));
    let both = check == run;
    new.set("message", check.clone().filter(|_| both));
    new.set("check", check.filter(|_| !both));
    new.set("run", run.filter(|_| !both));
    let short = |text: &String| text.len() <= 300;
    new.set("gives", told::mended(mistake).ok().filter(short).map(|text| text.trim_end().to_owned() + "\n"));
    new
}

fn snapshot(mistake: &Mistake) -> Result<(), String> {
    if told::tell(mistake).is_empty() {
        return Err("neither the check nor the run says anything of it".to_owned());
    }
    let new = renewed(mistake);
    for name in ["message", "check", "run", "gives"] {
        let (old, new) = (mistake.section(name).unwrap_or("nothing\n"), new.section(name).unwrap_or("nothing\n"));
        if old != new {
            return Err(format!("`{name}` was\n{old}and is now\n{new}"));
        }
    }
    Ok(())
}

fn measure(all: &[Mistake]) -> Result<(), String> {
    let told: Vec<(&Mistake, Told)> =
        all.iter().flat_map(|mistake| told::tell(mistake).into_iter().map(move |told| (mistake, told))).collect();
    let mut lengths: Vec<usize> = told.iter().flat_map(|(_, told)| told.verdict.lengths.clone()).collect();
    lengths.sort_unstable();
    let (median, most) = (lengths.get(lengths.len() / 2).copied(), lengths.last().copied());
    let good = told.iter().filter(|(_, told)| told.verdict.is_good()).count();
    let lines = told.iter().filter(|(_, told)| told.verdict.line).count();
    let figures = format!(
        "{} mistakes, {} messages: {good} good, {lines} with the true line first, median {median:?} lines, most {most:?}",
        all.len(),
        told.len()
    );
    println!("{figures}");
    let enough = all.len() >= LEAST_MISTAKES
        && good * 100 >= GOOD_PERCENT * told.len()
        && lines * 100 >= LINE_PERCENT * told.len()
        && median.is_some_and(|lines| lines <= MEDIAN_LINES)
        && most.is_some_and(|lines| lines <= MOST_LINES);
    let poor = told.iter().filter(|(_, told)| !told.verdict.is_good() || told.verdict.lengths.iter().any(|l| *l > 14));
    let poor: String =
        poor.map(|(mistake, told)| format!("{} ({}): {:?}\n", mistake.name, told.how, told.verdict)).collect();
    if std::env::var_os("RZP_POOR").is_some() {
        println!("{poor}");
    }
    if enough { Ok(()) } else { Err(format!("{figures}\n{poor}")) }
}

/// Whether each mistake stands in the other languages too, with what they say of it.
fn heard(all: &[Mistake]) -> Result<(), String> {
    let faults = |mistake: &Mistake| match peers::of(mistake) {
        Ok(peers) => peers.faults(mistake).into_iter().map(|fault| format!("{}: {fault}", mistake.name)).collect(),
        Err(what) => vec![what],
    };
    let faults: Vec<String> = all.iter().flat_map(faults).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn pages(all: &[Mistake]) -> Result<Vec<(String, String)>, String> {
    let entry = |mistake| Ok(Entry { mistake, told: told::tell(mistake), peers: peers::of(mistake)? });
    let entries: Vec<Entry> = all.iter().map(entry).collect::<Result<_, String>>()?;
    Ok(gallery::pages(&entries))
}

fn shown(all: &[Mistake]) -> Result<(), String> {
    let stale = |(path, text): &(String, String)| {
        let old = fs::read_to_string(house::root().join(path)).unwrap_or_default();
        (old != *text).then(|| format!("{path} is stale: bless it"))
    };
    let stale: Vec<String> = pages(all)?.iter().filter_map(stale).collect();
    if stale.is_empty() { Ok(()) } else { Err(stale.join("\n")) }
}

fn write_pages(all: &[Mistake]) {
    for (path, text) in pages(all).expect("a file `.peers` beside each mistake") {
        let path = house::root().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of the pages");
        fs::write(path, text).expect("a page of the gallery");
    }
}

/// Asks the languages that are there, and writes what they say.
fn record(read: Vec<(String, Result<Mistake, String>)>, filter: &str) {
    let all: Vec<Mistake> = read.into_iter().filter_map(|(_, mistake)| mistake.ok()).collect();
    for peer in Peer::ALL {
        if let Err(what) = recording::ready(peer) {
            println!("{} is left out: {what}", peer.title());
            continue;
        }
        for mistake in all.iter().filter(|mistake| mistake.name.contains(filter)) {
            let old = peers::of(mistake).expect("a file `.peers` beside the mistake");
            let mut new = old.clone();
            recording::record(peer, &mut new, mistake).expect("the program can be run");
            if peers::print(&new) != peers::print(&old) {
                println!("recorded {} of {}", peer.title(), mistake.name);
                fs::write(house::root().join(peers::path(mistake)), peers::print(&new)).expect("a file `.peers`");
            }
        }
    }
    write_pages(&all);
}

fn bless(read: Vec<(String, Result<Mistake, String>)>, filter: &str) {
    let mut all = Vec::new();
    for (path, mistake) in read {
        let Ok(mistake) = mistake else {
            println!("{path}: {mistake:?}");
            continue;
        };
        let new = if mistake.name.contains(filter) { renewed(&mistake) } else { mistake.clone() };
        if mistakes::print(&new) != mistakes::print(&mistake) {
            println!("blessed {path}");
            fs::write(house::root().join(&path), mistakes::print(&new)).expect("a file of a mistake");
        }
        all.push(new);
    }
    write_pages(&all);
    measure(&all).unwrap_or_else(|what| println!("{what}"));
}
