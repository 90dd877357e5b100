//! Wrong calls: told in words, with the nearest spelling, and ended with 64.

use super::Folder;

#[test]
fn unknown_words_get_the_nearest_spelling() {
    let folder = Folder::new(&[("sonarr.rzp", "1")]);
    folder.run(&["biuld"]).ends(64).mentions("a similar subcommand exists: 'build'");
    folder.run(&["build", "--chekc"]).ends(64).mentions("a similar argument exists: '--check'");
    folder.run(&["eval", "--format", "jsn", "x"]).ends(64).mentions("a similar value exists: 'json'");
    folder.run(&["sonarr.rzp"]).ends(64).mentions("to evaluate a file: rzp eval sonarr.rzp");
    folder.run(&["doc", "E0410x"]).ends(64).mentions("did you mean `rzp doc E0410`?");
    folder.run(&["doc", "std.list.mpa"]).ends(64).mentions("did you mean `rzp doc std.list.map`?");
    folder.run(&["doc", "map_values"]).ends(64).mentions("did you mean `rzp doc std.");
    let missing = "error: no file `sonar.rzp`\n\n  tip: a file with a similar name is there: `sonarr.rzp`";
    for command in ["eval", "check", "fmt", "repl"] {
        folder.run(&[command, "sonar.rzp"]).ends(64).prints("").tells(missing);
    }
}

#[test]
fn values_that_do_not_fit_are_told_with_an_example() {
    let folder = Folder::new(&[]);
    folder.run(&["eval", "-e", "1", "--set", "a"]).ends(64).mentions("write it as `path=expression`");
    folder.run(&["eval", "-e", "1", "--input", "=a"]).ends(64).mentions("write it as `name=value`");
    folder.run(&["--max-memory", "5q", "doc"]).ends(64).mentions("unknown unit `q`: use K, M, G, Ki, Mi or Gi");
    folder.run(&["--max-steps", "0", "doc"]).ends(64).mentions("a whole number from 1 on");
    folder.run(&["eval", "-e", "1", "a", "b"]).ends(64).mentions("`b` is one word too many");
    folder.run(&["eval", "."]).ends(64).mentions("`.` is a folder, and a file is wanted");
    folder.run(&[]).ends(64).mentions("Usage: rzp [OPTIONS] <COMMAND>");
}

#[test]
fn help_and_version_are_no_errors() {
    let folder = Folder::new(&[]);
    assert!(folder.run(&["--help"]).ends(0).out.contains("Usage: rzp"));
    for command in ["eval", "build", "check", "fmt", "repl", "doc"] {
        let usage = format!("Usage: rzp {command}");
        assert!(folder.run(&[command, "--help"]).ends(0).out.contains(&usage));
        folder.run(&[command, "--hepl"]).ends(64).mentions("a similar argument exists: '--help'");
    }
    folder.run(&["--version"]).ends(0).prints(concat!("rzp ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn codes_and_functions_have_pages() {
    let folder = Folder::new(&[]);
    let page = folder.run(&["doc", "e0704"]).ends(0).out;
    assert!(page.starts_with("# E0704: a file in the way"), "{page}");
    let list = folder.run(&["doc"]).ends(0).out;
    assert!(list.lines().any(|line| line == "E0401          a field that the record does not have"), "{list}");
    assert!(list.lines().any(|line| line == "std.list       Lists"), "{list}");
    let page = folder.run(&["doc", "std.list.map"]).ends(0).out;
    assert!(page.starts_with("std.list.map(") && page.contains("    #=> "), "{page}");
    assert_eq!(folder.run(&["doc", "list.map"]).ends(0).out, page);
    let module = folder.run(&["doc", "std.list"]).ends(0).out;
    assert!(module.starts_with("std.list\n\nLists.") && module.contains("\n  std.list.map\n"), "{module}");
}
