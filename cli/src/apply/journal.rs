//! The journal of a run under way: what is about to be sent is on the disk before it is sent.
//!
//! A folder for each stack holds a lock, which the system gives back when its holder dies, and one file of JSON lines: the plan,
//! then an `intent` before each sending, an `accepted` with what the answer gave, a `done` for each action. A run that is finished
//! takes its file away; one that is left over is taken up again. The journal proves nothing about the world: what was
//! done is always read from there. It tells which plan to go on with, and keeps what only an answer has said.

use super::plan::Plan;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::disk::plain;

const RUN: &str = "run.jsonl";
const LOCK: &str = "lock";

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Plan(Box<Plan>),
    Intent { address: String, step: usize, says: String },
    Accepted { address: String, step: usize, taken: Map<String, Json> },
    Done { address: String },
}

/// What a run that was cut off has left.
#[derive(Debug)]
pub struct Left {
    pub plan: Plan,
    pub done: BTreeSet<String>,
    /// Actions of which something was sent.
    pub begun: BTreeSet<String>,
    /// What answers gave, as `address name`.
    pub taken: Map<String, Json>,
}

/// The lock of a stack, and where its journal is.
#[derive(Debug)]
pub struct Desk {
    folder: PathBuf,
    _lock: File,
}

/// Where journals are: `$XDG_STATE_HOME/rzp/<stack>`.
pub fn folder(stack: &str) -> Result<PathBuf, Diag> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")));
    let state = state.ok_or_else(|| {
        Diag::error(Code::NoAccess, "there is no place for the journal: neither `XDG_STATE_HOME` nor `HOME` is set")
    })?;
    Ok(state.join("rzp").join(stack))
}

impl Desk {
    /// Takes the lock of a stack.
    pub fn open(folder: PathBuf, stack: &str) -> Result<Desk, Diag> {
        fs::create_dir_all(&folder).map_err(|why| unwritable(&folder, &why))?;
        let path = folder.join(LOCK);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let mut file = file.map_err(|why| unwritable(&path, &why))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(&folder, stack)),
            Err(TryLockError::Error(why)) => return Err(unwritable(&path, &why)),
        }
        let holder = format!("process {} on {}\n", std::process::id(), host());
        let written = file.set_len(0).and_then(|()| file.write_all(holder.as_bytes()));
        written.map_err(|why| unwritable(&path, &why))?;
        Ok(Desk { folder, _lock: file })
    }

    /// What a run has left that was cut off.
    pub fn left(&self) -> Result<Option<Left>, Diag> {
        left(&self.folder)
    }

    /// A journal for a new run.
    pub fn begin(&self, plan: &Plan) -> Result<Journal, Diag> {
        let journal = self.file(true)?;
        journal.write(&Line::Plan(Box::new(plan.clone())))?;
        sync_folder(&self.folder);
        Ok(journal)
    }

    /// The journal of a run that is taken up again.
    pub fn go_on(&self) -> Result<Journal, Diag> {
        self.file(false)
    }

    /// Forgets a run that was cut off.
    pub fn discard(&self) -> Result<(), Diag> {
        let path = self.folder.join(RUN);
        match fs::remove_file(&path) {
            Ok(()) => Ok(()),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(why) => Err(unwritable(&path, &why)),
        }
    }

    fn file(&self, new: bool) -> Result<Journal, Diag> {
        let path = self.folder.join(RUN);
        let file = if new {
            OpenOptions::new().create(true).write(true).truncate(true).open(&path)
        } else {
            ended_with_a_line(&path).and_then(|()| OpenOptions::new().append(true).open(&path))
        };
        let file = file.map_err(|why| unwritable(&path, &why))?;
        Ok(Journal { file: Mutex::new(file), path })
    }
}

/// What the journal in a folder says, if there is one.
pub fn left(folder: &Path) -> Result<Option<Left>, Diag> {
    let path = folder.join(RUN);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(unwritable(&path, &why)),
    };
    // The last line may be torn: what it would have said was not sent yet.
    let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let Some(first) = lines.next() else { return Ok(None) };
    let Ok(Line::Plan(plan)) = serde_json::from_str(first) else {
        let title = format!("`{}` is no journal of this version", path.display());
        return Err(Diag::error(Code::BadPlan, title).help("`rzp unlock --discard` forgets the run that was cut off"));
    };
    let mut left = Left { plan: *plan, done: BTreeSet::new(), begun: BTreeSet::new(), taken: Map::new() };
    for line in lines.filter_map(|line| serde_json::from_str(line).ok()) {
        match line {
            Line::Plan(_) => {}
            Line::Intent { address, .. } => {
                left.begun.insert(address);
            }
            Line::Accepted { address, taken, .. } => {
                left.taken.extend(taken.into_iter().map(|(name, value)| (format!("{address} {name}"), value)));
            }
            Line::Done { address } => {
                left.done.insert(address);
            }
        }
    }
    Ok(Some(left))
}

/// Who holds the lock of a stack, if anybody does.
pub fn holder(folder: &Path) -> Option<String> {
    let path = folder.join(LOCK);
    let file = File::open(&path).ok()?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Some(fs::read_to_string(&path).ok()?.trim().to_owned()),
        _ => None,
    }
}

#[derive(Debug)]
pub struct Journal {
    file: Mutex<File>,
    path: PathBuf,
}

impl Journal {
    pub fn intent(&self, address: &str, step: usize, says: &str) -> Result<(), Diag> {
        self.write(&Line::Intent { address: address.to_owned(), step, says: says.to_owned() })
    }

    pub fn accepted(&self, address: &str, step: usize, taken: Map<String, Json>) -> Result<(), Diag> {
        self.write(&Line::Accepted { address: address.to_owned(), step, taken })
    }

    /// Actions that were carried out together are on the disk together.
    pub fn done<'a>(&self, addresses: impl IntoIterator<Item = &'a String>) -> Result<(), Diag> {
        let lines: Vec<Line> = addresses.into_iter().map(|address| Line::Done { address: address.clone() }).collect();
        self.write_all(&lines)
    }

    /// The run is over: nothing is left to take up.
    pub fn finish(self) -> Result<(), Diag> {
        fs::remove_file(&self.path).map_err(|why| unwritable(&self.path, &why))
    }

    fn write(&self, line: &Line) -> Result<(), Diag> {
        self.write_all(std::slice::from_ref(line))
    }

    /// Lines, on the disk when this returns.
    fn write_all(&self, lines: &[Line]) -> Result<(), Diag> {
        super::crash::point("journal");
        let text: String = lines.iter().map(|line| serde_json::to_string(line).unwrap_or_default() + "\n").collect();
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).map_err(|why| unwritable(&self.path, &why))?;
        super::crash::point("journal");
        Ok(())
    }
}

/// Ends a line that was torn, so that the next one stands for itself.
fn ended_with_a_line(path: &Path) -> io::Result<()> {
    let text = fs::read(path)?;
    let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    if whole < text.len() { OpenOptions::new().write(true).open(path)?.set_len(whole as u64) } else { Ok(()) }
}

/// So that the file's name is on the disk too. Not every system can, and none needs to for correctness.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| fs::read_to_string("/etc/hostname"));
    name.map_or_else(|_| "this machine".to_owned(), |name| name.trim().to_owned())
}

fn taken(folder: &Path, stack: &str) -> Diag {
    let holder = fs::read_to_string(folder.join(LOCK)).unwrap_or_default();
    let diag = Diag::error(Code::Locked, format!("another run is under way for the stack `{stack}`"));
    let diag = match holder.trim() {
        "" => diag,
        holder => diag.note(format!("it is {holder}")),
    };
    diag.help("wait for its end; the lock is given back by itself, also if that process dies")
}

fn unwritable(path: &Path, why: &io::Error) -> Diag {
    let title = format!("the journal cannot be kept: `{}`: {}", path.display(), plain(why));
    Diag::error(Code::NoAccess, title)
        .note("nothing is sent without it: a run that is cut off could not be taken up again")
}
