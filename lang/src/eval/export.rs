//! A value handed to a writer, event by event. Everything in it is computed on the way.
//!
//! A field that fails does not hide the others: the walk goes on and all that went wrong is told.

use super::fault::{Fault, Run};
use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::symbol::Symbol;
use crate::output::sink::{Refused, Sink, Written};
use crate::value::list::List;
use crate::value::record::Record;
use crate::value::value::Value;
use std::rc::Rc;

/// From this depth on a record is looked for in itself.
const DEEP: usize = 64;
/// So many mistakes are told at once.
const MOST: usize = 20;

struct Export<'a, S> {
    sink: &'a mut S,
    path: Vec<Step>,
    /// The records around, for a record that holds itself.
    around: Vec<*const Record>,
    faults: Vec<Fault>,
}

enum Step {
    Field(Symbol),
    Index(usize),
}

impl Vm {
    /// Writes a value. The errors of all its fields are in the fault.
    pub fn export<S: Sink>(&mut self, value: &Value, sink: &mut S) -> Run<()> {
        let mut export = Export { sink, path: Vec::new(), around: Vec::new(), faults: Vec::new() };
        if let Err(fault) = self.export_value(value, &mut export) {
            export.faults.push(*fault);
        }
        let mut faults = export.faults.into_iter();
        let Some(first) = faults.next() else { return Ok(()) };
        let mut diags = first.into_diags();
        for diag in faults.flat_map(Fault::into_diags) {
            if !diags.iter().any(|other| is_echo(other, &diag)) {
                diags.push(diag);
            }
        }
        Err(Fault::many(diags))
    }

    fn export_value<S: Sink>(&mut self, value: &Value, export: &mut Export<S>) -> Run<()> {
        let forced;
        let value = match value {
            Value::Thunk(thunk) => {
                forced = self.force_thunk(thunk)?;
                &forced
            }
            value => value,
        };
        let written = match value {
            Value::Null => export.sink.null(),
            Value::Bool(truth) => export.sink.bool(*truth),
            Value::Int(int) => export.sink.int(*int),
            Value::BigInt(int) => export.sink.big_int(int),
            Value::Float(float) => export.sink.float(*float),
            Value::Text(text) => export.sink.text(text.as_str()),
            Value::List(list) => return self.export_list(list, export),
            Value::Record(record) => return self.export_record(record, export),
            value => return self.no_output(value, export),
        };
        self.written(written, export)
    }

    fn export_list<S: Sink>(&mut self, list: &Rc<List>, export: &mut Export<S>) -> Run<()> {
        let items = self.items(list)?;
        self.enter()?;
        let begun = export.sink.begin_list(items.len());
        let mut result = self.written(begun, export);
        for (index, item) in items.iter().enumerate() {
            if result.is_err() {
                break;
            }
            export.path.push(Step::Index(index));
            let one = self.export_value(item, export);
            result = keep(one, export);
            export.path.pop();
        }
        self.leave();
        result?;
        let ended = export.sink.end_list();
        self.written(ended, export)
    }

    fn export_record<S: Sink>(&mut self, record: &Rc<Record>, export: &mut Export<S>) -> Run<()> {
        if let (Some((shape, slots)), false) = (record.as_data(), record.has_hidden()) {
            return self.export_data(shape.names(), &slots, export);
        }
        self.refuse_endless(record, export)?;
        let names = self.names(record)?;
        self.enter()?;
        export.around.push(Rc::as_ptr(record));
        let begun = export.sink.begin_record(names.len());
        let mut result = self.written(begun, export);
        for name in names {
            if result.is_err() {
                break;
            }
            export.path.push(Step::Field(name));
            let one = match self.field(record, name) {
                Ok(Some(value)) => self.export_field(name, &value, export),
                Ok(None) => Ok(()),
                Err(fault) => Err(fault),
            };
            result = keep(one, export);
            export.path.pop();
        }
        export.around.pop();
        self.leave();
        result?;
        let ended = export.sink.end_record();
        self.written(ended, export)
    }

    /// A record within itself has no end. Looked for where the nesting is suspiciously deep.
    fn refuse_endless<S>(&self, record: &Rc<Record>, export: &Export<S>) -> Run<()> {
        if export.around.len() < DEEP || !export.around.contains(&Rc::as_ptr(record)) {
            return Ok(());
        }
        let diag = Diag::error(ErrorCode::Cycle, "a record holds itself, so it cannot be written out")
            .at(super::vm::record_loc(record), "this record")
            .help("say that the field that holds it is for the program alone: `hidden`");
        self.error(diag)
    }

    fn export_data<S: Sink>(&mut self, names: &[Symbol], slots: &[Value], export: &mut Export<S>) -> Run<()> {
        self.enter()?;
        let begun = export.sink.begin_record(names.len());
        let mut result = self.written(begun, export);
        for (name, value) in names.iter().zip(slots) {
            if result.is_err() {
                break;
            }
            export.path.push(Step::Field(*name));
            let one = match self.force(value).map(super::select::unmarked) {
                Ok(Some(value)) => self.export_field(*name, &value, export),
                Ok(None) => Ok(()),
                Err(fault) => Err(fault),
            };
            result = keep(one, export);
            export.path.pop();
        }
        self.leave();
        result?;
        let ended = export.sink.end_record();
        self.written(ended, export)
    }

    fn export_field<S: Sink>(&mut self, name: Symbol, value: &Value, export: &mut Export<S>) -> Run<()> {
        let written = export.sink.key(&name.text());
        self.written(written, export)?;
        self.export_value(value, export)
    }

    fn written<S>(&self, written: Written, export: &Export<S>) -> Run<()> {
        match written {
            Ok(()) => Ok(()),
            Err(refused) => self.refused(refused, export),
        }
    }

    #[cold]
    fn refused<S>(&self, refused: Refused, export: &Export<S>) -> Run<()> {
        let diag = Diag::error(ErrorCode::NoOutput, refused.title()).help(refused.help());
        self.error(diag.note(format!("at {}", show_path(&export.path))))
    }

    #[cold]
    fn no_output<S>(&self, value: &Value, export: &Export<S>) -> Run<()> {
        let title = format!("{} cannot be written out", value.kind());
        let mark = matches!(value, Value::Absent | Value::Replace(_));
        let code = if mark { ErrorCode::MarkElsewhere } else { ErrorCode::NoOutput };
        let diag = Diag::error(code, title).note(format!("at {}", show_path(&export.path)));
        let diag = match value {
            Value::Closure(closure) => diag.at(self.program.protos[closure.proto].loc, "this function"),
            _ => diag,
        };
        self.error(match value {
            Value::Closure(_) | Value::Native(_) => {
                diag.help("say that the field is for the program alone: `hidden f(x) = …`, or call it")
            }
            Value::Type(_) => diag.help("a type is written after a colon, `name : Type`; or say `hidden`"),
            _ => diag,
        })
    }
}

/// Notes a mistake and goes on, unless there are too many.
fn keep<S>(result: Run<()>, export: &mut Export<S>) -> Run<()> {
    let Err(fault) = result else { return Ok(()) };
    let fatal = fault
        .code()
        .is_some_and(|code| matches!(code, ErrorCode::StepLimit | ErrorCode::MemoryLimit | ErrorCode::DepthLimit));
    if fatal || export.faults.len() + 1 >= MOST {
        return Err(fault);
    }
    let mut fault = *fault;
    if let ([_, _, ..], Some(first)) = (&export.path[..], fault.diags.first_mut()) {
        let note = format!("at {}", show_path(&export.path));
        if first.is_error() && !first.notes.contains(&note) {
            first.notes.push(note);
        }
    }
    export.faults.push(fault);
    Ok(())
}

/// Whether a diagnostic says again what another has said: the same mistake met from another field.
fn is_echo(said: &Diag, diag: &Diag) -> bool {
    if said.code != diag.code {
        return false;
    }
    match (said.place(), diag.place()) {
        (Some(a), Some(b)) if diag.code == ErrorCode::Cycle => a == b || said.labels.iter().any(|label| label.loc == b),
        (a, b) => a.is_some() && a == b && said.title == diag.title,
    }
}

fn show_path(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Field(name) if out.is_empty() => out.push_str(&name.text()),
            Step::Field(name) => {
                out.push('.');
                out.push_str(&name.text());
            }
            Step::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
    if out.is_empty() { "the value itself".into() } else { format!("`{out}`") }
}
