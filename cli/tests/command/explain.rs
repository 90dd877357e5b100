//! `rzp explain`, and `:explain` in the REPL.

use super::Folder;

const BASE: &str = "{\n  default replicas : Int = 1\n  ports = [80, 443]\n}\n";

fn folder() -> Folder {
    Folder::new(&[
        ("base.rzp", BASE),
        ("app.rzp", "let base = import \"./base.rzp\"\n{ web = base with { replicas = 3 } }\n"),
        ("services/main.rzp", "{ prod.media.web = import \"../app.rzp\" }"),
    ])
}

#[test]
fn a_value_is_explained_by_its_definitions_merges_and_annotations() {
    let told = "web.replicas = 3\n\
                defined:\n\
                \x20 app.rzp:2:21   replicas = 3        plain    wins: nothing lies on top of it\n\
                \x20 base.rzp:2:11  replicas : Int = 1  default  overridden by what lies on top\n\
                came together:\n\
                \x20 app.rzp:2:14  with\n\
                checked:\n\
                \x20 base.rzp:2:22  Int  holds\n";
    folder().run(&["explain", "web.replicas", "app.rzp"]).ends(0).prints(told).tells("");
}

#[test]
fn without_a_file_the_services_are_meant() {
    let run = folder().run(&["explain", "prod.media.web.web.ports[1]", "--format", "json"]).ends(0);
    assert!(run.out.starts_with("{\"path\":\"prod.media.web.web.ports[1]\",\"value\":443,"), "{}", run.out);
    assert!(run.out.contains("\"element\":{\"file\":\"base.rzp\",\"line\":3,\"column\":16}"), "{}", run.out);
    let none = Folder::new(&[]);
    none.run(&["explain", "a"]).ends(64).mentions("no file is named").mentions("rzp explain a file.rzp");
}

#[test]
fn a_value_that_fails_is_explained_all_the_same() {
    let run = folder().run(&["explain", "web.replicas", "app.rzp", "--set", "web.replicas=\"many\""]).ends(0);
    assert!(run.out.contains("E0501: `replicas` must be Int, found \"many\""), "{}", run.out);
    assert!(run.out.contains("refuses the value") && run.out.contains("--set:1:"), "{}", run.out);
}

#[test]
fn wrong_calls_and_paths_say_what_to_write() {
    let folder = folder();
    folder.run(&["explain", "web.replcias", "app.rzp"]).ends(1).mentions("E0705").mentions("did you mean `replicas`?");
    folder.run(&["explain", "app.rzp"]).ends(64).mentions("the path into it is wanted first");
    folder.run(&["explain", "", "app.rzp"]).ends(1).mentions("name one of its fields, such as `web`");
}

#[test]
fn the_repl_explains_what_was_kept() {
    let folder = folder();
    let run =
        folder.run_with(&["repl"], "", "let b = import \"./base.rzp\"\n:explain (b with { replicas = 2 }).replicas\n");
    let run = run.ends(0);
    assert!(run.out.contains("replicas = 2        plain    wins"), "{}", run.out);
    folder.run_with(&["repl"], "", "let b = { x = 1 }\n:explain b\n").ends(0).mentions("such as `b.x`");
}
