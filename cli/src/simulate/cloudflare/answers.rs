//! The envelope that all answers come in, and the errors that it may hold.

use crate::simulate::http::Answer;
use serde_json::{Value, json};

/// A refusal: the status, a number, what is said, and what is behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub code: u32,
    pub message: String,
    pub chain: Vec<(u32, String)>,
}

/// What a call gives: its result, and what pages tell beside it.
pub type Given = Result<Reply, Refusal>;

#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub result: Value,
    pub info: Option<Value>,
    /// Where nothing is told at all.
    pub empty: bool,
}

impl Reply {
    pub fn of(result: Value) -> Reply {
        Reply { result, info: None, empty: false }
    }
}

impl Refusal {
    pub fn new(status: u16, code: u32, message: impl Into<String>) -> Refusal {
        Refusal { status, code, message: message.into(), chain: Vec::new() }
    }

    /// The usual one: the call is wrong.
    pub fn wrong(code: u32, message: impl Into<String>) -> Refusal {
        Refusal::new(400, code, message)
    }

    /// What is wrong with a record, where it stands one step behind.
    pub fn validation(code: u32, message: impl Into<String>) -> Refusal {
        let chain = vec![(code, message.into())];
        Refusal { status: 400, code: 1004, message: "DNS Validation Error".to_owned(), chain }
    }

    pub fn no_route(path: &str) -> Refusal {
        let message = format!("Could not route to {path}, perhaps your object identifier is invalid?");
        let chain = vec![(7000, "No route for that URI".to_owned())];
        Refusal { status: 404, code: 7003, message, chain }
    }

    pub fn answer(&self) -> Answer {
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.chain.is_empty() {
            let link = |(code, message): &(u32, String)| json!({ "code": code, "message": message });
            error["error_chain"] = self.chain.iter().map(link).collect();
        }
        let body = json!({ "success": false, "errors": [error], "messages": [], "result": null });
        Answer::json(self.status, &body).with("Content-Type", "application/json")
    }
}

pub fn answer(reply: &Reply) -> Answer {
    if reply.empty {
        return Answer::new(204, "application/json", "");
    }
    let mut body = json!({ "success": true, "errors": [], "messages": [], "result": reply.result });
    if let Some(info) = &reply.info {
        body["result_info"] = info.clone();
    }
    Answer::json(200, &body).with("Content-Type", "application/json")
}
