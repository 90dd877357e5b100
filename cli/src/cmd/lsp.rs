//! `rzp lsp`: the language server, over standard input and output.

use crate::args::Lsp;
use crate::lsp::server::{End, Greeting, capabilities, serve};
use crate::term::{Status, Term};
use lsp_server::Connection;
use rzp_lang::base::codes::Code;
use rzp_lang::base::diag::Diag;
use rzp_lang::eval::vm::deep;
use serde_json::json;

pub fn run(_args: &Lsp, term: Term) -> Status {
    let term = term.with_output_taken();
    let (connection, threads) = Connection::stdio();
    let end = greet(&connection).map(|greeting| deep(|| serve(&connection, &greeting)));
    // The threads end when nobody can send any more.
    drop(connection);
    match end {
        Ok(End::Orderly) => {
            let _ = threads.join();
            Status::Done
        }
        Ok(End::Abandoned) => Status::Errors,
        Err(why) => {
            let title = format!("standard input is not a language client: {why}");
            let diag =
                Diag::error(Code::NoAccess, title).help("an editor starts `rzp lsp` by itself: see docs/editors.md");
            term.fail(diag)
        }
    }
}

/// Tells an editor what is served, and hears what it is.
fn greet(connection: &Connection) -> Result<Greeting, String> {
    let (id, params) = connection.initialize_start().map_err(|why| why.to_string())?;
    let about = json!({
        "capabilities": capabilities(),
        "serverInfo": { "name": "rzp", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, about).map_err(|why| why.to_string())?;
    Ok(Greeting::of(&params))
}
