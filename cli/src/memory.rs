//! How much memory the process holds, for the limit on it.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Asking the system takes a while: most answers are the last one.
const EVERY: usize = 8;

static ASKED: AtomicUsize = AtomicUsize::new(0);
static LAST: AtomicUsize = AtomicUsize::new(0);

/// Bytes in use, as of a short while ago; nought where the system does not tell.
pub fn used() -> usize {
    if ASKED.fetch_add(1, Ordering::Relaxed).is_multiple_of(EVERY) {
        LAST.store(resident().unwrap_or(0), Ordering::Relaxed);
    }
    LAST.load(Ordering::Relaxed)
}

/// The most bytes that were in use at once; nought where the system does not tell.
#[cfg(target_os = "linux")]
pub fn peak() -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    kibibytes.unwrap_or(0) << 10
}

#[cfg(not(target_os = "linux"))]
pub fn peak() -> usize {
    0
}

/// The second number of this file counts the pages that are in memory.
#[cfg(target_os = "linux")]
fn resident() -> Option<usize> {
    const PAGE: usize = 4096;
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = text.split(' ').nth(1)?.parse().ok()?;
    Some(pages * PAGE)
}

#[cfg(not(target_os = "linux"))]
fn resident() -> Option<usize> {
    None
}
