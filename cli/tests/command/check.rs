//! `rzp check` and `rzp fmt`.

use super::Folder;

#[test]
fn all_files_are_checked_but_those_that_are_no_programs() {
    let folder = Folder::new(&[
        ("a.rzp", "{ a = 1 }"),
        ("b/c.rzp", "{ a = \n"),
        ("b/d.rzp", "nothing"),
        ("cases.rzp", "# What it is about.\n\n--- a section ---\n{ broken"),
        (".hidden/x.rzp", "{"),
        ("target/x.rzp", "{"),
    ]);
    let run = folder
        .run(&["check"])
        .ends(1)
        .mentions("b/c.rzp:")
        .mentions("b/d.rzp:1:1")
        .mentions("checked 3 files, 2 errors (");
    assert!(run.err.contains("2 errors"), "{}", run.err);
    folder.run(&["check", "a.rzp"]).ends(0).mentions("checked 1 file, no errors");
    let run = folder.run(&["check", "b", "--diagnostics", "json"]).ends(1).tells("");
    assert_eq!(run.out.lines().count(), 2, "{}", run.out);
    let run = folder.run(&["check", "b", "--diagnostics", "github"]).ends(1);
    assert!(run.out.lines().all(|line| line.starts_with("::error title=E")), "{}", run.out);
}

#[test]
fn annotations_that_are_left_to_the_run_are_listed() {
    let main = "let Even = fn(x) => x % 2 == 0
let f(n : Int) -> Int = n
{
  port : Int = 80
  half : Even = 4
  name : String = import \"./name.rzp\"
  first : Int = f(1)
  size : Int & >=1 = self.port + 1
  ports : [Int] = [p for p in [1, 2]]
}";
    let folder = Folder::new(&[("main.rzp", main), ("name.rzp", "\"web\"")]);
    let list = "main.rzp:2:11  Int  the caller gives the value
main.rzp:5:10  Even  what the type lets through shows only in the run
main.rzp:6:10  String  nothing is known of the value before the run
main.rzp:8:10  Int & >=1  the value is known only as Int
main.rzp:9:11  [Int]  not all that is in a list is known before the run
";
    folder.run(&["check", "--unproved"]).ends(0).prints(list).mentions("5 of 8 annotations left to the run");
    folder.run(&["check", "main.rzp"]).ends(0).prints("");
}

#[test]
fn imports_are_followed_and_each_file_counts_once() {
    let folder = Folder::new(&[
        ("main.rzp", "[import \"./g/*.rzp\", import \"./data.json\", import \"./gone.rzp\", import \"./x.exe\"]"),
        ("g/a.rzp", "import \"../shared.rzp\""),
        ("g/b.rzp", "import \"../shared.rzp\" + nope"),
        ("shared.rzp", "{ a = 1, a = 2 }"),
        ("data.json", "{ \"a\": }"),
        ("goon.rzp", "1"),
    ]);
    let run = folder.run(&["check", "main.rzp"]).ends(1).mentions("checked 5 files, 5 errors (");
    for part in ["E0202", "E0201", "E0611", "E0101", "E0103", "g/b.rzp:1:", "shared.rzp:1:10", "main.rzp:1:51"] {
        assert!(run.err.contains(part), "{part} is not in:\n{}", run.err);
    }
    assert_eq!(run.err.matches("E0202").count(), 1, "{}", run.err);
    folder.run(&["check", "g"]).ends(1).mentions("checked 3 files, 2 errors (");
    folder.run(&["check", "goon.rzp"]).ends(0).mentions("checked 1 file, no errors (");
}

#[test]
fn two_files_of_a_glob_with_one_stem_are_told() {
    let folder = Folder::new(&[("m.rzp", "import \"./g/*\""), ("g/a.rzp", "1"), ("g/a.json", "2")]);
    folder.run(&["check", "m.rzp"]).ends(1).mentions("E0104").mentions("m.rzp:1:8");
}

#[test]
fn files_that_are_no_text_are_told_by_every_command() {
    let folder = Folder::new(&[("a.rzp", "import \"./b.rzp\"")]);
    std::fs::write(folder.path("b.rzp"), b"\xff\xfe{}").expect("written");
    for command in ["check", "eval", "fmt"] {
        folder.run(&[command, "b.rzp"]).ends(1).prints("").mentions("error[E0615]: ").mentions("is not UTF-8 text");
        folder.run(&[command, "a.rzp"]).ends(i32::from(command != "fmt"));
    }
    for command in ["eval", "fmt"] {
        let run = folder.run_bytes(&[command, "-"], b"\xff").ends(1).prints("");
        run.mentions("error[E0615]: standard input is not UTF-8 text");
    }
    let folder = Folder::new(&[]);
    folder.write("services/main.rzp", "");
    std::fs::write(folder.path("services/main.rzp"), b"\xff").expect("written");
    folder.run(&["build"]).ends(1).mentions("E0615");
    assert!(!folder.path("kubernetes").exists());
}

#[test]
fn an_empty_file_and_an_empty_folder() {
    let folder = Folder::new(&[("a.rzp", ""), ("b/readme.md", "")]);
    for command in ["check", "eval", "fmt"] {
        folder.run(&[command, "a.rzp"]).ends(1).prints("").mentions("nothing to evaluate").mentions("a.rzp:1:1");
    }
    folder.run(&["check", "b"]).ends(0).tells("no .rzp files there to check");
    folder.run_with(&["eval", "-"], "", "").ends(1).mentions("nothing to evaluate");
}

#[test]
fn formatting_in_place_as_a_check_and_as_a_filter() {
    let folder = Folder::new(&[("a.rzp", "{a   =   1}  # one\n"), ("b.rzp", "{ a = 1 }\n")]);
    folder
        .run(&["fmt", "--check"])
        .ends(1)
        .mentions("error[E0706]")
        .mentions("a.rzp:1:2")
        .mentions("1 not formatted, 1 already in order");
    assert_eq!(folder.read("a.rzp"), "{a   =   1}  # one\n");
    folder.run(&["fmt"]).ends(0).tells("1 formatted, 1 already in order");
    let formatted = folder.read("a.rzp");
    assert!(formatted.contains("# one") && formatted.contains("a = 1"), "{formatted}");
    folder.run(&["fmt", "--check"]).ends(0).tells("0 not formatted, 2 already in order");
    folder.run_with(&["fmt", "-"], "", "{a   =   1}  # one\n").ends(0).prints(&formatted).tells("");
    folder.run_with(&["fmt", "-", "--check"], "", "{a   =   1}").ends(1).prints("").mentions("<stdin>:1:2");
}

#[test]
fn sections_of_tests_are_no_program() {
    let text = "--- one ---\n1  +  1\n#=> 2\n";
    let folder = Folder::new(&[("a.test.rzp", text)]);
    for call in [&["check", "a.test.rzp"][..], &["eval", "a.test.rzp"], &["explain", "x", "a.test.rzp"]] {
        let run = folder.run(call).ends(64);
        run.mentions("holds sections of tests, and no program").mentions("`rzp test a.test.rzp`");
    }
    folder.run(&["fmt", "a.test.rzp"]).ends(0).tells("0 formatted, 0 already in order, 1 of sections left as written");
    folder.run_with(&["fmt", "-"], "", text).ends(0).prints(text);
    assert_eq!(folder.read("a.test.rzp"), text);
}

#[test]
fn files_with_errors_are_left_alone() {
    let folder = Folder::new(&[("a.rzp", "{ a = = 1 }"), ("b.rzp", "{a   =   1}")]);
    folder
        .run(&["fmt"])
        .ends(1)
        .mentions("a.rzp:1:")
        .mentions("1 formatted, 0 already in order, 1 left alone for errors");
    assert_eq!(folder.read("a.rzp"), "{ a = = 1 }");
}

#[cfg(unix)]
#[test]
fn a_folder_that_takes_no_files_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("a/b.rzp", "{a   =   1}")]);
    let allow = |mode| {
        let path = folder.path("a");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("changed");
    };
    allow(0o555);
    // Whoever may do everything is refused nothing.
    let refused = std::fs::write(folder.path("a/probe"), "").is_err();
    let run = folder.run(&["fmt", "a/b.rzp"]);
    allow(0o755);
    if refused {
        run.ends(1).mentions("error[E0707]: cannot write `a/b.rzp`: permission denied");
    }
}

#[test]
fn a_file_in_the_place_of_the_output_folder_is_told() {
    let folder = Folder::new(&[("services/main.rzp", "{}"), ("out", "a file")]);
    folder.run(&["build", "--out", "out"]).ends(1).mentions("error[E0707]: cannot open `out`: not a directory");
}

const LINTED: &str =
    "let { a, b } = import \"./two.rzp\"\n# Kept.\nlet c = 1\nlet f(x) = 2\n{ default k : 1 = 1, v = a + f(1) }\n";

fn linted() -> Folder {
    Folder::new(&[
        ("a.rzp", LINTED),
        ("two.rzp", "let x = 1\n{ a = 1, b = 2 }\n"),
        ("broken.rzp", "{ a = 1; b = 2 }\n"),
    ])
}

#[test]
fn warnings_are_told_and_count_only_where_they_are_denied() {
    let folder = linted();
    let run = folder.run(&["check", "a.rzp"]).ends(0).mentions("checked 2 files, no errors, 5 warnings (");
    for part in ["W0203", "a.rzp:1:10", "W0201", "W0202", "W0401", "two.rzp:1:5"] {
        assert!(run.err.contains(part), "{part} is not in:\n{}", run.err);
    }
    folder.run(&["check", "a.rzp", "--deny-warnings"]).ends(1);
    folder.write("clean.rzp", "# allow: unused-let\nlet x = 1\n2\n");
    folder.run(&["check", "clean.rzp", "--deny-warnings"]).ends(0).mentions("no errors (");
    folder.run(&["check", "--diff"]).ends(64).mentions("--fix");
}

#[test]
fn certain_fixes_are_applied_to_the_files_named_and_once() {
    let folder = linted();
    let fixed = "let { a } = import \"./two.rzp\"\n# Kept.\nlet c = 1\nlet f(x) = 2\n{ k : 1 = 1, v = a + f(1) }\n";
    let run = folder.run(&["check", "--fix", "--diff", "a.rzp"]).ends(1).mentions("2 fixes to apply");
    assert!(run.out.contains("--- a/a.rzp\n+++ b/a.rzp\n"), "{}", run.out);
    assert!(run.out.contains("-let { a, b } = import") && run.out.contains("+let { a } = import"), "{}", run.out);
    assert_eq!(folder.read("a.rzp"), LINTED);
    folder.run(&["check", "--fix", "a.rzp"]).ends(0).mentions("2 fixes applied").mentions("3 warnings");
    assert_eq!(folder.read("a.rzp"), fixed);
    assert_eq!(folder.read("two.rzp"), "let x = 1\n{ a = 1, b = 2 }\n");
    let run = folder.run(&["check", "--fix", "a.rzp"]).ends(0);
    assert!(!run.err.contains("applied"), "{}", run.err);
    folder.run(&["check", "--fix"]).ends(0).mentions("2 fixes applied").mentions("2 warnings");
    assert_eq!(folder.read("two.rzp"), "{ a = 1, b = 2 }\n");
    assert_eq!(folder.read("broken.rzp"), "{ a = 1, b = 2 }\n");
    folder.run(&["check", "--fix", "--diff"]).ends(0).prints("");
}

#[test]
fn messages_have_one_set_of_names_in_every_command() {
    let folder = linted();
    folder.write("services/main.rzp", "nope");
    let sarif = |run: super::Run| {
        assert!(run.out.starts_with("{\n  \"$schema\"") && run.out.ends_with("}\n"), "{}", run.out);
        run.out.matches("\"ruleId\"").count()
    };
    assert_eq!(sarif(folder.run(&["check", "a.rzp", "--format", "sarif"]).ends(0).tells("")), 5);
    assert_eq!(sarif(folder.run(&["check", "two.rzp", "services", "--format", "sarif"]).ends(1).tells("")), 2);
    assert_eq!(sarif(folder.run(&["build", "--format", "sarif"]).ends(1).tells("")), 1);
    assert_eq!(sarif(folder.run(&["fmt", "--check", "broken.rzp", "--diagnostics", "sarif"]).ends(1).tells("")), 1);
    let run =
        folder.run(&["eval", "a.rzp", "--diagnostics", "sarif"]).ends(0).prints("{\n  \"k\": 1,\n  \"v\": 3\n}\n");
    assert!(run.err.contains("\"results\": []"), "{}", run.err);
    let run = folder.run(&["eval", "-e", "nope", "--diagnostics", "sarif"]).ends(1).prints("");
    assert_eq!(run.err.matches("\"ruleId\": \"E0201\"").count(), 1, "{}", run.err);
    for name in ["human", "text", "json", "github"] {
        folder.run(&["build", "--diagnostics", name]).ends(1);
    }
    folder.run(&["check", "--format", "sarif", "--diagnostics", "json"]).ends(64);
    let wrong = folder.run(&["build", "--format", "yaml"]).ends(64);
    wrong.mentions("human, json, sarif, github");
    folder.run(&["doc", "unused-let"]).ends(0);
}

#[test]
fn the_rules_of_the_library_are_listed() {
    let folder = Folder::new(&[("broken.rzp", "{")]);
    let run = folder.run(&["check", "--rules"]).ends(0).mentions(" rules, ").mentions("only where they are asked for");
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines.len() > 130, "{}", run.out);
    let host_pid = lines.iter().find(|line| line.starts_with("host_pid ")).expect("the rule is listed");
    assert!(host_pid.ends_with("  kube-linter, polaris, Pod Security baseline"), "{host_pid}");
    let (about, from) = ("pods see their own processes only", "kube-linter, polaris");
    let columns = |line: &str, text: &str| line.find(text).expect("a column");
    let first = lines.iter().find(|line| line.starts_with("cpu_limit ")).expect("the rule is listed");
    assert_eq!(columns(host_pid, about), columns(first, "containers have a limit of processors"), "one column");
    assert_eq!(columns(host_pid, from), columns(first, "kube-score, polaris (optional)"), "one column");
}

#[test]
fn the_rules_are_listed_for_programs() {
    let folder = Folder::new(&[]);
    for format in ["--format", "--diagnostics"] {
        let run = folder.run(&["check", "--rules", format, "json"]).ends(0);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&run.out).expect("a list");
        let row = rows.iter().find(|row| row["rule"] == "latest_tag").expect("the rule is listed");
        assert_eq!(row["about"], "an image names a version that keeps its meaning");
        assert_eq!(row["from"][0], "kube-linter latest-tag");
        assert_eq!((&row["theme"], &row["optional"]), (&"image".into(), &false.into()));
        assert_eq!(run.err, "", "programs are told nothing else");
    }
    folder.run(&["check", "--rules", "--format", "sarif"]).ends(64).prints("").mentions("--rules --format json");
    folder.run(&["check", "--rules", "a.rzp"]).ends(64).mentions("cannot be used with");
}
