//! `rzp convert`.

use super::Folder;

#[test]
fn a_file_or_the_input_is_printed_as_a_program() {
    let folder = Folder::new(&[("a.yaml", "# head\nname: web\nports: [80]\n"), ("b.txt", "x")]);
    let program = "# head\n{\n  name = \"web\"\n  ports = [80]\n}\n";
    folder.run(&["convert", "a.yaml"]).ends(0).prints(program);
    let run = folder.run_with(&["convert", "-"], ".", "name: web\nports: [80]\n").ends(0);
    assert_eq!(run.out, program.trim_start_matches("# head\n"));
    let run = folder.run_with(&["convert", "-", "--from", "toml"], ".", "[a]\nb = 1\n").ends(0);
    assert_eq!(run.out, "{\n  a.b = 1\n}\n");
    folder.run(&["convert", "b.txt"]).ends(64).mentions("--from yaml");
    folder.run(&["convert", "a.yml"]).ends(64).mentions("a.yaml");
    let run = folder.run_with(&["convert", "-"], ".", "a: [1\n").ends(1);
    assert!(run.out.is_empty() && run.err.contains("<input>:"), "{run:?}");
}

#[test]
fn a_folder_gets_a_program_beside_each_file() {
    let files = [
        ("k/a.yaml", "a: 1\n"),
        ("k/deep/b.json", "[true]"),
        ("k/c.yml", "c: 1\n"),
        ("k/c.rzp", "mine"),
        ("k/d.txt", ""),
    ];
    let folder = Folder::new(&files);
    folder.run(&["convert", "k"]).ends(1).mentions("`k/c.rzp` is there already").mentions("2 converted, 1 left alone");
    assert_eq!(
        (folder.read("k/a.rzp"), folder.read("k/deep/b.rzp")),
        ("{ a = 1 }\n".to_owned(), "[true]\n".to_owned())
    );
    assert_eq!(folder.read("k/c.rzp"), "mine");
    folder.run(&["eval", "k/a.rzp", "-f", "yaml"]).ends(0).prints("a: 1\n");
}

#[test]
fn objects_of_kubernetes_are_written_with_their_schemas() {
    let yaml = "# settings\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a # its name\ndata: {x: '1'}\n---\nkind: Namespace\napiVersion: v1\nmetadata: {name: b}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: c}\nspec: {prots: []}\n";
    let program = "\
# settings
let { ConfigMap, Namespace } = import \"std/k8s/core/v1\"

[
  ConfigMap with {
    metadata.name = \"a\" # its name
    data.x = \"1\"
  },
  ({
    kind = \"Namespace\"
    apiVersion = \"v1\"
    metadata.name = \"b\"
  } : Namespace),
  {
    apiVersion = \"v1\"
    kind = \"Service\"
    metadata.name = \"c\"
    spec.prots = []
  },
]
";
    let folder = Folder::new(&[("a.yaml", yaml)]);
    let run = folder.run(&["convert", "a.yaml"]).ends(0).prints(program);
    assert!(
        run.err.contains("this Service is not what its schema asks for") && run.err.contains("a.yaml:12"),
        "{run:?}"
    );
    let run = folder.run(&["convert", "a.yaml", "--plain"]).ends(0);
    assert!(!run.out.contains("import") && run.err.is_empty(), "{run:?}");
}
