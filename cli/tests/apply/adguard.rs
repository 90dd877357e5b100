//! The provider that the guide writes, as it stands there, against a server like AdGuard Home.

use crate::lab::Run;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

type Rewrites = Arc<Mutex<BTreeSet<(String, String)>>>;

/// Serves the three calls of the guide; nothing in an answer but a list says that it went well.
fn serve(rewrites: &Rewrites) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound").to_string();
    let rewrites = rewrites.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut bytes = vec![0; 65_536];
            let mut length = 0;
            let (head, body) = loop {
                length += stream.read(&mut bytes[length..]).unwrap_or(0);
                let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let wanted =
                    head.to_lowercase().split("content-length: ").nth(1).map_or(0, |rest| {
                        rest.split("\r\n").next().and_then(|length| length.parse().ok()).unwrap_or(0)
                    });
                if body.len() >= wanted {
                    break (head.to_owned(), body.to_owned());
                }
            };
            let one: Json = serde_json::from_str(&body).unwrap_or_default();
            let pair = || {
                (
                    one["domain"].as_str().unwrap_or_default().to_owned(),
                    one["answer"].as_str().unwrap_or_default().to_owned(),
                )
            };
            let mut all = rewrites.lock().expect("no panic in it");
            let (status, answer) = match head.lines().next().unwrap_or_default() {
                _ if !head.contains("Basic YWRtaW46c2VjcmV0") => (403, "Forbidden".to_owned()),
                line if line.starts_with("GET /control/rewrite/list ") => {
                    let list: Vec<Json> =
                        all.iter().map(|(domain, answer)| json!({ "domain": domain, "answer": answer })).collect();
                    (200, json!(list).to_string())
                }
                line if line.starts_with("POST /control/rewrite/add ") => {
                    all.insert(pair());
                    (200, String::new())
                }
                line if line.starts_with("POST /control/rewrite/delete ") => match all.remove(&pair()) {
                    true => (200, String::new()),
                    false => (400, "no such rewrite".to_owned()),
                },
                _ => (404, "404 page not found".to_owned()),
            };
            let text =
                format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}", answer.len());
            let _ = stream.write_all(text.as_bytes());
        }
    });
    address
}

/// The block of the guide that holds the whole provider.
fn provider() -> String {
    let guide = include_str!("../../../docs/guide/write-a-provider.md");
    let blocks = guide.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.max_by_key(|block| block.len()).expect("the guide has blocks").to_owned()
}

#[test]
fn the_provider_of_the_guide_works() {
    let first = ["nas.home.arpa 10.0.0.9", "old.home.arpa 10.0.0.7", "ads.example 0.0.0.0"];
    let pair =
        |text: &str| text.split_once(' ').map(|(name, answer)| (name.to_owned(), answer.to_owned())).expect("two");
    let rewrites: Rewrites = Arc::new(Mutex::new(first.map(pair).into()));
    let address = serve(&rewrites);
    let root = std::env::temp_dir().join(format!("rzp-adguard-{}", std::process::id()));
    fs::create_dir_all(root.join("services")).expect("a folder");
    fs::write(root.join("services/main.rzp"), "{}\n").expect("written");
    fs::write(root.join("adguard.rzp"), provider()).expect("written");
    let stack = format!(
        "let {{ adguard }} = import \"../adguard.rzp\"\nlet {{ stack }} = import \"std/provider/provider\"\n\
         stack(\"home\", {{ dns = adguard({{ url = \"http://{address}\", token.env = \"ADGUARD_TOKEN\", \
         domain = \"home.arpa\", rewrites = {{ nas = \"10.0.0.20\", tv = \"10.0.0.30\" }} }}) }})\n"
    );
    fs::write(root.join("services/stack.rzp"), stack).expect("written");
    let run = |args: &[&str], token: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rzp"));
        command.args(args).current_dir(&root).env("XDG_STATE_HOME", root.join("state")).env("ADGUARD_TOKEN", token);
        Run::of(command.stdin(Stdio::null()).output().expect("it runs"))
    };
    let token = "YWRtaW46c2VjcmV0";
    run(&["plan"], "d3Jvbmc=").ends(1).tells("E0715").tells("Forbidden");
    let plan = run(&["plan"], token).ends(2).shows("10.0.0.9 → 10.0.0.20").shows("+ rewrite.tv.home.arpa");
    plan.shows("- rewrite.old.home.arpa").shows("rewrite.ads.example");
    run(&["apply", "--yes"], token).ends(0);
    run(&["plan"], token).ends(0).shows("nothing to do");
    let last = ["nas.home.arpa 10.0.0.20", "tv.home.arpa 10.0.0.30", "ads.example 0.0.0.0"];
    assert_eq!(*rewrites.lock().expect("no panic in it"), last.map(pair).into());
    let _ = fs::remove_dir_all(&root);
}
