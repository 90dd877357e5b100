//! The cache of `rzp build`: with it, everything is as without it.

use super::{Folder, Run};
use rzp_lang::calc::encode::to_hex;
use rzp_lang::calc::hash::{Algorithm, digest};
use std::fs::{self, File};
use std::time::{Duration, SystemTime};

const MAIN: &str = r#"
let envs = import "./env/*.rzp"
let services = import "./apps/*.rzp"
let extra = import "./extra/*.yaml"
let object(kind, name, extra = {}) = { apiVersion = "v1", kind = kind, metadata = { name = name } } & extra
{
  for (name, env) in envs {
    "\(name)" = {
      apps = { for (name, make) in services { "\(name)" = make(env, object) } }
      extra = { for (name, data) in extra { "\(name)" = [object("ConfigMap", name, extra = { data = data })] } }
    }
  }
}
"#;

/// So long a file must rest before it is known by what the system says of it.
const REST: Duration = Duration::from_millis(3300);

fn service(number: u32) -> String {
    format!(
        "let texts = import \"../data/texts.json\"\n\
         fn(env, object) => [object(\"Service\", \"s\", extra = {{ spec.port = env.port + {number} }}),\n\
         object(\"ConfigMap\", \"c\", extra = {{ data.text = texts.a, data.more = import \"../data/more.txt\" }})]\n"
    )
}

fn project() -> Folder {
    let folder = Folder::new(&[
        ("services/main.rzp", MAIN),
        ("services/env/dev.rzp", "{ port = 100 }"),
        ("services/env/home.rzp", "{ port = 200 }"),
        ("services/data/texts.json", "{ \"a\": \"one\" }"),
        ("services/data/more.txt", "more"),
        ("services/extra/x.yaml", "a: b\n"),
    ]);
    (1..5).for_each(|number| folder.write(&format!("services/apps/s{number}.rzp"), &service(number)));
    folder
}

/// What a run says, but for how long it took, and where it wrote.
fn told(run: Run) -> (i32, String, String) {
    let err = run.err.replace("other/", "kubernetes/").replace("in other", "in kubernetes");
    let err = err.lines().map(|line| line.split_once(" in kubernetes (").map_or(line, |(first, _)| first));
    (run.code, run.out, err.collect::<Vec<_>>().join("\n"))
}

fn tree(folder: &Folder, name: &str) -> Vec<(String, String)> {
    let read = |path: String| (folder.read(&format!("{name}/{path}")), path);
    folder.list(name).into_iter().map(read).map(|(text, path)| (path, text)).collect()
}

/// The same folder once more, for a build that knows nothing of others.
fn copied(folder: &Folder) {
    let _ = fs::remove_dir_all(folder.path("other"));
    tree(folder, "kubernetes").iter().for_each(|(path, text)| folder.write(&format!("other/{path}"), text));
}

#[track_caller]
fn compare(folder: &Folder, args: &[&str], after: &str) {
    let run = |more: &[&str]| told(folder.run(&[&["build"], args, more].concat()));
    copied(folder);
    assert_eq!(run(&["--check"]), run(&["--check", "--out", "other", "--no-cache"]), "after {after}");
    assert_eq!(run(&[]), run(&["--out", "other", "--no-cache"]), "after {after}");
    assert_eq!(tree(folder, "kubernetes"), tree(folder, "other"), "after {after}");
}

/// Numbers that look like chance, the same for the same beginning.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { Some(all[self.below(all.len())].clone()) }
    }
}

/// Another text of the same length, at the same time as the old one.
fn rewrite(folder: &Folder, path: &str) {
    let (text, time) = (folder.read(path), fs::metadata(folder.path(path)).and_then(|about| about.modified()));
    let other: String =
        text.chars().map(|c| if c.is_ascii_digit() { ((c as u8 - b'0' + 1) % 10 + b'0') as char } else { c }).collect();
    folder.write(path, &other);
    let file = File::options().append(true).open(folder.path(path)).expect("opened");
    file.set_modified(time.expect("a time")).expect("set");
}

fn edit(folder: &Folder, dice: &mut Dice) -> String {
    let below = |name: &str| folder.list(name).into_iter().map(|path| format!("{name}/{path}")).collect::<Vec<_>>();
    let (apps, made) = (below("services/apps"), below("kubernetes"));
    let app = dice.of(&apps).unwrap_or_else(|| "services/apps/s1.rzp".to_owned());
    let (number, made) = (dice.below(9), dice.of(&made));
    let what = dice.below(22);
    match (what, made) {
        (0 | 1, _) => folder.write(&app, &service(number as u32)),
        (2, _) if apps.contains(&app) => rewrite(folder, &app),
        (3, _) => drop(fs::remove_file(folder.path(&app))),
        (4, _) => folder.write(&format!("services/apps/s{number}.rzp"), &service(7)),
        (5, _) if apps.contains(&app) => {
            fs::rename(folder.path(&app), folder.path(&format!("services/apps/r{number}.rzp"))).expect("renamed");
        }
        (6, _) => folder.write("services/data/texts.json", &format!("{{ \"a\": \"{number}\" }}")),
        (7, _) => rewrite(folder, "services/data/texts.json"),
        (8, _) => folder.write("services/data/more.txt", ["more", "less", "none"][number % 3]),
        (9, _) => folder.write(&format!("services/env/e{}.rzp", number % 3), "{ port = 300 }"),
        (10, _) => drop(fs::remove_file(folder.path(&format!("services/env/e{}.rzp", number % 3)))),
        (11, _) => {
            folder.write(&format!("services/extra/y{}.yaml", number % 3), ["a: 0755\n", "a: b\n", "a: ["][number % 3])
        }
        (12, _) => (0..3).for_each(|n| drop(fs::remove_file(folder.path(&format!("services/extra/y{n}.yaml"))))),
        (13, _) => folder.write("services/idle/here.rzp", "1"),
        (14, _) => drop(fs::remove_dir_all(folder.path("services/idle"))),
        (15, Some(made)) => folder.write(&made, &format!("{}# by hand\n", folder.read(&made))),
        (16, Some(made)) => rewrite(folder, &made),
        (17, Some(made)) => fs::remove_file(folder.path(&made)).expect("removed"),
        (18, Some(made)) => folder.write(&format!("{made}.txt"), "somebody else's\n"),
        (19, Some(made)) => {
            for path in [&made, &app] {
                let file = File::options().append(true).open(folder.path(path));
                let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
            }
        }
        (20, _) => folder.write(&app, "fn(env, object) => object(1"),
        (21, _) => spoil(folder, dice),
        _ => {}
    }
    format!("edit {what} of {app}, {number}")
}

/// Damages or removes what the cache keeps.
fn spoil(folder: &Folder, dice: &mut Dice) {
    let kept = folder.list(".cache/rzp/builds");
    let Some(name) = dice.of(&kept) else { return };
    let path = folder.path(".cache/rzp/builds").join(name);
    let bytes = fs::read(&path).expect("read");
    match dice.below(3) {
        0 => fs::remove_file(path).expect("removed"),
        1 => fs::write(path, &bytes[..dice.below(bytes.len())]).expect("written"),
        _ => fs::write(path, b"something else").expect("written"),
    }
}

fn many_edits(seed: u64) {
    let (folder, mut dice) = (project(), Dice(seed));
    compare(&folder, &[], "nothing");
    for round in 0..80 {
        let mut what = edit(&folder, &mut dice);
        if round % 27 == 26 {
            // From here on files are known without being read.
            std::thread::sleep(REST);
            folder.run(&["build", "--check"]);
            what += ", at rest";
        }
        let args: &[&str] = match dice.below(6) {
            0 => &["--env", "home"],
            1 => &["--only", "s1,extra/x"],
            _ => &[],
        };
        compare(&folder, args, &format!("{what} in round {round} of {seed}"));
    }
}

#[test]
fn with_the_cache_all_is_as_without_it_after_many_edits() {
    many_edits(1);
}

#[test]
fn with_the_cache_all_is_as_without_it_after_many_others() {
    many_edits(2);
}

#[test]
fn with_the_cache_all_is_as_without_it_after_still_others() {
    many_edits(3);
}

/// The texts that the cache keeps are put in the place of those that a build would make: so it is seen who made them.
fn forge(folder: &Folder) {
    for name in folder.list(".cache/rzp/builds").iter().filter(|name| name.ends_with(".texts")) {
        let path = format!(".cache/rzp/builds/{name}");
        let whole = folder.read(&path);
        let text = whole.split_once('\n').expect("a sum").1.replace("one", "ONE");
        folder.write(&path, &format!("{}\n{text}", to_hex(&digest(Algorithm::Sha256, text.as_bytes()))));
    }
}

#[test]
fn what_was_built_before_is_not_built_again() {
    let folder = project();
    folder.run(&["build"]).ends(0);
    forge(&folder);
    let made = "kubernetes/dev/apps/s1/configmap-c.yaml";
    let makes = |args: &[&str], text: &str| {
        fs::remove_dir_all(folder.path("kubernetes")).expect("removed");
        folder.run(&[&["build"], args].concat()).ends(0).mentions("wrote 18");
        assert!(folder.read(made).contains(text), "{}", folder.read(made));
    };
    makes(&[], "text: ONE");
    makes(&["--no-cache"], "text: one");
    folder.write("services/data/more.txt", "other");
    makes(&[], "text: one");
    folder.write("services/data/more.txt", "more");
    makes(&[], "text: ONE");
    folder.write("services/apps/s0.rzp", &service(9));
    folder.run(&["build"]).ends(0).mentions("wrote 12, removed 0, unchanged 10");
    fs::remove_file(folder.path("services/apps/s0.rzp")).expect("removed");
    folder.run(&["build", "--check"]).ends(1).mentions("stale    kubernetes/dev/apps/s0/configmap-c.yaml");
    makes(&["--max-steps", "100000"], "text: one");
}

#[test]
fn a_cache_that_cannot_be_written_is_none() {
    let folder = project();
    folder.write(".cache", "in the way");
    folder.run(&["build"]).ends(0).mentions("wrote 18");
    folder.run(&["build", "--check"]).ends(0).tells("18 files in kubernetes are as the services make them");
    folder.run(&["build"]).ends(0).mentions("unchanged 18");
}

#[cfg(unix)]
#[test]
fn what_links_lead_to_counts() {
    let (folder, outside) = (project(), Folder::new(&[("texts.json", "{ \"a\": \"one\" }")]));
    folder.run(&["build"]).ends(0);
    let texts = folder.path("services/data/texts.json");
    fs::rename(&texts, folder.path("services/data/real.json")).expect("renamed");
    std::os::unix::fs::symlink("real.json", &texts).expect("linked");
    compare(&folder, &[], "a link inside");
    folder.run(&["build"]).ends(0);
    fs::remove_file(&texts).expect("removed");
    std::os::unix::fs::symlink(outside.path("texts.json"), &texts).expect("linked");
    compare(&folder, &[], "a link outside");
    folder.run(&["build"]).ends(1).mentions("a link leads outside the project's root");
}

#[test]
fn other_files_in_the_folder_of_outputs_are_seen() {
    let folder = project();
    folder.run(&["build"]).ends(0);
    folder.write("kubernetes/dev/apps/s1/notes.md", "mine");
    folder.run(&["build"]).ends(0).mentions("wrote 0, removed 0, unchanged 18");
    folder.write("kubernetes/dev/apps/s1/old.yaml", "# Generated by rzp from services/main.rzp; do not edit.\n");
    folder.run(&["build", "--check"]).ends(1).mentions("stale    kubernetes/dev/apps/s1/old.yaml");
    folder.run(&["build"]).ends(0).mentions("wrote 0, removed 1, unchanged 18");
    fs::remove_dir_all(folder.path("kubernetes/dev/apps/s2")).expect("removed");
    folder.write("kubernetes/dev/apps/s2", "a file");
    compare(&folder, &[], "a file where a folder goes");
    folder.run(&["build"]).ends(1).mentions("is in the way");
}
