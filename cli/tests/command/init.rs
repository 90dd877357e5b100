//! `rzp init`.

use super::Folder;

#[test]
fn each_template_builds_and_its_tests_pass_at_once() {
    for (template, least) in [("empty", 2), ("homelab", 6)] {
        let folder = Folder::new(&[]);
        folder.run(&["init", "new", "--template", template]).ends(0).mentions("wrote new/services/main.rzp");
        let below = |args: &[&str]| folder.run_with(args, "new", "");
        below(&["check", "--deny-warnings"]).ends(0);
        below(&["fmt", "--check"]).ends(0);
        below(&["build"]).ends(0);
        below(&["build", "--check"]).ends(0);
        assert!(folder.list("new/kubernetes").len() >= least, "{template}: {:?}", folder.list("new/kubernetes"));
        let run = below(&["test"]).ends(0);
        assert!(run.out.ends_with(" passed, 0 failed\n") && !run.out.contains(" 0 passed"), "{template}: {}", run.out);
    }
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let folder = Folder::new(&[("new/services/main.rzp", "1"), ("other/README.md", "mine")]);
    folder.run(&["init", "new"]).ends(1).mentions("`new/services/main.rzp` is there already");
    assert_eq!(
        (folder.list("new"), folder.read("new/services/main.rzp")),
        (vec!["services/main.rzp".to_owned()], "1".to_owned())
    );
    folder.run(&["init", "other", "-t", "empty"]).ends(0);
    assert_eq!(folder.read("other/README.md"), "mine");
    folder.run(&["init", "x", "--template", "nothing"]).ends(64);
}
