//! Errors that a program raises: of its own, or about a part of a value, where that was written.
//!
//! A rule that looks at finished objects knows them by their paths; who is to mend something knows lines of
//! files. `std.error_at` leads from the one to the other (`eval/whence.rs`).

use super::call::{Call, Out};
use super::row::row;
use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::steps::{Step, steps};
use crate::base::symbol::Symbol;
use crate::eval::fault::{Fault, Run};
use crate::eval::native::Native;
use crate::eval::whence::Whence;
use crate::value::record::Record;
use crate::value::text::Text;
use crate::value::value::Value;
use std::rc::Rc;

pub const ROWS: &[Native] = &[
    row!(
        "error",
        "(message : String) -> 'a",
        "Ends the run with a message, once the value is needed.",
        r#"{ port = 80, old = std.error("gone") }.port"#,
        "80",
        error
    ),
    row!(
        "error_at",
        "(value : Any, path : String, message : String, help : String? = null) -> 'a",
        "The same about a part of a value: the message shows the place where that part was written, through everything that handed it on. The path is one as `rzp eval` takes it: `spec.template.spec.containers[0].image`, `metadata.labels[\"app.kubernetes.io/name\"]`; where it leads to nothing, the last part that is there is shown.",
        r#"let rule(object) = if object.spec.replicas > 1 then object else std.error_at(object, "spec.replicas", "one pod is none", help = "write 2")
rule({ spec.replicas = 2 }).spec"#,
        r#"{"replicas":2}"#,
        error_at
    ),
];

fn error(c: &mut Call) -> Out {
    let message = c.text(0)?;
    let diag = Diag::error(Code::Raised, message.as_str());
    Err(Fault::new(diag.at(c.vm.site, "raised here")))
}

fn error_at(c: &mut Call) -> Out {
    let (value, path, message) = (c.forced(0)?, c.text(1)?, c.text(2)?);
    let help = match c.given(3).then(|| c.forced(3)).transpose()? {
        None | Some(Value::Null) => None,
        Some(Value::Text(help)) => Some(help),
        Some(found) => return Err(c.wrong(3, "a string", &found)),
    };
    let steps = match path.as_str() {
        "" => Vec::new(),
        path => steps(path).map_err(|(_, what)| c.fail(format!("`path` is {path:?}: {what}")))?,
    };
    let names: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
    let diag = Diag::error(Code::Refused, message.as_str());
    let diag = match c.vm.whence(&value, &names) {
        Some(whence) => marked(c, diag, &whence, &steps),
        None => diag,
    };
    let diag = match c.vm.sources.is_library(c.vm.site.file) && diag.place().is_some() {
        true => diag,
        false if diag.place().is_none() => diag.at(c.vm.site, "raised here"),
        false => diag.also(c.vm.site, "by this rule"),
    };
    let diag = match about(c, &value, path.as_str()) {
        Some(note) => diag.note(note),
        None => diag,
    };
    Err(Fault::new(match help {
        Some(help) => diag.help(help.as_str()),
        None => diag,
    }))
}

/// The message at the place where the part was written, or could be given another value.
fn marked(c: &Call, diag: Diag, whence: &Whence, steps: &[Step]) -> Diag {
    let said = whence.value.as_ref().map(|value| c.vm.describe(value));
    let text = match (steps.get(whence.steps), said) {
        (Some(missing), _) => format!("no `{}` in this", missing.name),
        (None, Some(said)) if whence.exact => said,
        (None, Some(said)) => format!("{} comes from this", said.trim_start_matches("this is ")),
        (None, None) => String::new(),
    };
    match (&whence.around, &whence.beside) {
        (Some((around, name)), _) => diag.at(*around, format!("`{name}` is not set here")).also(whence.loc, text),
        (None, Some(beside)) => {
            let place = if beside.inside { "in" } else { "beside" };
            diag.at(beside.loc, format!("the `{}` {place} it comes from here", beside.path)).also(whence.loc, text)
        }
        (None, None) => diag.at(whence.loc, text),
    }
}

/// Which part of what is refused.
fn about(c: &mut Call, value: &Value, path: &str) -> Option<String> {
    let object = match value {
        Value::Record(record) => object(c, record).unwrap_or(None),
        _ => None,
    };
    match (path, object) {
        ("", object) => object.map(|object| format!("this is the {object}")),
        (path, Some(object)) => Some(format!("at `{path}` of the {object}")),
        (path, None) => Some(format!("at `{path}`")),
    }
}

/// A Kubernetes object by its kind and name.
fn object(c: &mut Call, record: &Rc<Record>) -> Run<Option<String>> {
    let Some(kind) = text(c, record, "kind")? else { return Ok(None) };
    let Some(Value::Record(metadata)) = c.vm.field(record, Symbol::new("metadata"))? else { return Ok(None) };
    let Some(name) = text(c, &metadata, "name")? else { return Ok(None) };
    let place = text(c, &metadata, "namespace")?.map_or(String::new(), |place| format!(" in `{}`", place.as_str()));
    Ok(Some(format!("{} `{}`{place}", kind.as_str(), name.as_str())))
}

fn text(c: &mut Call, record: &Rc<Record>, name: &str) -> Run<Option<Text>> {
    Ok(match c.vm.field(record, Symbol::new(name))? {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    })
}
