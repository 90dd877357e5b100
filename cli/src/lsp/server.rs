//! The loop: messages are read as they come and answered in their order; between them, when none is
//! waiting, files are looked at again (`desk.rs`).
//!
//! All work is done on one thread. A request that is withdrawn before its turn is not computed. A fault
//! of our own ends one answer, never the server: what was known is thrown away and learnt anew.

use super::answers;
use super::desk::Desk;
use super::files::Files;
use super::haste;
use super::names;
use super::texts;
use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProvider, CompletionOptions, DefinitionProvider,
    DocumentFormattingProvider, DocumentHighlightProvider, DocumentSymbolProvider, Full, HoverProvider,
    ReferencesProvider, RenameOptions, RenameProvider, Save, SemanticTokensLegend, SemanticTokensOptions,
    SemanticTokensProvider, ServerCapabilities, SignatureHelpOptions, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions, Uri,
};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

/// Why the loop ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// As the protocol has it.
    Orderly,
    /// The editor went away without a word.
    Abandoned,
}

pub fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(Save::Bool(true)),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([".", "\"", "/"].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProvider::Bool(true)),
        definition_provider: Some(DefinitionProvider::Bool(true)),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: Some(["(", ","].map(str::to_owned).to_vec()),
            ..SignatureHelpOptions::default()
        }),
        document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
        semantic_tokens_provider: Some(SemanticTokensProvider::SemanticTokensOptions(SemanticTokensOptions {
            legend: SemanticTokensLegend {
                token_types: names::COLOURS.map(str::to_owned).to_vec(),
                token_modifiers: Vec::new(),
            },
            full: Some(Full::Bool(true)),
            ..SemanticTokensOptions::default()
        })),
        references_provider: Some(ReferencesProvider::Bool(true)),
        document_highlight_provider: Some(DocumentHighlightProvider::Bool(true)),
        rename_provider: Some(RenameProvider::RenameOptions(RenameOptions {
            prepare_provider: Some(true),
            ..RenameOptions::default()
        })),
        document_formatting_provider: Some(DocumentFormattingProvider::Bool(true)),
        code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QuickFix, CodeActionKind::SourceFixAll]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    }
}

/// What an editor says of itself at the beginning.
#[derive(Default)]
pub struct Greeting {
    /// Whether it can be asked to tell of files that others change.
    pub watches: bool,
    /// The folders that are open in it.
    pub folders: Vec<Uri>,
}

impl Greeting {
    pub fn of(params: &Value) -> Greeting {
        let watches = params.pointer("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration");
        let named = params.get("workspaceFolders").and_then(Value::as_array);
        let uris: Vec<&Value> = match named.filter(|folders| !folders.is_empty()) {
            Some(folders) => folders.iter().filter_map(|folder| folder.get("uri")).collect(),
            None => params.get("rootUri").into_iter().collect(),
        };
        let folders = uris.into_iter().filter_map(|uri| serde_json::from_value(uri.clone()).ok()).collect();
        Greeting { watches: watches.and_then(Value::as_bool).unwrap_or(false), folders }
    }
}

/// Serves a connection that has been greeted, until it ends.
pub fn serve(connection: &Connection, greeting: &Greeting) -> End {
    // The connection hands over one message at a time; here they line up, so that all that wait are known.
    let (send, incoming) = mpsc::channel();
    let receiver = connection.receiver.clone();
    thread::spawn(move || {
        receiver.into_iter().try_for_each(|message| {
            haste::came();
            send.send(message)
        })
    });
    let mut server = Server {
        connection,
        incoming,
        files: Files::default(),
        desk: Desk::default(),
        line: VecDeque::new(),
        heard: Instant::now(),
        leaving: false,
    };
    if greeting.watches {
        server.watch();
    }
    texts::begun(&mut server.files, &mut server.desk, &greeting.folders);
    server.run()
}

struct Server<'a> {
    connection: &'a Connection,
    incoming: Receiver<Message>,
    files: Files,
    desk: Desk,
    /// The messages that have come and wait for their turn.
    line: VecDeque<Message>,
    /// When the last one came.
    heard: Instant,
    /// The editor has said that it is about to go.
    leaving: bool,
}

impl Server<'_> {
    fn run(mut self) -> End {
        loop {
            if self.line.is_empty() {
                match self.wait() {
                    Ok(Some(message)) => self.hear(message),
                    Ok(None) => {}
                    Err(end) => return end,
                }
            }
            while let Ok(message) = self.incoming.try_recv() {
                self.hear(message);
            }
            self.withdraw();
            match self.line.pop_front() {
                Some(Message::Request(request)) => self.answer(request),
                Some(Message::Notification(note)) if note.method == "exit" => {
                    return if self.leaving { End::Orderly } else { End::Abandoned };
                }
                Some(Message::Notification(note)) => self.take(note),
                Some(Message::Response(_)) => {}
                None => self.look(),
            }
        }
    }

    fn hear(&mut self, message: Message) {
        haste::read();
        self.heard = Instant::now();
        self.line.push_back(message);
    }

    /// The next message, as long as there is nothing better to do than to wait for it.
    fn wait(&self) -> Result<Option<Message>, End> {
        let Some(pause) = self.desk.pause() else {
            return self.incoming.recv().map(Some).map_err(|_| End::Abandoned);
        };
        let left = pause.saturating_sub(self.heard.elapsed());
        if left.is_zero() {
            return Ok(None);
        }
        match self.incoming.recv_timeout(left) {
            Ok(message) => Ok(Some(message)),
            Err(mpsc::RecvTimeoutError::Timeout) => Ok(None),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(End::Abandoned),
        }
    }

    /// Asks to be told of files that change outside of the editor.
    fn watch(&self) {
        let watchers = json!([{ "globPattern": "**/*.{rzp,yaml,yml,json,toml,csv,txt}" }]);
        let method = "workspace/didChangeWatchedFiles";
        let registration = json!({ "id": "files", "method": method, "registerOptions": { "watchers": watchers } });
        let params = json!({ "registrations": [registration] });
        self.send(Request::new(RequestId::from(1), "client/registerCapability".to_owned(), params).into());
    }

    /// Answers the waiting requests that have been withdrawn.
    fn withdraw(&mut self) {
        let cancelled = |message: &Message| match message {
            Message::Notification(note) if note.method == "$/cancelRequest" => request_id(note.params.get("id")?),
            _ => None,
        };
        let ids: Vec<RequestId> = self.line.iter().filter_map(cancelled).collect();
        if ids.is_empty() {
            return;
        }
        self.line.retain(|message| cancelled(message).is_none());
        for id in ids {
            let is_it = |message: &Message| matches!(message, Message::Request(request) if request.id == id);
            if let Some(place) = self.line.iter().position(is_it) {
                self.line.remove(place);
                let text = "the request was withdrawn".to_owned();
                self.send(Response::new_err(id, ErrorCode::RequestCanceled as i32, text).into());
            }
        }
    }

    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        if self.leaving {
            let text = "the server has been shut down".to_owned();
            return self.send(Response::new_err(id, ErrorCode::InvalidRequest as i32, text).into());
        }
        let (files, leaving) = (&mut self.files, &mut self.leaving);
        let result = guarded(|| match method.as_str() {
            "textDocument/hover" => answered(params, |params| answers::hover(files, params)),
            "textDocument/completion" => answered(params, |params| answers::completion(files, params)),
            "textDocument/definition" => answered(params, |params| answers::definition(files, params)),
            "textDocument/formatting" => answered(params, |params| answers::format(files, params)),
            "textDocument/codeAction" => answered(params, |params| answers::actions(files, params)),
            "textDocument/signatureHelp" => answered(params, |params| answers::signature(files, params)),
            "textDocument/documentSymbol" => answered(params, |params| names::symbols(files, params)),
            "textDocument/semanticTokens/full" => answered(params, |params| names::colours(files, params)),
            "textDocument/references" => answered(params, |params| names::references(files, params)),
            "textDocument/documentHighlight" => answered(params, |params| names::highlights(files, params)),
            "textDocument/prepareRename" => tried(params, |params| names::renamable(files, params)),
            "textDocument/rename" => tried(params, |params| names::rename(files, params)),
            "shutdown" => {
                *leaving = true;
                Ok(Value::Null)
            }
            _ => Err((ErrorCode::MethodNotFound, format!("`{method}` is not served"))),
        });
        let result = result.unwrap_or_else(|fault| {
            self.restart();
            Err((ErrorCode::InternalError, format!("a fault of the server itself in `{method}`: {fault}")))
        });
        self.send(match result {
            Ok(value) => Response::new_ok(id, value).into(),
            Err((code, text)) => Response::new_err(id, code as i32, text).into(),
        });
    }

    fn take(&mut self, note: Notification) {
        let Notification { method, params } = note;
        let (files, desk) = (&mut self.files, &mut self.desk);
        let taken = guarded(|| match method.as_str() {
            "textDocument/didOpen" => read(params).map(|params| texts::opened(files, desk, params)),
            "textDocument/didChange" => read(params).map(|params| texts::changed(files, desk, params)),
            "textDocument/didClose" => read(params).map(|params| texts::closed(files, desk, &params)),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                texts::refreshed(files, desk);
                Ok(())
            }
            _ => Ok(()),
        });
        match taken {
            Ok(Ok(())) => {}
            Ok(Err(why)) => self.log(&format!("`{method}` cannot be read: {why}")),
            Err(fault) => {
                self.restart();
                self.log(&format!("a fault of the server itself in `{method}`: {fault}"));
            }
        }
    }

    /// One piece of the work that waits, and what has changed by that.
    fn look(&mut self) {
        let (files, desk) = (&mut self.files, &mut self.desk);
        let news = guarded(|| {
            desk.work(files);
            desk.news(files)
        });
        match news {
            Ok(news) => {
                for params in news {
                    self.send(Notification::new("textDocument/publishDiagnostics".to_owned(), params).into());
                }
            }
            Err(fault) => {
                self.restart();
                self.log(&format!("a fault of the server itself while a file was checked: {fault}"));
            }
        }
    }

    fn restart(&mut self) {
        self.files.workspaces.iter_mut().for_each(super::files::Workspace::restart);
    }

    fn log(&self, message: &str) {
        let params = json!({ "type": 1, "message": message });
        self.send(Notification::new("window/logMessage".to_owned(), params).into());
    }

    /// An editor that no longer listens is noticed when the next message is read.
    fn send(&self, message: Message) {
        let _ = self.connection.sender.send(message);
    }
}

/// What work brings forth, or the words of the fault that ended it.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|fault| {
        let text = fault.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| fault.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no words".to_owned())
    })
}

type Answer = Result<Value, (ErrorCode, String)>;

fn answered<P: DeserializeOwned, R: Serialize>(params: Value, answer: impl FnOnce(&P) -> Option<R>) -> Answer {
    let params: P = read(params).map_err(|why| (ErrorCode::InvalidParams, why))?;
    serde_json::to_value(answer(&params)).map_err(|why| (ErrorCode::InternalError, why.to_string()))
}

/// An answer that may be refused with words.
fn tried<P: DeserializeOwned, R: Serialize>(params: Value, answer: impl FnOnce(&P) -> Result<R, String>) -> Answer {
    let params: P = read(params).map_err(|why| (ErrorCode::InvalidParams, why))?;
    let answer = answer(&params).map_err(|why| (ErrorCode::RequestFailed, why))?;
    serde_json::to_value(answer).map_err(|why| (ErrorCode::InternalError, why.to_string()))
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, String> {
    serde_json::from_value(params).map_err(|why| why.to_string())
}

fn request_id(value: &Value) -> Option<RequestId> {
    serde_json::from_value(value.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_our_own_is_a_value() {
        assert_eq!(guarded(|| 1), Ok(1));
        let fault = guarded(|| "x".parse::<u32>().expect("a number"));
        assert!(fault.is_err_and(|text| text.starts_with("a number: ")));
        assert_eq!(guarded(|| panic!("at {}", 3)), Err::<(), _>("at 3".to_owned()));
    }

    #[test]
    fn answers_that_cannot_be_asked_for_are_told() {
        let answer = answered(json!({ "x": 1 }), |_: &gen_lsp_types::HoverParams| Some(1));
        assert!(answer.is_err_and(|(code, _)| code as i32 == ErrorCode::InvalidParams as i32));
    }
}
