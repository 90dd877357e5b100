//! One match over the nodes: each either makes a value at once or hands on.

use super::fault::Run;
use super::vm::{FieldFrame, Frame, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::shape::Shape;
use crate::base::span::{Loc, Span};
use crate::base::symbol::Symbol;
use crate::code::code::{Code, CodeId, FieldCode, ProtoId, Row, RowId, Source, TemplateId, TextPart};
use crate::value::list::List;
use crate::value::record::{Below, Body, Record};
use crate::value::text::Text;
use crate::value::thunk::{Closure, Env, LetCell, Thunk, Todo};
use crate::value::types::{Label, Role, Type};
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// Runs a node; the value is in weak head normal form.
    pub fn eval(&mut self, id: CodeId, frame: &Frame) -> Run {
        match self.program.codes[id] {
            Code::Local(slot) => self.local(frame.base + slot as usize),
            Code::Capture(index) => match &frame.env[index as usize] {
                Value::Thunk(thunk) => self.force_thunk(&thunk.clone()),
                value => Ok(value.clone()),
            },
            Code::Int(int) => Ok(Value::Int(int)),
            Code::Const(index) => Ok(self.consts[index.0 as usize].clone()),
            Code::Null => Ok(Value::Null),
            Code::Bool(truth) => Ok(Value::Bool(truth)),
            Code::Absent => Ok(Value::Absent),
            Code::This => Ok(self.stack[frame.base].clone()),
            Code::If { cond, then, otherwise } => {
                let next = if self.truth(cond, frame)? { then } else { otherwise };
                self.eval(next, frame)
            }
            Code::Arith(op, left, right) => {
                let (left_value, right_value) = (self.eval(left, frame)?, self.eval(right, frame)?);
                self.arith(op, &left_value, &right_value, id)
            }
            Code::Compare(op, left, right) => {
                let (left_value, right_value) = (self.eval(left, frame)?, self.eval(right, frame)?);
                self.compare(op, &left_value, &right_value, id).map(Value::Bool)
            }
            Code::Call { callee, args } => self.eval_call(callee, args, frame, id),
            Code::TailCall { callee, args } => self.eval_tail_call(callee, args, frame, id),
            Code::Let { slot, value, body } => {
                let value = self.delay(value, frame);
                self.stack[frame.base + slot as usize] = value;
                self.eval(body, frame)
            }
            Code::LetDefault { slot, value, body } => {
                let place = frame.base + slot as usize;
                if matches!(self.stack[place], Value::Pending) {
                    let value = self.delay(value, frame);
                    self.stack[place] = value;
                }
                self.eval(body, frame)
            }
            Code::Field { base, name } => self.eval_field(base, name, frame, id),
            Code::OptField { base, name } => match self.eval_soft(base, frame)? {
                None | Some(Value::Null) => Ok(Value::Null),
                Some(value) => self.field_of(&value, name, id),
            },
            Code::FieldOr { base, name, default } => {
                let value = self.eval(base, frame)?;
                match self.soft_field(&value, name, id)? {
                    Some(value) => Ok(value),
                    None => self.eval(default, frame),
                }
            }
            Code::Coalesce(left, right) => match self.eval_soft(left, frame)? {
                None | Some(Value::Null) => self.eval(right, frame),
                Some(value) => Ok(value),
            },
            Code::And(left, right) => Ok(Value::Bool(self.truth(left, frame)? && self.truth(right, frame)?)),
            Code::Or(left, right) => Ok(Value::Bool(self.truth(left, frame)? || self.truth(right, frame)?)),
            Code::Not(inner) => Ok(Value::Bool(!self.truth(inner, frame)?)),
            Code::Negate(inner) => {
                let value = self.eval(inner, frame)?;
                self.negate(&value, id)
            }
            Code::Concat(left, right) => {
                let (left, right) = (self.eval(left, frame)?, self.eval(right, frame)?);
                self.concat(&left, &right, id)
            }
            Code::Index { base, index } => {
                let (base_value, index_value) = (self.eval(base, frame)?, self.eval(index, frame)?);
                let found = self.index(&base_value, &index_value, id);
                found.or_else(|fault| self.misnamed(fault, (&base_value, &index_value), index, frame))
            }
            Code::Rest { base, from } => {
                let list = self.eval(base, frame)?;
                self.rest_of(&list, from as usize, id)
            }
            Code::Merge(left, right) => {
                let (left, right) = (self.eval(left, frame)?, self.eval(right, frame)?);
                self.merge(&left, &right, id)
            }
            Code::With(left, right) => {
                let (left, right) = (self.eval(left, frame)?, self.eval(right, frame)?);
                self.with(&left, &right, id)
            }
            Code::Join(row) => self.join(row, frame),
            Code::Collect(row) => {
                let items = self.collect(row, frame)?;
                Ok(Value::list(items))
            }
            Code::MakeNamed { template, key } => self.make_named(template, key, frame),
            Code::Match { slot, arms } => self.run_match(slot, arms, frame, id),
            Code::Import(row) => self.import(row, id),
            Code::Super => Ok(self.super_record(frame)),
            Code::Union(left, right) => {
                let (left, right) = (self.eval(left, frame)?, self.eval(right, frame)?);
                self.union(&left, &right, id)
            }
            Code::Nullable(inner) => {
                let inner_value = self.eval(inner, frame)?;
                self.union(&inner_value, &Value::Null, id)
            }
            Code::Constraint(op, expr) => {
                let bound = self.eval(expr, frame)?;
                self.constraint(op, bound, expr)
            }
            Code::FnType(row) => self.fn_type(row, frame),
            Code::Once(proto) => self.once(proto),
            Code::Check { value, ty, name } => {
                let checked = self.eval(value, frame)?;
                let of = self.eval(ty, frame)?;
                if super::kinds::quick(&checked, &of) == Some(true) {
                    self.contracts += 1;
                    return Ok(checked);
                }
                let mut label = (*self.label(ty, Some(value), Role::Value)).clone();
                label.value = self.read_place(value, frame)?.or(label.value);
                label.path = name.text();
                self.check(&checked, &of, &Rc::new(label))
            }
            Code::CheckParam { slot, ty, body } => {
                self.check_param(slot, ty, frame)?;
                self.eval(body, frame)
            }
            Code::CheckResult { value, ty } => {
                let label = self.label(ty, Some(value), Role::Result);
                let value = self.eval(value, frame)?;
                let ty = self.eval(ty, frame)?;
                self.check(&value, &ty, &label)
            }
            Code::RecordLet(_) | Code::Delay { .. } => {
                let value = self.delay(id, frame);
                self.force(&value)
            }
            Code::Callee | Code::MakeFn(_) | Code::MakeRecord(_) | Code::MakeList(_) | Code::LazyList(_) => {
                Ok(self.delay(id, frame))
            }
            Code::Watched(inner) => {
                let Loc { file, span } = self.loc(id);
                self.used.insert((file, span.start));
                self.eval(inner, frame)
            }
            Code::TypeVar(name) => Ok(Value::Type(Rc::new(Type::Var(name)))),
            Code::Error => {
                self.error(Diag::error(ErrorCode::Syntax, "this text could not be read").at(self.loc(id), ""))
            }
        }
    }

    #[inline]
    fn local(&mut self, slot: usize) -> Run {
        match &self.stack[slot] {
            Value::Thunk(thunk) => {
                let value = self.force_thunk(&thunk.clone())?;
                if !self.remembers {
                    self.stack[slot] = value.clone();
                }
                Ok(value)
            }
            value => Ok(value.clone()),
        }
    }

    pub(super) fn truth(&mut self, id: CodeId, frame: &Frame) -> Run<bool> {
        match self.eval(id, frame)? {
            Value::Bool(truth) => Ok(truth),
            value => self.wrong_kind("a boolean", &value, id),
        }
    }

    /// The whole text of a node: of a field, also what it is read of.
    pub(super) fn whole(&self, id: CodeId) -> Loc {
        let (mut at, end) = (id, self.loc(id));
        while let Code::Field { base, .. } | Code::OptField { base, .. } = self.program.codes[at] {
            at = base;
        }
        let start = self.loc(at);
        if start.file == end.file && start.span.start <= end.span.start && start != Loc::default() {
            Span { start: start.span.start, end: end.span.end }.at(end.file)
        } else {
            end
        }
    }

    /// `found X, expected Y` at a node.
    #[cold]
    pub(super) fn wrong_kind<T>(&self, expected: &str, found: &Value, id: CodeId) -> Run<T> {
        if matches!(found, Value::Absent | Value::Replace(_)) {
            return self.mark_elsewhere(id);
        }
        if matches!(found, Value::Secret(_)) {
            return Err(self.secret_shown(self.loc(id), &format!("be {expected}")));
        }
        let role = format!("expected {expected}");
        let diag = Diag::error(ErrorCode::WrongKind, format!("{role}, found {}", found.kind()));
        let place = self.whole(id);
        self.error(mend::operand(diag.at(place, self.describe(found)), &role, found.kind(), place))
    }

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
                Some(value) => value,
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
    fn known(&mut self, slot: usize) -> Value {
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

    fn layer_env(&mut self, template: &crate::code::code::Template, frame: &Frame) -> Env {
        if template.captures.is_empty() {
            return self.empty.clone();
        }
        template.captures.iter().map(|source| self.source(*source, frame)).collect()
    }

    /// The slots of a new record, filled as far as its values can be had at once, and whether that is all.
    fn first_slots(&mut self, template: &crate::code::code::Template, frame: &Frame) -> (Vec<Value>, bool) {
        use crate::code::code::FieldValue;
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

    /// A record with a computed name; an empty one if the name is `null`.
    fn make_named(&mut self, template: TemplateId, key: CodeId, frame: &Frame) -> Run {
        let name = match self.eval(key, frame)? {
            Value::Text(text) => Symbol::new(text.as_str()),
            Value::Null => return Ok(Value::Record(Record::from_pairs([]))),
            value => return self.wrong_kind("a string as a field's name", &value, key),
        };
        let template = self.program.templates[template].clone();
        let (slots, done) = self.first_slots(&template, frame);
        let bare = |field: &FieldCode| field.class.is_none() && !field.hidden;
        if done && template.direct && !self.remembers && template.fields.iter().all(bare) {
            let shape = Shape::new([name]);
            return Ok(Value::Record(Record::data_of(Some(template), shape, slots)));
        }
        let env = self.layer_env(&template, frame);
        let record = Record::renamed(template, env, None, name);
        slots.into_iter().enumerate().for_each(|(slot, value)| record.set(slot, value));
        Ok(Value::Record(record))
    }

    fn super_record(&mut self, frame: &Frame) -> Value {
        match (&self.stack[frame.base], frame.field.and_then(|field| field.below.as_ref())) {
            (Value::Record(this), Some(below)) => Value::Record(super_of(this, below)),
            _ => Value::Record(Record::from_pairs([])),
        }
    }

    /// A private let of the braces: one thunk for each final record.
    fn record_let(&mut self, index: u32, frame: &Frame) -> Value {
        let (Some(field), Value::Record(this)) = (frame.field, self.stack[frame.base].clone()) else {
            return Value::Null;
        };
        let mut leaf = field.leaf.clone();
        while let Body::Braces { owner: Some(owner), .. } = &leaf.body {
            leaf = owner.clone();
        }
        let key = (Rc::as_ptr(&leaf), index);
        if let Some(value) = this.with_extra(|extra| extra.lets.get(&key).map(|(_, value)| value.clone())) {
            return match &value {
                Value::Thunk(thunk) => thunk.instead().unwrap_or(value),
                _ => value,
            };
        }
        let Body::Braces { template, .. } = &leaf.body else { return Value::Null };
        let Some(proto) = template.lets.get(index as usize).copied() else { return Value::Null };
        let cell = Rc::new(LetCell { proto, leaf: leaf.clone(), this: this.clone(), below: field.below.clone() });
        let value = Thunk::suspend(Todo::RecordLet { cell: cell.clone() });
        this.with_extra(|extra| extra.lets.insert(key, (cell, value.clone())));
        value
    }

    fn join(&mut self, row: RowId, frame: &Frame) -> Run {
        let Row::Text(parts) = self.program.rows[row].clone() else { return Ok(Value::Null) };
        let mut out = String::new();
        let mut grown: Option<Text> = None;
        for (index, part) in parts.iter().enumerate() {
            match part {
                TextPart::Text(text) => out.push_str(text),
                TextPart::Code { code, indent } => {
                    let value = self.eval(*code, frame)?;
                    if let Value::Text(text) = &value {
                        let front = grown.as_ref().map_or(0, Text::len);
                        self.reserve(text.len().saturating_add(out.len()).saturating_add(front))?;
                    }
                    match &value {
                        // A long text in front is linked, not copied: it may be growing in a loop.
                        Value::Text(text) if index == 0 && *indent == 0 => grown = Some(text.clone()),
                        Value::Text(text) if *indent > 0 => push_indented(&mut out, text.as_str(), *indent),
                        value => {
                            if super::ops::write_scalar(value, &mut out).is_none() {
                                return self.cannot_interpolate(value, *code);
                            }
                        }
                    }
                }
            }
        }
        match grown {
            Some(text) => Ok(Value::Text(text.join(&Text::from(out)))),
            None => Ok(Value::text(out)),
        }
    }

    #[cold]
    fn cannot_interpolate<T>(&self, value: &Value, id: CodeId) -> Run<T> {
        if matches!(value, Value::Secret(_)) {
            return Err(self.secret_shown(self.loc(id), "stand inside a string"));
        }
        let diag = Diag::error(ErrorCode::WrongKind, format!("{}, found {}", mend::IN_STRING, value.kind()));
        let place = self.whole(id);
        if let (Value::Record(record), Some(read)) = (value, self.source_text(place))
            && !record.shape().is_empty()
            && record.shape().names().iter().all(|name| matches!(record.peek(*name), Some(Value::Record(_))))
        {
            let help = format!("what stands for a text, such as a reference, is given whole: `… = {read}`");
            return self.error(diag.at(place, self.describe(value)).help(help));
        }
        self.error(mend::operand(diag.at(place, self.describe(value)), mend::IN_STRING, value.kind(), place))
    }

    /// Where the field stands that a node has read.
    pub(super) fn read_place(&mut self, id: CodeId, frame: &Frame) -> Run<Option<Loc>> {
        let (Code::Field { base, name } | Code::FieldOr { base, name, .. }) = self.program.codes[id] else {
            return Ok(None);
        };
        match self.eval(base, frame)? {
            Value::Record(record) => Ok(self.value_loc(&record, name)),
            _ => Ok(None),
        }
    }

    /// The label of an annotation and the value it stands at.
    pub(super) fn label(&self, ty: CodeId, value: Option<CodeId>, role: Role) -> Rc<Label> {
        let value: Option<Loc> = value.map(|value| self.loc(value));
        Rc::new(Label { ty: self.loc(ty), value, role, path: "".into(), way: 0 })
    }

    /// Code of a field in a record's own braces, to be run with that record as `self`.
    pub(super) fn own_frame(leaf: &Rc<Record>) -> FieldFrame {
        FieldFrame { leaf: leaf.clone(), below: None }
    }
}

/// Each line break of the text is followed by the indentation.
fn push_indented(out: &mut String, text: &str, indent: u32) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
            if !line.is_empty() {
                out.extend(std::iter::repeat_n(' ', indent as usize));
            }
        }
        out.push_str(line);
    }
}

/// What lies below a place, with the fields that it has computed already: a long stack whose operands
/// each read `super` is gone through once for each operand, not once for each way down.
fn super_of(this: &Rc<Record>, below: &Rc<Below>) -> Rc<Record> {
    let key = (Rc::as_ptr(&below.over), below.upto);
    let same = |record: &&Rc<Record>| match &record.body {
        Body::Super { below: other, .. } => below.is_same(other),
        _ => false,
    };
    this.with_extra(|extra| {
        let known = extra.supers.entry(key).or_default();
        match known.iter().find(same) {
            Some(record) => record.clone(),
            None => {
                let record = Record::composed(Body::Super { this: this.clone(), below: below.clone() });
                known.push(record.clone());
                record
            }
        }
    })
}
