//! A path given from outside, such as `production.media.home-assistant[0].metadata`, followed into
//! a value.
//!
//! Only what lies on the way is computed. How a path is read tells `base/steps.rs`.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::{FileId, Span};
pub use crate::base::steps::{Step, steps};
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::eval::fault::{Fault, Run};
use crate::eval::vm::Vm;
use crate::value::record::Record;
use crate::value::value::Value;
use std::rc::Rc;

/// The value that a path leads to.
pub fn at_path(vm: &mut Vm, value: &Value, path: &str) -> Run {
    let file = vm.sources.add("the path", path);
    let steps = read_path(path, file)?;
    let mut value = value.clone();
    for step in &steps {
        value = step_into(vm, &value, step, file)?;
    }
    Ok(value)
}

/// The part of a value that one step leads to; `file` holds the path.
pub fn step_into(vm: &mut Vm, value: &Value, step: &Step, file: FileId) -> Run {
    match value {
        Value::Record(record) => field(vm, record, step, file),
        Value::List(list) => {
            let items = vm.items(list)?;
            let item = step.name.parse().ok().and_then(|index: usize| items.get(index).cloned());
            let item = item.ok_or_else(|| no_element(items.len(), step, file))?;
            vm.force(&item)
        }
        // What the output has of a secret is its reference.
        Value::Secret(secret) if let Some(reference) = &secret.reference => {
            let reference = vm.force(reference)?;
            step_into(vm, &reference, step, file)
        }
        other => {
            let title = format!("the path goes on into {}, which has no parts", other.kind());
            Err(fault(title, file, step.span))
        }
    }
}

/// The steps of a path, which is the text of `file`.
pub fn read_path(path: &str, file: FileId) -> Run<Vec<Step>> {
    steps(path).map_err(|(span, what)| fault(what.to_owned(), file, span))
}

fn field(vm: &mut Vm, record: &Rc<Record>, step: &Step, file: FileId) -> Run {
    if let Some(value) = vm.field(record, Symbol::new(&step.name))? {
        return vm.force(&value);
    }
    let names: Vec<Rc<str>> = vm.names(record)?.into_iter().map(|name| name.text()).collect();
    let near = suggest::nearest(&step.name, names.iter().map(|name| &**name));
    let shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let diag = diag(format!("no field `{}`", step.name), file, step.span);
    Err(Fault::new(match near {
        Some(near) => diag.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => diag.note("the record has no fields"),
        None => diag.note(format!("the record has {}{more}", shown.join(", "))),
    }))
}

fn no_element(count: usize, step: &Step, file: FileId) -> Box<Fault> {
    let title = match step.name.parse::<u64>() {
        Ok(index) => format!("no element {index}"),
        Err(_) => format!("`{}` is read in a list, whose elements are numbered", step.name),
    };
    let count = match count {
        0 => "the list is empty".to_owned(),
        1 => "the list has one element, `[0]`".to_owned(),
        _ => format!("the list has {count} elements, from `[0]` to `[{}]`", count - 1),
    };
    Fault::new(diag(title, file, step.span).note(count))
}

fn fault(title: String, file: FileId, span: Span) -> Box<Fault> {
    Fault::new(
        diag(title, file, span)
            .help("write names and numbers: `media.sonarr[0]`, `labels[\"app.kubernetes.io/name\"]`"),
    )
}

fn diag(title: String, file: FileId, span: Span) -> Diag {
    Diag::error(Code::BadPath, title).at(span.at(file), "this step leads nowhere")
}
