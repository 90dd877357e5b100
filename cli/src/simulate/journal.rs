//! What came in and what went out, a line of JSON each, so that tests can count calls and know where a client stands.

use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Default)]
pub struct Journal {
    file: Option<Mutex<File>>,
    count: AtomicU64,
}

impl Journal {
    /// Lines are added to a file that is there.
    pub fn open(path: Option<&Path>) -> Result<Journal, String> {
        let Some(path) = path else { return Ok(Journal::default()) };
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|why| format!("cannot write `{}`: {why}", path.display()))?;
        Ok(Journal { file: Some(Mutex::new(file)), count: AtomicU64::new(0) })
    }

    /// A request came in; this is its number.
    pub fn arrived(&self, method: &str, path: &str) -> u64 {
        let number = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        self.line(&json!({ "n": number, "at": "in", "method": method, "path": path }));
        number
    }

    /// Its work is done, and the answer is held back.
    pub fn held(&self, number: u64, method: &str, path: &str) {
        self.line(&json!({ "n": number, "at": "held", "method": method, "path": path }));
    }

    /// It was answered; with no status where the connection was cut.
    pub fn answered(&self, number: u64, method: &str, path: &str, status: u16) {
        self.line(&json!({ "n": number, "at": "out", "method": method, "path": path, "status": status }));
    }

    fn line(&self, line: &Value) {
        let Some(file) = &self.file else { return };
        if let Ok(mut file) = file.lock() {
            // A log that cannot be written stops nothing.
            let _ = file.write_all(format!("{line}\n").as_bytes());
        }
    }
}
