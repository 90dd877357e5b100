//! Reads and sends of a provider as requests, with their late values filled in.

use super::contract::{Method, Read, Send};
use super::http::{Body, Request};
use super::late::{Missing, Scope, filled, filled_fields, text};
use serde_json::{Map, Value as Json};

pub fn reading(read: &Read, scope: &Scope) -> Result<Request, Missing> {
    Ok(Request::get(segments(&read.path, scope)?, fields(&read.query, scope)?))
}

pub fn sending(send: &Send, scope: &Scope) -> Result<Request, Missing> {
    let body = match (&send.form, &send.json) {
        (Some(form), _) => Body::Form(fields(form, scope)?),
        (None, Some(json)) => Body::Json(filled(json, scope)?),
        (None, None) if send.method == Method::Delete => Body::None,
        // Servers want a length even where there is nothing to say.
        (None, None) => Body::Form(Vec::new()),
    };
    let path = segments(&send.path, scope)?;
    Ok(Request { method: send.method, path, query: fields(&send.query, scope)?, body })
}

fn segments(path: &[Json], scope: &Scope) -> Result<Vec<String>, Missing> {
    path.iter().map(|segment| Ok(text(&filled(segment, scope)?))).collect()
}

/// Fields as texts; those that are null are left out.
fn fields(fields: &Map<String, Json>, scope: &Scope) -> Result<Vec<(String, String)>, Missing> {
    let filled = filled_fields(fields, scope)?;
    Ok(filled.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), text(value))).collect())
}
