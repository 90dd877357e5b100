//! `rzp doc`: the page of an error code, or of the library's modules and functions.

use crate::args::Doc;
use crate::pages;
use crate::term::{Status, Term};

pub fn run(args: &Doc, term: Term) -> Status {
    let term = term.with_output_taken();
    match args.topic.as_deref() {
        None => term.print(&pages::list()),
        Some(topic) => match pages::page(topic) {
            Some(text) => term.print(&text),
            None => unknown(topic, &term),
        },
    }
}

fn unknown(topic: &str, term: &Term) -> Status {
    let tip = match pages::similar(topic) {
        Some(near) => format!("did you mean `rzp doc {near}`?"),
        None => "`rzp doc` lists what there is".to_owned(),
    };
    term.wrong_call(&format!("no page for `{topic}`"), Some(&tip))
}
