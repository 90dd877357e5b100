//! What happens during a run, for those who watch: people, and programs that read JSON lines.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    /// An action begins; with others, if it is of a batch.
    Begins {
        address: String,
        class: String,
        subject: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        batch: Option<String>,
    },
    /// A batch begins: so many actions in one request.
    Batch {
        name: String,
        says: String,
        actions: usize,
    },
    /// A step begins of what is named.
    Step {
        address: String,
        says: String,
    },
    /// A step has been carried out before.
    Before {
        address: String,
        says: String,
    },
    /// A request waits, as its server asks or because it did not answer.
    Waits {
        target: String,
        seconds: u64,
        why: String,
    },
    Done {
        address: String,
        seconds: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        batch: Option<String>,
    },
    /// An action is not carried out, as one that it needs was not.
    Skipped {
        address: String,
        why: String,
    },
    Failed {
        address: String,
        why: String,
        log: Vec<String>,
    },
    /// An action stops, as its object is not as the plan saw it.
    Stale {
        address: String,
        why: String,
    },
    /// Something succeeded with a warning.
    Warns {
        address: String,
        text: String,
        log: Vec<String>,
    },
}

/// Who is told. Many threads tell.
pub trait Watch: Send + Sync {
    fn tell(&self, event: Event);
}
