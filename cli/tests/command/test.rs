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

#[test]
fn fields_that_no_test_uses_are_listed() {
    let lib = "let twice(x) = 2 * x\n{\n  twice\n  half(x) = x / 2\n  word = \"a\"\n  hidden own = 1\n}\n";
    let tests = "--- doubles ---\nlet { twice, half } = import \"./lib.rzp\"\n{ a = twice(2), n = std.list.length([half]) }\n\
        #=> { \"a\": 4, \"n\": 1 }\n";
    let folder = Folder::new(&[("lib.rzp", lib), ("lib.test.rzp", tests)]);
    folder.run(&["test"]).ends(0);
    let run = folder.run(&["test", "--untested"]).ends(1);
    assert!(run.out.starts_with("no test uses\n  lib.rzp:4 half\n  lib.rzp:5 word\n\n("), "{}", run.out);
    assert!(run.out.ends_with(" 1 passed, 0 failed\n"), "{}", run.out);
    let more = "\n--- halves ---\n(import \"./lib.rzp\").half(4)\n#=> 2.0\n\n--- word ---\n\
        (import \"./lib.rzp\").word\n#=> \"a\"\n";
    folder.write("lib.test.rzp", &format!("{tests}{more}"));
    let run = folder.run(&["test", "--untested", "-k", "doubles", "-k", "halves", "-k", "word"]).ends(0);
    assert!(run.out.ends_with(" 3 passed, 0 failed\n"), "{}", run.out);
}

#[test]
fn a_failure_ends_the_run_if_that_is_wanted() {
    let tests = "--- a ---\n1\n#=> 1\n\n--- b ---\n1\n#=> 2\n\n--- c ---\n1\n#=> 1\n\n--- d ---\n1\n#=> 1\n";
    let folder = Folder::new(&[("a.test.rzp", tests)]);
    let run = folder.run(&["test", "--fail-fast", "--jobs", "1"]).ends(1);
    assert!(run.out.contains("FAILED a/b") && run.out.contains("\n2 more were not begun\n"), "{}", run.out);
    assert!(run.out.ends_with(" 1 passed, 1 failed\n"), "{}", run.out);
}

#[test]
fn the_library_may_be_read_from_a_folder() {
    let tests =
        "--- own ---\nlet { pi } = import \"std/core/numbers\"\n[pi, (import \"./numbers.rzp\").pi]\n#=> [3, 3]\n";
    let files = [("lib/core/numbers.rzp", "{ pi = 3, e = 2 }"), ("lib/core/numbers.test.rzp", tests)];
    let folder = Folder::new(&files);
    folder.run(&["test"]).ends(1);
    folder.run(&["--library", "lib", "test", "lib"]).ends(0);
    let run = folder.run(&["--library", "lib", "test", "lib", "--untested", "--uses", "uses.tsv"]).ends(1);
    assert!(run.out.starts_with("no test uses\n  lib/core/numbers.rzp:1 e\n\n("), "{}", run.out);
    let uses = folder.read("uses.tsv");
    assert!(uses.contains("lib/core/numbers/own\tstd/core/numbers\t1\n"), "{uses}");
    folder
        .run(&["--library", "lib", "eval", "-e", "(import \"std/core/number\").a"])
        .ends(1)
        .mentions("`std/core/numbers`");
    folder
        .run(&["--library", "lib", "eval", "-e", "(import \"std/core/list\").a"])
        .ends(1)
        .mentions("has no \"std/core/list\"");
    folder.run(&["--library", "none", "eval", "-e", "1"]).ends(64).mentions("no file `none`");
    folder.write("empty/a.txt", "");
    folder.run(&["--library", "empty", "eval", "-e", "1"]).ends(64).mentions("holds no library");
}
