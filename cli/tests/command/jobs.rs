//! `rzp build --jobs`: however many threads build, the same is written and said.

use super::{Folder, Run};

/// Each environment takes a while, so that other threads come to help.
const HEAD: &str = r#"
let object(kind, name, extra = {}) = { apiVersion = "v1", kind = kind, metadata = { name = name } } & extra
let slow(n) = std.list.fold(std.list.range(0, n), 0, fn(sum, x) => (sum * 31 + x) % 1000003)
let service(name) = [object("ConfigMap", name, extra = { data.sum = "\(slow(8000 + std.string.length(name)))" })]
let env(more) = if slow(60000) < 0 then {} else {
  apps = { for i in std.list.range(0, 12) { "s\(i)" = service("s\(i)") }, ...(more.apps ?? {}) }
  core = { for i in std.list.range(0, 5) { "c\(i)" = service("c\(i)") }, ...(more.core ?? {}) }
}
"#;

fn project(envs: &str) -> Folder {
    Folder::new(&[("services/main.rzp", &format!("{HEAD}\n{envs}\n"))])
}

/// What a run says, but for how long it took.
fn told(run: Run) -> (i32, String, String) {
    let err = run.err.lines().map(|line| line.split_once(" in kubernetes (").map_or(line, |(first, _)| first));
    (run.code, run.out, err.collect::<Vec<_>>().join("\n"))
}

/// Runs with one, two and seven threads come to the same. What they say is returned.
fn same(folder: &Folder, args: &[&str]) -> (i32, String) {
    let alone = |jobs: &str| {
        let _ = std::fs::remove_dir_all(folder.path("kubernetes"));
        let run = told(folder.run(&[&["build", "--jobs", jobs], args].concat()));
        let files: Vec<String> = folder.list("kubernetes");
        let texts: Vec<String> = files.iter().map(|path| folder.read(&format!("kubernetes/{path}"))).collect();
        (run, files, texts)
    };
    let one = alone("1");
    assert_eq!(alone("2"), one);
    assert_eq!(alone("7"), one);
    let (code, out, err) = one.0;
    (code, out + &err)
}

const WELL: &str = "{ dev = env({}), home = env({}), staging = env({}) }";

#[test]
fn all_threads_together_write_what_one_writes() {
    let folder = project(WELL);
    let (code, told) = same(&folder, &[]);
    assert_eq!((code, told.as_str()), (0, "wrote 51, removed 0, unchanged 0"));
    same(&folder, &["--out", "-"]);
    same(&folder, &["--check"]);
    same(&folder, &["--env", "staging,dev"]);
    same(&folder, &["--only", "s3,core/c1"]);
    same(&folder, &["--env", "home", "--only", "s3"]);
    same(&folder, &["--env", "home", "--diagnostics", "sarif"]);
}

#[test]
fn mistakes_are_told_as_by_one_thread() {
    let broken = |env: &str, what: &str| format!("{env} = env({what})");
    let one = r#"{ apps.bad = [object("Service", 1 + "a")] }"#;
    let other = r#"{ core.worse = [object("Service", "a", extra = { spec : { port : Int } = { port = "x" } })] }"#;
    let tier = "{ more = 7, apps = { x = 3 } }";
    for envs in [
        format!("{{ dev = env({{}}), {}, home = env({{}}) }}", broken("staging", one)),
        format!("{{ {}, home = env({{}}), {} }}", broken("dev", one), broken("staging", other)),
        format!("{{ dev = 3, home = env({{}}), {} }}", broken("staging", tier)),
        "{ dev = env({}), home = std.error(\"no home\"), staging = env({}) }".to_owned(),
        "{ dev = env({}), home = env({ apps.\"a b\" = [] }) }".to_owned(),
        "[1, 2]".to_owned(),
        "{ dev = env({}), ".to_owned(),
        "{ dev = env({}), home = import \"./none.rzp\" }".to_owned(),
        format!("{{ dev = env({{ apps = {{ {} }} }}) }}", "for i in std.list.range(0, 40) { \"x\\(i)\" = [i] }"),
    ] {
        let (code, told) = same(&project(&envs), &[]);
        assert_eq!(code, 1, "{told}");
        same(&project(&envs), &["--check", "--diagnostics", "json"]);
    }
}

#[test]
fn two_services_that_make_one_file_are_seen_across_threads() {
    let twice = r#"{ apps.X = [object("Service", "a")], apps.x = [object("Service", "a")] }"#;
    let (code, told) = same(&project(&format!("{{ dev = env({twice}), home = env({{}}) }}")), &[]);
    assert!(code == 1 && told.contains("two objects make the file `dev/apps/x/service-a.yaml`"), "{told}");
    let within = r#"{ apps.x = [object("Service", "a"), object("Service", "a")] }"#;
    let (code, told) = same(&project(&format!("{{ dev = env({{}}), home = env({within}) }}")), &[]);
    assert!(code == 1 && told.contains("two objects make the file `home/apps/x/service-a.yaml`"), "{told}");
    let envs =
        r#"{ dev = env({ apps.x = [object("Service", "a")] }), Dev = env({ apps.x = [object("Service", "a")] }) }"#;
    let (code, told) = same(&project(envs), &[]);
    assert!(code == 1 && told.contains("some disks take both for one file"), "{told}");
}

#[test]
fn names_that_mean_nothing_are_told_as_by_one_thread() {
    let folder = project(WELL);
    for (args, tip) in [
        (["--only", "s99"], "no service `s99`"),
        (["--only", "s1,cores/c1"], "did you mean `core/c1`?"),
        (["--env", "stagign"], "did you mean `staging`?"),
        (["--env", "dev,x"], "no environment `x`"),
    ] {
        let (code, told) = same(&folder, &args);
        assert!(code == 1 && told.contains(tip), "{told}");
    }
}

#[test]
fn warnings_are_told_as_by_one_thread() {
    let folder =
        project("{ dev = env(import \"./more.rzp\"), home = env({}), staging = env({ apps = import \"./a.yaml\" }) }");
    folder.write("services/more.rzp", "{ apps.y = import \"./y.yaml\" }");
    folder.write("services/a.yaml", "z: { kind: Secret, metadata: { name: z }, data: { mode: 0755 } }\n");
    folder.write("services/y.yaml", "- { kind: Secret, metadata: { name: z }, data: { mode: 0644 } }\n");
    folder.write("services/idle.rzp", "3");
    let (code, told) = same(&folder, &[]);
    assert!(
        code == 0 && told.contains("a.yaml") && told.contains("y.yaml") && told.contains("nothing imports"),
        "{told}"
    );
    same(&folder, &["--diagnostics", "json"]);
}

/// What is secret follows from all that was read, so also from a service that another thread would have read.
#[test]
fn secrets_stay_secret_in_what_is_told() {
    let hidden = "{ apps.a = [object(\"Service\", (import \"./keys.rzp\").name)] }";
    let bad = "{ apps.b = [object(\"Service\", \"b\", extra = { spec : { port : Int } = { port = \"tr0ub4dor\" } })] }";
    let folder = project(&format!("{{ dev = env({hidden}), home = env({{}}), staging = env({bad}) }}"));
    folder.write("services/keys.rzp", "{ name = \"a\", token : Secret(String) = \"tr0ub4dor\" }");
    let (code, told) = same(&folder, &[]);
    assert!(code == 1 && !told.contains("tr0ub4dor"), "{told}");
}

#[test]
fn limits_count_for_all_threads_together() {
    let folder = project(WELL);
    let (code, told) = same(&folder, &["--max-steps", "150000"]);
    assert!(code == 1 && told.contains("more than 150000 steps"), "{told}");
    // Somewhere here one thread gets along with the steps, and several together do not.
    let enough = (1..9).map(|n| same(&folder, &["--max-steps", &format!("{}", n * 150_000)]).0 == 0);
    let enough: Vec<bool> = enough.collect();
    assert!(enough.contains(&true) && enough.contains(&false), "{enough:?}");
}
