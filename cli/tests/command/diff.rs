//! `rzp diff`: what differs, because of what, and what is refused.

use super::Folder;
use serde_json::Value;
use std::process::Command;

const MAIN: &str = r#"
let { deployment, config } = import "../lib.rzp"
let envs = import "./env/*.rzp"
let blog = import "./blog.rzp"
let wiki = import "./wiki.rzp"
{
  for (name, env) in envs {
    "\(name)".apps = {
      blog = [deployment(blog with (env.overlay.blog ?? {}), env), config(blog, env)]
      wiki = [deployment(wiki with (env.overlay.wiki ?? {}), env)]
    }
  }
}
"#;

const LIB: &str = r#"
let container(s) = {
  name = s.name
  image = s.image
  resources.requests.cpu = s.cpu ?? "1000m"
  env = [{ name = name, value = value } for (name, value) in s.variables]
}
{
  deployment(s, env) = {
    apiVersion = "apps/v1"
    kind = "Deployment"
    metadata = { name = s.name, namespace = "\(env.prefix)apps" }
    spec = { replicas = s.replicas, template.spec.containers = [container(s)] }
  }
  config(s, env) = {
    apiVersion = "v1"
    kind = "ConfigMap"
    metadata = { name = s.name, namespace = "\(env.prefix)apps" }
    data = { host = "\(s.name).\(env.domain)", image = s.image }
  }
}
"#;

const BLOG: &str = r#"{
  name = "blog"
  image = "blog:1.0"
  replicas = 1
  variables = { PORT = "80", LEVEL = "info" }
}
"#;

const PRODUCTION: &str = r#"{
  domain = "example.org"
  prefix = ""
  overlay.blog.replicas = 2
}
"#;

const STAGING: &str = r#"{
  domain = "stg.example.org"
  prefix = "stg-"
  overlay = { wiki.cpu = "1" }
}
"#;

fn project() -> Folder {
    Folder::new(&[
        ("lib.rzp", LIB),
        ("services/main.rzp", MAIN),
        ("services/blog.rzp", BLOG),
        ("services/wiki.rzp", &BLOG.replace("blog", "wiki")),
        ("services/env/production.rzp", PRODUCTION),
        ("services/env/staging.rzp", STAGING),
    ])
}

/// The project as the first commit of a repository.
fn repository() -> Folder {
    let folder = project();
    git(&folder, &["init", "-q", "-b", "main"]);
    commit(&folder);
    folder
}

fn git(folder: &Folder, args: &[&str]) {
    let about = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.args(about).args(args).current_dir(&folder.root).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = command.output().expect("git is there");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &Folder) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "a change"]);
}

#[test]
fn environments_differ_by_what_their_files_say() {
    let told = "\
from staging to production: 3 objects changed

prefix \"stg-\" → \"\" in 2 services: services/env/staging.rzp:3 → services/env/production.rzp:3
  apps/blog  Deployment/blog  metadata.namespace  \"stg-apps\" → \"apps\"
  apps/blog  ConfigMap/blog   metadata.namespace  \"stg-apps\" → \"apps\"
  apps/wiki  Deployment/wiki  metadata.namespace  \"stg-apps\" → \"apps\"

overlay.blog.replicas 1 → 2 in apps/blog: services/blog.rzp:4 → services/env/production.rzp:4
  apps/blog  Deployment/blog  spec.replicas

domain \"stg.example.org\" → \"example.org\" in apps/blog: services/env/staging.rzp:2 → services/env/production.rzp:2
  apps/blog  ConfigMap/blog  data.host  \"blog.stg.example.org\" → \"blog.example.org\"
";
    project().run(&["diff", "staging", "production"]).ends(2).prints(told).tells("");
}

#[test]
fn what_one_side_leaves_to_a_default_is_a_cause_too() {
    let lib = LIB.replace("env.prefix", "env.prefix ?? \"\"");
    let lib = lib.replace(
        "  config(s, env) = {",
        "  peers(env) = [{ ip = ip, port = 80 } for ip in env.nodes]\n  config(s, env) = {",
    );
    let main = MAIN.replace("{ deployment, config }", "{ deployment, config, peers }");
    let main = main.replace("config(blog, env)]", "config(blog, env) with { data.peers = peers(env) }]");
    let nodes = |text: &str, nodes: &str| text.replacen('{', &format!("{{\n  nodes = [{nodes}]"), 1);
    let folder = Folder::new(&[
        ("lib.rzp", &lib),
        ("services/main.rzp", &main),
        ("services/blog.rzp", BLOG),
        ("services/wiki.rzp", &BLOG.replace("blog", "wiki")),
        ("services/env/production.rzp", &nodes(&PRODUCTION.replace("  prefix = \"\"\n", ""), "\"a\", \"b\"")),
        ("services/env/staging.rzp", &nodes(STAGING, "\"a\"")),
    ]);
    let run = folder.run(&["diff", "staging", "production"]).ends(2);
    let prefix = "namespace \"stg-apps\" → \"apps\" in 2 services: services/env/staging.rzp:4 → lib.rzp:12\n";
    assert!(run.out.contains(prefix), "{}", run.out);
    assert!(run.out.contains("peers[1] {\"ip\":\"b\",\"port\":80} added in apps/blog: lib.rzp:15\n"), "{}", run.out);
}

#[test]
fn an_environment_does_not_differ_from_itself() {
    let run = project().run(&["diff", "staging", "staging"]);
    run.ends(0).prints("from staging to staging: no difference in 3 objects\n").tells("");
}

#[test]
fn one_line_is_one_cause_however_many_parts_follow_it() {
    let folder = repository();
    folder.run(&["diff"]).ends(0).prints("from HEAD to the files: no difference in 6 objects\n");
    folder.write("services/blog.rzp", &BLOG.replace("blog:1.0", "blog:1.1"));
    let told = "\
from HEAD to the files: 4 objects changed, 2 unchanged

image \"blog:1.0\" → \"blog:1.1\" in apps/blog of 2 environments: services/blog.rzp:3
  production/apps/blog  Deployment/blog  spec.template.spec.containers[blog].image
  production/apps/blog  ConfigMap/blog   data.image
  staging/apps/blog     Deployment/blog  spec.template.spec.containers[blog].image
  1 more; --all shows them
";
    folder.run(&["diff"]).ends(2).prints(told).tells("");
    let one = folder.run(&["diff", "--env", "staging", "--all"]).ends(2);
    assert!(one.out.contains("in apps/blog: services/blog.rzp:3\n  apps/blog  Deployment/blog"), "{}", one.out);
    assert_eq!(one.out.lines().count(), 5);
}

#[test]
fn what_is_added_and_removed_is_listed_by_service() {
    let folder = repository();
    folder.write("services/main.rzp", &MAIN.replace("wiki = [", "paste = [").replace(", config(blog, env)]", "]"));
    let run = folder.run(&["diff", "--env", "production"]).ends(2);
    let told = "\
from HEAD to the files: 1 object added, 2 removed, 1 unchanged

only in the files:
  apps/paste  Deployment/wiki

only in HEAD:
  apps/blog  ConfigMap/blog
  apps/wiki  Deployment/wiki
";
    run.prints(told);
}

#[test]
fn lines_that_move_and_values_that_mean_the_same_are_no_difference() {
    let folder = repository();
    let moved = BLOG.replace("name = ", "# a remark\n  name = ").replace("replicas = 1", "replicas = 2 - 1");
    folder.write(
        "services/blog.rzp",
        &moved.replace("PORT = \"80\", LEVEL = \"info\"", "LEVEL = \"info\", PORT = \"80\""),
    );
    folder.write(
        "services/env/production.rzp",
        &PRODUCTION.replace("replicas = 2", "cpu = 1\n  overlay.blog.replicas = 2"),
    );
    folder.run(&["diff"]).ends(0).prints("from HEAD to the files: no difference in 6 objects\n");
}

#[test]
fn revisions_are_read_without_touching_the_files() {
    let folder = repository();
    folder.write("services/blog.rzp", &BLOG.replace("replicas = 1", "replicas = 5"));
    commit(&folder);
    git(&folder, &["tag", "v2"]);
    let before = folder.list("services");
    let run = folder.run(&["diff", "--against", "HEAD~1", "--env", "staging"]).ends(2);
    assert!(run.out.contains("replicas 1 → 5 in apps/blog: services/blog.rzp:4"), "{}", run.out);
    folder.run_with(&["diff", "--against", "v2"], "services/env", "").ends(0);
    assert_eq!(folder.list("services"), before);
}

#[test]
fn a_library_in_the_same_repository_is_read_from_the_revision_too() {
    let main = "let { service } = import \"std/component/service\"\n{ p.apps = { a = [service(\"a\")], b = [service(\"b\")] } }\n";
    let library = "{\n  service(name) = {\n    apiVersion = \"v1\", kind = \"Pod\", metadata.name = name\n    spec.replicas = 1\n  }\n}\n";
    let folder = Folder::new(&[("services/main.rzp", main), ("stdlib/component/service.rzp", library)]);
    git(&folder, &["init", "-q", "-b", "main"]);
    commit(&folder);
    folder.write("stdlib/component/service.rzp", &library.replace("replicas = 1", "replicas = 3"));
    let run = folder.run(&["--library", "stdlib", "diff"]).ends(2);
    assert!(run.out.contains("spec.replicas 1 → 3 in 2 services of p: std/component/service:4\n"), "{}", run.out);
}

#[test]
fn programs_read_an_object() {
    let folder = repository();
    folder.write("services/blog.rzp", &BLOG.replace("\"info\"", "\"debug\""));
    let run = folder.run(&["diff", "--format", "json", "--env", "production"]).ends(2);
    let told: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!((&told["changed"], &told["unchanged"]), (&1.into(), &2.into()));
    let cause = &told["causes"][0];
    assert_eq!(
        (&cause["field"], &cause["old"], &cause["new"]),
        (&"LEVEL".into(), &"\"info\"".into(), &"\"debug\"".into())
    );
    assert_eq!((&cause["after"]["file"], &cause["after"]["line"]), (&"services/blog.rzp".into(), &5.into()));
    let part = &cause["parts"][0];
    assert_eq!(part["path"], "spec.template.spec.containers[blog].env[LEVEL].value");
    assert_eq!((&part["kind"], &part["new"]), (&"Deployment".into(), &"debug".into()));
}

#[test]
fn a_review_gets_a_table_and_folded_details() {
    let run = project().run(&["diff", "staging", "production", "--format", "markdown"]).ends(2);
    assert!(run.out.starts_with("**From staging to production: 3 objects changed**\n"), "{}", run.out);
    let row =
        "| `overlay.blog.replicas` | `1` | `2` | apps/blog | `services/blog.rzp:4 → services/env/production.rzp:4` |\n";
    assert!(run.out.contains(row), "{}", run.out);
    assert!(run.out.contains("<details><summary>5 parts that differ</summary>\n"), "{}", run.out);
    assert!(run.out.contains("- apps/blog ConfigMap/blog `data.host`: `\"blog.stg.example.org\"` → "), "{}", run.out);
}

#[test]
fn colours_are_as_everywhere() {
    let run = project().run(&["diff", "staging", "production", "--color", "always"]).ends(2);
    assert!(run.out.contains("\x1b[31m1\x1b[0m → \x1b[32m2\x1b[0m"), "{}", run.out);
}

#[test]
fn secrets_are_not_shown() {
    let main = r#"
let object(password) = {
  sealed = { kind = "ConfigMap", apiVersion = "v1", metadata.name = "a", data.key = std.secret.refer(password, "ref-" ++ std.hash.sha256(password)) }
  plain = { kind = "Secret", apiVersion = "v1", metadata.name = "a", stringData = { password = password, user = "x" } }
  text = { kind = "ConfigMap", apiVersion = "v1", metadata.name = "b", data = { level = "info" } }
}
{ a.t.s = object("hunter2-old"), b.t.s = object("hunter2-new") }
"#;
    let folder = Folder::new(&[("services/main.rzp", main)]);
    for format in ["text", "json", "markdown"] {
        let run = folder.run(&["diff", "a", "b", "--all", "--format", format]).ends(2);
        assert!(!run.out.contains("hunter2"), "{}", run.out);
        assert!(run.out.contains("stringData.password"), "{}", run.out);
    }
}

#[test]
fn wrong_calls_say_what_to_write() {
    let folder = project();
    folder.run(&["diff", "staging", "prodction"]).ends(1).mentions("E0702").mentions("did you mean `production`?");
    folder.run(&["diff", "staging"]).ends(64).mentions("`rzp diff --against staging`");
    folder.run(&["diff", "a", "b", "c"]).ends(64).mentions("3 are named");
    folder.run(&["diff", "staging", "production", "--against", "main"]).ends(64);
    folder.run(&["diff", "--format", "yaml"]).ends(64).mentions("markdown");
    Folder::new(&[]).run(&["diff"]).ends(1).mentions("E0701");
}

#[test]
fn a_revision_that_git_does_not_give() {
    project().run(&["diff"]).ends(1).mentions("error[E0710]").mentions("is in no Git repository");
    let folder = repository();
    folder.run(&["diff", "--against", "mian"]).ends(1).mentions("E0710").mentions("did you mean `main`?");
    folder.run(&["diff", "--against=--output=x"]).ends(1).mentions("Git knows no revision `--output=x`");
    assert!(!folder.path("x").exists());
    let fresh = project();
    git(&fresh, &["init", "-q"]);
    fresh.run(&["diff"]).ends(1).mentions("nothing has been committed yet");
}

#[test]
fn a_revision_that_cannot_be_evaluated_is_named() {
    let folder = repository();
    folder.write("services/blog.rzp", "{ name = 1 + }");
    commit(&folder);
    folder.write("services/blog.rzp", BLOG);
    folder.run(&["diff"]).ends(1).mentions("services/blog.rzp:1:").mentions("in the files at `HEAD`");
    folder.write("services/blog.rzp", "{ name = }");
    let run = folder.run(&["diff", "--against", "HEAD~1"]).ends(1).mentions("services/blog.rzp:1:");
    assert!(!run.err.contains("in the files at"), "{}", run.err);
    let empty = Folder::new(&[("README.md", "x")]);
    git(&empty, &["init", "-q"]);
    commit(&empty);
    empty.write("services/main.rzp", "{}");
    empty.run(&["diff"]).ends(1).mentions("E0701").mentions("there is no `services/main.rzp` at `HEAD`");
}
