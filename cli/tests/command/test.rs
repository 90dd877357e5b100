//! `rzp test`.

use super::Folder;

const MATH: &str = "## Numbers.\n{\n  ## Twice a number.\n  ##\n  ## ```rzp\n  ## double(4)\n  ## #=> 8\n  ## ```\n  \
    double(x : Int) = 2 * x\n\n  ## Runs, and that is all.\n  ##\n  ## ```rzp\n  ## one_more(double(1))\n  ## ```\n  \
    one_more(x) = x + 1\n}\n";

fn section(name: &str, expected: &str) -> String {
    format!(
        "--- {name} ---\nlet {{ double }} = import \"./math.rzp\"\n{{ a = double(2), b = [double(1)] }}\n{expected}\n"
    )
}

#[test]
fn sections_and_examples_are_run() {
    let tests = section("doubles", "#=> { \"a\": 4, \"b\": [2] }");
    let folder =
        Folder::new(&[("lib/math.rzp", MATH), ("lib/math.test.rzp", &tests), ("lib/main.rzp", "import \"./*.rzp\"")]);
    let run = folder.run(&["test"]).ends(0);
    assert!(run.out.ends_with(" 3 passed, 0 failed\n"), "{}", run.out);
    let run = folder.run(&["test", "lib", "-v", "-k", "math/d"]).ends(0);
    assert!(run.out.starts_with("passed lib/math/double\npassed lib/math/doubles\n"), "{}", run.out);
    assert!(run.out.ends_with(" 2 passed, 0 failed\n"), "{}", run.out);
    // A file of tests is none of those that a glob means.
    folder
        .run(&["eval", "-e", "std.record.names(import \"./lib/*.rzp\")", "-f", "json"])
        .ends(0)
        .prints("[\n  \"main\",\n  \"math\"\n]\n");
}

#[test]
fn what_differs_is_shown_with_its_place() {
    let tests = format!(
        "{}\n{}",
        section("doubles", "#=> { \"a\": 4, \"b\": [3] }"),
        "--- fails ---\n(import \"./math.rzp\").double(\"2\")\n#=> 4\n",
    );
    let folder = Folder::new(&[("math.rzp", MATH), ("math.test.rzp", &tests)]);
    let run = folder.run(&["test", "math.test.rzp"]).ends(1);
    for part in ["FAILED math/doubles  math.test.rzp:1", "-    3\n", "+    2\n", "math.test.rzp:7:30", "found \"2\""] {
        assert!(run.out.contains(part), "{part}\n{}", run.out);
    }
    assert!(run.out.ends_with(" 0 passed, 2 failed\n"), "{}", run.out);
}

#[test]
fn blessing_writes_what_came_in_the_place_of_values_alone() {
    let tests = format!("{}\n--- fails ---\n1 / 0\n#=> 4\n\n--- new ---\n1 + 1\n", section("doubles", "#=> 1"));
    let folder = Folder::new(&[("math.rzp", MATH), ("math.test.rzp", &tests)]);
    let run = folder.run(&["test", "math.test.rzp", "--bless"]).ends(1);
    assert!(run.out.ends_with(" 0 passed, 1 failed\n"), "{}", run.out);
    let text = folder.read("math.test.rzp");
    assert!(text.contains("#=> {\"a\":4,\"b\":[2]}\n") && text.contains("1 / 0\n#=> 4\n"), "{text}");
    assert!(text.ends_with("--- new ---\n1 + 1\n#=> 2\n"), "{text}");
}

#[test]
fn errors_are_expected_by_their_codes() {
    let tests = "--- refuses ---\n(import \"./math.rzp\").double(\"2\")\n#! E0501 1:30 must be Int\n\n\
        --- checks --- run=check\n{ a : Int = \"x\" }\n#! E0301\n\n--- with-files ---\nimport \"./a.yaml\"\n#file a.yaml\na: 1\n\
        #=> { \"a\": 1 }\n";
    let folder = Folder::new(&[("math.rzp", MATH), ("math.test.rzp", tests)]);
    let run = folder.run(&["test", "math.test.rzp", "--jobs", "1"]).ends(0);
    assert!(run.out.ends_with(" 3 passed, 0 failed\n"), "{}", run.out);
}

#[test]
fn a_file_that_holds_no_test_is_told() {
    let folder = Folder::new(&[("a.test.rzp", "# nothing\n"), ("b.rzp", "## ```rzp\n## 1\n{}\n"), ("c.rzp", "1")]);
    let run = folder.run(&["test"]).ends(1);
    assert!(run.out.contains("it holds no section") && run.out.contains("never closed"), "{}", run.out);
    let run = folder.run(&["test", "c.rzp"]).ends(0);
    assert!(run.out.starts_with("no test there\n"), "{}", run.out);
    folder.run(&["test", "d.rzp"]).ends(64).mentions("no file `d.rzp`");
}
