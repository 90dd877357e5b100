//! The one HTTP client: requests to the one host of a target, answers as JSON, failures by what they leave unsure.

use super::condition::at;
use super::contract::{Method, Path, Target};
use super::dial::{Dial, NotConnected, last_reason};
use super::secrets::Secrets;
use super::tls::config;
use rzp_lang::calc::encode::to_percent;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::time::Duration;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::{Agent, Timeout, http};

/// Larger answers are refused.
const LARGEST: u64 = 256 * 1024 * 1024;
/// So much is shown of an answer that is not JSON.
const BEGINNING: usize = 200;

/// A request, with all late values filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub method: Method,
    pub path: Vec<String>,
    pub query: Vec<(String, String)>,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    None,
    Form(Vec<(String, String)>),
    Json(Json),
}

impl Request {
    pub fn get(path: Vec<String>, query: Vec<(String, String)>) -> Request {
        Request { method: Method::Get, path, query, body: Body::None }
    }

    /// The request in a message: `POST /nodes/pve1/qemu`.
    pub fn named(&self) -> String {
        format!("{} /{}", verb(self.method), self.path.join("/"))
    }
}

fn verb(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

/// What a server has answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub reason: String,
    /// Null if the body is empty.
    pub body: Json,
    /// The beginning of a body that is no JSON text.
    pub garbled: Option<String>,
    pub headers: Vec<(String, String)>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What a failure says: the texts at the paths where the target says it, or the line of its status.
    pub fn text(&self, messages: &[Path]) -> String {
        let mut said: Vec<String> = Vec::new();
        for path in messages {
            // Paths begin at the answer, of which the body alone says something.
            if let Some((first, path)) = path.split_first()
                && first == "body"
            {
                texts(at(&self.body, path).unwrap_or(&Json::Null), "", &mut said);
            }
        }
        match &self.garbled {
            // Of a failure, a text is as good as JSON.
            Some(text) if self.status >= 400 => said.push(text.clone()),
            Some(text) => said.push(format!("no JSON: {text}")),
            None => {}
        }
        if said.is_empty() && !self.reason.is_empty() {
            said.push(self.reason.clone());
        }
        said.join("; ")
    }

    /// The answer as conditions see it.
    pub fn view(&self, messages: &[Path]) -> Json {
        json!({ "status": self.status, "text": self.text(messages), "body": self.body })
    }
}

/// All texts in a value, those of fields with their names before them.
fn texts(value: &Json, name: &str, said: &mut Vec<String>) {
    let named = |text: &str| if name.is_empty() { text.to_owned() } else { format!("{name}: {text}") };
    match value {
        Json::String(text) if !text.trim().is_empty() => said.push(named(text.trim())),
        Json::Number(number) => said.push(named(&number.to_string())),
        Json::Array(items) => items.iter().for_each(|item| texts(item, name, said)),
        // An error with a code and a message is one text.
        Json::Object(fields) if fields.get("message").is_some_and(Json::is_string) => {
            let message = fields["message"].as_str().unwrap_or_default().trim();
            let code = fields.get("code").map(|code| format!(" ({code})")).unwrap_or_default();
            said.push(named(&format!("{message}{code}")));
            fields.iter().filter(|(_, value)| value.is_array()).for_each(|(_, value)| texts(value, "", said));
        }
        Json::Object(fields) => fields.iter().for_each(|(name, value)| texts(value, name, said)),
        _ => {}
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// The server was not reached: nothing was sent.
    NotSent(String),
    /// The connection ended after something was sent: nobody knows what was done.
    Lost(String),
}

impl Cut {
    pub fn why(&self) -> &str {
        match self {
            Cut::NotSent(why) | Cut::Lost(why) => why,
        }
    }
}

/// What talks to one target.
pub struct Client {
    /// Connections are kept for reading alone: one that the server has closed meanwhile would leave a change unsure.
    reading: Agent,
    writing: Agent,
    base: String,
    auth: Option<(String, String)>,
    secrets: Arc<Secrets>,
}

impl Client {
    pub fn new(target: &Target, secrets: Arc<Secrets>) -> Result<Client, String> {
        let auth = match &target.auth {
            None => None,
            Some(auth) => Some((auth.header.clone(), auth.value.replace("{}", &secrets.read(&auth.token)?))),
        };
        let tls = config(target)?;
        let agent = |idle: usize| {
            let config = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .proxy(None)
                .user_agent(concat!("rzp/", env!("CARGO_PKG_VERSION")))
                .accept("application/json")
                .max_idle_connections(idle)
                .max_idle_connections_per_host(idle)
                .timeout_connect(Some(Duration::from_secs(10)))
                .timeout_global(Some(Duration::from_secs(target.timeout)))
                .build();
            Agent::with_parts(config, Dial::new(tls.clone()), DefaultResolver::default())
        };
        let base = target.url.trim_end_matches('/').to_owned();
        Ok(Client { reading: agent(target.parallel), writing: agent(0), base, auth, secrets })
    }

    /// Sends a request once.
    pub fn send(&self, request: &Request) -> Result<Answer, Cut> {
        let agent = if request.method == Method::Get { &self.reading } else { &self.writing };
        let mut built = http::Request::builder().method(verb(request.method)).uri(self.url(request));
        if let Some((name, value)) = &self.auth {
            built = built.header(name, value);
        }
        let (kind, body) = match &request.body {
            Body::None => (None, String::new()),
            Body::Form(fields) => (Some("application/x-www-form-urlencoded"), pairs(fields)),
            Body::Json(value) => (Some("application/json"), value.to_string()),
        };
        if let Some(kind) = kind {
            built = built.header("content-type", kind);
        }
        let built = |body: String| built.body(body).map_err(|why| Cut::NotSent(self.shown(&why.to_string())));
        last_reason();
        let answered = match request.method {
            Method::Get | Method::Delete => agent.run(built(String::new())?.map(|_| ())),
            _ => agent.run(built(body)?),
        };
        let response = answered.map_err(|why| self.cut(why))?;
        self.read(response)
    }

    fn url(&self, request: &Request) -> String {
        let path: Vec<String> = request.path.iter().map(|segment| to_percent(segment)).collect();
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", pairs(&request.query)) };
        format!("{}/{}{query}", self.base, path.join("/"))
    }

    fn read(&self, mut response: http::Response<ureq::Body>) -> Result<Answer, Cut> {
        let status = response.status();
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let text = response.body_mut().with_config().limit(LARGEST).read_to_string().map_err(|why| self.cut(why))?;
        let (body, garbled) = match serde_json::from_str(&text) {
            Ok(body) => (body, None),
            Err(_) if text.trim().is_empty() => (Json::Null, None),
            Err(_) => (Json::Null, Some(self.shown(&beginning(&text)))),
        };
        let reason = last_reason().or_else(|| status.canonical_reason().map(str::to_owned)).unwrap_or_default();
        Ok(Answer { status: status.as_u16(), reason, body, garbled, headers })
    }

    fn cut(&self, why: ureq::Error) -> Cut {
        match why {
            ureq::Error::Other(inner) => match inner.downcast::<NotConnected>() {
                Ok(not) => Cut::NotSent(self.shown(&said(&not.0))),
                Err(other) => Cut::Lost(self.shown(&other.to_string())),
            },
            ureq::Error::HostNotFound => Cut::NotSent("there is no such host".to_owned()),
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                Cut::NotSent("it does not accept a connection in time".to_owned())
            }
            other => Cut::Lost(self.shown(&said(&other))),
        }
    }

    fn shown(&self, text: &str) -> String {
        self.secrets.without(text)
    }
}

fn pairs(fields: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| format!("{}={}", to_percent(name), to_percent(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn said(why: &ureq::Error) -> String {
    match why {
        ureq::Error::Io(why) => crate::disk::plain(why),
        ureq::Error::Timeout(_) => "there is no answer in time".to_owned(),
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        other => other.to_string(),
    }
}

/// The beginning of a text, in one line.
fn beginning(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(BEGINNING) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
