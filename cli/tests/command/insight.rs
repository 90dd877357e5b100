//! `--profile` and `--stats` of `rzp eval` and `rzp build`: what they write, and that the run is the same with them.

use super::Folder;
use roxmltree::Document;
use std::process::Command;

const TWICE: &str = "{ twice(n) = n + n }\n";

const PROGRAM: &str = r#"let Even = fn(n) => n % 2 == 0
{
  total : Even = (import "./twice.rzp").twice(std.list.length([1]))
}
"#;

fn program() -> Folder {
    Folder::new(&[("main.rzp", PROGRAM), ("twice.rzp", TWICE)])
}

const SERVICE: &str = r#"{
  home.apps.web = { apiVersion = "v1", kind = "ConfigMap", metadata.name = "web", data.size = "\(std.list.length([1]))" }
}
"#;

/// The numbers of a run by their names.
fn numbers(err: &str) -> serde_json::Map<String, serde_json::Value> {
    let line = err.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("no numbers in:\n{err}"));
    serde_json::from_str(line).expect("an object")
}

#[test]
fn folded_stacks_name_what_ran() {
    let folder = program();
    for ending in ["txt", "folded", "TXT"] {
        let file = format!("out.{ending}");
        let run = folder.run(&["eval", "main.rzp", "--profile", &file]).ends(0);
        run.prints("{\n  \"total\": 2\n}\n").mentions(&format!("wrote {file} ("));
        let stacks = folder.read(&file);
        for stack in [
            "all;import main.rzp;read ",
            "all;import main.rzp;parse ",
            "all;total (main.rzp:3) ",
            "all;total (main.rzp:3);import twice.rzp;parse ",
            "all;total (main.rzp:3);twice (twice.rzp:1);std.list.length ",
            "all;total (main.rzp:3);check Even (main.rzp:3);Even (main.rzp:1) ",
            "all;total (main.rzp:3);write ",
            "all;print ",
        ] {
            assert!(stacks.lines().any(|line| line.starts_with(stack)), "no `{stack}` in:\n{stacks}");
        }
    }
}

#[test]
fn a_picture_is_one_file_that_asks_nothing() {
    let folder = program();
    folder.run(&["eval", "main.rzp", "--profile", "out.svg"]).ends(0);
    let picture = folder.read("out.svg");
    let parsed = Document::parse(&picture).expect("well-formed");
    let title = parsed.root_element().children().find(|node| node.has_tag_name("title")).and_then(|node| node.text());
    assert!(title.is_some_and(|title| title.starts_with("rzp eval main.rzp: ")), "{title:?}");
    let classes: Vec<&str> = parsed
        .descendants()
        .filter(|node| node.attribute("data-row").is_some())
        .filter_map(|g| g.attribute("class"))
        .collect();
    for kind in ["all", "field", "function", "native", "contract", "file", "output"] {
        assert!(classes.contains(&kind), "no {kind} in {classes:?}");
    }
    let loads = |node: roxmltree::Node| node.attributes().any(|it| ["href", "src"].contains(&it.name()));
    assert!(!parsed.descendants().any(loads) && !picture.contains("url("));
}

#[test]
fn node_takes_the_script() {
    let folder = program();
    folder.run(&["eval", "main.rzp", "--profile", "out.svg"]).ends(0);
    let picture = folder.read("out.svg");
    let script = picture.split("<![CDATA[").nth(1).and_then(|rest| rest.split("]]>").next()).expect("a script");
    folder.write("flame.js", script);
    match Command::new("node").arg("--check").arg(folder.path("flame.js")).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => println!("left out: there is no `node` here"),
    }
}

#[test]
fn a_run_that_fails_gives_its_profile() {
    let folder = Folder::new(&[("main.rzp", "let inner(n) = 1 // n\n{ a = 1 + inner(0) }\n")]);
    let run = folder.run(&["eval", "main.rzp", "--profile", "out.txt", "--stats=json"]).ends(1).mentions("E0408");
    assert_eq!(numbers(&run.err)["bytesWritten"], 0);
    let stacks = folder.read("out.txt");
    assert!(stacks.contains("all;a (main.rzp:2);inner (main.rzp:1) "), "{stacks}");
    // One that cannot even be read.
    let folder = Folder::new(&[("main.rzp", "{ a = ")]);
    folder.run(&["eval", "main.rzp", "--profile", "out.svg"]).ends(1);
    assert!(folder.read("out.svg").contains("import main.rzp"));
}

#[test]
fn a_build_shows_services_and_their_fields() {
    let folder = Folder::new(&[("services/main.rzp", SERVICE)]);
    folder.run(&["build", "--profile", "out.txt"]).ends(0).mentions("wrote 1, removed 0");
    let stacks = folder.read("out.txt");
    let place = "(services/main.rzp:2)";
    let way = format!("all;home {place};apps {place};web {place};data {place};size {place};std.list.length ");
    assert!(stacks.lines().any(|line| line.starts_with(&way)), "{stacks}");
    assert!(stacks.contains("all;place files "), "{stacks}");
    // Where it fails, nothing is placed, and the profile is there.
    let folder = Folder::new(&[("services/main.rzp", &SERVICE.replace("[1]", "1"))]);
    folder.run(&["build", "--profile", "out.txt"]).ends(1);
    let stacks = folder.read("out.txt");
    assert!(stacks.contains("std.list.length ") && !stacks.contains("place files"), "{stacks}");
}

#[test]
fn other_endings_are_refused() {
    let folder = program();
    for name in ["out.png", "out", "svg", ".svg"] {
        let run = folder.run(&["eval", "main.rzp", "--profile", name]).ends(64);
        run.mentions("end it in .svg for a picture, or in .txt or .folded for folded stacks");
    }
    folder.run(&["build", "--profile", "out.html"]).ends(64);
}

#[test]
fn a_profile_that_cannot_be_written_is_an_error() {
    let folder = program();
    let run = folder.run(&["eval", "main.rzp", "--profile", "none/out.svg"]).ends(1);
    run.prints("{\n  \"total\": 2\n}\n").mentions("cannot write `none/out.svg`");
}

#[test]
fn numbers_of_a_run() {
    let folder = program();
    let run = folder.run(&["eval", "main.rzp", "--stats"]).ends(0).prints("{\n  \"total\": 2\n}\n");
    let rows: Vec<(&str, &str)> = run.err.lines().filter_map(|line| line.split_once("  ")).collect();
    let value = |name: &str| {
        let row = rows.iter().find(|(row, _)| *row == name);
        row.unwrap_or_else(|| panic!("no `{name}` in:\n{}", run.err)).1.trim()
    };
    let read = (PROGRAM.len() + TWICE.len()).to_string();
    let expected = [
        ("files read", "2"),
        ("bytes read", &read),
        ("bytes written", "17"),
        ("calls", "3"),
        ("fields computed", "1"),
        ("contracts proved", "0"),
        ("contracts checked", "1"),
        ("contracts skipped", "0"),
        ("merges planned", "0"),
        ("merged fields computed", "0"),
    ];
    expected.iter().for_each(|(name, number)| assert_eq!(value(name), *number, "{name} in:\n{}", run.err));
    for name in ["time reading", "time parsing and compiling", "time evaluating", "time writing"] {
        let (number, unit) = value(name).split_once(' ').expect("a unit");
        assert!(number.parse::<f64>().is_ok() && ["ns", "µs", "ms", "s"].contains(&unit), "{name}");
    }
    // The last column ends where it ends everywhere.
    let widths: Vec<usize> = run.err.lines().map(|line| line.chars().count()).collect();
    assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{}", run.err);
}

#[test]
fn numbers_for_programs() {
    let folder = Folder::new(&[("services/main.rzp", SERVICE)]);
    let run = folder.run(&["build", "--stats=json", "--diagnostics", "json"]).ends(0);
    let told = numbers(&run.err);
    assert_eq!(told["filesRead"].as_u64().map(|files| files >= 1), Some(true));
    let file = folder.list("kubernetes").pop().expect("a manifest");
    assert_eq!(told["bytesWritten"], folder.read(&format!("kubernetes/{file}")).len());
    assert!(told["timeCompiling"].as_u64() > Some(0) && told["timeEvaluating"].as_u64() > Some(0));
    #[cfg(target_os = "linux")]
    assert!(told["peakMemory"].as_u64() > Some(1 << 20));
    // What is there already is not written again.
    let run = folder.run(&["build", "--stats=json"]).ends(0);
    assert_eq!(numbers(&run.err)["bytesWritten"], 0);
    folder.run(&["eval", "services/main.rzp", "--stats=yaml"]).ends(64);
}
