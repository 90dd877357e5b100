//! Lists that merge: by what the annotation of their field declares, or a type that the record around them is held
//! against.
//!
//! A record that was joined under an annotation keeps its types (`Extra::under`), and hands those of a field on to
//! what is joined there. So `spec : PodSpec` says how `spec.containers[0].env` merges, however deep a `with` reaches.

use super::compose::{Defs, Found, Lookup};
use super::fault::Run;
use super::settle::{Field, Settled};
use super::vm::Vm;
use crate::base::symbol::Symbol;
use crate::value::record::{Body, Record};
use crate::value::types::{Strategy, Type};
use crate::value::value::Value;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// How a list merges, and the type of its elements.
pub(super) struct Merging {
    kind: Strategy,
    element: Value,
}

impl Vm {
    /// What was joined of the definitions of a field is held against the field's types.
    pub(super) fn hand_on_types(&mut self, settled: &Settled, field: &Field) -> Run<()> {
        if let (Value::Record(made), true) = (&settled.value, settled.joined)
            && matches!(made.body, Body::And(_) | Body::Over(_))
            && (!field.found.types.is_empty() || field.this.is_under_types())
        {
            let types = self.field_types(field)?;
            made.set_types(types);
        }
        Ok(())
    }

    /// The types of a field: of its own annotations, and of those of the record that it is in.
    fn field_types(&mut self, field: &Field) -> Run<Vec<Value>> {
        let mut types = Vec::new();
        for at in &field.found.types {
            types.push(self.type_at(at, field.this)?);
        }
        for around in field.this.types() {
            self.types_within(&around, field.name, &mut types)?;
        }
        Ok(types)
    }

    /// The types that a type gives a field of the records in it.
    fn types_within(&mut self, ty: &Value, name: Symbol, out: &mut Vec<Value>) -> Run<()> {
        match ty {
            Value::Record(record) => {
                let mut found = Found::default();
                self.type_definitions(&Lookup { this: record, name }, record, &mut found)?;
                for at in &found.types {
                    out.push(self.type_at(at, record)?);
                }
            }
            Value::Type(ty) => match &**ty {
                Type::Meet(parts) => {
                    for part in &parts[..] {
                        let part = self.force(part)?;
                        self.types_within(&part, name, out)?;
                    }
                }
                Type::Union(members) => {
                    if let Some(only) = self.only(members, |member| matches!(member, Value::Record(_)))? {
                        self.types_within(&only, name, out)?;
                    }
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    /// The only member of a union of a kind.
    fn only(&mut self, members: &[Value], is: impl Fn(&Value) -> bool) -> Run<Option<Value>> {
        let mut only = None;
        for member in members {
            let member = self.force(member)?;
            if is(&member) && only.replace(member).is_some() {
                return Ok(None);
            }
        }
        Ok(only)
    }

    /// How the lists of a field merge, if anything says so.
    pub(super) fn strategy(&mut self, field: &Field) -> Run<Option<Merging>> {
        if field.found.types.is_empty() && !field.this.is_under_types() {
            return Ok(None);
        }
        for ty in self.field_types(field)? {
            if let Some(merging) = self.merging(&ty)? {
                return Ok(Some(merging));
            }
        }
        Ok(None)
    }

    fn merging(&mut self, ty: &Value) -> Run<Option<Merging>> {
        let Value::Type(ty) = ty else { return Ok(None) };
        match &**ty {
            Type::Strategy { kind, element } => Ok(Some(Merging { kind: kind.clone(), element: self.force(element)? })),
            Type::Meet(parts) | Type::Union(parts) => {
                let is = |part: &Value| matches!(part, Value::Type(of) if matches!(**of, Type::Strategy { .. }));
                match self.only(parts, is)? {
                    Some(part) => self.merging(&part),
                    None => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    /// A list on top of others whose annotation gives them a way to merge.
    pub(super) fn append_below(
        &mut self,
        top: &Settled,
        stack: &[Defs],
        defs: &Defs,
        field: &Field,
    ) -> Run<Option<Value>> {
        if top.cut || self.strategy(field)?.is_none() {
            return Ok(None);
        }
        let at = stack.iter().position(|other| std::ptr::eq(other, defs)).unwrap_or(0);
        if at == 0 {
            return Ok(None);
        }
        let below = self.settle_stack(&stack[..at], field)?;
        if !matches!(below.value, Value::List(_)) {
            return Ok(None);
        }
        self.merge_lists(&below, top, field, true)
    }

    /// Two lists by the strategy of their field; `None` if it has none that applies.
    pub(super) fn merge_lists(
        &mut self,
        lower: &Settled,
        upper: &Settled,
        field: &Field,
        with: bool,
    ) -> Run<Option<Value>> {
        let (Value::List(a), Value::List(b)) = (&lower.value, &upper.value) else { return Ok(None) };
        let Some(Merging { kind, element }) = self.strategy(field)? else { return Ok(None) };
        let (a, b) = (self.items(a)?.to_vec(), self.items(b)?.to_vec());
        match kind {
            Strategy::Append if with => Ok(Some(Value::list([a, b].concat()))),
            Strategy::Append => Ok(None),
            Strategy::Set => self.merge_sets(a, b).map(Some),
            Strategy::KeyedBy(names) => {
                let keyed = Keyed { names: &names, element: &element, with };
                self.merge_keyed(a, b, &keyed).map(Some)
            }
        }
    }

    fn merge_sets(&mut self, a: Vec<Value>, b: Vec<Value>) -> Run {
        let mut all: Vec<Value> = Vec::new();
        for item in a.into_iter().chain(b) {
            let item = self.force(&item)?;
            let mut known = false;
            for other in &all {
                known = known || self.agree(other, &item)?;
            }
            if !known {
                all.push(item);
            }
        }
        Ok(Value::list(all))
    }

    fn merge_keyed(&mut self, a: Vec<Value>, b: Vec<Value>, keyed: &Keyed) -> Run {
        let mut out: Vec<Value> = Vec::new();
        let mut at: FxHashMap<Vec<Option<String>>, usize> = FxHashMap::default();
        for item in a.into_iter().chain(b) {
            let item = self.force(&item)?;
            let id = match &item {
                Value::Record(record) => self.key_of(record, keyed.names)?,
                _ => None,
            };
            let Some(id) = id else {
                out.push(item);
                continue;
            };
            match at.get(&id) {
                Some(index) => {
                    if let (Value::Record(old), Value::Record(new)) = (&out[*index], &item) {
                        out[*index] = Value::Record(keyed.joined(old, new));
                    }
                }
                None => {
                    at.insert(id, out.len());
                    out.push(item);
                }
            }
        }
        Ok(Value::list(out))
    }

    /// The values of the fields that a record is known by; `None` if it has none of them.
    fn key_of(&mut self, record: &Rc<Record>, names: &[Symbol]) -> Run<Option<Vec<Option<String>>>> {
        let mut id = Vec::with_capacity(names.len());
        for name in names {
            id.push(match self.field(record, *name)? {
                Some(Value::Text(text)) => Some(format!("{:?}", text.as_str())),
                Some(value) => Some(self.short(&value)),
                None => None,
            });
        }
        Ok(id.iter().any(Option::is_some).then_some(id))
    }
}

/// A list whose elements are known by some of their fields.
struct Keyed<'a> {
    names: &'a [Symbol],
    element: &'a Value,
    with: bool,
}

impl Keyed<'_> {
    fn joined(&self, old: &Rc<Record>, new: &Rc<Record>) -> Rc<Record> {
        let parts = [old.clone(), new.clone()];
        let body = if self.with { Body::Over(Box::new(parts)) } else { Body::And(Box::new(parts)) };
        let joined = Record::composed(body);
        joined.set_types(vec![self.element.clone()]);
        joined
    }
}
