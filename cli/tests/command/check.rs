//! `rzp check`.

use super::Folder;

#[test]
fn all_files_are_checked_but_those_that_are_no_programs() {
    let folder = Folder::new(&[
        ("a.rzp", "{ a = 1 }"),
        ("b/c.rzp", "{ a = \n"),
        ("b/d.rzp", "nothing"),
        ("cases.rzp", "--- a section ---\n{ broken"),
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
