//! What a file of state may say about the simulator itself: how long things take, and how many calls are let through.

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(default)]
pub struct Settings {
    /// How long a task of a node takes.
    pub task_seconds: f64,
    /// How long a node waits before it refuses a token.
    pub refusal_seconds: f64,
    /// How many calls to Cloudflare are let through …
    pub rate_calls: u64,
    /// … in so many seconds.
    pub rate_seconds: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { task_seconds: 0.2, refusal_seconds: 3.0, rate_calls: 1200, rate_seconds: 300 }
    }
}
