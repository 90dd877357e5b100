//! A sitting in an editor that nobody here wrote: Neovim, with its own language client, drives `rzp lsp`.
//!
//! `session.lua` does and writes down what it saw; here it is judged. Without `nvim` on the path the test
//! says that it was left out.

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const SCHEMA: &str = "{\n  ## What runs the program.\n  App = schema {\n    name : String\n    ## The port that the program listens on.\n    port : Int & >=1 & <=65535\n    default kind : \"Deployment\" | \"StatefulSet\" = \"Deployment\"\n    settings = { [String] : String }\n  }\n}\n";

const MENDED: &str = "let { App } = import \"./schema.rzp\"\nlet { Name, PortNumber } = import \"std/meta/name\"\n\nApp with {\n  name = (\"web\" : Name)\n  port = (8080 : PortNumber)\n  settings.shout = std.string.upper(\"web\")\n  settings.greeting = \"h\u{e9}llo \u{1f600}\"\n}";

/// The string before the mistake has a character of two UTF-16 units, and one of two bytes.
const BROKEN_FIRST: &str = "let { App } = import \"./schema.rzp\"\n\nApp with { settings.greeting = \"h\u{e9} \u{1f600}\", name = \"web\", port = \"x\" }\n";

const BROKEN: &str =
    "let { App } = import \"./schema.rzp\"\nlet settings = { colour = \"red\", size = 3 }\n\nApp with {\n  HALF\n}\n";

const UNTIDY: &str = "{ a=1,\n      b   = 2 }";

const MISSPELT: &str = "let app = { port = 1, name = \"x\" }\n\n{\n  port = app.prot\n}";

struct Sitting {
    seen: Vec<Value>,
    folder: PathBuf,
}

impl Sitting {
    fn step(&self, name: &str) -> &Value {
        let found = self.seen.iter().find(|step| step["step"] == name);
        &found.unwrap_or_else(|| panic!("no step {name} in {:#?}", self.seen))["what"]
    }

    /// The labels of a completion, in the order that an editor shows them.
    fn labels(&self, name: &str) -> Vec<String> {
        let mut items = self.step(name)["result"]["items"].as_array().expect("items").clone();
        items.sort_by_key(|item| item["sortText"].as_str().unwrap_or_default().to_owned());
        items.iter().map(|item| item["label"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The text at each place that a definition leads to.
    fn targets(&self, name: &str) -> Vec<(String, String)> {
        let result = self.step(name)["result"].as_array().expect("places").clone();
        let target = |place: &Value| {
            let path = place["uri"].as_str().expect("an address").strip_prefix("file://").expect("a file").to_owned();
            let text = fs::read_to_string(&path).expect("the file is there");
            let at = &place["range"]["start"];
            let line = text.lines().nth(at["line"].as_u64().expect("a line") as usize).unwrap_or_default().to_owned();
            (path, line.chars().skip(at["character"].as_u64().expect("a column") as usize).collect())
        };
        result.iter().map(target).collect()
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn has_nvim() -> bool {
    Command::new("nvim").arg("--version").output().is_ok_and(|output| output.status.success())
}

fn sit() -> Sitting {
    let folder = std::env::temp_dir().join(format!("rzp-editor-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("home")).expect("a folder");
    let folder = fs::canonicalize(folder).expect("it is there");
    for (name, text) in [("rzp.toml", ""), ("schema.rzp", SCHEMA), ("web.rzp", BROKEN_FIRST)] {
        fs::write(folder.join(name), text).expect("written");
    }
    let seen = folder.join("seen.json");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editor/session.lua");
    let output = Command::new("nvim")
        .args(["--headless", "--clean", "-n", "-S"])
        .arg(script)
        .env("RZP", env!("CARGO_BIN_EXE_rzp"))
        .env("PROJECT", &folder)
        .env("SEEN", &seen)
        .env("HOME", folder.join("home"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("XDG_STATE_HOME", folder.join("home"))
        .envs([("MENDED", MENDED), ("BROKEN", BROKEN), ("UNTIDY", UNTIDY), ("MISSPELT", MISSPELT)])
        .output()
        .expect("Neovim starts");
    let text = fs::read_to_string(&seen).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    Sitting { seen: serde_json::from_str(&text).expect("JSON"), folder }
}

#[test]
fn neovim_is_served() {
    if !has_nvim() {
        // Not by `eprintln!`, which is kept from whoever runs tests that pass.
        let told = "\nskipped: neovim_is_served, there is no `nvim` on the path; `apt-get install neovim` brings it\n";
        std::io::stderr().write_all(told.as_bytes()).expect("standard error takes text");
        return;
    }
    let sitting = sit();
    if std::env::var_os("RZP_SHOW").is_some() {
        eprintln!("{}", serde_json::to_string_pretty(&sitting.seen).expect("JSON"));
    }
    mistakes(&sitting);
    questions(&sitting);
    completions(&sitting);
    edits(&sitting);
}

fn mistakes(sitting: &Sitting) {
    for name in ["timeout", "fault"] {
        assert!(sitting.seen.iter().all(|step| step["step"] != name), "{:#?}", sitting.seen);
    }
    let opened = &sitting.step("opened")[0];
    assert_eq!(opened["code"], "E0301");
    // Neovim counts columns in bytes: the client has turned UTF-16 units into them.
    let line = BROKEN_FIRST.lines().nth(2).expect("a line");
    let at = line.find("\"x\"").expect("there");
    assert_eq!((opened["line"].as_u64(), opened["from"].as_u64()), (Some(2), Some(at as u64)));
    assert_eq!(opened["to"].as_u64(), Some(at as u64 + 3));
    assert_eq!(sitting.step("mended"), &serde_json::json!([]));
    let typed = &sitting.step("typed")[0];
    assert_eq!(typed["code"], "E0201", "{typed}");
    let changed = &sitting.step("schema changed")[0];
    assert!(changed["message"].as_str().is_some_and(|text| text.contains("`port`")), "{changed}");
    assert_eq!(sitting.step("unknown request")["error"]["code"], -32601);
}

fn questions(sitting: &Sitting) {
    let hover = sitting.step("hover")["result"]["contents"]["value"].as_str().expect("text").to_owned();
    for part in ["port : Int & >=1 & <=65535", "The port that the program listens on.", "8080"] {
        assert!(hover.contains(part), "{hover}");
    }
    let library = sitting.step("library hover")["result"]["contents"]["value"].as_str().expect("text").to_owned();
    assert!(library.contains("std.string.upper(") && library.contains("#=>"), "{library}");
    let schema =
        |(path, text): &(String, String), begins: &str| path.ends_with("/schema.rzp") && text.starts_with(begins);
    let definition = sitting.targets("definition");
    assert!(schema(&definition[0], "App = schema"), "{definition:?}");
    let field = sitting.targets("field definition");
    assert!(schema(&field[0], "port : Int"), "{field:?}");
    let (path, text) = sitting.targets("library definition").remove(0);
    assert!(path.ends_with("/std/meta/name.rzp") && text.starts_with("Name ="), "{path}: {text}");
}

fn completions(sitting: &Sitting) {
    assert_eq!(sitting.labels("completion after a dot"), ["colour", "size"]);
    assert_eq!(sitting.labels("completion of a field")[..4], ["name", "port", "kind", "settings"]);
    for name in ["completion of a literal", "completion in a string"] {
        assert_eq!(sitting.labels(name)[..2], ["\"Deployment\"", "\"StatefulSet\""], "{name}");
    }
}

fn edits(sitting: &Sitting) {
    assert_eq!(sitting.step("formatted"), "{ a = 1, b = 2 }");
    assert_eq!(sitting.step("acted"), &MISSPELT.replace("app.prot", "app.port"));
}
