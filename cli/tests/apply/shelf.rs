//! A small server with a provider for it: texts on a shelf, some of them written by jobs that take a while.
//!
//! It exists to fail in every way that a server can, at the request that a test names, and it counts what it is asked.

use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The token that the server knows.
pub const TOKEN: &str = "shelf-t0ken/with+signs=";

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An answer instead of the work.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// An answer after the work.
    After(u16, String),
    CutBefore,
    CutAfter,
    /// Half of the answer, after the work.
    Half,
    /// No answer for so long, after the work.
    Stall(Duration),
    /// The work is done twice.
    Twice,
    /// The job that this begins ends so.
    Job(&'static str),
    /// Somebody else writes this item, before the work.
    Meddle(&'static str, &'static str),
}

#[derive(Default)]
pub struct State {
    pub items: BTreeMap<String, String>,
    jobs: HashMap<String, (u32, String)>,
    /// `METHOD /path` of all that was asked, in order.
    pub asked: Vec<String>,
    /// The n-th request of a kind such as `PUT`, counted from 1, and what happens to it.
    faults: Vec<(&'static str, usize, Fault)>,
    counts: HashMap<String, usize>,
}

#[derive(Clone)]
pub struct Shelf {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct Asked {
    method: String,
    path: String,
    token: Option<String>,
    body: Json,
}

impl Shelf {
    pub fn new(items: &[(&str, &str)]) -> Shelf {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let shelf = Shelf { address: listener.local_addr().expect("bound"), state: Arc::default() };
        shelf.with(|state| {
            state.items = items.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        });
        let served = shelf.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = served.clone();
                std::thread::spawn(move || served.serve(stream));
            }
        });
        shelf
    }

    pub fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().expect("no test panics in it"))
    }

    /// The n-th request of a method from now on has a fault.
    pub fn fails(&self, method: &'static str, nth: usize, fault: Fault) -> &Shelf {
        self.with(|state| {
            let already = state.counts.get(method).copied().unwrap_or(0);
            state.faults.push((method, already + nth, fault));
        });
        self
    }

    pub fn items(&self) -> BTreeMap<String, String> {
        self.with(|state| state.items.clone())
    }

    /// How many requests of a method there were.
    pub fn count(&self, method: &str) -> usize {
        self.with(|state| state.counts.get(method).copied().unwrap_or(0))
    }

    fn serve(&self, mut stream: TcpStream) {
        let Some(asked) = read(&mut stream) else { return };
        let fault = self.with(|state| {
            state.asked.push(format!("{} {}", asked.method, asked.path));
            let count = state.counts.entry(asked.method.clone()).or_default();
            *count += 1;
            let nth = *count;
            let at = state.faults.iter().position(|(method, at, _)| *method == asked.method && *at == nth)?;
            Some(state.faults.swap_remove(at).2)
        });
        match fault {
            None => answer(&mut stream, self.work(&asked, None)),
            Some(Fault::Answer(status, headers, body)) => raw(&mut stream, status, &headers, &body),
            Some(Fault::After(status, body)) => {
                self.work(&asked, None);
                raw(&mut stream, status, &[], &body);
            }
            Some(Fault::CutBefore) => cut(&stream),
            Some(Fault::CutAfter) => {
                self.work(&asked, None);
                cut(&stream);
            }
            Some(Fault::Half) => {
                let (_, body) = self.work(&asked, None);
                let text = body.to_string();
                let half = &text[..text.len() / 2];
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{half}", text.len());
                let _ = stream.write_all(head.as_bytes());
                cut(&stream);
            }
            Some(Fault::Stall(time)) => {
                let made = self.work(&asked, None);
                std::thread::sleep(time);
                answer(&mut stream, made);
            }
            Some(Fault::Twice) => {
                self.work(&asked, None);
                answer(&mut stream, self.work(&asked, None));
            }
            Some(Fault::Job(end)) => answer(&mut stream, self.work(&asked, Some(end))),
            Some(Fault::Meddle(name, text)) => {
                self.with(|state| state.items.insert(name.to_owned(), text.to_owned()));
                answer(&mut stream, self.work(&asked, None));
            }
        }
    }

    fn work(&self, asked: &Asked, end: Option<&str>) -> (u16, Json) {
        if asked.token.as_deref() != Some(&format!("Bearer {TOKEN}")) {
            return (401, json!({ "message": "no such token" }));
        }
        let parts: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
        self.with(|state| match (asked.method.as_str(), &parts[..]) {
            ("GET", ["items"]) => (200, json!({ "items": state.items })),
            ("PUT", ["items", name]) => {
                state.items.insert((*name).to_owned(), asked.body["text"].as_str().unwrap_or_default().to_owned());
                (200, json!({}))
            }
            ("DELETE", ["items", name]) => match state.items.remove(*name) {
                Some(_) => (200, json!({})),
                None => (404, json!({ "message": "no such item" })),
            },
            ("POST", ["jobs"]) => {
                let name = asked.body["name"].as_str().unwrap_or_default();
                if state.items.contains_key(name) {
                    return (409, json!({ "message": "exists already" }));
                }
                let end = end.unwrap_or("OK");
                if end == "OK" || end.starts_with("WARNINGS") {
                    let text = asked.body["text"].as_str().unwrap_or_default();
                    state.items.insert(name.to_owned(), text.to_owned());
                }
                let id = format!("job-{}", state.jobs.len() + 1);
                state.jobs.insert(id.clone(), (1, end.to_owned()));
                (200, json!({ "job": id }))
            }
            ("GET", ["jobs", id]) => match state.jobs.get_mut(*id) {
                Some((left, _)) if *left > 0 => {
                    *left -= 1;
                    (200, json!({ "state": "running" }))
                }
                Some((_, end)) => (200, json!({ "state": "ended", "end": end })),
                None => (404, json!({ "message": "no such job" })),
            },
            ("GET", ["jobs", _, "log"]) => (200, json!({ "lines": [{ "t": "began" }, { "t": "the shelf is full" }] })),
            _ => (404, json!({ "message": "no such path" })),
        })
    }
}

fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut block).ok()? {
            0 => return None,
            count => bytes.extend_from_slice(&block[..count]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let header = |name: &str| {
        let line = text.lines().skip(1).find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let length: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while bytes.len() < head + length {
        match stream.read(&mut block).ok()? {
            0 => return None,
            count => bytes.extend_from_slice(&block[..count]),
        }
    }
    let body = serde_json::from_slice(&bytes[head..head + length]).unwrap_or(Json::Null);
    Some(Asked { method, path, token: header("authorization"), body })
}

fn answer(stream: &mut TcpStream, (status, body): (u16, Json)) {
    raw(stream, status, &[], &body.to_string());
}

fn raw(stream: &mut TcpStream, status: u16, headers: &[(&str, String)], body: &str) {
    let mut text = format!("HTTP/1.1 {status} as it is\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\r\n")));
    text.push_str("\r\n");
    text.push_str(body);
    let _ = stream.write_all(text.as_bytes());
}

fn cut(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Both);
}

/// A stack for the shelf: each item that is wanted, those of `jobs` made by a job, and what needs what.
pub fn stack(shelf: &Shelf, items: &[(&str, &str)], more: &str) -> String {
    let listed: Vec<String> = items.iter().map(|(name, text)| format!("    {name} = \"{text}\"")).collect();
    PROVIDER
        .replace("{address}", &shelf.address.to_string())
        .replace("{items}", &listed.join("\n"))
        .replace("{more}", more)
}

const PROVIDER: &str = r#"
let { Provider, all, exists, has, is, lacks, not, one_of, stack, taken } = import "std/provider/provider"

let wanted = {
{items}
}
let needs = { late = ["item.one"] }

let at(name) = ["body", "items", name]
let read = { path = ["items"] }

let write(name, text, there) = {
  says = "write \(name)"
  guard = {
    read = read
    done = is(at(name), text)
    ready = if there == null then lacks(at(name)) else is(at(name), there)
    stale = "\(name) was written by others"
  }
  send = { method = "PUT", path = ["items", name], json = { text = text } }
}

let begin(name, text) = {
  says = "have \(name) made"
  guard = { read = read, done = is(at(name), text), ready = lacks(at(name)) }
  send = { method = "POST", path = ["jobs"], json = { name = name, text = text } }
  take = { job = ["body", "job"] }
  await = {
    read = { path = ["jobs", taken("job")] }
    until = is(["body", "state"], "ended")
    good = one_of(["body", "end"], ["OK", "WARNINGS: 2"])
    warns = is(["body", "end"], "WARNINGS: 2")
    reason = ["body", "end"]
    log = { read = { path = ["jobs", taken("job"), "log"] }, lines = ["body", "lines"], text = ["t"] }
    timeout = 5
  }
}

let shelf(stack) = Provider with {
  target = {
    url = "http://{address}"
    auth = { header = "Authorization", value = "Bearer {}", token = { env = "SHELF_TOKEN" } }
    messages = [["body", "message"]]
    timeout = 2
  }
  reads(live) = { all = read }
  plan(live) =
    let there = live.answers.all.items
    let named(name) = {
      address = "item.\(name)"
      subject = "the item \(name)"
      needs = needs[name] ?? []
    }
    {
      owned = std.list.length(std.record.names(there))
      actions = [
        named(name) & {
          class = if (there[name] ?? null) == null then "create" else "update"
          if (there[name] ?? null) != null { before = { text = there[name] } }
          after = { text = text }
          steps = [
            if name =~ "^job" then begin(name, text) else write(name, text, there[name] ?? null)
          ]
        }
        for (name, text) in wanted
        if (there[name] ?? null) != text,
        named(name) & {
          class = "delete"
          before = { text = text }
          if name =~ "^dear" { loses = "its text" }
          steps = [{
            says = "delete \(name)"
            guard = { read = read, done = lacks(at(name)), ready = is(at(name), text) }
            send = { method = "DELETE", path = ["items", name] }
            already = is(["status"], 404)
          }]
        }
        for (name, text) in there
        if !std.record.has(wanted, name)
      ]
    }
}

stack("test", { shelf = shelf }, more = { {more} })
"#;
