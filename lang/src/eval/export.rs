//! A value handed to a writer, event by event. Everything in it is computed on the way.
//!
//! A field that fails does not hide the others: the walk goes on and all that went wrong is told.

use super::counts::Phase;
use super::fault::{Fault, Run};
use super::profile::Work;
use super::vm::Vm;
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::{Diag, Label};
use crate::base::hidden::IN_PLACE;
use crate::base::shape::Shape;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::output::sink::{Refused, Sink, Written};
use crate::value::list::{List, Source};
use crate::value::record::{Body, Record};
use crate::value::types::Type;
use crate::value::value::Value;
use std::rc::Rc;

/// From this depth on a record is looked for in itself.
const DEEP: usize = 64;
/// What is said where a function that cannot be written is defined.
const THIS_FUNCTION: &str = "this function";
/// So many mistakes are told at once.
const MOST: usize = 20;

struct Export<'a, S> {
    sink: &'a mut S,
    path: Vec<Step>,
    /// The records and lists around, for one that holds itself, each with the length of the path there.
    around: Vec<(*const (), usize)>,
    /// What one begins with that was found to hold itself.
    entrance: Option<*const ()>,
    faults: Vec<Fault>,
    /// For eyes alone: a secret is a mark in the text instead of an error.
    veiled: bool,
}

enum Step {
    Field(Symbol),
    Index(usize),
}

impl Vm {
    /// Writes a value. The errors of all its fields are in the fault.
    pub fn export<S: Sink>(&mut self, value: &Value, sink: &mut S) -> Run<()> {
        self.export_as(value, sink, false)
    }

    /// The same; `veiled` for a look at a value: a secret is shown as one, and is no error.
    pub fn export_as<S: Sink>(&mut self, value: &Value, sink: &mut S, veiled: bool) -> Run<()> {
        let mut export =
            Export { sink, path: Vec::new(), around: Vec::new(), entrance: None, faults: Vec::new(), veiled };
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
        match value {
            Value::Null => self.put(export, |sink| sink.null()),
            Value::Bool(truth) => self.put(export, |sink| sink.bool(*truth)),
            Value::Int(int) => self.put(export, |sink| sink.int(*int)),
            Value::BigInt(int) => self.put(export, |sink| sink.big_int(int)),
            Value::Float(float) => self.put(export, |sink| sink.float(*float)),
            Value::Text(text) => self.put(export, |sink| sink.text(text.as_str())),
            Value::List(list) => self.export_list(list, export),
            Value::Record(record) => self.export_record(record, export),
            Value::Secret(_) if export.veiled => self.put(export, |sink| sink.text(IN_PLACE)),
            Value::Secret(secret) => match &secret.reference {
                Some(reference) => self.export_value(reference, export),
                None => Err(self.not_written(export)),
            },
            value => self.no_output(value, export),
        }
    }

    fn export_list<S: Sink>(&mut self, list: &Rc<List>, export: &mut Export<S>) -> Run<()> {
        let here = Rc::as_ptr(list).cast();
        self.refuse_endless(here, export, || self.list_loc(list))?;
        let items = self.items(list)?;
        self.enter()?;
        export.around.push((here, export.path.len()));
        let mut result = self.put(export, |sink| sink.begin_list(items.len()));
        for (index, item) in items.iter().enumerate() {
            if result.is_err() {
                break;
            }
            export.path.push(Step::Index(index));
            let one = self.export_value(item, export);
            let one = one.map_err(|fault| self.mark_in_list(fault, list, index));
            // The field around knows where it stands, and says it once.
            result = if one.as_ref().is_err_and(|fault| is_placeless_secret(fault)) { one } else { keep(one, export) };
            export.path.pop();
        }
        export.around.pop();
        self.leave();
        result?;
        self.put(export, |sink| sink.end_list())
    }

    fn export_record<S: Sink>(&mut self, record: &Rc<Record>, export: &mut Export<S>) -> Run<()> {
        if matches!(record.body, Body::Data(_)) && !record.may_hide() {
            return self.export_data(record, export);
        }
        let here = Rc::as_ptr(record).cast();
        self.refuse_endless(here, export, || super::vm::record_loc(record))?;
        self.verify(record)?;
        self.learn_all(record)?;
        // Where nothing is hidden, who wants all fields need not ask first which are there.
        let shown = if record.may_hide() { Some(self.names(record)?) } else { None };
        let shape = record.shape();
        let (count, failed) = match &shown {
            Some(shown) => (shown.len(), Vec::new()),
            None => self.count(record, &shape),
        };
        let (mut next, mut failed) = (shown.iter().flatten().peekable(), failed.into_iter().peekable());
        self.enter()?;
        export.around.push((here, export.path.len()));
        let mut result = self.put(export, |sink| sink.begin_record(count));
        for (slot, name) in shape.names().iter().copied().enumerate() {
            if shown.is_some() && next.next_if(|other| **other == name).is_none() {
                continue;
            }
            if result.is_err() {
                break;
            }
            export.path.push(Step::Field(name));
            let one = match failed.next_if(|(at, _)| *at == slot) {
                Some((_, fault)) => Err(fault),
                None => self.within_field(record, name, |vm| match vm.field_at(record, slot, name) {
                    Ok(Some(value)) => vm.export_field(name, &value, export),
                    Ok(None) => Ok(()),
                    Err(fault) => Err(fault),
                }),
            };
            let one = one.map_err(|fault| self.with_field(fault, record, name));
            result = keep(one, export);
            export.path.pop();
        }
        export.around.pop();
        self.leave();
        result?;
        self.put(export, |sink| sink.end_record())
    }

    /// How many of the fields are there, all of them computed, and by their places those that failed, which nobody is to
    /// compute again.
    fn count(&mut self, record: &Rc<Record>, shape: &Shape) -> (usize, Vec<(usize, Box<Fault>)>) {
        let (mut count, mut failed) = (0, Vec::new());
        for (slot, name) in shape.names().iter().enumerate() {
            match self.field_at(record, slot, *name) {
                Ok(found) => count += usize::from(found.is_some()),
                Err(fault) => {
                    count += 1;
                    failed.push((slot, fault));
                }
            }
        }
        (count, failed)
    }

    /// A field of a record that has been looked at, by its place.
    #[inline]
    fn field_at(&mut self, record: &Rc<Record>, slot: usize, name: Symbol) -> Run<Option<Value>> {
        match record.get(slot) {
            Value::Pending | Value::Busy | Value::Absent | Value::Replace(_) | Value::Thunk(_) => {
                self.field(record, name)
            }
            value => Ok(Some(value)),
        }
    }

    /// What holds itself has no end. Looked for where the nesting is suspiciously deep, and then each time that it has
    /// become twice as deep: a round that has begun comes again at every depth. It is told where it comes back to the
    /// value that it began at, so that what is told does not hang on how deep it was looked for.
    fn refuse_endless<S>(&self, here: *const (), export: &mut Export<S>, place: impl FnOnce() -> Loc) -> Run<()> {
        let depth = export.around.len();
        if depth.is_multiple_of(DEEP) && (depth / DEEP).is_power_of_two() {
            export.entrance = entrance(&export.around, here).or(export.entrance);
        }
        if export.entrance != Some(here) {
            return Ok(());
        }
        let is_here = |(around, _): &&(*const (), usize)| *around == here;
        let (Some((_, first)), Some((_, last))) =
            (export.around.iter().find(is_here), export.around.iter().rev().find(is_here))
        else {
            return Ok(());
        };
        let round = show_path(&export.path[*last..]);
        let note = match first {
            0 => format!("{round} is the whole value again"),
            first => format!("in {}, {round} is the same once more", show_path(&export.path[..*first])),
        };
        let diag = Diag::error(ErrorCode::Cycle, "a value holds itself, so it cannot be written out");
        let diag = match place() {
            loc if loc == Loc::default() => diag,
            loc => diag.at(loc, "this is part of itself"),
        };
        let diag = diag.note(note).help("say that the field that holds it is for the program alone: `hidden`");
        self.error(diag)
    }

    fn export_data<S: Sink>(&mut self, record: &Rc<Record>, export: &mut Export<S>) -> Run<()> {
        self.enter()?;
        let shape = record.shape();
        let mut result = self.put(export, |sink| sink.begin_record(shape.len()));
        for (slot, name) in shape.names().iter().enumerate() {
            if result.is_err() {
                break;
            }
            export.path.push(Step::Field(*name));
            let value = record.get(slot);
            self.counts.fields += u64::from(is_todo(&value));
            let mut one = self.within_field(record, *name, |vm| match vm.force(&value).map(super::select::unmarked) {
                Ok(Some(value)) => vm.export_field(*name, &value, export),
                Ok(None) => Ok(()),
                Err(fault) => Err(fault),
            });
            if let Err(fault) = &mut one {
                self.mark_function(fault, record, *name);
            }
            result = keep(one, export);
            export.path.pop();
        }
        self.leave();
        result?;
        self.put(export, |sink| sink.end_record())
    }

    fn export_field<S: Sink>(&mut self, name: Symbol, value: &Value, export: &mut Export<S>) -> Run<()> {
        self.put(export, |sink| name.with_text(|name| sink.key(name)))?;
        self.export_value(value, export)
    }

    /// Hands an event to the writer.
    #[inline]
    fn put<S: Sink>(&mut self, export: &mut Export<S>, event: impl FnOnce(&mut S) -> Written) -> Run<()> {
        let written = self.in_phase(Phase::Writing, Work::Output("write"), |_| event(export.sink));
        self.written(written, export)
    }

    fn written<S>(&self, written: Written, export: &Export<S>) -> Run<()> {
        match written {
            Ok(()) => Ok(()),
            Err(refused) => self.refused(refused, export),
        }
    }

    #[cold]
    fn not_written<S>(&self, export: &Export<S>) -> Box<Fault> {
        let diag = Diag::error(ErrorCode::SecretShown, "a secret cannot be written out");
        let diag = if self.site == Loc::default() { diag } else { diag.at(self.site, "written by this call") };
        let diag = diag.note(format!("at {}", show_path(&export.path)));
        let diag = diag.help("say what stands for it in the output: `std.secret.refer(value, reference)`");
        Fault::new(diag.help("or keep the field for the program alone: `hidden`"))
    }

    /// The field that holds what cannot be written: a secret, or a function.
    #[cold]
    fn with_field(&self, mut fault: Box<Fault>, record: &Rc<Record>, name: Symbol) -> Box<Fault> {
        self.mark_function(&mut fault, record, name);
        if let Some(first) = fault.diags.first_mut()
            && first.code == ErrorCode::SecretShown
            && first.place().is_none()
        {
            let loc = self.definition(record, name);
            if loc != Loc::default() {
                first.labels.push(Label { loc, text: "this field holds it".into(), primary: true });
            }
        }
        fault
    }

    #[cold]
    fn refused<S>(&self, refused: Refused, export: &Export<S>) -> Run<()> {
        let diag = Diag::error(ErrorCode::NoOutput, refused.title()).help(refused.help());
        self.error(diag.note(format!("at {}", show_path(&export.path))))
    }

    /// A list has no place for a mark: says where the element stands, and what is written instead.
    #[cold]
    fn mark_in_list(&self, mut fault: Box<Fault>, list: &Rc<List>, index: usize) -> Box<Fault> {
        let Some(first) = fault.diags.first_mut() else { return fault };
        if first.code == ErrorCode::MarkElsewhere && first.place().is_none() {
            let element = self.element_loc(list, index);
            let text = if element.is_some() { "this element is a mark" } else { "an element of this list is a mark" };
            first.labels.push(Label {
                loc: element.unwrap_or_else(|| self.list_loc(list)),
                text: text.into(),
                primary: true,
            });
            first.helps =
                vec!["leave it out; an element that is only sometimes there is written `[x if condition]`".into()];
        }
        fault
    }

    /// Where a list stands, if it is brackets in the text.
    fn list_loc(&self, list: &Rc<List>) -> Loc {
        match &list.source {
            Source::Code { proto, .. } => self.program.protos[*proto].loc,
            _ => self.element_loc(list, 0).unwrap_or_default(),
        }
    }

    /// A function that stands in a field: the field is at fault, and the function explains it.
    #[cold]
    fn mark_function(&self, fault: &mut Fault, record: &Rc<Record>, name: Symbol) {
        let Some(diag) = fault.diags.first_mut().filter(|diag| diag.code == ErrorCode::NoOutput) else { return };
        let Some(place) = self.value_loc(record, name) else { return };
        if diag.labels.len() == 1
            && diag.labels[0].text == THIS_FUNCTION
            && !diag.labels[0].loc.span.contains(place.span.start)
        {
            diag.labels[0].primary = false;
            diag.labels.insert(0, Label { loc: place, text: "a function stands here".into(), primary: true });
            if let Some(text) = self.source_text(place) {
                diag.helps = vec![format!(
                    "call it, `{text}(…)`, or say that the field is for the program alone: `hidden {name} = …`"
                )];
            }
        }
    }

    #[cold]
    fn no_output<S>(&self, value: &Value, export: &Export<S>) -> Run<()> {
        let at = format!("at {}", show_path(&export.path));
        if matches!(value, Value::Absent | Value::Replace(_)) {
            let title = format!("{} is a mark that only a field can hold", value.kind());
            let diag = Diag::error(ErrorCode::MarkElsewhere, title).note(at);
            return self.error(diag.help("write `field = absent` in the braces that override the record"));
        }
        let diag = Diag::error(ErrorCode::NoOutput, format!("{} cannot be written out", value.kind())).note(at);
        let diag = match value {
            Value::Closure(closure) => diag.at(self.program.protos[closure.proto].loc, THIS_FUNCTION),
            _ => diag,
        };
        self.error(match value {
            Value::Closure(_) | Value::Native(_) => {
                diag.help("say that the field is for the program alone: `hidden f(x) = …`, or call it")
            }
            Value::Type(ty) if let Some(function) = predicate_in(ty) => {
                let diag = match function {
                    Value::Closure(closure) => diag.at(self.program.protos[closure.proto].loc, "with this function"),
                    _ => diag,
                };
                diag.note("a function on one side of `&` makes a type").help("if its result was meant, call it: `f(…)`")
            }
            Value::Type(_) => diag.help("a type is written after a colon, `name : Type`; or say `hidden`"),
            _ => diag,
        })
    }
}

/// Whether a value is still to be computed.
fn is_todo(value: &Value) -> bool {
    matches!(value, Value::Thunk(thunk) if thunk.is_todo())
}

/// The predicate that makes a type of what it was joined with.
fn predicate_in(ty: &Type) -> Option<&Value> {
    let Type::Meet(parts) = ty else { return None };
    parts.iter().find(|part| part.is_function())
}

fn is_placeless_secret(fault: &Fault) -> bool {
    fault.diags.first().is_some_and(|first| first.code == ErrorCode::SecretShown && first.place().is_none())
}

/// Where the round begins that comes back to a value: everything before it is met once.
fn entrance(around: &[(*const (), usize)], here: *const ()) -> Option<*const ()> {
    let mut at = around.iter().rposition(|(one, _)| *one == here)?;
    let round = around.len() - at;
    while at > 0 && around[at - 1].0 == around[at - 1 + round].0 {
        at -= 1;
    }
    Some(around[at].0)
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
        let path = show_path(&export.path);
        let endless = first.code == ErrorCode::Cycle && export.path.len() >= DEEP;
        let said = first.title.contains(&path) || first.notes.iter().any(|note| note.ends_with(&path));
        if first.is_error() && !said && !endless {
            first.notes.push(format!("at {path}"));
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
            Step::Field(name) if out.is_empty() => name.with_text(|name| out.push_str(name)),
            Step::Field(name) => {
                out.push('.');
                name.with_text(|name| out.push_str(name));
            }
            Step::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
    if out.is_empty() { "the value itself".into() } else { format!("`{out}`") }
}
