//! One match over the nodes: each either makes a value at once or hands on.

use super::fault::Run;
use super::vm::{FieldFrame, Frame, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::mend;
use crate::base::shape::Shape;
use crate::base::span::{Loc, Span};
use crate::base::symbol::Symbol;
use crate::code::code::{Arith, Code, CodeId, Compare, FieldCode, Row, RowId, TemplateId, TextPart};
use crate::value::record::{Below, Body, Record};
use crate::value::text::Text;
use crate::value::thunk::{LetCell, Todo};
use crate::value::types::{Label, Role, Type};
use crate::value::value::Value;
use std::rc::Rc;

impl Vm {
    /// Runs a node; the value is in weak head normal form. What only leads to another node takes no stack, and what takes
    /// much stands in functions of its own: programs recurse through here.
    pub fn eval(&mut self, id: CodeId, frame: &Frame) -> Run {
        let mut id = id;
        loop {
            id = match self.program.codes[id] {
                Code::Local(slot) => return self.local(frame.base + slot as usize),
                Code::Capture(index) => {
                    return match &frame.env[index as usize] {
                        Value::Thunk(thunk) => self.force_thunk(thunk),
                        value => Ok(value.clone()),
                    };
                }
                Code::Int(int) => return Ok(Value::Int(int)),
                Code::Const(index) => return Ok(self.consts[index.0 as usize].clone()),
                Code::Null => return Ok(Value::Null),
                Code::Bool(truth) => return Ok(Value::Bool(truth)),
                Code::Absent => return Ok(Value::Absent),
                Code::This => return Ok(self.stack[frame.base].clone()),
                Code::If { cond, then, otherwise } => match self.truth(cond, frame)? {
                    true => then,
                    false => otherwise,
                },
                Code::Let { slot, value, body } => {
                    let value = self.delay(value, frame);
                    self.stack[frame.base + slot as usize] = value;
                    body
                }
                Code::LetDefault { slot, value, body } => {
                    self.fill_default(frame.base + slot as usize, value, frame);
                    body
                }
                Code::CheckParam { slot, ty, body } => {
                    self.check_param(slot, ty, frame)?;
                    body
                }
                Code::Watched(inner) => {
                    self.watch(id);
                    inner
                }
                Code::Arith(op, left, right) => return self.eval_arith(op, (left, right), frame, id),
                Code::Compare(op, left, right) => return self.eval_compare(op, (left, right), frame, id),
                Code::And(left, right) => match self.truth(left, frame)? {
                    true => return Ok(Value::Bool(self.truth(right, frame)?)),
                    false => return Ok(Value::Bool(false)),
                },
                Code::Or(left, right) => match self.truth(left, frame)? {
                    true => return Ok(Value::Bool(true)),
                    false => return Ok(Value::Bool(self.truth(right, frame)?)),
                },
                Code::Not(inner) => return Ok(Value::Bool(!self.truth(inner, frame)?)),
                Code::Call { callee, args } => return self.eval_call(callee, args, frame, id),
                Code::TailCall { callee, args } => return self.eval_tail_call(callee, args, frame, id),
                Code::Field { base, name } => return self.eval_field(base, name, frame, id),
                Code::FieldOr { base, name, default } => match self.eval_field_or(base, name, frame, id)? {
                    Some(value) => return Ok(value),
                    None => default,
                },
                Code::Coalesce(left, right) => match self.eval_soft(left, frame)? {
                    None | Some(Value::Null) => right,
                    Some(value) => return Ok(value),
                },
                Code::Callee | Code::MakeFn(_) | Code::MakeRecord(_) | Code::MakeList(_) | Code::LazyList(_) => {
                    return Ok(self.delay(id, frame));
                }
                Code::RecordLet(_) | Code::Delay { .. } => return self.eval_delayed(id, frame),
                Code::Concat(left, right)
                | Code::Index { base: left, index: right }
                | Code::Merge(left, right)
                | Code::With(left, right)
                | Code::Union(left, right) => return self.eval_pair((left, right), frame, id),
                Code::Check { value, ty, name } => return self.eval_check(value, ty, name, frame),
                Code::CheckResult { value, ty } => return self.eval_result(value, ty, frame),
                Code::Join(row) => return self.join(row, frame),
                Code::Match { slot, arms } => self.taken(slot, arms, frame, id)?,
                _ => return self.eval_seldom(id, frame),
            }
        }
    }

    #[inline(never)]
    fn eval_arith(&mut self, op: Arith, (left, right): (CodeId, CodeId), frame: &Frame, id: CodeId) -> Run {
        let (left, right) = (self.eval(left, frame)?, self.eval(right, frame)?);
        match super::ops::small_arith(op, &left, &right) {
            Some(value) => Ok(value),
            None => self.arith(op, &left, &right, id),
        }
    }

    #[inline(never)]
    fn eval_compare(&mut self, op: Compare, (left, right): (CodeId, CodeId), frame: &Frame, id: CodeId) -> Run {
        let (left, right) = (self.eval(left, frame)?, self.eval(right, frame)?);
        match super::ops::small_compare(op, &left, &right) {
            Some(truth) => Ok(Value::Bool(truth)),
            None => self.compare(op, &left, &right, id).map(Value::Bool),
        }
    }

    #[inline(never)]
    fn fill_default(&mut self, place: usize, value: CodeId, frame: &Frame) {
        if matches!(self.stack[place], Value::Pending) {
            let value = self.delay(value, frame);
            self.stack[place] = value;
        }
    }

    #[cold]
    fn watch(&mut self, id: CodeId) {
        let Loc { file, span } = self.loc(id);
        self.used.insert((file, span.start));
    }

    #[inline(never)]
    fn eval_field_or(&mut self, base: CodeId, name: Symbol, frame: &Frame, id: CodeId) -> Run<Option<Value>> {
        let value = self.eval(base, frame)?;
        self.soft_field(&value, name, id)
    }

    #[inline(never)]
    fn eval_delayed(&mut self, id: CodeId, frame: &Frame) -> Run {
        let value = self.delay(id, frame);
        self.force(&value)
    }

    /// What takes the values of two nodes and makes one of them.
    #[inline(never)]
    fn eval_pair(&mut self, (left, right): (CodeId, CodeId), frame: &Frame, id: CodeId) -> Run {
        let (one, other) = (self.eval(left, frame)?, self.eval(right, frame)?);
        match self.program.codes[id] {
            Code::Concat(..) => self.concat(&one, &other, id),
            Code::Merge(..) => self.merge(&one, &other, id),
            Code::With(..) => self.with(&one, &other, id),
            Code::Union(..) => self.union(&one, &other, id),
            _ => {
                let found = self.index(&one, &other, id);
                found.or_else(|fault| self.misnamed(fault, (&one, &other), right, frame))
            }
        }
    }

    #[inline(never)]
    fn eval_check(&mut self, value: CodeId, ty: CodeId, name: Symbol, frame: &Frame) -> Run {
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

    #[inline(never)]
    fn eval_result(&mut self, value: CodeId, ty: CodeId, frame: &Frame) -> Run {
        let label = self.label(ty, Some(value), Role::Result);
        let value = self.eval(value, frame)?;
        let ty = self.eval(ty, frame)?;
        self.check(&value, &ty, &label)
    }

    /// The nodes that programs seldom recurse through.
    #[inline(never)]
    fn eval_seldom(&mut self, id: CodeId, frame: &Frame) -> Run {
        match self.program.codes[id] {
            Code::Now(code) => self.eval(code, frame),
            Code::OptField { base, name } => match self.eval_soft(base, frame)? {
                None | Some(Value::Null) => Ok(Value::Null),
                Some(value) => self.field_of(&value, name, id),
            },
            Code::Negate(inner) => {
                let value = self.eval(inner, frame)?;
                self.negate(&value, id)
            }
            Code::Rest { base, from } => {
                let list = self.eval(base, frame)?;
                self.rest_of(&list, from as usize, id)
            }
            Code::Collect(row) => {
                let items = self.collect(row, frame)?;
                Ok(Value::list(items))
            }
            Code::MakeNamed { template, key } => self.make_named(template, key, frame),
            Code::Import(row) => self.import(row, id),
            Code::Super => Ok(self.super_record(frame)),
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
            Code::TypeVar(name) => Ok(Value::Type(Rc::new(Type::Var(name)))),
            Code::Error => {
                self.error(Diag::error(ErrorCode::Syntax, "this text could not be read").at(self.loc(id), ""))
            }
            // `eval` has the others.
            _ => Ok(Value::Null),
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

    pub(super) fn super_record(&mut self, frame: &Frame) -> Value {
        match (&self.stack[frame.base], frame.field.and_then(|field| field.below.as_ref())) {
            (Value::Record(this), Some(below)) => Value::Record(super_of(this, below)),
            _ => Value::Record(Record::from_pairs([])),
        }
    }

    /// A private let of the braces: one thunk for each final record.
    pub(super) fn record_let(&mut self, index: u32, frame: &Frame) -> Value {
        let (Some(field), Value::Record(this)) = (frame.field, self.stack[frame.base].clone()) else {
            return Value::Null;
        };
        let mut leaf = field.leaf.clone();
        while let Body::Braces { owner: Some(owner), .. } = &leaf.body {
            leaf = owner.clone();
        }
        let key = (Rc::as_ptr(&leaf), index);
        if let Some(value) = this.with_extra(|extra| extra.lets.get(key).map(|(_, value)| value.clone())) {
            return match &value {
                Value::Thunk(thunk) => thunk.instead().unwrap_or(value),
                _ => value,
            };
        }
        let Body::Braces { template, .. } = &leaf.body else { return Value::Null };
        let Some(proto) = template.lets.get(index as usize).copied() else { return Value::Null };
        let cell = Rc::new(LetCell { proto, leaf: leaf.clone(), this: this.clone(), below: field.below.clone() });
        let value = self.suspend(Todo::RecordLet { cell: cell.clone() });
        this.with_extra(|extra| extra.lets.or_insert_with(key, || (cell, value)).1.clone())
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
        let known = extra.supers.or_insert_with(key, Vec::new);
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
