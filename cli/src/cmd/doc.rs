//! `rzp doc`: the page of an error code or of a library function.
//!
//! The pages of the codes are part of the program: they are read where the error is met, also
//! without the repository and without a network.

use crate::args::Doc;
use crate::term::{Status, Term};
use rzp_lang::base::codes::Code;
use rzp_lang::base::suggest;

/// The codes with their pages, sorted.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

pub fn run(args: &Doc, term: Term) -> Status {
    match args.topic.as_deref() {
        None => term.print(&codes()),
        Some(topic) => match page(topic) {
            Some(text) => term.print(&text),
            None => unknown(topic, &term),
        },
    }
}

/// The page of a topic, if there is one.
pub fn page(topic: &str) -> Option<String> {
    let name = topic.to_uppercase();
    if let Some((_, text)) = PAGES.iter().find(|(code, _)| *code == name) {
        return Some(format!("{}\n", text.trim_end()));
    }
    let code = Code::ALL.iter().find(|code| code.to_string() == name)?;
    Some(format!("{code}: {}\n", code.about()))
}

fn codes() -> String {
    Code::ALL.iter().map(|code| format!("{code}  {}\n", code.about())).collect()
}

fn unknown(topic: &str, term: &Term) -> Status {
    let names: Vec<String> = Code::ALL.iter().map(Code::to_string).collect();
    let near = suggest::nearest(&topic.to_uppercase(), names.iter().map(String::as_str));
    let tip = match near {
        Some(near) => format!("did you mean `rzp doc {near}`?"),
        None => "`rzp doc` lists the error codes".to_owned(),
    };
    term.wrong_call(&format!("no page for `{topic}`"), Some(&tip))
}
