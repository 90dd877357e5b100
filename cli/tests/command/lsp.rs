//! `rzp lsp` on the wire: greeting, answers, withdrawn and wrong requests, and how it ends.

use super::Folder;
use lsp_server::{Message, Notification, Request, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// A server that says nothing for so long is stuck.
const PATIENCE: Duration = Duration::from_secs(60);

struct Server {
    process: Child,
    to: Option<ChildStdin>,
    from: Receiver<Message>,
    /// What was told last, by file: codes.
    told: BTreeMap<String, Vec<String>>,
    folder: Folder,
}

impl Server {
    /// A server that has been greeted, in a project with these files.
    fn new(files: &[(&str, &str)]) -> Server {
        Server::begun(files, false)
    }

    /// The same; `named`: the editor says which folder is open in it.
    fn begun(files: &[(&str, &str)], named: bool) -> Server {
        let folder = Folder::new(files);
        let mut process = Command::new(env!("CARGO_BIN_EXE_rzp"))
            .args(["lsp", "--stdio"])
            .env("XDG_CACHE_HOME", folder.path("cache"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let to = process.stdin.take();
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        let (send, from) = mpsc::channel();
        thread::spawn(move || {
            while let Ok(Some(message)) = Message::read(&mut output)
                && send.send(message).is_ok()
            {}
        });
        let mut server = Server { process, to, from, told: BTreeMap::new(), folder };
        let watching = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
        let root = if named { json!(format!("file://{}", server.folder.path("").display())) } else { Value::Null };
        let greeting = server.ask(0, "initialize", json!({ "capabilities": watching, "rootUri": root }));
        assert_eq!(greeting["capabilities"]["hoverProvider"], true, "{greeting}");
        server.send(&[tell("initialized", json!({}))]);
        assert!(matches!(server.read(), Message::Request(request) if request.method == "client/registerCapability"));
        server
    }

    /// Sends messages in one go.
    fn send(&mut self, messages: &[Message]) {
        let mut bytes = Vec::new();
        messages.iter().for_each(|message| message.write(&mut bytes).expect("written"));
        let to = self.to.as_mut().expect("open");
        to.write_all(&bytes).and_then(|()| to.flush()).expect("the server reads");
    }

    fn read(&mut self) -> Message {
        self.from.recv_timeout(PATIENCE).expect("the server answers")
    }

    /// The next response, with the notifications before it.
    fn response(&mut self) -> (Response, Vec<Notification>) {
        let mut notes = Vec::new();
        loop {
            match self.read() {
                Message::Response(response) => return (response, notes),
                Message::Notification(note) => notes.push(note),
                Message::Request(request) => panic!("unexpected {request:?}"),
            }
        }
    }

    fn ask(&mut self, id: i32, method: &str, params: Value) -> Value {
        self.send(&[request(id, method, params)]);
        let (response, _) = self.response();
        response.response_kind_result()
    }

    /// Reads on until editors have been told these codes by file, and nothing else.
    fn tells(&mut self, expected: &[(&str, &str)]) {
        let expected: BTreeMap<String, Vec<String>> =
            expected.iter().map(|(path, code)| (self.uri(path), vec![(*code).to_owned()])).collect();
        while self.told != expected {
            let message = self.from.recv_timeout(PATIENCE);
            let Ok(Message::Notification(note)) = message else { panic!("{:?} is told, then {message:?}", self.told) };
            let uri = note.params["uri"].as_str().expect("an address").to_owned();
            let codes = note.params["diagnostics"].as_array().expect("a list").iter();
            let codes: Vec<String> = codes.map(|one| one["code"].as_str().unwrap_or_default().to_owned()).collect();
            self.told.insert(uri, codes);
            self.told.retain(|_, codes| !codes.is_empty());
        }
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.folder.path(path).display())
    }

    fn open(&mut self, path: &str, text: &str) {
        let document = json!({ "uri": self.uri(path), "languageId": "rzp", "version": 1, "text": text });
        self.send(&[tell("textDocument/didOpen", json!({ "textDocument": document }))]);
    }

    fn position(&self, path: &str, line: u32, character: u32) -> Value {
        json!({ "textDocument": { "uri": self.uri(path) }, "position": { "line": line, "character": character } })
    }

    /// How the process ends.
    fn end(mut self) -> Option<i32> {
        drop(self.to.take());
        self.process.wait().expect("it ends").code()
    }
}

/// The result of a response, or its error.
trait Outcome {
    fn response_kind_result(self) -> Value;
}

impl Outcome for Response {
    fn response_kind_result(self) -> Value {
        let whole = serde_json::to_value(&self).expect("JSON");
        if whole["error"].is_null() { whole["result"].clone() } else { whole["error"].clone() }
    }
}

fn request(id: i32, method: &str, params: Value) -> Message {
    Request::new(id.into(), method.to_owned(), params).into()
}

fn tell(method: &str, params: Value) -> Message {
    Notification::new(method.to_owned(), params).into()
}

#[test]
fn it_ends_as_it_was_told_to() {
    let mut server = Server::new(&[]);
    assert_eq!(server.ask(1, "shutdown", Value::Null), Value::Null);
    assert_eq!(server.ask(2, "textDocument/hover", json!({}))["code"], -32600);
    server.send(&[tell("exit", Value::Null)]);
    assert_eq!(server.end(), Some(0));
    let mut server = Server::new(&[]);
    server.send(&[tell("exit", Value::Null)]);
    assert_eq!(server.end(), Some(1));
    assert_eq!(Server::new(&[]).end(), Some(1), "the editor is gone");
}

#[test]
fn whoever_is_no_editor_is_told_so() {
    let run = Folder::new(&[]).run_with(&["lsp"], "", "hello\n");
    assert_eq!(run.code, 1);
    assert!(run.err.contains("is not a language client") && run.err.contains("editors.md"), "{}", run.err);
    assert!(run.err.lines().count() <= 4, "{}", run.err);
}

#[test]
fn wrong_requests_are_answered_and_the_next_one_too() {
    let mut server = Server::new(&[("a.rzp", "1")]);
    assert_eq!(server.ask(1, "textDocument/hover", json!({ "position": 3 }))["code"], -32602);
    assert_eq!(server.ask(2, "no/such", Value::Null)["code"], -32601);
    server.send(&[tell("textDocument/didChange", json!({ "nothing": true }))]);
    assert!(matches!(server.read(), Message::Notification(note) if note.method == "window/logMessage"));
    let elsewhere = json!({ "textDocument": { "uri": "untitled:1" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(server.ask(3, "textDocument/hover", elsewhere), Value::Null);
    server.open("a.rzp", "let x = 1\nx");
    let far = server.position("a.rzp", 99, 99);
    server.ask(4, "textDocument/completion", far);
    let here = server.position("a.rzp", 1, 0);
    assert!(
        server.ask(5, "textDocument/hover", here)["contents"]["value"]
            .as_str()
            .is_some_and(|text| text.contains("x : 1"))
    );
}

#[test]
fn withdrawn_requests_are_not_computed() {
    let mut server = Server::new(&[]);
    // The first keeps the server busy while the others line up.
    let fields: String = (0..20_000).map(|n| format!("  a{n} = {n}\n")).collect();
    server.open("a.rzp", &format!("{{\n{fields}}}"));
    let here = server.position("a.rzp", 1, 2);
    let mut messages = vec![request(1, "textDocument/completion", here.clone())];
    messages.push(request(2, "textDocument/completion", here));
    messages.push(tell("$/cancelRequest", json!({ "id": 2 })));
    server.send(&messages);
    let mut answers: Vec<Value> = (0..2).map(|_| serde_json::to_value(server.response().0).expect("JSON")).collect();
    answers.sort_by_key(|answer| answer["id"].as_i64());
    assert!(answers[0]["error"].is_null(), "the one that was not withdrawn is answered");
    assert_eq!(answers[1]["error"]["code"], -32800);
}

#[test]
fn mistakes_come_and_go_with_the_text() {
    let mut server = Server::new(&[("b.rzp", "{ x = 1 }")]);
    server.open("a.rzp", "{ a = (import \"./b.rzp\").x + 1, b = [1][self.a] }");
    server.tells(&[("a.rzp", "E0407")]);
    // An import that is only open, and a mistake in it: told in its own file, once.
    server.open("b.rzp", "{ x = nope }");
    server.tells(&[("b.rzp", "E0201")]);
    // Closed, the file on the disk counts again.
    let document = json!({ "textDocument": { "uri": server.uri("b.rzp") } });
    server.send(&[tell("textDocument/didClose", document)]);
    server.tells(&[("a.rzp", "E0407")]);
    // Mended on the disk, and told by whoever watches it.
    server.folder.write("b.rzp", "{ x = -1 }");
    server.send(&[tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }))]);
    server.tells(&[]);
}

impl Server {
    fn change(&mut self, path: &str, version: i32, text: &str) {
        let document = json!({ "uri": self.uri(path), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        self.send(&[tell("textDocument/didChange", params)]);
    }

    fn watched(&mut self) {
        self.send(&[tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }))]);
    }
}

#[test]
fn closed_files_are_told_of_too() {
    let schema = "{ App = schema { port : Int } }";
    let user = "let { App } = import \"./schema.rzp\"\nApp with { port = 1 }";
    let files = [("rzp.toml", ""), ("schema.rzp", schema), ("user.rzp", user), ("bad.rzp", "{ x = nope }")];
    let mut server = Server::new(&files);
    server.open("schema.rzp", schema);
    server.tells(&[("bad.rzp", "E0201")]);
    // A change of what others use shows in them, and goes again.
    server.change("schema.rzp", 2, "{ App = schema { port : String } }");
    server.tells(&[("bad.rzp", "E0201"), ("user.rzp", "E0301")]);
    server.change("schema.rzp", 3, schema);
    server.tells(&[("bad.rzp", "E0201")]);
    // Files that others change, make and take away.
    server.folder.write("bad.rzp", "{ x = 1 }");
    server.folder.write("new.rzp", "{ x = ");
    server.watched();
    server.tells(&[("new.rzp", "E0003")]);
    std::fs::remove_file(server.folder.path("new.rzp")).expect("it was there");
    server.watched();
    server.tells(&[]);
}

#[test]
fn a_project_is_looked_at_before_a_file_is_open() {
    let files = [
        ("rzp.toml", ""),
        ("a.rzp", "nope"),
        ("cases/b.rzp", "--- a-section ---\nnope\n"),
        ("c/rzp.toml", ""),
        ("c/d.rzp", "nope"),
    ];
    let mut server = Server::begun(&files, true);
    server.tells(&[("a.rzp", "E0201")]);
    // Where nothing marks a project, only what is open is looked at.
    let mut server = Server::begun(&[("a.rzp", "nope"), ("b.rzp", "{ x = 1 }")], true);
    server.open("b.rzp", "{ x = nope }");
    server.tells(&[("b.rzp", "E0201")]);
}

const FLEET: &str = "let all = import \"./apps/*.rzp\"\nlet known(name) = std.record.has(all, name)\n{ home.apps = { for (name, s) in all { \"\\(name)\" = [{ kind = \"Service\", metadata.name = s.name, to : [known] = s.needs }] } } }\n";

#[test]
fn what_is_wrong_only_among_all_services_stands_in_the_service() {
    let web = "{ name = \"web\", needs = [\"db\"] }";
    let files = [
        ("services/main.rzp", FLEET),
        ("services/apps/web.rzp", web),
        ("services/apps/db.rzp", "{ name = \"db\", needs = [] }"),
    ];
    let mut server = Server::new(&files);
    server.open("services/apps/web.rzp", "{ name = \"web\", needs = [\"bd\"] }");
    server.tells(&[("services/apps/web.rzp", "E0501")]);
    // It moves with its line, and stays while another file is half written.
    server.open("services/apps/db.rzp", "{ name = \"db\", needs = [ }");
    server.tells(&[("services/apps/web.rzp", "E0501"), ("services/apps/db.rzp", "E0003")]);
    server.change("services/apps/db.rzp", 2, "{ name = \"db\", needs = [] }");
    server.tells(&[("services/apps/web.rzp", "E0501")]);
    server.change("services/apps/web.rzp", 2, web);
    server.tells(&[]);
    // Closed, what is on the disk counts.
    server.folder.write("services/apps/web.rzp", "{ name = \"web\", needs = [\"\"] }");
    let document = json!({ "textDocument": { "uri": server.uri("services/apps/web.rzp") } });
    server.send(&[tell("textDocument/didClose", document)]);
    server.watched();
    server.tells(&[("services/apps/web.rzp", "E0501")]);
}

#[test]
fn names_are_listed_found_and_changed() {
    let mut server = Server::new(&[("rzp.toml", "")]);
    let text = "let f(x) = x + 1\nlet n = 2\n{ a = f(n), b = n }";
    server.open("a.rzp", text);
    let document = json!({ "uri": server.uri("a.rzp") });
    let symbols = server.ask(1, "textDocument/documentSymbol", json!({ "textDocument": document }));
    let names: Vec<&str> = symbols.as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["f", "n", "a", "b"]);
    let colours = server.ask(8, "textDocument/semanticTokens/full", json!({ "textDocument": document }));
    // `let`, `f`, `x` on the first line: distances in lines and columns, length, kind.
    assert_eq!(
        colours["data"].as_array().expect("numbers")[..15],
        [0, 0, 3, 8, 0, 0, 4, 1, 5, 0, 0, 2, 1, 4, 0].map(Value::from)
    );
    let at = server.position("a.rzp", 2, 8);
    let mut params = at.clone();
    params["context"] = json!({ "includeDeclaration": false });
    assert_eq!(server.ask(2, "textDocument/references", params).as_array().map(Vec::len), Some(2));
    assert_eq!(server.ask(3, "textDocument/documentHighlight", at.clone()).as_array().map(Vec::len), Some(3));
    assert_eq!(server.ask(4, "textDocument/prepareRename", at.clone())["start"]["character"], 8);
    let mut params = at.clone();
    params["newName"] = json!("count");
    let edit = server.ask(5, "textDocument/rename", params.clone());
    assert_eq!(edit["changes"][server.uri("a.rzp")].as_array().map(Vec::len), Some(3), "{edit}");
    params["newName"] = json!("f");
    let refused = server.ask(6, "textDocument/rename", params);
    assert!(refused["message"].as_str().is_some_and(|text| text.contains("means something else")), "{refused}");
    let signature = server.ask(7, "textDocument/signatureHelp", at);
    assert_eq!(signature["signatures"][0]["label"], "f(x) -> Number", "{signature}");
}

#[test]
fn all_certain_fixes_are_offered_at_once() {
    let mut server = Server::new(&[("rzp.toml", "")]);
    server.open("a.rzp", "let x = 1\nlet y = 2\n{ a = 3 }");
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let params = |only: Value| json!({ "textDocument": { "uri": "" }, "range": range, "context": { "diagnostics": [], "only": only } });
    let mut all = params(json!(["source.fixAll"]));
    all["textDocument"]["uri"] = json!(server.uri("a.rzp"));
    let actions = server.ask(1, "textDocument/codeAction", all);
    let last = actions.as_array().and_then(|all| all.last()).expect("an action").clone();
    assert_eq!(last["kind"], "source.fixAll", "{actions}");
    assert_eq!(last["edit"]["changes"][server.uri("a.rzp")].as_array().map(Vec::len), Some(1));
}
