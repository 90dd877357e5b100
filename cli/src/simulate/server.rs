//! The two listeners, and what happens to a request between its coming in and its answer.
//!
//! Each connection has a thread. The world is behind one lock, which nobody holds while time passes or bytes are on
//! their way; so calls are carried out one after the other, whatever comes in at once.

use super::cloudflare::answers::Refusal;
use super::cloudflare::desk::Desk;
use super::faults::{Fault, Faults, What, When};
use super::http::{Answer, Connection, Request};
use super::journal::Journal;
use super::limits::Limits;
use super::proxmox::cluster::Fate;
use super::proxmox::fresh::TOKEN;
use super::secure;
use super::world::{Keeper, World};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Which of the two a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    Proxmox,
    Cloudflare,
}

/// What all connections share.
pub struct Simulator {
    stage: Mutex<Stage>,
    faults: Mutex<Faults>,
    journal: Journal,
    tls: Mutex<Arc<ServerConfig>>,
    complain: fn(&str),
}

struct Stage {
    world: World,
    keeper: Keeper,
    limits: Limits,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Simulator {
    /// A simulator over a world, which gets a certificate if it has none.
    pub fn new(
        mut world: World,
        mut keeper: Keeper,
        faults: Faults,
        journal: Journal,
        complain: fn(&str),
    ) -> Result<Simulator, String> {
        let certificate = match world.certificate.take() {
            Some(certificate) => certificate,
            None => secure::make()?,
        };
        let tls = Mutex::new(secure::config(&certificate)?);
        world.certificate = Some(certificate);
        keeper.keep(&world).map_err(|refused| refused.diag().title)?;
        let stage = Mutex::new(Stage { world, keeper, limits: Limits::default() });
        Ok(Simulator { stage, faults: Mutex::new(faults), journal, tls, complain })
    }

    /// Answers all who connect, for ever.
    pub fn listen(self: &Arc<Simulator>, listener: &TcpListener, api: Api) {
        for stream in listener.incoming().flatten() {
            let simulator = Arc::clone(self);
            thread::spawn(move || {
                // A client that breaks off is no business of ours.
                let _ = simulator.attend(stream, api);
            });
        }
    }

    fn attend(&self, stream: TcpStream, api: Api) -> io::Result<()> {
        stream.set_nodelay(true)?;
        if api == Api::Cloudflare {
            return self.converse(Connection::new(stream), api);
        }
        let config = Arc::clone(&lock(&self.tls));
        let tls = ServerConnection::new(config).map_err(io::Error::other)?;
        self.converse(Connection::new(StreamOwned::new(tls, stream)), api)
    }

    fn converse<S: Read + Write>(&self, mut connection: Connection<S>, api: Api) -> io::Result<()> {
        loop {
            let request = match connection.next() {
                Ok(Some(request)) => request,
                Ok(None) => return Ok(()),
                Err(why) if why.kind() == io::ErrorKind::InvalidData => {
                    let mut answer = Answer::new(400, "text/plain", "no request of HTTP\n");
                    answer.closes = true;
                    return connection.answer(&answer);
                }
                Err(why) => return Err(why),
            };
            let number = self.journal.arrived(&request.method, &request.target);
            let sent = self.exchange(&mut connection, api, &request, number);
            let status = sent.as_ref().ok().copied().flatten();
            self.journal.answered(number, &request.method, &request.target, status.unwrap_or(0));
            if sent?.is_none() {
                return Ok(());
            }
        }
    }

    /// Carries a request out and answers it, with all faults that it meets. Gives the status that was sent whole.
    fn exchange<S: Read + Write>(
        &self,
        connection: &mut Connection<S>,
        api: Api,
        request: &Request,
        number: u64,
    ) -> io::Result<Option<u16>> {
        let faults = self.meet(request);
        for fault in faults.iter().filter(|fault| fault.when == When::Before) {
            match &fault.what {
                What::Cut => return Ok(None),
                What::Stall(seconds) => sleep(*seconds),
                What::Hold => hold(),
                What::Status { .. } | What::Html(_) => {
                    let answer = replaced(Answer::new(200, "application/json", ""), &fault.what);
                    connection.answer(&answer)?;
                    return Ok(Some(answer.status));
                }
                _ => {}
            }
        }
        let mut answer = self.carry_out(api, request, &faults);
        for fault in faults.iter().filter(|fault| fault.when == When::After) {
            match &fault.what {
                What::Cut => return Ok(None),
                What::Half => {
                    let bytes = answer.bytes(answer.body.len());
                    connection.write(&bytes[..bytes.len() - answer.body.len().div_ceil(2).max(1)])?;
                    return Ok(None);
                }
                What::Stall(_) | What::Hold => {
                    self.journal.held(number, &request.method, &request.target);
                    if let What::Stall(seconds) = &fault.what { sleep(*seconds) } else { hold() }
                }
                what => answer = replaced(answer, what),
            }
        }
        connection.answer(&answer)?;
        Ok(Some(answer.status))
    }

    fn meet(&self, request: &Request) -> Vec<Fault> {
        let mut faults = lock(&self.faults);
        if let Err(why) = faults.read_again() {
            (self.complain)(&why);
        }
        faults.meet(&request.method, &request.target)
    }

    /// The work itself; in between, nobody else is served.
    fn carry_out(&self, api: Api, request: &Request, faults: &[Fault]) -> Answer {
        let mut stage = lock(&self.stage);
        let fate = faults.iter().find_map(|fault| match &fault.what {
            What::Task(fate) => Some(fate.clone()),
            _ => None,
        });
        self.meddle(&mut stage, request, faults, When::Before);
        let times = if faults.iter().any(|fault| fault.what == What::Twice) { 2 } else { 1 };
        let (mut answer, mut wait) = stage.serve(api, request, fate.clone().unwrap_or_default());
        if times == 2 {
            (answer, wait) = stage.serve(api, request, fate.unwrap_or_default());
        }
        self.meddle(&mut stage, request, faults, When::After);
        let Stage { world, keeper, .. } = &mut *stage;
        if let Err(refused) = keeper.keep(world) {
            (self.complain)(&refused.diag().title);
        }
        drop(stage);
        sleep(wait);
        answer
    }

    /// What happens to the world beside the call.
    fn meddle(&self, stage: &mut Stage, request: &Request, faults: &[Fault], when: When) {
        for fault in faults.iter().filter(|fault| fault.when == when) {
            match &fault.what {
                What::Clock(skew) => stage.world.clock.skew = *skew,
                What::Pass(seconds) => stage.world.clock.passed += seconds,
                What::Revoke => stage.world.revoke(request),
                What::Edit(edits) => {
                    if let Err(why) = stage.world.edit(edits) {
                        (self.complain)(&format!("a fault cannot edit: {why}"));
                    }
                }
                What::Certificate => match secure::make().and_then(|made| Ok((secure::config(&made)?, made))) {
                    Ok((config, made)) => {
                        *lock(&self.tls) = config;
                        stage.world.certificate = Some(made);
                    }
                    Err(why) => (self.complain)(&why),
                },
                _ => {}
            }
        }
    }

    /// What a client is to be told of this simulator.
    pub fn introduction(&self, proxmox: u16, cloudflare: u16) -> Result<Vec<(&'static str, String)>, String> {
        let stage = lock(&self.stage);
        let world = &stage.world;
        let certificate = world.certificate.as_ref().ok_or("there is no certificate")?;
        let tokens = &world.proxmox.tokens;
        let whole = |list: &Vec<String>| list.iter().any(|one| one == "*");
        let may_all = || tokens.iter().find(|(_, token)| token.rights.get("/").is_some_and(whole));
        let best = tokens.get_key_value(TOKEN).or_else(may_all).or(tokens.iter().next());
        let token = best.map(|(name, token)| format!("{name}={}", token.secret)).unwrap_or_default();
        let tokens = &world.cloudflare.tokens;
        let bearer = tokens.iter().find(|(_, token)| token.write).or(tokens.iter().next());
        Ok(vec![
            ("RZP_PVE_URL", format!("https://127.0.0.1:{proxmox}/api2/json")),
            ("RZP_PVE_FINGERPRINT", secure::fingerprint(certificate)?),
            ("PROXMOX_TOKEN", token),
            ("RZP_CLOUDFLARE_URL", format!("http://127.0.0.1:{cloudflare}/client/v4")),
            ("CLOUDFLARE_API_TOKEN", bearer.map(|(secret, _)| secret.clone()).unwrap_or_default()),
        ])
    }
}

impl Stage {
    fn serve(&mut self, api: Api, request: &Request, fate: Fate) -> (Answer, f64) {
        if api == Api::Proxmox {
            let served = self.world.cluster(fate).serve(request);
            return (served.answer, served.wait);
        }
        let now = self.world.clock.time();
        let token = Desk::bearer(request).unwrap_or_default();
        let told = self.limits.count(&token, now, &self.world.settings);
        let answer = if told.refused {
            let why = "Rate limited. Please wait and consider throttling your request speed";
            Refusal::new(429, 10100, why).answer().with("retry-after", told.seconds.to_string())
        } else {
            self.world.desk().serve(request)
        };
        let settings = &self.world.settings;
        let (calls, seconds) = (settings.rate_calls, settings.rate_seconds);
        let answer = answer
            .with("Date", super::clock::http_date(self.world.clock.shown()))
            .with("Server", "cloudflare")
            .with("Ratelimit", format!("\"default\";r={};t={}", told.left, told.seconds))
            .with("Ratelimit-Policy", format!("\"default\";q={calls};w={seconds}"));
        (answer, 0.0)
    }
}

impl World {
    /// The token of a request is not taken any more.
    fn revoke(&mut self, request: &Request) {
        let header = request.header("authorization").unwrap_or_default();
        if let Some(token) = header.strip_prefix("Bearer ").and_then(|token| self.cloudflare.tokens.get_mut(token)) {
            token.revoked = true;
        }
        let user = header.strip_prefix("PVEAPIToken=").and_then(|told| told.split('=').next());
        if let Some(token) = user.and_then(|user| self.proxmox.tokens.get_mut(user)) {
            token.revoked = true;
        }
    }
}

/// An answer as a fault leaves it.
fn replaced(mut answer: Answer, what: &What) -> Answer {
    match what {
        What::Status { status, body, headers, reason } => {
            let mut other = match body {
                Some(serde_json::Value::String(text)) => Answer::new(*status, "text/plain", text.as_str()),
                Some(body) => Answer::json(*status, body),
                None => Answer::new(*status, "text/plain", ""),
            };
            for (name, value) in headers {
                other = other.with(name, value.as_str());
            }
            if let Some(reason) = reason {
                other.reason.clone_from(reason);
            }
            other.closes = *status >= 400;
            other
        }
        What::Html(status) => {
            let page = format!(
                "<!DOCTYPE html>\n<html><head><title>{status}</title></head><body><h1>Error {status}</h1></body></html>\n"
            );
            Answer::new(*status, "text/html; charset=UTF-8", page)
        }
        What::Truncated => {
            answer.body.truncate(answer.body.len() / 2);
            answer
        }
        What::Empty => {
            answer.body.clear();
            answer
        }
        _ => answer,
    }
}

fn sleep(seconds: f64) {
    if seconds > 0.0 {
        thread::sleep(Duration::from_secs_f64(seconds));
    }
}

/// For ever, as far as a client can tell.
fn hold() -> ! {
    loop {
        thread::sleep(Duration::from_secs(3600));
    }
}

/// A listener on this machine alone; on any port that is free, where it is none.
pub fn bind(port: u16) -> Result<(TcpListener, u16), String> {
    let told = |why: io::Error| format!("cannot listen on 127.0.0.1:{port}: {}", crate::disk::plain(&why));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(told)?;
    let port = listener.local_addr().map_err(told)?.port();
    Ok((listener, port))
}
