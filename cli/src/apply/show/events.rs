//! What happens during a run, told as it happens: a line for each event, or JSON for programs.

use crate::apply::event::{Event, Watch};
use crate::apply::secrets::Secrets;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// What JSON lines are of.
const SCHEMA: &str = "rzp-events/1";

pub struct Teller {
    secrets: Arc<Secrets>,
    json: bool,
    colour: bool,
    /// One line after the other.
    out: Mutex<()>,
}

impl Teller {
    pub fn new(secrets: Arc<Secrets>, json: bool, colour: bool) -> Teller {
        Teller { secrets, json, colour, out: Mutex::new(()) }
    }

    /// Actions of a batch are told together, unless they fail.
    fn line(&self, event: &Event) -> Option<String> {
        match event {
            Event::Begins { batch: Some(_), .. } | Event::Done { batch: Some(_), .. } => None,
            event => Some(self.told(event)),
        }
    }

    fn told(&self, event: &Event) -> String {
        let paint = |code: &str, text: &str| {
            if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
        };
        match event {
            Event::Begins { address, class, subject, .. } => format!("{address}: {class} {subject}"),
            Event::Batch { name, says, .. } => format!("{name}: {says}"),
            Event::Step { address, says } => format!("{address}: {says}"),
            Event::Before { address, says } => format!("{address}: {says}: done before"),
            Event::Waits { target, seconds, why } => paint("90", &format!("{target}: waiting {seconds} s: {why}")),
            Event::Done { address, seconds, .. } => paint("32", &format!("{address}: done ({seconds} s)")),
            Event::Skipped { address, why } => format!("{address}: left out: {why}"),
            Event::Failed { address, why, log } => {
                let mut text = paint("31", &format!("{address}: failed: {why}"));
                log.iter().for_each(|line| text.push_str(&format!("\n    {line}")));
                text
            }
            Event::Stale { address, why } => paint("31", &format!("{address}: stopped: {why}")),
            Event::Warns { address, text, log } => {
                let mut said = paint("33", &format!("{address}: ended with a warning: {text}"));
                log.iter().for_each(|line| said.push_str(&format!("\n    {line}")));
                said
            }
        }
    }
}

impl Watch for Teller {
    fn tell(&self, event: Event) {
        let _one = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A reader that has gone is no reason to stop halfway.
        if self.json {
            let mut value = serde_json::to_value(&event).unwrap_or_default();
            if let Some(fields) = value.as_object_mut() {
                fields.insert("schema".to_owned(), SCHEMA.into());
            }
            let text = self.secrets.without(&value.to_string());
            let _ = writeln!(std::io::stdout().lock(), "{text}");
        } else if let Some(line) = self.line(&event) {
            let _ = writeln!(std::io::stderr().lock(), "{}", self.secrets.without(&line));
        }
    }
}
