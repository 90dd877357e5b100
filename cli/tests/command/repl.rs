//! `rzp repl`, fed from a pipe.

use super::Folder;

fn talk(folder: &Folder, lines: &str) -> super::Run {
    folder.run_with(&["repl"], "", lines).ends(0)
}

#[test]
fn values_are_shown_and_lets_are_kept() {
    let folder = Folder::new(&[]);
    talk(&folder, "let x = 20\nlet f(n) = n * 2\nf(x) + 2\n").prints("42\n").tells("");
    talk(&folder, "{\n  a = 1\n}\n").prints("{\n  \"a\": 1\n}\n");
    talk(&folder, "let x = 1\n:reset\nx\n").prints("").mentions("E0201");
}

#[test]
fn a_mistake_does_not_end_the_talk() {
    let folder = Folder::new(&[]);
    talk(&folder, "1 +* 2\nlet x = nope\n:foo\n1 + 1\n")
        .prints("2\n")
        .mentions("<repl>:1:")
        .mentions("no command `:foo`");
}

#[test]
fn commands() {
    let folder = Folder::new(&[("services/my-app.rzp", "{ port = 80 }")]);
    talk(&folder, ":load services/my-app.rzp\nmy_app.port\n").prints("80\n");
    let run = talk(&folder, ":help\n:doc E0704\n:quit\n1\n");
    assert!(run.out.contains(":load FILE") && run.out.contains("# E0704") && !run.out.ends_with("1\n"), "{}", run.out);
    folder.run_with(&["repl", "services/my-app.rzp"], "", "my_app.port").ends(0).prints("80\n");
}
