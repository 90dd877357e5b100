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
    let run = folder.run(&["check"]).ends(1).mentions("b/c.rzp:").mentions("b/d.rzp:1:1").mentions("checked 3 files (");
    assert!(run.err.contains("2 errors"), "{}", run.err);
    folder.run(&["check", "a.rzp"]).ends(0).mentions("checked 1 file, no errors");
    let run = folder.run(&["check", "b", "--diagnostics", "json"]).ends(1).tells("");
    assert_eq!(run.out.lines().count(), 2, "{}", run.out);
    let run = folder.run(&["check", "b", "--diagnostics", "github"]).ends(1);
    assert!(run.out.lines().all(|line| line.starts_with("::error title=E")), "{}", run.out);
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
