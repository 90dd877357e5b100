//! `--set path=expression`: a value overridden from outside, as `with` would do it.
//!
//! Both halves come from a shell, so each is read by itself before they meet: a mistake shows what was
//! typed, not what was made of it. A path that adds a field where a similar one is there gets a warning.

use crate::base::codes::Code;
use crate::base::diag::Diag;
use crate::base::span::FileId;
use crate::base::suggest;
use crate::base::symbol::Symbol;
use crate::eval::fault::{Fault, Run};
use crate::eval::vm::Vm;
use crate::lookup::{Step, read_path};
use crate::syntax::parse::parse;
use crate::value::record::Record;
use crate::value::value::Value;
use crate::value::ways::Joint;
use std::rc::Rc;

/// `value with { path = expr }`
pub fn override_at(vm: &mut Vm, value: &Value, path: &str, expr: &str) -> Run {
    let Value::Record(base) = value else {
        let title = format!("`{path}` cannot be set in {}: only a record has fields", value.kind());
        return Err(Fault::new(Diag::error(Code::BadPath, title)));
    };
    let file = vm.sources.add("the path", path);
    let steps = read_path(path, file)?;
    look_at(vm, base, &steps, file)?;
    let file = vm.sources.add("--set", expr);
    let diags = parse(file, expr).diags;
    if diags.iter().any(Diag::is_error) {
        return Err(Fault::many(with_quoting(diags, path, expr)));
    }
    let names: Vec<String> = steps.iter().map(|step| written(&step.name)).collect();
    let file = vm.sources.add("--set", &format!("{{ {} = ({expr}\n) }}", names.join(".")));
    let compiled = vm.compile(file, &[]);
    let Some(proto) = compiled.proto else { return Err(Fault::many(with_quoting(compiled.diags, path, expr))) };
    match vm.run_with(proto, &[])? {
        Value::Record(over) => {
            let loc = vm.program.protos[proto].loc;
            Ok(Value::Record(vm.composed(Joint::With, [base.clone(), over], loc)))
        }
        other => Ok(other),
    }
}

/// Follows the path as far as the value has it. Faults on the way are let be: what is set may mend them.
fn look_at(vm: &mut Vm, base: &Rc<Record>, steps: &[Step], file: FileId) -> Run<()> {
    let mut record = base.clone();
    for step in steps {
        let name = Symbol::new(&step.name);
        let Ok(names) = vm.names(&record) else { return Ok(()) };
        if !names.contains(&name) {
            let known: Vec<Rc<str>> = record.shape().names().iter().map(|name| name.text()).collect();
            let near = suggest::nearest(&step.name, known.iter().map(|name| &**name));
            if let (Some(near), false) = (near, record.shape().names().contains(&name)) {
                vm.warnings.push(added(step, near, file));
            }
            return Ok(());
        }
        if std::ptr::eq(step, steps.last().unwrap_or(step)) {
            return Ok(());
        }
        match vm.field(&record, name) {
            Ok(Some(Value::Record(inner))) => record = inner,
            Ok(Some(Value::List(_))) => return Err(Fault::new(in_list(step, file))),
            _ => return Ok(()),
        }
    }
    Ok(())
}

fn added(step: &Step, near: &str, file: FileId) -> Diag {
    Diag::warning(Code::BadPath, format!("`{}` is a new field", step.name))
        .at(step.span.at(file), "the value has none of this name")
        .help(format!("did you mean `{near}`?"))
}

fn in_list(step: &Step, file: FileId) -> Diag {
    Diag::error(Code::BadPath, "an element of a list cannot be set")
        .at(step.span.at(file), "this is a list")
        .help("set the list as a whole, such as `--set 'xs=[1, 2]'`")
}

/// Text without quotes is what most often goes wrong between a shell and an expression.
fn with_quoting(mut diags: Vec<Diag>, path: &str, expr: &str) -> Vec<Diag> {
    if let (Some(first), false) = (diags.first_mut(), expr.contains('"')) {
        first.helps.push(format!("text needs quotes that the shell leaves alone: `--set '{path}=\"{expr}\"'`"));
    }
    diags
}

/// A field's name as braces have it.
fn written(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !["self", "super"].contains(&name);
    if plain {
        return name.to_owned();
    }
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let cases = [("replicas", "replicas"), ("if", "if"), ("self", "\"self\""), ("a-b", "\"a-b\"")];
        for (name, expected) in cases {
            assert_eq!(written(name), expected);
        }
        assert_eq!(written("a\"\\(b)"), "\"a\\\"\\\\(b)\"");
    }
}
