//! From the definitions of a field to its one value.
//!
//! `&` keeps a set: if all are records they merge; otherwise the highest class counts, and a
//! difference within it is a conflict. `with` stacks: the topmost wins, but `force` yields only to
//! `force`, and records join the records directly below them.

use super::compose::{Def, Defs, Found, TypeAt, What, field_index};
use super::fault::Run;
use super::guards::same_type;
use super::kinds::{hides, quick};
use super::profile::Work;
use super::select::unmarked;
use super::vm::{FieldFrame, Vm};
use crate::base::codes::Code as ErrorCode;
use crate::base::diag::Diag;
use crate::base::span::Loc;
use crate::base::symbol::Symbol;
use crate::code::code::{FieldCode, FieldValue};
use crate::syntax::ast::Class;
use crate::value::record::{Body, Record};
use crate::value::types::{Label, Role};
use crate::value::value::Value;
use std::rc::Rc;

/// A value on its way up, with the class and place of the definition that won.
pub(super) struct Settled {
    pub value: Value,
    pub class: Class,
    pub loc: Loc,
    /// `std.replace`: it does not join what lies below.
    pub cut: bool,
    /// Joined of several records, whose leaves have their classes already.
    pub joined: bool,
}

/// Definitions with their place in declared order.
type Numbered<'a> = (usize, &'a Defs);

/// One field of one final record, being settled.
pub(super) struct Field<'a> {
    pub this: &'a Rc<Record>,
    pub name: Symbol,
    pub found: &'a Found,
}

impl Vm {
    /// A field's value after all merging, its annotations checked; `None` if it is absent.
    #[inline(never)]
    pub(super) fn final_value(&mut self, record: &Rc<Record>, name: Symbol) -> Run<Option<Value>> {
        if let Body::Checked { inner, ty, label } = &record.body {
            return self.checked_field(record, inner, ty, label, name);
        }
        if let Some(found) = self.own_field(record, name) {
            return found;
        }
        self.counts.merged_fields += u64::from(matches!(record.body, Body::And(_) | Body::Over(_)));
        if record.is_pure() && matches!(record.body, Body::Over(_)) && !record.is_under_types() {
            let settled = self.field_of_layers(record, name)?;
            self.hand_on_way(&settled, record);
            return Ok(unmarked(settled.value));
        }
        let mut found = Found::default();
        let defs = self.definitions(record, name, &mut found)?;
        let Some(defs) = with_starts(defs, &mut found) else { return self.no_value(record, name, &found) };
        let this = match &record.body {
            Body::Super { this, .. } => this,
            _ => record,
        };
        if let Some(proved) = proved_by(&defs) {
            found.types.retain(|at| !Rc::ptr_eq(&at.leaf, &proved));
        }
        let field = Field { this, name, found: &found };
        let settled = self.settle(&defs, &field)?;
        self.hand_on_way(&settled, this);
        self.hand_on_types(&settled, &field)?;
        let Some(value) = unmarked(settled.value) else { return Ok(None) };
        self.check_field(this, name, value, &found, settled.loc).map(Some)
    }

    /// The short way: braces without blocks, which nothing else is merged with.
    fn own_field(&mut self, record: &Rc<Record>, name: Symbol) -> Option<Run<Option<Value>>> {
        let Body::Braces { template, .. } = &record.body else { return None };
        if !template.blocks.is_empty() || template.rest.is_some() {
            return None;
        }
        let index = field_index(record, template, name)?;
        let field = &template.fields[index];
        if field.optional || matches!(field.value, FieldValue::None) {
            return None;
        }
        Some(self.own_value(record, field, record, None).and_then(|value| {
            let Some(value) = unmarked(value) else { return Ok(None) };
            if field.proved {
                return Ok(Some(value));
            }
            let mut value = value;
            let mut done: Vec<Value> = Vec::new();
            for ty in &field.types {
                let frame = Vm::own_frame(record);
                let here = |_: &Vm| Work::Contract(ty.loc);
                let of = self.framed(here, |vm| vm.run_field_code(ty.proto, record, &frame))?;
                if done.iter().any(|other| same_type(other, &of)) {
                    self.counts.contracts_skipped += 1;
                    continue;
                }
                value = self.check_named(value, &of, (name, ty.loc, Some(field.value_loc)), record)?;
                done.push(of);
            }
            Ok(Some(value))
        }))
    }

    fn check_field(&mut self, this: &Rc<Record>, name: Symbol, mut value: Value, found: &Found, loc: Loc) -> Run {
        let mut done: Vec<Value> = Vec::new();
        let mut types = Vec::with_capacity(found.types.len());
        for at in &found.types {
            types.push((at, self.type_at(at, this)?));
        }
        // A secret is one to all other annotations, in whatever order they came.
        types.sort_by_key(|(_, ty)| !hides(ty));
        for (at, ty) in types {
            if done.iter().any(|other| same_type(other, &ty)) {
                self.counts.contracts_skipped += 1;
                continue;
            }
            let value_loc = (loc != Loc::default()).then_some(loc);
            value = self.check_named(value, &ty, (name, at.code.loc, value_loc), this)?;
            done.push(ty);
        }
        Ok(value)
    }

    pub(super) fn type_at(&mut self, at: &TypeAt, this: &Rc<Record>) -> Run {
        let field = FieldFrame { leaf: at.leaf.clone(), below: at.below.clone() };
        self.framed(|_| Work::Contract(at.code.loc), |vm| vm.run_field_code(at.code.proto, this, &field))
    }

    /// A field's value against one of its annotations. A label is made only where it may be needed.
    fn check_named(&mut self, value: Value, ty: &Value, at: (Symbol, Loc, Option<Loc>), this: &Rc<Record>) -> Run {
        let (name, ty_loc, place) = at;
        if quick(&value, ty) == Some(true) {
            self.contracts += 1;
            return Ok(value);
        }
        let (path, way) = (format!(".{name}").into(), self.way_of(this));
        self.check(&value, ty, &Rc::new(Label { ty: ty_loc, value: place, role: Role::Value, path, way }))
    }

    /// A definition's own value, before anything else is merged with it. What does not read `self`
    /// is computed once for all records the braces are part of.
    fn own_value(
        &mut self,
        leaf: &Rc<Record>,
        field: &FieldCode,
        this: &Rc<Record>,
        below: Option<Rc<crate::value::record::Below>>,
    ) -> Run {
        let (proto, reads_self) = match field.value {
            FieldValue::Code { proto, reads_self, .. } => (Some(proto), reads_self),
            FieldValue::Direct(_) | FieldValue::None => (None, false),
        };
        let frame = || FieldFrame { leaf: leaf.clone(), below: below.clone() };
        let slot = match field.raw {
            Some(raw) => Some(leaf.raw_slot(raw)),
            None => leaf.slot(field.name).or_else(|| leaf.shape().names().first().and_then(|name| leaf.slot(*name))),
        };
        let (Some(slot), false) = (slot, reads_self) else {
            let Some(proto) = proto else { return Ok(Value::Absent) };
            return self.run_field_code(proto, this, &frame());
        };
        match leaf.get(slot) {
            Value::Thunk(thunk) => {
                let value = self.force_thunk(&thunk)?;
                if !self.remembers {
                    leaf.set(slot, value.clone());
                }
                Ok(value)
            }
            // The slot is this record's own, which is being computed just now.
            Value::Busy if Rc::ptr_eq(leaf, this) && field.raw.is_none() => self.run_own(proto, this, &frame()),
            Value::Busy => self.cycle(Some((Rc::as_ptr(leaf), field.name))),
            Value::Pending => {
                leaf.set(slot, Value::Busy);
                let result = self.run_own(proto, leaf, &frame());
                // A mark is not kept: an absent slot says that there is no such field.
                let kept = match &result {
                    Ok(Value::Absent | Value::Replace(_)) | Err(_) => Value::Pending,
                    Ok(value) => value.clone(),
                };
                leaf.set(slot, kept);
                result
            }
            value => Ok(value),
        }
    }

    fn run_own(&mut self, proto: Option<crate::code::code::ProtoId>, this: &Rc<Record>, frame: &FieldFrame) -> Run {
        match proto {
            Some(proto) => self.run_field_code(proto, this, frame),
            None => Ok(Value::Absent),
        }
    }

    pub(super) fn settle(&mut self, defs: &Defs, field: &Field) -> Run<Settled> {
        match defs {
            Defs::One(def) => self.settle_one(def, field),
            Defs::All(all) => self.settle_all(all, field),
            Defs::Stack(stack) => self.settle_stack(stack, field),
        }
    }

    pub(super) fn settle_one(&mut self, def: &Def, field: &Field) -> Run<Settled> {
        let (value, loc) = match (def.what, &def.leaf.body) {
            (What::Field(index), Body::Braces { template, .. }) => {
                let template = template.clone();
                let code = &template.fields[index];
                (self.own_value(&def.leaf, code, field.this, def.below.clone())?, code.value_loc)
            }
            (What::Rest, Body::Braces { template, .. }) => {
                let template = template.clone();
                match template.rest.as_ref().and_then(|rest| rest.value.as_ref()) {
                    Some(code) => (self.rest_value(def, code, field)?, code.value_loc),
                    None => (Value::Absent, template.loc),
                }
            }
            (_, Body::And(_) | Body::Over(_)) => {
                let loc = self.value_loc(&def.leaf, field.name).unwrap_or_default();
                (self.field(&def.leaf, field.name)?.unwrap_or(Value::Absent), loc)
            }
            _ => match def.leaf.slot(field.name).map(|slot| def.leaf.get(slot)) {
                Some(value) => (self.force(&value)?, self.value_place(&def.leaf, field.name)),
                None => (Value::Absent, Loc::default()),
            },
        };
        let (value, cut) = match value {
            Value::Replace(inner) => (self.force(&inner)?, true),
            value => (value, false),
        };
        Ok(Settled { value, class: def.class, loc, cut, joined: false })
    }

    /// Where a field's value stands, if the record's braces are known.
    fn value_place(&self, leaf: &Rc<Record>, name: Symbol) -> Loc {
        match &leaf.body {
            Body::Data(Some(template)) => {
                field_index(leaf, template, name).map_or(template.loc, |index| template.fields[index].value_loc)
            }
            Body::Data(None) => self.read_value(leaf, name).unwrap_or_default(),
            _ => Loc::default(),
        }
    }

    fn rest_value(&mut self, def: &Def, code: &FieldCode, field: &Field) -> Run {
        match code.value {
            // A direct value lies in the frame that made the braces; rests are always compiled as code.
            FieldValue::Code { proto, .. } => {
                let frame = FieldFrame { leaf: def.leaf.clone(), below: def.below.clone() };
                self.run_field_code(proto, field.this, &frame)
            }
            FieldValue::Direct(_) | FieldValue::None => Ok(Value::Absent),
        }
    }

    /// `&`: the definitions are a set.
    fn settle_all(&mut self, all: &[Defs], field: &Field) -> Run<Settled> {
        let mut flat: Vec<&Defs> = Vec::new();
        flatten(all, &mut flat);
        let mut settled: Vec<(usize, Settled)> = Vec::new();
        // What has only one possible class waits: a default is not computed where it does not count.
        let (mut waiting, now): (Vec<Numbered>, Vec<Numbered>) =
            flat.into_iter().enumerate().partition(|(_, defs)| matches!(defs, Defs::One(_)));
        for (at, defs) in now {
            settled.push((at, self.settle(defs, field)?));
        }
        let class = |(_, defs): &(usize, &Defs)| match defs {
            Defs::One(def) => def.class,
            Defs::All(_) | Defs::Stack(_) => Class::Plain,
        };
        let highest = waiting.iter().map(class).chain(settled.iter().map(|(_, settled)| settled.class)).max();
        let highest = highest.unwrap_or(Class::Plain);
        let mut lower = Vec::new();
        for (at, defs) in waiting.drain(..) {
            if class(&(at, defs)) == highest {
                settled.push((at, self.settle(defs, field)?))
            } else {
                lower.push((at, defs))
            }
        }
        let is_record = |settled: &(usize, Settled)| matches!(settled.1.value, Value::Record(_));
        if settled.iter().filter(|(_, settled)| settled.class == highest).all(is_record) {
            let mut everything = settled;
            for (at, defs) in lower {
                everything.push((at, self.settle(defs, field)?));
            }
            if everything.iter().all(is_record) {
                // Declared order is kept, whatever order the classes were looked at in.
                everything.sort_by_key(|(at, _)| *at);
                let parts = everything.into_iter().map(|(_, settled)| settled).collect();
                return Ok(self.join_records(parts, highest));
            }
            settled = everything;
        }
        settled.retain(|(_, settled)| settled.class == highest);
        settled.sort_by_key(|(at, _)| *at);
        self.agreed(settled.into_iter().map(|(_, settled)| settled).collect(), field)
    }

    /// Records of several definitions, each with the class that its leaves have.
    fn join_records(&mut self, parts: Vec<Settled>, class: Class) -> Settled {
        let loc = parts.last().map_or(Loc::default(), |part| part.loc);
        let records = parts.into_iter().filter_map(classed).collect();
        Settled { value: Value::Record(self.and(records)), class, loc, cut: false, joined: true }
    }

    /// The value that definitions of one class agree on.
    fn agreed(&mut self, settled: Vec<Settled>, field: &Field) -> Run<Settled> {
        let mut rest = settled.into_iter();
        let Some(mut first) = rest.next() else {
            return Ok(Settled {
                value: Value::Absent,
                class: Class::Plain,
                loc: Loc::default(),
                cut: false,
                joined: false,
            });
        };
        for other in rest {
            let agree = match (&first.value, &other.value) {
                (Value::Record(_), Value::Record(_)) => {
                    let class = first.class;
                    first = self.join_records(vec![first, other], class);
                    continue;
                }
                (Value::Absent, Value::Absent) => true,
                (Value::Absent, _) | (_, Value::Absent) => false,
                (a, b) => self.agree(a, b)?,
            };
            if agree {
                continue;
            }
            match self.merge_lists(&first, &other, field, false)? {
                Some(value) => first.value = value,
                None => return self.conflict(&first, &other, field),
            }
        }
        Ok(first)
    }

    #[cold]
    fn conflict<T>(&mut self, first: &Settled, other: &Settled, field: &Field) -> Run<T> {
        let name = field.name;
        let hidden = self.hides(field)?;
        let (a, b) = match hidden {
            true => ("one secret".to_owned(), "another".to_owned()),
            false => self.brief_pair(&first.value, &other.value),
        };
        if hidden {
            [first, other].into_iter().for_each(|said| self.hide_at(&said.value, said.loc));
        }
        let mut diag = Diag::error(ErrorCode::Conflict, format!("definitions of `{name}` disagree: {a} and {b}"));
        let mut places = [(first.loc, &a), (other.loc, &b)];
        if first.loc.file == other.loc.file {
            places.sort_by_key(|(loc, _)| loc.span.start);
        }
        let known: Vec<_> = places.iter().filter(|(loc, _)| *loc != Loc::default()).collect();
        for (index, (loc, text)) in known.iter().enumerate() {
            let last = index + 1 == known.len();
            diag = if last { diag.at(*loc, format!("{text} here")) } else { diag.also(*loc, format!("{text} here")) };
        }
        if known.is_empty() {
            diag = diag.at(super::vm::record_loc(field.this), "in this record");
        }
        let start =
            if first.loc.file == other.loc.file && first.loc.span.start > other.loc.span.start { &b } else { &a };
        let last = if start == &a { &b } else { &a };
        let shown =
            |text: &str| if text.len() < 30 && !text.contains('…') { text.to_owned() } else { "…".to_owned() };
        let diag =
            diag.help(format!("if one is what a user starts from, say so: `default {name} = {}`", shown(start))).help(
                format!("if one is to win, override with it: `… with {{ {name} = {} }}`, or say `force`", shown(last)),
            );
        self.error(match (&first.value, &other.value) {
            (Value::List(_), Value::List(_)) if !hidden => {
                let diag = match self.difference(&first.value, &other.value) {
                    Some(difference) => diag.note(difference),
                    None => diag,
                };
                diag.help("lists merge only by a declared strategy, such as `std.list.keyed_by(T, \"name\")`")
            }
            _ => diag,
        })
    }

    /// Whether an annotation of the field makes a secret of it, or of what is in it.
    fn hides(&mut self, field: &Field) -> Run<bool> {
        for at in &field.found.types {
            if hides(&self.type_at(at, field.this)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `with`: the definitions are a stack, the last one on top.
    pub(super) fn settle_stack(&mut self, stack: &[Defs], field: &Field) -> Run<Settled> {
        if stack.iter().rev().skip(1).any(may_force) {
            return self.settle_forced(stack, field);
        }
        let mut joined: Vec<Settled> = Vec::new();
        for defs in stack.iter().rev() {
            let settled = self.settle(defs, field)?;
            match (&settled.value, joined.is_empty()) {
                (Value::Record(_), _) if settled.cut => {
                    joined.push(settled);
                    break;
                }
                (Value::Record(_), _) => joined.push(settled),
                (Value::List(_), true) => match self.append_below(&settled, stack, defs, field)? {
                    Some(value) => return Ok(Settled { value, ..settled }),
                    None => return Ok(settled),
                },
                (_, true) => return Ok(settled),
                (_, false) => break,
            }
        }
        joined.reverse();
        Ok(self.stacked(joined))
    }

    /// The same with a `force` below the top: from the bottom up.
    fn settle_forced(&mut self, stack: &[Defs], field: &Field) -> Run<Settled> {
        let mut kept: Vec<Settled> = Vec::new();
        for defs in stack {
            let upper = self.settle(defs, field)?;
            let records = matches!(upper.value, Value::Record(_)) && !upper.cut;
            let below_is_record = kept.last().is_some_and(|lower| matches!(lower.value, Value::Record(_)));
            if records && below_is_record {
                kept.push(upper);
                continue;
            }
            let held = kept.last().is_some_and(|lower| lower.class == Class::Force) && upper.class != Class::Force;
            if !held {
                kept.clear();
                kept.push(upper);
            }
        }
        Ok(self.stacked(kept))
    }

    pub(super) fn stacked(&mut self, mut parts: Vec<Settled>) -> Settled {
        let none =
            Settled { value: Value::Absent, class: Class::Plain, loc: Loc::default(), cut: false, joined: false };
        let Some(top) = parts.pop() else { return none };
        if parts.is_empty() {
            return top;
        }
        let (class, loc, cut) = (top.class, top.loc, parts.first().is_some_and(|bottom| bottom.cut));
        let records: Vec<Rc<Record>> = parts.into_iter().chain([top]).filter_map(classed).collect();
        self.counts.merges += 1;
        let value = Value::Record(Record::composed(Body::Over(records.into())));
        Settled { value, class, loc, cut, joined: true }
    }

    /// What was joined of the parts of a record came through what the record came through.
    fn hand_on_way(&mut self, settled: &Settled, this: &Rc<Record>) {
        if let (Value::Record(made), true) = (&settled.value, settled.joined)
            && matches!(made.body, Body::And(_) | Body::Over(_))
            && made.way() == 0
        {
            made.set_way(self.way_of(this));
        }
    }
}

/// The braces whose annotations the only definition of a field is known to pass.
fn proved_by(defs: &Defs) -> Option<Rc<Record>> {
    let Defs::One(Def { leaf, what: What::Field(index), .. }) = defs else { return None };
    let Body::Braces { template, .. } = &leaf.body else { return None };
    template.fields[*index].proved.then(|| leaf.clone())
}

/// `x? : T = v`: the field starts from v once something defines it.
pub(super) fn with_starts(defs: Option<Defs>, found: &mut Found) -> Option<Defs> {
    let defs = defs?;
    if found.starts.is_empty() {
        return Some(defs);
    }
    let starts: Vec<Defs> = std::mem::take(&mut found.starts).into_iter().map(Defs::One).collect();
    let mut stack = vec![Defs::All(starts)];
    match defs {
        Defs::Stack(inner) => stack.extend(inner),
        defs => stack.push(defs),
    }
    Some(Defs::Stack(stack))
}

pub(super) fn flatten<'a>(all: &'a [Defs], out: &mut Vec<&'a Defs>) {
    let mut todo: Vec<&Defs> = all.iter().rev().collect();
    while let Some(defs) = todo.pop() {
        match defs {
            Defs::All(inner) => todo.extend(inner.iter().rev()),
            defs => out.push(defs),
        }
    }
}

pub(super) fn may_force(defs: &Defs) -> bool {
    match defs {
        Defs::One(def) => def.class == Class::Force,
        Defs::All(all) | Defs::Stack(all) => all.iter().any(may_force),
    }
}

/// The record of a definition; its leaves keep the definition's class.
fn classed(settled: Settled) -> Option<Rc<Record>> {
    match (settled.value, settled.class) {
        (Value::Record(record), Class::Plain) => Some(record),
        (Value::Record(record), _) if settled.joined => Some(record),
        (Value::Record(record), class) => Some(Record::composed(Body::Classed(class, record))),
        _ => None,
    }
}
