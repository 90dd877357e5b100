//! Reading a field: from its slot if it is known, else by computing it once.

use super::fault::{Fault, Run, step};
use super::profile::Work;
use super::vm::{Frame, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::code::code::{Code, CodeId};
use crate::value::list::List;
use crate::value::record::{Checked, Record, Stage};
use crate::value::thunk::{Thunk, Todo};
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    #[inline(never)]
    pub(super) fn eval_field(&mut self, base: CodeId, name: Symbol, frame: &Frame, id: CodeId) -> Run {
        let value = self.eval(base, frame)?;
        self.field_of(&value, name, id)
    }

    pub(super) fn field_of(&mut self, value: &Value, name: Symbol, id: CodeId) -> Run {
        match value {
            Value::Record(record) => match self.field(record, name) {
                Ok(Some(value)) => Ok(value),
                Ok(None) => self.no_such_field(record, name, id),
                Err(fault) => Err(self.read_here(fault, name, id)),
            },
            value => self.no_fields(value, name, id),
        }
    }

    /// A fault on its way out of a field that was read.
    #[cold]
    fn read_here(&self, mut fault: Box<Fault>, name: Symbol, id: CodeId) -> Box<Fault> {
        fault.passes(self.loc(id), format!("`{name}` is read here"));
        fault
    }

    #[cold]
    fn no_fields<T>(&self, value: &Value, name: Symbol, id: CodeId) -> Run<T> {
        let title = format!("{} has no field `{name}`", value.kind());
        let place = self.loc(id);
        let diag = Diag::error(ErrorCode::WrongKind, title).at(place, self.describe(value));
        let (Code::Field { base, .. } | Code::OptField { base, .. }) = self.program.codes[id] else {
            return self.error(diag);
        };
        let base = self.loc(base);
        let path = mend::module(value.kind()).map(|module| format!("{module}.{name}"));
        let known = path.filter(|path| self.library.natives.iter().any(|native| native.name == *path));
        self.error(match (value, known) {
            (Value::Null, _) => mend::of_null(diag, base, place, &name.text()),
            (_, Some(path)) => mend::method(diag, base, place, &path),
            (Value::List(_), _) => diag.help("an element is read by its number: `xs[0]`"),
            _ => diag,
        })
    }

    /// A field that may not be there: `None` for one that is absent, an error for one that a closed
    /// record does not declare.
    pub(super) fn soft_field(&mut self, value: &Value, name: Symbol, id: CodeId) -> Run<Option<Value>> {
        let Value::Record(record) = value else { return self.no_fields(value, name, id) };
        let found = step(self.field(record, name), || (self.loc(id), format!("`{name}` is read here")))?;
        if found.is_none() && self.refuses(record, name)? {
            return self.no_such_field(record, name, id);
        }
        Ok(found)
    }

    /// A value that may be absent: the last step of a path, or a path behind `?.`.
    pub(super) fn eval_soft(&mut self, id: CodeId, frame: &Frame) -> Run<Option<Value>> {
        match self.program.codes[id] {
            Code::Field { base, name } => {
                let value = self.eval(base, frame).map_err(|fault| self.guards_last_step(fault, id))?;
                self.soft_field(&value, name, id)
            }
            Code::OptField { base, name } => match self.eval_soft(base, frame)? {
                None | Some(Value::Null) => Ok(None),
                Some(value) => self.soft_field(&value, name, id),
            },
            Code::Index { base, index } => {
                let base = self.eval(base, frame).map_err(|fault| self.guards_last_step(fault, id))?;
                let index = self.eval(index, frame)?;
                match (&base, &index) {
                    (Value::Record(_), Value::Text(name)) => self.soft_field(&base, Symbol::new(name.as_str()), id),
                    (Value::List(list), Value::Int(at)) => {
                        let items = self.items(list)?;
                        let item = usize::try_from(*at).ok().and_then(|at| items.get(at));
                        item.map(|item| self.force(item)).transpose()
                    }
                    _ => self.index(&base, &index, id).map(Some),
                }
            }
            _ => self.eval(id, frame).map(Some),
        }
    }

    /// A field's final value, or `None` if there is none of that name.
    #[inline]
    pub fn field(&mut self, record: &Rc<Record>, name: Symbol) -> Run<Option<Value>> {
        if record.checked() == Checked::NotYet {
            self.verify(record)?;
        }
        match self.slot_of(record, name)? {
            Some(slot) => self.read_slot(record, slot, name),
            None => Ok(None),
        }
    }

    pub fn field_or_fail(&mut self, record: &Rc<Record>, name: Symbol, loc: Loc) -> Run {
        match self.field(record, name)? {
            Some(value) => Ok(value),
            None => self.unknown_field(record, name, loc),
        }
    }

    /// A field's value for later.
    pub fn lazy_field(&mut self, record: &Rc<Record>, name: Symbol) -> Run {
        if record.checked() == Checked::Done
            && let Some(value) = record.peek(name)
        {
            return Ok(self.known_by(value, || Todo::Field { record: record.clone(), name }));
        }
        Ok(self.suspend(Todo::Field { record: record.clone(), name }))
    }

    #[inline]
    pub(super) fn slot_of(&mut self, record: &Rc<Record>, name: Symbol) -> Run<Option<usize>> {
        if record.stage() == Stage::Unknown {
            self.learn_named(record)?;
        }
        if let Some(slot) = record.slot(name) {
            return Ok(Some(slot));
        }
        if record.stage() == Stage::All {
            return Ok(None);
        }
        self.learn_all(record)?;
        Ok(record.slot(name))
    }

    fn read_slot(&mut self, record: &Rc<Record>, slot: usize, name: Symbol) -> Run<Option<Value>> {
        match record.get(slot) {
            Value::Pending => self.compute(record, slot, name),
            Value::Absent => Ok(None),
            Value::Busy => self.cycle(Some((Rc::as_ptr(record), name))),
            Value::Thunk(thunk) => {
                let value = self.force_direct(record, name, &thunk)?;
                let value = unmarked(value);
                if !self.remembers {
                    record.set(slot, value.clone().unwrap_or(Value::Absent));
                }
                Ok(value)
            }
            value @ Value::Replace(_) => Ok(unmarked(value)),
            value => Ok(Some(value)),
        }
    }

    /// A field whose code was suspended when its record was made.
    #[inline]
    fn force_direct(&mut self, record: &Rc<Record>, name: Symbol, thunk: &Rc<Thunk>) -> Run {
        let is_todo = thunk.is_todo();
        self.counts.fields += u64::from(is_todo);
        if is_todo && self.profile.is_some() {
            return self.framed(|vm| Work::Field(name, vm.definition(record, name)), |vm| vm.force_thunk(thunk));
        }
        self.force_thunk(thunk)
    }

    #[inline(never)]
    fn compute(&mut self, record: &Rc<Record>, slot: usize, name: Symbol) -> Run<Option<Value>> {
        self.counts.fields += 1;
        record.set(slot, Value::Busy);
        self.path.push((record.clone(), name));
        let entered = self.enter();
        let result = match entered {
            Ok(()) => {
                let of = |vm: &Vm| Work::Field(name, vm.definition(record, name));
                let result = self.framed(of, |vm| vm.final_value(record, name));
                self.leave();
                result
            }
            Err(fault) => Err(fault),
        };
        self.path.pop();
        // The names may have moved while the value was computed.
        let slot = record.slot(name).unwrap_or(slot);
        match result {
            Ok(value) => {
                record.set(slot, value.clone().unwrap_or(Value::Absent));
                Ok(value)
            }
            Err(fault) => {
                record.set(slot, Value::Pending);
                Err(self.not_computed(fault, record, name))
            }
        }
    }

    /// A fault on its way out of a field that is computed.
    #[cold]
    fn not_computed(&self, mut fault: Box<Fault>, record: &Rc<Record>, name: Symbol) -> Box<Fault> {
        if !blames_field(&fault, name) {
            fault.passes(self.definition(record, name), format!("while `{name}` is computed"));
        }
        fault
    }

    /// `xs[i]`
    #[inline(never)]
    pub(super) fn index(&mut self, base: &Value, index: &Value, id: CodeId) -> Run {
        match (base, index) {
            (Value::List(list), Value::Int(at)) => self.element_at(list, *at, id),
            (Value::Record(_), Value::Text(name)) => self.field_of(base, Symbol::new(name.as_str()), id),
            (Value::List(_), index) => self.wrong_kind("an integer as a list's index", index, id),
            (Value::Record(record), found) => {
                let names = self.names(record)?;
                let place = match self.program.codes[id] {
                    Code::Index { index, .. } => self.loc(index),
                    _ => self.loc(id),
                };
                let diag = Diag::error(ErrorCode::WrongKind, format!("{}, found {}", mend::FIELD_NAME, found.kind()));
                let first = names.first().map(|name| name.text());
                self.error(mend::by_name(diag.at(place, self.describe(found)), first.as_deref()))
            }
            (base, _) => {
                let diag = Diag::error(ErrorCode::WrongKind, format!("{} has no elements", base.kind()));
                let diag = diag.at(self.loc(id), self.describe(base));
                self.error(match base {
                    Value::Text(_) => diag.help("`std.string.slice(s, from, to)` takes a part of a string"),
                    _ => diag,
                })
            }
        }
    }

    fn element_at(&mut self, list: &Rc<List>, at: i64, id: CodeId) -> Run {
        if let (Some((start, len)), Ok(index)) = (list.as_range(), usize::try_from(at))
            && index < len
        {
            return Ok(Value::Int(start + at));
        }
        let items = self.items(list)?;
        match usize::try_from(at).ok().and_then(|at| items.get(at)) {
            Some(item) => self.force(item),
            None => {
                let count = items.len();
                let plural = if count == 1 { "" } else { "s" };
                let title = format!("index {at} is outside of a list with {count} element{plural}");
                let diag = Diag::error(ErrorCode::OutOfRange, title).at(self.loc(id), "read here");
                self.error(if at < 0 {
                    diag.help("elements are counted from 0; `std.list.last(xs)` is the last one")
                } else {
                    let read = self.source_text(self.loc(id)).unwrap_or("xs[i]").to_owned();
                    diag.note("elements are counted from 0")
                        .help(format!("where it may be missing, write `{read} ?? …`"))
                })
            }
        }
    }

    pub(super) fn rest_of(&mut self, list: &Value, from: usize, id: CodeId) -> Run {
        let Value::List(list) = list else { return self.wrong_kind("a list", list, id) };
        let items = self.items(list)?;
        Ok(Value::list(items.get(from..).unwrap_or_default().to_vec()))
    }

    /// A value as a message shows it, short.
    pub fn describe(&self, value: &Value) -> String {
        match value {
            value if self.sealing > 0 => format!("this is {}", value.kind()),
            Value::Null => "this is null".into(),
            Value::Text(text) => {
                let text = text.as_str();
                let cut: String = text.chars().take(40).collect();
                let dots = if cut.len() < text.len() { "…" } else { "" };
                format!("this is {:?}{dots}", cut)
            }
            Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => {
                let mut out = String::new();
                super::ops::write_scalar(value, &mut out).map_or_else(String::new, |()| format!("this is {out}"))
            }
            value => format!("this is {}", value.kind()),
        }
    }
}

/// Whether an error is about the very value of a field: then it has its place already.
fn blames_field(fault: &Fault, name: Symbol) -> bool {
    let first = fault.diags.first().filter(|diag| diag.code == ErrorCode::Contract && diag.place().is_some());
    fault.trace.is_empty() && first.is_some_and(|diag| diag.title.starts_with(&format!("`{name}` ")))
}

/// A field's value without the mark that held it; `None` for `absent`.
pub(super) fn unmarked(value: Value) -> Option<Value> {
    match value {
        Value::Absent => None,
        Value::Replace(inner) => unmarked((*inner).clone()),
        value => Some(value),
    }
}
