//! What providers want to read: their targets opened, their requests carried out, several at once.

use super::call::{Api, Ended, missing};
use super::condition::{at, holds};
use super::contract::{Read, SecretSource, Target};
use super::event::Watch;
use super::http::{Answer, Request};
use super::late::Scope;
use super::requests::reading;
use super::secrets::{Secrets, told};
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::stack::Reader;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// What all requests of a run share.
#[derive(Clone)]
pub struct Run {
    pub secrets: Arc<Secrets>,
    pub watch: Arc<dyn Watch>,
    pub deadline: Instant,
}

impl Run {
    /// A target with what talks to it.
    pub fn open(&self, provider: &str, target: Target) -> Result<Api, Diag> {
        if let Some(auth) = &target.auth
            && let Err(why) = self.secrets.read(&auth.token)
        {
            return Err(no_secret(&format!("the token of `{provider}`"), &auth.token, &why));
        }
        let opened = Api::new(provider, target, self.secrets.clone(), self.watch.clone(), self.deadline);
        opened.map_err(|why| Diag::error(Code::Unreachable, format!("cannot begin to talk to `{provider}`: {why}")))
    }
}

/// The reader of a plan's providers.
pub struct Live {
    run: Run,
    apis: BTreeMap<String, Api>,
}

impl Live {
    pub fn new(run: Run) -> Live {
        Live { run, apis: BTreeMap::new() }
    }

    /// A target as it was opened, which the environment may have pointed elsewhere.
    pub fn target(&self, provider: &str) -> Option<&Target> {
        self.apis.get(provider).map(|api| &api.target)
    }
}

impl Reader for Live {
    fn begin(&mut self, provider: &str, target: &Json, secrets: &Json) -> Result<Json, Diag> {
        let target: Target = contract(provider, target)?;
        let target = pointed_elsewhere(provider, target);
        let sources: BTreeMap<String, SecretSource> =
            if secrets.is_null() { BTreeMap::new() } else { contract(provider, secrets)? };
        let mut hashes = Map::new();
        for (name, source) in &sources {
            let hash = self.run.secrets.hash(source, &format!("{provider} {name}"));
            let hash = hash.map_err(|why| no_secret(&format!("`secrets.{name}` of `{provider}`"), source, &why))?;
            hashes.insert(name.clone(), Json::String(hash));
        }
        let api = self.run.open(provider, target)?;
        self.apis.insert(provider.to_owned(), api);
        Ok(Json::Object(hashes))
    }

    fn read(&mut self, provider: &str, reads: &Map<String, Json>) -> Result<Map<String, Json>, Diag> {
        let api = &self.apis[provider];
        let mut wanted = Vec::new();
        for (key, read) in reads {
            wanted.push((key.clone(), contract::<Read>(provider, read)?));
        }
        let queue = Mutex::new(wanted.into_iter());
        let found = Mutex::new((Map::new(), None));
        let work = || {
            while let Some((key, read)) = locked(&queue).next() {
                match one(api, &read) {
                    Ok(body) => {
                        locked(&found).0.insert(key, body);
                    }
                    Err(diag) => {
                        locked(&found).1.get_or_insert(diag);
                        return;
                    }
                }
                if locked(&found).1.is_some() {
                    return;
                }
            }
        };
        std::thread::scope(|scope| {
            (0..api.target.parallel.min(reads.len())).for_each(|_| {
                scope.spawn(work);
            });
        });
        match found.into_inner().unwrap_or_else(PoisonError::into_inner) {
            (_, Some(diag)) => Err(diag),
            (answers, None) => Ok(answers),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The body that one read has, null where there is nothing.
fn one(api: &Api, read: &Read) -> Result<Json, Diag> {
    let scope =
        Scope { taken: &|_| None, secret: &|name| Err(format!("`{name}` is a secret, which no read may have")) };
    let request = reading(read, &scope).map_err(|why| {
        Diag::error(Code::BadPlan, format!("`{}` asks for what it cannot: {}", api.name, missing(&why)))
    })?;
    match api.ask(&request) {
        Ended::Good(answer) => Ok(answer.body),
        Ended::Refused(answer) if is_absent(api, read, &answer) => Ok(Json::Null),
        ended => Err(failure(api, &request, &ended)),
    }
}

/// Whether a failing answer says that there is nothing.
pub fn is_absent(api: &Api, read: &Read, answer: &Answer) -> bool {
    read.absent.as_ref().is_some_and(|absent| holds(absent, &answer.view(&api.target.messages)))
}

/// Why a request has failed, and what to do.
pub fn failure(api: &Api, request: &Request, ended: &Ended) -> Diag {
    let name = &api.name;
    match ended {
        Ended::Refused(answer) => {
            let diag = Diag::error(Code::Denied, format!("`{name}` refuses: {}", api.told(request, answer)));
            match answer.status {
                401 | 403 => doubted(api, diag),
                _ => diag,
            }
        }
        Ended::Unsure(why) => {
            Diag::error(Code::Unreachable, format!("nobody knows what became of {}: {why}", request.named()))
        }
        Ended::Unreachable(why) => {
            let diag = Diag::error(Code::Unreachable, format!("`{name}` does not answer: {why}"));
            let diag = diag.note(format!("asked was {} of {}", request.named(), api.target.url));
            match why {
                why if why.contains("certificate is sha256:") => diag.help(
                    "if the certificate was renewed, compare the new fingerprint on the server itself and write it into `fingerprint`",
                ),
                why if why.contains("certificate") => diag.help(
                    "name the one certificate that is trusted in `fingerprint`, or a file of authorities in `authorities`",
                ),
                _ => diag,
            }
        }
        Ended::Good(_) => Diag::error(Code::Denied, format!("`{name}` gives an answer that is not understood")),
    }
}

/// A refused token, with what the server says of it.
fn doubted(api: &Api, diag: Diag) -> Diag {
    let token = api.target.auth.as_ref().map(|auth| told(&auth.token));
    let diag = match token {
        Some(token) => diag.note(format!("its token is {token}")),
        None => diag.note("no token is sent: the target has no `auth`"),
    };
    let Some(doubt) = &api.target.refused else { return diag };
    let scope = Scope { taken: &|_| None, secret: &|name| Err(name.to_owned()) };
    let Ok(request) = reading(&doubt.read, &scope) else { return diag };
    match api.ask(&request) {
        Ended::Good(answer) => match at(&answer.view(&api.target.messages), &doubt.text).and_then(Json::as_str) {
            Some(text) => diag.note(format!("the server says that it is {text}")),
            None => diag,
        },
        _ => diag.note("the server does not know it at all"),
    }
}

/// Where the environment points a target elsewhere: `RZP_PVE_URL` and `RZP_PVE_FINGERPRINT` for the provider `pve`.
fn pointed_elsewhere(provider: &str, target: Target) -> Target {
    let named = provider.to_uppercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
    let told = |what: &str| std::env::var(format!("RZP_{named}_{what}")).ok().filter(|value| !value.is_empty());
    let mut target = target;
    if let Some(url) = told("URL") {
        target.url = url;
        // A certificate of the one is none of the other.
        target.fingerprint = None;
    }
    target.fingerprint = told("FINGERPRINT").or(target.fingerprint);
    target
}

fn no_secret(what: &str, source: &SecretSource, why: &str) -> Diag {
    let diag = Diag::error(Code::NoSecret, format!("{what} cannot be read: {why}"));
    match source {
        SecretSource::Env { env } => diag.help(format!("set it for this run alone: `read -rs {env} && export {env}`")),
        _ => diag,
    }
}

/// A value that the contract of providers has checked, in its Rust type.
pub fn contract<T: serde::de::DeserializeOwned>(provider: &str, value: &Json) -> Result<T, Diag> {
    serde_json::from_value(value.clone()).map_err(|why| {
        let title = format!("what the provider `{provider}` says is not understood: {why}");
        Diag::error(Code::BadPlan, title).help("`std/provider/provider` says what a provider may say")
    })
}
