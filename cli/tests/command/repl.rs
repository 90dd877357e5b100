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

#[test]
fn what_is_kept_is_seen_by_what_follows() {
    let folder = Folder::new(&[]);
    talk(&folder, "let { map } = std.list\nlet double = map([1, 2], fn(x) => x * 2)\ndouble\n")
        .prints("[\n  2,\n  4\n]\n")
        .tells("");
    talk(&folder, "let x = 1\nlet f() = x\nlet x = 5\n[x, f()]\n:names\n").prints("[\n  5,\n  1\n]\nx\nf\n");
    // A value that fails is kept all the same: its mistake is told where it is met.
    talk(&folder, "let x = 1 / 0\nx\n2\n").prints("2\n").mentions("E0408").mentions("<repl>:1:13");
}

#[test]
fn types_are_shown_in_outline() {
    let folder = Folder::new(&[("a.rzp", "{ name = \"x\", ports = [80, 443], f(n) = n }")]);
    talk(&folder, ":load a.rzp\n:type a\n")
        .prints("{ name : String, ports : [Int], f : fn(n) }\n")
        .tells("a is a record");
    talk(&folder, ":type std.list.length\nfn(x) => x\n").prints("fn(xs : [Any]) -> Int\nfn(x)\n");
    talk(&folder, ":type nope\n:type\n").prints("").mentions("E0201").mentions("write `:type EXPR`");
}

#[test]
fn files_are_read_anew_and_faults_in_them_are_told_at_once() {
    let folder = Folder::new(&[("a.rzp", "{ b = "), ("env.rzp", "std.input(\"env\", String)")]);
    talk(&folder, ":load a.rzp\n:names\n").prints("").mentions("a.rzp:1:");
    talk(&folder, ":load b.rzp\n").prints("").mentions("a file with a similar name is there: `a.rzp`");
    folder.run_with(&["repl", "--env", "prod"], "", "import \"./env.rzp\"\n").ends(0).prints("\"prod\"\n");
    folder.run_with(&["repl", "--input", "env=test", "env.rzp"], "", "env\n").ends(0).prints("\"test\"\n");
}

#[test]
fn the_history_is_kept() {
    let folder = Folder::new(&[]);
    talk(&folder, "1\n").prints("1\n");
    assert_eq!(folder.list("state"), ["rzp/history"]);
}
