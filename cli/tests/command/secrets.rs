//! No output of the command shows a secret: not its text, nor that in base64, hexadecimal or a URL.
//!
//! The same project is run twice. Where nothing is secret, the texts must come to light, or the search
//! would prove nothing; where `Secret` stands, none may.

use super::{Folder, Run};
use std::fmt::Write;

/// Texts that are secret, each where another way leads out.
const TEXTS: [(&str, &str); 8] = [
    ("LITERAL", "lit ü/hunter-one?&="),
    ("OVERRIDE", "over+hunter/two=="),
    ("INPUT", "in put&hunter=three"),
    ("DATA", "data?hunter four/"),
    ("ELEMENT", "el/hunter+five five"),
    ("ARGUMENT", "arg&hunter six?"),
    ("NESTED", "nest hunter=seven/"),
    ("LONG", "-----BEGIN KEY-----\nlong hunter/eight and so on, beyond forty characters\n-----END KEY-----"),
];

/// A file of the project, with `Secret(T)` or only T, and with the texts in it.
fn file(text: &str, secret: bool) -> String {
    let mut text = text.to_owned();
    for (name, value) in TEXTS {
        text = text.replace(&format!("@{name}@"), &format!("{value:?}"));
    }
    if secret { text } else { text.replace("Secret(", "(") }
}

/// A project full of secrets. Its `app` has each of them in a field; `wrong` has them beside mistakes.
fn project(secret: bool) -> Folder {
    let files = [
        ("types.rzp", "{ Password = Secret(String), Db = schema { user : String, password : Secret(String) } }"),
        ("data.yaml", "token: @DATA@\n"),
        (
            "app.rzp",
            r#"let { Password, Db } = import "./types.rzp"
let data = import "./data.yaml"
let connect(user, password : Secret(String)) = { user = user, password = password }
let f(p) = connect("app", password = p)
{
  literal : Secret(String) = @LITERAL@
  db = Db with { user = "app", password = @OVERRIDE@ }
  input = std.input("password", Secret(String))
  data : Password = data.token
  list : [Secret(String)] = [@ELEMENT@]
  call = f(@ARGUMENT@)
  nested : Secret({ key : String }) = { key = @NESTED@ }
  long : Secret(String) = @LONG@
}
"#,
        ),
        (
            "wrong.rzp",
            r#"let { Db } = import "./types.rzp"
let app = import "./app.rzp"
let long(s) = "\(s) is too short"
let key : Secret(String) = @LITERAL@
{
  short : Secret(String) & Int = @LITERAL@
  refused = (@LITERAL@ : Secret(String & long))
  kind = (@OVERRIDE@ : Secret(String) & >=1)
  port : Int = "x"
  password : Secret(String) = @OVERRIDE@
  twice = ({ p : Secret(String) } & { p = @LITERAL@ } & { p = @OVERRIDE@ }).p
  text = "key=\(key)"
  joined = key ++ @LITERAL@
  same = [key == @LITERAL@, key < @OVERRIDE@, [key] == [@LITERAL@], key =~ "^lit"]
  named = { "\(key)" = 1 }
  std = [std.base64.encode(key), std.url.encode(key), std.hash.sha256(key), std.json.encode({ a = key })]
  more = [std.string.upper(app.data), std.string.split(app.long, "\n"), std.list.contains([key], @LITERAL@)]
  raised = std.error("the key is \(key)")
  held = { let k = key, assert false else "bad key \(k)" }
  inside = app.nested.key
  asked = std.contract.check(key, Secret(=~"^lit"))
  chosen = match { @LITERAL@ => 1 }(key)
  element = { xs : [Secret(String) & Int] = [@ELEMENT@] }.xs
  called = app.call.password.x
  loop = { a = self.b ++ @LITERAL@, b = self.a }.a
}
"#,
        ),
        (
            "typed.rzp",
            "{\n  key : Secret(String) = @LITERAL@, n : Int = \"x\"\n  db = { password : Secret(String) } & { password = @OVERRIDE@ }\n}",
        ),
        ("broken.rzp", "let a = { password : Secret(String) = @LITERAL@, b = @@ }\na\n"),
        (
            "services/main.rzp",
            "let app = import \"../app.rzp\"\n{ prod.media.web = { kind = \"ConfigMap\", apiVersion = \"v1\", metadata.name = \"web\", data = { a = app.literal, b = app.db.password, c = app.long } } }",
        ),
    ];
    let made: Vec<(&str, String)> = files.iter().map(|(path, text)| (*path, file(text, secret))).collect();
    let files: Vec<(&str, &str)> = made.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Folder::new(&files)
}

/// What was said under a name: all of both streams, or a file that was written.
type Said = Vec<(String, String)>;

fn say(said: &mut Said, name: &str, run: Run) {
    said.push((name.to_owned(), format!("{}\n{}", run.out, run.err)));
}

/// Everything that the command says of the project.
fn all_that_is_said(secret: bool) -> Said {
    let folder = project(secret);
    let given = format!("password={}", TEXTS[2].1);
    let mut said = Said::new();
    for format in ["json", "yaml", "toml", "text"] {
        let run = folder.run(&["eval", "app.rzp", "--input", &given, "--format", format]);
        say(&mut said, &format!("eval {format}"), run);
        let run = folder.run(&["eval", "app.rzp", "literal", "--input", &given, "--format", format]);
        say(&mut said, &format!("eval literal {format}"), run);
    }
    for diagnostics in ["text", "json", "github"] {
        let asked = ["eval", "wrong.rzp", "--input", &given, "--diagnostics", diagnostics];
        say(&mut said, &format!("mistakes {diagnostics}"), folder.run(&asked));
        for path in ["app.rzp", "wrong.rzp", "typed.rzp", "broken.rzp"] {
            let name = format!("check {path} {diagnostics}");
            say(&mut said, &name, folder.run(&["check", path, "--diagnostics", diagnostics]));
        }
    }
    for path in FIELDS {
        say(&mut said, &format!("mistake {path}"), folder.run(&["eval", "wrong.rzp", path, "--input", &given]));
        let run = folder.run(&["explain", path, "wrong.rzp", "--input", &given]);
        say(&mut said, &format!("explain {path}"), run);
    }
    for path in ["literal", "db.password", "db", "input", "data", "list[0]", "list", "call.password", "nested", "long"]
    {
        for format in ["text", "json"] {
            let run = folder.run(&["explain", path, "app.rzp", "--input", &given, "--format", format]);
            say(&mut said, &format!("explain {path} {format}"), run);
        }
    }
    say(&mut said, "set", folder.run(&["eval", "app.rzp", "literal", "--input", &given, "--set", "literal=1 + \"x\""]));
    say(&mut said, "fmt", folder.run(&["fmt", "--check", "app.rzp", "broken.rzp", "typed.rzp"]));
    say(&mut said, "build", folder.run(&["build"]));
    for path in folder.list("kubernetes") {
        said.push((format!("build wrote {path}"), folder.read(&format!("kubernetes/{path}"))));
    }
    say(&mut said, "build again", folder.run(&["build", "--check"]));
    let talk = file(
        "let key : Secret(String) = @LITERAL@\nkey\n{ a = key }\n:type key\n:type { a = key }\n\"\\(key)\"\nkey ++ key\n\
         let app = import \"./app.rzp\"\napp\napp.db\napp.list\n:explain app.literal\n:load app.rzp\n:names\nlet broken : Secret(String) = @OVERRIDE@ }\n",
        secret,
    );
    say(&mut said, "repl", folder.run_with(&["repl", "--input", &given], "", &talk));
    said.push(("the history".to_owned(), folder.read("state/rzp/history")));
    for topic in ["E0504", "std.secret", "std.secret.refer"] {
        say(&mut said, &format!("doc {topic}"), folder.run(&["doc", topic]));
    }
    said
}

/// The fields of `wrong.rzp`, each with a way out of its own.
const FIELDS: [&str; 20] = [
    "short", "refused", "kind", "port", "password", "twice", "text", "joined", "same", "named", "std", "more",
    "raised", "held", "inside", "asked", "chosen", "element", "called", "loop",
];

/// The forms in which a text may come to light. Of a text of many lines each line counts.
fn forms(text: &str) -> Vec<String> {
    let hex = text.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let mut forms = vec![text.to_owned(), base64(text.as_bytes(), b"+/"), base64(text.as_bytes(), b"-_"), hex];
    forms.extend([url(text, "%20"), url(text, "+"), url(text, "%20").to_lowercase()]);
    forms.push(format!("{text:?}").trim_matches('"').to_owned());
    forms.extend(text.lines().filter(|line| !line.starts_with("-----")).map(str::to_owned));
    // What is cut says enough too.
    forms.extend(text.lines().filter(|line| line.contains("hunter")).map(|line| line.chars().take(16).collect()));
    forms
}

fn base64(bytes: &[u8], last: &[u8; 2]) -> String {
    let digits: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(last.iter().copied()).collect();
    let mut text = String::new();
    // Whole groups only: what follows depends on what stands behind.
    for group in bytes.chunks_exact(3) {
        let word = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        text.extend([18, 12, 6, 0].map(|shift| char::from(digits[(word >> shift & 63) as usize])));
    }
    text
}

fn url(text: &str, space: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            b' ' => encoded.push_str(space),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// Which secrets came to light, and where: `(output, name of the text)`.
fn found(said: &Said) -> Vec<(&str, &'static str)> {
    let mut found = Vec::new();
    for (output, text) in said {
        for (name, secret) in TEXTS {
            if forms(secret).iter().any(|form| text.contains(form.as_str())) {
                found.push((output.as_str(), name));
            }
        }
    }
    found
}

#[test]
fn no_output_shows_a_secret() {
    let said = all_that_is_said(true);
    let shown = found(&said);
    assert!(
        shown.is_empty(),
        "secrets come to light:\n{shown:?}\n{:#?}",
        shown.first().map(|(output, _)| { said.iter().find(|(other, _)| other == output) })
    );
    // What was asked was answered: the mistakes came, and the rest was told.
    let text =
        |name: &str| said.iter().find(|(other, _)| other == name).map(|(_, text)| text.as_str()).unwrap_or_default();
    assert!(text("eval json").matches("E0504").count() >= 8, "{}", text("eval json"));
    for (name, part) in [
        ("mistake text", "cannot stand inside a string"),
        ("mistake joined", "joined by `++`"),
        ("mistake same", "cannot be compared"),
        ("mistake refused", "‹secret› is too short"),
        ("mistake twice", "one secret and another"),
        ("explain db.password text", "password = ****"),
        ("explain literal text", "a secret"),
        ("check typed.rzp text", "E0301"),
        ("repl", "‹secret›"),
        ("build", "E0504"),
    ] {
        assert!(text(name).contains(part), "`{part}` is not in `{name}`:\n{}", text(name));
    }
}

#[test]
fn the_search_finds_what_is_no_secret() {
    let said = all_that_is_said(false);
    let found = found(&said);
    for (name, _) in TEXTS {
        assert!(found.iter().any(|(_, text)| *text == name), "{name} is never found where nothing is secret");
    }
    // Each kind of output can show a text, so each is searched in earnest.
    for output in [
        "eval json",
        "eval yaml",
        "eval toml",
        "eval literal text",
        "mistakes text",
        "mistakes json",
        "check typed.rzp text",
        "check broken.rzp text",
        "mistake std",
        "mistake raised",
        "mistake held",
        "explain literal text",
        "explain literal json",
        "explain text",
        "fmt",
        "build wrote prod/media/web/configmap-web.yaml",
        "repl",
        "the history",
    ] {
        assert!(found.iter().any(|(other, _)| *other == output), "`{output}` shows no text where nothing is secret");
    }
    // And in each form.
    let forms_seen = |form: &dyn Fn(&str) -> String| said.iter().any(|(_, text)| text.contains(&form(TEXTS[0].1)));
    assert!(forms_seen(&|text| base64(text.as_bytes(), b"+/")), "no base64");
    assert!(forms_seen(&|text| url(text, "%20")), "no URL");
}
