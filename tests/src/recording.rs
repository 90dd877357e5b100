//! Asks the other languages what they say of a mistake, and takes it down.
//!
//! `RZP_PEERS=1 cargo test -p rzp-tests --test mistakes` records anew what each language says whose
//! command is on the path; a filter limits it to some mistakes. The programs run in a folder that is made for them
//! and removed again, with a limit on time and memory; its path is taken out of what they say.

use crate::mistakes::Mistake;
use crate::peers::{self, Peer, Peers, Said, Stance};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a language is given: seconds, and kilobytes of address space.
const SECONDS: &str = "10";
const MEMORY: &str = "4000000";
/// What `timeout` ends with when the time is over.
const TIME_IS_OVER: i32 = 124;

/// The command, the crate that brings it, and the release that the recordings are of.
fn command(peer: Peer) -> (&'static str, &'static str, &'static str) {
    match peer {
        Peer::Nickel => ("nickel", "nickel-lang-cli", "1.18.0"),
        Peer::Jsonnet => ("jrsonnet", "jrsonnet", "0.5.0-pre98"),
    }
}

/// Whether the command is there, and of the release that the pages name; the error says what is missing.
pub fn ready(peer: Peer) -> Result<(), String> {
    let (command, package, release) = command(peer);
    let shown = Command::new(command).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let known = String::from_utf8_lossy(&shown).contains(release);
    if known { Ok(()) } else { Err(format!("it wants `cargo install {package}@{release}`")) }
}

/// Takes down what a language says of a mistake, unless nothing can be written in it.
pub fn record(peer: Peer, peers: &mut Peers, mistake: &Mistake) -> std::io::Result<()> {
    if matches!(peers.stance(peer), Stance::Cannot(_)) {
        return Ok(());
    }
    let folder = std::env::temp_dir().join(format!("peers-{}-{}", std::process::id(), mistake.name.replace('/', "-")));
    write(peer, peers, mistake, &folder)?;
    let folder = folder.canonicalize()?;
    let output = run(peer, peers, &folder);
    fs::remove_dir_all(&folder)?;
    let output = output?;
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let here = folder.display().to_string();
    let text = scrubbed(&text.replace(&format!("{here}/"), "").replace(&here, "."));
    if output.status.code() == Some(TIME_IS_OVER) {
        peers.record(peer, Said::Refused(&format!("{text}(nothing more in {SECONDS} seconds)")));
    } else if output.status.success() {
        peers.record(peer, Said::Printed(&text));
    } else {
        peers.record(peer, Said::Refused(&text));
    }
    Ok(())
}

/// Without what differs from run to run, addresses in memory, and without white space at the end of lines.
fn scrubbed(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut pieces = line.trim_end().split("0x");
        out.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            out.push_str("0x…");
            out.push_str(piece.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
        }
        out.push('\n');
    }
    out
}

fn write(peer: Peer, peers: &Peers, mistake: &Mistake, folder: &Path) -> std::io::Result<()> {
    let put = |path: PathBuf, text: &str| {
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)
    };
    for library in peers::libraries(peer, mistake) {
        let name = Path::new(&library.path).file_name().unwrap_or_default().to_owned();
        put(folder.join(name), &library.text)?;
    }
    peers.files(peer).chain(peers::data(mistake)).try_for_each(|(name, text)| put(folder.join(name), text))
}

/// Within the limits, which a shell sets.
fn run(peer: Peer, peers: &Peers, folder: &Path) -> std::io::Result<Output> {
    let limited = format!("ulimit -v {MEMORY}; exec timeout {SECONDS} \"$@\"");
    let words: &[&str] = match peer {
        Peer::Nickel => &["nickel", "export", "--color", "never", "main.ncl"],
        Peer::Jsonnet => &["jrsonnet", "main.jsonnet"],
    };
    Command::new("sh")
        .args(["-c", &limited, "sh"])
        .args(words)
        .args(peers.arguments(peer))
        .current_dir(folder)
        .env("RUST_BACKTRACE", "0")
        .output()
}
