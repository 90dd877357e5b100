//! `rzp graph`: what it shows of a graph in its formats, and what it says where there is none.
//!
//! Graphviz and Node look at what is written for them where they are installed.

use super::{Folder, Run};
use std::io::Write;
use std::process::{Command, Stdio};

const HOUSE: &str = r#"{
  home.apps = {}
  hidden graph.home = {
    nodes = [
      { name = "sonarr", tier = "apps", area = "media", wave = 20, kind = "Deployment", title = "Sonarr",
        hosts = ["sonarr.example.org"], objects = 14 },
      { name = "longhorn", tier = "core", area = "longhorn", wave = 1, kind = "Chart" },
      { name = "postgres", tier = "platform", area = "data", wave = 10, kind = "StatefulSet", objects = 9 },
      { name = "traefik", tier = "core", wave = 2 },
      { name = "grocy", tier = "apps", area = "home", wave = 20, kind = "Deployment", owner = "me" },
    ]
    edges = [
      { from = "sonarr", to = "postgres", hard = true, ports = [5432], why = "needs" },
      { from = "postgres", to = "longhorn", hard = true, ports = [], why = "storage" },
      { from = "sonarr", to = "traefik", hard = false, why = "route" },
      { from = "longhorn", to = "traefik", hard = false, why = "route" },
      { from = "grocy", to = "longhorn", hard = true },
    ]
  }
}
"#;

fn house() -> Folder {
    Folder::new(&[("services/main.rzp", HOUSE)])
}

/// A project whose graph has a mistake.
fn wrong(from: &str, to: &str) -> Run {
    assert!(HOUSE.contains(from));
    Folder::new(&[("services/main.rzp", &HOUSE.replace(from, to))]).run(&["graph"]).ends(1)
}

#[test]
fn a_list_in_the_order_of_starting() {
    house().run(&["graph"]).ends(0).prints(
        "home: 5 services, 3 hard needs and 2 soft ones\n\n\
         core\n   1  longhorn  later traefik\n   2  traefik\n\n\
         platform\n  10  postgres  needs longhorn\n\n\
         apps\n  20  grocy     needs longhorn\n      sonarr    needs postgres:5432; later traefik\n",
    );
}

#[test]
fn a_part_of_it() {
    let house = house();
    house.run(&["graph", "sonarr", "--hard"]).ends(0).prints(
        "home: 3 services, 2 hard needs\n\n\
         core\n   1  longhorn\n\nplatform\n  10  postgres  needs longhorn\n\napps\n  20  sonarr    needs postgres:5432\n",
    );
    house.run(&["graph", "longhorn", "--needed-by", "--depth", "1"]).ends(0).prints(
        "home: 3 services, 2 hard needs\n\n\
         core\n   1  longhorn\n\nplatform\n  10  postgres  needs longhorn\n\napps\n  20  grocy     needs longhorn\n",
    );
    // What a need uses later is no need.
    house
        .run(&["graph", "grocy", "--needs"])
        .ends(0)
        .prints("home: 2 services, 1 hard need\n\ncore\n   1  longhorn\n\napps\n  20  grocy     needs longhorn\n");
}

#[test]
fn mermaid() {
    house().run(&["graph", "sonarr", "--format", "mermaid"]).ends(0).prints(
        r##"%% home: 4 services, 2 hard needs and 1 soft one
flowchart TB
  subgraph tier0 ["apps"]
    s-sonarr["sonarr<br/><small>wave 20</small>"]:::hue2
  end
  subgraph tier1 ["platform"]
    s-postgres["postgres<br/><small>wave 10</small>"]:::hue0
  end
  subgraph tier2 ["core"]
    s-longhorn["longhorn<br/><small>wave 1</small>"]:::plain
    s-traefik["traefik<br/><small>wave 2</small>"]:::plain
  end
  s-postgres --> s-longhorn
  s-sonarr -.-> s-traefik
  s-sonarr --> s-postgres
  linkStyle 1 stroke:#9aa5b1
  classDef plain fill:#e9ebee,stroke:#8a94a3,color:#1b2430
  classDef hue0 fill:#d1e5f1,stroke:#0072b2,color:#1b2430
  classDef hue2 fill:#d1ede5,stroke:#009e73,color:#1b2430
"##,
    );
}

#[test]
fn dot() {
    let run = house().run(&["graph", "sonarr", "--format", "dot"]).ends(0);
    let shown: Vec<&str> = run.out.lines().filter(|line| !line.contains("fontname")).collect();
    assert_eq!(
        shown.join("\n"),
        r##"digraph "home" {
  edge [color="#4d5a6a", arrowsize=0.7]
  subgraph cluster_0 {
    graph [label="core", labeljust=l, style=rounded, color="#c3cad4"]
    { rank=same
      "longhorn" [label="longhorn", tooltip="longhorn", color="#8a94a3", fillcolor="#e9ebee"]
    }
    { rank=same
      "traefik" [label="traefik", tooltip="traefik", color="#8a94a3", fillcolor="#e9ebee"]
    }
  }
  subgraph cluster_1 {
    graph [label="platform", labeljust=l, style=rounded, color="#c3cad4"]
    { rank=same
      "postgres" [label="postgres", tooltip="postgres", color="#0072b2", fillcolor="#d1e5f1"]
    }
  }
  subgraph cluster_2 {
    graph [label="apps", labeljust=l, style=rounded, color="#c3cad4"]
    { rank=same
      "sonarr" [label="sonarr", tooltip="Sonarr", color="#009e73", fillcolor="#d1ede5"]
    }
  }
  "postgres" -> "longhorn" [tooltip="storage"]
  "sonarr" -> "traefik" [tooltip="route", style=dashed, color="#9aa5b1", constraint=false]
  "sonarr" -> "postgres" [tooltip="needs :5432"]
  "sonarr" -> "postgres" [style=invis]
  "postgres" -> "traefik" [style=invis]
  "traefik" -> "longhorn" [style=invis]
}"##
    );
}

#[test]
fn graphviz_takes_the_dot() {
    let strange = HOUSE.replace("\"sonarr\"", r#""so\"na\\rr\\N{|}<b>""#);
    for main in [HOUSE, &strange] {
        let folder = Folder::new(&[("services/main.rzp", main)]);
        let made = folder.run(&["graph", "--format", "dot"]).ends(0).out;
        let started = Command::new("dot").arg("-Tsvg").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Ok(mut dot) = started else {
            println!("left out: there is no `dot` here");
            return;
        };
        dot.stdin.take().expect("piped").write_all(made.as_bytes()).expect("it reads");
        let drawn = dot.wait_with_output().expect("it ends");
        let svg = String::from_utf8(drawn.stdout).expect("UTF-8");
        assert!(drawn.status.success(), "{made}");
        assert_eq!(svg.matches("class=\"node\"").count(), 5, "{svg}");
        assert_eq!(svg.matches("class=\"edge\"").count(), 5, "{svg}");
    }
}

#[test]
fn json_has_what_was_read() {
    let run = house().run(&["graph", "--format", "json", "--hard", "postgres", "--needs"]).ends(0);
    let read: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(
        read,
        serde_json::json!({
            "env": "home",
            "nodes": [
                { "name": "longhorn", "tier": "core", "area": "longhorn", "kind": "Chart", "title": "", "wave": 1, "hosts": [] },
                { "name": "postgres", "tier": "platform", "area": "data", "kind": "StatefulSet", "title": "", "wave": 10,
                  "hosts": [], "objects": 9 },
            ],
            "edges": [{ "from": "postgres", "to": "longhorn", "hard": true, "ports": [], "why": "storage" }],
        })
    );
}

#[test]
fn a_drawing_and_a_page() {
    let house = house();
    house.run(&["graph", "--out", "needs.svg"]).ends(0).prints("").mentions("wrote needs.svg (home: 5 services");
    let svg = house.read("needs.svg");
    let read = roxmltree::Document::parse(&svg).expect("XML");
    let texts: Vec<&str> = read
        .descendants()
        .filter(|node| node.attribute("class") == Some("name"))
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(texts, ["sonarr", "grocy", "postgres", "traefik", "longhorn"]);
    assert!(svg.contains("prefers-color-scheme: dark"));
    house.run(&["graph", "--out", "needs.html"]).ends(0);
    let page = house.read("needs.html");
    let foreign = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!foreign.contains("http:") && !foreign.contains("https:") && !foreign.contains("src="), "{page}");
    for part in ["href=\"#sonarr\"", "id=\"find\"", "Content-Security-Policy", "sonarr.example.org"] {
        assert!(page.contains(part), "{part}");
    }
    house.run(&["graph", "--format", "svg"]).ends(0).prints(&svg);
}

#[test]
fn node_takes_the_script() {
    let page = house().run(&["graph", "--format", "html"]).ends(0).out;
    let begin = page.rfind("<script>").expect("a script") + "<script>".len();
    let end = page.rfind("</script>").expect("its end");
    let folder = Folder::new(&[("page.js", &page[begin..end])]);
    match Command::new("node").arg("--check").arg(folder.path("page.js")).output() {
        Ok(checked) => assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr)),
        Err(_) => println!("left out: there is no `node` here"),
    }
}

#[test]
fn the_name_of_the_file_says_the_format() {
    let house = house();
    for (name, begins) in [
        ("a.mmd", "%% home"),
        ("a.dot", "digraph"),
        ("a.gv", "digraph"),
        ("a.json", "{\n"),
        ("a.txt", "home: 5"),
        ("a.HTM", "<!DOCTYPE html>"),
    ] {
        house.run(&["graph", "-o", name]).ends(0);
        assert!(house.read(name).starts_with(begins), "{name}");
    }
    house.run(&["graph", "-o", "a.svg", "-f", "text"]).ends(0);
    assert!(house.read("a.svg").starts_with("home: 5"));
    house.run(&["graph", "-o", "a.png"]).ends(64).tells(
        "error: the name `a.png` says no format\n\n  \
         tip: end it in .svg, .html, .mmd, .dot, .json or .txt, or say --format",
    );
    house.run(&["graph", "-o", "none/a.svg"]).ends(1).mentions("E0707");
}

#[test]
fn a_graph_that_is_not_there() {
    let bare = Folder::new(&[("services/main.rzp", "{ home.apps = {} }")]);
    bare.run(&["graph"])
        .ends(1)
        .mentions("error[E0709]: `services/main.rzp` has no field `graph`, which says who needs whom")
        .mentions("fleet.objects(import \"./env/*.rzp\", services)");
    let number = Folder::new(&[("services/main.rzp", "{ hidden graph = 3 }")]);
    number
        .run(&["graph"])
        .ends(1)
        .mentions("`graph` of `services/main.rzp` should be a record of environments, and is an integer");
    Folder::new(&[]).run(&["graph"]).ends(64).mentions("there is no `services/main.rzp` upwards from here");
    Folder::new(&[("services/main.rzp", "{ hidden graph = {} }")])
        .run(&["graph"])
        .ends(1)
        .mentions("there is no environment");
    Folder::new(&[("services/main.rzp", "{ graph = 1 + \"a\" }")]).run(&["graph"]).ends(1).mentions("E0405");
}

#[test]
fn the_nearest_names() {
    let house = house();
    house
        .run(&["graph", "sonar", "postgras"])
        .ends(1)
        .mentions("no service `sonar` in `home`")
        .mentions("did you mean `postgres`?");
    house.run(&["graph", "xyz"]).ends(1).mentions("there are `longhorn`, `traefik`, `postgres`, `grocy`, `sonarr`");
    house.run(&["graph", "--env", "hoem"]).ends(1).mentions("no environment `hoem`").mentions("did you mean `home`?");
    house.run(&["graph", "--env", "production"]).ends(1).mentions("there is `home`");
    house.run(&["graph", "--depth", "1"]).ends(64);
    house.run(&["graph", "sonarr", "--needs", "--needed-by"]).ends(64);
}

#[test]
fn with_more_than_one_environment_one_is_named() {
    let two = HOUSE.replace("hidden graph.home", "hidden graph.away = { nodes = [], edges = [] }\n  hidden graph.home");
    let folder = Folder::new(&[("services/main.rzp", &two)]);
    folder
        .run(&["graph"])
        .ends(1)
        .mentions("a graph shows one environment, and there is more than one")
        .mentions("there are `away`, `home`")
        .mentions("say which: `rzp graph --env away`");
    folder.run(&["graph", "--env", "away"]).ends(0).prints("away: 0 services, 0 hard needs\n");
}

#[test]
fn what_is_wrong_is_named_by_its_path() {
    wrong("name = \"traefik\", tier = \"core\", wave = 2", "name = \"traefik\", tier = \"core\"")
        .mentions("`graph.home.nodes[3]` has no `wave`")
        .mentions("services/main.rzp:9:");
    wrong("wave = 10", "wave = \"10\"").mentions("`graph.home.nodes[2].wave` should be an integer, and is a string");
    wrong("hosts = [\"sonarr.example.org\"]", "hosts = [3]")
        .mentions("`graph.home.nodes[0].hosts[0]` should be a string, and is an integer");
    wrong("hosts = [\"sonarr.example.org\"]", "hosts = 3")
        .mentions("`graph.home.nodes[0].hosts` should be a list, and is an integer");
    wrong("to = \"postgres\"", "to = \"postgras\"")
        .mentions("`graph.home.edges[0].to` is `postgras`, and no node is called so")
        .mentions("did you mean `postgres`?");
    wrong("name = \"grocy\"", "name = \"sonarr\"").mentions("two nodes of `graph.home` are called `sonarr`");
    wrong("hard = false, why", "hard = 0, why")
        .mentions("`graph.home.edges[2].hard` should be a boolean, and is an integer");
    wrong("to = \"longhorn\", hard = true }", "to = \"longhorn\" }").mentions("`graph.home.edges[4]` has no `hard`");
    wrong("    edges = [", "    others = [").mentions("`graph.home` has no `edges`");
    wrong("hidden graph.home = {", "hidden graph.home = [] ++ [1]\n  hidden other = {")
        .mentions("`graph.home` should be a record with `nodes` and `edges`, and is a list");
}

#[test]
fn a_circle_of_hard_needs_is_drawn_all_the_same() {
    let round = HOUSE.replace(
        "from = \"longhorn\", to = \"traefik\", hard = false",
        "from = \"longhorn\", to = \"sonarr\", hard = true",
    );
    let folder = Folder::new(&[("services/main.rzp", &round)]);
    let svg = folder.run(&["graph", "--format", "svg"]).ends(0).out;
    assert_eq!(svg.matches("class=\"box\"").count(), 5);
    folder.run(&["graph", "sonarr"]).ends(0);
}
