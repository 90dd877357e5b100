//! The clock that profiles are handed.

use std::sync::OnceLock;
use std::time::Instant;

/// Nanoseconds since the first call.
pub fn nanoseconds() -> u64 {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let begun = BEGUN.get_or_init(Instant::now);
    u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
