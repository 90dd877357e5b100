//! Places at which tests end the process, as a power cut would: without any cleaning up.
//!
//! `RZP_CRASH=journal:3` ends it at the third place of that kind. A build for users has none of this.

#[cfg(debug_assertions)]
pub fn point(kind: &str) {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static PASSED: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let Ok(wanted) = std::env::var("RZP_CRASH") else { return };
    let Some((name, number)) = wanted.split_once(':') else { return };
    let counter = &PASSED[usize::from(kind == "call")];
    let passed = counter.fetch_add(1, Ordering::SeqCst) + 1;
    if name == kind && number.parse() == Ok(passed) {
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub fn point(_kind: &str) {}
