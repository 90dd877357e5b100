//! `rzp eval`.

use super::Folder;

#[test]
fn a_file_an_expression_and_standard_input() {
    let folder = Folder::new(&[("a.rzp", "{ b = 1, c.d = [\"x\", 2] }")]);
    folder
        .run(&["eval", "a.rzp"])
        .ends(0)
        .tells("")
        .prints("{\n  \"b\": 1,\n  \"c\": {\n    \"d\": [\n      \"x\",\n      2\n    ]\n  }\n}\n");
    folder.run(&["eval", "-e", "1 + 2"]).ends(0).prints("3\n");
    folder.run(&["eval", "-e", "-1"]).ends(0).prints("-1\n");
    folder.run_with(&["eval", "-"], "", "[1] ++ [2]").ends(0).prints("[\n  1,\n  2\n]\n");
}

#[test]
fn a_path_leads_into_the_value() {
    let folder = Folder::new(&[("a.rzp", "{ b.c = [1, { \"x.y\" = \"deep\" }], e = 1 / 0 }")]);
    folder.run(&["eval", "a.rzp", "b.c[0]"]).ends(0).prints("1\n");
    folder.run(&["eval", "a.rzp", "b.c[1][\"x.y\"]"]).ends(0).prints("\"deep\"\n");
    folder.run(&["eval", "-e", "{ a = 5 }", "a"]).ends(0).prints("5\n");
    let missing = "
error[E0705]: no field `d`
  ┌─ the path:1:3
  │
1 │ b.d
  │   ^ this step leads nowhere
  │
  = note: the record has `c`

1 error";
    folder.run(&["eval", "a.rzp", "b.d"]).ends(1).prints("").tells(missing);
    folder.run(&["eval", "a.rzp", "b.c[2]"]).ends(1).mentions("the list has 2 elements, from `[0]` to `[1]`");
    folder.run(&["eval", "a.rzp", "b.c[0].x"]).ends(1).mentions("the path goes on into an integer");
    folder.run(&["eval", "a.rzp", "b["]).ends(1).mentions("E0705");
    folder.run(&["eval", "a.rzp"]).ends(1).prints("").mentions("E0408");
}

#[test]
fn formats() {
    let folder = Folder::new(&[("a.rzp", "{ a = \"on\", b = [1, 2] }")]);
    folder.run(&["eval", "a.rzp", "--format", "yaml"]).ends(0).prints("a: \"on\"\nb:\n- 1\n- 2\n");
    folder.run(&["eval", "a.rzp", "--format", "toml"]).ends(0).prints("a = \"on\"\nb = [1, 2]\n");
    folder.run(&["eval", "a.rzp", "a", "--format", "text"]).ends(0).prints("on\n");
}

#[test]
fn overrides() {
    let folder = Folder::new(&[("a.rzp", "{ n = 1, m = self.n + 1, b.c = \"x\" }")]);
    let out = folder.run(&["eval", "a.rzp", "--set", "n=5", "--set", "b.c=\"y\" ++ \"z\""]).ends(0).out;
    assert_eq!(out, "{\n  \"n\": 5,\n  \"m\": 6,\n  \"b\": {\n    \"c\": \"yz\"\n  }\n}\n");
}

#[test]
fn overrides_with_mistakes_show_what_was_typed() {
    let folder = Folder::new(&[("a.rzp", "{ n = 1, xs = [1], in.replicas = 2, s = schema { port = 1 } }")]);
    let set = |what: &str| folder.run(&["eval", "a.rzp", "--set", what]);
    set("a..b=1").ends(1).prints("").mentions("E0705").mentions("the path:1:3").mentions("a name is missing");
    set("n=1 +").ends(1).mentions("--set:1:").mentions("1 +");
    set("n=nope").ends(1).mentions("E0201").mentions("--set 'n=\"nope\"'");
    set("n=nginx:1.27").ends(1).mentions("--set 'n=\"nginx:1.27\"'");
    set("n=1, m = 2").ends(1).prints("");
    set("xs[0]=2").ends(1).mentions("E0705").mentions("set the list as a whole");
    set("s.prot=2").ends(1).mentions("E0406").mentions("did you mean `port`?");
    set("in.replcias=3")
        .ends(0)
        .mentions("warning[E0705]: `replcias` is a new field")
        .mentions("did you mean `replicas`?");
    set("in.x-y[\"a.b\"]=3").ends(0).tells("");
    set("n=").ends(64).mentions("write it as `path=expression`");
    folder.run(&["eval", "-e", "3", "--set", "a=1"]).ends(1).mentions("`a` cannot be set in an integer");
    folder.run(&["eval", "-e", "{ a = 1 }", "--set", "a=super.a + 1 # one more", "a"]).ends(0).prints("2\n");
}

#[test]
fn what_cannot_be_opened_is_told() {
    let folder = Folder::new(&[("services/media/sonarr.rzp", "1")]);
    folder.run(&["eval", "services"]).ends(64).mentions("`services` is a folder, and a file is wanted");
    folder.run(&["eval", "service/media/sonarr.rzp"]).ends(64).mentions("is there: `services/media/sonarr.rzp`");
    folder.run(&["eval", "services/media/sonar.rzp"]).ends(64).mentions("is there: `services/media/sonarr.rzp`");
    folder.run(&["check", "service"]).ends(64).mentions("a folder with a similar name is there: `services`");
    folder.run(&["eval", "services/media/sonarr.rzp/x"]).ends(64).mentions("no file `services/media/sonarr.rzp/x`");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("a.rzp", "1")]);
    std::fs::set_permissions(folder.path("a.rzp"), std::fs::Permissions::from_mode(0o000)).expect("changed");
    // Whoever may do everything is refused nothing.
    if std::fs::read(folder.path("a.rzp")).is_err() {
        for command in ["eval", "check", "fmt"] {
            folder.run(&[command, "a.rzp"]).ends(1).prints("").mentions("permission denied");
        }
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    use std::io::Read;
    let folder = Folder::new(&[("a.rzp", "std.list.range(0, 300000)")]);
    let mut child = folder.start(&["eval", "a.rzp"], "");
    let mut out = child.stdout.take().expect("piped");
    out.read_exact(&mut [0; 2]).expect("the first line");
    drop(out);
    super::run(child, b"").ends(0).tells("");
}

#[test]
fn inputs_are_given_by_name() {
    let folder = Folder::new(&[("a.rzp", "{ n = 1, m = self.n + 1, env = std.input(\"env\", String) }")]);
    let out = folder.run(&["eval", "a.rzp", "--set", "n=5", "--env", "staging"]).ends(0).out;
    assert_eq!(out, "{\n  \"n\": 5,\n  \"m\": 6,\n  \"env\": \"staging\"\n}\n");
    folder.run(&["eval", "a.rzp", "env", "--input", "env=prod"]).ends(0).prints("\"prod\"\n");
    folder.run(&["eval", "a.rzp"]).ends(1).mentions("E0419");
    let unasked = folder.run(&["eval", "a.rzp", "--env", "prod", "--input", "envv=x", "--input", "zone=a"]).ends(0);
    unasked.mentions("nothing asks for the input `envv`").mentions("did you mean `--input env=…`").mentions("`zone`");
    folder.run(&["eval", "a.rzp", "n", "--env", "prod"]).ends(0).tells("");
}

#[test]
fn imports_start_at_the_file_and_stay_in_the_project() {
    let folder = Folder::new(&[
        ("services/a.rzp", "import \"./b.rzp\" + import \"../c.rzp\""),
        ("services/b.rzp", "1"),
        ("c.rzp", "2"),
        ("out.rzp", "import \"../x.rzp\""),
    ]);
    folder.run(&["eval", "services/a.rzp"]).ends(0).prints("3\n");
    folder.run_with(&["eval", "a.rzp"], "services", "").ends(0).prints("3\n");
    folder.run_with(&["eval", "-e", "import \"./b.rzp\""], "services", "").ends(0).prints("1\n");
    folder.run(&["eval", "out.rzp"]).ends(1).mentions("E0102");
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_project() {
    let (inside, outside) =
        (Folder::new(&[("a.rzp", "import \"./link.rzp\"")]), Folder::new(&[("x.rzp", "\"secret\"")]));
    std::os::unix::fs::symlink(outside.path("x.rzp"), inside.path("link.rzp")).expect("a link");
    let run = inside.run(&["eval", "a.rzp"]).ends(1).prints("");
    assert!(!run.err.contains("secret") && run.err.contains("outside the project's root"), "{}", run.err);
}

#[test]
fn messages_show_where_and_what_to_do() {
    let folder = Folder::new(&[("a.rzp", "{\n  port = 8080,\n  url = \"http://\\(port)\"\n}\n")]);
    let run = folder.run(&["eval", "a.rzp"]).ends(1).mentions("a.rzp:3:19").mentions("self.port");
    assert!(run.err.ends_with("1 error\n"), "{}", run.err);
    let run = folder.run(&["eval", "a.rzp", "--diagnostics", "json"]).ends(1).prints("");
    assert!(run.err.starts_with("{\"severity\":\"error\",\"code\":\"E0204\""), "{}", run.err);
    folder.run(&["eval", "a.rzp", "--color", "always"]).ends(1).mentions("\u{1b}[");
}

#[test]
fn limits_end_what_would_not_end() {
    let folder = Folder::new(&[("a.rzp", "let f(n : Int) = f(n + 1) + 1\nf(0)")]);
    folder.run(&["eval", "a.rzp", "--max-depth", "500"]).ends(1).mentions("E0413");
    folder.run(&["eval", "a.rzp", "--max-steps", "1000"]).ends(1).mentions("E0414");
}
