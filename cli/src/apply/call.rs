//! Requests as they have to be made: within a target's limits, again where that is safe, and honest where it is not.
//!
//! What only reads is sent again until it is answered. What changes something is sent again only where nothing was done for
//! certain: the server was not reached, it refused for now (429), or it said so in words the provider knows. After anything
//! else nobody knows, and the caller has to look.

use super::condition::holds;
use super::contract::{Method, Target};
use super::event::{Event, Watch};
use super::http::{Answer, Client, Cut, Request};
use super::late::Missing;
use super::limits::{Backoff, Gate, retry_after};
use super::secrets::Secrets;
use serde_json::Value as Json;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So often what reads is sent again because of its failures; waiting that a server asks for does not count.
const TRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// A target with what talks to it.
pub struct Api {
    pub name: String,
    pub target: Target,
    client: Client,
    gate: Gate,
    watch: Arc<dyn Watch>,
    /// When the whole run has to be over.
    deadline: Instant,
}

/// How a request ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    Good(Answer),
    /// The server refuses, and has done nothing.
    Refused(Answer),
    /// Nobody knows whether something was done.
    Unsure(String),
    /// Nothing was done, and going on trying is of no use.
    Unreachable(String),
}

impl Api {
    pub fn new(
        name: &str,
        target: Target,
        secrets: Arc<Secrets>,
        watch: Arc<dyn Watch>,
        deadline: Instant,
    ) -> Result<Api, String> {
        let client = Client::new(&target, secrets)?;
        let gate = Gate::new(target.parallel, target.rate.clone());
        Ok(Api { name: name.to_owned(), target, client, gate, watch, deadline })
    }

    /// Sends a request, as often as it has to be.
    pub fn ask(&self, request: &Request) -> Ended {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut tries = 0;
        loop {
            let Some(pass) = self.gate.enter(self.deadline) else {
                return Ended::Unreachable(self.too_late());
            };
            let sent = self.client.send(request);
            drop(pass);
            let (ended, pause) = match sent {
                Ok(answer) => {
                    self.gate.heed(&answer);
                    match self.judge(request, answer) {
                        Judged::Ends(ended) => return ended,
                        Judged::Later(pause, why) => (Ended::Unreachable(why), pause),
                        Judged::Again(ended) => (ended, None),
                    }
                }
                Err(Cut::Lost(why)) if request.method != Method::Get => return Ended::Unsure(why),
                Err(cut) => (Ended::Unreachable(cut.why().to_owned()), None),
            };
            let waits = match pause {
                Some(pause) => {
                    // All that goes to this target would meet the same.
                    self.gate.close(pause);
                    pause
                }
                None => {
                    tries += 1;
                    if tries >= TRIES {
                        return ended;
                    }
                    backoff.pause()
                }
            };
            if Instant::now() + waits > self.deadline {
                return ended;
            }
            self.wait(waits, &ended);
        }
    }

    fn wait(&self, pause: Duration, why: &Ended) {
        if pause >= Duration::from_secs(2) {
            let why = match why {
                Ended::Unsure(why) | Ended::Unreachable(why) => why.clone(),
                Ended::Good(answer) | Ended::Refused(answer) => answer.text(&self.target.messages),
            };
            self.watch.tell(Event::Waits { target: self.name.clone(), seconds: pause.as_secs(), why });
        }
        std::thread::sleep(pause);
    }

    fn judge(&self, request: &Request, answer: Answer) -> Judged {
        let reads = request.method == Method::Get;
        let text = || answer.text(&self.target.messages);
        if answer.status == 429 {
            let why = format!("too many requests: {}", text());
            return Judged::Later(Some(retry_after(&answer).unwrap_or(Duration::from_secs(5))), why);
        }
        let view = answer.view(&self.target.messages);
        let well = (200..300).contains(&answer.status);
        if well && answer.garbled.is_none() && self.target.good.as_ref().is_none_or(|good| holds(good, &view)) {
            return Judged::Ends(Ended::Good(answer));
        }
        if self.target.again.as_ref().is_some_and(|again| holds(again, &view)) {
            let why = self.told(request, &answer);
            return match retry_after(&answer) {
                Some(pause) => Judged::Later(Some(pause), why),
                None => Judged::Again(Ended::Refused(answer)),
            };
        }
        let nothing_in_it = well && (answer.garbled.is_some() || answer.body.is_null());
        let unsure = nothing_in_it || self.target.unsure.contains(&answer.status);
        match (unsure, reads) {
            (true, true) => {
                let pause = retry_after(&answer);
                let why = self.told(request, &answer);
                if pause.is_some() { Judged::Later(pause, why) } else { Judged::Again(Ended::Unreachable(why)) }
            }
            (true, false) => Judged::Ends(Ended::Unsure(self.told(request, &answer))),
            (false, _) => Judged::Ends(Ended::Refused(answer)),
        }
    }

    /// A failing answer in a sentence.
    pub fn told(&self, request: &Request, answer: &Answer) -> String {
        let text = answer.text(&self.target.messages);
        format!("{} ends with {}: {text}", request.named(), answer.status)
    }

    fn too_late(&self) -> String {
        format!("the time for the whole run is over, and `{}` is not to be asked before", self.name)
    }
}

enum Judged {
    Ends(Ended),
    /// The server says when.
    Later(Option<Duration>, String),
    /// After a pause that grows; what it is if that is of no use.
    Again(Ended),
}

/// Why a request cannot be made of what is known.
pub fn missing(why: &Missing) -> String {
    match why {
        Missing::Taken(name) => format!("no answer has given `{name}`"),
        Missing::Secret(why) => why.clone(),
    }
}

/// The body of an answer as a condition sees it, for one that is not there.
pub fn nothing() -> Json {
    serde_json::json!({ "status": 404, "text": "", "body": null })
}
