//! Values for later: what costs something is suspended with what it reads, what is cheap and certain is there at once.

use super::vm::{Frame, Vm};
use crate::code::code::{Code, CodeId, FieldValue, ProtoId, Row, RowId, Source, Template, TemplateId, TextPart};
use crate::value::list::List;
use crate::value::record::Record;
use crate::value::thunk::{Closure, Env, Thunk, Todo};
use crate::value::types::Type;
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// Makes a value for later without running anything that could cost or fail.
    pub fn delay(&mut self, id: CodeId, frame: &Frame) -> Value {
        match self.program.codes[id] {
            Code::Local(slot) => self.known(frame.base + slot as usize),
            Code::Capture(index) => match &frame.env[index as usize] {
                Value::Thunk(thunk) => thunk.instead().unwrap_or_else(|| frame.env[index as usize].clone()),
                value => value.clone(),
            },
            Code::Int(int) => Value::Int(int),
            Code::Const(index) => self.consts[index.0 as usize].clone(),
            Code::Null => Value::Null,
            Code::Bool(truth) => Value::Bool(truth),
            Code::Absent => Value::Absent,
            Code::This => self.stack[frame.base].clone(),
            Code::Callee => frame.callee.map_or(Value::Null, |callee| Value::Closure(callee.clone())),
            Code::RecordLet(index) => self.record_let(index, frame),
            Code::Super => self.super_record(frame),
            Code::MakeFn(proto) => {
                let env = self.captures(proto, frame);
                Value::Closure(Rc::new(Closure { proto, env, guard: None }))
            }
            Code::MakeRecord(template) => self.make_record(template, frame),
            Code::MakeList(row) => {
                let Row::Codes(codes) = self.program.rows[row].clone() else { return Value::Null };
                Value::List(List::literal(codes.iter().map(|code| self.delay(*code, frame)).collect(), row))
            }
            Code::LazyList(proto) => {
                let env = self.captures(proto, frame);
                Value::List(List::code(proto, env))
            }
            Code::Delay { proto, eager } => match eager.and_then(|eager| self.speculate(eager, frame)) {
                Some(value) if self.remembers => {
                    Thunk::kept(value, Todo::Code { proto, env: self.captures(proto, frame) })
                }
                Some(value) => {
                    self.counts.thunks_avoided += 1;
                    value
                }
                None => self.thunk(proto, frame),
            },
            Code::Let { slot, value, body } => {
                let value = self.delay(value, frame);
                self.stack[frame.base + slot as usize] = value;
                self.delay(body, frame)
            }
            Code::TypeVar(name) => Value::Type(Rc::new(Type::Var(name))),
            // The lowering delays nothing else.
            _ => Value::Null,
        }
    }

    /// A slot's value: that of its thunk, if it is done.
    #[inline]
    pub(super) fn known(&mut self, slot: usize) -> Value {
        match &self.stack[slot] {
            Value::Thunk(thunk) => match thunk.instead() {
                Some(value) => {
                    self.stack[slot] = value.clone();
                    value
                }
                None => self.stack[slot].clone(),
            },
            value => value.clone(),
        }
    }

    /// A cheap expression's value, if everything it reads is known and it cannot fail.
    pub(super) fn speculate(&mut self, id: CodeId, frame: &Frame) -> Option<Value> {
        let value = match self.program.codes[id] {
            Code::Arith(op, left, right) => {
                let (left, right) = (self.speculate(left, frame)?, self.speculate(right, frame)?);
                return super::ops::small_arith(op, &left, &right);
            }
            Code::Compare(op, left, right) => {
                let (left, right) = (self.speculate(left, frame)?, self.speculate(right, frame)?);
                return super::ops::small_compare(op, &left, &right).map(Value::Bool);
            }
            Code::Concat(left, right) => match (self.speculate(left, frame)?, self.speculate(right, frame)?) {
                (Value::Text(left), Value::Text(right))
                    if self.reserve(left.len().saturating_add(right.len())).is_ok() =>
                {
                    Value::Text(left.join(&right))
                }
                _ => return None,
            },
            Code::Field { base, name } => match self.speculate(base, frame)? {
                Value::Record(record) if record.checked() == crate::value::record::Checked::Done => {
                    record.peek(name)?
                }
                _ => return None,
            },
            Code::Join(row) => return self.speculate_join(row, frame),
            Code::Local(_)
            | Code::Capture(_)
            | Code::Int(_)
            | Code::Const(_)
            | Code::Null
            | Code::Bool(_)
            | Code::This => self.delay(id, frame),
            _ => return None,
        };
        match value {
            Value::Thunk(thunk) => thunk.done(),
            value => value.is_done().then_some(value),
        }
    }

    fn speculate_join(&mut self, row: RowId, frame: &Frame) -> Option<Value> {
        let Row::Text(parts) = self.program.rows[row].clone() else { return None };
        let mut out = String::new();
        for part in parts.iter() {
            match part {
                TextPart::Text(text) => out.push_str(text),
                TextPart::Code { code, .. } => {
                    let value = self.speculate(*code, frame)?;
                    if matches!(&value, Value::Text(text) if self.reserve(out.len().saturating_add(text.len())).is_err())
                    {
                        return None;
                    }
                    super::ops::write_scalar(&value, &mut out)?;
                }
            }
        }
        Some(Value::text(out))
    }

    /// What a proto closes over, collected in the frame that makes it.
    pub(super) fn captures(&mut self, proto: ProtoId, frame: &Frame) -> Env {
        let count = self.program.protos[proto].captures.len();
        if count == 0 {
            return self.empty.clone();
        }
        (0..count).map(|index| self.source(self.program.protos[proto].captures[index], frame)).collect()
    }

    #[inline]
    fn source(&mut self, source: Source, frame: &Frame) -> Value {
        match source {
            Source::Local(slot) => self.known(frame.base + slot as usize),
            Source::Capture(index) => match &frame.env[index as usize] {
                Value::Thunk(thunk) => thunk.instead().unwrap_or_else(|| frame.env[index as usize].clone()),
                value => value.clone(),
            },
            Source::This => self.stack[frame.base].clone(),
            Source::RecordLet(index) => self.record_let(index, frame),
            Source::Super => self.super_record(frame),
            Source::Callee => frame.callee.map_or(Value::Null, |callee| Value::Closure(callee.clone())),
        }
    }

    fn make_record(&mut self, template: TemplateId, frame: &Frame) -> Value {
        let template = self.program.templates[template].clone();
        let (slots, done) = self.first_slots(&template, frame);
        if done && template.direct && !self.remembers {
            let shape = template.shape.clone();
            return Value::Record(Record::data_of(Some(template), shape, slots));
        }
        let env = self.layer_env(&template, frame);
        Value::Record(Record::braces(template, env, slots, None))
    }

    pub(super) fn layer_env(&mut self, template: &Template, frame: &Frame) -> Env {
        if template.captures.is_empty() {
            return self.empty.clone();
        }
        template.captures.iter().map(|source| self.source(*source, frame)).collect()
    }

    /// The slots of a new record, filled as far as its values can be had at once, and whether that is all.
    pub(super) fn first_slots(&mut self, template: &Template, frame: &Frame) -> (Vec<Value>, bool) {
        let mut slots = vec![Value::Pending; template.slots()];
        let mut done = true;
        for (index, field) in template.fields.iter().enumerate() {
            let value = match field.value {
                FieldValue::Direct(code) => Some(self.delay(code, frame)),
                FieldValue::Code { eager: Some(eager), .. } => self.speculate(eager, frame),
                FieldValue::Code { .. } | FieldValue::None => None,
            };
            match value {
                Some(value) => {
                    done &= !matches!(value, Value::Absent | Value::Replace(_));
                    slots[field.raw.map_or(index, |raw| raw as usize)] = value;
                }
                None => done = false,
            }
        }
        (slots, done)
    }
}
