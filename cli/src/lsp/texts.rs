//! The texts that editors hold, as they tell of them: opened, changed, closed; and files that others changed.

use super::answers;
use super::desk::Desk;
use super::files::{At, Files, Open};
use super::shift::Edit;
use gen_lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, TextDocumentContentChangeEvent,
    Uri,
};

/// The projects in these folders are to be known from the beginning.
pub fn begun(files: &mut Files, desk: &mut Desk, folders: &[Uri]) {
    for folder in folders {
        files.folder(folder);
    }
    list_new(files, desk);
}

pub fn opened(files: &mut Files, desk: &mut Desk, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    if let Some(at) = files.at(&document.uri) {
        list_new(files, desk);
        set(files, desk, at, Open { uri: document.uri, text: document.text, version: document.version });
    }
}

pub fn changed(files: &mut Files, desk: &mut Desk, params: DidChangeTextDocumentParams) {
    let document = params.text_document;
    let uri = document.text_document_identifier.uri;
    let Some(at) = files.at(&uri) else { return };
    let open = &files.workspaces[at.workspace].open;
    let mut text = open.get(&at.path).map(|open| open.text.clone()).unwrap_or_default();
    for change in params.content_changes {
        text = match change {
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                answers::change(&text, part.range, &part.text)
            }
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => whole.text,
        };
    }
    set(files, desk, at, Open { uri, text, version: document.version });
}

/// Takes an editor's text, and puts its file and those around it in line.
fn set(files: &mut Files, desk: &mut Desk, at: At, open: Open) {
    // The library cannot be changed; its files are only looked at.
    if at.path.starts_with("std/") {
        return;
    }
    let workspace = &mut files.workspaces[at.workspace];
    let before = workspace.ide.text(&at.path);
    let edit = before.as_ref().map(|before| Edit::between(before, &open.text));
    workspace.ide.open(&at.path, &open.text);
    if let Some(Some(edit)) = &edit {
        desk.slate.shift(&open.uri, edit);
    }
    workspace.open.insert(at.path.clone(), open);
    match edit {
        Some(None) => desk.look_at(at),
        Some(Some(_)) | None => desk.look_again(files, at.workspace, Some(&at)),
    }
}

pub fn closed(files: &mut Files, desk: &mut Desk, params: &DidCloseTextDocumentParams) {
    let Some(at) = files.at(&params.text_document.uri) else { return };
    let workspace = &mut files.workspaces[at.workspace];
    let Some(open) = workspace.open.remove(&at.path) else { return };
    workspace.ide.close(&at.path);
    let same = workspace.ide.text(&at.path).is_some_and(|text| *text == *open.text);
    desk.close(files, &at);
    if !same {
        desk.look_again(files, at.workspace, None);
    }
}

/// Files on the disk may have changed, come or gone.
pub fn refreshed(files: &mut Files, desk: &mut Desk) {
    for number in 0..files.workspaces.len() {
        files.workspaces[number].ide.refresh();
        desk.list(files, number);
        desk.look_again(files, number, None);
    }
}

/// Has the files of projects found out that have just come to be known.
fn list_new(files: &mut Files, desk: &mut Desk) {
    for number in 0..files.workspaces.len() {
        if !std::mem::replace(&mut files.workspaces[number].walked, true) {
            desk.list(files, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::names;
    use super::*;
    use serde_json::{Value, json};
    use std::fs;
    use std::path::PathBuf;

    const ROUNDS: usize = 400;
    const MAIN: &str =
        "let all = import \"./apps/*.rzp\"\n{ home.apps = { for (name, s) in all { \"\\(name)\" = [s.object] } } }\n";
    const SERVICE: &str = "let { App } = import \"../../schema.rzp\"\r\nlet 😀 = 1\r\n\r\nApp with {\r\n  # é 😀\r\n  name = \"é😀\"\r\n  port = 80\r\n}\r\n";
    const SCHEMA: &str = "{\n  App = schema {\n    name : String\n    port : Int\n    object = { kind = \"App\", metadata.name = self.name }\n  }\n}\n";
    /// What is typed or pasted, besides what is taken out.
    const TYPED: &[&str] = &[
        "",
        "",
        "a",
        "\"",
        "\\(",
        "{",
        "}",
        "(",
        "😀",
        "é",
        "\n",
        "\r\n",
        "\r",
        " = ",
        "self.",
        "std.",
        "with",
        "let x = 1\n",
        "{ a = 1 }",
        "...",
        "import \"",
        "#",
        "\"\"\"",
        "port",
        ", ",
    ];

    /// A folder of its own, removed with it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(files: &[(&str, &str)]) -> Folder {
            let path = std::env::temp_dir().join(format!("rzp-texts-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            for (name, text) in files {
                let file = path.join(name);
                fs::create_dir_all(file.parent().expect("a folder")).expect("made");
                fs::write(file, text).expect("written");
            }
            Folder(fs::canonicalize(path).expect("it is there"))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// Numbers that are the same in each run.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % end.max(1) as u64) as usize
        }
    }

    /// The text as an editor has it: lines of UTF-16 units.
    struct Buffer(Vec<u16>);

    impl Buffer {
        /// A place that is not within a pair.
        fn place(&self, chance: &mut Chance) -> usize {
            let at = chance.below(self.0.len() + 1);
            let inside = self.0.get(at).is_some_and(|unit| (0xDC00..0xE000).contains(unit));
            at - usize::from(inside)
        }

        fn position(&self, at: usize) -> Value {
            let before = &self.0[..at];
            let start = before.iter().rposition(|unit| *unit == u16::from(b'\n')).map_or(0, |line| line + 1);
            let line = before.iter().filter(|unit| **unit == u16::from(b'\n')).count();
            json!({ "line": line, "character": at - start })
        }

        fn text(&self) -> String {
            String::from_utf16(&self.0).expect("whole pairs")
        }
    }

    /// Whatever is typed, pasted and deleted, the server has the editor's text, and nothing in it fails.
    #[test]
    fn a_text_is_followed_through_random_edits() {
        let path = "services/apps/web.rzp";
        let folder = Folder::new(&[("services/main.rzp", MAIN), (path, SERVICE), ("schema.rzp", SCHEMA)]);
        let uri = Uri::from_file_path(folder.0.join(path)).expect("an address");
        let (mut files, mut desk, mut chance) = (Files::default(), Desk::default(), Chance(0x2545_F491_4F6C_DD1D));
        let mut buffer = Buffer(SERVICE.encode_utf16().collect());
        let open = json!({ "textDocument": { "uri": uri, "languageId": "rzp", "version": 0, "text": SERVICE } });
        opened(&mut files, &mut desk, serde_json::from_value(open).expect("an opening"));
        for round in 1..=ROUNDS {
            let mut changes = Vec::new();
            for _ in 0..=chance.below(2) {
                let start = buffer.place(&mut chance);
                let far = [0, 0, 1, 3, 40][chance.below(5)];
                let end = Buffer(buffer.0[start..].to_vec()).place(&mut chance).min(far) + start;
                let end = end - usize::from(buffer.0.get(end).is_some_and(|unit| (0xDC00..0xE000).contains(unit)));
                let typed = TYPED[chance.below(TYPED.len())];
                let range = json!({ "start": buffer.position(start), "end": buffer.position(end.max(start)) });
                changes.push(json!({ "range": range, "text": typed }));
                buffer.0.splice(start..end.max(start), typed.encode_utf16());
            }
            if round.is_multiple_of(40) {
                buffer = Buffer(SERVICE.encode_utf16().collect());
                changes.push(json!({ "text": SERVICE }));
            }
            let document = json!({ "uri": uri, "version": round });
            let change = json!({ "textDocument": document, "contentChanges": changes });
            changed(&mut files, &mut desk, serde_json::from_value(change).expect("a change"));
            let at = files.at(&uri).expect("the file");
            assert_eq!(files.workspaces[0].open[&at.path].text, buffer.text(), "round {round}");
            assert_eq!(files.workspaces[0].ide.text(path).as_deref(), Some(&*buffer.text()));
            look(&mut files, &mut desk, &mut chance, &uri, &buffer);
        }
    }

    /// Some work, and a question.
    fn look(files: &mut Files, desk: &mut Desk, chance: &mut Chance, uri: &Uri, buffer: &Buffer) {
        for _ in 0..chance.below(12) {
            desk.work(files);
            for told in desk.news(files) {
                let text = fs::read_to_string(told.uri.to_file_path().expect("a path")).expect("it is there");
                let lines = if told.uri == *uri { buffer.text().matches('\n').count() } else { text.lines().count() };
                assert!(told.diagnostics.iter().all(|one| one.range.end.line as usize <= lines), "{told:?}");
            }
        }
        let place = json!({ "textDocument": { "uri": uri }, "position": buffer.position(buffer.place(chance)) });
        let params = |place: &Value| place.clone();
        let _ = answers::hover(files, &serde_json::from_value(params(&place)).expect("a question"));
        let _ = answers::completion(files, &serde_json::from_value(params(&place)).expect("a question"));
        let _ = names::highlights(files, &serde_json::from_value(params(&place)).expect("a question"));
        let _ = names::colours(files, &serde_json::from_value(params(&place)).expect("a question"));
        let _ = answers::signature(files, &serde_json::from_value(place).expect("a question"));
    }
}
